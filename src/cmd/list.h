/*
 * Inside "tacho list": what was found, and how it is shown.
 */
#ifndef TACHO_CMD_LIST_H
#define TACHO_CMD_LIST_H

#include "event/event.h"
#include "event/resolve.h"
#include "metric/metric.h"
#include "metric/set.h"

#include <jansson.h>
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
	LIST_SETS,
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

/* An event that a metric needs, as this machine knows it. */
struct list_input {
	const char *name;         /* borrowed from the metric */
	struct event_list events; /* one for each kind of core; none: why */
	char *why;                /* NULL when there are events */
};

/* A metric with what it is made of. */
struct list_metric {
	const struct metric *metric; /* borrowed */
	struct list_input *inputs;   /* [metric->ninputs] */
};

/* Everything that matched. */
struct list_result {
	struct list_row *rows;
	size_t nrows;
	/* asked for by name, with -v */
	struct event_list events;
	struct list_metric *metrics;
	size_t nmetrics;
	struct metric_set *sets;
	size_t nsets;
};

/* list_metric.c */
struct list_metric list_metric_of(const struct metric *metric,
				  struct resolver *resolver);
void list_metric_done(struct list_metric *m);
void list_metric_text(FILE *out, const struct list_metric *m);
void list_set_text(FILE *out, const struct metric_set *set);
json_t *list_metric_json(const struct list_metric *m);
json_t *list_set_json(const struct metric_set *set);
/* A line "  WHAT       TEXT"; nothing for an empty text. */
void list_line(FILE *out, const char *what, const char *text);
/* Bytes of a kernel file or a name that are not UTF-8 become '?'. */
json_t *list_json(const char *text);

void list_print_text(FILE *out, const struct list_result *r, bool has_hardware);

/* 0, or -ENOMEM where the document could not be built. */
int list_print_json(FILE *out, const struct list_result *r);

/* "PERF_TYPE_HARDWARE", "" for a PMU's own number */
const char *list_type_name(uint32_t type);

/* "kernel, hv, guest"; "none" */
char *list_exclude_text(const struct event *event);

#endif
