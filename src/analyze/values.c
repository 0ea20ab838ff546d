/*
 * Readings to values and metrics; see values.h.
 *
 * Scaling is done per slot, because each CPU and each thread has its own
 * share of time on the PMU.
 */
#include "analyze/values.h"

#include "analyze/error.h"
#include "base/auto.h"
#include "base/xalloc.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static const char *const nothing_ran = "nothing ran while it was counting";
static const char *const no_turn =
	"it never got a turn on the PMU: too many events for its counters, or "
	"something else holds them";
static const char *const other_core = "nothing ran on cores of this type";
static const char *const too_little =
	"it ran for less than the share of time asked for with --min-running";

static const struct event *event_of(const struct series *series, size_t counter)
{
	const struct plan *plan = series->plan;

	return plan->events->items[plan->counters[counter].event];
}

/* Times of one event and of those that share its name on other core types. */
struct family {
	bool known;     /* all members can be read in this slot */
	double running; /* of all members, ns */
};

static struct family family_of(const struct series *series,
			       const struct snapshot *snap, size_t counter,
			       size_t slot)
{
	const struct plan *plan = series->plan;
	const struct event *own = event_of(series, counter);
	struct family family = { .known = true };

	for (size_t e = 0; e < plan->events->n; e++) {
		const struct event *event = plan->events->items[e];
		const struct reading *r;

		if (event->hybrid_set != own->hybrid_set)
			continue;
		/* The counter itself may be another one than the shown one. */
		r = snapshot_at(snap, event == own ? counter : plan->shown[e],
				slot);
		if (r->state == READING_UNSUPPORTED ||
		    r->state == READING_DENIED)
			family.known = false;
		if (r->state != READING_ABSENT)
			family.running += (double)r->running_ns;
	}
	return family;
}

/* What is added up over the slots of a bin. */
struct sum {
	double number;
	uint64_t raw, enabled_ns, running_ns;
	double own_ns, family_ns; /* hybrid: time on this type, on all */
	size_t seen[READING_STATES];
	size_t missed;    /* wanted to count and had no turn */
	size_t scaled;    /* estimates among those with a value */
	size_t elsewhere; /* ran on the other core type only */
	struct error error;
};

/*
 * 98 %: reading the siblings one after the other loses a little time, which is
 * no sign of sharing the counters.
 */
#define WHOLE_TIME 0.98

/* What the count of one slot stands for. */
struct part {
	double whole, seen; /* estimate: count x whole / seen */
	bool scaled;
	bool elsewhere; /* ran on the other core type only */
	bool vague;     /* scaled, and by how much it should be is not known */
};

static struct part hybrid_part(struct sum *sum, const struct series *series,
			       const struct snapshot *snap, size_t counter,
			       size_t slot)
{
	const struct reading *r = snapshot_at(snap, counter, slot);
	struct family family = family_of(series, snap, counter, slot);
	struct part part = { .whole = 1.0, .seen = 1.0 };

	sum->family_ns += family.running;
	sum->own_ns += (double)r->running_ns;
	if (!r->running_ns && r->enabled_ns && family.running > 0.0) {
		part.elsewhere = true;
	} else if (!family.known) {
		/* The time on the other type is not known: stay with what was
		   counted. */
		part.scaled = part.vague = r->running_ns < r->enabled_ns;
	} else if (family.running < WHOLE_TIME * (double)r->enabled_ns) {
		part.scaled = true;
		part.whole = (double)r->enabled_ns;
		part.seen = family.running;
	}
	return part;
}

static struct part part_of(struct sum *sum, const struct series *series,
			   const struct snapshot *snap, size_t counter,
			   size_t slot)
{
	const struct reading *r = snapshot_at(snap, counter, slot);
	struct part part = { .whole = 1.0, .seen = 1.0 };

	if (event_of(series, counter)->hybrid_set >= 0)
		return hybrid_part(sum, series, snap, counter, slot);
	part.scaled = r->state == READING_SCALED;
	if (part.scaled) {
		part.whole = (double)r->enabled_ns;
		part.seen = (double)r->running_ns;
	}
	return part;
}

