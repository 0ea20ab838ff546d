/*
 * A comparison for a pull request: the answer and the limits where they are
 * seen at once, one row per quantity, all else folded.
 *
 * Names and commands are somebody else's: what markdown, HTML or the site that
 * shows it would act on (tables, tags, mentions, formulas) is taken apart.
 */
#include "report/comparison/comparison.h"

#include "base/auto.h"
#include "base/cells.h"
#include "base/strbuf.h"
#include "base/xalloc.h"
#include "report/comparison/choose.h"
#include "report/comparison/facts.h"
#include "report/comparison/spell.h"
#include "report/comparison/unit.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

struct markdown {
	const struct comparison_report *r;
	const struct comparison_style *style;
	struct strbuf b;
};

/* ---- texts ---- */

static void put_text(struct strbuf *b, const char *text)
{
	AUTO_FREE char *clean = cells_cleaned(text, true);

	for (const char *p = clean; *p; p++) {
		bool word = isalnum((unsigned char)p[1]);

		if (*p == '&')
			strbuf_puts(b, "&amp;");
		else if (*p == '<')
			strbuf_puts(b, "&lt;");
		else if ((*p == '@' || *p == '#') && word)
			/* nobody, and no issue, is to be called by a name */
			strbuf_addf(b, "%c<!-- -->", *p);
		else if (strchr("|\\`*_[~$", *p))
			strbuf_addf(b, "\\%c", *p);
		else
			strbuf_putc(b, *p);
	}
}

/* How many backticks stand in a row at most. */
static size_t longest_fence(const char *text)
{
	size_t most = 0;

	for (; *text; text++) {
		size_t n = strspn(text, "`");

		most = n > most ? n : most;
		text += n ? n - 1 : 0;
	}
	return most;
}

static void put_code(struct strbuf *b, const char *text, bool in_table)
{
	AUTO_FREE char *clean = cells_cleaned(text, true);
	size_t fence = longest_fence(clean) + 1;
	size_t len = strlen(clean);
	bool pad;

	if (!len)
		return;
	/* one space at each end is taken off */
	pad = *clean == '`' || clean[len - 1] == '`' || *clean == ' ';
	for (size_t i = 0; i < fence; i++)
		strbuf_putc(b, '`');
	strbuf_puts(b, pad ? " " : "");
	for (const char *p = clean; *p; p++) {
		if (*p == '|' && in_table)
			strbuf_putc(b, '\\');
		strbuf_putc(b, *p);
	}
	strbuf_puts(b, pad ? " " : "");
	for (size_t i = 0; i < fence; i++)
		strbuf_putc(b, '`');
}

static void put_subject(struct markdown *m, size_t subject)
{
	put_code(&m->b, m->r->comparison->subjects[subject].name, true);
}

/* ---- the answer ---- */

static void put_answers(struct markdown *m)
{
	for (size_t s = 1; s < m->r->comparison->nsubjects; s++) {
		AUTO_FREE char *headline = comparison_headline(m->r, s);

		strbuf_puts(&m->b, "**");
		put_text(&m->b, headline);
		strbuf_puts(&m->b, "**\n\n");
		if (facts_has_why(m->r, s)) {
			AUTO_FREE char *words =
				why_words(&m->r->subjects[s].why);

			put_text(&m->b, words);
			strbuf_puts(&m->b, "\n\n");
		}
	}
}

static void put_gates(struct markdown *m)
{
	const struct comparison_report *r = m->r;
	bool several = r->comparison->nsubjects > 2;

	if (!r->ngates)
		return;
	strbuf_addf(&m->b, "| limit |%s answer | because |\n|:--|%s:--|:--|\n",
		    several ? " of |" : "", several ? ":--|" : "");
	for (size_t i = 0; i < r->ngates; i++) {
		const struct comparison_gate *g = &r->gates[i];

		strbuf_puts(&m->b, "| ");
		put_code(&m->b, g->gate->text, true);
		if (several) {
			strbuf_puts(&m->b, " | ");
			put_subject(m, g->subject);
		}
		strbuf_addf(&m->b, " | **%s** | ",
			    facts_gate_word(g->result.answer));
		put_text(&m->b, g->result.reason ? g->result.reason : "");
		strbuf_puts(&m->b, " |\n");
	}
	strbuf_putc(&m->b, '\n');
}

/* ---- the numbers ---- */

