/*
 * tacho's own CSV: a header and constant columns, whatever was measured; one
 * line per event, metric and time (column "kind"); quoted as RFC 4180 says.
 */
#include "report/view.h"

#include "base/auto.h"
#include "base/strbuf.h"
#include "report/csv.h"
#include "report/label.h"

static const char *const columns[] = {
	"kind",   "time_s",     "length_s",   "cgroup",      "cpu",
	"socket", "die",        "core",       "node",        "comm",
	"tid",    "event",      "metric",     "value",       "unit",
	"raw",    "enabled_ns", "running_ns", "running_pct", "state",
	"reason", "n",          "mean",       "median",      "stddev",
	"min",    "max",        "ci_lo",      "ci_hi",       "error",
	"doubts", "pid",        "source",
};

/* Numbers of places are -1 where they say nothing. */
static void put_place(struct csv_line *line, int number)
{
	if (number >= 0)
		csv_count(line, (uint64_t)number);
	else
		csv_text(line, "");
}

static void put_start(struct csv_line *line, const struct view_state *v,
		      const struct report *r, const char *kind)
{
	*line = (struct csv_line){ .out = v->options.out,
				   .separator = v->options.separator };
	csv_text(line, kind);
	if (r->is_interval) {
		csv_number(line, r->interval_at);
		csv_number(line, r->interval_s);
	} else {
		csv_empty(line, 2);
	}
}

static void put_bin(struct csv_line *line, const struct report *r,
		    const struct bin *bin)
{
	const char *cgroup = label_cgroup(r, bin);

	csv_text(line, cgroup ? cgroup : "");
	put_place(line, bin->cpu);
	put_place(line, bin->socket);
	put_place(line, bin->die);
	put_place(line, bin->core);
	put_place(line, bin->node);
	csv_text(line,
		 bin->by == AGGREGATE_THREAD || bin->by == AGGREGATE_PROCESS
			 ? bin->comm
			 : "");
	put_place(line, (int)bin->tid);
}

/*
 * @factor: 100 for what is shown in percent; @bin: NULL for a time, which is
 * always measured
 */
static void put_stats(struct csv_line *line, const struct stats *s,
		      double factor)
{
	if (!s->n) {
		csv_empty(line, 8);
	} else {
		csv_count(line, s->n);
		csv_number(line, factor * s->mean);
		csv_number(line, factor * s->median);
		csv_number(line, factor * s->stddev);
		csv_number(line, factor * s->min);
		csv_number(line, factor * s->max);
		csv_number(line, factor * s->ci_lo);
		csv_number(line, factor * s->ci_hi);
	}
}

/* The end of a line.  @error: negative where it is not known; @doubts may be
   NULL. */
static void put_trust(struct csv_line *line, bool scaled, double error,
		      const struct report_doubts *doubts,
		      const struct report *r, const struct bin *bin)
{
	AUTO(strbuf_done) struct strbuf b = { 0 };

	if (scaled && error >= 0.0)
		csv_number(line, error);
	else
		csv_text(line, "");
	for (size_t i = 0; doubts && i < doubts->n; i++)
		strbuf_addf(&b, "%s%s: %s", i ? "; " : "",
			    doubts->items[i].rule, doubts->items[i].text);
	csv_text(line, strbuf_str(&b));
	put_place(line, bin ? (int)bin->pid : -1);
	csv_text(line, bin ? label_source(r->about) : "");
	csv_end(line);
}

static void put_metric(const struct view_state *v, const struct report *r,
		       const struct bin *bin, const char *event,
		       const struct report_metric *m)
{
	double factor = label_factor(m->value.metric);
	struct csv_line line;

	put_start(&line, v, r, "metric");
	put_bin(&line, r, bin);
	csv_text(&line, event);
	csv_text(&line, m->value.metric->name);
	if (m->value.absent)
		csv_text(&line, "");
	else
		csv_number(&line, factor * m->value.number);
	csv_text(&line, m->value.metric->unit);
	csv_empty(&line, 4);
	csv_text(&line, label_metric_state(&m->value));
	csv_text(&line, m->value.absent ? m->value.absent : "");
	put_stats(&line, &m->stats, factor);
	put_trust(&line, !m->value.absent && m->value.scaled,
		  factor * m->value.error, &m->doubts, r, bin);
}

static void put_row(const struct view_state *v, const struct report *r,
		    const struct report_row *row)
{
	const struct value *value = &row->value;
	AUTO_FREE char *event = label_event(row);
	struct csv_line line;

	put_start(&line, v, r, "event");
	put_bin(&line, r, row->bin);
	csv_text(&line, event);
	csv_text(&line, "");
	if (reading_has_value(value->state))
		csv_number(&line, value->number);
	else
		csv_text(&line, "");
	csv_text(&line, row->event->unit);
	csv_count(&line, value->raw);
	csv_count(&line, value->enabled_ns);
	csv_count(&line, value->running_ns);
	/* what did not count, or needs no time to, has no share of it */
	if (value->enabled_ns)
		csv_number(&line, 100.0 * label_share(value));
	else
		csv_text(&line, "");
	csv_text(&line, reading_state_name(value->state));
	csv_text(&line, value->why ? value->why : "");
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
	struct csv_line line = { .out = v->options.out,
				 .separator = v->options.separator };

	csv_text(&line, "event");
	csv_empty(&line, 10);
	csv_text(&line, l->event);
	csv_empty(&line, 7);
	csv_text(&line, reading_state_name(l->state));
	csv_text(&line, l->why);
	put_stats(&line, &none, 1.0);
	put_trust(&line, false, 0.0, NULL, r, &nowhere);
}

static void put_time(const struct view_state *v, const struct report *r,
		     const char *name, const struct report_time *time)
{
	struct csv_line line;

	if (!time->present)
		return;
	put_start(&line, v, r, "time");
	csv_empty(&line, 8);
	csv_text(&line, name);
	csv_text(&line, "");
	csv_number(&line, time->seconds);
	csv_text(&line, "s");
	csv_empty(&line, 4);
	csv_text(&line, "ok");
	csv_text(&line, "");
	put_stats(&line, &time->stats, 1.0);
	put_trust(&line, false, 0.0, NULL, r, NULL);
}

static int begin(struct view_state *v, const struct report_about *about,
		 struct err *err)
{
	struct csv_line line = { .out = v->options.out };

	(void)about;
	if (!v->options.separator)
		v->options.separator = ",";
	line.separator = v->options.separator;
	for (size_t i = 0; i < ARRAY_LEN(columns); i++)
		csv_text(&line, columns[i]);
	csv_end(&line);
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
