/* When to read, and what is kept of it; see slices.h. */
#include "measure/slices.h"

#include "base/auto.h"
#include "base/clock.h"
#include "base/xalloc.h"

#define NS_PER_MS 1000000u

/* The kernel lets the next group have its turn after so long. */
#define TURN_NS (4u * NS_PER_MS)
#define LEAST_NS (10u * NS_PER_MS)
/* When to look for the first time whether counters are shared at all. */
#define FIRST_LOOK_NS (100u * NS_PER_MS)
/* A slice is this part of the run so far, or of an interval. */
#define RUN_PART 128
#define INTERVAL_PART 16
/* Between two readings at least so many times what one takes, with waking up
   for it. */
#define COST_TIMES 200
#define WAKE_NS 20000u

static bool has_hardware(const struct session *session)
{
	const struct plan *plan = session->plan;

	for (size_t g = 0; g < plan->ngroups; g++) {
		const struct plan_group *group = &plan->groups[g];

		for (size_t i = 0; group->hardware && i < group->n; i++)
			if (!session->notes[group->first + i].why.code)
				return true;
	}
	return false;
}

/* The time from one slice to the next. */
static uint64_t step(const struct slices *s, uint64_t now_ns)
{
	uint64_t elapsed = now_ns - s->start_ns, ns;

	if (!s->turns)
		return elapsed > FIRST_LOOK_NS ? elapsed : FIRST_LOOK_NS;
	ns = elapsed / RUN_PART;
	if (ns > s->most_ns)
		ns = s->most_ns;
	if (ns < s->least_ns)
		ns = s->least_ns;
	if (ns < COST_TIMES * s->cost_ns)
		ns = COST_TIMES * s->cost_ns;
	return ns;
}

void slices_begin(struct slices *s, const struct session *session,
		  uint64_t start_ns, int interval_ms)
{
	size_t competing;

	*s = (struct slices){ .start_ns = start_ns,
			      .next_at = UINT64_MAX,
			      .most_ns = UINT64_MAX,
			      .cost_ns = WAKE_NS };
	s->wanted = has_hardware(session);
	if (!s->wanted)
		return;
	competing = plan_competing(session->plan);
	s->turns = competing > 1;
	/* shorter ones would have turns of some of the groups only */
	s->least_ns = competing * TURN_NS;
	if (s->least_ns < LEAST_NS)
		s->least_ns = LEAST_NS;
	if (interval_ms)
		s->most_ns = (uint64_t)interval_ms * NS_PER_MS / INTERVAL_PART;
	s->next_at = start_ns + step(s, start_ns);
}

static struct spreads *new_spreads(const struct session *session)
{
	struct spreads *s = xcalloc(1, sizeof(*s));

	spreads_init(s, session->plan, session->nslots);
	return s;
}

/* The first slice begins where the counters began, at 0. */
static void make_room(struct slices *s, const struct session *session)
{
	const struct plan *plan = session->plan;

	if (s->run)
		return;
	s->run = new_spreads(session);
	s->interval = new_spreads(session);
	snapshot_init(&s->before, plan->ncounters, session->nslots);
	snapshot_init(&s->now, plan->ncounters, session->nslots);
}

static bool any_scaled(const struct snapshot *now)
{
	for (size_t i = 0; i < now->ncounters * now->nslots; i++)
		if (now->readings[i].state == READING_SCALED)
			return true;
	return false;
}

void slices_feed(struct slices *s, const struct session *session,
		 const struct snapshot *now)
{
	if (!s->wanted)
		return;
	make_room(s, session);
	s->turns |= any_scaled(now);
	spreads_add(s->run, session->plan, now, &s->before);
	spreads_add(s->interval, session->plan, now, &s->before);
	/* what was lost goes on from where it was last seen */
	for (size_t i = 0; i < now->ncounters * now->nslots; i++)
		if (reading_has_value(now->readings[i].state))
			s->before.readings[i] = now->readings[i];
	s->next_at = now->time_ns + step(s, now->time_ns);
}

void slices_take(struct slices *s, struct session *session)
{
	uint64_t start_ns = clock_now_ns();

	make_room(s, session);
	if (session->source->read(session, &s->now, NULL) < 0) {
		s->next_at = UINT64_MAX;
		return;
	}
	s->cost_ns = clock_now_ns() - start_ns + WAKE_NS;
	slices_feed(s, session, &s->now);
}

struct spreads *slices_interval(struct slices *s)
{
	return s->interval;
}

void slices_next_interval(struct slices *s)
{
	if (s->interval)
		spreads_reset(s->interval);
}

void slices_end(struct slices *s, const struct session *session,
		struct snapshot *total)
{
	/* one slice says nothing: short runs do without */
	if (!s->run)
		return;
	slices_feed(s, session, total);
	total->spread = TAKE_PTR(s->run);
}

void slices_done(struct slices *s)
{
	spreads_free(TAKE_PTR(s->run));
	spreads_free(TAKE_PTR(s->interval));
	snapshot_done(&s->before);
	snapshot_done(&s->now);
}
