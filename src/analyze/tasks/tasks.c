/* The model of all tasks: what is kept from tick to tick; see tasks.h. */
#include "analyze/tasks/tasks.h"

#include "analyze/tasks/model.h"
#include "base/auto.h"
#include "base/vec.h"
#include "base/xalloc.h"

#include <stdlib.h>
#include <string.h>

/* What has ended is kept for whoever wants to see it, for so long at most. */
#define ENDED_SECONDS 300.0
#define ENDED_MAX 500

/* ---- counters that never move ---- */

static void health_init(struct counter_health *h, const struct plan *plan)
{
	size_t n = plan && plan->ncounters ? plan->ncounters : 1;

	h->totals = xcalloc(n, sizeof(*h->totals));
	h->dead = xcalloc(n, sizeof(*h->dead));
}

static void health_add(struct counter_health *h, const struct plan *plan,
		       const struct snapshot *snap)
{
	for (size_t c = 0; plan && c < plan->ncounters; c++) {
		struct counter_total *total = &h->totals[c];
		struct value v = { .state = READING_OK };

		for (size_t s = 0; s < snap->nslots; s++) {
			const struct reading *r = snapshot_at(snap, c, s);

			if (!reading_has_value(r->state))
				continue;
			total->raw += (double)r->raw;
			total->running_ns += (double)r->running_ns;
		}
		v.raw = total->raw > 0.0;
		v.running_ns = (uint64_t)total->running_ns;
		h->dead[c] = value_is_dead(
			plan->events->items[plan->counters[c].event], &v);
	}
}

static void health_done(struct counter_health *h)
{
	free(h->totals);
	free(h->dead);
}

/* ---- the model ---- */

struct tasks *tasks_new(const struct tick_context *context,
			const struct columns *columns,
			struct verdict_rules *rules)
{
	struct tasks *t = xcalloc(1, sizeof(*t));

	t->context = *context;
	t->columns = columns;
	t->rules = rules;
	t->series.plan = context->plan;
	t->series.facts = context->facts;
	history_init(&t->history, context->plan);
	health_init(&t->health, context->plan);
	health_init(&t->cpu_health, context->cpu_plan);
	t->head.counted = t->head.running_share = t->head.unseen = -1.0;
	t->head.lacking = "";
	return t;
}

static void forget_ended(struct tasks *t, size_t n)
{
	for (size_t i = 0; i < n; i++)
		ended_free(t->ended[i]);
	t->nended -= n;
	memmove(t->ended, t->ended + n, t->nended * sizeof(*t->ended));
}

/* Rows and verdicts are of the tick before. */
static void expire(struct tasks *t)
{
	t->nsources = 0;
	t->rows = (struct rows){ 0 };
	free(t->matches);
	t->matches = NULL;
	t->nverdicts = t->verdicts_room = 0;
	free(t->verdicts);
	t->verdicts = NULL;
	detail_expire(t->detail);
}

void tasks_forget(struct tasks *t)
{
	if (t->ended)
		forget_ended(t, t->nended);
	history_forget(&t->history);
	expire(t);
}

void tasks_free(struct tasks *t)
{
	if (!t)
		return;
	tasks_forget(t);
	free(t->ended);
	history_done(&t->history);
	health_done(&t->health);
	health_done(&t->cpu_health);
	users_done(&t->users);
	past_done(&t->verdict_past);
	tick_done(&t->look);
	free(t->notes);
	free(t->cpu_notes);
	detail_free(t->detail);
	free(t->sources);
	free(t->members);
	free(t->row_items);
	free(t->cells);
	free(t->row_cells);
	free(t->slots);
	free(t->filter);
	free(t->head.cpus);
	free(t->lacking);
	free(t);
}

void tasks_set_trust(struct tasks *t, struct trust_rules *trust)
{
	t->trust = trust;
}

void tasks_set_columns(struct tasks *t, const struct columns *columns)
{
	t->columns = columns;
	expire(t);
	if (t->fed)
		head_make(t);
}

/* Those of the look become history when the next one comes. */
static void keep_ended(struct tasks *t)
{
	size_t old = 0;

	for (size_t i = 0; i < t->look.ntasks; i++) {
		const struct task *task = &t->look.tasks[i];

		if (task->state != 'X')
			continue;
		if (!t->ended)
			t->ended = xcalloc(ENDED_MAX, sizeof(*t->ended));
		if (t->nended == ENDED_MAX)
			forget_ended(t, ENDED_MAX / 10);
		t->ended[t->nended++] = ended_new(t, task);
	}
	while (old < t->nended &&
	       t->ended[old]->at + ENDED_SECONDS < t->look.at)
		old++;
	if (old)
		forget_ended(t, old);
}

static void take_notes(struct counter_note **into,
		       const struct counter_note *notes,
		       const struct plan *plan)
{
	if (!notes || !plan)
		return;
	if (!*into)
		*into = xcalloc(plan->ncounters + 1, sizeof(**into));
	memcpy(*into, notes, plan->ncounters * sizeof(*notes));
}

void tasks_feed(struct tasks *t, const struct tick *tick)
{
	if (t->fed)
		keep_ended(t);
	expire(t);
	last_tick_take(&t->look, tick);
	t->fed = true;
	take_notes(&t->notes, t->context.notes, t->context.plan);
	take_notes(&t->cpu_notes, t->context.cpu_notes, t->context.cpu_plan);
	t->run = (struct run){ .slots = t->look.slots,
			       .nslots = t->look.nslots,
			       .notes = t->notes };
	health_add(&t->health, t->context.plan, &t->look.counts);
	health_add(&t->cpu_health, t->context.cpu_plan, &t->look.cpu_counts);
	history_add(&t->history, &t->look);
	free(t->slots);
	t->slots = xcalloc(t->look.ntasks + 1, sizeof(*t->slots));
	head_make(t);
}

const struct tasks_head *tasks_head(struct tasks *t)
{
	return &t->head;
}
