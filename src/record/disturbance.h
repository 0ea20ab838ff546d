/*
 * What disturbed a run from outside: others wanted the CPU, a hypervisor took
 * it, the scheduler moved the command about, the clock rate was another one.
 *
 * Nothing is thrown away here: these are data by which somebody may decide to.
 */
#ifndef TACHO_RECORD_DISTURBANCE_H
#define TACHO_RECORD_DISTURBANCE_H

#include "base/rootfs.h"
#include "record/run.h"

#include <stdint.h>

enum disturbance_kind {
	DISTURBANCE_STEAL = 1 << 0,      /* more than 1 % of the time */
	DISTURBANCE_CONTENTION = 1 << 1, /* it was ready, and waited: more than
					    2 % of the time, and 1 ms */
	DISTURBANCE_MIGRATIONS = 1 << 2, /* many more than in other runs */
	DISTURBANCE_FREQUENCY = 1 << 3,  /* 2 % off that of other runs */
};
#define DISTURBANCE_KINDS 4

/* "steal", "contention", "migrations", "frequency" of bit @i */
const char *disturbance_name(unsigned i);

/* Of one run; what is not known is negative. */
struct disturbance {
	unsigned kinds;    /* DISTURBANCE_STEAL | ... */
	double steal;      /* CPU seconds that were stolen per second */
	double waiting;    /* share of the time that it wanted a CPU */
	double preempted;  /* involuntary switches per second of CPU time */
	double migrations; /* moves to another CPU */
	double hz;         /* cycles per second of CPU time */
};

/*
 * Judge all runs of @series into @ret[nruns].  What differs from other runs is
 * told from three of them on, against the median.
 */
void disturbance_judge(const struct series *series, struct disturbance *ret);

/*
 * What the hypervisor has kept from all CPUs since this machine was started.
 * -ENODATA where the kernel does not tell.
 */
int disturbance_steal(const struct rootfs *root, uint64_t *ret_ns);

#endif
