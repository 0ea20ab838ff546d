#include "source/source.h"

#include "fake_perf.h"
#include "fixture_events.h"
#include "source/perf_fit.h"
#include "unit.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* A fake kernel, six hardware events and two of software, and a plan. */
struct world {
	struct fake_perf fake;
	struct perf_fit fit;
	struct event_list events;
	struct metric_uses uses;
	struct plan plan;
	struct target target;
	struct session_options options;
	struct session *session;
	struct snapshot snap;
};

static void world_init(struct world *w, size_t counters)
{
	*w = (struct world){ 0 };
	fake_perf_init(&w->fake);
	w->fake.counters = counters;
	w->fit.sys = &w->fake.sys;
	fixture_add(&w->events, fixture_software("task_clock", 1));
	fixture_add(&w->events, fixture_software("page_faults", 2));
	for (int i = 0; i < 6; i++)
		fixture_add(&w->events,
			    fixture_hardware("hw", (uint64_t)i, -1));
	fixture_use(&w->uses, &fixture_ratio, 3, 2);
	fixture_use(&w->uses, &fixture_ratio, 5, 4);
	w->target.inherit = true;
	w->options.sys = &w->fake.sys;
}

static void world_plan(struct world *w)
{
	assert_int_equal(plan_make(&w->events, &w->uses, perf_fit_group,
				   &w->fit, &w->plan, NULL),
			 0);
}

static void attach_to_self(struct world *w)
{
	w->target.tids = malloc(sizeof(pid_t));
	w->target.tids[0] = getpid();
	w->target.ntids = 1;
}

static void on_cpus(struct world *w, int n)
{
	w->target.system_wide = true;
	for (int i = 0; i < n; i++)
		cpuset_add(&w->target.cpus, i);
}

static int world_open(struct world *w)
{
	struct err err = { 0 };
	int r = source_perf.open(&w->plan, &w->target, &w->options, &w->session,
				 &err);

	if (r == 0)
		snapshot_init(&w->snap, w->plan.ncounters, w->session->nslots);
	else
		assert_true(*err.what);
	return r;
}

static void world_read(struct world *w)
{
	assert_int_equal(source_perf.read(w->session, &w->snap, NULL), 0);
}

static void world_done(struct world *w)
{
	source_perf.close(w->session);
	assert_int_equal(fake_perf_open_fds(&w->fake), 0);
	assert_int_equal(w->fake.bad_closes, 0);
	snapshot_done(&w->snap);
	plan_done(&w->plan);
	for (size_t i = 0; i < w->uses.n; i++)
		free(w->uses.items[i].inputs);
	free(w->uses.items);
	event_list_done(&w->events);
	target_done(&w->target);
}

static void one_read_serves_a_group(void **state)
{
	struct world w;
	int before;

	(void)state;
	world_init(&w, 0);
	attach_to_self(&w);
	world_plan(&w);
	assert_int_equal(w.plan.ngroups, 2);
	assert_int_equal(world_open(&w), 0);
	assert_int_equal(w.session->nopened, 8);
	assert_int_equal(source_perf.start(w.session, NULL), 0);
	before = w.fake.reads;
	fake_perf_advance(&w.fake, 1000000);
	world_read(&w);
	assert_int_equal(w.fake.reads - before, 2);
	for (size_t i = 0; i < w.plan.ncounters; i++) {
		const struct reading *r = snapshot_at(&w.snap, i, 0);
		size_t e = w.plan.counters[i].event;

		assert_int_equal(r->state, READING_OK);
		assert_int_equal(r->raw,
				 r->running_ns *
					 (w.events.items[e]->code.config + 1));
	}
	world_done(&w);
}

static void nothing_counts_before_the_start(void **state)
{
	struct world w;

	(void)state;
	world_init(&w, 0);
	attach_to_self(&w);
	world_plan(&w);
	w.options.start_disabled = true;
	assert_int_equal(world_open(&w), 0);
	fake_perf_advance(&w.fake, 1000000);
	assert_int_equal(source_perf.start(w.session, NULL), 0);
	fake_perf_advance(&w.fake, 1000000);
	world_read(&w);
	for (size_t i = 0; i < w.plan.ncounters; i++)
		assert_int_equal(snapshot_at(&w.snap, i, 0)->state,
				 READING_NOT_COUNTED);
	assert_int_equal(source_perf.enable(w.session, true, NULL), 0);
	fake_perf_advance(&w.fake, 1000000);
	world_read(&w);
	for (size_t i = 0; i < w.plan.ncounters; i++)
		assert_true(snapshot_at(&w.snap, i, 0)->raw > 0);
	world_done(&w);
}

