/*
 * One thing to count, resolved to what the kernel wants to hear.
 *
 * Made by resolve.h, immutable from then on, owned by its event_list.
 */
#ifndef TACHO_EVENT_EVENT_H
#define TACHO_EVENT_EVENT_H

#include "cpu/cpuset.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Which link of the chain knew the name. */
enum event_link {
	EVENT_LINK_GENERIC,    /* the kernel's generic names and cache names */
	EVENT_LINK_PFM,        /* libpfm4 */
	EVENT_LINK_SYSFS,      /* /sys/bus/event_source/devices/PMU/events */
	EVENT_LINK_TABLE,      /* a section in events/ */
	EVENT_LINK_TRACEFS,    /* subsystem:tracepoint */
	EVENT_LINK_RAW,        /* rNNN, pmu/config=.../ */
	EVENT_LINK_BREAKPOINT, /* mem:ADDR */
	EVENT_LINK_CACHEGRIND, /* simulated: columns of cachegrind's */
};

/* exclude_* bits of the attr */
enum {
	EVENT_EXCLUDE_USER = 1 << 0,
	EVENT_EXCLUDE_KERNEL = 1 << 1,
	EVENT_EXCLUDE_HV = 1 << 2,
	EVENT_EXCLUDE_HOST = 1 << 3,
	EVENT_EXCLUDE_GUEST = 1 << 4,
	EVENT_EXCLUDE_IDLE = 1 << 5,
};

/*
 * Intel's counters of pipeline slots, from Ice Lake on: what a metric counts is
 * a part of what "slots" counted, and is there only in a group that "slots"
 * leads.  (Linux, tools/perf/Documentation/topdown.txt)
 */
enum event_topdown {
	EVENT_TOPDOWN_NONE,
	EVENT_TOPDOWN_SLOTS,
	EVENT_TOPDOWN_METRIC,
};

/* The identifying part of struct perf_event_attr. */
struct event_code {
	uint32_t type;
	uint64_t config, config1, config2, config3;
	uint32_t bp_type; /* breakpoints; address and length are config1, 2 */
};

struct event {
	char *name;   /* as shown: the user's spelling, modifiers included;
			"cpu_core/cycles/" where a generic name was split over
			the core PMUs of a hybrid CPU */
	char *base;   /* what formulas call it: "cycles", "branch_misses";
			"" when no formula can know it */
	char *pmu;    /* sysfs name of its PMU; NULL: not known */
	char *unit;   /* "", "msec", "Joules" */
	char *help;   /* one line; may be "" */
	char *how;    /* for "list -v": "skx::INST_RETIRED:ANY_P",
			".../cpu/events/cycles", "events/x86/skx.events:12" */
	double scale; /* shown value = counted x scale */
	struct event_code code;
	enum event_link link;
	unsigned exclude; /* EVENT_EXCLUDE_*; what the user asked for */
	bool has_level;   /* u/k/h given: the retreat to user mode may not
			      change what was asked for */
	bool no_exclude;  /* the PMU refuses every exclude_* bit */
	bool pinned, exclusive;
	bool hardware; /* takes a counter of a core PMU: may multiplex */
	enum event_topdown topdown;
	bool system_wide;   /* belongs to CPUs, not tasks: uncore, RAPL */
	struct cpuset cpus; /* where it can be opened; empty: anywhere */
	int core_type;      /* index into cpu.core_types, -1: not split */
	int hybrid_set;     /* events that are one name split over core types
			      share a number >= 0; -1: not split */
	int group;          /* the user's { } it stood in, -1: none */
	char *denied;       /* known, but not for this user: why; else NULL */
	uint32_t columns;   /* of cachegrind's, 1 << CACHEGRIND_..., that add
			       up to it; 0 elsewhere */
	char *lacking;      /* simulated: why that source has no such count;
			       NULL when it has */
	bool silent;        /* counted because it costs nothing: has no row */
	bool group_weak;    /* {...}:W may be taken apart */
	char *group_mods;   /* what is counted, u k h G H I, as it stood
			      behind the }; NULL: nothing */
};

struct event_list {
	struct event **items; /* owned, in the user's order */
	size_t n;
	int ngroups; /* the user's { } */
};

void event_free(struct event *event);
void event_list_done(struct event_list *list);

const char *event_link_name(enum event_link link);

/* Is it worked out by a simulator, and not counted by a machine? */
bool event_is_simulated(const struct event *event);

#endif
