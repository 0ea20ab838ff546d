/* The table of a comparison; see table.h. */
#include "report/comparison/table.h"

#include "base/auto.h"
#include "base/cells.h"
#include "base/xalloc.h"
#include "report/comparison/plot.h"
#include "report/comparison/rows.h"
#include "report/comparison/spell.h"
#include "report/text.h"

#include <stdlib.h>
#include <string.h>

#define REASON_LEAST 20
#define PLOT_LEAST 14
#define PLOT_SMALL 8
#define PLOT_MOST 40
#define PLOT_ELSEWHERE 24 /* where there is no terminal to fill */

static const struct {
	const char *heading, *ascii;
	int gap; /* to the left */
	bool left;
} columns[] = {
	[ROW_NAME] = { "", "", 0, true },
	[ROW_SUBJECT] = { "", "", 2, true },
	[ROW_MEAN] = { "mean", "mean", 2, false },
	[ROW_UNIT] = { "", "", 1, true },
	[ROW_SPREAD] = { "± sd", "+- sd", 1, false },
	[ROW_LEAST] = { "min", "min", 2, false },
	[ROW_MOST] = { "… max", ".. max", 1, false },
	[ROW_OUTLIERS] = { "outl.", "outl.", 2, false },
	[ROW_PLOT] = { "", "", 2, true },
	[ROW_DELTA] = { "", "", 2, false },
	[ROW_INTERVAL] = { "", "", 1, true },
	[ROW_MARK] = { "", "", 2, true },
};
_Static_assert(ARRAY_LEN(columns) == ROW_COLUMNS, "every column has a row");

struct table {
	const struct comparison_report *r;
	const struct comparison_style *style;
	struct rows rows;
	/* how it is laid out: */
	int widths[ROW_COLUMNS];
	bool hidden[ROW_COLUMNS];
	bool beside; /* the quantity has a column */
	bool below;  /* differences have lines of their own */
};

static char *cut(const char *text, int most, bool utf8)
{
	AUTO_FREE char *clean = cells_cleaned(text, utf8);
	struct strbuf b = { 0 };

	cells_cut(&b, clean, most, utf8);
	return strbuf_detach(&b);
}

/* ---- layout ---- */

static const char *heading_of(const struct table *t, enum row_column column)
{
	return t->style->utf8 ? columns[column].heading : columns[column].ascii;
}

static bool has_distribution(const struct table *t)
{
	const struct comparison *c = t->r->comparison;

	for (size_t i = 0; i < t->rows.n; i++) {
		const struct row *row = &t->rows.items[i];

		if (c->quantities[row->quantity].sides[row->subject].n > 2 &&
		    row->cells[ROW_SPREAD])
			return true;
	}
	return false;
}

static void measure(struct table *t)
{
	for (int k = 0; k < ROW_COLUMNS; k++) {
		for (size_t i = 0; i < t->rows.n; i++) {
			const char *cell = t->rows.items[i].cells[k];
			int width = cell ? cells_width(cell) : 0;

			if (width > t->widths[k])
				t->widths[k] = width;
		}
		if (t->widths[k] &&
		    cells_width(heading_of(t, k)) > t->widths[k])
			t->widths[k] = cells_width(heading_of(t, k));
	}
	if (has_distribution(t))
		t->widths[ROW_PLOT] = PLOT_LEAST;
}

static bool is_shown(const struct table *t, enum row_column column)
{
	if (!t->widths[column] || t->hidden[column])
		return false;
	if (column == ROW_NAME)
		return t->beside;
	return !t->below || column < ROW_DELTA;
}

static int indent_of(const struct table *t)
{
	return t->beside ? 1 : 3;
}

/* Where @column begins; ROW_COLUMNS: the width of all. */
static int begin_of(const struct table *t, int column)
{
	int at = indent_of(t);
	bool any = false;

	for (int k = 0; k < ROW_COLUMNS; k++) {
		if (!is_shown(t, k))
			continue;
		at += any ? columns[k].gap : 0;
		if (k == column)
			return at;
		at += t->widths[k];
		any = true;
	}
	return at;
}

/* Where the reason stands when there are no numbers. */
static int reason_of(const struct table *t)
{
	return begin_of(t, ROW_SUBJECT) + t->widths[ROW_SUBJECT] +
	       columns[ROW_MEAN].gap;
}

