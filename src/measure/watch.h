/*
 * Watching all tasks of the machine, tick by tick.
 *
 * Counters are opened lazily, only for tasks that run, and closed for those
 * that have long been idle.  A tick is made in small steps, so that whoever
 * watches a keyboard, too, never has to wait long.
 */
#ifndef TACHO_MEASURE_WATCH_H
#define TACHO_MEASURE_WATCH_H

#include "base/err.h"
#include "base/rootfs.h"
#include "record/tick.h"
#include "source/perf_sys.h"

#include <stdbool.h>
#include <stdint.h>

/* Which tasks; empty: all. */
struct watch_filter {
	const pid_t *pids; /* and their threads */
	size_t npids;
	const uid_t *uids;
	size_t nuids;
	const char *const *cgroups; /* paths; tasks in them or below */
	size_t ncgroups;
};

enum watch_collector {
	WATCH_AUTO,  /* bpf where it can be had, else tasks */
	WATCH_TASKS, /* a group of counters for each task */
	WATCH_BPF,   /* groups for each CPU, told apart in the kernel */
};

struct watch_options {
	const struct plan *plan, *cpu_plan;
	const struct rootfs *root;
	const struct perf_sys *sys;
	struct watch_filter filter;
	enum watch_collector collector;
	bool threads;        /* a task for each thread, too */
	double idle_close_s; /* counters of tasks idle for so long are closed;
				0: the default */
	size_t descriptors;  /* use at most so many; 0: as many as allowed */
};

struct watch;

/*
 * Fails only where tasks cannot be seen at all: what cannot be counted is in the
 * notes.  -ENOTSUP with the reason for a collector that cannot be had.
 */
int watch_open(const struct watch_options *options, struct watch **ret,
	       struct err *err);

/* For the one tick after this, and all later ones. */
void watch_set_threads(struct watch *w, bool threads);

/* Plan and notes; valid until watch_close(). */
void watch_context(const struct watch *w, struct tick_context *ret);

/*
 * Work on the next tick, for about @budget_ns (UINT64_MAX: to its end).  1: it
 * is done, and in *ret, which is valid until the next is begun; 0: call again;
 * or an error.  The first tick is as long as the machine is counted: it begins
 * with watch_open().
 */
int watch_step(struct watch *w, uint64_t budget_ns, const struct tick **ret,
	       struct err *err);

void watch_close(struct watch *w); /* NULL is fine */

#endif
