/*
 * Watching real tasks, with the kernel's software events: what ticks say adds up
 * to what the kernel says in the end.
 */
#include "measure/watch.h"

#include "fixture_events.h"
#include "unit.h"

#include "base/clock.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define MS ((uint64_t)1000000)

struct world {
	struct event_list events;
	struct plan plan;
	struct rootfs root;
	struct watch *watch;
	pid_t pid;
	int go; /* closing it lets the process begin */
	/* sums over all ticks */
	uint64_t counted_ns, cpu_ns, threads_ns;
	bool ended;
};

static int always_fits(void *arg, const struct event *const *events, size_t n,
		       struct err *err)
{
	(void)arg, (void)events, (void)n, (void)err;
	return 1;
}

static void burn(uint64_t ns)
{
	struct timespec t;
	uint64_t end = 0;

	do {
		clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
		if (!end)
			end = (uint64_t)t.tv_sec * 1000 * MS +
			      (uint64_t)t.tv_nsec + ns;
	} while ((uint64_t)t.tv_sec * 1000 * MS + (uint64_t)t.tv_nsec < end);
}

static void *burn_for(void *arg)
{
	burn(*(const uint64_t *)arg);
	return NULL;
}

/* A process that waits, and then does @work. */
static void start(struct world *w, void (*work)(void))
{
	int pipes[2];
	char c;

	assert_int_equal(pipe(pipes), 0);
	w->pid = fork();
	assert_true(w->pid >= 0);
	if (w->pid == 0) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		close(pipes[1]);
		while (read(pipes[0], &c, 1) < 0 && errno == EINTR)
			;
		work();
		_exit(0);
	}
	close(pipes[0]);
	w->go = pipes[1];
}

/* The way of counting is what a test is given. */
static enum watch_collector ways[] = { WATCH_TASKS, WATCH_BPF };

static void give_up(struct world *w, const char *why)
{
	print_message("%s\n", why);
	kill(w->pid, SIGKILL);
	waitpid(w->pid, NULL, 0);
	skip();
}

static void begin(struct world *w, void **way, void (*work)(void), bool threads)
{
	struct metric_uses none = { 0 };
	struct watch_options options = { .plan = &w->plan,
					 .root = &w->root,
					 .sys = &perf_sys_kernel,
					 .collector =
						 *(enum watch_collector *)*way,
					 .filter.pids = &w->pid,
					 .filter.npids = 1,
					 .threads = threads };
	struct tick_context context;
	struct err err = { 0 };
	int r;

	*w = (struct world){ .root.prefix = "" };
	fixture_add(&w->events,
		    fixture_software("task-clock", PERF_COUNT_SW_TASK_CLOCK));
	fixture_add(&w->events,
		    fixture_software("page-faults", PERF_COUNT_SW_PAGE_FAULTS));
	assert_int_equal(
		plan_make(&w->events, &none, always_fits, NULL, &w->plan, &err),
		0);
	start(w, work);
	r = watch_open(&options, &w->watch, &err);
	if (r == -ENOTSUP)
		give_up(w, err.what);
	assert_int_equal(r, 0);
	watch_context(w->watch, &context);
	if (context.notes[0].why.code)
		give_up(w, context.notes[0].why.what);
}

static void add(struct world *w, const struct tick *tick)
{
	for (size_t i = 0; i < tick->ntasks; i++) {
		const struct task *t = &tick->tasks[i];
		uint64_t counted = 0;

		assert_int_equal(t->pid, w->pid);
		if (t->slot != TASK_NOT_COUNTED)
			counted = snapshot_at(&tick->counts, w->plan.shown[0],
					      t->slot)
					  ->raw;
		if (t->tid) {
			w->threads_ns += counted;
			continue;
		}
		w->counted_ns += counted;
		w->cpu_ns += t->user_ns + t->sys_ns;
		w->ended |= t->state == 'X';
	}
}

