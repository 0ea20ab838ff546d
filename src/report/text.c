/* Lines and rows of the text view; see text.h. */
#include "report/text.h"

#include "base/auto.h"
#include "base/cells.h"
#include "base/xalloc.h"
#include "report/doubts.h"
#include "report/figures.h"
#include "report/label.h"
#include "report/perf_rows.h"

#include <ctype.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int text_width(const char *s)
{
	return cells_width(s);
}

static void pad(struct strbuf *b, int n)
{
	static const char spaces[] = "                                ";
	const int most = (int)sizeof(spaces) - 1;

	for (; n > 0; n -= most)
		strbuf_add(b, spaces, (size_t)(n < most ? n : most));
}

void text_column(struct strbuf *b, const char *s, int width)
{
	int missing = abs(width) - text_width(s);

	if (width >= 0)
		pad(b, missing);
	strbuf_puts(b, s);
	if (width < 0)
		pad(b, missing);
}

static int column_of(const struct strbuf *b)
{
	const char *text = strbuf_str(b);
	const char *line = strrchr(text, '\n');

	return text_width(line ? line + 1 : text);
}

static void trim(struct strbuf *b)
{
	while (b->len && b->buf[b->len - 1] == ' ')
		b->buf[--b->len] = '\0';
}

static void newline(struct strbuf *b)
{
	trim(b);
	strbuf_putc(b, '\n');
}

/* Up to where a line may end: not between a number and its percent sign. */
static size_t word_length(const char *text)
{
	size_t len = strcspn(text, " ");
	const char *sign = text + len + 1;

	if (!len || !text[len] || *sign != '%' ||
	    (!isdigit((unsigned char)sign[-2]) && sign[-2] != ']'))
		return len;
	return len + 1 + strcspn(sign, " ");
}

void text_wrap(struct strbuf *b, const char *text, int width, int indent)
{
	bool fresh = true;

	if (!width || column_of(b) + text_width(text) <= width) {
		strbuf_puts(b, text);
		newline(b);
		return;
	}
	if (width && indent > width / 2)
		indent = 2;
	while (*text) {
		size_t len = word_length(text);
		AUTO_FREE char *word = strndup(text, len);
		int need = text_width(word ? word : "") + (fresh ? 0 : 1);

		if (width && !fresh && column_of(b) + need > width) {
			newline(b);
			text_column(b, "", indent);
			fresh = true;
		}
		if (!fresh)
			strbuf_putc(b, ' ');
		strbuf_add(b, text, len);
		fresh = false;
		text += len;
		text += strspn(text, " ");
	}
	newline(b);
}

static const char *bad_value(enum reading_state state)
{
	switch (state) {
	case READING_OK:
	case READING_SCALED:
		return NULL;
	case READING_NOT_COUNTED:
		return "<not counted>";
	case READING_UNSUPPORTED:
		return "<not supported>";
	case READING_DENIED:
		return "<denied>";
	case READING_DEAD:
		return "<dead>";
	case READING_ABSENT:
		break;
	}
	return "<absent>";
}

static const char *value_text(char buf[FMT_LEN], const struct view_state *v,
			      const struct report_row *row)
{
	const char *bad = bad_value(row->value.state);

	if (bad)
		return bad;
	return fmt_grouped(buf, row->value.number, label_digits(row->event),
			   &v->options.style);
}

static void widen(int *column, int width)
{
	if (width > *column)
		*column = width;
}

/* "#    1.58 insn per cycle" */
static void put_metric(struct strbuf *b, const struct view_state *v,
		       const struct metric_value *value)
{
	const struct metric *metric = value->metric;
	bool red = v->options.color && figure_crosses(value);
	bool percent = !strcmp(metric->unit, "%");
	const char *unit_alone = percent ? "" : metric->unit;
	char text[FMT_LEN + 1], bound[FMT_LEN];
	const char *step;

	text_metric_number(text, bound, value, &v->options.style, &step);
	strbuf_puts(b, "# ");
	if (red)
		strbuf_puts(b, "\033[31m");
	text_column(b, text, 8);
	if (red)
		strbuf_puts(b, "\033[m");
	if (bound[0])
		strbuf_addf(b, " +- %s", bound);
	if (percent)
		strbuf_putc(b, '%');
	/* The label says it all; a rate takes its K, M or G. */
	strbuf_putc(b, ' ');
	strbuf_puts(b, step);
	strbuf_puts(b, metric->label[0] ? metric->label : unit_alone);
	trim(b);
}

