/*
 * Which numbers are not to be believed: plausibility rules, as defined by
 * [rule ...] sections of events/.
 *
 *	[rule branch_misses]
 *	check = branch_misses <= branches    plausible when it is not 0; looked
 *	                                     at when all its names have numbers
 *	on    = branch_misses, branches      the numbers it is about
 *	mark  = more misses than branches    beside them, after a "!"
 *	say   = more branches were guessed wrong than there were; one of the two
 *	        counters does not count what its name says
 *	unless = other_metric                not on CPUs with a formula for this
 *	about = Why it must be so, and the source.
 *
 * What is about counting itself cannot be said in a formula; these rules have
 * "test" in place of "check", and some a "limit".
 */
#ifndef TACHO_ANALYZE_TRUST_H
#define TACHO_ANALYZE_TRUST_H

#include "base/err.h"
#include "event/catalog.h"
#include "metric/expr.h"

#include <stdbool.h>
#include <stddef.h>

enum trust_test {
	TRUST_CHECK,   /* the formula */
	TRUST_NONE,    /* switched off */
	TRUST_DEAD,    /* opened, and never moved */
	TRUST_APART,   /* inputs of one number counted at different times */
	TRUST_SHORT,   /* less than @limit turns for each group */
	TRUST_UNEQUAL, /* an event counted in two groups gave two rates, one more
			  than @limit times the other */
	TRUST_RANGE,   /* a metric outside its range by more than @limit */
};

/* Texts are borrowed from the catalog. */
struct trust_rule {
	const char *name;
	enum trust_test test;
	struct expr *check; /* NULL until it is needed */
	double limit;
	char **on; /* names of events and metrics */
	size_t non;
	const char *mark; /* "": nothing beside the number */
	const char *say;  /* '@' stands for the names of the numbers */
	const struct section *section;
};

struct trust_rules {
	struct trust_rule *items;
	size_t n;
	char **warnings; /* what the user's own files have wrong */
	size_t nwarnings;
};

/* Is there a number called @name in this measurement? */
typedef bool (*trust_known_fn)(void *arg, const char *name);

/*
 * The rules of the catalog, in its order; of those with a formula only the ones
 * all of whose @on are known (@known NULL: all).  "file:line: what" in @err;
 * what is wrong in a section that is optional becomes a warning.  The catalog
 * must outlive the rules.
 */
int trust_load(const struct catalog *catalog, trust_known_fn known, void *arg,
	       struct trust_rules *ret, struct err *err);
void trust_rules_done(struct trust_rules *rules);

/* The rule with that test, one of those that are not formulas; NULL: none. */
const struct trust_rule *trust_find(const struct trust_rules *rules,
				    enum trust_test test);

/* 1: plausible, 0: not; -ENODATA: a name has no number. */
int trust_check(struct trust_rule *rule, expr_lookup_fn lookup, void *arg);

/* Is the rule about the number called @name? */
bool trust_is_on(const struct trust_rule *rule, const char *name);

#endif
