/*
 * What the whole machine is doing, from the files of /proc that say so.
 */
#ifndef TACHO_SOURCE_TASKS_MACHINE_LOAD_H
#define TACHO_SOURCE_TASKS_MACHINE_LOAD_H

#include "record/tick.h"
#include "source/tasks/proc.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct machine_load {
	double load[3];
	double uptime_s;
	uint64_t memory_bytes, memory_available_bytes;
	unsigned threads, running;
	bool has_forks;
	uint64_t forks; /* tasks that were ever begun, threads too */
	/* since boot; slots are none */
	struct tick_cpu *cpus;
	size_t ncpus;
};

/* What cannot be read stays 0.  *ret is filled anew, its memory used again. */
void machine_load_read(struct proc *p, struct machine_load *ret);
void machine_load_done(struct machine_load *load);

/* What @cpu did from @before to @now; by number, CPUs come and go. */
struct tick_cpu machine_load_since(const struct machine_load *before,
				   const struct tick_cpu *now);

#endif
