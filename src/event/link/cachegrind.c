/*
 * Names for simulated counters: cachegrind's own columns, the kernel's generic
 * names and our own, by the spelling "cachegrind" in [event NAME] sections.
 *
 * The rest of the chain is asked only to tell what cannot be simulated from
 * what nobody knows: the former becomes an event that has a reason in the
 * place of a value.
 */
#include "event/cachegrind.h"

#include "base/auto.h"
#include "base/xalloc.h"
#include "event/link/link.h"
#include "event/link/tracefs.h"

#include <linux/perf_event.h>
#include <string.h>

static const char *const user_mode_only =
	"only user mode is simulated; write :u or leave the modifier out";

static const char *const no_tracepoints =
	"a simulated processor has no tracepoints";
static const char *const not_simulated = "cachegrind does not simulate it";

static void put_text(char **to, char *text)
{
	free(*to);
	*to = text;
}

/* What formulas call the name that was typed; the caller frees. */
static char *base_of(const char *name, size_t len)
{
	const struct link_generic_row *row = link_generic_find(name, len);
	char cache[64];
	uint64_t config;

	if (row)
		return link_base_name(row->name);
	if (!link_cache_find(name, len, &config))
		return xstrndup(name, len);
	link_cache_name(config, cache, sizeof(cache));
	return link_base_name(cache);
}

/*
 * The last section of that name that says anything about cachegrind: a file
 * for one CPU may spell the same event for the kernel only.
 */
static const struct section *find_section(const struct catalog *c,
					  const char *base)
{
	for (size_t i = c->all.n; i-- > 0;) {
		const struct section *s = c->all.items[i];

		if (!strcmp(s->kind, "event") && !strcmp(s->name, base) &&
		    section_get(s, "cachegrind", NULL))
			return s;
	}
	return NULL;
}

static struct event *new_event(const struct link_query *q, const char *base)
{
	struct event *e = link_event_new(q->se, EVENT_LINK_CACHEGRIND);

	put_text(&e->base, xstrdup(base));
	e->group = -1; /* all of them count at the same time */
	return e;
}

static enum link_answer of_column(const struct link_query *q, int column,
				  struct event **ret)
{
	struct event *e = new_event(q, cachegrind_column_name(column));

	e->columns = 1U << column;
	put_text(&e->help, xstrdup(cachegrind_column_help(column)));
	put_text(&e->how,
		 xasprintf("cachegrind's %s", cachegrind_column_name(column)));
	*ret = e;
	return LINK_ANSWERED;
}

static enum link_answer of_section(const struct link_query *q,
				   const struct section *s, struct event **ret,
				   struct link_fault *fault)
{
	int line;
	const char *text = section_get(s, "cachegrind", &line);
	const char *note = section_get(s, "note", NULL);
	const char *about = section_get(s, "about", NULL);
	struct event *e = new_event(q, s->name);
	struct err err = { 0 };

	*ret = e;
	put_text(&e->help, xstrdup(about ? about : ""));
	put_text(&e->how, xasprintf("%s:%d: %s", s->file, s->line, text));
	if (strcmp(text, "none") == 0) {
		e->lacking = xstrdup(note ? note : not_simulated);
		return LINK_ANSWERED;
	}
	if (cachegrind_columns_parse(text, &e->columns, &err) == 0)
		return LINK_ANSWERED;
	event_free(TAKE_PTR(*ret));
	return link_fault_set(fault, q->se->at, q->se->len, "%s:%d: %s",
			      s->file, line, err.what);
}

static const char *why_not(const struct event *e)
{
	if (e->code.type == PERF_TYPE_TRACEPOINT ||
	    e->link == EVENT_LINK_TRACEFS)
		return no_tracepoints;
	if (e->code.type == PERF_TYPE_SOFTWARE && !e->hardware)
		return "what the kernel does is not simulated";
	return not_simulated;
}

/* What the machine itself may be able to count. */
static enum link_answer of_others(const struct link_query *q,
				  struct event **ret, struct link_fault *fault)
{
	AUTO(event_list_done) struct event_list found = { 0 };
	const struct link_query deeper = { .r = q->r,
					   .se = q->se,
					   .depth = q->depth + 1 };
	enum link_answer answer = resolver_ask(&deeper, &found, fault);

	if (answer == LINK_ANSWERED) {
		*ret = new_event(q, found.items[0]->base);
		put_text(&(*ret)->help, xstrdup(found.items[0]->help));
		(*ret)->lacking = xstrdup(why_not(found.items[0]));
		return LINK_ANSWERED;
	}
	/* a PMU that is not here, a tracepoint that cannot be looked up: that
	   changes nothing */
	if (answer == LINK_UNKNOWN)
		answer = tracefs_why(&deeper, &found, fault);
	else if (!q->se->pmu)
		return answer;
	if (answer == LINK_UNKNOWN)
		return answer;
	*ret = new_event(q, "");
	(*ret)->lacking = xstrdup(q->se->pmu ? not_simulated : no_tracepoints);
	return LINK_ANSWERED;
}

/* Levels other than user mode are not there to be counted. */
static bool fits_modifiers(const struct link_query *q, struct event *e,
			   struct link_mods *mods, struct link_fault *fault)
{
	size_t len;

	if (!link_mods_of(q->se, &len, mods, fault))
		return false;
	if (e->lacking)
		return true;
	if (mods->has_level && !(mods->exclude & EVENT_EXCLUDE_KERNEL))
		e->lacking = xstrdup(user_mode_only);
	else if (mods->exclude & (EVENT_EXCLUDE_USER | EVENT_EXCLUDE_HOST))
		e->lacking = xstrdup(user_mode_only);
	if (e->lacking)
		e->columns = 0;
	return true;
}

static enum link_answer named(const struct link_query *q, struct event **ret,
			      struct link_fault *fault)
{
	size_t len = strcspn(q->se->name, ":");
	int column = cachegrind_column_find(q->se->name, len);
	AUTO_FREE char *base = base_of(q->se->name, len);
	const struct section *s;
	const struct catalog *c;
	struct err err = { 0 };

	if (column >= 0)
		return of_column(q, column, ret);
	c = resolver_catalog(q->r, &err);
	if (!c)
		return link_fault_set(fault, q->se->at, q->se->len, "%s",
				      err.what);
	s = find_section(c, base);
	if (s)
		return of_section(q, s, ret, fault);
	/* spelt for the kernel alone */
	if (!catalog_find(c, "event", base))
		return LINK_UNKNOWN;
	*ret = new_event(q, base);
	(*ret)->lacking = xstrdup(not_simulated);
	return LINK_ANSWERED;
}

enum link_answer link_cachegrind(const struct link_query *q,
				 struct event_list *out,
				 struct link_fault *fault)
{
	enum link_answer answer = LINK_UNKNOWN;
	struct event *e = NULL;
	struct link_mods mods = { 0 };

	if (q->se->name)
		answer = named(q, &e, fault);
	if (answer == LINK_ANSWERED && !fits_modifiers(q, e, &mods, fault)) {
		event_free(e);
		return LINK_FAULT;
	}
	if (answer == LINK_UNKNOWN)
		answer = of_others(q, &e, fault);
	if (answer != LINK_ANSWERED)
		return answer;
	/* neither pinning nor turns have a meaning here */
	mods.pinned = mods.exclusive = mods.weak = false;
	return link_event_add(out, e, q->se, &mods, fault) ? LINK_ANSWERED
							   : LINK_FAULT;
}
