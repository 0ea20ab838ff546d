/*
 * Formulas over the values of one bin; see scope.h.
 *
 * A formula that names other metrics is evaluated with the counters of the one
 * that was asked for: they are chosen so that all of it comes from one group.
 */
#include "analyze/scope.h"

#include "analyze/error.h"
#include "analyze/run_fact.h"
#include "base/auto.h"
#include "base/vec.h"
#include "base/xalloc.h"
#include "metric/fact.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static const char *const input_dead =
	"an input opened, and never moved while the program ran";

static const char *const no_time = "simulated counters have no time";

static const struct event *event_of(const struct series *series, size_t counter)
{
	const struct plan *plan = series->plan;

	return plan->events->items[plan->counters[counter].event];
}

static struct expr_value number(double n)
{
	return (struct expr_value){ .number = n };
}

static struct expr_value absent(const char *why)
{
	return (struct expr_value){ .absent = why };
}

/* A simulation's events do not mix with others. */
static bool is_simulated(const struct scope *s)
{
	const struct event_list *events = s->series->plan->events;

	return events->n && event_is_simulated(events->items[0]);
}

/* ---- values of events ---- */

/* One counter, and for how long it counted. */
struct input {
	struct value value;
	double residency;
	bool dead;
};

static struct input one_input(const struct scope *s, size_t counter)
{
	/* raw counts of different shares of time make no ratio */
	const struct value_limits scaled = { .min_running =
						     s->limits->min_running,
					     .scale = true };
	struct input in = { .residency = -1.0 };

	in.value = value_of(s->series, s->run, s->snap, counter, s->bin,
			    &scaled, &in.residency);
	in.dead = s->dead && s->dead[counter] &&
		  reading_has_value(in.value.state);
	return in;
}

/*
 * An uncore PMU has many boxes, each an event of its own; the name means all
 * of them.  What one box lacks, the sum lacks.
 */
static struct input add_boxes(const struct scope *s, size_t counter)
{
	const struct plan *plan = s->series->plan;
	const struct event *event = event_of(s->series, counter);
	struct input sum = one_input(s, counter);

	if (!event->system_wide || !*event->base)
		return sum;
	for (size_t e = 0; e < plan->events->n; e++) {
		const struct event *other = plan->events->items[e];
		struct input in;

		if (other == event || !other->system_wide ||
		    strcmp(other->base, event->base) != 0 ||
		    !reading_has_value(sum.value.state))
			continue;
		in = one_input(s, plan->shown[e]);
		if (sum.value.error >= 0.0 && in.value.error >= 0.0)
			sum.value.error += in.value.error;
		else
			sum.value.error = -1.0;
		if (!reading_has_value(in.value.state)) {
			sum.value = in.value;
			continue;
		}
		sum.value.number += in.value.number;
		if (in.value.state != READING_SCALED)
			continue;
		/* an estimate like that of the box that counted least */
		if (sum.value.state != READING_SCALED ||
		    (double)in.value.running_ns * (double)sum.value.enabled_ns <
			    (double)sum.value.running_ns *
				    (double)in.value.enabled_ns) {
			sum.value.enabled_ns = in.value.enabled_ns;
			sum.value.running_ns = in.value.running_ns;
		}
		sum.value.state = READING_SCALED;
	}
	return sum;
}

/* How many boxes of one package count it; 1 for what a core counts. */
static size_t boxes_of(const struct scope *s, size_t counter)
{
	const struct plan *plan = s->series->plan;
	const struct event *event = event_of(s->series, counter);
	size_t n = 0;

	if (!event->system_wide || !*event->base)
		return 1;
	for (size_t e = 0; e < plan->events->n; e++) {
		const struct event *other = plan->events->items[e];

		n += other->system_wide && !strcmp(other->base, event->base);
	}
	return n;
}

/* The time that the value stands for: an estimate is for all of it. */
static double seconds_of(const struct input *in)
{
	if (in->value.state != READING_SCALED)
		return (double)in->value.running_ns * 1e-9;
	return (double)in->value.enabled_ns * 1e-9 *
	       (in->residency > 0.0 ? in->residency : 1.0);
}

