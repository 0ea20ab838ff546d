/* The difference of two times as a sum of parts. */
#include "analyze/compare_why.h"

#include "unit.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

static void close_to(double got, double expected, double within)
{
	if (!(fabs(got - expected) <= within))
		fail_msg("%.17g is not %.17g", got, expected);
}

static double sum_of(const struct why *why)
{
	double sum = 0.0;

	for (size_t i = 0; i < why->nparts; i++)
		sum += why->parts[i].part;
	return sum;
}

static double details_of(const struct why_part *part)
{
	double sum = 0.0;

	for (size_t i = 0; i < part->ndetails; i++)
		sum += part->details[i].part;
	return sum;
}

static double factor(const struct why *why, enum why_factor wanted)
{
	for (size_t i = 0; i < why->nparts; i++)
		if (why->parts[i].factor == wanted)
			return why->parts[i].part;
	fail_msg("no part '%s'", why_factor_name(wanted));
	return 0.0;
}

static double detail(const struct why *why, const char *word)
{
	for (size_t i = 0; i < why->nparts; i++)
		for (size_t k = 0; k < why->parts[i].ndetails; k++)
			if (!strcmp(why->parts[i].details[k].word, word))
				return why->parts[i].details[k].part;
	fail_msg("no detail '%s'", word);
	return 0.0;
}

static void words_are(const struct why *why, const char *expected)
{
	char *words = why_words(why);

	assert_string_equal(words, expected);
	free(words);
}

/* A program of 1 s with a PMU. */
static struct why_side reference(void)
{
	struct why_side s = why_side_unknown();

	s.time_s = 1.0;
	s.cpu_s = 0.9;
	s.user_s = 0.8;
	s.sys_s = 0.1;
	s.instructions = 4e9;
	s.cycles = 2e9;
	return s;
}

static void factors_add_up(void **state)
{
	struct why_side a = reference(), b = reference();
	struct why why;

	(void)state;
	b.instructions *= 1.002;
	b.cycles *= 1.002 * 1.036;
	b.cpu_s *= 1.002 * 1.036 / 0.997;
	b.time_s *= 1.002 * 1.036 / 0.997;
	assert_int_equal(why_of(&a, &b, &why), 0);
	close_to(why.total, b.time_s - 1.0, 1e-12);
	close_to(sum_of(&why), why.total, 1e-12);
	assert_int_equal(why.nparts, 4);
	close_to(factor(&why, WHY_INSTRUCTIONS), 0.002, 1e-4);
	close_to(factor(&why, WHY_CYCLES_PER_INSTRUCTION), 0.036, 1e-3);
	close_to(factor(&why, WHY_FREQUENCY), 0.003, 1e-4);
	close_to(factor(&why, WHY_UTILISATION), 0.0, 1e-12);
	words_are(&why, "+4.1 % time = +0.2 % instructions, "
			"+3.6 % cycles per instruction, -0.3 % frequency");
}

static void cycles_are_split_by_shares(void **state)
{
	struct why_side a = reference(), b = reference();
	struct why why;

	(void)state;
	/* 0.02 cycles per instruction more, all of them waiting for DRAM */
	b.cycles *= 1.04;
	b.cpu_s *= 1.04;
	b.time_s *= 1.04;
	a.shares[WHY_RETIRING] = 0.5;
	a.shares[WHY_FRONTEND_BOUND] = 0.1;
	a.shares[WHY_BAD_SPECULATION] = 0.1;
	a.shares[WHY_BACKEND_BOUND] = 0.3;
	a.shares[WHY_MEMORY_BOUND] = 0.2;
	a.shares[WHY_CORE_BOUND] = 0.1;
	a.shares[WHY_DRAM_BOUND] = 0.15;
	for (size_t i = 0; i < WHY_SHARES; i++)
		b.shares[i] = a.shares[i] < 0.0 ? -1.0 : a.shares[i] / 1.04;
	b.shares[WHY_BACKEND_BOUND] += 0.04 / 1.04;
	b.shares[WHY_MEMORY_BOUND] += 0.04 / 1.04;
	b.shares[WHY_DRAM_BOUND] += 0.04 / 1.04;
	assert_int_equal(why_of(&a, &b, &why), 0);
	close_to(detail(&why, "DRAM"), 0.04, 1e-12);
	close_to(detail(&why, "retiring"), 0.0, 1e-12);
	close_to(detail(&why, "core"), 0.0, 1e-12);
	close_to(details_of(&why.parts[1]), why.parts[1].part, 1e-12);
	words_are(&why, "+4.0 % time = +4.0 % cycles per instruction (DRAM)");
	/* what the levels below do not know stays with the level above */
	b.shares[WHY_DRAM_BOUND] = -1.0;
	assert_int_equal(why_of(&a, &b, &why), 0);
	words_are(&why, "+4.0 % time = +4.0 % cycles per instruction (memory)");
	close_to(details_of(&why.parts[1]), why.parts[1].part, 1e-12);
	/* and what no share explains is no share's */
	b.shares[WHY_BACKEND_BOUND] = -1.0;
	assert_int_equal(why_of(&a, &b, &why), 0);
	words_are(&why, "+4.0 % time = +4.0 % cycles per instruction");
	close_to(detail(&why, "other"), 0.04, 1e-12);
	close_to(details_of(&why.parts[1]), why.parts[1].part, 1e-12);
}

