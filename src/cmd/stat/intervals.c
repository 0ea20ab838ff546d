/* Intervals on their way to the view; see intervals.h. */
#include "cmd/stat/intervals.h"

#include <string.h>

/* The memory of a kept snapshot is used again for the next. */
static void copy(struct snapshot *to, const struct snapshot *from)
{
	if (to->ncounters != from->ncounters || to->nslots != from->nslots) {
		snapshot_done(to);
		snapshot_init(to, from->ncounters, from->nslots);
	}
	to->time_ns = from->time_ns;
	memcpy(to->readings, from->readings,
	       from->ncounters * from->nslots * sizeof(*from->readings));
	spreads_free(to->spread);
	to->spread = spreads_copy(from->spread);
}

int intervals_add(struct intervals *i, const struct run *run,
		  const struct snapshot *delta, const struct snapshot *total,
		  double at_s, double length_s, struct err *err)
{
	struct interval_kept *k = &i->kept[i->n++];

	copy(&k->delta, delta);
	copy(&k->total, total);
	k->at_s = at_s;
	k->length_s = length_s;
	if (i->n < INTERVALS_MAX && at_s - i->kept[0].at_s < i->hold_s)
		return 0;
	return intervals_flush(i, run, err);
}

int intervals_flush(struct intervals *i, const struct run *run, struct err *err)
{
	int r = 0;

	for (size_t k = 0; k < i->n && r == 0; k++)
		r = i->show(i->arg, run, &i->kept[k], k + 1 < i->n, err);
	i->n = 0;
	return r;
}

void intervals_done(struct intervals *i)
{
	for (size_t k = 0; k < INTERVALS_MAX; k++) {
		snapshot_done(&i->kept[k].delta);
		snapshot_done(&i->kept[k].total);
	}
}
