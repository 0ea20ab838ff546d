/*
 * Summary of repeated measurements.  The only file with GSL.
 */
#ifndef TACHO_ANALYZE_STATS_H
#define TACHO_ANALYZE_STATS_H

#include "base/err.h"

#include <stddef.h>

struct stats {
	size_t n;
	double mean, median, min, max;
	double stddev;       /* of the sample (n-1); 0 for n < 2 */
	double sem;          /* standard error of the mean; 0 for n < 2 */
	double ci_lo, ci_hi; /* 95 % interval of the mean (Student's t, n-1
				degrees of freedom); = mean for n < 2 */
};

/*
 * Load the library; needed before stats_of() of more than one sample.
 * -ENOENT with the reason in @err when it is not there.  Again is fine.
 */
int stats_load(struct err *err);

/* @n may be 0: everything is 0 then. */
struct stats stats_of(const double *samples, size_t n);

#endif
