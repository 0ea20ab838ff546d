/* Comparisons of what is hardly there, too large or too much. */
#include "sides.h"
#include "unit.h"

#include <float.h>
#include <math.h>
#include <stdio.h>

static double doubtful(size_t i, size_t q)
{
	return 100.0 +
	       3.0 * sin(12.9898 * (double)(i + 1) + 78.233 * (double)(q + 1));
}

static void nothing_at_all(void **state)
{
	struct compare_options options = compare_defaults();
	struct comparison c;

	(void)state;
	compare_init(&c, 0, &options);
	sides_compute(&c);
	compare_done(&c);
	sides_begin(&c);
	sides_compute(&c);
	sides_add(&c, "cycles", METRIC_LOWER);
	sides_compute(&c);
	sides_mark_is(&c, 0, COMPARE_ABSENT);
	assert_string_equal(sides_result(&c, 0)->why, "no run has a number");
	sides_are_finite(&c);
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

		sides_begin(&c);
		sides_add(&c, "cycles", METRIC_LOWER);
		sides_fill(&c, 0, a, b, n);
		sides_compute(&c);
		sides_are_finite(&c);
		sides_mark_is(&c, 0, n < 5 ? COMPARE_TOO_FEW : COMPARE_WORSE);
		assert_true((sides_result(&c, 0)->why != NULL) == (n < 5));
		assert_true(sides_result(&c, 0)->difference.known);
		if (n == 1)
			sides_near(sides_result(&c, 0)->relative.value, 1.0,
				   1e-12);
		compare_done(&c);
	}
}

static void all_equal_is_no_difference(void **state)
{
	const double a[] = { 0.1, 0.1, 0.1, 0.1, 0.1, 0.1 };
	const double b[] = { 0.2, 0.2, 0.2, 0.2, 0.2, 0.2 };
	struct comparison c;

	(void)state;
	sides_begin(&c);
	c.options.noise = 0.0;
	sides_add(&c, "same", METRIC_LOWER);
	sides_add(&c, "twice", METRIC_LOWER);
	sides_add(&c, "half", METRIC_LOWER);
	sides_fill(&c, 0, a, a, 6);
	sides_fill(&c, 1, a, b, 6);
	sides_fill(&c, 2, b, a, 6);
	sides_compute(&c);
	sides_are_finite(&c);
	sides_mark_is(&c, 0, COMPARE_SAME);
	assert_true(sides_result(&c, 0)->surely_same);
	sides_near(sides_result(&c, 0)->p, 1.0, 0.0);
	sides_mark_is(&c, 1, COMPARE_WORSE);
	sides_mark_is(&c, 2, COMPARE_BETTER);
	sides_near(sides_result(&c, 1)->relative.shown.lo, 1.0, 1e-12);
	sides_near(sides_result(&c, 1)->relative.shown.hi, 1.0, 1e-12);
	assert_false(sides_result(&c, 1)->exact);
	assert_false(sides_result(&c, 1)->welch.known);
	compare_done(&c);
}

/* It widens the interval; it is counted, and not left out. */
static void one_outlier_is_no_difference(void **state)
{
	const double a[] = { 100, 101, 100, 99, 100, 101, 100, 99 };
	const double b[] = { 101, 100, 99, 100, 5000, 100, 101, 100 };
	struct comparison c;

	(void)state;
	sides_begin(&c);
	sides_add(&c, "cycles", METRIC_LOWER);
	sides_fill(&c, 0, a, b, 8);
	sides_compute(&c);
	sides_are_finite(&c);
	sides_mark_is(&c, 0, COMPARE_SAME);
	assert_false(sides_result(&c, 0)->surely_same);
	assert_int_equal(c.quantities[0].sides[0].outliers, 0);
	assert_int_equal(c.quantities[0].sides[1].outliers, 1);
	sides_near(c.quantities[0].sides[1].stats.max, 5000, 0.0);
	compare_done(&c);
}

static void zeros_have_no_relative_difference(void **state)
{
	const double zero[] = { 0, 0, 0, 0, 0, 0 };
	const double some[] = { 5, 6, 5, 7, 5, 6 };
	struct comparison c;

	(void)state;
	sides_begin(&c);
	sides_add(&c, "none", METRIC_LOWER);
	sides_add(&c, "came", METRIC_LOWER);
	sides_add(&c, "went", METRIC_LOWER);
	sides_fill(&c, 0, zero, zero, 6);
	sides_fill(&c, 1, zero, some, 6);
	sides_fill(&c, 2, some, zero, 6);
	sides_compute(&c);
	sides_are_finite(&c);
	sides_mark_is(&c, 0, COMPARE_SAME);
	assert_true(sides_result(&c, 0)->surely_same);
	sides_mark_is(&c, 1, COMPARE_WORSE);
	assert_false(sides_result(&c, 1)->relative.known);
	assert_true(compare_precision(&c, 1, 1) < 0.0);
	sides_mark_is(&c, 2, COMPARE_BETTER);
	sides_near(sides_result(&c, 2)->relative.value, -1.0, 0.0);
	compare_done(&c);
}

