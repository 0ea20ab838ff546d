/*
 * Does a counter tell the truth?  It counts loops whose right counts are
 * known, one event at a time, so that nothing is shared or estimated.
 */
#ifndef TACHO_MEASURE_CALIBRATE_H
#define TACHO_MEASURE_CALIBRATE_H

#include "base/err.h"
#include "event/event.h"
#include "loops/loops.h"
#include "source/source.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum calibrate_verdict {
	CALIBRATE_RIGHT,
	CALIBRATE_WRONG,
	CALIBRATE_DEAD,    /* counted nothing where there was much */
	CALIBRATE_STARVED, /* opened, and never got a counter */
	CALIBRATE_REFUSED, /* cannot be counted; why says more */
	CALIBRATE_UNKNOWN, /* no loop here whose answer would show it */
};
#define CALIBRATE_VERDICTS (CALIBRATE_UNKNOWN + 1)

/* "right", "wrong", ... */
const char *calibrate_verdict_name(enum calibrate_verdict verdict);

/* One loop, counted. */
struct calibrate_check {
	const struct loop *loop;
	uint64_t iterations;
	double counted;   /* the middle one of some tries */
	double low, high; /* what is known, for all iterations */
	bool right;       /* within these, and what noise there may be */
};

/*
 * How far the count is beyond the nearer bound, as a share of that; 0 within
 * both.  Infinite beyond a bound of 0.
 */
double calibrate_off(const struct calibrate_check *check);

struct calibrate_counter {
	enum calibrate_verdict verdict;
	struct err why; /* of CALIBRATE_REFUSED: the plain reason */
	struct calibrate_check *checks;
	size_t nchecks;
	size_t worst; /* the check that is furthest off */
};

struct calibrate_options {
	const struct source *source;
	const struct perf_sys *sys;
	uint64_t ns;                /* about so long each try takes */
	size_t tries;               /* at most CALIBRATE_TRIES */
	uint64_t (*cpu_time)(void); /* of this thread, in ns */
};
#define CALIBRATE_TRIES 9

/* The clock for the options. */
uint64_t calibrate_cpu_time(void);

/*
 * Let @event, which should tell @what, count every loop of @states that knows
 * about that.  Fails never: what goes wrong is a verdict.  The caller frees
 * with calibrate_counter_done().
 */
void calibrate_counter(const struct calibrate_options *options,
		       const struct event *event, enum loop_what what,
		       struct loop_state *const *states, size_t n,
		       struct calibrate_counter *ret);

void calibrate_counter_done(struct calibrate_counter *counter);

/*
 * The count of @event for one iteration of @state's loop.  Negative errno
 * with @err when it cannot be counted.
 */
int calibrate_count(const struct calibrate_options *options,
		    const struct event *event, struct loop_state *state,
		    double *ret, struct err *err);

#endif
