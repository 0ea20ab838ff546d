/* Numbers by name: what formulas and rules see of one bin. */
#include "analyze/scope.h"

#include "base/auto.h"
#include "base/vec.h"
#include "base/xalloc.h"

#include "fixture.h"
#include "unit.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static const struct value_limits scaling = { .scale = true };

static struct bin all_slots(const struct run *run)
{
	static size_t slots[8];

	for (size_t i = 0; i < run->nslots; i++)
		slots[i] = i;
	return (struct bin){ .slots = slots,
			     .nslots = run->nslots,
			     .cgroup = -1 };
}

static struct scope scope_of(const struct fixture *f, const struct bin *bin)
{
	return (struct scope){ .series = &f->series,
			       .run = &f->series.runs[0],
			       .snap = &f->series.runs[0].total,
			       .bin = bin,
			       .limits = &scaling,
			       .wall_s = 2.0,
			       .core_type = -1 };
}

static double number(struct scope *s, const char *name)
{
	struct expr_value v = scope_lookup(s, name, EXPR_COUNT);

	if (v.absent)
		fail_msg("%s: %s", name, v.absent);
	return v.number;
}

static const char *reason(struct scope *s, const char *name)
{
	struct expr_value v = scope_lookup(s, name, EXPR_COUNT);

	if (!v.absent)
		fail_msg("%s is %g", name, v.number);
	return v.absent;
}

static void events_metrics_and_facts_have_names(void **state)
{
	static const char *const inputs[] = { "instructions", "cycles", NULL };
	struct facts machine = { 0 };
	struct fixture f;
	struct scope s;
	struct bin bin;
	struct run *run;

	(void)state;
	fixture_init(&f);
	fixture_known(&f, "cycles");
	fixture_known(&f, "instructions");
	fixture_metric(&f, "ipc", "instructions / cycles", 1, inputs);
	run = fixture_run(&f, 1);
	fixture_count(run, 0, 0, 1000, 500, 500);
	fixture_count(run, 1, 0, 3000, 500, 500);
	run->has_rusage = true;
	run->user_ns = 1500000000;
	run->sys_ns = 250000000;
	run->maxrss_kib = 4;
	facts_set(&machine, "num_cpus", 8.0);
	facts_set(&machine, "pipeline_width", 6.0);
	facts_set_absent(&machine, "peak_bandwidth", "not calibrated");
	f.series.facts = &machine;
	bin = all_slots(run);
	s = scope_of(&f, &bin);
	assert_float_equal(number(&s, "cycles"), 1000.0, 0.0);
	assert_float_equal(number(&s, "ipc"), 3.0, 0.0);
	assert_float_equal(number(&s, "wall"), 2.0, 0.0);
	assert_float_equal(number(&s, "cpu_time"), 1.75, 1e-12);
	assert_float_equal(number(&s, "sys_time"), 0.25, 1e-12);
	assert_float_equal(number(&s, "max_rss"), 4096.0, 0.0);
	assert_float_equal(number(&s, "num_cpus"), 8.0, 0.0);
	assert_float_equal(number(&s, "pipeline_width"), 6.0, 0.0);
	assert_string_equal(reason(&s, "peak_bandwidth"), "not calibrated");
	assert_string_equal(reason(&s, "tsc_hz"), "not known of this machine");
	assert_string_equal(reason(&s, "ncpus"),
			    "no CPUs were counted as a whole");
	assert_string_equal(reason(&s, "branches"), "not counted");
	run->has_rusage = false;
	assert_string_equal(reason(&s, "cpu_time"),
			    "known only of a command that has ended");
	facts_done(&machine);
	fixture_done(&f);
}

