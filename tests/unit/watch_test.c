#include "measure/watch.h"

#include "fake_proc.h"
#include "fixture_events.h"
#include "unit.h"

#include "base/auto.h"

#include <errno.h>
#include <string.h>

#define MS ((uint64_t)1000000)

struct world {
	struct fake_proc proc;
	struct event_list events;
	struct plan plan;
	struct watch_options options;
	struct watch *watch;
	const struct tick *tick;
};

static int always_fits(void *arg, const struct event *const *events, size_t n,
		       struct err *err)
{
	(void)arg, (void)events, (void)n, (void)err;
	return 1;
}

static void prepare(struct world *w)
{
	struct metric_uses none = { 0 };
	struct err err;

	*w = (struct world){ 0 };
	fake_proc_make(&w->proc);
	fixture_add(&w->events, fixture_software("a", 0));
	fixture_add(&w->events, fixture_software("b", 1));
	assert_int_equal(
		plan_make(&w->events, &none, always_fits, NULL, &w->plan, &err),
		0);
	w->options = (struct watch_options){ .collector = WATCH_TASKS,
					     .plan = &w->plan,
					     .root = &w->proc.tree.root,
					     .sys = &w->proc.perf.sys };
}

static void begin(struct world *w)
{
	struct err err;

	assert_int_equal(watch_open(&w->options, &w->watch, &err), 0);
}

static void end(struct world *w)
{
	watch_close(w->watch);
	assert_int_equal(fake_perf_open_fds(&w->proc.perf), 0);
	assert_int_equal(w->proc.perf.bad_closes, 0);
	plan_done(&w->plan);
	event_list_done(&w->events);
	fake_proc_remove(&w->proc);
}

static void pass_tick(struct world *w)
{
	struct err err;

	assert_int_equal(watch_step(w->watch, UINT64_MAX, &w->tick, &err), 1);
}

static const struct task *find(const struct world *w, pid_t pid, pid_t tid)
{
	const struct task *t = tick_find(w->tick, pid, tid);

	if (!t)
		abort();
	return t;
}

static uint64_t count_of(const struct world *w, const struct task *t)
{
	if (t->slot == TASK_NOT_COUNTED)
		return 0;
	assert_in_range(t->slot, 0, w->tick->nslots - 1);
	assert_int_equal(w->tick->slots[t->slot].pid, t->pid);
	return snapshot_at(&w->tick->counts, w->plan.shown[0], t->slot)->raw;
}

static void run(struct world *w, pid_t tid, uint64_t ms)
{
	fake_proc_run(&w->proc, tid, ms);
	pass_tick(w);
}

/* ---- what is seen ---- */

static void a_machine_without_proc_cannot_be_watched(void **state)
{
	struct world w;
	struct rootfs nowhere = { .prefix = "/nonexistent" };
	struct err err;

	(void)state;
	prepare(&w);
	w.options.root = &nowhere;
	assert_int_equal(watch_open(&w.options, &w.watch, &err), -ENOENT);
	assert_string_equal(
		err.what,
		"cannot open '/nonexistent/proc': No such file or directory");
	w.watch = NULL;
	end(&w);
}

static void a_tick_tells_what_each_did_in_its_interval(void **state)
{
	struct world w;
	const struct task *t;

	(void)state;
	prepare(&w);
	fake_proc_add(&w.proc, 100)->uid = 7;
	fake_proc_run(&w.proc, 100, 500);
	fake_proc_add(&w.proc, 200);
	begin(&w);
	run(&w, 100, 40);
	t = find(&w, 100, 0);
	assert_int_equal(w.tick->ntasks, 2);
	assert_int_equal(t->user_ns, 20 * MS);
	assert_int_equal(t->sys_ns, 20 * MS);
	assert_int_equal(t->uid, 7);
	assert_int_equal(t->cpu, 1);
	assert_int_equal(t->threads, 1);
	assert_int_equal(t->rss_bytes, 50 * (uint64_t)getpagesize());
	assert_string_equal(t->comm, "worker");
	assert_memory_equal(t->command, "worker", 6);
	assert_string_equal(t->cgroup, "/a/b");
	assert_false(t->born);
	assert_int_equal(find(&w, 200, 0)->uncounted, TASK_IDLE);
	assert_int_equal(w.tick->collector.ran, 1);
	/* what is known since the first time that it ran */
	run(&w, 100, 10);
	t = find(&w, 100, 0);
	assert_true(t->has_wait);
	assert_int_equal(t->wait_ns, 1 * MS);
	assert_true(t->has_switches);
	assert_int_equal(t->voluntary_switches, 10);
	assert_int_equal(t->involuntary_switches, 20);
	pass_tick(&w);
	t = find(&w, 100, 0);
	assert_int_equal(t->user_ns + t->sys_ns + t->wait_ns, 0);
	end(&w);
}

