/*
 * One PMU as sysfs describes it, and terms turned into an attr.
 */
#ifndef TACHO_EVENT_LINK_PMU_H
#define TACHO_EVENT_LINK_PMU_H

#include "base/rootfs.h"
#include "cpu/cpuset.h"
#include "event/event.h"
#include "event/link/link.h"

#include <stdbool.h>
#include <stdint.h>

#define PMU_DIR "/sys/bus/event_source/devices"

struct pmu {
	const struct rootfs *root; /* borrowed */
	char *name;
	uint32_t type;
	bool core;          /* counts what a core does: multiplexes */
	bool no_exclude;    /* refuses every exclude_* bit */
	bool system_wide;   /* has a cpumask: belongs to CPUs */
	struct cpuset cpus; /* of cpumask, or of "cpus" of a core PMU */
};

/* False when there is no such PMU or its files cannot be read. */
bool pmu_load(const struct rootfs *root, const char *name, struct pmu *ret);
void pmu_done(struct pmu *pmu);

/* Does the PMU called @name count what a core does? */
bool pmu_is_core(const struct rootfs *root, const char *name);

bool pmu_has_event(const struct pmu *pmu, const char *event);

/*
 * The names of PMUs that @pattern means: itself; "uncore_imc" all of
 * uncore_imc_0, 1, ... (and "imc" too); a pattern with * or ?.  The caller
 * frees with rootfs_free_names().
 */
size_t pmu_match(const struct rootfs *root, const char *pattern, char ***ret);

/* The one core PMU of this machine; NULL where there are none or several.  The
   caller frees. */
char *pmu_only_core(const struct rootfs *root);

/* What came of the terms. */
struct pmu_code {
	struct event_code code;
	char *event;   /* the one event of the PMU's own that was named;
			     NULL: none */
	char *generic; /* a kernel generic name among the terms, or NULL */
};
void pmu_code_done(struct pmu_code *c);

/* Put the terms of @se together; false with the place in @fault. */
bool pmu_encode(const struct pmu *pmu, const struct spec_event *se,
		struct pmu_code *ret, struct link_fault *fault);

/* Scale, unit, PMU, CPUs and rules of @pmu into @event; @named is the PMU's
   own event, NULL: none. */
void pmu_dress(const struct pmu *pmu, const char *named, struct event *event);

#endif
