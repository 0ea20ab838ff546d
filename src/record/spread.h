/*
 * How the counts of a group of events went up and down during a run, as sums
 * over slices of it: what the error of an estimate is computed from.
 *
 * Groups that take turns on the counters are read several times while the
 * command runs.  Of each slice only sums are kept, so that the length of a run
 * costs no memory.
 */
#ifndef TACHO_RECORD_SPREAD_H
#define TACHO_RECORD_SPREAD_H

#include "metric/plan.h"

#include <stddef.h>

struct snapshot;

/* For each hardware group of a plan in each slot. */
struct spreads {
	size_t ngroups, nslots;
	size_t *members; /* [ngroups]; 0 for groups that take no turns */
	size_t *offset;  /* [ngroups] into the sums of a slot */
	size_t per_slot;
	double *sums;  /* [nslots * per_slot] */
	double *slice; /* room for one */
};

void spreads_init(struct spreads *s, const struct plan *plan, size_t nslots);
void spreads_done(struct spreads *s);

/* Forget all slices. */
void spreads_reset(struct spreads *s);

/* An equal one on the heap, NULL for NULL; the caller releases it. */
struct spreads *spreads_copy(const struct spreads *s);
void spreads_free(struct spreads *s);

/*
 * One on the heap from the @n sums of another.  NULL when they are not what
 * @plan and @nslots would have, or cannot be.
 */
struct spreads *spreads_restore(const struct plan *plan, size_t nslots,
				const double *sums, size_t n);

/*
 * One more slice, from @before to @now.  Groups that had no turn in it, or that
 * could not be read, have none.
 */
void spreads_add(struct spreads *s, const struct plan *plan,
		 const struct snapshot *now, const struct snapshot *before);

/* Slices in which @group had a turn in @slot. */
size_t spreads_slices(const struct spreads *s, size_t group, size_t slot);

/* The sum of the squares of its running times in the slices, in ns. */
double spreads_time2(const struct spreads *s, size_t group, size_t slot);

/*
 * The sum of (d[i] - d[i-1])^2 over the slices, where d[i] is what
 * @weights[0 .. members) of the counts and @weights[members] of the running
 * time, in ns, make in slice i.
 */
double spreads_differences(const struct spreads *s, size_t group, size_t slot,
			   const double *weights);

#endif
