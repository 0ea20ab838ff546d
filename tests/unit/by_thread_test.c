#include "source/tasks/by_thread.h"

#include "fake_perf.h"
#include "fixture_events.h"
#include "unit.h"

#include "base/auto.h"
#include "base/vec.h"

#include <errno.h>
#include <string.h>

#define MS ((uint64_t)1000000)
#define SECOND (1000 * MS)

/* A collector below a fake kernel, and one process that the test makes run. */
struct world {
	struct fake_perf fake;
	struct event_list events;
	struct plan plan;
	struct collector *c;
	struct watched_process process;
	uint64_t now_ns;
	bool other; /* the scan finds another task under the number */
	/* of the last reading */
	struct collected got;
	struct reading readings[4];
	unsigned missing;
};

static int always_fits(void *arg, const struct event *const *events, size_t n,
		       struct err *err)
{
	(void)arg, (void)events, (void)n, (void)err;
	return 1;
}

static bool is_same(void *arg, const struct watched_process *process,
		    const struct watched_thread *thread)
{
	const struct world *w = arg;

	(void)process, (void)thread;
	return !w->other;
}

static void prepare(struct world *w)
{
	*w = (struct world){ .now_ns = SECOND };
	fake_perf_init(&w->fake);
	w->fake.tick_ns = 0;
}

/* Two software events in one group; with @apart in two. */
static void begin_with(struct world *w, bool apart, bool threads)
{
	struct metric_uses none = { 0 };
	struct collector_options options = { .plan = &w->plan,
					     .sys = &w->fake.sys,
					     .threads = threads,
					     .is_same = is_same,
					     .is_same_arg = w };
	struct err err;

	if (apart) {
		fixture_add(&w->events, fixture_hardware("a", 0, 0));
		fixture_add(&w->events, fixture_hardware("b", 1, 1));
	} else {
		fixture_add(&w->events, fixture_software("a", 0));
		fixture_add(&w->events, fixture_software("b", 1));
	}
	assert_int_equal(
		plan_make(&w->events, &none, always_fits, NULL, &w->plan, &err),
		0);
	assert_int_equal(collector_tasks.open(&options, &w->c, &err), 0);
	assert_int_equal(fake_perf_open_fds(&w->fake), 0);
	w->process.pid = 100;
	w->process.task.state = 'S';
}

static void begin(struct world *w)
{
	begin_with(w, false, false);
}

static void end(struct world *w)
{
	collector_tasks.release(w->c, &w->process, NULL);
	collector_tasks.close(w->c);
	assert_int_equal(fake_perf_open_fds(&w->fake), 0);
	assert_int_equal(w->fake.bad_closes, 0);
	free(w->process.threads);
	plan_done(&w->plan);
	event_list_done(&w->events);
}

static struct watched_thread *thread_of(struct world *w, pid_t tid)
{
	for (size_t i = 0; i < w->process.nthreads; i++)
		if (w->process.threads[i].tid == tid)
			return &w->process.threads[i];
	return NULL;
}

static struct watched_thread *must_have(struct world *w, pid_t tid)
{
	struct watched_thread *t = thread_of(w, tid);

	if (!t)
		abort();
	return t;
}

/* A thread is born; the scan sees it when it lists. */
static void be_born(struct world *w, pid_t tid)
{
	struct watched_thread t = { .tid = tid, .task.state = 'S' };

	VEC_PUSH(w->process.threads, w->process.nthreads, t);
	w->process.nlives++;
}

/* @tid runs for @ns, and its counters, if any, count. */
static void let_run(struct world *w, pid_t tid, uint64_t ns)
{
	struct watched_thread *t = thread_of(w, tid);

	w->process.task.ran_ns += ns;
	if (t)
		t->task.ran_ns += ns;
	fake_perf_run_task(&w->fake, tid, ns);
}

static void read_it(struct world *w)
{
	memset(w->readings, 0, sizeof(w->readings));
	w->got = (struct collected){ .readings = w->readings };
	w->missing = 0;
	collector_tasks.begin(w->c, w->now_ns += SECOND);
	collector_tasks.read_process(w->c, &w->process, &w->got);
}

