/*
 * A command line in one text, as it is typed to a shell, taken apart without
 * one: './old "a b" c\ d' is three words.
 *
 * Quotes and backslashes mean what they mean to sh.  What sh would do more
 * than that - expand, redirect, join commands - is refused rather than handed
 * on as plain characters, because that would measure something else than what
 * was meant.
 */
#ifndef TACHO_BASE_WORDS_H
#define TACHO_BASE_WORDS_H

#include "base/err.h"

#include <stddef.h>

/*
 * The words of @text into @ret, NULL at the end; the caller frees them with
 * words_free().  -EINVAL names the character of @text, counted from 1, and
 * what is wrong with it.  Without any word: -EINVAL, too.
 */
int words_split(const char *text, char ***ret, size_t *n, struct err *err);

/* The reverse: quoted where a shell would make something else of it; the caller
   frees. */
char *words_join(char *const *words);

/* NULL is fine. */
void words_free(char **words);

#endif