static void put_number(struct markdown *m, size_t quantity, size_t subject)
{
	const struct comparison *c = m->r->comparison;
	const struct compare_side *side =
		&c->quantities[quantity].sides[subject];
	struct spelling spelling = spelling_of(c, quantity, &m->style->fmt);
	const struct spelling *s = &spelling;
	const char *doubt = comparison_doubt(m->r, quantity, subject);
	char number[FMT_LEN];

	if (!side->n) {
		strbuf_puts(&m->b, "*not known*");
		return;
	}
	put_text(&m->b, spell(number, s, side->stats.mean));
	if (*s->unit) {
		strbuf_putc(&m->b, ' ');
		put_text(&m->b, s->unit);
	}
	if (side->stats.stddev > 0.0)
		strbuf_addf(&m->b, " ± %s",
			    spell(number, s, side->stats.stddev));
	if (doubt) {
		strbuf_puts(&m->b, " (");
		put_text(&m->b, doubt);
		strbuf_putc(&m->b, ')');
	}
}

static void put_difference(struct markdown *m, const struct spelling *s,
			   const struct compare_result *r)
{
	char delta[FMT_LEN], interval[2 * FMT_LEN + 8];
	bool differs = choice_differs(r);

	spell_delta(delta, s, r);
	spell_interval(interval, s, r);
	if (*delta) {
		strbuf_puts(&m->b, differs ? "**" : "");
		put_text(&m->b, delta);
		strbuf_puts(&m->b, differs ? "** " : " ");
	}
	/* numbers in brackets are no link */
	strbuf_addf(&m->b, "%s | %s |", interval, spell_mark(r));
}

static void put_name(struct markdown *m, const struct compare_quantity *q)
{
	AUTO_FREE char *name = spell_name(q, true);

	if (!*q->kind.title) {
		put_code(&m->b, name, true);
		return;
	}
	put_text(&m->b, name);
	if (m->r->simulated && choice_group_of(q) == CHOICE_TIME)
		strbuf_puts(&m->b, " of the simulation");
	strbuf_putc(&m->b, ' ');
	put_code(&m->b, q->kind.name, true);
}

static void put_row(struct markdown *m, size_t quantity)
{
	const struct comparison *c = m->r->comparison;
	const struct compare_quantity *q = &c->quantities[quantity];
	struct spelling s = spelling_of(c, quantity, &m->style->fmt);

	strbuf_puts(&m->b, "| ");
	put_name(m, q);
	strbuf_puts(&m->b, " | ");
	put_number(m, quantity, 0);
	strbuf_puts(&m->b, " |");
	for (size_t i = 1; i < c->nsubjects; i++) {
		strbuf_putc(&m->b, ' ');
		put_number(m, quantity, i);
		strbuf_puts(&m->b, " | ");
		put_difference(m, &s, &q->results[i]);
	}
	strbuf_putc(&m->b, '\n');
}

static void put_table(struct markdown *m, const size_t *quantities, size_t n)
{
	const struct comparison *c = m->r->comparison;

	if (!n)
		return;
	strbuf_puts(&m->b, "| mean ± standard deviation | ");
	put_subject(m, 0);
	strbuf_puts(&m->b, " |");
	for (size_t s = 1; s < c->nsubjects; s++) {
		strbuf_putc(&m->b, ' ');
		put_subject(m, s);
		strbuf_puts(&m->b, " | difference | |");
	}
	strbuf_puts(&m->b, "\n|:--|--:|");
	for (size_t s = 1; s < c->nsubjects; s++)
		strbuf_puts(&m->b, "--:|--:|:--|");
	strbuf_putc(&m->b, '\n');
	for (size_t i = 0; i < n; i++)
		put_row(m, quantities[i]);
	strbuf_putc(&m->b, '\n');
}

static void fold(struct markdown *m, const char *summary)
{
	strbuf_puts(&m->b, "<details><summary>");
	put_text(&m->b, summary);
	strbuf_puts(&m->b, "</summary>\n\n");
}

static void unfold(struct markdown *m)
{
	strbuf_puts(&m->b, "</details>\n\n");
}

/* ---- folded ---- */

