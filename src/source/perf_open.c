/*
 * Opening one counter; see perf_open.h.
 *
 * Each retreat is tried once and remembered in struct perf_kernel where it
 * concerns the kernel, so that a thousand counters do not walk the same
 * ladder.  User mode comes last: who may see the kernel wants to, and EACCES
 * cannot tell "no kernel mode" from "no such counter at all".
 */
#include "source/perf_open.h"

#include "base/log.h"

#include <errno.h>
#include <string.h>
#include <sys/resource.h>

struct perf_event_attr perf_attr_of(const struct perf_opening *how)
{
	const struct event *e = how->event;
	struct perf_event_attr attr = { 0 };

	attr.size = sizeof(attr);
	attr.type = e->code.type;
	attr.config = e->code.config;
	attr.config1 = e->code.config1;
	attr.config2 = e->code.config2;
	attr.bp_type = e->code.bp_type;
	attr.read_format =
		PERF_FORMAT_TOTAL_TIME_ENABLED | PERF_FORMAT_TOTAL_TIME_RUNNING;
	if (how->group_read)
		attr.read_format |= PERF_FORMAT_GROUP;
	attr.disabled = how->disabled;
	attr.enable_on_exec = how->enable_on_exec;
	attr.inherit = how->inherit;
	attr.inherit_thread = how->inherit && how->threads_only;
	/* only a leader may be pinned or exclusive */
	attr.pinned = e->pinned && how->group_fd < 0;
	attr.exclusive = e->exclusive && how->group_fd < 0;
	if (!e->no_exclude) {
		attr.exclude_user = !!(e->exclude & EVENT_EXCLUDE_USER);
		attr.exclude_kernel = !!(e->exclude & EVENT_EXCLUDE_KERNEL);
		attr.exclude_hv = !!(e->exclude & EVENT_EXCLUDE_HV);
		attr.exclude_host = !!(e->exclude & EVENT_EXCLUDE_HOST);
		attr.exclude_guest = !!(e->exclude & EVENT_EXCLUDE_GUEST);
		attr.exclude_idle = !!(e->exclude & EVENT_EXCLUDE_IDLE);
	}
	return attr;
}

/* config3 is younger than some headers; it follows what they know. */
#define CONFIG3_AT 128

/* PERF_COUNT_SW_CGROUP_SWITCHES, which is younger than some headers */
#define CGROUP_SWITCHES 11

static bool wants_config3(const struct event *e)
{
	return e->code.config3 != 0;
}

static int raw_open(const struct perf_sys *sys, struct perf_event_attr *attr,
		    const struct perf_opening *how)
{
	unsigned long flags = PERF_FLAG_FD_CLOEXEC;
	pid_t pid = how->pid;

	if (how->cgroup_fd >= 0) {
		flags |= PERF_FLAG_PID_CGROUP;
		pid = how->cgroup_fd;
	}
	if (wants_config3(how->event)) {
		union {
			struct perf_event_attr attr;
			unsigned char bytes[CONFIG3_AT + 8];
		} big = { 0 };

		big.attr = *attr;
		memcpy(big.bytes + CONFIG3_AT, &how->event->code.config3, 8);
		big.attr.size = sizeof(big.bytes);
		return sys->open(sys->ctx, &big.attr, pid, how->cpu,
				 how->group_fd, flags);
	}
	return sys->open(sys->ctx, attr, pid, how->cpu, how->group_fd, flags);
}

bool perf_kernel_raise_nofile(struct perf_kernel *kernel)
{
	struct rlimit limit;

	if (kernel->raised_nofile)
		return false;
	kernel->raised_nofile = true;
	if (getrlimit(RLIMIT_NOFILE, &limit) < 0 ||
	    limit.rlim_cur >= limit.rlim_max)
		return false;
	kernel->nofile_before = limit.rlim_cur;
	limit.rlim_cur = limit.rlim_max;
	return setrlimit(RLIMIT_NOFILE, &limit) == 0;
}

void perf_kernel_done(struct perf_kernel *kernel)
{
	struct rlimit limit;

	/* the next command is not to inherit it */
	if (!kernel->nofile_before || getrlimit(RLIMIT_NOFILE, &limit) < 0)
		return;
	limit.rlim_cur = kernel->nofile_before;
	setrlimit(RLIMIT_NOFILE, &limit);
	kernel->nofile_before = 0;
}