static int metric_width(const struct view_state *v,
			const struct metric_value *value)
{
	AUTO(strbuf_done) struct strbuf b = { 0 };
	struct view_state plain = *v;

	plain.options.color = false;
	if (!value->absent)
		put_metric(&b, &plain, value);
	return text_width(strbuf_str(&b));
}

void text_measure(struct text_columns *c, const struct view_state *v,
		  const struct report *r)
{
	int width = v->options.width;
	bool wide = !width || width >= TEXT_WIDE;

	c->narrow = width && width < TEXT_NARROW;
	if (wide) {
		widen(&c->value, 18);
		widen(&c->name, 24);
		widen(&c->metric, 32);
	}
	c->stamp[0] = '\0';
	if (r->is_interval) {
		c->time = 16;
		perf_time(c->stamp, r, 6);
	}
	for (size_t i = 0; i < r->nrows; i++) {
		const struct report_row *row = &r->rows[i];
		const char *cgroup = label_cgroup(r, row->bin);
		AUTO_FREE char *name = label_event(row);
		char place[LABEL_LEN], number[FMT_LEN];

		/* Where there is room, as wide as the usual ones. */
		for (size_t m = 0; !wide && m < row->nmetrics; m++)
			widen(&c->metric,
			      metric_width(v, &row->metrics[m].value));

		widen(&c->place, text_width(label_place(place, row->bin)));
		widen(&c->value, text_width(value_text(number, v, row)));
		widen(&c->unit, text_width(row->event->unit));
		widen(&c->name, text_width(name));
		if (cgroup)
			widen(&c->cgroup, text_width(cgroup));
	}
	if (r->by != AGGREGATE_ALL && r->by != AGGREGATE_CPU &&
	    r->by != AGGREGATE_THREAD && r->by != AGGREGATE_PROCESS)
		c->cpus = 4;
}

/* Up to the value; returns with the cursor where the value's column begins. */
static void put_place(struct strbuf *b, const struct text_columns *c,
		      const struct report_row *row)
{
	char buf[LABEL_LEN];

	if (c->time) {
		text_column(b, c->stamp, c->time);
		strbuf_putc(b, ' ');
	}
	if (c->place) {
		text_column(b, label_place(buf, row->bin), -c->place);
		strbuf_putc(b, ' ');
	}
	if (c->cpus) {
		snprintf(buf, sizeof(buf), "%zu", row->nslots);
		text_column(b, buf, c->cpus);
		strbuf_putc(b, ' ');
	}
}

void text_heading(struct strbuf *b, const struct text_columns *c,
		  const struct report *r)
{
	strbuf_putc(b, '#');
	text_column(b, "time", c->time - 1);
	strbuf_putc(b, ' ');
	if (c->place) {
		text_column(b, label_by(r->by), -c->place);
		strbuf_putc(b, ' ');
	}
	if (c->cpus) {
		text_column(b, "cpus", c->cpus);
		strbuf_putc(b, ' ');
	}
	text_column(b, "counts", c->value);
	if (c->unit) {
		strbuf_putc(b, ' ');
		text_column(b, "unit", -c->unit);
	}
	strbuf_puts(b, " events");
	newline(b);
}

/* "( +- 1.20% )  (64.0 %, +- 0.8 %)  ! more misses than loads" */
static void put_doubt(struct strbuf *b, const struct report_row *row)
{
	const struct stats *stats = &row->stats;
	double share = label_share(&row->value), error;
	AUTO(strbuf_done) struct strbuf marks = { 0 };
	int digits;

	if (stats->n > 1 && stats->mean != 0.0)
		strbuf_addf(b, "  ( +-%6.2f%% )",
			    100.0 * stats->sem / fabs(stats->mean));
	if (row->residency >= 0.0)
		strbuf_addf(b, "  (%.1f %% on %s)", 100.0 * row->residency,
			    row->event->pmu ? row->event->pmu : "its cores");
	if (row->residency > 0.0)
		share /= row->residency;
	if (row->value.state == READING_SCALED)
		strbuf_addf(b, "  (%.1f %%", 100.0 * share);
	if (label_error(&row->value, &error, &digits))
		strbuf_addf(b, ", +- %.*f %%", digits, error);
	if (row->value.state == READING_SCALED)
		strbuf_putc(b, ')');
	if (*doubt_marks(&marks, &row->doubts, NULL))
		strbuf_addf(b, "  %s", strbuf_str(&marks));
}

