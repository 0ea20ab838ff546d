/* What a task, a user or a cgroup was bound by in the last seconds. */
#include "analyze/tasks/model.h"

#include "base/auto.h"
#include "base/xalloc.h"
#include "metric/fact.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* The kind of what was ready and blocked only by others. */
#define KIND_CONTENDED "no free CPU"

/* What the rules can ask. */
struct court {
	const struct tasks *tasks;
	struct scope scope;
	const struct subject *subject;
	struct run run;
	bool end_unknown; /* so nobody knows for how long it ran or slept */
};

static struct expr_value absent(const char *why)
{
	return (struct expr_value){ .absent = why };
}

/* What the kernel tells of a command that has ended, and not of these. */
static const char *not_told(const struct amounts *a, const char *name)
{
	static const char *const never[] = { "blocks_in", "blocks_out",
					     "max_rss" };

	for (size_t i = 0; i < ARRAY_LEN(never); i++)
		if (!strcmp(never[i], name))
			return "not known of tasks that run on";
	if (!a->has_wait && !strcmp(name, "run_wait"))
		return "the kernel does not say";
	if (!a->has_switches && (!strcmp(name, "voluntary_switches") ||
				 !strcmp(name, "involuntary_switches")))
		return "the kernel does not say";
	return NULL;
}

static struct expr_value look(void *arg, const char *name,
			      enum expr_aspect aspect)
{
	struct court *c = arg;
	const char *why = not_told(&c->subject->amounts, name);

	if (why)
		return absent(why);
	if (c->end_unknown && !strcmp(name, "wall"))
		return absent("not known of what ended between two looks");
	/* the kernel's own account is of all of it, a counter's of a part */
	if (c->subject->partial && !fact_find(name))
		return absent("of some of its threads only");
	return scope_lookup(&c->scope, name, aspect);
}

static bool quality(void *arg, const char *name, struct verdict_quality *ret)
{
	struct court *c = arg;
	struct scope_quality q = scope_quality(&c->scope, name);

	*ret = (struct verdict_quality){ .counted = !fact_find(name),
					 .running = q.running,
					 .apart = !q.together,
					 .simulated = q.simulated };
	if (q.known)
		ret->doubt = doubt_about(c->tasks, &c->scope, name);
	return q.known;
}

/* As if what was watched were a command that ran so long. */
static struct run run_of(const struct tasks *t, const struct subject *s)
{
	const struct amounts *a = &s->amounts;
	struct run run = {
		.slots = s->run->slots,
		.nslots = s->run->nslots,
		.notes = s->run->notes,
		.wall_ns = (uint64_t)(s->length_s * 1e9),
		.on_ns = (uint64_t)(s->length_s * 1e9),
		.user_ns = (uint64_t)a->user_ns,
		.sys_ns = (uint64_t)a->sys_ns,
		.has_rusage = true,
		.usage = { .voluntary_switches = (uint64_t)a->voluntary,
			   .involuntary_switches = (uint64_t)a->involuntary,
			   .minor_faults = (uint64_t)a->minor_faults,
			   .major_faults = (uint64_t)a->major_faults,
			   .has_main_wait = a->has_wait,
			   .main_wait_ns = (uint64_t)a->wait_ns,
			   .main_cpu_ns = (uint64_t)(a->user_ns + a->sys_ns) },
	};

	for (size_t i = 0; i < t->look.ncpus; i++) {
		const struct tick_cpu *c = &t->look.cpus[i];

		run.around.has_machine = true;
		run.around.idle_ns += c->idle_ns + c->iowait_ns;
		run.around.busy_ns += c->user_ns + c->sys_ns + c->irq_ns;
	}
	return run;
}

/* Idle and busy are of the last tick: make them of the same time. */
static void stretch_around(const struct tasks *t, struct run *run)
{
	double length = (double)t->look.length_ns;
	double factor = length > 0.0 ? (double)run->wall_ns / length : 0.0;

	run->around.idle_ns = (uint64_t)((double)run->around.idle_ns * factor);
	run->around.busy_ns = (uint64_t)((double)run->around.busy_ns * factor);
	run->around.has_machine &= factor > 0.0;
}

static char *target_of(const struct subject *s)
{
	if (s->several)
		return s->whose == WHOSE_CGROUP && *s->task->cgroup
			       ? xasprintf("-a -G %s", s->task->cgroup)
			       : xstrdup("-a");
	if (s->task->tid)
		return xasprintf("-t %d", (int)s->task->tid);
	return xasprintf("-p %d", (int)s->task->pid);
}

static void judge(struct tasks *t, const struct subject *s, bool end_unknown,
		  struct verdict *ret)
{
	struct court c = { .tasks = t,
			   .scope = subject_scope(t, s),
			   .subject = s,
			   .end_unknown = end_unknown };
	AUTO_FREE char *target = target_of(s);
	const struct verdict_facts facts = {
		.lookup = look, .quality = quality, .arg = &c, .target = target
	};

	c.run = run_of(t, s);
	stretch_around(t, &c.run);
	c.scope.run = &c.run;
	verdict_judge(t->rules, &facts, ret);
}

/* Below this share of the time that it lived there is nothing to judge. */
#define IDLE_SHARE 0.01
/* But who was ready for so much of it had not enough of the CPU. */
#define READY_SHARE 0.1
/* Ages are known in clock ticks. */
#define LIFE_LEAST_S 0.01

