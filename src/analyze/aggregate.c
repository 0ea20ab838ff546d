/* Slots to rows; see aggregate.h. */
#include "analyze/aggregate.h"

#include "base/auto.h"
#include "base/vec.h"
#include "base/xalloc.h"

#include <stdlib.h>
#include <string.h>

static struct bin bin_of(const struct slot *slot, enum aggregate_by by,
			 const struct topology *topology)
{
	struct bin bin = { .by = by,
			   .cpu = -1,
			   .core = -1,
			   .die = -1,
			   .socket = -1,
			   .node = -1,
			   .tid = -1,
			   .pid = -1,
			   .cgroup = slot->cgroup };
	const struct topology_cpu *place = NULL;

	if (topology && slot->cpu >= 0)
		place = topology_find(topology, slot->cpu);
	switch (by) {
	case AGGREGATE_ALL:
		break;
	case AGGREGATE_CPU:
		bin.cpu = slot->cpu;
		break;
	case AGGREGATE_CORE:
		bin.core = place ? place->core : -1;
		bin.die = place ? place->die : -1;
		bin.socket = place ? place->socket : -1;
		break;
	case AGGREGATE_DIE:
		bin.die = place ? place->die : -1;
		bin.socket = place ? place->socket : -1;
		break;
	case AGGREGATE_SOCKET:
		bin.socket = place ? place->socket : -1;
		break;
	case AGGREGATE_NODE:
		bin.node = place ? place->node : -1;
		break;
	case AGGREGATE_THREAD:
		bin.tid = slot->tid;
		memcpy(bin.comm, slot->comm, sizeof(bin.comm));
		bin.comm[sizeof(bin.comm) - 1] = '\0';
		break;
	case AGGREGATE_PROCESS:
		bin.pid = slot->pid;
		memcpy(bin.comm, slot->comm, sizeof(bin.comm));
		bin.comm[sizeof(bin.comm) - 1] = '\0';
		break;
	}
	return bin;
}

int bin_compare(const struct bin *a, const struct bin *b)
{
	const int left[] = { a->cgroup, a->node, a->socket, a->die,
			     a->core,   a->cpu,  a->pid,    a->tid };
	const int right[] = { b->cgroup, b->node, b->socket, b->die,
			      b->core,   b->cpu,  b->pid,    b->tid };

	for (size_t i = 0; i < sizeof(left) / sizeof(left[0]); i++)
		if (left[i] != right[i])
			return left[i] < right[i] ? -1 : 1;
	return 0;
}

static int by_key(const void *a, const void *b)
{
	return bin_compare(a, b);
}

struct bin *bins_find(const struct bins *bins, const struct bin *like)
{
	if (!bins->n)
		return NULL;
	return bsearch(like, bins->items, bins->n, sizeof(*bins->items),
		       by_key);
}

struct placed {
	struct bin bin;
	size_t slot;
};

static int by_place(const void *left, const void *right)
{
	const struct placed *a = left, *b = right;
	int order = bin_compare(&a->bin, &b->bin);

	if (order)
		return order;
	return (a->slot > b->slot) - (a->slot < b->slot);
}

void bins_make(struct bins *ret, const struct run *run, enum aggregate_by by,
	       const struct topology *topology)
{
	AUTO_FREE struct placed *placed = xcalloc(run->nslots, sizeof(*placed));

	memset(ret, 0, sizeof(*ret));
	for (size_t s = 0; s < run->nslots; s++) {
		placed[s].bin = bin_of(&run->slots[s], by, topology);
		placed[s].slot = s;
	}
	qsort(placed, run->nslots, sizeof(*placed), by_place);
	for (size_t i = 0; i < run->nslots; i++) {
		struct bin *bin;

		if (!i || bin_compare(&placed[i - 1].bin, &placed[i].bin))
			VEC_PUSH(ret->items, ret->n, placed[i].bin);
		bin = &ret->items[ret->n - 1];
		VEC_PUSH(bin->slots, bin->nslots, placed[i].slot);
	}
}

void bins_done(struct bins *bins)
{
	if (!bins)
		return;
	for (size_t i = 0; i < bins->n; i++)
		free(bins->items[i].slots);
	free(bins->items);
	memset(bins, 0, sizeof(*bins));
}
