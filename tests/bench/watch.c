/*
 * What making the ticks alone costs, once a second, beside perf, with many idle
 * processes and with many threads; and what its counters cost a task at each
 * switch.  Software events, so that it runs on every machine.
 *
 *	tests/bench/watch [SECONDS]
 *	tests/bench/watch --ours EVENTS SECONDS [threads]	(used by itself)
 */
#include "measure/watch.h"
#include "base/auto.h"
#include "base/clock.h"
#include "base/parse.h"
#include "load.h"
#include "row.h"

#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define EVENTS 4
/* A step of a tick, so that keys are never waited for */
#define STEP_NS 5000000

/* ---- ours ---- */

static int always_fits(void *arg, const struct event *const *events, size_t n,
		       struct err *err)
{
	(void)arg;
	(void)events;
	(void)n;
	(void)err;
	return 1;
}

static const uint64_t configs[EVENTS] = {
	PERF_COUNT_SW_TASK_CLOCK,
	PERF_COUNT_SW_CONTEXT_SWITCHES,
	PERF_COUNT_SW_CPU_MIGRATIONS,
	PERF_COUNT_SW_PAGE_FAULTS,
};
static const char *const names[EVENTS] = { "task-clock", "context-switches",
					   "cpu-migrations", "page-faults" };

struct watching {
	struct event events[EVENTS];
	struct event *items[EVENTS];
	struct event_list list;
	struct plan plan;
	struct rootfs root;
	struct watch *watch;
};

static int watching_begin(struct watching *w, size_t n, bool threads)
{
	static char empty[] = "";
	struct metric_uses none = { 0 };
	struct watch_options options = { .plan = &w->plan,
					 .root = &w->root,
					 .sys = &perf_sys_kernel,
					 .collector = WATCH_TASKS,
					 .threads = threads };
	struct err err = { 0 };
	int r;

	*w = (struct watching){ .root.prefix = "" };
	w->list = (struct event_list){ .items = w->items, .n = n };
	for (size_t i = 0; i < n; i++) {
		w->events[i] = (struct event){
			.name = empty,
			.base = empty,
			.unit = empty,
			.help = empty,
			.scale = 1.0,
			.code = { .type = PERF_TYPE_SOFTWARE,
				  .config = configs[i] },
			.core_type = -1,
			.hybrid_set = -1,
			.group = -1,
		};
		w->items[i] = &w->events[i];
	}
	r = plan_make(&w->list, &none, always_fits, NULL, &w->plan, &err);
	if (r == 0)
		r = watch_open(&options, &w->watch, &err);
	if (r < 0)
		fprintf(stderr, "%s\n", err.what);
	return r;
}

static void watching_end(struct watching *w)
{
	watch_close(w->watch);
	plan_done(&w->plan);
}

static uint64_t own_cpu_ns(void)
{
	struct timespec t;

	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
	return (uint64_t)t.tv_sec * 1000000000u + (uint64_t)t.tv_nsec;
}

/* The longest step of all ticks: others may have the CPU meanwhile. */
struct longest {
	uint64_t wall_ns, cpu_ns;
};

static void tick(struct watch *watch, const struct tick **ret,
		 struct longest *longest)
{
	int r = 0;

	while (r == 0) {
		uint64_t start = clock_now_ns(), cpu = own_cpu_ns();

		r = watch_step(watch, STEP_NS, ret, NULL);
		start = clock_now_ns() - start;
		cpu = own_cpu_ns() - cpu;
		if (start > longest->wall_ns)
			longest->wall_ns = start;
		if (cpu > longest->cpu_ns)
			longest->cpu_ns = cpu;
	}
}

/* What is known only inside goes to fd 3. */
static int ours(size_t n, int seconds, bool threads)
{
	struct watching w;
	const struct tick *t = NULL;
	struct longest longest = { 0 };
	FILE *out = fdopen(3, "w");

	if (!out || watching_begin(&w, n, threads) < 0)
		return 1;
	for (int i = 0; i < seconds; i++) {
		load_sleep(1000000000u);
		tick(w.watch, &t, &longest);
	}
	fprintf(out, "%f %f %zu %zu %zu\n", 1e-6 * (double)longest.wall_ns,
		1e-6 * (double)longest.cpu_ns, t->collector.ran,
		t->collector.uncounted, t->collector.descriptors);
	fclose(out);
	watching_end(&w);
	return 0;
}

/* ---- programs ---- */

struct cost {
	double cpu_ms; /* per second, once it has begun */
	double rss_mib;
	double longest_ms, longest_cpu_ms;
	size_t ran, uncounted, descriptors;
};

/* Beginning, which all of them do once, is not what a second costs. */
#define BEGINNING 5

static void drain(int master, int seconds)
{
	char buffer[65536];

	for (int i = 0; i < seconds * 20; i++) {
		load_sleep(50000000u);
		while (read(master, buffer, sizeof(buffer)) > 0)
			;
	}
}