static void put_samples(struct markdown *m, size_t quantity, size_t subject)
{
	const struct comparison *c = m->r->comparison;
	const struct compare_quantity *q = &c->quantities[quantity];
	const struct compare_side *side = &q->sides[subject];
	struct spelling s = spelling_of(c, quantity, &m->style->fmt);
	const double numbers[] = { side->stats.min, side->quartile_1,
				   side->stats.median, side->quartile_3,
				   side->stats.max };
	char number[FMT_LEN];

	strbuf_puts(&m->b, "| ");
	put_name(m, q);
	strbuf_puts(&m->b, " | ");
	put_subject(m, subject);
	strbuf_addf(&m->b, " | %zu |", side->n);
	for (size_t i = 0; i < ARRAY_LEN(numbers); i++) {
		strbuf_putc(&m->b, ' ');
		if (side->n)
			put_text(&m->b, spell(number, &s, numbers[i]));
		strbuf_puts(&m->b, " |");
	}
	strbuf_putc(&m->b, ' ');
	put_text(&m->b, s.unit);
	strbuf_addf(&m->b, " | %zu | ", side->outliers);
	if (q->results[subject].resampled)
		put_text(&m->b,
			 spell_chance(number, q->results[subject].p_adjusted));
	strbuf_puts(&m->b, " | ");
	if (side->absent)
		put_text(&m->b, side->absent);
	strbuf_puts(&m->b, " |\n");
}

static void put_details(struct markdown *m, const struct choice *choice)
{
	if (!choice->n)
		return;
	fold(m, "samples");
	strbuf_puts(&m->b, "| | | runs | min | quartile | median | quartile | "
			   "max | unit | outliers | p | lacks |\n"
			   "|:--|:--|--:|--:|--:|--:|--:|--:|:--|--:|--:|:--|"
			   "\n");
	for (size_t i = 0; i < choice->n; i++)
		for (size_t s = 0; s < m->r->comparison->nsubjects; s++)
			put_samples(m, choice->quantities[i], s);
	strbuf_putc(&m->b, '\n');
	unfold(m);
}

static void put_rest(struct markdown *m, const struct choice *choice)
{
	AUTO_FREE char *words = choice_rest_words(choice);

	if (!choice->nothers)
		return;
	fold(m, *words ? words : "more numbers");
	put_table(m, choice->others, choice->nothers);
	unfold(m);
}

static void put_facts(struct markdown *m)
{
	struct facts_lines lines = facts_of(m->r, m->style->verbose);

	for (size_t i = 0; i < lines.n; i++) {
		strbuf_addf(&m->b, "- %s: ", facts_kind(lines.items[i].kind));
		put_text(&m->b, lines.items[i].text);
		strbuf_putc(&m->b, '\n');
	}
	if (lines.n)
		strbuf_putc(&m->b, '\n');
	facts_lines_done(&lines);
}

static void put_origin(struct markdown *m)
{
	AUTO_FREE char *machine = facts_machine(m->r);
	AUTO_FREE char *method = facts_method(m->r);

	fold(m, "what was compared, where and how");
	for (size_t s = 0; s < m->r->comparison->nsubjects; s++) {
		AUTO_FREE char *about = facts_subject(m->r, s);

		strbuf_puts(&m->b, "- ");
		put_code(&m->b, m->r->comparison->subjects[s].name, false);
		strbuf_puts(&m->b, ": ");
		put_code(&m->b, facts_command(m->r, s), false);
		strbuf_puts(&m->b, *facts_command(m->r, s) ? ", " : "");
		put_text(&m->b, about);
		strbuf_putc(&m->b, '\n');
	}
	if (*machine) {
		strbuf_puts(&m->b, "- ");
		put_text(&m->b, machine);
		strbuf_putc(&m->b, '\n');
	}
	strbuf_puts(&m->b, "- ");
	put_text(&m->b, method);
	strbuf_puts(&m->b, "\n\n");
	unfold(m);
}

static int show(const struct comparison_report *r,
		const struct comparison_style *style, struct err *err)
{
	struct markdown m = { .r = r, .style = style };
	struct choice choice = choice_of(r, style->verbose);
	int status;

	put_answers(&m);
	put_gates(&m);
	put_table(&m, choice.quantities, choice.n);
	put_facts(&m);
	put_rest(&m, &choice);
	put_details(&m, &choice);
	put_origin(&m);
	choice_done(&choice);
	status = comparison_write(strbuf_str(&m.b), m.b.len, style->out, err);
	strbuf_done(&m.b);
	return status;
}

const struct comparison_view comparison_markdown = {
	.name = "markdown",
	.summary = "for a pull request",
	.show = show,
};
