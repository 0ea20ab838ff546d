/*
 * Which events count together; see plan.h.
 *
 *	{ } of the user	       as written
 *	software	       all in one group: they never take turns
 *	core PMU, per type     one group if that fits; else groups packed so
 *			       that each metric finds its inputs in one
 *	anything else	       alone: other PMUs share nothing with each other
 *
 * An event that several metrics need may count in several groups.  Intel's
 * parts of the pipeline slots count only where "slots" leads, so it comes with
 * them and stands first.
 */
#include "metric/plan.h"

#include "base/auto.h"
#include "base/log.h"
#include "base/vec.h"

#include <errno.h>
#include <linux/perf_event.h>
#include <stdlib.h>
#include <string.h>

/* A set of event indices, in the order they were added. */
struct pack {
	size_t *events;
	size_t n;
};

struct packer {
	const struct event_list *events;
	const struct metric_uses *uses;
	plan_fits_fn fits;
	void *arg;
	struct plan *plan;
};

static void pack_done(struct pack *p)
{
	free(p->events);
}

static bool pack_has(const struct pack *p, size_t event)
{
	for (size_t i = 0; i < p->n; i++)
		if (p->events[i] == event)
			return true;
	return false;
}

static enum event_topdown topdown_of(const struct packer *k, size_t event)
{
	return k->events->items[event]->topdown;
}

static bool has_topdown(const struct packer *k, const size_t *events, size_t n,
			enum event_topdown what)
{
	for (size_t i = 0; i < n; i++)
		if (topdown_of(k, events[i]) == what)
			return true;
	return false;
}

/* In a group of parts of slots, "slots" goes first; the rest keeps its order. */
static void lead_with_slots(const struct packer *k, size_t *events, size_t n)
{
	size_t at = 0;

	if (!has_topdown(k, events, n, EVENT_TOPDOWN_METRIC))
		return;
	while (at < n && topdown_of(k, events[at]) != EVENT_TOPDOWN_SLOTS)
		at++;
	if (at < n) {
		size_t slots = events[at];

		memmove(events + 1, events, at * sizeof(*events));
		events[0] = slots;
	}
}

/*
 * The "slots" that @event, a part of them, can stand behind: counted without
 * braces on the same cores and the same levels.  SIZE_MAX: none.
 */
static size_t slots_for(const struct packer *k, size_t event)
{
	const struct event *part = k->events->items[event];

	for (size_t i = 0; i < k->events->n; i++) {
		const struct event *e = k->events->items[i];

		if (e->topdown == EVENT_TOPDOWN_SLOTS &&
		    e->core_type == part->core_type && e->group < 0 &&
		    e->exclude == part->exclude && !e->denied)
			return i;
	}
	return SIZE_MAX;
}

/* Is there a "slots" that can lead @event: of its own { }, or a free one? */
static bool has_leader(const struct packer *k, size_t event)
{
	const struct event *part = k->events->items[event];

	if (part->group < 0 || part->group_weak)
		return slots_for(k, event) != SIZE_MAX;
	for (size_t i = 0; i < k->events->n; i++) {
		const struct event *e = k->events->items[i];

		if (e->topdown == EVENT_TOPDOWN_SLOTS &&
		    e->group == part->group && e->core_type == part->core_type)
			return true;
	}
	return false;
}

static void add_group(struct packer *k, const size_t *events, size_t n,
		      bool hardware, bool from_user)
{
	struct plan *plan = k->plan;
	struct plan_group group = { .first = plan->ncounters,
				    .n = n,
				    .hardware = hardware,
				    .from_user = from_user };
	size_t at = plan->ngroups;

	VEC_PUSH(plan->groups, plan->ngroups, group);
	for (size_t i = 0; i < n; i++) {
		struct plan_counter c = { .event = events[i], .group = at };

		VEC_PUSH(plan->counters, plan->ncounters, c);
	}
}

/* In a group alone, so that it keeps nothing else from counting. */
static void add_hopeless(struct packer *k, size_t event)
{
	add_group(k, &event, 1, true, false);
	k->plan->groups[k->plan->ngroups - 1].hopeless = true;
}

