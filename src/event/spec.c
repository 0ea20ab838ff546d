/*
 * The text of -e taken apart; see spec.h.
 *
 * One pass with one position.  Commas and braces separate events except
 * between slashes, where commas separate terms and braces are text, and in
 * quotes, where nothing is special.  There is no recursion: braces do not
 * nest.
 */
#include "event/spec.h"

#include "base/auto.h"
#include "base/strbuf.h"
#include "base/vec.h"

#include <ctype.h>
#include <errno.h>
#include <string.h>

#define TEXT_MAX ((size_t)1 << 16)
#define EVENTS_MAX 4096
#define TERMS_MAX 64
#define WINDOW 72

struct scan {
	const char *text; /* of this -e */
	size_t base;      /* where it stands in the whole text */
	size_t pos;
	struct spec *spec; /* appended to */
	int group;         /* the open { }, -1: none */
	size_t group_at, group_first;
	const char *whole; /* for the caret */
	struct err *err;
};

char *spec_caret(const char *text, size_t at, size_t len)
{
	AUTO(strbuf_done) struct strbuf b = { 0 };
	size_t n = strlen(text), from = 0, to = n;

	if (at > n)
		at = n;
	if (n > WINDOW) {
		from = at > WINDOW / 2 ? at - WINDOW / 2 : 0;
		to = n - from > WINDOW ? from + WINDOW : n;
	}
	strbuf_addf(&b, "    %s", from ? "..." : "");
	for (size_t i = from; i < to; i++) {
		int c = (unsigned char)text[i];

		strbuf_putc(&b, c < ' ' || c == 127 ? ' ' : (char)c);
	}
	strbuf_addf(&b, "%s\n    %s", to < n ? "..." : "", from ? "   " : "");
	for (size_t i = from; i < at; i++)
		strbuf_putc(&b, ' ');
	strbuf_putc(&b, '^');
	for (size_t i = 1; i < len && at + i < to; i++)
		strbuf_putc(&b, '~');
	return strbuf_detach(&b);
}

static int fail(const struct scan *s, size_t at, const char *what)
{
	AUTO_FREE char *caret = spec_caret(s->whole, s->base + at, 1);

	return err_set(s->err, -EINVAL, "event list: %s\n%s", what, caret);
}

static void skip_space(struct scan *s)
{
	while (isspace((unsigned char)s->text[s->pos]))
		s->pos++;
}

static void event_done(struct spec_event *e)
{
	for (size_t i = 0; i < e->nterms; i++) {
		free(e->terms[i].key);
		free(e->terms[i].value);
	}
	free(e->terms);
	free(e->text);
	free(e->pmu);
	free(e->name);
	free(e->mods);
	free(e->group_mods);
	*e = (struct spec_event){ 0 };
}

void spec_done(struct spec *spec)
{
	for (size_t i = 0; i < spec->n; i++)
		event_done(&spec->events[i]);
	free(spec->events);
	free(spec->text);
	*spec = (struct spec){ 0 };
}

/*
 * A key or a value up to one of @stop, into @b.  Quotes and backslashes
 * protect; they are taken off.
 */
static int scan_word(struct scan *s, const char *stop, struct strbuf *b)
{
	const char *t = s->text;

	strbuf_reset(b);
	while (t[s->pos] && !strchr(stop, t[s->pos])) {
		char c = t[s->pos];
		size_t open = s->pos;

		if (c == '\\' && t[s->pos + 1]) {
			strbuf_putc(b, t[s->pos + 1]);
			s->pos += 2;
		} else if (c == '\'' || c == '"') {
			for (s->pos++; t[s->pos] && t[s->pos] != c; s->pos++)
				strbuf_putc(b, t[s->pos]);
			if (!t[s->pos])
				return fail(s, open, "no closing quote");
			s->pos++;
		} else {
			strbuf_putc(b, c);
			s->pos++;
		}
	}
	return 0;
}

static int scan_term(struct scan *s, struct spec_event *e)
{
	AUTO(strbuf_done) struct strbuf word = { 0 };
	struct spec_term *term;
	size_t at;
	int r;

	skip_space(s);
	at = s->pos;
	r = scan_word(s, ",/=", &word);
	if (r < 0)
		return r;
	if (!word.len)
		return fail(s, s->pos, "a term is missing here");
	if (e->nterms >= TERMS_MAX)
		return fail(s, at, "too many terms");
	VEC_PUSH(e->terms, e->nterms, (struct spec_term){ .at = s->base + at });
	term = &e->terms[e->nterms - 1];
	term->key = strbuf_detach(&word);
	if (s->text[s->pos] != '=')
		return 0;
	s->pos++;
	at = s->pos;
	r = scan_word(s, ",/", &word);
	if (r < 0)
		return r;
	if (s->pos == at)
		return fail(s, at, "a value is missing after '='");
	term->value = xstrdup(strbuf_str(&word));
	return 0;
}

/* "/term,term=value/mods", at the first slash */
static int scan_terms(struct scan *s, struct spec_event *e)
{
	size_t open = s->pos++;
	size_t start;
	int r;

	while (s->text[s->pos] != '/') {
		r = scan_term(s, e);
		if (r < 0)
			return r;
		if (s->text[s->pos] == ',') {
			s->pos++;
			if (s->text[s->pos] == '/')
				return fail(s, s->pos,
					    "a term is missing here");
		}
		if (!s->text[s->pos])
			return fail(s, open, "no closing '/' for this one");
	}
	s->pos++;
	if (s->text[s->pos] == ':')
		s->pos++;
	start = s->pos;
	while (isalnum((unsigned char)s->text[s->pos]))
		s->pos++;
	e->mods = xstrndup(s->text + start, s->pos - start);
	e->mods_at = s->base + start;
	if (s->text[s->pos] && !strchr(",}", s->text[s->pos]) &&
	    !isspace((unsigned char)s->text[s->pos]))
		return fail(s, s->pos, "a modifier, ',' or '}' belongs here");
	return 0;
}

