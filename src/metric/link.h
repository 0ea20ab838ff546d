/*
 * What the names in formulas stand for.  Used by metric.c when all metrics of a
 * list are there; everybody else gets linked lists from metric_load().
 */
#ifndef TACHO_METRIC_LINK_H
#define TACHO_METRIC_LINK_H

#include "base/err.h"
#include "event/catalog.h"
#include "metric/metric.h"

/*
 * Fill names, inputs and beside of every metric of @list, whose items must not
 * move any more.  A metric that is made of itself, seconds() of what is no
 * event and a constant without a number are errors with "file:line"; those of
 * optional metrics become warnings, and the metric loses its formula.
 */
int metric_link(struct metric_list *list, const struct catalog *catalog,
		struct err *err);

/*
 * Is every parent a metric of @list, and none its own ancestor?  What is wrong
 * through an optional one is a warning, and that has no parent then.
 */
int metric_check_parents(struct metric_list *list, struct err *err);

#endif
