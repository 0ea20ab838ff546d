/*
 * What the two ways to count tasks cost: those who are counted, at each context
 * switch, and who counts, at each tick.
 *
 * The switches are those of two processes on one CPU that hand a byte to and
 * fro.  Hardware counters where there are some, else software ones, which the
 * kernel has to switch just the same.
 */
#include "row.h"

#include "../unit/fixture_events.h"
#include "base/auto.h"
#include "base/clock.h"
#include "measure/watch.h"

#include <errno.h>
#include <linux/perf_event.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define ROUNDS 9
#define ROUND_NS 150000000
#define TICKS 7

static struct event_list events;
static struct plan plan;

static int fits(void *arg, const struct event *const *list, size_t n,
		struct err *err)
{
	(void)arg, (void)list, (void)n, (void)err;
	return 1;
}

static bool has_hardware(void)
{
	struct perf_event_attr attr = { .type = PERF_TYPE_HARDWARE,
					.size = sizeof(attr),
					.config = PERF_COUNT_HW_CPU_CYCLES };
	int fd = perf_sys_kernel.open(NULL, &attr, 0, -1, -1, 0);

	if (fd >= 0)
		close(fd);
	return fd >= 0;
}

/* As many as a screen has; two need a counter in neither way. */
static void make_plan(void)
{
	static const struct {
		const char *name;
		uint64_t hardware, software;
	} known[] = {
		{ "one", PERF_COUNT_HW_CPU_CYCLES, PERF_COUNT_SW_PAGE_FAULTS },
		{ "two", PERF_COUNT_HW_INSTRUCTIONS,
		  PERF_COUNT_SW_PAGE_FAULTS_MIN },
		{ "three", PERF_COUNT_HW_BRANCH_INSTRUCTIONS,
		  PERF_COUNT_SW_PAGE_FAULTS_MAJ },
		{ "four", PERF_COUNT_HW_BRANCH_MISSES,
		  PERF_COUNT_SW_ALIGNMENT_FAULTS },
	};
	const struct metric_uses uses = { 0 };
	bool hardware = has_hardware();

	for (size_t i = 0; i < ARRAY_LEN(known); i++)
		fixture_add(&events,
			    hardware ? fixture_hardware(known[i].name,
							known[i].hardware, 0)
				     : fixture_software(known[i].name,
							known[i].software));
	fixture_add(&events,
		    fixture_software("task_clock", PERF_COUNT_SW_TASK_CLOCK));
	plan_make(&events, &uses, fits, NULL, &plan, NULL);
	printf("\nways to count tasks, with 4 %s counters\n",
	       hardware ? "hardware" : "software");
}

static struct watch *watch(enum watch_collector how)
{
	static const struct rootfs root;
	struct watch_options options = { .plan = &plan,
					 .root = &root,
					 .sys = &perf_sys_kernel,
					 .collector = how };
	struct watch *w = NULL;
	struct err err = { 0 };

	if (watch_open(&options, &w, &err) < 0) {
		printf("  %s\n", err.what);
		return NULL;
	}
	return w;
}

/* ---- switches ---- */

static volatile uint64_t *hands; /* how often the byte came back */

static _Noreturn void hand_on(int from, int to, bool first, int cpu)
{
	cpu_set_t set;
	char c = 0;

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	CPU_ZERO(&set);
	CPU_SET(cpu, &set);
	sched_setaffinity(0, sizeof(set), &set);
	while ((first && write(to, &c, 1) == 1 && read(from, &c, 1) == 1) ||
	       (!first && read(from, &c, 1) == 1 && write(to, &c, 1) == 1))
		if (first)
			++*hands;
	_exit(0);
}

static void start_hands(pid_t pids[2], int cpu)
{
	int there[2], back[2];

	if (pipe(there) < 0 || pipe(back) < 0)
		_exit(1);
	for (int i = 0; i < 2; i++) {
		pids[i] = fork();
		if (!pids[i] && !i)
			hand_on(back[0], there[1], true, cpu);
		if (!pids[i])
			hand_on(there[0], back[1], false, cpu);
	}
	for (int i = 0; i < 2; i++) {
		close(there[i]);
		close(back[i]);
	}
}

static void stop(const pid_t *pids, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		kill(pids[i], SIGKILL);
		waitpid(pids[i], NULL, 0);
	}
}

static void sleep_ns(uint64_t ns)
{
	struct timespec t = { .tv_sec = (time_t)(ns / 1000000000),
			      .tv_nsec = (long)(ns % 1000000000) };

	while (nanosleep(&t, &t) < 0 && errno == EINTR)
		;
}