static void add_slot(struct sum *sum, const struct series *series,
		     const struct snapshot *snap, size_t counter, size_t slot,
		     bool scale)
{
	const struct plan *plan = series->plan;
	const struct reading *r = snapshot_at(snap, counter, slot);
	struct part part;

	sum->seen[r->state]++;
	if (r->state == READING_ABSENT)
		return;
	sum->raw += r->raw;
	sum->enabled_ns += r->enabled_ns;
	sum->running_ns += r->running_ns;
	if (r->state == READING_NOT_COUNTED && r->enabled_ns)
		sum->missed++;
	part = part_of(sum, series, snap, counter, slot);
	sum->elsewhere += part.elsewhere;
	if (part.elsewhere || !reading_has_value(r->state))
		return;
	sum->scaled += part.scaled;
	if (scale) {
		sum->number += (double)r->raw * part.whole / part.seen;
		error_add_counter(&sum->error, plan, snap, counter, slot,
				  part.whole / part.seen);
	} else {
		sum->number += (double)r->raw;
	}
	sum->error.unknown |= part.vague || (part.scaled && !scale);
}

static enum reading_state state_of(const struct sum *sum)
{
	/* The most telling one first. */
	static const enum reading_state order[] = { READING_DENIED,
						    READING_DEAD,
						    READING_NOT_COUNTED,
						    READING_UNSUPPORTED };

	if (sum->seen[READING_OK] || sum->seen[READING_SCALED]) {
		if (sum->scaled || sum->missed > sum->elsewhere)
			return READING_SCALED;
		return READING_OK;
	}
	for (size_t i = 0; i < sizeof(order) / sizeof(order[0]); i++)
		if (sum->seen[order[i]])
			return order[i];
	return READING_ABSENT;
}

static const char *why_of(const struct series *series, const struct run *run,
			  size_t counter, enum reading_state state,
			  const struct sum *sum)
{
	size_t event = series->plan->counters[counter].event;
	const struct err *refused = series->plan->refused;

	switch (state) {
	case READING_OK:
	case READING_SCALED:
		return NULL;
	case READING_NOT_COUNTED:
		if (sum->elsewhere)
			return other_core;
		if (sum->enabled_ns)
			return no_turn;
		if (run->notes && run->notes[counter].why.code)
			return run->notes[counter].why.what;
		return nothing_ran;
	case READING_UNSUPPORTED:
	case READING_DENIED:
		if (run->notes && run->notes[counter].why.code)
			return run->notes[counter].why.what;
		if (refused && refused[event].code)
			return refused[event].what;
		break;
	case READING_DEAD:
	case READING_ABSENT:
		break;
	}
	return reading_state_meaning(state);
}

/* Dividing by 1000000 gives 12.3 where multiplying with 1e-6 does not. */
static double in_unit(double counted, double scale)
{
	double inverse = 1.0 / scale;

	return inverse == floor(inverse) ? counted / inverse : counted * scale;
}

struct value value_of(const struct series *series, const struct run *run,
		      const struct snapshot *snap, size_t counter,
		      const struct bin *bin, const struct value_limits *limits,
		      double *residency)
{
	struct value value = { 0 };
	struct sum sum = { 0 };
	double share = 1.0;

	for (size_t i = 0; i < bin->nslots; i++)
		add_slot(&sum, series, snap, counter, bin->slots[i],
			 limits->scale);
	value.state = state_of(&sum);
	value.raw = sum.raw;
	value.enabled_ns = sum.enabled_ns;
	value.running_ns = sum.running_ns;
	value.number = in_unit(sum.number, event_of(series, counter)->scale);
	sum.error.unknown |= sum.missed > sum.elsewhere;
	value.error = error_half_width(&sum.error);
	if (value.error > 0.0)
		value.error = fabs(
			in_unit(value.error, event_of(series, counter)->scale));
	value.why = why_of(series, run, counter, value.state, &sum);
	if (residency)
		*residency =
			sum.family_ns > 0.0 ? sum.own_ns / sum.family_ns : -1.0;
	if (sum.enabled_ns)
		share = (sum.family_ns > 0.0 ? sum.family_ns
					     : (double)sum.running_ns) /
			(double)sum.enabled_ns;
	if (value.state == READING_SCALED && share < limits->min_running) {
		value.state = READING_NOT_COUNTED;
		value.why = too_little;
	}
	if (!reading_has_value(value.state)) {
		value.number = 0.0;
		value.error = -1.0;
	}
	return value;
}

