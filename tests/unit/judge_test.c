/* What of a report the verdict gets to see. */
#include "report/judge.h"

#include "fixture.h"
#include "unit.h"
#include "world.h"

#include <errno.h>
#include <math.h>
#include <string.h>

#define MS 1000000ull

static const char *const ipc[] = { "instructions", "cycles", NULL };

static struct report_judging judging = { .target = "-- ./loop 5" };

/* task-clock, cycles and instructions, judged by the tree's rules */
static void begin(struct fixture *f)
{
	struct metric *m;

	fixture_init(f);
	judging.rules = world_rules();
	judging.refused = NULL;
	f->options.judging = &judging;
	fixture_known(f, "task-clock");
	fixture_known(f, "cycles");
	fixture_known(f, "instructions");
	m = fixture_metric(f, "ipc", "instructions / cycles", 2, ipc);
	m->has_range = true;
	m->hi = 16.0;
	fixture_one_group(f, 1);
}

/* A second of computing with @instructions for 1e9 cycles. */
static struct run *compute(struct fixture *f, uint64_t instructions)
{
	struct run *run = fixture_run(f, 1);

	run->wall_ns = run->on_ns = 1000 * MS;
	run->user_ns = 980 * MS;
	run->sys_ns = 10 * MS;
	run->has_rusage = true;
	fixture_count(run, 0, 0, 990 * MS, 990 * MS, 990 * MS);
	fixture_count(run, 1, 0, 1000000000, 990 * MS, 990 * MS);
	fixture_count(run, 2, 0, instructions, 990 * MS, 990 * MS);
	return run;
}

static void counters_and_the_kernels_account_are_judged(void **state)
{
	struct fixture f;
	struct report report;

	(void)state;
	begin(&f);
	compute(&f, 3000000000);
	report = fixture_report(&f);
	assert_int_equal(report.verdict.class, VERDICT_COMPUTE);
	assert_non_null(strstr(report.verdict.headline, "3.00 instructions"));
	assert_string_equal(report.verdict.next[0],
			    "perf record -- ./loop 5 # where the work is");
	report_done(&report);

	f.series.runs[0].user_ns = 100 * MS;
	report = fixture_report(&f);
	assert_int_equal(report.verdict.class, VERDICT_BLOCKED);
	report_done(&report);
	fixture_done(&f);
}

/* With -D, what the command used before is not of the same time. */
static void a_part_of_a_run_is_judged_by_its_counters(void **state)
{
	struct fixture f;
	struct report report;
	struct run *run;

	(void)state;
	begin(&f);
	run = compute(&f, 3000000000);
	run->wall_ns = 10000 * MS;
	run->user_ns = 100 * MS;
	report = fixture_report(&f);
	assert_int_equal(report.verdict.class, VERDICT_COMPUTE);
	report_done(&report);
	fixture_done(&f);
}

static void the_reason_for_missing_counters_is_told(void **state)
{
	struct fixture f;
	struct report report;
	struct run *run;

	(void)state;
	begin(&f);
	judging.refused = "this machine has no PMU";
	run = compute(&f, 0);
	for (size_t c = 1; c < 3; c++)
		fixture_fail(run, c, READING_UNSUPPORTED, -ENOENT, "no event",
			     NULL);
	report = fixture_report(&f);
	assert_int_equal(report.verdict.class, VERDICT_UNKNOWN);
	assert_non_null(strstr(report.verdict.headline, "hardware counters"));
	/* the reason is a note of the report, and is not said twice */
	for (size_t i = 0; i < report.verdict.nbecause; i++)
		assert_null(strstr(report.verdict.because[i], "no PMU"));
	for (size_t i = 0; i < report.verdict.nnext; i++)
		assert_null(strstr(report.verdict.next[i], "tacho stat"));
	report_done(&report);
	fixture_done(&f);
}

/* Attached to, and never on a CPU: that is an answer. */
static void a_task_that_never_ran_is_blocked(void **state)
{
	struct fixture f;
	struct report report;
	struct run *run;

	(void)state;
	begin(&f);
	run = fixture_run(&f, 1);
	run->wall_ns = 1000 * MS;
	for (size_t c = 0; c < 3; c++)
		fixture_count(run, c, 0, 0, 0, 0);
	report = fixture_report(&f);
	assert_int_equal(report.verdict.class, VERDICT_BLOCKED);
	assert_true(report.verdict.share == 1.0);
	report_done(&report);
	fixture_done(&f);
}

/* Means of 2.4 and 3.4 and 0.5: 2.1, and one run is on the other side. */
static void several_runs_are_judged_by_their_means(void **state)
{
	struct fixture f;
	struct report report;

	(void)state;
	begin(&f);
	f.about.repeats = 3;
	compute(&f, 2400000000);
	compute(&f, 3400000000);
	compute(&f, 500000000);
	report = fixture_report(&f);
	assert_int_equal(report.verdict.class, VERDICT_COMPUTE);
	assert_non_null(strstr(report.verdict.headline, "2.10 instructions"));
	assert_non_null(strstr(report.verdict.trust, "1 of 3 runs"));
	report_done(&report);
	fixture_done(&f);
}

/* No pipeline retires 20 instructions per cycle. */
static void what_the_report_doubts_the_verdict_doubts(void **state)
{
	struct trust_rules *rules;
	struct fixture f;
	struct report report;
	double sure;

	(void)state;
	begin(&f);
	compute(&f, 20000000000);
	rules = f.options.rules;
	assert_non_null(rules);
	f.options.rules = NULL;
	report = fixture_report(&f);
	assert_null(strstr(report.verdict.trust, "in doubt"));
	sure = report.verdict.confidence;
	report_done(&report);

	f.options.rules = rules;
	report = fixture_report(&f);
	assert_non_null(strstr(report.verdict.trust, "'ipc' is in doubt"));
	assert_true(fabs(report.verdict.confidence - 0.3 * sure) < 1e-9);
	report_done(&report);
	fixture_done(&f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(counters_and_the_kernels_account_are_judged),
		cmocka_unit_test(a_part_of_a_run_is_judged_by_its_counters),
		cmocka_unit_test(the_reason_for_missing_counters_is_told),
		cmocka_unit_test(a_task_that_never_ran_is_blocked),
		cmocka_unit_test(several_runs_are_judged_by_their_means),
		cmocka_unit_test(what_the_report_doubts_the_verdict_doubts),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, world_set_up, world_tear_down);
}
