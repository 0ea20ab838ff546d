/*
 * What is remembered of processes and threads from tick to tick.
 *
 * The scan of /proc fills these; a collector hangs what it holds on them.
 */
#ifndef TACHO_SOURCE_TASKS_WATCHED_H
#define TACHO_SOURCE_TASKS_WATCHED_H

#include "record/tick.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/* What /proc said last, and what changed since the look before. */
struct watched_task {
	uint64_t start_ticks; /* clock ticks after boot: tells a number that is
				 used again from the task that had it before */
	uint64_t cpu_ns;      /* all that it has run, as of the last look */
	uint64_t ran_ns;      /* of that, in this interval */
	uint64_t wait_ns; /* all that it has waited, where somebody looked */
	char state;       /* as in /proc/PID/stat; 'X': it has ended */
	char comm[16];
	bool seen; /* to stand still, since it was looked at before */
	bool born; /* in this interval */
	/* why there are no counts of it, as of the last look */
	enum task_uncounted uncounted;
};

struct figures;

struct watched_thread {
	pid_t tid;
	struct watched_task task;
	unsigned char standing;  /* the collector's; 0 when it is new */
	unsigned char rest;      /* looks in a row at which it had not run */
	void *held;              /* the collector's */
	struct figures *figures; /* the scan's, when threads are shown */
};

struct watched_process {
	pid_t pid;
	uid_t uid;
	unsigned nlives; /* threads, as of the last look */
	struct watched_task task;
	/*
	 * Threads as last listed, by tid.  One that has ended has the state 'X'
	 * and stays until the collector holds nothing of it.  None: they were
	 * never listed.
	 */
	struct watched_thread *threads;
	size_t nthreads;
	/* CPU time that is in no thread's: of those that have ended, and between
	   two looks; as of the last time that all were looked at */
	int64_t elsewhere_ns;
	void *held;              /* the collector's */
	struct figures *figures; /* the scan's */
};

#endif
