/*
 * A comparison as one JSON document; doc/tacho-comparison.schema.json describes
 * it.  Nothing is left out and nothing rounded: who doubts a mark has all that
 * it was made of.
 */
#include "report/comparison/comparison.h"

#include "base/auto.h"
#include "report/comparison/json_quantity.h"
#include "report/comparison/unit.h"
#include "report/json_numbers.h"
#include "report/label.h"

#include <stdlib.h>

#define SCHEMA "tacho-comparison/1"

/* What is not known is negative. */
static json_t *known(double number)
{
	return number >= 0.0 ? json_number_of(number) : json_null();
}

static json_t *index_or_null(size_t index)
{
	return index == SIZE_MAX ? json_null() : json_count_of(index);
}

/* ---- subjects ---- */

static json_t *why_json(const struct why *why)
{
	AUTO_FREE char *words = NULL;
	json_t *o, *parts;

	if (!why->nparts)
		return json_null();
	words = why_words(why);
	o = json_object();
	parts = json_array();
	for (size_t i = 0; i < why->nparts; i++) {
		const struct why_part *p = &why->parts[i];
		json_t *details = json_array();

		for (size_t k = 0; k < p->ndetails; k++)
			json_array_append_new(
				details,
				json_pack("{s:o, s:o}", "name",
					  label_json(p->details[k].word),
					  "part",
					  json_number_of(p->details[k].part)));
		json_array_append_new(parts,
				      json_pack("{s:s, s:o, s:o}", "factor",
						why_factor_name(p->factor),
						"part", json_number_of(p->part),
						"details", details));
	}
	json_object_set_new(o, "total", json_number_of(why->total));
	json_object_set_new(o, "words", label_json(words));
	json_object_set_new(o, "parts", parts);
	return o;
}

static json_t *provenance_json(const struct provenance *p)
{
	json_t *o;

	if (!p)
		return json_null();
	o = json_object();
	for (int i = 0; i < PROVENANCES; i++)
		json_object_set_new(o, provenance_key((enum provenance_what)i),
				    json_text(p->items[i]));
	return o;
}

static json_t *differences_json(const struct comparison_subject *s)
{
	static const char *const severities[] = {
		[PROVENANCE_TOLD] = "told",
		[PROVENANCE_DOUBTS] = "doubts",
		[PROVENANCE_DEFEATS] = "defeats",
	};
	json_t *list = json_array();

	for (size_t i = 0; i < s->ndifferences; i++) {
		const struct provenance_difference *d = &s->differences[i];

		json_array_append_new(
			list,
			json_pack("{s:s, s:s, s:o, s:o, s:o}", "what",
				  provenance_key(d->what), "severity",
				  severities[d->severity], "reference",
				  json_text(d->a), "subject", json_text(d->b),
				  "text", label_json(d->text)));
	}
	return list;
}

static json_t *headline_json(const struct comparison_report *r, size_t subject)
{
	AUTO_FREE char *headline = NULL;

	if (!subject)
		return json_null();
	headline = comparison_headline(r, subject);
	return json_text(headline);
}

static json_t *subject_json(const struct comparison_report *r, size_t i)
{
	const struct comparison_subject *s = &r->subjects[i];
	json_t *o = json_object(), *kinds = json_object();

	for (unsigned k = 0; k < DISTURBANCE_KINDS; k++)
		json_object_set_new(kinds, disturbance_name(k),
				    json_count_of(s->by_kind[k]));
	json_object_set_new(o, "name",
			    json_text(r->comparison->subjects[i].name));
	json_object_set_new(o, "headline", headline_json(r, i));
	json_object_set_new(o, "command", json_text(s->command));
	json_object_set_new(o, "recording", json_text(s->origin));
	json_object_set_new(o, "started_at",
			    s->started_at > 0.0 ? json_number_of(s->started_at)
						: json_null());
	json_object_set_new(o, "measured", json_count_of(s->measured));
	json_object_set_new(o, "compared",
			    json_count_of(r->comparison->subjects[i].nruns));
	json_object_set_new(o, "disturbed", json_count_of(s->disturbed));
	json_object_set_new(o, "disturbed_by", kinds);
	json_object_set_new(o, "dropped", json_count_of(s->dropped));
	json_object_set_new(o, "failed", json_count_of(s->failed));
	json_object_set_new(o, "why", why_json(&s->why));
	json_object_set_new(o, "provenance", provenance_json(s->provenance));
	json_object_set_new(o, "differences", differences_json(s));
	return o;
}

/* ---- runs ---- */

static json_t *disturbance_json(const struct disturbance *d)
{
	json_t *o = json_object(), *kinds = json_array();

	for (unsigned i = 0; i < DISTURBANCE_KINDS; i++)
		if (d->kinds & 1u << i)
			json_array_append_new(kinds,
					      json_string(disturbance_name(i)));
	json_object_set_new(o, "kinds", kinds);
	json_object_set_new(o, "steal", known(d->steal));
	json_object_set_new(o, "waiting", known(d->waiting));
	json_object_set_new(o, "preempted", known(d->preempted));
	json_object_set_new(o, "migrations", known(d->migrations));
	json_object_set_new(o, "hz", known(d->hz));
	return o;
}

