/* The table of a comparison; see table.h. */
#include "report/comparison/table.h"

#include "base/auto.h"
#include "base/cells.h"
#include "base/vec.h"
#include "base/xalloc.h"
#include "report/comparison/facts.h"
#include "report/comparison/plot.h"
#include "report/comparison/spell.h"
#include "report/text.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define NAME_MOST 32
#define PLOT_LEAST 14
#define PLOT_SMALL 8
#define PLOT_MOST 40
#define PLOT_ELSEWHERE 24 /* where there is no terminal to fill */

enum column {
	NAME,
	SUBJECT,
	MEAN,
	UNIT,
	SPREAD,
	LEAST,
	MOST,
	OUTLIERS,
	PLOT,
	DELTA,
	INTERVAL,
	MARK,
};
#define COLUMNS (MARK + 1)

static const struct {
	const char *heading, *ascii;
	int gap; /* to the left */
	bool left;
} columns[] = {
	[NAME] = { "", "", 0, true },
	[SUBJECT] = { "", "", 2, true },
	[MEAN] = { "mean", "mean", 2, false },
	[UNIT] = { "", "", 1, true },
	[SPREAD] = { "± sd", "+- sd", 1, false },
	[LEAST] = { "min", "min", 2, false },
	[MOST] = { "… max", ".. max", 1, false },
	[OUTLIERS] = { "outl.", "outl.", 2, false },
	[PLOT] = { "", "", 2, true },
	[DELTA] = { "", "", 2, false },
	[INTERVAL] = { "", "", 1, true },
	[MARK] = { "", "", 2, true },
};
_Static_assert(ARRAY_LEN(columns) == COLUMNS, "every column has a row");

/* One subject of one quantity. */
struct row {
	size_t quantity, subject;
	char *cells[COLUMNS]; /* NULL: empty */
	char *instead;        /* of all numbers: why there are none */
	char *doubt;
	char *notes[2];
};

struct table {
	const struct comparison_report *r;
	const struct comparison_style *style;
	struct row *rows;
	size_t nrows;
	/* how it is laid out: */
	int widths[COLUMNS];
	bool hidden[COLUMNS];
	bool beside; /* the quantity has a column */
	bool below;  /* differences have lines of their own */
};

const char *table_color(const struct comparison_style *style,
			const struct compare_result *r)
{
	if (!style->color)
		return "";
	switch (r->mark) {
	case COMPARE_BETTER:
		return "\033[1;32m";
	case COMPARE_WORSE:
		return "\033[1;31m";
	case COMPARE_DIFFERENT:
		return "\033[1;33m";
	case COMPARE_SAME:
	case COMPARE_TOO_FEW:
	case COMPARE_ABSENT:
		break;
	}
	return "";
}

static int subject_most(int width)
{
	if (!width || width >= 100)
		return 24;
	return width >= 80 ? 14 : width >= 60 ? 11 : 8;
}

static char *cut(const char *text, int most, bool utf8)
{
	AUTO_FREE char *clean = cells_cleaned(text, utf8);
	struct strbuf b = { 0 };

	cells_cut(&b, clean, most, utf8);
	return strbuf_detach(&b);
}

char *table_subject(const struct comparison_report *r, size_t subject,
		    const struct comparison_style *style)
{
	return cut(r->comparison->subjects[subject].name,
		   subject_most(style->width), style->utf8);
}

/* ---- cells ---- */

static void set_numbers(struct table *t, struct row *row,
			const struct compare_side *side,
			const struct spelling *s)
{
	const char *pm = t->style->utf8 ? "±" : "+-";
	const char *to = t->style->utf8 ? "…" : "..";
	char number[FMT_LEN];

	row->cells[MEAN] = xstrdup(spell(number, s, side->stats.mean));
	row->cells[UNIT] = cells_cleaned(s->unit, t->style->utf8);
	if (side->n < 2 || side->stats.min == side->stats.max)
		return;
	row->cells[SPREAD] =
		xasprintf("%s %s", pm, spell(number, s, side->stats.stddev));
	row->cells[LEAST] = xstrdup(spell(number, s, side->stats.min));
	row->cells[MOST] =
		xasprintf("%s %s", to, spell(number, s, side->stats.max));
	row->cells[OUTLIERS] = xasprintf("%zu", side->outliers);
}

static char *colored(const struct table *t, const struct compare_result *r,
		     const char *text)
{
	const char *color = table_color(t->style, r);

	if (!*color || !*text)
		return xstrdup(text);
	return xasprintf("%s%s\033[m", color, text);
}

static void set_difference(struct table *t, struct row *row,
			   const struct compare_result *r,
			   const struct spelling *s)
{
	char delta[FMT_LEN], interval[2 * FMT_LEN + 8];

	row->cells[DELTA] = colored(t, r, spell_delta(delta, s, r));
	row->cells[INTERVAL] = xstrdup(spell_interval(interval, s, r));
	row->cells[MARK] = colored(t, r, spell_mark(r));
}

