/* Samples, and streams on several CPUs. */
#include "unit.h"

#include "base/auto.h"
#include "loops/speed.h"

#include <errno.h>
#include <string.h>

static const struct speed_effort little = { .samples = 3, .ns = 300000 };

static void the_middle_is_the_median(void **unused)
{
	struct speed s = { .sample = { 1.0, 2.0, 7.0, 9.0 }, .n = 3 };

	(void)unused;
	assert_true(speed_median(&s) == 2.0);
	assert_true(speed_least(&s) == 1.0);
	assert_true(speed_most(&s) == 7.0);
	s.n = 4;
	assert_true(speed_median(&s) == 4.5);
	s.n = 0;
	assert_true(speed_median(&s) == 0.0 && speed_least(&s) == 0.0 &&
		    speed_most(&s) == 0.0);
}

static void assert_samples(const struct speed *s)
{
	assert_int_equal(s->n, little.samples);
	for (size_t i = 0; i < s->n; i++)
		assert_true(s->sample[i] > 0.0 &&
			    (!i || s->sample[i] >= s->sample[i - 1]));
}

static void times_are_sorted(void **unused)
{
	AUTO(loop_closep) struct loop_state *state = NULL;
	struct speed s = { 0 };

	(void)unused;
	assert_int_equal(loop_open(loop_find("add-chain"), 0, 0, &state, NULL),
			 0);
	speed_time(state, &little, &s);
	assert_samples(&s);
	/* no core makes 32 dependent additions in less than 2 ns */
	assert_true(speed_least(&s) > 2.0);
}

static void streams_run_on_several_threads(void **unused)
{
	static const char *const names[] = { "stream-read", "stream-copy" };
	const int cpus[] = { 0, 0, 99999 };

	(void)unused;
	for (size_t i = 0; i < ARRAY_LEN(names); i++) {
		struct speed s = { 0 };

		assert_int_equal(speed_stream(loop_find(names[i]), 1 << 16,
					      NULL, 1, &little, &s, NULL),
				 0);
		assert_samples(&s);
		/* a CPU that is not there is no reason to fail */
		assert_int_equal(speed_stream(loop_find(names[i]), 1 << 16,
					      cpus, 3, &little, &s, NULL),
				 0);
		assert_samples(&s);
	}
}

static void what_a_thread_cannot_do_is_told(void **unused)
{
	const int cpus[] = { 0, 0 };
	struct speed s = { 0 };
	struct err err = { 0 };

	(void)unused;
	assert_int_equal(speed_stream(loop_find("stream-copy"), 100, cpus, 2,
				      &little, &s, &err),
			 -EINVAL);
	assert_non_null(strstr(err.what, "stream-copy"));
	assert_int_equal(s.n, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_middle_is_the_median),
		cmocka_unit_test(times_are_sorted),
		cmocka_unit_test(streams_run_on_several_threads),
		cmocka_unit_test(what_a_thread_cannot_do_is_told),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
