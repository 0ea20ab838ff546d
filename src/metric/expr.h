/*
 * Formulas: numbers, names, + - * / %, comparisons, & ^ |, parentheses and
 * min(a,b) max(a,b) if(c,a,b) d_ratio(a,b) seconds(name).
 *
 * A name is [a-z][a-z0-9_]* (so a-b is always a subtraction) or any text in
 * double quotes.  Comparisons (< <= > >= == !=) are 1 or 0 and do not chain.
 * if() looks only at the branch it takes; anything but 0 is true.  d_ratio()
 * is 0 where the division has no result.  % & ^ | cut their operands to whole
 * numbers of 64 bits, which is what they mean in the kernel's metrics; so & and
 * | join comparisons.
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
	EXPR_SOURCES, /* source_count(name): how many PMUs count it */
	EXPR_EXISTS,  /* has_event(name): 1 or 0 */
	EXPR_CPUID,   /* strcmp_cpuid_str(name): is it this CPU?  1 or 0 */
};

typedef struct expr_value (*expr_lookup_fn)(void *arg, const char *name,
					    enum expr_aspect aspect);

/* -EINVAL with the column in @err; depth and length are bounded (-E2BIG). */
int expr_parse(const char *text, struct expr **ret, struct err *err);

/*
 * The dialect of the kernel's tools/perf/pmu-events and of Intel's perfmon:
 *
 *	a if c else b		for if(c, a, b)
 *	cpu@EVENT\\,cmask\\=1@	for "cpu/EVENT,cmask=1/"
 *	#smt_on #num_cpus ...	for smt_on num_cpus ...
 *	duration_time		for wall
 *	&& || !			beside & | ^
 *
 * Comparisons chain from left to right.  @aliases is NULL or a text
 * "a=NAME;b=(#num_cpus / 2)": words that stand for a name, or for a formula
 * when that begins with '(', '#' or a digit.  Where the condition of an if is
 * known from constants alone, what it does not take is left out.
 */
int expr_parse_pmu(const char *text, const char *aliases, struct expr **ret,
		   struct err *err);

/*
 * Replace what @lookup knows for certain (a fact of the machine, has_event())
 * where it decides an if, and drop the branches that are not taken: their
 * events need not be counted.  @lookup says absent for what is not yet known;
 * without one, constants alone decide.
 */
void expr_settle(struct expr **e, expr_lookup_fn lookup, void *arg);

struct expr_value expr_eval(const struct expr *e, expr_lookup_fn lookup,
			    void *arg);

/*
 * The distinct names in @e whose values it wants, in order of first appearance;
 * the strings are borrowed from @e, the array is the caller's.
 */
size_t expr_names(const struct expr *e, const char ***ret);

/* Does @e ask for that aspect of @name anywhere? */
bool expr_uses(const struct expr *e, const char *name, enum expr_aspect aspect);

/*
 * Canonical text: parse(print(e)) equals e (unless it is too large for
 * expr_parse(), which can be true of expr_parse_pmu()).  The caller frees.
 */
char *expr_print(const struct expr *e);

void expr_free(struct expr *e);
void expr_freep(struct expr **e);

#endif
