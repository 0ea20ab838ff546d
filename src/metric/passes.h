/*
 * Groups that would take turns on the counters of a core, in runs of their own
 * instead: each run counts some of the groups all the time.
 */
#ifndef TACHO_METRIC_PASSES_H
#define TACHO_METRIC_PASSES_H

#include "metric/plan.h"

struct plan_pass {
	struct plan plan; /* a part of the whole one; no uses, and its shown
			     and refused are the whole one's */
	size_t *counters; /* [plan.ncounters]: their indices in the whole */
};

struct plan_passes {
	struct plan_pass *items;
	size_t n;
};

/*
 * As few passes as there are groups competing for one kind of core; what does
 * not compete (software, uncore) is counted in every pass.  @whole is borrowed
 * and must stay; one pass when nothing competes.
 */
void plan_passes_make(const struct plan *whole, struct plan_passes *ret);
void plan_passes_done(struct plan_passes *passes);

#endif
