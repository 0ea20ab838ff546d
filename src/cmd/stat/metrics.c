/*
 * The derived numbers of tacho stat: those beside their events, those that -M
 * asks for with the events that they need, and, where the CPU has them for
 * nothing, those of the set "default".
 */
#include "cmd/stat/job.h"

#include "base/auto.h"
#include "base/log.h"
#include "base/suggest.h"
#include "base/vec.h"
#include "base/xalloc.h"
#include "cmd/cmd.h"
#include "metric/set.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static void add_name(struct stat_metrics *m, const char *name)
{
	for (size_t i = 0; i < m->nnames; i++)
		if (!strcmp(m->names[i], name))
			return;
	VEC_PUSH(m->names, m->nnames, xstrdup(name));
}

/* A name that is neither a set's nor a metric's. */
static int unknown(const struct catalog *c, const char *name, struct err *err)
{
	AUTO(suggest_done) struct suggest s = { 0 };
	char near[300];

	suggest_init(&s, name);
	for (size_t i = 0; i < c->nlive; i++)
		if (!strcmp(c->live[i]->kind, "set") ||
		    !strcmp(c->live[i]->kind, "metric"))
			suggest_offer(&s, c->live[i]->name);
	suggest_text(&s, near, sizeof(near));
	err_set(err, -EINVAL, "-M: '%s' is neither a metric nor a set%s%s",
		name, *near ? "; " : "", near);
	if (c->nwarnings)
		err_hint(err, "correct what was left out: %s", c->warnings[0]);
	else
		err_hint(err, "tacho list metrics shows them");
	return -EINVAL;
}

/* A metric of other CPUs; what no file has is told when files are read. */
static int fail_member(const struct catalog *c, const char *set,
		       const char *name, struct err *err)
{
	const struct section *s = catalog_find(c, "set", set);
	int line = s->line;

	section_get(s, "metrics", &line);
	return err_set(err, -EINVAL,
		       "%s:%d: [set %.60s]: there is no metric '%.60s' on this "
		       "CPU",
		       s->file, line, set, name);
}

static int add_set_or_metric(struct stat_metrics *m, const struct catalog *c,
			     const char *name, struct err *err)
{
	AUTO(metric_set_done) struct metric_set set = { 0 };
	int r = metric_set_find(c, name, &set, err);

	if (r == -ENOENT) {
		if (!catalog_find(c, "metric", name))
			return unknown(c, name, err);
		add_name(m, name);
		return 0;
	}
	for (size_t i = 0; i < set.n; i++) {
		if (!catalog_find(c, "metric", set.metrics[i]))
			return fail_member(c, name, set.metrics[i], err);
		add_name(m, set.metrics[i]);
	}
	return r;
}

/* Several wrong names are told in one go, as those of -e are. */
static int complain_of_names(const struct err *wrong, size_t nwrong,
			     size_t nnames, struct err *err)
{
	if (nwrong == 1) {
		*err = wrong[0];
		return err->code;
	}
	for (size_t i = 0; i < nwrong; i++)
		fprintf(stderr, "tacho: %s\n", wrong[i].what);
	err_set(err, -EINVAL,
		"nothing was started: %zu of %zu names of -M are wrong", nwrong,
		nnames);
	err_hint(err, "%s", wrong[0].hint);
	return -EINVAL;
}

int stat_metrics_take_names(struct stat_metrics *m, const struct catalog *c,
			    const struct opt_list *texts, struct err *err)
{
	AUTO_FREE struct err *wrong = NULL;
	size_t nwrong = 0, nnames = 0;

	for (size_t i = 0; i < texts->n; i++) {
		const char *p = texts->items[i];

		while (*p) {
			AUTO_FREE char *name = NULL;
			size_t len = strcspn(p, ", ");
			struct err why = { 0 };

			name = xstrndup(p, len);
			p += len + strspn(p + len, ", ");
			if (!*name)
				continue;
			nnames++;
			if (add_set_or_metric(m, c, name, &why) < 0)
				VEC_PUSH(wrong, nwrong, why);
		}
	}
	if (nwrong)
		return complain_of_names(wrong, nwrong, nnames, err);
	if (texts->n && !nnames)
		return err_set(err, -EINVAL, "-M: there is no name");
	return 0;
}

/* ---- the events that they need ---- */

/* Who asks for it gets to see it. */
static bool is_counted(const struct event_list *list, const char *base)
{
	for (size_t i = 0; i < list->n; i++) {
		if (strcmp(list->items[i]->base, base) != 0 ||
		    list->items[i]->has_level)
			continue;
		list->items[i]->silent = false;
		return true;
	}
	return false;
}

static bool is_lacking(const struct stat_metrics *m, const char *name)
{
	for (size_t i = 0; i < m->nlacks; i++)
		if (!strcmp(m->lacks[i].name, name))
			return true;
	return false;
}

