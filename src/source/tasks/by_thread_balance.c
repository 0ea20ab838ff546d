/*
 * Sharing out descriptors: the busiest tasks first; where much of the CPU time
 * would go uncounted even so, fewer groups for each.
 */
#include "source/tasks/by_thread.h"

#include "base/auto.h"
#include "base/xalloc.h"

#include <stdlib.h>
#include <string.h>

/* Ticks with plenty of descriptors, until more are used again. */
#define CALM 10

struct balance {
	size_t needed;              /* descriptors for all that wants some */
	uint64_t all_ns, missed_ns; /* CPU time, of it without counters */
	size_t nmissed;             /* tasks */
};

/* Who has counters keeps them unless somebody is much busier: each change costs
   a tick without counts. */
static uint64_t weight(const struct held_process *h)
{
	return h->nopen ? 2 * h->busy_ns : h->busy_ns;
}

static int by_weight(const void *a, const void *b)
{
	uint64_t x = weight(*(struct held_process *const *)a);
	uint64_t y = weight(*(struct held_process *const *)b);

	return (x < y) - (x > y);
}

static struct balance share_out(struct by_thread *c)
{
	AUTO_FREE struct held_process **order =
		xcalloc(c->nheld + 1, sizeof(struct held_process *));
	size_t left = c->max, each = c->counting.npossible;
	struct balance b = { 0 };

	if (c->nheld)
		memcpy(order, c->held, c->nheld * sizeof(*order));
	qsort(order, c->nheld, sizeof(*order), by_weight);
	for (size_t i = 0; i < c->nheld; i++) {
		struct held_process *h = order[i];
		size_t need = each * h->nwanted;
		size_t gets = need < left ? need : left;

		if (h->refused)
			continue;
		h->chosen = left >= each;
		b.needed += need;
		b.all_ns += h->busy_ns;
		left -= gets;
		/* what it cannot have need not be tried in each tick */
		h->limited = h->nopen && each * (h->nopen + 1) > gets;
		if (h->chosen)
			continue;
		if (h->nopen)
			by_thread_drop(c, h);
		b.missed_ns += h->busy_ns;
		b.nmissed += h->busy_ns > 0;
	}
	return b;
}

static void adjust(struct by_thread *c, const struct balance *b)
{
	size_t groups = c->counting.groups;
	double missed =
		b->all_ns ? (double)b->missed_ns / (double)b->all_ns : 0.0;

	if (missed > 0.1 && groups > 1)
		thread_counting_set_groups(&c->counting, groups - 1);
	c->calm = 2 * b->needed <= c->max ? c->calm + 1 : 0;
	if (c->calm < CALM)
		return;
	c->calm = 0;
	c->max = c->most;
	if (groups < c->counting.plan->ngroups)
		thread_counting_set_groups(&c->counting, groups + 1);
	else
		c->scarce = false;
	for (size_t i = 0; i < c->nheld; i++)
		c->held[i]->limited = false;
}

static char *sentence(const struct by_thread *c, const struct balance *b)
{
	size_t groups = c->counting.groups, all = c->counting.plan->ngroups;

	AUTO_FREE char *missed =
		b->nmissed ? xasprintf("%zu busy tasks are not counted",
				       b->nmissed)
			   : NULL;

	if (groups == all)
		return xasprintf("%zu descriptors are too few: %s", c->max,
				 missed ? missed : "not all could be counted");
	return xasprintf(
		"%zu descriptors are too few: only %zu of %zu groups of "
		"events are counted%s%s",
		c->max, groups, all, missed ? ", and " : "",
		missed ? missed : "");
}

void by_thread_balance(struct by_thread *c)
{
	struct balance b;

	free(TAKE_PTR(c->base.limited));
	if (!c->scarce)
		return;
	b = share_out(c);
	adjust(c, &b);
	if (c->scarce)
		c->base.limited = sentence(c, &b);
}
