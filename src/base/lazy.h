/*
 * Libraries that are loaded when they are needed.
 *
 * Loading and relocating a library costs 0.1 to 1 ms, which every short
 * measurement would pay although few of them need it.
 */
#ifndef TACHO_BASE_LAZY_H
#define TACHO_BASE_LAZY_H

#include "base/err.h"

#include <stddef.h>

struct lazy_symbol {
	const char *name;
	void *to; /* where the function pointer is stored */
};

/*
 * Load @soname and fill @symbols.  Returns a handle for dlclose(), or NULL
 * with @err when the library is not there or lacks a symbol; then some of the
 * pointers may have been stored.
 */
void *lazy_load(const char *soname, const struct lazy_symbol *symbols, size_t n,
		struct err *err);

#endif
