/*
 * Sums over slices; see spread.h.
 *
 * Which combination of counts is asked about is known at the end only: a count
 * less its mean rate, or what a metric makes of several.  So the products of
 * all pairs of members are summed up, from which any of them follows.
 */
#include "record/spread.h"

#include "base/xalloc.h"
#include "record/run.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Of one group in one slot: slices, the sum of squared running times, the last
   slice (members, then running time), the products (upper triangle). */
enum {
	SLICES,
	TIME2,
	LAST
};
#define MOST_SUMS ((size_t)1 << 28)
#define MOST_MEMBERS 4096 /* of a group that somebody else made */

static size_t products(size_t members)
{
	return (members + 1) * (members + 2) / 2;
}

static double *sums_of(const struct spreads *s, size_t group, size_t slot)
{
	return s->sums + slot * s->per_slot + s->offset[group];
}

void spreads_init(struct spreads *s, const struct plan *plan, size_t nslots)
{
	size_t most = 0;

	*s = (struct spreads){ .ngroups = plan->ngroups, .nslots = nslots };
	s->members = xcalloc(s->ngroups, sizeof(*s->members));
	s->offset = xcalloc(s->ngroups, sizeof(*s->offset));
	for (size_t g = 0; g < s->ngroups; g++) {
		const struct plan_group *group = &plan->groups[g];

		if (!group->hardware)
			continue;
		if (group->n > most)
			most = group->n;
		s->members[g] = group->n;
		s->offset[g] = s->per_slot;
		s->per_slot += LAST + group->n + 1 + products(group->n);
	}
	s->sums = xcalloc(nslots * s->per_slot, sizeof(*s->sums));
	s->slice = xcalloc(most + 1, sizeof(*s->slice));
}

void spreads_done(struct spreads *s)
{
	free(s->members);
	free(s->offset);
	free(s->sums);
	free(s->slice);
	*s = (struct spreads){ 0 };
}

void spreads_reset(struct spreads *s)
{
	memset(s->sums, 0, s->nslots * s->per_slot * sizeof(*s->sums));
}

static void *copy_of(const void *from, size_t n, size_t size)
{
	void *to = xcalloc(n, size);

	if (n)
		memcpy(to, from, n * size);
	return to;
}

struct spreads *spreads_copy(const struct spreads *s)
{
	struct spreads *copy;

	if (!s)
		return NULL;
	copy = copy_of(s, 1, sizeof(*s));
	copy->members = copy_of(s->members, s->ngroups, sizeof(*s->members));
	copy->offset = copy_of(s->offset, s->ngroups, sizeof(*s->offset));
	copy->sums =
		copy_of(s->sums, s->nslots * s->per_slot, sizeof(*s->sums));
	copy->slice = NULL; /* nothing is added to a copy */
	return copy;
}

void spreads_free(struct spreads *s)
{
	if (!s)
		return;
	spreads_done(s);
	free(s);
}

/* What spreads_init() would make room for; SIZE_MAX: more than there can be. */
static size_t room_for(const struct plan *plan, size_t nslots)
{
	size_t per_slot = 0;

	for (size_t g = 0; g < plan->ngroups; g++) {
		size_t members = plan->groups[g].n;

		if (!plan->groups[g].hardware)
			continue;
		if (members > MOST_MEMBERS)
			return SIZE_MAX;
		per_slot += LAST + members + 1 + products(members);
	}
	return nslots && per_slot > SIZE_MAX / 2 / nslots ? SIZE_MAX
							  : nslots * per_slot;
}

/* Could these sums be of slices?  The number of them, their squared times and
   the products with themselves are not below 0. */
static bool are_sums(const struct spreads *s, size_t slot, size_t group)
{
	const double *sums = sums_of(s, group, slot);
	size_t members = s->members[group];
	const double *product = sums + LAST + members + 1;

	for (size_t i = 0; i < LAST + members + 1 + products(members); i++)
		if (!isfinite(sums[i]))
			return false;
	for (size_t i = 0; i <= members; i++) {
		if (*product < 0.0)
			return false;
		product += members + 1 - i;
	}
	return sums[SLICES] >= 0.0 && sums[SLICES] < 1e15 && sums[TIME2] >= 0.0;
}

struct spreads *spreads_restore(const struct plan *plan, size_t nslots,
				const double *sums, size_t n)
{
	struct spreads *s;

	if (!n || n > MOST_SUMS || room_for(plan, nslots) != n)
		return NULL;
	s = xcalloc(1, sizeof(*s));
	spreads_init(s, plan, nslots);
	memcpy(s->sums, sums, n * sizeof(*sums));
	for (size_t slot = 0; slot < nslots; slot++)
		for (size_t g = 0; g < s->ngroups; g++)
			if (s->members[g] && !are_sums(s, slot, g)) {
				spreads_free(s);
				return NULL;
			}
	return s;
}

/* The counters of a group share their times; false: it had no turn. */
static bool take_slice(double *slice, const struct plan_group *group,
		       size_t slot, const struct snapshot *now,
		       const struct snapshot *before)
{
	uint64_t ran = 0;

	for (size_t i = 0; i < group->n; i++) {
		const struct reading *a, *b;
		struct reading d;

		a = snapshot_at(now, group->first + i, slot);
		b = snapshot_at(before, group->first + i, slot);
		slice[i] = 0.0;
		if (!reading_has_value(a->state))
			continue;
		d = reading_delta(a, b);
		slice[i] = (double)d.raw;
		if (d.running_ns > ran)
			ran = d.running_ns;
	}
	slice[group->n] = (double)ran;
	return ran > 0;
}

static void add_slice(double *sums, const double *slice, size_t members)
{
	double *last = sums + LAST;
	double *product = last + members + 1;

	if (sums[SLICES] > 0.0)
		for (size_t i = 0; i <= members; i++)
			for (size_t k = i; k <= members; k++)
				*product++ += (slice[i] - last[i]) *
					      (slice[k] - last[k]);
	memcpy(last, slice, (members + 1) * sizeof(*slice));
	sums[SLICES] += 1.0;
	sums[TIME2] += slice[members] * slice[members];
}

void spreads_add(struct spreads *s, const struct plan *plan,
		 const struct snapshot *now, const struct snapshot *before)
{
	for (size_t g = 0; g < s->ngroups; g++) {
		const struct plan_group *group = &plan->groups[g];

		for (size_t k = 0; k < s->nslots && s->members[g]; k++)
			if (take_slice(s->slice, group, k, now, before))
				add_slice(sums_of(s, g, k), s->slice, group->n);
	}
}

size_t spreads_slices(const struct spreads *s, size_t group, size_t slot)
{
	return s->members[group] ? (size_t)sums_of(s, group, slot)[SLICES] : 0;
}

double spreads_time2(const struct spreads *s, size_t group, size_t slot)
{
	return s->members[group] ? sums_of(s, group, slot)[TIME2] : 0.0;
}

double spreads_differences(const struct spreads *s, size_t group, size_t slot,
			   const double *weights)
{
	size_t members = s->members[group];
	const double *product;
	double sum = 0.0;

	if (!members)
		return 0.0;
	product = sums_of(s, group, slot) + LAST + members + 1;
	for (size_t i = 0; i <= members; i++)
		for (size_t k = i; k <= members; k++)
			sum += (i == k ? 1.0 : 2.0) * weights[i] * weights[k] *
			       *product++;
	/* rounding, where all slices are alike */
	return sum > 0.0 ? sum : 0.0;
}