/* What this machine does not have is a reason, no error. */
static void add_inputs(struct stat_metrics *m, struct resolver *resolver,
		       const struct metric *metric, struct event_list *list)
{
	for (size_t i = 0; i < metric->ninputs; i++) {
		const char *input = metric->inputs[i];
		struct metric_lack lack = { .name = input };
		struct err why = { 0 };

		if (is_counted(list, input) || is_lacking(m, input))
			continue;
		if (resolve_input(resolver, input, list, &why) == 0)
			continue;
		log_say(1, "%s needs '%s': %s", metric->name, input, why.what);
		lack.why = xstrdup(why.what);
		VEC_PUSH(m->lacks, m->nlacks, lack);
	}
}

static void add_events(struct stat_job *j)
{
	struct stat_metrics *m = &j->metrics;

	for (size_t n = 0; n < m->nnames; n++)
		for (size_t i = 0; i < m->list.n; i++)
			if (!strcmp(m->list.items[i].name, m->names[n]))
				add_inputs(m, j->resolver, &m->list.items[i],
					   &j->events.list);
}

/* ---- the plan ---- */

static int load(struct stat_job *j, struct err *err)
{
	struct stat_metrics *m = &j->metrics;
	struct err why = { 0 };
	int r;

	metric_list_done(&m->list);
	m->nbeside = j->events.list.n;
	r = metric_load_for(j->known, &j->events.list,
			    (const char *const *)m->names, m->nnames, &m->list,
			    &why);
	/* which branches of formulas are taken here, and what they need */
	if (r == 0 && stat_facts_are_used(&m->list)) {
		stat_facts_machine(j);
		r = metric_settle(&m->list, j->known, &j->machine, &why);
	}
	return r < 0 ? err_set(err, r, "%s", why.what) : 0;
}

static int plan(struct stat_job *j, struct err *err)
{
	struct stat_metrics *m = &j->metrics;

	plan_done(&j->plan);
	metric_uses_done(&m->uses);
	metric_bind(&m->list, &j->events.list, &m->uses);
	for (size_t i = 0; i < m->nnames; i++)
		metric_bind_named(&m->list, &j->events.list, m->names[i],
				  m->lacks, m->nlacks, &m->uses);
	return plan_make(&j->events.list, &m->uses, perf_fit_group, &j->fit,
			 &j->plan, err);
}

static bool counts_hardware(const struct event_list *list)
{
	for (size_t i = 0; i < list->n; i++)
		if (list->items[i]->hardware)
			return true;
	return false;
}

/* Did nobody say what to show? */
static bool wants_default(const struct stat_job *j)
{
	const struct stat_options *o = &j->options;

	return !o->metrics.n && !o->events.n && !o->no_counts &&
	       !o->separator && !o->perf_json &&
	       counts_hardware(&j->events.list);
}

/*
 * Which files there are depends on the CPU, and finding out which that is costs
 * more than all the rest of a short measurement: only where they can matter.
 */
static int choose_catalog(struct stat_job *j, struct err *err)
{
	const struct stat_options *o = &j->options;
	int r;

	if (o->metrics.n || counts_hardware(&j->events.list)) {
		j->known = resolver_catalog(j->resolver, err);
		return j->known ? 0 : -EINVAL;
	}
	r = catalog_load_for(&j->catalog, NULL,
			     stat_is_simulated(o) ? j->source->name : NULL,
			     o->event_dirs.items, o->event_dirs.n, err);
	if (r == 0)
		j->known = &j->catalog;
	return r;
}

static void forget_names(struct stat_metrics *m)
{
	for (size_t i = 0; i < m->nnames; i++)
		free(m->names[i]);
	m->nnames = 0;
	for (size_t i = 0; i < m->nlacks; i++)
		free(m->lacks[i].why);
	m->nlacks = 0;
}

/*
 * The default set is for nothing or not at all: events of its own that would
 * make the usual ones take turns are left out again.
 */
static int plan_with_default(struct stat_job *j, struct err *err)
{
	struct stat_metrics *m = &j->metrics;
	size_t before = j->events.list.n;
	int r = add_set_or_metric(m, j->known, "default", err);

	if (r == 0)
		r = load(j, err);
	if (r < 0)
		return r;
	add_events(j);
	r = plan(j, err);
	if (r < 0 || plan_competing(&j->plan) <= 1)
		return r;
	log_say(1, "the default metrics would make events take turns");
	while (j->events.list.n > before)
		event_free(j->events.list.items[--j->events.list.n]);
	forget_names(m);
	r = load(j, err);
	return r < 0 ? r : plan(j, err);
}

/*
 * Metrics of facts alone need a run and no event, but a run of nothing is
 * refused.  Without even those there is no point in starting the command.
 */