static void more_events_than_counters_are_estimates(void **state)
{
	struct world w;

	(void)state;
	world_init(&w, 3);
	attach_to_self(&w);
	world_plan(&w);
	assert_true(plan_competing(&w.plan) >= 2);
	assert_int_equal(world_open(&w), 0);
	assert_int_equal(source_perf.start(w.session, NULL), 0);
	fake_perf_advance(&w.fake, 100000000);
	world_read(&w);
	for (size_t i = 0; i < w.plan.ncounters; i++) {
		const struct reading *r = snapshot_at(&w.snap, i, 0);
		const struct event *e =
			w.events.items[w.plan.counters[i].event];
		double real =
			(double)r->enabled_ns * (double)(e->code.config + 1);

		assert_int_equal(r->state,
				 e->hardware ? READING_SCALED : READING_OK);
		assert_true(reading_estimate(r) > real * 0.99);
		assert_true(reading_estimate(r) < real * 1.01);
	}
	world_done(&w);
}

static void held_counters_are_planned_around(void **state)
{
	struct world w;

	(void)state;
	world_init(&w, 6);
	w.fake.held = 1;
	attach_to_self(&w);
	world_plan(&w);
	assert_true(w.fit.held);
	assert_true(plan_competing(&w.plan) >= 2);
	assert_int_equal(world_open(&w), 0);
	assert_int_equal(source_perf.start(w.session, NULL), 0);
	fake_perf_advance(&w.fake, 100000000);
	world_read(&w);
	for (size_t i = 0; i < w.plan.ncounters; i++)
		assert_true(snapshot_at(&w.snap, i, 0)->running_ns > 0);
	world_done(&w);
}

static void a_counter_that_stays_zero_does_not_move(void **state)
{
	struct world w;
	struct err err = { 0 };

	(void)state;
	world_init(&w, 0);
	w.fake.dead_config = 3;
	assert_int_equal(perf_fit_moves(&w.fit, w.events.items[4], &err), 1);
	assert_int_equal(perf_fit_moves(&w.fit, w.events.items[5], &err), 0);
	w.fake.no_pmu = true;
	assert_int_equal(perf_fit_moves(&w.fit, w.events.items[5], &err),
			 -ENOENT);
	assert_true(*err.what);
	world_plan(&w);
	world_done(&w);
}

static void old_kernels_are_read_apart(void **state)
{
	struct world w;
	int before;

	(void)state;
	world_init(&w, 0);
	w.fake.no_group_inherit = true;
	attach_to_self(&w);
	world_plan(&w);
	assert_int_equal(world_open(&w), 0);
	assert_int_equal(source_perf.start(w.session, NULL), 0);
	before = w.fake.reads;
	world_read(&w);
	assert_int_equal(w.fake.reads - before, 8);
	for (size_t i = 0; i < w.plan.ncounters; i++)
		assert_true(snapshot_at(&w.snap, i, 0)->raw > 0);
	world_done(&w);
}

static void no_pmu_leaves_the_software_events(void **state)
{
	struct world w;

	(void)state;
	world_init(&w, 0);
	w.fake.no_pmu = true;
	attach_to_self(&w);
	world_plan(&w);
	assert_int_equal(world_open(&w), 0);
	assert_int_equal(w.session->nopened, 2);
	assert_int_equal(source_perf.start(w.session, NULL), 0);
	world_read(&w);
	for (size_t i = 0; i < w.plan.ncounters; i++) {
		const struct event *e =
			w.events.items[w.plan.counters[i].event];

		assert_int_equal(snapshot_at(&w.snap, i, 0)->state,
				 e->hardware ? READING_UNSUPPORTED
					     : READING_OK);
		assert_int_equal(w.session->notes[i].why.code,
				 e->hardware ? -ENOENT : 0);
	}
	world_done(&w);
}

