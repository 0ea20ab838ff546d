/*
 * A visit: what one process did in this interval; see watch_parts.h.
 */
#include "measure/watch_parts.h"

#include "base/vec.h"

#include <string.h>

static bool is_below(const char *path, const char *top)
{
	size_t n = strlen(top);

	while (n && top[n - 1] == '/')
		n--;
	return strncmp(path, top, n) == 0 && (!path[n] || path[n] == '/');
}

static bool has_user(const struct watch_filter *f, uid_t uid)
{
	for (size_t i = 0; i < f->nuids; i++)
		if (f->uids[i] == uid)
			return true;
	return !f->nuids;
}

static bool has_cgroup(const struct watch_filter *f, const char *path)
{
	for (size_t i = 0; i < f->ncgroups; i++)
		if (is_below(path, f->cgroups[i]))
			return true;
	return !f->ncgroups;
}

bool watch_wants_user(const struct watch *w, uid_t uid)
{
	return has_user(&w->options.filter, uid);
}

bool watch_is_outside(const struct watch *w,
		      const struct watched_process *process)
{
	const struct watch_filter *f = &w->options.filter;
	const struct task *t = &process->figures->task;

	return !has_user(f, t->uid) || !has_cgroup(f, t->cgroup);
}

/* Those of a long life that have often run will run again. */
static bool is_likely(const struct watch *w, const struct watched_process *p)
{
	double age_s = w->now.uptime_s -
		       1e-9 * (double)(p->task.start_ticks * w->proc.tick_ns);

	return w->options.filter.npids || p->task.state == 'R' ||
	       1e-9 * (double)p->task.cpu_ns > 0.002 * age_s;
}

static void look(struct watch *w)
{
	struct visit *v = &w->visit;
	struct watched_process *p = v->process;
	enum look_result r;

	if (watch_is_outside(w, p) && look_past(&w->proc, p)) {
		v->stage = VISIT_END;
		return;
	}
	r = look_at(&w->proc, p);
	if (w->warming && r == LOOK_IDLE && is_likely(w, p)) {
		p->task.ran_ns = 1;
		r = LOOK_RAN;
	}
	if (r == LOOK_OTHER)
		VEC_PUSH(w->found, w->nfound, p->pid);
	if (r == LOOK_IDLE) {
		for (size_t i = 0; i < p->nthreads; i++)
			if (p->threads[i].figures)
				look_away(p->threads[i].figures);
		v->stage = VISIT_END;
		/* threads that are to be shown are listed, idle or not */
		if (w->tick.has_threads && !p->nthreads)
			v->stage = VISIT_READ;
		return;
	}
	v->stage = watch_is_outside(w, p) ? VISIT_END : VISIT_READ;
}

static void read_counts(struct watch *w)
{
	struct visit *v = &w->visit;
	struct watched_process *p = v->process;

	v->collected = (struct collected){ .readings = w->scratch };
	memset(w->scratch, 0, w->options.plan->ncounters * sizeof(*w->scratch));
	for (size_t i = 0; i < p->nthreads; i++)
		p->threads[i].task.ran_ns = 0;
	w->collector->kind->read_process(w->collector, p, &v->collected);
	v->stage = watch_threads_need_list(w) ? VISIT_LIST : VISIT_SCAN;
	if (!v->collected.wants_threads && !w->tick.has_threads)
		v->stage = VISIT_THREADS;
	if (p->nlives == 1 && !p->nthreads && v->stage != VISIT_THREADS)
		v->stage = VISIT_LIST;
	/* its own: scratch is used for its threads, too */
	if (v->collected.any)
		p->figures->task.slot =
			watch_add_slot(w, &p->figures->task, w->scratch);
}

static void attach(struct watch *w)
{
	struct visit *v = &w->visit;
	const struct collector_kind *kind = w->collector->kind;

	if (v->collected.wants_threads && kind->attach)
		v->missing = kind->attach(w->collector, v->process);
	v->stage = VISIT_THREADS;
}

static void conclude(struct watch *w)
{
	struct visit *v = &w->visit;
	struct watched_process *p = v->process;
	struct task *t = &p->figures->task;

	if (v->collected.any) {
		t->uncounted = TASK_COUNTED;
		t->threads_uncounted = v->missing;
	} else if (v->collected.readings) {
		t->uncounted = v->collected.uncounted;
	}
	if (p->task.state != 'X')
		return;
	/* nobody else can say how long it ran at last */
	if (v->collected.any || v->collected.cpu_ns)
		look_split(p->figures, v->collected.cpu_ns);
	w->collector->kind->release(w->collector, p, NULL);
}

bool watch_visit(struct watch *w)
{
	struct visit *v = &w->visit;

	switch (v->stage) {
	case VISIT_LOOK:
		look(w);
		break;
	case VISIT_READ:
		read_counts(w);
		break;
	case VISIT_LIST:
		if (watch_threads_list(w))
			v->stage = VISIT_SCAN;
		break;
	case VISIT_SCAN:
		if (watch_threads_scan(w))
			v->stage = VISIT_ATTACH;
		break;
	case VISIT_ATTACH:
		attach(w);
		break;
	case VISIT_THREADS:
		if (w->tick.has_threads)
			watch_threads_read(w);
		else
			watch_threads_wait(w);
		v->stage = VISIT_END;
		break;
	case VISIT_END:
		conclude(w);
		return true;
	}
	return false;
}
