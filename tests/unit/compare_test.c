/* Two sets of samples against each other; chances are for tests/stats. */
#include "analyze/compare.h"

#include "unit.h"

#include <float.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

static void equal(double got, double expected, double within)
{
	if (!(fabs(got - expected) <= within))
		fail_msg("%.17g is not %.17g", got, expected);
}

static void begin(struct comparison *c)
{
	struct compare_options options = compare_defaults();

	compare_init(c, 2, &options);
}

static size_t add(struct comparison *c, const char *name,
		  enum metric_better better)
{
	return compare_add_quantity(
		c, &(struct compare_kind){ .name = name, .better = better });
}

/* Samples of both sides, in blocks of two. */
static void fill(struct comparison *c, size_t q, const double *a,
		 const double *b, size_t n)
{
	while (c->subjects[0].nruns < n) {
		compare_add_run(c, 0, c->subjects[0].nruns, 0);
		compare_add_run(c, 1, c->subjects[1].nruns, 1);
	}
	for (size_t i = 0; i < n; i++) {
		compare_add_sample(c, q, 0, i, a[i]);
		compare_add_sample(c, q, 1, i, b[i]);
	}
}

static void compute(struct comparison *c)
{
	struct err err = { 0 };

	if (compare_compute(c, &err) < 0)
		fail_msg("%s", err.what);
}

static const struct compare_result *result(const struct comparison *c, size_t q)
{
	return &c->quantities[q].results[1];
}

static void mark_is(const struct comparison *c, size_t q,
		    enum compare_mark mark)
{
	assert_string_equal(compare_mark_name(result(c, q)->mark),
			    compare_mark_name(mark));
}

static void numbers_are_finite(const double *x, size_t n)
{
	for (size_t i = 0; i < n; i++)
		assert_true(isfinite(x[i]));
}

/* Every number that somebody could print. */
static void all_is_finite(const struct comparison *c)
{
	for (size_t q = 0; q < c->nquantities; q++) {
		const struct compare_result *r = result(c, q);

		for (size_t s = 0; s < 2; s++) {
			const struct compare_side *side =
				&c->quantities[q].sides[s];
			const double x[] = {
				side->stats.mean,   side->stats.median,
				side->stats.min,    side->stats.max,
				side->stats.stddev, side->stats.sem,
				side->stats.ci_lo,  side->stats.ci_hi,
				side->quartile_1,   side->quartile_3,
				side->fence_lo,     side->fence_hi,
			};

			numbers_are_finite(x, sizeof(x) / sizeof(x[0]));
		}
		for (int i = 0; i < 2; i++) {
			const struct compare_delta *d =
				i ? &r->relative : &r->difference;
			const double x[] = { d->value, d->shown.lo, d->shown.hi,
					     d->plain.lo, d->plain.hi };

			numbers_are_finite(x, 5);
			assert_true(d->shown.lo <= d->shown.hi);
			assert_true(d->plain.lo <= d->plain.hi);
		}
		{
			const double x[] = { r->p,
					     r->p_adjusted,
					     r->confidence,
					     r->welch.statistic,
					     r->welch.freedom,
					     r->welch.p,
					     r->mann_whitney.statistic,
					     r->mann_whitney.p };

			numbers_are_finite(x, 8);
		}
		assert_true(r->p >= 0.0 && r->p <= 1.0);
		assert_true(r->p_adjusted >= r->p || !r->resampled);
	}
}

static void nothing_at_all(void **state)
{
	struct compare_options options = compare_defaults();
	struct comparison c;

	(void)state;
	compare_init(&c, 0, &options);
	compute(&c);
	compare_done(&c);
	begin(&c);
	compute(&c);
	add(&c, "cycles", METRIC_LOWER);
	compute(&c);
	mark_is(&c, 0, COMPARE_ABSENT);
	assert_string_equal(result(&c, 0)->why, "no run has a number");
	all_is_finite(&c);
	assert_true(compare_precision(&c, 0, 1) < 0.0);
	assert_int_equal(compare_blocks_for(&c, 0, 1, 0.01), 0);
	compare_done(&c);
}

static void few_runs_say_nothing(void **state)
{
	const double a[] = { 100, 101, 99, 100, 102 };
	const double b[] = { 200, 201, 202, 199, 200 };

	(void)state;
	for (size_t n = 1; n <= 5; n++) {
		struct comparison c;

		begin(&c);
		add(&c, "cycles", METRIC_LOWER);
		fill(&c, 0, a, b, n);
		compute(&c);
		all_is_finite(&c);
		mark_is(&c, 0, n < 5 ? COMPARE_TOO_FEW : COMPARE_WORSE);
		assert_true((result(&c, 0)->why != NULL) == (n < 5));
		assert_true(result(&c, 0)->difference.known);
		if (n == 1)
			equal(result(&c, 0)->relative.value, 1.0, 1e-12);
		compare_done(&c);
	}
}

