/* A tick of what is known now; see watch_parts.h. */
#include "measure/watch_parts.h"

#include "base/clock.h"
#include "base/vec.h"
#include "source/perf_open.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

size_t watch_add_slot(struct watch *w, const struct task *task,
		      const struct reading *readings)
{
	struct tick *t = &w->tick;
	size_t n = w->options.plan->ncounters;
	struct slot slot = { .cpu = -1,
			     .pid = task->pid,
			     .tid = task->tid ? task->tid : -1,
			     .cgroup = -1 };

	memcpy(slot.comm, task->comm, sizeof(slot.comm));
	if ((t->nslots & (t->nslots - 1)) == 0)
		w->counts = xreallocarray(w->counts,
					  (t->nslots ? 2 * t->nslots : 1) * n,
					  sizeof(*w->counts));
	if (n)
		memcpy(w->counts + t->nslots * n, readings,
		       n * sizeof(*readings));
	VEC_PUSH(t->slots, t->nslots, slot);
	return t->nslots - 1;
}

/* By counter, as everybody reads them; a counter that is nowhere says so. */
static void turn_counts(struct watch *w)
{
	struct tick *t = &w->tick;
	size_t n = w->options.plan->ncounters;

	snapshot_init(&t->counts, n, t->nslots);
	t->counts.time_ns = t->time_ns;
	for (size_t c = 0; c < n; c++) {
		int why = w->collector->notes[c].why.code;

		for (size_t s = 0; s < t->nslots; s++) {
			struct reading *r = snapshot_at(&t->counts, c, s);

			*r = w->counts[s * n + c];
			if (why)
				r->state = perf_open_state(why);
			reading_judge(r);
		}
	}
}

static void add_task(struct tick *t, const struct task *task)
{
	VEC_PUSH(t->tasks, t->ntasks, *task);
}

static void count_in(struct tick_collector *c, const struct task *t)
{
	if (!t->user_ns && !t->sys_ns)
		return;
	c->ran++;
	c->uncounted += t->slot == TASK_NOT_COUNTED;
}

/*
 * The texts are the process', which may have been read again while the thread
 * was not.
 */
static void add_thread(struct tick *t, const struct watched_process *p,
		       struct figures *thread)
{
	thread->task.command = p->figures->task.command;
	thread->task.cgroup = p->figures->task.cgroup;
	add_task(t, &thread->task);
}

static void gather_tasks(struct watch *w)
{
	struct tick *t = &w->tick;

	for (size_t i = 0; i < w->nprocesses; i++) {
		struct watched_process *p = w->processes[i];

		if (watch_is_outside(w, p))
			continue;
		add_task(t, &p->figures->task);
		count_in(&t->collector, &p->figures->task);
		for (size_t k = 0; t->has_threads && k < p->nthreads; k++)
			if (p->threads[k].figures)
				add_thread(t, p, p->threads[k].figures);
	}
}

/* What it ran in user mode, and what in the kernel, nobody knows any more. */
static struct task task_of_missed(const struct missed_process *m)
{
	struct task t = { .pid = m->pid,
			  .start_ticks = m->start_ticks,
			  .uid = m->uid,
			  .state = 'X',
			  .born = true,
			  .command = "",
			  .cgroup = "",
			  .threads = m->threads,
			  .cpu = -1,
			  .user_ns = m->cpu_ns,
			  .slot = TASK_NOT_COUNTED };

	memcpy(t.comm, m->comm, sizeof(t.comm));
	return t;
}

static int by_number(const void *a, const void *b)
{
	const struct task *x = a, *y = b;

	if (x->pid != y->pid)
		return x->pid < y->pid ? -1 : 1;
	return (x->tid > y->tid) - (x->tid < y->tid);
}

/*
 * Processes that came and went between two looks.  Who asks for some by number
 * or cgroup does not mean these.
 */
