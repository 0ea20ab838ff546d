/* The numbers of a report as JSON; see json_numbers.h. */
#include "report/json_numbers.h"

#include "base/auto.h"
#include "base/vec.h"
#include "base/xalloc.h"
#include "report/label.h"

#include <math.h>
#include <string.h>
#include <sys/wait.h>

#define EXACT 9007199254740992.0 /* 2^53: integers up to here are themselves */

json_t *json_number_of(double d)
{
	if (!isfinite(d))
		return json_null();
	if (d == floor(d) && fabs(d) < EXACT)
		return json_integer((json_int_t)d);
	return json_real(d);
}

json_t *json_count_of(uint64_t n)
{
	return n <= INT64_MAX ? json_integer((json_int_t)n)
			      : json_real((double)n);
}

static void set_place(json_t *o, const char *key, int n)
{
	if (n >= 0)
		json_object_set_new(o, key, json_integer(n));
}

static json_t *labelled(const struct report *r, const struct bin *bin)
{
	json_t *o = json_object();
	const char *cgroup = label_cgroup(r, bin);

	set_place(o, "cpu", bin->cpu);
	set_place(o, "socket", bin->socket);
	set_place(o, "die", bin->die);
	set_place(o, "core", bin->core);
	set_place(o, "node", bin->node);
	if (bin->by == AGGREGATE_THREAD) {
		json_object_set_new(o, "comm", label_json(bin->comm));
		set_place(o, "tid", (int)bin->tid);
	}
	if (bin->by == AGGREGATE_PROCESS) {
		json_object_set_new(o, "comm", label_json(bin->comm));
		set_place(o, "pid", (int)bin->pid);
	}
	if (cgroup)
		json_object_set_new(o, "cgroup", label_json(cgroup));
	return o;
}

/* With -r every object has these keys, null where nothing was counted. */
static void set_stats(json_t *o, const struct report *r, const struct stats *s,
		      const double *samples, double factor)
{
	const struct {
		const char *key;
		double value;
	} keys[] = {
		{ "mean", s->mean },     { "median", s->median },
		{ "stddev", s->stddev }, { "min", s->min },
		{ "max", s->max },
	};
	json_t *list, *ci;

	if (r->about->repeats < 2 || r->is_interval)
		return;
	for (size_t i = 0; i < ARRAY_LEN(keys); i++)
		json_object_set_new(
			o, keys[i].key,
			s->n ? json_number_of(factor * keys[i].value)
			     : json_null());
	ci = json_null();
	if (s->n)
		ci = json_pack("[o, o]", json_number_of(factor * s->ci_lo),
			       json_number_of(factor * s->ci_hi));
	json_object_set_new(o, "ci95", ci);
	list = json_array();
	for (size_t i = 0; i < s->n; i++)
		json_array_append_new(list,
				      json_number_of(factor * samples[i]));
	json_object_set_new(o, "samples", list);
}

/* Only of estimates; null where it is not known. */
static void set_error(json_t *o, bool scaled, double error)
{
	if (scaled)
		json_object_set_new(o, "error",
				    error >= 0.0 ? json_number_of(error)
						 : json_null());
}

/* "rule: sentence" for each rule that is broken; nothing without one. */
static void set_doubts(json_t *o, const struct report_doubts *doubts)
{
	json_t *list;

	if (!doubts->n)
		return;
	list = json_array();
	for (size_t i = 0; i < doubts->n; i++) {
		AUTO_FREE char *text = xasprintf(
			"%s: %s", doubts->items[i].rule, doubts->items[i].text);

		json_array_append_new(list, label_json(text));
	}
	json_object_set_new(o, "doubts", list);
}

/* A number that is taken out of the document is to keep its mark. */
static void set_simulated(json_t *o, const struct report *r)
{
	if (r->about->source.simulated)
		json_object_set_new(o, "simulated", json_true());
}

