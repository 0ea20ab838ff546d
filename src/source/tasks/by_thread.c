/* Groups of counters on the threads that run; see by_thread.h. */
#include "source/tasks/by_thread.h"

#include "base/auto.h"
#include "base/log.h"
#include "base/vec.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

/* Opened in one tick at most, so that a storm of forks costs no more, and a
   step of the tick does not take long. */
#define QUOTA 500
/* In processes with so many threads at most, also idle ones get counters. */
#define SMALL 64
/* Resets of a process until it is counted without inheritance. */
#define PATIENCE 3
/* Descriptors that are left to everybody else. */
#define RESERVE 64
#define IDLE_CLOSE_S 30.0

static struct by_thread *by_thread_of(struct collector *c)
{
	return (struct by_thread *)c;
}

/* ---- one process ---- */

static struct held_process *hold(struct by_thread *c,
				 struct watched_process *process)
{
	struct held_process *h = process->held;

	if (h)
		return h;
	h = xcalloc(1, sizeof(*h));
	h->process = process;
	h->index = c->nheld;
	memcpy(h->comm, process->task.comm, sizeof(h->comm));
	VEC_PUSH(c->held, c->nheld, h);
	process->held = h;
	return h;
}

static void close_thread(struct by_thread *c, struct held_process *h,
			 struct watched_thread *t)
{
	if (!t->held)
		return;
	thread_counters_close(&c->counting, t->held);
	t->held = NULL;
	h->nopen--;
}

void by_thread_drop(struct by_thread *c, struct held_process *h)
{
	struct watched_process *p = h->process;

	for (size_t i = 0; i < p->nthreads; i++) {
		close_thread(c, h, &p->threads[i]);
		/* without counters nobody inherits any */
		p->threads[i].standing = THREAD_OWN;
	}
	h->inherit = false;
}

static void let_go(struct by_thread *c, struct held_process *h)
{
	by_thread_drop(c, h);
	c->held[h->index] = c->held[--c->nheld];
	c->held[h->index]->index = h->index;
	h->process->held = NULL;
	free(h);
}

/* ---- reading ---- */

/*
 * CPU time that is too little to look for: clocks are not read at the same
 * instant, and what interrupts took is in one and not in the other.
 */
static uint64_t tolerance(const struct by_thread *c,
			  const struct held_process *h)
{
	double ran = (double)h->process->task.ran_ns;

	return (uint64_t)(ran * (0.02 + 1.25 * h->usual)) + 200000 +
	       2 * c->options.grain_ns;
}

static uint64_t read_threads(struct by_thread *c, struct held_process *h,
			     struct reading *readings)
{
	struct watched_process *p = h->process;
	uint64_t length = c->now_ns - h->last_ran_ns, sum = 0;
	size_t idle = 0;

	for (size_t i = 0; i < p->nthreads; i++) {
		struct watched_thread *t = &p->threads[i];
		struct thread_counters *tc = t->held;

		if (!tc)
			continue;
		thread_counters_read(&c->counting, tc);
		thread_counters_add(&c->counting, tc, readings);
		sum += tc->ran_ns;
		t->task.ran_ns = tc->ran_ns;
		t->task.uncounted = TASK_COUNTED;
		tc->idle_ns = tc->ran_ns ? 0 : tc->idle_ns + length;
		if (h->inherit)
			idle += tc->idle_ns > c->idle_ns;
		else if (tc->idle_ns > c->idle_ns ||
			 (t->task.state == 'X' && !tc->ran_ns))
			close_thread(c, h, t);
	}
	h->renew = h->threads != c->threads ||
		   h->groups != c->counting.groups ||
		   (idle > SMALL && idle > h->nopen / 2);
	return sum;
}

static enum task_uncounted why_not(const struct by_thread *c,
				   const struct held_process *h)
{
	if (h->refused)
		return h->refused;
	if (h->limited || (c->scarce && !h->chosen))
		return TASK_LIMIT;
	return TASK_NEW;
}

