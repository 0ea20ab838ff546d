/*
 * Counting on CPUs by thread: what the collector makes of what the kernel hands
 * over, with a kernel made here; and with the real one, where it may be asked,
 * that tasks with a known load are told apart.
 */
#include "fixture_events.h"
#include "unit.h"

#include "base/auto.h"
#include "base/clock.h"
#include "base/vec.h"
#include "base/xalloc.h"
#include "source/tasks/by_cpu.h"

#include <dirent.h>
#include <errno.h>
#include <inttypes.h>
#include <linux/perf_event.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

/* ---- events ---- */

enum {
	TASK_CLOCK,
	SWITCHES,
	FAULTS,
	MIGRATIONS,
	EVENTS
};

static struct event_list events;
static struct plan plan;

static int fits(void *arg, const struct event *const *list, size_t n,
		struct err *err)
{
	(void)arg, (void)list, (void)n, (void)err;
	return 1;
}

static int set_up(void **unused)
{
	const struct metric_uses uses = { 0 };

	(void)unused;
	fixture_add(&events,
		    fixture_software("task_clock", PERF_COUNT_SW_TASK_CLOCK));
	fixture_add(&events, fixture_software("context_switches",
					      PERF_COUNT_SW_CONTEXT_SWITCHES));
	fixture_add(&events,
		    fixture_software("page_faults", PERF_COUNT_SW_PAGE_FAULTS));
	fixture_add(&events, fixture_software("cpu_migrations",
					      PERF_COUNT_SW_CPU_MIGRATIONS));
	return plan_make(&events, &uses, fits, NULL, &plan, NULL);
}

static int tear_down(void **unused)
{
	(void)unused;
	plan_done(&plan);
	event_list_done(&events);
	return 0;
}

static size_t counter_of(size_t event)
{
	return plan.shown[event];
}

/* ---- a kernel made here ---- */

struct happening {
	struct switch_key key;
	uint64_t last_ns, ran_ns, switches, faults;
};

static struct {
	struct happening items[64];
	size_t n;
	size_t words, at_faults;
	uint64_t lost;
	unsigned asked;
	int bad;
} fake;

static void happen(pid_t pid, pid_t tid, uint64_t task, uint64_t last_ns,
		   uint64_t ran_ns)
{
	fake.items[fake.n++] = (struct happening){
		.key = { .numbers = (uint64_t)pid << 32 | (uint32_t)tid,
			 .task = task },
		.last_ns = last_ns,
		.ran_ns = ran_ns,
		.switches = 1,
		.faults = ran_ns / 10
	};
}

static int fake_open(struct switch_layout *layout, const int *const *fds,
		     size_t ncpus, size_t nthreads,
		     struct switch_counting **ret, struct err *err)
{
	(void)fds, (void)ncpus, (void)nthreads, (void)err;
	memset(&fake, 0, sizeof(fake));
	fake.words = switch_layout_words(layout);
	/* page faults and migrations are open, in this order, or nothing is */
	fake.at_faults = SWITCH_COUNTS;
	if (layout->ncounters) {
		assert_int_equal(layout->ncounters, 2);
		fake.at_faults = switch_layout_count(layout, 0);
	}
	*ret = NULL;
	return 0;
}

static int fake_drain(struct switch_counting *s, switch_counting_fn fn,
		      void *arg, uint64_t *lost)
{
	(void)s;
	fake.asked++;
	for (size_t i = 0; i < fake.n; i++) {
		const struct happening *h = &fake.items[i];
		uint64_t words[32] = { 0 };

		assert_true(fake.words <= ARRAY_LEN(words));
		words[SWITCH_LAST_NS] = h->last_ns;
		words[SWITCH_RAN_NS] = h->ran_ns;
		words[SWITCH_SWITCHES] = h->switches;
		words[SWITCH_FIRST_NS] = h->last_ns - h->ran_ns;
		words[SWITCH_USER] = UINT64_C(7) << 32 | 1000;
		memcpy(&words[SWITCH_COMM], "name", 5);
		for (size_t k = SWITCH_COUNTS; k < fake.at_faults; k++)
			words[k] = h->ran_ns;
		if (fake.at_faults < fake.words)
			words[fake.at_faults] = h->faults;
		fn(arg, &h->key, words);
	}
	fake.n = 0;
	*lost = fake.lost;
	fake.lost = 0;
	return fake.bad;
}

