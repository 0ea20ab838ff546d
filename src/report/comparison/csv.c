/*
 * A comparison as CSV: a header and constant columns, whatever was compared;
 * one line per quantity and subject, the reference's with its samples'
 * summary alone.
 */
#include "report/comparison/comparison.h"

#include "base/auto.h"
#include "base/strbuf.h"
#include "report/comparison/unit.h"
#include "report/csv.h"

static const char *const columns[] = {
	"quantity",      "unit",          "better",
	"subject",       "reference",     "mark",
	"reason",        "exact",         "n",
	"mean",          "median",        "stddev",
	"min",           "max",           "quartile_1",
	"quartile_3",    "outliers",      "difference",
	"difference_lo", "difference_hi", "relative",
	"relative_lo",   "relative_hi",   "alone_lo",
	"alone_hi",      "confidence",    "p",
	"p_adjusted",    "welch_p",       "mann_whitney_p",
	"surely_same",   "tested",        "source",
	"doubt",         "limits",
};

#define OF_RESULTS 14 /* columns from "difference" to "surely_same" */

static void put_side(struct csv_line *line, const struct compare_side *side,
		     double factor)
{
	const struct stats *s = &side->stats;

	csv_count(line, s->n);
	if (!s->n) {
		csv_empty(line, 8);
		return;
	}
	csv_number(line, factor * s->mean);
	csv_number(line, factor * s->median);
	csv_number(line, factor * s->stddev);
	csv_number(line, factor * s->min);
	csv_number(line, factor * s->max);
	csv_number(line, factor * side->quartile_1);
	csv_number(line, factor * side->quartile_3);
	csv_count(line, side->outliers);
}

static void put_interval(struct csv_line *line, bool known,
			 const struct compare_interval *i, double factor)
{
	if (!known) {
		csv_empty(line, 2);
		return;
	}
	csv_number(line, factor * i->lo);
	csv_number(line, factor * i->hi);
}

static void put_if(struct csv_line *line, bool known, double number)
{
	if (known)
		csv_number(line, number);
	else
		csv_text(line, "");
}

static void put_result(struct csv_line *line, const struct compare_kind *kind,
		       const struct compare_result *r)
{
	const struct compare_delta *d = &r->difference, *s = &r->relative;
	bool drawn = r->resampled, intervals = drawn || r->exact;
	double factor = comparison_factor(kind);

	put_if(line, d->known, factor * d->value);
	put_interval(line, d->known && intervals, &d->shown, factor);
	put_if(line, s->known, s->value);
	put_interval(line, s->known && intervals, &s->shown, 1.0);
	put_interval(line, s->known && intervals, &s->plain, 1.0);
	put_if(line, drawn, r->confidence);
	put_if(line, drawn, r->p);
	put_if(line, drawn && !kind->untested, r->p_adjusted);
	put_if(line, r->welch.known, r->welch.p);
	put_if(line, r->mann_whitney.known, r->mann_whitney.p);
	csv_count(line, r->surely_same);
}

/* "'time > +2%' fail": what --fail-if asks of this number. */
static void put_limits(const struct comparison_report *r, struct csv_line *line,
		       size_t quantity, size_t subject)
{
	AUTO(strbuf_done) struct strbuf b = { 0 };

	for (size_t i = 0; i < r->ngates; i++) {
		const struct comparison_gate *g = &r->gates[i];

		if (g->quantity == quantity && g->subject == subject)
			strbuf_addf(&b, "%s'%s' %s", b.len ? ", " : "",
				    g->gate->text,
				    comparison_answer(g->result.answer));
	}
	csv_text(line, strbuf_str(&b));
}

static void put_line(const struct comparison_report *r, struct csv_line *line,
		     size_t quantity, size_t subject)
{
	const struct comparison *c = r->comparison;
	const struct compare_quantity *q = &c->quantities[quantity];
	const struct compare_result *result = &q->results[subject];
	const struct compare_side *side = &q->sides[subject];
	const char *reason = subject && result->why ? result->why : "";
	const char *doubt = comparison_doubt(r, quantity, subject);

	if (!side->n && side->absent)
		reason = side->absent;
	csv_text(line, q->kind.name);
	csv_text(line, q->kind.unit);
	csv_text(line, comparison_better(q->kind.better));
	csv_text(line, c->subjects[subject].name);
	csv_text(line, subject ? c->subjects[0].name : "");
	csv_text(line, subject ? compare_mark_name(result->mark) : "");
	csv_text(line, reason);
	csv_count(line, subject && result->exact);
	put_side(line, side, comparison_factor(&q->kind));
	if (subject)
		put_result(line, &q->kind, result);
	else
		csv_empty(line, OF_RESULTS);
	csv_count(line, !q->kind.untested);
	csv_text(line, r->source ? r->source : "");
	csv_text(line, doubt ? doubt : "");
	put_limits(r, line, quantity, subject);
	csv_end(line);
}

static void put_all(const struct comparison_report *r,
		    const struct comparison_style *style)
{
	const struct comparison *c = r->comparison;
	struct csv_line line = {
		.out = style->out,
		.separator = style->separator ? style->separator : ",",
	};

	for (size_t i = 0; i < ARRAY_LEN(columns); i++)
		csv_text(&line, columns[i]);
	csv_end(&line);
	for (size_t q = 0; q < c->nquantities; q++)
		for (size_t s = 0; s < c->nsubjects; s++)
			put_line(r, &line, q, s);
}

static int show(const struct comparison_report *r,
		const struct comparison_style *style, struct err *err)
{
	return comparison_write_by(put_all, r, style, err);
}

const struct comparison_view comparison_csv = {
	.name = "csv",
	.summary = "one line per quantity and subject, with constant columns",
	.show = show,
};