static void offline_cpus_have_no_values(void **state)
{
	struct world w;

	(void)state;
	world_init(&w, 0);
	w.fake.offline_cpu_plus1 = 2;
	on_cpus(&w, 3);
	world_plan(&w);
	assert_int_equal(world_open(&w), 0);
	assert_int_equal(w.session->nslots, 3);
	assert_int_equal(source_perf.start(w.session, NULL), 0);
	world_read(&w);
	for (size_t i = 0; i < w.plan.ncounters; i++) {
		assert_int_equal(snapshot_at(&w.snap, i, 0)->state, READING_OK);
		assert_int_equal(snapshot_at(&w.snap, i, 1)->state,
				 READING_UNSUPPORTED);
		assert_int_equal(snapshot_at(&w.snap, i, 2)->state, READING_OK);
	}
	world_done(&w);
}

/* RAPL and uncore count on their CPUs although the target is a task. */
static void pmus_of_the_cpus_get_slots_of_their_own(void **state)
{
	struct event *uncore = fixture_hardware("power", 7, -1);
	struct world w;
	size_t at = 0;

	(void)state;
	world_init(&w, 0);
	uncore->hardware = false;
	uncore->system_wide = uncore->no_exclude = true;
	uncore->code.type = 77;
	cpuset_add(&uncore->cpus, 0);
	cpuset_add(&uncore->cpus, 4);
	fixture_add(&w.events, uncore);
	attach_to_self(&w);
	world_plan(&w);
	assert_int_equal(world_open(&w), 0);
	assert_int_equal(w.session->nslots, 3);
	assert_int_equal(source_perf.start(w.session, NULL), 0);
	world_read(&w);
	for (size_t i = 0; i < w.plan.ncounters; i++)
		if (w.plan.counters[i].event == 8)
			at = i;
	assert_int_equal(snapshot_at(&w.snap, at, 0)->state, READING_ABSENT);
	assert_int_equal(snapshot_at(&w.snap, at, 1)->state, READING_OK);
	assert_int_equal(snapshot_at(&w.snap, at, 2)->state, READING_OK);
	assert_int_equal(snapshot_at(&w.snap, 0, 1)->state, READING_ABSENT);
	world_done(&w);
}

/* No PMU, or an event that it lacks: the rest of the { } counts. */
static void a_group_with_a_missing_event_is_not_too_large(void **state)
{
	struct world w;

	(void)state;
	world_init(&w, 0);
	w.fake.no_pmu = true;
	w.events.items[0]->group = 0;
	w.events.items[2]->group = 0;
	w.events.ngroups = 1;
	attach_to_self(&w);
	world_plan(&w);
	assert_int_equal(w.plan.refused[0].code, 0);
	assert_int_equal(w.plan.refused[2].code, 0);
	assert_int_equal(world_open(&w), 0);
	assert_int_equal(source_perf.start(w.session, NULL), 0);
	world_read(&w);
	assert_int_equal(snapshot_at(&w.snap, w.plan.shown[0], 0)->state,
			 READING_OK);
	assert_int_equal(w.session->notes[w.plan.shown[2]].why.code, -ENOENT);
	world_done(&w);
}

static void refused_groups_say_so(void **state)
{
	struct world w;

	(void)state;
	world_init(&w, 2);
	for (int i = 2; i < 5; i++)
		w.events.items[i]->group = 0;
	w.events.ngroups = 1;
	attach_to_self(&w);
	world_plan(&w);
	assert_int_equal(world_open(&w), 0);
	assert_int_equal(source_perf.start(w.session, NULL), 0);
	world_read(&w);
	for (size_t i = 0; i < w.plan.ncounters; i++) {
		if (w.events.items[w.plan.counters[i].event]->group != 0)
			continue;
		assert_int_equal(snapshot_at(&w.snap, i, 0)->state,
				 READING_UNSUPPORTED);
		assert_int_equal(w.session->notes[i].why.code, -ENOSPC);
	}
	world_done(&w);
}

/*
 * Make the Nth open, read or ioctl fail with each errno, for every N: no leak,
 * no wrong close, no value from a counter that was not read.
 */
