/* Quantities of a comparison as JSON; see json_quantity.h. */
#include "report/comparison/json_quantity.h"

#include "base/auto.h"
#include "report/comparison/unit.h"
#include "report/json_numbers.h"
#include "report/label.h"

json_t *json_text(const char *text)
{
	return text && *text ? label_json(text) : json_null();
}

static json_t *interval(const struct compare_interval *i, double factor)
{
	return json_pack("[o, o]", json_number_of(factor * i->lo),
			 json_number_of(factor * i->hi));
}

json_t *json_delta(const struct compare_delta *delta, bool intervals,
		   double factor)
{
	json_t *o;

	if (!delta->known)
		return json_null();
	o = json_object();
	json_object_set_new(o, "value", json_number_of(factor * delta->value));
	json_object_set_new(o, "interval",
			    intervals ? interval(&delta->shown, factor)
				      : json_null());
	json_object_set_new(o, "interval_alone",
			    intervals ? interval(&delta->plain, factor)
				      : json_null());
	return o;
}

static void set_summary(json_t *o, const struct compare_side *side,
			double factor)
{
	const struct stats *s = &side->stats;
	const struct {
		const char *key;
		double number;
	} numbers[] = {
		{ "mean", s->mean },
		{ "median", s->median },
		{ "stddev", s->stddev },
		{ "min", s->min },
		{ "max", s->max },
		{ "quartile_1", side->quartile_1 },
		{ "quartile_3", side->quartile_3 },
		{ "fence_lo", side->fence_lo },
		{ "fence_hi", side->fence_hi },
	};
	json_t *ci95 = json_null();

	for (size_t i = 0; i < ARRAY_LEN(numbers); i++)
		json_object_set_new(
			o, numbers[i].key,
			s->n ? json_number_of(factor * numbers[i].number)
			     : json_null());
	/* one sample has no spread that an interval could be made of */
	if (s->n > 1)
		ci95 = json_pack("[o, o]", json_number_of(factor * s->ci_lo),
				 json_number_of(factor * s->ci_hi));
	json_object_set_new(o, "ci95", ci95);
}

static json_t *side_json(const struct compare_side *side, size_t subject,
			 double factor, const char *doubt)
{
	json_t *o = json_object(), *samples = json_array(),
	       *runs = json_array();

	for (size_t i = 0; i < side->n; i++) {
		json_array_append_new(
			samples, json_number_of(factor * side->samples[i]));
		json_array_append_new(runs, json_count_of(side->runs[i]));
	}
	json_object_set_new(o, "subject", json_count_of(subject));
	json_object_set_new(o, "n", json_count_of(side->n));
	json_object_set_new(o, "reason", json_text(side->absent));
	json_object_set_new(o, "doubt", json_text(doubt));
	set_summary(o, side, factor);
	json_object_set_new(o, "outliers", json_count_of(side->outliers));
	json_object_set_new(o, "samples", samples);
	json_object_set_new(o, "runs", runs);
	return o;
}

static json_t *test_json(const struct stats_test *t, bool has_freedom)
{
	json_t *o;

	if (!t->known)
		return json_null();
	o = json_object();
	json_object_set_new(o, "statistic", json_number_of(t->statistic));
	if (has_freedom)
		json_object_set_new(o, "freedom", json_number_of(t->freedom));
	json_object_set_new(o, "p", json_number_of(t->p));
	return o;
}

static json_t *result_json(const struct compare_kind *kind,
			   const struct compare_result *r, size_t subject)
{
	bool drawn = r->resampled, intervals = drawn || r->exact;
	json_t *o = json_object();

	json_object_set_new(o, "subject", json_count_of(subject));
	json_object_set_new(o, "mark", json_string(compare_mark_name(r->mark)));
	json_object_set_new(o, "reason", json_text(r->why));
	json_object_set_new(o, "exact", json_boolean(r->exact));
	json_object_set_new(o, "surely_same", json_boolean(r->surely_same));
	json_object_set_new(
		o, "difference",
		json_delta(&r->difference, intervals, comparison_factor(kind)));
	json_object_set_new(o, "relative",
			    json_delta(&r->relative, intervals, 1.0));
	json_object_set_new(o, "confidence",
			    drawn ? json_number_of(r->confidence)
				  : json_null());
	json_object_set_new(o, "p", drawn ? json_number_of(r->p) : json_null());
	json_object_set_new(o, "p_adjusted",
			    drawn && !kind->untested
				    ? json_number_of(r->p_adjusted)
				    : json_null());
	json_object_set_new(o, "welch", test_json(&r->welch, true));
	json_object_set_new(o, "mann_whitney",
			    test_json(&r->mann_whitney, false));
	return o;
}

json_t *json_quantity(const struct comparison_report *r, size_t quantity)
{
	const struct comparison *c = r->comparison;
	const struct compare_quantity *q = &c->quantities[quantity];
	const struct compare_kind *kind = &q->kind;
	double factor = comparison_factor(kind);
	json_t *o = json_object(), *sides = json_array(),
	       *results = json_array();

	for (size_t s = 0; s < c->nsubjects; s++)
		json_array_append_new(
			sides, side_json(&q->sides[s], s, factor,
					 comparison_doubt(r, quantity, s)));
	for (size_t s = 1; s < c->nsubjects; s++)
		json_array_append_new(results,
				      result_json(kind, &q->results[s], s));
	json_object_set_new(o, "name", label_json(kind->name));
	json_object_set_new(o, "title", json_text(kind->title));
	json_object_set_new(o, "unit", json_text(kind->unit));
	json_object_set_new(o, "better",
			    json_string(comparison_better(kind->better)));
	json_object_set_new(o, "simulated", json_boolean(kind->simulated));
	json_object_set_new(o, "user_only", json_boolean(kind->user_only));
	json_object_set_new(o, "tested", json_boolean(!kind->untested));
	json_object_set_new(o, "sides", sides);
	json_object_set_new(o, "results", results);
	return o;
}
