/* What fits on the PMU; see perf_fit.h. */
#include "source/perf_fit.h"

#include "base/auto.h"
#include "base/clock.h"
#include "base/log.h"
#include "base/xalloc.h"

#include <errno.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>

static void close_all(const struct perf_sys *sys, int *fds, size_t n)
{
	for (size_t i = n; i-- > 0;)
		if (fds[i] >= 0)
			sys->close(sys->ctx, fds[i]);
}

/*
 * Open @events as one group on ourselves.  0, or the errno of the failure.
 *
 * The leader waits for an exec that never comes: arm64's drivers leave events
 * that are merely disabled out when they look whether a group fits, and would
 * accept one more than the PMU can hold.
 */
static int open_group(struct perf_fit *fit, const struct event *const *events,
		      size_t n, int *fds, struct err *err)
{
	for (size_t i = 0; i < n; i++)
		fds[i] = -1;
	for (size_t i = 0; i < n; i++) {
		struct perf_opening how = { .event = events[i],
					    .pid = 0,
					    .cpu = -1,
					    .cgroup_fd = -1,
					    .group_fd = i ? fds[0] : -1,
					    .disabled = i == 0,
					    .enable_on_exec = i == 0 };
		struct perf_opened opened;
		int fd = perf_open_gently(fit->sys, &fit->kernel, &how, &opened,
					  err);

		if (fd < 0)
			return fd;
		fds[i] = fd;
	}
	return 0;
}

static void spin(uint64_t ns)
{
	uint64_t end = clock_now_ns() + ns;

	while (clock_now_ns() < end)
		;
}

/* Value and times of @leader: 0, or the errno of the read. */
static int times(const struct perf_sys *sys, int leader, uint64_t *value,
		 uint64_t *enabled, uint64_t *running)
{
	uint64_t b[3];
	ssize_t n = sys->read(sys->ctx, leader, b, sizeof(b));

	if (n < (ssize_t)sizeof(b))
		return n < 0 ? (int)n : -EIO;
	*value = b[0];
	*enabled = b[1];
	*running = b[2];
	return 0;
}

/*
 * Go where the core type of @e is, so that its counters can run at all.
 * Returns whether there is something to go back from.
 */
static bool move_to(const struct event *e, cpu_set_t *before)
{
	cpu_set_t there;

	if (e->core_type < 0 || !e->cpus.n)
		return false;
	if (sched_getaffinity(0, sizeof(*before), before) < 0)
		return false;
	CPU_ZERO(&there);
	for (size_t i = 0; i < e->cpus.n; i++)
		if (e->cpus.cpus[i] < CPU_SETSIZE)
			CPU_SET(e->cpus.cpus[i], &there);
	return sched_setaffinity(0, sizeof(there), &there) == 0;
}

struct trial {
	uint64_t value, enabled, running;
};

/* Let the group led by @fds[0] count where @e can. */
static struct trial try_out(struct perf_fit *fit, const int *fds,
			    const struct event *e)
{
	const struct perf_sys *sys = fit->sys;
	struct trial t = { 0 };
	cpu_set_t before;
	bool moved = move_to(e, &before);

	/* not allowed where its counters are: that tells nothing about them */
	if (e->core_type >= 0 && e->cpus.n && !moved &&
	    !cpuset_has(&e->cpus, sched_getcpu()))
		return t;
	sys->ioctl(sys->ctx, fds[0], PERF_EVENT_IOC_ENABLE,
		   PERF_IOC_FLAG_GROUP);
	spin(20000);
	sys->ioctl(sys->ctx, fds[0], PERF_EVENT_IOC_DISABLE,
		   PERF_IOC_FLAG_GROUP);
	if (times(sys, fds[0], &t.value, &t.enabled, &t.running) < 0)
		t = (struct trial){ 0 };
	if (moved)
		sched_setaffinity(0, sizeof(before), &before);
	return t;
}

/* A trial that told nothing is no reason against the group. */
static bool runs(struct perf_fit *fit, const int *fds, const struct event *e)
{
	struct trial t = try_out(fit, fds, e);

	return t.running > 0 || t.enabled == 0;
}

int perf_fit_moves(struct perf_fit *fit, const struct event *event,
		   struct err *err)
{
	struct trial t = { 0 };
	int fd = -1;
	int r = open_group(fit, &event, 1, &fd, err);

	if (r == 0)
		t = try_out(fit, &fd, event);
	close_all(fit->sys, &fd, 1);
	/* without a turn it had no chance to move */
	return r < 0 ? r : t.value > 0 || t.running == 0;
}

int perf_fit_group(void *arg, const struct event *const *events, size_t n,
		   struct err *err)
{
	struct perf_fit *fit = arg;
	AUTO_FREE int *fds = xcalloc(n, sizeof(*fds));
	struct err why = { 0 };
	int r = open_group(fit, events, n, fds, &why);
	bool validated = r == 0;

	if (validated)
		r = n == 1 || runs(fit, fds, events[0]);
	close_all(fit->sys, fds, n);
	if (validated) {
		if (!r)
			fit->held = true;
		log_say(1, "a group of %zu led by '%s' %s", n, events[0]->name,
			r ? "fits" : "gets no turn");
		return r;
	}
	log_say(1, "a group of %zu led by '%s': %s", n, events[0]->name,
		strerror(-r));
	/*
	 * A single event that is refused cannot count.  In a group, EINVAL
	 * (arm64) and ENOSPC (x86) say that it is too large; what else is
	 * wrong shows when the events are tried alone.
	 */
	if (n > 1)
		return 0;
	if (err)
		*err = why;
	return r;
}

void perf_fit_shares(struct perf_fit *fit, const struct plan *plan,
		     unsigned spin_ms, double *shares)
{
	int **fds = xcalloc(plan->ngroups, sizeof(*fds));

	for (size_t g = 0; g < plan->ngroups; g++) {
		const struct plan_group *group = &plan->groups[g];
		AUTO_FREE const struct event **events =
			xcalloc(group->n, sizeof(*events));

		fds[g] = xcalloc(group->n, sizeof(**fds));
		for (size_t i = 0; i < group->n; i++) {
			size_t c = group->first + i;

			fds[g][i] = -1;
			events[i] =
				plan->events->items[plan->counters[c].event];
		}
		shares[g] = -1.0;
		if (events[0]->system_wide ||
		    plan->refused[plan->counters[group->first].event].code)
			continue;
		if (open_group(fit, events, group->n, fds[g], NULL) == 0)
			shares[g] = 0.0;
	}
	for (size_t g = 0; g < plan->ngroups; g++)
		if (shares[g] >= 0.0)
			fit->sys->ioctl(fit->sys->ctx, fds[g][0],
					PERF_EVENT_IOC_ENABLE,
					PERF_IOC_FLAG_GROUP);
	spin((uint64_t)spin_ms * 1000000u);
	for (size_t g = 0; g < plan->ngroups; g++) {
		uint64_t value, enabled = 0, running = 0;

		if (shares[g] >= 0.0 &&
		    times(fit->sys, fds[g][0], &value, &enabled, &running) ==
			    0 &&
		    enabled)
			shares[g] = (double)running / (double)enabled;
	}
	for (size_t g = 0; g < plan->ngroups; g++) {
		close_all(fit->sys, fds[g], plan->groups[g].n);
		free(fds[g]);
	}
	free(fds);
}