/* The slash of "mem:0x1000/8" is a length. */
static int is_breakpoint(const char *p)
{
	return strncmp(p, "mem:", 4) == 0;
}

static int scan_event(struct scan *s, struct spec_event *e)
{
	int breakpoint = is_breakpoint(s->text + s->pos);
	const char *stop = breakpoint ? ",{}" : ",{}/";
	size_t start = s->pos, end;
	int r;

	e->at = s->base + start;
	s->pos += strcspn(s->text + s->pos, stop);
	end = s->pos;
	while (end > start && isspace((unsigned char)s->text[end - 1]))
		end--;
	if (end == start)
		return fail(s, start, "an event is missing here");
	for (size_t i = start; i < end; i++)
		if (isspace((unsigned char)s->text[i]))
			return fail(s, i, "a space inside a name");
	if (s->text[s->pos] == '{')
		return fail(s, s->pos, "',' is missing before '{'");
	if (s->text[s->pos] == '/') {
		e->pmu = xstrndup(s->text + start, end - start);
		r = scan_terms(s, e);
		if (r < 0)
			return r;
		end = s->pos;
	} else {
		e->name = xstrndup(s->text + start, end - start);
		e->mods = xstrdup("");
		e->mods_at = s->base + end;
	}
	e->text = xstrndup(s->text + start, end - start);
	e->len = end - start;
	return 0;
}

static int open_group(struct scan *s)
{
	if (s->group >= 0)
		return fail(s, s->pos, "a group inside a group");
	s->group_at = s->pos++;
	s->group = s->spec->ngroups++;
	s->group_first = s->spec->n;
	return 0;
}

static int close_group(struct scan *s)
{
	size_t start;

	if (s->group < 0)
		return fail(s, s->pos, "'}' without a '{'");
	if (s->group_first == s->spec->n)
		return fail(s, s->pos, "an event is missing here");
	s->pos++;
	if (s->text[s->pos] == ':')
		s->pos++;
	start = s->pos;
	while (isalnum((unsigned char)s->text[s->pos]))
		s->pos++;
	if (start == s->pos && s->text[start - 1] == ':')
		return fail(s, s->pos, "a modifier is missing after ':'");
	for (size_t i = s->group_first; i < s->spec->n; i++) {
		struct spec_event *e = &s->spec->events[i];

		free(e->group_mods);
		e->group_mods = xstrndup(s->text + start, s->pos - start);
		e->group_mods_at = s->base + start;
	}
	s->group = -1;
	return 0;
}

static int scan_one(struct scan *s)
{
	struct spec_event e = { .group = s->group };
	int r;

	if (s->spec->n >= EVENTS_MAX)
		return fail(s, s->pos, "too many events");
	r = scan_event(s, &e);
	if (r < 0) {
		event_done(&e);
		return r;
	}
	e.group_mods = xstrdup("");
	VEC_PUSH(s->spec->events, s->spec->n, e);
	return 0;
}

static int scan_list(struct scan *s)
{
	int r;

	for (;;) {
		skip_space(s);
		if (s->text[s->pos] == '{') {
			r = open_group(s);
			if (r < 0)
				return r;
			continue;
		}
		r = scan_one(s);
		if (r < 0)
			return r;
		skip_space(s);
		if (s->text[s->pos] == '}') {
			r = close_group(s);
			if (r < 0)
				return r;
			skip_space(s);
		}
		if (!s->text[s->pos])
			break;
		if (s->text[s->pos] != ',')
			return fail(s, s->pos, "',' belongs here");
		s->pos++;
	}
	if (s->group >= 0)
		return fail(s, s->group_at, "no closing '}' for this one");
	return 0;
}

/* Back to what @spec was before a failed scan. */
static void roll_back(struct spec *spec, size_t n, int ngroups)
{
	while (spec->n > n)
		event_done(&spec->events[--spec->n]);
	spec->ngroups = ngroups;
	if (!n) {
		free(spec->events);
		spec->events = NULL;
	}
}

int spec_parse(struct spec *spec, const char *text, struct err *err)
{
	AUTO_FREE char *whole = NULL;
	struct scan s = { .text = text, .spec = spec, .group = -1, .err = err };
	size_t n = spec->n;
	int ngroups = spec->ngroups, r;

	if (strlen(text) > TEXT_MAX)
		return err_set(err, -E2BIG, "event list: longer than %zu bytes",
			       TEXT_MAX);
	if (!text[strspn(text, " \t\n")])
		return err_set(err, -EINVAL, "event list: it is empty");
	s.base = spec->text ? strlen(spec->text) + 1 : 0;
	whole = spec->text ? xasprintf("%s,%s", spec->text, text)
			   : xstrdup(text);
	s.whole = whole;
	r = scan_list(&s);
	if (r < 0) {
		roll_back(spec, n, ngroups);
		return r;
	}
	free(spec->text);
	spec->text = TAKE_PTR(whole);
	return 0;
}