static bool is_too_wide(const struct table *t)
{
	int width = t->style->width;

	if (begin_of(t, ROW_COLUMNS) > width)
		return true;
	for (size_t i = 0; i < t->rows.n; i++)
		if (t->rows.items[i].instead &&
		    reason_of(t) + REASON_LEAST > width)
			return true;
	return false;
}

static void lay_out(struct table *t)
{
	/* what goes first where there is no room */
	static const enum row_column spare[][3] = {
		{ ROW_LEAST, ROW_MOST, ROW_MOST },
		{ ROW_OUTLIERS, ROW_OUTLIERS, ROW_OUTLIERS },
		{ ROW_SPREAD, ROW_SPREAD, ROW_SPREAD },
	};
	int width = t->style->width, room;

	measure(t);
	t->beside = true;
	if (!width) {
		if (t->widths[ROW_PLOT])
			t->widths[ROW_PLOT] = PLOT_ELSEWHERE;
		return;
	}
	if (is_too_wide(t))
		t->beside = false;
	if (begin_of(t, ROW_COLUMNS) > width)
		t->hidden[ROW_PLOT] = true;
	for (size_t i = 0; i < ARRAY_LEN(spare); i++)
		for (size_t k = 0;
		     k < 3 && (k || begin_of(t, ROW_COLUMNS) > width); k++)
			t->hidden[spare[i][k]] = true;
	if (begin_of(t, ROW_COLUMNS) > width)
		t->below = true;
	/* some picture is better than an empty margin */
	room = width - begin_of(t, ROW_COLUMNS);
	if (t->hidden[ROW_PLOT] && t->widths[ROW_PLOT] && !t->below &&
	    room >= PLOT_SMALL + columns[ROW_PLOT].gap) {
		t->hidden[ROW_PLOT] = false;
		t->widths[ROW_PLOT] = room - columns[ROW_PLOT].gap;
		return;
	}
	if (room > 0 && is_shown(t, ROW_PLOT))
		t->widths[ROW_PLOT] += room < PLOT_MOST - PLOT_LEAST
					       ? room
					       : PLOT_MOST - PLOT_LEAST;
}

/* ---- lines ---- */

static void end_line(struct strbuf *b)
{
	while (b->len && b->buf[b->len - 1] == ' ')
		b->buf[--b->len] = '\0';
	strbuf_putc(b, '\n');
}

static void put_bold(struct strbuf *b, const struct table *t, const char *text)
{
	strbuf_addf(b, "%s%s%s", t->style->color ? "\033[1m" : "", text,
		    t->style->color ? "\033[m" : "");
}

/* The names of the columns, and of the first group where there is room. */
static void put_heading(struct strbuf *b, const struct table *t,
			const char *group)
{
	int at = cells_width(group);
	bool fits = at + 2 <= begin_of(t, ROW_MEAN);

	put_bold(b, t, group);
	if (!fits) {
		strbuf_putc(b, '\n');
		at = 0;
	}
	for (int k = ROW_MEAN; k < ROW_COLUMNS; k++) {
		const char *name = heading_of(t, k);

		if (!is_shown(t, k))
			continue;
		text_column(b, "", begin_of(t, k) - at);
		at = begin_of(t, k);
		if (k == ROW_DELTA) {
			strbuf_puts(b, "difference");
			break;
		}
		text_column(b, name,
			    columns[k].left ? -t->widths[k] : t->widths[k]);
		at += t->widths[k];
	}
	end_line(b);
}

static void put_cell(struct strbuf *b, const struct table *t,
		     const struct row *row, enum row_column column)
{
	const char *cell = row->cells[column];

	if (column == ROW_PLOT) {
		const struct comparison *c = t->r->comparison;
		struct plot_axis axis = plot_axis_of(
			c, row->quantity, t->widths[ROW_PLOT], t->style->utf8);

		if (c->quantities[row->quantity].sides[row->subject].n > 2 &&
		    axis.hi > axis.lo)
			plot_bars(b, &axis,
				  &c->quantities[row->quantity]
					   .sides[row->subject]);
		else
			text_column(b, "", t->widths[ROW_PLOT]);
		return;
	}
	text_column(b, cell ? cell : "",
		    columns[column].left ? -t->widths[column]
					 : t->widths[column]);
}

