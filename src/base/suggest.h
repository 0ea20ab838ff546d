/*
 * "Did you mean": the known names nearest to what was typed.
 */
#ifndef TACHO_BASE_SUGGEST_H
#define TACHO_BASE_SUGGEST_H

#include <stddef.h>

#define SUGGEST_MAX 3

struct suggest {
	const char *typed;        /* borrowed */
	char *names[SUGGEST_MAX]; /* nearest first; NULL where none */
	unsigned distance[SUGGEST_MAX];
};

/* Look for names like @typed; it must outlive @s. */
void suggest_init(struct suggest *s, const char *typed);

/*
 * Offer one known name; it is copied if it is near enough.  Case, and '-'
 * against '_' and '.', do not count as differences.
 */
void suggest_offer(struct suggest *s, const char *name);

/*
 * "did you mean 'a', 'b' or 'c'?" into @buf, "" when nothing is near.
 * Returns @buf.
 */
char *suggest_text(const struct suggest *s, char *buf, size_t len);

void suggest_done(struct suggest *s);

#endif
