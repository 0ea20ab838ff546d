#include "analyze/scope.h"

#include "fixture.h"
#include "unit.h"

#include "base/auto.h"

#include <errno.h>
#include <math.h>
#include <string.h>

static const struct value_limits scaling = { .scale = true };
static size_t slot_numbers[] = { 0, 1, 2, 3 };

static struct bin bin_of(size_t nslots)
{
	return (struct bin){ .slots = slot_numbers,
			     .nslots = nslots,
			     .cgroup = -1 };
}

static struct value value_in(const struct fixture *f, size_t counter,
			     size_t nslots, const struct value_limits *limits,
			     double *residency)
{
	const struct run *run = &f->series.runs[0];
	struct bin bin = bin_of(nslots);

	return value_of(&f->series, run, &run->total, counter, &bin, limits,
			residency);
}

static void near(double got, double expected)
{
	if (fabs(got - expected) > 1e-9 * fmax(1.0, fabs(expected)))
		fail_msg("%.17g is not %.17g", got, expected);
}

static void scaled_per_slot_and_then_summed(void **state)
{
	struct fixture f;
	struct run *run;
	struct value v;

	(void)state;
	fixture_init(&f);
	fixture_known(&f, "cycles");
	run = fixture_run(&f, 2);
	fixture_count(run, 0, 0, 100, 1000, 500);
	fixture_count(run, 0, 1, 900, 1000, 1000);
	v = value_in(&f, 0, 2, &scaling, NULL);
	assert_int_equal(v.state, READING_SCALED);
	/* 200 + 900; scaling the sum would give 1333 */
	near(v.number, 1100.0);
	assert_int_equal(v.raw, 1000);
	assert_int_equal(v.enabled_ns, 2000);
	assert_int_equal(v.running_ns, 1500);
	assert_null(v.why);
	fixture_done(&f);
}

static void no_scale_means_raw(void **state)
{
	static const struct value_limits raw = { .scale = false };
	struct fixture f;
	struct run *run;

	(void)state;
	fixture_init(&f);
	fixture_known(&f, "task-clock");
	run = fixture_run(&f, 1);
	fixture_count(run, 0, 0, 5000000, 1000, 500);
	near(value_in(&f, 0, 1, &raw, NULL).number, 5.0);
	near(value_in(&f, 0, 1, &scaling, NULL).number, 10.0);
	fixture_done(&f);
}

/* A thread that slept adds nothing; one that had no turn makes it a guess. */
static void silence_is_judged_by_its_cause(void **state)
{
	struct fixture f;
	struct run *run;

	(void)state;
	fixture_init(&f);
	fixture_known(&f, "cycles");
	run = fixture_run(&f, 2);
	fixture_count(run, 0, 0, 100, 1000, 1000);
	fixture_count(run, 0, 1, 0, 0, 0);
	assert_int_equal(value_in(&f, 0, 2, &scaling, NULL).state, READING_OK);
	fixture_count(run, 0, 1, 0, 1000, 0);
	assert_int_equal(value_in(&f, 0, 2, &scaling, NULL).state,
			 READING_SCALED);
	fixture_done(&f);
}

static void each_missing_value_says_why(void **state)
{
	struct fixture f;
	struct run *run;
	struct value v;

	(void)state;
	fixture_init(&f);
	fixture_known(&f, "cycles");
	run = fixture_run(&f, 1);
	v = value_in(&f, 0, 1, &scaling, NULL);
	assert_int_equal(v.state, READING_NOT_COUNTED);
	assert_non_null(strstr(v.why, "nothing ran"));
	fixture_count(run, 0, 0, 0, 1000, 0);
	v = value_in(&f, 0, 1, &scaling, NULL);
	assert_int_equal(v.state, READING_NOT_COUNTED);
	assert_non_null(strstr(v.why, "turn"));
	fixture_fail(run, 0, READING_DENIED, -EACCES, "not for you", NULL);
	v = value_in(&f, 0, 1, &scaling, NULL);
	assert_int_equal(v.state, READING_DENIED);
	assert_string_equal(v.why, "not for you");
	run->notes[0].why.code = 0;
	v = value_in(&f, 0, 1, &scaling, NULL);
	assert_string_equal(v.why, reading_state_meaning(READING_DENIED));
	fixture_done(&f);
}

static void what_is_absent_everywhere_is_absent(void **state)
{
	struct fixture f;
	struct run *run;

	(void)state;
	fixture_init(&f);
	fixture_known(&f, "cycles");
	run = fixture_run(&f, 2);
	snapshot_at(&run->total, 0, 0)->state = READING_ABSENT;
	snapshot_at(&run->total, 0, 1)->state = READING_ABSENT;
	assert_int_equal(value_in(&f, 0, 2, &scaling, NULL).state,
			 READING_ABSENT);
	fixture_count(run, 0, 1, 5, 10, 10);
	assert_int_equal(value_in(&f, 0, 2, &scaling, NULL).state, READING_OK);
	fixture_done(&f);
}

