/*
 * A comparison for people: the answer in words, why, how the samples lie, the
 * numbers, and what there is to know of them.
 */
#include "report/comparison/comparison.h"

#include "base/auto.h"
#include "base/cells.h"
#include "base/strbuf.h"
#include "base/xalloc.h"
#include "report/comparison/choose.h"
#include "report/comparison/facts.h"
#include "report/comparison/plot.h"
#include "report/comparison/rows.h"
#include "report/comparison/spell.h"
#include "report/comparison/table.h"
#include "report/comparison/unit.h"
#include "report/text.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>

/* A picture that is wider tells no more. */
#define PLOT_WIDTH 72
#define PLOT_LEAST 10

struct text {
	const struct comparison_report *r;
	const struct comparison_style *style;
	struct strbuf b;
};

/* As lines of a terminal want it. */
static char *fitting(const struct text *t, const char *text, int most)
{
	return t->style->width ? cells_fitting(text, most, t->style->utf8)
			       : cells_cleaned(text, t->style->utf8);
}

/* @text at @indent behind @first, with more of it on further lines. */
static void put_line(struct text *t, int indent, const char *first,
		     const char *text)
{
	int begin = indent + cells_width(first);
	AUTO_FREE char *words = NULL;

	words = fitting(t, text, t->style->width - begin - 2);
	text_column(&t->b, "", indent);
	strbuf_puts(&t->b, first);
	text_wrap(&t->b, words, t->style->width, indent + 2);
}

/* ---- the answer ---- */

static void put_answer(struct text *t, size_t subject)
{
	const struct comparison_report *r = t->r;
	size_t q = choice_headline(r);
	AUTO_FREE char *headline = comparison_headline(r, subject);
	AUTO_FREE char *clean = fitting(t, headline, t->style->width - 4);
	const char *color =
		q == SIZE_MAX
			? ""
			: rows_color(t->style, &r->comparison->quantities[q]
							.results[subject]);
	AUTO_FREE char *line =
		xasprintf("%s%s%s", color, clean, *color ? "\033[m" : "");

	strbuf_putc(&t->b, ' ');
	text_wrap(&t->b, line, t->style->width, 3);
}

static void put_why(struct text *t, size_t subject)
{
	const struct why *why = &t->r->subjects[subject].why;
	AUTO_FREE char *words = NULL;

	if (!facts_has_why(t->r, subject))
		return;
	words = why_words(why);
	put_line(t, 3, "", words);
}

static void put_answers(struct text *t)
{
	strbuf_putc(&t->b, '\n');
	for (size_t s = 1; s < t->r->comparison->nsubjects; s++) {
		put_answer(t, s);
		put_why(t, s);
	}
	strbuf_putc(&t->b, '\n');
}

/* ---- the picture ---- */

static void put_ends(struct text *t, const struct plot_axis *axis,
		     const struct spelling *s, int indent)
{
	char lo[FMT_LEN], hi[FMT_LEN];
	AUTO_FREE char *unit = cells_cleaned(s->unit, t->style->utf8);
	AUTO_FREE char *end = NULL;

	spell(lo, s, axis->lo);
	spell(hi, s, axis->hi);
	end = xasprintf("%s%s%s", hi, *unit ? " " : "", unit);
	text_column(&t->b, "", indent);
	if (cells_width(lo) + 2 + cells_width(end) > axis->width) {
		AUTO_FREE char *both = xasprintf(
			"%s %s %s", lo, t->style->utf8 ? "…" : "..", end);

		text_wrap(&t->b, both, t->style->width, indent);
		return;
	}
	text_column(&t->b, lo, -(axis->width - cells_width(end)));
	strbuf_addf(&t->b, "%s\n", end);
}

static void put_legend(struct text *t, const struct plot_axis *axis)
{
	AUTO(strbuf_done) struct strbuf line = { 0 };

	strbuf_puts(&line, t->style->utf8 ? "├ ┤ quartiles, ┃ median, ◆ mean"
					  : "[ ] quartiles, | median, o mean");
	if (axis->below)
		strbuf_addf(&line, "; %zu run%s further left", axis->below,
			    axis->below == 1 ? "" : "s");
	if (axis->above)
		strbuf_addf(&line, "; %zu run%s further right", axis->above,
			    axis->above == 1 ? "" : "s");
	strbuf_puts(&t->b, "   ");
	text_wrap(&t->b, strbuf_str(&line), t->style->width, 3);
}

/* Is there anything to see in it? */
static bool is_worth_a_plot(const struct comparison *c,
			    const struct compare_quantity *q)
{
	bool spread = false;

	for (size_t s = 0; s < c->nsubjects; s++) {
		if (q->sides[s].n < 3)
			return false;
		spread |= q->sides[s].stats.stddev > 0.0;
	}
	return spread;
}

static void trim(struct strbuf *b)
{
	while (b->len && b->buf[b->len - 1] == ' ')
		b->buf[--b->len] = '\0';
	strbuf_putc(b, '\n');
}

