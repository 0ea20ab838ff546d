/*
 * Sections [event NAME] of events/: names of ours for this CPU's events, spelt
 * for sysfs ("raw", and "otherwise" where that is not there) or libpfm4
 * ("pfm").  The former first: it needs no library.
 *
 * Such a name can be a term, too: with "raw = cpu/event=0xc0/" for it,
 * "cpu/INST_RETIRED.ANY,cmask=1/" is "cpu/event=0xc0,cmask=1/".
 */
#include "base/auto.h"
#include "base/parse.h"
#include "base/strbuf.h"
#include "base/vec.h"
#include "event/link/link.h"

#include <stdlib.h>
#include <string.h>

#define DEPTH_MAX 4

static const char *const spellings[] = { "raw", "otherwise", "pfm" };

static enum link_answer circle(struct link_fault *fault,
			       const struct spec_event *se, char *text)
{
	link_fault_set(fault, se->at, se->len, "%s", text);
	fault->circle = true;
	free(text);
	return LINK_FAULT;
}

/* One spelling, resolved; @fault's place is the user's word. */
static enum link_answer resolve(const struct link_query *q,
				const struct section *s, const char *key,
				struct event_list *ret,
				struct link_fault *fault)
{
	AUTO(spec_done) struct spec spec = { 0 };
	const struct spec_event *se = q->se;
	struct link_fault inner;
	struct err err = { 0 };
	enum link_answer answer;
	const char *text;
	int line;

	text = section_get(s, key, &line);
	if (!text || strcmp(text, "none") == 0)
		return LINK_UNKNOWN;
	if (q->depth >= DEPTH_MAX)
		return circle(fault, se,
			      xasprintf("%s:%d: '%s' names itself", s->file,
					line, s->name));
	if (spec_parse(&spec, text, &err) < 0)
		return link_fault_set(fault, se->at, se->len, "%s:%d: %s",
				      s->file, line, err.what);
	if (spec.n != 1)
		return link_fault_set(fault, se->at, se->len,
				      "%s:%d: '%s' is more than one event",
				      s->file, line, text);
	answer = resolver_ask(&(struct link_query){ .r = q->r,
						    .se = &spec.events[0],
						    .depth = q->depth + 1 },
			      ret, &inner);
	if (answer == LINK_ANSWERED)
		return answer;
	if (answer == LINK_FAULT && inner.circle)
		return circle(fault, se, xstrdup(inner.text));
	return link_fault_set(
		fault, se->at, se->len, "'%s' (%s:%d): %s", s->name, s->file,
		line, answer == LINK_FAULT ? inner.text : "no such event");
}

static void put_text(char **to, char *text)
{
	free(*to);
	*to = text;
}

static void take_numbers(const struct section *s, struct event *e)
{
	const char *unit = section_get(s, "unit", NULL);
	const char *scale = section_get(s, "scale", NULL);
	const char *about = section_get(s, "about", NULL);
	double d;

	if (unit)
		put_text(&e->unit, xstrdup(unit));
	if (scale && parse_double(scale, &d) == 0)
		e->scale = d;
	if (about)
		put_text(&e->help, xstrdup(about));
}

/* The event of the table under the user's name and modifiers. */
static bool adopt(const struct link_query *q, const struct section *s,
		  struct event *e, bool single, const struct link_mods *mods,
		  bool any, struct event_list *out, struct link_fault *fault)
{
	const struct spec_event *se = q->se;
	struct link_mods m = *mods;

	put_text(&e->how, xasprintf("%s:%d: %s (%s)", s->file, s->line, e->name,
				    e->how));
	if (single || !e->pmu)
		put_text(&e->name, xstrdup(se->text));
	else
		put_text(&e->name, xasprintf("%s/%s/", e->pmu, se->text));
	put_text(&e->base, xstrdup(s->name));
	take_numbers(s, e);
	e->link = EVENT_LINK_TABLE;
	e->group = se->group;
	if (!any) { /* the table's own modifiers stand */
		m.exclude = e->exclude;
		m.has_level = e->has_level && !e->no_exclude;
		m.pinned |= e->pinned;
		m.exclusive |= e->exclusive;
	}
	return link_event_add(out, e, se, &m, fault);
}

/*
 * The section of that name; vendors' names are the same in any case, as in
 * perf.
 */
static const struct section *find_event(const struct catalog *catalog,
					const char *name)
{
	const struct section *s = catalog_find(catalog, "event", name);

	for (size_t i = 0; i < catalog->nlive && !s; i++)
		if (!strcmp(catalog->live[i]->kind, "event") &&
		    !strcasecmp(catalog->live[i]->name, name))
			s = catalog->live[i];
	return s;
}

/*
 * The terms of the event @name of @pmu: what is between the slashes of its
 * "raw".  *s is its section; NULL: there is no such event.
 */
static char *terms_of(const struct catalog *catalog, const char *pmu,
		      const char *name, const struct section **s)
{
	AUTO_FREE char *whole = xasprintf("%s/%s/", pmu, name);
	const char *raw, *from, *to;

	*s = find_event(catalog, whole);
	if (!*s)
		*s = find_event(catalog, name);
	raw = *s ? section_get(*s, "raw", NULL) : NULL;
	from = raw ? strchr(raw, '/') : NULL;
	to = from ? strrchr(raw, '/') : NULL;
	return to && to > from ? xstrndup(from + 1, (size_t)(to - from - 1))
			       : NULL;
}

