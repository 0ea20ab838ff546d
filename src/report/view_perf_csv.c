/*
 * What "perf stat -x SEP" of 6.1 prints:
 *
 *	[time,][place,[cpus,]]value,unit,event[,cgroup][,+-%],ns,%,metric,unit
 *
 * A second number of one event comes on a line with the fields before it
 * empty.
 */
#include "report/view.h"

#include "base/auto.h"
#include "report/label.h"
#include "report/perf_rows.h"

#include <inttypes.h>

/* Fields before the value: what perf calls the aggregation's. */
static int place_fields(enum aggregate_by by)
{
	switch (by) {
	case AGGREGATE_ALL:
		return 0;
	case AGGREGATE_CPU:
	case AGGREGATE_THREAD:
	case AGGREGATE_PROCESS:
	case AGGREGATE_NODE:
		return 1;
	case AGGREGATE_CORE:
	case AGGREGATE_DIE:
	case AGGREGATE_SOCKET:
		break;
	}
	return 2;
}

static void put_prefix(const struct view_state *v, const struct report *r,
		       const struct perf_cell *cell)
{
	const char *sep = v->options.separator;
	FILE *out = v->options.out;
	char time[FMT_LEN], place[LABEL_LEN];

	if (r->is_interval)
		fprintf(out, "%s%s", perf_time(time, r, 6), sep);
	label_place(place, cell->row->bin);
	if (!place[0])
		return;
	fprintf(out, "%s%s", place, sep);
	if (r->by != AGGREGATE_CPU && r->by != AGGREGATE_THREAD)
		fprintf(out, "%zu%s", cell->nslots, sep);
}

static void put_shadow(const struct view_state *v, const struct shadow *shadow)
{
	const char *sep = v->options.separator;
	struct shadow_text text = shadow_text(shadow);

	if (!shadow->has_number || !text.unit)
		fprintf(v->options.out, "%s%s", sep, sep);
	else
		fprintf(v->options.out, "%s%.*f%s%s", sep, text.digits,
			text.number, sep, text.unit);
}

static void put_cell(const struct view_state *v, const struct report *r,
		     const struct perf_cell *cell)
{
	const struct report_row *row = cell->row;
	const char *sep = v->options.separator;
	const char *cgroup = label_cgroup(r, row->bin);
	AUTO_FREE char *name = label_event_perf(row);
	FILE *out = v->options.out;
	int empty = 3 + place_fields(r->by) + (cgroup != NULL);

	put_prefix(v, r, cell);
	if (cell->bad)
		fputs(cell->bad, out);
	else
		fprintf(out, "%.*f", label_digits(row->event), cell->value);
	fprintf(out, "%s%s%s%s", sep, row->event->unit, sep, name);
	if (cgroup)
		fprintf(out, "%s%s", sep, cgroup);
	if (perf_has_noise(r))
		fprintf(out, "%s%.2f%%", sep, cell->noise);
	fprintf(out, "%s%" PRIu64 "%s%.2f", sep, cell->running_ns, sep,
		cell->percent);
	if (cell->bad || !row->nshadow)
		fprintf(out, "%s%s", sep, sep);
	for (int i = 0; !cell->bad && i < row->nshadow; i++) {
		if (i) {
			fputc('\n', out);
			put_prefix(v, r, cell);
			for (int k = 0; k < empty; k++)
				fputs(sep, out);
		}
		put_shadow(v, &row->shadow[i]);
	}
	fputc('\n', out);
}

static int begin(struct view_state *v, const struct report_about *about,
		 struct err *err)
{
	(void)err;
	if (!v->options.separator)
		v->options.separator = ",";
	perf_begin(v, about);
	return 0;
}

static int emit(struct view_state *v, const struct report *r, struct err *err)
{
	return perf_emit(v, r, put_cell, err);
}

const struct view view_perf_csv = {
	.name = "perf-csv",
	.summary = "what perf 6.1 prints with -x",
	.begin = begin,
	.emit = emit,
	.end = view_flush,
};
