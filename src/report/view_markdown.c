/*
 * A table for a pull request.
 */
#include "report/view.h"

#include "base/auto.h"
#include "base/strbuf.h"
#include "base/xalloc.h"
#include "report/built.h"
#include "report/label.h"
#include "report/notes.h"
#include "report/perf_rows.h"
#include "report/text.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* What would end a cell or be taken for markup. */
static void put_text(struct strbuf *b, const char *text)
{
	for (; *text; text++) {
		if (strchr("|\\`*_<>[]", *text))
			strbuf_putc(b, '\\');
		strbuf_putc(b, *text == '\n' ? ' ' : *text);
	}
}

static void put_code(struct strbuf *b, const char *text)
{
	strbuf_putc(b, '`');
	for (; *text; text++) {
		if (*text == '|')
			strbuf_putc(b, '\\');
		strbuf_putc(b, *text == '`' || *text == '\n' ? ' ' : *text);
	}
	strbuf_putc(b, '`');
}

static bool has_spread(const struct report *r)
{
	return r->nruns > 1;
}

static bool has_cgroups(const struct report *r)
{
	return r->about->cgroups && r->about->cgroups[0];
}

static void put_heading(struct strbuf *b, const struct report *r)
{
	const char *place = label_by(r->by);
	size_t left = 0;

	if (r->is_interval) {
		strbuf_puts(b, "| time ");
		left++;
	}
	if (place[0]) {
		strbuf_addf(b, "| %s ", place);
		left++;
	}
	if (has_cgroups(r)) {
		strbuf_puts(b, "| cgroup ");
		left++;
	}
	strbuf_puts(b, "| event | value | unit |");
	if (has_spread(r))
		strbuf_puts(b, " ± | median | min | max |");
	strbuf_puts(b, " derived | counted |\n");
	for (size_t i = 0; i < left; i++)
		strbuf_puts(b, "|:--");
	strbuf_puts(b, "|:--|--:|:--|");
	if (has_spread(r))
		strbuf_puts(b, "--:|--:|--:|--:|");
	strbuf_puts(b, ":--|--:|\n");
}

static void put_spread(struct strbuf *b, const struct view_state *v,
		       const struct stats *s, int digits)
{
	const struct fmt_style *style = &v->options.style;
	char median[FMT_LEN], min[FMT_LEN], max[FMT_LEN];

	if (!s->n) {
		strbuf_puts(b, " | | | |");
		return;
	}
	if (s->mean != 0.0)
		strbuf_addf(b, " %.2f %%", 100.0 * s->sem / fabs(s->mean));
	strbuf_addf(b, " | %s | %s | %s |",
		    fmt_grouped(median, s->median, digits, style),
		    fmt_grouped(min, s->min, digits, style),
		    fmt_grouped(max, s->max, digits, style));
}

/* References to the footnotes at the end. */
static void put_doubts(struct strbuf *b, const struct report_doubts *doubts)
{
	for (size_t i = 0; i < doubts->n; i++)
		strbuf_addf(b, "[^%s]", doubts->items[i].rule);
}

static void put_metrics(struct strbuf *b, const struct view_state *v,
			const struct report_row *row)
{
	bool any = false;

	for (size_t i = 0; i < row->nmetrics; i++) {
		const struct metric_value *value = &row->metrics[i].value;
		const struct metric *metric = value->metric;
		char number[FMT_LEN];

		if (value->absent)
			continue;
		fmt_grouped(number, value->number * label_factor(metric),
			    metric->digits, &v->options.style);
		strbuf_addf(b, "%s%s%s", any ? "; " : "",
			    value->together ? "" : "~", number);
		if (value->error > 0.0)
			strbuf_addf(
				b, " ± %s",
				fmt_grouped(number,
					    value->error * label_factor(metric),
					    metric->digits, &v->options.style));
		strbuf_puts(b, metric->unit[0] == '%' ? " %" : "");
		strbuf_putc(b, ' ');
		put_text(b, metric->label[0] ? metric->label : metric->unit);
		put_doubts(b, &row->metrics[i].doubts);
		any = true;
	}
}