static void min_running_refuses_to_guess(void **state)
{
	const struct value_limits half = { .scale = true, .min_running = 0.5 };
	struct fixture f;
	struct run *run;
	struct value v;

	(void)state;
	fixture_init(&f);
	fixture_known(&f, "cycles");
	run = fixture_run(&f, 1);
	fixture_count(run, 0, 0, 100, 1000, 499);
	v = value_in(&f, 0, 1, &half, NULL);
	assert_int_equal(v.state, READING_NOT_COUNTED);
	assert_non_null(strstr(v.why, "--min-running"));
	near(v.number, 0.0);
	assert_int_equal(v.raw, 100);
	fixture_count(run, 0, 0, 100, 1000, 500);
	assert_int_equal(value_in(&f, 0, 1, &half, NULL).state, READING_SCALED);
	fixture_done(&f);
}

/* cycles on two core types; slot times as the kernel gives them to a task */
static struct run *hybrid(struct fixture *f)
{
	fixture_init(f);
	for (int type = 0; type < 2; type++) {
		struct event *event = fixture_known(f, "cycles");

		event->hybrid_set = 0;
		event->core_type = type;
	}
	return fixture_run(f, 1);
}

static void hybrid_is_not_extrapolated_to_the_other_type(void **state)
{
	struct fixture f;
	struct run *run = hybrid(&f);
	double residency;
	struct value v;

	(void)state;
	fixture_count(run, 0, 0, 3000, 1000, 750);
	fixture_count(run, 1, 0, 500, 1000, 250);
	v = value_in(&f, 0, 1, &scaling, &residency);
	assert_int_equal(v.state, READING_OK);
	near(v.number, 3000.0);
	near(residency, 0.75);
	v = value_in(&f, 1, 1, &scaling, &residency);
	assert_int_equal(v.state, READING_OK);
	near(v.number, 500.0);
	near(residency, 0.25);
	fixture_done(&f);
}

static void hybrid_that_took_turns_is_scaled_within_its_type(void **state)
{
	struct fixture f;
	struct run *run = hybrid(&f);
	double residency;
	struct value v;

	(void)state;
	fixture_count(run, 0, 0, 3000, 1000, 375);
	fixture_count(run, 1, 0, 500, 1000, 125);
	v = value_in(&f, 0, 1, &scaling, &residency);
	assert_int_equal(v.state, READING_SCALED);
	near(v.number, 6000.0); /* not 8000 */
	near(residency, 0.75);
	fixture_done(&f);
}

static void hybrid_that_stayed_elsewhere_says_so(void **state)
{
	struct fixture f;
	struct run *run = hybrid(&f);
	double residency;
	struct value v;

	(void)state;
	fixture_count(run, 0, 0, 3000, 1000, 1000);
	fixture_count(run, 1, 0, 0, 1000, 0);
	v = value_in(&f, 1, 1, &scaling, &residency);
	assert_int_equal(v.state, READING_NOT_COUNTED);
	assert_non_null(strstr(v.why, "cores of this type"));
	near(residency, 0.0);
	assert_int_equal(value_in(&f, 0, 1, &scaling, NULL).state, READING_OK);
	fixture_done(&f);
}

static void hybrid_with_an_unknown_sibling_stays_raw(void **state)
{
	struct fixture f;
	struct run *run = hybrid(&f);
	struct value v;

	(void)state;
	fixture_count(run, 0, 0, 3000, 1000, 750);
	fixture_fail(run, 1, READING_UNSUPPORTED, -ENOENT, "none", NULL);
	v = value_in(&f, 0, 1, &scaling, NULL);
	assert_int_equal(v.state, READING_SCALED);
	near(v.number, 3000.0);
	fixture_done(&f);
}

static void dead_needs_time_and_certainty(void **state)
{
	struct fixture f;
	struct event *cycles, *misses, *faults;
	struct value v = { .state = READING_OK, .running_ns = 99999 };

	(void)state;
	fixture_init(&f);
	cycles = fixture_known(&f, "cycles");
	misses = fixture_known(&f, "cache-misses");
	faults = fixture_known(&f, "page-faults");
	assert_false(value_is_dead(cycles, &v));
	v.running_ns = 100000;
	assert_true(value_is_dead(cycles, &v));
	assert_false(value_is_dead(misses, &v));
	v.running_ns = 10000000;
	assert_true(value_is_dead(misses, &v));
	assert_false(value_is_dead(faults, &v));
	v.raw = 1;
	assert_false(value_is_dead(cycles, &v));
	v.raw = 0;
	v.state = READING_UNSUPPORTED;
	assert_false(value_is_dead(cycles, &v));
	v.state = READING_OK;
	cycles->exclude = EVENT_EXCLUDE_HOST;
	assert_false(value_is_dead(cycles, &v));
	fixture_done(&f);
}

