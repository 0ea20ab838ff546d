/*
 * Bounds from the spread of slices; see error.h.
 *
 * With n slices, x counts and r of running time in each, R = sum x / sum r and
 * residuals d = x - R r, the variance of F sum x is
 *
 *	F^2 (1 - 1/F) n sum (d[i] - d[i-1])^2 / 2 (n - 1)
 *
 * where 1/F is the share of the time that was sampled: the ratio estimator for
 * finite populations, with the variance from successive differences (Cochran,
 * Sampling Techniques, chapters 6 and 8; Wolter, Introduction to Variance
 * Estimation, on systematic sampling).
 */
#include "analyze/error.h"

#include "base/auto.h"
#include "base/xalloc.h"

#include <math.h>

/* Fewer say nothing about how much they differ. */
#define SLICES_MIN 3

/*
 * Degrees of freedom of a variance from successive differences: von Neumann's,
 * with as many slices as would be if all were of one length.
 */
static double freedom_of(const struct spreads *s, size_t group, size_t slot,
			 double running_ns)
{
	double n = running_ns * running_ns / spreads_time2(s, group, slot);

	return n > 2.0 ? 2.0 * (n - 1.0) * (n - 1.0) / (3.0 * n - 4.0) : 1.0;
}

void error_add(struct error *e, const struct plan *plan,
	       const struct snapshot *snap, size_t group, size_t slot,
	       const double *weights, double factor)
{
	const struct plan_group *g = &plan->groups[group];
	AUTO_FREE double *w = xcalloc(g->n + 1, sizeof(*w));
	double running = 0.0, rate = 0.0, variance;
	bool moved = false;
	size_t n = 0;

	if (factor <= 1.0)
		return;
	if (snap->spread)
		n = spreads_slices(snap->spread, group, slot);
	if (n < SLICES_MIN) {
		e->unknown = true;
		return;
	}
	for (size_t i = 0; i < g->n; i++) {
		const struct reading *r = snapshot_at(snap, g->first + i, slot);

		if ((double)r->running_ns > running)
			running = (double)r->running_ns;
		rate += weights[i] * (double)r->raw;
		w[i] = weights[i];
		moved |= w[i] != 0.0 && r->raw;
	}
	/* never seen is not known to be rare */
	if (!moved) {
		e->unknown = true;
		return;
	}
	w[g->n] = -rate / running;
	variance = factor * factor * (1.0 - 1.0 / factor) * (double)n /
		   (2.0 * (double)(n - 1)) *
		   spreads_differences(snap->spread, group, slot, w);
	e->variance += variance;
	e->squares += variance * variance /
		      freedom_of(snap->spread, group, slot, running);
}

void error_add_counter(struct error *e, const struct plan *plan,
		       const struct snapshot *snap, size_t counter, size_t slot,
		       double factor)
{
	size_t group = plan->counters[counter].group;
	const struct plan_group *g = &plan->groups[group];
	AUTO_FREE double *weights = NULL;

	if (factor <= 1.0)
		return;
	weights = xcalloc(g->n, sizeof(*weights));
	weights[counter - g->first] = 1.0;
	error_add(e, plan, snap, group, slot, weights, factor);
}

/*
 * A table where the curve is steep; further out the first terms of its
 * expansion around the normal distribution (Abramowitz and Stegun 26.7.5) are
 * right to five figures.
 */
double error_student(double freedom)
{
	static const double steep[] = { 12.7062, 4.3027, 3.1824, 2.7764, 2.5706,
					2.4469,  2.3646, 2.3060, 2.2622 };
	const double z = 1.959964, z2 = z * z;
	double v = freedom;

	if (v < (double)(ARRAY_LEN(steep) + 1))
		return steep[v < 2.0 ? 0 : (size_t)v - 1];
	return z + z * (z2 + 1.0) / (4.0 * v) +
	       z * (5.0 * z2 * z2 + 16.0 * z2 + 3.0) / (96.0 * v * v) +
	       z * (3.0 * z2 * z2 * z2 + 19.0 * z2 * z2 + 17.0 * z2 - 15.0) /
		       (384.0 * v * v * v);
}

double error_half_width(const struct error *e)
{
	if (e->unknown)
		return -1.0;
	if (!(e->variance > 0.0))
		return 0.0;
	/* several slots: Satterthwaite's approximation */
	return error_student(e->variance * e->variance / e->squares) *
	       sqrt(e->variance);
}
