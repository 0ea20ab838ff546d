/*
 * Readings to values and metrics; see values.h.
 *
 * Scaling is done per slot, because each CPU and each thread has its own
 * share of time on the PMU.
 */
#include "analyze/values.h"

#include "analyze/error.h"

#include <math.h>
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

double value_factor(const struct series *series, const struct snapshot *snap,
		    size_t counter, size_t slot)
{
	struct sum unused = { 0 };
	struct part part = part_of(&unused, series, snap, counter, slot);

	return part.vague ? -1.0 : part.whole / part.seen;
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