static void pack_slots_first(const struct packer *k, struct pack *p)
{
	for (size_t i = 0; i < p->n; i++) {
		size_t slots = SIZE_MAX;

		if (topdown_of(k, p->events[i]) == EVENT_TOPDOWN_METRIC &&
		    !has_topdown(k, p->events, p->n, EVENT_TOPDOWN_SLOTS))
			slots = slots_for(k, p->events[i]);
		if (slots != SIZE_MAX)
			VEC_PUSH(p->events, p->n, slots);
	}
	lead_with_slots(k, p->events, p->n);
}

static int ask(struct packer *k, const size_t *indices, size_t n,
	       struct err *err)
{
	const struct event **events = xcalloc(n, sizeof(*events));
	int r;

	for (size_t i = 0; i < n; i++)
		events[i] = k->events->items[indices[i]];
	r = k->fits(k->arg, events, n, err);
	free(events);
	return r;
}

/* ---- the user's { } ---- */

static bool is_hardware(const struct packer *k, const size_t *events, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (k->events->items[events[i]]->hardware)
			return true;
	return false;
}

/*
 * A group with an event that cannot count at all is not too large: the source
 * leaves that member out and counts the rest.
 */
static bool all_count_alone(struct packer *k, const struct pack *p)
{
	for (size_t i = 0; i < p->n; i++)
		if (k->events->items[p->events[i]]->hardware &&
		    topdown_of(k, p->events[i]) != EVENT_TOPDOWN_METRIC &&
		    ask(k, &p->events[i], 1, NULL) < 0)
			return false;
	return true;
}

/* Returns true when the events are to be treated as if they stood alone. */
static bool take_user_group(struct packer *k, const struct pack *p)
{
	struct err err = { 0 };
	bool hardware = is_hardware(k, p->events, p->n);
	const struct event *first = k->events->items[p->events[0]];

	lead_with_slots(k, p->events, p->n);
	if (hardware && p->n > 1 && all_count_alone(k, p) &&
	    ask(k, p->events, p->n, &err) == 0) {
		if (first->group_weak)
			return true;
		for (size_t i = 0; i < p->n; i++) {
			struct err *e = &k->plan->refused[p->events[i]];

			err_set(e, -ENOSPC,
				"the group needs more counters than this PMU "
				"has free");
			err_hint(e, "write {...}:W to let it be taken apart, "
				    "or leave out the braces");
		}
	}
	add_group(k, p->events, p->n, hardware, true);
	return false;
}

/* A { } on a hybrid CPU is one group per core type. */
static void take_user_groups(struct packer *k, bool *loose)
{
	const struct event_list *l = k->events;

	for (int g = 0; g < l->ngroups; g++) {
		for (int type = -1; type < 64; type++) {
			struct pack p = { 0 };

			for (size_t i = 0; i < l->n; i++)
				if (l->items[i]->group == g &&
				    !l->items[i]->denied &&
				    l->items[i]->core_type == type)
					VEC_PUSH(p.events, p.n, i);
			if (p.n && take_user_group(k, &p))
				for (size_t i = 0; i < p.n; i++)
					loose[p.events[i]] = true;
			free(p.events);
		}
	}
}

/* ---- loose events of a core PMU ---- */

static bool try_pack(struct packer *k, struct pack *p, const size_t *more,
		     size_t n)
{
	struct pack grown = { 0 };
	bool fits;

	for (size_t i = 0; i < p->n; i++)
		VEC_PUSH(grown.events, grown.n, p->events[i]);
	for (size_t i = 0; i < n; i++)
		if (!pack_has(&grown, more[i]))
			VEC_PUSH(grown.events, grown.n, more[i]);
	lead_with_slots(k, grown.events, grown.n);
	fits = grown.n == p->n || ask(k, grown.events, grown.n, NULL) == 1;
	if (fits) {
		free(p->events);
		*p = grown;
	} else {
		free(grown.events);
	}
	return fits;
}

static size_t missing(const struct pack *p, const size_t *events, size_t n)
{
	size_t count = 0;

	for (size_t i = 0; i < n; i++)
		count += !pack_has(p, events[i]);
	return count;
}

