/* Two sets of samples against each other; chances are for tests/stats. */
#include "sides.h"
#include "unit.h"

#include <math.h>
#include <stdio.h>

/* A share of each block is common: only its pairs see the small change. */
static void blocks_cancel_what_they_have_in_common(void **state)
{
	struct comparison c;

	(void)state;
	for (int alone = 0; alone < 2; alone++) {
		sides_begin(&c);
		sides_add(&c, "time", METRIC_LOWER);
		for (size_t i = 0; i < 10; i++) {
			double slow = 1.0 + 0.05 * (double)i;
			size_t block = alone ? COMPARE_ALONE : 1000 + 7 * i;

			/* in any order of the blocks */
			compare_add_sample(&c, 0, 0,
					   compare_add_run(&c, 0, block, 0),
					   slow);
			compare_add_sample(
				&c, 0, 1, compare_add_run(&c, 1, block, 1),
				slow * 1.02 + (i % 2 ? 1e-3 : -1e-3));
		}
		sides_compute(&c);
		assert_int_equal(c.paired, !alone);
		assert_int_equal(c.blocks, 10);
		sides_mark_is(&c, 0, alone ? COMPARE_SAME : COMPARE_WORSE);
		sides_near(sides_result(&c, 0)->relative.value, 0.02, 1e-3);
		compare_done(&c);
	}
}

static void simulations_that_repeat_are_exact(void **state)
{
	const struct compare_kind simulated = { .name = "instructions",
						.better = METRIC_LOWER,
						.simulated = true };
	struct comparison c;

	(void)state;
	for (size_t n = 1; n <= 2; n++) {
		sides_begin(&c);
		compare_add_quantity(&c, &simulated);
		sides_fill(&c, 0, (double[]){ 1000, 1000 },
			   (double[]){ 1020, 1020 }, n);
		sides_compute(&c);
		sides_are_finite(&c);
		assert_int_equal(sides_result(&c, 0)->exact, n == 2);
		sides_mark_is(&c, 0, n == 2 ? COMPARE_WORSE : COMPARE_TOO_FEW);
		sides_near(sides_result(&c, 0)->relative.value, 0.02, 1e-12);
		if (n == 2)
			sides_near(compare_precision(&c, 0, 1), 0.0, 0.0);
		compare_done(&c);
	}
	/* one that does not repeat is like any other */
	sides_begin(&c);
	compare_add_quantity(&c, &simulated);
	sides_fill(&c, 0, (double[]){ 1000, 1000, 1000, 1000, 1000 },
		   (double[]){ 1020, 1020, 1021, 1020, 1020 }, 5);
	sides_compute(&c);
	assert_false(sides_result(&c, 0)->exact);
	sides_mark_is(&c, 0, COMPARE_WORSE);
	compare_done(&c);
}

static void less_than_the_noise_is_no_difference(void **state)
{
	const double a[] = { 1000, 1001, 999, 1000, 1001, 999 };
	const double b[] = { 1005, 1006, 1004, 1005, 1006, 1004 };
	struct comparison c;

	(void)state;
	for (int noise = 0; noise < 2; noise++) {
		sides_begin(&c);
		c.options.noise = noise ? 0.01 : 0.0;
		sides_add(&c, "time", METRIC_LOWER);
		sides_fill(&c, 0, a, b, 6);
		sides_compute(&c);
		sides_mark_is(&c, 0, noise ? COMPARE_SAME : COMPARE_WORSE);
		assert_int_equal(sides_result(&c, 0)->surely_same, noise);
		assert_true(sides_result(&c, 0)->relative.shown.lo > 0.0);
		compare_done(&c);
	}
}

static void better_is_the_metrics_word(void **state)
{
	const double a[] = { 10, 11, 10, 11, 10, 11 };
	const double b[] = { 20, 21, 20, 21, 20, 22 };
	struct comparison c;

	(void)state;
	sides_begin(&c);
	sides_add(&c, "time", METRIC_LOWER);
	sides_add(&c, "ipc", METRIC_HIGHER);
	sides_add(&c, "ghz", METRIC_NEUTRAL);
	for (size_t q = 0; q < 3; q++)
		sides_fill(&c, q, a, b, 6);
	sides_compute(&c);
	sides_mark_is(&c, 0, COMPARE_WORSE);
	sides_mark_is(&c, 1, COMPARE_BETTER);
	sides_mark_is(&c, 2, COMPARE_DIFFERENT);
	compare_done(&c);
}

