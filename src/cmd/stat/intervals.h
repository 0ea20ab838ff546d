/*
 * Intervals on their way to the view.
 *
 * Whoever looks at a terminal sees each interval at once.  For a file or a
 * pipe, intervals that follow each other faster than a reader could act are
 * kept for a moment and shown together: waking up to read the counters is then
 * nearly all that an interval costs.
 */
#ifndef TACHO_CMD_STAT_INTERVALS_H
#define TACHO_CMD_STAT_INTERVALS_H

#include "base/err.h"
#include "record/run.h"

#include <stdbool.h>
#include <stddef.h>

#define INTERVALS_MAX 64     /* kept at most */
#define INTERVALS_HOLD_S 0.1 /* and for so long at most */

struct interval_kept {
	struct snapshot delta, total;
	double at_s, length_s;
};

/* @more: another one follows at once */
typedef int (*intervals_show_fn)(void *arg, const struct run *run,
				 const struct interval_kept *interval,
				 bool more, struct err *err);

struct intervals {
	double hold_s; /* 0: show each at once */
	intervals_show_fn show;
	void *arg;
	struct interval_kept kept[INTERVALS_MAX];
	size_t n;
};

/* Copies the snapshots; shows what is due. */
int intervals_add(struct intervals *i, const struct run *run,
		  const struct snapshot *delta, const struct snapshot *total,
		  double at_s, double length_s, struct err *err);

/* Show what is kept, in order; ends at the first error. */
int intervals_flush(struct intervals *i, const struct run *run,
		    struct err *err);

void intervals_done(struct intervals *i);

#endif
