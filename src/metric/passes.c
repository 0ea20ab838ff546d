/* Which groups count in which run; see passes.h. */
#include "metric/passes.h"

#include "base/vec.h"

#include <stdlib.h>
#include <string.h>

static const struct event *leader_of(const struct plan *p, size_t group)
{
	return p->events->items[p->counters[p->groups[group].first].event];
}

/* How many of the same cores stand before @group: the number of its pass. */
static size_t turn_of(const struct plan *p, size_t group)
{
	size_t turn = 0;

	for (size_t g = 0; g < group; g++)
		turn += plan_competes(p, g) &&
			leader_of(p, g)->core_type ==
				leader_of(p, group)->core_type;
	return turn;
}

static void take_group(const struct plan *whole, size_t group,
		       struct plan_pass *pass)
{
	const struct plan_group *from = &whole->groups[group];
	struct plan *p = &pass->plan;
	struct plan_group g = *from;
	size_t n = p->ncounters;

	g.first = p->ncounters;
	for (size_t i = from->first; i < from->first + from->n; i++) {
		struct plan_counter c = { .event = whole->counters[i].event,
					  .group = p->ngroups };

		VEC_PUSH(p->counters, p->ncounters, c);
		VEC_PUSH(pass->counters, n, i);
	}
	VEC_PUSH(p->groups, p->ngroups, g);
}

void plan_passes_make(const struct plan *whole, struct plan_passes *ret)
{
	size_t n = plan_competing(whole);

	*ret = (struct plan_passes){ .n = n ? n : 1 };
	ret->items = xcalloc(ret->n, sizeof(*ret->items));
	for (size_t i = 0; i < ret->n; i++) {
		struct plan_pass *pass = &ret->items[i];

		pass->plan.events = whole->events;
		pass->plan.shown = whole->shown;
		pass->plan.refused = whole->refused;
		for (size_t g = 0; g < whole->ngroups; g++)
			if (!plan_competes(whole, g) || turn_of(whole, g) == i)
				take_group(whole, g, pass);
	}
}

void plan_passes_done(struct plan_passes *passes)
{
	for (size_t i = 0; i < passes->n; i++) {
		free(passes->items[i].plan.counters);
		free(passes->items[i].plan.groups);
		free(passes->items[i].counters);
	}
	free(passes->items);
	*passes = (struct plan_passes){ 0 };
}
