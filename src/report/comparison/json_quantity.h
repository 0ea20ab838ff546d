/*
 * One quantity of a comparison as JSON: its samples, what was made of them, and
 * how each subject compares with the reference.  The caller owns what is
 * returned.
 */
#ifndef TACHO_REPORT_COMPARISON_JSON_QUANTITY_H
#define TACHO_REPORT_COMPARISON_JSON_QUANTITY_H

#include "report/comparison/comparison.h"

struct json_t;

struct json_t *json_quantity(const struct comparison_report *r,
			     size_t quantity);

/* A difference and its intervals; null where it is not known. */
struct json_t *json_delta(const struct compare_delta *delta, bool intervals,
			  double factor);

/* null for NULL and "" */
struct json_t *json_text(const char *text);

#endif
