/*
 * Metrics and events in the JSON shapes of the Linux kernel
 * (tools/perf/pmu-events) and of Intel's perfmon, read as if they were sections
 * of a file of events/.
 *
 *	{"MetricName": "ipc", "MetricExpr": "INST_RETIRED.ANY / ...", ...}
 *		[metric ipc]  expr = INST_RETIRED.ANY / ...
 *	{"EventName": "INST_RETIRED.ANY", "EventCode": "0xc0", ...}
 *		[event INST_RETIRED.ANY]  raw = cpu/event=0xc0/
 *	"MetricGroup": "TopdownL1;Mem"
 *		[set TopdownL1] and [set Mem]
 *
 * The whole text is a list of these (the kernel), or an object that has such
 * lists as "Events" and "Metrics" (perfmon).
 */
#ifndef TACHO_EVENT_IMPORT_IMPORT_H
#define TACHO_EVENT_IMPORT_IMPORT_H

#include "base/err.h"
#include "event/section.h"

#include <stddef.h>

/* The largest file of perfmon has 2.6 million bytes. */
#define IMPORT_FILE_MAX (16 * 1024 * 1024)

/* What was left out of a file, one sentence for each kind of reason. */
struct import_notes {
	char **items;
	size_t n;
};

/*
 * Read @text (@len bytes; may hold anything) and append its sections, each of
 * them optional: what is wrong in one is a warning when it is used.  What is
 * not understood is left out and counted in @notes.  -EINVAL (or -E2BIG) with
 * "file:line: what" in @err when it is no JSON; the list is then unchanged.
 */
int import_json(struct section_list *list, const char *file, const char *text,
		size_t len, struct import_notes *notes, struct err *err);

void import_notes_done(struct import_notes *notes);

#endif
