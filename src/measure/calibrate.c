/* Does a counter tell the truth?  See calibrate.h. */
#include "measure/calibrate.h"

#include "base/auto.h"
#include "base/vec.h"

#include <errno.h>
#include <math.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

static const char *const verdict_names[] = {
	[CALIBRATE_RIGHT] = "right",     [CALIBRATE_WRONG] = "wrong",
	[CALIBRATE_DEAD] = "dead",       [CALIBRATE_STARVED] = "starved",
	[CALIBRATE_REFUSED] = "refused", [CALIBRATE_UNKNOWN] = "unknown",
};
_Static_assert(ARRAY_LEN(verdict_names) == CALIBRATE_VERDICTS, "one each");

const char *calibrate_verdict_name(enum calibrate_verdict verdict)
{
	return verdict_names[verdict];
}

/*
 * What may come on top of a known answer, or be missing: some cores count an
 * instruction for each interrupt; other tasks take the CPU away; the clock is
 * read a moment apart.
 */
static const struct allowance {
	double share;      /* of the bound, both ways */
	double less, more; /* in all */
} allowances[LOOP_WHATS] = {
	[LOOP_INSTRUCTIONS] = { 0.005, 200, 200 },
	[LOOP_CYCLES] = { 0.0, 200, 20000 },
	[LOOP_BRANCHES] = { 0.005, 100, 100 },
	[LOOP_BRANCH_MISSES] = { 0.0, 0, 500 },
	[LOOP_L1_LOADS] = { 0.0, 100, 500 },
	[LOOP_L1_LOAD_MISSES] = { 0.0, 0, 2000 },
	[LOOP_L1_CODE_MISSES] = { 0.0, 0, 2000 },
	[LOOP_CACHE_REFERENCES] = { 0.0, 0, 2000 },
	[LOOP_CACHE_MISSES] = { 0.0, 0, 2000 },
	[LOOP_PAGE_FAULTS] = { 0.0, 0, 10 },
	[LOOP_SWITCHES] = { 0.0, 0, 10 },
	[LOOP_SYSCALLS] = { 0.0, 0, 10 },
	[LOOP_CPU_TIME] = { 0.05, 50e3, 50e3 },
};

uint64_t calibrate_cpu_time(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &ts);
	return (uint64_t)ts.tv_sec * 1000000000 + (uint64_t)ts.tv_nsec;
}

double calibrate_off(const struct calibrate_check *c)
{
	double bound = c->counted < c->low ? c->low : c->high;

	if (c->counted >= c->low && c->counted <= c->high)
		return 0.0;
	return bound > 0.0 ? (c->counted - bound) / bound : HUGE_VAL;
}

/* ---- counting ---- */

/* One event on this thread, opened and switched on. */
struct meter {
	struct event *event;
	struct event_list list;
	struct metric_uses uses;
	struct plan plan;
	struct target target;
	pid_t tid;
	struct session *session;
	struct snapshot before, after;
	cpu_set_t cpus; /* where the thread might be before */
	bool moved;
};

static int always_fits(void *arg, const struct event *const *events, size_t n,
		       struct err *err)
{
	(void)arg;
	(void)events;
	(void)n;
	(void)err;
	return 1;
}

/* The counters of one kind of core count only what runs there. */
static void go_where(struct meter *m, const struct event *event)
{
	cpu_set_t there;

	if (event->core_type < 0 || !event->cpus.n ||
	    sched_getaffinity(0, sizeof(m->cpus), &m->cpus) < 0)
		return;
	CPU_ZERO(&there);
	for (size_t i = 0; i < event->cpus.n; i++)
		if (event->cpus.cpus[i] < CPU_SETSIZE)
			CPU_SET(event->cpus.cpus[i], &there);
	m->moved = sched_setaffinity(0, sizeof(there), &there) == 0;
}

static void meter_close(struct meter *m)
{
	if (m->session)
		m->session->source->close(m->session);
	snapshot_done(&m->before);
	snapshot_done(&m->after);
	plan_done(&m->plan);
	if (m->moved)
		sched_setaffinity(0, sizeof(m->cpus), &m->cpus);
}

