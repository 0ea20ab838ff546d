/*
 * The known names nearest to what was typed; see suggest.h.
 *
 * Distance is optimal string alignment: insertions, deletions, substitutions
 * and swaps of neighbours count one each.  A name that starts with what was
 * typed is near whatever follows, because people type beginnings.
 */
#include "base/suggest.h"

#include "base/xalloc.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define NAME_MAX_LEN 80

static int fold(char c)
{
	if (c == '_' || c == '.')
		return '-';
	return tolower((unsigned char)c);
}

static unsigned min3(unsigned a, unsigned b, unsigned c)
{
	unsigned m = a < b ? a : b;

	return m < c ? m : c;
}

static unsigned distance(const char *a, size_t na, const char *b, size_t nb)
{
	unsigned rows[3][NAME_MAX_LEN + 1];
	unsigned *two = rows[0], *one = rows[1], *now = rows[2];

	for (size_t j = 0; j <= nb; j++)
		one[j] = (unsigned)j;
	for (size_t i = 1; i <= na; i++) {
		unsigned *spare = two;

		now[0] = (unsigned)i;
		for (size_t j = 1; j <= nb; j++) {
			unsigned cost = fold(a[i - 1]) != fold(b[j - 1]);

			now[j] = min3(one[j] + 1, now[j - 1] + 1,
				      one[j - 1] + cost);
			if (i > 1 && j > 1 &&
			    fold(a[i - 1]) == fold(b[j - 2]) &&
			    fold(a[i - 2]) == fold(b[j - 1]) &&
			    two[j - 2] + 1 < now[j])
				now[j] = two[j - 2] + 1;
		}
		two = one;
		one = now;
		now = spare;
	}
	return one[nb];
}

void suggest_init(struct suggest *s, const char *typed)
{
	*s = (struct suggest){ .typed = typed };
}

static int starts_with(const char *name, const char *typed, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (!name[i] || fold(name[i]) != fold(typed[i]))
			return 0;
	return 1;
}

void suggest_offer(struct suggest *s, const char *name)
{
	size_t n = strlen(s->typed), m = strlen(name);
	unsigned d, limit = (unsigned)(n / 3 < 1 ? 1 : n / 3);
	size_t at = SUGGEST_MAX;

	if (!n || n > NAME_MAX_LEN || m > NAME_MAX_LEN)
		return;
	if (n >= 3 && starts_with(name, s->typed, n))
		d = m > n; /* a beginning */
	else if (m > n + limit || n > m + limit)
		return;
	else
		d = distance(s->typed, n, name, m);
	if (d > limit)
		return;
	for (size_t i = SUGGEST_MAX; i-- > 0;) {
		if (s->names[i] && strcasecmp(s->names[i], name) == 0)
			return;
		if (!s->names[i] || d < s->distance[i])
			at = i;
	}
	if (at == SUGGEST_MAX)
		return;
	free(s->names[SUGGEST_MAX - 1]);
	for (size_t i = SUGGEST_MAX - 1; i > at; i--) {
		s->names[i] = s->names[i - 1];
		s->distance[i] = s->distance[i - 1];
	}
	s->names[at] = xstrdup(name);
	s->distance[at] = d;
}

char *suggest_text(const struct suggest *s, char *buf, size_t len)
{
	size_t n = 0, out;

	while (n < SUGGEST_MAX && s->names[n])
		n++;
	buf[0] = '\0';
	if (!n)
		return buf;
	out = (size_t)snprintf(buf, len, "did you mean '%s'", s->names[0]);
	for (size_t i = 1; i < n && out < len; i++)
		out += (size_t)snprintf(buf + out, len - out, "%s'%s'",
					i + 1 == n ? " or " : ", ",
					s->names[i]);
	if (out < len)
		snprintf(buf + out, len - out, "?");
	return buf;
}

void suggest_done(struct suggest *s)
{
	for (size_t i = 0; i < SUGGEST_MAX; i++)
		free(s->names[i]);
	*s = (struct suggest){ 0 };
}
