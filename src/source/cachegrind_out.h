/*
 * One process' output of cachegrind, read back.
 */
#ifndef TACHO_SOURCE_CACHEGRIND_OUT_H
#define TACHO_SOURCE_CACHEGRIND_OUT_H

#include "base/err.h"
#include "event/cachegrind.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct cachegrind_counts {
	uint64_t n[CACHEGRIND_COLUMNS];
};

/* What one line of source code did. */
struct cachegrind_line {
	uint64_t key; /* of file, function and line: a hash */
	struct cachegrind_counts counts;
};

struct cachegrind_out {
	char *cmd;    /* the command, its arguments too; "" where not told */
	uint32_t has; /* columns that are there, 1 << CACHEGRIND_... */
	struct cachegrind_counts total;
	struct cachegrind_line *lines; /* by key, each once; if asked for */
	size_t nlines;
};

/*
 * Read @text (@len bytes; may hold anything).  The columns are those that its
 * line "events:" names, in that order; unknown ones are passed over.  -EINVAL
 * when the file does not end with a good "summary:": it was cut off.  @lines:
 * keep what each line of source code did, too.
 */
int cachegrind_out_parse(const char *text, size_t len, bool lines,
			 struct cachegrind_out *ret, struct err *err);

/*
 * What @a and @b have in common, line by line: the most that one of them can
 * have got from the other.
 */
struct cachegrind_counts cachegrind_out_common(const struct cachegrind_out *a,
					       const struct cachegrind_out *b);

void cachegrind_out_done(struct cachegrind_out *out);

#endif