/* Put @events together: where the fewest have to be added, or a new pack. */
static void place(struct packer *k, struct pack **packs, size_t *npacks,
		  const size_t *events, size_t n)
{
	struct pack fresh = { 0 };

	for (size_t more = 0; more <= n; more++)
		for (size_t i = 0; i < *npacks; i++)
			if (missing(&(*packs)[i], events, n) == more &&
			    try_pack(k, &(*packs)[i], events, n))
				return;
	if (n == 1)
		VEC_PUSH(fresh.events, fresh.n, events[0]);
	else if (!try_pack(k, &fresh, events, n))
		return; /* they never fit together; each alone, later */
	VEC_PUSH(*packs, *npacks, fresh);
}

/* The hardware inputs of @use, if all of them are in @all. */
static bool use_needs(const struct packer *k, const struct metric_use *use,
		      const struct pack *all, struct pack *ret)
{
	*ret = (struct pack){ 0 };
	if (!use->inputs)
		return false;
	for (size_t i = 0; i < use->metric->ninputs; i++) {
		size_t e = use->inputs[i];

		if (!k->events->items[e]->hardware)
			continue;
		if (!pack_has(all, e)) {
			free(ret->events);
			*ret = (struct pack){ 0 };
			return false;
		}
		if (!pack_has(ret, e))
			VEC_PUSH(ret->events, ret->n, e);
	}
	pack_slots_first(k, ret);
	return true;
}

/* Events that can count at all stay in @all; the others get groups alone. */
static void drop_hopeless(struct packer *k, struct pack *all)
{
	size_t kept = 0;

	for (size_t i = 0; i < all->n; i++) {
		AUTO(pack_done) struct pack alone = { 0 };

		VEC_PUSH(alone.events, alone.n, all->events[i]);
		pack_slots_first(k, &alone);
		if (ask(k, alone.events, alone.n, NULL) == 1)
			all->events[kept++] = all->events[i];
		else
			add_hopeless(k, all->events[i]);
	}
	all->n = kept;
}

/* What one use needs to be together. */
struct need {
	struct pack pack;
	size_t use;
};

/* Uses with the most inputs first: what the others need is then there. */
static int by_need(const void *a, const void *b)
{
	const struct need *x = a, *y = b;
	int r = (x->pack.n < y->pack.n) - (x->pack.n > y->pack.n);

	return r ? r : (x->use > y->use) - (x->use < y->use);
}

/* Those of more than one event; the caller frees. */
static struct need *all_needs(struct packer *k, const struct pack *all,
			      size_t *n)
{
	struct need *needs = NULL;

	*n = 0;
	for (size_t i = 0; i < k->uses->n; i++) {
		struct need need = { .use = i };

		if (!use_needs(k, &k->uses->items[i], all, &need.pack))
			continue;
		if (need.pack.n > 1)
			VEC_PUSH(needs, *n, need);
		else
			free(need.pack.events);
	}
	if (*n)
		qsort(needs, *n, sizeof(*needs), by_need);
	return needs;
}

static void take_hardware(struct packer *k, struct pack *all)
{
	struct pack *packs = NULL;
	struct need *needs;
	size_t npacks = 0, nneeds = 0;

	if (!all->n)
		return;
	lead_with_slots(k, all->events, all->n);
	if (ask(k, all->events, all->n, NULL) == 1) {
		add_group(k, all->events, all->n, true, false);
		return;
	}
	drop_hopeless(k, all);
	needs = all_needs(k, all, &nneeds);
	for (size_t i = 0; i < nneeds; i++) {
		place(k, &packs, &npacks, needs[i].pack.events,
		      needs[i].pack.n);
		free(needs[i].pack.events);
	}
	free(needs);
	for (size_t i = 0; i < all->n; i++) {
		AUTO(pack_done) struct pack alone = { 0 };

		VEC_PUSH(alone.events, alone.n, all->events[i]);
		pack_slots_first(k, &alone);
		place(k, &packs, &npacks, alone.events, alone.n);
	}
	for (size_t i = 0; i < npacks; i++) {
		add_group(k, packs[i].events, packs[i].n, true, false);
		free(packs[i].events);
	}
	free(packs);
}

/* ---- everything ---- */

static bool is_software(const struct event *e)
{
	if (e->denied)
		return false;
	if (event_is_simulated(e))
		return true;
	if (e->hardware || e->system_wide || e->pinned || e->exclusive)
		return false;
	if (e->code.type == PERF_TYPE_SOFTWARE ||
	    e->code.type == PERF_TYPE_TRACEPOINT)
		return true;
	return e->pmu && strcmp(e->pmu, "msr") == 0;
}