/* What others on that CPU do is not in it. */
static double cpu_ns(const pid_t pids[2])
{
	double sum = 0;

	for (int i = 0; i < 2; i++) {
		struct timespec t;
		clockid_t clock;

		if (clock_getcpuclockid(pids[i], &clock) == 0 &&
		    clock_gettime(clock, &t) == 0)
			sum += 1e9 * (double)t.tv_sec + (double)t.tv_nsec;
	}
	return sum;
}

/* ns of CPU time for each switch; there are two to and fro */
static double time_switches(const pid_t pids[2])
{
	uint64_t before = *hands;
	double start = cpu_ns(pids);

	sleep_ns(ROUND_NS);
	return (cpu_ns(pids) - start) / (2.0 * (double)(*hands - before + 1));
}

static void compare_switches(void)
{
	enum {
		NONE,
		TASKS,
		BPF,
		WAYS
	};
	static const char *const names[WAYS] = { "nobody counts", "tasks",
						 "bpf" };
	static const enum watch_collector collectors[WAYS] = {
		[TASKS] = WATCH_TASKS, [BPF] = WATCH_BPF
	};
	double times[WAYS][ROUNDS];
	bool had[WAYS] = { true, true, true };
	pid_t pids[2];

	start_hands(pids, (int)sysconf(_SC_NPROCESSORS_ONLN) - 1);
	for (int round = 0; round < ROUNDS; round++)
		for (int i = 0; i < WAYS; i++) {
			struct watch *w =
				i && had[i] ? watch(collectors[i]) : NULL;

			had[i] &= !i || w;
			times[i][round] = had[i] ? time_switches(pids) : 0;
			watch_close(w);
		}
	stop(pids, 2);
	for (int i = 0; i < WAYS; i++)
		if (had[i])
			printf("  a context switch, %-14s %8.0f ns\n", names[i],
			       row_median(times[i], ROUNDS));
}

/* ---- ticks ---- */

static void *idle(void *unused)
{
	struct timespec t = { .tv_sec = 1 };

	(void)unused;
	while (nanosleep(&t, NULL) == 0)
		;
	return NULL;
}

static void *asleep(void *unused)
{
	pause();
	return unused;
}

/* One in @of wakes up each second; ten processes share them. */
static void start_crowd(pid_t pids[10], size_t nthreads, size_t of)
{
	for (int i = 0; i < 10; i++) {
		pthread_attr_t attr;
		pthread_t t;

		pids[i] = fork();
		if (pids[i])
			continue;
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		pthread_attr_init(&attr);
		pthread_attr_setstacksize(&attr, 32 << 10);
		for (size_t k = 1; k < nthreads / 10; k++)
			if (pthread_create(&t, &attr, k % of ? asleep : idle,
					   NULL) != 0)
				_exit(1);
		asleep(NULL);
	}
	sleep_ns(1500000000);
}

static void time_ticks(enum watch_collector how, const char *name,
		       size_t nthreads, size_t of)
{
	struct watch *w = watch(how);
	double costs[TICKS];
	const struct tick *tick = NULL;
	int n = 0;

	while (w && n < TICKS) {
		sleep_ns(1000000000);
		if (watch_step(w, UINT64_MAX, &tick, NULL) != 1)
			break;
		costs[n++] = 1e-6 * (double)tick->collector.cost_ns;
	}
	if (n == TICKS)
		printf("  a tick, %5zu threads, 1 in %3zu runs, %-6s %8.2f ms"
		       " %6zu descriptors\n",
		       nthreads, of, name, row_median(costs, TICKS),
		       tick->collector.descriptors);
	watch_close(w);
}

static void compare_ticks(size_t nthreads, size_t of)
{
	pid_t pids[10];

	start_crowd(pids, nthreads, of);
	time_ticks(WATCH_TASKS, "tasks", nthreads, of);
	time_ticks(WATCH_BPF, "bpf", nthreads, of);
	stop(pids, 10);
}

int main(void)
{
	hands = mmap(NULL, sizeof(*hands), PROT_READ | PROT_WRITE,
		     MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (hands == MAP_FAILED)
		return 1;
	setvbuf(stdout, NULL, _IOLBF, 0);
	make_plan();
	compare_switches();
	compare_ticks(1000, 50);
	compare_ticks(10000, 50);
	compare_ticks(10000, 2);
	plan_done(&plan);
	event_list_done(&events);
	return 0;
}
