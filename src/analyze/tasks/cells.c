/* Cells: what one column says of a subject. */
#include "analyze/tasks/model.h"

#include "base/auto.h"

#include <string.h>
#include <unistd.h>

struct cell cell_absent(const char *why, const char *word)
{
	return (struct cell){ .kind = CELL_ABSENT, .text = why, .word = word };
}

struct cell cell_number(double number)
{
	return (struct cell){ .kind = CELL_NUMBER, .number = number };
}

static struct cell text(const char *s)
{
	return (struct cell){ .kind = CELL_TEXT, .text = s };
}

/* ---- what /proc says ---- */

static struct cell per_second(const struct subject *s, double amount)
{
	if (!(s->length_s > 0.0))
		return cell_absent("no time passed", "new");
	return cell_number(amount / s->length_s);
}

static struct cell share(const struct subject *s, double ns)
{
	return per_second(s, ns * 1e-9 * 100.0);
}

static struct cell age(const struct tasks *t, const struct subject *s)
{
	double began =
		(double)s->task->start_ticks / (double)sysconf(_SC_CLK_TCK);
	/* since boot, at the end of what the subject is of */
	double now = t->look.uptime_s - (t->look.at - s->at);

	return cell_number(now > began ? now - began : 0.0);
}

static struct cell one_of_it(const struct tasks *t, const struct subject *s,
			     enum builtin_column which)
{
	static const char *const letters[] = {
		['D'] = "D", ['I'] = "I", ['K'] = "K", ['P'] = "P",
		['R'] = "R", ['S'] = "S", ['T'] = "T", ['W'] = "W",
		['X'] = "X", ['Z'] = "Z", ['t'] = "t",
	};
	const struct task *task = s->task;
	size_t state = (unsigned char)task->state;

	if (which == BUILTIN_PID)
		return cell_number(task->pid);
	if (which == BUILTIN_TID)
		return cell_number(task->tid ? task->tid : task->pid);
	if (which == BUILTIN_PPID)
		return cell_number(task->ppid);
	if (which == BUILTIN_AGE)
		return age(t, s);
	if (which == BUILTIN_STATE)
		return text(state < ARRAY_LEN(letters) && letters[state]
				    ? letters[state]
				    : "?");
	return task->cpu >= 0 ? cell_number(task->cpu)
			      : cell_absent("not known", "unknown");
}

static const char *command_of(const struct task *task)
{
	return task->command && *task->command ? task->command : task->comm;
}

/* A group has the text that it is a group by. */
static struct cell text_of(struct tasks *t, const struct subject *s,
			   enum builtin_column which)
{
	const struct task *task = s->task;
	bool user = which == BUILTIN_USER, cgroup = which == BUILTIN_CGROUP;

	if (user && (!s->several || s->whose == WHOSE_USER))
		return text(users_name(&t->users, task->uid));
	if (cgroup && (!s->several || s->whose == WHOSE_CGROUP))
		return *task->cgroup ? text(task->cgroup)
				     : cell_absent("not known", "unknown");
	/* what it is called stands where tasks have their command */
	if (s->several && !user && !cgroup)
		return text_of(t, s,
			       s->whose == WHOSE_USER ? BUILTIN_USER
						      : BUILTIN_CGROUP);
	if (s->several)
		return cell_absent("it is of several tasks", "several");
	return text(which == BUILTIN_COMM ? task->comm : command_of(task));
}

static struct cell memory(const struct tasks *t, const struct subject *s)
{
	if (!t->look.memory_bytes)
		return cell_absent("how much there is is not known", "unknown");
	return cell_number(100.0 * s->amounts.rss /
			   (double)t->look.memory_bytes);
}

/*
 * It ended, and nobody counted it to the end: what it did since the look before
 * was never told.
 */
static bool is_lost(const struct subject *s)
{
	const struct amounts *a = &s->amounts;

	return !s->several && s->task->state == 'X' && !s->bin.nslots &&
	       !(a->user_ns + a->sys_ns > 0.0);
}

static struct cell lost(void)
{
	return cell_absent("it ended before it could be asked", "gone");
}