/* A whole tick, as the scan makes it. */
static void pass_tick(struct world *w)
{
	read_it(w);
	if (w->got.wants_threads)
		w->missing = collector_tasks.attach(w->c, &w->process);
	collector_tasks.end(w->c, w->now_ns);
	w->process.task.ran_ns = 0;
	for (size_t i = 0; i < w->process.nthreads; i++)
		w->process.threads[i].task.ran_ns = 0;
}

static void run_once(struct world *w, pid_t tid)
{
	let_run(w, tid, 10 * MS);
	pass_tick(w);
}

static size_t open_fds(const struct world *w)
{
	return fake_perf_open_fds(&w->fake);
}

/* ---- who is counted ---- */

static void one_that_did_not_run_gets_no_counters(void **state)
{
	struct world w;

	(void)state;
	prepare(&w);
	begin(&w);
	be_born(&w, 100);
	pass_tick(&w);
	assert_int_equal(w.got.uncounted, TASK_IDLE);
	assert_false(w.got.wants_threads);
	assert_int_equal(open_fds(&w), 0);
	end(&w);
}

static void one_that_ran_is_counted_from_then_on(void **state)
{
	struct world w;

	(void)state;
	prepare(&w);
	begin(&w);
	be_born(&w, 100);
	run_once(&w, 100);
	assert_false(w.got.any);
	assert_int_equal(w.got.uncounted, TASK_NEW);
	assert_int_equal(w.missing, 1);
	assert_int_equal(open_fds(&w), 2);
	run_once(&w, 100);
	assert_true(w.got.any);
	assert_int_equal(w.got.cpu_ns, 10 * MS);
	assert_int_equal(w.readings[0].raw, 10 * MS);
	assert_int_equal(w.readings[1].raw, 20 * MS);
	assert_int_equal(w.readings[1].running_ns, 10 * MS);
	/* amounts, not sums */
	run_once(&w, 100);
	assert_int_equal(w.readings[0].raw, 10 * MS);
	assert_false(w.got.wants_threads);
	end(&w);
}

static void nothing_is_counted_where_nothing_can(void **state)
{
	struct world w;

	(void)state;
	prepare(&w);
	w.fake.paranoid = 3;
	begin(&w);
	be_born(&w, 100);
	run_once(&w, 100);
	assert_int_equal(w.got.uncounted, TASK_NOTHING);
	assert_int_equal(w.c->notes[0].why.code, -EACCES);
	end(&w);
}

static void without_a_pmu_software_counts(void **state)
{
	struct world w;

	(void)state;
	prepare(&w);
	w.fake.no_pmu = true;
	fixture_add(&w.events, fixture_hardware("cycles", 3, -1));
	begin(&w);
	be_born(&w, 100);
	run_once(&w, 100);
	run_once(&w, 100);
	assert_true(w.got.any);
	assert_int_equal(w.c->notes[w.plan.shown[0]].why.code, -ENOENT);
	assert_int_equal(w.readings[w.plan.shown[0]].raw, 0);
	assert_int_equal(w.readings[w.plan.shown[1]].raw, 10 * MS);
	end(&w);
}

/* ---- threads ---- */

static void idle_threads_of_small_processes_have_counters_too(void **state)
{
	struct world w;

	(void)state;
	prepare(&w);
	begin(&w);
	be_born(&w, 100);
	be_born(&w, 101);
	run_once(&w, 100);
	assert_int_equal(open_fds(&w), 4);
	run_once(&w, 101);
	assert_int_equal(w.readings[0].raw, 10 * MS);
	assert_false(w.got.wants_threads);
	end(&w);
}

