/*
 * Opening one counter: the attr for an event, and the retreat when the kernel
 * does not want it that way.
 */
#ifndef TACHO_SOURCE_PERF_OPEN_H
#define TACHO_SOURCE_PERF_OPEN_H

#include "base/err.h"
#include "event/event.h"
#include "record/reading.h"
#include "source/perf_sys.h"

#include <stdbool.h>
#include <sys/types.h>

/* What this kernel turned out not to know; starts zeroed, is shared. */
struct perf_kernel {
	bool no_group_inherit; /* before 4.13: group reads of inherited events */
	bool no_exclude_guest;  /* before 2.6.37 */
	bool no_inherit_thread; /* before 5.13 */
	bool raised_nofile;     /* the descriptor limit is at its maximum */
	uint64_t nofile_before; /* what it was; 0: not changed */
};

/* As many descriptors as are allowed; false: there are no more than before. */
bool perf_kernel_raise_nofile(struct perf_kernel *kernel);
/* Put the descriptor limit back; call it when the counters are closed. */
void perf_kernel_done(struct perf_kernel *kernel);

/* How to open an event; what is zero is off. */
struct perf_opening {
	const struct event *event;
	pid_t pid; /* as perf_event_open takes it: -1 all, 0 self */
	int cpu;
	int group_fd;  /* -1: leads a group */
	int cgroup_fd; /* >= 0: pid is ignored */
	bool inherit;
	bool threads_only; /* threads inherit it, other processes do not; where
			      the kernel cannot do that, nobody does */
	bool disabled;     /* leaders only; siblings follow their leader */
	bool enable_on_exec;
	bool group_read; /* PERF_FORMAT_GROUP wanted */
};

/* How it was opened in the end. */
struct perf_opened {
	bool user_only;  /* the kernel part is refused, the rest counts */
	bool group_read; /* PERF_FORMAT_GROUP is set */
	bool inherit;    /* those born later are counted, too */
};

/*
 * Open, retreating step by step: a smaller attr for an older kernel, no
 * exclude_guest, no group read, user mode only (unless the event says for
 * itself what it wants), more descriptors.
 *
 * Returns an fd or a negative errno with the plain reason in @err.
 */
int perf_open_gently(const struct perf_sys *sys, struct perf_kernel *kernel,
		     const struct perf_opening *how, struct perf_opened *ret,
		     struct err *err);

/* The state of a counter that could not be opened. */
enum reading_state perf_open_state(int error);

/* The attr of @how, before any retreat. */
struct perf_event_attr perf_attr_of(const struct perf_opening *how);

#endif