/* Who did not run is not always asked again. */
static struct cell untold(const struct subject *s)
{
	const struct amounts *a = &s->amounts;

	if (is_lost(s))
		return lost();
	if (!(a->user_ns + a->sys_ns > 0.0))
		return cell_absent(task_uncounted_meaning(TASK_IDLE),
				   task_uncounted_name(TASK_IDLE));
	return cell_absent("the kernel does not say", "unknown");
}

static struct cell part_of(struct cell c, bool part)
{
	c.partial = part;
	return c;
}

static struct cell time_cell(const struct subject *s, double ns)
{
	return is_lost(s) ? lost() : share(s, ns);
}

/* Counters tell how long it ran at last, and nobody how often it faulted. */
static struct cell faults(const struct subject *s, double n)
{
	if (!s->several && s->task->state == 'X' && !(n > 0.0))
		return lost();
	return per_second(s, n);
}

static struct cell builtin_cell(struct tasks *t, const struct subject *s,
				enum builtin_column which)
{
	const struct amounts *a = &s->amounts;

	switch (which) {
	case BUILTIN_PID:
	case BUILTIN_TID:
	case BUILTIN_PPID:
	case BUILTIN_STATE:
	case BUILTIN_PROCESSOR:
	case BUILTIN_AGE:
		if (s->several)
			return cell_absent("it is of several tasks", "several");
		return one_of_it(t, s, which);
	case BUILTIN_USER:
	case BUILTIN_CGROUP:
	case BUILTIN_COMM:
	case BUILTIN_COMMAND:
		return text_of(t, s, which);
	case BUILTIN_CPU:
		return time_cell(s, a->user_ns + a->sys_ns);
	case BUILTIN_USER_CPU:
		return time_cell(s, a->user_ns);
	case BUILTIN_SYS_CPU:
		return time_cell(s, a->sys_ns);
	case BUILTIN_WAIT:
		if (!a->has_wait || is_lost(s))
			return untold(s);
		return part_of(share(s, a->wait_ns), s->part_wait);
	case BUILTIN_THREADS:
		return cell_number(a->threads);
	case BUILTIN_TASKS:
		return cell_number((double)s->ntasks);
	case BUILTIN_FAULTS:
		return faults(s, a->minor_faults);
	case BUILTIN_MAJOR_FAULTS:
		return faults(s, a->major_faults);
	case BUILTIN_SWITCHES:
	case BUILTIN_FORCED_SWITCHES:
		if (!a->has_switches || is_lost(s))
			return untold(s);
		return part_of(per_second(s, a->involuntary +
						     (which == BUILTIN_SWITCHES
							      ? a->voluntary
							      : 0.0)),
			       s->part_switches);
	case BUILTIN_RSS:
		return cell_number(a->rss);
	case BUILTIN_MEMORY:
		return memory(t, s);
	case BUILTIN_VERDICT:
		break;
	}
	return cell_absent("not known", "unknown");
}

/* ---- what was counted ---- */

static const char *word_of(const struct reading *r)
{
	switch (r->state) {
	case READING_OK:
	case READING_SCALED:
		return NULL;
	case READING_NOT_COUNTED:
		return r->enabled_ns ? "no-turn" : "idle";
	case READING_UNSUPPORTED:
		return "unsupported";
	case READING_DENIED:
		return "denied";
	case READING_DEAD:
		return "dead";
	case READING_ABSENT:
		break;
	}
	return "idle";
}

static const char *absent_word(const struct tasks *t, const struct subject *s,
			       const size_t *counters, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		const char *word = NULL;

		if (t->health.dead[counters[i]])
			return "dead";
		for (size_t k = 0; k < s->bin.nslots; k++) {
			word = word_of(snapshot_at(s->snap, counters[i],
						   s->bin.slots[k]));
			if (!word)
				break;
		}
		if (word)
			return word;
	}
	return "undefined"; /* by the formula: 0 / 0 */
}