static void of_many_threads_only_those_that_ran_have_counters(void **state)
{
	struct world w;

	(void)state;
	prepare(&w);
	begin(&w);
	for (pid_t tid = 100; tid < 200; tid++)
		be_born(&w, tid);
	run_once(&w, 142);
	assert_int_equal(open_fds(&w), 2);
	let_run(&w, 142, 10 * MS);
	let_run(&w, 150, 10 * MS);
	pass_tick(&w);
	/* known by the difference to what the process ran */
	assert_int_equal(w.got.cpu_ns, 10 * MS);
	assert_true(w.got.wants_threads);
	assert_int_equal(w.missing, 1);
	assert_int_equal(open_fds(&w), 4);
	end(&w);
}

/* @tid is a child of one that is counted, and its counts are in there. */
static void run_inherited(struct world *w, pid_t parent, pid_t tid)
{
	struct watched_thread *t = thread_of(w, tid);

	w->process.task.ran_ns += 10 * MS;
	if (t)
		t->task.ran_ns += 10 * MS;
	fake_perf_run_task(&w->fake, parent, 10 * MS);
}

static void a_newcomer_is_counted_by_its_creator_and_not_twice(void **state)
{
	struct world w;

	(void)state;
	prepare(&w);
	begin(&w);
	be_born(&w, 100);
	run_once(&w, 100);
	be_born(&w, 101);
	run_inherited(&w, 100, 101);
	pass_tick(&w);
	assert_int_equal(w.readings[0].raw, 10 * MS);
	assert_false(w.got.wants_threads);
	/* somebody else makes it look: still the newcomer is not opened */
	let_run(&w, 999, 50 * MS);
	run_inherited(&w, 100, 101);
	collector_tasks.begin(w.c, w.now_ns);
	pass_tick(&w);
	assert_true(w.got.wants_threads);
	assert_int_equal(w.readings[0].raw, 10 * MS);
	end(&w);
}

static void without_inheritance_a_newcomer_gets_its_own_counters(void **state)
{
	struct world w;

	(void)state;
	prepare(&w);
	w.fake.no_inherit_thread = true;
	begin(&w);
	be_born(&w, 100);
	run_once(&w, 100);
	be_born(&w, 101);
	run_once(&w, 101);
	assert_int_equal(w.got.cpu_ns, 0);
	assert_int_equal(w.missing, 1);
	assert_int_equal(open_fds(&w), 4);
	run_once(&w, 101);
	assert_int_equal(w.readings[0].raw, 10 * MS);
	for (size_t i = 0; i < w.fake.nevents; i++)
		assert_int_equal(w.fake.events[i].attr.inherit, 0);
	end(&w);
}

static void one_that_is_not_inherited_after_all_is_found_out(void **state)
{
	struct world w;

	(void)state;
	prepare(&w);
	begin(&w);
	be_born(&w, 100);
	run_once(&w, 100);
	run_once(&w, 100);
	/* created by a thread that had no counters */
	be_born(&w, 101);
	run_once(&w, 101);
	assert_int_equal(w.got.cpu_ns, 0);
	/* and until then it is not passed off as whole */
	assert_int_equal(w.missing, 1);
	run_once(&w, 101);
	assert_int_equal(open_fds(&w), 4);
	run_once(&w, 101);
	assert_int_equal(w.got.cpu_ns, 10 * MS);
	run_once(&w, 100);
	assert_int_equal(w.got.cpu_ns, 10 * MS);
	end(&w);
}

static void where_inheritance_often_goes_wrong_it_is_given_up(void **state)
{
	struct world w;

	(void)state;
	prepare(&w);
	begin(&w);
	be_born(&w, 100);
	run_once(&w, 100);
	for (pid_t tid = 101; tid < 105; tid++) {
		be_born(&w, tid);
		for (int i = 0; i < 4; i++)
			run_once(&w, tid);
		assert_int_equal(w.got.cpu_ns, 10 * MS);
	}
	assert_int_equal(w.fake.events[w.fake.nevents - 1].attr.inherit, 0);
	end(&w);
}

