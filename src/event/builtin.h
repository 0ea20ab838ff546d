/*
 * The files of events/ as they were compiled in: cut up by embed-events.sh, so
 * that a start need not do it again.
 */
#ifndef TACHO_EVENT_BUILTIN_H
#define TACHO_EVENT_BUILTIN_H

#include "event/section.h"

#include <stddef.h>
#include <stdint.h>

struct builtin_file {
	/* "events/common/basic.metrics"; an array, as an address would have to
	   be relocated */
	char name[56];
	uint32_t first, n; /* of builtin_sections */
};

/* Texts are offsets in builtin_text. */
struct builtin_section {
	uint32_t kind, name;
	int line;
	uint32_t first, n; /* of builtin_entries */
};

extern const struct builtin_file builtin_files[];
extern const size_t builtin_nfiles;

/* cpus.map, which is no file of sections */
extern const char builtin_map[];
extern const size_t builtin_map_len;

/* For builtin_load() alone. */
extern const char builtin_text[];
extern const struct builtin_section builtin_sections[];
extern const struct section_entry_at builtin_entries[];

/* The name as cpus.map has it: "common/basic.metrics". */
const char *builtin_path(const struct builtin_file *file);

/* Append the sections of @file; they borrow all but themselves from it. */
void builtin_load(const struct builtin_file *file, struct section_list *list);

#endif
