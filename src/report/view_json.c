/*
 * One JSON document; doc/tacho-stat.schema.json describes it.
 *
 * Written piece by piece, so that a long measurement is on disk as it goes:
 * begin() opens the document, every interval is an element of "intervals",
 * the report fills the rest and end() closes it.
 */
#include "report/view.h"

#include "base/xalloc.h"
#include "report/built.h"
#include "report/json_numbers.h"
#include "report/label.h"

#include <errno.h>
#include <jansson.h>
#include <stdlib.h>

#define SCHEMA "tacho-stat/1"

struct document {
	bool in_intervals; /* the array is open */
	bool has_result;
	json_t *notes;
	const struct report_about *about;
};

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
					      json_count_of(c->bytes), "ways",
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
	put_key(v, "started_at", json_number_of(about->started_at));
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
		b->unoptimised_share >= 0.0
			? json_number_of(b->unoptimised_share)
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
	put(v, json_pack("{s:o, s:o, s:o, s:o}", "time_s",
			 json_number_of(r->interval_at), "length_s",
			 json_number_of(r->interval_s), "events",
			 json_events(r), "metrics", json_metrics(r)));
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
		put_list(v, "runs", json_runs(r));
		put_key(v, "times", json_times(r));
		put_list(v, "events", json_events(r));
		put_list(v, "metrics", json_metrics(r));
		put_key(v, "verdict", json_verdict(&r->verdict));
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
