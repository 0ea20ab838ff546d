/*
 * What tacho stat counts: -e as it is, or the default events that exist here.
 *
 * A default that this machine does not have is no failure, so it is left out
 * and told once; what the user named stays, and its row says why it is empty.
 */
#include "cmd/stat/stat.h"

#include "base/auto.h"
#include "base/log.h"
#include "base/vec.h"
#include "source/perf_fit.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

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

/* all that cachegrind knows, but for what stands there under another name */
static const char simulated[] =
	"instructions,branches,branch-misses,cache-references,cache-misses,"
	"L1-dcache-loads,L1-dcache-load-misses,"
	"L1-dcache-stores,L1-dcache-store-misses,L1-icache-load-misses,"
	"LLC-loads,LLC-load-misses,LLC-stores,LLC-store-misses";

bool stat_event_needs_kernel(const struct event *event)
{
	if (event->link == EVENT_LINK_TRACEFS)
		return true;
	if (strcmp(event->base, "context_switches") == 0 ||
	    strcmp(event->base, "cpu_migrations") == 0)
		return true;
	/* a PMU that cannot leave the kernel out counts it, too */
	if (event->no_exclude)
		return true;
	return event->has_level && !(event->exclude & EVENT_EXCLUDE_KERNEL);
}

/* What was left out for one reason is told once. */
static void leave_out(struct stat_events *e, const struct event *event,
		      const struct err *why)
{
	struct stat_left_out fresh = {
		.names = NULL,
		.why = *why,
		.hardware = event->hardware,
		.needs_kernel = stat_event_needs_kernel(event),
	};

	for (size_t i = 0; i < e->nleft_out; i++) {
		struct stat_left_out *l = &e->left_out[i];
		char *names;

		if (l->why.code != why->code || l->hardware != event->hardware)
			continue;
		names = xasprintf("%s, %s", l->names, event->name);
		free(l->names);
		l->names = names;
		VEC_PUSH(l->each, l->neach, xstrdup(event->name));
		return;
	}
	fresh.names = xstrdup(event->name);
	VEC_PUSH(fresh.each, fresh.neach, xstrdup(event->name));
	VEC_PUSH(e->left_out, e->nleft_out, fresh);
}

/*
 * Opening a software event switches code of the kernel over on every CPU and
 * back, and root is not refused; so root's are not tried before.
 */
static bool worth_trying(const struct event *event)
{
	return event->hardware || geteuid() != 0;
}

/* Move the events of @text that count here to @e, and tell of the others. */
static int add_defaults(const char *text, struct resolver *resolver,
			struct perf_fit *fit, struct stat_events *e,
			struct err *err)
{
	struct event_list list = { 0 };
	int r = resolve_text(resolver, text, &list, err);

	if (r < 0)
		return r;
	for (size_t i = 0; i < list.n; i++) {
		const struct event *event = list.items[i];
		struct err why = { 0 };

		if (!worth_trying(event) ||
		    perf_fit_group(fit, &event, 1, &why) >= 0) {
			VEC_PUSH(e->list.items, e->list.n, list.items[i]);
			continue;
		}
		log_say(1, "left out: %s", why.what);
		leave_out(e, event, &why);
		event_free(list.items[i]);
	}
	free(list.items);
	return 0;
}

/* Some CPUs know the names and count nothing: those have no stalls, either. */
static int add_stalls(struct resolver *resolver, struct perf_fit *fit,
		      struct stat_events *e, struct err *err)
{
	struct event_list list = { 0 };
	int r = resolve_text(resolver, stalls, &list, err);

