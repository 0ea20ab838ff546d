/*
 * Rows in columns, for the rows themselves and for the threads of one of them.
 */
#ifndef TACHO_SCREEN_PANE_ROWS_H
#define TACHO_SCREEN_PANE_ROWS_H

#include "screen/view.h"

struct rows_layout {
	struct {
		size_t column; /* of the screen's */
		int col, width;
	} * items;
	size_t n;
};

/*
 * Where the columns are in @cols columns, those to the left scrolled away; where
 * nothing is, some are left out for the last one.  @sort is the key of the one
 * that the rows are sorted by.
 */
void rows_layout_make(struct rows_layout *ret, const struct columns *columns,
		      const char *sort, size_t scrolled, int cols);
void rows_layout_done(struct rows_layout *l);

/* @sort: the key of the column with the mark, or NULL. */
void rows_draw_heading(const struct rows_layout *l,
		       const struct columns *columns, const char *sort,
		       bool reverse, struct grid *g, int row, int col);
/* @prefix stands before the command. */
void rows_draw_line(const struct rows_layout *l, const struct columns *columns,
		    const struct row *r, enum role role, const char *prefix,
		    struct grid *g, int row, int col);

#endif