static void the_machine_is_described(void **state)
{
	struct world w;

	(void)state;
	prepare(&w);
	fake_proc_add(&w.proc, 100);
	begin(&w);
	tree_put(&w.proc.tree, "/proc/stat",
		 "cpu  0 0 0 0\n"
		 "cpu0 101 2 53 1004 5 6 7 8 0 0");
	pass_tick(&w);
	assert_float_equal(w.tick->load[1], 0.5, 1e-9);
	assert_float_equal(w.tick->uptime_s, 1000.5, 1e-9);
	assert_int_equal(w.tick->memory_bytes, 1000 << 10);
	assert_int_equal(w.tick->memory_available_bytes, 400 << 10);
	assert_int_equal(w.tick->running, 2);
	assert_int_equal(w.tick->threads, 345);
	assert_int_equal(w.tick->processes, 1);
	assert_int_equal(w.tick->ncpus, 1);
	assert_int_equal(w.tick->cpus[0].user_ns, 30 * MS);
	assert_int_equal(w.tick->cpus[0].sys_ns, 30 * MS);
	assert_int_equal(w.tick->cpus[0].idle_ns, 40 * MS);
	assert_int_equal(w.tick->cpus[0].iowait_ns, 50 * MS);
	assert_int_equal(w.tick->cpus[0].irq_ns, 130 * MS);
	assert_int_equal(w.tick->cpus[0].steal_ns, 80 * MS);
	assert_int_equal(w.tick->cpus[0].slot, TASK_NOT_COUNTED);
	end(&w);
}

static void whole_cpus_are_counted_where_that_is_allowed(void **state)
{
	struct world w;

	(void)state;
	prepare(&w);
	w.options.cpu_plan = &w.plan;
	begin(&w);
	fake_perf_advance(&w.proc.perf, 5 * MS);
	pass_tick(&w);
	assert_int_equal(w.tick->ncpu_slots, 1);
	assert_int_equal(w.tick->cpus[0].slot, 0);
	assert_int_equal(
		snapshot_at(&w.tick->cpu_counts, w.plan.shown[1], 0)->raw,
		10 * MS);
	end(&w);
}

static void whole_cpus_that_are_denied_say_so(void **state)
{
	struct tick_context context;
	struct world w;

	(void)state;
	prepare(&w);
	w.proc.perf.paranoid = 1;
	w.options.cpu_plan = &w.plan;
	begin(&w);
	pass_tick(&w);
	assert_int_equal(w.tick->ncpu_slots, 0);
	watch_context(w.watch, &context);
	assert_int_equal(context.cpu_notes[0].why.code, -EACCES);
	assert_int_equal(context.notes[0].why.code, 0);
	end(&w);
}

/* ---- counts ---- */

static void counts_are_of_the_task_and_its_interval(void **state)
{
	struct world w;

	(void)state;
	prepare(&w);
	fake_proc_add(&w.proc, 100);
	fake_proc_add(&w.proc, 200);
	begin(&w);
	fake_proc_run(&w.proc, 200, 10);
	run(&w, 100, 10);
	assert_int_equal(find(&w, 100, 0)->uncounted, TASK_NEW);
	fake_proc_run(&w.proc, 200, 30);
	run(&w, 100, 20);
	assert_int_equal(count_of(&w, find(&w, 100, 0)), 20 * MS);
	assert_int_equal(count_of(&w, find(&w, 200, 0)), 30 * MS);
	run(&w, 100, 50);
	assert_int_equal(count_of(&w, find(&w, 100, 0)), 50 * MS);
	assert_int_equal(find(&w, 200, 0)->slot, TASK_NOT_COUNTED);
	end(&w);
}

static void who_runs_often_is_counted_in_the_first_tick(void **state)
{
	struct world w;

	(void)state;
	prepare(&w);
	/* since 999 s; 100 of them on a CPU */
	fake_proc_add(&w.proc, 100);
	fake_proc_run(&w.proc, 100, 100000);
	fake_proc_add(&w.proc, 200);
	begin(&w);
	run(&w, 100, 10);
	assert_int_equal(count_of(&w, find(&w, 100, 0)), 10 * MS);
	end(&w);
}

