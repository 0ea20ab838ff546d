/*
 * What tacho stat counts: -e as it is, or the default events that exist here.
 *
 * A default that this machine does not have is no failure, so it is left out
 * and told once; what the user named stays, and its row says why it is empty.
 */
#include "cmd/stat.h"

#include "base/auto.h"
#include "base/log.h"
#include "base/strbuf.h"
#include "base/vec.h"
#include "source/perf_fit.h"

#include <errno.h>
#include <string.h>

static const char software[] =
	"task-clock,context-switches,cpu-migrations,page-faults";
static const char hardware[] = "cycles,instructions,branches,branch-misses,"
			       "cache-references,cache-misses";
/* few CPUs have them, so nobody misses them */
static const char stalls[] = "stalled-cycles-frontend,stalled-cycles-backend";
/* perf's defaults, in its order, for the formats that are perf's */
static const char perf_defaults[] =
	"task-clock,context-switches,cpu-migrations,page-faults,cycles,"
	"instructions,branches,branch-misses";
static const char data_caches[] =
	"L1-dcache-loads,L1-dcache-load-misses,LLC-loads,LLC-load-misses";
static const char code_and_tlbs[] =
	"L1-icache-loads,L1-icache-load-misses,dTLB-loads,dTLB-load-misses,"
	"iTLB-loads,iTLB-load-misses";
static const char prefetches[] =
	"L1-dcache-prefetches,L1-dcache-prefetch-misses";
static const char *const details[] = { data_caches, code_and_tlbs, prefetches };

/* Move the events of @text that count here to @e; note the others. */
static int add_defaults(const char *text, struct resolver *resolver,
			struct perf_fit *fit, struct stat_events *e,
			struct strbuf *missing, struct err *err)
{
	struct event_list list = { 0 };
	int r = resolve_text(resolver, text, &list, err);

	if (r < 0)
		return r;
	for (size_t i = 0; i < list.n; i++) {
		const struct event *event = list.items[i];
		struct err why = { 0 };

		if (event->hardware &&
		    perf_fit_group(fit, &event, 1, &why) < 0) {
			log_say(1, "left out: %s", why.what);
			if (missing)
				strbuf_addf(missing, "%s%s",
					    missing->len ? ", " : "",
					    event->name);
			if (missing && !e->why.code)
				e->why = why;
			event_free(list.items[i]);
			continue;
		}
		VEC_PUSH(e->list.items, e->list.n, list.items[i]);
	}
	free(list.items);
	return 0;
}

static bool any_hardware(const struct event_list *list)
{
	for (size_t i = 0; i < list->n; i++)
		if (list->items[i]->hardware)
			return true;
	return false;
}

static int choose_defaults(const struct stat_options *o,
			   struct resolver *resolver, struct perf_fit *fit,
			   struct stat_events *e, struct err *err)
{
	AUTO(strbuf_done) struct strbuf missing = { 0 };
	int r = add_defaults(software, resolver, fit, e, NULL, err);

	if (r == 0)
		r = add_defaults(hardware, resolver, fit, e, &missing, err);
	if (r == 0 && any_hardware(&e->list))
		r = add_defaults(stalls, resolver, fit, e, NULL, err);
	for (int i = 0; i < o->detailed && r == 0; i++) {
		if (i == (int)ARRAY_LEN(details))
			break;
		r = add_defaults(details[i], resolver, fit, e, &missing, err);
	}
	if (r < 0)
		return r;
	if (missing.len && !any_hardware(&e->list))
		e->left_out = xstrdup("hardware counters");
	else if (missing.len)
		e->left_out = strbuf_detach(&missing);
	return 0;
}

/* The caret line of a problem, below the text it is about. */
static void print_problem(const struct spec *spec,
			  const struct resolve_problem *p)
{
	fprintf(stderr, "tacho: %s\n", p->text);
	if (strlen(spec->text) > 70)
		return;
	fprintf(stderr, "  %s\n  %*s^%.*s\n", spec->text, (int)p->at, "",
		p->len > 1 ? (int)p->len - 1 : 0,
		"~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~"
		"~~~~~~~~~~");
}

static int resolve_named(const struct opt_list *texts,
			 struct resolver *resolver, struct event_list *list,
			 struct err *err)
{
	AUTO(spec_done) struct spec spec = { 0 };
	struct resolve_problems problems = { 0 };
	int r = 0;

	for (size_t i = 0; i < texts->n && r == 0; i++)
		r = spec_parse(&spec, texts->items[i], err);
	if (r == 0)
		r = resolve_spec(resolver, &spec, list, &problems, err);
	for (size_t i = 0; i < problems.n; i++)
		print_problem(&spec, &problems.items[i]);
	if (problems.n) {
		err_set(err, r,
			"nothing was started: %zu of %zu event names %s "
			"wrong",
			problems.n, spec.n, problems.n == 1 ? "is" : "are");
		err_hint(err, "tacho list shows the names");
	}
	resolve_problems_done(&problems);
	return r;
}

int stat_events_make(const struct stat_options *o, struct resolver *resolver,
		     struct perf_fit *fit, struct stat_events *ret,
		     struct err *err)
{
	int r;

	*ret = (struct stat_events){ 0 };
	if (o->events.n)
		r = resolve_named(&o->events, resolver, &ret->list, err);
	else if (o->no_counts)
		r = resolve_text(resolver, "dummy", &ret->list, err);
	else if (o->separator || o->perf_json)
		r = resolve_text(resolver, perf_defaults, &ret->list, err);
	else
		r = choose_defaults(o, resolver, fit, ret, err);
	if (r == 0 && (o->separator || o->perf_json) && !o->events.n)
		for (int i = 0; i < o->detailed && r == 0; i++)
			if (i < (int)ARRAY_LEN(details))
				r = resolve_text(resolver, details[i],
						 &ret->list, err);
	return r;
}

void stat_events_done(struct stat_events *e)
{
	event_list_done(&e->list);
	free(e->left_out);
	*e = (struct stat_events){ 0 };
}