	if (r < 0)
		return r;
	for (size_t i = 0; i < list.n; i++) {
		struct err why = { 0 };

		if (perf_fit_moves(fit, list.items[i], &why) > 0) {
			VEC_PUSH(e->list.items, e->list.n, list.items[i]);
			continue;
		}
		log_say(1, "left out: '%s': %s", list.items[i]->name,
			why.code ? why.what : "it does not move");
		event_free(list.items[i]);
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

static size_t details_wanted(const struct stat_options *o)
{
	size_t n = (size_t)o->detailed;

	return n < ARRAY_LEN(details) ? n : ARRAY_LEN(details);
}

/* perf names what does not exist, too. */
static int add_details_as_perf(const struct stat_options *o,
			       struct resolver *resolver,
			       struct event_list *list, struct err *err)
{
	int r = 0;

	for (size_t i = 0; i < details_wanted(o) && r == 0; i++)
		r = resolve_text(resolver, details[i], list, err);
	return r;
}

static int choose_defaults(struct resolver *resolver, struct perf_fit *fit,
			   struct stat_events *e, struct err *err)
{
	int r = add_defaults(software, resolver, fit, e, err);

	if (r == 0)
		r = add_defaults(hardware, resolver, fit, e, err);
	if (r == 0 && any_hardware(&e->list))
		r = add_stalls(resolver, fit, e, err);
	return r;
}

/* -d, -dd, -ddd: those that exist here. */
static int add_details(const struct stat_options *o, struct resolver *resolver,
		       struct perf_fit *fit, struct stat_events *e,
		       struct err *err)
{
	int r = 0;

	for (size_t i = 0; i < details_wanted(o) && r == 0; i++)
		r = add_defaults(details[i], resolver, fit, e, err);
	if (any_hardware(&e->list))
		return r;
	for (size_t i = 0; i < e->nleft_out; i++) {
		if (!e->left_out[i].hardware)
			continue;
		free(e->left_out[i].names);
		e->left_out[i].names = xstrdup("hardware counters");
	}
	return r;
}

#define LINE_LEN 70

/* The caret line of a problem, below the part of the text it is about. */
static void print_problem(const struct spec *spec,
			  const struct resolve_problem *p)
{
	size_t len = strlen(spec->text), from = 0, shown, marked;
	const char *before = "", *after = "";

	if (len > LINE_LEN && p->at > LINE_LEN / 3) {
		from = p->at - LINE_LEN / 3;
		before = "...";
	}
	if (len - from > LINE_LEN) {
		shown = LINE_LEN;
		after = "...";
	} else {
		shown = len - from;
	}
	marked = p->len;
	if (p->at - from + marked > shown && p->at - from < shown)
		marked = shown - (p->at - from);
	fprintf(stderr, "tacho: %s\n  %s%.*s%s\n  %*s^", p->text, before,
		(int)shown, spec->text + from, after,
		(int)(strlen(before) + p->at - from), "");
	for (size_t i = 1; i < marked; i++)
		fputc('~', stderr);
	fputc('\n', stderr);
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

static bool has_base(const struct event_list *list, const char *base)
{
	for (size_t i = 0; i < list->n; i++)
		if (!strcmp(list->items[i]->base, base))
			return true;
	return false;
}

/*
 * More of them costs nothing, so -d is the same as -ddd, and the verdict has
 * all that it can ask for, whatever was asked for by name.
 */
static int choose_simulated(const struct stat_options *o,
			    struct resolver *resolver, struct event_list *list,
			    struct err *err)
{
	bool silent = (o->events.n || o->metrics.n) && !o->detailed;
	struct event_list all = { 0 };
	int r = 0;

	if (o->events.n)
		r = resolve_named(&o->events, resolver, list, err);
	if (r == 0)
		r = resolve_text(resolver, simulated, &all, err);
	for (size_t i = 0; i < all.n; i++) {
		all.items[i]->silent = silent;
		if (has_base(list, all.items[i]->base))
			event_free(all.items[i]);
		else
			VEC_PUSH(list->items, list->n, all.items[i]);
	}
	free(all.items);
	return r;
}

/* Without anything that was asked for nothing is started for the others. */
void stat_events_drop_silent(struct event_list *list)
{
	size_t n = 0;

	for (size_t i = 0; i < list->n; i++)
		if (!list->items[i]->silent && !list->items[i]->lacking)
			return;
	for (size_t i = 0; i < list->n; i++) {
		if (list->items[i]->silent)
			event_free(list->items[i]);
		else
			list->items[n++] = list->items[i];
	}
	list->n = n;
}

int stat_events_make(const struct stat_options *o, struct resolver *resolver,
		     struct perf_fit *fit, struct stat_events *ret,
		     struct err *err)
{
	int r;

	*ret = (struct stat_events){ 0 };
	if (stat_is_simulated(o))
		return choose_simulated(o, resolver, &ret->list, err);
	if (o->events.n)
		r = resolve_named(&o->events, resolver, &ret->list, err);
	else if (o->no_counts)
		r = resolve_text(resolver, "dummy", &ret->list, err);
	else if (o->metrics.n)
		r = 0; /* they bring their own */
	else if (o->separator || o->perf_json)
		r = resolve_text(resolver, perf_defaults, &ret->list, err);
	else
		r = choose_defaults(resolver, fit, ret, err);
	if (r == 0 && (o->separator || o->perf_json))
		r = add_details_as_perf(o, resolver, &ret->list, err);
	else if (r == 0)
		r = add_details(o, resolver, fit, ret, err);
	return r;
}

void stat_events_done(struct stat_events *e)
{
	event_list_done(&e->list);
	for (size_t i = 0; i < e->nleft_out; i++) {
		struct stat_left_out *l = &e->left_out[i];

		for (size_t k = 0; k < l->neach; k++)
			free(l->each[k]);
		free(l->each);
		free(l->names);
	}
	free(e->left_out);
	*e = (struct stat_events){ 0 };
}
