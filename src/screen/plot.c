/* Histories as pictures; see plot.h. */
#include "screen/plot.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#define AXIS 9 /* columns for its numbers */

bool plot_range(const float *points, size_t n, double *low, double *high)
{
	bool any = false;

	for (size_t i = 0; i < n; i++) {
		double x = (double)points[i];

		if (!isfinite(x))
			continue;
		if (!any || x < *low)
			*low = x;
		if (!any || x > *high)
			*high = x;
		any = true;
	}
	return any;
}

uint32_t plot_block(double share, bool utf8)
{
	static const char ascii[] = "_.:-=+*#";
	int step = (int)(share * 8);

	step = step < 0 ? 0 : step > 7 ? 7 : step;
	return utf8 ? 0x2581u + (uint32_t)step : (uint32_t)ascii[step];
}

void plot_spark(struct grid *g, int row, int col, int cols, const float *points,
		size_t n)
{
	double low = 0, high = 0;
	size_t first = n > (size_t)cols ? n - (size_t)cols : 0;

	if (cols <= 0 || !plot_range(points + first, n - first, &low, &high))
		return;
	if (low > 0)
		low = 0;
	for (size_t i = first; i < n; i++) {
		double x = (double)points[i];
		int at = col + cols - (int)(n - i);

		if (isfinite(x))
			grid_put(g, row, at, ROLE_GRAPH,
				 plot_block(high > low
						    ? (x - low) / (high - low)
						    : 0,
					    g->utf8));
	}
}

/* Braille: two columns and four rows of dots in one character. */
static void dot(struct grid *g, struct area area, int x, int y)
{
	static const uint8_t bits[4][2] = {
		{ 0x01, 0x08 }, { 0x02, 0x10 }, { 0x04, 0x20 }, { 0x40, 0x80 }
	};
	int row = area.row + y / 4, col = area.col + x / 2;
	struct glyph *at;

	if (row < 0 || row >= g->rows || col < 0 || col >= g->cols)
		return;
	at = &g->glyphs[row * g->cols + col];
	if (at->code < 0x2800 || at->code > 0x28ff)
		grid_put(g, row, col, ROLE_GRAPH, 0x2800);
	at->code |= bits[y % 4][x % 2];
}

/* One point, joined to the one before it by a vertical stroke. */
static void stroke(struct grid *g, struct area area, int x, int y, int before)
{
	int from = before < 0 || before == y ? y
		   : before < y              ? before + 1
					     : before - 1;
	int step = from <= y ? 1 : -1;

	for (int at = from;; at += step) {
		if (g->utf8)
			dot(g, area, x, at);
		else
			grid_put(g, area.row + at, area.col + x, ROLE_GRAPH,
				 at == y ? '*' : '|');
		if (at == y)
			return;
	}
}

static void label(struct grid *g, int row, int col, double number, int digits)
{
	char text[32];

	if (fabs(number) >= 1e6)
		snprintf(text, sizeof(text), "%.2g", number);
	else
		snprintf(text, sizeof(text), "%.*f", digits, number);
	grid_text_right(g, row, col, AXIS - 1, ROLE_LABEL, text);
}

void plot_draw(struct grid *g, struct area area, const float *points, size_t n,
	       int digits)
{
	struct area inner = { area.row, area.col + AXIS, area.rows,
			      area.cols - AXIS };
	int across = g->utf8 ? 2 : 1, down = g->utf8 ? 4 : 1;
	int width = inner.cols * across, height = inner.rows * down;
	int before = -1;
	double low = 0, high = 0;
	size_t first;

	if (width <= 0 || height <= 0)
		return;
	first = n > (size_t)width ? n - (size_t)width : 0;
	if (!plot_range(points + first, n - first, &low, &high))
		return;
	if (high <= low) { /* a flat line, in the middle */
		low -= 1;
		high += 1;
	}
	label(g, area.row, area.col, high, digits);
	if (area.rows > 1)
		label(g, area.row + area.rows - 1, area.col, low, digits);
	for (size_t i = first; i < n; i++) {
		double x = (double)points[i];
		int y;

		if (!isfinite(x)) {
			before = -1;
			continue;
		}
		y = (int)lround((high - x) / (high - low) * (height - 1));
		stroke(g, inner, width - (int)(n - i), y, before);
		before = y;
	}
}
