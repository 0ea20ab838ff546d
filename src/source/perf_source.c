/*
 * The kernel's counters: slots, opening, switching.
 *
 * A member that cannot be opened is left out and its note says why; the first
 * that opens leads.  On kernels that refuse a group read of inherited events
 * each member of a cell is read for itself.
 */
#include "source/perf_session.h"

#include "base/auto.h"
#include "base/log.h"
#include "base/vec.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static struct perf_session *perf_of(struct session *s)
{
	return (struct perf_session *)s;
}

/* ---- slots ---- */

static void add_slot(struct session *s, int cpu, pid_t pid, pid_t tid,
		     int cgroup)
{
	struct slot slot = {
		.cpu = cpu, .pid = pid, .tid = tid, .cgroup = cgroup
	};

	if (tid > 0)
		target_comm(pid, tid, slot.comm, sizeof(slot.comm));
	VEC_PUSH(s->slots, s->nslots, slot);
}

static int by_tid(const void *a, const void *b)
{
	pid_t x = *(const pid_t *)a, y = *(const pid_t *)b;

	return (x > y) - (x < y);
}

/* The threads that have a slot, sorted; the caller frees. */
static pid_t *known_tids(const struct session *s)
{
	pid_t *tids = xcalloc(s->nslots, sizeof(*tids));

	for (size_t i = 0; i < s->nslots; i++)
		tids[i] = s->slots[i].tid;
	if (s->nslots)
		qsort(tids, s->nslots, sizeof(*tids), by_tid);
	return tids;
}

/* A slot for @tid, unless it is among the @n of @known. */
static bool add_thread(struct session *s, pid_t pid, pid_t tid,
		       const pid_t *known, size_t n)
{
	if (n && bsearch(&tid, known, n, sizeof(tid), by_tid))
		return false;
	add_slot(s, -1, pid, tid, -1);
	return true;
}

/* Threads of @pid (0: of every process) that have no slot yet; how many. */
static size_t add_threads(struct session *s, pid_t pid)
{
	AUTO_FREE pid_t *known = known_tids(s);
	AUTO_FREE pid_t *tids = NULL;
	size_t nknown = s->nslots, n = 0, added = 0;

	if (target_threads(pid, &tids, &n) < 0)
		return 0;
	for (size_t i = 0; i < n; i++)
		added += add_thread(s, pid ? pid : -1, tids[i], known, nknown);
	return added;
}

/* One thread, once. */
static void add_single(struct session *s, pid_t tid)
{
	AUTO_FREE pid_t *known = known_tids(s);

	add_thread(s, tid, tid, known, s->nslots);
}

static void make_slots(struct session *s)
{
	const struct target *t = s->target;

	if (t->all_threads) {
		add_threads(s, 0);
	} else if (t->system_wide && t->ncgroups) {
		for (size_t g = 0; g < t->ncgroups; g++)
			for (size_t i = 0; i < t->cpus.n; i++)
				add_slot(s, t->cpus.cpus[i], -1, -1, (int)g);
	} else if (t->system_wide) {
		for (size_t i = 0; i < t->cpus.n; i++)
			add_slot(s, t->cpus.cpus[i], -1, -1, -1);
	} else {
		for (size_t i = 0; i < t->npids; i++)
			add_threads(s, t->pids[i]);
		for (size_t i = 0; i < t->ntids; i++)
			add_single(s, t->tids[i]);
		if (!t->npids && !t->ntids && s->launch.pid > 0)
			add_slot(s, -1, s->launch.pid, s->launch.pid, -1);
	}
}

/* The slot of @cpu without a task, made if there is none. */
static size_t cpu_slot(struct session *s, int cpu)
{
	for (size_t i = 0; i < s->nslots; i++)
		if (s->slots[i].cpu == cpu && s->slots[i].tid <= 0 &&
		    s->slots[i].cgroup < 0)
			return i;
	add_slot(s, cpu, -1, -1, -1);
	return s->nslots - 1;
}

/* ---- opening ---- */

