/* Names with known values, for tests of formulas. */
#ifndef TACHO_TESTS_FIXTURE_EXPR_H
#define TACHO_TESTS_FIXTURE_EXPR_H

#include "metric/expr.h"

#include "unit.h"

#include <string.h>

/* Names a to d are 2, 3, 0 and absent; seconds() of them ten times that. */
static inline struct expr_value lookup(void *arg, const char *name,
				       enum expr_aspect aspect)
{
	size_t *calls = arg;
	double factor = aspect == EXPR_SECONDS ? 10.0 : 1.0;

	if (calls)
		(*calls)++;
	if (aspect == EXPR_CPUID)
		return (struct expr_value){ .number = 0.5 };
	if (!strcmp(name, "a") || !strcmp(name, "a b"))
		return (struct expr_value){ .number = 2.0 * factor };
	if (!strcmp(name, "b"))
		return (struct expr_value){ .number = 3.0 * factor };
	if (!strcmp(name, "c"))
		return (struct expr_value){ .number = 0.0 };
	if (!strcmp(name, "d"))
		return (struct expr_value){ .absent = "d is not counted" };
	return (struct expr_value){ .absent = "unknown" };
}

static inline struct expr *parsed(const char *text)
{
	struct expr *e = NULL;
	struct err err = { 0 };

	if (expr_parse(text, &e, &err) < 0)
		fail_msg("'%s': %s", text, err.what);
	return e;
}

#endif
