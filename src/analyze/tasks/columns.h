/*
 * Columns of the live view, as [screen ...] sections of events/ define them:
 *
 *	[screen memory]
 *	title   = Memory
 *	columns = pid, user, cpu, ipc, l3_mpki, memory_bound, wait, command
 *	sort    = cpu
 *	about   = Who waits for memory, and for which level of it.
 *
 * A column is something that is known of every task (pid, user, cpu, wait, ...;
 * column_builtin()), a metric or an event.
 */
#ifndef TACHO_ANALYZE_TASKS_COLUMNS_H
#define TACHO_ANALYZE_TASKS_COLUMNS_H

#include "base/err.h"
#include "event/catalog.h"
#include "metric/plan.h"

#include <stdbool.h>
#include <stddef.h>

enum column_kind {
	COLUMN_BUILTIN, /* of /proc */
	COLUMN_METRIC,
	COLUMN_EVENT, /* per second */
	COLUMN_VERDICT,
};

struct column {
	enum column_kind kind;
	const char *key;     /* "ipc": in JSON, CSV, --sort */
	const char *heading; /* "IPC", at most 9 columns wide */
	const char *about;   /* one sentence */
	const char *unit;    /* "%", "/s", "" */
	int width;           /* of a cell, without the gap */
	int digits;          /* after the point */
	bool text;           /* left-justified */
	bool descending;     /* sorted with the largest first */
	size_t builtin;      /* of COLUMN_BUILTIN */
	size_t use;          /* of plan->uses; SIZE_MAX: not in the plan */
	size_t event;        /* of plan->events; SIZE_MAX */
	const char *lacking; /* why no task can have a number; NULL */
};

struct columns {
	char *name, *title; /* of the screen */
	struct column *items;
	size_t n;
	const char *sort; /* key */
};

#endif
