/*
 * Series to report; see build.h.
 *
 * A run and an interval of a run are the same thing here: a snapshot, a time
 * and the bins of its slots.  Several of them give mean and spread.
 */
#include "report/build.h"

#include "analyze/dead.h"
#include "base/auto.h"
#include "base/vec.h"
#include "base/xalloc.h"
#include "report/doubts.h"
#include "report/figures.h"
#include "report/notes.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* One run, or one interval. */
struct taken {
	const struct run *run;
	const struct snapshot *snap;
	double wall_s;
	double on_s; /* of that, counting was switched on */
	bool *dead;  /* [plan->ncounters] */
	struct bins bins;
};

struct build {
	const struct series *series;
	const struct report_options *options;
	struct taken *taken;
	size_t ntaken;
	bool repeats;
	struct report *report;
};

/*
 * What moved in one run lives: its zeros in the others are counts, and leaving
 * them out would raise the mean.
 */
static void revive_moving(const struct build *b)
{
	size_t n = b->series->plan->ncounters;

	for (size_t c = 0; c < n; c++) {
		bool moved = false;

		for (size_t t = 0; t < b->ntaken && !moved; t++) {
			const struct snapshot *snap = b->taken[t].snap;

			for (size_t s = 0; s < snap->nslots && !moved; s++)
				moved = snapshot_at(snap, c, s)->raw > 0;
		}
		for (size_t t = 0; t < b->ntaken && moved; t++)
			b->taken[t].dead[c] = false;
	}
}

static struct taken take(const struct build *b, const struct run *run,
			 const struct snapshot *snap,
			 const struct snapshot *total, double wall_s)
{
	struct taken taken = {
		.run = run, .snap = snap, .wall_s = wall_s, .on_s = wall_s
	};

	taken.dead = dead_counters(b->series, run, total);
	bins_make(&taken.bins, run, b->options->by, b->options->topology);
	return taken;
}

static int by_place(const void *a, const void *b)
{
	return bin_compare(a, b);
}

static bool in_earlier(const struct build *b, size_t t, const struct bin *bin)
{
	for (size_t i = 0; i < t; i++)
		if (bins_find(&b->taken[i].bins, bin))
			return true;
	return false;
}

/* The rows of all runs: a thread may live in one of them only. */
static void merge_bins(struct build *b)
{
	struct bins *all = &b->report->bins;

	for (size_t t = 0; t < b->ntaken; t++) {
		const struct bins *from = &b->taken[t].bins;

		for (size_t i = 0; i < from->n; i++) {
			struct bin bin = from->items[i];
			size_t size = bin.nslots * sizeof(*bin.slots);

			if (in_earlier(b, t, &bin))
				continue;
			bin.slots = xmalloc(size);
			memcpy(bin.slots, from->items[i].slots, size);
			VEC_PUSH(all->items, all->n, bin);
		}
	}
	if (all->n)
		qsort(all->items, all->n, sizeof(*all->items), by_place);
}

static struct value one_value(const struct build *b, const struct taken *t,
			      size_t counter, const struct bin *bin,
			      double *residency)
{
	struct value value = value_of(b->series, t->run, t->snap, counter, bin,
				      &b->options->limits, residency);

	if (t->dead[counter] && reading_has_value(value.state)) {
		value.state = READING_DEAD;
		value.number = 0.0;
		value.why = reading_state_meaning(READING_DEAD);
	}
	return value;
}

/* Runs that have something to say are combined; @sums adds them up. */
struct sums {
	size_t nseen, nvalues;
	bool scaled;
	double raw, enabled_ns, running_ns, residency;
	bool vague;     /* the error of one of them is not known */
	double errors2; /* squares of the errors */
};

/* The error of a mean over @n runs: their errors have nothing to do with each
   other. */
static double mean_error(bool vague, double errors2, double n)
{
	return vague ? -1.0 : sqrt(errors2) / n;
}

static void combine(struct report_row *row, const struct sums *sums, bool stats)
{
	double n = (double)sums->nvalues;

	row->residency = sums->residency / (double)sums->nseen;
	if (!stats)
		return;
	row->stats = stats_of(row->samples, sums->nvalues);
	/* Where no run has a value, those of the first one stay. */
	if (!sums->nvalues)
		return;
	row->value.raw = (uint64_t)(sums->raw / n + 0.5);
	row->value.enabled_ns = (uint64_t)(sums->enabled_ns / n + 0.5);
	row->value.running_ns = (uint64_t)(sums->running_ns / n + 0.5);
	row->value.state = sums->scaled ? READING_SCALED : READING_OK;
	row->value.number = row->stats.mean;
	row->value.error = mean_error(sums->vague, sums->errors2, n);
	row->value.why = NULL;
}

