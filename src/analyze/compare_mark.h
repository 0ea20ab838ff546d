/*
 * From samples and resamples to marks: the second half of compare_compute(),
 * for the files of compare.h only.
 */
#ifndef TACHO_ANALYZE_COMPARE_MARK_H
#define TACHO_ANALYZE_COMPARE_MARK_H

#include "analyze/compare.h"

/*
 * A power of 2 that no sample is far from, so that dividing by it is exact and
 * squares do not overflow.
 */
double compare_unit(const double *samples, size_t n);

/* Which results are exact; before anything is drawn. */
void compare_find_exact(struct comparison *c);

/* Intervals, chances and marks; after the resampling. */
void compare_judge(struct comparison *c);

#endif
