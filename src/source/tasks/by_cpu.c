/*
 * Counters on each CPU, told apart by thread in the kernel; see by_cpu.h.
 *
 * All that ran is taken from the kernel when a tick begins.  Processes are
 * looked at after that, one by one, so one may have run in between, and what it
 * did stays until it is asked for in the next tick.  One that has ended is not
 * asked for again: for those the kernel is asked once more.
 */
#include "source/tasks/by_cpu.h"

#include "base/auto.h"
#include "base/clock.h"
#include "base/log.h"
#include "base/vec.h"
#include "base/xalloc.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/sysinfo.h>
#include <unistd.h>

/* Who ended a moment ago was seen to the end when the kernel was asked then. */
#define AGAIN_AFTER_NS 1000000

struct by_cpu {
	struct collector base;
	const struct switch_counting_kind *kernel;
	struct switch_counting *counting;
	struct cpu_counters counters;
	struct ran_list ran;
	uint64_t asked_ns;
	uint64_t lost; /* in this tick */
	uint64_t clock_tick_ns;
	bool threads; /* are shown */
	bool nothing; /* can be counted, but the time */
	int failed;   /* the kernel was asked in vain */
	collector_is_known_fn is_known;
	void *known_arg;
	size_t next; /* to be looked at, whether it was missed */
	/* processes of whose end the scan has told: what is left of them was
	   no other process */
	pid_t *ended;
	size_t nended;
};

static struct by_cpu *by_cpu(struct collector *c)
{
	return (struct by_cpu *)(void *)c;
}

/* ---- asking the kernel ---- */

static void take(void *arg, const struct switch_key *key, const uint64_t *words)
{
	ran_add(arg, key, words);
}

static void ask(struct by_cpu *b)
{
	uint64_t lost = 0;
	int bad;

	bad = b->kernel->drain(b->counting, take, &b->ran, &lost);
	b->lost += lost;
	b->asked_ns = clock_now_ns();
	if (bad < 0 && !b->failed)
		log_say(1, "asking the BPF program: %s", strerror(-bad));
	b->failed = bad;
}

static void begin(struct collector *c, uint64_t now_ns)
{
	struct by_cpu *b = by_cpu(c);

	(void)now_ns;
	b->lost = 0;
	ran_begin(&b->ran);
	ask(b);
}

/* ---- reading ---- */

/*
 * Was it of the task that began at @start_ticks?  Another had its number before
 * if it was last on a CPU before that.
 */
static bool is_of(const struct by_cpu *b, uint32_t at, uint64_t start_ticks)
{
	const uint64_t *words = b->ran.amounts + at * b->ran.words;

	return words[SWITCH_LAST_NS] >= start_ticks * b->clock_tick_ns;
}

static void add(struct by_cpu *b, uint32_t at, struct collected *ret)
{
	const uint64_t *words = b->ran.amounts + at * b->ran.words;

	ret->any = true;
	ret->cpu_ns += words[SWITCH_RAN_NS];
	cpu_counters_add(&b->counters, words, ret->readings);
}

/* False: nobody knows what ran. */
static bool prepare(struct by_cpu *b, struct collected *ret)
{
	const struct counter_note *notes = b->base.notes;

	for (size_t i = 0; i < b->counters.plan->ncounters; i++)
		if (b->counters.items[i].origin == CPU_COUNTER_NONE)
			ret->readings[i].state =
				perf_open_state(notes[i].why.code);
	ret->uncounted = TASK_NOTHING;
	return !b->failed;
}

static int by_tid(const void *key, const void *item)
{
	pid_t tid = *(const pid_t *)key;
	const struct watched_thread *t = item;

	return (tid > t->tid) - (tid < t->tid);
}

/* Tell the thread how long it ran; who is not listed has to be, to be shown. */
static void tell_thread(struct by_cpu *b, uint32_t at,
			struct watched_process *process, struct collected *ret)
{
	pid_t tid = (pid_t)(uint32_t)b->ran.items[at].key.numbers;
	const uint64_t *words = b->ran.amounts + at * b->ran.words;
	struct watched_thread *t = NULL;

	if (process->nthreads)
		t = bsearch(&tid, process->threads, process->nthreads,
			    sizeof(*t), by_tid);
	if (t && t->task.state != 'X')
		t->task.ran_ns += words[SWITCH_RAN_NS];
	else if (!t && process->task.state != 'X')
		ret->wants_threads = b->threads;
}

