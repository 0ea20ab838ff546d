/*
 * One JSON document; doc/tacho-stat.schema.json describes it.
 *
 * Written piece by piece, so that a long measurement is on disk as it goes:
 * begin() opens the document, every interval is an element of "intervals",
 * the report fills the rest and end() closes it.
 */
#include "report/view.h"

#include "base/auto.h"
#include "base/vec.h"
#include "base/xalloc.h"
#include "report/built.h"
#include "report/label.h"

#include <jansson.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

#define SCHEMA "tacho-stat/1"
#define EXACT 9007199254740992.0 /* 2^53: integers up to here are themselves */

struct document {
	bool in_intervals; /* the array is open */
	bool has_result;
	json_t *notes;
	const struct report_about *about;
};

static json_t *number(double d)
{
	if (!isfinite(d))
		return json_null();
	if (d == floor(d) && fabs(d) < EXACT)
		return json_integer((json_int_t)d);
	return json_real(d);
}

static json_t *count(uint64_t n)
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
		json_object_set_new(o, keys[i].key,
				    s->n ? number(factor * keys[i].value)
					 : json_null());
	ci = json_null();
	if (s->n)
		ci = json_pack("[o, o]", number(factor * s->ci_lo),
			       number(factor * s->ci_hi));
	json_object_set_new(o, "ci95", ci);
	list = json_array();
	for (size_t i = 0; i < s->n; i++)
		json_array_append_new(list, number(factor * samples[i]));
	json_object_set_new(o, "samples", list);
}

/* Only of estimates; null where it is not known. */
static void set_error(json_t *o, bool scaled, double error)
{
	if (scaled)
		json_object_set_new(o, "error",
				    error >= 0.0 ? number(error) : json_null());
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
			    has_value ? number(value->number) : json_null());
	json_object_set_new(o, "raw", count(value->raw));
	json_object_set_new(o, "enabled_ns", count(value->enabled_ns));
	json_object_set_new(o, "running_ns", count(value->running_ns));
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
		json_object_set_new(o, "residency", number(row->residency));
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
			    m->value.absent ? json_null()
					    : number(factor * m->value.number));
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

static json_t *events_json(const struct report *r)
{
	json_t *list = json_array();

	for (size_t i = 0; i < r->nrows; i++)
		json_array_append_new(list, event_json(r, &r->rows[i]));
	return list;
}

static json_t *metrics_json(const struct report *r)
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
		json_object_set_new(o, keys[i].key, count(keys[i].n));
	if (!u->has_main_wait)
		return;
	json_object_set_new(o, "main_wait_s",
			    number((double)u->main_wait_ns / 1e9));
	json_object_set_new(o, "main_cpu_s",
			    number((double)u->main_cpu_ns / 1e9));
}

static void set_around(json_t *o, const struct run_around *a)
{
	if (a->has_machine) {
		json_object_set_new(o, "machine_idle_s",
				    number((double)a->idle_ns / 1e9));
		json_object_set_new(o, "machine_busy_s",
				    number((double)a->busy_ns / 1e9));
	}
	if (a->has_tasks) {
		json_object_set_new(o, "tasks_wait_s",
				    number((double)a->tasks_wait_ns / 1e9));
		json_object_set_new(o, "tasks_cpu_s",
				    number((double)a->tasks_cpu_ns / 1e9));
	}
}

static json_t *texts_json(char *const *texts, size_t n)
{
	json_t *list = json_array();

	for (size_t i = 0; i < n; i++)
		json_array_append_new(list, label_json(texts[i]));
	return list;
}

static json_t *verdict_json(const struct verdict *v)
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
			    v->has_share ? number(v->share) : json_null());
	json_object_set_new(o, "confidence", number(v->confidence));
	json_object_set_new(o, "confidence_word",
			    json_string(verdict_confidence_word(v)));
	json_object_set_new(o, "estimate", json_boolean(v->estimate));
	json_object_set_new(o, "headline", label_json(v->headline));
	json_object_set_new(o, "because", texts_json(v->because, v->nbecause));
	json_object_set_new(o, "next", texts_json(v->next, v->nnext));
	json_object_set_new(o, "trust", label_json(v->trust));
	return o;
}

