/*
 * The verdict on a report: what its runs were bound by.
 */
#ifndef TACHO_REPORT_JUDGE_H
#define TACHO_REPORT_JUDGE_H

#include "analyze/scope.h"
#include "report/report.h"

/* By what to judge; borrowed. */
struct report_judging {
	const char *const *asked; /* lists of metrics and sets (-M) */
	size_t nasked;
	struct verdict_rules *rules;
	const char *target;  /* for commands to try: "-- ./prog", or NULL */
	const char *refused; /* why no hardware counter could be had; NULL:
				that was not the trouble */
};

/*
 * Fill @report->verdict from all slots of the @n runs that the scopes are
 * about; several runs are judged by their means, and by each for itself to see
 * whether they agree.  The scopes' bins are not looked at.  What the report
 * doubts, the verdict doubts: its rows must be complete.
 */
void report_judge(struct report *report, const struct report_judging *judging,
		  const struct scope *scopes, size_t n);

#endif
