/*
 * How the numbers of a comparison are spelt for people: all subjects of one
 * quantity in the same unit and with the same digits, so that they can be
 * compared by eye.
 */
#ifndef TACHO_REPORT_COMPARISON_SPELL_H
#define TACHO_REPORT_COMPARISON_SPELL_H

#include "analyze/compare.h"
#include "base/fmt.h"

#include <stdbool.h>
#include <stddef.h>

#define SPELL_UNIT_LEN 24

struct spelling {
	double factor;
	int digits;
	bool powers; /* too large or too small for anything but 1.5e+300 */
	char unit[SPELL_UNIT_LEN];   /* "ms", "%", "G", "MiB/s"; clean */
	const struct fmt_style *fmt; /* borrowed */
};

/* @fmt: NULL or zeroed for the plain style */
struct spelling spelling_of(const struct comparison *c, size_t quantity,
			    const struct fmt_style *fmt);

/* Without the unit. */
char *spell(char buf[FMT_LEN], const struct spelling *s, double number);

/* A share in percent, without the '%': "+4.1", or "4.1" without @sign. */
char *spell_percent(char buf[FMT_LEN], double share, int digits, bool sign);

/* Digits after the point for a relative difference and its interval. */
int spell_percent_digits(const struct compare_result *r);

/*
 * "+4.1 %", from nothing "+12 ms"; "" when there is none.
 */
char *spell_delta(char buf[FMT_LEN], const struct spelling *s,
		  const struct compare_result *r);

/* "[+3.8, +4.5]", "exact", or "" */
char *spell_interval(char buf[2 * FMT_LEN + 8], const struct spelling *s,
		     const struct compare_result *r);

/* A chance: "0.032", "<0.0001". */
char *spell_chance(char buf[FMT_LEN], double p);

/* What people read: "Elapsed time", "branch-misses:u"; clean, to be freed. */
char *spell_name(const struct compare_quantity *q, bool utf8);

/*
 * As short as a column wants it: "better", "worse", "different"; "same" when it
 * is known to be so, "none seen" when not, "too small" where there is a
 * difference that does not count; "too few", "not known".
 */
const char *spell_mark(const struct compare_result *r);

#endif
