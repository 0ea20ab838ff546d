/* Screens of tacho top: which there are, and what they need counted. */
#include "cmd/top/top.h"

#include "base/auto.h"
#include "base/suggest.h"
#include "base/vec.h"
#include "base/xalloc.h"

#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

static void add(struct top_screens *s, struct screen_spec *spec)
{
	size_t n = s->n;
	struct screen_choice choice = { .name = spec->name,
					.title = spec->title,
					.about = spec->about };

	VEC_PUSH(s->choices, n, choice);
	VEC_PUSH(s->specs, s->n, *spec);
	memset(spec, 0, sizeof(*spec));
}

int top_screens_load(const struct catalog *catalog, const char *columns,
		     struct top_screens *ret, struct err *err)
{
	int r = 0;

	if (columns) {
		AUTO(screen_spec_done) struct screen_spec spec = { 0 };

		r = screen_spec_list(columns, &spec, err);
		if (r < 0)
			return err_prefix(err, "--columns");
		add(ret, &spec);
	}
	for (size_t i = 0; i < catalog->nlive; i++) {
		AUTO(screen_spec_done) struct screen_spec spec = { 0 };

		if (strcmp(catalog->live[i]->kind, "screen") != 0)
			continue;
		r = screen_spec_read(catalog->live[i], &spec, err);
		if (r < 0)
			return r;
		add(ret, &spec);
	}
	return ret->n ? 0 : err_set(err, -EINVAL, "there is no screen");
}

size_t top_screens_find(const struct top_screens *s,
			const struct catalog *catalog, const char *name,
			struct err *err)
{
	AUTO(screen_spec_done) struct screen_spec spec = { 0 };

	if (!name)
		return 0;
	for (size_t i = 0; i < s->n; i++)
		if (!strcmp(s->specs[i].name, name))
			return i;
	screen_spec_find(catalog, name, &spec, err);
	return SIZE_MAX;
}

void top_screens_done(struct top_screens *s)
{
	for (size_t i = 0; i < s->n; i++)
		screen_spec_done(&s->specs[i]);
	free(s->specs);
	free(s->choices);
}

void top_screens_print(FILE *out, const struct top_screens *s)
{
	fputs("screens:\n", out);
	for (size_t i = 0; i < s->n; i++) {
		const struct screen_spec *spec = &s->specs[i];

		fprintf(out, "  %-10s %s\n             ", spec->name,
			*spec->about ? spec->about : spec->title);
		for (size_t k = 0; k < spec->n; k++)
			fprintf(out, "%s%s", k ? "," : "", spec->keys[k]);
		fputc('\n', out);
	}
	fputs("\ncolumns, beside metrics (tacho list metrics) and events:\n",
	      out);
	for (size_t i = 0; i < column_nbuiltins; i++)
		fprintf(out, "  %-16s %s\n", column_builtins[i].key,
			column_builtins[i].about);
}

/* ---- what they need ---- */

static int fail_key(const struct catalog *catalog,
		    const struct screen_spec *spec, const char *key,
		    struct err *err)
{
	AUTO(suggest_done) struct suggest near = { 0 };
	char text[200];

	suggest_init(&near, key);
	for (size_t i = 0; i < column_nbuiltins; i++)
		suggest_offer(&near, column_builtins[i].key);
	for (size_t i = 0; i < catalog->nlive; i++)
		if (!strcmp(catalog->live[i]->kind, "metric"))
			suggest_offer(&near, catalog->live[i]->name);
	suggest_text(&near, text, sizeof(text));
	err_set(err, -EINVAL, "'%.60s' is no column, metric or event%s%s", key,
		*text ? "; " : "", text);
	if (spec->file)
		err_prefix(err, "%s:%d: [screen %.60s]", spec->file, spec->line,
			   spec->name);
	else
		err_prefix(err, "--columns");
	err_hint(err, "tacho top --list-screens, tacho list metrics and tacho "
		      "list show them");
	return -EINVAL;
}

/* What is no metric may be an event; what is neither is told by name. */
static int add_event(struct stat_job *j, const struct screen_spec *spec,
		     const char *key, struct err *err)
{
	if (resolve_input(j->resolver, key, &j->events.list, NULL) == 0 ||
	    resolve_text(j->resolver, key, &j->events.list, NULL) == 0)
		return 0;
	return fail_key(j->known, spec, key, err);
}

static int make_cpu_plan(struct top_counting *c, struct err *err)
{
	int r = resolve_text(c->job.resolver, "{cycles,instructions}",
			     &c->cpu_events, err);

	if (r < 0)
		return r;
	return plan_make(&c->cpu_events, &c->cpu_uses, perf_fit_group,
			 &c->job.fit, &c->cpu_plan, err);
}

int top_counting_make(struct top_counting *c, struct resolver *resolver,
		      const struct catalog *catalog,
		      const struct screen_spec *spec, struct err *err)
{
	struct stat_job *j = &c->job;
	AUTO_FREE const char **metrics = xcalloc(spec->n + 1, sizeof(*metrics));
	size_t n = 0;
	int r = 0;

	*c = (struct top_counting){ .job = { .resolver = resolver,
					     .known = catalog } };
	j->fit.sys = &perf_sys_kernel;
	for (size_t i = 0; i < spec->n && r == 0; i++) {
		if (column_builtin(spec->keys[i]))
			continue;
		if (catalog_find(catalog, "metric", spec->keys[i]))
			metrics[n++] = spec->keys[i];
		else
			r = add_event(j, spec, spec->keys[i], err);
	}
	if (r == 0)
		r = stat_metrics_plan_named(j, metrics, n, err);
	if (r == 0)
		r = make_cpu_plan(c, err);
	return r;
}

void top_counting_done(struct top_counting *c)
{
	plan_done(&c->cpu_plan);
	metric_uses_done(&c->cpu_uses);
	event_list_done(&c->cpu_events);
	plan_done(&c->job.plan);
	stat_metrics_done(&c->job.metrics);
	event_list_done(&c->job.events.list);
	facts_done(&c->job.machine);
	topology_done(&c->job.topology);
	diagnose_facts_done(&c->job.facts);
	*c = (struct top_counting){ 0 };
}
