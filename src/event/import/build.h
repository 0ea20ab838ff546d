/*
 * For the files of import/: JSON values without their library, and sections
 * that grow.
 */
#ifndef TACHO_EVENT_IMPORT_BUILD_H
#define TACHO_EVENT_IMPORT_BUILD_H

#include "base/strbuf.h"
#include "event/section.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct json_t;

/* The text of @key; NULL when it is not there, is no text, or is empty. */
const char *import_text(const struct json_t *item, const char *key);

/*
 * The number of @key, whether it is spelt as one or as text (decimal, or hex
 * after 0x; the first of a list "0xb7, 0xbb").  0 when it is not there; false
 * when it is something else.
 */
bool import_u64(const struct json_t *item, const char *key, uint64_t *ret);

/* Element @i of the list @key, which has import_count(); NULL beyond it. */
size_t import_count(const struct json_t *item, const char *key);
const struct json_t *import_element(const struct json_t *item, const char *key,
				    size_t i);
/* The object under @key; NULL when there is none. */
const struct json_t *import_object(const struct json_t *item, const char *key);

/* Why something is left out.  The texts are in import.c. */
enum import_reason {
	IMPORT_UNKNOWN, /* neither metric nor event */
	IMPORT_NAMELESS,
	IMPORT_TWICE,
	IMPORT_CODE, /* an event that cannot be spelt for the kernel */
	IMPORT_REASONS,
};

struct import_set;

/*
 * Sections while they are made.  Texts stand in one buffer, which moves while
 * it grows; so until import_json() is done, section.name holds an offset and no
 * address.
 */
struct import {
	const char *file;
	const struct section_list *before; /* of files that were read before */
	struct strbuf text;
	struct section *sections;
	size_t nsections;
	struct section_entry_at *entries;
	size_t nentries;
	/* "kind name" of the sections, and where their first key's value is */
	struct json_t *seen;
	struct json_t *metrics; /* the names of all metrics of the file */
	struct import_set *sets;
	size_t nsets;
	size_t left_out[IMPORT_REASONS];
	char *example[IMPORT_REASONS]; /* the first name, NULL: none */
};

/*
 * Begin a section; false when @name cannot be one or is there already.  A name
 * keeps what section names may hold; the rest becomes '_'.
 */
bool import_begin(struct import *im, const char *kind, const char *name,
		  int line);
/* Add to the last section; control characters become spaces. */
void import_key(struct import *im, const char *key, const char *value);

void import_leave_out(struct import *im, enum import_reason why,
		      const char *name);

/* @name as a section can have it.  The caller frees. */
char *import_name(const char *name);

bool import_is_there(const struct import *im, const char *kind,
		     const char *name);
/*
 * What "raw" of [event @name] says, in this file or also in those before; NULL:
 * there is none.  Borrowed until the next change.
 */
const char *import_find_here(const struct import *im, const char *name);
const char *import_find_raw(const struct import *im, const char *name);

/* Is there a metric @name anywhere in the file? */
bool import_will_have(const struct import *im, const char *name);

/* Put the metric @name into the set @set. */
void import_join_set(struct import *im, const char *set, const char *name);

/* "cpu" where @unit is NULL.  The caller frees. */
char *import_pmu_of(const char *unit);

/* One element of the lists. */
void import_event(struct import *im, const struct json_t *item, int line);
void import_metric(struct import *im, const struct json_t *item, int line);

#endif