static int count_something(struct stat_job *j, struct err *err)
{
	const struct stat_metrics *m = &j->metrics;

	for (size_t i = 0; i < m->list.n; i++)
		if (m->list.items[i].formula && !m->list.items[i].ninputs)
			return resolve_text(j->resolver, "task-clock",
					    &j->events.list, err);
	return -ENODATA;
}

/* Why the @i-th of the names has no formula here; NULL when it has one. */
static const char *lacks_formula(const struct stat_metrics *m, size_t i)
{
	const struct metric *metric = metric_find(&m->list, m->names[i]);

	return metric ? metric->lacks : NULL;
}

/* Reasons of those that were asked for and have no formula, each once. */
static void print_formulaless(const struct stat_metrics *m)
{
	for (size_t i = 0; i < m->nnames; i++) {
		const char *why = lacks_formula(m, i);
		bool told = !why;

		for (size_t k = 0; k < i && !told; k++)
			told = lacks_formula(m, k) &&
			       !strcmp(lacks_formula(m, k), why);
		if (told)
			continue;
		fputs("  ", stderr);
		for (size_t k = i; k < m->nnames; k++)
			if (lacks_formula(m, k) &&
			    !strcmp(lacks_formula(m, k), why))
				fprintf(stderr, "%s%s", k > i ? ", " : "",
					m->names[k]);
		fprintf(stderr, ": %s\n", why);
	}
}

void stat_metrics_print_lacks(const struct stat_job *j, bool no_pmu)
{
	const struct stat_metrics *m = &j->metrics;
	bool told = j->series.nruns > 0;

	if (!no_pmu || !m->nlacks)
		print_formulaless(m);
	for (size_t i = 0; i < m->nlacks; i++) {
		const struct metric_lack *l = &m->lacks[i];

		if (!no_pmu || !catalog_find(j->known, "event", l->name)) {
			fprintf(stderr, "  %s: %s\n", l->name, l->why);
			continue;
		}
		if (!told)
			fputs("  there are no hardware counters here\n",
			      stderr);
		told = true;
	}
}

/* What needs no counter is shown, and the rest says why it is not. */
static void plan_nothing(struct stat_job *j)
{
	for (size_t i = 0; i < j->metrics.nnames; i++)
		metric_bind_named(&j->metrics.list, &j->events.list,
				  j->metrics.names[i], j->metrics.lacks,
				  j->metrics.nlacks, &j->metrics.uses);
	j->plan.events = &j->events.list;
	plan_bind(&j->plan, &j->metrics.uses);
}

/* Is there a number of that name in what was planned? */
static bool is_measured(void *arg, const char *name)
{
	const struct stat_job *j = arg;

	for (size_t i = 0; i < j->events.list.n; i++)
		if (!strcmp(j->events.list.items[i]->base, name))
			return true;
	for (size_t i = 0; i < j->plan.nuses; i++)
		if (!strcmp(j->plan.uses[i].metric->name, name))
			return true;
	return false;
}

int stat_metrics_trust(struct stat_job *j, struct err *err)
{
	return trust_load(j->known, is_measured, j, &j->rules, err);
}

/* Also a plan of nothing, where the times alone are worth a run. */
static int plan_what_is_there(struct stat_job *j, struct err *err)
{
	int r = 0;

	if (!j->events.list.n && j->options.uncounted) {
		plan_nothing(j);
		return 0;
	}
	if (!j->events.list.n)
		r = count_something(j, err);
	return r < 0 ? r : plan(j, err);
}

int stat_metrics_plan(struct stat_job *j, struct err *err)
{
	struct stat_metrics *m = &j->metrics;
	int r = choose_catalog(j, err);

	if (r == 0)
		r = stat_metrics_take_names(m, j->known, &j->options.metrics,
					    err);
	if (r < 0)
		return r;
	stat_facts_constants(j);
	if (wants_default(j) && catalog_find(j->known, "set", "default")) {
		r = plan_with_default(j, err);
	} else {
		r = load(j, err);
		if (r == 0) {
			add_events(j);
			stat_events_drop_silent(&j->events.list);
		}
		if (r == 0)
			r = plan_what_is_there(j, err);
	}
	return r < 0 ? r : stat_metrics_trust(j, err);
}

int stat_metrics_plan_named(struct stat_job *j, const char *const *names,
			    size_t n, struct err *err)
{
	int r;

	for (size_t i = 0; i < n; i++)
		add_name(&j->metrics, names[i]);
	stat_facts_constants(j);
	r = load(j, err);
	if (r < 0)
		return r;
	add_events(j);
	if (j->events.list.n)
		return plan(j, err);
	plan_nothing(j);
	return 0;
}

void stat_metrics_done(struct stat_metrics *m)
{
	forget_names(m);
	free(m->names);
	free(m->lacks);
	metric_uses_done(&m->uses);
	metric_list_done(&m->list);
}
