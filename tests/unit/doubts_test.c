/* Rules of plausibility on whole reports: which numbers are marked. */
#include "report/doubts.h"

#include "fixture.h"
#include "unit.h"

#include "base/vec.h"

#include <string.h>

#define MS 1000000u

static bool doubted(const struct report_doubts *doubts, const char *rule)
{
	for (size_t i = 0; i < doubts->n; i++)
		if (!strcmp(doubts->items[i].rule, rule))
			return true;
	return false;
}

static const char *note_of(const struct report *r, const char *rule)
{
	for (size_t i = 0; i < r->nnotes; i++)
		if (r->notes[i].rule && !strcmp(r->notes[i].rule, rule))
			return r->notes[i].text;
	return "";
}

static void a_broken_rule_stands_beside_its_numbers(void **state)
{
	static const char *const rate[] = { "branch_misses", "branches", NULL };
	struct fixture f;
	struct run *run;
	struct report r;

	(void)state;
	fixture_init(&f);
	fixture_known(&f, "cycles");
	fixture_known(&f, "branches");
	fixture_known(&f, "branch-misses");
	fixture_metric(&f, "rate", "branch_misses / branches", 2, rate);
	run = fixture_run(&f, 1);
	fixture_count(run, 0, 0, 100, MS, MS);
	fixture_count(run, 1, 0, 10, MS, MS);
	fixture_count(run, 2, 0, 9, MS, MS);
	r = fixture_report(&f);
	assert_int_equal(r.nnotes, 0);
	for (size_t i = 0; i < 3; i++)
		assert_int_equal(r.rows[i].doubts.n, 0);
	report_done(&r);
	fixture_count(run, 2, 0, 11, MS, MS);
	r = fixture_report(&f);
	assert_int_equal(r.rows[0].doubts.n, 0);
	assert_true(doubted(&r.rows[1].doubts, "branch_misses"));
	assert_true(doubted(&r.rows[2].doubts, "branch_misses"));
	assert_int_equal(r.rows[2].metrics[0].doubts.n, 0);
	assert_non_null(strstr(note_of(&r, "branch_misses"), "guessed wrong"));
	report_done(&r);
	/* nobody asks */
	f.options.rules = NULL;
	r = fixture_report(&f);
	assert_int_equal(r.rows[2].doubts.n, 0);
	report_done(&r);
	fixture_done(&f);
}

/* The misses of the kernel are none of the user's branches. */
static void what_was_counted_in_other_modes_is_not_compared(void **state)
{
	struct fixture f;
	struct run *run;
	struct report r;

	(void)state;
	fixture_init(&f);
	fixture_known(&f, "branches")->exclude = EVENT_EXCLUDE_KERNEL;
	fixture_known(&f, "branch-misses")->exclude = EVENT_EXCLUDE_USER;
	f.events.items[0]->has_level = f.events.items[1]->has_level = true;
	run = fixture_run(&f, 1);
	fixture_count(run, 0, 0, 10, MS, MS);
	fixture_count(run, 1, 0, 11, MS, MS);
	r = fixture_report(&f);
	assert_int_equal(r.rows[0].doubts.n + r.rows[1].doubts.n, 0);
	report_done(&r);
	f.events.items[1]->exclude = EVENT_EXCLUDE_KERNEL;
	r = fixture_report(&f);
	assert_int_equal(r.rows[1].doubts.n, 1);
	report_done(&r);
	fixture_done(&f);
}

static void each_kind_of_cores_is_asked_by_itself(void **state)
{
	struct fixture f;
	struct run *run;
	struct report r;

	(void)state;
	fixture_init(&f);
	for (int type = 0; type < 2; type++) {
		fixture_known(&f, "branches")->core_type = type;
		fixture_known(&f, "branch-misses")->core_type = type;
	}
	run = fixture_run(&f, 1);
	for (size_t c = 0; c < 4; c++)
		fixture_count(run, c, 0, c == 3 ? 11 : 10 - c, MS, MS);
	r = fixture_report(&f);
	assert_int_equal(r.rows[0].doubts.n + r.rows[1].doubts.n, 0);
	assert_true(doubted(&r.rows[2].doubts, "branch_misses"));
	assert_true(doubted(&r.rows[3].doubts, "branch_misses"));
	report_done(&r);
	fixture_done(&f);
}

