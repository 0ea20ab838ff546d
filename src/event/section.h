/*
 * The file format of events/: sections of "key = value".
 *
 *	# comment
 *	[metric ipc]
 *	formula = instructions / cycles
 *	about   = A long text goes on in lines
 *	          that are indented.
 */
#ifndef TACHO_EVENT_SECTION_H
#define TACHO_EVENT_SECTION_H

#include "base/err.h"

#include <stddef.h>

struct section_entry {
	char *key;
	char *value;
	int line;
};

struct section {
	char *kind; /* "event", "metric", "set" */
	char *name;
	const char *file; /* as shown in messages; borrowed from the list */
	int line;
	struct section_entry *entries;
	size_t n;
};

struct section_list {
	struct section **items;
	size_t n;
	char **files; /* owned names */
	size_t nfiles;
};

/*
 * Parse @text (@len bytes; may hold anything) and append its sections.
 * -EINVAL with "file:line: what" in @err; the list is then unchanged.
 */
int section_parse(struct section_list *list, const char *file, const char *text,
		  size_t len, struct err *err);

/* The value of @key or NULL; *line (if not NULL) is where it stands. */
const char *section_get(const struct section *s, const char *key, int *line);

void section_list_done(struct section_list *list);

#endif
