/*
 * The files of events/ that apply to this CPU, loaded.
 *
 * The tree's own files are compiled into the program, so that one binary is
 * enough; users add files of their own.  Order: common/, what cpus.map lists
 * for this CPU, source/ for a source that is not the kernel's,
 * $XDG_CONFIG_HOME/tacho/events (~/.config without it), each
 * --events DIR.  A later section of the same kind and name replaces an earlier
 * one whole.
 */
#ifndef TACHO_EVENT_CATALOG_H
#define TACHO_EVENT_CATALOG_H

#include "base/err.h"
#include "cpu/cpu.h"
#include "event/section.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct catalog {
	struct section_list all;     /* in load order */
	const struct section **live; /* the ones not replaced */
	size_t nlive;
	/* a hash table of them: index + 1, 0: free; NULL in a catalog that was
	   put together without catalog_load_for() */
	uint32_t *slots;
	size_t nslots;   /* a power of two */
	char **warnings; /* what of the user's files was left out, and why */
	size_t nwarnings;
	bool simulated; /* the files of a simulator are among them */
};

/*
 * @cpu picks the per-CPU files; with NULL only common/ is loaded of the tree's
 * own files (cheap: no look at the machine).  @dirs are --events directories
 * or files: an error in one of them is an error here; a broken file in the
 * user's config directory becomes a warning.  In both, files named *.metrics,
 * *.events, *.rules, *.screens and *.json (import/import.h) are loaded, in the
 * order of their names.
 *
 * A section that replaces another one takes its place in the order of @live.
 */
int catalog_load(struct catalog *ret, const struct cpu *cpu,
		 const char *const *dirs, size_t ndirs, struct err *err);

/*
 * The same with the files that are for one counter source only, those of
 * source/ whose names begin with "@source."; NULL: none.
 */
int catalog_load_for(struct catalog *ret, const struct cpu *cpu,
		     const char *source, const char *const *dirs, size_t ndirs,
		     struct err *err);

const struct section *catalog_find(const struct catalog *c, const char *kind,
				   const char *name);

/* What @s replaced: the section of its name that was loaded before it. */
const struct section *catalog_replaced(const struct catalog *c,
				       const struct section *s);

void catalog_done(struct catalog *c);

#endif