static void fake_close(struct switch_counting *s)
{
	(void)s;
}

static const struct switch_counting_kind fake_kernel = { fake_open, fake_drain,
							 fake_close };

static struct collector *open_with(const struct switch_counting_kind *kernel,
				   struct err *err)
{
	struct collector_options options = { .plan = &plan,
					     .sys = &perf_sys_kernel };
	struct collector *c = NULL;

	if (by_cpu_open(&options, kernel,
			kernel == &fake_kernel
				? 1
				: (size_t)sysconf(_SC_NPROCESSORS_CONF),
			&c, err) < 0)
		return NULL;
	return c;
}

/* Where perf_event_open is forbidden page faults are not open, either. */
static struct collector *open_fake(void)
{
	struct err err = { 0 };
	struct collector *c = open_with(&fake_kernel, &err);

	if (!c)
		fail_msg("%s", err.what);
	return c;
}

static struct reading readings[EVENTS];

static struct collected read_it(struct collector *c, pid_t pid, pid_t tid,
				uint64_t start_ticks, char state)
{
	struct watched_process p = { .pid = pid,
				     .task = { .start_ticks = start_ticks,
					       .state = state } };
	struct watched_thread t = { .tid = tid, .task = p.task };
	struct collected got = { .readings = readings };

	memset(readings, 0, sizeof(readings));
	if (tid)
		c->kind->read_thread(c, &p, &t, &got);
	else
		c->kind->read_process(c, &p, &got);
	return got;
}

static uint64_t raw(size_t event)
{
	return readings[counter_of(event)].raw;
}

/* Boot time is in ns, starts of tasks in these. */
static uint64_t ticks(uint64_t n)
{
	return n * (1000000000u / (uint64_t)sysconf(_SC_CLK_TCK));
}

static bool may_open(void)
{
	struct perf_event_attr attr = { .type = PERF_TYPE_SOFTWARE,
					.size = sizeof(attr),
					.config = PERF_COUNT_SW_PAGE_FAULTS };
	int fd = perf_sys_kernel.open(NULL, &attr, -1, 0, -1, 0);

	if (fd < 0)
		return false;
	close(fd);
	return true;
}

static void a_process_is_the_sum_of_its_threads(void **unused)
{
	struct collector *c;

	(void)unused;
	if (!may_open()) {
		print_message("no counters on CPUs here\n");
		skip();
	}
	c = open_fake();
	happen(10, 10, 1, ticks(500), 100);
	happen(10, 11, 2, ticks(500), 200);
	happen(12, 12, 3, ticks(500), 400);
	c->kind->begin(c, 0);
	assert_true(read_it(c, 10, 0, 400, 'R').cpu_ns == 300);
	assert_true(raw(TASK_CLOCK) == 300);
	assert_true(raw(SWITCHES) == 2);
	assert_true(raw(FAULTS) == 30);
	assert_true(readings[counter_of(FAULTS)].enabled_ns == 300);
	assert_true(read_it(c, 10, 11, 400, 'R').cpu_ns == 200);
	assert_true(read_it(c, 10, 12, 400, 'R').cpu_ns == 0);
	assert_true(read_it(c, 12, 0, 400, 'R').cpu_ns == 400);
	c->kind->end(c, 0);
	assert_null(c->limited);
	/* it is in one tick only */
	c->kind->begin(c, 0);
	assert_true(read_it(c, 10, 0, 400, 'R').cpu_ns == 0);
	c->kind->close(c);
}

