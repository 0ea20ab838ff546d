/*
 * Formulas and thresholds of metrics that came from JSON (event/import/), where
 * they are in the kernel's language (expr_parse_pmu()).
 */
#ifndef TACHO_METRIC_IMPORTED_H
#define TACHO_METRIC_IMPORTED_H

#include "base/err.h"
#include "event/section.h"
#include "metric/expr.h"

#include <stdbool.h>

/*
 * The formula @text of section @s, with its keys "aliases" and "factor".
 * -EINVAL or -E2BIG with the column in @err.
 */
int imported_formula(const struct section *s, const char *text,
		     struct expr **ret, struct err *err);

/*
 * What the threshold @text says of the metric of @s itself: "> 0.2".  That its
 * ancestors are beyond theirs is in there, too, and goes without saying.  False
 * and nothing written when it is not of that form.
 */
bool imported_threshold(const struct section *s, const char *text, char *ret_op,
			double *ret_number);

#endif
