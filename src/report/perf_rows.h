/*
 * Rows as perf 6.1 has them: its order, its states, its arithmetic.
 */
#ifndef TACHO_REPORT_PERF_ROWS_H
#define TACHO_REPORT_PERF_ROWS_H

#include "report/report.h"
#include "report/view.h"

struct perf_cell {
	const struct report_row *row;
	const char *bad; /* "<not counted>"; NULL when there is a value */
	double value;
	uint64_t running_ns;
	double percent; /* of the time; perf drops the fraction */
	double noise;   /* percent; 0 without repeats */
	size_t nslots;  /* CPUs in the row */
};

/* The cells of @report in perf's order; the caller frees *ret. */
size_t perf_rows(const struct report *report, struct perf_cell **ret);

/* "     0.010193611": the time of an interval, seconds padded to @width. */
char *perf_time(char buf[FMT_LEN], const struct report *report, int width);

/* Does every row have a "+- %" column? */
bool perf_has_noise(const struct report *report);

/* Files of -o begin with the time, and an empty line. */
void perf_begin(const struct view_state *view,
		const struct report_about *about);

/* Put every cell, and what has been written out. */
typedef void (*perf_put_fn)(const struct view_state *view,
			    const struct report *report,
			    const struct perf_cell *cell);
int perf_emit(struct view_state *view, const struct report *report,
	      perf_put_fn put, struct err *err);

#endif
