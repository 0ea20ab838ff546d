/*
 * What tasks did before; see history.h.
 *
 * A moment is kept in single precision and with one time for each group, as a
 * thousand of them are kept for each tick: seven digits are enough for a plot
 * and for a share.
 */
#include "analyze/tasks/history.h"

#include "analyze/tasks/last_tick.h"
#include "base/auto.h"
#include "base/vec.h"

#include <stdlib.h>
#include <string.h>

/* At least so many ticks shall fit. */
#define TICKS_WANTED 20

struct moment {
	uint64_t id, cgroup, user;
	float user_ns, sys_ns, wait_ns;
	float minor_faults, major_faults, voluntary, involuntary;
	float rss;
	uint32_t threads;
	bool process, has_wait, has_switches, counted;
	float counts[]; /* raw of counters, enabled and running of groups; then
			   a byte for the state of each counter */
};

struct stretch {
	double at, length_s;
	bool cut;
	size_t n;
	char *moments;
	/* where in it a task is, by its id: its number, from 1, or 0 */
	uint32_t *places;
	size_t nplaces; /* a power of two */
};

static size_t stride_of(const struct history *h)
{
	size_t size = sizeof(struct moment) +
		      (h->ncounters + 2 * h->ngroups) * sizeof(float) +
		      h->ncounters;

	return (size + 7) / 8 * 8;
}

static struct moment *moment_at(const struct history *h,
				const struct stretch *s, size_t i)
{
	return (struct moment *)(void *)(s->moments + i * stride_of(h));
}

static unsigned char *states_of(const struct history *h, struct moment *m)
{
	return (unsigned char *)&m->counts[h->ncounters + 2 * h->ngroups];
}

void history_init(struct history *h, const struct plan *plan)
{
	*h = (struct history){ .plan = plan,
			       .ncounters = plan->ncounters,
			       .ngroups = plan->ngroups };
}

/* At most half of the places are taken. */
static size_t places_for(size_t n)
{
	size_t places = 1;

	while (places < 2 * n)
		places *= 2;
	return places;
}

static size_t bytes_of(const struct history *h, size_t n)
{
	return n * stride_of(h) + places_for(n) * sizeof(uint32_t);
}

static void stretch_done(struct stretch *s)
{
	free(s->moments);
	free(s->places);
}

static void drop_oldest(struct history *h)
{
	h->bytes -= bytes_of(h, h->ticks[0].n);
	stretch_done(&h->ticks[0]);
	h->n--;
	memmove(&h->ticks[0], &h->ticks[1], h->n * sizeof(*h->ticks));
}

void history_forget(struct history *h)
{
	for (size_t i = 0; i < h->n; i++)
		stretch_done(&h->ticks[i]);
	free(h->ticks);
	history_init(h, h->plan);
}

void history_done(struct history *h)
{
	if (h->plan)
		history_forget(h);
}

/* ---- in ---- */

static bool did_something(const struct task *t)
{
	return t->user_ns || t->sys_ns || t->slot != TASK_NOT_COUNTED ||
	       (t->has_wait && t->wait_ns);
}

static uint64_t cpu_ns(const struct task *t)
{
	return t->user_ns + t->sys_ns;
}

static int by_size(const void *a, const void *b)
{
	uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

	return x > y ? -1 : x < y;
}

/* Tasks below this are left out, where all would be too many. */
static uint64_t least_of(const struct tick *tick, size_t n, size_t most)
{
	AUTO_FREE uint64_t *all = NULL;
	uint64_t least;
	size_t k = 0;

	if (n <= most)
		return 0;
	all = xcalloc(n, sizeof(*all));
	for (size_t i = 0; i < tick->ntasks; i++)
		if (did_something(&tick->tasks[i]))
			all[k++] = cpu_ns(&tick->tasks[i]);
	qsort(all, n, sizeof(*all), by_size);
	least = all[most - 1];
	return least ? least : 1;
}