/* The text with the terms in place of names; NULL: there is none. */
static char *expanded(const struct catalog *catalog,
		      const struct spec_event *se, const struct section **found)
{
	struct strbuf b = { 0 };

	*found = NULL;
	strbuf_addf(&b, "%s/", se->pmu);
	for (size_t i = 0; i < se->nterms; i++) {
		const struct spec_term *t = &se->terms[i];
		const struct section *s = NULL;
		AUTO_FREE char *terms = NULL;

		if (!t->value)
			terms = terms_of(catalog, se->pmu, t->key, &s);
		if (terms)
			*found = s;
		strbuf_addf(&b, "%s%s%s%s", i ? "," : "",
			    terms ? terms : t->key, t->value ? "=" : "",
			    t->value ? t->value : "");
	}
	strbuf_addf(&b, "/%s", se->mods);
	if (*found)
		return strbuf_detach(&b);
	strbuf_done(&b);
	return NULL;
}

enum link_answer link_table_terms(const struct link_query *q,
				  struct event_list *out,
				  struct link_fault *fault)
{
	const struct spec_event *se = q->se;
	AUTO(spec_done) struct spec spec = { 0 };
	struct link_query inner = { .r = q->r, .depth = q->depth + 1 };
	const struct catalog *catalog;
	const struct section *s;
	AUTO_FREE char *text = NULL;
	enum link_answer answer;
	struct link_fault why;
	struct err err = { 0 };
	size_t from = out->n;

	catalog = q->depth < DEPTH_MAX ? resolver_catalog(q->r, &err) : NULL;
	if (catalog)
		text = expanded(catalog, se, &s);
	if (!text || spec_parse(&spec, text, &err) < 0 || spec.n != 1)
		return LINK_UNKNOWN;
	spec.events[0].group = se->group;
	free(spec.events[0].group_mods);
	spec.events[0].group_mods = xstrdup(se->group_mods);
	inner.se = &spec.events[0];
	answer = link_sysfs(&inner, out, &why);
	if (answer != LINK_ANSWERED)
		return link_fault_set(
			fault, se->at, se->len, "'%s' (%s): %s", se->text, text,
			answer == LINK_FAULT ? why.text : "no such event");
	for (size_t i = from; i < out->n; i++) {
		struct event *e = out->items[i];
		const char *tail = se->text + strlen(se->pmu);

		put_text(&e->how, xasprintf("%s:%d: %s (%s)", s->file, s->line,
					    text, e->how));
		put_text(&e->name, out->n - from == 1 || !e->pmu
					   ? xstrdup(se->text)
					   : xasprintf("%s%s", e->pmu, tail));
		put_text(&e->base,
			 xstrndup(se->text,
				  strlen(se->text) - strlen(se->mods)));
		e->link = EVENT_LINK_TABLE;
	}
	return LINK_ANSWERED;
}

enum link_answer link_table(const struct link_query *q, struct event_list *out,
			    struct link_fault *fault)
{
	const struct spec_event *se = q->se;
	AUTO(event_list_done) struct event_list found = { 0 };
	enum link_answer answer = LINK_UNKNOWN;
	const struct catalog *catalog;
	const struct section *s;
	struct link_mods mods;
	AUTO_FREE char *name = NULL;
	struct err err = { 0 };
	size_t len, n;
	bool any, ok = true;

	if (!se->name)
		return LINK_UNKNOWN;
	len = strcspn(se->name, ":");
	if (!len)
		return LINK_UNKNOWN;
	catalog = resolver_catalog(q->r, &err);
	if (!catalog)
		return link_fault_set(fault, se->at, se->len, "%s", err.what);
	name = xstrndup(se->name, len);
	s = find_event(catalog, name);
	if (!s)
		return LINK_UNKNOWN;
	for (size_t i = 0; i < ARRAY_LEN(spellings); i++) {
		struct link_fault other;
		enum link_answer a;

		if (answer == LINK_ANSWERED)
			break;
		/* why the first spelling failed is what is told */
		event_list_done(&found);
		a = resolve(q, s, spellings[i], &found,
			    answer == LINK_FAULT ? &other : fault);
		if (a != LINK_UNKNOWN)
			answer = a;
	}
	if (answer == LINK_UNKNOWN)
		return link_fault_set(fault, se->at, se->len,
				      "'%s' (%s:%d) has no spelling for this "
				      "CPU",
				      name, s->file, s->line);
	if (answer != LINK_ANSWERED || !link_mods_of(se, &len, &mods, fault))
		return LINK_FAULT;
	any = se->name[len] || *se->group_mods;
	n = found.n;
	for (size_t i = 0; i < n && ok; i++) {
		struct event *e = found.items[i];

		found.items[i] = NULL;
		ok = adopt(q, s, e, n == 1, &mods, any, out, fault);
	}
	return ok ? LINK_ANSWERED : LINK_FAULT;
}