static int open_session(const struct calibrate_options *o, struct meter *m,
			struct err *err)
{
	const struct session_options options = { .sys = o->sys };
	int r = o->source->open(&m->plan, &m->target, &options, &m->session,
				err);

	if (r < 0)
		return r;
	if (!m->session->nopened) {
		const struct err *why = &m->session->notes[0].why;

		err_set(err, why->code ? why->code : -ENODATA, "%s", why->what);
		err_hint(err, "%s", why->hint);
		return why->code ? why->code : -ENODATA;
	}
	snapshot_init(&m->before, m->plan.ncounters, m->session->nslots);
	snapshot_init(&m->after, m->plan.ncounters, m->session->nslots);
	return m->session->source->start(m->session, err);
}

static int meter_open(const struct calibrate_options *o,
		      const struct event *event, struct meter *m,
		      struct err *err)
{
	int r;

	if (event->denied)
		return err_set(err, -EACCES, "%s", event->denied);
	go_where(m, event);
	/* a plan only looks at its events */
	m->event = (struct event *)(uintptr_t)event;
	m->list = (struct event_list){ .items = &m->event, .n = 1 };
	m->tid = gettid();
	m->target = (struct target){ .tids = &m->tid, .ntids = 1 };
	r = plan_make(&m->list, &m->uses, always_fits, NULL, &m->plan, err);
	return r < 0 ? r : open_session(o, m, err);
}

/* Where the one counter's only value is. */
static struct reading *only(const struct snapshot *s)
{
	return snapshot_at(s, 0, 0);
}

struct sample {
	double count, cpu_time;
};

/* What @n iterations count, and the CPU time they took. */
static int count_once(const struct calibrate_options *o, struct meter *m,
		      struct loop_state *state, uint64_t n, struct sample *ret,
		      struct err *err)
{
	const struct source *source = m->session->source;
	struct reading counted;
	uint64_t start, end;
	int r;

	r = source->read(m->session, &m->before, err);
	if (r < 0)
		return r;
	start = o->cpu_time();
	if (state)
		loop_run(state, n);
	end = o->cpu_time();
	r = source->read(m->session, &m->after, err);
	if (r < 0)
		return r;
	counted = reading_delta(only(&m->after), only(&m->before));
	if (!counted.running_ns)
		return err_set(err, -EBUSY, "it never got a counter");
	ret->count = reading_estimate(&counted);
	ret->cpu_time = (double)(end - start);
	return 0;
}

static int by_count(const void *a, const void *b)
{
	double x = ((const struct sample *)a)->count;
	double y = ((const struct sample *)b)->count;

	return x < y ? -1 : x > y;
}

/* The middle one of some tries. */
static int count_often(const struct calibrate_options *o, struct meter *m,
		       struct loop_state *state, uint64_t n, struct sample *ret,
		       struct err *err)
{
	struct sample samples[CALIBRATE_TRIES];
	size_t tries = o->tries;

	if (tries > CALIBRATE_TRIES)
		tries = CALIBRATE_TRIES;
	for (size_t i = 0; i < tries; i++) {
		int r = count_once(o, m, state, n, &samples[i], err);

		if (r < 0)
			return r;
	}
	qsort(samples, tries, sizeof(*samples), by_count);
	*ret = samples[tries / 2];
	return 0;
}

/* The same without what reading twice counts by itself. */
static int count_loop(const struct calibrate_options *o, struct meter *m,
		      struct loop_state *state, uint64_t n, struct sample *ret,
		      struct err *err)
{
	struct sample nothing, all;
	int r = count_often(o, m, NULL, 0, &nothing, err);

	if (r == 0)
		r = count_often(o, m, state, n, &all, err);
	if (r < 0)
		return r;
	all.count -= nothing.count < all.count ? nothing.count : all.count;
	*ret = all;
	return 0;
}

int calibrate_count(const struct calibrate_options *options,
		    const struct event *event, struct loop_state *state,
		    double *ret, struct err *err)
{
	AUTO(meter_close) struct meter m = { 0 };
	struct sample sample;
	uint64_t n;
	int r = meter_open(options, event, &m, err);

	if (r < 0)
		return r;
	n = loop_run_for(state, options->ns);
	r = count_loop(options, &m, state, n, &sample, err);
	if (r == 0)
		*ret = sample.count / (double)n;
	return r;
}

