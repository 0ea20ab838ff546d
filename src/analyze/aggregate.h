/*
 * Slots (CPUs, threads, cgroups) to the rows that are shown.
 */
#ifndef TACHO_ANALYZE_AGGREGATE_H
#define TACHO_ANALYZE_AGGREGATE_H

#include "cpu/topology.h"
#include "record/run.h"

enum aggregate_by {
	AGGREGATE_ALL,
	AGGREGATE_CPU, /* -A */
	AGGREGATE_CORE,
	AGGREGATE_DIE,
	AGGREGATE_SOCKET,
	AGGREGATE_NODE,
	AGGREGATE_THREAD,
	AGGREGATE_PROCESS,
};

/* One row's worth of slots. */
struct bin {
	enum aggregate_by by;
	int cpu, core, die, socket, node; /* those that @by says; else -1 */
	pid_t tid, pid;
	char comm[16]; /* with a process or thread; a process' first name */
	int cgroup;    /* index into series->cgroups, -1 */
	size_t *slots; /* indices into run->slots */
	size_t nslots;
};

struct bins {
	struct bin *items;
	size_t n;
};

/*
 * Put each slot of @run into its bin.  Bins are split by cgroup in every case,
 * sorted by cgroup, then by place (or tid, pid).  @topology may be NULL for
 * AGGREGATE_ALL, _CPU, _THREAD and _PROCESS.
 */
void bins_make(struct bins *ret, const struct run *run, enum aggregate_by by,
	       const struct topology *topology);
void bins_done(struct bins *bins);

/* By cgroup, then place or thread; 0: the same row. */
int bin_compare(const struct bin *a, const struct bin *b);

/* The bin for the same row as @like, NULL when there is none. */
struct bin *bins_find(const struct bins *bins, const struct bin *like);

#endif
