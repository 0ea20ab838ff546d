/* Runs of two subjects become samples by name. */
#include "analyze/compare_fill.h"

#include "base/xalloc.h"
#include "event/cachegrind.h"

#include "fixture.h"
#include "unit.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

static const struct value_limits scaling = { .scale = true };

/* A side with cycles, instructions, another event and ipc. */
static void measure_with(const char *other, struct fixture *f, size_t runs,
			 uint64_t instructions)
{
	static const char *const inputs[] = { "instructions", "cycles", NULL };

	fixture_init(f);
	fixture_known(f, "cycles");
	fixture_known(f, "instructions");
	fixture_known(f, other);
	fixture_metric(f, "ipc", "instructions / cycles", 1, inputs)->better =
		METRIC_HIGHER;
	for (size_t i = 0; i < runs; i++) {
		struct run *run = fixture_run(f, 1);

		fixture_count(run, 0, 0, 1000000 + i, 5000000, 5000000);
		fixture_count(run, 1, 0, instructions + i, 5000000, 5000000);
		fixture_count(run, 2, 0, 3, 5000000, 5000000);
		run->wall_ns = 200000000 + i;
		run->on_ns = 100000000 + i;
		run->user_ns = 90000000;
		run->sys_ns = 10000000;
		run->maxrss_kib = 4;
		run->has_rusage = true;
	}
}

static void measure(struct fixture *f, size_t runs, uint64_t instructions)
{
	measure_with("context-switches", f, runs, instructions);
}

static void compare(struct comparison *c, const struct compare_source *sources)
{
	struct compare_options options = compare_defaults();
	struct err err = { 0 };

	compare_init(c, 2, &options);
	compare_fill(c, sources, 2, &scaling);
	if (compare_compute(c, &err) < 0)
		fail_msg("%s", err.what);
}

static const struct compare_quantity *find(const struct comparison *c,
					   const char *name)
{
	size_t q = compare_find(c, name);

	if (q == SIZE_MAX)
		fail_msg("no quantity %s", name);
	return &c->quantities[q];
}

static void mark_is(const struct comparison *c, const char *name,
		    enum compare_mark mark)
{
	assert_string_equal(compare_mark_name(find(c, name)->results[1].mark),
			    compare_mark_name(mark));
}

static void equal(double got, double expected)
{
	if (!(fabs(got - expected) <= 1e-9 * fabs(expected)))
		fail_msg("%.17g is not %.17g", got, expected);
}

static void events_metrics_times_and_memory(void **state)
{
	struct compare_source sources[2] = { { .name = "old" },
					     { .name = "new" } };
	struct compare_run order[7];
	struct comparison c;
	struct fixture f[2];

	(void)state;
	for (size_t i = 0; i < 7; i++)
		order[i] = (struct compare_run){ .block = i };
	for (size_t s = 0; s < 2; s++) {
		measure(&f[s], 7, s ? 3000000 : 2000000);
		sources[s].series = &f[s].series;
		sources[s].order = order;
	}
	compare(&c, sources);
	assert_true(c.paired);
	assert_string_equal(c.subjects[1].name, "new");
	assert_int_equal(c.nquantities, 8);
	mark_is(&c, "time", COMPARE_SAME);
	mark_is(&c, "cycles", COMPARE_SAME);
	mark_is(&c, "instructions", COMPARE_WORSE);
	mark_is(&c, "ipc", COMPARE_BETTER);
	mark_is(&c, "context-switches", COMPARE_SAME);
	mark_is(&c, "max_rss", COMPARE_SAME);
	equal(find(&c, "time")->sides[0].stats.min, 0.2);
	equal(find(&c, "user_time")->sides[0].stats.mean, 0.09);
	equal(find(&c, "sys_time")->sides[0].stats.mean, 0.01);
	equal(find(&c, "max_rss")->sides[0].stats.mean, 4096);
	equal(find(&c, "instructions")->sides[1].samples[2], 3000002);
	equal(find(&c, "ipc")->sides[1].samples[0], 3.0);
	assert_string_equal(find(&c, "cycles")->kind.base, "cycles");
	compare_done(&c);
	for (size_t s = 0; s < 2; s++)
		fixture_done(&f[s]);
}

