/*
 * The caches that cachegrind simulates: those of this machine, as far as it
 * can, or those that the user wants.
 */
#ifndef TACHO_SOURCE_CACHEGRIND_CACHES_H
#define TACHO_SOURCE_CACHEGRIND_CACHES_H

#include "base/err.h"
#include "base/fmt.h"
#include "base/rootfs.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum cachegrind_level {
	CACHEGRIND_I1, /* first level, instructions */
	CACHEGRIND_D1, /* first level, data */
	CACHEGRIND_LL, /* the last level, both */
};
#define CACHEGRIND_LEVELS (CACHEGRIND_LL + 1)

struct cachegrind_cache {
	uint64_t bytes;
	unsigned ways, line_bytes;
};

struct cachegrind_caches {
	struct cachegrind_cache of[CACHEGRIND_LEVELS];
	bool assumed[CACHEGRIND_LEVELS]; /* the machine does not tell */
};

/* "I1", "D1", "LL" */
const char *cachegrind_level_name(enum cachegrind_level level);

/* The caches of the first CPU; common sizes where the machine has no word. */
void cachegrind_caches_load(const struct rootfs *root,
			    struct cachegrind_caches *ret);

/*
 * Change what @text says, "D1=48K,12,64:LL=32M,16,64": size, ways, bytes in a
 * line.  -EINVAL for what is no cache; @caches is then unchanged.
 */
int cachegrind_caches_parse(const char *text, struct cachegrind_caches *caches,
			    struct err *err);

/*
 * Make @cache the nearest that cachegrind takes: its number of sets must be a
 * power of two, its size below 2 GiB.  The ways change rather than the size.
 * True when it is another one now.
 */
bool cachegrind_cache_round(struct cachegrind_cache *cache);

/* "48K, 12-way" into @buf. */
char *cachegrind_cache_text(char buf[FMT_LEN],
			    const struct cachegrind_cache *cache);

#endif
