/*
 * What "perf stat -j" of 6.1 prints: one object per line, keys in this order,
 * numbers of events as strings.
 *
 * Texts are escaped, which 6.1 does not do; everything else is the same, the
 * "(null)" of an event without a derived number included.
 */
#include "report/view.h"

#include "base/auto.h"
#include "report/label.h"
#include "report/perf_rows.h"

#include <inttypes.h>

static void put_text(FILE *out, const char *key, const char *text)
{
	AUTO_FREE char *quoted = label_quoted(text);

	fprintf(out, "\"%s\" : %s, ", key, quoted);
}

static void put_start(const struct view_state *v, const struct report *r,
		      const struct perf_cell *cell)
{
	const struct bin *bin = cell->row->bin;
	FILE *out = v->options.out;
	char time[FMT_LEN], place[LABEL_LEN];

	fputc('{', out);
	if (r->is_interval)
		fprintf(out, "\"interval\" : %s, ", perf_time(time, r, 0));
	label_place(place, bin);
	switch (bin->by) {
	case AGGREGATE_ALL:
		break;
	case AGGREGATE_CPU:
		if (bin->cpu >= 0)
			fprintf(out, "\"cpu\" : \"%d\", ", bin->cpu);
		break;
	case AGGREGATE_THREAD:
	case AGGREGATE_PROCESS:
		put_text(out, label_by(bin->by), place);
		break;
	case AGGREGATE_CORE:
	case AGGREGATE_DIE:
	case AGGREGATE_SOCKET:
	case AGGREGATE_NODE:
		put_text(out, label_by(bin->by), place);
		fprintf(out, "\"aggregate-number\" : %zu, ", cell->nslots);
		break;
	}
}

static void put_metric(FILE *out, const struct perf_cell *cell, int which)
{
	struct shadow_text text = { .unit = "" };

	if (!cell->bad)
		text = shadow_text(&cell->row->shadow[which]);
	fprintf(out, "\"metric-value\" : %f, \"metric-unit\" : \"%s\"}\n",
		text.number, text.unit ? text.unit : "(null)");
}

static void put_cell(const struct view_state *v, const struct report *r,
		     const struct perf_cell *cell)
{
	const struct report_row *row = cell->row;
	const char *cgroup = label_cgroup(r, row->bin);
	AUTO_FREE char *name = label_event_perf(row);
	FILE *out = v->options.out;

	put_start(v, r, cell);
	if (cell->bad)
		put_text(out, "counter-value", cell->bad);
	else
		fprintf(out, "\"counter-value\" : \"%f\", ", cell->value);
	put_text(out, "unit", row->event->unit);
	put_text(out, "event", name);
	if (cgroup)
		put_text(out, "cgroup", cgroup);
	if (perf_has_noise(r))
		fprintf(out, "\"variance\" : %.2f, ", cell->noise);
	fprintf(out, "\"event-runtime\" : %" PRIu64 ", ", cell->running_ns);
	fprintf(out, "\"pcnt-running\" : %.2f, ", cell->percent);
	put_metric(out, cell, 0);
	for (int i = 1; !cell->bad && i < row->nshadow; i++) {
		put_start(v, r, cell);
		put_metric(out, cell, i);
	}
}

static int begin(struct view_state *v, const struct report_about *about,
		 struct err *err)
{
	(void)err;
	perf_begin(v, about);
	return 0;
}

static int emit(struct view_state *v, const struct report *r, struct err *err)
{
	return perf_emit(v, r, put_cell, err);
}

const struct view view_perf_json = {
	.name = "perf-json",
	.summary = "what perf 6.1 prints with -j",
	.begin = begin,
	.emit = emit,
	.end = view_flush,
};