bool value_is_dead(const struct event *event, const struct value *total)
{
	/* No program runs without these. */
	static const char *const certain[] = { "cycles", "instructions",
					       "branches" };
	const unsigned nothing = EVENT_EXCLUDE_USER | EVENT_EXCLUDE_KERNEL;
	uint64_t patience_ns = 10 * 1000 * 1000;

	if (!event->hardware || !reading_has_value(total->state) || total->raw)
		return false;
	/* Guests may be idle, and there may be no hypervisor at all. */
	if (event->exclude & EVENT_EXCLUDE_HOST ||
	    (event->exclude & nothing) == nothing)
		return false;
	for (size_t i = 0; i < sizeof(certain) / sizeof(certain[0]); i++)
		if (event->base && !strcmp(event->base, certain[i]))
			patience_ns = 100 * 1000;
	return total->running_ns >= patience_ns;
}

/* What a formula is evaluated over. */
struct context {
	const struct series *series;
	const struct run *run;
	const struct snapshot *snap;
	const struct plan_use *use;
	const struct bin *bin;
	const struct value_limits *limits;
	double wall_s;
	size_t bumped; /* this input is larger by so much: for slopes */
	double bump;
};

static struct value input_value(const struct context *c, size_t input,
				double *residency)
{
	return value_of(c->series, c->run, c->snap, c->use->counters[input],
			c->bin, c->limits, residency);
}

/* The time that the value stands for: an estimate is for all of it. */
static double seconds_of(const struct value *value, double residency)
{
	if (value->state != READING_SCALED)
		return (double)value->running_ns * 1e-9;
	return (double)value->enabled_ns * 1e-9 *
	       (residency > 0.0 ? residency : 1.0);
}

/* CPUs of the bin; 0 where tasks are counted wherever they run. */
static size_t cpus_of(const struct run *run, const struct bin *bin)
{
	size_t n = 0;

	for (size_t i = 0; i < bin->nslots; i++) {
		int cpu = run->slots[bin->slots[i]].cpu;
		size_t k = 0;

		while (k < i && run->slots[bin->slots[k]].cpu != cpu)
			k++;
		n += k == i && cpu >= 0;
	}
	return n;
}

static struct expr_value number_or(double number, const char *absent)
{
	return (struct expr_value){ .number = number, .absent = absent };
}

static struct expr_value lookup(void *arg, const char *name,
				enum expr_aspect aspect)
{
	const struct context *c = arg;
	const struct metric *metric = c->use->metric;
	double residency = -1.0;
	struct value value;

	if (!strcmp(name, "wall"))
		return number_or(c->wall_s,
				 c->wall_s > 0.0 ? NULL : "no time passed");
	if (!strcmp(name, "ncpus")) {
		size_t n = cpus_of(c->run, c->bin);

		return number_or((double)n,
				 n ? NULL : "no CPUs were counted as a whole");
	}
	for (size_t i = 0; i < metric->ninputs; i++) {
		if (strcmp(metric->inputs[i], name))
			continue;
		value = input_value(c, i, &residency);
		if (!reading_has_value(value.state))
			return number_or(0.0, value.why);
		if (aspect == EXPR_COUNT)
			return number_or(
				value.number + (c->bumped == i ? c->bump : 0.0),
				NULL);
		return number_or(seconds_of(&value, residency), NULL);
	}
	return number_or(0.0, "an input is not counted");
}

