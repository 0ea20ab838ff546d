/* Which counters of a plan feed which metric; see plan.h. */
#include "metric/plan.h"

#include "base/vec.h"

/* The counter of @event in @group, or -1. */
static long counter_in(const struct plan *p, size_t event, size_t group)
{
	const struct plan_group *g = &p->groups[group];

	for (size_t i = g->first; i < g->first + g->n; i++)
		if (p->counters[i].event == event)
			return (long)i;
	return -1;
}

/* Choose the counters of @use out of one group, if one holds them all. */
static void bind_use(struct plan *p, const struct metric_use *use)
{
	size_t n = use->metric->ninputs;
	struct plan_use u = { .metric = use->metric,
			      .place = use->place,
			      .event = use->event,
			      .core_type = use->core_type,
			      .missing = use->missing };

	if (!use->inputs) {
		VEC_PUSH(p->uses, p->nuses, u);
		return;
	}
	u.counters = xcalloc(n ? n : 1, sizeof(*u.counters));
	for (size_t g = 0; g < p->ngroups && !u.together; g++) {
		u.together = true;
		for (size_t i = 0; i < n; i++) {
			size_t e = use->inputs[i];
			long c = counter_in(p, e, g);

			if (c < 0 && p->events->items[e]->hardware)
				u.together = false;
			u.counters[i] = c < 0 ? p->shown[e] : (size_t)c;
		}
	}
	if (!u.together)
		for (size_t i = 0; i < n; i++)
			u.counters[i] = p->shown[use->inputs[i]];
	VEC_PUSH(p->uses, p->nuses, u);
}

void plan_bind(struct plan *plan, const struct metric_uses *uses)
{
	plan->shown = xcalloc(plan->events->n, sizeof(*plan->shown));
	for (size_t i = plan->ncounters; i-- > 0;)
		plan->shown[plan->counters[i].event] = i;
	for (size_t i = 0; i < uses->n; i++)
		bind_use(plan, &uses->items[i]);
}
