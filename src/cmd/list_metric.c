/*
 * How "tacho list -v" explains a derived number: what it means, how it is
 * computed, and what each of its inputs is on this machine.
 */
#include "cmd/list.h"

#include "base/auto.h"
#include "base/fmt.h"
#include "base/strbuf.h"
#include "base/xalloc.h"
#include "metric/expr.h"
#include "metric/fact.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#define INDENT 13
#define WIDTH 79

struct list_metric list_metric_of(const struct metric *metric,
				  struct resolver *resolver)
{
	struct list_metric m = { .metric = metric };

	m.inputs = xcalloc(metric->ninputs + 1, sizeof(*m.inputs));
	for (size_t i = 0; i < metric->ninputs; i++) {
		struct list_input *in = &m.inputs[i];
		struct err err = { 0 };

		in->name = metric->inputs[i];
		if (resolve_input(resolver, in->name, &in->events, &err) < 0)
			in->why = xstrdup(err.what);
	}
	return m;
}

void list_metric_done(struct list_metric *m)
{
	for (size_t i = 0; i < m->metric->ninputs; i++) {
		event_list_done(&m->inputs[i].events);
		free(m->inputs[i].why);
	}
	free(m->inputs);
	m->inputs = NULL;
}

/* A line whose text goes on below itself. */
static void put_wrapped(FILE *out, const char *what, const char *text)
{
	int at = INDENT;

	if (!*text)
		return;
	fprintf(out, "  %-10s ", what);
	for (bool first = true; *text; first = false) {
		size_t len = strcspn(text, " ");

		if (!first && at + 1 + (int)len > WIDTH) {
			fprintf(out, "\n%*s", INDENT, "");
			at = INDENT;
		} else if (!first) {
			fputc(' ', out);
			at++;
		}
		fprintf(out, "%.*s", (int)len, text);
		at += (int)len;
		text += len;
		text += strspn(text, " ");
	}
	fputc('\n', out);
}

static void put_input(FILE *out, const struct list_input *in)
{
	if (in->why)
		fprintf(out, "    %-26s %s\n", in->name, in->why);
	for (size_t i = 0; i < in->events.n; i++) {
		const struct event *e = in->events.items[i];
		const char *type = list_type_name(e->code.type);

		fprintf(out, "    %-26s %s config 0x%" PRIx64,
			i ? "" : in->name,
			e->pmu  ? e->pmu
			: *type ? type
				: "?",
			e->code.config);
		if (e->code.config1)
			fprintf(out, " config1 0x%" PRIx64, e->code.config1);
		fprintf(out, "  (%s)\n", event_link_name(e->link));
	}
}

/* What is no event among the names of the formula. */
static void put_name(FILE *out, const struct metric_name *n)
{
	char number[FMT_LEN];

	switch (n->kind) {
	case METRIC_NAME_EVENT:
		break;
	case METRIC_NAME_METRIC:
		fprintf(out, "    %-26s metric: %s\n", n->name,
			n->metric->title);
		break;
	case METRIC_NAME_CONSTANT:
		fprintf(out, "    %-26s constant: %s\n", n->name,
			fmt_exact(number, n->constant));
		break;
	case METRIC_NAME_FACT:
		fprintf(out, "    %-26s fact: %s\n", n->name,
			fact_find(n->name)->about);
		break;
	}
}

static void put_limits(FILE *out, const struct metric *m)
{
	static const char *const better[] = {
		[METRIC_NEUTRAL] = "neither",
		[METRIC_LOWER] = "lower",
		[METRIC_HIGHER] = "higher",
	};

	fprintf(out, "  %-10s %s\n", "better", better[m->better]);
	if (m->threshold_op)
		fprintf(out, "  %-10s %s %g%s%s%s\n", "notable",
			m->threshold_op == '>' ? "above" : "below",
			m->threshold, m->parent ? ", if " : "",
			m->parent ? m->parent : "", m->parent ? " is" : "");
	if (m->has_range)
		fprintf(out, "  %-10s %g to %g\n", "possible", m->lo, m->hi);
	list_line(out, "part of", m->parent ? m->parent : "");
}

