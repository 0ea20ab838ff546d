/*
 * What happens around the counters, so that a program that waits can be told
 * from one that finds no CPU: how busy the machine is, and for how long tasks
 * that are attached to wait for a CPU.
 */
#ifndef TACHO_MEASURE_AROUND_H
#define TACHO_MEASURE_AROUND_H

#include "record/run.h"
#include "source/target.h"

struct watched {
	pid_t tid;
	uint64_t cpu_ns, wait_ns;
};

struct around {
	bool has_machine;
	uint64_t idle_ns, busy_ns; /* since boot */
	bool has_tasks;
	struct watched *tasks; /* as they were; owned */
	size_t ntasks;
};

/* Shorter runs have too few of the kernel's ticks, of 10 ms. */
#define AROUND_LEAST_NS (100u * 1000u * 1000u)

/* Begin to watch the machine and @target's tasks. */
void around_begin(struct around *a, const struct target *target);
/*
 * Into @ret what happened since, in @wall_ns.  A task that has ended, or too
 * short a time, leaves its part unknown.
 */
void around_end(const struct around *a, const struct target *target,
		uint64_t wall_ns, struct run_around *ret);
void around_done(struct around *a);

#endif
