/*
 * What tasks did in the ticks before, in memory that is bounded: the busiest
 * tasks of each tick are kept, and the oldest ticks are given up first.
 */
#ifndef TACHO_ANALYZE_TASKS_HISTORY_H
#define TACHO_ANALYZE_TASKS_HISTORY_H

#include "record/tick.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* What /proc says of an interval, of one task or of several added up. */
struct amounts {
	double user_ns, sys_ns, wait_ns;
	double minor_faults, major_faults;
	double voluntary, involuntary;
	double rss;
	unsigned threads;
	bool has_wait, has_switches;
};

/* Whose: a task's by its id, or those of one user or cgroup. */
enum whose {
	WHOSE_TASK,
	WHOSE_USER,
	WHOSE_CGROUP,
};

struct stretch; /* one tick */

struct history {
	struct stretch *ticks; /* oldest first */
	size_t n;
	size_t bytes;
	size_t ncounters, ngroups;
	const struct plan *plan;
};

/* How much it may take, and the longest that it goes back. */
#define HISTORY_BYTES (2u << 20)
#define HISTORY_TICKS 600

void history_init(struct history *h, const struct plan *plan);
void history_add(struct history *h, const struct tick *tick);
void history_done(struct history *h);
/* Without its ticks, for others. */
void history_forget(struct history *h);

/* What somebody did in several ticks: a slot for each task and tick. */
struct past {
	struct slot *slots;
	size_t nslots;
	struct snapshot counts;
	struct amounts amounts;
	double length_s;
	bool cut; /* it may have done something that was not kept */
	size_t ntasks;
};

/* Ticks @first to before @end; the past may be zeroed or an earlier one. */
void history_past(const struct history *h, enum whose whose, uint64_t id,
		  size_t first, size_t end, struct past *ret);
void past_done(struct past *p);

/* The first of the ticks that cover the last @seconds. */
size_t history_since(const struct history *h, double seconds);
double history_at(const struct history *h, size_t tick);

#endif
