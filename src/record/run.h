/*
 * What was counted: snapshots, runs, and all runs of one subject.
 */
#ifndef TACHO_RECORD_RUN_H
#define TACHO_RECORD_RUN_H

#include "base/err.h"
#include "metric/fact.h"
#include "metric/plan.h"
#include "record/reading.h"
#include "record/spread.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/* Where a counter is opened; a snapshot has a column for each. */
struct slot {
	int cpu;    /* -1: any */
	pid_t pid;  /* process, -1: not a task */
	pid_t tid;  /* thread, -1: not a task */
	int cgroup; /* index into series->cgroups, -1: none */
	char comm[16];
};

/* All counters at one time. */
struct snapshot {
	uint64_t time_ns; /* CLOCK_MONOTONIC */
	size_t ncounters, nslots;
	struct reading *readings; /* [counter * nslots + slot] */
	/* how the counts went up and down in this time; NULL: not known.
	   Owned. */
	struct spreads *spread;
};

void snapshot_init(struct snapshot *s, size_t ncounters, size_t nslots);
void snapshot_done(struct snapshot *s);
static inline struct reading *snapshot_at(const struct snapshot *s,
					  size_t counter, size_t slot)
{
	return &s->readings[counter * s->nslots + slot];
}

/* What is known about a counter beside its values. */
struct counter_note {
	struct err why; /* code 0, or why it could not be opened */
	bool user_only; /* retreated to user mode: the kernel part is missing */
};

/*
 * What the kernel says of a command that has ended, besides its times.  The
 * counts are of the command, of all its threads and of the children that it
 * waited for, since it was let go.  Waiting for a CPU is known of the main thread
 * alone: what its other threads and its children waited is not in it.
 */
struct run_usage {
	uint64_t voluntary_switches;   /* it had to wait for something */
	uint64_t involuntary_switches; /* others got the CPU */
	uint64_t minor_faults;
	uint64_t major_faults;          /* had to read from a disk */
	uint64_t blocks_in, blocks_out; /* of 512 bytes, to and from disks */
	bool has_main_wait;
	uint64_t main_wait_ns; /* the main thread was ready, and waited */
	uint64_t main_cpu_ns;  /* and ran for so long */
};

/*
 * What happened meanwhile outside of the counters: on all CPUs of the machine,
 * and to the tasks that were there before (-p, -t).
 */
struct run_around {
	bool has_machine;
	uint64_t idle_ns, busy_ns; /* added up over the CPUs */
	bool has_tasks;            /* none of them has ended */
	uint64_t tasks_wait_ns;    /* they were ready, and waited */
	uint64_t tasks_cpu_ns;     /* and ran for so long */
};

/* One execution, or one stretch of watching. */
struct run {
	struct slot *slots;
	size_t nslots;
	struct counter_note *notes; /* [plan->ncounters] */
	struct snapshot total;      /* from start to end */
	uint64_t start_ns;          /* CLOCK_MONOTONIC */
	uint64_t wall_ns;
	uint64_t on_ns; /* of that, counting was switched on (-D, --control) */
	uint64_t user_ns, sys_ns; /* of the command and its children */
	long maxrss_kib;          /* 0: less than we had, and not known */
	char **remarks;           /* of the source, about this run; sentences */
	size_t nremarks;
	size_t newcomers;       /* threads that may be counted twice */
	bool has_rusage;        /* there was a command */
	bool beside;            /* it was not what is counted (-p, -a): it only
				   set how long */
	struct run_usage usage; /* only with has_rusage */
	struct run_around around;
	int wait_status; /* of the command, as from wait() */
	/* what a hypervisor kept from all CPUs of this machine meanwhile; only
	   looked at when somebody wants to know */
	bool has_steal;
	uint64_t steal_ns;
};
void run_done(struct run *run);

/*
 * How long the command waited for a CPU, in seconds.  False where that is not
 * known: without a command, and where a tenth or more of its processor time was
 * not the main thread's, which then says little about the whole.
 */
bool run_wait_s(const struct run *run, double *ret);

/* All runs of one subject. */
struct series {
	const struct plan *plan;   /* borrowed */
	const struct facts *facts; /* of the machine; borrowed; may be NULL */
	char *const *cgroups;      /* names; borrowed */
	size_t ncgroups;
	size_t passes; /* executions that each run was put together from; 0 or
			  1: it is one */
	struct run *runs;
	size_t nruns;
};
void series_done(struct series *series);

#endif
