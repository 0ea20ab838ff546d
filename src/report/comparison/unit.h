/*
 * What the views of a comparison share: how numbers are written for programs,
 * and that all of them are on disk in the end.
 */
#ifndef TACHO_REPORT_COMPARISON_UNIT_H
#define TACHO_REPORT_COMPARISON_UNIT_H

#include "analyze/compare.h"
#include "analyze/compare_gate.h"
#include "base/err.h"
#include "report/comparison/comparison.h"

#include <stdio.h>

/*
 * What numbers of that kind are multiplied with before they are in its unit:
 * shares are computed with, and shown in percent.
 */
double comparison_factor(const struct compare_kind *kind);

/* "lower", "higher", "neutral" */
const char *comparison_better(enum metric_better better);

/* "pass", "fail", "unsure" */
const char *comparison_answer(enum gate_answer answer);

/*
 * All of @text, and nothing is left in @out's buffer; 0, or the error of writing.
 * At once, because a stream that fails in between forgets why.
 */
int comparison_write(const char *text, size_t len, FILE *out, struct err *err);

/* The same of what @put prints to the out of its style, whatever it is. */
typedef void (*comparison_put_fn)(const struct comparison_report *r,
				  const struct comparison_style *style);
int comparison_write_by(comparison_put_fn put,
			const struct comparison_report *r,
			const struct comparison_style *style, struct err *err);

#endif