static void put_plot(struct text *t)
{
	const struct comparison *c = t->r->comparison;
	size_t quantity = choice_headline(t->r);
	const struct compare_quantity *q = &c->quantities[quantity];
	struct spelling s;
	struct plot_axis axis;
	AUTO_FREE char *title = NULL;
	int most = 0, width = PLOT_WIDTH;

	if (quantity == SIZE_MAX || !is_worth_a_plot(c, q))
		return;
	for (size_t i = 0; i < c->nsubjects; i++) {
		AUTO_FREE char *name = rows_subject(t->r, i, t->style);

		if (cells_width(name) > most)
			most = cells_width(name);
	}
	if (t->style->width && t->style->width - most - 5 < width)
		width = t->style->width - most - 5;
	if (width < PLOT_LEAST)
		return;
	axis = plot_axis_of(c, quantity, width, t->style->utf8);
	s = spelling_of(c, quantity, &t->style->fmt);
	title = spell_name(q, t->style->utf8);
	strbuf_puts(&t->b, t->style->color ? "\033[1m" : "");
	cells_cut(&t->b, title, t->style->width ? t->style->width : INT_MAX,
		  t->style->utf8);
	strbuf_puts(&t->b, t->style->color ? "\033[m\n" : "\n");
	for (size_t i = 0; i < c->nsubjects; i++) {
		AUTO_FREE char *name = rows_subject(t->r, i, t->style);

		text_column(&t->b, "", 3);
		text_column(&t->b, name, -(most + 2));
		plot_bars(&t->b, &axis, &q->sides[i]);
		trim(&t->b);
		text_column(&t->b, "", most + 5);
		plot_box(&t->b, &axis, &q->sides[i]);
		trim(&t->b);
	}
	put_ends(t, &axis, &s, most + 5);
	put_legend(t, &axis);
	strbuf_putc(&t->b, '\n');
}

/* ---- the numbers ---- */

static void put_table(struct text *t)
{
	struct choice choice = choice_of(t->r, t->style->verbose);
	AUTO_FREE char *rest = choice_rest_words(&choice);

	table_put(&t->b, t->r, &choice, t->style);
	if (*rest) {
		AUTO_FREE char *line = xasprintf("%s; --all shows them", rest);

		put_line(t, 1, "", line);
	}
	choice_done(&choice);
	strbuf_putc(&t->b, '\n');
}

/* ---- limits ---- */

static void put_gates(struct text *t)
{
	static const char *const colors[] = {
		[GATE_HOLDS] = "\033[1;32m",
		[GATE_FAILS] = "\033[1;31m",
		[GATE_UNSURE] = "\033[1;33m",
	};
	const struct comparison_report *r = t->r;

	for (size_t i = 0; i < r->ngates; i++) {
		const struct comparison_gate *g = &r->gates[i];
		const char *word = facts_gate_word(g->result.answer);
		AUTO_FREE char *words = facts_gate_words(r, g);
		AUTO_FREE char *first = NULL;

		first = t->style->color
				? xasprintf("%s%-6s\033[m  ",
					    colors[g->result.answer], word)
				: xasprintf("%-6s  ", word);
		put_line(t, 1, first, words);
	}
	if (r->ngates)
		strbuf_putc(&t->b, '\n');
}

/* ---- the rest ---- */

static void put_facts(struct text *t)
{
	struct facts_lines lines = facts_of(t->r, t->style->verbose);

	for (size_t i = 0; i < lines.n; i++) {
		AUTO_FREE char *first =
			xasprintf("%s: ", facts_kind(lines.items[i].kind));

		put_line(t, 2, first, lines.items[i].text);
	}
	if (lines.n)
		strbuf_putc(&t->b, '\n');
	facts_lines_done(&lines);
}

static void put_origin(struct text *t)
{
	AUTO_FREE char *machine = facts_machine(t->r);
	AUTO_FREE char *method = facts_method(t->r);

	for (size_t s = 0; s < t->r->comparison->nsubjects; s++) {
		AUTO_FREE char *subject = facts_subject(t->r, s);
		AUTO_FREE char *name = rows_subject(t->r, s, t->style);
		AUTO_FREE char *first = xasprintf("%s: ", name);
		const char *command = facts_command(t->r, s);
		AUTO_FREE char *line = xasprintf("%s%s%s", command,
						 *command ? ", " : "", subject);

		put_line(t, 1, first, line);
	}
	if (*machine)
		put_line(t, 1, "", machine);
	put_line(t, 1, "", method);
}

static int show(const struct comparison_report *r,
		const struct comparison_style *style, struct err *err)
{
	struct text t = { .r = r, .style = style };
	int status;

	put_answers(&t);
	put_plot(&t);
	put_table(&t);
	put_gates(&t);
	put_facts(&t);
	put_origin(&t);
	status = comparison_write(strbuf_str(&t.b), t.b.len, style->out, err);
	strbuf_done(&t.b);
	return status;
}

const struct comparison_view comparison_text = {
	.name = "text",
	.summary = "for people: the answer in words, then a table",
	.show = show,
};
