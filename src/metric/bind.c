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

static bool is_shown(const struct event_list *events, const char *base)
{
	for (size_t i = 0; i < events->n; i++)
		if (!events->items[i]->silent &&
		    !strcmp(events->items[i]->base, base))
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

		beside[i] = is_shown(events, m->beside) || !m->ninputs
				    ? m->beside
				    : m->inputs[0];
	}
	for (size_t e = 0; e < events->n; e++) {
		for (size_t i = 0; i < metrics->n; i++) {
			const struct metric *m = &metrics->items[i];
			struct metric_use use = { .metric = m,
						  .place = METRIC_BESIDE,
						  .event = e,
						  .core_type = -1 };

			if (!m->formula || !m->ninputs ||
			    strcmp(events->items[e]->base, beside[i]) != 0)
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

/* ---- metrics that were asked for by name ---- */

static bool is_pmu(const struct event *e, const char *pmu)
{
	return e->pmu && !strcmp(e->pmu, pmu);
}

/* Does @m speak of the cores of @e?  A formula of their own goes first. */
static bool is_for(const struct metric_list *metrics, const struct metric *m,
		   const struct event *e)
{
	if (!e->hardware)
		return true;
	if (m->pmu)
		return is_pmu(e, m->pmu);
	for (size_t i = 0; i < metrics->n; i++) {
		const struct metric *other = &metrics->items[i];

		if (other->pmu && !strcmp(other->name, m->name) &&
		    is_pmu(e, other->pmu))
			return false;
	}
	return true;
}

static bool has_use(const struct metric_uses *uses, const struct metric *m,
		    int core_type)
{
	for (size_t i = 0; i < uses->n; i++)
		if (uses->items[i].metric == m && uses->items[i].inputs &&
		    uses->items[i].event == NO_EVENT &&
		    uses->items[i].core_type == core_type)
			return true;
	return false;
}

static bool has_any_use(const struct metric_uses *uses, const struct metric *m)
{
	for (size_t i = 0; i < uses->n; i++)
		if (uses->items[i].metric == m && uses->items[i].inputs &&
		    uses->items[i].event == NO_EVENT)
			return true;
	return false;
}

/*
 * Events without modifiers of the user's first: a number that has a name and
 * no event beside it is about all levels, if that can be had.
 */
static void bind_everywhere(const struct metric_list *metrics,
			    const struct metric *m,
			    const struct event_list *events,
			    struct metric_uses *uses)
{
	for (int turn = 0; turn < 4; turn++) {
		bool software = turn & 2, levels = turn & 1;

		for (size_t e = 0; e < events->n; e++) {
			const struct event *event = events->items[e];
			struct metric_use use = { .metric = m,
						  .place = METRIC_BLOCK,
						  .event = NO_EVENT,
						  .core_type =
							  event->core_type };

			if (is_software(event) != software ||
			    event->has_level != levels ||
			    !is_input(m, event->base) ||
			    !is_for(metrics, m, event) ||
			    has_use(uses, m, event->core_type))
				continue;
			/* software inputs do not make a core type of their
			   own */
			if (software && has_any_use(uses, m))
				continue;
			use.inputs = xcalloc(m->ninputs, sizeof(*use.inputs));
			if (bind_at(m, events, e, use.inputs))
				VEC_PUSH(uses->items, uses->n, use);
			else
				free(use.inputs);
		}
	}
}

static char *missing_text(const struct metric *m,
			  const struct event_list *events,
			  const struct metric_lack *lacks, size_t n)
{
	for (size_t i = 0; i < m->ninputs; i++) {
		const char *input = m->inputs[i];

		if (is_counted(events, input))
			continue;
		for (size_t k = 0; k < n; k++)
			if (!strcmp(lacks[k].name, input))
				return xasprintf("it needs '%s': %s", input,
						 lacks[k].why);
		return xasprintf("it needs '%s', which is not counted", input);
	}
	return xstrdup("its inputs are not counted in the same place");
}

/* Where one of these is beside an event it need not be said again. */
static void drop_beside(const struct metric *m, struct metric_uses *uses)
{
	size_t kept = 0;

	for (size_t i = 0; i < uses->n; i++) {
		if (uses->items[i].metric == m &&
		    uses->items[i].place == METRIC_BESIDE)
			free(uses->items[i].inputs);
		else
			uses->items[kept++] = uses->items[i];
	}
	uses->n = kept;
}

static void bind_one(const struct metric_list *metrics, const struct metric *m,
		     const struct event_list *events,
		     const struct metric_lack *lacks, size_t nlacks,
		     struct metric_uses *ret)
{
	struct metric_use use = { .metric = m,
				  .place = METRIC_BLOCK,
				  .event = NO_EVENT,
				  .core_type = -1 };

	drop_beside(m, ret);
	if (!m->formula) {
		use.missing = xstrdup(m->lacks);
	} else if (!m->ninputs) {
		use.inputs = xcalloc(1, sizeof(*use.inputs));
	} else {
		bind_everywhere(metrics, m, events, ret);
		if (has_any_use(ret, m))
			return;
		use.missing = missing_text(m, events, lacks, nlacks);
	}
	VEC_PUSH(ret->items, ret->n, use);
}

void metric_bind_named(const struct metric_list *metrics,
		       const struct event_list *events, const char *name,
		       const struct metric_lack *lacks, size_t nlacks,
		       struct metric_uses *ret)
{
	for (size_t i = 0; i < ret->n; i++)
		if (ret->items[i].event == NO_EVENT &&
		    !strcmp(ret->items[i].metric->name, name))
			return;
	for (size_t i = 0; i < metrics->n; i++)
		if (!strcmp(metrics->items[i].name, name))
			bind_one(metrics, &metrics->items[i], events, lacks,
				 nlacks, ret);
}

void metric_uses_done(struct metric_uses *uses)
{
	for (size_t i = 0; i < uses->n; i++) {
		free(uses->items[i].inputs);
		free(uses->items[i].missing);
	}
	free(uses->items);
	memset(uses, 0, sizeof(*uses));
}
