/*
 * The inside of watching, shared by its files only.
 *
 * A tick is made by going through stages; within the longest, each process is
 * visited, and a visit has stages of its own where it may have to look at
 * thousands of threads.  So it can stop after every few system calls.
 */
#ifndef TACHO_MEASURE_WATCH_PARTS_H
#define TACHO_MEASURE_WATCH_PARTS_H

#include "measure/watch.h"
#include "source/source.h"
#include "source/tasks/collector.h"
#include "source/tasks/look.h"
#include "source/tasks/machine_load.h"
#include "source/tasks/proc.h"

/* In processes with so many threads, what each waited is looked at. */
#define WATCH_FEW_THREADS 64

enum watch_stage {
	WATCH_BEGIN,
	WATCH_LIST, /* which processes are there? */
	WATCH_LOOK, /* at those that are known */
	WATCH_MEET, /* those that were found now */
	WATCH_BUILD,
};

enum visit_stage {
	VISIT_LOOK,
	VISIT_READ,    /* what was counted */
	VISIT_LIST,    /* its threads */
	VISIT_SCAN,    /* them */
	VISIT_ATTACH,  /* counters to them */
	VISIT_THREADS, /* what each has counted */
	VISIT_END,
};

struct visit {
	enum visit_stage stage;
	struct watched_process *process;
	struct proc_listing listing;
	size_t thread; /* the next */
	bool skipped;  /* some that have long been idle were not looked at */
	bool again;    /* and now they are */
	struct collected collected;
	unsigned missing; /* threads that ran without counters */
};

/* Why nobody needs to look at a process; 0: somebody does. */
enum watch_outside {
	WATCH_INSIDE,
	WATCH_OUTSIDE
};

struct watch {
	struct watch_options options;
	struct proc proc;
	struct collector *collector;
	/* whole CPUs; session NULL: not counted */
	struct target cpu_target;
	struct session *cpus;
	struct counter_note *cpu_notes;
	struct snapshot cpu_before;
	struct machine_load before, now;
	/* by pid; those that ended in the last tick have the state 'X' */
	struct watched_process **processes;
	size_t nprocesses;
	size_t nlisted; /* of the machine, also those that are filtered out */
	bool threads;   /* wanted from the next tick on */
	bool warming;   /* before the first tick */
	/* the tick that is being made */
	enum watch_stage stage;
	uint64_t began_ns; /* the one before */
	struct proc_listing listing;
	pid_t *found; /* processes that were not there before */
	size_t nfound;
	bool listed; /* in this tick */
	size_t next; /* to be visited */
	struct visit visit;
	struct tick tick;
	struct reading *counts;  /* [slot][counter] */
	struct reading *scratch; /* [counter] */
};

/* A column for what was counted of a task. */
size_t watch_add_slot(struct watch *w, const struct task *task,
		      const struct reading *readings);

/* watch_visit.c: work a little on the visit of visit.process; true: done */
bool watch_visit(struct watch *w);
/* It is not one of those that are wanted. */
bool watch_is_outside(const struct watch *w,
		      const struct watched_process *process);

bool watch_wants_user(const struct watch *w, uid_t uid);

/* watch_threads.c */
bool watch_threads_need_list(const struct watch *w);
/* Work a little; true: done, and the list is what is there */
bool watch_threads_list(struct watch *w);
bool watch_threads_scan(struct watch *w);
/* Threads' own counts, and sums of what only threads know. */
void watch_threads_read(struct watch *w);
void watch_threads_wait(struct watch *w);
/* Forget those that have ended. */
void watch_threads_forget(struct watch *w, struct watched_process *process);

/* watch_tick.c: a tick of what is known now */
void watch_build(struct watch *w);

#endif
