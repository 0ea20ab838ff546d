/*
 * The sentences below a report: why a number is missing, which one to doubt,
 * and what to do about it.
 */
#ifndef TACHO_REPORT_NOTES_H
#define TACHO_REPORT_NOTES_H

#include "report/report.h"

/*
 * Add the notes that @report's rows call for; what the kernel said is in the
 * notes of @run.
 */
void report_add_notes(struct report *report, const struct series *series,
		      const struct run *run);

#endif