/* Ticks of @ms until it has ended; what the kernel says that it used, in ns. */
static uint64_t watch_it(struct world *w, long ms)
{
	struct timespec pause = { .tv_nsec = ms * 1000000 };
	uint64_t deadline = clock_now_ns() + 60000 * MS;
	struct rusage use = { 0 };
	bool reaped = false;

	close(w->go);
	while (!w->ended && clock_now_ns() < deadline) {
		const struct tick *tick = NULL;
		int r = 0;

		if (!reaped)
			nanosleep(&pause, NULL);
		reaped |= wait4(w->pid, NULL, WNOHANG, &use) == w->pid;
		while (r == 0)
			r = watch_step(w->watch, 2 * MS, &tick, NULL);
		assert_int_equal(r, 1);
		add(w, tick);
	}
	assert_true(w->ended);
	return ((uint64_t)use.ru_utime.tv_sec + (uint64_t)use.ru_stime.tv_sec) *
		       1000 * MS +
	       ((uint64_t)use.ru_utime.tv_usec +
		(uint64_t)use.ru_stime.tv_usec) *
		       1000;
}

static void end(struct world *w)
{
	watch_close(w->watch);
	plan_done(&w->plan);
	event_list_done(&w->events);
}

/*
 * Switching from and to a task is in its CPU time and not in its counters, and
 * what it did before it was counted is in the former alone.
 */
static void assert_about(uint64_t counted, uint64_t used)
{
	print_message("counted %.1f ms of %.1f ms\n", (double)counted / 1e6,
		      (double)used / 1e6);
	assert_true(counted > used - used / 8 - 5 * MS);
	assert_true(counted < used + used / 20 + 5 * MS);
}

static void work_with_threads(void)
{
	static uint64_t ns[] = { 40 * MS, 80 * MS, 120 * MS };
	pthread_t t[3];

	for (int i = 0; i < 3; i++)
		pthread_create(&t[i], NULL, burn_for, &ns[i]);
	burn(60 * MS);
	for (int i = 0; i < 3; i++)
		pthread_join(t[i], NULL);
}

static void threads_are_counted_as_their_process(void **way)
{
	struct world w;
	uint64_t used;

	begin(&w, way, work_with_threads, false);
	used = watch_it(&w, 50);
	assert_about(w.counted_ns, used);
	assert_true(w.counted_ns > 295 * MS);
	assert_about(w.cpu_ns, used);
	end(&w);
}

/* They live for less than a tick. */
static void work_with_short_threads(void)
{
	static uint64_t ns = 2 * MS;

	for (int i = 0; i < 100; i++) {
		pthread_t t[2];

		for (int k = 0; k < 2; k++)
			pthread_create(&t[k], NULL, burn_for, &ns);
		for (int k = 0; k < 2; k++)
			pthread_join(t[k], NULL);
	}
}

static void threads_that_live_shortly_are_not_missed(void **way)
{
	struct world w;
	uint64_t used;

	begin(&w, way, work_with_short_threads, false);
	used = watch_it(&w, 50);
	assert_about(w.counted_ns, used);
	assert_true(w.counted_ns > 395 * MS);
	end(&w);
}

static void work_beside_children(void)
{
	for (int i = 0; i < 20; i++) {
		pid_t child = fork();

		if (child == 0) {
			burn(20 * MS);
			_exit(0);
		}
		burn(5 * MS);
		waitpid(child, NULL, 0);
	}
}

static void a_child_process_is_never_counted_as_its_parent(void **way)
{
	struct world w;

	begin(&w, way, work_beside_children, false);
	watch_it(&w, 30);
	print_message("counted %.1f ms\n", (double)w.counted_ns / 1e6);
	assert_true(w.counted_ns > 95 * MS);
	assert_true(w.counted_ns < 200 * MS);
	end(&w);
}

static void *beget(void *arg)
{
	pthread_t t;

	(void)arg;
	burn(10 * MS);
	for (int i = 0; i < 4; i++) {
		static uint64_t ns = 25 * MS;

		pthread_create(&t, NULL, burn_for, &ns);
		pthread_join(t, NULL);
	}
	return NULL;
}

static void work_with_grandchildren(void)
{
	pthread_t t[2];

	for (int i = 0; i < 2; i++)
		pthread_create(&t[i], NULL, beget, NULL);
	for (int i = 0; i < 2; i++)
		pthread_join(t[i], NULL);
}

static void nothing_is_counted_twice_when_threads_beget_threads(void **way)
{
	struct world w;
	uint64_t used;

	begin(&w, way, work_with_grandchildren, false);
	used = watch_it(&w, 20);
	assert_about(w.counted_ns, used);
	end(&w);
}

