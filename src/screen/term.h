/*
 * The terminal: the only place that knows curses.
 */
#ifndef TACHO_SCREEN_TERM_H
#define TACHO_SCREEN_TERM_H

#include "base/err.h"
#include "screen/grid.h"
#include "screen/keys.h"

#include <stdbool.h>

struct term;

struct term_options {
	bool color, utf8, mouse;
};

/*
 * Take standard input and output.  -ENOTSUP where they are no terminal, or one
 * that cannot move its cursor.  There can be one at a time.
 */
int term_open(const struct term_options *options, struct term **ret,
	      struct err *err);
/* Give it back as it was; NULL is fine. */
void term_close(struct term *t);

void term_size(const struct term *t, int *rows, int *cols);
bool term_utf8(const struct term *t);

/* What differs from what was shown before. */
void term_show(struct term *t, const struct grid *g);
/* Everything again, whatever the terminal shows. */
void term_redraw(struct term *t);

/* A key that is there already; false: none.  Does not wait. */
bool term_input(struct term *t, struct input *ret);
/* What to poll. */
int term_fd(const struct term *t);

/* Its size has changed. */
void term_resized(struct term *t);
/* For the shell, and back; or back after a stop that nobody could see coming. */
void term_leave(struct term *t);
void term_return(struct term *t);

#endif
