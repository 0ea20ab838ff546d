/*
 * Readings to values and metrics; see values.h.
 *
 * Scaling is done per slot, because each CPU and each thread has its own
 * share of time on the PMU.
 */
#include "analyze/values.h"

#include <math.h>
#include <string.h>

static const char *const nothing_ran = "nothing ran while it was counting";
static const char *const no_turn =
	"it never got a turn on the PMU: too many events for its counters, or "
	"something else holds them";
static const char *const other_core = "nothing ran on cores of this type";
static const char *const no_time = "simulated counters have no time";
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
};

/*
 * 98 %: reading the siblings one after the other loses a little time, which is
 * no sign of sharing the counters.
 */
#define WHOLE_TIME 0.98

static void add_hybrid(struct sum *sum, const struct series *series,
		       const struct snapshot *snap, size_t counter, size_t slot,
		       bool scale)
{
	const struct reading *r = snapshot_at(snap, counter, slot);
	struct family family = family_of(series, snap, counter, slot);
	double raw = (double)r->raw;

	sum->family_ns += family.running;
	sum->own_ns += (double)r->running_ns;
	if (!r->running_ns && r->enabled_ns && family.running > 0.0) {
		sum->elsewhere++;
		return;
	}
	if (!reading_has_value(r->state))
		return;
	if (!family.known) {
		/* The time on the other type is not known: stay with what was
		   counted. */
		sum->number += raw;
		sum->scaled += r->running_ns < r->enabled_ns;
		return;
	}
	if (family.running >= WHOLE_TIME * (double)r->enabled_ns) {
		sum->number += raw;
		return;
	}
	sum->scaled++;
	sum->number +=
		scale ? raw * (double)r->enabled_ns / family.running : raw;
}

static void add_slot(struct sum *sum, const struct series *series,
		     const struct snapshot *snap, size_t counter, size_t slot,
		     bool scale)
{
	const struct reading *r = snapshot_at(snap, counter, slot);

	sum->seen[r->state]++;
	if (r->state == READING_ABSENT)
		return;
	sum->raw += r->raw;
	sum->enabled_ns += r->enabled_ns;
	sum->running_ns += r->running_ns;
	if (r->state == READING_NOT_COUNTED && r->enabled_ns)
		sum->missed++;
	if (event_of(series, counter)->hybrid_set >= 0) {
		add_hybrid(sum, series, snap, counter, slot, scale);
		return;
	}
	if (!reading_has_value(r->state))
		return;
	sum->scaled += r->state == READING_SCALED;
	sum->number += scale ? reading_estimate(r) : (double)r->raw;
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
	if (!reading_has_value(value.state))
		value.number = 0.0;
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

/* The time that a simulation takes is not the program's. */
static bool is_simulated(const struct context *c)
{
	const struct event *event;

	for (size_t i = 0; i < c->use->metric->ninputs; i++) {
		event = event_of(c->series, c->use->counters[i]);
		if (event_is_simulated(event))
			return true;
	}
	return false;
}

static struct expr_value lookup(void *arg, const char *name,
				enum expr_aspect aspect)
{
	const struct context *c = arg;
	const struct metric *metric = c->use->metric;
	double residency = -1.0;
	struct value value;

	if (!strcmp(name, "wall") && is_simulated(c))
		return number_or(0.0, no_time);
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
			return number_or(value.number, NULL);
		if (is_simulated(c))
			return number_or(0.0, no_time);
		return number_or(seconds_of(&value, residency), NULL);
	}
	return number_or(0.0, "an input is not counted");
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
	struct context c = { series, run, snap, use, bin, &scaled, wall_s };
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
	if (!ret.absent)
		ret.number = result.number;
	return ret;
}