/* The sum of all boxes, or what one of them lacks. */
static void a_name_means_all_boxes_of_an_uncore_pmu(void **state)
{
	struct fixture f;
	struct scope s;
	struct bin bin;
	struct run *run;

	(void)state;
	fixture_init(&f);
	for (int i = 0; i < 3; i++) {
		struct event *e =
			fixture_event(&f, "dram_reads", 20 + (unsigned)i, 4);

		free(e->base);
		e->base = xstrdup("dram_reads");
		e->hardware = false;
		e->system_wide = true;
	}
	run = fixture_run(&f, 1);
	for (size_t i = 0; i < 3; i++)
		fixture_count(run, i, 0, 100 + i, 10, 10);
	bin = all_slots(run);
	s = scope_of(&f, &bin);
	assert_float_equal(number(&s, "dram_reads"), 303.0, 0.0);
	/* an estimate of one box makes one of the sum */
	fixture_count(run, 2, 0, 51, 10, 5);
	assert_float_equal(number(&s, "dram_reads"), 303.0, 0.0);
	assert_true(scope_quality(&s, "dram_reads").scaled);
	assert_float_equal(scope_quality(&s, "dram_reads").running, 0.5, 0.0);
	assert_float_equal(scope_lookup(&s, "dram_reads", EXPR_SOURCES).number,
			   3.0, 0.0);
	assert_float_equal(scope_lookup(&s, "dram_reads", EXPR_EXISTS).number,
			   1.0, 0.0);
	assert_string_equal(scope_lookup(&s, "dram_reads", EXPR_CPUID).absent,
			    "an event is no CPU");
	fixture_fail(run, 1, READING_DENIED, -EACCES, "not for you", NULL);
	assert_string_equal(reason(&s, "dram_reads"), "not for you");
	fixture_done(&f);
}

/* What imported formulas have: source_count() goes to the counters, too. */
static void a_formula_can_ask_for_the_number_of_boxes(void **state)
{
	static const char *const inputs[] = { "ticks", "cycles", NULL };
	struct fixture f;
	struct scope s;
	struct bin bin;
	struct run *run;

	(void)state;
	fixture_init(&f);
	for (int i = 0; i < 2; i++) {
		struct event *e =
			fixture_event(&f, "ticks", 20 + (unsigned)i, 4);

		free(e->base);
		e->base = xstrdup("ticks");
		e->hardware = false;
		e->system_wide = true;
	}
	fixture_known(&f, "cycles");
	fixture_metric(&f, "per_box",
		       "ticks / source_count(ticks) + "
		       "source_count(cycles) * 1000",
		       0, inputs);
	run = fixture_run(&f, 1);
	for (size_t i = 0; i < 3; i++)
		fixture_count(run, i, 0, 100, 10, 10);
	bin = all_slots(run);
	s = scope_of(&f, &bin);
	assert_float_equal(number(&s, "per_box"), 1100.0, 0.0);
	fixture_done(&f);
}

/* Parts are computed with the counters of the metric that was asked for. */
static void a_metric_is_made_of_metrics(void **state)
{
	static const char *const inputs[] = { "cycles", "instructions", NULL };
	struct fixture f;
	struct scope s;
	struct bin bin;
	struct run *run;
	struct metric *slots, *share;

	(void)state;
	fixture_init(&f);
	fixture_known(&f, "cycles");
	fixture_known(&f, "instructions");
	slots = fixture_metric(&f, "all_slots", "4 * cycles", 0,
			       (const char *const[]){ "cycles", NULL });
	share = fixture_metric(&f, "share",
			       "instructions / all_slots + 0 * all_slots", 1,
			       inputs);
	for (size_t i = 0; i < share->nnames; i++) {
		if (strcmp(share->names[i].name, "all_slots") != 0)
			continue;
		share->names[i].kind = METRIC_NAME_METRIC;
		share->names[i].metric = slots;
	}
	run = fixture_run(&f, 1);
	fixture_count(run, 0, 0, 1000, 500, 500);
	fixture_count(run, 1, 0, 2000, 500, 500);
	bin = all_slots(run);
	s = scope_of(&f, &bin);
	assert_float_equal(number(&s, "share"), 0.5, 0.0);
	/* a part without a formula is why the whole is absent */
	expr_free(slots->formula);
	slots->formula = NULL;
	slots->lacks = "no slots here";
	assert_string_equal(reason(&s, "share"), "no slots here");
	fixture_done(&f);
}

static void dead_inputs_make_no_number(void **state)
{
	static const char *const inputs[] = { "instructions", "cycles", NULL };
	static const bool dead[] = { true, false };
	struct fixture f;
	struct scope s;
	struct bin bin;
	struct run *run;

	(void)state;
	fixture_init(&f);
	fixture_known(&f, "cycles");
	fixture_known(&f, "instructions");
	fixture_metric(&f, "ipc", "instructions / cycles", 1, inputs);
	run = fixture_run(&f, 1);
	fixture_count(run, 0, 0, 0, 500, 500);
	fixture_count(run, 1, 0, 3000, 500, 500);
	bin = all_slots(run);
	s = scope_of(&f, &bin);
	s.dead = dead;
	assert_non_null(strstr(reason(&s, "ipc"), "never moved"));
	assert_non_null(strstr(reason(&s, "cycles"), "never moved"));
	assert_float_equal(number(&s, "instructions"), 3000.0, 0.0);
	fixture_done(&f);
}