static json_t *run_json(const struct comparison_run *run)
{
	json_t *o = json_object();

	json_object_set_new(o, "subject", json_count_of(run->subject));
	json_object_set_new(o, "run", index_or_null(run->run));
	json_object_set_new(o, "block", index_or_null(run->block));
	json_object_set_new(o, "start_s", known(run->start_s));
	json_object_set_new(o, "wall_s", known(run->wall_s));
	json_object_set_new(o, "disturbance",
			    disturbance_json(&run->disturbance));
	return o;
}

/* ---- the rest ---- */

static json_t *gate_json(const struct comparison_report *r,
			 const struct comparison_gate *g)
{
	const struct comparison *c = r->comparison;
	json_t *o = json_object();

	json_object_set_new(o, "text", label_json(g->gate->text));
	json_object_set_new(o, "quantity",
			    label_json(c->quantities[g->quantity].kind.name));
	json_object_set_new(o, "subject", json_count_of(g->subject));
	json_object_set_new(o, "answer",
			    json_string(comparison_answer(g->result.answer)));
	json_object_set_new(o, "reason", json_text(g->result.reason));
	json_object_set_new(o, "exact", json_boolean(g->result.exact));
	json_object_set_new(o, "relative",
			    json_delta(&g->result.delta, true, 1.0));
	return o;
}

static json_t *options_json(const struct comparison *c)
{
	const struct compare_options *options = &c->options;

	return json_pack("{s:o, s:o, s:o, s:o}", "noise",
			 json_number_of(options->noise), "confidence",
			 json_number_of(options->confidence), "resamples",
			 json_count_of(options->resamples), "seed",
			 json_count_of(options->seed));
}

static json_t *left_out_json(const struct comparison_left_out *l)
{
	return json_pack("{s:o, s:o, s:o}", "names", json_text(l->names),
			 "reason", json_text(l->why), "hint",
			 json_text(l->hint));
}

static void put(FILE *out, const char *key, json_t *json)
{
	fprintf(out, ",\n\"%s\": ", key);
	json_dumpf(json, out, JSON_ENCODE_ANY);
	json_decref(json);
}

/* A list with one element per line; takes it. */
static void put_list(FILE *out, const char *key, json_t *list)
{
	size_t i;
	json_t *item;

	fprintf(out, ",\n\"%s\": [", key);
	json_array_foreach(list, i, item)
	{
		fputs(i ? ",\n " : "\n ", out);
		json_dumpf(item, out, JSON_ENCODE_ANY);
	}
	fputs(json_array_size(list) ? "\n]" : "]", out);
	json_decref(list);
}

static void put_head(const struct comparison_report *r, FILE *out)
{
	const struct comparison *c = r->comparison;

	fprintf(out, "{\n\"schema\": \"%s\"", SCHEMA);
	put(out, "tacho", json_text(r->version));
	put(out, "metric", json_text(r->metric));
	put(out, "source",
	    json_pack("{s:o, s:o, s:b}", "name", json_text(r->source), "how",
		      json_text(r->source_how), "simulated", r->simulated));
	put(out, "seed", r->has_seed ? json_count_of(r->seed) : json_null());
	put(out, "interrupted", json_boolean(r->interrupted));
	put(out, "options", options_json(c));
	put(out, "paired", json_boolean(c->paired));
	put(out, "blocks", json_count_of(c->blocks));
	put(out, "tests", json_count_of(c->tests));
}

static void put_lists(const struct comparison_report *r, FILE *out)
{
	json_t *gates = json_array(), *runs = json_array(),
	       *left_out = json_array(), *notes = json_array();

	for (size_t i = 0; i < r->ngates; i++)
		json_array_append_new(gates, gate_json(r, &r->gates[i]));
	for (size_t i = 0; i < r->nruns; i++)
		json_array_append_new(runs, run_json(&r->runs[i]));
	for (size_t i = 0; i < r->nleft_out; i++)
		json_array_append_new(left_out, left_out_json(&r->left_out[i]));
	for (size_t i = 0; i < r->nnotes; i++)
		json_array_append_new(notes, label_json(r->notes[i]));
	put_list(out, "gates", gates);
	put_list(out, "runs", runs);
	put_list(out, "left_out", left_out);
	put_list(out, "notes", notes);
}

static void put_all(const struct comparison_report *r,
		    const struct comparison_style *style)
{
	const struct comparison *c = r->comparison;
	json_t *subjects = json_array(), *quantities = json_array();
	FILE *out = style->out;

	for (size_t i = 0; i < c->nsubjects; i++)
		json_array_append_new(subjects, subject_json(r, i));
	for (size_t i = 0; i < c->nquantities; i++)
		json_array_append_new(quantities, json_quantity(r, i));
	put_head(r, out);
	put_list(out, "subjects", subjects);
	put_list(out, "quantities", quantities);
	put_lists(r, out);
	fputs("\n}\n", out);
}

static int show(const struct comparison_report *r,
		const struct comparison_style *style, struct err *err)
{
	return comparison_write_by(put_all, r, style, err);
}

const struct comparison_view comparison_json = {
	.name = "json",
	.summary = "one document with everything that is known",
	.show = show,
};
