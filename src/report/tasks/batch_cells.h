/* Cells of the live view as text of a given width. */
#ifndef TACHO_REPORT_TASKS_BATCH_CELLS_H
#define TACHO_REPORT_TASKS_BATCH_CELLS_H

#include "analyze/tasks/tasks.h"
#include "base/fmt.h"

/*
 * "1.23", "12.3k", "1.5M", "denied": at most @width columns where that can be
 * said in so few.  Texts are not made here: CELL_TEXT gives "".
 */
const char *batch_cell(char buf[FMT_LEN], const struct column *column,
		       const struct cell *cell, int width);

/*
 * One letter behind it: '!' not to be believed, '~' an estimate, '+' of a part only (there was more),
 * ' ' neither.
 */
char batch_mark(const struct cell *cell);

/*
 * @text without what a terminal obeys, in at most @width columns, and not all of
 * it where that is too few; 0: as many as it takes.
 */
char *batch_plain(const char *text, int width, bool utf8);

#endif
