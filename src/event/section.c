/*
 * The file format of events/; see section.h.
 *
 * A user's own files are read at every start, so a text becomes three pieces of
 * memory and not a thousand: a copy, in which keys and values are cut off where
 * they stand (joining lines only makes them shorter), and two arrays that are
 * large enough for every line that could be a section or a key.
 */
#include "event/section.h"

#include "base/vec.h"

#include <errno.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

struct parser {
	struct section_file file;
	size_t nsections, nentries;
	int line;
	struct section *section; /* the open one, NULL before the first */
	char *value;             /* that an indented line continues */
	size_t value_len;
	struct err *err;
};

/* A piece of the text; not terminated. */
struct span {
	char *p;
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

static struct span trimmed(char *p, size_t len)
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

	return err_set(p->err, -EINVAL, "%s:%d: %s '%.*s'", p->file.name,
		       p->line, what, len, text.p);
}

static int fail(const struct parser *p, const char *what)
{
	return err_set(p->err, -EINVAL, "%s:%d: %s", p->file.name, p->line,
		       what);
}

static int fail_big(const struct parser *p, const char *what, size_t max)
{
	return err_set(p->err, -E2BIG, "%s:%d: %s (at most %zu)", p->file.name,
		       p->line, what, max);
}

/*
 * Could there be a byte below ' ', or 0x7f?  Eight at a time, because every
 * start reads every byte of a user's files: a byte's high bit comes out set
 * when the byte is smaller than the one subtracted, and then perhaps in those
 * above it, so that this may say yes for nothing but never no.
 */
static bool may_hold_control(struct span line)
{
	const uint64_t ones = UINT64_C(0x0101010101010101);
	uint64_t seen = 0;
	size_t i = 0;

	for (; i + sizeof(uint64_t) <= line.len; i += sizeof(uint64_t)) {
		uint64_t eight, other;

		memcpy(&eight, line.p + i, sizeof(eight));
		other = eight ^ 0x7f * ones;
		seen |= ((eight - ' ' * ones) & ~eight) |
			((other - ones) & ~other);
	}
	if (seen & 0x80 * ones)
		return true;
	for (; i < line.len; i++)
		if ((unsigned char)line.p[i] < ' ' || line.p[i] == 0x7f)
			return true;
	return false;
}

