/*
 * Which quantities are worth a row of a comparison for people: the times, what
 * differs, and the few that everybody looks for.
 */
#ifndef TACHO_REPORT_COMPARISON_CHOOSE_H
#define TACHO_REPORT_COMPARISON_CHOOSE_H

#include "report/comparison/comparison.h"

#include <stdbool.h>
#include <stddef.h>

enum choice_group {
	CHOICE_TIME, /* and memory */
	CHOICE_METRICS,
	CHOICE_EVENTS,
};
#define CHOICE_GROUPS (CHOICE_EVENTS + 1)

struct choice {
	size_t *quantities; /* by group, in their order otherwise */
	size_t n;
	size_t *others; /* those that are left, but for a simulator's times */
	size_t nothers;
	/* of these, what was looked at and: */
	size_t same, few, absent;
};

enum choice_group choice_group_of(const struct compare_quantity *q);
const char *choice_group_title(enum choice_group group, bool simulated);

struct choice choice_of(const struct comparison_report *r, bool all);
void choice_done(struct choice *choice);

/* "37 more numbers do not differ, 2 are not known"; "" when nothing is left. */
char *choice_rest_words(const struct choice *choice);

/*
 * The quantity of the headline; SIZE_MAX when it was not measured.  Simulating
 * takes its own time, which says nothing of the program's: then it is about
 * instructions.
 */
size_t choice_headline(const struct comparison_report *r);

/* Does it differ, either way? */
bool choice_differs(const struct compare_result *r);

#endif