static json_t *event_json(const struct report *r, const struct report_row *row)
{
	const struct value *value = &row->value;
	bool has_value = reading_has_value(value->state);
	AUTO_FREE char *name = label_event(row);
	json_t *o = labelled(r, row->bin);

	json_object_set_new(o, "name", label_json(name));
	json_object_set_new(o, "unit", label_json(row->event->unit));
	json_object_set_new(o, "value",
			    has_value ? json_number_of(value->number)
				      : json_null());
	json_object_set_new(o, "raw", json_count_of(value->raw));
	json_object_set_new(o, "enabled_ns", json_count_of(value->enabled_ns));
	json_object_set_new(o, "running_ns", json_count_of(value->running_ns));
	json_object_set_new(o, "state",
			    json_string(reading_state_name(value->state)));
	if (!has_value)
		json_object_set_new(
			o, "reason",
			label_json(value->why ? value->why
					      : reading_state_meaning(
							value->state)));
	set_error(o, value->state == READING_SCALED, value->error);
	set_doubts(o, &row->doubts);
	if (row->event->hybrid_set >= 0 && row->event->pmu)
		json_object_set_new(o, "core_type",
				    label_json(row->event->pmu));
	if (row->residency >= 0.0)
		json_object_set_new(o, "residency",
				    json_number_of(row->residency));
	set_simulated(o, r);
	set_stats(o, r, &row->stats, row->samples, 1.0);
	return o;
}

/* @event: the one that it is shown beside, or NULL; taken. */
static json_t *metric_json(const struct report *r, const struct bin *bin,
			   json_t *event, const struct report_metric *m)
{
	const struct metric *metric = m->value.metric;
	double factor = label_factor(metric);
	json_t *o = labelled(r, bin);

	json_object_set_new(o, "name", label_json(metric->name));
	json_object_set_new(o, "title", label_json(metric->title));
	json_object_set_new(o, "event", event);
	json_object_set_new(o, "unit", label_json(metric->unit));
	json_object_set_new(o, "value",
			    m->value.absent
				    ? json_null()
				    : json_number_of(factor * m->value.number));
	json_object_set_new(o, "state",
			    json_string(label_metric_state(&m->value)));
	if (m->value.absent)
		json_object_set_new(o, "reason", label_json(m->value.absent));
	set_error(o, !m->value.absent && m->value.scaled,
		  factor * m->value.error);
	set_doubts(o, &m->doubts);
	set_simulated(o, r);
	set_stats(o, r, &m->stats, m->samples, factor);
	return o;
}

/* One that was asked for by name. */
static json_t *figure_json(const struct report *r,
			   const struct report_figure *f)
{
	json_t *o = metric_json(r, f->bin, json_null(), &f->m);
	const char *parent = f->m.value.metric->parent;

	if (f->pmu)
		json_object_set_new(o, "core_type", label_json(f->pmu));
	json_object_set_new(o, "parent",
			    parent ? label_json(parent) : json_null());
	json_object_set_new(o, "notable", json_boolean(f->notable));
	return o;
}

json_t *json_events(const struct report *r)
{
	json_t *list = json_array();

	for (size_t i = 0; i < r->nrows; i++)
		json_array_append_new(list, event_json(r, &r->rows[i]));
	return list;
}

json_t *json_metrics(const struct report *r)
{
	json_t *list = json_array();

	for (size_t i = 0; i < r->nrows; i++) {
		const struct report_row *row = &r->rows[i];
		AUTO_FREE char *event = label_event(row);

		for (size_t m = 0; m < row->nmetrics; m++)
			json_array_append_new(list,
					      metric_json(r, row->bin,
							  label_json(event),
							  &row->metrics[m]));
	}
	for (size_t i = 0; i < r->nfigures; i++)
		json_array_append_new(list, figure_json(r, &r->figures[i]));
	return list;
}

