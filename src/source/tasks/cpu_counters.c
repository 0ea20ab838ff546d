/*
 * The counters of a plan on all CPUs; see by_cpu.h.
 *
 * Some need no counter: the program of a switch knows for how long a thread was
 * on a CPU, and how often it left one.  The kernel counts a switch only after
 * the program was run, so its own count would be added to the thread that comes.
 */
#include "source/tasks/by_cpu.h"

#include "base/vec.h"

#include <errno.h>
#include <linux/perf_event.h>
#include <stdlib.h>
#include <string.h>

/* younger than some headers */
#define CGROUP_SWITCHES 11

static const struct event *event_of(const struct cpu_counters *c,
				    size_t counter)
{
	return c->plan->events->items[c->plan->counters[counter].event];
}

/* The origin, as far as the event says; else why there is none. */
static enum cpu_counter_origin
origin_of(const struct event *e, const struct err *refused, struct err *why)
{
	if (refused && refused->code) {
		*why = *refused;
		return CPU_COUNTER_NONE;
	}
	if (e->system_wide) {
		err_set(why, -EINVAL,
			"cannot count '%s': it belongs to CPUs, not to tasks",
			e->name);
		return CPU_COUNTER_NONE;
	}
	if (e->code.type != PERF_TYPE_SOFTWARE)
		return CPU_COUNTER_OPEN;
	switch (e->code.config) {
	case PERF_COUNT_SW_TASK_CLOCK:
	case PERF_COUNT_SW_CPU_CLOCK:
		return CPU_COUNTER_CLOCK;
	case PERF_COUNT_SW_CONTEXT_SWITCHES:
		/* with a modifier it counts 0, whatever happens */
		return e->exclude ? CPU_COUNTER_OPEN : CPU_COUNTER_SWITCHES;
	case CGROUP_SWITCHES:
		err_set(why, -ENOTSUP,
			"cannot count '%s' with BPF: the kernel counts it when "
			"the next task is already there",
			e->name);
		err_hint(why, "use --collector tasks");
		return CPU_COUNTER_NONE;
	default:
		return CPU_COUNTER_OPEN;
	}
}

static int *no_fds(size_t n)
{
	int *fds = xcalloc(n, sizeof(*fds));

	for (size_t i = 0; i < n; i++)
		fds[i] = -1;
	return fds;
}

static void open_one(struct cpu_counters *c, size_t counter, int cpu,
		     int *leader, struct counter_note *note)
{
	struct perf_opening how = { .event = event_of(c, counter),
				    .pid = -1,
				    .cpu = cpu,
				    .group_fd = *leader,
				    .cgroup_fd = -1 };
	struct perf_opened opened = { 0 };
	int fd =
		perf_open_gently(c->sys, &c->kernel, &how, &opened, &note->why);

	c->denied |= fd == -EACCES || fd == -EPERM;
	if (fd < 0)
		return;
	c->items[counter].fds[cpu] = fd;
	c->descriptors++;
	note->user_only |= opened.user_only;
	if (*leader < 0)
		*leader = fd;
}

/*
 * Counters of a core are not on all CPUs of a hybrid one, and a CPU may be
 * offline: a counter that is open anywhere is one.
 */
static bool is_open(struct cpu_counters *c, size_t counter,
		    struct counter_note *note)
{
	struct cpu_counter *item = &c->items[counter];

	for (size_t cpu = 0; cpu < c->ncpus; cpu++) {
		if (item->fds[cpu] < 0)
			continue;
		memset(&note->why, 0, sizeof(note->why));
		return true;
	}
	free(item->fds);
	item->fds = NULL;
	item->origin = CPU_COUNTER_NONE;
	return false;
}

static void open_group(struct cpu_counters *c, const struct plan_group *g,
		       struct counter_note *notes)
{
	bool any = false;

	for (size_t cpu = 0; cpu < c->ncpus; cpu++) {
		int leader = -1;

		for (size_t i = g->first; i < g->first + g->n; i++)
			if (c->items[i].origin == CPU_COUNTER_OPEN)
				open_one(c, i, (int)cpu, &leader, &notes[i]);
	}
	for (size_t i = g->first; i < g->first + g->n; i++) {
		struct cpu_counter *item = &c->items[i];
		struct switch_counter s = { .map = -1,
					    .group = c->layout.ngroups };

		if (item->origin != CPU_COUNTER_OPEN ||
		    !is_open(c, i, &notes[i]))
			continue;
		item->index = c->layout.ncounters;
		item->group = s.group;
		VEC_PUSH(c->layout.counters, c->layout.ncounters, s);
		any = true;
	}
	c->layout.ngroups += any;
}

void cpu_counters_open(struct cpu_counters *c, const struct plan *plan,
		       const struct perf_sys *sys, size_t ncpus,
		       struct counter_note *notes)
{
	*c = (struct cpu_counters){ .plan = plan, .sys = sys, .ncpus = ncpus };
	c->items = xcalloc(plan->ncounters, sizeof(*c->items));
	for (size_t i = 0; i < plan->ncounters; i++) {
		size_t event = plan->counters[i].event;

		c->items[i].origin =
			origin_of(plan->events->items[event],
				  plan->refused ? &plan->refused[event] : NULL,
				  &notes[i].why);
		if (c->items[i].origin == CPU_COUNTER_OPEN)
			c->items[i].fds = no_fds(ncpus);
	}
	for (size_t i = 0; i < plan->ngroups; i++)
		open_group(c, &plan->groups[i], notes);
}

void cpu_counters_close(struct cpu_counters *c)
{
	/* members first: a leader that goes breaks up its group */
	for (size_t i = c->plan ? c->plan->ncounters : 0; i-- > 0;) {
		for (size_t cpu = 0; c->items[i].fds && cpu < c->ncpus; cpu++)
			if (c->items[i].fds[cpu] >= 0)
				c->sys->close(c->sys->ctx,
					      c->items[i].fds[cpu]);
		free(c->items[i].fds);
	}
	free(c->items);
	free(c->layout.counters);
	perf_kernel_done(&c->kernel);
	memset(c, 0, sizeof(*c));
}

void cpu_counters_add(const struct cpu_counters *c, const uint64_t *words,
		      struct reading *readings)
{
	for (size_t i = 0; i < c->plan->ncounters; i++) {
		const struct cpu_counter *item = &c->items[i];
		uint64_t raw = 0, enabled, running;

		enabled = running = words[SWITCH_RAN_NS];
		switch (item->origin) {
		case CPU_COUNTER_NONE:
			continue;
		case CPU_COUNTER_OPEN:
			raw = words[switch_layout_count(&c->layout,
							item->index)];
			enabled = words[switch_layout_times(item->group)];
			running = words[switch_layout_times(item->group) + 1];
			break;
		case CPU_COUNTER_CLOCK:
			raw = words[SWITCH_RAN_NS];
			break;
		case CPU_COUNTER_SWITCHES:
			raw = words[SWITCH_SWITCHES];
			break;
		}
		readings[i].raw += raw;
		readings[i].enabled_ns += enabled;
		readings[i].running_ns += running;
	}
}