static void add_doubt(struct table *t, struct row *row)
{
	const char *doubt = facts_doubt(t->r, row->quantity, row->subject);
	AUTO_FREE char *words = NULL;

	if (!doubt)
		return;
	words = cells_cleaned(doubt, t->style->utf8);
	row->doubt = xasprintf("! %s", words);
}

/* Not all runs have it. */
static void add_partial(struct table *t, struct row *row)
{
	const struct comparison *c = t->r->comparison;
	const struct compare_side *side =
		&c->quantities[row->quantity].sides[row->subject];
	size_t all = c->subjects[row->subject].nruns;
	AUTO_FREE char *why = NULL;

	if (side->n >= all)
		return;
	why = cells_cleaned(side->absent ? side->absent : "not counted",
			    t->style->utf8);
	row->notes[0] =
		xasprintf("in %zu of %zu runs; else: %s", side->n, all, why);
}

static void add_test(struct strbuf *b, const char *name,
		     const struct stats_test *test)
{
	if (test->known)
		strbuf_addf(b, ", %s %.2g", name, test->p);
}

static void add_details(struct table *t, struct row *row,
			const struct spelling *s)
{
	const struct compare_quantity *q =
		&t->r->comparison->quantities[row->quantity];
	const struct compare_side *side = &q->sides[row->subject];
	const struct compare_result *r = &q->results[row->subject];
	struct strbuf b = { 0 };
	char median[FMT_LEN], q1[FMT_LEN], q3[FMT_LEN];

	if (side->stats.min < side->stats.max)
		strbuf_addf(&b, "median %s, quartiles %s and %s, ",
			    spell(median, s, side->stats.median),
			    spell(q1, s, side->quartile_1),
			    spell(q3, s, side->quartile_3));
	strbuf_addf(&b, "%zu run%s", side->n, side->n == 1 ? "" : "s");
	if (r->resampled) {
		strbuf_addf(&b, "; p: %.2g", r->p);
		if (!q->kind.untested)
			strbuf_addf(&b, ", corrected %.2g", r->p_adjusted);
		add_test(&b, "Welch", &r->welch);
		add_test(&b, "Mann-Whitney", &r->mann_whitney);
	}
	row->notes[1] = strbuf_detach(&b);
}

static void add_row(struct table *t, size_t quantity, size_t subject)
{
	const struct comparison *c = t->r->comparison;
	const struct compare_quantity *q = &c->quantities[quantity];
	const struct compare_side *side = &q->sides[subject];
	struct spelling s = spelling_of(c, quantity, &t->style->fmt);
	struct row row = { .quantity = quantity, .subject = subject };

	if (subject == 0) {
		AUTO_FREE char *name = spell_name(q, t->style->utf8);

		row.cells[NAME] = cut(name, NAME_MOST, t->style->utf8);
	} else if (subject == 1 && *q->kind.title) {
		/* what -M and --fail-if call it */
		AUTO_FREE char *name = xasprintf(" (%s)", q->kind.name);

		row.cells[NAME] = cut(name, NAME_MOST, t->style->utf8);
	}
	row.cells[SUBJECT] = table_subject(t->r, subject, t->style);
	if (!side->n) {
		const char *why =
			side->absent ? side->absent : q->results[subject].why;

		row.instead = cells_cleaned(why ? why : "no run has a number",
					    t->style->utf8);
	} else {
		set_numbers(t, &row, side, &s);
		if (subject)
			set_difference(t, &row, &q->results[subject], &s);
		add_doubt(t, &row);
		add_partial(t, &row);
		if (t->style->verbose)
			add_details(t, &row, &s);
	}
	VEC_PUSH(t->rows, t->nrows, row);
}

static void table_done(struct table *t)
{
	for (size_t i = 0; i < t->nrows; i++) {
		for (size_t k = 0; k < COLUMNS; k++)
			free(t->rows[i].cells[k]);
		free(t->rows[i].instead);
		free(t->rows[i].doubt);
		free(t->rows[i].notes[0]);
		free(t->rows[i].notes[1]);
	}
	free(t->rows);
}

/* ---- layout ---- */

static const char *heading_of(const struct table *t, enum column column)
{
	return t->style->utf8 ? columns[column].heading : columns[column].ascii;
}

static bool has_distribution(const struct table *t)
{
	const struct comparison *c = t->r->comparison;

	for (size_t i = 0; i < t->nrows; i++) {
		const struct row *row = &t->rows[i];

		if (c->quantities[row->quantity].sides[row->subject].n > 2 &&
		    row->cells[SPREAD])
			return true;
	}
	return false;
}

static void measure(struct table *t)
{
	for (int k = 0; k < COLUMNS; k++) {
		for (size_t i = 0; i < t->nrows; i++) {
			const char *cell = t->rows[i].cells[k];
			int width = cell ? cells_width(cell) : 0;

			if (width > t->widths[k])
				t->widths[k] = width;
		}
		if (t->widths[k] &&
		    cells_width(heading_of(t, k)) > t->widths[k])
			t->widths[k] = cells_width(heading_of(t, k));
	}
	if (has_distribution(t))
		t->widths[PLOT] = PLOT_LEAST;
}