static size_t slots_with(const struct snapshot *snap, size_t counter,
			 const struct bin *bin)
{
	size_t n = 0;

	for (size_t i = 0; i < bin->nslots; i++)
		n += snapshot_at(snap, counter, bin->slots[i])->state !=
		     READING_ABSENT;
	return n;
}

/* False when the event does not exist in this bin. */
static bool fill_value(const struct build *b, struct report_row *row,
		       size_t counter)
{
	struct sums sums = { 0 };

	for (size_t t = 0; t < b->ntaken; t++) {
		const struct taken *taken = &b->taken[t];
		const struct bin *bin = bins_find(&taken->bins, row->bin);
		struct value value;
		double residency = -1.0;

		if (!bin)
			continue;
		value = one_value(b, taken, counter, bin, &residency);
		if (value.state == READING_ABSENT)
			continue;
		if (!sums.nseen++)
			row->value = value;
		row->nslots = slots_with(taken->snap, counter, bin);
		row->user_only |= taken->run->notes &&
				  taken->run->notes[counter].user_only;
		sums.residency += residency;
		if (!reading_has_value(value.state))
			continue;
		sums.scaled |= value.state == READING_SCALED;
		sums.raw += (double)value.raw;
		sums.enabled_ns += (double)value.enabled_ns;
		sums.running_ns += (double)value.running_ns;
		sums.vague |= value.error < 0.0;
		sums.errors2 += value.error * value.error;
		if (b->repeats)
			VEC_PUSH(row->samples, sums.nvalues, value.number);
	}
	if (!sums.nseen)
		return false;
	combine(row, &sums, b->repeats);
	return true;
}

static bool has_metric(const struct report_row *row,
		       const struct metric *metric)
{
	for (size_t i = 0; i < row->nmetrics; i++)
		if (row->metrics[i].value.metric == metric)
			return true;
	return false;
}

static struct scope scope_of(const struct build *b, const struct taken *t,
			     const struct bin *bin, int core_type)
{
	return (struct scope){ .series = b->series,
			       .run = t->run,
			       .snap = t->snap,
			       .bin = bin,
			       .limits = &b->options->limits,
			       .wall_s = t->on_s,
			       .dead = t->dead,
			       .core_type = core_type };
}

/* @use in all runs; false when @like, a bin, is in none of them. */
static bool metric_of_runs(const struct build *b, const struct plan_use *use,
			   const struct bin *like, struct report_metric *ret)
{
	struct report_metric metric = { 0 };
	size_t nseen = 0, nsamples = 0;
	double errors2 = 0.0;
	bool vague = false;

	for (size_t t = 0; t < b->ntaken; t++) {
		const struct taken *taken = &b->taken[t];
		const struct bin *bin = bins_find(&taken->bins, like);
		struct metric_value value;
		struct scope scope;

		if (!bin)
			continue;
		scope = scope_of(b, taken, bin, use->core_type);
		value = metric_value_of(&scope, use);
		if (!nseen++ || (metric.value.absent && !value.absent))
			metric.value = value;
		if (value.absent)
			continue;
		metric.value.scaled |= value.scaled;
		metric.value.together &= value.together;
		vague |= value.error < 0.0;
		errors2 += value.error * value.error;
		if (value.running < metric.value.running)
			metric.value.running = value.running;
		if (b->repeats)
			VEC_PUSH(metric.samples, nsamples, value.number);
	}
	if (nsamples) {
		metric.stats = stats_of(metric.samples, nsamples);
		metric.value.number = metric.stats.mean;
		metric.value.error =
			mean_error(vague, errors2, (double)nsamples);
	}
	*ret = metric;
	return nseen > 0;
}

static void add_metric(const struct build *b, struct report_row *row,
		       const struct plan_use *use)
{
	struct report_metric metric;

	if (metric_of_runs(b, use, row->bin, &metric))
		VEC_PUSH(row->metrics, row->nmetrics, metric);
}

/* The PMU whose cores @use is about, where there are several kinds. */
static const char *pmu_of(const struct plan *plan, const struct plan_use *use)
{
	if (use->metric->pmu)
		return use->metric->pmu;
	for (size_t i = 0; use->core_type >= 0 && i < plan->events->n; i++)
		if (plan->events->items[i]->core_type == use->core_type)
			return plan->events->items[i]->pmu;
	return NULL;
}

static void fill_figures(struct build *b)
{
	const struct plan *plan = b->series->plan;
	struct report *report = b->report;

	for (size_t i = 0; i < report->bins.n; i++) {
		size_t first = report->nfigures;

		for (size_t u = 0; u < plan->nuses; u++) {
			struct report_figure figure = {
				.bin = &report->bins.items[i],
				.pmu = pmu_of(plan, &plan->uses[u]),
			};

			if (plan->uses[u].place == METRIC_BLOCK &&
			    metric_of_runs(b, &plan->uses[u], figure.bin,
					   &figure.m))
				VEC_PUSH(report->figures, report->nfigures,
					 figure);
		}
		figures_arrange(report->figures + first,
				report->nfigures - first);
	}
}

