/* Rows in the order of a tree. */
#ifndef TACHO_ANALYZE_TASKS_TREE_H
#define TACHO_ANALYZE_TASKS_TREE_H

#include <stdbool.h>
#include <stddef.h>

struct tree_place {
	size_t item;
	int depth;
	bool last;   /* child of its parent */
	bool folded; /* it has children, and they are not there */
};

/*
 * @n items with their @parents (SIZE_MAX: none; a circle is cut), siblings in
 * @order, below those that are @folded nothing.  Returns how many places were
 * filled in @ret, which has room for n.
 */
size_t tree_make(size_t *parents, size_t n, const size_t *order,
		 const bool *folded, struct tree_place *ret);

#endif
