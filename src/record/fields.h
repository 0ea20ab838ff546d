/*
 * Structs as JSON objects: one table says how each member is written and read,
 * so that the two cannot differ, and what is read is bounded.
 */
#ifndef TACHO_RECORD_FIELDS_H
#define TACHO_RECORD_FIELDS_H

#include "base/err.h"

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum field_kind {
	FIELD_TEXT,  /* char *, owned; NULL is null */
	FIELD_CHARS, /* char[max] */
	FIELD_BOOL,
	FIELD_INT,  /* int within min..max, as the next four */
	FIELD_LONG, /* long */
	FIELD_SIZE, /* size_t */
	FIELD_U32,  /* uint32_t or unsigned, all of them */
	FIELD_U64,  /* uint64_t, all of them */
	FIELD_REAL, /* double, finite */
	FIELD_ENUM, /* an enum; names[0 .. max] */
};

struct field {
	const char *key;
	enum field_kind kind;
	size_t offset;
	bool optional; /* may be missing; then it stays as it is */
	long long min, max;
	const char *const *names;
};

void fields_write(json_t *o, const struct field *fields, size_t n,
		  const void *from);

/*
 * -EBADMSG names the key that is wrong; members before it are then filled, so
 * the struct can be released as usual.  Keys that are in no row are let be.
 */
int fields_read(const json_t *o, const struct field *fields, size_t n,
		void *into, struct err *err);

/* A JSON string; what is not UTF-8 is replaced.  NULL is null. */
json_t *fields_text(const char *text);

/*
 * The same read: bytes that a terminal obeys are replaced, because a file may
 * come from anybody and is shown.  The caller frees; NULL is no string.
 */
char *fields_clean(const json_t *text);

/* Beyond what JSON readers keep exactly it is a string of digits. */
json_t *fields_count(uint64_t n);
bool fields_is_count(const json_t *value, uint64_t *ret);

/* "key: what is wrong" in @err; returns -EBADMSG. */
int fields_bad(struct err *err, const char *key, const char *what);

/* The array or object @key of @o; NULL with @err when it is none, or has more
   than @most elements. */
const json_t *fields_array(const json_t *o, const char *key, size_t most,
			   struct err *err);
const json_t *fields_object(const json_t *o, const char *key, struct err *err);

json_t *fields_texts(char *const *texts, size_t n);
/* The strings of array @key, added to *ret. */
int fields_read_texts(const json_t *o, const char *key, size_t most,
		      char ***ret, size_t *nret, struct err *err);

/* What failed and what to try; null without. */
json_t *fields_err(const struct err *why);
int fields_read_err(const json_t *o, const char *key, struct err *ret,
		    struct err *err);

#endif
