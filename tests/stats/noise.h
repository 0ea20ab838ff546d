/* Made-up measurements whose truth is known. */
#ifndef TACHO_TESTS_NOISE_H
#define TACHO_TESTS_NOISE_H

#include "analyze/compare.h"

enum noise_kind {
	NOISE_NORMAL,
	NOISE_LOG_NORMAL, /* skewed, as times are */
	NOISE_DRIFT,      /* a slow wave and a trend, larger than the rest */
	NOISE_HEAVY,      /* Student's t with 3 degrees of freedom */
	NOISE_SPIKES,     /* one run in twenty takes far longer */
	NOISE_STEPS,      /* small whole numbers, most of them equal */
};
#define NOISE_KINDS (NOISE_STEPS + 1)

const char *noise_name(enum noise_kind kind);

struct noise_trial {
	enum noise_kind kind;
	size_t quantities, runs;
	double spread;  /* standard deviation over the mean */
	double planted; /* relative change of the first quantity */
	double noise;   /* option of the comparison */
	bool apart;     /* not interleaved */
	bool common;    /* half of the noise is the run's, for all quantities */
	uint64_t seed;
};

/* Compare two such sides; the caller releases it. */
void noise_compare(const struct noise_trial *trial, struct comparison *ret);

#endif
