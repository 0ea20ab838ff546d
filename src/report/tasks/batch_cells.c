/* Cells as text; see batch_cells.h. */
#include "report/tasks/batch_cells.h"

#include "base/auto.h"
#include "base/cells.h"
#include "base/strbuf.h"
#include "base/xalloc.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

/*
 * Numbers without a fraction, of which most of a table is: 0 %, a pid.  As
 * printf() has them, which takes ten times as long.
 */
static size_t whole_number(char buf[FMT_LEN], double number, int digits)
{
	char reversed[16];
	size_t n = 0, k = 0;
	unsigned rest;

	if (!(number >= 0.0 && number < 1e9) || signbit(number) ||
	    number != floor(number) || digits > 6)
		return 0;
	rest = (unsigned)number;
	do
		reversed[k++] = (char)('0' + rest % 10);
	while (rest /= 10);
	while (k)
		buf[n++] = reversed[--k];
	if (digits > 0)
		buf[n++] = '.';
	for (; digits > 0; digits--)
		buf[n++] = '0';
	buf[n] = '\0';
	return n;
}

/* With as many of @digits as there is room for; false: not even without. */
static bool plain_number(char buf[FMT_LEN], double number, int digits,
			 int width, const char *unit)
{
	if (!*unit) {
		size_t n = whole_number(buf, number, digits);

		if (n && (int)n <= width)
			return true;
	}
	for (; digits >= 0; digits--)
		if (snprintf(buf, FMT_LEN, "%.*f%s", digits, number, unit) <=
		    width)
			return true;
	return false;
}

static const char *short_number(char buf[FMT_LEN], double number, int digits,
				int width)
{
	static const char *const units[] = { "", "k", "M", "G", "T", "P", "E" };
	size_t u = 0;

	if (fabs(number) < 1e6 && plain_number(buf, number, digits, width, ""))
		return buf;
	while (fabs(number) >= 999.5 && u + 1 < ARRAY_LEN(units)) {
		number /= 1000.0;
		u++;
	}
	plain_number(buf, number, fabs(number) < 9.995 ? 2 : 1, width,
		     units[u]);
	return buf;
}

static const char *bytes(char buf[FMT_LEN], double number, int width)
{
	static const char *const units[] = { "B", "K", "M", "G", "T", "P" };
	size_t u = 0;

	while (number >= 1023.5 && u + 1 < ARRAY_LEN(units)) {
		number /= 1024.0;
		u++;
	}
	plain_number(buf, number, u && number < 99.95 ? 1 : 0, width, units[u]);
	return buf;
}

/* "45s", "12m05", "3h07", "15d" */
static const char *duration(char buf[FMT_LEN], double seconds)
{
	long s = seconds < 1e12 ? (long)seconds : 0;

	if (s < 60)
		snprintf(buf, FMT_LEN, "%lds", s);
	else if (s < 3600)
		snprintf(buf, FMT_LEN, "%ldm%02ld", s / 60, s % 60);
	else if (s < 86400)
		snprintf(buf, FMT_LEN, "%ldh%02ld", s / 3600, s / 60 % 60);
	else
		snprintf(buf, FMT_LEN, "%ldd%02ldh", s / 86400, s / 3600 % 24);
	return buf;
}

static const char *absent(const struct cell *cell, int width)
{
	const char *word = cell->word ? cell->word : "n/a";

	/* nothing lacks there */
	if (!strcmp(word, "several"))
		return "-";
	return (int)strlen(word) <= width ? word : "n/a";
}

const char *batch_cell(char buf[FMT_LEN], const struct column *column,
		       const struct cell *cell, int width)
{
	switch (cell->kind) {
	case CELL_TEXT:
		return "";
	case CELL_ABSENT:
		return absent(cell, width);
	case CELL_NUMBER:
		break;
	}
	if (column->plain) {
		if (!whole_number(buf, cell->number, 0))
			snprintf(buf, FMT_LEN, "%.0f", cell->number);
	} else if (!strcmp(column->unit, "B"))
		bytes(buf, cell->number, width);
	else if (!strcmp(column->unit, "s") && column->kind == COLUMN_BUILTIN)
		duration(buf, cell->number);
	else
		short_number(buf, cell->number, column->digits, width);
	return buf;
}

char batch_mark(const struct cell *cell)
{
	if (cell->kind != CELL_NUMBER)
		return ' ';
	if (cell->doubt)
		return '!';
	if (cell->partial)
		return '+';
	return cell->estimate ? '~' : ' ';
}

char *batch_plain(const char *text, int width, bool utf8)
{
	AUTO_FREE char *clean = cells_cleaned(text, utf8);
	AUTO(strbuf_done) struct strbuf b = { 0 };

	if (width <= 0)
		return TAKE_PTR(clean);
	cells_cut(&b, clean, width, utf8);
	return xstrdup(strbuf_str(&b));
}