static void put_cells(struct strbuf *b, const struct table *t,
		      const struct row *row, int last)
{
	int at = 0;

	for (int k = 0; k <= last; k++) {
		if (!is_shown(t, k))
			continue;
		text_column(b, "", begin_of(t, k) - at);
		put_cell(b, t, row, k);
		at = begin_of(t, k) + t->widths[k];
	}
}

/* On a line of its own, where it does not fit beside. */
static void put_difference_below(struct strbuf *b, const struct table *t,
				 const struct row *row)
{
	bool any = false;

	for (int k = ROW_DELTA; k < ROW_COLUMNS; k++) {
		if (!row->cells[k] || !*row->cells[k])
			continue;
		text_column(b, "", any ? 1 : indent_of(t) + 2);
		strbuf_puts(b, row->cells[k]);
		any = true;
	}
	if (any)
		strbuf_putc(b, '\n');
}

/* @text from column @at, on as many lines as it takes. */
static void put_words(struct strbuf *b, const struct table *t, const char *text,
		      int at)
{
	int width = t->style->width;
	AUTO_FREE char *words = NULL;

	words = width ? cells_fitting(text, width - at, t->style->utf8)
		      : xstrdup(text);
	text_wrap(b, words, width, at);
}

static void put_below(struct strbuf *b, const struct table *t, const char *text)
{
	int at = indent_of(t) + 2;

	if (!text)
		return;
	text_column(b, "", at);
	put_words(b, t, text, at);
}

static bool fits_beside(const struct table *t, const char *text)
{
	int width = t->style->width;

	return !width ||
	       begin_of(t, ROW_COLUMNS) + 2 + cells_width(text) <= width;
}

static void put_row(struct strbuf *b, const struct table *t,
		    const struct row *row)
{
	bool beside = row->doubt && fits_beside(t, row->doubt);

	if (row->instead) {
		AUTO_FREE char *words =
			xasprintf("not known: %s", row->instead);

		put_cells(b, t, row, ROW_SUBJECT);
		text_column(b, "", columns[ROW_MEAN].gap);
		put_words(b, t, words, reason_of(t));
		return;
	}
	put_cells(b, t, row, ROW_MARK);
	if (beside)
		strbuf_addf(b, "  %s", row->doubt);
	end_line(b);
	if (t->below)
		put_difference_below(b, t, row);
	if (!beside)
		put_below(b, t, row->doubt);
	for (size_t i = 0; i < ARRAY_LEN(row->notes); i++)
		put_below(b, t, row->notes[i]);
}

/* The quantity above its rows. */
static void put_name(struct strbuf *b, const struct table *t, size_t quantity)
{
	const struct compare_quantity *q =
		&t->r->comparison->quantities[quantity];
	AUTO(strbuf_done) struct strbuf line = { 0 };
	AUTO_FREE char *name = spell_name(q, t->style->utf8);
	AUTO_FREE char *fitting = NULL;

	strbuf_puts(&line, name);
	if (*q->kind.title)
		strbuf_addf(&line, " (%s)", q->kind.name);
	fitting = cut(strbuf_str(&line),
		      t->style->width ? t->style->width - 1 : 1000,
		      t->style->utf8);
	strbuf_addf(b, " %s\n", fitting);
}

void table_put(struct strbuf *b, const struct comparison_report *r,
	       const struct choice *choice,
	       const struct comparison_style *style)
{
	const struct comparison *c = r->comparison;
	struct table t = { .r = r,
			   .style = style,
			   .rows = rows_of(r, choice, style) };
	int group = -1;

	lay_out(&t);
	for (size_t i = 0; i < t.rows.n; i++) {
		const struct row *row = &t.rows.items[i];
		int now = (int)choice_group_of(&c->quantities[row->quantity]);

		if (now != group && group < 0) {
			put_heading(b, &t,
				    choice_group_title(now, r->simulated));
		} else if (now != group) {
			put_bold(b, &t, choice_group_title(now, r->simulated));
			strbuf_putc(b, '\n');
		}
		group = now;
		if (!t.beside && row->subject == 0)
			put_name(b, &t, row->quantity);
		put_row(b, &t, row);
	}
	rows_done(&t.rows);
}
