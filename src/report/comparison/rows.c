/* Rows of a comparison's table; see rows.h. */
#include "report/comparison/rows.h"

#include "base/auto.h"
#include "base/cells.h"
#include "base/strbuf.h"
#include "base/vec.h"
#include "base/xalloc.h"
#include "report/comparison/facts.h"
#include "report/comparison/spell.h"

#include <stdlib.h>
#include <string.h>

/* "Branch mispredictions per 1000 instructions" */
#define NAME_MOST 43

struct making {
	const struct comparison_report *r;
	const struct comparison_style *style;
	struct rows rows;
};

const char *rows_color(const struct comparison_style *style,
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

/* How a name is made shorter. */
enum shortening {
	WITHOUT_MIDDLE,
	WITHOUT_BEGIN, /* that all have */
	NUMBERED,
};

/* So many bytes at the begin are the same in all names, and whole characters. */
static size_t same_begin(const struct comparison *c)
{
	const char *first = c->subjects[0].name;
	size_t at = 0;
	bool same = true;

	while (same && first[at]) {
		for (size_t s = 1; s < c->nsubjects; s++)
			same &= c->subjects[s].name[at] == first[at];
		at += same;
	}
	while (at && ((unsigned char)first[at] & 0xc0) == 0x80)
		at--;
	return at;
}

static char *short_name(const struct comparison_report *r, size_t subject,
			const struct comparison_style *style,
			enum shortening how)
{
	const char *name = r->comparison->subjects[subject].name;
	int most = subject_most(style->width);
	AUTO_FREE char *rest = NULL;

	switch (how) {
	case WITHOUT_BEGIN:
		rest = cut(name + same_begin(r->comparison),
			   most - (style->utf8 ? 1 : 2), style->utf8);
		return xasprintf("%s%s", style->utf8 ? "…" : "..", rest);
	case NUMBERED:
		rest = cut(name, most - 2, style->utf8);
		return xasprintf("%zu:%s", subject + 1, rest);
	case WITHOUT_MIDDLE:
		break;
	}
	return cut(name, most, style->utf8);
}

static bool is_only_one(const struct comparison_report *r, size_t subject,
			const struct comparison_style *style,
			enum shortening how)
{
	AUTO_FREE char *name = short_name(r, subject, style, how);

	for (size_t s = 0; s < r->comparison->nsubjects; s++) {
		AUTO_FREE char *other = short_name(r, s, style, how);

		if (s != subject && !strcmp(name, other))
			return false;
	}
	return true;
}

char *rows_subject(const struct comparison_report *r, size_t subject,
		   const struct comparison_style *style)
{
	enum shortening how = WITHOUT_MIDDLE;

	if (!is_only_one(r, subject, style, how))
		how = WITHOUT_BEGIN;
	if (!is_only_one(r, subject, style, how))
		how = NUMBERED;
	return short_name(r, subject, style, how);
}

static void set_numbers(struct making *t, struct row *row,
			const struct compare_side *side,
			const struct spelling *s)
{
	const char *pm = t->style->utf8 ? "±" : "+-";
	const char *to = t->style->utf8 ? "…" : "..";
	char number[FMT_LEN];

	row->cells[ROW_MEAN] = xstrdup(spell(number, s, side->stats.mean));
	row->cells[ROW_UNIT] = cells_cleaned(s->unit, t->style->utf8);
	if (side->n < 2 || side->stats.min == side->stats.max)
		return;
	row->cells[ROW_SPREAD] =
		xasprintf("%s %s", pm, spell(number, s, side->stats.stddev));
	row->cells[ROW_LEAST] = xstrdup(spell(number, s, side->stats.min));
	row->cells[ROW_MOST] =
		xasprintf("%s %s", to, spell(number, s, side->stats.max));
	row->cells[ROW_OUTLIERS] = xasprintf("%zu", side->outliers);
}

static char *colored(const struct making *t, const struct compare_result *r,
		     const char *text)
{
	const char *color = rows_color(t->style, r);

	if (!*color || !*text)
		return xstrdup(text);
	return xasprintf("%s%s\033[m", color, text);
}

static void set_difference(struct making *t, struct row *row,
			   const struct compare_result *r,
			   const struct spelling *s)
{
	char delta[FMT_LEN], interval[2 * FMT_LEN + 8];
	AUTO_FREE char *clean = NULL;

	clean = cells_cleaned(spell_delta(delta, s, r), t->style->utf8);
	row->cells[ROW_DELTA] = colored(t, r, clean);
	row->cells[ROW_INTERVAL] = xstrdup(spell_interval(interval, s, r));
	row->cells[ROW_MARK] = colored(t, r, spell_mark(r));
}

static void add_doubt(struct making *t, struct row *row)
{
	const char *doubt = comparison_doubt(t->r, row->quantity, row->subject);
	AUTO_FREE char *words = NULL;

	if (!doubt)
		return;
	words = cells_cleaned(doubt, t->style->utf8);
	row->doubt = xasprintf("! %s", words);
}

/* Not all runs have it. */
static void add_partial(struct making *t, struct row *row)
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
	char p[FMT_LEN];

	if (test->known)
		strbuf_addf(b, ", %s %s", name, spell_chance(p, test->p));
}

