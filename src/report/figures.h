/*
 * Order among derived numbers: what is a part of what, and what is notable.
 */
#ifndef TACHO_REPORT_FIGURES_H
#define TACHO_REPORT_FIGURES_H

#include "report/report.h"

/*
 * Sort @figures, all of one bin, so that cores of one kind stay together and
 * each follows its parent if that is among them, else keeps its place; fill
 * depth and notable.
 */
void figures_arrange(struct report_figure *figures, size_t n);

/* Is the number beyond the metric's threshold? */
bool figure_crosses(const struct metric_value *value);

#endif