/* How long it ran is known, and no more. */
static void only_time(const struct by_cpu *b, struct collected *ret)
{
	if (!b->nothing)
		return;
	ret->any = false;
	ret->uncounted = TASK_NOTHING;
}

/*
 * Has it ended, or a thread of it whose row is in this tick for the last time?
 */
static bool is_last_look(const struct by_cpu *b,
			 const struct watched_process *process)
{
	size_t n = 0;

	if (process->task.state == 'X')
		return true;
	for (size_t i = 0; b->threads && i < process->nthreads; i++)
		n += process->threads[i].task.state != 'X';
	return n > process->nlives;
}

static void read_process(struct collector *c, struct watched_process *process,
			 struct collected *ret)
{
	struct by_cpu *b = by_cpu(c);
	uint64_t start = process->task.start_ticks;

	if (is_last_look(b, process) &&
	    clock_now_ns() - b->asked_ns > AGAIN_AFTER_NS)
		ask(b);
	if (!prepare(b, ret))
		return;
	ret->any = process->task.ran_ns > 0;
	ret->uncounted = TASK_IDLE;
	for (uint32_t i = ran_process(&b->ran, process->pid); i != RAN_END;
	     i = ran_process_next(&b->ran, process->pid, i)) {
		if (is_of(b, i, start)) {
			add(b, i, ret);
			tell_thread(b, i, process, ret);
		}
		b->ran.items[i].read = true;
	}
	only_time(b, ret);
}

static void read_thread(struct collector *c, struct watched_process *process,
			struct watched_thread *thread, struct collected *ret)
{
	struct by_cpu *b = by_cpu(c);
	uint64_t start = thread->task.start_ticks;

	if (!prepare(b, ret))
		return;
	ret->any = thread->task.ran_ns > 0;
	ret->uncounted = TASK_IDLE;
	for (uint32_t i = ran_thread(&b->ran, process->pid, thread->tid);
	     i != RAN_END;
	     i = ran_thread_next(&b->ran, process->pid, thread->tid, i))
		if (b->ran.items[i].read && is_of(b, i, start))
			add(b, i, ret);
	only_time(b, ret);
}

/* ---- begin and end ---- */

static void set_threads(struct collector *c, bool threads)
{
	/* they are always told apart, but not always listed */
	by_cpu(c)->threads = threads;
}

static void release(struct collector *c, struct watched_process *process,
		    struct watched_thread *thread)
{
	struct by_cpu *b = by_cpu(c);

	if (thread) {
		thread->held = NULL;
		return;
	}
	process->held = NULL;
	VEC_PUSH(b->ended, b->nended, process->pid);
}

/* ---- who was missed ---- */

static bool has_ended(const struct by_cpu *b, pid_t pid)
{
	for (size_t i = 0; i < b->nended; i++)
		if (b->ended[i] == pid)
			return true;
	return false;
}

/* The scan does not know it and never will. */
static bool is_missed(const struct by_cpu *b, pid_t pid)
{
	if (!b->is_known || b->is_known(b->known_arg, pid))
		return false;
	return kill(pid, 0) < 0 && errno == ESRCH;
}

static void sum_missed(struct by_cpu *b, struct missed_process *ret,
		       struct reading *readings)
{
	uint64_t first = UINT64_MAX, last = 0;

	for (uint32_t i = ran_process(&b->ran, ret->pid); i != RAN_END;
	     i = ran_process_next(&b->ran, ret->pid, i)) {
		const uint64_t *words = b->ran.amounts + i * b->ran.words;

		b->ran.items[i].read = true;
		ret->threads++;
		ret->cpu_ns += words[SWITCH_RAN_NS];
		cpu_counters_add(&b->counters, words, readings);
		if (words[SWITCH_FIRST_NS] < first)
			first = words[SWITCH_FIRST_NS];
		if (words[SWITCH_LAST_NS] <= last)
			continue;
		last = words[SWITCH_LAST_NS];
		ret->uid = (uid_t)words[SWITCH_USER];
		memcpy(ret->comm, &words[SWITCH_COMM], sizeof(ret->comm));
		ret->comm[sizeof(ret->comm) - 1] = '\0';
	}
	ret->start_ticks = first / b->clock_tick_ns;
}

static bool next_missed(struct collector *c, struct missed_process *ret,
			struct reading *readings)
{
	struct by_cpu *b = by_cpu(c);

