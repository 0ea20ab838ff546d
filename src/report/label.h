/*
 * Texts that more than one view needs.
 */
#ifndef TACHO_REPORT_LABEL_H
#define TACHO_REPORT_LABEL_H

#include "report/report.h"

#include <jansson.h>

#define LABEL_LEN 64

/* "CPU0", "S0-D0-C1", "N0", "gzip-4711"; "" where all is one.  Returns @buf. */
char *label_place(char buf[LABEL_LEN], const struct bin *bin);

/* "core", "thread", ...; "" where all is one */
const char *label_by(enum aggregate_by by);

/* The event's name, with ":u" when the kernel part is missing and with the
   modifiers of its group, which perf does not show.  The caller frees. */
char *label_event(const struct report_row *row);
char *label_event_perf(const struct report_row *row);

/* The name of the row's cgroup, NULL when none was asked for. */
const char *label_cgroup(const struct report *report, const struct bin *bin);

/* The name of the counter source. */
const char *label_source(const struct report_about *about);

/* Digits after the point that the event's values deserve. */
int label_digits(const struct event *event);

/* Share of the time it was counted, 0..1; 1 when it was never enabled. */
double label_share(const struct value *value);

/*
 * How far an estimate may be off, for people: percent of the value and its
 * digits after the point.  False where there is nothing to say: the value is
 * exact, or its bound is not known.
 */
bool label_error(const struct value *value, double *percent, int *digits);

/* What a metric's number is multiplied with before it is shown. */
double label_factor(const struct metric *metric);

/* "ok", "scaled", "apart" (inputs not counted together), "absent" */
const char *label_metric_state(const struct metric_value *value);

/* A JSON string; what is not UTF-8 is replaced. */
json_t *label_json(const char *text);

/* The same with its quotes; the caller frees. */
char *label_quoted(const char *text);

#endif
