/*
 * Rows of tasks, tick by tick, for files and programs: what tacho top -b
 * prints.
 */
#ifndef TACHO_REPORT_TASKS_BATCH_H
#define TACHO_REPORT_TASKS_BATCH_H

#include "analyze/tasks/tasks.h"
#include "base/err.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

struct batch {
	FILE *out;
	bool color, utf8;
	int width;    /* of text, at most; 0: as wide as it is */
	size_t ticks; /* shown so far */
};

/* All is borrowed for one call. */
struct batch_tick {
	const struct tasks_head *head;
	const struct columns *columns;
	struct tasks *tasks;
	const struct rows *rows; /* its last ones */
	enum rows_by by;
	bool tree;
};

struct batch_view {
	const char *name; /* as given to --format */
	void (*emit)(struct batch *b, const struct batch_tick *tick);
};

extern const struct batch_view batch_text;
extern const struct batch_view batch_csv;
extern const struct batch_view batch_json;

/* NULL: there is none of that name. */
const struct batch_view *batch_find(const char *name);

/* A row, with cells: valid until the next. */
struct row batch_row(const struct batch_tick *tick, size_t i);

/* One tick, written through; a write that failed is an error. */
int batch_emit(struct batch *b, const struct batch_view *view,
	       const struct batch_tick *tick, struct err *err);

/* "process", "thread", "user", "cgroup" */
const char *rows_by_name(enum rows_by by);

#endif
