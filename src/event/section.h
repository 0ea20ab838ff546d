/*
 * The file format of events/: sections of "key = value".
 *
 *	# comment
 *	[metric ipc]
 *	formula = instructions / cycles
 *	about   = A long text goes on in lines
 *	          that are indented.
 *
 * A '#' starts a comment at the beginning of a line only (it may be indented),
 * so that values can hold one.  Continuation lines are joined with one space;
 * blank lines and comments between them do not end the value.  A value may be
 * empty.  Kinds and keys are [a-z][a-z0-9_]*, names are anything without
 * spaces and brackets.
 */
#ifndef TACHO_EVENT_SECTION_H
#define TACHO_EVENT_SECTION_H

#include "base/err.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* What a file may hold at most; more is an error, not a crash. */
#define SECTION_FILE_MAX (1024 * 1024)
#define SECTION_LINE_MAX 1024
#define SECTION_VALUE_MAX 8192
#define SECTION_COUNT_MAX 4096
#define SECTION_KEYS_MAX 64

/* Everything in a section is borrowed from its list. */
struct section_entry {
	const char *key;
	const char *value;
	int line;
};

/* The same as it is kept: offsets in a text, which need no address. */
struct section_entry_at {
	uint32_t key, value;
	int line;
};

struct section {
	const char *kind; /* "event", "metric", "set" */
	const char *name;
	const char *file; /* as shown in messages */
	int line;
	bool builtin; /* of the tree's own files: known to be right */
	/* of a file that nobody named in this run: what is wrong in it is a
	   warning; set by the catalog */
	bool optional;
	const char *text; /* that keys and values stand in */
	const struct section_entry_at *at;
	size_t n;
};

/* What one text was read into. */
struct section_file {
	char *name;
	char *text; /* keys and values stand in it */
	struct section *sections;
	struct section_entry_at *entries;
};

struct section_list {
	struct section **items;
	size_t n;
	struct section_file *files; /* own what the items are made of */
	size_t nfiles;
};

/*
 * Parse @text (@len bytes; may hold anything) and append its sections.
 * One text cannot hold the same kind and name twice, nor a section the same
 * key.  -EINVAL (or -E2BIG) with "file:line: what" in @err; the list is then
 * unchanged.
 */
int section_parse(struct section_list *list, const char *file, const char *text,
		  size_t len, struct err *err);

/* The @i-th of the @n entries. */
struct section_entry section_entry(const struct section *s, size_t i);

/* The value of @key or NULL; *line (if not NULL) is where it stands. */
const char *section_get(const struct section *s, const char *key, int *line);

void section_list_done(struct section_list *list);

#endif
