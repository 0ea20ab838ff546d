/* What --save writes before the first tick. */
#include "cmd/top/top.h"

#include "base/auto.h"
#include "base/xalloc.h"
#include "config.h"

#include <string.h>
#include <time.h>

extern char **environ;

static void fill_provenance(struct top *t, struct provenance *p)
{
	provenance_of_machine(&t->root, resolver_cpu(t->resolver), p);
	provenance_of_process(environ, p);
	provenance_set(p, PROVENANCE_TACHO, PACKAGE_VERSION);
	provenance_set(p, PROVENANCE_SOURCE, "perf");
}

/* The strings are argv's, which nobody writes to. */
static char **borrow_list(const struct opt_list *list)
{
	char **texts = xcalloc(list->n + 1, sizeof(*texts));

	if (list->n)
		memcpy(texts, list->items, list->n * sizeof(*texts));
	return texts;
}

/* Only what is not the counting's. */
static void release(struct recording *r)
{
	free(r->tacho);
	free(r->source.name);
	free(r->target.pids);
	free(r->options.rows);
	free(r->options.event_dirs);
	provenance_done(&r->provenance);
}

int top_save_open(struct top *t, struct err *err)
{
	struct stat_job *j = &t->counting.job;
	const struct top_options *o = &t->o;
	struct timespec now;
	struct recording r = {
		.tacho = xstrdup(PACKAGE_VERSION),
		.cpu = *resolver_cpu(t->resolver),
		.topology = j->topology,
		.has_topology = j->has_topology,
		.target = { .pids = borrow_list(&o->pids),
			    .npids = o->pids.n,
			    .cgroups = t->whom.cgroups,
			    .ncgroups = t->whom.ncgroups,
			    .system_wide = !o->pids.n && !t->whom.ncgroups },
		.source = { .name = xstrdup("perf") },
		.options = { .rows = xstrdup(""), .repeat = 1 },
		.metrics = j->metrics.names,
		.nmetrics = j->metrics.nnames,
		.nbeside = j->metrics.nbeside,
		.lacks = j->metrics.lacks,
		.nlacks = j->metrics.nlacks,
		.events = j->events.list,
		.facts = j->machine,
		.plan = j->plan,
	};
	int bad;

	clock_gettime(CLOCK_REALTIME, &now);
	r.started_at = (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
	r.options.event_dirs = borrow_list(&o->event_dirs);
	r.options.nevent_dirs = o->event_dirs.n;
	fill_provenance(t, &r.provenance);
	bad = tick_writer_open(o->save, &r, &t->context, &t->writer, err);
	release(&r);
	return bad;
}