/* A share of one in twenty: what the correction is there for. */
static double doubtful(size_t i, size_t q)
{
	return 100.0 +
	       3.0 * sin(12.9898 * (double)(i + 1) + 78.233 * (double)(q + 1));
}

/* Corrected ones are wider than those that are not. */
static void is_wider(const struct compare_delta *d, bool corrected)
{
	assert_true(d->shown.lo <= d->plain.lo && d->shown.hi >= d->plain.hi);
	if (corrected)
		assert_true(d->shown.lo < d->plain.lo &&
			    d->shown.hi > d->plain.hi);
}

/* For every quantity: 0 is out of both intervals, or it is not significant. */
static void intervals_agree_with_marks(void **state)
{
	size_t different = 0;

	(void)state;
	for (size_t trial = 0; trial < 20; trial++) {
		struct comparison c;

		sides_begin(&c);
		c.options.noise = 0.0;
		for (size_t q = 0; q < 12; q++) {
			double a[9], b[9];
			char name[8];

			for (size_t i = 0; i < 9; i++) {
				a[i] = doubtful(i, q + 100 * trial);
				b[i] = doubtful(i + 50, q + 100 * trial) +
				       (double)(q / 2);
			}
			snprintf(name, sizeof(name), "%zu", q);
			sides_add(&c, name, METRIC_LOWER);
			sides_fill(&c, q, a, b, 9);
		}
		sides_compute(&c);
		sides_are_finite(&c);
		assert_int_equal(c.tests, 12);
		for (size_t q = 0; q < 12; q++) {
			const struct compare_result *r = sides_result(&c, q);
			bool out = r->difference.shown.lo > 0.0 ||
				   r->difference.shown.hi < 0.0;
			bool relative_out = r->relative.shown.lo > 0.0 ||
					    r->relative.shown.hi < 0.0;

			assert_int_equal(out, r->mark != COMPARE_SAME);
			assert_int_equal(relative_out, out);
			assert_int_equal(out, r->p_adjusted < 0.05);
			assert_true(r->confidence >= 0.95 - 1e-12);
			is_wider(&r->difference, r->confidence > 0.9501);
			is_wider(&r->relative, r->confidence > 0.9501);
			different += out;
		}
		compare_done(&c);
	}
	/* or there was nothing to agree about */
	assert_true(different > 20 && different < 200);
}

static void set(struct comparison *c, double factor, double shift, bool swap,
		bool other)
{
	double a[9], b[9];

	sides_begin(c);
	if (other) {
		sides_add(c, "other", METRIC_LOWER);
		c->quantities[0].kind.untested = true;
	}
	sides_add(c, "x", METRIC_LOWER);
	for (size_t i = 0; i < 9; i++) {
		a[i] = factor * doubtful(i, 1) + shift;
		b[i] = factor * doubtful(i, 2) * 1.1 + shift;
	}
	if (other)
		sides_fill(c, 0, a, a, 9);
	sides_fill(c, other, swap ? b : a, swap ? a : b, 9);
	sides_compute(c);
}