static void without_cycles_there_is_time_per_instruction(void **state)
{
	struct why_side a = reference(), b = reference();
	struct why why;

	(void)state;
	a.cycles = -1.0;
	b.instructions *= 1.1;
	b.cpu_s *= 1.1;
	b.time_s *= 1.1;
	assert_int_equal(why_of(&a, &b, &why), 0);
	words_are(&why, "+10.0 % time = +10.0 % instructions");
	/* and without processor time, too */
	a.cpu_s = a.user_s = -1.0;
	b.time_s *= 1.05;
	assert_int_equal(why_of(&a, &b, &why), 0);
	assert_int_equal(why.nparts, 2);
	close_to(sum_of(&why), why.total, 1e-12);
	close_to(factor(&why, WHY_INSTRUCTIONS) /
			 factor(&why, WHY_TIME_PER_INSTRUCTION),
		 log(1.1) / log(1.05), 1e-9);
}

static void without_a_pmu_there_are_modes(void **state)
{
	struct why_side a = reference(), b = reference();
	struct why why;

	(void)state;
	a.instructions = a.cycles = b.instructions = b.cycles = -1.0;
	a.cpu_s = b.cpu_s = -1.0;
	b.sys_s = 0.2;
	b.time_s = 1.1;
	assert_int_equal(why_of(&a, &b, &why), 0);
	close_to(sum_of(&why), why.total, 1e-12);
	close_to(detail(&why, "program"), 0.0, 1e-12);
	close_to(detail(&why, "kernel"), factor(&why, WHY_PROCESSOR_TIME),
		 1e-12);
	words_are(&why, "+10.0 % time = +11.1 % processor time (kernel), "
			"+1.1 % utilisation");
}

static void nothing_but_the_time(void **state)
{
	struct why_side a = why_side_unknown(), b = why_side_unknown();
	struct why why;

	(void)state;
	assert_int_equal(why_of(&a, &b, &why), -ENODATA);
	a.time_s = 2.0;
	assert_int_equal(why_of(&a, &b, &why), -ENODATA);
	b.time_s = 0.0;
	assert_int_equal(why_of(&a, &b, &why), -ENODATA);
	b.time_s = 1.0;
	assert_int_equal(why_of(&a, &b, &why), 0);
	words_are(&why, "-50.0 % time");
}

static void kernel_time_is_apart_when_it_was_not_counted(void **state)
{
	struct why_side a = reference(), b = reference();
	struct why why;

	(void)state;
	a.user_only = b.user_only = true;
	b.sys_s = 0.3;
	b.cpu_s = 1.1;
	b.time_s = 1.2;
	assert_int_equal(why_of(&a, &b, &why), 0);
	close_to(factor(&why, WHY_FREQUENCY), 0.0, 1e-12);
	assert_true(factor(&why, WHY_KERNEL_TIME) > 0.15);
	close_to(sum_of(&why), why.total, 1e-12);
	/* two modes have nothing in common */
	b.user_only = false;
	assert_int_equal(why_of(&a, &b, &why), 0);
	assert_int_equal(why.parts[0].factor, WHY_PROCESSOR_TIME);
}

static void equal_sides_have_no_parts_to_tell(void **state)
{
	struct why_side a = reference();
	struct why why;

	(void)state;
	assert_int_equal(why_of(&a, &a, &why), 0);
	close_to(sum_of(&why), 0.0, 0.0);
	words_are(&why, "+0.0 % time");
}

static double random_share(void)
{
	return (double)(rand() % 1000000) / 1e6;
}

static struct why_side random_side(void)
{
	struct why_side s = reference();

	s.time_s *= exp(6.0 * random_share() - 3.0);
	s.cpu_s *= exp(6.0 * random_share() - 3.0);
	s.user_s = s.cpu_s * random_share() + 1e-9;
	s.sys_s = s.cpu_s * random_share();
	s.instructions *= exp(6.0 * random_share() - 3.0);
	s.cycles *= exp(6.0 * random_share() - 3.0);
	for (size_t i = 0; i < WHY_SHARES; i++)
		s.shares[i] = rand() % 4 ? random_share() : -1.0;
	switch (rand() % 5) {
	case 0:
		s.cycles = -1.0;
		break;
	case 1:
		s.instructions = -1.0;
		break;
	case 2:
		s.cpu_s = -1.0;
		break;
	}
	s.user_only = rand() % 10 == 0;
	return s;
}