/* ---- judging ---- */

/*
 * The clock and the counter agree while the CPU is kept: each of them leaves
 * out another part of a context switch.  Far memory adds nothing to that.
 */
static bool knows_its_time(const struct loop *loop)
{
	return loop->kind == LOOP_COMPUTE || loop->kind == LOOP_FAULTS ||
	       loop->kind == LOOP_SYSTEM;
}

/* What @loop should make @what count; false: nobody knows. */
static bool known(const struct loop *loop, enum loop_what what, uint64_t n,
		  double cpu_time, struct calibrate_check *ret)
{
	const struct loop_answer *a = loop_answer(loop, what);

	*ret = (struct calibrate_check){ .loop = loop, .iterations = n };
	if (what == LOOP_CPU_TIME) {
		ret->low = ret->high = cpu_time;
		return knows_its_time(loop);
	}
	if (!a)
		return false;
	ret->low = a->low * (double)n;
	ret->high = a->high * (double)n;
	return true;
}

static bool is_right(const struct calibrate_check *c, enum loop_what what)
{
	const struct allowance *a = &allowances[what];

	return c->counted >= c->low * (1.0 - a->share) - a->less &&
	       c->counted <= c->high * (1.0 + a->share) + a->more;
}

/* The largest deviation, of a wrong check if there is one. */
static void find_worst(struct calibrate_counter *c)
{
	for (size_t i = 1; i < c->nchecks; i++) {
		const struct calibrate_check *a = &c->checks[i];
		const struct calibrate_check *b = &c->checks[c->worst];

		if (a->right != b->right
			    ? !a->right
			    : fabs(calibrate_off(a)) > fabs(calibrate_off(b)))
			c->worst = i;
	}
}

/*
 * A counter that stands still is right about loops that do nothing of its
 * kind; only one that should have made it move tells.
 */
static enum calibrate_verdict judge(const struct calibrate_counter *c)
{
	bool moved = false, should = false, wrong = false;

	for (size_t i = 0; i < c->nchecks; i++) {
		moved |= c->checks[i].counted > 0.0;
		should |= c->checks[i].low > 0.0;
		wrong |= !c->checks[i].right;
	}
	if (wrong)
		return moved ? CALIBRATE_WRONG : CALIBRATE_DEAD;
	return should ? CALIBRATE_RIGHT : CALIBRATE_UNKNOWN;
}

static int check_loops(const struct calibrate_options *o, struct meter *m,
		       enum loop_what what, struct loop_state *const *states,
		       size_t n, struct calibrate_counter *c, struct err *err)
{
	for (size_t i = 0; i < n; i++) {
		const struct loop *loop = loop_of(states[i]);
		struct calibrate_check check;
		struct sample sample;
		uint64_t times;
		int r;

		if (!known(loop, what, 1, 1.0, &check))
			continue;
		/* also brings the memory and the clock rate where they belong */
		times = loop_run_for(states[i], o->ns);
		r = count_loop(o, m, states[i], times, &sample, err);
		if (r < 0)
			return r;
		known(loop, what, times, sample.cpu_time, &check);
		check.counted = sample.count;
		check.right = is_right(&check, what);
		VEC_PUSH(c->checks, c->nchecks, check);
	}
	return 0;
}

void calibrate_counter(const struct calibrate_options *options,
		       const struct event *event, enum loop_what what,
		       struct loop_state *const *states, size_t n,
		       struct calibrate_counter *ret)
{
	struct calibrate_counter c = { .verdict = CALIBRATE_REFUSED };
	AUTO(meter_close) struct meter m = { 0 };
	int r = meter_open(options, event, &m, &c.why);

	if (r == 0)
		r = check_loops(options, &m, what, states, n, &c, &c.why);
	if (r == -EBUSY)
		c.verdict = CALIBRATE_STARVED;
	if (r == 0) {
		find_worst(&c);
		c.verdict = judge(&c);
	}
	*ret = c;
}

void calibrate_counter_done(struct calibrate_counter *counter)
{
	free(counter->checks);
	*counter = (struct calibrate_counter){ 0 };
}