/* d result / d input at @number; false where it cannot be told. */
static bool slope_of(struct context *c, size_t input, double number,
		     double *ret)
{
	const struct expr *formula = c->use->metric->formula;
	double step = 1e-4 * fabs(number);
	struct expr_value above, below;

	if (!(step > 0.0))
		return false;
	c->bumped = input;
	c->bump = step;
	above = expr_eval(formula, lookup, c);
	c->bump = -step;
	below = expr_eval(formula, lookup, c);
	c->bump = 0.0;
	if (above.absent || below.absent)
		return false;
	*ret = (above.number - below.number) / (2.0 * step);
	return isfinite(*ret);
}

/* What one group brings, where @slopes are those of the inputs. */
static double group_error(const struct context *c, size_t group,
			  const double *slopes)
{
	const struct plan *plan = c->series->plan;
	const struct plan_group *g = &plan->groups[group];
	AUTO_FREE double *weights = xcalloc(g->n, sizeof(*weights));
	struct error error = { 0 };
	size_t counter = g->first;

	for (size_t i = 0; i < c->use->metric->ninputs; i++) {
		if (plan->counters[c->use->counters[i]].group != group)
			continue;
		counter = c->use->counters[i];
		weights[counter - g->first] +=
			slopes[i] * event_of(c->series, counter)->scale;
	}
	for (size_t i = 0; i < c->bin->nslots; i++) {
		size_t slot = c->bin->slots[i];
		struct sum unused = { 0 };
		struct part part =
			part_of(&unused, c->series, c->snap, counter, slot);

		error.unknown |= part.vague;
		error_add(&error, plan, c->snap, group, slot, weights,
			  part.whole / part.seen);
	}
	return error_half_width(&error);
}

/*
 * Inputs of one group err together, and what they make of a slice is known.
 * Groups that take turns err in opposite directions when the program does now
 * more and then less of everything, so what they bring is added, not its
 * squares.
 */
static double metric_error(struct context *c)
{
	const struct plan *plan = c->series->plan;
	const struct plan_use *use = c->use;
	AUTO_FREE double *slopes =
		xcalloc(use->metric->ninputs, sizeof(*slopes));
	AUTO_FREE bool *inexact = xcalloc(plan->ngroups, sizeof(*inexact));
	double sum = 0.0;

	for (size_t i = 0; i < use->metric->ninputs; i++) {
		struct value value = input_value(c, i, NULL);

		if (value.error == 0.0)
			continue;
		if (!slope_of(c, i, value.number, &slopes[i]))
			return -1.0;
		if (slopes[i] == 0.0)
			continue;
		if (value.error < 0.0)
			return -1.0;
		inexact[plan->counters[use->counters[i]].group] = true;
	}
	for (size_t g = 0; g < plan->ngroups; g++) {
		double half = inexact[g] ? group_error(c, g, slopes) : 0.0;

		if (half < 0.0)
			return -1.0;
		sum += half;
	}
	return sum;
}

struct metric_value
metric_value_of(const struct series *series, const struct run *run,
		const struct snapshot *snap, const struct plan_use *use,
		const struct bin *bin, const struct value_limits *limits,
		double wall_s)
{
	/* Raw counts of different shares of time make no ratio. */
	const struct value_limits scaled = { .min_running = limits->min_running,
					     .scale = true };
	struct context c = { .series = series,
			     .run = run,
			     .snap = snap,
			     .use = use,
			     .bin = bin,
			     .limits = &scaled,
			     .wall_s = wall_s,
			     .bumped = SIZE_MAX };
	struct metric_value ret = { .metric = use->metric, .together = true };
	struct expr_value result;
	bool whole = true;

	for (size_t i = 0; i < use->metric->ninputs; i++) {
		struct value value = input_value(&c, i, NULL);

		if (value.state != READING_SCALED)
			continue;
		ret.scaled = true;
		if (event_of(series, use->counters[i])->hardware)
			whole = false;
	}
	ret.together = use->together || whole;
	result = expr_eval(use->metric->formula, lookup, &c);
	ret.absent = result.absent;
	if (!ret.absent && !isfinite(result.number))
		ret.absent = "the result is too large for a number";
	if (ret.absent)
		return ret;
	ret.number = result.number;
	if (ret.scaled)
		ret.error = metric_error(&c);
	return ret;
}
