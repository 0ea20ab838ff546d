/*
 * The inside of collector_tasks: groups of counters on the threads that run.
 *
 * A process has no counters of its own in the kernel; only its threads have.
 * Threads that are born later are counted by their creator's (inherit), so that
 * those that live for less than a tick are not missed.  Two things follow:
 *
 * A thread that is found later must not get counters of its own when its creator
 * had some: it would be counted twice.  Nobody tells who created a thread.  So
 * what is found in a process that is counted already is taken to be inherited.
 * Where that is wrong, the process runs longer than its counters say (each knows
 * for how long it was on a CPU): then all of them are closed and put on the
 * threads that are there now.  A process in which this goes wrong again and again
 * is counted without inheritance.  Whatever happens, nothing is counted twice.
 *
 * Closing a thread's counters closes those that were inherited from them, also
 * when it has ended.  So with inheritance all of a process are closed, or none.
 *
 * The same difference tells whether any thread without counters ran, so that
 * the threads of a process need to be looked at only then.
 */
#ifndef TACHO_SOURCE_TASKS_BY_THREAD_H
#define TACHO_SOURCE_TASKS_BY_THREAD_H

#include "source/tasks/collector.h"
#include "source/tasks/thread_counters.h"

/* What a thread is to its collector (watched_thread.standing). */
enum thread_standing {
	THREAD_UNKNOWN,   /* never seen */
	THREAD_OWN,       /* counted by its own counters or not at all */
	THREAD_INHERITED, /* by those of its creator, as far as is known */
};

/* What is held of a process. */
struct held_process {
	struct watched_process *process;
	size_t index;       /* in the list */
	size_t nopen;       /* threads with counters */
	size_t nwanted;     /* threads that want some */
	bool inherit;       /* counters are inherited by new threads */
	bool never_inherit; /* it went wrong too often */
	bool fresh; /* opened since the last reading: not yet to be judged */
	enum task_uncounted refused; /* DENIED or NOTHING: no use to try */
	bool limited;  /* there were too few descriptors for all its threads */
	bool chosen;   /* where they are few: it is to have some */
	bool renew;    /* its counters are not those that it should have */
	bool threads;  /* they are for single threads */
	size_t groups; /* and of so many groups */
	unsigned resets;
	uint64_t last_ran_ns; /* when, by the clock */
	uint64_t busy_ns;     /* CPU time of an interval, smoothed */
	uint64_t counted_ns;  /* in the last interval */
	uint64_t missed_ns;   /* in the last interval: more than was counted */
	/* share of its CPU time that is missed though all threads are counted:
	   what switching to and from a task takes is not in its counters */
	double usual;
	char comm[16]; /* another after exec: rights may be others */
};

struct by_thread {
	struct collector base;
	struct collector_options options;
	struct thread_counting counting;
	struct held_process **held;
	size_t nheld;
	size_t most;     /* descriptors that may be had */
	size_t max;      /* that could be had last */
	size_t quota;    /* threads that may still be opened in this tick */
	bool threads;    /* as wanted */
	bool nothing;    /* no event can be counted at all */
	bool scarce;     /* not all that want descriptors have some */
	unsigned calm;   /* ticks for which there were plenty */
	uint64_t now_ns; /* of this tick */
	uint64_t idle_ns;
};

/* Close all counters of @h. */
void by_thread_drop(struct by_thread *c, struct held_process *h);
/* Share out descriptors and close what is idle, at the end of a tick. */
void by_thread_balance(struct by_thread *c);

#endif
