/*
 * Statistics of repeated measurements; see stats.h.
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
#include <gsl/gsl_statistics_double.h>
#include <math.h>
#include <string.h>

static struct {
	void *handle;
	__typeof__(&gsl_stats_mean) mean;
	__typeof__(&gsl_stats_sd_m) sd_m;
	__typeof__(&gsl_stats_median_from_sorted_data) median;
	__typeof__(&gsl_stats_quantile_from_sorted_data) quantile;
	__typeof__(&gsl_cdf_tdist_Pinv) tdist_Pinv;
	__typeof__(&gsl_cdf_tdist_Q) tdist_Q;
	__typeof__(&gsl_cdf_ugaussian_Pinv) gaussian_Pinv;
	__typeof__(&gsl_cdf_ugaussian_Q) gaussian_Q;
} gsl;

int stats_load(struct err *err)
{
	const struct lazy_symbol symbols[] = {
		{ "gsl_stats_mean", &gsl.mean },
		{ "gsl_stats_sd_m", &gsl.sd_m },
		{ "gsl_stats_median_from_sorted_data", &gsl.median },
		{ "gsl_stats_quantile_from_sorted_data", &gsl.quantile },
		{ "gsl_cdf_tdist_Pinv", &gsl.tdist_Pinv },
		{ "gsl_cdf_tdist_Q", &gsl.tdist_Q },
		{ "gsl_cdf_ugaussian_Pinv", &gsl.gaussian_Pinv },
		{ "gsl_cdf_ugaussian_Q", &gsl.gaussian_Q },
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
	stats_sort(sorted, n);
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

/* ---- distributions ---- */

/* With fewer, counting digits takes longer than all the rest. */
#define FEW 32
#define DIGIT_BITS 8
#define DIGITS (64 / DIGIT_BITS)
#define DIGIT_VALUES (1 << DIGIT_BITS)

static void sort_few(double *samples, size_t n)
{
	for (size_t i = 1; i < n; i++) {
		double x = samples[i];
		size_t at = i;

		for (; at && samples[at - 1] > x; at--)
			samples[at] = samples[at - 1];
		samples[at] = x;
	}
}

/*
 * A whole number that is the larger the larger @x is: the bits of IEEE 754, with
 * negative ones turned over and put below the others.
 */
static uint64_t key_of(double x)
{
	uint64_t key;

	memcpy(&key, &x, sizeof(key));
	return key ^ (key >> 63 ? UINT64_MAX : UINT64_C(1) << 63);
}

static double number_of(uint64_t key)
{
	double x;

	key ^= key >> 63 ? UINT64_C(1) << 63 : UINT64_MAX;
	memcpy(&x, &key, sizeof(x));
	return x;
}

static unsigned digit_of(uint64_t key, size_t digit)
{
	return key >> digit * DIGIT_BITS & (DIGIT_VALUES - 1);
}

/* By one digit; false: all have the same there, and nothing was done. */
static bool sort_digit(const uint64_t *from, uint64_t *to, size_t n,
		       size_t digit, const uint32_t counts[DIGIT_VALUES])
{
	uint32_t at[DIGIT_VALUES], before = 0;

	if (counts[digit_of(from[0], digit)] == n)
		return false;
	for (size_t i = 0; i < DIGIT_VALUES; i++) {
		at[i] = before;
		before += counts[i];
	}
	for (size_t i = 0; i < n; i++)
		to[at[digit_of(from[i], digit)]++] = from[i];
	return true;
}

/*
 * Digit by digit, in a quarter of the time that comparing them takes, because
 * no step waits for the one before it: a comparison of two programs sorts
 * thousands of resamples of each number.
 */
void stats_sort(double *samples, size_t n)
{
	uint32_t counts[DIGITS][DIGIT_VALUES] = { 0 };
	AUTO_FREE uint64_t *room = NULL;
	uint64_t *from, *to;

	if (n < FEW) {
		sort_few(samples, n);
		return;
	}
	assert(n <= UINT32_MAX);
	room = xcalloc(n, 2 * sizeof(*room));
	from = room;
	to = room + n;
	for (size_t i = 0; i < n; i++) {
		from[i] = key_of(samples[i]);
		for (size_t d = 0; d < DIGITS; d++)
			counts[d][digit_of(from[i], d)]++;
	}
	for (size_t d = 0; d < DIGITS; d++) {
		uint64_t *spare = to;

		if (!sort_digit(from, to, n, d, counts[d]))
			continue;
		to = from;
		from = spare;
	}
	for (size_t i = 0; i < n; i++)
		samples[i] = number_of(from[i]);
}

