/* What cells are computed from: a task, several, or somebody's past. */
#include "analyze/tasks/model.h"

#include "base/xalloc.h"

#include <stdlib.h>

static struct bin bin_of(size_t *slots, size_t n)
{
	return (struct bin){ .by = AGGREGATE_ALL,
			     .cpu = -1,
			     .core = -1,
			     .die = -1,
			     .socket = -1,
			     .node = -1,
			     .tid = -1,
			     .pid = -1,
			     .cgroup = -1,
			     .slots = slots,
			     .nslots = n };
}

static void add_amounts(struct amounts *a, const struct task *t)
{
	a->user_ns += (double)t->user_ns;
	a->sys_ns += (double)t->sys_ns;
	a->wait_ns += (double)t->wait_ns;
	a->minor_faults += (double)t->minor_faults;
	a->major_faults += (double)t->major_faults;
	a->voluntary += (double)t->voluntary_switches;
	a->involuntary += (double)t->involuntary_switches;
	a->rss += (double)t->rss_bytes;
	a->threads += t->threads;
	a->has_wait |= t->has_wait;
	a->has_switches |= t->has_switches;
}

/* What keeps a number from being there at all tells more than idleness. */
static bool tells_more(enum task_uncounted a, enum task_uncounted than)
{
	static const int rank[TASK_UNCOUNTEDS] = {
		[TASK_COUNTED] = 0, [TASK_IDLE] = 1,  [TASK_GONE] = 2,
		[TASK_NEW] = 3,     [TASK_LIMIT] = 4, [TASK_DENIED] = 5,
		[TASK_NOTHING] = 6,
	};

	return rank[a] > rank[than];
}

static bool ran(const struct task *t)
{
	return t->user_ns || t->sys_ns;
}

static void add_task(struct subject *s, const struct task *task)
{
	add_amounts(&s->amounts, task);
	s->ntasks++;
	s->part_wait |= ran(task) && !task->has_wait;
	s->part_switches |= ran(task) && !task->has_switches;
	if (task->slot != TASK_NOT_COUNTED) {
		s->partial |= task->threads_uncounted > 0;
		return;
	}
	if (tells_more(task->uncounted, s->why))
		s->why = task->uncounted;
	/* idle ones lack nothing */
	s->partial |= ran(task) && task->uncounted != TASK_IDLE;
}

static struct subject subject_in(struct tasks *t, const struct task *task)
{
	return (struct subject){
		.task = task,
		.run = &t->run,
		.snap = &t->look.counts,
		.bin = bin_of(t->slots, 0),
		.length_s = (double)t->look.length_ns * 1e-9,
		.at = t->look.at,
	};
}

void subject_of_task(struct tasks *t, const struct task *task,
		     struct subject *ret)
{
	*ret = subject_in(t, task);
	ret->id = task_id(task);
	add_task(ret, task);
	if (task->slot >= t->look.counts.nslots)
		return;
	t->slots[0] = task->slot;
	ret->bin = bin_of(t->slots, 1);
}

static void subject_of_members(struct tasks *t, const struct source *source,
			       struct subject *ret)
{
	size_t n = 0;

	*ret = subject_in(t, source->task);
	ret->id = source->id;
	ret->several = true;
	ret->whose = user_id(source->task->uid) == source->id ? WHOSE_USER
							      : WHOSE_CGROUP;
	for (uint32_t i = 0; i < source->n; i++) {
		const struct task *task =
			&t->look.tasks[t->members[source->first + i]];

		add_task(ret, task);
		if (task->slot < t->look.counts.nslots)
			t->slots[n++] = task->slot;
	}
	ret->bin = bin_of(t->slots, n);
}

static void subject_of_ended(struct ended *e, struct subject *ret)
{
	*ret = (struct subject){ .task = &e->task,
				 .run = &e->run,
				 .snap = &e->counts,
				 .bin = bin_of(&e->index,
					       e->counts.nslots ? 1 : 0),
				 .length_s = e->length_s,
				 .at = e->at,
				 .id = e->id };
	add_task(ret, &e->task);
}

void subject_of_source(struct tasks *t, const struct source *source,
		       struct subject *ret)
{
	if (source->ended)
		subject_of_ended(source->ended, ret);
	else if (source->n)
		subject_of_members(t, source, ret);
	else
		subject_of_task(t, source->task, ret);
}

void subject_of_past(const struct past *past, const struct run *run,
		     const struct subject *like, struct subject *ret)
{
	static const struct amounts none = { .has_wait = true,
					     .has_switches = true };

	*ret = *like;
	ret->run = run;
	ret->snap = &past->counts;
	ret->amounts = past->ntasks ? past->amounts : none;
	ret->length_s = past->length_s;
	ret->why = past->ntasks ? like->why : TASK_IDLE;
	ret->bin = bin_of(NULL, 0);
}

void subject_of_all(struct tasks *t, struct subject *ret)
{
	size_t n = 0;

	*ret = subject_in(t, NULL);
	ret->several = true;
	for (size_t i = 0; i < t->look.ntasks; i++) {
		const struct task *task = &t->look.tasks[i];

		if (task->tid)
			continue;
		add_task(ret, task);
		if (task->slot < t->look.counts.nslots)
			t->slots[n++] = task->slot;
	}
	ret->bin = bin_of(t->slots, n);
}

struct scope subject_scope(const struct tasks *t, const struct subject *s)
{
	static const struct value_limits limits = { .scale = true };

	return (struct scope){ .series = &t->series,
			       .run = s->run,
			       .snap = s->snap,
			       .bin = &s->bin,
			       .limits = &limits,
			       .wall_s = s->length_s,
			       .dead = t->health.dead,
			       .core_type = -1 };
}

struct ended *ended_new(const struct tasks *t, const struct task *task)
{
	struct ended *e = xcalloc(1, sizeof(*e));
	const struct snapshot *from = &t->look.counts;
	size_t slots = task->slot < from->nslots ? 1 : 0;

	e->command = xstrdup(task->command);
	e->cgroup = xstrdup(task->cgroup);
	e->task = *task;
	e->task.command = e->command;
	e->task.cgroup = e->cgroup;
	e->id = task_id(task);
	e->at = t->look.at;
	e->length_s = (double)t->look.length_ns * 1e-9;
	e->slot =
		(struct slot){ .cpu = -1, .pid = -1, .tid = -1, .cgroup = -1 };
	e->run = (struct run){ .slots = &e->slot,
			       .nslots = slots,
			       .notes = t->run.notes };
	snapshot_init(&e->counts, from->ncounters, slots);
	for (size_t c = 0; c < from->ncounters && slots; c++)
		*snapshot_at(&e->counts, c, 0) =
			*snapshot_at(from, c, task->slot);
	return e;
}

void ended_free(struct ended *e)
{
	if (!e)
		return;
	free(e->command);
	free(e->cgroup);
	snapshot_done(&e->counts);
	free(e);
}
