/*
 * Allocation that cannot fail for the caller: out of memory ends the program
 * with a message and status 1.  Sizes that come from input are bounded by the
 * caller first.
 */
#ifndef TACHO_BASE_XALLOC_H
#define TACHO_BASE_XALLOC_H

#include <stdarg.h>
#include <stddef.h>

void *xmalloc(size_t size) __attribute__((malloc, returns_nonnull));
void *xcalloc(size_t n, size_t size) __attribute__((malloc, returns_nonnull));
void *xreallocarray(void *p, size_t n, size_t size)
	__attribute__((returns_nonnull));
char *xstrdup(const char *s) __attribute__((malloc, returns_nonnull));
char *xstrndup(const char *s, size_t n)
	__attribute__((malloc, returns_nonnull));
char *xasprintf(const char *fmt, ...)
	__attribute__((format(printf, 1, 2), malloc, returns_nonnull));
char *xvasprintf(const char *fmt, va_list ap)
	__attribute__((format(printf, 1, 0), malloc, returns_nonnull));

/*
 * Called before the message of an allocation failure is printed, so that a
 * screen can give the terminal back.  NULL removes it.
 */
void xalloc_on_failure(void (*restore)(void));

#endif
