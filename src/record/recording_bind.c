/* What can be made of a recording, and its end; see recording.h. */
#include "record/recording.h"

#include "base/auto.h"
#include "base/vec.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

static bool counts_hardware(const struct recording *r)
{
	for (size_t i = 0; i < r->events.n; i++)
		if (r->events.items[i]->hardware)
			return true;
	return false;
}

int recording_load_catalog(struct recording *r, bool whole,
			   const char *const *dirs, size_t ndirs,
			   struct err *err)
{
	bool simulated = r->source.simulated;

	whole |= r->nmetrics || counts_hardware(r);
	catalog_done(&r->catalog);
	return catalog_load_for(
		&r->catalog, whole && !simulated ? &r->cpu : NULL,
		simulated ? r->source.name : NULL, dirs, ndirs, err);
}

static void set_constants(struct recording *r)
{
	for (size_t i = 0; i < r->catalog.nlive; i++) {
		const struct section *s = r->catalog.live[i];
		double value;

		if (!strcmp(s->kind, "constant") &&
		    metric_constant(s, &value, NULL) == 0)
			facts_set(&r->facts, s->name, value);
	}
}

/* Which branches of formulas are taken depends on the machine. */
static bool ask_the_machine(const struct metric_list *list)
{
	for (size_t i = 0; i < list->n; i++)
		for (size_t k = 0; k < list->items[i].nnames; k++) {
			const struct metric_name *n = &list->items[i].names[k];
			const struct fact_kind *kind = fact_find(n->name);

			if (n->kind == METRIC_NAME_FACT &&
			    kind->origin == FACT_OF_MACHINE)
				return true;
		}
	return false;
}

/* A metric may have been taken out of the files since. */
static size_t known_names(struct recording *r, const char *const *names,
			  size_t n, const char **ret)
{
	size_t known = 0;

	for (size_t i = 0; i < n; i++) {
		if (catalog_find(&r->catalog, "metric", names[i]))
			ret[known++] = names[i];
		else
			VEC_PUSH(r->unknown, r->nunknown, xstrdup(names[i]));
	}
	return known;
}

int recording_bind(struct recording *r, const char *const *names, size_t n,
		   struct err *err)
{
	AUTO_FREE const char **known = NULL;
	struct event_list beside = r->events;
	int bad;

	if (!names) {
		names = (const char *const *)r->metrics;
		n = r->nmetrics;
	}
	known = xcalloc(n + 1, sizeof(*known));
	n = known_names(r, names, n, known);
	set_constants(r);
	beside.n = r->nbeside;
	bad = metric_load_for(&r->catalog, &beside, known, n, &r->metric_list,
			      err);
	if (bad == 0 && ask_the_machine(&r->metric_list))
		bad = metric_settle(&r->metric_list, &r->catalog, &r->facts,
				    err);
	if (bad < 0)
		return bad;
	metric_bind(&r->metric_list, &r->events, &r->uses);
	for (size_t i = 0; i < n; i++)
		metric_bind_named(&r->metric_list, &r->events, known[i],
				  r->lacks, r->nlacks, &r->uses);
	plan_bind(&r->plan, &r->uses);
	return 0;
}

/* ---- the end ---- */

static void free_texts(char **texts, size_t n)
{
	for (size_t i = 0; i < n; i++)
		free(texts[i]);
	free(texts);
}

static void target_end(struct recording_target *t)
{
	for (char **arg = t->argv; arg && *arg; arg++)
		free(*arg);
	free(t->argv);
	free_texts(t->pids, t->npids);
	free_texts(t->tids, t->ntids);
	free_texts(t->cgroups, t->ncgroups);
	free(t->cpus);
}

static void source_end(struct recording_source *s)
{
	free(s->name);
	free(s->version);
	free(s->how);
	free(s->hint);
	free_texts(s->remarks, s->nremarks);
}

static void asked_end(struct recording *r)
{
	target_end(&r->target);
	source_end(&r->source);
	free(r->options.rows);
	free_texts(r->options.event_dirs, r->options.nevent_dirs);
	free_texts(r->metrics, r->nmetrics);
	for (size_t i = 0; i < r->nlacks; i++)
		free(r->lacks[i].why);
	free(r->lacks);
	for (size_t i = 0; i < r->nleft_out; i++) {
		free(r->left_out[i].names);
		free_texts(r->left_out[i].each, r->left_out[i].neach);
	}
	free(r->left_out);
}

void recording_free(struct recording *r)
{
	if (!r)
		return;
	free(r->tacho);
	provenance_done(&r->provenance);
	cpu_done(&r->cpu);
	topology_done(&r->topology);
	asked_end(r);
	for (size_t i = 0; i < r->nbinaries; i++)
		binary_done(&r->binaries[i]);
	free(r->binaries);
	series_done(&r->series);
	plan_done(&r->plan);
	metric_uses_done(&r->uses);
	metric_list_done(&r->metric_list);
	catalog_done(&r->catalog);
	event_list_done(&r->events);
	facts_done(&r->facts);
	free(r->compared.name);
	free(r->turns);
	free_texts(r->texts, r->ntexts);
	free_texts(r->unknown, r->nunknown);
	free(r);
}

void recordings_done(struct recordings *r)
{
	for (size_t i = 0; i < r->n; i++)
		recording_free(r->items[i]);
	free(r->items);
	*r = (struct recordings){ 0 };
}

void recording_freep(struct recording **r)
{
	recording_free(*r);
}
