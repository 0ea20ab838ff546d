/*
 * What was counted: snapshots, runs, and all runs of one subject.
 */
#ifndef TACHO_RECORD_RUN_H
#define TACHO_RECORD_RUN_H

#include "base/err.h"
#include "metric/plan.h"
#include "record/reading.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/* Where a counter is opened; a snapshot has a column for each. */
struct slot {
	int cpu;    /* -1: any */
	pid_t pid;  /* process, -1: not a task */
	pid_t tid;  /* thread, -1: not a task */
	int cgroup; /* index into series->cgroups, -1: none */
	char comm[16];
};

/* All counters at one time. */
struct snapshot {
	uint64_t time_ns; /* CLOCK_MONOTONIC */
	size_t ncounters, nslots;
	struct reading *readings; /* [counter * nslots + slot] */
};

void snapshot_init(struct snapshot *s, size_t ncounters, size_t nslots);
void snapshot_done(struct snapshot *s);
static inline struct reading *snapshot_at(const struct snapshot *s,
					  size_t counter, size_t slot)
{
	return &s->readings[counter * s->nslots + slot];
}

/* What is known about a counter beside its values. */
struct counter_note {
	struct err why; /* code 0, or why it could not be opened */
	bool user_only; /* retreated to user mode: the kernel part is missing */
};

/* One execution, or one stretch of watching. */
struct run {
	struct slot *slots;
	size_t nslots;
	struct counter_note *notes; /* [plan->ncounters] */
	struct snapshot total;      /* from start to end */
	uint64_t wall_ns;
	uint64_t on_ns; /* of that, counting was switched on (-D, --control) */
	uint64_t user_ns, sys_ns; /* of the command and its children */
	long maxrss_kib;
	char **remarks; /* of the source, about this run; sentences */
	size_t nremarks;
	size_t newcomers; /* threads that may be counted twice */
	bool has_rusage;  /* there was a command */
	int wait_status;  /* of the command, as from wait() */
};
void run_done(struct run *run);

/* All runs of one subject. */
struct series {
	const struct plan *plan; /* borrowed */
	char *const *cgroups;    /* names; borrowed */
	size_t ncgroups;
	struct run *runs;
	size_t nruns;
};
void series_done(struct series *series);

#endif
