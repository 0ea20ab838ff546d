/*
 * Modifiers, and the event that a link hands back.
 *
 * How letters become exclude bits is perf's, including its oddities, so that
 * the same text opens the same attr: a bare event leaves guests out, "u" and
 * "p" do too, "k" and "D" do not.
 */
#include "event/link/link.h"

#include "base/auto.h"
#include "base/strbuf.h"
#include "base/vec.h"

#include <stdarg.h>
#include <string.h>

#define LEVELS (EVENT_EXCLUDE_USER | EVENT_EXCLUDE_KERNEL | EVENT_EXCLUDE_HV)
#define SIDES (EVENT_EXCLUDE_HOST | EVENT_EXCLUDE_GUEST)
#define LETTERS "ukhGHIpPSDeW"
#define WHAT_IS_COUNTED "ukhGHI"

enum link_answer link_fault_set(struct link_fault *fault, size_t at, size_t len,
				const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(fault->text, sizeof(fault->text), fmt, ap);
	va_end(ap);
	fault->at = at;
	fault->len = len;
	fault->circle = false;
	return LINK_FAULT;
}

bool link_mods_like(const char *text)
{
	return *text && !text[strspn(text, LETTERS "b")];
}

void link_mods_default(struct link_mods *mods)
{
	*mods = (struct link_mods){ .exclude = EVENT_EXCLUDE_GUEST };
}

static void keep_level(struct link_mods *m, bool *narrowed, unsigned level)
{
	if (!*narrowed)
		m->exclude |= LEVELS;
	*narrowed = true;
	m->has_level = true;
	m->exclude &= ~level;
}

static void keep_side(struct link_mods *m, unsigned side)
{
	if (!m->has_guest)
		m->exclude |= SIDES;
	m->has_guest = true;
	m->exclude &= ~side;
}

/* What precise sampling needs; in counting it stays a restriction. */
static void leave_guest_out(struct link_mods *m)
{
	if (!m->has_guest)
		m->exclude |= EVENT_EXCLUDE_GUEST;
}

static bool apply_letter(struct link_mods *m, char c, bool *narrowed)
{
	switch (c) {
	case 'u':
		keep_level(m, narrowed, EVENT_EXCLUDE_USER);
		leave_guest_out(m);
		break;
	case 'k':
		keep_level(m, narrowed, EVENT_EXCLUDE_KERNEL);
		break;
	case 'h':
		keep_level(m, narrowed, EVENT_EXCLUDE_HV);
		break;
	case 'G':
		keep_side(m, EVENT_EXCLUDE_GUEST);
		break;
	case 'H':
		keep_side(m, EVENT_EXCLUDE_HOST);
		break;
	case 'I':
		m->exclude |= EVENT_EXCLUDE_IDLE;
		m->has_idle = true;
		break;
	case 'p':
		leave_guest_out(m);
		break;
	case 'P': /* about sampling */
	case 'S':
		break;
	case 'D':
		m->pinned = true;
		break;
	case 'e':
		m->exclusive = true;
		break;
	case 'W':
		m->weak = true;
		break;
	default:
		return false;
	}
	return true;
}

bool link_mods_parse(const char *text, size_t at, struct link_mods *mods,
		     struct link_fault *fault)
{
	bool narrowed = mods->exclude & LEVELS;
	unsigned precise = 0;

	for (size_t i = 0; text[i]; i++) {
		const char *first = strchr(text, text[i]);

		precise += text[i] == 'p';
		if ((text[i] != 'p' && first != text + i) || precise > 3) {
			link_fault_set(fault, at + i, 1,
				       "modifier '%c' is given too often",
				       text[i]);
			return false;
		}
		if (text[i] == 'b') {
			link_fault_set(fault, at + i, 1,
				       "modifier 'b' (counting by a BPF "
				       "program) is not supported");
			return false;
		}
		if (!apply_letter(mods, text[i], &narrowed)) {
			link_fault_set(fault, at + i, 1,
				       "'%c' is not a modifier; there are u k "
				       "h (levels), G H (guest, host), I, p P "
				       "S, D e W",
				       text[i]);
			return false;
		}
	}
	return true;
}

bool link_mods_of(const struct spec_event *se, size_t *len,
		  struct link_mods *mods, struct link_fault *fault)
{
	const char *own = se->mods;
	size_t at = se->mods_at;

	if (se->name) {
		*len = strcspn(se->name, ":");
		own = se->name + *len;
		at = se->at + *len;
		if (*own) {
			own++;
			at++;
			if (!*own) {
				link_fault_set(
					fault, at, 1,
					"a modifier is missing after ':'");
				return false;
			}
		}
	}
	link_mods_default(mods);
	if (*own) {
		*mods = (struct link_mods){ 0 };
		if (!link_mods_parse(own, at, mods, fault))
			return false;
	}
	return link_mods_parse(se->group_mods, se->group_mods_at, mods, fault);
}

const char *link_name_term(const struct spec_event *se)
{
	const char *name = NULL;

	for (size_t i = 0; i < se->nterms; i++)
		if (strcmp(se->terms[i].key, "name") == 0)
			name = se->terms[i].value;
	return name;
}

struct event *link_event_new(const struct spec_event *se, enum event_link link)
{
	struct event *e = xcalloc(1, sizeof(*e));
	const char *name = link_name_term(se);

	e->name = xstrdup(name ? name : se->text);
	e->base = xstrdup("");
	e->unit = xstrdup("");
	e->help = xstrdup("");
	e->how = xstrdup("");
	e->scale = 1.0;
	e->link = link;
	e->core_type = -1;
	e->hybrid_set = -1;
	e->group = se->group;
	return e;
}

/* Of the modifiers behind a brace, those that change what is counted. */
static char *group_mods(const struct spec_event *se)
{
	AUTO(strbuf_done) struct strbuf b = { 0 };

	for (const char *p = se->group_mods; p && *p; p++)
		if (strchr(WHAT_IS_COUNTED, *p))
			strbuf_putc(&b, *p);
	return b.len ? strbuf_detach(&b) : NULL;
}

bool link_event_add(struct event_list *out, struct event *event,
		    const struct spec_event *se, const struct link_mods *mods,
		    struct link_fault *fault)
{
	bool asked = mods->has_level || mods->has_guest || mods->has_idle;

	if (event->no_exclude && asked) {
		link_fault_set(fault, se->at, se->len,
			       "'%s': the PMU '%s' always counts user, kernel "
			       "and guests together; leave the modifier out",
			       se->text, event->pmu ? event->pmu : "?");
		event_free(event);
		return false;
	}
	event->exclude = event->no_exclude ? 0 : mods->exclude;
	event->has_level = mods->has_level;
	event->pinned = mods->pinned;
	event->exclusive = mods->exclusive;
	event->group_weak = mods->weak;
	event->group_mods = group_mods(se);
	VEC_PUSH(out->items, out->n, event);
	return true;
}
