/*
 * How samples are spread, drawn with characters: all subjects of one quantity
 * on one axis.
 */
#ifndef TACHO_REPORT_COMPARISON_PLOT_H
#define TACHO_REPORT_COMPARISON_PLOT_H

#include "analyze/compare.h"
#include "base/strbuf.h"
#include "report/comparison/spell.h"

#include <stdbool.h>
#include <stddef.h>

/* What the ends of a line stand for. */
struct plot_axis {
	double lo, hi;
	int width;
	size_t below, above; /* samples that are beyond an end */
	double peak; /* largest share of a subject's samples in a column */
	bool utf8;
};

/*
 * The axis for all subjects of a computed quantity.  A lone sample far out
 * does not squeeze the others into a column: it is beyond the end.
 */
struct plot_axis plot_axis_of(const struct comparison *c, size_t quantity,
			      int width, bool utf8);

/* One line of bars; not padded. */
void plot_bars(struct strbuf *b, const struct plot_axis *axis,
	       const struct compare_side *side);

/* Below: quartiles, median and mean. */
void plot_box(struct strbuf *b, const struct plot_axis *axis,
	      const struct compare_side *side);

#endif
