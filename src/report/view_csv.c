/*
 * tacho's own CSV: a header and constant columns, whatever was measured; one
 * line per event, metric and time (column "kind"); quoted as RFC 4180 says.
 */
#include "report/view.h"

#include "base/auto.h"
#include "base/strbuf.h"
#include "report/label.h"

#include <inttypes.h>
#include <math.h>
#include <string.h>

static const char *const columns[] = {
	"kind",   "time_s",     "length_s",   "cgroup",      "cpu",
	"socket", "die",        "core",       "node",        "comm",
	"tid",    "event",      "metric",     "value",       "unit",
	"raw",    "enabled_ns", "running_ns", "running_pct", "state",
	"reason", "n",          "mean",       "median",      "stddev",
	"min",    "max",        "ci_lo",      "ci_hi",       "error",
	"doubts", "pid",        "source",
};

/* One line that is being written. */
struct line {
	FILE *out;
	const char *separator;
	size_t fields;
};

static void put(struct line *line, const char *text)
{
	bool quote = strpbrk(text, "\"\r\n") || strstr(text, line->separator);

	if (line->fields++)
		fputs(line->separator, line->out);
	if (!quote) {
		fputs(text, line->out);
		return;
	}
	fputc('"', line->out);
	for (; *text; text++) {
		if (*text == '"')
			fputc('"', line->out);
		fputc(*text, line->out);
	}
	fputc('"', line->out);
}

static void put_number(struct line *line, double number)
{
	char buf[FMT_LEN];

	put(line, isfinite(number) ? fmt_exact(buf, number) : "");
}

static void put_u64(struct line *line, uint64_t number)
{
	char buf[FMT_LEN];

	snprintf(buf, sizeof(buf), "%" PRIu64, number);
	put(line, buf);
}

/* Numbers of places are -1 where they say nothing. */
static void put_place(struct line *line, int number)
{
	if (number >= 0)
		put_u64(line, (uint64_t)number);
	else
		put(line, "");
}

static void put_empty(struct line *line, size_t n)
{
	while (n--)
		put(line, "");
}

static void put_start(struct line *line, const struct view_state *v,
		      const struct report *r, const char *kind)
{
	*line = (struct line){ .out = v->options.out,
			       .separator = v->options.separator };
	put(line, kind);
	if (r->is_interval) {
		put_number(line, r->interval_at);
		put_number(line, r->interval_s);
	} else {
		put_empty(line, 2);
	}
}

static void put_bin(struct line *line, const struct report *r,
		    const struct bin *bin)
{
	const char *cgroup = label_cgroup(r, bin);

	put(line, cgroup ? cgroup : "");
	put_place(line, bin->cpu);
	put_place(line, bin->socket);
	put_place(line, bin->die);
	put_place(line, bin->core);
	put_place(line, bin->node);
	put(line, bin->by == AGGREGATE_THREAD || bin->by == AGGREGATE_PROCESS
			  ? bin->comm
			  : "");
	put_place(line, (int)bin->tid);
}

/*
 * @factor: 100 for what is shown in percent; @bin: NULL for a time, which is
 * always measured
 */
static void put_stats(struct line *line, const struct stats *s, double factor)
{
	if (!s->n) {
		put_empty(line, 8);
	} else {
		put_u64(line, s->n);
		put_number(line, factor * s->mean);
		put_number(line, factor * s->median);
		put_number(line, factor * s->stddev);
		put_number(line, factor * s->min);
		put_number(line, factor * s->max);
		put_number(line, factor * s->ci_lo);
		put_number(line, factor * s->ci_hi);
	}
}

/* The end of a line.  @error: negative where it is not known; @doubts may be
   NULL. */
static void put_trust(struct line *line, bool scaled, double error,
		      const struct report_doubts *doubts,
		      const struct report *r, const struct bin *bin)
{
	AUTO(strbuf_done) struct strbuf b = { 0 };

	if (scaled && error >= 0.0)
		put_number(line, error);
	else
		put(line, "");
	for (size_t i = 0; doubts && i < doubts->n; i++)
		strbuf_addf(&b, "%s%s: %s", i ? "; " : "",
			    doubts->items[i].rule, doubts->items[i].text);
	put(line, strbuf_str(&b));
	put_place(line, bin ? (int)bin->pid : -1);
	put(line, bin ? label_source(r->about) : "");
	fputc('\n', line->out);
}

