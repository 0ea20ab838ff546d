/*
 * A string that grows.
 *
 * A zeroed struct is an empty string; buf is NULL until the first byte and
 * NUL-terminated from then on.  Use strbuf_str() where a string is needed.
 */
#ifndef TACHO_BASE_STRBUF_H
#define TACHO_BASE_STRBUF_H

#include <stddef.h>

struct strbuf {
	char *buf;
	size_t len;
	size_t cap;
};

void strbuf_add(struct strbuf *b, const char *data, size_t len);
void strbuf_puts(struct strbuf *b, const char *s);
void strbuf_putc(struct strbuf *b, char c);
void strbuf_addf(struct strbuf *b, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));

/* Forget the contents, keep the memory. */
void strbuf_reset(struct strbuf *b);

/* The text, "" when empty; borrowed until the next change. */
const char *strbuf_str(const struct strbuf *b);

/* The text as a string that the caller frees; @b is empty afterwards. */
char *strbuf_detach(struct strbuf *b);

/* Release; for AUTO(strbuf_done). */
void strbuf_done(struct strbuf *b);

#endif
