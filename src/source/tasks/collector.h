/*
 * A collector: counts tasks in one of several ways.
 *
 * Whoever watches looks at every process once in a tick.  For one that ran, or
 * that has ended, it asks the collector for the counts; it hands over a list of
 * threads only when it is asked for one, because lists are dear.
 *
 *	begin()
 *	for each process that ran or ended:
 *		read_process()
 *		if that asks for threads: they are listed; attach()
 *		read_thread() for each thread, when threads are shown
 *		release(), when it has ended
 *	end()
 */
#ifndef TACHO_SOURCE_TASKS_COLLECTOR_H
#define TACHO_SOURCE_TASKS_COLLECTOR_H

#include "base/err.h"
#include "metric/plan.h"
#include "record/run.h"
#include "record/tick.h"
#include "source/perf_sys.h"
#include "source/tasks/watched.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Is @thread of @process still the task that began then?  As the scan knows. */
typedef bool (*collector_is_same_fn)(void *arg,
				     const struct watched_process *process,
				     const struct watched_thread *thread);

/* Is @pid one of the processes that the scan knows? */
typedef bool (*collector_is_known_fn)(void *arg, pid_t pid);

struct collector_options {
	const struct plan *plan; /* of tasks */
	const struct perf_sys *sys;
	bool threads;        /* each thread is wanted by itself */
	double idle_close_s; /* 0: the default */
	size_t descriptors;  /* use at most so many; 0: as many as allowed */
	uint64_t grain_ns;   /* CPU times of processes come in steps of this */
	collector_is_same_fn is_same;
	collector_is_known_fn is_known;
	void *is_same_arg;
};

/* Counts of one process or thread in this interval. */
struct collected {
	/* [plan->ncounters]; the caller's, zeroed before; judged afterwards by
	   the caller.  A counter that is counted nowhere has its state set. */
	struct reading *readings;
	bool any;           /* it is counted: readings mean something */
	uint64_t cpu_ns;    /* CPU time of it that these counts are of; may be
			       known without any */
	bool wants_threads; /* list its threads, and attach() */
	enum task_uncounted uncounted; /* with !any: why */
};

/* A process that began and ended between two looks: nobody saw it. */
struct missed_process {
	pid_t pid;
	uid_t uid;
	char comm[16];
	uint64_t start_ticks;
	unsigned threads; /* that ran */
	uint64_t cpu_ns;
};

struct collector {
	const struct collector_kind *kind;
	struct counter_note *notes; /* [plan->ncounters]; from open() on */
	/* after end() */
	size_t counted; /* tasks that are counted */
	size_t descriptors, descriptors_max;
	char *limited; /* a sentence, NULL */
};

struct collector_kind {
	const char *name; /* "tasks", "bpf" */
	/*
	 * -ENOTSUP with the reason where this way cannot be had at all.  That
	 * no event can be counted is no failure: the notes say why.
	 */
	int (*open)(const struct collector_options *options,
		    struct collector **ret, struct err *err);
	/*
	 * Each thread is wanted by itself, or not, from the next tick on.
	 * Counts up to then are not lost.
	 */
	void (*set_threads)(struct collector *c, bool threads);
	/* A tick begins, at @now_ns of the clock; NULL: nothing to do. */
	void (*begin)(struct collector *c, uint64_t now_ns);
	/*
	 * What @process has counted since it was read before, all its threads
	 * together, also those that ended meanwhile.  process->task.ran_ns is
	 * its CPU time since then; state 'X': it has ended.  Fills ran_ns of
	 * the threads that it knows.
	 */
	void (*read_process)(struct collector *c,
			     struct watched_process *process,
			     struct collected *ret);
	/*
	 * process->threads was just brought up to date: those in it that have
	 * ended have the state 'X', ran_ns is what they ran since they were
	 * listed before.  Put counters on those that ran.  Returns how many threads ran without
	 * being counted.  NULL: this collector never asks.
	 */
	unsigned (*attach)(struct collector *c,
			   struct watched_process *process);
	/* The same of one of its threads; after read_process() of this tick. */
	void (*read_thread)(struct collector *c,
			    struct watched_process *process,
			    struct watched_thread *thread,
			    struct collected *ret);
	/* @thread (NULL: the whole process) is forgotten; ->held becomes NULL. */
	void (*release)(struct collector *c, struct watched_process *process,
			struct watched_thread *thread);
	/* The tick is over: close what has long been idle, fill the base. */
	void (*end)(struct collector *c, uint64_t now_ns);
	/*
	 * After end(), until it is false: a process that was missed, and what it
	 * counted, added to @readings.  NULL: this way of counting knows of none.
	 */
	bool (*next_missed)(struct collector *c, struct missed_process *ret,
			    struct reading *readings);
	void (*close)(struct collector *c); /* NULL is fine */
};

/* A group of counters on each thread that runs. */
extern const struct collector_kind collector_tasks;

#endif