static struct metric_value metric_over(const struct fixture *f,
				       const struct bin *bin,
				       const struct value_limits *limits,
				       double wall_s)
{
	const struct run *run = &f->series.runs[0];
	struct scope scope = { .series = &f->series,
			       .run = run,
			       .snap = &run->total,
			       .bin = bin,
			       .limits = limits,
			       .wall_s = wall_s,
			       .core_type = -1 };

	return metric_value_of(&scope, &f->plan.uses[0]);
}

static struct metric_value metric_in(const struct fixture *f, double wall_s)
{
	const struct run *run = &f->series.runs[0];
	struct bin bin = bin_of(run->nslots);

	return metric_over(f, &bin, &scaling, wall_s);
}

static const char *const ipc_inputs[] = { "instructions", "cycles", NULL };

static void one_group_is_together_however_scaled(void **state)
{
	struct fixture f;
	struct run *run;
	struct metric_value m;

	(void)state;
	fixture_init(&f);
	fixture_known(&f, "cycles");
	fixture_known(&f, "instructions");
	fixture_one_group(&f, 0);
	fixture_metric(&f, "ipc", "instructions / cycles", 1, ipc_inputs);
	run = fixture_run(&f, 1);
	fixture_count(run, 0, 0, 2000, 1000, 300);
	fixture_count(run, 1, 0, 3000, 1000, 300);
	m = metric_in(&f, 1.0);
	assert_null(m.absent);
	near(m.number, 1.5);
	assert_true(m.scaled);
	assert_true(m.together);
	fixture_done(&f);
}

static void two_groups_are_together_only_all_the_time(void **state)
{
	struct fixture f;
	struct run *run;
	struct metric_value m;

	(void)state;
	fixture_init(&f);
	fixture_known(&f, "cycles");
	fixture_known(&f, "instructions");
	fixture_metric(&f, "ipc", "instructions / cycles", 1, ipc_inputs);
	run = fixture_run(&f, 1);
	fixture_count(run, 0, 0, 2000, 1000, 1000);
	fixture_count(run, 1, 0, 3000, 1000, 1000);
	m = metric_in(&f, 1.0);
	assert_true(m.together);
	assert_false(m.scaled);
	fixture_count(run, 1, 0, 1500, 1000, 500);
	m = metric_in(&f, 1.0);
	near(m.number, 1.5);
	assert_false(m.together);
	assert_true(m.scaled);
	fixture_done(&f);
}

static void no_scale_does_not_bend_ratios(void **state)
{
	static const struct value_limits raw = { .scale = false };
	struct fixture f;
	struct run *run;
	struct bin bin = bin_of(1);

	(void)state;
	fixture_init(&f);
	fixture_known(&f, "cycles");
	fixture_known(&f, "instructions");
	fixture_metric(&f, "ipc", "instructions / cycles", 1, ipc_inputs);
	run = fixture_run(&f, 1);
	fixture_count(run, 0, 0, 2000, 1000, 1000);
	fixture_count(run, 1, 0, 1500, 1000, 500);
	near(metric_over(&f, &bin, &raw, 1.0).number, 1.5);
	fixture_done(&f);
}

static void a_missing_input_gives_its_reason(void **state)
{
	struct fixture f;
	struct run *run;
	struct metric_value m;

	(void)state;
	fixture_init(&f);
	fixture_known(&f, "cycles");
	fixture_known(&f, "instructions");
	fixture_metric(&f, "ipc", "instructions / cycles", 1, ipc_inputs);
	run = fixture_run(&f, 1);
	fixture_count(run, 1, 0, 3000, 1000, 1000);
	fixture_fail(run, 0, READING_UNSUPPORTED, -ENOENT, "no PMU", NULL);
	m = metric_in(&f, 1.0);
	assert_string_equal(m.absent, "no PMU");
	fixture_count(run, 0, 0, 0, 1000, 1000);
	snapshot_at(&run->total, 0, 0)->state = READING_OK;
	m = metric_in(&f, 1.0);
	assert_non_null(m.absent);
	fixture_done(&f);
}

