#include "record/reading.h"

#include "unit.h"

#include <string.h>

static void every_state_has_a_name_and_a_meaning(void **state)
{
	(void)state;
	for (int s = 0; s < READING_STATES; s++) {
		const char *name = reading_state_name((enum reading_state)s);

		assert_true(*name);
		assert_true(strlen(reading_state_meaning(
				    (enum reading_state)s)) > 8);
		for (int other = 0; other < s; other++)
			assert_string_not_equal(
				name,
				reading_state_name((enum reading_state)other));
	}
}

static void only_ok_and_scaled_have_a_value(void **state)
{
	(void)state;
	for (int s = 0; s < READING_STATES; s++)
		assert_int_equal(reading_has_value((enum reading_state)s),
				 s == READING_OK || s == READING_SCALED);
}

static void never_ran_is_not_zero(void **state)
{
	struct reading r = { .raw = 0, .enabled_ns = 1000, .running_ns = 0 };

	(void)state;
	reading_judge(&r);
	assert_int_equal(r.state, READING_NOT_COUNTED);
	r.enabled_ns = 0;
	reading_judge(&r);
	assert_int_equal(r.state, READING_NOT_COUNTED);
}

static void part_of_the_time_is_an_estimate(void **state)
{
	struct reading r = { .raw = 1000,
			     .enabled_ns = 400,
			     .running_ns = 100 };

	(void)state;
	reading_judge(&r);
	assert_int_equal(r.state, READING_SCALED);
	assert_true(reading_estimate(&r) == 4000.0);
	r.running_ns = 400;
	reading_judge(&r);
	assert_int_equal(r.state, READING_OK);
	assert_true(reading_estimate(&r) == 1000.0);
}

static void scaling_never_lowers_a_count(void **state)
{
	struct reading r = { .raw = 1000,
			     .enabled_ns = 400,
			     .running_ns = 401 };

	(void)state;
	reading_judge(&r);
	assert_int_equal(r.state, READING_OK);
	assert_true(reading_estimate(&r) == 1000.0);
}

static void large_counts_do_not_overflow(void **state)
{
	/* 10^15 counts in an hour: the product needs 82 bits. */
	struct reading r = { .raw = 1000000000000000,
			     .enabled_ns = 3600000000000,
			     .running_ns = 1800000000000 };

	(void)state;
	assert_true(reading_estimate(&r) == 2e15);
}

static void what_is_refused_stays_refused(void **state)
{
	static const enum reading_state hard[] = { READING_UNSUPPORTED,
						   READING_DENIED, READING_DEAD,
						   READING_ABSENT };

	(void)state;
	for (size_t i = 0; i < sizeof(hard) / sizeof(hard[0]); i++) {
		struct reading r = { .raw = 1,
				     .enabled_ns = 1,
				     .running_ns = 1,
				     .state = hard[i] };
		struct reading before = { 0 };

		reading_judge(&r);
		assert_int_equal(r.state, hard[i]);
		assert_int_equal(reading_delta(&r, &before).state, hard[i]);
	}
}

static void a_difference_is_judged_on_its_own(void **state)
{
	struct reading before = { .raw = 100,
				  .enabled_ns = 1000,
				  .running_ns = 500,
				  .state = READING_SCALED };
	struct reading now = { .raw = 300,
			       .enabled_ns = 2000,
			       .running_ns = 1500,
			       .state = READING_SCALED };
	struct reading delta = reading_delta(&now, &before);

	(void)state;
	assert_int_equal(delta.raw, 200);
	assert_int_equal(delta.enabled_ns, 1000);
	assert_int_equal(delta.running_ns, 1000);
	assert_int_equal(delta.state, READING_OK);
}

static void counters_never_run_backwards(void **state)
{
	struct reading before = { .raw = 100,
				  .enabled_ns = 1000,
				  .running_ns = 1000 };
	struct reading now = { .raw = 99,
			       .enabled_ns = 999,
			       .running_ns = 999 };
	struct reading delta = reading_delta(&now, &before);

	(void)state;
	assert_int_equal(delta.raw, 0);
	assert_int_equal(delta.enabled_ns, 0);
	assert_int_equal(delta.state, READING_NOT_COUNTED);
}

static void intervals_add_up_to_the_total(void **state)
{
	struct reading last = { 0 };
	uint64_t sum = 0;

	(void)state;
	for (uint64_t i = 1; i <= 100; i++) {
		struct reading now = { .raw = i * i * 37,
				       .enabled_ns = i * 10,
				       .running_ns = i * 10 };

		sum += reading_delta(&now, &last).raw;
		last = now;
	}
	assert_int_equal(sum, 100 * 100 * 37);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_state_has_a_name_and_a_meaning),
		cmocka_unit_test(only_ok_and_scaled_have_a_value),
		cmocka_unit_test(never_ran_is_not_zero),
		cmocka_unit_test(part_of_the_time_is_an_estimate),
		cmocka_unit_test(scaling_never_lowers_a_count),
		cmocka_unit_test(large_counts_do_not_overflow),
		cmocka_unit_test(what_is_refused_stays_refused),
		cmocka_unit_test(a_difference_is_judged_on_its_own),
		cmocka_unit_test(counters_never_run_backwards),
		cmocka_unit_test(intervals_add_up_to_the_total),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