static void what_was_born_did_all_of_it_in_this_interval(void **state)
{
	const struct task *t;
	struct world w;

	(void)state;
	prepare(&w);
	begin(&w);
	fake_proc_add(&w.proc, 100);
	run(&w, 100, 20);
	t = find(&w, 100, 0);
	assert_true(t->born);
	assert_int_equal(t->user_ns + t->sys_ns, 20 * MS);
	assert_int_equal(t->wait_ns, 2 * MS);
	assert_int_equal(t->voluntary_switches, 20);
	assert_int_equal(t->uncounted, TASK_NEW);
	run(&w, 100, 20);
	assert_false(find(&w, 100, 0)->born);
	end(&w);
}

static void what_ended_is_there_once_more_with_its_last_counts(void **state)
{
	const struct task *t;
	struct world w;

	(void)state;
	prepare(&w);
	fake_proc_add(&w.proc, 100);
	begin(&w);
	run(&w, 100, 10);
	fake_perf_run_task(&w.proc.perf, 100, 8 * MS);
	fake_proc_end(&w.proc, 100);
	pass_tick(&w);
	t = find(&w, 100, 0);
	assert_int_equal(t->state, 'X');
	assert_int_equal(count_of(&w, t), 8 * MS);
	/* known of its counters alone */
	assert_int_equal(t->user_ns + t->sys_ns, 8 * MS);
	assert_false(t->has_wait);
	assert_int_equal(fake_perf_open_fds(&w.proc.perf), 0);
	pass_tick(&w);
	assert_int_equal(w.tick->ntasks, 0);
	end(&w);
}

static void a_number_that_is_used_again_is_another_task(void **state)
{
	struct world w;
	size_t ended = 0, born = 0;

	(void)state;
	prepare(&w);
	fake_proc_add(&w.proc, 100);
	begin(&w);
	run(&w, 100, 10);
	run(&w, 100, 10);
	fake_perf_run_task(&w.proc.perf, 100, 3 * MS);
	fake_proc_end(&w.proc, 100);
	fake_proc_add(&w.proc, 100)->start_ticks = 50000;
	fake_proc_run(&w.proc, 100, 0);
	w.proc.tasks[0].cpu_ms = 40;
	fake_proc_write(&w.proc, &w.proc.tasks[0]);
	pass_tick(&w);
	assert_int_equal(w.tick->ntasks, 2);
	for (size_t i = 0; i < 2; i++) {
		const struct task *t = &w.tick->tasks[i];

		if (t->state == 'X') {
			ended++;
			assert_int_equal(count_of(&w, t), 3 * MS);
		} else {
			born++;
			assert_int_equal(t->start_ticks, 50000);
			assert_int_equal(t->slot, TASK_NOT_COUNTED);
			assert_int_equal(t->user_ns + t->sys_ns, 40 * MS);
		}
	}
	assert_int_equal(ended, 1);
	assert_int_equal(born, 1);
	end(&w);
}

static void nothing_is_listed_anew_when_nothing_was_begun(void **state)
{
	struct world w;

	(void)state;
	prepare(&w);
	fake_proc_add(&w.proc, 100);
	begin(&w);
	fake_proc_add(&w.proc, 200);
	/* the kernel says that there was none */
	tree_put(&w.proc.tree, "/proc/stat", "cpu0 100 0 50 1000\nprocesses 1");
	pass_tick(&w);
	assert_null(tick_find(w.tick, 200, 0));
	tree_put(&w.proc.tree, "/proc/stat", "cpu0 100 0 50 1000\nprocesses 2");
	pass_tick(&w);
	assert_non_null(tick_find(w.tick, 200, 0));
	end(&w);
}

/* ---- threads ---- */

static void a_process_is_the_sum_of_its_threads(void **state)
{
	struct world w;

	(void)state;
	prepare(&w);
	fake_proc_add(&w.proc, 100);
	fake_proc_add_thread(&w.proc, 100, 101);
	begin(&w);
	run(&w, 100, 10);
	fake_proc_run(&w.proc, 100, 40);
	run(&w, 101, 20);
	assert_int_equal(w.tick->ntasks, 1);
	assert_int_equal(count_of(&w, find(&w, 100, 0)), 60 * MS);
	assert_int_equal(find(&w, 100, 0)->threads, 2);
	assert_true(find(&w, 100, 0)->has_wait);
	assert_int_equal(find(&w, 100, 0)->wait_ns, 6 * MS);
	/* those of the main thread alone would be wrong */
	assert_false(find(&w, 100, 0)->has_switches);
	end(&w);
}

