/*
 * Text that others have written, as characters that a terminal may have.
 *
 * Names of processes, their arguments and paths hold whatever bytes somebody
 * chose.  Nothing that moves the cursor, changes colours or answers questions may
 * reach the terminal.
 */
#ifndef TACHO_SCREEN_GLYPHS_H
#define TACHO_SCREEN_GLYPHS_H

#include <stdbool.h>
#include <stdint.h>

/*
 * The next character of *at that takes room, and in *width how much (1 or 2);
 * 0 at the end.  Control characters, bytes that are no UTF-8 and, without
 * @utf8, all that is not ASCII become '?'; white space becomes a space; what has
 * no width of its own (combining marks, changes of direction) is left out.
 */
uint32_t glyph_next(const char **at, bool utf8, int *width);

/* @code as UTF-8; its length. */
int glyph_encode(char bytes[4], uint32_t code);

/* Columns that @text takes. */
int glyphs_width(const char *text, bool utf8);

#endif
