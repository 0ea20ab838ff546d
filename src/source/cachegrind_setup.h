/*
 * What has to be known before cachegrind can run: where valgrind is, which one,
 * and what it is to simulate.
 */
#ifndef TACHO_SOURCE_CACHEGRIND_SETUP_H
#define TACHO_SOURCE_CACHEGRIND_SETUP_H

#include "base/err.h"
#include "base/rootfs.h"
#include "source/cachegrind_caches.h"

struct cachegrind_setup {
	char *valgrind; /* its path */
	char *version;  /* "3.19.0" */
	/* the option that makes it translate one block of code at a time */
	const char *no_chasing;
	struct cachegrind_caches caches; /* as they are simulated */
	char *about;    /* "cachegrind 3.19.0 with I1 32K, 8-way; ..." */
	char **remarks; /* what is not as on this machine; sentences */
	size_t nremarks;
};

/*
 * Find valgrind in PATH and choose the caches; @sizes is the text of
 * --cache-sizes or NULL.  -ENOENT names the package that is missing, -EINVAL
 * is wrong in @sizes.
 */
int cachegrind_setup_make(const struct rootfs *root, const char *sizes,
			  struct cachegrind_setup *ret, struct err *err);
void cachegrind_setup_done(struct cachegrind_setup *setup);

/*
 * The file that a shell would run for @name; the caller frees *ret.  -ENOENT
 * or -EACCES with what exec would say.
 */
int program_find(const char *name, char **ret, struct err *err);

#endif
