/*
 * Histories as pictures: one line of blocks, or some lines of dots.  Newest at
 * the right edge; what has no number is empty.
 */
#ifndef TACHO_SCREEN_PLOT_H
#define TACHO_SCREEN_PLOT_H

#include "screen/grid.h"

#include <stddef.h>

/* Between which numbers a history lies; false: there are none. */
bool plot_range(const float *points, size_t n, double *low, double *high);

/* One character of a bar that is filled to @share (0..1) of its height. */
uint32_t plot_block(double share, bool utf8);

/* From 0 or less to its largest, a column for each point. */
void plot_spark(struct grid *g, int row, int col, int cols, const float *points,
		size_t n);

/* With its largest and smallest number at the left. */
void plot_draw(struct grid *g, struct area area, const float *points, size_t n,
	       int digits);

#endif
