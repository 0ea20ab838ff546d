/*
 * Things that one sentence is said about.
 */
#ifndef TACHO_REPORT_NAMES_H
#define TACHO_REPORT_NAMES_H

#include <stddef.h>

/* The names are borrowed; each is there once. */
struct names {
	const char **items;
	size_t n;
};

void names_add(struct names *names, const char *name);
void names_done(struct names *names);

/* "a", "a, b and c", "a, b, c and 4 more"; the caller frees. */
char *names_text(const struct names *names);

#endif
