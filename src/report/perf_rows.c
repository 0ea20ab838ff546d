/*
 * Rows as perf 6.1 has them; see perf_rows.h.
 *
 * perf knows two reasons for a missing number, tacho more: what was refused or
 * does not exist is "not supported", what had no turn or is dead is "not
 * counted".
 */
#include "report/perf_rows.h"

#include "base/auto.h"
#include "base/xalloc.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

static const char *bad_count(const struct report_row *row)
{
	/* an interval in which the task did not run is a true 0 for us */
	if (!row->value.enabled_ns && row->value.state == READING_OK)
		return "<not counted>";
	switch (row->value.state) {
	case READING_OK:
	case READING_SCALED:
		return NULL;
	case READING_UNSUPPORTED:
	case READING_DENIED:
	case READING_ABSENT:
		return "<not supported>";
	case READING_NOT_COUNTED:
	case READING_DEAD:
		break;
	}
	return "<not counted>";
}

static double percent_of(const struct value *value)
{
	if (value->running_ns == value->enabled_ns || !value->enabled_ns)
		return 100.0;
	return floor(100.0 * (double)value->running_ns /
		     (double)value->enabled_ns);
}

/* perf scales to whole counts, cutting the fraction off. */
static double whole_counts(const struct report_row *row)
{
	const struct value *value = &row->value;
	double scale = row->event->scale;

	if (value->state == READING_OK && !row->stats.n)
		return (double)value->raw * scale;
	return floor(value->number / scale + 1e-3) * scale;
}

static struct perf_cell cell_of(const struct report_row *row)
{
	const struct stats *stats = &row->stats;
	struct perf_cell cell = {
		.row = row,
		.bad = bad_count(row),
		.running_ns = row->value.running_ns,
		.percent = percent_of(&row->value),
		.nslots = row->nslots,
	};

	if (!cell.bad)
		cell.value = whole_counts(row);
	else if (row->value.state == READING_UNSUPPORTED ||
		 row->value.state == READING_DENIED ||
		 row->value.state == READING_ABSENT)
		cell.nslots = 1;
	if (stats->n && stats->mean != 0.0)
		cell.noise = 100.0 * stats->sem / fabs(stats->mean);
	return cell;
}

/*
 * With -A and --per-thread perf goes by event, then place; threads with the
 * largest count come first.
 */
static int by_event(const void *left, const void *right)
{
	const struct perf_cell *a = left, *b = right;

	if (a->row->bin->cgroup != b->row->bin->cgroup)
		return a->row->bin->cgroup < b->row->bin->cgroup ? -1 : 1;
	if (a->row->index != b->row->index)
		return a->row->index < b->row->index ? -1 : 1;
	if (a->row->bin->by == AGGREGATE_THREAD && a->value != b->value)
		return a->value > b->value ? -1 : 1;
	return bin_compare(a->row->bin, b->row->bin);
}

size_t perf_rows(const struct report *report, struct perf_cell **ret)
{
	struct perf_cell *cells = xcalloc(report->nrows, sizeof(*cells));

	for (size_t i = 0; i < report->nrows; i++)
		cells[i] = cell_of(&report->rows[i]);
	if (report->by == AGGREGATE_CPU || report->by == AGGREGATE_THREAD)
		qsort(cells, report->nrows, sizeof(*cells), by_event);
	*ret = cells;
	return report->nrows;
}

char *perf_time(char buf[FMT_LEN], const struct report *report, int width)
{
	uint64_t ns = (uint64_t)llround(report->interval_at * 1e9);

	snprintf(buf, FMT_LEN, "%*" PRIu64 ".%09" PRIu64, width,
		 ns / 1000000000, ns % 1000000000);
	return buf;
}

bool perf_has_noise(const struct report *report)
{
	return report->about->repeats > 1;
}

void perf_begin(const struct view_state *view, const struct report_about *about)
{
	time_t started = (time_t)about->started_at;
	char text[32];

	if (view->options.to_file && ctime_r(&started, text))
		fprintf(view->options.out, "# started on %s\n", text);
}

int perf_emit(struct view_state *view, const struct report *report,
	      perf_put_fn put, struct err *err)
{
	AUTO_FREE struct perf_cell *cells = NULL;
	size_t n = perf_rows(report, &cells);

	for (size_t i = 0; i < n; i++)
		put(view, report, &cells[i]);
	view->emitted++;
	return view_flush(view, err);
}
