/* Right, wrong and dead counters, of a fake kernel. */
#include "unit.h"

#include "fake_perf.h"
#include "fixture_events.h"

#include "base/auto.h"
#include "base/xalloc.h"
#include "measure/calibrate.h"

#include <errno.h>
#include <math.h>
#include <string.h>

/*
 * The fake kernel counts config + 1 for each of its nanoseconds, of which an
 * iteration takes a thousand.
 */
static struct fake_perf fake;
static uint64_t now;

static void run_fake(struct loop_state *state, uint64_t n)
{
	(void)state;
	/* more iterations have to take longer, else there is no end of them */
	for (volatile uint64_t i = 0; i < n; i++)
		;
	fake_perf_advance(&fake, n * 1000);
	now += n * 1000;
}

static uint64_t fake_cpu_time(void)
{
	return now;
}

static const struct loop busy = {
	.name = "busy",
	.run = run_fake,
	.answers = { { LOOP_INSTRUCTIONS, 2000, 2000 },
		     { LOOP_BRANCHES, 1000, 1000 },
		     { LOOP_BRANCH_MISSES, 0, 0.01 },
		     { LOOP_CYCLES, 1500, 2500 },
		     { LOOP_L1_LOADS, 1990, 2010 } },
};
static const struct loop quiet = {
	.name = "quiet",
	.run = run_fake,
	.answers = { { LOOP_INSTRUCTIONS, 2000, 2000 },
		     { LOOP_L1_LOAD_MISSES, 0, 0 },
		     { LOOP_BRANCHES, 500, 500 },
		     { LOOP_L1_LOADS, 0, 1000 } },
};

static const struct calibrate_options options = {
	.source = &source_perf,
	.sys = &fake.sys,
	.ns = 20000,
	.tries = 3,
	.cpu_time = fake_cpu_time,
};

static int set_up(void **unused)
{
	(void)unused;
	fake_perf_init(&fake);
	now = 0;
	return 0;
}

static int tear_down(void **unused)
{
	(void)unused;
	assert_int_equal(fake_perf_open_fds(&fake), 0);
	assert_int_equal(fake.bad_closes, 0);
	return 0;
}

static void judge_event(struct event *event, enum loop_what what,
			struct calibrate_counter *ret)
{
	AUTO(loop_closep) struct loop_state *one = NULL;
	AUTO(loop_closep) struct loop_state *two = NULL;

	assert_int_equal(loop_open(&busy, 0, 0, &one, NULL), 0);
	assert_int_equal(loop_open(&quiet, 0, 0, &two, NULL), 0);
	struct loop_state *const states[] = { one, two };

	calibrate_counter(&options, event, what, states, 2, ret);
	event_free(event);
}

/* A hardware event that counts @each per nanosecond. */
static void judge(uint64_t each, enum loop_what what,
		  struct calibrate_counter *ret)
{
	if (!loop_is_exact() && what != LOOP_CPU_TIME)
		skip();
	judge_event(fixture_hardware("x", each - 1, -1), what, ret);
}

static void a_counter_with_the_known_answer_is_right(void **unused)
{
	struct calibrate_counter c;

	(void)unused;
	judge(2, LOOP_INSTRUCTIONS, &c);
	assert_int_equal(c.verdict, CALIBRATE_RIGHT);
	assert_int_equal(c.nchecks, 2);
	for (size_t i = 0; i < 2; i++) {
		const struct calibrate_check *k = &c.checks[i];

		assert_true(k->right);
		assert_true(k->iterations > 0);
		assert_true(k->counted == 2000.0 * (double)k->iterations);
		assert_true(k->low == k->counted && k->high == k->counted);
	}
	assert_ptr_equal(c.checks[0].loop, &busy);
	assert_ptr_equal(c.checks[1].loop, &quiet);
	calibrate_counter_done(&c);
	/* anywhere within bounds */
	judge(2, LOOP_CYCLES, &c);
	assert_int_equal(c.verdict, CALIBRATE_RIGHT);
	calibrate_counter_done(&c);
}

static void a_counter_with_another_answer_is_wrong(void **unused)
{
	struct calibrate_counter c;

	(void)unused;
	judge(3, LOOP_INSTRUCTIONS, &c);
	assert_int_equal(c.verdict, CALIBRATE_WRONG);
	assert_true(fabs(calibrate_off(&c.checks[0]) - 0.5) < 1e-9);
	calibrate_counter_done(&c);
	/* right for one loop, twice too much for the other: that one tells */
	judge(1, LOOP_BRANCHES, &c);
	assert_int_equal(c.verdict, CALIBRATE_WRONG);
	assert_true(c.checks[0].right);
	assert_int_equal(c.worst, 1);
	assert_true(calibrate_off(&c.checks[1]) == 1.0);
	calibrate_counter_done(&c);
	/* 1 % too much is too much */
	judge(2, LOOP_L1_LOADS, &c);
	assert_int_equal(c.verdict, CALIBRATE_WRONG);
	assert_int_equal(c.worst, 1);
	calibrate_counter_done(&c);
	/* something where there should be nothing */
	judge(1, LOOP_L1_LOAD_MISSES, &c);
	assert_int_equal(c.verdict, CALIBRATE_WRONG);
	assert_true(isinf(calibrate_off(&c.checks[0])));
	calibrate_counter_done(&c);
	judge(1, LOOP_CYCLES, &c);
	assert_int_equal(c.verdict, CALIBRATE_WRONG);
	assert_true(fabs(calibrate_off(&c.checks[0]) + 1.0 / 3.0) < 1e-9);
	calibrate_counter_done(&c);
}

