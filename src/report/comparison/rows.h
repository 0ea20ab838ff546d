/*
 * What stands in the rows of a comparison's table, before it is known how much
 * room there is.
 */
#ifndef TACHO_REPORT_COMPARISON_ROWS_H
#define TACHO_REPORT_COMPARISON_ROWS_H

#include "report/comparison/choose.h"
#include "report/comparison/comparison.h"

#include <stddef.h>

enum row_column {
	ROW_NAME,
	ROW_SUBJECT,
	ROW_MEAN,
	ROW_UNIT,
	ROW_SPREAD,
	ROW_LEAST,
	ROW_MOST,
	ROW_OUTLIERS,
	ROW_PLOT,
	ROW_DELTA,
	ROW_INTERVAL,
	ROW_MARK,
};
#define ROW_COLUMNS (ROW_MARK + 1)

/* One subject of one quantity. */
struct row {
	size_t quantity, subject;
	char *cells[ROW_COLUMNS]; /* NULL: empty */
	char *instead;            /* of all numbers: why there are none */
	char *doubt;              /* beside it; NULL */
	char *notes[2];           /* below it; NULL */
};

struct rows {
	struct row *items;
	size_t n;
};

/* All subjects of the chosen quantities. */
struct rows rows_of(const struct comparison_report *r,
		    const struct choice *choice,
		    const struct comparison_style *style);
void rows_done(struct rows *rows);

/* The colour that a mark is told with beside its word; "" without. */
const char *rows_color(const struct comparison_style *style,
		       const struct compare_result *r);

/*
 * The name of a subject: clean, not longer than is good to read, and not that
 * of another subject.  The caller frees.
 */
char *rows_subject(const struct comparison_report *r, size_t subject,
		   const struct comparison_style *style);

#endif