/* What a formula asks of an event beside its count. */
static struct expr_value answer(const struct scope *s, size_t counter,
				const struct input *in, enum expr_aspect aspect)
{
	switch (aspect) {
	case EXPR_COUNT:
	case EXPR_SECONDS:
		break;
	case EXPR_SOURCES:
		return number((double)boxes_of(s, counter));
	case EXPR_EXISTS:
		return number(1.0);
	case EXPR_CPUID:
		return absent("an event is no CPU");
	}
	if (in->dead)
		return absent(input_dead);
	if (!reading_has_value(in->value.state))
		return absent(in->value.why);
	if (aspect == EXPR_SECONDS && is_simulated(s))
		return absent(no_time);
	return number(aspect == EXPR_COUNT ? in->value.number : seconds_of(in));
}

/* 0..1: for how much of the time did it count? */
static double running_of(const struct input *in)
{
	double share;

	if (in->value.state != READING_SCALED || !in->value.enabled_ns)
		return 1.0;
	share = (double)in->value.running_ns / (double)in->value.enabled_ns;
	if (in->residency > 0.0)
		share /= in->residency;
	return share < 1.0 ? share : 1.0;
}

/* ---- facts ---- */

static struct expr_value fact_value(const struct scope *s, const char *name)
{
	const struct fact_kind *kind = fact_find(name);
	const struct fact *fact = facts_get(s->series->facts, name);

	if (kind && kind->origin == FACT_OF_RUN)
		/* those are of the simulator, not of the program */
		return is_simulated(s)
			       ? absent(no_time)
			       : run_fact(s->run, s->bin, s->wall_s, name);
	if (!fact)
		return absent("not known of this machine");
	return fact->absent ? absent(fact->absent) : number(fact->number);
}

/* ---- formulas ---- */

/* A metric that has been computed on the way. */
struct known {
	const struct metric *metric;
	struct expr_value value;
};

struct evaluation {
	const struct scope *scope;
	const struct plan_use *use;
	const struct metric *metric; /* whose formula is at hand */
	struct known *known;
	size_t nknown;
	const char *bumped; /* this event has counted so much more: for the
			       slope of the result */
	double bump;
};

static struct expr_value lookup(void *arg, const char *name,
				enum expr_aspect aspect);

/* Formulas of real CPUs name the same part many times: compute it once. */
static struct expr_value part(struct evaluation *e, const struct metric *m)
{
	const struct metric *outer = e->metric;
	struct known known = { .metric = m };

	if (!m->formula)
		return absent(m->lacks);
	for (size_t i = 0; i < e->nknown; i++)
		if (e->known[i].metric == m)
			return e->known[i].value;
	e->metric = m;
	known.value = expr_eval(m->formula, lookup, e);
	e->metric = outer;
	VEC_PUSH(e->known, e->nknown, known);
	return known.value;
}

static struct expr_value counted(const struct evaluation *e, const char *name,
				 enum expr_aspect aspect)
{
	const struct metric *m = e->use->metric;

	for (size_t i = 0; i < m->ninputs; i++) {
		struct input in;

		if (strcmp(m->inputs[i], name) != 0)
			continue;
		in = add_boxes(e->scope, e->use->counters[i]);
		if (e->bumped == m->inputs[i])
			in.value.number += e->bump;
		return answer(e->scope, e->use->counters[i], &in, aspect);
	}
	return absent("an input is not counted");
}

static struct expr_value lookup(void *arg, const char *name,
				enum expr_aspect aspect)
{
	struct evaluation *e = arg;
	const struct metric *m = e->metric;

	for (size_t i = 0; i < m->nnames; i++) {
		const struct metric_name *n = &m->names[i];

		if (strcmp(n->name, name) != 0)
			continue;
		switch (n->kind) {
		case METRIC_NAME_EVENT:
			return counted(e, name, aspect);
		case METRIC_NAME_METRIC:
			return part(e, n->metric);
		case METRIC_NAME_CONSTANT:
			return number(n->constant);
		case METRIC_NAME_FACT:
			return fact_value(e->scope, name);
		}
	}
	return absent("an input is not counted");
}

