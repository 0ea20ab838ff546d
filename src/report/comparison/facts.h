/*
 * What there is to know about a comparison besides its numbers, as sentences
 * that more than one view shows.  All texts are as they came: a view makes them
 * safe for where it writes.
 */
#ifndef TACHO_REPORT_COMPARISON_FACTS_H
#define TACHO_REPORT_COMPARISON_FACTS_H

#include "report/comparison/comparison.h"

#include <stdbool.h>
#include <stddef.h>

enum facts_kind {
	FACTS_NOTE,
	FACTS_WHY, /* something is missing */
	FACTS_TRY, /* what would change that */
};

struct facts_line {
	enum facts_kind kind;
	char *text;
};

struct facts_lines {
	struct facts_line *items;
	size_t n;
};

/* "note", "why", "try" */
const char *facts_kind(enum facts_kind kind);

/*
 * The notes, and what was left out; with @all also what else is different about
 * the subjects, beside their programs.
 */
struct facts_lines facts_of(const struct comparison_report *r, bool all);
void facts_lines_done(struct facts_lines *lines);

/*
 * Is there more to say of why the time changed than that it may have?  Not of
 * what is not significant, and not of a simulator's own time.
 */
bool facts_has_why(const struct comparison_report *r, size_t subject);

/* "PASS", "FAIL", "UNSURE" */
const char *facts_gate_word(enum gate_answer answer);

/* "'time > +2%': time: +4.10 % [...], beyond +2 %"; the caller frees. */
char *facts_gate_words(const struct comparison_report *r,
		       const struct comparison_gate *gate);

/* What was run; "" without a command, and where the name says it already. */
const char *facts_command(const struct comparison_report *r, size_t subject);

/* How often it was run, and how it was built; the caller frees. */
char *facts_subject(const struct comparison_report *r, size_t subject);

/* The machine of the reference; "" when it is not known.  The caller frees. */
char *facts_machine(const struct comparison_report *r);

/* How it was measured and judged, to repeat it; the caller frees. */
char *facts_method(const struct comparison_report *r);

#endif
