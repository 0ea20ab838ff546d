/*
 * One counter's value, or why there is none.
 */
#ifndef TACHO_RECORD_READING_H
#define TACHO_RECORD_READING_H

#include <stdbool.h>
#include <stdint.h>

enum reading_state {
	READING_OK,          /* counted all the time */
	READING_SCALED,      /* counted part of the time: an estimate */
	READING_NOT_COUNTED, /* no turn on the PMU, or nothing ran */
	READING_UNSUPPORTED, /* no such event here */
	READING_DENIED,      /* the kernel refused */
	READING_DEAD,        /* opened, and never moved while the program ran */
	READING_ABSENT,      /* does not exist for this slot; never shown */
};
#define READING_STATES (READING_ABSENT + 1)

struct reading {
	uint64_t raw;        /* as counted, never scaled */
	uint64_t enabled_ns; /* it wanted to count for so long */
	uint64_t running_ns; /* and did for so long */
	enum reading_state state;
};

/* "ok", "scaled", "not-counted", ... and the same in words. */
const char *reading_state_name(enum reading_state state);
const char *reading_state_meaning(enum reading_state state);

/* Does the state come with a number? */
bool reading_has_value(enum reading_state state);

/*
 * State and estimate from raw and times: raw x enabled / running, in double.
 * Fills @r->state (OK, SCALED or NOT_COUNTED) when it is one of these three;
 * the other states stay.
 */
void reading_judge(struct reading *r);
double reading_estimate(const struct reading *r);

/* @now minus @before, judged; counters never run backwards: a smaller value
   gives 0. */
struct reading reading_delta(const struct reading *now,
			     const struct reading *before);

#endif
