/*
 * Recordings to a comparison that can be shown: the one place that joins the
 * numbers with what is to be said about them.
 */
#ifndef TACHO_REPORT_COMPARISON_BUILD_H
#define TACHO_REPORT_COMPARISON_BUILD_H

#include "record/recording.h"
#include "report/comparison/comparison.h"

/* One subject; all is borrowed. */
struct compare_input {
	const struct recording *recording; /* bound */
	const char *name;                  /* NULL: not chosen yet */
	const char *origin;                /* file, or NULL: measured now */
	/* [recording->series.nruns]; NULL: not interleaved.  Where all have
	   it, the times at which runs began are of one clock. */
	const struct compare_run *order;
};

struct compare_inputs {
	struct compare_input *items; /* the first is the reference */
	size_t n;
	bool has_seed;
	uint64_t seed; /* of the order */
	bool interrupted;
};

struct comparison_options {
	struct compare_options compare; /* the seed is that of the inputs */
	const struct gates *gates;      /* NULL: none */
	const char *metric; /* of the headline; NULL: the time, or the
			       instructions of a simulation */
	bool drop_disturbed;
};

/*
 * Fill in both, of which @ret borrows @c and the inputs: they go after it.
 * Both are empty on failure.  -ENOENT: what --metric or a limit names was not
 * measured; -ENOTSUP: without the library for statistics.
 *
 * With @drop_disturbed a run that was disturbed has no part in @c; the others
 * of its block stay in, since each side is a mean of its own, and what block
 * it was stays known.
 */
int comparison_build(const struct compare_inputs *inputs,
		     const struct comparison_options *options,
		     struct comparison *c, struct comparison_report *ret,
		     struct err *err);

#endif