/* Below the counts, under their names. */
static void put_below(struct strbuf *b, const struct text_columns *c,
		      const struct view_state *v, const struct report_row *row,
		      const char *text, int indent)
{
	int at;

	if (!c->narrow)
		put_place(b, c, row);
	at = column_of(b);
	if (c->narrow && at + indent + text_width(text) > v->options.width)
		indent = 4;
	text_column(b, "", indent);
	text_wrap(b, text, v->options.width, at + indent);
}

void text_spread(struct strbuf *b, const struct stats *stats, int digits,
		 const struct fmt_style *style)
{
	char median[FMT_LEN], min[FMT_LEN], max[FMT_LEN];

	strbuf_addf(b, "median %s  min %s  max %s",
		    fmt_grouped(median, stats->median, digits, style),
		    fmt_grouped(min, stats->min, digits, style),
		    fmt_grouped(max, stats->max, digits, style));
}

/* The metrics of a row as texts; absent ones are left out. */
static size_t metric_texts(const struct view_state *v,
			   const struct report_row *row, struct strbuf *ret)
{
	AUTO(strbuf_done) struct strbuf marks = { 0 };
	size_t n = 0;

	for (size_t i = 0; i < row->nmetrics; i++) {
		if (row->metrics[i].value.absent)
			continue;
		put_metric(&ret[n], v, &row->metrics[i].value);
		if (*doubt_marks(&marks, &row->metrics[i].doubts, &row->doubts))
			strbuf_addf(&ret[n], "  %s", strbuf_str(&marks));
		n++;
	}
	return n;
}

static void put_head(struct strbuf *b, const struct text_columns *c,
		     const struct view_state *v, const struct report *r,
		     const struct report_row *row)
{
	const char *cgroup = label_cgroup(r, row->bin);
	AUTO_FREE char *name = label_event(row);
	char number[FMT_LEN];

	put_place(b, c, row);
	text_column(b, value_text(number, v, row), c->value);
	if (c->unit) {
		strbuf_putc(b, ' ');
		text_column(b, row->event->unit, -c->unit);
	}
	strbuf_putc(b, ' ');
	text_column(b, name, c->narrow && !c->cgroup ? 0 : -c->name);
	if (c->cgroup) {
		strbuf_putc(b, ' ');
		text_column(b, cgroup ? cgroup : "", -c->cgroup);
	}
}

/* Into its own column, or on a line of its own where the terminal ends. */
static void add_doubt(struct strbuf *b, const struct text_columns *c,
		      const struct view_state *v, const char *doubt, int column)
{
	int at = column_of(b);

	if (!c->narrow)
		text_column(b, "", column > at ? column - at : 0);
	if (c->narrow && at + text_width(doubt) > v->options.width) {
		newline(b);
		text_column(b, "", 2);
	}
	strbuf_puts(b, doubt);
}

void text_row(struct strbuf *b, const struct text_columns *c,
	      const struct view_state *v, const struct report *r,
	      const struct report_row *row)
{
	AUTO_FREE struct strbuf *metrics =
		xcalloc(row->nmetrics, sizeof(*metrics));
	AUTO(strbuf_done) struct strbuf doubt = { 0 }, spread = { 0 };
	int below = c->value + 1 + (c->unit ? c->unit + 1 : 0);
	int side = below + c->name + 1 + (c->cgroup ? c->cgroup + 1 : 0);
	size_t n, beside;
	int start;

	n = metric_texts(v, row, metrics);
	beside = n && !c->narrow;
	put_doubt(&doubt, row);
	put_head(b, c, v, r, row);
	start = (c->time ? c->time + 1 : 0) + (c->place ? c->place + 1 : 0) +
		(c->cpus ? c->cpus + 1 : 0);
	if (beside) {
		strbuf_putc(b, ' ');
		strbuf_puts(b, strbuf_str(&metrics[0]));
	}
	if (doubt.len)
		add_doubt(b, c, v, strbuf_str(&doubt),
			  start + side + c->metric);
	newline(b);
	for (size_t i = beside; i < n; i++)
		put_below(b, c, v, row, strbuf_str(&metrics[i]),
			  c->narrow ? below : side);
	if (row->stats.stddev > 0.0) {
		text_spread(&spread, &row->stats, label_digits(row->event),
			    &v->options.style);
		put_below(b, c, v, row, strbuf_str(&spread), below);
	}
	for (size_t i = 0; i < n; i++)
		strbuf_done(&metrics[i]);
}
