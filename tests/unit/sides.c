#include "sides.h"

#include "unit.h"

#include <math.h>

void sides_near(double got, double expected, double within)
{
	if (!(fabs(got - expected) <= within))
		fail_msg("%.17g is not %.17g", got, expected);
}

void sides_begin(struct comparison *c)
{
	struct compare_options options = compare_defaults();

	compare_init(c, 2, &options);
}

size_t sides_add(struct comparison *c, const char *name,
		 enum metric_better better)
{
	return compare_add_quantity(
		c, &(struct compare_kind){ .name = name, .better = better });
}

void sides_fill(struct comparison *c, size_t q, const double *a,
		const double *b, size_t n)
{
	while (c->subjects[0].nruns < n) {
		compare_add_run(c, 0, c->subjects[0].nruns, 0);
		compare_add_run(c, 1, c->subjects[1].nruns, 1);
	}
	for (size_t i = 0; i < n; i++) {
		compare_add_sample(c, q, 0, i, a[i]);
		compare_add_sample(c, q, 1, i, b[i]);
	}
}

void sides_compute(struct comparison *c)
{
	struct err err = { 0 };

	if (compare_compute(c, &err) < 0)
		fail_msg("%s", err.what);
}

const struct compare_result *sides_result(const struct comparison *c, size_t q)
{
	return &c->quantities[q].results[1];
}

void sides_mark_is(const struct comparison *c, size_t q, enum compare_mark mark)
{
	assert_string_equal(compare_mark_name(sides_result(c, q)->mark),
			    compare_mark_name(mark));
}

static void numbers_are_finite(const double *x, size_t n)
{
	for (size_t i = 0; i < n; i++)
		assert_true(isfinite(x[i]));
}

void sides_are_finite(const struct comparison *c)
{
	for (size_t q = 0; q < c->nquantities; q++) {
		const struct compare_result *r = sides_result(c, q);

		for (size_t s = 0; s < 2; s++) {
			const struct compare_side *side =
				&c->quantities[q].sides[s];
			const double x[] = {
				side->stats.mean,   side->stats.median,
				side->stats.min,    side->stats.max,
				side->stats.stddev, side->stats.sem,
				side->stats.ci_lo,  side->stats.ci_hi,
				side->quartile_1,   side->quartile_3,
				side->fence_lo,     side->fence_hi,
			};

			numbers_are_finite(x, sizeof(x) / sizeof(x[0]));
		}
		for (int i = 0; i < 2; i++) {
			const struct compare_delta *d =
				i ? &r->relative : &r->difference;
			const double x[] = { d->value, d->shown.lo, d->shown.hi,
					     d->plain.lo, d->plain.hi };

			numbers_are_finite(x, 5);
			assert_true(d->shown.lo <= d->shown.hi);
			assert_true(d->plain.lo <= d->plain.hi);
		}
		{
			const double x[] = { r->p,
					     r->p_adjusted,
					     r->confidence,
					     r->welch.statistic,
					     r->welch.freedom,
					     r->welch.p,
					     r->mann_whitney.statistic,
					     r->mann_whitney.p };

			numbers_are_finite(x, 8);
		}
		assert_true(r->p >= 0.0 && r->p <= 1.0);
		assert_true(r->p_adjusted >= r->p || !r->resampled);
	}
}
