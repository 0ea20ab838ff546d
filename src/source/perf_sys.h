/*
 * The system calls of perf_event_open behind a struct, so that tests can be
 * the kernel and make every call fail.
 *
 * All return a result or a negative errno; none touches errno.
 */
#ifndef TACHO_SOURCE_PERF_SYS_H
#define TACHO_SOURCE_PERF_SYS_H

#include <linux/perf_event.h>
#include <stddef.h>
#include <sys/types.h>

struct perf_sys {
	void *ctx; /* handed to each call */
	/* an fd; on -E2BIG the kernel leaves its own size in attr->size */
	int (*open)(void *ctx, struct perf_event_attr *attr, pid_t pid, int cpu,
		    int group_fd, unsigned long flags);
	ssize_t (*read)(void *ctx, int fd, void *buf, size_t len);
	int (*ioctl)(void *ctx, int fd, unsigned long request,
		     unsigned long arg);
	int (*close)(void *ctx, int fd);
};

/* The real ones. */
extern const struct perf_sys perf_sys_kernel;

#endif
