/*
 * What is counted: a command, processes, threads, CPUs, cgroups.
 */
#ifndef TACHO_SOURCE_TARGET_H
#define TACHO_SOURCE_TARGET_H

#include "base/err.h"
#include "cpu/cpuset.h"

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

struct target {
	char **argv; /* command; NULL: none.  Borrowed */
	pid_t *pids; /* processes: every thread of them */
	size_t npids;
	pid_t *tids; /* single threads */
	size_t ntids;
	bool system_wide;   /* every CPU in cpus */
	bool all_threads;   /* every thread of the system, each for itself */
	struct cpuset cpus; /* of system_wide; the online CPUs */
	char **cgroups;     /* with system_wide; names below the mount */
	size_t ncgroups;
	bool inherit; /* children and later threads too */
};

/* Is anything but the command's own tasks counted? */
bool target_is_attached(const struct target *t);

/*
 * Read "17,42" into @ret.  -EINVAL names the bad one; -ESRCH one that does not
 * exist.  @what is "process" or "thread".
 */
int target_parse_pids(const char *text, const char *what, pid_t **ret,
		      size_t *n, struct err *err);

/*
 * The threads of @pid (0: of every process) that live now, ascending; the
 * caller frees.  -ESRCH when the process is gone.
 */
int target_threads(pid_t pid, pid_t **ret, size_t *n);

/*
 * Does process or thread @id still run?  Not when only its parent's asking for
 * its status is missing.
 */
bool target_task_lives(pid_t id);

/* The name of thread @tid of process @pid into @buf, "?" when it is gone. */
void target_comm(pid_t pid, pid_t tid, char *buf, size_t len);

/*
 * A directory fd of cgroup @name ("/" or "a/b"), in the v2 hierarchy or v1's
 * perf_event one.  -ENOENT and others with the paths that were tried.
 */
int target_open_cgroup(const char *name, struct err *err);

/* Release; for AUTO(target_done). */
void target_done(struct target *t);

#endif
