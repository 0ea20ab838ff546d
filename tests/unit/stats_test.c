#include "analyze/stats.h"

#include "base/auto.h"
#include "base/random.h"
#include "unit.h"

#include <float.h>
#include <math.h>
#include <stdlib.h>

static void near(double got, double expected)
{
	if (fabs(got - expected) > 1e-9 * fmax(1.0, fabs(expected)))
		fail_msg("%.17g is not %.17g", got, expected);
}

static void nothing_is_all_zero(void **state)
{
	struct stats s = stats_of(NULL, 0);

	(void)state;
	assert_int_equal(s.n, 0);
	near(s.mean + s.median + s.min + s.max + s.stddev + s.sem, 0.0);
	near(s.ci_lo + s.ci_hi, 0.0);
}

static void one_sample_has_no_spread(void **state)
{
	const double one[] = { 7.5 };
	struct stats s = stats_of(one, 1);

	(void)state;
	assert_int_equal(s.n, 1);
	near(s.mean, 7.5);
	near(s.median, 7.5);
	near(s.stddev, 0.0);
	near(s.sem, 0.0);
	near(s.ci_lo, 7.5);
	near(s.ci_hi, 7.5);
}

/*
 * By hand: mean 5, squares 9+1+1+1+0+0+4+16 = 32, variance 32/7; the table of
 * Student's t gives 2.364624 for 7 degrees of freedom.
 */
static void eight_samples_by_hand(void **state)
{
	const double samples[] = { 9, 2, 4, 5, 4, 7, 5, 4 };
	const double sd = sqrt(32.0 / 7.0);
	struct stats s = stats_of(samples, 8);

	(void)state;
	near(s.mean, 5.0);
	near(s.median, 4.5);
	near(s.min, 2.0);
	near(s.max, 9.0);
	near(s.stddev, sd);
	near(s.sem, sd / sqrt(8.0));
	assert_true(fabs(s.ci_hi - (5.0 + 2.364624 * sd / sqrt(8.0))) < 1e-6);
	near(s.ci_hi - 5.0, 5.0 - s.ci_lo);
	/* Sorting was done on a copy. */
	near(samples[0], 9.0);
}

static void two_samples_have_a_wide_interval(void **state)
{
	const double samples[] = { 100, 300 };
	struct stats s = stats_of(samples, 2);

	(void)state;
	near(s.mean, 200.0);
	near(s.stddev, sqrt(20000.0));
	near(s.sem, 100.0);
	/* t for one degree of freedom is tan(0.475 pi) */
	assert_true(fabs(s.ci_hi - (200.0 + 12.7062047 * 100.0)) < 1e-4);
}

static void adding_and_scaling_carry_over(void **state)
{
	const double a[] = { 1.5, 2.25, 9.125, 4.0, 0.5 };
	double b[5];
	struct stats before = stats_of(a, 5), after;

	(void)state;
	for (size_t i = 0; i < 5; i++)
		b[i] = 3.0 * a[i] + 1000.0;
	after = stats_of(b, 5);
	near(after.mean, 3.0 * before.mean + 1000.0);
	near(after.median, 3.0 * before.median + 1000.0);
	near(after.stddev, 3.0 * before.stddev);
	near(after.ci_hi - after.ci_lo, 3.0 * (before.ci_hi - before.ci_lo));
}

/* Sides that are alike, empty or all equal have nothing to test. */
static void tests_of_nothing_are_not_known(void **state)
{
	const double same[] = { 3, 3, 3 }, other[] = { 1, 2, 4 };

	(void)state;
	assert_false(stats_welch(same, 3, same, 3).known);
	assert_false(stats_welch(same, 1, other, 3).known);
	assert_false(stats_welch(NULL, 0, other, 3).known);
	assert_false(stats_mann_whitney(same, 3, same, 3).known);
	assert_false(stats_mann_whitney(same, 3, NULL, 0).known);
	near(stats_welch(same, 3, same, 3).p, 1.0);
	near(stats_mann_whitney(same, 3, NULL, 0).p, 1.0);
	assert_true(stats_welch(same, 3, other, 3).known);
}

/* Of the 20 orders of 3 and 3, one is as extreme as this on either side. */
static void ranks_that_do_not_mix(void **state)
{
	const double low[] = { 1, 2, 3 }, high[] = { 10, 20, 30 };
	struct stats_test t = stats_mann_whitney(low, 3, high, 3);

	(void)state;
	near(t.statistic, 0.0);
	near(t.p, 2.0 / 20.0);
	t = stats_mann_whitney(high, 3, low, 3);
	near(t.statistic, 9.0);
	near(t.p, 2.0 / 20.0);
}

static int by_size(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

/* Few, many, equal ones, both signs, all sizes: as qsort() has them. */
static void sorts(void **state)
{
	static const size_t sizes[] = { 0, 1, 2, 31, 32, 33, 500, 1999 };
	static const double ends[] = { 0.0,     -0.0,   DBL_MAX, -DBL_MAX,
				       DBL_MIN, 1e-320, -1e-320 };
	struct random random = { .state = 5 };
	double x[1999], y[1999];

	(void)state;
	for (size_t round = 0; round < 3 * ARRAY_LEN(sizes); round++) {
		size_t n = sizes[round / 3];

		for (size_t i = 0; i < n; i++) {
			double whole = (double)random_below(&random, 1000);

			x[i] = round % 3 == 0 ? whole - 500.0
			       : round % 3 == 1
				       ? ldexp(whole - 500.0, (int)whole - 400)
				       : 1e6 + whole * 1e-9;
			if (i < ARRAY_LEN(ends) && n > 30)
				x[i] = ends[i];
			y[i] = x[i];
		}
		stats_sort(x, n);
		qsort(y, n, sizeof(*y), by_size);
		for (size_t i = 0; i < n; i++)
			assert_true(x[i] == y[i]);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(nothing_is_all_zero),
		cmocka_unit_test(one_sample_has_no_spread),
		cmocka_unit_test(eight_samples_by_hand),
		cmocka_unit_test(two_samples_have_a_wide_interval),
		cmocka_unit_test(adding_and_scaling_carry_over),
		cmocka_unit_test(tests_of_nothing_are_not_known),
		cmocka_unit_test(ranks_that_do_not_mix),
		cmocka_unit_test(sorts),
	};

	if (stats_load(NULL) < 0)
		return 1;
	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
