/*
 * /proc, read as cheaply as it can be: by descriptors that are kept, into one
 * buffer, and without copying what nobody asked for.
 *
 * Opening, filling and closing a file of /proc takes some microseconds.  Asking
 * for the CPU clock of a process takes a tenth of that, needs no right, and
 * tells whether it ran at all; most have not.
 */
#ifndef TACHO_SOURCE_TASKS_PROC_H
#define TACHO_SOURCE_TASKS_PROC_H

#include "base/err.h"
#include "base/rootfs.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

struct proc {
	int dir;
	bool has_clocks; /* of this machine, and pids mean the same there */
	uint64_t tick_ns, page_bytes;
	char *buffer;
};

/* What /proc/PID/stat has and somebody wants. */
struct proc_stat {
	char comm[16];
	char state;
	pid_t ppid;
	bool kernel;
	uint64_t minor_faults, major_faults;
	uint64_t user_ticks, sys_ticks;
	unsigned threads;
	uint64_t start_ticks;
	uint64_t rss_pages;
	int cpu;
};

struct proc_schedstat {
	uint64_t cpu_ns, wait_ns;
};

struct proc_status {
	uid_t uid; /* effective */
	bool has_switches;
	uint64_t voluntary, involuntary;
};

/* *ret is written on success only. */
int proc_open(const struct rootfs *root, struct proc *ret, struct err *err);
void proc_close(struct proc *p);

/*
 * CPU time of all threads of @pid so far.  -ESRCH: no such process; -ENOTSUP:
 * without has_clocks.
 */
int proc_clock(const struct proc *p, pid_t pid, uint64_t *ret);

/*
 * Of process @pid (@tid 0) or a thread of it.  -ESRCH: it is gone; -EIO: there
 * is no sense in it; others as from reading.
 */
int proc_stat(struct proc *p, pid_t pid, pid_t tid, struct proc_stat *ret);
/* Of the main thread alone, for @tid 0. */
int proc_schedstat(struct proc *p, pid_t pid, pid_t tid,
		   struct proc_schedstat *ret);
int proc_status(struct proc *p, pid_t pid, pid_t tid, struct proc_status *ret);

/* With spaces between the arguments; "" for a thread of the kernel. */
int proc_command(struct proc *p, pid_t pid, char **ret);
/* Path below the v2 root; "" where there is none. */
int proc_cgroup(struct proc *p, pid_t pid, char **ret);

/* A file of the machine into p->buffer; its length, or a negative errno. */
ssize_t proc_read(struct proc *p, const char *name);

/* Numbers of processes or threads, read piece by piece. */
struct proc_listing {
	int fd;
	pid_t *items; /* ascending once it is whole */
	size_t n;
};

/* @pid 0: of all processes; else of its threads. */
int proc_list_begin(struct proc *p, pid_t pid, struct proc_listing *ret);
/* 1: whole; 0: call again; or an error.  The listing is to be ended always. */
int proc_list_step(struct proc *p, struct proc_listing *l);
void proc_list_end(struct proc_listing *l);

#endif
