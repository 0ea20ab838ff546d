/*
 * The table of a comparison for people: for each quantity a row per subject.
 *
 * Columns are as wide as what they hold.  On a narrow terminal the quantity
 * goes above its rows, then what can be done without is left out: the
 * histograms, the ends, the outliers, the spread; at last the difference goes
 * below its row.
 */
#ifndef TACHO_REPORT_COMPARISON_TABLE_H
#define TACHO_REPORT_COMPARISON_TABLE_H

#include "base/strbuf.h"
#include "report/comparison/choose.h"
#include "report/comparison/comparison.h"

void table_put(struct strbuf *b, const struct comparison_report *r,
	       const struct choice *choice,
	       const struct comparison_style *style);

#endif
