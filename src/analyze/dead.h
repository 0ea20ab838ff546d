/*
 * Which counters opened and never moved.
 */
#ifndef TACHO_ANALYZE_DEAD_H
#define TACHO_ANALYZE_DEAD_H

#include "record/run.h"

/*
 * By counter of the plan, from all of @total: dead is a counter, not a row; one
 * idle CPU does not make it so.  The caller frees.
 */
bool *dead_counters(const struct series *series, const struct run *run,
		    const struct snapshot *total);

#endif
