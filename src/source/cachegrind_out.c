/*
 * The output format of cachegrind; see cachegrind_out.h.
 *
 *	desc: ...
 *	cmd: ./prog x
 *	events: Ir I1mr ILmr ...
 *	fl=main.c
 *	fn=main
 *	12 5 0 0 ...
 *	summary: 5 0 0 ...
 *
 * The arguments of the command stand there as they are, newlines included, so
 * anything may follow "cmd:", and it is the last "events:" that counts: what
 * comes after it has no free text at the beginning of a line.
 */
#include "source/cachegrind_out.h"

#include "base/vec.h"
#include "base/xalloc.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define COLUMNS_MAX 64

/* A line, or what is left of one; not terminated. */
struct span {
	const char *at, *end;
};

/* Which of ours each column of the file is; -1: not one of ours. */
struct layout {
	int column[COLUMNS_MAX];
	size_t n;
};

static struct span next_line(struct span *rest)
{
	size_t len = (size_t)(rest->end - rest->at);
	const char *newline = memchr(rest->at, '\n', len);
	struct span line = { rest->at, newline ? newline : rest->end };

	rest->at = newline ? newline + 1 : rest->end;
	return line;
}

static bool begins(struct span line, const char *with)
{
	size_t n = strlen(with);

	return (size_t)(line.end - line.at) >= n && !memcmp(line.at, with, n);
}

/* The next word of @line, which is shortened by it; empty at the end. */
static struct span word_of(struct span *line)
{
	struct span word;

	while (line->at < line->end && *line->at == ' ')
		line->at++;
	word.at = line->at;
	while (line->at < line->end && *line->at != ' ')
		line->at++;
	word.end = line->at;
	return word;
}

static bool number_of(struct span word, uint64_t *ret)
{
	uint64_t n = 0;

	if (word.at == word.end)
		return false;
	for (const char *p = word.at; p < word.end; p++) {
		if (*p < '0' || *p > '9' || __builtin_mul_overflow(n, 10, &n) ||
		    __builtin_add_overflow(n, (uint64_t)(*p - '0'), &n))
			return false;
	}
	*ret = n;
	return true;
}

static int read_layout(struct span line, struct layout *ret, uint32_t *has,
		       struct err *err)
{
	struct span word = word_of(&line);

	*has = 0;
	ret->n = 0;
	for (word = word_of(&line); word.at < word.end; word = word_of(&line)) {
		size_t len = (size_t)(word.end - word.at);
		int column = cachegrind_column_find(word.at, len);

		if (ret->n == COLUMNS_MAX)
			return err_set(err, -E2BIG, "too many columns");
		if (column >= 0 && *has & 1U << column)
			return err_set(err, -EINVAL, "column '%s' twice",
				       cachegrind_column_name(
					       (enum cachegrind_column)column));
		if (column >= 0)
			*has |= 1U << column;
		ret->column[ret->n++] = column;
	}
	return *has ? 0 : err_set(err, -EINVAL, "no column is known");
}

/* How many numbers there are; -1 for what is none. */
static int read_counts(struct span line, const struct layout *layout,
		       struct cachegrind_counts *ret)
{
	size_t n = 0;

	*ret = (struct cachegrind_counts){ 0 };
	for (;; n++) {
		struct span word = word_of(&line);
		uint64_t number = 0;

		if (word.at == word.end)
			return (int)n;
		/* a '.' says that the line of source has no such thing */
		if (n == layout->n ||
		    (!number_of(word, &number) &&
		     !(word.end == word.at + 1 && *word.at == '.')))
			return -1;
		if (layout->column[n] >= 0)
			ret->n[layout->column[n]] = number;
	}
}

static uint64_t hash(uint64_t h, struct span text)
{
	/* FNV-1a */
	for (const char *p = text.at; p < text.end; p++)
		h = (h ^ (unsigned char)*p) * 1099511628211u;
	return (h ^ '\n') * 1099511628211u;
}

static int by_key(const void *a, const void *b)
{
	uint64_t x = ((const struct cachegrind_line *)a)->key;
	uint64_t y = ((const struct cachegrind_line *)b)->key;

	return (x > y) - (x < y);
}

