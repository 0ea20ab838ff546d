/*
 * The sentences below a report: why a number is missing, which one to doubt,
 * and what to do about it.
 */
#ifndef TACHO_REPORT_NOTES_H
#define TACHO_REPORT_NOTES_H

#include "report/report.h"

/*
 * Add the notes that @report's rows call for; what the kernel said is in the
 * notes of @run.  @scale: counts were scaled, not left raw.
 */
void report_add_notes(struct report *report, const struct series *series,
		      const struct run *run, bool scale);

/* What to do about what the notes of @report say; after all of them. */
void report_add_hints(struct report *report, const struct series *series,
		      const struct run *run);

/* Notes of several reports, each once; for views that show them at the end. */
struct report_notes {
	struct report_note *items;
	size_t n;
};

void report_notes_keep(struct report_notes *notes, const struct report *report);
void report_notes_done(struct report_notes *notes);

#endif
