/*
 * tacho compare --baseline: the reference is a recording, and what it has is
 * what is counted of the others.
 */
#include "cmd/compare/measuring.h"

#include "base/auto.h"
#include "base/vec.h"
#include "base/xalloc.h"
#include "source/cachegrind_source.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* A number of a simulation and a count are not the same thing. */
static int take_source(struct measuring *m, const struct recording *r,
		       struct err *err)
{
	struct stat_options *o = &m->options.stat;
	bool simulated = r->source.simulated;

	if (!o->source && simulated)
		o->source = source_cachegrind.name;
	if (stat_is_simulated(o) == simulated)
		return 0;
	err_set(err, -EINVAL,
		"the baseline is %s, and --source=%s is %s: their numbers do "
		"not compare",
		simulated ? "simulated" : "counted",
		o->source ? o->source : "auto",
		simulated ? "not" : "simulated");
	err_hint(err, "leave --source out");
	return -EINVAL;
}

int measuring_load_baseline(struct measuring *m, struct err *err)
{
	struct stat_options *o = &m->options.stat;
	struct recording *r;
	int bad = recording_load_all(m->options.baseline, &m->baseline, err);

	if (bad < 0)
		return bad;
	r = m->baseline.items[0];
	bad = take_source(m, r, err);
	if (bad == 0)
		bad = recording_load_catalog(r, o->metrics.n > 0,
					     o->event_dirs.items,
					     o->event_dirs.n, err);
	return bad == 0 ? recording_bind(r, NULL, 0, err) : bad;
}

static bool has(const struct opt_list *list, const char *name)
{
	for (size_t i = 0; i < list->n; i++)
		if (!strcmp(list->items[i], name))
			return true;
	return false;
}

/* An event of a hybrid CPU is there once for each kind of core. */
static void take_event(struct opt_list *list, struct resolver *resolver,
		       const struct event *event)
{
	AUTO(event_list_done) struct event_list found = { 0 };
	struct err why = { 0 };

	if (event->silent || event->lacking || has(list, event->name))
		return;
	if (resolve_text(resolver, event->name, &found, &why) < 0)
		fprintf(stderr,
			"tacho: '%s' of the baseline is not counted here: %s\n",
			event->name, why.what);
	else
		VEC_PUSH(list->items, list->n, event->name);
}

/* A simulation has the same in any case. */
void measuring_take_events(struct measuring *m)
{
	static const struct rootfs here = { .prefix = "" };
	struct stat_options *o = &m->options.stat;
	AUTO(resolver_freep) struct resolver *resolver = NULL;
	const struct recording *r;

	if (!m->baseline.n || o->events.n || o->metrics.n ||
	    stat_is_simulated(o))
		return;
	r = m->baseline.items[0];
	resolver = resolver_new(&here, o->event_dirs.items, o->event_dirs.n);
	for (size_t i = 0; i < r->nbeside; i++)
		take_event(&o->events, resolver, r->events.items[i]);
	for (size_t i = 0; i < r->nmetrics; i++)
		if (catalog_find(&r->catalog, "metric", r->metrics[i]))
			VEC_PUSH(o->metrics.items, o->metrics.n, r->metrics[i]);
}
