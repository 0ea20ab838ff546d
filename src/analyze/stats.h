/*
 * Statistics of repeated measurements: summaries, tests and distributions.
 * The only file with GSL.
 *
 * All but stats_load() and stats_of() of less than two samples need the
 * library: who calls them has loaded it.  Samples are finite.
 */
#ifndef TACHO_ANALYZE_STATS_H
#define TACHO_ANALYZE_STATS_H

#include "base/err.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

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

/* Needs no library. */
void stats_sort(double *samples, size_t n);

/*
 * The quantile @p (0..1) of sorted samples, between two of them on the line
 * that joins them (Hyndman and Fan's type 7, as R and numpy have it).  @n > 0.
 */
double stats_quantile(const double *sorted, size_t n, double p);

/* The quantile of the normal and of Student's distribution. */
double stats_normal_quantile(double p);
double stats_student_quantile(double p, double freedom);

/* The share of Student's distribution that is above @t. */
double stats_student_above(double t, double freedom);

/* Do two sets of samples differ?  Two-sided. */
struct stats_test {
	bool known;       /* false: too few samples, or no spread */
	double statistic; /* t; or U of @a: pairs in which it is the larger */
	double freedom;   /* degrees of it; only of t */
	double p;
};

/* Welch's: of the mean of @b less that of @a. */
struct stats_test stats_welch(const double *a, size_t na, const double *b,
			      size_t nb);

/*
 * Mann and Whitney's: exact when a side has at most 8 samples, no two are equal
 * and there are few enough to count; else by the normal approximation with
 * corrections for ties and continuity.
 */
struct stats_test stats_mann_whitney(const double *a, size_t na,
				     const double *b, size_t nb);

#endif
