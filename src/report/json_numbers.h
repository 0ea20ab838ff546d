/*
 * The numbers of a report as JSON: what stands in the lists of a document of
 * doc/tacho-stat.schema.json.  The caller owns what is returned.
 */
#ifndef TACHO_REPORT_JSON_NUMBERS_H
#define TACHO_REPORT_JSON_NUMBERS_H

#include "report/report.h"

#include <stdint.h>

struct json_t;

/* A whole number where it is one; null for what is not finite. */
struct json_t *json_number_of(double d);
/* A number that does not fit becomes the nearest that does. */
struct json_t *json_count_of(uint64_t n);

struct json_t *json_events(const struct report *r);
struct json_t *json_metrics(const struct report *r);
struct json_t *json_runs(const struct report *r);
struct json_t *json_times(const struct report *r);
/* null when nothing was judged */
struct json_t *json_verdict(const struct verdict *v);

#endif