/* Another program: it may have other rights */
static void heed_exec(struct held_process *h)
{
	if (memcmp(h->comm, h->process->task.comm, sizeof(h->comm)) == 0)
		return;
	memcpy(h->comm, h->process->task.comm, sizeof(h->comm));
	h->refused = TASK_COUNTED;
}

static bool wants_threads(const struct by_thread *c,
			  const struct held_process *h)
{
	const struct watched_task *task = &h->process->task;

	if (h->refused || !task->ran_ns)
		return false;
	/* whoever has only one thread has no other that ran */
	if (h->process->nlives == 1 && h->nopen && h->counted_ns && !h->renew)
		return false;
	if (c->scarce && !h->chosen)
		return false;
	if (!h->nopen || h->renew)
		return true;
	/* it has all that it can get */
	if (c->scarce && h->limited)
		return false;
	return h->missed_ns > tolerance(c, h);
}

static void read_process(struct collector *base,
			 struct watched_process *process, struct collected *ret)
{
	struct by_thread *c = by_thread_of(base);
	struct held_process *h = process->held;
	bool ended = process->task.state == 'X';

	if (c->nothing) {
		ret->uncounted = TASK_NOTHING;
		return;
	}
	if (!h && (ended || !process->task.ran_ns)) {
		ret->uncounted = ended ? TASK_GONE : TASK_IDLE;
		return;
	}
	h = hold(c, process);
	heed_exec(h);
	if (h->nopen) {
		ret->any = true;
		ret->cpu_ns = read_threads(c, h, ret->readings);
	} else {
		ret->uncounted = why_not(c, h);
	}
	/* circumstances change: look again some time */
	h->usual *= 0.995;
	h->busy_ns = (3 * h->busy_ns + process->task.ran_ns) / 4;
	h->nwanted = h->nopen ? h->nopen : 1;
	h->counted_ns = ret->cpu_ns;
	h->missed_ns = process->task.ran_ns > ret->cpu_ns
			       ? process->task.ran_ns - ret->cpu_ns
			       : 0;
	if (ended && !ret->any)
		ret->uncounted = TASK_GONE;
	if (ended)
		return;
	if (process->task.ran_ns || ret->cpu_ns)
		h->last_ran_ns = c->now_ns;
	ret->wants_threads = wants_threads(c, h);
}

static void read_thread(struct collector *base, struct watched_process *process,
			struct watched_thread *thread, struct collected *ret)
{
	struct by_thread *c = by_thread_of(base);
	const struct thread_counters *tc = thread->held;
	const struct held_process *h = process->held;

	/* before the switch to threads, it counted its descendants as well */
	if (tc && !tc->inherit && !tc->fresh) {
		ret->any = true;
		ret->cpu_ns = tc->ran_ns;
		thread_counters_add(&c->counting, tc, ret->readings);
	} else if (c->nothing) {
		ret->uncounted = TASK_NOTHING;
	} else if (thread->task.state == 'X') {
		ret->uncounted = TASK_GONE;
	} else if (!thread->task.ran_ns && !tc) {
		ret->uncounted = TASK_IDLE;
	} else {
		ret->uncounted = h ? why_not(c, h) : TASK_NEW;
	}
}

/* ---- opening ---- */

/* What was found since the list before: see by_thread.h. */
static void classify(struct held_process *h)
{
	struct watched_process *p = h->process;

	for (size_t i = 0; i < p->nthreads; i++)
		if (p->threads[i].standing == THREAD_UNKNOWN)
			p->threads[i].standing = h->nopen && h->inherit
							 ? THREAD_INHERITED
							 : THREAD_OWN;
}

/*
 * Does it run longer than its counters and its threads without any say?  Then
 * some thread is not inherited, though it was taken for that.
 */