static void of_several_places_the_one_is_marked(void **state)
{
	struct fixture f;
	struct run *run;
	struct report r;

	(void)state;
	fixture_init(&f);
	fixture_known(&f, "branches");
	fixture_known(&f, "branch-misses");
	f.options.by = AGGREGATE_CPU;
	run = fixture_run(&f, 2);
	for (size_t s = 0; s < 2; s++) {
		run->slots[s] = (struct slot){
			.cpu = (int)s, .pid = -1, .tid = -1, .cgroup = -1
		};
		fixture_count(run, 0, s, 10, MS, MS);
		fixture_count(run, 1, s, s ? 30 : 1, MS, MS);
	}
	r = fixture_report(&f);
	assert_int_equal(r.nrows, 4);
	assert_int_equal(r.rows[0].doubts.n + r.rows[1].doubts.n, 0);
	assert_int_equal(r.rows[2].doubts.n, 1);
	assert_int_equal(r.rows[3].doubts.n, 1);
	report_done(&r);
	fixture_done(&f);
}

static void of_several_runs_one_is_enough_and_told(void **state)
{
	struct fixture f;
	struct report r;

	(void)state;
	fixture_init(&f);
	fixture_known(&f, "branches");
	fixture_known(&f, "branch-misses");
	f.about.repeats = 3;
	for (size_t i = 0; i < 3; i++) {
		struct run *run = fixture_run(&f, 1);

		fixture_count(run, 0, 0, 10, MS, MS);
		fixture_count(run, 1, 0, i == 1 ? 12 : 1, MS, MS);
	}
	r = fixture_report(&f);
	assert_true(doubted(&r.rows[1].doubts, "branch_misses"));
	assert_non_null(
		strstr(note_of(&r, "branch_misses"), "(in 1 of 3 runs)"));
	report_done(&r);
	fixture_done(&f);
}

static void too_many_instructions_for_the_pipeline(void **state)
{
	static const char *const ipc[] = { "instructions", "cycles", NULL };
	struct fixture f;
	struct metric *m;
	struct run *run;
	struct report r;

	(void)state;
	fixture_init(&f);
	fixture_known(&f, "cycles");
	fixture_known(&f, "instructions");
	fixture_one_group(&f, 0);
	m = fixture_metric(&f, "ipc", "instructions / cycles", 1, ipc);
	m->has_range = true;
	m->hi = 16.0;
	run = fixture_run(&f, 1);
	fixture_count(run, 0, 0, 100, MS, MS);
	fixture_count(run, 1, 0, 1700, MS, MS);
	r = fixture_report(&f);
	/* beyond its range, and no more */
	assert_true(doubted(&r.rows[1].metrics[0].doubts, "out_of_range"));
	report_done(&r);
	facts_set(&f.facts, "pipeline_width", 4.0);
	r = fixture_report(&f);
	assert_true(doubted(&r.rows[1].metrics[0].doubts, "ipc_width"));
	/* once is enough */
	assert_int_equal(r.rows[1].metrics[0].doubts.n, 1);
	report_done(&r);
	/* rounding may bring a little */
	fixture_count(run, 1, 0, 1610, MS, MS);
	facts_set(&f.facts, "pipeline_width", 16.0);
	r = fixture_report(&f);
	assert_int_equal(r.rows[1].metrics[0].doubts.n, 0);
	report_done(&r);
	fixture_done(&f);
}

static void each_kind_of_cores_has_its_width(void **state)
{
	static const char *const ipc[] = { "instructions", "cycles", NULL };
	struct fixture f;
	struct run *run;
	struct report r;

	(void)state;
	fixture_init(&f);
	fixture_known(&f, "cycles");
	fixture_known(&f, "instructions");
	for (size_t e = 0; e < 2; e++) {
		f.events.items[e]->core_type = 1;
		f.events.items[e]->pmu = xstrdup("cpu_atom");
	}
	fixture_metric(&f, "ipc", "instructions / cycles", 1, ipc);
	facts_set(&f.facts, "pipeline_width", 12.0);
	run = fixture_run(&f, 1);
	fixture_count(run, 0, 0, 100, MS, MS);
	fixture_count(run, 1, 0, 1000, MS, MS);
	r = fixture_report(&f);
	assert_false(doubted(&r.rows[1].metrics[0].doubts, "ipc_width"));
	report_done(&r);
	facts_set(&f.facts, "pipeline_width@cpu_atom", 5.0);
	r = fixture_report(&f);
	assert_true(doubted(&r.rows[1].metrics[0].doubts, "ipc_width"));
	report_done(&r);
	fixture_done(&f);
}

static void glimpses_are_called_so(void **state)
{
	struct fixture f;
	struct run *run;
	struct report r;

	(void)state;
	fixture_init(&f);
	fixture_known(&f, "cycles");
	fixture_known(&f, "instructions");
	run = fixture_run(&f, 1);
	/* two groups, five turns of 4 ms each */
	fixture_count(run, 0, 0, 10, 39 * MS, 20 * MS);
	fixture_count(run, 1, 0, 10, 41 * MS, 20 * MS);
	r = fixture_report(&f);
	assert_true(doubted(&r.rows[0].doubts, "short"));
	assert_int_equal(r.rows[1].doubts.n, 0);
	report_done(&r);
	/* they had counters of their own */
	fixture_count(run, 0, 0, 10, 39 * MS, 39 * MS);
	r = fixture_report(&f);
	assert_int_equal(r.rows[0].doubts.n, 0);
	report_done(&r);
	fixture_done(&f);
}