	while (b->next < b->ran.n) {
		struct ran *r = &b->ran.items[b->next++];
		pid_t pid = (pid_t)(r->key.numbers >> 32);

		r->read |= has_ended(b, pid);
		if (r->read || !is_missed(b, pid))
			continue;
		*ret = (struct missed_process){ .pid = pid };
		sum_missed(b, ret, readings);
		c->counted += b->nothing ? 0 : ret->threads;
		return true;
	}
	free(b->ended);
	b->ended = NULL;
	b->nended = 0;
	return false;
}

static void end(struct collector *c, uint64_t now_ns)
{
	struct by_cpu *b = by_cpu(c);

	(void)now_ns;
	free(c->limited);
	c->limited = NULL;
	if (b->failed)
		c->limited = xasprintf("the kernel does not tell what ran: %s",
				       strerror(-b->failed));
	else if (b->lost)
		c->limited = xasprintf("tasks were switched %llu times without "
				       "being counted, because more ran than "
				       "there is room for",
				       (unsigned long long)b->lost);
	c->counted = 0;
	for (size_t i = 0; i < b->ran.n && !b->nothing; i++)
		c->counted += b->ran.items[i].read;
	c->descriptors = b->counters.descriptors;
	b->next = 0;
}

static void close_collector(struct collector *c)
{
	struct by_cpu *b = by_cpu(c);

	if (!c)
		return;
	if (b->counting)
		b->kernel->close(b->counting);
	cpu_counters_close(&b->counters);
	ran_done(&b->ran);
	free(b->ended);
	free(c->notes);
	free(c->limited);
	free(b);
}

static size_t count_threads(void)
{
	struct sysinfo info;

	return sysinfo(&info) == 0 ? info.procs : 0;
}

static bool is_nothing(const struct cpu_counters *c)
{
	for (size_t i = 0; i < c->plan->ncounters; i++)
		if (c->items[i].origin != CPU_COUNTER_NONE)
			return false;
	return true;
}

/* Whoever may not count CPUs may still count tasks of their own. */
static int refuse(struct err *err)
{
	err_set(err, -ENOTSUP, "counters on whole CPUs are refused");
	err_hint(err, "run it as root, or give it the capabilities: setcap "
		      "cap_bpf,cap_perfmon+ep FILE");
	return -ENOTSUP;
}

static int begin_counting(struct by_cpu *b, struct err *err)
{
	struct switch_layout *layout = &b->counters.layout;
	AUTO_FREE const int **fds =
		xcalloc(layout->ncounters + 1, sizeof(*fds));

	for (size_t i = 0; i < b->counters.plan->ncounters; i++)
		if (b->counters.items[i].origin == CPU_COUNTER_OPEN)
			fds[b->counters.items[i].index] =
				b->counters.items[i].fds;
	return b->kernel->open(layout, fds, b->counters.ncpus, count_threads(),
			       &b->counting, err);
}

int by_cpu_open(const struct collector_options *options,
		const struct switch_counting_kind *kernel, size_t ncpus,
		struct collector **ret, struct err *err)
{
	struct by_cpu *b = xcalloc(1, sizeof(*b));
	struct rlimit limit;
	int bad;

	b->base.kind = &collector_bpf;
	b->base.notes =
		xcalloc(options->plan->ncounters, sizeof(*b->base.notes));
	b->kernel = kernel;
	b->threads = options->threads;
	b->is_known = options->is_known;
	b->known_arg = options->is_same_arg;
	b->clock_tick_ns = 1000000000u / (uint64_t)sysconf(_SC_CLK_TCK);
	cpu_counters_open(&b->counters, options->plan, options->sys, ncpus,
			  b->base.notes);
	b->nothing = is_nothing(&b->counters);
	b->ran.words = switch_layout_words(&b->counters.layout);
	if (b->counters.denied)
		bad = refuse(err);
	else /* without any counter, it still tells who came and went */
		bad = begin_counting(b, err);
	if (bad < 0) {
		close_collector(&b->base);
		return bad;
	}
	if (getrlimit(RLIMIT_NOFILE, &limit) == 0)
		b->base.descriptors_max = (size_t)limit.rlim_cur;
	*ret = &b->base;
	return 0;
}

static int open_collector(const struct collector_options *options,
			  struct collector **ret, struct err *err)
{
	return by_cpu_open(options, &switch_counting_kernel,
			   (size_t)sysconf(_SC_NPROCESSORS_CONF), ret, err);
}

const struct collector_kind collector_bpf = {
	.name = "bpf",
	.open = open_collector,
	.set_threads = set_threads,
	.begin = begin,
	.read_process = read_process,
	.read_thread = read_thread,
	.release = release,
	.end = end,
	.next_missed = next_missed,
	.close = close_collector,
};