static void all_equal_is_no_difference(void **state)
{
	const double a[] = { 0.1, 0.1, 0.1, 0.1, 0.1, 0.1 };
	const double b[] = { 0.2, 0.2, 0.2, 0.2, 0.2, 0.2 };
	struct comparison c;

	(void)state;
	begin(&c);
	c.options.noise = 0.0;
	add(&c, "same", METRIC_LOWER);
	add(&c, "twice", METRIC_LOWER);
	add(&c, "half", METRIC_LOWER);
	fill(&c, 0, a, a, 6);
	fill(&c, 1, a, b, 6);
	fill(&c, 2, b, a, 6);
	compute(&c);
	all_is_finite(&c);
	mark_is(&c, 0, COMPARE_SAME);
	assert_true(result(&c, 0)->surely_same);
	equal(result(&c, 0)->p, 1.0, 0.0);
	mark_is(&c, 1, COMPARE_WORSE);
	mark_is(&c, 2, COMPARE_BETTER);
	equal(result(&c, 1)->relative.shown.lo, 1.0, 1e-12);
	equal(result(&c, 1)->relative.shown.hi, 1.0, 1e-12);
	assert_false(result(&c, 1)->exact);
	assert_false(result(&c, 1)->welch.known);
	compare_done(&c);
}

/* It widens the interval; it is counted, and not left out. */
static void one_outlier_is_no_difference(void **state)
{
	const double a[] = { 100, 101, 100, 99, 100, 101, 100, 99 };
	const double b[] = { 101, 100, 99, 100, 5000, 100, 101, 100 };
	struct comparison c;

	(void)state;
	begin(&c);
	add(&c, "cycles", METRIC_LOWER);
	fill(&c, 0, a, b, 8);
	compute(&c);
	all_is_finite(&c);
	mark_is(&c, 0, COMPARE_SAME);
	assert_false(result(&c, 0)->surely_same);
	assert_int_equal(c.quantities[0].sides[0].outliers, 0);
	assert_int_equal(c.quantities[0].sides[1].outliers, 1);
	equal(c.quantities[0].sides[1].stats.max, 5000, 0.0);
	compare_done(&c);
}

static void zeros_have_no_relative_difference(void **state)
{
	const double zero[] = { 0, 0, 0, 0, 0, 0 };
	const double some[] = { 5, 6, 5, 7, 5, 6 };
	struct comparison c;

	(void)state;
	begin(&c);
	add(&c, "none", METRIC_LOWER);
	add(&c, "came", METRIC_LOWER);
	add(&c, "went", METRIC_LOWER);
	fill(&c, 0, zero, zero, 6);
	fill(&c, 1, zero, some, 6);
	fill(&c, 2, some, zero, 6);
	compute(&c);
	all_is_finite(&c);
	mark_is(&c, 0, COMPARE_SAME);
	assert_true(result(&c, 0)->surely_same);
	mark_is(&c, 1, COMPARE_WORSE);
	assert_false(result(&c, 1)->relative.known);
	assert_true(compare_precision(&c, 1, 1) < 0.0);
	mark_is(&c, 2, COMPARE_BETTER);
	equal(result(&c, 2)->relative.value, -1.0, 0.0);
	compare_done(&c);
}

static void huge_and_tiny_numbers_stay_numbers(void **state)
{
	static const double units[] = {
		DBL_MAX / 4, 1e200, 1e19, 1e-200, DBL_MIN * 4, DBL_TRUE_MIN
	};
	struct comparison c;

	(void)state;
	begin(&c);
	for (size_t i = 0; i < 6; i++) {
		double a[8], b[8];
		char name[8];

		for (size_t k = 0; k < 8; k++) {
			a[k] = units[i] * (1 + (double)(k % 3));
			b[k] = units[i] * (1 + (double)(k % 2));
		}
		/* from one end of the numbers to the other */
		if (!i)
			b[3] = -DBL_MAX;
		snprintf(name, sizeof(name), "%zu", i);
		add(&c, name, METRIC_LOWER);
		fill(&c, i, a, b, 8);
	}
	add(&c, "more", METRIC_LOWER);
	fill(&c, 6, (double[]){ 1e-300, 1e-300, 1e-300, 1e-300, 1e-300 },
	     (double[]){ 1e300, 1e300, 1e300, 1e300, 1e300 }, 5);
	compute(&c);
	all_is_finite(&c);
	mark_is(&c, 6, COMPARE_WORSE);
	compare_done(&c);
}