static void one_event_with_two_rates_is_found(void **state)
{
	struct fixture f;
	struct run *run;
	struct report r;
	size_t n;

	(void)state;
	fixture_init(&f);
	fixture_known(&f, "cycles");
	fixture_known(&f, "instructions");
	/* cycles once more, in a group of their own */
	n = f.plan.ngroups;
	VEC_PUSH(f.plan.groups, f.plan.ngroups,
		 ((struct plan_group){ .first = f.plan.ncounters,
				       .n = 1,
				       .hardware = true }));
	VEC_PUSH(f.plan.counters, f.plan.ncounters,
		 ((struct plan_counter){ .event = 0, .group = n }));
	run = fixture_run(&f, 1);
	fixture_count(run, 0, 0, 500, 900 * MS, 300 * MS);
	fixture_count(run, 1, 0, 500, 900 * MS, 300 * MS);
	fixture_count(run, 2, 0, 540, 900 * MS, 300 * MS);
	r = fixture_report(&f);
	assert_int_equal(r.rows[0].doubts.n, 0);
	report_done(&r);
	fixture_count(run, 2, 0, 560, 900 * MS, 300 * MS);
	r = fixture_report(&f);
	assert_true(doubted(&r.rows[0].doubts, "unequal"));
	assert_int_equal(r.rows[1].doubts.n, 0);
	report_done(&r);
	fixture_done(&f);
}

static struct run *command_run(struct fixture *f, uint64_t task_ms)
{
	struct run *run;

	fixture_known(f, "task-clock");
	run = fixture_run(f, 1);
	fixture_count(run, 0, 0, task_ms * MS, task_ms * MS, task_ms * MS);
	run->wall_ns = 10000 * (uint64_t)MS;
	run->has_rusage = true;
	run->user_ns = 1000u * MS;
	return run;
}

static void the_kernel_and_the_clock_should_agree(void **state)
{
	struct fixture f;
	struct run *run;
	struct report r;

	(void)state;
	fixture_init(&f);
	run = command_run(&f, 500);
	r = fixture_report(&f);
	assert_true(doubted(&r.rows[0].doubts, "cpu_time_kernel"));
	report_done(&r);
	/* -D: the clock is of a part of the run */
	run->on_ns = 5000u * MS;
	r = fixture_report(&f);
	assert_int_equal(r.rows[0].doubts.n, 0);
	report_done(&r);
	/* whole CPUs: of others, too */
	run->on_ns = 0;
	run->slots[0] =
		(struct slot){ .cpu = 0, .pid = -1, .tid = -1, .cgroup = -1 };
	r = fixture_report(&f);
	assert_int_equal(r.rows[0].doubts.n, 0);
	report_done(&r);
	fixture_done(&f);
	fixture_init(&f);
	command_run(&f, 990);
	r = fixture_report(&f);
	assert_int_equal(r.rows[0].doubts.n, 0);
	report_done(&r);
	fixture_done(&f);
}

static void no_machine_has_more_time_than_its_cpus(void **state)
{
	struct fixture f;
	struct run *run;
	struct report r;

	(void)state;
	fixture_init(&f);
	run = command_run(&f, 990);
	run->wall_ns = 245u * MS;
	/* 0.99 s in 0.245 s on four CPUs, with a little room */
	r = fixture_report(&f);
	assert_false(doubted(&r.rows[0].doubts, "cpu_time_wall"));
	report_done(&r);
	run->wall_ns = 200u * MS;
	r = fixture_report(&f);
	assert_true(doubted(&r.rows[0].doubts, "cpu_time_wall"));
	report_done(&r);
	fixture_done(&f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_broken_rule_stands_beside_its_numbers),
		cmocka_unit_test(
			what_was_counted_in_other_modes_is_not_compared),
		cmocka_unit_test(each_kind_of_cores_is_asked_by_itself),
		cmocka_unit_test(of_several_places_the_one_is_marked),
		cmocka_unit_test(of_several_runs_one_is_enough_and_told),
		cmocka_unit_test(too_many_instructions_for_the_pipeline),
		cmocka_unit_test(each_kind_of_cores_has_its_width),
		cmocka_unit_test(glimpses_are_called_so),
		cmocka_unit_test(one_event_with_two_rates_is_found),
		cmocka_unit_test(the_kernel_and_the_clock_should_agree),
		cmocka_unit_test(no_machine_has_more_time_than_its_cpus),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests_name("tests", tests, NULL, NULL);
}