/* The tenths of a percent in the words, with the signs of divisors undone. */
static long tenths_in(const char *words)
{
	const char *at = strstr(words, " = ");
	long sum = 0;

	for (at = at ? at + 3 : ""; *at;) {
		const char *end = strstr(at, ", ");
		size_t n = end ? (size_t)(end - at) : strlen(at);
		long tenths = lround(strtod(at, NULL) * 10.0);
		bool divides = memmem(at, n, "frequency", 9) ||
			       memmem(at, n, "utilisation", 11);

		sum += divides ? -tenths : tenths;
		at += end ? n + 2 : n;
	}
	return sum;
}

/* Also as they are printed. */
static void parts_add_up_whatever_the_numbers(void **state)
{
	(void)state;
	srand(1);
	for (int i = 0; i < 20000; i++) {
		struct why_side a = random_side(), b = random_side();
		struct why why;
		char *words;

		if (i % 2) {
			/* nearly the same, which is the ordinary case */
			b = a;
			b.time_s *= 1.0 + 0.1 * random_share();
			b.cycles *= 1.0 - 1e-9 * random_share();
			b.instructions *= 1.0 + 0.01 * random_share();
			b.shares[WHY_DRAM_BOUND] = random_share();
		}
		assert_int_equal(why_of(&a, &b, &why), 0);
		close_to(why.total, (b.time_s - a.time_s) / a.time_s, 1e-12);
		if (!why.nparts)
			continue;
		close_to(sum_of(&why), why.total,
			 1e-12 * (1.0 + fabs(why.total)));
		for (size_t k = 0; k < why.nparts; k++) {
			const struct why_part *part = &why.parts[k];

			assert_true(isfinite(part->part));
			if (part->ndetails)
				close_to(details_of(part), part->part,
					 1e-11 * (1.0 + fabs(part->part)));
		}
		words = why_words(&why);
		assert_int_equal(tenths_in(words), lround(why.total * 1000.0));
		free(words);
	}
}

static void a_comparison_has_all_of_it(void **state)
{
	static const struct {
		struct compare_kind kind;
		double a, b;
	} rows[] = {
		{ { .name = "time" }, 1.0, 1.02 },
		{ { .name = "task-clock", .base = "task_clock" }, 900, 918 },
		{ { .name = "user_time" }, 0.8, 0.8 },
		{ { .name = "sys_time" }, 0.1, 0.1 },
		{ { .name = "p/cycles/", .base = "cycles", .split = true },
		  1e9,
		  1.02e9 },
		{ { .name = "e/cycles/", .base = "cycles", .split = true },
		  1e9,
		  1.02e9 },
		{ { .name = "instructions", .base = "instructions" },
		  4e9,
		  4e9 },
		{ { .name = "retiring" }, 0.4, 0.4 },
	};
	struct compare_options options = compare_defaults();
	struct why_side side;
	struct comparison c;
	struct err err = { 0 };
	struct why why;

	(void)state;
	compare_init(&c, 2, &options);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		size_t q = compare_add_quantity(&c, &rows[i].kind);

		compare_add_sample(&c, q, 0, 0, rows[i].a);
		compare_add_sample(&c, q, 1, 0, rows[i].b);
	}
	compare_add_run(&c, 0, 0, 0);
	compare_add_run(&c, 1, 0, 1);
	assert_int_equal(compare_compute(&c, &err), 0);
	side = why_side_of(&c, 1);
	close_to(side.cpu_s, 0.918, 1e-12);
	close_to(side.cycles, 2.04e9, 1.0);
	close_to(side.shares[WHY_RETIRING], 0.4, 0.0);
	close_to(side.shares[WHY_DRAM_BOUND], -1.0, 0.0);
	assert_int_equal(why_of_comparison(&c, 1, &why), 0);
	words_are(&why, "+2.0 % time = +2.0 % cycles per instruction");
	compare_done(&c);
}

static void every_share_has_a_metric(void **state)
{
	(void)state;
	for (int i = 0; i < WHY_SHARES; i++)
		assert_true(*why_share_metric((enum why_share)i));
	for (int i = 0; i < WHY_FACTORS; i++)
		assert_true(*why_factor_name((enum why_factor)i));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(factors_add_up),
		cmocka_unit_test(cycles_are_split_by_shares),
		cmocka_unit_test(without_cycles_there_is_time_per_instruction),
		cmocka_unit_test(without_a_pmu_there_are_modes),
		cmocka_unit_test(nothing_but_the_time),
		cmocka_unit_test(kernel_time_is_apart_when_it_was_not_counted),
		cmocka_unit_test(equal_sides_have_no_parts_to_tell),
		cmocka_unit_test(parts_add_up_whatever_the_numbers),
		cmocka_unit_test(a_comparison_has_all_of_it),
		cmocka_unit_test(every_share_has_a_metric),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
