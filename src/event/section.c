/*
 * The file format of events/; see section.h.
 *
 * One pass over the bytes, line by line.  Everything new is collected in a
 * list of its own and moved over at the end, so that a broken text leaves
 * nothing behind.
 */
#include "event/section.h"

#include "base/auto.h"
#include "base/vec.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

struct parser {
	const char *file;
	int line;
	struct section_list *out;
	struct section *section;     /* the open one, NULL before the first */
	struct section_entry *entry; /* that an indented line continues */
	struct err *err;
};

/* A piece of the text; not terminated. */
struct span {
	const char *p;
	size_t len;
};

static bool is_space(char c)
{
	return c == ' ' || c == '\t';
}

static bool is_lower(char c)
{
	return c >= 'a' && c <= 'z';
}

static bool is_word(struct span s)
{
	if (!s.len || !is_lower(s.p[0]))
		return false;
	for (size_t i = 1; i < s.len; i++) {
		char c = s.p[i];

		if (!is_lower(c) && !(c >= '0' && c <= '9') && c != '_')
			return false;
	}
	return true;
}

static struct span trimmed(const char *p, size_t len)
{
	while (len && is_space(*p)) {
		p++;
		len--;
	}
	while (len && is_space(p[len - 1]))
		len--;
	return (struct span){ p, len };
}

/* @what with at most so much of the offending text as a message can hold */
static int fail_text(const struct parser *p, const char *what, struct span text)
{
	int len = text.len > 60 ? 60 : (int)text.len;

	return err_set(p->err, -EINVAL, "%s:%d: %s '%.*s'", p->file, p->line,
		       what, len, text.p);
}

static int fail(const struct parser *p, const char *what)
{
	return err_set(p->err, -EINVAL, "%s:%d: %s", p->file, p->line, what);
}

static int fail_big(const struct parser *p, const char *what, size_t max)
{
	return err_set(p->err, -E2BIG, "%s:%d: %s (at most %zu)", p->file,
		       p->line, what, max);
}

static int check_line(const struct parser *p, struct span line)
{
	if (line.len > SECTION_LINE_MAX)
		return fail_big(p, "the line has too many bytes",
				SECTION_LINE_MAX);
	for (size_t i = 0; i < line.len; i++) {
		unsigned char c = (unsigned char)line.p[i];

		if ((c < ' ' && c != '\t') || c == 0x7f)
			return err_set(p->err, -EINVAL,
				       "%s:%d: byte 0x%02x in column %zu is "
				       "not text",
				       p->file, p->line, c, i + 1);
	}
	return 0;
}

static bool name_is_allowed(struct span name)
{
	for (size_t i = 0; i < name.len; i++)
		if (is_space(name.p[i]) || name.p[i] == '[' || name.p[i] == ']')
			return false;
	return name.len > 0;
}

static bool span_equals(struct span s, const char *text)
{
	return !strncmp(s.p, text, s.len) && !text[s.len];
}

static int open_section(struct parser *p, struct span line)
{
	struct span inner, kind, name;
	struct section *s;
	size_t n = 0;

	if (line.p[line.len - 1] != ']')
		return fail_text(p, "']' is missing at the end of", line);
	inner = trimmed(line.p + 1, line.len - 2);
	while (n < inner.len && !is_space(inner.p[n]))
		n++;
	kind = (struct span){ inner.p, n };
	name = trimmed(inner.p + n, inner.len - n);
	if (!is_word(kind) || !name_is_allowed(name))
		return fail_text(p, "expected '[kind name]', found", line);
	for (size_t i = 0; i < p->out->n; i++) {
		s = p->out->items[i];
		if (span_equals(name, s->name) && span_equals(kind, s->kind))
			return err_set(p->err, -EINVAL,
				       "%s:%d: [%s %.60s] is already in "
				       "line %d",
				       p->file, p->line, s->kind, s->name,
				       s->line);
	}
	if (p->out->n >= SECTION_COUNT_MAX)
		return fail_big(p, "too many sections", SECTION_COUNT_MAX);
	s = xcalloc(1, sizeof(*s));
	s->kind = xstrndup(kind.p, kind.len);
	s->name = xstrndup(name.p, name.len);
	s->file = p->file;
	s->line = p->line;
	VEC_PUSH(p->out->items, p->out->n, s);
	p->section = s;
	p->entry = NULL;
	return 0;
}

