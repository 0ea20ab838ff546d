/*
 * What resamples say, see compare_resample.h: a line from normal quantiles to
 * values and back, so that an interval leaves a value out exactly when the
 * chance of the value says so.
 */
#include "analyze/compare_resample.h"

#include <math.h>

/* The share of the resamples at each end that is too few to go by. */
#define TAIL 0.01

struct line {
	const double *z, *x; /* [n] ascending */
	size_t first, last;  /* those between the tails */
	double below, above; /* slopes of the tails */
};

static double spread_of(const double *x, size_t n)
{
	double mean = 0.0, squares = 0.0;

	for (size_t i = 0; i < n; i++)
		mean += x[i] / (double)n;
	for (size_t i = 0; i < n; i++)
		squares += (x[i] - mean) * (x[i] - mean);
	return sqrt(squares / (double)(n - 1));
}

static struct line line_of(const struct comparison *c,
			   const struct compare_resampled *r,
			   const double *sorted)
{
	struct line l = { .z = c->quantiles, .x = sorted };
	double middle = sorted[r->n / 2], spread = spread_of(sorted, r->n);

	l.first = (size_t)(TAIL * (double)r->n);
	l.last = r->n - 1 - l.first;
	/* few blocks have short tails: never flatter than the whole */
	l.below = fmax((sorted[l.first] - middle) / l.z[l.first], spread);
	l.above = fmax((sorted[l.last] - middle) / l.z[l.last], spread);
	return l;
}

static double value_at(const struct line *l, double z)
{
	size_t lo = l->first, hi = l->last;

	if (z <= l->z[lo])
		return l->x[lo] + (z - l->z[lo]) * l->below;
	if (z >= l->z[hi])
		return l->x[hi] + (z - l->z[hi]) * l->above;
	while (hi - lo > 1) {
		size_t middle = lo + (hi - lo) / 2;

		if (l->z[middle] <= z)
			lo = middle;
		else
			hi = middle;
	}
	return l->x[lo] +
	       (l->x[hi] - l->x[lo]) * (z - l->z[lo]) / (l->z[hi] - l->z[lo]);
}

/* The largest z whose value is not above 0; infinite: all, or none, is. */
static double zero_from_below(const struct line *l)
{
	size_t lo = l->first, hi = l->last;

	if (l->x[lo] > 0.0)
		return l->below > 0.0 ? l->z[lo] - l->x[lo] / l->below
				      : -HUGE_VAL;
	if (l->x[hi] <= 0.0)
		return l->above > 0.0 ? l->z[hi] - l->x[hi] / l->above
				      : HUGE_VAL;
	while (hi - lo > 1) {
		size_t middle = lo + (hi - lo) / 2;

		if (l->x[middle] <= 0.0)
			lo = middle;
		else
			hi = middle;
	}
	return l->z[lo] -
	       l->x[lo] * (l->z[hi] - l->z[lo]) / (l->x[hi] - l->x[lo]);
}

/* The smallest z whose value is not below 0. */
static double zero_from_above(const struct line *l)
{
	size_t lo = l->first, hi = l->last;

	if (l->x[hi] < 0.0)
		return l->above > 0.0 ? l->z[hi] - l->x[hi] / l->above
				      : HUGE_VAL;
	if (l->x[lo] >= 0.0)
		return l->below > 0.0 ? l->z[lo] - l->x[lo] / l->below
				      : -HUGE_VAL;
	while (hi - lo > 1) {
		size_t middle = lo + (hi - lo) / 2;

		if (l->x[middle] < 0.0)
			lo = middle;
		else
			hi = middle;
	}
	return l->z[lo] -
	       l->x[lo] * (l->z[hi] - l->z[lo]) / (l->x[hi] - l->x[lo]);
}

struct compare_interval compare_interval_of(const struct comparison *c,
					    const struct compare_resampled *r,
					    const double *sorted,
					    double confidence)
{
	struct line l = line_of(c, r, sorted);
	double z = r->widen *
		   stats_student_quantile(0.5 + 0.5 * confidence, r->freedom);

	return (struct compare_interval){ value_at(&l, -z), value_at(&l, z) };
}

/* Both sides of Student's distribution beyond @z, which was widened. */
static double beyond(const struct compare_resampled *r, double z)
{
	if (isinf(z))
		return z > 0.0 ? 0.0 : 2.0;
	return 2.0 * stats_student_above(z / r->widen, r->freedom);
}

double compare_chance_of(const struct comparison *c,
			 const struct compare_resampled *r,
			 const double *sorted)
{
	struct line l = line_of(c, r, sorted);
	double above = beyond(r, -zero_from_below(&l));
	double below = beyond(r, zero_from_above(&l));

	return fmin(1.0, fmin(above, below));
}