static void what_is_not_finite_is_left_out(void **state)
{
	struct comparison c;

	(void)state;
	begin(&c);
	add(&c, "x", METRIC_LOWER);
	fill(&c, 0, (double[]){ HUGE_VAL, 1, 2 }, (double[]){ 1, -HUGE_VAL, 2 },
	     3);
	compute(&c);
	all_is_finite(&c);
	assert_int_equal(c.quantities[0].sides[0].n, 2);
	assert_int_equal(c.quantities[0].sides[1].n, 2);
	assert_int_equal(c.quantities[0].sides[1].runs[1], 2);
	compare_done(&c);
}

/* A share of each block is common: only its pairs see the small change. */
static void blocks_cancel_what_they_have_in_common(void **state)
{
	struct comparison c;

	(void)state;
	for (int alone = 0; alone < 2; alone++) {
		begin(&c);
		add(&c, "time", METRIC_LOWER);
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
		compute(&c);
		assert_int_equal(c.paired, !alone);
		assert_int_equal(c.blocks, 10);
		mark_is(&c, 0, alone ? COMPARE_SAME : COMPARE_WORSE);
		equal(result(&c, 0)->relative.value, 0.02, 1e-3);
		compare_done(&c);
	}
}

/* Samples of some runs are missing, on one side or on both. */
static void missing_samples_are_no_zeros(void **state)
{
	struct comparison c;

	(void)state;
	begin(&c);
	add(&c, "time", METRIC_LOWER);
	for (size_t i = 0; i < 20; i++) {
		size_t a = compare_add_run(&c, 0, i, 0);
		size_t b = compare_add_run(&c, 1, i, 1);

		if (i % 3)
			compare_add_sample(&c, 0, 0, a,
					   100.0 + (double)(i % 4));
		if (i % 4)
			compare_add_sample(&c, 0, 1, b,
					   110.0 + (double)(i % 5));
	}
	compute(&c);
	all_is_finite(&c);
	assert_true(c.paired);
	mark_is(&c, 0, COMPARE_WORSE);
	assert_true(result(&c, 0)->relative.plain.lo > 0.05);
	assert_true(result(&c, 0)->relative.plain.hi < 0.15);
	compare_done(&c);
}

static void simulations_that_repeat_are_exact(void **state)
{
	const struct compare_kind simulated = { .name = "instructions",
						.better = METRIC_LOWER,
						.simulated = true };
	struct comparison c;

	(void)state;
	for (size_t n = 1; n <= 2; n++) {
		begin(&c);
		compare_add_quantity(&c, &simulated);
		fill(&c, 0, (double[]){ 1000, 1000 }, (double[]){ 1020, 1020 },
		     n);
		compute(&c);
		all_is_finite(&c);
		assert_int_equal(result(&c, 0)->exact, n == 2);
		mark_is(&c, 0, n == 2 ? COMPARE_WORSE : COMPARE_TOO_FEW);
		equal(result(&c, 0)->relative.value, 0.02, 1e-12);
		if (n == 2)
			equal(compare_precision(&c, 0, 1), 0.0, 0.0);
		compare_done(&c);
	}
	/* one that does not repeat is like any other */
	begin(&c);
	compare_add_quantity(&c, &simulated);
	fill(&c, 0, (double[]){ 1000, 1000, 1000, 1000, 1000 },
	     (double[]){ 1020, 1020, 1021, 1020, 1020 }, 5);
	compute(&c);
	assert_false(result(&c, 0)->exact);
	mark_is(&c, 0, COMPARE_WORSE);
	compare_done(&c);
}

static void less_than_the_noise_is_no_difference(void **state)
{
	const double a[] = { 1000, 1001, 999, 1000, 1001, 999 };
	const double b[] = { 1005, 1006, 1004, 1005, 1006, 1004 };
	struct comparison c;

	(void)state;
	for (int noise = 0; noise < 2; noise++) {
		begin(&c);
		c.options.noise = noise ? 0.01 : 0.0;
		add(&c, "time", METRIC_LOWER);
		fill(&c, 0, a, b, 6);
		compute(&c);
		mark_is(&c, 0, noise ? COMPARE_SAME : COMPARE_WORSE);
		assert_int_equal(result(&c, 0)->surely_same, noise);
		assert_true(result(&c, 0)->relative.shown.lo > 0.0);
		compare_done(&c);
	}
}

