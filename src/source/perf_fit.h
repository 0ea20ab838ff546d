/*
 * What fits on the PMU, learnt by opening: the plan's question to the kernel.
 */
#ifndef TACHO_SOURCE_PERF_FIT_H
#define TACHO_SOURCE_PERF_FIT_H

#include "metric/plan.h"
#include "source/perf_open.h"

#include <stdbool.h>

struct perf_fit {
	const struct perf_sys *sys;
	struct perf_kernel kernel;
	bool held; /* a group that the PMU could hold found counters taken:
		      by the NMI watchdog or by pinned events of others */
};

/*
 * A plan_fits_fn; @arg is a struct perf_fit.  Opens the group on the calling
 * thread, lets it count for some microseconds, and looks whether it did: the
 * kernel accepts groups that do not fit beside what others have pinned.
 */
int perf_fit_group(void *arg, const struct event *const *events, size_t n,
		   struct err *err);

/*
 * Does the counter of @event move while we compute for some microseconds?
 * 1 yes, 0 no (it opened and stayed 0), negative errno with @err when it
 * cannot be opened.
 */
int perf_fit_moves(struct perf_fit *fit, const struct event *event,
		   struct err *err);

/*
 * Try the whole @plan on the calling thread for about @spin_ms and tell for
 * each group which share of the time it had (0..1); -1 for groups that cannot
 * be tried so (PMUs of the CPUs, nothing opens).  @shares has plan->ngroups.
 */
void perf_fit_shares(struct perf_fit *fit, const struct plan *plan,
		     unsigned spin_ms, double *shares);

#endif
