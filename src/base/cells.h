/*
 * Texts on a terminal: how many columns they take, and texts of others (names
 * of files, of programs, of threads) made safe to print.
 *
 * By a table of our own: the program stays in the "C" locale, whose wcwidth()
 * knows of nothing but ASCII.
 */
#ifndef TACHO_BASE_CELLS_H
#define TACHO_BASE_CELLS_H

#include "base/strbuf.h"

#include <stdbool.h>

/*
 * Columns of @s: 2 for wide characters (East Asian, emoji), none for combining
 * ones and for colours.
 */
int cells_width(const char *s);

/*
 * @s with '?' for what moves the cursor, hides text, turns its direction or is
 * no UTF-8, and a space for tabs and ends of lines.  Without @utf8 '?' for all
 * that is not ASCII, too.
 */
void cells_clean(struct strbuf *b, const char *s, bool utf8);

/* The same; the caller frees. */
char *cells_cleaned(const char *s, bool utf8);

/*
 * @s, which is clean, or as much of its begin and of its end as fits into
 * @most columns with a mark between.
 */
void cells_cut(struct strbuf *b, const char *s, int most, bool utf8);

/*
 * @s cleaned, with words of at most @most columns (but 8, if that is less):
 * what is longer than a line cannot be broken into lines.  The caller frees.
 */
char *cells_fitting(const char *s, int most, bool utf8);

#endif
