/*
 * The bootstrap of compare.h, for its files only: blocks drawn again, and what
 * the differences of the means are then.
 */
#ifndef TACHO_ANALYZE_COMPARE_RESAMPLE_H
#define TACHO_ANALYZE_COMPARE_RESAMPLE_H

#include "analyze/compare.h"

/* Of one quantity in one subject, against the reference. */
struct compare_resampled {
	size_t n;
	double unit;         /* differences are in multiples of it */
	double *differences; /* [n] sorted */
	double *log_ratios;  /* [n] sorted, of the means; NULL: some mean was
				not above 0 */
	double widen;        /* how much wider the quantiles of small samples */
	double freedom;      /* of Student's distribution */
};

/*
 * Draw, and fill in result->resampled of all quantities with enough samples;
 * c->paired, c->blocks and c->quantiles.
 */
void compare_resample(struct comparison *c);
void compare_resampled_free(struct compare_resampled *r);

/* The interval of @sorted, one of the arrays above. */
struct compare_interval compare_interval_of(const struct comparison *c,
					    const struct compare_resampled *r,
					    const double *sorted,
					    double confidence);

/* The largest 1 - confidence whose interval has 0 in it. */
double compare_chance_of(const struct comparison *c,
			 const struct compare_resampled *r,
			 const double *sorted);

#endif