static void what_nobody_asked_for_is_kept(void **unused)
{
	struct collector *c;

	(void)unused;
	if (!may_open())
		skip();
	c = open_fake();
	happen(10, 10, 1, ticks(500), 100);
	c->kind->begin(c, 0);
	c->kind->end(c, 0);
	happen(10, 10, 1, ticks(600), 7);
	c->kind->begin(c, 0);
	assert_true(read_it(c, 10, 0, 400, 'R').cpu_ns == 107);
	assert_true(read_it(c, 10, 10, 400, 'R').cpu_ns == 107);
	/* but not for ever */
	happen(20, 20, 1, ticks(500), 100);
	for (int i = 0; i < 100; i++)
		c->kind->begin(c, 0);
	assert_true(read_it(c, 20, 0, 400, 'R').cpu_ns == 0);
	c->kind->close(c);
}

static void a_number_that_is_used_again_is_another_task(void **unused)
{
	struct collector *c;

	(void)unused;
	if (!may_open())
		skip();
	c = open_fake();
	happen(10, 10, 1, ticks(500), 100);
	happen(10, 10, 2, ticks(520), 9);
	c->kind->begin(c, 0);
	/* the second began at 510 */
	assert_true(read_it(c, 10, 0, 510, 'R').cpu_ns == 9);
	assert_true(read_it(c, 10, 10, 510, 'R').cpu_ns == 9);
	c->kind->close(c);
}

static void who_has_ended_is_asked_for_once_more(void **unused)
{
	struct timespec wait = { .tv_nsec = 2000000 };
	struct collector *c;
	unsigned asked;

	(void)unused;
	if (!may_open())
		skip();
	c = open_fake();
	happen(10, 10, 1, ticks(500), 100);
	c->kind->begin(c, 0);
	asked = fake.asked;
	happen(10, 10, 1, ticks(501), 5);
	while (nanosleep(&wait, &wait) < 0)
		;
	assert_true(read_it(c, 10, 0, 400, 'X').cpu_ns == 105);
	assert_int_equal(fake.asked, asked + 1);
	/* and nobody else is, so soon after */
	read_it(c, 11, 0, 400, 'X');
	assert_int_equal(fake.asked, asked + 1);
	c->kind->close(c);
}

static void what_had_no_room_is_told(void **unused)
{
	struct collector *c;

	(void)unused;
	if (!may_open())
		skip();
	c = open_fake();
	fake.lost = 3;
	c->kind->begin(c, 0);
	c->kind->end(c, 0);
	assert_non_null(c->limited);
	assert_non_null(strstr(c->limited, "3 times"));
	c->kind->begin(c, 0);
	c->kind->end(c, 0);
	assert_null(c->limited);
	fake.bad = -EIO;
	c->kind->begin(c, 0);
	assert_false(read_it(c, 10, 0, 0, 'R').any);
	c->kind->end(c, 0);
	assert_non_null(strstr(c->limited, "does not tell"));
	c->kind->close(c);
}

static int denies_cpus(void *ctx, struct perf_event_attr *attr, pid_t pid,
		       int cpu, int group_fd, unsigned long flags)
{
	if (pid == -1)
		return -EACCES;
	return perf_sys_kernel.open(ctx, attr, pid, cpu, group_fd, flags);
}

/* Then counters are put on tasks, some of which may be counted. */
static void who_may_not_count_cpus_is_refused(void **unused)
{
	struct perf_sys sys = perf_sys_kernel;
	struct collector_options options = { .plan = &plan, .sys = &sys };
	struct collector *c = NULL;
	struct err err = { 0 };

	(void)unused;
	sys.open = denies_cpus;
	assert_int_equal(by_cpu_open(&options, &fake_kernel, 1, &c, &err),
			 -ENOTSUP);
	assert_null(c);
	assert_non_null(strstr(err.hint, "cap_bpf,cap_perfmon"));
}

/* A number that no process can have; the scan knows the one after it. */
#define NOBODY 0x40000000

