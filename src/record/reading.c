/*
 * One counter's value; see reading.h.
 *
 * Everything is multiplied in double: raw x enabled overflows 64 bits within
 * an hour.
 */
#include "record/reading.h"

#include "base/auto.h"

static const struct {
	const char *name;
	const char *meaning;
	bool has_value;
} states[] = {
	[READING_OK] = { "ok", "counted all the time", true },
	[READING_SCALED] = { "scaled", "counted part of the time: an estimate",
			     true },
	[READING_NOT_COUNTED] = { "not-counted",
				  "had no turn on the PMU, or nothing ran",
				  false },
	[READING_UNSUPPORTED] = { "unsupported", "no such event here", false },
	[READING_DENIED] = { "denied", "the kernel refused", false },
	[READING_DEAD] = { "dead",
			   "opened, and never moved while the program ran",
			   false },
	[READING_ABSENT] = { "absent", "does not exist here", false },
};
_Static_assert(ARRAY_LEN(states) == READING_STATES, "one row per state");

const char *reading_state_name(enum reading_state state)
{
	return states[state].name;
}

const char *reading_state_meaning(enum reading_state state)
{
	return states[state].meaning;
}

bool reading_has_value(enum reading_state state)
{
	return states[state].has_value;
}

void reading_judge(struct reading *r)
{
	switch (r->state) {
	case READING_UNSUPPORTED:
	case READING_DENIED:
	case READING_DEAD:
	case READING_ABSENT:
		return;
	case READING_OK:
	case READING_SCALED:
	case READING_NOT_COUNTED:
		break;
	}
	if (!r->running_ns)
		r->state = READING_NOT_COUNTED;
	else if (r->running_ns < r->enabled_ns)
		r->state = READING_SCALED;
	else
		r->state = READING_OK;
}

double reading_estimate(const struct reading *r)
{
	/* The two clocks are read one after the other: a running time just
	   above the enabled one must not lower the count. */
	if (!r->running_ns || r->running_ns >= r->enabled_ns)
		return (double)r->raw;
	return (double)r->raw * (double)r->enabled_ns / (double)r->running_ns;
}

static uint64_t minus(uint64_t now, uint64_t before)
{
	return now > before ? now - before : 0;
}

struct reading reading_delta(const struct reading *now,
			     const struct reading *before)
{
	struct reading delta = {
		.raw = minus(now->raw, before->raw),
		.enabled_ns = minus(now->enabled_ns, before->enabled_ns),
		.running_ns = minus(now->running_ns, before->running_ns),
		.state = now->state,
	};

	reading_judge(&delta);
	return delta;
}