void list_metric_text(FILE *out, const struct list_metric *lm)
{
	const struct metric *m = lm->metric;
	AUTO_FREE char *formula = NULL;

	fprintf(out, "%s%s%s\n", m->name, m->pmu ? " on " : "",
		m->pmu ? m->pmu : "");
	put_wrapped(out, "title", m->title);
	put_wrapped(out, "about", m->about);
	put_wrapped(out, "here", m->note && m->formula ? m->note : "");
	if (m->formula)
		formula = expr_print(m->formula);
	put_wrapped(out, "formula", formula ? formula : m->lacks);
	list_line(out, "unit", m->unit);
	put_limits(out, m);
	fprintf(out, "  %-10s %s:%d\n", "defined", m->file, m->line);
	if (m->formula_file && (strcmp(m->formula_file, m->file) != 0))
		fprintf(out, "  %-10s %s:%d\n", "formula in", m->formula_file,
			m->formula_line);
	if (m->nnames)
		fprintf(out, "  made of\n");
	for (size_t i = 0; i < m->nnames; i++)
		put_name(out, &m->names[i]);
	for (size_t i = 0; i < m->ninputs; i++)
		put_input(out, &lm->inputs[i]);
}

void list_set_text(FILE *out, const struct metric_set *set)
{
	AUTO(strbuf_done) struct strbuf names = { 0 };

	fprintf(out, "%s\n", set->name);
	put_wrapped(out, "title", set->title);
	put_wrapped(out, "about", set->about);
	for (size_t i = 0; i < set->n; i++)
		strbuf_addf(&names, "%s%s", i ? ", " : "", set->metrics[i]);
	put_wrapped(out, "metrics", strbuf_str(&names));
}

/* ---- JSON ---- */

static json_t *input_json(const struct list_input *in)
{
	json_t *list = json_array();

	for (size_t i = 0; i < in->events.n; i++) {
		const struct event *e = in->events.items[i];

		json_array_append_new(
			list,
			json_pack("{s:o, s:i, s:o, s:o, s:s}", "pmu",
				  e->pmu ? list_json(e->pmu) : json_null(),
				  "type", (int)e->code.type, "config",
				  json_sprintf("0x%" PRIx64, e->code.config),
				  "config1",
				  json_sprintf("0x%" PRIx64, e->code.config1),
				  "link", event_link_name(e->link)));
	}
	return json_pack("{s:o, s:o, s:o}", "name", list_json(in->name),
			 "events", list, "reason",
			 in->why ? list_json(in->why) : json_null());
}

static json_t *names_json(const struct metric *m, enum metric_name_kind kind)
{
	json_t *list = json_array();

	for (size_t i = 0; i < m->nnames; i++)
		if (m->names[i].kind == kind)
			json_array_append_new(list,
					      list_json(m->names[i].name));
	return list;
}

static json_t *text_or_null(const char *text)
{
	return text ? list_json(text) : json_null();
}

json_t *list_metric_json(const struct list_metric *lm)
{
	static const char *const better[] = {
		[METRIC_NEUTRAL] = "neutral",
		[METRIC_LOWER] = "lower",
		[METRIC_HIGHER] = "higher",
	};
	const struct metric *m = lm->metric;
	AUTO_FREE char *formula = m->formula ? expr_print(m->formula) : NULL;
	json_t *inputs = json_array(), *o;

	for (size_t i = 0; i < m->ninputs; i++)
		json_array_append_new(inputs, input_json(&lm->inputs[i]));
	o = json_pack("{s:o,s:o,s:o,s:o,s:o,s:s,s:o,s:o,s:i}", "name",
		      list_json(m->name), "title", list_json(m->title), "about",
		      list_json(m->about), "unit", list_json(m->unit),
		      "formula", text_or_null(formula), "better",
		      better[m->better], "parent", text_or_null(m->parent),
		      "file", list_json(m->file), "line", m->line);
	json_object_set_new(o, "core_type", text_or_null(m->pmu));
	json_object_set_new(o, "reason", text_or_null(m->lacks));
	json_object_set_new(o, "note", text_or_null(m->note));
	json_object_set_new(
		o, "threshold",
		m->threshold_op
			? json_sprintf("%c %g", m->threshold_op, m->threshold)
			: json_null());
	json_object_set_new(o, "inputs", inputs);
	json_object_set_new(o, "metrics", names_json(m, METRIC_NAME_METRIC));
	json_object_set_new(o, "constants",
			    names_json(m, METRIC_NAME_CONSTANT));
	json_object_set_new(o, "facts", names_json(m, METRIC_NAME_FACT));
	return o;
}

json_t *list_set_json(const struct metric_set *set)
{
	json_t *names = json_array();

	for (size_t i = 0; i < set->n; i++)
		json_array_append_new(names, list_json(set->metrics[i]));
	return json_pack("{s:o, s:o, s:o, s:o}", "name", list_json(set->name),
			 "title", list_json(set->title), "about",
			 list_json(set->about), "metrics", names);
}