static void each_thread_is_a_task_when_threads_are_wanted(void **state)
{
	struct world w;

	(void)state;
	prepare(&w);
	w.options.threads = true;
	fake_proc_add(&w.proc, 100);
	fake_proc_add_thread(&w.proc, 100, 101);
	begin(&w);
	pass_tick(&w);
	assert_true(w.tick->has_threads);
	assert_int_equal(w.tick->ntasks, 3);
	assert_int_equal(find(&w, 100, 101)->uncounted, TASK_IDLE);
	run(&w, 101, 100);
	fake_proc_run(&w.proc, 100, 40);
	run(&w, 101, 20);
	assert_int_equal(count_of(&w, find(&w, 100, 0)), 60 * MS);
	assert_int_equal(count_of(&w, find(&w, 100, 100)), 40 * MS);
	assert_int_equal(count_of(&w, find(&w, 100, 101)), 20 * MS);
	assert_int_equal(find(&w, 100, 101)->user_ns, 10 * MS);
	assert_string_equal(find(&w, 100, 101)->cgroup, "/a/b");
	end(&w);
}

/*
 * Where nothing is counted, threads that have long been idle are looked at only
 * when the others do not explain for how long the process ran.
 */
static void who_has_long_been_idle_is_seen_to_run(void **state)
{
	struct world w;
	uint64_t sum = 0;

	(void)state;
	prepare(&w);
	w.options.threads = true;
	w.proc.perf.denied_pid = 100;
	fake_proc_add(&w.proc, 100);
	for (pid_t tid = 101; tid < 140; tid++)
		fake_proc_add_thread(&w.proc, 100, tid);
	begin(&w);
	for (int i = 0; i < 10; i++)
		run(&w, 101, 100);
	assert_int_equal(find(&w, 100, 101)->slot, TASK_NOT_COUNTED);
	assert_int_equal(find(&w, 100, 101)->user_ns, 50 * MS);
	/* nobody else did anything */
	run(&w, 120, 100);
	assert_int_equal(find(&w, 100, 120)->user_ns, 50 * MS);
	assert_int_equal(find(&w, 100, 101)->user_ns, 0);
	/* besides another, and little by little: late, but all of it */
	for (int i = 0; i < 80; i++) {
		fake_proc_run(&w.proc, 130, 10);
		run(&w, 101, 100);
		sum += find(&w, 100, 130)->user_ns + find(&w, 100, 130)->sys_ns;
		assert_int_equal(find(&w, 100, 101)->user_ns, 50 * MS);
	}
	assert_in_range(sum, 760 * MS, 800 * MS);
	end(&w);
}

static void threads_have_the_program_of_their_process(void **state)
{
	struct world w;
	struct fake_proc_task *main_thread;

	(void)state;
	prepare(&w);
	w.options.threads = true;
	main_thread = fake_proc_add(&w.proc, 100);
	fake_proc_add_thread(&w.proc, 100, 101);
	begin(&w);
	fake_proc_run(&w.proc, 100, 40);
	run(&w, 101, 20);
	assert_string_equal(find(&w, 100, 101)->cgroup, "/a/b");
	/* it sleeps in another cgroup, and is looked at now and then */
	main_thread->cgroup = "/a/quite/different/place";
	fake_proc_write(&w.proc, main_thread);
	for (int i = 0; i < 130; i++) {
		pass_tick(&w);
		assert_ptr_equal(find(&w, 100, 101)->cgroup,
				 find(&w, 100, 0)->cgroup);
		assert_ptr_equal(find(&w, 100, 101)->command,
				 find(&w, 100, 0)->command);
	}
	assert_string_equal(find(&w, 100, 0)->cgroup,
			    "/a/quite/different/place");
	end(&w);
}

static void threads_can_be_shown_and_hidden_meanwhile(void **state)
{
	struct world w;

	(void)state;
	prepare(&w);
	fake_proc_add(&w.proc, 100);
	fake_proc_add_thread(&w.proc, 100, 101);
	begin(&w);
	run(&w, 101, 100);
	run(&w, 101, 100);
	assert_int_equal(w.tick->ntasks, 1);
	watch_set_threads(w.watch, true);
	run(&w, 101, 100);
	assert_int_equal(w.tick->ntasks, 3);
	assert_int_equal(count_of(&w, find(&w, 100, 0)), 100 * MS);
	run(&w, 101, 100);
	assert_int_equal(count_of(&w, find(&w, 100, 101)), 100 * MS);
	watch_set_threads(w.watch, false);
	run(&w, 101, 100);
	assert_int_equal(w.tick->ntasks, 1);
	assert_int_equal(count_of(&w, find(&w, 100, 0)), 100 * MS);
	run(&w, 101, 100);
	assert_int_equal(count_of(&w, find(&w, 100, 0)), 100 * MS);
	end(&w);
}