static void wall_seconds_and_cpus_are_known(void **state)
{
	static const char *const clock[] = { "task_clock", NULL };
	struct fixture f;
	struct run *run;

	(void)state;
	fixture_init(&f);
	fixture_known(&f, "task-clock");
	fixture_metric(&f, "load",
		       "task_clock / 1000 / wall / ncpus + "
		       "seconds(task_clock)",
		       0, clock);
	run = fixture_run(&f, 4);
	for (size_t s = 0; s < 4; s++) {
		fixture_count(run, 0, s, 1000000000, 1000000000, 1000000000);
		run->slots[s].cpu = (int)s / 2;
	}
	/* 4000 ms / 1000 / 2 s / 2 CPUs, and 4 s of counting */
	near(metric_in(&f, 2.0).number, 5.0);
	assert_non_null(metric_in(&f, 0.0).absent);
	for (size_t s = 0; s < 4; s++)
		run->slots[s].cpu = -1;
	assert_non_null(metric_in(&f, 2.0).absent);
	fixture_done(&f);
}

static double fact_of(const struct fixture *f, const char *name)
{
	static const struct bin all = { .nslots = 0 };
	struct scope scope = { .series = &f->series,
			       .run = &f->series.runs[0],
			       .snap = &f->series.runs[0].total,
			       .bin = &all,
			       .limits = &scaling,
			       .wall_s = 1.0,
			       .core_type = -1 };
	struct expr_value v = scope_lookup(&scope, name, EXPR_COUNT);

	return v.absent ? -1.0 : v.number;
}

static void what_the_kernel_knows_of_a_command_are_facts(void **state)
{
	static const struct {
		const char *name;
		double number;
	} facts[] = {
		{ "cpu_time", 3.0 },
		{ "user_time", 2.0 },
		{ "sys_time", 1.0 },
		{ "max_rss", 4096.0 },
		{ "voluntary_switches", 1.0 },
		{ "involuntary_switches", 2.0 },
		{ "rusage_minor_faults", 3.0 },
		{ "rusage_major_faults", 4.0 },
		{ "blocks_in", 5.0 },
		{ "blocks_out", 6.0 },
		{ "run_wait", 0.5 },
	};
	struct fixture f;
	struct run *run;

	(void)state;
	fixture_init(&f);
	run = fixture_run(&f, 1);
	run->user_ns = 2000000000;
	run->sys_ns = 1000000000;
	run->maxrss_kib = 4;
	run->usage = (struct run_usage){ 1, 2,    3,         4,         5,
					 6, true, 500000000, 2900000000 };
	for (size_t i = 0; i < ARRAY_LEN(facts); i++)
		near(fact_of(&f, facts[i].name), -1.0);
	run->has_rusage = true;
	for (size_t i = 0; i < ARRAY_LEN(facts); i++)
		near(fact_of(&f, facts[i].name), facts[i].number);
	/* the others did the work: how long they waited is not known */
	run->usage.main_cpu_ns = 1000000000;
	near(fact_of(&f, "run_wait"), -1.0);
	/* a command beside what is counted (-p, -a) only sets how long */
	run->beside = true;
	for (size_t i = 0; i < ARRAY_LEN(facts); i++)
		near(fact_of(&f, facts[i].name), -1.0);
	near(fact_of(&f, "machine_idle"), -1.0);
	near(fact_of(&f, "tasks_time"), -1.0);
	run->around = (struct run_around){ true, 1000000000, 3000000000,
					   true, 250000000,  750000000 };
	near(fact_of(&f, "machine_idle"), 1.0);
	near(fact_of(&f, "machine_busy"), 3.0);
	near(fact_of(&f, "run_wait"), 0.25);
	near(fact_of(&f, "tasks_time"), 0.75);
	fixture_done(&f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(scaled_per_slot_and_then_summed),
		cmocka_unit_test(no_scale_means_raw),
		cmocka_unit_test(silence_is_judged_by_its_cause),
		cmocka_unit_test(each_missing_value_says_why),
		cmocka_unit_test(what_is_absent_everywhere_is_absent),
		cmocka_unit_test(min_running_refuses_to_guess),
		cmocka_unit_test(hybrid_is_not_extrapolated_to_the_other_type),
		cmocka_unit_test(
			hybrid_that_took_turns_is_scaled_within_its_type),
		cmocka_unit_test(hybrid_that_stayed_elsewhere_says_so),
		cmocka_unit_test(hybrid_with_an_unknown_sibling_stays_raw),
		cmocka_unit_test(dead_needs_time_and_certainty),
		cmocka_unit_test(one_group_is_together_however_scaled),
		cmocka_unit_test(two_groups_are_together_only_all_the_time),
		cmocka_unit_test(no_scale_does_not_bend_ratios),
		cmocka_unit_test(a_missing_input_gives_its_reason),
		cmocka_unit_test(wall_seconds_and_cpus_are_known),
		cmocka_unit_test(what_the_kernel_knows_of_a_command_are_facts),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