double stats_quantile(const double *sorted, size_t n, double p)
{
	return gsl.quantile(sorted, 1, n, p);
}

double stats_normal_quantile(double p)
{
	return gsl.gaussian_Pinv(p);
}

double stats_student_quantile(double p, double freedom)
{
	return gsl.tdist_Pinv(p, freedom);
}

double stats_student_above(double t, double freedom)
{
	return gsl.tdist_Q(t, freedom);
}

/* ---- tests ---- */

struct stats_test stats_welch(const double *a, size_t na, const double *b,
			      size_t nb)
{
	struct stats_test test = { .p = 1.0 };
	struct stats sa, sb;
	double va, vb;

	if (na < 2 || nb < 2)
		return test;
	sa = stats_of(a, na);
	sb = stats_of(b, nb);
	va = sa.sem * sa.sem;
	vb = sb.sem * sb.sem;
	if (!(va + vb > 0.0) || !isfinite(va + vb))
		return test;
	test.statistic = (sb.mean - sa.mean) / sqrt(va + vb);
	/* shares of the variance: squares of small variances underflow */
	va /= va + vb;
	vb = 1.0 - va;
	test.freedom =
		1.0 / (va * va / (double)(na - 1) + vb * vb / (double)(nb - 1));
	test.p = 2.0 * gsl.tdist_Q(fabs(test.statistic), test.freedom);
	test.known = true;
	return test;
}

/*
 * The chance that U of @small and @large samples is @u or more when all orders
 * are as likely.  The largest of all is of one side or of the other, which
 * gives the distribution for (i, j) samples from those for (i-1, j) and
 * (i, j-1).
 */
static double mann_whitney_above(size_t small, size_t large, double u)
{
	size_t most = small * large, stride = most + 1;
	AUTO_FREE double *p = xcalloc((small + 1) * stride, sizeof(*p));
	double above = 0.0;

	/* p[i * stride + v]: the chance of v for i and j samples */
	for (size_t i = 0; i <= small; i++)
		p[i * stride] = 1.0;
	for (size_t j = 1; j <= large; j++) {
		for (size_t i = 1; i <= small; i++) {
			double mine = (double)i / (double)(i + j);
			double *row = p + i * stride;

			for (size_t v = i * j + 1; v-- > 0;) {
				row[v] *= 1.0 - mine;
				if (v >= j)
					row[v] += mine * row[v - j - stride];
			}
		}
	}
	for (size_t v = (size_t)ceil(u); v <= most; v++)
		above += p[small * stride + v];
	return above;
}

/* U of @a from sorted sides; *ties gets the sum of t^3 - t over equal ones. */
static double mann_whitney_u(const double *a, size_t na, const double *b,
			     size_t nb, double *ties)
{
	size_t i = 0, j = 0;
	double u = 0.0;

	*ties = 0.0;
	while (i < na || j < nb) {
		double x = j == nb || (i < na && a[i] < b[j]) ? a[i] : b[j];
		size_t i0 = i, j0 = j;
		double t;

		while (i < na && a[i] == x)
			i++;
		while (j < nb && b[j] == x)
			j++;
		u += (double)(i - i0) * ((double)j0 + 0.5 * (double)(j - j0));
		t = (double)(i - i0 + j - j0);
		*ties += t * t * t - t;
	}
	return u;
}

struct stats_test stats_mann_whitney(const double *a, size_t na,
				     const double *b, size_t nb)
{
	struct stats_test test = { .p = 1.0 };
	AUTO_FREE double *x = xcalloc(na + 1, sizeof(*x));
	AUTO_FREE double *y = xcalloc(nb + 1, sizeof(*y));
	size_t small = na < nb ? na : nb, large = na < nb ? nb : na;
	double n = (double)(na + nb), pairs = (double)na * (double)nb;
	double ties, u, deviation;

	if (!na || !nb)
		return test;
	memcpy(x, a, na * sizeof(*x));
	memcpy(y, b, nb * sizeof(*y));
	stats_sort(x, na);
	stats_sort(y, nb);
	test.statistic = mann_whitney_u(x, na, y, nb, &ties);
	u = fmax(test.statistic, pairs - test.statistic);
	deviation = sqrt(pairs / 12.0 * ((n + 1.0) - ties / (n * (n - 1.0))));
	test.known = deviation > 0.0;
	if (!test.known)
		return test;
	if (small <= 8 && large <= 64 && ties == 0.0)
		test.p = 2.0 * mann_whitney_above(small, large, u);
	else
		test.p = 2.0 *
			 gsl.gaussian_Q((u - pairs / 2.0 - 0.5) / deviation);
	test.p = fmin(test.p, 1.0);
	return test;
}