/* For @seconds after the beginning; a second later it ends by itself. */
static bool run(char *const argv[], int seconds, struct cost *ret)
{
	int terminal = -1, pipes[2] = { -1, -1 }, status = 0;
	int master = load_terminal(&terminal);
	char text[128] = "";
	double before, after;
	struct rusage use;
	pid_t pid;

	if (master < 0 || pipe(pipes) < 0)
		return false;
	pid = load_run(argv, terminal, pipes[1]);
	close(pipes[1]);
	drain(master, BEGINNING);
	before = load_cpu_seconds(pid);
	drain(master, seconds);
	after = load_cpu_seconds(pid);
	wait4(pid, &status, 0, &use);
	if (read(pipes[0], text, sizeof(text) - 1) < 0)
		text[0] = '\0';
	close(pipes[0]);
	close(master);
	close(terminal);
	*ret = (struct cost){
		.cpu_ms = 1e3 * (after - before) / seconds,
		.rss_mib = (double)use.ru_maxrss / 1024,
	};
	sscanf(text, "%lf %lf %zu %zu %zu", &ret->longest_ms,
	       &ret->longest_cpu_ms, &ret->ran, &ret->uncounted,
	       &ret->descriptors);
	/* perf gives up when a thread ends while it begins */
	return after > before && (!WIFEXITED(status) || !WEXITSTATUS(status));
}

static bool run_ours(const char *self, size_t events, int seconds, bool threads,
		     struct cost *ret)
{
	char n[16], s[16], name[4096];
	char mode[] = "--ours", with[] = "threads";
	char *argv[] = { name, mode, n, s, threads ? with : NULL, NULL };

	snprintf(name, sizeof(name), "%s", self);
	snprintf(n, sizeof(n), "%zu", events);
	snprintf(s, sizeof(s), "%d", seconds + BEGINNING + 1);
	return run(argv, seconds, ret);
}

static bool run_perf(size_t events, int seconds, struct cost *ret)
{
	char list[128] = "", command[512];
	char shell[] = "sh", option[] = "-c";
	char *argv[] = { shell, option, command, NULL };

	for (size_t i = 0; i < events; i++) {
		strcat(list, i ? "," : "");
		strcat(list, names[i]);
	}
	snprintf(command, sizeof(command),
		 "command -v perf >/dev/null || exit 127; exec perf stat -a "
		 "--per-thread -I 1000 -o /dev/null -e %s -- sleep %d",
		 list, seconds + BEGINNING + 1);
	return run(argv, seconds, ret);
}

static void compare(const char *self, const char *what, size_t events,
		    int seconds, bool threads)
{
	struct cost mine = { 0 }, other = { 0 };
	bool counted = false;
	char name[96];

	if (!run_ours(self, events, seconds, threads, &mine) || !mine.ran) {
		printf("%s: tasks cannot be watched here\n", what);
		return;
	}
	printf("%s: %zu ran, %zu of them not counted, %zu descriptors, longest "
	       "step %.1f ms (%.1f of CPU time), %.1f MiB\n",
	       what, mine.ran, mine.uncounted, mine.descriptors,
	       mine.longest_ms, mine.longest_cpu_ms, mine.rss_mib);
	snprintf(name, sizeof(name), "%s: CPU time/s, perf", what);
	for (int i = 0; i < 5 && !counted; i++)
		counted = run_perf(events, seconds, &other);
	if (counted)
		row_print(name, mine.cpu_ms, other.cpu_ms, "ms", 0.10);
	fflush(stdout);
}

/* ---- switches ---- */

#define ROUNDS 50000

/* ns for each switch between two tasks that wait for each other on one CPU */
static double ping_pong(const int *there, const int *back)
{
	uint64_t start = clock_now_ns();
	char c = 0;

	for (int i = 0; i < ROUNDS; i++)
		if (write(there[1], &c, 1) != 1 || read(back[0], &c, 1) != 1)
			return 0;
	return (double)(clock_now_ns() - start) / (2.0 * ROUNDS);
}

static void answer(const int *there, const int *back)
{
	char c;

	while (read(there[0], &c, 1) == 1)
		if (write(back[1], &c, 1) != 1)
			break;
	_exit(0);
}

static void measure_switches(void)
{
	int there[2], back[2];
	struct longest longest = { 0 };
	struct watching w;
	const struct tick *t;
	cpu_set_t one;
	double without, with;
	pid_t pid;

	CPU_ZERO(&one);
	CPU_SET(0, &one);
	sched_setaffinity(0, sizeof(one), &one);
	if (pipe(there) < 0 || pipe(back) < 0)
		return;
	pid = fork();
	if (pid == 0) {
		close(there[1]);
		answer(there, back);
	}
	ping_pong(there, back);
	without = ping_pong(there, back);
	if (watching_begin(&w, EVENTS, false) == 0) {
		/* both have run: now both are counted */
		ping_pong(there, back);
		tick(w.watch, &t, &longest);
		with = ping_pong(there, back);
		row_print("a switch, with counters / without", with, without,
			  "ns", 2.0);
		watching_end(&w);
	}
	close(there[1]);
	waitpid(pid, NULL, 0);
}

int main(int argc, char **argv)
{
	int seconds = 20, events;
	struct load load;

	if (argc > 3 && strcmp(argv[1], "--ours") == 0) {
		if (parse_int(argv[2], &events) < 0 ||
		    parse_int(argv[3], &seconds) < 0)
			return 2;
		return ours((size_t)events, seconds, argc > 4);
	}
	if (argc > 1 && parse_int(argv[1], &seconds) < 0)
		return 2;
	row_print_header();
	load = load_begin(1000, 1, 50);
	compare(argv[0], "1,000 processes", EVENTS, seconds, false);
	load_end(&load);
	/* one event each: perf needs a descriptor for each of each thread */
	load = load_begin(10, 1000, 33);
	compare(argv[0], "10,000 threads", 1, seconds, false);
	compare(argv[0], "10,000 threads shown", 1, seconds, true);
	load_end(&load);
	measure_switches();
	return 0;
}
