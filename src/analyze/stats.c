/*
 * Summary of repeated measurements; see stats.h.
 *
 * The library is loaded by who repeats: one run has nothing to summarise, and
 * should not wait for it.
 */
#include "analyze/stats.h"

#include "base/auto.h"
#include "base/lazy.h"
#include "base/xalloc.h"
#include "config.h"

#include <assert.h>
#include <gsl/gsl_cdf.h>
#include <gsl/gsl_sort.h>
#include <gsl/gsl_statistics_double.h>
#include <math.h>
#include <string.h>

static struct {
	void *handle;
	__typeof__(&gsl_sort) sort;
	__typeof__(&gsl_stats_mean) mean;
	__typeof__(&gsl_stats_sd_m) sd_m;
	__typeof__(&gsl_stats_median_from_sorted_data) median;
	__typeof__(&gsl_cdf_tdist_Pinv) tdist_Pinv;
} gsl;

int stats_load(struct err *err)
{
	const struct lazy_symbol symbols[] = {
		{ "gsl_sort", &gsl.sort },
		{ "gsl_stats_mean", &gsl.mean },
		{ "gsl_stats_sd_m", &gsl.sd_m },
		{ "gsl_stats_median_from_sorted_data", &gsl.median },
		{ "gsl_cdf_tdist_Pinv", &gsl.tdist_Pinv },
	};
	struct err why = { 0 };

	if (!gsl.handle)
		gsl.handle = lazy_load(GSL_SONAME, symbols, ARRAY_LEN(symbols),
				       &why);
	if (gsl.handle)
		return 0;
	err_set(err, why.code, "%s", why.what);
	err_hint(err, "install the GNU Scientific Library (Debian: libgsl27)");
	return why.code;
}

struct stats stats_of(const double *samples, size_t n)
{
	struct stats s = { .n = n };
	AUTO_FREE double *sorted = NULL;
	double half;
	int r;

	if (!n)
		return s;
	s.min = s.max = s.median = s.mean = s.ci_lo = s.ci_hi = samples[0];
	if (n < 2)
		return s;
	/* who repeats loads it first, and hears if it is not there */
	r = stats_load(NULL);
	assert(r == 0);
	sorted = xcalloc(n, sizeof(*sorted));
	memcpy(sorted, samples, n * sizeof(*sorted));
	gsl.sort(sorted, 1, n);
	s.min = sorted[0];
	s.max = sorted[n - 1];
	s.median = gsl.median(sorted, 1, n);
	s.mean = gsl.mean(samples, 1, n);
	s.stddev = gsl.sd_m(samples, 1, n, s.mean);
	s.sem = s.stddev / sqrt((double)n);
	half = gsl.tdist_Pinv(0.975, (double)(n - 1)) * s.sem;
	s.ci_lo = s.mean - half;
	s.ci_hi = s.mean + half;
	return s;
}