static void scaling_shifting_and_swapping_carry_over(void **state)
{
	struct comparison c, d;
	const struct compare_result *r, *s;

	(void)state;
	set(&c, 1.0, 0.0, false, false);
	r = sides_result(&c, 0);
	set(&d, 1024.0, 0.0, false, false);
	s = sides_result(&d, 0);
	sides_near(s->difference.plain.lo, 1024 * r->difference.plain.lo, 1e-9);
	sides_near(s->relative.plain.lo, r->relative.plain.lo, 1e-12);
	compare_done(&d);
	set(&d, 1.0, 1e6, false, false);
	s = sides_result(&d, 0);
	sides_near(s->difference.value, r->difference.value, 1e-6);
	sides_near(s->difference.plain.hi, r->difference.plain.hi, 1e-6);
	compare_done(&d);
	/* the same draws, and the same ratio the other way round */
	set(&d, 1.0, 0.0, true, false);
	s = sides_result(&d, 0);
	sides_near(s->difference.plain.lo, -r->difference.plain.hi, 1e-9);
	sides_near(1.0 / (1.0 + s->relative.plain.lo),
		   1.0 + r->relative.plain.hi, 1e-9);
	compare_done(&d);
	/* and nobody's numbers depend on what else was looked at by rules */
	set(&d, 1.0, 0.0, false, true);
	s = sides_result(&d, 1);
	sides_near(s->relative.shown.lo, r->relative.shown.lo, 0.0);
	assert_int_equal(d.tests, 1);
	compare_done(&d);
	compare_done(&c);
}

static void precision_says_how_many_runs_it_takes(void **state)
{
	struct comparison c;
	double now;

	(void)state;
	set(&c, 1.0, 0.0, false, false);
	now = compare_precision(&c, 0, 1);
	assert_true(now > 0.001 && now < 0.1);
	assert_int_equal(compare_blocks_for(&c, 0, 1, now / 2.0), 36);
	assert_int_equal(compare_blocks_for(&c, 0, 1, 2.0), COMPARE_RUNS_MIN);
	assert_int_equal(compare_blocks_for(&c, 0, 1, 0.0), 0);
	compare_done(&c);
}

/* Each against the first; all of them are one family of questions. */
static void three_subjects_have_one_reference(void **state)
{
	struct compare_options options = compare_defaults();
	struct comparison c;

	(void)state;
	compare_init(&c, 3, &options);
	sides_add(&c, "x", METRIC_LOWER);
	sides_add(&c, "y", METRIC_LOWER);
	for (size_t i = 0; i < 9; i++) {
		for (size_t s = 0; s < 3; s++) {
			double x = doubtful(i, s) / 10.0 + 100.0;
			size_t run = compare_add_run(&c, s, i, s);

			compare_add_sample(&c, 0, s, run, s == 2 ? x * 1.1 : x);
			compare_add_sample(&c, 1, s, run, s == 1 ? x / 1.1 : x);
		}
	}
	sides_compute(&c);
	assert_int_equal(c.tests, 4);
	assert_true(c.paired);
	sides_mark_is(&c, 0, COMPARE_SAME);
	sides_mark_is(&c, 1, COMPARE_BETTER);
	assert_int_equal(c.quantities[0].results[2].mark, COMPARE_WORSE);
	assert_int_equal(c.quantities[1].results[2].mark, COMPARE_SAME);
	assert_null(c.quantities[0].results[0].resampled);
	compare_done(&c);
}

/* The same seed repeats to the last bit; another is about the same. */
static void seeds_repeat(void **state)
{
	struct compare_interval first, second, other;
	struct comparison c;

	(void)state;
	set(&c, 1.0, 0.0, false, false);
	first = sides_result(&c, 0)->relative.plain;
	sides_compute(&c);
	second = sides_result(&c, 0)->relative.plain;
	c.options.seed++;
	sides_compute(&c);
	other = sides_result(&c, 0)->relative.plain;
	compare_done(&c);
	assert_memory_equal(&first, &second, sizeof(first));
	assert_true(first.lo != other.lo && first.hi != other.hi);
	sides_near(other.lo, first.lo, 0.15 * (first.hi - first.lo));
	sides_near(other.hi, first.hi, 0.15 * (first.hi - first.lo));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(blocks_cancel_what_they_have_in_common),
		cmocka_unit_test(simulations_that_repeat_are_exact),
		cmocka_unit_test(less_than_the_noise_is_no_difference),
		cmocka_unit_test(better_is_the_metrics_word),
		cmocka_unit_test(intervals_agree_with_marks),
		cmocka_unit_test(scaling_shifting_and_swapping_carry_over),
		cmocka_unit_test(precision_says_how_many_runs_it_takes),
		cmocka_unit_test(three_subjects_have_one_reference),
		cmocka_unit_test(seeds_repeat),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