static void what_ended_stays_open_for_those_that_inherit(void **state)
{
	struct world w;

	(void)state;
	prepare(&w);
	begin(&w);
	be_born(&w, 100);
	be_born(&w, 101);
	run_once(&w, 100);
	/* 101 begets 102 and ends */
	be_born(&w, 102);
	must_have(&w, 101)->task.state = 'X';
	run_inherited(&w, 101, 102);
	pass_tick(&w);
	assert_int_equal(w.readings[0].raw, 10 * MS);
	run_inherited(&w, 101, 102);
	pass_tick(&w);
	assert_int_equal(w.readings[0].raw, 10 * MS);
	assert_int_equal(open_fds(&w), 4);
	end(&w);
}

static void each_thread_has_its_counts_when_threads_are_shown(void **state)
{
	struct collected got = { 0 };
	struct reading readings[2] = { 0 };
	struct world w;

	(void)state;
	prepare(&w);
	begin_with(&w, false, true);
	be_born(&w, 100);
	be_born(&w, 101);
	run_once(&w, 100);
	let_run(&w, 100, 10 * MS);
	let_run(&w, 101, 5 * MS);
	read_it(&w);
	assert_int_equal(w.readings[0].raw, 15 * MS);
	got.readings = readings;
	collector_tasks.read_thread(w.c, &w.process, thread_of(&w, 101), &got);
	assert_true(got.any);
	assert_int_equal(readings[0].raw, 5 * MS);
	for (size_t i = 0; i < w.fake.nevents; i++)
		assert_true(w.fake.events[i].pid < 100 ||
			    !w.fake.events[i].attr.inherit);
	end(&w);
}

static void counts_up_to_the_switch_to_threads_are_not_lost(void **state)
{
	struct collected got = { 0 };
	struct reading readings[2] = { 0 };
	struct world w;

	(void)state;
	prepare(&w);
	begin(&w);
	be_born(&w, 100);
	run_once(&w, 100);
	let_run(&w, 100, 10 * MS);
	collector_tasks.set_threads(w.c, true);
	read_it(&w);
	assert_int_equal(w.readings[0].raw, 10 * MS);
	assert_true(w.got.wants_threads);
	collector_tasks.attach(w.c, &w.process);
	/* they were of its descendants, too: not the thread's */
	got.readings = readings;
	collector_tasks.read_thread(w.c, &w.process, thread_of(&w, 100), &got);
	assert_false(got.any);
	assert_int_equal(got.uncounted, TASK_NEW);
	assert_int_equal(open_fds(&w), 2);
	w.process.task.ran_ns = 0;
	run_once(&w, 100);
	assert_int_equal(w.readings[0].raw, 10 * MS);
	assert_false(w.got.wants_threads);
	end(&w);
}

/* ---- ends and other people's ---- */

static void the_last_counts_of_one_that_ended_are_read(void **state)
{
	struct world w;

	(void)state;
	prepare(&w);
	begin(&w);
	be_born(&w, 100);
	run_once(&w, 100);
	let_run(&w, 100, 7 * MS);
	w.process.task.state = 'X';
	w.process.task.ran_ns = 0;
	read_it(&w);
	assert_true(w.got.any);
	assert_int_equal(w.got.cpu_ns, 7 * MS);
	assert_int_equal(w.readings[0].raw, 7 * MS);
	assert_false(w.got.wants_threads);
	end(&w);
}

static void one_that_ends_before_it_is_opened_leaves_nothing(void **state)
{
	struct world w;

	(void)state;
	prepare(&w);
	w.fake.gone_pid = 100;
	begin(&w);
	be_born(&w, 100);
	run_once(&w, 100);
	assert_int_equal(open_fds(&w), 0);
	assert_int_equal(must_have(&w, 100)->task.uncounted, TASK_GONE);
	w.process.task.state = 'X';
	read_it(&w);
	assert_int_equal(w.got.uncounted, TASK_GONE);
	end(&w);
}

static void a_number_that_was_used_again_is_not_counted(void **state)
{
	struct world w;

	(void)state;
	prepare(&w);
	w.other = true;
	begin(&w);
	be_born(&w, 100);
	run_once(&w, 100);
	assert_int_equal(open_fds(&w), 0);
	end(&w);
}