static void put_metric(const struct view_state *v, const struct report *r,
		       const struct bin *bin, const char *event,
		       const struct report_metric *m)
{
	double factor = label_factor(m->value.metric);
	struct line line;

	put_start(&line, v, r, "metric");
	put_bin(&line, r, bin);
	put(&line, event);
	put(&line, m->value.metric->name);
	if (m->value.absent)
		put(&line, "");
	else
		put_number(&line, factor * m->value.number);
	put(&line, m->value.metric->unit);
	put_empty(&line, 4);
	put(&line, label_metric_state(&m->value));
	put(&line, m->value.absent ? m->value.absent : "");
	put_stats(&line, &m->stats, factor);
	put_trust(&line, !m->value.absent && m->value.scaled,
		  factor * m->value.error, &m->doubts, r, bin);
}

static void put_row(const struct view_state *v, const struct report *r,
		    const struct report_row *row)
{
	const struct value *value = &row->value;
	AUTO_FREE char *event = label_event(row);
	struct line line;

	put_start(&line, v, r, "event");
	put_bin(&line, r, row->bin);
	put(&line, event);
	put(&line, "");
	if (reading_has_value(value->state))
		put_number(&line, value->number);
	else
		put(&line, "");
	put(&line, row->event->unit);
	put_u64(&line, value->raw);
	put_u64(&line, value->enabled_ns);
	put_u64(&line, value->running_ns);
	/* what did not count, or needs no time to, has no share of it */
	if (value->enabled_ns)
		put_number(&line, 100.0 * label_share(value));
	else
		put(&line, "");
	put(&line, reading_state_name(value->state));
	put(&line, value->why ? value->why : "");
	put_stats(&line, &row->stats, 1.0);
	put_trust(&line, value->state == READING_SCALED, value->error,
		  &row->doubts, r, row->bin);
	for (size_t i = 0; i < row->nmetrics; i++)
		put_metric(v, r, row->bin, event, &row->metrics[i]);
}

/* Of the whole measurement, whatever the rows are about. */
static void put_left_out(const struct view_state *v, const struct report *r,
			 const struct report_left_out *l)
{
	static const struct bin nowhere = { .pid = -1 };
	static const struct stats none = { .n = 0 };
	struct line line = { .out = v->options.out,
			     .separator = v->options.separator };

	put(&line, "event");
	put_empty(&line, 10);
	put(&line, l->event);
	put_empty(&line, 7);
	put(&line, reading_state_name(l->state));
	put(&line, l->why);
	put_stats(&line, &none, 1.0);
	put_trust(&line, false, 0.0, NULL, r, &nowhere);
}

static void put_time(const struct view_state *v, const struct report *r,
		     const char *name, const struct report_time *time)
{
	struct line line;

	if (!time->present)
		return;
	put_start(&line, v, r, "time");
	put_empty(&line, 8);
	put(&line, name);
	put(&line, "");
	put_number(&line, time->seconds);
	put(&line, "s");
	put_empty(&line, 4);
	put(&line, "ok");
	put(&line, "");
	put_stats(&line, &time->stats, 1.0);
	put_trust(&line, false, 0.0, NULL, r, NULL);
}

static int begin(struct view_state *v, const struct report_about *about,
		 struct err *err)
{
	struct line line = { .out = v->options.out };

	(void)about;
	if (!v->options.separator)
		v->options.separator = ",";
	line.separator = v->options.separator;
	for (size_t i = 0; i < ARRAY_LEN(columns); i++)
		put(&line, columns[i]);
	fputc('\n', line.out);
	return view_flush(v, err);
}

static int emit(struct view_state *v, const struct report *r, struct err *err)
{
	for (size_t i = 0; i < r->nrows; i++)
		put_row(v, r, &r->rows[i]);
	for (size_t i = 0; i < r->nleft_out; i++)
		put_left_out(v, r, &r->left_out[i]);
	for (size_t i = 0; i < r->nfigures; i++) {
		const struct report_figure *f = &r->figures[i];

		put_metric(v, r, f->bin, f->pmu ? f->pmu : "", &f->m);
	}
	if (!r->is_interval)
		put_time(v, r, "elapsed", &r->elapsed);
	put_time(v, r, "user", &r->user);
	put_time(v, r, "sys", &r->sys);
	v->emitted++;
	return view_flush(v, err);
}

static int end(struct view_state *v, struct err *err)
{
	return view_flush(v, err);
}

const struct view view_csv = {
	.name = "csv",
	.summary = "one line per value, with a header and constant columns",
	.begin = begin,
	.emit = emit,
	.end = end,
};