/* Is it there only because of events that nobody asked for? */
static bool needs_silent(const struct plan *plan, const struct plan_use *use)
{
	for (size_t i = 0; use->counters && i < use->metric->ninputs; i++) {
		size_t event = plan->counters[use->counters[i]].event;

		if (plan->events->items[event]->silent)
			return true;
	}
	return false;
}

static void fill_metrics(const struct build *b, struct report_row *row,
			 size_t event)
{
	const struct plan *plan = b->series->plan;

	if (!reading_has_value(row->value.state))
		return;
	for (size_t u = 0; u < plan->nuses; u++)
		if (plan->uses[u].event == event &&
		    !needs_silent(plan, &plan->uses[u]) &&
		    !has_metric(row, plan->uses[u].metric))
			add_metric(b, row, &plan->uses[u]);
}

/* perf's derived numbers for the rows of one bin, from the values of one run */
static void add_shadows(const struct build *b, const struct taken *taken,
			struct report_row *const *rows, size_t *counts)
{
	const struct plan *plan = b->series->plan;
	size_t n = plan->events->n;
	AUTO_FREE struct shadow_input *inputs = xcalloc(n, sizeof(*inputs));
	const struct bin *bin = NULL;

	for (size_t e = 0; e < n && !bin; e++)
		if (rows[e])
			bin = bins_find(&taken->bins, rows[e]->bin);
	if (!bin)
		return;
	for (size_t e = 0; e < n; e++) {
		struct value v = one_value(b, taken, plan->shown[e], bin, NULL);

		inputs[e].event = plan->events->items[e];
		inputs[e].exists = reading_has_value(v.state) ||
				   v.state == READING_NOT_COUNTED;
		inputs[e].has_value = reading_has_value(v.state);
		inputs[e].number = v.number;
	}
	for (size_t e = 0; e < n; e++) {
		struct shadow one[SHADOW_MAX];
		int got;

		if (!rows[e])
			continue;
		got = shadow_of(inputs, n, e, taken->wall_s, one);
		if (got > rows[e]->nshadow)
			rows[e]->nshadow = got;
		for (int k = 0; k < got; k++) {
			struct shadow *sum = &rows[e]->shadow[k];

			sum->kind = one[k].kind;
			sum->has_number |= one[k].has_number;
			sum->number += one[k].number;
			counts[e * SHADOW_MAX + (size_t)k] += one[k].has_number;
		}
	}
}

static void fill_shadows(const struct build *b, struct report_row *first,
			 size_t nrows)
{
	const struct plan *plan = b->series->plan;
	size_t n = plan->events->n;
	AUTO_FREE struct report_row **rows =
		xcalloc(n, sizeof(struct report_row *));
	AUTO_FREE size_t *counts = xcalloc(n * SHADOW_MAX, sizeof(*counts));

	for (size_t r = 0; r < nrows; r++)
		rows[first[r].index] = &first[r];
	for (size_t t = 0; t < b->ntaken; t++)
		add_shadows(b, &b->taken[t], rows, counts);
	for (size_t e = 0; e < n; e++)
		for (size_t k = 0; rows[e] && k < SHADOW_MAX; k++)
			if (counts[e * SHADOW_MAX + k])
				rows[e]->shadow[k].number /=
					(double)counts[e * SHADOW_MAX + k];
}

static void fill_rows(struct build *b)
{
	const struct plan *plan = b->series->plan;
	struct report *report = b->report;

	for (size_t i = 0; i < report->bins.n; i++) {
		size_t first = report->nrows;

		for (size_t e = 0; e < plan->events->n; e++) {
			struct report_row row = {
				.event = plan->events->items[e],
				.index = e,
				.bin = &report->bins.items[i],
				.residency = -1.0,
			};

			if (row.event->silent ||
			    !fill_value(b, &row, plan->shown[e]))
				continue;
			fill_metrics(b, &row, e);
			VEC_PUSH(report->rows, report->nrows, row);
		}
		if (report->nrows > first && !b->options->no_shadows)
			fill_shadows(b, report->rows + first,
				     report->nrows - first);
	}
}

static void fill_time(struct report_time *time, const double *samples, size_t n,
		      bool repeats)
{
	if (!n)
		return;
	time->present = true;
	time->seconds = samples[0];
	if (!repeats)
		return;
	time->samples = xcalloc(n, sizeof(*samples));
	memcpy(time->samples, samples, n * sizeof(*samples));
	time->stats = stats_of(samples, n);
	time->seconds = time->stats.mean;
}