static void put_row(struct strbuf *b, const struct view_state *v,
		    const struct report *r, const struct report_row *row)
{
	const struct value *value = &row->value;
	const char *cgroup = label_cgroup(r, row->bin);
	AUTO_FREE char *name = label_event(row);
	int digits = label_digits(row->event);
	char buf[FMT_LEN], place[LABEL_LEN];
	double error;

	if (r->is_interval)
		strbuf_addf(b, "| %s ", perf_time(buf, r, 0));
	if (label_by(r->by)[0]) {
		strbuf_puts(b, "| ");
		put_text(b, label_place(place, row->bin));
		strbuf_putc(b, ' ');
	}
	if (has_cgroups(r)) {
		strbuf_puts(b, "| ");
		put_text(b, cgroup ? cgroup : "");
		strbuf_putc(b, ' ');
	}
	strbuf_puts(b, "| ");
	put_code(b, name);
	put_doubts(b, &row->doubts);
	if (reading_has_value(value->state))
		strbuf_addf(b, " | %s | ",
			    fmt_grouped(buf, value->number, digits,
					&v->options.style));
	else
		strbuf_addf(b, " | *%s* | ", reading_state_name(value->state));
	put_text(b, row->event->unit);
	strbuf_puts(b, " |");
	if (has_spread(r))
		put_spread(b, v, &row->stats, digits);
	strbuf_putc(b, ' ');
	put_metrics(b, v, row);
	strbuf_puts(b, " | ");
	if (row->residency >= 0.0)
		strbuf_addf(b, "%.1f %% on %s", 100.0 * row->residency,
			    row->event->pmu ? row->event->pmu : "its cores");
	else if (value->state == READING_SCALED)
		strbuf_addf(b, "%.1f %%", 100.0 * label_share(value));
	if (label_error(value, &error, &digits))
		strbuf_addf(b, ", ± %.*f %%", digits, error);
	strbuf_puts(b, " |\n");
}

/* Parts of what stands above are marked with dashes: spaces would be eaten. */
static void put_figures(struct strbuf *b, const struct view_state *v,
			const struct report *r)
{
	if (!r->nfigures)
		return;
	strbuf_puts(b, "\n| Metric | Value | Unit | Notable |\n"
		       "|:--|--:|:--|:--|\n");
	for (size_t i = 0; i < r->nfigures; i++) {
		const struct report_figure *f = &r->figures[i];
		const struct metric *metric = f->m.value.metric;
		char number[FMT_LEN + 1] = "*absent*", place[LABEL_LEN];
		char bound[FMT_LEN] = "";
		const char *step = "";

		if (!f->m.value.absent)
			text_metric_number(number, bound, &f->m.value,
					   &v->options.style, &step);
		strbuf_puts(b, "| ");
		for (int d = 0; d < f->depth; d++)
			strbuf_puts(b, "– ");
		put_text(b, metric->title);
		if (f->pmu)
			strbuf_addf(b, " (%s)", f->pmu);
		if (*label_place(place, f->bin)) {
			strbuf_puts(b, " ");
			put_text(b, place);
		}
		put_doubts(b, &f->m.doubts);
		strbuf_addf(b, " | %s%s%s | %s%s | ", number,
			    *bound ? " ± " : "", bound, step,
			    f->m.value.absent ? "" : metric->unit);
		if (f->notable)
			strbuf_addf(b, "%s %g%s",
				    metric->threshold_op == '>' ? "above"
								: "below",
				    metric->threshold * label_factor(metric),
				    metric->unit[0] == '%' ? " %" : "");
		strbuf_puts(b, " |\n");
	}
}

static void put_time(struct strbuf *b, const struct report_time *time,
		     const char *what)
{
	char buf[FMT_LEN];

	if (!time->present)
		return;
	strbuf_addf(b, "%s%s %s", b->len ? ", " : "",
		    fmt_duration(buf, time->seconds), what);
	if (time->stats.n > 1 && time->stats.mean > 0.0)
		strbuf_addf(b, " (± %.2f %%)",
			    100.0 * time->stats.sem / time->stats.mean);
}

static void put_footer(struct strbuf *b, const struct report *r)
{
	AUTO(strbuf_done) struct strbuf times = { 0 };

	put_time(&times, &r->elapsed, "elapsed");
	put_time(&times, &r->user, "user");
	put_time(&times, &r->sys, "sys");
	if (r->nrows || r->nfigures)
		strbuf_putc(b, '\n');
	strbuf_addf(b, "%s\n", strbuf_str(&times));
}

static void put_item(struct strbuf *b, const char *kind, const char *text)
{
	strbuf_addf(b, "- %s", kind);
	put_text(b, text);
	strbuf_putc(b, '\n');
}