static void put_counts(const struct history *h, struct moment *m,
		       const struct tick *tick, size_t slot)
{
	unsigned char *states = states_of(h, m);

	m->counted = slot < tick->counts.nslots;
	for (size_t c = 0; c < h->ncounters && m->counted; c++) {
		const struct reading *r = snapshot_at(&tick->counts, c, slot);
		size_t group = h->plan->counters[c].group;
		float *times = &m->counts[h->ncounters + 2 * group];

		m->counts[c] = (float)r->raw;
		times[0] = (float)r->enabled_ns;
		times[1] = (float)r->running_ns;
		states[c] = (unsigned char)r->state;
	}
}

static void put(const struct history *h, struct moment *m,
		const struct tick *tick, const struct task *t)
{
	m->id = task_id(t);
	m->user = user_id(t->uid);
	m->cgroup = cgroup_id(t->cgroup);
	m->process = !t->tid;
	m->user_ns = (float)t->user_ns;
	m->sys_ns = (float)t->sys_ns;
	m->has_wait = t->has_wait;
	m->wait_ns = (float)t->wait_ns;
	m->minor_faults = (float)t->minor_faults;
	m->major_faults = (float)t->major_faults;
	m->has_switches = t->has_switches;
	m->voluntary = (float)t->voluntary_switches;
	m->involuntary = (float)t->involuntary_switches;
	m->rss = (float)t->rss_bytes;
	m->threads = t->threads;
	put_counts(h, m, tick, t->slot);
}

/* The place of @id, or the free one where it belongs. */
static uint32_t *place_of(const struct history *h, const struct stretch *s,
			  uint64_t id)
{
	size_t at = id & (s->nplaces - 1);

	while (s->places[at] && moment_at(h, s, s->places[at] - 1)->id != id)
		at = (at + 1) & (s->nplaces - 1);
	return &s->places[at];
}

static void make_places(const struct history *h, struct stretch *s)
{
	s->nplaces = places_for(s->n);
	s->places = xcalloc(s->nplaces, sizeof(*s->places));
	for (size_t i = 0; i < s->n; i++)
		*place_of(h, s, moment_at(h, s, i)->id) = (uint32_t)i + 1;
}

/* Of which a tick may take its share */
static size_t most_of(const struct history *h)
{
	size_t each = stride_of(h) + 4 * sizeof(uint32_t);

	return HISTORY_BYTES / TICKS_WANTED / each;
}

void history_add(struct history *h, const struct tick *tick)
{
	size_t stride = stride_of(h), n = 0, most = most_of(h);
	struct stretch s = { .at = tick->at,
			     .length_s = (double)tick->length_ns * 1e-9 };
	uint64_t least;

	for (size_t i = 0; i < tick->ntasks; i++)
		n += did_something(&tick->tasks[i]);
	least = least_of(tick, n, most);
	s.cut = n > most;
	if (n > most)
		n = most;
	s.moments = xcalloc(n ? n : 1, stride);
	for (size_t i = 0; i < tick->ntasks && s.n < n; i++)
		if (did_something(&tick->tasks[i]) &&
		    cpu_ns(&tick->tasks[i]) >= least)
			put(h, moment_at(h, &s, s.n++), tick, &tick->tasks[i]);
	make_places(h, &s);
	while (h->n && (h->n == HISTORY_TICKS ||
			h->bytes + bytes_of(h, s.n) > HISTORY_BYTES))
		drop_oldest(h);
	h->bytes += bytes_of(h, s.n);
	if (!h->ticks)
		h->ticks = xcalloc(HISTORY_TICKS, sizeof(*h->ticks));
	h->ticks[h->n++] = s;
}

/* ---- out ---- */

static bool is_of(const struct moment *m, enum whose whose, uint64_t id)
{
	switch (whose) {
	case WHOSE_TASK:
		return m->id == id;
	case WHOSE_USER:
		return m->process && m->user == id;
	case WHOSE_CGROUP:
		return m->process && m->cgroup == id;
	}
	return false;
}

