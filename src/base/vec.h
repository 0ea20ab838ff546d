/*
 * Growing arrays: a pointer and a count that the owner's struct names itself.
 *
 *	struct event **items;
 *	size_t nitems;
 *	...
 *	VEC_PUSH(list->items, list->nitems, event);
 *
 * Capacity follows from the count (powers of two), so it is not stored.
 */
#ifndef TACHO_BASE_VEC_H
#define TACHO_BASE_VEC_H

#include "base/xalloc.h"

/* Append @value, growing @ptr when @n is 0 or a power of two. */
#define VEC_PUSH(ptr, n, value)                                                \
	do {                                                                   \
		if (((n) & ((n)-1)) == 0)                                      \
			(ptr) = xreallocarray((ptr), (n) ? 2 * (n) : 1,        \
					      sizeof(*(ptr)));                 \
		(ptr)[(n)++] = (value);                                        \
	} while (0)

#endif