static void set_usage(json_t *o, const struct run_usage *u)
{
	const struct {
		const char *key;
		uint64_t n;
	} keys[] = {
		{ "voluntary_switches", u->voluntary_switches },
		{ "involuntary_switches", u->involuntary_switches },
		{ "minor_faults", u->minor_faults },
		{ "major_faults", u->major_faults },
		{ "blocks_in", u->blocks_in },
		{ "blocks_out", u->blocks_out },
	};

	for (size_t i = 0; i < ARRAY_LEN(keys); i++)
		json_object_set_new(o, keys[i].key, json_count_of(keys[i].n));
	if (!u->has_main_wait)
		return;
	json_object_set_new(o, "main_wait_s",
			    json_number_of((double)u->main_wait_ns / 1e9));
	json_object_set_new(o, "main_cpu_s",
			    json_number_of((double)u->main_cpu_ns / 1e9));
}

static void set_around(json_t *o, const struct run_around *a)
{
	if (a->has_machine) {
		json_object_set_new(o, "machine_idle_s",
				    json_number_of((double)a->idle_ns / 1e9));
		json_object_set_new(o, "machine_busy_s",
				    json_number_of((double)a->busy_ns / 1e9));
	}
	if (a->has_tasks) {
		json_object_set_new(
			o, "tasks_wait_s",
			json_number_of((double)a->tasks_wait_ns / 1e9));
		json_object_set_new(
			o, "tasks_cpu_s",
			json_number_of((double)a->tasks_cpu_ns / 1e9));
	}
}

static json_t *texts_json(char *const *texts, size_t n)
{
	json_t *list = json_array();

	for (size_t i = 0; i < n; i++)
		json_array_append_new(list, label_json(texts[i]));
	return list;
}

json_t *json_verdict(const struct verdict *v)
{
	json_t *o;

	if (!v->present)
		return json_null();
	o = json_object();
	json_object_set_new(o, "class",
			    json_string(verdict_class_name(v->class)));
	json_object_set_new(o, "kind",
			    v->kind ? label_json(v->kind) : json_null());
	json_object_set_new(o, "share",
			    v->has_share ? json_number_of(v->share)
					 : json_null());
	json_object_set_new(o, "confidence", json_number_of(v->confidence));
	json_object_set_new(o, "confidence_word",
			    json_string(verdict_confidence_word(v)));
	json_object_set_new(o, "estimate", json_boolean(v->estimate));
	json_object_set_new(o, "headline", label_json(v->headline));
	json_object_set_new(o, "because", texts_json(v->because, v->nbecause));
	json_object_set_new(o, "next", texts_json(v->next, v->nnext));
	json_object_set_new(o, "trust", label_json(v->trust));
	return o;
}

json_t *json_runs(const struct report *r)
{
	json_t *list = json_array();

	for (size_t i = 0; i < r->nruns; i++) {
		const struct report_run *run = &r->runs[i];
		int status = run->wait_status;
		json_t *o = json_object();

		json_object_set_new(o, "elapsed_s",
				    json_number_of(run->wall_s));
		if (run->has_rusage) {
			json_object_set_new(o, "user_s",
					    json_number_of(run->user_s));
			json_object_set_new(o, "sys_s",
					    json_number_of(run->sys_s));
			if (run->maxrss_kib)
				json_object_set_new(
					o, "maxrss_kib",
					json_integer(run->maxrss_kib));
			set_usage(o, &run->usage);
			if (WIFSIGNALED(status))
				json_object_set_new(
					o, "signal",
					json_integer(WTERMSIG(status)));
			else
				json_object_set_new(
					o, "exit_status",
					json_integer(WEXITSTATUS(status)));
		}
		set_around(o, &run->around);
		json_array_append_new(list, o);
	}
	return list;
}

json_t *json_times(const struct report *r)
{
	const struct {
		const char *key;
		const struct report_time *time;
	} times[] = {
		{ "elapsed", &r->elapsed },
		{ "user", &r->user },
		{ "sys", &r->sys },
	};
	json_t *o = json_object();

	for (size_t i = 0; i < ARRAY_LEN(times); i++) {
		const struct report_time *t = times[i].time;
		json_t *one;

		if (!t->present)
			continue;
		one = json_pack("{s:o, s:s}", "value",
				json_number_of(t->seconds), "unit", "s");
		set_stats(one, r, &t->stats, t->samples, 1.0);
		json_object_set_new(o, times[i].key, one);
	}
	return o;
}