static bool lacks_a_thread(const struct by_thread *c,
			   const struct held_process *h)
{
	const struct watched_process *p = h->process;
	uint64_t known = 0;
	bool inherited = false;

	if (!h->nopen)
		return false;
	for (size_t i = 0; i < p->nthreads; i++) {
		const struct watched_thread *t = &p->threads[i];

		inherited |= t->standing == THREAD_INHERITED;
		if (t->standing == THREAD_OWN && !t->held)
			known += t->task.ran_ns;
	}
	return inherited && h->missed_ns > known + tolerance(c, h);
}

static bool is_wanted(const struct by_thread *c, const struct held_process *h,
		      const struct watched_thread *t)
{
	if (t->held || t->standing != THREAD_OWN || t->task.state == 'X')
		return false;
	return t->task.ran_ns || t->task.state == 'R' ||
	       (h->process->nthreads <= SMALL && !c->scarce);
}

static int open_thread(struct by_thread *c, struct held_process *h,
		       struct watched_thread *t)
{
	struct thread_counters *tc;
	bool inherit = !c->threads && !h->never_inherit;
	int r;

	if (c->counting.descriptors + c->counting.npossible > c->max)
		return -EMFILE;
	if (!c->quota)
		return -EAGAIN;
	c->quota--;
	r = thread_counters_open(&c->counting, t->tid, inherit, &tc);
	if (r < 0)
		return r;
	/* the number may have become somebody else's meanwhile */
	if (!c->options.is_same(c->options.is_same_arg, h->process, t)) {
		thread_counters_close(&c->counting, tc);
		return -ESRCH;
	}
	t->held = tc;
	h->nopen++;
	h->inherit = tc->inherit;
	h->fresh = true;
	return 0;
}

static int by_ran(const void *a, const void *b)
{
	const struct watched_thread *x = *(struct watched_thread *const *)a;
	const struct watched_thread *y = *(struct watched_thread *const *)b;

	return (x->task.ran_ns < y->task.ran_ns) -
	       (x->task.ran_ns > y->task.ran_ns);
}

/* The busiest first, as long as there are descriptors. */
static void open_wanted(struct by_thread *c, struct held_process *h)
{
	struct watched_process *p = h->process;
	AUTO_FREE struct watched_thread **wanted = NULL;
	size_t n = 0;

	for (size_t i = 0; i < p->nthreads; i++)
		if (is_wanted(c, h, &p->threads[i]))
			VEC_PUSH(wanted, n, &p->threads[i]);
	if (n > 1)
		qsort(wanted, n, sizeof(*wanted), by_ran);
	h->nwanted = h->nopen + n;
	h->limited = false;
	for (size_t i = 0; i < n; i++) {
		int r = open_thread(c, h, wanted[i]);

		switch (r) {
		case 0:
			break;
		case -ESRCH:
			wanted[i]->task.uncounted = TASK_GONE;
			break;
		case -EAGAIN:
			return;
		case -EMFILE:
			if (c->max > c->counting.descriptors)
				c->max = c->counting.descriptors;
			h->limited = c->scarce = true;
			return;
		default:
			h->refused = r == -EACCES ? TASK_DENIED : TASK_NOTHING;
			by_thread_drop(c, h);
			return;
		}
	}
}

static unsigned count_uncounted(const struct watched_process *p)
{
	unsigned n = 0;

	for (size_t i = 0; i < p->nthreads; i++) {
		const struct watched_thread *t = &p->threads[i];

		n += !t->held && t->standing == THREAD_OWN && t->task.ran_ns &&
		     t->task.state != 'X';
	}
	return n;
}