/* How old it was at the end of what @s is of; negative: it cannot be told. */
static double age_of(const struct tasks *t, const struct subject *s)
{
	double began;

	if (s->several)
		return -1.0;
	began = (double)s->task->start_ticks / (double)sysconf(_SC_CLK_TCK);
	return t->look.uptime_s - (t->look.at - s->at) - began;
}

/* Not from before it began: that is no waiting. */
static double lived_of(double age, double seconds)
{
	if (age < 0.0 || age > seconds)
		return seconds;
	return age > LIFE_LEAST_S ? age : LIFE_LEAST_S;
}

static bool has_ended(const struct subject *s)
{
	return !s->several && strchr("XZ", s->task->state);
}

/* The ticks up to that of @s: what has ended did nothing since. */
static size_t end_of(const struct history *h, const struct subject *s)
{
	size_t end = h->n;

	while (end > 1 && history_at(h, end - 1) > s->at)
		end--;
	return end;
}

/*
 * Who sleeps nearly always is what a machine is full of, and no problem of
 * anybody.  But who is ready, or hangs in the kernel, did not choose it.
 */
static const char *why_idle(const struct subject *s)
{
	const struct amounts *a = &s->amounts;
	char state = s->several ? 'S' : s->task->state;

	if ((a->user_ns + a->sys_ns) * 1e-9 >= IDLE_SHARE * s->length_s)
		return NULL;
	if (a->has_wait && a->wait_ns * 1e-9 >= READY_SHARE * s->length_s)
		return NULL;
	if ((state == 'R' && !a->has_wait) ||
	    (state == 'D' && !s->task->kernel))
		return NULL;
	return "it hardly ran in the last seconds";
}

static struct verdict_known judge_if_it_ran(struct tasks *t,
					    const struct subject *s,
					    bool end_unknown,
					    struct verdict *ret)
{
	struct verdict_known known = { .id = s->id };

	known.why = why_idle(s);
	known.word = task_uncounted_name(TASK_IDLE);
	if (!known.why) {
		judge(t, s, end_unknown, ret);
		known.class = ret->class;
	}
	if (end_unknown && (known.why || known.class == VERDICT_UNKNOWN)) {
		verdict_done(ret);
		known.why = "it ended before it could be judged";
		known.word = task_uncounted_name(TASK_GONE);
	}
	if (known.why)
		return known;
	if (known.class == VERDICT_BLOCKED && ret->kind &&
	    !strcmp(ret->kind, KIND_CONTENDED))
		known.label = KIND_CONTENDED;
	return known;
}

struct verdict_known verdict_of(struct tasks *t, const struct subject *s,
				struct verdict *ret, double *seconds)
{
	const struct history *h = &t->history;
	struct past *past = &t->verdict_past;
	double age = age_of(t, s), before = t->look.at - s->at;
	double wanted = lived_of(age, VERDICT_SECONDS);
	size_t end = end_of(h, s), first = history_since(h, wanted + before);
	/* it lived for an unknown part of its last tick, and not much longer */
	bool end_unknown = has_ended(s) && first + 2 >= end;
	AUTO_FREE size_t *slots = NULL;
	struct subject whole = *s;
	struct run run;

	history_past(h, s->whose, s->id, first, end, past);
	/* too much for the history, or from before a jump */
	if (!past->cut && past->ntasks) {
		run = (struct run){ .slots = past->slots,
				    .nslots = past->nslots,
				    .notes = t->run.notes };
		subject_of_past(past, &run, s, &whole);
		slots = xcalloc(past->nslots + 1, sizeof(*slots));
		for (size_t i = 0; i < past->nslots; i++)
			slots[i] = i;
		whole.bin.slots = slots;
		whole.bin.nslots = past->nslots;
	}
	whole.length_s = lived_of(age, whole.length_s);
	*seconds = whole.length_s;
	return judge_if_it_ran(t, &whole, end_unknown, ret);
}

/* The place of @id, or the free one where it belongs. */
static struct verdict_known *find(struct tasks *t, uint64_t id)
{
	size_t at = id & (t->verdicts_room - 1);

	while (t->verdicts[at].id && t->verdicts[at].id != id)
		at = (at + 1) & (t->verdicts_room - 1);
	return &t->verdicts[at];
}

static void make_room(struct tasks *t)
{
	struct verdict_known *old = t->verdicts;
	size_t n = t->verdicts_room;

	if (2 * t->nverdicts < n)
		return;
	t->verdicts_room = n ? 2 * n : 64;
	t->verdicts = xcalloc(t->verdicts_room, sizeof(*t->verdicts));
	for (size_t i = 0; i < n; i++)
		if (old[i].id)
			*find(t, old[i].id) = old[i];
	free(old);
}

struct verdict_known verdict_known_of(struct tasks *t, const struct subject *s)
{
	struct verdict_known *known, new;
	AUTO(verdict_done) struct verdict v = { 0 };
	double seconds;

	make_room(t);
	known = find(t, s->id);
	if (known->id)
		return *known;
	new = verdict_of(t, s, &v, &seconds);
	/* most are idle, which is quicker to see than to remember */
	if (!new.why) {
		*known = new;
		known->id = s->id;
		t->nverdicts++;
	}
	return new;
}
