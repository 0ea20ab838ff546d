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
#include "record/run.h"

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
	bool plain;          /* a name made of digits, as a pid: no 12.3k */
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
	char **texts;     /* that items borrow */
	size_t ntexts;
};

/* What is known of each task without counting: its column, NULL. */
const struct column *column_builtin(const char *key);
/* All of them, the verdict included, for lists. */
extern const struct column column_builtins[];
extern const size_t column_nbuiltins;

/* A screen as it is written, before it is known what can be counted. */
struct screen_spec {
	char *name, *title, *about;
	char **keys; /* of columns */
	size_t n;
	char *sort; /* a key; NULL: cpu where that is a column, or the first */
	const char *file; /* borrowed from the section; NULL: of an option */
	int line;         /* of its columns */
};

/* -EINVAL with "file:line: what" for a section that is wrong. */
int screen_spec_read(const struct section *s, struct screen_spec *ret,
		     struct err *err);
/* The same for the screen called @name; -ENOENT names the nearest. */
int screen_spec_find(const struct catalog *catalog, const char *name,
		     struct screen_spec *ret, struct err *err);
/* "pid,cpu,ipc,command" as the screen "custom". */
int screen_spec_list(const char *text, struct screen_spec *ret,
		     struct err *err);
void screen_spec_done(struct screen_spec *spec);

/*
 * The columns of @spec, over @plan.  What cannot be counted is a column that is
 * lacking; a name that is none at all is -EINVAL with its place.  @metrics and
 * @plan are borrowed.
 */
int columns_make(const struct screen_spec *spec,
		 const struct metric_list *metrics, const struct plan *plan,
		 const struct counter_note *notes, struct columns *ret,
		 struct err *err);
void columns_done(struct columns *columns);

/* Of that key; NULL. */
const struct column *columns_find(const struct columns *columns,
				  const char *key);

#endif
