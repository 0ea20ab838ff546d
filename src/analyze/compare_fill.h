/*
 * What was measured, as something to compare: each event, each metric, times
 * and peak memory of every run.
 */
#ifndef TACHO_ANALYZE_COMPARE_FILL_H
#define TACHO_ANALYZE_COMPARE_FILL_H

#include "analyze/compare.h"
#include "analyze/values.h"
#include "record/run.h"

/* One subject.  All is borrowed; texts are copied, but those that say why
   something is absent: they stay the series'. */
struct compare_source {
	const char *name;
	const struct series *series;
	/* [series->nruns] when it ran; NULL: not interleaved with others */
	const struct compare_run *order;
	const bool *left_out; /* [series->nruns]; NULL: none */
	/* of a simulation: which, with its caches; NULL: not known.  Borrowed
	   as long as the comparison. */
	const char *simulation;
};

/*
 * Fill @c, which was made for @n subjects and is else empty.  Quantities are
 * matched by name, so that the subjects need not have the same plan: what one
 * of them lacks is absent there.
 *
 * Elapsed time is "time", beside "user_time", "sys_time" (seconds) and
 * "max_rss" (bytes).  Events have their own names, and metrics theirs, with
 * what tells them apart in parentheses where there are several.  Estimates are
 * taken as they are.
 *
 * Of what was counted in user mode on one side alone, or simulated with other
 * caches, each side has its numbers, and they are not compared.
 */
void compare_fill(struct comparison *c, const struct compare_source *sources,
		  size_t n, const struct value_limits *limits);

/*
 * Only the names: the quantities that runs of @plan will have, without a sample.
 */
void compare_fill_names(struct comparison *c, const struct plan *plan);

/*
 * Fewer of an event are better where that goes without saying: time, work and
 * failures.  @base is what formulas call it.
 */
enum metric_better compare_event_better(const char *base);

#endif
