/*
 * How fast this machine is: latency and bandwidth, by the clock alone.
 *
 * Each is measured several times.  What disturbs only makes slower, so the
 * shortest time and the largest bandwidth are the machine's own, and the
 * spread says how much it is disturbed.
 */
#ifndef TACHO_LOOPS_SPEED_H
#define TACHO_LOOPS_SPEED_H

#include "base/err.h"
#include "loops/loops.h"

#include <stddef.h>
#include <stdint.h>

#define SPEED_SAMPLES 16

/* What was measured, smallest first. */
struct speed {
	double sample[SPEED_SAMPLES];
	size_t n;
};

double speed_median(const struct speed *s);
double speed_least(const struct speed *s);
double speed_most(const struct speed *s);

/* @n (at most SPEED_SAMPLES) times. */
struct speed_effort {
	size_t samples;
	uint64_t ns; /* of each */
};

/* Nanoseconds of an iteration of @state's loop. */
void speed_time(struct loop_state *state, const struct speed_effort *effort,
		struct speed *ret);

/*
 * Bytes per second that the stream @loop moves: one thread on each of the @n
 * @cpus at the same time, each with @size bytes of its own.  NULL @cpus: they
 * stay on none.
 */
int speed_stream(const struct loop *loop, size_t size, const int *cpus,
		 size_t n, const struct speed_effort *effort, struct speed *ret,
		 struct err *err);

#endif