static void threads_that_are_shown_add_up_to_their_process(void **way)
{
	struct world w;
	uint64_t used;

	begin(&w, way, work_with_threads, true);
	used = watch_it(&w, 20);
	print_message("threads %.1f ms, process %.1f ms of %.1f ms\n",
		      (double)w.threads_ns / 1e6, (double)w.counted_ns / 1e6,
		      (double)used / 1e6);
	/* by CPU, the last moments of one that ends while it is looked at are
	   its process's alone */
	if (*way == &ways[0])
		assert_int_equal(w.threads_ns, w.counted_ns);
	assert_true(w.threads_ns <= w.counted_ns);
	assert_true(w.threads_ns + 3 * MS > w.counted_ns);
	/* what each did before it was found is not counted */
	assert_true(w.counted_ns > used / 2);
	assert_true(w.counted_ns < used + used / 20 + 5 * MS);
	end(&w);
}

/* Of what a tick has, in children that came and went since the one before. */
static uint64_t count_missed(const struct tick *tick, const struct plan *plan,
			     const pid_t *pids, size_t n)
{
	uint64_t sum = 0;
	char name[16];

	prctl(PR_GET_NAME, name);
	for (size_t i = 0; i < n; i++) {
		const struct task *t = tick_find(tick, pids[i], 0);

		assert_non_null(t);
		assert_int_equal(t->state, 'X');
		assert_true(t->born);
		assert_string_equal(t->comm, name);
		assert_true(t->slot != TASK_NOT_COUNTED);
		sum += snapshot_at(&tick->counts, plan->shown[0], t->slot)->raw;
	}
	for (size_t i = 1; i < tick->ntasks; i++)
		assert_true(tick->tasks[i - 1].pid < tick->tasks[i].pid ||
			    tick->tasks[i - 1].tid < tick->tasks[i].tid);
	return sum;
}

static uint64_t used_by_children(void)
{
	struct rusage u;

	assert_int_equal(getrusage(RUSAGE_CHILDREN, &u), 0);
	return ((uint64_t)u.ru_utime.tv_sec + (uint64_t)u.ru_stime.tv_sec) *
		       1000 * MS +
	       ((uint64_t)u.ru_utime.tv_usec + (uint64_t)u.ru_stime.tv_usec) *
		       1000;
}

static void no_work(void)
{
}

static void processes_between_two_ticks_are_not_missed(void **way)
{
	struct watch_options options = { .sys = &perf_sys_kernel,
					 .collector = WATCH_BPF };
	const struct tick *tick = NULL;
	struct world w;
	struct err err = { 0 };
	uint64_t used;
	pid_t pids[10];

	begin(&w, way, no_work, false);
	watch_it(&w, 5);
	watch_close(w.watch);
	/* this time, everybody is watched */
	options.plan = &w.plan;
	options.root = &w.root;
	assert_int_equal(watch_open(&options, &w.watch, &err), 0);
	assert_int_equal(watch_step(w.watch, UINT64_MAX, &tick, &err), 1);
	used = used_by_children();
	for (size_t i = 0; i < 10; i++) {
		pids[i] = fork();
		assert_true(pids[i] >= 0);
		if (!pids[i]) {
			burn(5 * MS);
			_exit(0);
		}
		assert_true(waitpid(pids[i], NULL, 0) == pids[i]);
	}
	assert_int_equal(watch_step(w.watch, UINT64_MAX, &tick, &err), 1);
	used = used_by_children() - used;
	assert_about(count_missed(tick, &w.plan, pids, 10), used);
	/* and never again */
	assert_int_equal(watch_step(w.watch, UINT64_MAX, &tick, &err), 1);
	for (size_t i = 0; i < 10; i++)
		assert_null(tick_find(tick, pids[i], 0));
	end(&w);
}

/* clang-format off */
#define BOTH(test)                                                             \
	{ #test, test, NULL, NULL, &ways[0] },                                 \
	{ "by_cpu_" #test, test, NULL, NULL, &ways[1] }
/* clang-format on */

int main(void)
{
	const struct CMUnitTest tests[] = {
		BOTH(threads_are_counted_as_their_process),
		BOTH(threads_that_live_shortly_are_not_missed),
		BOTH(a_child_process_is_never_counted_as_its_parent),
		BOTH(nothing_is_counted_twice_when_threads_beget_threads),
		BOTH(threads_that_are_shown_add_up_to_their_process),
		cmocka_unit_test_prestate(
			processes_between_two_ticks_are_not_missed, &ways[1]),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
