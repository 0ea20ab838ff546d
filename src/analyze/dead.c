/* Counters that never moved; see dead.h. */
#include "analyze/dead.h"

#include "analyze/values.h"
#include "base/auto.h"
#include "base/xalloc.h"

#include <stdlib.h>

/*
 * Whole CPUs may be idle: what the kernel does there is then all there is to
 * count.
 */
static bool may_rest(const struct run *run, const struct event *event,
		     size_t counter)
{
	bool no_kernel = event->exclude & EVENT_EXCLUDE_KERNEL ||
			 (run->notes && run->notes[counter].user_only);

	return no_kernel && run->nslots && run->slots[0].tid < 0;
}

bool *dead_counters(const struct series *series, const struct run *run,
		    const struct snapshot *total)
{
	static const struct value_limits all_of_it = { .scale = true };
	const struct plan *plan = series->plan;
	bool *dead = xcalloc(plan->ncounters, sizeof(*dead));
	AUTO_FREE size_t *slots = xcalloc(run->nslots, sizeof(*slots));
	struct bin all = { .slots = slots, .nslots = run->nslots };

	for (size_t s = 0; s < run->nslots; s++)
		slots[s] = s;
	for (size_t c = 0; c < plan->ncounters; c++) {
		const struct event *event =
			plan->events->items[plan->counters[c].event];
		struct value value;

		if (!event->hardware || may_rest(run, event, c))
			continue;
		value = value_of(series, run, total, c, &all, &all_of_it, NULL);
		dead[c] = value_is_dead(event, &value);
	}
	return dead;
}