/* With the reason, and without making a number of it. */
static void what_one_side_lacks_is_absent(void **state)
{
	struct compare_source sources[2] = { { .name = "old" },
					     { .name = "new" } };
	bool out[6] = { true };
	struct comparison c;
	struct fixture f[2];

	(void)state;
	for (size_t s = 0; s < 2; s++) {
		measure(&f[s], 6, 2000000);
		sources[s].series = &f[s].series;
	}
	sources[1].left_out = out;
	for (size_t i = 0; i < 6; i++) {
		fixture_fail(&f[1].series.runs[i], 0, READING_DENIED, -EACCES,
			     "not for you", NULL);
		f[1].series.runs[i].has_rusage = false;
	}
	/* one that never moved is no 0 */
	fixture_count(&f[1].series.runs[3], 1, 0, 0, 50000000, 50000000);
	compare(&c, sources);
	assert_false(c.paired);
	mark_is(&c, "cycles", COMPARE_ABSENT);
	assert_string_equal(find(&c, "cycles")->results[1].why, "not for you");
	mark_is(&c, "ipc", COMPARE_ABSENT);
	mark_is(&c, "max_rss", COMPARE_ABSENT);
	assert_int_equal(find(&c, "time")->sides[1].n, 5);
	assert_int_equal(find(&c, "instructions")->sides[1].n, 4);
	assert_int_equal(find(&c, "instructions")->sides[0].n, 6);
	compare_done(&c);
	for (size_t s = 0; s < 2; s++)
		fixture_done(&f[s]);
}

static void compare_two(struct comparison *c, struct fixture f[2])
{
	struct compare_source sources[2] = {
		{ .name = "old", .series = &f[0].series, .simulation = "16K" },
		{ .name = "new", .series = &f[1].series, .simulation = "32K" },
	};

	compare(c, sources);
}

/* However large the difference is. */
static void is_refused(const struct comparison *c, const char *name)
{
	const struct compare_quantity *q = find(c, name);
	const struct compare_result *r = &q->results[1];

	mark_is(c, name, COMPARE_ABSENT);
	assert_non_null(r->why);
	assert_true(q->sides[0].n && q->sides[1].n);
	assert_false(r->exact || r->resampled || r->relative.known ||
		     r->difference.known || r->welch.known);
	assert_false(
		compare_relative_at(c, compare_find(c, name), 1, 0.9).known);
}

/* Also metrics of it, but no clock: that runs in any mode. */
static void user_mode_and_both_do_not_compare(void **state)
{
	struct comparison c;
	struct fixture f[2];

	(void)state;
	for (size_t s = 0; s < 2; s++) {
		measure_with("task-clock", &f[s], 6, s ? 3000000 : 2000000);
		for (size_t i = 0; i < 6; i++) {
			struct counter_note *notes = f[s].series.runs[i].notes;

			notes[0].user_only = s;
			notes[1].user_only = true;
			notes[2].user_only = s;
		}
	}
	compare_two(&c, f);
	is_refused(&c, "cycles");
	is_refused(&c, "ipc");
	mark_is(&c, "instructions", COMPARE_WORSE);
	mark_is(&c, "task-clock", COMPARE_SAME);
	compare_done(&c);
	for (size_t s = 0; s < 2; s++)
		fixture_done(&f[s]);
}

/* Instructions are the same with any caches, what misses them is not. */
static void other_caches_do_not_compare(void **state)
{
	struct comparison c;
	struct fixture f[2];

	(void)state;
	for (size_t s = 0; s < 2; s++) {
		measure(&f[s], 2, 2000000);
		for (size_t e = 0; e < 3; e++)
			f[s].events.items[e]->link = EVENT_LINK_CACHEGRIND;
		f[s].events.items[0]->columns =
			1u << CACHEGRIND_IR | 1u << CACHEGRIND_DLMR;
		f[s].events.items[1]->columns = 1u << CACHEGRIND_IR;
		fixture_count(&f[s].series.runs[1], 1, 0, 2000000, 5000000,
			      5000000);
		fixture_count(&f[s].series.runs[1], 0, 0, 1000000, 5000000,
			      5000000);
	}
	compare_two(&c, f);
	is_refused(&c, "cycles");
	is_refused(&c, "ipc");
	mark_is(&c, "instructions", COMPARE_SAME);
	assert_true(find(&c, "instructions")->results[1].exact);
	compare_done(&c);
	for (size_t s = 0; s < 2; s++)
		fixture_done(&f[s]);
}

/* They are known before anything is counted. */
static void the_names_of_a_plan(void **state)
{
	struct compare_options options = compare_defaults();
	struct compare_source sources[2] = { { .name = "a" }, { .name = "b" } };
	struct comparison names, full;
	struct fixture f;

	(void)state;
	measure(&f, 2, 2000000);
	sources[0].series = sources[1].series = &f.series;
	compare_init(&names, 1, &options);
	compare_fill_names(&names, &f.plan);
	compare_init(&full, 2, &options);
	compare_fill(&full, sources, 2, &scaling);
	assert_int_equal(names.nquantities, full.nquantities);
	for (size_t i = 0; i < full.nquantities; i++)
		assert_string_equal(names.quantities[i].kind.name,
				    full.quantities[i].kind.name);
	compare_done(&names);
	compare_done(&full);
	fixture_done(&f);
}

