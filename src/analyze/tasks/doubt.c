/*
 * Which numbers of tasks are not to be believed, by the rules of plausibility
 * that a report has.
 *
 * Estimates are left alone: a task that ran for a moment while groups took turns
 * may seem to have more misses than branches, and nothing is wrong with its
 * counters.
 */
#include "analyze/tasks/model.h"

#include "metric/fact.h"

#include <string.h>

/* What the kernel says of a whole command is not known of a tick. */
static struct expr_value look(void *arg, const char *name,
			      enum expr_aspect aspect)
{
	const struct fact_kind *kind = fact_find(name);

	if (kind && kind->origin == FACT_OF_RUN && strcmp(name, "wall") != 0)
		return (struct expr_value){ .absent = "not known of a tick" };
	return scope_lookup(arg, name, aspect);
}

/* A metric is as doubtful as the events that it is made of. */
static bool concerns(const struct trust_rule *rule, const char *name,
		     const struct plan_use *use)
{
	if (trust_is_on(rule, name))
		return true;
	for (size_t i = 0; use && i < use->metric->ninputs; i++)
		if (trust_is_on(rule, use->metric->inputs[i]))
			return true;
	return false;
}

static bool is_outside(const struct metric *m, double number, double limit)
{
	double room = limit * (m->hi - m->lo); /* for rounding */

	return m->has_range && (number < m->lo - room || number > m->hi + room);
}

const char *doubt_about(const struct tasks *t, const struct scope *scope,
			const char *name)
{
	const struct plan_use *use = scope_find_use(scope, name);
	struct scope_quality q;
	struct scope own = *scope;

	if (!t->trust)
		return NULL;
	q = scope_quality(scope, name);
	if (!q.known || q.scaled)
		return NULL;
	if (use)
		own.core_type = use->core_type;
	for (size_t i = 0; i < t->trust->n; i++) {
		struct trust_rule *rule = &t->trust->items[i];
		bool broken = false;

		if (!*rule->mark)
			continue;
		if (rule->test == TRUST_CHECK && concerns(rule, name, use))
			broken = trust_check(rule, look, &own) == 0;
		else if (rule->test == TRUST_RANGE && use)
			broken = is_outside(
				use->metric,
				scope_lookup(&own, name, EXPR_COUNT).number,
				rule->limit);
		if (broken)
			return rule->mark;
	}
	return NULL;
}

void cell_add_doubt(const struct tasks *t, const struct subject *s,
		    const struct column *c, struct cell *cell)
{
	const struct event_list *events = t->series.plan->events;
	struct scope scope;

	if (cell->kind != CELL_NUMBER || cell->estimate || !t->trust ||
	    (c->kind != COLUMN_METRIC && c->kind != COLUMN_EVENT))
		return;
	scope = subject_scope(t, s);
	cell->doubt = doubt_about(t, &scope,
				  c->kind == COLUMN_EVENT
					  ? events->items[c->event]->base
					  : c->key);
}
