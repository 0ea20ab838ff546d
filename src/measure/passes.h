/*
 * One measurement out of several executions, each of which counted a part.
 */
#ifndef TACHO_MEASURE_PASSES_H
#define TACHO_MEASURE_PASSES_H

#include "metric/passes.h"
#include "record/run.h"

/*
 * Make of @parts, one run of each pass, the run of the whole plan.  What one
 * pass alone counted is taken from it; times, and what every pass counted, are
 * means.  Takes the contents of @parts.
 */
struct run passes_merge(const struct plan *whole,
			const struct plan_passes *passes, struct run *parts);

#endif