static void every_failure_is_survived(void **state)
{
	static const int codes[] = { EACCES, ENOENT, EMFILE, EINVAL, ENODEV,
				     ESRCH,  EBUSY,  ENOMEM, EIO,    ECHILD };

	(void)state;
	for (size_t c = 0; c < sizeof(codes) / sizeof(codes[0]); c++) {
		for (int n = 1; n < 90; n++) {
			struct world w;

			world_init(&w, 3);
			on_cpus(&w, 2);
			world_plan(&w);
			w.fake.opens = w.fake.reads = w.fake.ioctls = 0;
			w.fake.fail_code = -codes[c];
			w.fake.fail_open = n <= 30 ? n : 0;
			w.fake.fail_read = n > 30 && n <= 60 ? n - 30 : 0;
			w.fake.fail_ioctl = n > 60 ? n - 60 : 0;
			assert_int_equal(world_open(&w), 0);
			assert_int_equal(source_perf.start(w.session, NULL), 0);
			world_read(&w);
			assert_int_equal(
				source_perf.enable(w.session, false, NULL), 0);
			world_done(&w);
		}
	}
}

static void a_failed_read_is_not_a_zero(void **state)
{
	for (int kind = 0; kind < 2; kind++) {
		struct world w;

		(void)state;
		world_init(&w, 0);
		attach_to_self(&w);
		world_plan(&w);
		assert_int_equal(world_open(&w), 0);
		assert_int_equal(source_perf.start(w.session, NULL), 0);
		w.fake.reads = 0;
		w.fake.fail_code = kind ? 0 : -EIO;
		w.fake.fail_read = kind ? 0 : 2;
		w.fake.short_read = kind ? 2 : 0;
		world_read(&w);
		for (size_t i = 0; i < w.plan.ncounters; i++) {
			bool lost = w.plan.counters[i].group == 1;

			assert_int_equal(snapshot_at(&w.snap, i, 0)->state,
					 lost ? READING_NOT_COUNTED
					      : READING_OK);
			assert_int_equal(!!w.session->notes[i].why.code, lost);
		}
		world_done(&w);
	}
}

static void a_pinned_event_that_lost_its_counter_says_so(void **state)
{
	struct world w;

	(void)state;
	world_init(&w, 0);
	attach_to_self(&w);
	world_plan(&w);
	assert_int_equal(world_open(&w), 0);
	assert_int_equal(source_perf.start(w.session, NULL), 0);
	w.fake.reads = 0;
	w.fake.fail_read = 1; /* the kernel answers end of file */
	w.fake.fail_code = 0;
	world_read(&w);
	assert_int_equal(snapshot_at(&w.snap, 0, 0)->state,
			 READING_NOT_COUNTED);
	assert_non_null(strstr(w.session->notes[0].why.what, "pinned"));
	world_done(&w);
}

static void a_target_that_is_gone_is_an_error(void **state)
{
	struct world w;

	(void)state;
	world_init(&w, 0);
	w.target.pids = malloc(sizeof(pid_t));
	w.target.pids[0] = 0x7ffffff0;
	w.target.npids = 1;
	world_plan(&w);
	assert_int_equal(world_open(&w), -ESRCH);
	world_done(&w);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(one_read_serves_a_group),
		cmocka_unit_test(nothing_counts_before_the_start),
		cmocka_unit_test(more_events_than_counters_are_estimates),
		cmocka_unit_test(held_counters_are_planned_around),
		cmocka_unit_test(a_counter_that_stays_zero_does_not_move),
		cmocka_unit_test(old_kernels_are_read_apart),
		cmocka_unit_test(no_pmu_leaves_the_software_events),
		cmocka_unit_test(offline_cpus_have_no_values),
		cmocka_unit_test(pmus_of_the_cpus_get_slots_of_their_own),
		cmocka_unit_test(a_group_with_a_missing_event_is_not_too_large),
		cmocka_unit_test(refused_groups_say_so),
		cmocka_unit_test(every_failure_is_survived),
		cmocka_unit_test(a_failed_read_is_not_a_zero),
		cmocka_unit_test(a_pinned_event_that_lost_its_counter_says_so),
		cmocka_unit_test(a_target_that_is_gone_is_an_error),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
