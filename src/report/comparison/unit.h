/*
 * What the views of a comparison share: how numbers are written for programs,
 * and that all of them are on disk in the end.
 */
#ifndef TACHO_REPORT_COMPARISON_UNIT_H
#define TACHO_REPORT_COMPARISON_UNIT_H

#include "analyze/compare.h"
#include "analyze/compare_gate.h"
#include "base/err.h"

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

/* Write what is still in memory; 0, or the error. */
int comparison_flush(FILE *out, struct err *err);

#endif