/* Estimates among the inputs, and whether one time explains them all. */
static void judge_inputs(const struct scope *scope, const struct plan_use *use,
			 struct metric_value *ret)
{
	bool whole = true;

	ret->running = 1.0;
	for (size_t i = 0; i < use->metric->ninputs; i++) {
		struct input in = add_boxes(scope, use->counters[i]);

		if (in.value.state != READING_SCALED)
			continue;
		ret->scaled = true;
		if (running_of(&in) < ret->running)
			ret->running = running_of(&in);
		if (event_of(scope->series, use->counters[i])->hardware)
			whole = false;
	}
	/* all the time, but each in an execution of its own, is apart too */
	ret->together = use->together || (whole && scope->series->passes <= 1);
}

static struct expr_value evaluate(const struct scope *scope,
				  const struct plan_use *use,
				  const char *bumped, double bump)
{
	struct evaluation e = { .scope = scope,
				.use = use,
				.metric = use->metric,
				.bumped = bumped,
				.bump = bump };
	struct expr_value result = expr_eval(use->metric->formula, lookup, &e);

	free(e.known);
	return result;
}

/* ---- errors ---- */

/* d result / d input at @number; false where it cannot be told. */
static bool slope_of(const struct scope *scope, const struct plan_use *use,
		     size_t input, double number, double *ret)
{
	const char *name = use->metric->inputs[input];
	double step = 1e-4 * fabs(number);
	struct expr_value above, below;

	if (!(step > 0.0))
		return false;
	above = evaluate(scope, use, name, step);
	below = evaluate(scope, use, name, -step);
	if (above.absent || below.absent)
		return false;
	*ret = (above.number - below.number) / (2.0 * step);
	return isfinite(*ret);
}

/* What one group brings, where @slopes are those of the inputs. */
static double group_error(const struct scope *scope, const struct plan_use *use,
			  size_t group, const double *slopes)
{
	const struct plan *plan = scope->series->plan;
	const struct plan_group *g = &plan->groups[group];
	AUTO_FREE double *weights = xcalloc(g->n, sizeof(*weights));
	struct error error = { 0 };
	size_t counter = g->first;

	for (size_t i = 0; i < use->metric->ninputs; i++) {
		if (plan->counters[use->counters[i]].group != group)
			continue;
		counter = use->counters[i];
		weights[counter - g->first] +=
			slopes[i] * event_of(scope->series, counter)->scale;
	}
	for (size_t i = 0; i < scope->bin->nslots; i++) {
		size_t slot = scope->bin->slots[i];
		double factor =
			value_factor(scope->series, scope->snap, counter, slot);

		error.unknown |= factor < 0.0;
		error_add(&error, plan, scope->snap, group, slot, weights,
			  factor);
	}
	return error_half_width(&error);
}

/*
 * Inputs of one group err together, and what they make of a slice is known.
 * Groups that take turns err in opposite directions when the program does now
 * more and then less of everything, so what they bring is added, not its
 * squares.
 */
static double error_of(const struct scope *scope, const struct plan_use *use)
{
	const struct plan *plan = scope->series->plan;
	size_t n = use->metric->ninputs;
	AUTO_FREE double *slopes = xcalloc(n, sizeof(*slopes));
	AUTO_FREE bool *inexact = xcalloc(plan->ngroups, sizeof(*inexact));
	double sum = 0.0;

	for (size_t i = 0; i < n; i++) {
		size_t counter = use->counters[i];
		struct value v = add_boxes(scope, counter).value;

		if (v.error == 0.0)
			continue;
		if (!slope_of(scope, use, i, v.number, &slopes[i]))
			return -1.0;
		if (slopes[i] == 0.0)
			continue;
		if (v.error < 0.0)
			return -1.0;
		if (event_of(scope->series, counter)->system_wide)
			sum += fabs(slopes[i]) * v.error; /* of many groups */
		else
			inexact[plan->counters[counter].group] = true;
	}
	for (size_t g = 0; g < plan->ngroups; g++) {
		double half =
			inexact[g] ? group_error(scope, use, g, slopes) : 0.0;

		if (half < 0.0)
			return -1.0;
		sum += half;
	}
	return sum;
}

