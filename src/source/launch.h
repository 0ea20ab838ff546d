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

/* What the child had used when it was let go, before exec: not the command's. */
struct launch_before {
	uint64_t time_ns; /* when; 0: not known */
	struct rusage used;
	uint64_t ran_ns, waited_ns; /* as launch_schedstat() says */
};

struct launch {
	pid_t pid;
	int go_fd;  /* a byte lets it go; closing it ends it unseen */
	int err_fd; /* its errno when exec fails, end of file when not */
	struct launch_before before; /* after launch_go() */
};

/*
 * Fork.  The child gets @mask as its signal mask, ignores SIGCHLD if
 * @ignore_chld (as we did when we were started), and keeps the environment and
 * the descriptors it would have had; ours are all close-on-exec.
 */
int launch_prepare(struct launch *l, char *const argv[], const sigset_t *mask,
		   bool ignore_chld, struct err *err);

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