static void quality_tells_of_estimates_and_of_times_apart(void **state)
{
	static const char *const inputs[] = { "instructions", "cycles", NULL };
	struct scope_quality q;
	struct fixture f;
	struct scope s;
	struct bin bin;
	struct run *run;

	(void)state;
	fixture_init(&f);
	fixture_known(&f, "cycles");
	fixture_known(&f, "instructions");
	fixture_metric(&f, "ipc", "instructions / cycles", 1, inputs);
	run = fixture_run(&f, 1);
	fixture_count(run, 0, 0, 1000, 1000, 1000);
	fixture_count(run, 1, 0, 3000, 1000, 1000);
	bin = all_slots(run);
	s = scope_of(&f, &bin);
	q = scope_quality(&s, "ipc");
	assert_true(q.known && !q.scaled && q.together);
	assert_float_equal(q.running, 1.0, 0.0);
	/* all the time, but each in an execution of its own */
	f.series.passes = 2;
	q = scope_quality(&s, "ipc");
	assert_true(q.known && !q.scaled && !q.together);
	f.series.passes = 0;
	fixture_count(run, 1, 0, 750, 1000, 250);
	q = scope_quality(&s, "ipc");
	assert_true(q.known && q.scaled && !q.together);
	assert_float_equal(q.running, 0.25, 1e-12);
	q = scope_quality(&s, "instructions");
	assert_true(q.scaled);
	q = scope_quality(&s, "cycles");
	assert_false(q.scaled);
	q = scope_quality(&s, "nothing");
	assert_false(q.known);
	fixture_done(&f);
}

/* Its counts are there; its times and faults are the simulator's. */
static void a_simulation_has_no_times(void **state)
{
	static const char *const inputs[] = { "instructions", NULL };
	static const char *const facts[] = { "wall",
					     "cpu_time",
					     "max_rss",
					     "voluntary_switches",
					     "rusage_minor_faults",
					     "run_wait" };
	struct fixture f;
	struct run *run;
	struct bin bin;
	struct scope s;

	(void)state;
	fixture_init(&f);
	fixture_known(&f, "instructions")->link = EVENT_LINK_CACHEGRIND;
	f.events.items[0]->hardware = false;
	fixture_metric(&f, "rate", "instructions / seconds(instructions)", 0,
		       inputs);
	fixture_metric(&f, "twice", "2 * instructions", 0, inputs);
	run = fixture_run(&f, 1);
	run->has_rusage = true;
	run->user_ns = 1000000000;
	run->maxrss_kib = 1;
	snapshot_at(&run->total, 0, 0)->raw = 21;
	snapshot_at(&run->total, 0, 0)->state = READING_OK;
	bin = all_slots(run);
	s = scope_of(&f, &bin);
	assert_true(number(&s, "instructions") == 21.0);
	assert_true(number(&s, "twice") == 42.0);
	assert_true(scope_quality(&s, "twice").simulated);
	assert_string_equal(reason(&s, "rate"),
			    "simulated counters have no time");
	for (size_t i = 0; i < ARRAY_LEN(facts); i++)
		assert_non_null(strstr(reason(&s, facts[i]), "simulat"));
	f.events.items[0]->link = EVENT_LINK_GENERIC;
	assert_false(scope_quality(&s, "twice").simulated);
	assert_true(number(&s, "cpu_time") == 1.0);
	fixture_done(&f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(events_metrics_and_facts_have_names),
		cmocka_unit_test(a_name_means_all_boxes_of_an_uncore_pmu),
		cmocka_unit_test(a_formula_can_ask_for_the_number_of_boxes),
		cmocka_unit_test(a_metric_is_made_of_metrics),
		cmocka_unit_test(dead_inputs_make_no_number),
		cmocka_unit_test(quality_tells_of_estimates_and_of_times_apart),
		cmocka_unit_test(a_simulation_has_no_times),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
