/*
 * Numbers that are not to be believed, marked where they stand.
 */
#ifndef TACHO_REPORT_DOUBTS_H
#define TACHO_REPORT_DOUBTS_H

#include "analyze/trust.h"
#include "base/strbuf.h"
#include "report/report.h"

/* One run, or one interval, of a report. */
struct doubt_run {
	struct scope scope; /* without a bin */
	const struct bins *bins;
	/* the kernel's account of the command is of the same time */
	bool whole;
};

/*
 * Ask all @rules about all numbers of @report, mark those that break one, and
 * add a sentence for each rule that is broken.
 */
void report_add_doubts(struct report *report, struct trust_rules *rules,
		       const struct doubt_run *runs, size_t nruns);

/* The marks of @doubts that are not in @before (may be NULL) as "! one, two" in
   @buf; "" when there is none. */
const char *doubt_marks(struct strbuf *buf, const struct report_doubts *doubts,
			const struct report_doubts *before);

#endif
