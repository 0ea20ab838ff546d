/*
 * A cell of a row as text of at most the column's width.
 */
#ifndef TACHO_SCREEN_CELL_TEXT_H
#define TACHO_SCREEN_CELL_TEXT_H

#include "analyze/tasks/columns.h"
#include "analyze/tasks/tasks.h"

#define CELL_LEN 48

/* What stands where there is no number. */
#define CELL_MARK_ABSENT "-"

/*
 * A number in at most @width columns: with @digits after the point, or fewer, or
 * in steps of 1000 (of 1024 for unit "B") with a letter.
 */
const char *number_text(char buf[CELL_LEN], double number, int digits,
			const char *unit, int width);

/*
 * "~" before what was counted for a part of the time, "*" before what was
 * counted of some threads only.
 */
const char *cell_text(char buf[CELL_LEN], const struct column *column,
		      const struct cell *cell);

/* Of a cell outside of the rows: as cell_text(), in at most @width columns. */
const char *cell_plain(char buf[CELL_LEN], const struct cell *cell, int digits,
		       const char *unit, int width);

#endif