static void what_is_denied_is_tried_once(void **state)
{
	struct world w;
	int opens;

	(void)state;
	prepare(&w);
	w.fake.denied_pid = 100;
	begin(&w);
	be_born(&w, 100);
	run_once(&w, 100);
	opens = w.fake.opens;
	run_once(&w, 100);
	assert_int_equal(w.got.uncounted, TASK_DENIED);
	assert_int_equal(w.fake.opens, opens);
	/* another program may be another's */
	strcpy(w.process.task.comm, "sh");
	w.fake.denied_pid = 0;
	run_once(&w, 100);
	run_once(&w, 100);
	assert_true(w.got.any);
	end(&w);
}

static void long_idle_ones_are_closed(void **state)
{
	struct world w;

	(void)state;
	prepare(&w);
	begin(&w);
	be_born(&w, 100);
	run_once(&w, 100);
	assert_int_equal(open_fds(&w), 2);
	for (int i = 0; i < 29; i++)
		collector_tasks.end(w.c, w.now_ns += SECOND);
	assert_int_equal(open_fds(&w), 2);
	collector_tasks.end(w.c, w.now_ns += 2 * SECOND);
	assert_int_equal(open_fds(&w), 0);
	run_once(&w, 100);
	run_once(&w, 100);
	assert_int_equal(w.readings[0].raw, 10 * MS);
	end(&w);
}

/* ---- too few descriptors ---- */

#define CROWD 6

/* Processes 100, 101, ...; the first is the busiest. */
struct crowd {
	struct world w;
	struct watched_process processes[CROWD];
	struct collected got[CROWD];
};

static void crowd_begin(struct crowd *c, bool apart)
{
	begin_with(&c->w, apart, false);
	for (int i = 0; i < CROWD; i++) {
		struct watched_process *p = &c->processes[i];
		struct watched_thread t = { .tid = 100 + i, .task.state = 'S' };

		*p = (struct watched_process){ .pid = 100 + i, .nlives = 1 };
		p->task.state = 'S';
		VEC_PUSH(p->threads, p->nthreads, t);
	}
}

/* In the order of their numbers backwards: the least busy comes first. */
static void crowd_tick(struct crowd *c)
{
	struct world *w = &c->w;

	collector_tasks.begin(w->c, w->now_ns += SECOND);
	for (int i = CROWD - 1; i >= 0; i--) {
		struct watched_process *p = &c->processes[i];
		uint64_t ran = (uint64_t)(10 * (CROWD - i)) * MS;

		p->task.ran_ns = p->threads[0].task.ran_ns = ran;
		fake_perf_run_task(&w->fake, p->pid, ran);
		memset(w->readings, 0, sizeof(w->readings));
		c->got[i] = (struct collected){ .readings = w->readings };
		collector_tasks.read_process(w->c, p, &c->got[i]);
		if (c->got[i].wants_threads)
			collector_tasks.attach(w->c, p);
	}
	collector_tasks.end(w->c, w->now_ns);
}

static void crowd_end(struct crowd *c)
{
	for (int i = 0; i < CROWD; i++) {
		collector_tasks.release(c->w.c, &c->processes[i], NULL);
		free(c->processes[i].threads);
	}
	end(&c->w);
}

static void the_busiest_have_the_descriptors(void **state)
{
	struct crowd c;

	(void)state;
	prepare(&c.w);
	c.w.fake.fd_limit = 8; /* for four */
	crowd_begin(&c, false);
	for (int i = 0; i < 8; i++)
		crowd_tick(&c);
	for (int i = 0; i < CROWD; i++)
		assert_int_equal(c.got[i].any, i < 4);
	assert_int_equal(c.got[5].uncounted, TASK_LIMIT);
	assert_int_equal(open_fds(&c.w), 8);
	assert_int_equal(c.w.c->descriptors, 8);
	assert_string_equal(
		c.w.c->limited,
		"8 descriptors are too few: 2 busy tasks are not counted");
	/* and the others, when the busy ones are gone */
	c.w.fake.fd_limit = 0;
	crowd_end(&c);
}

