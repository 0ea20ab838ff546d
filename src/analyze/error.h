/*
 * How far an estimate may be off: the bound of what is computed from counts of
 * groups that took turns.
 *
 * A group that counted a share f of the time is a sample of the run, and its
 * estimate count / f a ratio estimate; how its rate changes from slice to slice
 * says how well the part that was seen stands for the part that was not.
 * Differences of neighbouring slices are used, as for systematic samples, so
 * that a program that does one thing first and another later does not look
 * uncertain: every slice has a part of each group.  For counts that jump about
 * without memory the bound holds for 95 % of runs; for others it is wider than
 * it had to be.  What repeats in step with the turns of the groups it cannot
 * see.
 */
#ifndef TACHO_ANALYZE_ERROR_H
#define TACHO_ANALYZE_ERROR_H

#include "record/run.h"

#include <stdbool.h>

/* Slots are added up; zeroed is nothing yet, which is exact. */
struct error {
	bool unknown;
	double variance;
	double squares; /* of the variances, over their degrees of freedom */
};

/*
 * What one group in one slot adds: the sum of @weights[i] times the estimate of
 * its member i, over the members of the group.  @factor is what counts were
 * multiplied with for the estimate; 1 or less is exact.
 */
void error_add(struct error *e, const struct plan *plan,
	       const struct snapshot *snap, size_t group, size_t slot,
	       const double *weights, double factor);

/* The same for one counter of the plan, with weight 1. */
void error_add_counter(struct error *e, const struct plan *plan,
		       const struct snapshot *snap, size_t counter, size_t slot,
		       double factor);

/* Half the width of the 95 % interval; negative: not known. */
double error_half_width(const struct error *e);

/* The factor for it: the 97.5 % quantile of Student's t. */
double error_student(double freedom);

#endif
