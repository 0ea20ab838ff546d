/*
 * Which counted events a metric can be computed from; see metric.h.
 *
 * A ratio is honest only when its two sides look at the same thing: the same
 * privilege levels and the same kind of core.  That is the context of a use.
 * Events of a PMU have one; software events count on any core, and without a
 * level of their own go with any.
 *
 * So for each event that a metric can stand beside, a leader is looked for,
 * the first event that makes a context in which all inputs are found; in a
 * fixed context every input is found on its own.
 */
#include "metric/metric.h"

#include "base/auto.h"
#include "base/vec.h"

#include <stdlib.h>
#include <string.h>

#define NO_EVENT SIZE_MAX

struct context {
	bool has_level; /* are the next two known? */
	unsigned exclude;
	bool explicit_level;
	bool has_core;
	int core_type;
};

/* Events outside the PMUs of a machine: they do not care where they count. */
static bool is_software(const struct event *e)
{
	return !e->hardware && !e->system_wide;
}

/* Where nothing was asked for, guests may be left out all the same. */
static bool has_level(const struct event *e)
{
	return !is_software(e) || e->has_level ||
	       (e->exclude & ~(unsigned)EVENT_EXCLUDE_GUEST);
}

static bool fits(const struct context *c, const struct event *e)
{
	if (has_level(e)) {
		if (!c->has_level || c->exclude != e->exclude ||
		    c->explicit_level != e->has_level)
			return false;
	}
	return is_software(e) || (c->has_core && c->core_type == e->core_type);
}

/* Make @c as narrow as @e; false when they contradict each other. */
static bool narrow(struct context *c, const struct event *e)
{
	if (has_level(e) && !c->has_level) {
		c->has_level = true;
		c->exclude = e->exclude;
		c->explicit_level = e->has_level;
	}
	if (!is_software(e) && !c->has_core) {
		c->has_core = true;
		c->core_type = e->core_type;
	}
	return fits(c, e);
}

static bool is_input(const struct metric *m, const char *base)
{
	for (size_t i = 0; i < m->ninputs; i++)
		if (!strcmp(m->inputs[i], base))
			return true;
	return false;
}

static bool is_counted(const struct event_list *events, const char *base)
{
	for (size_t i = 0; i < events->n; i++)
		if (!strcmp(events->items[i]->base, base))
			return true;
	return false;
}

/*
 * The event called @base that fits: of @first's user group (which may be: in
 * none), else of @second's, else the first in the list.
 */
static size_t find_input(const struct event_list *events, const char *base,
			 const struct context *c, size_t first, size_t second)
{
	size_t found[3] = { NO_EVENT, NO_EVENT, NO_EVENT };

	for (size_t i = 0; i < events->n; i++) {
		const struct event *e = events->items[i];
		int rank = 2;

		if (strcmp(e->base, base) != 0 || !fits(c, e))
			continue;
		if (e->group == events->items[first]->group)
			rank = 0;
		else if (e->group == events->items[second]->group)
			rank = 1;
		if (found[rank] == NO_EVENT)
			found[rank] = i;
	}
	for (int rank = 0; rank < 3; rank++)
		if (found[rank] != NO_EVENT)
			return found[rank];
	return NO_EVENT;
}

/* Fill @inputs in the context of two events that may be the same one. */
static bool bind_inputs(const struct metric *m, const struct event_list *events,
			size_t anchor, size_t leader, size_t *inputs)
{
	const struct event *a = events->items[anchor];
	struct context c = { 0 };

	if (!narrow(&c, a) || !narrow(&c, events->items[leader]) ||
	    !fits(&c, a))
		return false;
	for (size_t i = 0; i < m->ninputs; i++) {
		if (!strcmp(m->inputs[i], a->base))
			inputs[i] = anchor;
		else
			inputs[i] = find_input(events, m->inputs[i], &c, anchor,
					       leader);
		if (inputs[i] == NO_EVENT)
			return false;
	}
	return true;
}

/* Are all that need a counter in the group of @leader? */
static bool are_together(const struct metric *m,
			 const struct event_list *events, size_t leader,
			 const size_t *inputs)
{
	for (size_t i = 0; i < m->ninputs; i++) {
		const struct event *e = events->items[inputs[i]];

		if (!is_software(e) && e->group != events->items[leader]->group)
			return false;
	}
	return true;
}

/*
 * The event itself leads where it can.  Else the leader is another input:
 * first those of a PMU, which settle core and level, and of them first those
 * with everything in one group, and first the event's own group.
 */
static bool bind_at(const struct metric *m, const struct event_list *events,
		    size_t anchor, size_t *inputs)
{
	int group = events->items[anchor]->group;

	if (bind_inputs(m, events, anchor, anchor, inputs))
		return true;
	for (int turn = 0; turn < 8; turn++) {
		bool software = turn & 4, apart = turn & 2, others = turn & 1;

		for (size_t i = 0; i < events->n; i++) {
			const struct event *e = events->items[i];

			if (is_software(e) != software || !has_level(e) ||
			    (e->group != group) != others ||
			    !is_input(m, e->base))
				continue;
			if (bind_inputs(m, events, anchor, i, inputs) &&
			    (apart || are_together(m, events, i, inputs)))
				return true;
		}
	}
	return false;
}

void metric_bind(const struct metric_list *metrics,
		 const struct event_list *events, struct metric_uses *ret)
{
	AUTO_FREE const char **beside = NULL;
	struct metric_uses uses = { 0 };

	beside = xcalloc(metrics->n ? metrics->n : 1, sizeof(*beside));
	for (size_t i = 0; i < metrics->n; i++) {
		const struct metric *m = &metrics->items[i];

		beside[i] = is_counted(events, m->beside) ? m->beside
							  : m->inputs[0];
	}
	for (size_t e = 0; e < events->n; e++) {
		for (size_t i = 0; i < metrics->n; i++) {
			const struct metric *m = &metrics->items[i];
			struct metric_use use = { .metric = m, .event = e };

			if (strcmp(events->items[e]->base, beside[i]) != 0)
				continue;
			use.inputs = xcalloc(m->ninputs, sizeof(*use.inputs));
			if (bind_at(m, events, e, use.inputs))
				VEC_PUSH(uses.items, uses.n, use);
			else
				free(use.inputs);
		}
	}
	*ret = uses;
}

void metric_uses_done(struct metric_uses *uses)
{
	for (size_t i = 0; i < uses->n; i++)
		free(uses->items[i].inputs);
	free(uses->items);
	memset(uses, 0, sizeof(*uses));
}