static int add_entry(struct parser *p, struct span line)
{
	const char *equals = memchr(line.p, '=', line.len);
	struct section *s = p->section;
	struct section_entry e = { .line = p->line };
	struct span key, value;

	if (!equals)
		return fail_text(p, "expected 'key = value', found", line);
	key = trimmed(line.p, (size_t)(equals - line.p));
	value = trimmed(equals + 1, line.len - (size_t)(equals - line.p) - 1);
	if (!is_word(key))
		return fail_text(p, "not a key:", key);
	if (!s)
		return fail_text(p, "no section before key", key);
	for (size_t i = 0; i < s->n; i++)
		if (span_equals(key, s->entries[i].key))
			return err_set(p->err, -EINVAL,
				       "%s:%d: key '%.60s' is already in "
				       "line %d",
				       p->file, p->line, s->entries[i].key,
				       s->entries[i].line);
	if (s->n >= SECTION_KEYS_MAX)
		return fail_big(p, "too many keys", SECTION_KEYS_MAX);
	e.key = xstrndup(key.p, key.len);
	e.value = xstrndup(value.p, value.len);
	VEC_PUSH(s->entries, s->n, e);
	p->entry = &s->entries[s->n - 1];
	return 0;
}

static int continue_entry(struct parser *p, struct span line)
{
	size_t old;
	char *value;

	if (!p->entry)
		return fail(p, "an indented line that continues nothing");
	old = strlen(p->entry->value);
	if (old + line.len + 1 > SECTION_VALUE_MAX)
		return fail_big(p, "the value has too many bytes",
				SECTION_VALUE_MAX);
	value = xreallocarray(p->entry->value, old + line.len + 2, 1);
	p->entry->value = value;
	if (old)
		value[old++] = ' ';
	memcpy(value + old, line.p, line.len);
	value[old + line.len] = '\0';
	return 0;
}

static int parse_line(struct parser *p, struct span raw)
{
	struct span line;
	int r;

	if (raw.len && raw.p[raw.len - 1] == '\r')
		raw.len--;
	r = check_line(p, raw);
	if (r < 0)
		return r;
	line = trimmed(raw.p, raw.len);
	if (!line.len || line.p[0] == '#')
		return 0;
	if (is_space(raw.p[0]))
		return continue_entry(p, line);
	if (line.p[0] == '[')
		return open_section(p, line);
	return add_entry(p, line);
}

static int parse_text(struct parser *p, const char *text, size_t len)
{
	const char *end = text + len;

	while (text < end) {
		const char *eol = memchr(text, '\n', (size_t)(end - text));
		int r;

		if (!eol)
			eol = end;
		p->line++;
		r = parse_line(p, (struct span){ text, (size_t)(eol - text) });
		if (r < 0)
			return r;
		text = eol + 1;
	}
	return 0;
}

int section_parse(struct section_list *list, const char *file, const char *text,
		  size_t len, struct err *err)
{
	AUTO(section_list_done) struct section_list fresh = { 0 };
	struct parser p = { .out = &fresh, .err = err };
	char *name;
	int r;

	if (len > SECTION_FILE_MAX)
		return err_set(err, -E2BIG,
			       "%s: the file has too many bytes (at most %d)",
			       file, SECTION_FILE_MAX);
	name = xstrdup(file);
	VEC_PUSH(fresh.files, fresh.nfiles, name);
	p.file = name;
	r = parse_text(&p, text, len);
	if (r < 0)
		return r;

	for (size_t i = 0; i < fresh.n; i++)
		VEC_PUSH(list->items, list->n, fresh.items[i]);
	fresh.n = 0;
	VEC_PUSH(list->files, list->nfiles, name);
	fresh.nfiles = 0;
	return 0;
}

const char *section_get(const struct section *s, const char *key, int *line)
{
	for (size_t i = 0; i < s->n; i++) {
		if (strcmp(s->entries[i].key, key))
			continue;
		if (line)
			*line = s->entries[i].line;
		return s->entries[i].value;
	}
	return NULL;
}

static void section_free(struct section *s)
{
	for (size_t i = 0; i < s->n; i++) {
		free(s->entries[i].key);
		free(s->entries[i].value);
	}
	free(s->entries);
	free(s->kind);
	free(s->name);
	free(s);
}

void section_list_done(struct section_list *list)
{
	for (size_t i = 0; i < list->n; i++)
		section_free(list->items[i]);
	for (size_t i = 0; i < list->nfiles; i++)
		free(list->files[i]);
	free(list->items);
	free(list->files);
	memset(list, 0, sizeof(*list));
}
