/*
 * The groups of a plan on one thread: opening, reading what was counted since
 * the reading before, closing.
 */
#ifndef TACHO_SOURCE_TASKS_THREAD_COUNTERS_H
#define TACHO_SOURCE_TASKS_THREAD_COUNTERS_H

#include "metric/plan.h"
#include "record/run.h"
#include "source/perf_open.h"
#include "source/perf_sys.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* What is the same for all threads. */
struct thread_counting {
	const struct plan *plan;
	const struct perf_sys *sys;
	struct perf_kernel kernel;
	struct counter_note *notes; /* [plan->ncounters] */
	size_t groups;      /* so many of the plan's groups are opened */
	size_t npossible;   /* of the counters of these: can count tasks */
	size_t descriptors; /* open now */
	uint64_t *buffer;
};

/* Try each counter on ourselves; notes say which cannot count at all. */
void thread_counting_init(struct thread_counting *t, const struct plan *plan,
			  const struct perf_sys *sys);
void thread_counting_done(struct thread_counting *t);

/* Open only the first @groups of the plan's groups from now on. */
void thread_counting_set_groups(struct thread_counting *t, size_t groups);

struct thread_amount {
	uint64_t raw, enabled_ns, running_ns;
};

struct thread_counters {
	size_t groups;    /* as many as there were when it was opened */
	bool inherit;     /* threads born of it are counted here, too */
	bool fresh;       /* opened since the last reading */
	bool together;    /* a group is read at once */
	uint64_t ran_ns;  /* in the last interval: it and those */
	uint64_t idle_ns; /* for so long it has not run; the owner's */
	int *fds;         /* [ncounters] */
	struct thread_amount *before;   /* [ncounters]: at the last reading */
	struct thread_amount amounts[]; /* [ncounters]: since the one before */
};

/*
 * On thread @tid.  -ESRCH: it is gone; -EACCES: not allowed; -EMFILE: no
 * descriptors; others: nothing of the plan could be opened.
 */
int thread_counters_open(struct thread_counting *t, pid_t tid, bool inherit,
			 struct thread_counters **ret);
/* Fill amounts and ran_ns; 0 of both when it cannot be read now. */
void thread_counters_read(struct thread_counting *t, struct thread_counters *c);
/* Add its amounts to @readings, of [ncounters]. */
void thread_counters_add(const struct thread_counting *t,
			 const struct thread_counters *c,
			 struct reading *readings);
void thread_counters_close(struct thread_counting *t,
			   struct thread_counters *c); /* NULL is fine */

#endif
