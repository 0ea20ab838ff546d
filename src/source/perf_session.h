/*
 * The inside of the kernel's source, shared by its files only.
 *
 * Each group of the plan is opened once per slot it belongs to:
 *
 *	           slot 0    slot 1    slot 2
 *	group 0    cell      cell      -          a cell is a leader and its
 *	group 1    -         -         cell       members, read with one call
 */
#ifndef TACHO_SOURCE_PERF_SESSION_H
#define TACHO_SOURCE_PERF_SESSION_H

#include "source/perf_open.h"
#include "source/source.h"

struct cell {
	size_t slot;
	bool one_read; /* PERF_FORMAT_GROUP */
	int leader;    /* fd, -1: nothing opened */
	int *fds;      /* [group->n], -1: not opened */
};

struct cells {
	struct cell *items;
	size_t n;
};

struct perf_session {
	struct session base;
	const struct perf_sys *sys;
	struct perf_kernel kernel;
	struct session_options options;
	struct cells *groups; /* [plan->ngroups] */
	uint64_t *buffer;     /* for the largest group */
	int *cgroup_fds;      /* [target->ncgroups] */
	/* slots that exist only for PMUs of the CPUs, beside those of tasks */
	size_t extra_first, extra_n;
};

/* session->source->read */
int perf_session_read(struct session *s, struct snapshot *out, struct err *err);

#endif
