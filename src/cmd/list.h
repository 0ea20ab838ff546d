/*
 * Inside "tacho list": what was found, and how it is shown.
 */
#ifndef TACHO_CMD_LIST_H
#define TACHO_CMD_LIST_H

#include "event/event.h"
#include "event/resolve.h"
#include "metric/metric.h"

#include <stdbool.h>
#include <stdio.h>

/* In the order in which they are shown. */
enum list_group {
	LIST_HW,
	LIST_SW,
	LIST_CACHE,
	LIST_TABLES,
	LIST_PMU,
	LIST_PFM,
	LIST_TRACEPOINT,
	LIST_METRICS,
	LIST_NGROUPS,
};

const char *list_group_word(enum list_group group);  /* "hw" */
const char *list_group_title(enum list_group group); /* "Hardware events" */

struct list_row {
	enum list_group group;
	char *name;
	char *pmu;  /* "" where the group says it all */
	char *help; /* "" when none */
};

/* Everything that matched. */
struct list_result {
	struct list_row *rows;
	size_t nrows;
	/* asked for by name, with -v */
	struct event_list events;
	const struct metric **metrics; /* borrowed */
	size_t nmetrics;
};

void list_print_text(FILE *out, const struct list_result *r, bool has_hardware);

/* 0, or -ENOMEM where the document could not be built. */
int list_print_json(FILE *out, const struct list_result *r);

/* "PERF_TYPE_HARDWARE", "" for a PMU's own number */
const char *list_type_name(uint32_t type);

/* "kernel, hv, guest"; "none" */
char *list_exclude_text(const struct event *event);

#endif