static void close_fd(struct perf_session *p, int *fd)
{
	if (*fd >= 0)
		p->sys->close(p->sys->ctx, *fd);
	*fd = -1;
}

static void note_failure(struct perf_session *p, size_t counter, int error,
			 const struct err *why)
{
	struct counter_note *note = &p->base.notes[counter];

	/* a thread that is gone is no trouble of the counter's */
	if (error != -ESRCH && !note->why.code)
		note->why = *why;
}

/* One member of a group; *@lead is the cell's leader once there is one. */
static void open_member(struct perf_session *p, struct cell *cell,
			const struct plan_group *group, size_t member)
{
	const struct plan *plan = p->base.plan;
	size_t counter = group->first + member;
	size_t event = plan->counters[counter].event;
	const struct slot *slot = &p->base.slots[cell->slot];
	bool command =
		p->base.launch.pid > 0 && slot->tid == p->base.launch.pid;
	struct perf_opening how = {
		.event = plan->events->items[event],
		.pid = slot->tid > 0 ? slot->tid : -1,
		.cpu = slot->cpu,
		.group_fd = cell->leader,
		.cgroup_fd =
			slot->cgroup >= 0 ? p->cgroup_fds[slot->cgroup] : -1,
		.inherit = p->base.target->inherit && slot->tid > 0,
		.disabled = cell->leader < 0,
		.group_read = cell->leader < 0 ? true : cell->one_read,
	};
	struct perf_opened opened = { 0 };
	struct err err = { 0 };
	int fd;

	how.enable_on_exec =
		how.disabled && command && !p->options.start_disabled;
	fd = perf_open_gently(p->sys, &p->kernel, &how, &opened, &err);
	if (fd < 0) {
		note_failure(p, counter, fd, &err);
		return;
	}
	cell->fds[member] = fd;
	p->base.nopened++;
	if (opened.user_only)
		p->base.notes[counter].user_only = true;
	if (cell->leader < 0) {
		cell->leader = fd;
		cell->one_read = opened.group_read;
	}
}

static void open_cell(struct perf_session *p, size_t group, size_t slot)
{
	const struct plan_group *g = &p->base.plan->groups[group];
	struct cell cell = { .slot = slot, .leader = -1 };

	cell.fds = xcalloc(g->n, sizeof(*cell.fds));
	for (size_t i = 0; i < g->n; i++)
		cell.fds[i] = -1;
	for (size_t i = 0; i < g->n; i++)
		open_member(p, &cell, g, i);
	VEC_PUSH(p->groups[group].items, p->groups[group].n, cell);
}

/* Does the group belong to this slot? */
static bool belongs(const struct perf_session *p, size_t group, size_t slot)
{
	const struct plan *plan = p->base.plan;
	size_t event = plan->counters[plan->groups[group].first].event;
	const struct event *e = plan->events->items[event];
	int cpu = p->base.slots[slot].cpu;
	bool extra =
		slot >= p->extra_first && slot < p->extra_first + p->extra_n;

	if (extra && !e->system_wide)
		return false;
	if (e->system_wide)
		return cpu >= 0 && p->base.slots[slot].cgroup < 0 &&
		       cpuset_has(&e->cpus, cpu);
	return cpu < 0 || !e->cpus.n || cpuset_has(&e->cpus, cpu);
}

static void open_group(struct perf_session *p, size_t group, size_t from)
{
	const struct plan *plan = p->base.plan;
	size_t event = plan->counters[plan->groups[group].first].event;
	const struct plan_group *g = &plan->groups[group];

	if (plan->refused[event].code) {
		for (size_t i = 0; i < g->n; i++)
			p->base.notes[g->first + i].why = plan->refused[event];
		return;
	}
	for (size_t i = from; i < p->base.nslots; i++)
		if (belongs(p, group, i))
			open_cell(p, group, i);
}

/*
 * PMUs that belong to CPUs count there whatever the target is.  Their CPUs
 * get slots of their own, before anything is opened.
 */