static void put_verdict(struct strbuf *b, const struct verdict *v)
{
	AUTO_FREE char *kind = verdict_kind_text(v);
	AUTO_FREE char *trust = NULL;

	if (!v->present)
		return;
	strbuf_addf(b, "\n**%s**%s: ", verdict_class_name(v->class), kind);
	put_text(b, v->headline);
	strbuf_puts(b, "\n\n");
	for (size_t i = 0; i < v->nbecause; i++)
		put_item(b, "because: ", v->because[i]);
	for (size_t i = 0; i < v->nnext; i++)
		put_item(b, "next: ", v->next[i]);
	if (v->confidence > 0.0)
		trust = xasprintf("%s: %s", verdict_confidence_word(v),
				  v->trust);
	put_item(b, "trust: ", trust ? trust : v->trust);
}

struct markdown {
	bool in_table; /* intervals are the rows of one table */
	struct report_notes notes;
	const struct report_about *about;
};

static int begin(struct view_state *v, const struct report_about *about,
		 struct err *err)
{
	AUTO(strbuf_done) struct strbuf b = { 0 };
	struct markdown *m = xcalloc(1, sizeof(*m));

	m->about = about;
	v->own = m;
	strbuf_puts(&b, "**");
	put_text(&b, about->subject);
	strbuf_puts(&b, "**");
	if (about->machine_cpu && about->machine_cpu[0]) {
		strbuf_puts(&b, " on ");
		put_text(&b, about->machine_cpu);
	}
	if (about->source.simulated) {
		strbuf_puts(&b, ", simulated by ");
		put_text(&b, about->source.how);
	}
	if (about->repeats > 1)
		strbuf_addf(&b, ", %d runs", about->repeats);
	fprintf(v->options.out, "%s\n\n", strbuf_str(&b));
	return view_flush(v, err);
}

static void conclude(struct view_state *v, const struct report *r)
{
	AUTO(strbuf_done) struct strbuf b = { 0 };

	put_verdict(&b, &r->verdict);
	fputs(strbuf_str(&b), v->options.out);
}

static int emit(struct view_state *v, const struct report *r, struct err *err)
{
	AUTO(strbuf_done) struct strbuf b = { 0 };
	struct markdown *m = v->own;
	bool heading = !m->in_table || !r->is_interval;

	if (heading && m->in_table)
		strbuf_putc(&b, '\n');
	if (heading && r->nrows)
		put_heading(&b, r);
	m->in_table = r->is_interval;
	for (size_t i = 0; i < r->nrows; i++)
		put_row(&b, v, r, &r->rows[i]);
	if (!r->is_interval) {
		put_figures(&b, v, r);
		put_footer(&b, r);
	}
	report_notes_keep(&m->notes, r);
	fputs(strbuf_str(&b), v->options.out);
	conclude(v, r);
	v->emitted++;
	return view_flush(v, err);
}

static void put_notes(struct strbuf *b, const struct report_notes *notes)
{
	for (size_t i = 0; i < notes->n; i++) {
		if (notes->items[i].rule)
			continue;
		if (!b->len)
			strbuf_putc(b, '\n');
		put_item(b, "", notes->items[i].text);
	}
}

/* The rules that numbers broke; their marks lead here. */
static void put_footnotes(struct strbuf *b, const struct report_notes *notes)
{
	for (size_t i = 0; i < notes->n; i++) {
		if (!notes->items[i].rule)
			continue;
		strbuf_addf(b, "\n[^%s]: ", notes->items[i].rule);
		put_text(b, notes->items[i].text);
		strbuf_putc(b, '\n');
	}
}

static void put_built(struct strbuf *b, const struct report_about *about)
{
	struct report_notes notes = { 0 };

	for (size_t i = 0; i < about->nbinaries; i++) {
		AUTO_FREE char *line = built_line(&about->binaries[i]);

		if (!line)
			continue;
		if (!b->len)
			strbuf_putc(b, '\n');
		put_item(b, "build: ", line);
	}
	built_add_notes(&notes, about);
	put_notes(b, &notes);
	report_notes_done(&notes);
}

static int end(struct view_state *v, struct err *err)
{
	AUTO(strbuf_done) struct strbuf b = { 0 };
	struct markdown *m = v->own;

	put_built(&b, m->about);
	put_notes(&b, &m->notes);
	put_footnotes(&b, &m->notes);
	fputs(strbuf_str(&b), v->options.out);
	report_notes_done(&m->notes);
	free(m);
	v->own = NULL;
	return view_flush(v, err);
}

const struct view view_markdown = {
	.name = "markdown",
	.summary = "a table for a pull request",
	.begin = begin,
	.emit = emit,
	.conclude = conclude,
	.end = end,
};
