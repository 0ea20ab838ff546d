/*
 * Readings to values: scaled, summed over a bin, judged.
 */
#ifndef TACHO_ANALYZE_VALUES_H
#define TACHO_ANALYZE_VALUES_H

#include "analyze/aggregate.h"
#include "record/run.h"

/* A number that knows how far it can be trusted. */
struct value {
	enum reading_state state;
	double number; /* scaled, in the event's unit; only if the state
				has a value */
	double error;  /* the truth is within so much of an estimate, in 95 % of
			  runs; 0 where it is exact, negative where that is
			  not known; see error.h */
	uint64_t raw;  /* sum over the bin */
	uint64_t enabled_ns, running_ns; /* sums over the bin */
	const char *why; /* text for a state without a number, or NULL;
				borrowed from the run, or static */
};

struct value_limits {
	double min_running; /* 0..1: below this share a value is refused */
	bool scale;         /* false: raw counts, as with --no-scale */
};

/*
 * The value of @counter over @bin in @snap (a snapshot or a difference of two).
 * Scaled per slot, then summed.  A bin in which some slots have a value and
 * others have not is SCALED only if they could have had one.
 *
 * Hybrid: an event that was split over core types is never extrapolated to the
 * time on the other type; @residency (may be NULL) is the share of time on its
 * own type.
 */
struct value value_of(const struct series *series, const struct run *run,
		      const struct snapshot *snap, size_t counter,
		      const struct bin *bin, const struct value_limits *limits,
		      double *residency);

/*
 * What the count of @counter in @slot is multiplied with for the estimate; 1
 * where it counted all the time, negative where that is not known.
 */
double value_factor(const struct series *series, const struct snapshot *snap,
		    size_t counter, size_t slot);

/*
 * Dead: a hardware counter that opened and ran and never moved.  @total is
 * since the start, not an interval.  Certain events (cycles, instructions,
 * branches) cannot be 0 after 0.1 ms of running, others not after 10 ms.
 */
bool value_is_dead(const struct event *event, const struct value *total);

#endif