/* ---- which and how fast ---- */

static void only_what_is_asked_for_is_in_the_tick(void **state)
{
	static const pid_t pids[] = { 200 };
	static const uid_t uids[] = { 5 };
	static const char *const cgroups[] = { "/a/" };
	struct watch_filter filters[] = {
		{ .pids = pids, .npids = 1 },
		{ .uids = uids, .nuids = 1 },
		{ .cgroups = cgroups, .ncgroups = 1 },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(filters); i++) {
		struct world w;
		struct fake_proc_task *t;

		prepare(&w);
		w.options.filter = filters[i];
		fake_proc_add(&w.proc, 100)->cgroup = "/ab";
		fake_proc_write(&w.proc, &w.proc.tasks[0]);
		t = fake_proc_add(&w.proc, 200);
		t->uid = 5;
		fake_proc_write(&w.proc, t);
		begin(&w);
		fake_proc_run(&w.proc, 100, 10);
		run(&w, 200, 10);
		assert_int_equal(w.tick->ntasks, 1);
		assert_non_null(tick_find(w.tick, 200, 0));
		assert_int_equal(w.tick->processes, 2);
		for (size_t k = 0; k < w.proc.perf.nevents; k++)
			assert_int_not_equal(w.proc.perf.events[k].pid, 100);
		end(&w);
	}
}

static void a_tick_is_made_in_steps(void **state)
{
	struct world w;
	struct err err;
	int steps = 1, r;

	(void)state;
	prepare(&w);
	for (pid_t pid = 100; pid < 140; pid++)
		fake_proc_add(&w.proc, pid);
	begin(&w);
	while ((r = watch_step(w.watch, 0, &w.tick, &err)) == 0)
		steps++;
	assert_int_equal(r, 1);
	/* at least one for each task */
	assert_true(steps > 40);
	assert_int_equal(w.tick->ntasks, 40);
	end(&w);
}

static void it_may_be_closed_in_the_middle_of_a_tick(void **state)
{
	(void)state;
	for (int steps = 1; steps < 60; steps++) {
		struct world w;
		struct err err;

		prepare(&w);
		fake_proc_add(&w.proc, 100);
		fake_proc_add_thread(&w.proc, 100, 101);
		begin(&w);
		run(&w, 101, 100);
		fake_proc_run(&w.proc, 101, 100);
		fake_proc_add(&w.proc, 300);
		for (int i = 0; i < steps; i++)
			watch_step(w.watch, 0, &w.tick, &err);
		end(&w);
		if (steps > 20)
			steps += 10;
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_machine_without_proc_cannot_be_watched),
		cmocka_unit_test(a_tick_tells_what_each_did_in_its_interval),
		cmocka_unit_test(the_machine_is_described),
		cmocka_unit_test(whole_cpus_are_counted_where_that_is_allowed),
		cmocka_unit_test(whole_cpus_that_are_denied_say_so),
		cmocka_unit_test(counts_are_of_the_task_and_its_interval),
		cmocka_unit_test(who_runs_often_is_counted_in_the_first_tick),
		cmocka_unit_test(what_was_born_did_all_of_it_in_this_interval),
		cmocka_unit_test(
			what_ended_is_there_once_more_with_its_last_counts),
		cmocka_unit_test(a_number_that_is_used_again_is_another_task),
		cmocka_unit_test(nothing_is_listed_anew_when_nothing_was_begun),
		cmocka_unit_test(a_process_is_the_sum_of_its_threads),
		cmocka_unit_test(each_thread_is_a_task_when_threads_are_wanted),
		cmocka_unit_test(who_has_long_been_idle_is_seen_to_run),
		cmocka_unit_test(threads_have_the_program_of_their_process),
		cmocka_unit_test(threads_can_be_shown_and_hidden_meanwhile),
		cmocka_unit_test(only_what_is_asked_for_is_in_the_tick),
		cmocka_unit_test(a_tick_is_made_in_steps),
		cmocka_unit_test(it_may_be_closed_in_the_middle_of_a_tick),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
