/*
 * Facts: numbers that formulas and rules may use and that no event has to be
 * counted for, because the kernel, the clock or the machine tells them.
 */
#ifndef TACHO_METRIC_FACT_H
#define TACHO_METRIC_FACT_H

#include <stdbool.h>
#include <stddef.h>

/* Where a fact comes from. */
enum fact_origin {
	FACT_OF_RUN,     /* known when a run has ended */
	FACT_OF_MACHINE, /* known before */
};

struct fact_kind {
	const char *name;
	enum fact_origin origin;
	const char *unit; /* "s", "bytes", "" for a count */
	const char *about;
};

/* All that there are, and the one called @name (NULL: no fact). */
extern const struct fact_kind fact_kinds[];
extern const size_t fact_nkinds;
const struct fact_kind *fact_find(const char *name);

/* One that is known, or why it is not. */
struct fact {
	const char *name;   /* as in fact_kinds */
	double number;      /* meaningless when absent */
	const char *absent; /* NULL: there is a number; borrowed */
};

/* Those of one machine. */
struct facts {
	struct fact *items;
	size_t n;
};

/* Set or replace; @name and @absent are borrowed. */
void facts_set(struct facts *facts, const char *name, double number);
void facts_set_absent(struct facts *facts, const char *name,
		      const char *absent);
/* NULL when nothing is known of it.  @facts may be NULL. */
const struct fact *facts_get(const struct facts *facts, const char *name);
void facts_done(struct facts *facts);

#endif
