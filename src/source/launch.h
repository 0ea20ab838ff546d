/*
 * Starting a command so that nothing of it is missed and nothing of ours
 * counted: it is forked, waits before exec, counters are put on it, and it is
 * let go.
 */
#ifndef TACHO_SOURCE_LAUNCH_H
#define TACHO_SOURCE_LAUNCH_H

#include "base/err.h"

#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/resource.h>
#include <sys/types.h>

/*
 * What the command finds when it begins.  Zeroed: what we have.  In any case
 * it keeps our environment, and no descriptor of ours, as they are all
 * close-on-exec.
 */
struct launch_how {
	const sigset_t *mask; /* its signal mask; NULL: ours */
	/* the file to execute, if it has been looked for; NULL: argv[0], which
	   is looked for in PATH each time */
	const char *path;
	bool ignore_chld; /* it ignores SIGCHLD, as our caller did */
	/* [3]: what its standard input, output and error are, each above 2,
	   or -1: ours.  NULL: all ours */
	const int *files;
};

/* What the child had used when it was let go, before exec: not the command's. */
struct launch_before {
	uint64_t time_ns; /* when, CLOCK_MONOTONIC; 0: not known */
	struct rusage used;
	uint64_t ran_ns, waited_ns; /* as launch_schedstat() says */
};

struct launch {
	pid_t pid;
	int go_fd;  /* a byte lets it go; closing it ends it unseen */
	int err_fd; /* its errno when exec fails, end of file when not */
	struct launch_before before; /* after launch_go() */
	int exec_error; /* of launch_at_once(): errno of an exec that failed */
};

/* Fork a child that waits for launch_go(). */
int launch_prepare(struct launch *l, char *const argv[],
		   const struct launch_how *how, struct err *err);

/*
 * The cheap way: fork without a copy of our memory, call @ready(@arg) in the
 * child, and exec; we stand still until then, so there is no waiting for each
 * other.  @ready works on our memory and our descriptors, and nothing that it
 * changes there is undone.  When it returns a negative number nothing is run,
 * and that is returned; l->pid, which it can read, is 0 afterwards.  That the
 * command cannot be run is told by launch_go().
 */
int launch_at_once(struct launch *l, char *const argv[],
		   const struct launch_how *how, int (*ready)(void *arg),
		   void *arg, struct err *err);

/*
 * Let it exec, and wait until it has.  A command that cannot be run gives its
 * errno (-ENOENT, -EACCES, ...), and is reaped.
 */
int launch_go(struct launch *l, char *const argv[], struct err *err);

/*
 * How long the main thread of @pid ran, and how long it was ready and waited
 * for a CPU.  False where the kernel keeps no account.
 */
bool launch_schedstat(pid_t pid, uint64_t *ran_ns, uint64_t *waited_ns);

/* End a child that was never let go; fine after launch_go(). */
void launch_abandon(struct launch *l);

/*
 * Call @work(@arg) in a process of its own that belongs to nobody, outlives us
 * and holds no descriptor.  Of the caller's memory it has a copy.
 */
void launch_detached(void (*work)(void *arg), void *arg);

#endif
