/*
 * Counts for topdown_test.c: any, such as one run could give, and such whose
 * metrics are worked out by hand.
 */
#ifndef TACHO_TESTS_TOPDOWN_COUNTS_H
#define TACHO_TESTS_TOPDOWN_COUNTS_H

#include <stddef.h>

struct known_value {
	const char *name; /* NULL ends a list */
	double number;
};

struct counts {
	unsigned seed;
	enum {
		COUNTS_ANY,
		COUNTS_PLAUSIBLE,
		COUNTS_KNOWN
	} kind;
	const struct known_value *known;
};

/* From 0 to beyond what is possible, each on its own. */
void counts_any(struct counts *ret, unsigned seed);
/* As far as the CPU's manual relates events to each other, so they are. */
void counts_plausible(struct counts *ret, unsigned seed);
/* Just @known; 0 for every other name. */
void counts_of(struct counts *ret, const struct known_value *known);
/* The same each time for one name; facts are names, too. */
double counts_get(const struct counts *c, const char *name);

/* One run on one of Intel's CPUs, with what follows from it. */
struct known {
	const char *about; /* NULL ends the list */
	int model;
	const char *pmu;
	const struct known_value *counts, *values;
};
extern const struct known known_runs[];

#endif