static bool is_shown(const struct table *t, enum column column)
{
	if (!t->widths[column] || t->hidden[column])
		return false;
	if (column == NAME)
		return t->beside;
	return !t->below || column < DELTA;
}

static int indent_of(const struct table *t)
{
	return t->beside ? 1 : 3;
}

/* Where @column begins; COLUMNS: the width of all. */
static int begin_of(const struct table *t, int column)
{
	int at = indent_of(t);
	bool any = false;

	for (int k = 0; k < COLUMNS; k++) {
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

static void lay_out(struct table *t)
{
	/* what goes first where there is no room */
	static const enum column spare[][3] = {
		{ LEAST, MOST, MOST },
		{ OUTLIERS, OUTLIERS, OUTLIERS },
		{ SPREAD, SPREAD, SPREAD },
	};
	int width = t->style->width, room;

	measure(t);
	t->beside = true;
	if (!width) {
		if (t->widths[PLOT])
			t->widths[PLOT] = PLOT_ELSEWHERE;
		return;
	}
	if (begin_of(t, COLUMNS) > width)
		t->beside = false;
	if (begin_of(t, COLUMNS) > width)
		t->hidden[PLOT] = true;
	for (size_t i = 0; i < ARRAY_LEN(spare); i++)
		for (size_t k = 0; k < 3 && (k || begin_of(t, COLUMNS) > width);
		     k++)
			t->hidden[spare[i][k]] = true;
	if (begin_of(t, COLUMNS) > width)
		t->below = true;
	/* some picture is better than an empty margin */
	room = width - begin_of(t, COLUMNS);
	if (t->hidden[PLOT] && t->widths[PLOT] && !t->below &&
	    room >= PLOT_SMALL + columns[PLOT].gap) {
		t->hidden[PLOT] = false;
		t->widths[PLOT] = room - columns[PLOT].gap;
		return;
	}
	if (room > 0 && is_shown(t, PLOT))
		t->widths[PLOT] += room < PLOT_MOST - PLOT_LEAST
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
	bool fits = at + 2 <= begin_of(t, MEAN);

	put_bold(b, t, group);
	if (!fits) {
		strbuf_putc(b, '\n');
		at = 0;
	}
	for (int k = MEAN; k < COLUMNS; k++) {
		const char *name = heading_of(t, k);

		if (!is_shown(t, k))
			continue;
		text_column(b, "", begin_of(t, k) - at);
		at = begin_of(t, k);
		if (k == DELTA) {
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
		     const struct row *row, enum column column)
{
	const char *cell = row->cells[column];

	if (column == PLOT) {
		const struct comparison *c = t->r->comparison;
		struct plot_axis axis = plot_axis_of(
			c, row->quantity, t->widths[PLOT], t->style->utf8);

		if (c->quantities[row->quantity].sides[row->subject].n > 2 &&
		    axis.hi > axis.lo)
			plot_bars(b, &axis,
				  &c->quantities[row->quantity]
					   .sides[row->subject]);
		else
			text_column(b, "", t->widths[PLOT]);
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

	for (int k = DELTA; k < COLUMNS; k++) {
		if (!row->cells[k] || !*row->cells[k])
			continue;
		text_column(b, "", any ? 1 : indent_of(t) + 2);
		strbuf_puts(b, row->cells[k]);
		any = true;
	}
	if (any)
		strbuf_putc(b, '\n');
}

/* Behind the row, or below it. */
static void put_doubt(struct strbuf *b, const struct table *t,
		      const char *doubt)
{
	int width = t->style->width;

	if (width && begin_of(t, COLUMNS) + 2 + cells_width(doubt) > width) {
		end_line(b);
		text_column(b, "", indent_of(t) + 2);
	} else {
		strbuf_puts(b, "  ");
	}
	strbuf_puts(b, doubt);
}

static void put_row(struct strbuf *b, const struct table *t,
		    const struct row *row)
{
	int at = begin_of(t, MEAN);

	if (row->instead) {
		AUTO_FREE char *words =
			xasprintf("not known: %s", row->instead);

		put_cells(b, t, row, SUBJECT);
		text_column(b, "", columns[MEAN].gap);
		text_wrap(b, words, t->style->width, at);
		return;
	}
	put_cells(b, t, row, MARK);
	if (row->doubt)
		put_doubt(b, t, row->doubt);
	end_line(b);
	if (t->below)
		put_difference_below(b, t, row);
	for (size_t i = 0; i < ARRAY_LEN(row->notes); i++) {
		if (!row->notes[i])
			continue;
		text_column(b, "", at);
		text_wrap(b, row->notes[i], t->style->width, at);
	}
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
	struct table t = { .r = r, .style = style };
	int group = -1;

	for (size_t i = 0; i < choice->n; i++)
		for (size_t s = 0; s < c->nsubjects; s++)
			add_row(&t, choice->quantities[i], s);
	lay_out(&t);
	for (size_t i = 0; i < t.nrows; i++) {
		const struct row *row = &t.rows[i];
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
	table_done(&t);
}