struct metric_value metric_value_of(const struct scope *scope,
				    const struct plan_use *use)
{
	struct metric_value ret = { .metric = use->metric, .together = true };
	struct expr_value result;

	if (!use->counters) {
		ret.absent = use->missing;
		return ret;
	}
	judge_inputs(scope, use, &ret);
	result = evaluate(scope, use, NULL, 0.0);
	ret.absent = result.absent;
	if (!ret.absent && !isfinite(result.number))
		ret.absent = "the result is too large for a number";
	if (ret.absent)
		return ret;
	ret.number = result.number;
	if (ret.scaled)
		ret.error = error_of(scope, use);
	return ret;
}

/* ---- names ---- */

static bool same_cores(const struct scope *scope, int core_type)
{
	return scope->core_type < 0 || core_type < 0 ||
	       scope->core_type == core_type;
}

const struct plan_use *scope_find_use(const struct scope *scope,
				      const char *name)
{
	const struct plan *plan = scope->series->plan;
	const struct plan_use *found = NULL;

	for (size_t i = 0; i < plan->nuses; i++) {
		const struct plan_use *u = &plan->uses[i];

		if (strcmp(u->metric->name, name) != 0 ||
		    !same_cores(scope, u->core_type))
			continue;
		/* one with all that it needs, and not that of a :u beside */
		if (!found || (u->counters && !found->counters) ||
		    (u->counters && u->place != METRIC_BESIDE &&
		     found->place == METRIC_BESIDE))
			found = u;
	}
	return found;
}

/* The counter of the event that formulas call @name; SIZE_MAX: none. */
static size_t find_counter(const struct scope *scope, const char *name)
{
	const struct plan *plan = scope->series->plan;
	size_t found = SIZE_MAX;

	for (size_t i = plan->events->n; i-- > 0;) {
		const struct event *e = plan->events->items[i];

		if (strcmp(e->base, name) != 0 ||
		    !same_cores(scope, e->core_type))
			continue;
		if (found == SIZE_MAX || !e->has_level)
			found = plan->shown[i];
	}
	return found;
}

struct expr_value scope_lookup(void *arg, const char *name,
			       enum expr_aspect aspect)
{
	const struct scope *scope = arg;
	const struct plan_use *use;
	size_t counter;

	if (fact_find(name) || facts_get(scope->series->facts, name))
		return fact_value(scope, name);
	use = scope_find_use(scope, name);
	if (use && aspect == EXPR_COUNT) {
		struct metric_value v = metric_value_of(scope, use);

		return v.absent ? absent(v.absent) : number(v.number);
	}
	counter = find_counter(scope, name);
	if (counter != SIZE_MAX) {
		struct input in = add_boxes(scope, counter);

		return answer(scope, counter, &in, aspect);
	}
	return absent("not counted");
}

struct scope_quality scope_quality(const struct scope *scope, const char *name)
{
	struct scope copy = *scope;
	struct expr_value value = scope_lookup(&copy, name, EXPR_COUNT);
	struct scope_quality q = { .known = !value.absent,
				   .simulated = is_simulated(scope),
				   .together = true,
				   .running = 1.0 };
	const struct plan_use *use;
	size_t counter;

	if (value.absent || fact_find(name) ||
	    facts_get(scope->series->facts, name))
		return q;
	use = scope_find_use(scope, name);
	counter = find_counter(scope, name);
	if (use) {
		struct metric_value v = metric_value_of(scope, use);

		q.scaled = v.scaled;
		q.together = v.together;
		q.error = v.error;
		q.running = v.running;
	} else if (counter != SIZE_MAX) {
		struct input in = add_boxes(scope, counter);

		q.scaled = in.value.state == READING_SCALED;
		q.error = in.value.error;
		q.running = running_of(&in);
	}
	return q;
}