static void take_loose(struct packer *k, const bool *loose)
{
	const struct event_list *l = k->events;
	struct pack software = { 0 };
	int last_type = -1;

	for (size_t i = 0; i < l->n; i++) {
		if (loose[i] && is_software(l->items[i]))
			VEC_PUSH(software.events, software.n, i);
		if (l->items[i]->core_type > last_type)
			last_type = l->items[i]->core_type;
	}
	if (software.n)
		add_group(k, software.events, software.n, false, false);
	free(software.events);
	for (int type = -1; type <= last_type; type++) {
		struct pack hardware = { 0 };

		for (size_t i = 0; i < l->n; i++)
			if (loose[i] && l->items[i]->hardware &&
			    !l->items[i]->pinned && !l->items[i]->exclusive &&
			    l->items[i]->core_type == type)
				VEC_PUSH(hardware.events, hardware.n, i);
		take_hardware(k, &hardware);
		free(hardware.events);
	}
	for (size_t i = 0; i < l->n; i++) {
		const struct event *e = l->items[i];

		if (!loose[i] || is_software(e))
			continue;
		if (!e->hardware || e->pinned || e->exclusive)
			add_group(k, &i, 1, e->hardware, false);
	}
}

/* Parts of slots without "slots": the kernel would only say EINVAL. */
static void refuse_leaderless(const struct event *e, struct err *refused)
{
	err_set(refused, -EINVAL,
		"'%s' is a part of 'slots' and counts only together with it",
		e->name);
	err_hint(refused, "count 'slots' too, as in -e '{slots,%s}'", e->name);
}

/* What nobody can open for this user is not tried. */
static void deny(struct err *refused, const struct event *e)
{
	err_set(refused, -EACCES, "%s", e->denied);
	err_hint(refused, "run tacho as root; 'tacho doctor' says how to open "
			  "tracefs to others");
}

int plan_make(const struct event_list *events, const struct metric_uses *uses,
	      plan_fits_fn fits, void *arg, struct plan *ret, struct err *err)
{
	struct plan plan = { .events = events };
	struct packer k = { .events = events,
			    .uses = uses,
			    .fits = fits,
			    .arg = arg,
			    .plan = &plan };
	bool *loose;

	if (!events->n)
		return err_set(err, -EINVAL, "there is nothing to count");
	plan.refused = xcalloc(events->n, sizeof(*plan.refused));
	loose = xcalloc(events->n, sizeof(*loose));
	for (size_t i = 0; i < events->n; i++) {
		const struct event *e = events->items[i];

		loose[i] = e->group < 0 || e->denied;
		if (e->denied)
			deny(&plan.refused[i], e);
		else if (e->topdown == EVENT_TOPDOWN_METRIC &&
			 !has_leader(&k, i))
			refuse_leaderless(e, &plan.refused[i]);
	}
	take_user_groups(&k, loose);
	take_loose(&k, loose);
	free(loose);
	plan_bind(&plan, uses);
	*ret = plan;
	return 0;
}

bool plan_competes(const struct plan *plan, size_t group)
{
	const struct plan_group *g = &plan->groups[group];

	return g->hardware && !g->hopeless &&
	       !plan->refused[plan->counters[g->first].event].code;
}

size_t plan_competing(const struct plan *plan)
{
	size_t most = 0;
	int last_type = -1;

	for (size_t e = 0; e < plan->events->n; e++)
		if (plan->events->items[e]->core_type > last_type)
			last_type = plan->events->items[e]->core_type;
	for (int type = -1; type <= last_type; type++) {
		size_t n = 0;

		for (size_t g = 0; g < plan->ngroups; g++) {
			size_t first = plan->groups[g].first;
			size_t e = plan->counters[first].event;

			n += plan_competes(plan, g) &&
			     plan->events->items[e]->core_type == type;
		}
		if (n > most)
			most = n;
	}
	return most;
}

void plan_done(struct plan *plan)
{
	for (size_t i = 0; i < plan->nuses; i++)
		free(plan->uses[i].counters);
	free(plan->uses);
	free(plan->counters);
	free(plan->groups);
	free(plan->shown);
	free(plan->refused);
	*plan = (struct plan){ 0 };
}
