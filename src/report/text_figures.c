/*
 * The block of derived numbers that were asked for by name: parts below what
 * they are parts of, in the columns of the counts above.
 */
#include "report/text.h"

#include "base/auto.h"
#include "report/doubts.h"
#include "report/figures.h"
#include "report/label.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

static const char no_number[] = "<absent>";

const char *text_metric_number(char buf[FMT_LEN + 1], char bound[FMT_LEN],
			       const struct metric_value *value,
			       const struct fmt_style *style, const char **step)
{
	static const char *const steps[] = { "", "K", "M", "G", "T" };
	const char *unit = value->metric->unit;
	size_t len = strlen(unit);
	bool rate = len >= 2 && !strcmp(unit + len - 2, "/s");
	double number = value->number * label_factor(value->metric);
	double error = value->error * label_factor(value->metric);
	size_t at = 0;

	while (rate && fabs(number) >= 1000.0 && at + 1 < ARRAY_LEN(steps)) {
		number /= 1000.0;
		error /= 1000.0;
		at++;
	}
	*step = steps[at];
	bound[0] = '\0';
	if (error > 0.0)
		fmt_grouped(bound, error, value->metric->digits, style);
	if (!value->together)
		*buf++ = '~';
	fmt_grouped(buf, number, value->metric->digits, style);
	return buf;
}

/* As it is shown. */
struct spelled {
	char room[FMT_LEN + 1], bound[FMT_LEN];
	const char *number, *step;
};

static void spell(struct spelled *s, const struct view_state *v,
		  const struct report_figure *f)
{
	*s = (struct spelled){ .number = no_number, .step = "" };
	if (f->m.value.absent)
		return;
	text_metric_number(s->room, s->bound, &f->m.value, &v->options.style,
			   &s->step);
	s->number = s->room;
}

/* "%" or "GB/s" */
static void put_unit(struct strbuf *b, const struct report_figure *f,
		     const char *step)
{
	if (f->m.value.absent)
		return;
	strbuf_puts(b, step);
	strbuf_puts(b, f->m.value.metric->unit);
}

static int unit_width(const struct view_state *v, const struct report *r)
{
	int width = 0;

	for (size_t i = 0; i < r->nfigures; i++) {
		AUTO(strbuf_done) struct strbuf unit = { 0 };
		struct spelled spelled;
		int w;

		spell(&spelled, v, &r->figures[i]);
		put_unit(&unit, &r->figures[i], spelled.step);
		w = text_width(strbuf_str(&unit));
		if (w > width)
			width = w;
	}
	return width;
}

/* What there is to doubt or to look at, behind the name. */
static void put_remarks(struct strbuf *b, const struct report_figure *f,
			const struct spelled *s)
{
	const struct metric_value *value = &f->m.value;
	const struct metric *metric = value->metric;
	const struct stats *stats = &f->m.stats;
	AUTO(strbuf_done) struct strbuf marks = { 0 };

	if (value->absent)
		return;
	if (stats->n > 1 && stats->mean != 0.0)
		strbuf_addf(b, "  ( +-%6.2f%% )",
			    100.0 * stats->sem / fabs(stats->mean));
	if (value->scaled)
		strbuf_addf(b, "  (%.1f %%", 100.0 * value->running);
	if (value->scaled && s->bound[0]) {
		strbuf_addf(b, ", +- %s", s->bound);
		if (*s->step || *metric->unit)
			strbuf_addf(b, " %s%s", s->step, metric->unit);
	}
	if (value->scaled)
		strbuf_putc(b, ')');
	if (f->notable) {
		bool percent = !strcmp(metric->unit, "%");

		strbuf_addf(b, "  %s %g%s",
			    metric->threshold_op == '>' ? "above" : "below",
			    metric->threshold * label_factor(metric),
			    percent ? " %" : "");
	}
	if (*doubt_marks(&marks, &f->m.doubts, NULL))
		strbuf_addf(b, "  %s", strbuf_str(&marks));
}

static void put_figure(struct strbuf *b, const struct text_columns *c,
		       const struct view_state *v, const struct report *r,
		       const struct report_figure *f, int units)
{
	const char *cgroup = label_cgroup(r, f->bin);
	AUTO(strbuf_done) struct strbuf unit = { 0 }, name = { 0 };
	bool red = v->options.color && f->notable;
	struct spelled spelled;
	char place[LABEL_LEN];
	int column = c->narrow ? 12 : c->value;

	if (c->time) {
		text_column(b, c->stamp, c->time);
		strbuf_putc(b, ' ');
	}
	if (c->place) {
		text_column(b, label_place(place, f->bin), -c->place);
		strbuf_putc(b, ' ');
	}
	spell(&spelled, v, f);
	put_unit(&unit, f, spelled.step);
	if (red)
		strbuf_puts(b, "\033[31m");
	text_column(b, spelled.number, column);
	if (red)
		strbuf_puts(b, "\033[m");
	strbuf_putc(b, ' ');
	text_column(b, strbuf_str(&unit), -units);
	strbuf_puts(&name, f->m.value.metric->title);
	if (f->pmu)
		strbuf_addf(&name, " (%s)", f->pmu);
	if (cgroup)
		strbuf_addf(&name, " (%s)", cgroup);
	put_remarks(&name, f, &spelled);
	text_column(b, "", 2 * f->depth + (units ? 2 : 1));
	text_wrap(b, strbuf_str(&name), v->options.width, column + units + 5);
}

void text_figures(struct strbuf *b, const struct text_columns *c,
		  const struct view_state *v, const struct report *r)
{
	int units = unit_width(v, r);

	if (r->nfigures && r->nrows && !r->is_interval)
		strbuf_putc(b, '\n');
	for (size_t i = 0; i < r->nfigures; i++)
		put_figure(b, c, v, r, &r->figures[i], units);
}
