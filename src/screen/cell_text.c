/* Cells as text; see cell_text.h. */
#include "screen/cell_text.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

/* With as many digits as fit, at most @digits; false: not even without. */
static bool fits(char buf[CELL_LEN], double number, int digits,
		 const char *suffix, int width)
{
	for (; digits >= 0; digits--) {
		int n = snprintf(buf, CELL_LEN, "%.*f%s", digits, number,
				 suffix);

		if (n <= width)
			return true;
	}
	return false;
}

const char *number_text(char buf[CELL_LEN], double number, int digits,
			const char *unit, int width)
{
	static const char *const steps[] = { "K", "M", "G", "T", "P", "E" };
	bool bytes = unit && !strcmp(unit, "B");
	double step = bytes ? 1024 : 1000;

	if (width > CELL_LEN - 1)
		width = CELL_LEN - 1;
	if (fabs(number) < (bytes ? step : 1e5) &&
	    fits(buf, number, digits, "", width))
		return buf;
	for (size_t i = 0; i < sizeof(steps) / sizeof(*steps); i++) {
		number /= step;
		if (fabs(number) < 999.5 &&
		    fits(buf, number, fabs(number) < 99.5 ? 1 : 0, steps[i],
			 width))
			return buf;
	}
	return strcpy(buf, "#"); /* no number is better than a wrong one */
}

const char *cell_plain(char buf[CELL_LEN], const struct cell *cell, int digits,
		       const char *unit, int width)
{
	char number[CELL_LEN];
	const char *mark = cell->partial ? "*" : cell->estimate ? "~" : "";

	if (cell->kind == CELL_ABSENT)
		return strcpy(buf, CELL_MARK_ABSENT);
	if (cell->kind == CELL_TEXT) {
		snprintf(buf, CELL_LEN, "%s", cell->text);
		return buf;
	}
	number_text(number, cell->number, digits, unit,
		    width - (int)strlen(mark));
	snprintf(buf, CELL_LEN, "%s%.*s", mark, CELL_LEN - 2, number);
	return buf;
}

const char *cell_text(char buf[CELL_LEN], const struct column *column,
		      const struct cell *cell)
{
	if (column->plain && cell->kind == CELL_NUMBER) {
		snprintf(buf, CELL_LEN, "%.0f", cell->number);
		return buf;
	}
	return cell_plain(buf, cell, column->digits, column->unit,
			  column->width);
}
