/*
 * Text that is longer than the screen: lines on a grid of their own, of which an
 * area shows a part.
 */
#ifndef TACHO_SCREEN_DOC_H
#define TACHO_SCREEN_DOC_H

#include "screen/grid.h"

struct doc {
	struct grid grid;
	int row; /* the next to be written */
};

void doc_init(struct doc *d, int cols, bool utf8);
void doc_done(struct doc *d);

/* Room for @rows more; the first of them. */
int doc_room(struct doc *d, int rows);
void doc_title(struct doc *d, const char *text);
/* Broken at spaces, all lines indented. */
void doc_wrap(struct doc *d, int indent, enum role role, const char *text);

/* Show it in @area from *top on, which is put in its bounds. */
void doc_show(const struct doc *d, struct grid *g, struct area area, int *top);

#endif
