/*
 * Reading the counters now and then while the command runs, where groups take
 * turns on them: how the counts vary from slice to slice tells how far an
 * estimate may be off.
 *
 * It costs little: nothing happens in the first moments of a run, nor without
 * hardware counters; where all of them count all the time it is a look whenever
 * the run is twice as long as at the last one; else a slice for about each
 * hundredth of the run so far, and never so often that reading takes more than
 * half a percent of one CPU.
 */
#ifndef TACHO_MEASURE_SLICES_H
#define TACHO_MEASURE_SLICES_H

#include "source/source.h"

#include <stdbool.h>
#include <stdint.h>

struct slices {
	bool wanted;       /* there are hardware counters */
	bool turns;        /* they are shared */
	uint64_t start_ns; /* of the run */
	uint64_t next_at;  /* when to take the next one; UINT64_MAX: never */
	uint64_t least_ns, most_ns; /* how long a slice may be */
	uint64_t cost_ns;           /* what the last reading took */
	struct snapshot before;     /* the last reading */
	struct snapshot now;        /* room for the next */
	struct spreads *run, *interval;
};

/* @interval_ms: of -I, or 0. */
void slices_begin(struct slices *s, const struct session *session,
		  uint64_t start_ns, int interval_ms);

/* Read the counters; a failed reading is no slice. */
void slices_take(struct slices *s, struct session *session);

/* Somebody else has read all counters. */
void slices_feed(struct slices *s, const struct session *session,
		 const struct snapshot *now);

/* What is known of the time since this was last asked; borrowed until the
   next call of anything here.  May be NULL. */
struct spreads *slices_interval(struct slices *s);
void slices_next_interval(struct slices *s);

/* @total is the last reading; what is known of the whole run becomes its. */
void slices_end(struct slices *s, const struct session *session,
		struct snapshot *total);

void slices_done(struct slices *s);

#endif
