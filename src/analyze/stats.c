/* Summary of repeated measurements; see stats.h. */
#include "analyze/stats.h"

#include "base/auto.h"
#include "base/xalloc.h"

#include <gsl/gsl_cdf.h>
#include <gsl/gsl_sort.h>
#include <gsl/gsl_statistics_double.h>
#include <math.h>
#include <string.h>

struct stats stats_of(const double *samples, size_t n)
{
	struct stats s = { .n = n };
	AUTO_FREE double *sorted = NULL;
	double half;

	if (!n)
		return s;
	sorted = xcalloc(n, sizeof(*sorted));
	memcpy(sorted, samples, n * sizeof(*sorted));
	gsl_sort(sorted, 1, n);
	s.min = sorted[0];
	s.max = sorted[n - 1];
	s.median = gsl_stats_median_from_sorted_data(sorted, 1, n);
	s.mean = gsl_stats_mean(samples, 1, n);
	s.ci_lo = s.ci_hi = s.mean;
	if (n < 2)
		return s;
	s.stddev = gsl_stats_sd_m(samples, 1, n, s.mean);
	s.sem = s.stddev / sqrt((double)n);
	half = gsl_cdf_tdist_Pinv(0.975, (double)(n - 1)) * s.sem;
	s.ci_lo = s.mean - half;
	s.ci_hi = s.mean + half;
	return s;
}