static void add_system_wide_slots(struct perf_session *p)
{
	const struct plan *plan = p->base.plan;

	for (size_t g = 0; g < plan->ngroups; g++) {
		size_t event = plan->counters[plan->groups[g].first].event;
		const struct event *e = plan->events->items[event];

		if (!e->system_wide)
			continue;
		for (size_t i = 0; i < e->cpus.n; i++)
			if (!p->base.target->system_wide ||
			    p->base.target->ncgroups ||
			    cpuset_has(&p->base.target->cpus, e->cpus.cpus[i]))
				cpu_slot(&p->base, e->cpus.cpus[i]);
	}
}

static void open_all(struct perf_session *p)
{
	p->extra_first = p->base.nslots;
	add_system_wide_slots(p);
	p->extra_n = p->base.nslots - p->extra_first;
	for (size_t g = 0; g < p->base.plan->ngroups; g++)
		open_group(p, g, 0);
}

/*
 * Threads that were born while we were opening others belong to no counter if
 * their parent had none yet: look again until a pass finds nothing new.
 */
static void open_newcomers(struct perf_session *p)
{
	const struct target *t = p->base.target;

	for (int pass = 0; pass < 100; pass++) {
		size_t before = p->base.nslots, added = 0;

		for (size_t i = 0; i < t->npids; i++)
			added += add_threads(&p->base, t->pids[i]);
		if (!added)
			return;
		log_say(1, "%zu threads started while attaching", added);
		p->base.newcomers += added;
		for (size_t g = 0; g < p->base.plan->ngroups; g++)
			open_group(p, g, before);
	}
}

static int open_cgroups(struct perf_session *p, struct err *err)
{
	const struct target *t = p->base.target;

	p->cgroup_fds = xcalloc(t->ncgroups, sizeof(*p->cgroup_fds));
	for (size_t i = 0; i < t->ncgroups; i++)
		p->cgroup_fds[i] = -1;
	for (size_t i = 0; i < t->ncgroups; i++) {
		int fd = target_open_cgroup(t->cgroups[i], err);

		if (fd < 0)
			return fd;
		p->cgroup_fds[i] = fd;
	}
	return 0;
}

static void perf_close(struct session *s)
{
	struct perf_session *p = perf_of(s);

	if (!s)
		return;
	launch_abandon(&s->launch);
	for (size_t g = 0; p->groups && g < s->plan->ngroups; g++) {
		for (size_t i = 0; i < p->groups[g].n; i++) {
			struct cell *c = &p->groups[g].items[i];

			/* members first: a leader that goes breaks up */
			for (size_t m = s->plan->groups[g].n; m-- > 0;)
				close_fd(p, &c->fds[m]);
			free(c->fds);
		}
		free(p->groups[g].items);
	}
	for (size_t i = 0; p->cgroup_fds && i < s->target->ncgroups; i++)
		if (p->cgroup_fds[i] >= 0)
			close(p->cgroup_fds[i]);
	perf_kernel_done(&p->kernel);
	free(p->cgroup_fds);
	free(p->groups);
	free(p->buffer);
	free(s->slots);
	free(s->notes);
	free(p);
}

/* Is there the command and nothing else, counted from its beginning? */
static bool can_go_at_once(const struct perf_session *p)
{
	const struct plan *plan = p->base.plan;
	const struct target *t = p->base.target;

	if (!p->options.at_once || p->options.start_disabled || !t->argv ||
	    t->npids || t->ntids || t->system_wide || t->all_threads)
		return false;
	for (size_t i = 0; i < plan->events->n; i++)
		if (plan->events->items[i]->system_wide)
			return false;
	return true;
}

/* In the child that is to be counted: the counters are on ourselves. */
static int open_on_myself(void *arg)
{
	struct perf_session *p = arg;
	struct slot slot = { .cpu = -1, .cgroup = -1 };

	/* it has no name of its own yet */
	slot.pid = slot.tid = p->base.launch.pid;
	VEC_PUSH(p->base.slots, p->base.nslots, slot);
	open_all(p);
	/* limits are the child's, and the command's after it */
	perf_kernel_done(&p->kernel);
	return p->base.nopened || p->options.uncounted ? 0 : -ENODATA;
}