/* Zeros among them make intervals of ratios useless, and wide. */
static void less_than_nothing_is_not_to_be_had(void **state)
{
	const double a[] = { 0, 3, 0, 2, 0, 0, 1, 9, 0, 2 };
	const double b[] = { 0, 0, 0, 0, 0, 0, 0, 1, 0, 0 };
	const double below[] = { 0, 0, 0, 0, 0, 0, 0, -9, 0, 0 };
	const struct compare_delta *d;
	struct comparison c;

	(void)state;
	sides_begin(&c);
	sides_add(&c, "faults", METRIC_LOWER);
	sides_add(&c, "degrees", METRIC_LOWER);
	sides_fill(&c, 0, a, b, 10);
	sides_fill(&c, 1, a, below, 10);
	sides_compute(&c);
	d = &sides_result(&c, 0)->relative;
	sides_near(d->shown.lo, -1.0, 0.0);
	sides_near(d->plain.lo, -1.0, 0.0);
	assert_true(d->plain.hi > d->value);
	assert_true(compare_relative_at(&c, 0, 1, 0.999).plain.lo == -1.0);
	assert_true(sides_result(&c, 1)->relative.plain.lo < -1.0);
	compare_done(&c);
}

static void huge_and_tiny_numbers_stay_numbers(void **state)
{
	static const double units[] = {
		DBL_MAX / 4, 1e200, 1e19, 1e-200, DBL_MIN * 4, DBL_TRUE_MIN
	};
	struct comparison c;

	(void)state;
	sides_begin(&c);
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
		sides_add(&c, name, METRIC_LOWER);
		sides_fill(&c, i, a, b, 8);
	}
	sides_add(&c, "more", METRIC_LOWER);
	sides_fill(&c, 6, (double[]){ 1e-300, 1e-300, 1e-300, 1e-300, 1e-300 },
		   (double[]){ 1e300, 1e300, 1e300, 1e300, 1e300 }, 5);
	sides_compute(&c);
	sides_are_finite(&c);
	sides_mark_is(&c, 6, COMPARE_WORSE);
	compare_done(&c);
}

static void what_is_not_finite_is_left_out(void **state)
{
	struct comparison c;

	(void)state;
	sides_begin(&c);
	sides_add(&c, "x", METRIC_LOWER);
	sides_fill(&c, 0, (double[]){ HUGE_VAL, 1, 2 },
		   (double[]){ 1, -HUGE_VAL, 2 }, 3);
	sides_compute(&c);
	sides_are_finite(&c);
	assert_int_equal(c.quantities[0].sides[0].n, 2);
	assert_int_equal(c.quantities[0].sides[1].n, 2);
	assert_int_equal(c.quantities[0].sides[1].runs[1], 2);
	compare_done(&c);
}

/* Samples of some runs are missing, on one side or on both. */
static void missing_samples_are_no_zeros(void **state)
{
	struct comparison c;

	(void)state;
	sides_begin(&c);
	sides_add(&c, "time", METRIC_LOWER);
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
	sides_compute(&c);
	sides_are_finite(&c);
	assert_true(c.paired);
	sides_mark_is(&c, 0, COMPARE_WORSE);
	assert_true(sides_result(&c, 0)->relative.plain.lo > 0.05);
	assert_true(sides_result(&c, 0)->relative.plain.hi < 0.15);
	compare_done(&c);
}

/* More runs than are drawn from: neighbours are put together. */
static void thousands_of_runs_are_no_burden(void **state)
{
	struct comparison c;

	(void)state;
	sides_begin(&c);
	sides_add(&c, "x", METRIC_LOWER);
	for (size_t i = 0; i < 5000; i++)
		for (size_t s = 0; s < 2; s++)
			compare_add_sample(&c, 0, s,
					   compare_add_run(&c, s, i, s),
					   doubtful(i, s) * (s ? 1.02 : 1.0));
	sides_compute(&c);
	sides_are_finite(&c);
	assert_true(c.blocks > 256 && c.blocks <= 512);
	sides_mark_is(&c, 0, COMPARE_WORSE);
	assert_int_equal(
		compare_blocks_for(&c, 0, 1, compare_precision(&c, 0, 1)),
		5000);
	assert_true(sides_result(&c, 0)->relative.plain.lo > 0.015);
	assert_true(sides_result(&c, 0)->relative.plain.hi < 0.025);
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
		cmocka_unit_test(less_than_nothing_is_not_to_be_had),
		cmocka_unit_test(huge_and_tiny_numbers_stay_numbers),
		cmocka_unit_test(what_is_not_finite_is_left_out),
		cmocka_unit_test(missing_samples_are_no_zeros),
		cmocka_unit_test(thousands_of_runs_are_no_burden),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