static bool knows(void *arg, pid_t pid)
{
	(void)arg;
	return pid == NOBODY + 1;
}

static void who_was_never_seen_is_told_of_once(void **unused)
{
	struct collector_options options = { .plan = &plan,
					     .sys = &perf_sys_kernel,
					     .is_known = knows };
	struct watched_process ended = { .pid = NOBODY + 2 };
	struct missed_process m;
	struct collector *c = NULL;

	(void)unused;
	if (!may_open())
		skip();
	assert_int_equal(by_cpu_open(&options, &fake_kernel, 1, &c, NULL), 0);
	happen(NOBODY, NOBODY, 1, ticks(500), 100);
	happen(NOBODY, NOBODY + 9, 2, ticks(501), 200);
	happen(NOBODY + 1, NOBODY + 1, 3, ticks(500), 400);
	happen(NOBODY + 2, NOBODY + 2, 4, ticks(500), 400);
	happen(getpid(), getpid(), 5, ticks(500), 400);
	c->kind->release(c, &ended, NULL);
	c->kind->begin(c, 0);
	c->kind->end(c, 0);
	memset(readings, 0, sizeof(readings));
	assert_true(c->kind->next_missed(c, &m, readings));
	assert_int_equal(m.pid, NOBODY);
	assert_int_equal(m.uid, 1000);
	assert_int_equal(m.threads, 2);
	assert_string_equal(m.comm, "name");
	assert_true(m.cpu_ns == 300 && raw(TASK_CLOCK) == 300);
	assert_false(c->kind->next_missed(c, &m, readings));
	c->kind->begin(c, 0);
	c->kind->end(c, 0);
	assert_false(c->kind->next_missed(c, &m, readings));
	assert_true(read_it(c, NOBODY + 1, 0, 0, 'R').cpu_ns == 400);
	assert_true(read_it(c, getpid(), 0, 0, 'R').cpu_ns == 400);
	c->kind->close(c);
}

/* No counter has to be open for that. */
static void without_counters_the_time_is_told(void **unused)
{
	struct plan none = { .events = plan.events };
	struct collector_options options = { .plan = &none,
					     .sys = &perf_sys_kernel,
					     .is_known = knows };
	struct missed_process m;
	struct collected got;
	struct collector *c = NULL;

	(void)unused;
	assert_int_equal(by_cpu_open(&options, &fake_kernel, 1, &c, NULL), 0);
	happen(NOBODY, NOBODY, 1, ticks(500), 100);
	happen(NOBODY + 1, NOBODY + 1, 2, ticks(500), 400);
	c->kind->begin(c, 0);
	got = read_it(c, NOBODY + 1, 0, 0, 'X');
	assert_true(!got.any && got.cpu_ns == 400);
	assert_int_equal(got.uncounted, TASK_NOTHING);
	c->kind->end(c, 0);
	assert_true(c->kind->next_missed(c, &m, readings));
	assert_true(m.pid == NOBODY && m.cpu_ns == 100);
	assert_false(c->kind->next_missed(c, &m, readings));
	assert_int_equal(c->counted, 0);
	c->kind->close(c);
}

/* ---- many ---- */

static void each_of_many_is_found(void **unused)
{
	struct ran_list l = { .words = 4 };
	uint64_t words[4] = { 0 };

	(void)unused;
	for (int tick = 0; tick < 3; tick++) {
		for (uint64_t i = 1; i <= 5000; i++) {
			struct switch_key key = { .numbers =
							  (i % 50) << 32 | i };

			words[1] = i;
			ran_add(&l, &key, words);
		}
		for (pid_t i = 1; i <= 5000; i++) {
			uint32_t at = ran_thread(&l, i % 50, i);

			assert_true(at != RAN_END);
			assert_true(l.amounts[at * l.words + 1] == (uint64_t)i);
			l.items[at].read = true;
			assert_true(ran_thread_next(&l, i % 50, i, at) ==
				    RAN_END);
		}
		for (pid_t pid = 0; pid < 50; pid++) {
			size_t n = 0;

			for (uint32_t i = ran_process(&l, pid); i != RAN_END;
			     i = ran_process_next(&l, pid, i))
				n++;
			assert_int_equal(n, 100);
		}
		assert_true(ran_process(&l, 50) == RAN_END);
		ran_begin(&l);
		assert_int_equal(l.n, 0);
	}
	ran_done(&l);
}