static json_t *runs_json(const struct report *r)
{
	json_t *list = json_array();

	for (size_t i = 0; i < r->nruns; i++) {
		const struct report_run *run = &r->runs[i];
		int status = run->wait_status;
		json_t *o = json_object();

		json_object_set_new(o, "elapsed_s", number(run->wall_s));
		if (run->has_rusage) {
			json_object_set_new(o, "user_s", number(run->user_s));
			json_object_set_new(o, "sys_s", number(run->sys_s));
			json_object_set_new(o, "maxrss_kib",
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

static json_t *times_json(const struct report *r)
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
		one = json_pack("{s:o, s:s}", "value", number(t->seconds),
				"unit", "s");
		set_stats(one, r, &t->stats, t->samples, 1.0);
		json_object_set_new(o, times[i].key, one);
	}
	return o;
}

/* @json on one line; takes it. */
static void put(const struct view_state *v, json_t *json)
{
	json_dumpf(json, v->options.out, JSON_ENCODE_ANY);
	json_decref(json);
}

static void put_key(const struct view_state *v, const char *key, json_t *json)
{
	fprintf(v->options.out, ",\n\"%s\": ", key);
	put(v, json);
}

/* A list with one element per line; takes it. */
static void put_list(const struct view_state *v, const char *key, json_t *list)
{
	FILE *out = v->options.out;
	size_t i;
	json_t *item;

	fprintf(out, ",\n\"%s\": [", key);
	json_array_foreach(list, i, item)
	{
		fputs(i ? ",\n " : "\n ", out);
		json_dumpf(item, out, 0);
	}
	fputs(json_array_size(list) ? "\n]" : "]", out);
	json_decref(list);
}

static json_t *text_or_null(const char *text)
{
	return text && *text ? label_json(text) : json_null();
}

static json_t *command_json(const struct report_about *about)
{
	json_t *list;

	if (!about->argv)
		return json_null();
	list = json_array();
	for (char *const *arg = about->argv; *arg; arg++)
		json_array_append_new(list, label_json(*arg));
	return list;
}

static json_t *source_json(const struct report_about *about)
{
	const struct report_source *source = &about->source;
	json_t *o = json_object(), *caches;

	json_object_set_new(o, "name", label_json(label_source(about)));
	json_object_set_new(o, "simulated", json_boolean(source->simulated));
	if (!source->simulated)
		return o;
	json_object_set_new(o, "version", label_json(source->version));
	caches = json_object();
	for (size_t i = 0; i < source->ncaches; i++) {
		const struct report_cache *c = &source->caches[i];

		json_object_set_new(caches, c->name,
				    json_pack("{s:o, s:i, s:i}", "bytes",
					      count(c->bytes), "ways",
					      (int)c->ways, "line_bytes",
					      (int)c->line_bytes));
	}
	json_object_set_new(o, "caches", caches);
	return o;
}

static int begin(struct view_state *v, const struct report_about *about,
		 struct err *err)
{
	struct document *d = xcalloc(1, sizeof(*d));
	FILE *out = v->options.out;

	d->notes = json_array();
	d->about = about;
	v->own = d;
	fprintf(out, "{\n\"schema\": \"%s\"", SCHEMA);
	put_key(v, "tacho", label_json(about->version));
	put_key(v, "command", command_json(about));
	put_key(v, "subject", text_or_null(about->subject));
	put_key(v, "started_at", number(about->started_at));
	put_key(v, "repeats", json_integer(about->repeats));
	put_key(v, "source", source_json(about));
	put_key(v, "machine",
		json_pack("{s:o, s:o, s:o, s:o, s:o, s:i}", "cpu",
			  text_or_null(about->machine_cpu), "key",
			  text_or_null(about->machine_key), "kernel",
			  text_or_null(about->machine_kernel), "host",
			  text_or_null(about->machine_host), "hypervisor",
			  text_or_null(about->hypervisor), "cpus",
			  about->machine_cpus));
	if (v->options.intervals) {
		fputs(",\n\"intervals\": [", out);
		d->in_intervals = true;
	}
	return view_flush(v, err);
}

static void set_build(json_t *o, const struct binary *b)
{
	json_t *optimisation = json_pack(
		"{s:s, s:o, s:o, s:o}", "verdict",
		build_verdict_name(b->verdict), "level",
		text_or_null(build_level_name(b->level)), "unoptimised_share",
		b->unoptimised_share >= 0.0 ? number(b->unoptimised_share)
					    : json_null(),
		"learnt_from", text_or_null(binary_source_name(b->source)));
	json_t *instruments = json_array();

	if (b->partly)
		json_object_set_new(optimisation, "partly", json_true());
	if (b->dwarf_why.code)
		json_object_set_new(optimisation, "reason",
				    label_json(b->dwarf_why.what));
	json_object_set_new(o, "build_id", text_or_null(b->build_id));
	if (b->go_build_id[0])
		json_object_set_new(o, "go_build_id",
				    label_json(b->go_build_id));
	json_object_set_new(o, "language", text_or_null(b->language));
	json_object_set_new(o, "compiler", text_or_null(b->compiler));
	json_object_set_new(o, "compiler_version", text_or_null(b->version));
	json_object_set_new(o, "optimisation", optimisation);
	json_object_set_new(o, "stripped", json_boolean(b->stripped));
	json_object_set_new(o, "debug_info", json_boolean(b->debug_info));
	if (b->debug_file)
		json_object_set_new(o, "debug_file", label_json(b->debug_file));
	json_object_set_new(o, "static", json_boolean(b->is_static));
	json_object_set_new(o, "pie", json_boolean(b->is_pie));
	for (unsigned i = 0; i < BINARY_INSTRUMENTS; i++)
		if (b->instruments & 1u << i)
			json_array_append_new(
				instruments,
				json_string(binary_instrument_name(i)));
	json_object_set_new(o, "instruments", instruments);
}

/* What was measured; see doc/tacho-json.5. */
static json_t *binary_json(const struct binary *b)
{
	static const char *const kinds[] = {
		[BINARY_NONE] = "unknown",
		[BINARY_ELF] = "elf",
		[BINARY_SCRIPT] = "script",
		[BINARY_OTHER] = "other",
	};
	json_t *o = json_pack("{s:o, s:o, s:s}", "name", label_json(b->name),
			      "path", text_or_null(b->path), "kind",
			      kinds[b->kind]);

	if (b->why.code)
		json_object_set_new(o, "reason", label_json(b->why.what));
	if (b->interpreter)
		json_object_set_new(o, "interpreter",
				    binary_json(b->interpreter));
	if (b->kind == BINARY_ELF)
		set_build(o, b);
	return o;
}

static json_t *binaries_json(const struct report_about *about)
{
	json_t *list = json_array();

	for (size_t i = 0; i < about->nbinaries; i++)
		json_array_append_new(list, binary_json(&about->binaries[i]));
	return list;
}

static void keep_notes(struct document *d, const struct report_note *notes,
		       size_t n)
{
	static const char *const kinds[] = {
		[REPORT_NOTE_WHY] = "why",
		[REPORT_NOTE_WARN] = "warning",
		[REPORT_NOTE_HINT] = "hint",
		[REPORT_NOTE_INFO] = "info",
	};

	for (size_t i = 0; i < n; i++) {
		json_t *note = json_object();
		json_t *known;
		size_t k;

		json_object_set_new(note, "kind",
				    json_string(kinds[notes[i].kind]));
		json_object_set_new(note, "text", label_json(notes[i].text));
		json_array_foreach(d->notes, k, known)
		{
			if (json_equal(known, note))
				break;
		}
		if (k < json_array_size(d->notes))
			json_decref(note);
		else
			json_array_append_new(d->notes, note);
	}
}

static void put_interval(const struct view_state *v, const struct report *r)
{
	fputs(v->emitted ? ",\n " : "\n ", v->options.out);
	put(v,
	    json_pack("{s:o, s:o, s:o, s:o}", "time_s", number(r->interval_at),
		      "length_s", number(r->interval_s), "events",
		      events_json(r), "metrics", metrics_json(r)));
}

static void close_intervals(const struct view_state *v, struct document *d)
{
	if (d->in_intervals)
		fputs(v->emitted ? "\n]" : "]", v->options.out);
	d->in_intervals = false;
}

static int emit(struct view_state *v, const struct report *r, struct err *err)
{
	struct document *d = v->own;

	keep_notes(d, r->notes, r->nnotes);
	if (r->is_interval) {
		if (!d->in_intervals)
			return err_set(err, -EINVAL,
				       "an interval that was not announced");
		put_interval(v, r);
	} else {
		if (d->has_result)
			return err_set(err, -EINVAL,
				       "more than one result in a document");
		close_intervals(v, d);
		put_list(v, "runs", runs_json(r));
		put_key(v, "times", times_json(r));
		put_list(v, "events", events_json(r));
		put_list(v, "metrics", metrics_json(r));
		put_key(v, "verdict", verdict_json(&r->verdict));
		d->has_result = true;
	}
	v->emitted++;
	return view_flush(v, err);
}

static int end(struct view_state *v, struct err *err)
{
	struct document *d = v->own;
	struct report_notes built = { 0 };

	close_intervals(v, d);
	if (!d->has_result) {
		put_list(v, "runs", json_array());
		put_key(v, "times", json_object());
		put_list(v, "events", json_array());
		put_list(v, "metrics", json_array());
		put_key(v, "verdict", json_null());
	}
	built_add_notes(&built, d->about);
	keep_notes(d, built.items, built.n);
	report_notes_done(&built);
	put_list(v, "binaries", binaries_json(d->about));
	put_list(v, "notes", d->notes);
	fputs("\n}\n", v->options.out);
	free(d);
	v->own = NULL;
	return view_flush(v, err);
}

const struct view view_json = {
	.name = "json",
	.summary = "one document with everything that is known",
	.begin = begin,
	.emit = emit,
	.end = end,
};