void past_done(struct past *p)
{
	free(p->slots);
	snapshot_done(&p->counts);
	memset(p, 0, sizeof(*p));
}

static void add_amounts(struct amounts *a, const struct moment *m)
{
	a->user_ns += (double)m->user_ns;
	a->sys_ns += (double)m->sys_ns;
	a->wait_ns += (double)m->wait_ns;
	a->minor_faults += (double)m->minor_faults;
	a->major_faults += (double)m->major_faults;
	a->voluntary += (double)m->voluntary;
	a->involuntary += (double)m->involuntary;
	a->has_wait |= m->has_wait;
	a->has_switches |= m->has_switches;
}

static void get_counts(const struct history *h, struct moment *m,
		       struct snapshot *snap, size_t slot)
{
	const unsigned char *states = states_of(h, m);

	for (size_t c = 0; c < h->ncounters; c++) {
		size_t group = h->plan->counters[c].group;
		const float *times = &m->counts[h->ncounters + 2 * group];

		*snapshot_at(snap, c, slot) = (struct reading){
			.raw = (uint64_t)m->counts[c],
			.enabled_ns = (uint64_t)times[0],
			.running_ns = (uint64_t)times[1],
			.state = (enum reading_state)states[c],
		};
	}
}

/* Of the moments that are somebody's, the next at or after @i; s->n: none */
static size_t next_of(const struct history *h, const struct stretch *s,
		      enum whose whose, uint64_t id, size_t i)
{
	if (whose == WHOSE_TASK) {
		uint32_t place = *place_of(h, s, id);

		return place && place - 1 >= i ? place - 1 : s->n;
	}
	while (i < s->n && !is_of(moment_at(h, s, i), whose, id))
		i++;
	return i;
}

static void fill_slots(const struct history *h, struct moment *const *found,
		       size_t n, struct past *ret)
{
	size_t slot = 0;

	ret->slots =
		xcalloc(ret->nslots ? ret->nslots : 1, sizeof(*ret->slots));
	snapshot_init(&ret->counts, h->ncounters, ret->nslots);
	for (size_t i = 0; i < n; i++) {
		if (!found[i]->counted)
			continue;
		ret->slots[slot] = (struct slot){
			.cpu = -1, .pid = -1, .tid = -1, .cgroup = -1
		};
		get_counts(h, found[i], &ret->counts, slot++);
	}
}

void history_past(const struct history *h, enum whose whose, uint64_t id,
		  size_t first, size_t end, struct past *ret)
{
	AUTO_FREE struct moment **found = NULL;
	size_t n = 0;

	past_done(ret);
	for (size_t k = first; k < end; k++) {
		struct stretch *s = &h->ticks[k];
		double rss = 0.0;
		size_t before = n;

		ret->length_s += s->length_s;
		ret->amounts.threads = 0;
		for (size_t i = next_of(h, s, whose, id, 0); i < s->n;
		     i = next_of(h, s, whose, id, i + 1)) {
			struct moment *m = moment_at(h, s, i);

			VEC_PUSH(found, n, m);
			add_amounts(&ret->amounts, m);
			rss += (double)m->rss;
			ret->amounts.threads += m->threads;
			ret->nslots += m->counted;
		}
		ret->amounts.rss = rss;
		ret->cut |= s->cut && n == before;
		if (n - before > ret->ntasks)
			ret->ntasks = n - before;
	}
	fill_slots(h, found, n, ret);
}

size_t history_since(const struct history *h, double seconds)
{
	size_t i = h->n;

	while (i && (i == h->n || seconds > 0.0)) {
		i--;
		seconds -= h->ticks[i].length_s;
		/* half a tick more is as near as half a tick less */
		if (seconds < h->ticks[i].length_s / 2.0)
			break;
	}
	return i;
}

double history_at(const struct history *h, size_t tick)
{
	return h->ticks[tick].at;
}