/* Sort, and add up what stands there in several pieces. */
static void settle_lines(struct cachegrind_out *o)
{
	size_t kept = 0;

	if (o->nlines)
		qsort(o->lines, o->nlines, sizeof(*o->lines), by_key);
	for (size_t i = 0; i < o->nlines; i++) {
		struct cachegrind_line *last = o->lines + kept - 1;

		if (!kept || last->key != o->lines[i].key) {
			o->lines[kept++] = o->lines[i];
			continue;
		}
		for (size_t c = 0; c < CACHEGRIND_COLUMNS; c++)
			last->counts.n[c] += o->lines[i].counts.n[c];
	}
	o->nlines = kept;
}

static int read_summary(struct span line, const struct layout *layout,
			bool last, struct cachegrind_out *o, struct err *err)
{
	word_of(&line);
	if (last && read_counts(line, layout, &o->total) == (int)layout->n)
		return 0;
	return err_set(err, -EINVAL, "the summary is broken");
}

static int read_body(struct span rest, const struct layout *layout, bool lines,
		     struct cachegrind_out *o, struct err *err)
{
	uint64_t file = 14695981039346656037u, function = file;

	while (rest.at < rest.end) {
		struct span line = next_line(&rest);
		struct cachegrind_line one;
		struct span number;

		if (begins(line, "summary:"))
			return read_summary(line, layout, rest.at == rest.end,
					    o, err);
		if (!lines)
			continue;
		if (begins(line, "fl=") || begins(line, "fi=") ||
		    begins(line, "fe=")) {
			file = hash(14695981039346656037u, line);
			continue;
		}
		if (begins(line, "fn=")) {
			function = hash(file, line);
			continue;
		}
		number = word_of(&line);
		if (number.at == number.end)
			continue;
		one.key = hash(function, number);
		if (!number_of(number, &(uint64_t){ 0 }) ||
		    read_counts(line, layout, &one.counts) < 0)
			return err_set(err, -EINVAL, "'%.*s...' is no count",
				       (int)(number.end - number.at < 40
						     ? number.end - number.at
						     : 40),
				       number.at);
		VEC_PUSH(o->lines, o->nlines, one);
	}
	return err_set(err, -EINVAL, "it was cut off: there is no summary");
}

int cachegrind_out_parse(const char *text, size_t len, bool lines,
			 struct cachegrind_out *ret, struct err *err)
{
	struct span rest = { text, text + len }, body = rest;
	struct cachegrind_out o = { 0 };
	struct layout layout = { 0 };
	bool found = false;
	int r = 0;

	while (rest.at < rest.end && r == 0) {
		struct span line = next_line(&rest);

		if (!o.cmd && begins(line, "cmd: "))
			o.cmd = xstrndup(line.at + 5,
					 (size_t)(line.end - line.at) - 5);
		if (!begins(line, "events:"))
			continue;
		found = true;
		body = rest;
		r = read_layout(line, &layout, &o.has, err);
	}
	if (r == 0 && !found)
		r = err_set(err, -EINVAL, "it does not say what it counted");
	if (r == 0)
		r = read_body(body, &layout, lines, &o, err);
	if (r < 0) {
		cachegrind_out_done(&o);
		return r;
	}
	if (!o.cmd)
		o.cmd = xstrdup("");
	settle_lines(&o);
	*ret = o;
	return 0;
}

struct cachegrind_counts cachegrind_out_common(const struct cachegrind_out *a,
					       const struct cachegrind_out *b)
{
	struct cachegrind_counts sum = { 0 };
	size_t i = 0, k = 0;

	while (i < a->nlines && k < b->nlines) {
		const struct cachegrind_line *x = &a->lines[i];
		const struct cachegrind_line *y = &b->lines[k];

		if (x->key == y->key)
			for (size_t c = 0; c < CACHEGRIND_COLUMNS; c++)
				sum.n[c] += x->counts.n[c] < y->counts.n[c]
						    ? x->counts.n[c]
						    : y->counts.n[c];
		i += x->key <= y->key;
		k += y->key <= x->key;
	}
	return sum;
}

void cachegrind_out_done(struct cachegrind_out *out)
{
	free(out->cmd);
	free(out->lines);
	*out = (struct cachegrind_out){ 0 };
}
