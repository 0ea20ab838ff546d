/*
 * Sets of metrics, as [set ...] sections of events/ define them:
 *
 *	[set memory]
 *	title   = Memory
 *	metrics = memory_bound, l3_mpki, dram_bandwidth
 *	about   = Which level of the caches the program waits for.
 */
#ifndef TACHO_METRIC_SET_H
#define TACHO_METRIC_SET_H

#include "base/err.h"
#include "event/catalog.h"

#include <stddef.h>

struct metric_set {
	const char *name, *title, *about; /* borrowed from the catalog */
	char **metrics;                   /* in the order of display */
	size_t n;
};

/* -EINVAL with "file:line: what" for a section that is wrong. */
int metric_set_read(const struct section *s, struct metric_set *ret,
		    struct err *err);
/* The same for the set called @name; -ENOENT without a message. */
int metric_set_find(const struct catalog *catalog, const char *name,
		    struct metric_set *ret, struct err *err);
void metric_set_done(struct metric_set *set);

#endif
