/*
 * Which events count together.
 *
 * The inputs of one ratio belong into one group, or the ratio is made of two
 * different times.  What fits is not known here: the plan asks a function.
 */
#ifndef TACHO_METRIC_PLAN_H
#define TACHO_METRIC_PLAN_H

#include "base/err.h"
#include "event/event.h"
#include "metric/metric.h"

#include <stdbool.h>
#include <stddef.h>

/*
 * Can @events count together, as a group led by the first?  1 yes, 0 no: too
 * many; negative errno with @err when one of them (alone) cannot count at all.
 */
typedef int (*plan_fits_fn)(void *arg, const struct event *const *events,
			    size_t n, struct err *err);

/* One event in one group.  An event may stand in several groups. */
struct plan_counter {
	size_t event; /* index into the event list */
	size_t group;
};

struct plan_group {
	size_t first, n; /* its counters: plan->counters[first .. first+n) */
	bool hardware;   /* needs counters of a core PMU */
	bool from_user;  /* a { } as the user wrote it */
	bool hopeless;   /* cannot count at all; the source will say why */
};

/* A metric and the counters that feed it. */
struct plan_use {
	const struct metric *metric; /* borrowed */
	enum metric_place place;
	size_t event;     /* the event it is printed beside; SIZE_MAX: none */
	size_t *counters; /* [metric->ninputs] indices into plan->counters;
			     NULL: not all inputs are counted */
	bool together;    /* all hardware inputs are in one group */
	int core_type;    /* as in struct metric_use */
	const char *missing; /* without counters: why; borrowed from the use */
};

struct plan {
	const struct event_list *events; /* borrowed */
	struct plan_counter *counters;
	size_t ncounters;
	struct plan_group *groups;
	size_t ngroups;
	struct plan_use *uses;
	size_t nuses;
	size_t *shown; /* per event: the counter whose value is its value */
	struct err *refused; /* per event: code 0, or why it is not even tried:
				a { } that does not fit, or denied to this
				user */
};

/*
 * Make groups for @events.  Every event is in some group, also one that cannot
 * count: its explanation is the source's to give when it is opened.
 * Deterministic for equal answers of @fits.
 */
int plan_make(const struct event_list *events, const struct metric_uses *uses,
	      plan_fits_fn fits, void *arg, struct plan *ret, struct err *err);

/*
 * The last part of that, for a plan whose groups are known: fill shown and
 * uses, which must be empty.  Every event must be in some group.
 */
void plan_bind(struct plan *plan, const struct metric_uses *uses);

/* Does @group want counters of a core PMU, and may it get them? */
bool plan_competes(const struct plan *plan, size_t group);

/* How many groups compete for the counters of one core PMU (at most). */
size_t plan_competing(const struct plan *plan);

void plan_done(struct plan *plan);

#endif