static int open_at_once(struct perf_session *p, struct err *err)
{
	int r = launch_at_once(&p->base.launch, p->base.target->argv,
			       &p->options.launch, open_on_myself, p, err);

	/* the notes say why nothing can be counted */
	return r == -ENODATA && !p->base.nopened ? 0 : r;
}

static int open_and_wait(struct perf_session *p, struct err *err)
{
	const struct target *target = p->base.target;
	int r = 0;

	if (target->argv)
		r = launch_prepare(&p->base.launch, target->argv,
				   &p->options.launch, err);
	if (r < 0)
		return r;
	make_slots(&p->base);
	if (!p->base.nslots)
		return err_set(err, -ESRCH,
			       "what was to be counted is gone already");
	open_all(p);
	if (target->inherit)
		open_newcomers(p);
	return 0;
}

static struct perf_session *new_session(const struct plan *plan,
					const struct target *target,
					const struct session_options *options)
{
	struct perf_session *p = xcalloc(1, sizeof(*p));
	size_t widest = 0;

	p->base.source = &source_perf;
	p->base.plan = plan;
	p->base.target = target;
	p->base.launch.go_fd = p->base.launch.err_fd = -1;
	p->sys = options->sys;
	p->options = *options;
	p->base.notes = xcalloc(plan->ncounters, sizeof(*p->base.notes));
	p->groups = xcalloc(plan->ngroups, sizeof(*p->groups));
	for (size_t g = 0; g < plan->ngroups; g++)
		if (plan->groups[g].n > widest)
			widest = plan->groups[g].n;
	p->buffer = xcalloc(widest + 3, sizeof(*p->buffer));
	return p;
}

static int perf_open(const struct plan *plan, const struct target *target,
		     const struct session_options *options,
		     struct session **ret, struct err *err)
{
	struct perf_session *p = new_session(plan, target, options);
	int r = open_cgroups(p, err);

	if (r == 0 && can_go_at_once(p))
		r = open_at_once(p, err);
	else if (r == 0)
		r = open_and_wait(p, err);
	if (r < 0) {
		perf_close(&p->base);
		return r;
	}
	*ret = &p->base;
	return 0;
}

/* ---- switching and reading ---- */

/* @command: the cells that exec switches on by itself, too. */
static void switch_all(struct perf_session *p, bool on, bool command)
{
	unsigned long request =
		on ? PERF_EVENT_IOC_ENABLE : PERF_EVENT_IOC_DISABLE;

	for (size_t g = 0; g < p->base.plan->ngroups; g++) {
		for (size_t i = 0; i < p->groups[g].n; i++) {
			const struct cell *c = &p->groups[g].items[i];
			pid_t tid = p->base.slots[c->slot].tid;

			if (c->leader < 0)
				continue;
			if (!command && tid > 0 && tid == p->base.launch.pid)
				continue;
			p->sys->ioctl(p->sys->ctx, c->leader, request,
				      PERF_IOC_FLAG_GROUP);
		}
	}
}

static int perf_start(struct session *s, struct err *err)
{
	struct perf_session *p = perf_of(s);

	if (!p->options.start_disabled)
		switch_all(p, true, false);
	if (s->target->argv)
		return launch_go(&s->launch, s->target->argv, err);
	return 0;
}

static int perf_enable(struct session *s, bool on, struct err *err)
{
	(void)err;
	switch_all(perf_of(s), on, true);
	return 0;
}

const struct source source_perf = {
	.name = "perf",
	.summary = "the kernel's counters, through perf_event_open",
	.can = SOURCE_ATTACH | SOURCE_INTERVAL | SOURCE_PER_CPU |
	       SOURCE_PER_THREAD,
	.open = perf_open,
	.start = perf_start,
	.read = perf_session_read,
	.enable = perf_enable,
	.close = perf_close,
};