static int check_line(const struct parser *p, struct span line)
{
	if (line.len > SECTION_LINE_MAX)
		return fail_big(p, "the line has too many bytes",
				SECTION_LINE_MAX);
	if (!may_hold_control(line))
		return 0;
	for (size_t i = 0; i < line.len; i++) {
		unsigned char c = (unsigned char)line.p[i];

		if ((c < ' ' && c != '\t') || c == 0x7f)
			return err_set(p->err, -EINVAL,
				       "%s:%d: byte 0x%02x in column %zu is "
				       "not text",
				       p->file.name, p->line, c, i + 1);
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
	/* the first byte nearly always tells, without a call */
	return s.len && s.p[0] == text[0] && !strncmp(s.p, text, s.len) &&
	       !text[s.len];
}

/* Cut @s off where it ends; what follows has been looked at. */
static const char *terminated(struct span s)
{
	s.p[s.len] = '\0';
	return s.p;
}

/* No file has more than SECTION_FILE_MAX bytes. */
static uint32_t offset(const struct parser *p, const char *at)
{
	return (uint32_t)(at - p->file.text);
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
	for (size_t i = 0; i < p->nsections; i++) {
		s = &p->file.sections[i];
		if (span_equals(name, s->name) && span_equals(kind, s->kind))
			return err_set(p->err, -EINVAL,
				       "%s:%d: [%s %.60s] is already in "
				       "line %d",
				       p->file.name, p->line, s->kind, s->name,
				       s->line);
	}
	if (p->nsections >= SECTION_COUNT_MAX)
		return fail_big(p, "too many sections", SECTION_COUNT_MAX);
	s = &p->file.sections[p->nsections++];
	s->kind = terminated(kind);
	s->name = terminated(name);
	s->file = p->file.name;
	s->line = p->line;
	s->text = p->file.text;
	s->at = p->file.entries + p->nentries;
	p->section = s;
	p->value = NULL;
	return 0;
}

static int add_entry(struct parser *p, struct span line)
{
	char *equals = memchr(line.p, '=', line.len);
	struct section *s = p->section;
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
		if (span_equals(key, s->text + s->at[i].key))
			return err_set(p->err, -EINVAL,
				       "%s:%d: key '%.60s' is already in "
				       "line %d",
				       p->file.name, p->line,
				       s->text + s->at[i].key, s->at[i].line);
	if (s->n >= SECTION_KEYS_MAX)
		return fail_big(p, "too many keys", SECTION_KEYS_MAX);
	p->value = value.p;
	p->value_len = value.len;
	p->file.entries[p->nentries++] = (struct section_entry_at){
		.key = offset(p, terminated(key)),
		.value = offset(p, terminated(value)),
		.line = p->line,
	};
	s->n++;
	return 0;
}

static int continue_entry(struct parser *p, struct span line)
{
	if (!p->value)
		return fail(p, "an indented line that continues nothing");
	if (p->value_len + line.len + 1 > SECTION_VALUE_MAX)
		return fail_big(p, "the value has too many bytes",
				SECTION_VALUE_MAX);
	/* between the two are a line's end and an indent: there is room */
	if (p->value_len)
		p->value[p->value_len++] = ' ';
	memmove(p->value + p->value_len, line.p, line.len);
	p->value_len += line.len;
	p->value[p->value_len] = '\0';
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

static int parse_text(struct parser *p, size_t len)
{
	char *text = p->file.text, *end = text + len;

	while (text < end) {
		char *eol = memchr(text, '\n', (size_t)(end - text));
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

/* Room for all that can come: a section or a key is at the start of a line. */
static void make_room(struct section_file *file, size_t len)
{
	size_t nsections = 0, nentries = 0;
	const char *text = file->text, *end = text + len;

	while (text < end) {
		const char *eol = memchr(text, '\n', (size_t)(end - text));

		if (*text == '[')
			nsections++;
		else if (is_lower(*text))
			nentries++;
		if (!eol)
			break;
		text = eol + 1;
	}
	file->sections = xcalloc(nsections + 1, sizeof(*file->sections));
	file->entries = xcalloc(nentries + 1, sizeof(*file->entries));
}

static void file_done(struct section_file *file)
{
	free(file->name);
	free(file->text);
	free(file->sections);
	free(file->entries);
}

int section_parse(struct section_list *list, const char *file, const char *text,
		  size_t len, struct err *err)
{
	struct parser p = { .err = err };
	int r;

	if (len > SECTION_FILE_MAX)
		return err_set(err, -E2BIG,
			       "%s: the file has too many bytes (at most %d)",
			       file, SECTION_FILE_MAX);
	p.file.name = xstrdup(file);
	p.file.text = xmalloc(len + 1);
	memcpy(p.file.text, text, len);
	p.file.text[len] = '\0';
	make_room(&p.file, len);
	r = parse_text(&p, len);
	if (r < 0) {
		file_done(&p.file);
		return r;
	}
	for (size_t i = 0; i < p.nsections; i++)
		VEC_PUSH(list->items, list->n, &p.file.sections[i]);
	VEC_PUSH(list->files, list->nfiles, p.file);
	return 0;
}

struct section_entry section_entry(const struct section *s, size_t i)
{
	return (struct section_entry){
		.key = s->text + s->at[i].key,
		.value = s->text + s->at[i].value,
		.line = s->at[i].line,
	};
}

const char *section_get(const struct section *s, const char *key, int *line)
{
	for (size_t i = 0; i < s->n; i++) {
		const char *other = s->text + s->at[i].key;

		/* the first byte nearly always tells, without a call */
		if (*other != *key || strcmp(other, key))
			continue;
		if (line)
			*line = s->at[i].line;
		return s->text + s->at[i].value;
	}
	return NULL;
}

void section_list_done(struct section_list *list)
{
	for (size_t i = 0; i < list->nfiles; i++)
		file_done(&list->files[i]);
	free(list->items);
	free(list->files);
	memset(list, 0, sizeof(*list));
}
