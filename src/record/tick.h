/*
 * One look at all tasks of the machine: who ran since the last look, for how
 * long, and what was counted meanwhile.  What tacho top shows, keeps and plays.
 *
 * All amounts are of the interval that ends with the tick, never sums since
 * some start: so a tick can be shown, kept or skipped by itself, and what a task
 * did in its last moments is in the tick in which it ended.
 */
#ifndef TACHO_RECORD_TICK_H
#define TACHO_RECORD_TICK_H

#include "record/run.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#define TASK_NOT_COUNTED SIZE_MAX

/* Why there are no counts of a task; those that it has say so themselves. */
enum task_uncounted {
	TASK_COUNTED,
	TASK_IDLE,    /* it did not run: there is nothing to count */
	TASK_NEW,     /* it was found only now, and is counted from now on */
	TASK_DENIED,  /* of somebody else */
	TASK_LIMIT,   /* too few descriptors: busier tasks have them */
	TASK_GONE,    /* it had ended before it could be counted */
	TASK_NOTHING, /* no event can be counted here at all */
};
#define TASK_UNCOUNTEDS (TASK_NOTHING + 1)

/* "idle", "new", ... and the same as a phrase for people. */
const char *task_uncounted_name(enum task_uncounted why);
const char *task_uncounted_meaning(enum task_uncounted why);

/*
 * A process, as the sum of its threads, or one thread.  A number may be used
 * again for another task: with the time of its start it is unique.
 */
struct task {
	pid_t pid;
	pid_t tid; /* 0: the whole process */
	pid_t ppid;
	uint64_t start_ticks; /* clock ticks after boot */
	uid_t uid;            /* effective */
	char state;           /* as /proc/PID/stat: 'R', 'S', 'D', ...; 'X': it
				 ended in this interval */
	bool born;            /* it began in this interval */
	bool kernel;          /* a thread of the kernel */
	char comm[16];
	const char *command; /* with arguments, separated by spaces; "" where
				there are none; the tick's */
	const char *cgroup; /* path below the v2 root, "" unknown; the tick's */
	unsigned threads;   /* of the process */
	int cpu;            /* it ran on last; -1 */
	/* in this interval */
	uint64_t user_ns, sys_ns;
	uint64_t minor_faults, major_faults;
	bool has_wait;    /* wait_ns is known */
	uint64_t wait_ns; /* it was ready and waited for a CPU */
	bool has_switches;
	uint64_t voluntary_switches, involuntary_switches;
	/* now */
	uint64_t rss_bytes;
	/* its column of tick->counts, or TASK_NOT_COUNTED, and then why */
	size_t slot;
	enum task_uncounted uncounted;
	/* of the whole process: threads that ran and have no counts: then what
	   slot has is less than all */
	unsigned threads_uncounted;
};

/* A CPU, over the interval. */
struct tick_cpu {
	int cpu;
	uint64_t user_ns, sys_ns, idle_ns, iowait_ns, irq_ns, steal_ns;
	size_t slot; /* column of tick->cpu_counts; TASK_NOT_COUNTED */
};

/* How the counting itself went. */
struct tick_collector {
	const char *name; /* "tasks", "bpf"; static */
	size_t counted;   /* tasks with counters at the end */
	size_t ran;       /* tasks that used a CPU */
	size_t uncounted; /* of those that ran: without counts */
	size_t descriptors, descriptors_max;
	char *limited;    /* one sentence, NULL: nothing is held back */
	uint64_t cost_ns; /* CPU time that this tick has taken */
};

struct tick {
	double at; /* seconds since 1970, of its end */
	uint64_t time_ns, length_ns;
	struct task *tasks; /* sorted by pid, then tid: the process first */
	size_t ntasks;
	bool has_threads; /* each thread is there, not only the processes */
	bool some;        /* only tasks that were asked for are there */
	/* of tasks that were counted; plan is that of the context.  A slot of a
	   process is the sum over its threads */
	struct slot *slots;
	size_t nslots;
	struct snapshot counts;
	/* of whole CPUs, idle or not; nslots is 0 where that is not allowed */
	struct tick_cpu *cpus;
	size_t ncpus;
	struct slot *cpu_slots;
	size_t ncpu_slots;
	struct snapshot cpu_counts; /* of the context's cpu_plan */
	/* the machine */
	double load[3];
	double uptime_s;
	uint64_t memory_bytes, memory_available_bytes;
	unsigned processes, threads, running;
	struct tick_collector collector;
	char *texts; /* that tasks borrow */
};

/* What does not change from tick to tick; all is borrowed. */
struct tick_context {
	const struct plan *plan;     /* of tasks */
	const struct plan *cpu_plan; /* of CPUs */
	const struct facts *facts;   /* of the machine, for formulas */
	/* [plan->ncounters]: why a counter counts nothing anywhere */
	const struct counter_note *notes, *cpu_notes;
};

/* An empty one is all zero. */
void tick_done(struct tick *tick);

/* The process (tid 0) or thread; NULL. */
const struct task *tick_find(const struct tick *tick, pid_t pid, pid_t tid);

#endif