static unsigned attach(struct collector *base, struct watched_process *process)
{
	struct by_thread *c = by_thread_of(base);
	struct held_process *h = process->held;
	unsigned uncounted;
	bool lacks;

	if (!h || c->nothing || h->refused)
		return 0;
	classify(h);
	uncounted = count_uncounted(process);
	lacks = lacks_a_thread(c, h);
	if (lacks && !h->fresh) {
		h->never_inherit |= ++h->resets >= PATIENCE;
		by_thread_drop(c, h);
	} else if (h->renew) {
		by_thread_drop(c, h);
	}
	if (!h->nopen) {
		h->threads = c->threads;
		h->groups = c->counting.groups;
	}
	if (lacks && !uncounted)
		uncounted = 1;
	/* nobody did it: so it will be again; but look now and then */
	if (!uncounted && h->nopen && !h->fresh)
		h->usual = (double)h->missed_ns /
			   ((double)process->task.ran_ns + 1.0);
	else
		h->usual *= 0.5;
	h->fresh = false;
	open_wanted(c, h);
	return uncounted;
}

static void release(struct collector *base, struct watched_process *process,
		    struct watched_thread *thread)
{
	struct by_thread *c = by_thread_of(base);
	struct held_process *h = process->held;

	if (!h)
		return;
	if (thread)
		close_thread(c, h, thread);
	else
		let_go(c, h);
}

/* ---- all of it ---- */

static void begin(struct collector *base, uint64_t now_ns)
{
	struct by_thread *c = by_thread_of(base);

	c->now_ns = now_ns;
	c->quota = QUOTA;
}

static void end(struct collector *base, uint64_t now_ns)
{
	struct by_thread *c = by_thread_of(base);

	c->now_ns = now_ns;
	by_thread_balance(c);
	for (size_t i = c->nheld; i-- > 0;) {
		struct held_process *h = c->held[i];

		if (!h->refused && now_ns - h->last_ran_ns > c->idle_ns)
			let_go(c, h);
	}
	base->counted = 0;
	for (size_t i = 0; i < c->nheld; i++)
		base->counted += c->held[i]->nopen > 0;
	base->descriptors = c->counting.descriptors;
	base->descriptors_max = c->max;
}

static void set_threads(struct collector *base, bool threads)
{
	struct by_thread *c = by_thread_of(base);

	/* what is open stays until its last counts have been read */
	c->threads = threads;
}

static size_t most_descriptors(size_t wanted)
{
	struct rlimit limit;
	size_t most = 1024;

	if (getrlimit(RLIMIT_NOFILE, &limit) == 0)
		most = limit.rlim_cur;
	most = most > 2 * RESERVE ? most - RESERVE : most / 2;
	return wanted && wanted < most ? wanted : most;
}

static int open_collector(const struct collector_options *options,
			  struct collector **ret, struct err *err)
{
	struct by_thread *c = xcalloc(1, sizeof(*c));
	double idle_s = options->idle_close_s > 0 ? options->idle_close_s
						  : IDLE_CLOSE_S;

	(void)err;
	c->base.kind = &collector_tasks;
	c->options = *options;
	c->threads = options->threads;
	c->idle_ns = (uint64_t)(1e9 * idle_s);
	thread_counting_init(&c->counting, options->plan, options->sys);
	perf_kernel_raise_nofile(&c->counting.kernel);
	c->most = most_descriptors(options->descriptors);
	c->max = c->most;
	c->base.notes = c->counting.notes;
	c->base.descriptors_max = c->max;
	c->nothing = !c->counting.npossible;
	*ret = &c->base;
	return 0;
}

static void close_collector(struct collector *base)
{
	struct by_thread *c = by_thread_of(base);

	if (!c)
		return;
	while (c->nheld)
		let_go(c, c->held[c->nheld - 1]);
	thread_counting_done(&c->counting);
	free(c->held);
	free(c->base.limited);
	free(c);
}

const struct collector_kind collector_tasks = {
	.name = "tasks",
	.open = open_collector,
	.set_threads = set_threads,
	.begin = begin,
	.read_process = read_process,
	.attach = attach,
	.read_thread = read_thread,
	.release = release,
	.end = end,
	.close = close_collector,
};