static void a_counter_that_does_not_move_is_dead(void **unused)
{
	struct calibrate_counter c;

	(void)unused;
	fake.dead_config = 1;
	judge(2, LOOP_INSTRUCTIONS, &c);
	assert_int_equal(c.verdict, CALIBRATE_DEAD);
	assert_true(calibrate_off(&c.checks[0]) == -1.0);
	calibrate_counter_done(&c);
	/* standing still is the right answer to a loop that has none */
	judge(2, LOOP_BRANCH_MISSES, &c);
	assert_int_equal(c.verdict, CALIBRATE_UNKNOWN);
	calibrate_counter_done(&c);
}

static void what_no_loop_knows_is_unknown(void **unused)
{
	struct calibrate_counter c;

	(void)unused;
	judge(2, LOOP_SWITCHES, &c);
	assert_int_equal(c.verdict, CALIBRATE_UNKNOWN);
	assert_int_equal(c.nchecks, 0);
	calibrate_counter_done(&c);
}

static void what_does_not_open_has_its_reason(void **unused)
{
	struct event *denied = fixture_hardware("x", 1, -1);
	struct calibrate_counter c;

	(void)unused;
	fake.no_pmu = true;
	judge(2, LOOP_INSTRUCTIONS, &c);
	assert_int_equal(c.verdict, CALIBRATE_REFUSED);
	assert_int_equal(c.why.code, -ENOENT);
	assert_true(*c.why.what);
	calibrate_counter_done(&c);
	denied->denied = xstrdup("only root may");
	judge_event(denied, LOOP_INSTRUCTIONS, &c);
	assert_int_equal(c.verdict, CALIBRATE_REFUSED);
	assert_string_equal(c.why.what, "only root may");
	calibrate_counter_done(&c);
}

static void without_a_turn_nothing_is_judged(void **unused)
{
	struct calibrate_counter c;

	(void)unused;
	fake.counters = fake.held = 4;
	judge(2, LOOP_INSTRUCTIONS, &c);
	assert_int_equal(c.verdict, CALIBRATE_STARVED);
	assert_int_equal(c.nchecks, 0);
	calibrate_counter_done(&c);
}

static void the_clock_knows_the_cpu_time(void **unused)
{
	struct calibrate_counter c;

	(void)unused;
	judge_event(fixture_software("task_clock", 0), LOOP_CPU_TIME, &c);
	assert_int_equal(c.verdict, CALIBRATE_RIGHT);
	assert_int_equal(c.nchecks, 2);
	calibrate_counter_done(&c);
	judge_event(fixture_software("task_clock", 1), LOOP_CPU_TIME, &c);
	assert_int_equal(c.verdict, CALIBRATE_WRONG);
	assert_true(calibrate_off(&c.checks[0]) == 1.0);
	calibrate_counter_done(&c);
}

static void a_loop_can_be_counted_alone(void **unused)
{
	AUTO(loop_closep) struct loop_state *state = NULL;
	struct event *event = fixture_hardware("cycles", 4, -1);
	struct err err = { 0 };
	double each = 0.0;

	(void)unused;
	assert_int_equal(loop_open(&busy, 0, 0, &state, NULL), 0);
	assert_int_equal(calibrate_count(&options, event, state, &each, &err),
			 0);
	assert_true(each == 5000.0);
	fake.no_pmu = true;
	assert_int_equal(calibrate_count(&options, event, state, &each, &err),
			 -ENOENT);
	assert_true(each == 5000.0);
	event_free(event);
}

static void a_failing_call_leaves_nothing_open(void **unused)
{
	(void)unused;
	for (int i = 1; i < 12; i++) {
		struct calibrate_counter c;

		set_up(NULL);
		fake.fail_code = -EIO;
		fake.fail_open = i == 1;
		fake.fail_ioctl = i == 2;
		fake.fail_read = i > 2 ? i - 2 : 0;
		judge(2, LOOP_INSTRUCTIONS, &c);
		assert_int_equal(fake_perf_open_fds(&fake), 0);
		calibrate_counter_done(&c);
	}
}

static void verdicts_have_names(void **unused)
{
	(void)unused;
	for (int v = 0; v < CALIBRATE_VERDICTS; v++)
		for (int w = 0; w < v; w++)
			assert_string_not_equal(calibrate_verdict_name(v),
						calibrate_verdict_name(w));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_counter_with_the_known_answer_is_right),
		TEST(a_counter_with_another_answer_is_wrong),
		TEST(a_counter_that_does_not_move_is_dead),
		TEST(what_no_loop_knows_is_unknown),
		TEST(what_does_not_open_has_its_reason),
		TEST(without_a_turn_nothing_is_judged),
		TEST(the_clock_knows_the_cpu_time),
		TEST(a_loop_can_be_counted_alone),
		TEST(a_failing_call_leaves_nothing_open),
		TEST(verdicts_have_names),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
