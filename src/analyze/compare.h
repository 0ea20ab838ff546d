/*
 * Did a change matter, in which numbers, by how much, and how sure is that?
 *
 * Two or more subjects (builds, command lines) were run many times, in blocks:
 * one run of each, in random order.  For each quantity (an event, a metric, a
 * time) every subject is compared with the first, the reference.
 *
 * What is compared are means.  Their difference, and the relative difference
 * mean_b / mean_a - 1, get intervals from a bootstrap over the blocks: blocks
 * are drawn again with replacement, as a whole, so that what drifts while they
 * ran, and disturbs both sides of a block alike, cancels out.  The percentile
 * interval is widened for small samples (Hesterberg, What Teachers Should Know
 * About the Bootstrap, 2015: "expanded percentile"), and beyond the outermost
 * percent of the resamples goes on as the normal distribution does, because
 * correcting for many quantities asks for chances smaller than one resample.
 *
 * Chances are corrected for the number of quantities (Holm), and the interval
 * of each is made for the level at which Holm's procedure tested it: it leaves
 * 0 out if and only if the difference is significant.
 *
 * Numbers are in the quantity's own unit, relative ones are shares (0.01 is
 * 1 %).  All results are finite.
 */
#ifndef TACHO_ANALYZE_COMPARE_H
#define TACHO_ANALYZE_COMPARE_H

#include "analyze/stats.h"
#include "base/err.h"
#include "metric/metric.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * With fewer on a side, even two that do not mix at all are an order of the
 * runs that chance brings about more than once in 100 times: 2 in C(2n, n).
 */
#define COMPARE_RUNS_MIN 5

/* The block of a run that was not interleaved with others. */
#define COMPARE_ALONE SIZE_MAX

struct compare_run {
	size_t block;    /* runs of one block were made one after the other */
	size_t position; /* in the block */
};

struct compare_subject {
	char *name;
	struct compare_run *runs;
	size_t nruns;
};

enum compare_mark {
	COMPARE_SAME, /* no difference that is significant and not too small */
	COMPARE_BETTER,
	COMPARE_WORSE,
	COMPARE_DIFFERENT, /* where more is neither better nor worse */
	COMPARE_TOO_FEW,   /* runs, to tell */
	COMPARE_ABSENT,    /* one side has no number at all, or one of another
			      kind */
};
#define COMPARE_MARKS (COMPARE_ABSENT + 1)

/* "no difference", "better", ... */
const char *compare_mark_name(enum compare_mark mark);

/* The samples of one quantity in one subject. */
struct compare_side {
	double *samples; /* in the order in which they were added */
	size_t *runs;    /* of each: index into the subject's */
	size_t n;
	const char *absent; /* why a run has none; borrowed */
	const char *manner; /* see compare_set_manner(); borrowed */

	/* filled by compare_compute(): */
	struct stats stats;
	double quartile_1, quartile_3;
	/*
	 * Tukey's fences, 1.5 times the distance of the quartiles outside of
	 * them; what lies beyond is an outlier.  None is left out anywhere.
	 */
	double fence_lo, fence_hi;
	size_t outliers;
};

struct compare_interval {
	double lo, hi;
};

struct compare_delta {
	bool known; /* relative ones need a reference that is not 0 */
	double value;
	struct compare_interval shown; /* at result->confidence: agrees with
					  the mark */
	struct compare_interval plain; /* at options->confidence, as if it
					  were the only quantity */
};

struct compare_resampled;

/* One subject against the reference. */
struct compare_result {
	enum compare_mark mark;
	const char *why; /* for TOO_FEW and ABSENT; else NULL.  ABSENT may have
			    numbers on both sides, which do not compare */
	bool exact;      /* both sides always the same: no intervals */
	/* the shown interval is within the noise: not just none seen */
	bool surely_same;
	struct compare_delta difference, relative;
	double p;          /* smallest 1 - confidence that leaves 0 out */
	double p_adjusted; /* corrected for the number of quantities */
	double confidence; /* of the shown intervals */
	struct stats_test welch, mann_whitney; /* never corrected */
	struct compare_resampled *resampled;   /* NULL: no intervals */
};