/* For how long did the first of its counters run? */
static double running_of(const struct subject *s, const struct plan_use *use)
{
	double ns = 0.0;

	if (!use->counters || !use->metric->ninputs)
		return 0.0;
	for (size_t i = 0; i < s->bin.nslots; i++)
		ns += (double)snapshot_at(s->snap, use->counters[0],
					  s->bin.slots[i])
			      ->running_ns;
	return ns;
}

/* On a hybrid CPU, that of the cores on which it ran most. */
static const struct plan_use *
use_for(const struct tasks *t, const struct subject *s, const struct column *c)
{
	const struct plan *plan = t->series.plan;
	const struct plan_use *first = &plan->uses[c->use], *best = first;

	if (first->core_type < 0)
		return first;
	for (size_t i = 0; i < plan->nuses; i++)
		if (plan->uses[i].counters &&
		    plan->uses[i].place != METRIC_UNSEEN &&
		    !strcmp(plan->uses[i].metric->name, c->key) &&
		    running_of(s, &plan->uses[i]) > running_of(s, best))
			best = &plan->uses[i];
	return best;
}

static bool is_notable(const struct metric *m, double number)
{
	return (m->threshold_op == '>' && number > m->threshold) ||
	       (m->threshold_op == '<' && number < m->threshold);
}

static struct cell metric_cell(struct tasks *t, const struct subject *s,
			       const struct column *c)
{
	const struct plan_use *use = use_for(t, s, c);
	struct scope scope = subject_scope(t, s);
	struct metric_value v = metric_value_of(&scope, use);
	struct cell cell;

	if (v.absent)
		return cell_absent(v.absent,
				   use->counters
					   ? absent_word(t, s, use->counters,
							 use->metric->ninputs)
					   : "unsupported");
	cell = cell_number(!strcmp(use->metric->unit, "%") ? v.number * 100.0
							   : v.number);
	cell.estimate = v.scaled;
	cell.partial = s->partial;
	cell.notable = is_notable(use->metric, v.number);
	return cell;
}

static struct cell event_cell(struct tasks *t, const struct subject *s,
			      const struct column *c)
{
	size_t counter = t->series.plan->shown[c->event];
	struct scope scope = subject_scope(t, s);
	struct value v = value_of(scope.series, scope.run, scope.snap, counter,
				  scope.bin, scope.limits, NULL);
	struct cell cell;

	if (!reading_has_value(v.state))
		return cell_absent(v.why, absent_word(t, s, &counter, 1));
	if (t->health.dead[counter])
		return cell_absent(reading_state_meaning(READING_DEAD), "dead");
	cell = per_second(s, v.number);
	cell.estimate = v.state == READING_SCALED;
	cell.partial = s->partial;
	return cell;
}

static struct cell counted_cell(struct tasks *t, const struct subject *s,
				const struct column *c)
{
	if (c->lacking)
		return cell_absent(c->lacking, "unsupported");
	if (!s->bin.nslots)
		return cell_absent(task_uncounted_meaning(s->why),
				   task_uncounted_name(s->why));
	return c->kind == COLUMN_METRIC ? metric_cell(t, s, c)
					: event_cell(t, s, c);
}

static struct cell verdict_cell(struct tasks *t, const struct subject *s)
{
	struct verdict_known known = verdict_known_of(t, s);

	if (known.why)
		return cell_absent(known.why, known.word);
	return text(known.label ? known.label
				: verdict_class_name(known.class));
}

void cell_make(struct tasks *t, const struct subject *s, const struct column *c,
	       struct cell *ret)
{
	switch (c->kind) {
	case COLUMN_BUILTIN:
		*ret = builtin_cell(t, s, (enum builtin_column)c->builtin);
		return;
	case COLUMN_METRIC:
	case COLUMN_EVENT:
		*ret = counted_cell(t, s, c);
		return;
	case COLUMN_VERDICT:
		*ret = verdict_cell(t, s);
		return;
	}
}

void cells_make(struct tasks *t, const struct subject *s, struct cell *cells)
{
	for (size_t i = 0; i < t->columns->n; i++) {
		const struct column *c = &t->columns->items[i];

		cell_make(t, s, c, &cells[i]);
		cell_add_doubt(t, s, c, &cells[i]);
	}
}