static void add_details(struct making *t, struct row *row,
			const struct spelling *s)
{
	const struct compare_quantity *q =
		&t->r->comparison->quantities[row->quantity];
	const struct compare_side *side = &q->sides[row->subject];
	const struct compare_result *r = &q->results[row->subject];
	struct strbuf b = { 0 };
	char median[FMT_LEN], q1[FMT_LEN], q3[FMT_LEN], p[FMT_LEN];

	if (side->stats.min < side->stats.max)
		strbuf_addf(&b, "median %s, quartiles %s and %s, ",
			    spell(median, s, side->stats.median),
			    spell(q1, s, side->quartile_1),
			    spell(q3, s, side->quartile_3));
	strbuf_addf(&b, "%zu run%s", side->n, side->n == 1 ? "" : "s");
	if (r->resampled) {
		strbuf_addf(&b, "; p %s", spell_chance(p, r->p));
		if (!q->kind.untested)
			strbuf_addf(&b, ", corrected %s",
				    spell_chance(p, r->p_adjusted));
		add_test(&b, "Welch", &r->welch);
		add_test(&b, "Mann-Whitney", &r->mann_whitney);
	}
	row->notes[1] = strbuf_detach(&b);
}

static void add_row(struct making *t, size_t quantity, size_t subject)
{
	const struct comparison *c = t->r->comparison;
	const struct compare_quantity *q = &c->quantities[quantity];
	const struct compare_side *side = &q->sides[subject];
	struct spelling s = spelling_of(c, quantity, &t->style->fmt);
	struct row row = { .quantity = quantity, .subject = subject };

	if (subject == 0) {
		AUTO_FREE char *name = spell_name(q, t->style->utf8);

		row.cells[ROW_NAME] = cut(name, NAME_MOST, t->style->utf8);
	} else if (subject == 1 && *q->kind.title) {
		/* what -M and --fail-if call it */
		AUTO_FREE char *name = xasprintf(" (%s)", q->kind.name);

		row.cells[ROW_NAME] = cut(name, NAME_MOST, t->style->utf8);
	}
	row.cells[ROW_SUBJECT] = rows_subject(t->r, subject, t->style);
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
	VEC_PUSH(t->rows.items, t->rows.n, row);
}

struct rows rows_of(const struct comparison_report *r,
		    const struct choice *choice,
		    const struct comparison_style *style)
{
	struct making t = { .r = r, .style = style };

	for (size_t i = 0; i < choice->n; i++)
		for (size_t s = 0; s < r->comparison->nsubjects; s++)
			add_row(&t, choice->quantities[i], s);
	return t.rows;
}

void rows_done(struct rows *rows)
{
	for (size_t i = 0; i < rows->n; i++) {
		struct row *row = &rows->items[i];

		for (size_t k = 0; k < ROW_COLUMNS; k++)
			free(row->cells[k]);
		free(row->instead);
		free(row->doubt);
		free(row->notes[0]);
		free(row->notes[1]);
	}
	free(rows->items);
	*rows = (struct rows){ 0 };
}
