/*
 * Formulas: numbers, names, + - * /, comparisons, parentheses and
 * min(a,b) max(a,b) if(c,a,b) seconds(name).
 *
 * A name is [a-z][a-z0-9_]* (so a-b is always a subtraction) or any text in
 * double quotes.  Comparisons (< <= > >= == !=) are 1 or 0 and do not chain.
 * if() looks only at the branch it takes; anything but 0 is true.
 *
 * A value is a number or absent with a reason; x/0 is absent, as is what is
 * too large for a double; what is computed from something absent is absent
 * with the first reason, from left to right.
 */
#ifndef TACHO_METRIC_EXPR_H
#define TACHO_METRIC_EXPR_H

#include "base/err.h"

#include <stdbool.h>
#include <stddef.h>

struct expr;

struct expr_value {
	double number;      /* meaningless when absent */
	const char *absent; /* why there is no number, NULL when there is one;
			       the lookup's own text, or borrowed from the
			       formula */
};

/* What a formula wants to know of a name. */
enum expr_aspect {
	EXPR_COUNT,   /* its value */
	EXPR_SECONDS, /* seconds(name): for how long it was counted */
};

typedef struct expr_value (*expr_lookup_fn)(void *arg, const char *name,
					    enum expr_aspect aspect);

/* -EINVAL with the column in @err; depth and length are bounded (-E2BIG). */
int expr_parse(const char *text, struct expr **ret, struct err *err);

struct expr_value expr_eval(const struct expr *e, expr_lookup_fn lookup,
			    void *arg);

/*
 * The distinct names in @e, in order of first appearance; the strings are
 * borrowed from @e, the array is the caller's.
 */
size_t expr_names(const struct expr *e, const char ***ret);

/* Does @e ask for that aspect of @name anywhere? */
bool expr_uses(const struct expr *e, const char *name, enum expr_aspect aspect);

/* Canonical text: parse(print(e)) equals e.  The caller frees. */
char *expr_print(const struct expr *e);

void expr_free(struct expr *e);
void expr_freep(struct expr **e);

#endif
