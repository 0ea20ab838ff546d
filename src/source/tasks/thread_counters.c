/*
 * The groups of a plan on one thread; see thread_counters.h.
 *
 * What cannot be counted at all is found once, by trying it on ourselves:
 * after that an error tells something about the thread, not about the counter.
 */
#include "source/tasks/thread_counters.h"

#include "base/auto.h"
#include "base/log.h"
#include "base/xalloc.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

static const struct event *event_of(const struct thread_counting *t,
				    size_t counter)
{
	const struct plan *plan = t->plan;

	return plan->events->items[plan->counters[counter].event];
}

static bool is_possible(const struct thread_counting *t, size_t counter)
{
	return t->notes[counter].why.code == 0;
}

static void close_fd(struct thread_counting *t, int *fd)
{
	if (*fd >= 0) {
		t->sys->close(t->sys->ctx, *fd);
		t->descriptors--;
	}
	*fd = -1;
}

/* members first: a leader that goes breaks up */
static void close_fds(struct thread_counting *t, int *fds)
{
	for (size_t i = t->plan->ncounters; i-- > 0;)
		close_fd(t, &fds[i]);
}

struct group_opening {
	pid_t tid;
	bool inherit;
	/* results */
	int leader;
	struct perf_opened opened; /* the leader */
};

/*
 * The group is to begin as one, so its leader is switched on last; a single
 * counter begins at once.
 */
static int open_counter(struct thread_counting *t, size_t counter,
			struct group_opening *g, bool alone, struct err *err)
{
	struct perf_opening how = {
		.event = event_of(t, counter),
		.pid = g->tid,
		.cpu = -1,
		.group_fd = g->leader,
		.cgroup_fd = -1,
		.inherit = g->leader < 0 ? g->inherit : g->opened.inherit,
		.threads_only = true,
		.disabled = g->leader < 0 && !alone,
		.group_read = g->leader < 0 || g->opened.group_read,
	};
	struct perf_opened opened = { 0 };
	int fd = perf_open_gently(t->sys, &t->kernel, &how, &opened, err);

	if (fd < 0)
		return fd;
	t->descriptors++;
	if (g->leader < 0) {
		g->leader = fd;
		g->opened = opened;
	}
	if (opened.user_only)
		t->notes[counter].user_only = true;
	return fd;
}

static size_t possible_in(const struct thread_counting *t,
			  const struct plan_group *group)
{
	size_t n = 0;

	for (size_t i = 0; i < group->n; i++)
		n += is_possible(t, group->first + i);
	return n;
}

/*
 * Errors that are about the thread, or about all that is still to come, and
 * not about one counter
 */
static int final_error(int error)
{
	switch (error) {
	case -ESRCH:
	case -EACCES:
	case -EMFILE:
		return error;
	case -EPERM:
		return -EACCES;
	case -ENFILE:
		return -EMFILE;
	default:
		return 0;
	}
}

/* 0, or an error after which it makes no sense to go on with this thread */
static int open_group(struct thread_counting *t, size_t group, int *fds,
		      struct group_opening *g)
{
	const struct plan_group *of = &t->plan->groups[group];
	size_t n = possible_in(t, of);

	g->leader = -1;
	for (size_t i = 0; i < of->n; i++) {
		size_t counter = of->first + i;

		if (!is_possible(t, counter))
			continue;
		fds[counter] = open_counter(t, counter, g, n == 1, NULL);
		if (final_error(fds[counter]))
			return final_error(fds[counter]);
	}
	if (n > 1 && g->leader >= 0)
		t->sys->ioctl(t->sys->ctx, g->leader, PERF_EVENT_IOC_ENABLE, 0);
	return 0;
}

/* ---- what can be counted at all ---- */

static void try_group(struct thread_counting *t, const struct plan_group *of)
{
	struct group_opening g = { .tid = 0, .inherit = true, .leader = -1 };
	AUTO_FREE int *fds = xcalloc(of->n, sizeof(*fds));

	for (size_t i = 0; i < of->n; i++) {
		struct err *why = &t->notes[of->first + i].why;
		struct err err = { 0 };

		fds[i] = -1;
		if (why->code)
			continue;
		fds[i] = open_counter(t, of->first + i, &g, false, &err);
		/* too few descriptors is no trouble of the counter's */
		if (fds[i] < 0 && fds[i] != -EMFILE && fds[i] != -ENFILE)
			*why = err;
	}
	for (size_t i = of->n; i-- > 0;)
		close_fd(t, &fds[i]);
}

void thread_counting_init(struct thread_counting *t, const struct plan *plan,
			  const struct perf_sys *sys)
{
	*t = (struct thread_counting){ .plan = plan, .sys = sys };
	t->notes = xcalloc(plan->ncounters + 1, sizeof(*t->notes));
	t->buffer = xcalloc(plan->ncounters + 3, sizeof(*t->buffer));
	for (size_t i = 0; i < plan->ncounters; i++) {
		size_t event = plan->counters[i].event;
		struct err *why = &t->notes[i].why;

		if (plan->refused[event].code)
			*why = plan->refused[event];
		else if (event_of(t, i)->system_wide)
			err_set(why, -ENOTSUP,
				"'%s' counts whole CPUs, not tasks",
				event_of(t, i)->name);
	}
	for (size_t g = 0; g < plan->ngroups; g++)
		try_group(t, &plan->groups[g]);
	thread_counting_set_groups(t, plan->ngroups);
}