/* What only rules look at has samples, and no part in the correction. */
static void unseen_metrics_are_not_tested(void **state)
{
	struct compare_source sources[2] = { { .name = "old" },
					     { .name = "new" } };
	static const char *const inputs[] = { "cycles", NULL };
	struct comparison c;
	struct fixture f[2];

	(void)state;
	for (size_t s = 0; s < 2; s++) {
		measure(&f[s], 6, 2000000);
		fixture_metric(&f[s], "hidden", "cycles * 2", 0, inputs);
		f[s].plan.uses[1].place = METRIC_UNSEEN;
		fixture_metric(&f[s], "ipc", "cycles * 2", 0, inputs);
		f[s].plan.uses[2].place = METRIC_UNSEEN;
		sources[s].series = &f[s].series;
	}
	compare(&c, sources);
	assert_int_equal(c.nquantities, 9);
	assert_int_equal(c.tests, 8);
	assert_int_equal(find(&c, "hidden")->sides[1].n, 6);
	equal(find(&c, "ipc")->sides[1].samples[0], 2.0);
	compare_done(&c);
	for (size_t s = 0; s < 2; s++)
		fixture_done(&f[s]);
}

static void one_metric_of_two_events_has_two_names(void **state)
{
	struct compare_source sources[2] = { { .name = "old" },
					     { .name = "new" } };
	static const char *const inputs[] = { "cycles", NULL };
	struct comparison c;
	struct fixture f[2];

	(void)state;
	for (size_t s = 0; s < 2; s++) {
		measure(&f[s], 6, 2000000);
		fixture_metric(&f[s], "twice", "cycles * 2", 0, inputs);
		fixture_metric(&f[s], "twice", "cycles * 2", 1, inputs);
		sources[s].series = &f[s].series;
	}
	compare(&c, sources);
	assert_int_equal(find(&c, "twice (cycles)")->sides[1].n, 6);
	assert_int_equal(find(&c, "twice (instructions)")->sides[1].n, 6);
	compare_done(&c);
	for (size_t s = 0; s < 2; s++)
		fixture_done(&f[s]);
}

static void more_in_each_second_is_not_worse(void **state)
{
	static const char *const inputs[] = { "instructions", "cycles", NULL };
	struct compare_options options = compare_defaults();
	struct compare_source source = { .name = "it" };
	struct comparison c = { 0 };
	struct metric *metric;
	struct fixture f;

	(void)state;
	measure(&f, 2, 2000000);
	metric = fixture_metric(&f, "rate", "cycles / instructions", 1, inputs);
	metric->better = METRIC_LOWER;
	metric->unit = "/s";
	metric =
		fixture_metric(&f, "share", "cycles / instructions", 1, inputs);
	metric->better = METRIC_LOWER;
	source.series = &f.series;
	compare_init(&c, 1, &options);
	compare_fill(&c, &source, 1, &scaling);
	assert_int_equal(find(&c, "rate")->kind.better, METRIC_NEUTRAL);
	assert_int_equal(find(&c, "share")->kind.better, METRIC_LOWER);
	compare_done(&c);
	fixture_done(&f);
}

static void fewer_misses_are_better(void **state)
{
	(void)state;
	assert_int_equal(compare_event_better("cycles"), METRIC_LOWER);
	assert_int_equal(compare_event_better("l1d_load_misses"), METRIC_LOWER);
	assert_int_equal(compare_event_better("misses"), METRIC_LOWER);
	assert_int_equal(compare_event_better("cache_references"),
			 METRIC_NEUTRAL);
	assert_int_equal(compare_event_better(""), METRIC_NEUTRAL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(events_metrics_times_and_memory),
		cmocka_unit_test(what_one_side_lacks_is_absent),
		cmocka_unit_test(user_mode_and_both_do_not_compare),
		cmocka_unit_test(other_caches_do_not_compare),
		cmocka_unit_test(the_names_of_a_plan),
		cmocka_unit_test(unseen_metrics_are_not_tested),
		cmocka_unit_test(one_metric_of_two_events_has_two_names),
		cmocka_unit_test(more_in_each_second_is_not_worse),
		cmocka_unit_test(fewer_misses_are_better),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
