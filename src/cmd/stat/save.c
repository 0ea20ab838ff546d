/*
 * tacho stat --save: everything of one invocation as a recording.
 *
 * The recording borrows; what it says of why something was not counted is what
 * the report says, because that was worked out before.
 */
#include "cmd/stat/job.h"

#include "base/auto.h"
#include "base/vec.h"
#include "base/xalloc.h"
#include "report/label.h"

#include <stdlib.h>
#include <string.h>

extern char **environ;

void stat_save_begin(struct stat_job *j)
{
	struct provenance *p = &j->provenance;

	/* what this report rests on, a later one rests on, too */
	stat_facts_machine(j);
	/* the load is that of before, the rest may be looked at any time */
	provenance_of_machine(&j->root, resolver_cpu(j->resolver), p);
	provenance_of_process(environ, p);
	provenance_of_command(j->options.command, p);
	provenance_set(p, PROVENANCE_TACHO, j->about.version);
	provenance_set(p, PROVENANCE_SOURCE, j->about.source.name);
	provenance_set(p, PROVENANCE_SIMULATOR, j->about.source.how);
}

/* The strings are argv's, which nobody writes to. */
static char **borrow_list(const struct opt_list *list)
{
	char **texts = xcalloc(list->n + 1, sizeof(*texts));

	if (list->n)
		memcpy(texts, list->items, list->n * sizeof(*texts));
	return texts;
}

static void fill_source(const struct stat_job *j, struct recording_source *s)
{
	const struct report_source *from = &j->about.source;

	s->name = xstrdup(from->name);
	s->simulated = from->simulated;
	s->version = from->version ? xstrdup(from->version) : NULL;
	s->how = from->how ? xstrdup(from->how) : NULL;
	for (size_t i = 0; i < from->ncaches; i++) {
		struct recording_cache *cache = &s->caches[s->ncaches++];

		snprintf(cache->name, sizeof(cache->name), "%s",
			 from->caches[i].name);
		cache->bytes = from->caches[i].bytes;
		cache->ways = from->caches[i].ways;
		cache->line_bytes = from->caches[i].line_bytes;
	}
	s->remarks = j->cachegrind.remarks;
	s->nremarks = j->cachegrind.nremarks;
	s->hint = stat_source_hint(j);
}

static void fill_target(const struct stat_job *j, struct recording_target *t)
{
	const struct stat_options *o = &j->options;

	t->argv = o->command;
	t->pids = borrow_list(&o->pids);
	t->npids = o->pids.n;
	t->tids = borrow_list(&o->tids);
	t->ntids = o->tids.n;
	t->cgroups = j->target.cgroups;
	t->ncgroups = j->target.ncgroups;
	t->cpus = o->cpus ? xstrdup(o->cpus) : NULL;
	t->system_wide = o->system_wide;
}

static void fill_options(const struct stat_options *o,
			 struct recording_options *to)
{
	to->rows = xstrdup(label_by(stat_options_by(o)));
	to->repeat = o->repeat;
	to->interval_ms = o->interval_ms;
	to->delay_ms = o->delay_ms;
	to->no_counts = o->no_counts;
	to->no_scale = o->no_scale;
	to->min_running = o->min_running;
	to->event_dirs = borrow_list(&o->event_dirs);
	to->nevent_dirs = o->event_dirs.n;
}

static void fill_left_out(struct stat_job *j, struct recording *r)
{
	stat_explain_left_out(j);
	for (size_t i = 0; i < j->events.nleft_out; i++) {
		struct recording_left_out l = {
			.names = j->events.left_out[i].names,
			.each = j->events.left_out[i].each,
			.neach = j->events.left_out[i].neach,
			.why = j->events.left_out[i].why,
			.hardware = j->events.left_out[i].hardware,
		};

		VEC_PUSH(r->left_out, r->nleft_out, l);
	}
}

/* Only what was made here: the rest is the job's. */
void stat_record_done(struct recording *r)
{
	free(r->tacho);
	free(r->source.name);
	free(r->source.version);
	free(r->source.how);
	free(r->source.hint);
	free(r->target.pids);
	free(r->target.tids);
	free(r->target.cpus);
	free(r->options.rows);
	free(r->options.event_dirs);
	free(r->left_out);
}

void stat_record(struct stat_job *j, struct recording *ret)
{
	struct recording r = {
		.tacho = xstrdup(j->about.version),
		.started_at = j->about.started_at,
		.cpu = *resolver_cpu(j->resolver),
		.metrics = j->metrics.names,
		.nmetrics = j->metrics.nnames,
		.nbeside = j->metrics.nbeside,
		.lacks = j->metrics.lacks,
		.nlacks = j->metrics.nlacks,
		.binaries = j->binaries,
		.nbinaries = j->nbinaries,
		.events = j->events.list,
		.plan = j->plan,
		.series = j->series,
		.metric_list = j->metrics.list,
		.uses = j->metrics.uses,
	};

	/* silent ones may have been dropped since */
	if (r.nbeside > r.events.n)
		r.nbeside = r.events.n;
	r.facts = j->machine;
	r.topology = j->topology;
	r.has_topology = j->has_topology;
	for (size_t i = 0; i < j->series.nruns; i++)
		stat_explain_run(j, &j->series.runs[i]);
	if (j->nbinaries)
		provenance_of_binary(&j->binaries[0], &j->provenance);
	r.provenance = j->provenance;
	fill_source(j, &r.source);
	fill_target(j, &r.target);
	fill_options(&j->options, &r.options);
	fill_left_out(j, &r);
	if (j->known)
		r.catalog = *j->known;
	*ret = r;
	ret->series.plan = &ret->plan;
}

int stat_save(struct stat_job *j, struct err *err)
{
	struct recording r;
	int bad;

	stat_record(j, &r);
	bad = recording_save(&r, j->options.save, err);
	stat_record_done(&r);
	return bad;
}