void thread_counting_set_groups(struct thread_counting *t, size_t groups)
{
	t->groups = groups;
	t->npossible = 0;
	for (size_t g = 0; g < groups; g++)
		t->npossible += possible_in(t, &t->plan->groups[g]);
}

void thread_counting_done(struct thread_counting *t)
{
	perf_kernel_done(&t->kernel);
	free(t->notes);
	free(t->buffer);
}

/* ---- one thread ---- */

static struct thread_counters *counters_new(const struct thread_counting *t)
{
	size_t n = t->plan->ncounters;
	struct thread_counters *c =
		xcalloc(1, sizeof(*c) + n * (2 * sizeof(c->amounts[0]) +
					     sizeof(*c->fds)));

	c->groups = t->groups;
	c->fresh = true;
	c->before = c->amounts + n;
	c->fds = (int *)(c->before + n);
	for (size_t i = 0; i < n; i++)
		c->fds[i] = -1;
	return c;
}

int thread_counters_open(struct thread_counting *t, pid_t tid, bool inherit,
			 struct thread_counters **ret)
{
	struct group_opening g = { .tid = tid, .inherit = inherit };
	struct thread_counters *c = counters_new(t);
	bool any = false;

	for (size_t i = 0; i < t->groups; i++) {
		int r = open_group(t, i, c->fds, &g);

		if (r < 0) {
			thread_counters_close(t, c);
			return r;
		}
		if (g.leader < 0)
			continue;
		if (!any) {
			c->inherit = g.opened.inherit;
			c->together = g.opened.group_read;
		}
		any = true;
	}
	if (!any) {
		thread_counters_close(t, c);
		return -ENOENT;
	}
	*ret = c;
	return 0;
}

void thread_counters_close(struct thread_counting *t, struct thread_counters *c)
{
	if (!c)
		return;
	close_fds(t, c->fds);
	free(c);
}

static uint64_t grown(uint64_t now, uint64_t before)
{
	return now > before ? now - before : 0;
}

static void keep(struct thread_counters *c, size_t counter,
		 const struct thread_amount *now)
{
	struct thread_amount *b = &c->before[counter];

	c->amounts[counter] = (struct thread_amount){
		grown(now->raw, b->raw),
		grown(now->enabled_ns, b->enabled_ns),
		grown(now->running_ns, b->running_ns),
	};
	*b = *now;
}

/* As in perf_read.c: nr, enabled, running, the values */
static int read_together(struct thread_counting *t, struct thread_counters *c,
			 const struct plan_group *of)
{
	uint64_t *b = t->buffer;
	size_t n = 0, opened = 0;
	int leader = -1;
	ssize_t got;

	for (size_t i = of->n; i-- > 0;) {
		if (c->fds[of->first + i] < 0)
			continue;
		leader = c->fds[of->first + i];
		opened++;
	}
	if (!opened)
		return 0;
	got = t->sys->read(t->sys->ctx, leader, b, (opened + 3) * sizeof(*b));
	if (got < 0)
		return (int)got;
	if ((size_t)got < (opened + 3) * sizeof(*b) || b[0] != opened)
		return -EIO;
	for (size_t i = 0; i < of->n; i++)
		if (c->fds[of->first + i] >= 0) {
			struct thread_amount now = { b[3 + n++], b[1], b[2] };

			keep(c, of->first + i, &now);
		}
	return 0;
}

static int read_apart(struct thread_counting *t, struct thread_counters *c,
		      const struct plan_group *of)
{
	for (size_t i = 0; i < of->n; i++) {
		int fd = c->fds[of->first + i];
		uint64_t b[3];
		ssize_t got;

		if (fd < 0)
			continue;
		got = t->sys->read(t->sys->ctx, fd, b, sizeof(b));
		if (got < 0)
			return (int)got;
		if ((size_t)got < sizeof(b))
			return -EIO;
		keep(c, of->first + i,
		     &(struct thread_amount){ b[0], b[1], b[2] });
	}
	return 0;
}

void thread_counters_read(struct thread_counting *t, struct thread_counters *c)
{
	size_t n = t->plan->ncounters;

	memset(c->amounts, 0, n * sizeof(c->amounts[0]));
	c->ran_ns = 0;
	c->fresh = false;
	for (size_t g = 0; g < c->groups; g++) {
		const struct plan_group *of = &t->plan->groups[g];
		int r = -ECHILD;

		/* ECHILD: a thread is in the middle of its end.  If it stays
		   so, this interval's counts are in the next. */
		for (int tries = 0; r == -ECHILD && tries < 10; tries++)
			r = c->together ? read_together(t, c, of)
					: read_apart(t, c, of);
		if (r < 0)
			log_say(2, "cannot read counters of a thread: %s",
				strerror(-r));
	}
	for (size_t i = 0; i < n; i++)
		if (c->amounts[i].enabled_ns > c->ran_ns)
			c->ran_ns = c->amounts[i].enabled_ns;
}

void thread_counters_add(const struct thread_counting *t,
			 const struct thread_counters *c,
			 struct reading *readings)
{
	for (size_t i = 0; i < t->plan->ncounters; i++) {
		if (c->fds[i] < 0)
			continue;
		readings[i].raw += c->amounts[i].raw;
		readings[i].enabled_ns += c->amounts[i].enabled_ns;
		readings[i].running_ns += c->amounts[i].running_ns;
	}
}