static void better_is_the_metrics_word(void **state)
{
	const double a[] = { 10, 11, 10, 11, 10, 11 };
	const double b[] = { 20, 21, 20, 21, 20, 22 };
	struct comparison c;

	(void)state;
	begin(&c);
	add(&c, "time", METRIC_LOWER);
	add(&c, "ipc", METRIC_HIGHER);
	add(&c, "ghz", METRIC_NEUTRAL);
	for (size_t q = 0; q < 3; q++)
		fill(&c, q, a, b, 6);
	compute(&c);
	mark_is(&c, 0, COMPARE_WORSE);
	mark_is(&c, 1, COMPARE_BETTER);
	mark_is(&c, 2, COMPARE_DIFFERENT);
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

		begin(&c);
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
			add(&c, name, METRIC_LOWER);
			fill(&c, q, a, b, 9);
		}
		compute(&c);
		all_is_finite(&c);
		assert_int_equal(c.tests, 12);
		for (size_t q = 0; q < 12; q++) {
			const struct compare_result *r = result(&c, q);
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

	begin(c);
	if (other) {
		add(c, "other", METRIC_LOWER);
		c->quantities[0].kind.untested = true;
	}
	add(c, "x", METRIC_LOWER);
	for (size_t i = 0; i < 9; i++) {
		a[i] = factor * doubtful(i, 1) + shift;
		b[i] = factor * doubtful(i, 2) * 1.1 + shift;
	}
	if (other)
		fill(c, 0, a, a, 9);
	fill(c, other, swap ? b : a, swap ? a : b, 9);
	compute(c);
}

static void scaling_shifting_and_swapping_carry_over(void **state)
{
	struct comparison c, d;
	const struct compare_result *r, *s;

	(void)state;
	set(&c, 1.0, 0.0, false, false);
	r = result(&c, 0);
	set(&d, 1024.0, 0.0, false, false);
	s = result(&d, 0);
	equal(s->difference.plain.lo, 1024 * r->difference.plain.lo, 1e-9);
	equal(s->relative.plain.lo, r->relative.plain.lo, 1e-12);
	compare_done(&d);
	set(&d, 1.0, 1e6, false, false);
	s = result(&d, 0);
	equal(s->difference.value, r->difference.value, 1e-6);
	equal(s->difference.plain.hi, r->difference.plain.hi, 1e-6);
	compare_done(&d);
	/* the same draws, and the same ratio the other way round */
	set(&d, 1.0, 0.0, true, false);
	s = result(&d, 0);
	equal(s->difference.plain.lo, -r->difference.plain.hi, 1e-9);
	equal(1.0 / (1.0 + s->relative.plain.lo), 1.0 + r->relative.plain.hi,
	      1e-9);
	compare_done(&d);
	/* and nobody's numbers depend on what else was looked at by rules */
	set(&d, 1.0, 0.0, false, true);
	s = result(&d, 1);
	equal(s->relative.shown.lo, r->relative.shown.lo, 0.0);
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

/* More runs than are drawn from: neighbours are put together. */
static void thousands_of_runs_are_no_burden(void **state)
{
	struct comparison c;

	(void)state;
	begin(&c);
	add(&c, "x", METRIC_LOWER);
	for (size_t i = 0; i < 5000; i++)
		for (size_t s = 0; s < 2; s++)
			compare_add_sample(&c, 0, s,
					   compare_add_run(&c, s, i, s),
					   doubtful(i, s) * (s ? 1.02 : 1.0));
	compute(&c);
	all_is_finite(&c);
	assert_true(c.blocks > 256 && c.blocks <= 512);
	mark_is(&c, 0, COMPARE_WORSE);
	assert_true(result(&c, 0)->relative.plain.lo > 0.015);
	assert_true(result(&c, 0)->relative.plain.hi < 0.025);
	compare_done(&c);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(nothing_at_all),
		cmocka_unit_test(few_runs_say_nothing),
		cmocka_unit_test(all_equal_is_no_difference),
		cmocka_unit_test(one_outlier_is_no_difference),
		cmocka_unit_test(zeros_have_no_relative_difference),
		cmocka_unit_test(huge_and_tiny_numbers_stay_numbers),
		cmocka_unit_test(what_is_not_finite_is_left_out),
		cmocka_unit_test(blocks_cancel_what_they_have_in_common),
		cmocka_unit_test(missing_samples_are_no_zeros),
		cmocka_unit_test(simulations_that_repeat_are_exact),
		cmocka_unit_test(less_than_the_noise_is_no_difference),
		cmocka_unit_test(better_is_the_metrics_word),
		cmocka_unit_test(intervals_agree_with_marks),
		cmocka_unit_test(scaling_shifting_and_swapping_carry_over),
		cmocka_unit_test(precision_says_how_many_runs_it_takes),
		cmocka_unit_test(thousands_of_runs_are_no_burden),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
