/* Samples on an axis; see plot.h. */
#include "report/comparison/plot.h"

#include "base/auto.h"
#include "base/xalloc.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* How many quartile distances off the box still belong to the picture. */
#define REACH 3.0

static void widen(struct plot_axis *axis, const struct compare_side *side)
{
	double reach = REACH * (side->quartile_3 - side->quartile_1);
	double lo = side->stats.min, hi = side->stats.max;

	if (reach > 0.0) {
		lo = fmax(lo, side->quartile_1 - reach);
		hi = fmin(hi, side->quartile_3 + reach);
	}
	axis->lo = fmin(axis->lo, lo);
	axis->hi = fmax(axis->hi, hi);
}

/* The column of @x; -1 and @width for what is beyond. */
static int column_of(const struct plot_axis *axis, double x)
{
	double at;

	if (x < axis->lo)
		return -1;
	if (x > axis->hi)
		return axis->width;
	if (!(axis->hi > axis->lo))
		return axis->width / 2;
	/* halves first: the distance of two numbers may be none */
	at = (x / 2.0 - axis->lo / 2.0) / (axis->hi / 2.0 - axis->lo / 2.0);
	return (int)fmin(at * axis->width, axis->width - 1);
}

/* Shares of the samples in each column; the caller frees. */
static double *shares_of(const struct plot_axis *axis,
			 const struct compare_side *side)
{
	double *shares = xcalloc((size_t)axis->width + 1, sizeof(*shares));

	for (size_t i = 0; i < side->n; i++) {
		int at = column_of(axis, side->samples[i]);

		if (at >= 0 && at < axis->width)
			shares[at] += 1.0 / (double)side->n;
	}
	return shares;
}

struct plot_axis plot_axis_of(const struct comparison *c, size_t quantity,
			      int width, bool utf8)
{
	const struct compare_quantity *q = &c->quantities[quantity];
	struct plot_axis axis = {
		.lo = HUGE_VAL, .hi = -HUGE_VAL, .width = width, .utf8 = utf8
	};

	for (size_t s = 0; s < c->nsubjects; s++)
		if (q->sides[s].n)
			widen(&axis, &q->sides[s]);
	for (size_t s = 0; s < c->nsubjects; s++) {
		const struct compare_side *side = &q->sides[s];
		AUTO_FREE double *shares = shares_of(&axis, side);

		for (int i = 0; i < width; i++)
			axis.peak = fmax(axis.peak, shares[i]);
		for (size_t i = 0; i < side->n; i++) {
			axis.below += side->samples[i] < axis.lo;
			axis.above += side->samples[i] > axis.hi;
		}
	}
	return axis;
}

void plot_bars(struct strbuf *b, const struct plot_axis *axis,
	       const struct compare_side *side)
{
	static const char *const blocks[] = { " ", "▁", "▂", "▃", "▄",
					      "▅", "▆", "▇", "█" };
	static const char *const ascii[] = { " ", ".", ":", "-", "=",
					     "+", "*", "%", "#" };
	AUTO_FREE double *shares = shares_of(axis, side);

	for (int i = 0; i < axis->width; i++) {
		int level =
			axis->peak > 0.0
				? (int)ceil(8.0 * shares[i] / axis->peak - 1e-9)
				: 0;

		strbuf_puts(b, axis->utf8 ? blocks[level] : ascii[level]);
	}
}

void plot_box(struct strbuf *b, const struct plot_axis *axis,
	      const struct compare_side *side)
{
	int q1 = column_of(axis, side->quartile_1);
	int q3 = column_of(axis, side->quartile_3);
	int median = column_of(axis, side->stats.median);
	int mean = column_of(axis, side->stats.mean);

	for (int i = 0; i < axis->width && side->n; i++) {
		bool inside = i > q1 && i < q3;

		if (i == median)
			strbuf_puts(b, axis->utf8 ? "┃" : "|");
		else if (i == mean)
			strbuf_puts(b, axis->utf8 ? "◆" : "o");
		else if (i == q1)
			strbuf_puts(b, axis->utf8 ? "├" : "[");
		else if (i == q3)
			strbuf_puts(b, axis->utf8 ? "┤" : "]");
		else if (inside)
			strbuf_puts(b, axis->utf8 ? "─" : "-");
		else
			strbuf_putc(b, ' ');
	}
}
