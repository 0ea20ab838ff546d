/*
 * The sentences about what was measured: who built it, and what of that makes
 * the numbers misleading.
 */
#ifndef TACHO_REPORT_BUILT_H
#define TACHO_REPORT_BUILT_H

#include "record/binary.h"
#include "report/notes.h"

/*
 * "./prog, gcc 12.2.0 -O2, not stripped, build-id 3f2a9c1d..."; the caller
 * frees.  NULL when nothing is known that is worth a line, as of most programs
 * that come with the system.
 */
char *built_line(const struct binary *binary);

/* Add warnings about the builds of @about. */
void built_add_notes(struct report_notes *notes,
		     const struct report_about *about);

#endif