static void fill_times(struct build *b)
{
	size_t n = b->ntaken, nrusage = 0;
	AUTO_FREE double *wall = xcalloc(n, sizeof(*wall));
	AUTO_FREE double *user = xcalloc(n, sizeof(*user));
	AUTO_FREE double *sys = xcalloc(n, sizeof(*sys));
	struct report *report = b->report;

	for (size_t t = 0; t < n; t++) {
		const struct run *run = b->taken[t].run;
		struct report_run one = {
			.wall_s = b->taken[t].wall_s,
			.user_s = (double)run->user_ns / 1e9,
			.sys_s = (double)run->sys_ns / 1e9,
			.maxrss_kib = run->maxrss_kib,
			.usage = run->usage,
			.around = run->around,
			.has_rusage = run->has_rusage,
			.wait_status = run->wait_status,
		};

		wall[t] = one.wall_s;
		if (report->is_interval)
			continue;
		if (run->has_rusage) {
			user[nrusage] = one.user_s;
			sys[nrusage++] = one.sys_s;
		}
		VEC_PUSH(report->runs, report->nruns, one);
	}
	fill_time(&report->elapsed, wall, n, b->repeats);
	fill_time(&report->user, user, nrusage, b->repeats);
	fill_time(&report->sys, sys, nrusage, b->repeats);
}

static void add_doubts(const struct build *b)
{
	AUTO_FREE struct doubt_run *runs = NULL;
	bool interval = b->report->is_interval;

	if (!b->options->rules)
		return;
	runs = xcalloc(b->ntaken, sizeof(*runs));
	for (size_t i = 0; i < b->ntaken; i++) {
		const struct taken *t = &b->taken[i];

		runs[i].scope = scope_of(b, t, NULL, -1);
		runs[i].bins = &t->bins;
		runs[i].whole = !interval && t->on_s >= 0.98 * t->wall_s;
	}
	report_add_doubts(b->report, b->options->rules, runs, b->ntaken);
}

/* Intervals are too short, and too many, to be judged. */
static void fill_verdict(struct build *b)
{
	AUTO_FREE struct scope *scopes = xcalloc(b->ntaken, sizeof(*scopes));

	if (!b->options->judging || b->report->is_interval)
		return;
	for (size_t t = 0; t < b->ntaken; t++)
		scopes[t] = scope_of(b, &b->taken[t], NULL, -1);
	report_judge(b->report, b->options->judging, scopes, b->ntaken);
}

static void finish(struct build *b)
{
	fill_times(b);
	if (!b->options->no_counts) {
		b->report->ngroups_competing = plan_competing(b->series->plan);
		merge_bins(b);
		fill_rows(b);
		fill_figures(b);
		report_add_notes(b->report, b->series, b->taken[0].run,
				 b->options->limits.scale);
		add_doubts(b);
		report_add_hints(b->report, b->series, b->taken[0].run);
	}
	fill_verdict(b);
	for (size_t t = 0; t < b->ntaken; t++) {
		free(b->taken[t].dead);
		bins_done(&b->taken[t].bins);
	}
}

int report_build(const struct report_about *about, const struct series *series,
		 const struct report_options *options, struct report *ret,
		 struct err *err)
{
	AUTO_FREE struct taken *taken = NULL;
	struct report report = { .about = about, .by = options->by };
	struct build b = { .series = series,
			   .options = options,
			   .report = &report };

	if (!series->nruns)
		return err_set(err, -ENODATA, "nothing was measured");
	taken = xcalloc(series->nruns, sizeof(*taken));
	for (size_t i = 0; i < series->nruns; i++) {
		const struct run *run = &series->runs[i];

		taken[i] = take(&b, run, &run->total, &run->total,
				(double)run->wall_ns / 1e9);
		if (run->on_ns && run->on_ns < run->wall_ns)
			taken[i].on_s = (double)run->on_ns / 1e9;
	}
	b.taken = taken;
	b.ntaken = series->nruns;
	revive_moving(&b);
	b.repeats = series->nruns > 1 || about->repeats > 1;
	finish(&b);
	*ret = report;
	return 0;
}

int report_build_interval(const struct report_about *about,
			  const struct series *series, const struct run *run,
			  const struct snapshot *delta,
			  const struct snapshot *total, double at_s,
			  double length_s, const struct report_options *options,
			  struct report *ret, struct err *err)
{
	struct report report = { .about = about,
				 .by = options->by,
				 .is_interval = true,
				 .interval_at = at_s,
				 .interval_s = length_s };
	struct build b = { .series = series,
			   .options = options,
			   .report = &report };
	struct taken taken;

	if (!(length_s > 0.0))
		return err_set(err, -EINVAL, "an interval of no length");
	taken = take(&b, run, delta, total, length_s);
	b.taken = &taken;
	b.ntaken = 1;
	finish(&b);
	*ret = report;
	return 0;
}