static void where_too_much_is_missed_fewer_groups_are_counted(void **state)
{
	struct crowd c;

	(void)state;
	prepare(&c.w);
	c.w.fake.fd_limit = 6; /* three with both groups, or six with one */
	crowd_begin(&c, true);
	for (int i = 0; i < 8; i++)
		crowd_tick(&c);
	for (int i = 0; i < CROWD; i++)
		assert_true(c.got[i].any);
	assert_int_equal(open_fds(&c.w), CROWD);
	assert_string_equal(
		c.w.c->limited,
		"6 descriptors are too few: only 1 of 2 groups of events are counted");
	crowd_end(&c);
}

static void whatever_open_fails_nothing_leaks(void **state)
{
	static const int errors[] = { -ESRCH,  -EACCES, -EMFILE,
				      -ENOENT, -EINVAL, -EBUSY,
				      -ENOMEM, -EPERM,  -ENFILE };

	(void)state;
	for (size_t e = 0; e < ARRAY_LEN(errors); e++) {
		for (int n = 1; n < 16; n++) {
			struct world w;

			prepare(&w);
			w.fake.fail_open = n;
			w.fake.fail_code = errors[e];
			begin(&w);
			be_born(&w, 100);
			be_born(&w, 101);
			for (int i = 0; i < 4; i++)
				run_once(&w, 100 + i % 2);
			assert_true(open_fds(&w) <= 4);
			end(&w);
		}
	}
}

static void whatever_read_fails_the_others_count(void **state)
{
	(void)state;
	for (int n = 1; n < 8; n++) {
		struct world w;
		uint64_t sum = 0;

		prepare(&w);
		w.fake.fail_read = n;
		w.fake.fail_code = -ECHILD;
		begin(&w);
		be_born(&w, 100);
		run_once(&w, 100);
		for (int i = 0; i < 4; i++) {
			run_once(&w, 100);
			sum += w.readings[0].raw;
		}
		assert_int_equal(sum, 40 * MS);
		end(&w);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(one_that_did_not_run_gets_no_counters),
		cmocka_unit_test(one_that_ran_is_counted_from_then_on),
		cmocka_unit_test(nothing_is_counted_where_nothing_can),
		cmocka_unit_test(without_a_pmu_software_counts),
		cmocka_unit_test(
			idle_threads_of_small_processes_have_counters_too),
		cmocka_unit_test(
			of_many_threads_only_those_that_ran_have_counters),
		cmocka_unit_test(
			a_newcomer_is_counted_by_its_creator_and_not_twice),
		cmocka_unit_test(
			without_inheritance_a_newcomer_gets_its_own_counters),
		cmocka_unit_test(
			one_that_is_not_inherited_after_all_is_found_out),
		cmocka_unit_test(
			where_inheritance_often_goes_wrong_it_is_given_up),
		cmocka_unit_test(what_ended_stays_open_for_those_that_inherit),
		cmocka_unit_test(
			each_thread_has_its_counts_when_threads_are_shown),
		cmocka_unit_test(
			counts_up_to_the_switch_to_threads_are_not_lost),
		cmocka_unit_test(the_last_counts_of_one_that_ended_are_read),
		cmocka_unit_test(
			one_that_ends_before_it_is_opened_leaves_nothing),
		cmocka_unit_test(a_number_that_was_used_again_is_not_counted),
		cmocka_unit_test(what_is_denied_is_tried_once),
		cmocka_unit_test(long_idle_ones_are_closed),
		cmocka_unit_test(the_busiest_have_the_descriptors),
		cmocka_unit_test(
			where_too_much_is_missed_fewer_groups_are_counted),
		cmocka_unit_test(whatever_open_fails_nothing_leaks),
		cmocka_unit_test(whatever_read_fails_the_others_count),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
