/*
 * The parts of the screen.  Each draws into the area that it is given, whatever
 * its size, and says with zones what can be clicked.
 */
#ifndef TACHO_SCREEN_PANES_H
#define TACHO_SCREEN_PANES_H

#include "screen/grid.h"
#include "screen/view.h"

/* Lines that the head takes where there are @rows in all. */
int pane_head_rows(const struct view *v, const struct grid *g);
void pane_head_draw(const struct view *v, struct grid *g, int rows);

/* Its first line has the headings. */
void pane_rows_draw(const struct view *v, struct grid *g, struct area area);

void pane_detail_draw(struct view *v, struct grid *g, struct area area);
void pane_help_draw(struct view *v, struct grid *g, struct area area);

/* Two lines: what is to be said, and the keys. */
void pane_status_draw(const struct view *v, struct grid *g, int row);
void pane_bar_draw(const struct view *v, struct grid *g, int row);

#endif
