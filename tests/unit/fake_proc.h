/*
 * A /proc made by a test: processes and threads that run as it says, and a
 * kernel (fake_perf) whose counters run with them.
 */
#ifndef TACHO_TESTS_FAKE_PROC_H
#define TACHO_TESTS_FAKE_PROC_H

#include "fake_perf.h"
#include "tree.h"

#include <stdint.h>
#include <sys/types.h>

struct fake_proc_task {
	pid_t pid;
	pid_t tid; /* of threads beside the main one; else pid */
	uint64_t start_ticks;
	uid_t uid;
	char state;
	const char *comm, *cgroup;
	uint64_t cpu_ms;
	unsigned threads; /* of the process */
};

struct fake_proc {
	struct tree tree;
	struct fake_perf perf;
	struct fake_proc_task tasks[64];
	size_t ntasks;
	uint64_t forks;
};

void fake_proc_make(struct fake_proc *p);
void fake_proc_remove(struct fake_proc *p);

/* A process; its name is "pN". */
struct fake_proc_task *fake_proc_add(struct fake_proc *p, pid_t pid);
struct fake_proc_task *fake_proc_add_thread(struct fake_proc *p, pid_t pid,
					    pid_t tid);
/* It is gone, with its threads. */
void fake_proc_end(struct fake_proc *p, pid_t pid);
/* @tid runs for @ms, a multiple of 10, half of it in the kernel. */
void fake_proc_run(struct fake_proc *p, pid_t tid, uint64_t ms);
/* Write what a task is now. */
void fake_proc_write(struct fake_proc *p, const struct fake_proc_task *t);

#endif