/* Without kernel mode these count 0, whatever happened. */
static bool happens_in_kernel(const struct perf_event_attr *attr)
{
	if (attr->type == PERF_TYPE_TRACEPOINT)
		return true;
	return attr->type == PERF_TYPE_SOFTWARE &&
	       (attr->config == PERF_COUNT_SW_CONTEXT_SWITCHES ||
		attr->config == PERF_COUNT_SW_CPU_MIGRATIONS ||
		attr->config == CGROUP_SWITCHES);
}

/* Change @attr for another try after @error; false: nothing left to try. */
static bool retreat(struct perf_kernel *kernel, struct perf_event_attr *attr,
		    const struct perf_opening *how, int error, uint32_t asked,
		    bool *group_refused, bool *user_only)
{
	switch (-error) {
	case E2BIG:
		/*
		 * A kernel that is older than our headers leaves its size; one
		 * that finds the group's reading too large leaves ours.
		 */
		return attr->size < asked && attr->size >= PERF_ATTR_SIZE_VER0;
	case EMFILE:
		return perf_kernel_raise_nofile(kernel);
	case EINVAL:
		if (attr->exclude_guest && !kernel->no_exclude_guest) {
			attr->exclude_guest = 0;
			return true;
		}
		if (attr->inherit_thread && !kernel->no_inherit_thread) {
			attr->inherit_thread = 0;
			attr->inherit = 0;
			return true;
		}
		if (attr->inherit && (attr->read_format & PERF_FORMAT_GROUP) &&
		    how->group_fd < 0) {
			attr->read_format &= ~(uint64_t)PERF_FORMAT_GROUP;
			*group_refused = true;
			return true;
		}
		return false;
	case EACCES:
	case EPERM:
		if (attr->exclude_kernel || attr->exclude_user ||
		    how->event->has_level || how->event->no_exclude)
			return false;
		if (happens_in_kernel(attr))
			return false;
		attr->exclude_kernel = 1;
		attr->exclude_hv = 1;
		*user_only = true;
		return true;
	default:
		return false;
	}
}

int perf_open_gently(const struct perf_sys *sys, struct perf_kernel *kernel,
		     const struct perf_opening *how, struct perf_opened *ret,
		     struct err *err)
{
	struct perf_event_attr attr = perf_attr_of(how);
	bool group_refused = false, user_only = false;
	bool had_guest = attr.exclude_guest;
	bool had_thread = attr.inherit_thread;
	int fd, first = 0;

	if (kernel->no_exclude_guest)
		attr.exclude_guest = 0;
	if (kernel->no_inherit_thread && attr.inherit_thread) {
		attr.inherit_thread = 0;
		attr.inherit = 0;
	}
	if (kernel->no_group_inherit && attr.inherit)
		attr.read_format &= ~(uint64_t)PERF_FORMAT_GROUP;
	for (;;) {
		uint32_t asked = attr.size;

		fd = raw_open(sys, &attr, how);
		if (fd >= 0)
			break;
		if (!first)
			first = fd;
		log_say(2, "open '%s' pid %d cpu %d: %s", how->event->name,
			(int)how->pid, how->cpu, strerror(-fd));
		if (!retreat(kernel, &attr, how, fd, asked, &group_refused,
			     &user_only))
			return err_set(err, fd, "cannot count '%s': %s",
				       how->event->name, strerror(-fd));
	}
	/* a step that did not help taught nothing about the kernel */
	if (group_refused)
		kernel->no_group_inherit = true;
	if (had_guest && !attr.exclude_guest)
		kernel->no_exclude_guest = true;
	if (had_thread && !attr.inherit_thread)
		kernel->no_inherit_thread = true;
	ret->user_only = user_only;
	ret->group_read = !!(attr.read_format & PERF_FORMAT_GROUP);
	ret->inherit = attr.inherit;
	return fd;
}

enum reading_state perf_open_state(int error)
{
	switch (error < 0 ? -error : error) {
	case EACCES:
	case EPERM:
		return READING_DENIED;
	case EMFILE:
	case ENFILE:
	case ENOMEM:
	case EBUSY:
	case ESRCH:
		return READING_NOT_COUNTED;
	default:
		return READING_UNSUPPORTED;
	}
}