/* What is measured. */
struct compare_kind {
	const char *name;  /* as -e and -M have it; "time" */
	const char *title; /* what people read; may be NULL */
	const char *unit;  /* as a metric's or an event's; may be NULL */
	int digits;        /* shown after the point; negative: as many as it
			      needs */
	enum metric_better better;
	bool simulated; /* a repeat can be expected to give the same */
	bool untested;  /* looked at by rules only: does not count in the
			   correction */
	/* of an event; NULL or false for others: */
	const char *base; /* what formulas call it; may be "" */
	bool split;       /* the other core types have parts of it */
	bool user_only;   /* without what the kernel did */
};

struct compare_quantity {
	struct compare_kind kind;       /* its texts are copies, none is NULL */
	char *texts[4];                 /* which are here */
	struct compare_side *sides;     /* [nsubjects] */
	struct compare_result *results; /* [nsubjects]; that of the reference
					   is empty */
};

struct compare_options {
	double noise;      /* smaller relative differences are none */
	double confidence; /* 0..1 */
	uint64_t seed;
	size_t resamples;
};

/* 1 %, 95 %, seed 1 and as many resamples as the default is. */
struct compare_options compare_defaults(void);

struct comparison {
	struct compare_options options;
	struct compare_subject *subjects;
	size_t nsubjects;
	struct compare_quantity *quantities;
	size_t nquantities;
	/* filled by compare_compute(): */
	bool paired;   /* runs were interleaved; else each side is drawn from
			  on its own, and what drifts is not seen */
	size_t blocks; /* that were drawn from, of one subject */
	size_t tests;  /* that the correction is for */
	double *quantiles; /* of the normal distribution, for the resamples */
};

void compare_init(struct comparison *c, size_t nsubjects,
		  const struct compare_options *options);
void compare_done(struct comparison *c);

/* Texts are copied. */
void compare_name(struct comparison *c, size_t subject, const char *name);

/* The index of the new run among those of @subject. */
size_t compare_add_run(struct comparison *c, size_t subject, size_t block,
		       size_t position);

/* The index of a new quantity, or of the one that has that name already. */
size_t compare_add_quantity(struct comparison *c,
			    const struct compare_kind *kind);

/*
 * At most one for each run, of runs one after the other: a second is not taken.
 * What is not finite is left out.
 */
void compare_add_sample(struct comparison *c, size_t quantity, size_t subject,
			size_t run, double number);

/* Why a run has none; the first reason stays.  Borrowed. */
void compare_lack_sample(struct comparison *c, size_t quantity, size_t subject,
			 const char *why);

/*
 * How it was counted, where that is not the usual way, in words.  Sides that
 * were counted in different ways are not compared.  The first stays.  Borrowed.
 */
void compare_set_manner(struct comparison *c, size_t quantity, size_t subject,
			const char *manner);

/* In another way than the reference, so that the two do not compare? */
bool compare_is_unlike(const struct compare_quantity *q, size_t subject);

/* The quantity called @name, SIZE_MAX when there is none. */
size_t compare_find(const struct comparison *c, const char *name);

/*
 * Fill in all that is computed; again is fine, after more samples.  -ENOENT
 * without the library for statistics.
 */
int compare_compute(struct comparison *c, struct err *err);

/*
 * Intervals for another confidence, uncorrected; only of a result with
 * intervals, or an exact one, where both ends are the value.
 */
struct compare_delta compare_relative_at(const struct comparison *c,
					 size_t quantity, size_t subject,
					 double confidence);

/*
 * How precise is it by now?  Half the width of the plain relative interval;
 * negative where there is none yet.  0 for what is exact.
 */
double compare_precision(const struct comparison *c, size_t quantity,
			 size_t subject);

/*
 * About how many blocks (runs of each) make it as precise as @wanted, if the
 * rest is like what has been seen; 0: not known.
 */
size_t compare_blocks_for(const struct comparison *c, size_t quantity,
			  size_t subject, double wanted);

#endif