/* ---- the real kernel ---- */

static struct collector *open_real(void)
{
	struct err err = { 0 };
	struct collector *c = open_with(&switch_counting_kernel, &err);

	if (c)
		return c;
	print_message("%s\n", err.what);
	skip();
	return NULL;
}

static uint64_t cpu_ns(const struct rusage *u)
{
	return ((uint64_t)u->ru_utime.tv_sec + (uint64_t)u->ru_stime.tv_sec) *
		       1000000000u +
	       ((uint64_t)u->ru_utime.tv_usec + (uint64_t)u->ru_stime.tv_usec) *
		       1000;
}

/* Run for @ns of CPU time, in pieces, with @faults page faults. */
static _Noreturn void work(int begin, uint64_t ns, size_t faults)
{
	size_t page = (size_t)sysconf(_SC_PAGESIZE);
	struct timespec now;
	char *memory;
	char c;

	if (read(begin, &c, 1) != 0)
		_exit(1);
	memory = mmap(NULL, faults * page, PROT_READ | PROT_WRITE,
		      MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	madvise(memory, faults * page, MADV_NOHUGEPAGE);
	for (size_t i = 0; i < faults; i++)
		memory[i * page] = 1;
	do
		clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
	while ((uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec < ns);
	_exit(0);
}

#define WORKERS 5

static void close_to(const char *what, double is, double should, double part,
		     double least)
{
	double bound = should * part > least ? should * part : least;

	if (is < should - bound || is > should + bound)
		fail_msg("%s: %.0f instead of %.0f", what, is, should);
}

/*
 * Workers on few CPUs, so that they are switched; each has its own CPU time and
 * page faults, as the kernel says to whoever waits for them.
 */
static void known_loads_are_told_apart(void **unused)
{
	struct collector *c = open_real();
	uint64_t ran[WORKERS] = { 0 }, counts[WORKERS][EVENTS] = { { 0 } };
	pid_t pids[WORKERS];
	int gate[2];

	(void)unused;
	assert_int_equal(pipe(gate), 0);
	for (int i = 0; i < WORKERS; i++) {
		pids[i] = fork();
		assert_true(pids[i] >= 0);
		if (!pids[i]) {
			close(gate[1]);
			work(gate[0], (uint64_t)(i + 1) * 30000000,
			     (size_t)(i + 1) * 100);
		}
	}
	c->kind->begin(c, 0);
	for (int i = 0; i < WORKERS; i++)
		read_it(c, pids[i], 0, 0, 'R');
	close(gate[0]);
	close(gate[1]);
	for (int i = 0; i < WORKERS; i++) {
		siginfo_t info;

		/* it ends, and stays a zombie */
		assert_int_equal(
			waitid(P_PID, (id_t)pids[i], &info, WEXITED | WNOWAIT),
			0);
		/* some ticks in between */
		c->kind->begin(c, 0);
		for (int k = 0; k < WORKERS; k++) {
			ran[k] += read_it(c, pids[k], 0, 0, 'R').cpu_ns;
			for (int e = 0; e < EVENTS; e++)
				counts[k][e] += raw((size_t)e);
		}
		c->kind->end(c, 0);
		assert_null(c->limited);
	}
	c->kind->begin(c, 0);
	for (int k = 0; k < WORKERS; k++) {
		struct rusage u;

		ran[k] += read_it(c, pids[k], 0, 0, 'X').cpu_ns;
		for (int e = 0; e < EVENTS; e++)
			counts[k][e] += raw((size_t)e);
		assert_true(wait4(pids[k], NULL, 0, &u) == pids[k]);
		close_to("time", (double)ran[k], (double)cpu_ns(&u), 0.08, 4e6);
		assert_true(counts[k][TASK_CLOCK] == ran[k]);
		/* before the begin there were some more */
		assert_true(counts[k][FAULTS] >= (uint64_t)(k + 1) * 100);
		assert_true(counts[k][FAULTS] <= (uint64_t)u.ru_minflt + 5);
		close_to("switches", (double)counts[k][SWITCHES],
			 (double)(u.ru_nvcsw + u.ru_nivcsw), 0.05, 3);
	}
	c->kind->close(c);
}

static void keep_to(int cpu)
{
	cpu_set_t set;

	CPU_ZERO(&set);
	CPU_SET(cpu, &set);
	if (sched_setaffinity(0, sizeof(set), &set) < 0)
		_exit(1);
}

/* Nobody takes the CPU from it; it writes when it has one. */
static _Noreturn void hold_cpu(int to, int cpu)
{
	const struct sched_param urgent = { .sched_priority = 1 };

	keep_to(cpu);
	if (sched_setscheduler(0, SCHED_FIFO, &urgent) < 0 ||
	    write(to, "", 1) != 1)
		_exit(1);
	for (volatile bool for_ever = true; for_ever;)
		;
	_exit(0);
}

/* It never leaves its CPU, and is counted all the same. */
static void who_is_never_switched_is_counted(void **unused)
{
	struct collector *c = open_real();
	uint64_t before_ns, start, end, ran;
	struct timespec wait = { .tv_nsec = 50000000 };
	cpu_set_t before;
	int begun[2];
	pid_t pid;
	char byte;

	(void)unused;
	assert_int_equal(sched_getaffinity(0, sizeof(before), &before), 0);
	assert_int_equal(pipe(begun), 0);
	if (!CPU_ISSET(0, &before) || !CPU_ISSET(1, &before)) {
		c->kind->close(c);
		print_message("there is one CPU\n");
		skip();
	}
	pid = fork();
	assert_true(pid >= 0);
	if (!pid)
		hold_cpu(begun[1], 1);
	close(begun[1]);
	keep_to(0);
	if (read(begun[0], &byte, 1) != 1) {
		waitpid(pid, NULL, 0);
		c->kind->close(c);
		print_message("no right to hold a CPU\n");
		skip();
	}
	before_ns = clock_now_ns();
	c->kind->begin(c, 0);
	start = clock_now_ns();
	read_it(c, pid, 0, 0, 'R');
	while (nanosleep(&wait, &wait) < 0)
		;
	end = clock_now_ns();
	c->kind->begin(c, 0);
	ran = read_it(c, pid, 0, 0, 'R').cpu_ns;
	/* we may have been kept waiting before and after */
	assert_true(ran >= end - start);
	assert_true(ran <= clock_now_ns() - before_ns);
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
	close(begun[0]);
	sched_setaffinity(0, sizeof(before), &before);
	assert_int_equal(raw(SWITCHES), 0);
	c->kind->close(c);
}

static size_t count_fds(void)
{
	DIR *dir = opendir("/proc/self/fd");
	size_t n = 0;

	while (readdir(dir))
		n++;
	closedir(dir);
	return n;
}

/* Processes that live for less than a tick, by the hundred. */
static void a_fork_storm_harms_nobody(void **unused)
{
	struct collector *c = open_real();
	size_t fds = count_fds();
	struct rusage before, after;
	uint64_t ran = 0;

	(void)unused;
	assert_int_equal(getrusage(RUSAGE_CHILDREN, &before), 0);
	c->kind->begin(c, 0);
	for (int round = 0; round < 10; round++) {
		pid_t pids[100];

		for (int i = 0; i < 100; i++) {
			pids[i] = fork();
			assert_true(pids[i] >= 0);
			if (!pids[i])
				_exit(0);
		}
		for (int i = 0; i < 100; i++)
			assert_true(waitpid(pids[i], NULL, 0) == pids[i]);
		c->kind->begin(c, 0);
		for (int i = 0; i < 100; i++)
			ran += read_it(c, pids[i], 0, 0, 'X').cpu_ns;
		c->kind->end(c, 0);
		assert_null(c->limited);
	}
	assert_int_equal(getrusage(RUSAGE_CHILDREN, &after), 0);
	close_to("time", (double)ran,
		 (double)(cpu_ns(&after) - cpu_ns(&before)), 0.25, 20e6);
	assert_int_equal(count_fds(), fds);
	c->kind->close(c);
}

static pthread_barrier_t barrier;

static void *wait_twice(void *unused)
{
	(void)unused;
	pthread_barrier_wait(&barrier);
	pthread_barrier_wait(&barrier);
	return NULL;
}

#define THREADS 1000

static void each_of_a_thousand_threads_is_seen(void **unused)
{
	struct collector *c = open_real();
	pthread_t *threads = xcalloc(THREADS, sizeof(*threads));
	size_t seen = 0;
	pthread_attr_t attr;
	DIR *dir;
	struct dirent *d;

	(void)unused;
	c->kind->begin(c, 0);
	read_it(c, getpid(), 0, 0, 'R');
	pthread_attr_init(&attr);
	pthread_attr_setstacksize(&attr, 64 << 10);
	pthread_barrier_init(&barrier, NULL, THREADS + 1);
	for (int i = 0; i < THREADS; i++)
		assert_int_equal(
			pthread_create(&threads[i], &attr, wait_twice, NULL),
			0);
	pthread_barrier_wait(&barrier);
	c->kind->begin(c, 0);
	read_it(c, getpid(), 0, 0, 'R');
	dir = opendir("/proc/self/task");
	while ((d = readdir(dir)))
		if (d->d_name[0] != '.')
			seen += read_it(c, getpid(),
					(pid_t)strtol(d->d_name, NULL, 10), 0,
					'R')
					.cpu_ns > 0;
	closedir(dir);
	c->kind->end(c, 0);
	assert_null(c->limited);
	pthread_barrier_wait(&barrier);
	for (int i = 0; i < THREADS; i++)
		pthread_join(threads[i], NULL);
	pthread_barrier_destroy(&barrier);
	pthread_attr_destroy(&attr);
	free(threads);
	c->kind->close(c);
	/* all, and the main one */
	assert_int_equal(seen, THREADS + 1);
}

static void nothing_is_left_open(void **unused)
{
	struct collector *first = open_real();
	size_t fds;

	(void)unused;
	/* the library is loaded once */
	first->kind->close(first);
	fds = count_fds();
	for (int i = 0; i < 20; i++) {
		struct collector *c = open_real();

		c->kind->begin(c, 0);
		c->kind->close(c);
	}
	assert_int_equal(count_fds(), fds);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_process_is_the_sum_of_its_threads),
		cmocka_unit_test(what_nobody_asked_for_is_kept),
		cmocka_unit_test(a_number_that_is_used_again_is_another_task),
		cmocka_unit_test(who_has_ended_is_asked_for_once_more),
		cmocka_unit_test(what_had_no_room_is_told),
		cmocka_unit_test(who_may_not_count_cpus_is_refused),
		cmocka_unit_test(who_was_never_seen_is_told_of_once),
		cmocka_unit_test(without_counters_the_time_is_told),
		cmocka_unit_test(each_of_many_is_found),
		cmocka_unit_test(known_loads_are_told_apart),
		cmocka_unit_test(who_is_never_switched_is_counted),
		cmocka_unit_test(a_fork_storm_harms_nobody),
		cmocka_unit_test(each_of_a_thousand_threads_is_seen),
		cmocka_unit_test(nothing_is_left_open),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, set_up, tear_down);
}