static void gather_missed(struct watch *w)
{
	const struct watch_filter *f = &w->options.filter;
	size_t n = w->options.plan->ncounters, before = w->tick.ntasks;
	struct missed_process m;

	if (!w->collector->kind->next_missed || f->npids || f->ncgroups)
		return;
	memset(w->scratch, 0, n * sizeof(*w->scratch));
	while (w->collector->kind->next_missed(w->collector, &m, w->scratch)) {
		struct task t = task_of_missed(&m);

		if (watch_wants_user(w, t.uid)) {
			t.slot = watch_add_slot(w, &t, w->scratch);
			add_task(&w->tick, &t);
			count_in(&w->tick.collector, &t);
		}
		if (t.slot != TASK_NOT_COUNTED && w->tick.has_threads) {
			t.tid = t.pid;
			t.slot = watch_add_slot(w, &t, w->scratch);
			add_task(&w->tick, &t);
		}
		memset(w->scratch, 0, n * sizeof(*w->scratch));
	}
	if (w->tick.ntasks > before)
		qsort(w->tick.tasks, w->tick.ntasks, sizeof(*w->tick.tasks),
		      by_number);
}

static void fill_machine(struct watch *w)
{
	struct tick *t = &w->tick;
	const struct machine_load *now = &w->now;

	memcpy(t->load, now->load, sizeof(t->load));
	t->uptime_s = now->uptime_s;
	t->memory_bytes = now->memory_bytes;
	t->memory_available_bytes = now->memory_available_bytes;
	t->processes = (unsigned)w->nlisted;
	t->threads = now->threads;
	t->running = now->running;
	for (size_t i = 0; i < now->ncpus; i++) {
		struct tick_cpu cpu =
			machine_load_since(&w->before, &now->cpus[i]);

		VEC_PUSH(t->cpus, t->ncpus, cpu);
	}
}

/* Counts of whole CPUs: what was counted since they were read before. */
static void fill_cpus(struct watch *w)
{
	struct tick *t = &w->tick;
	struct session *s = w->cpus;
	struct snapshot now;

	if (!s)
		return;
	snapshot_init(&now, s->plan->ncounters, s->nslots);
	s->source->read(s, &now, NULL);
	t->ncpu_slots = s->nslots;
	t->cpu_slots = xcalloc(s->nslots, sizeof(*t->cpu_slots));
	memcpy(t->cpu_slots, s->slots, s->nslots * sizeof(*t->cpu_slots));
	snapshot_init(&t->cpu_counts, now.ncounters, now.nslots);
	t->cpu_counts.time_ns = t->time_ns;
	for (size_t i = 0; i < now.ncounters * now.nslots; i++)
		t->cpu_counts.readings[i] = reading_delta(
			&now.readings[i], &w->cpu_before.readings[i]);
	snapshot_done(&w->cpu_before);
	w->cpu_before = now;
	for (size_t i = 0; i < t->ncpus; i++)
		for (size_t k = 0; k < t->ncpu_slots; k++)
			if (t->cpu_slots[k].cpu == t->cpus[i].cpu)
				t->cpus[i].slot = k;
}

static double wall_clock(void)
{
	struct timespec t;

	clock_gettime(CLOCK_REALTIME, &t);
	return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

void watch_build(struct watch *w)
{
	struct tick *t = &w->tick;
	const struct collector *c = w->collector;
	const struct watch_filter *f = &w->options.filter;

	c->kind->end(w->collector, clock_now_ns());
	t->at = wall_clock();
	t->length_ns = t->time_ns - w->began_ns;
	t->some = f->npids || f->nuids || f->ncgroups;
	fill_machine(w);
	gather_tasks(w);
	gather_missed(w);
	turn_counts(w);
	fill_cpus(w);
	t->collector.name = c->kind->name;
	t->collector.counted = c->counted;
	t->collector.descriptors = c->descriptors;
	t->collector.descriptors_max = c->descriptors_max;
	if (c->limited)
		t->collector.limited = xstrdup(c->limited);
}
