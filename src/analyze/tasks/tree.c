/* Rows in the order of a tree; see tree.h. */
#include "analyze/tasks/tree.h"

#include "base/auto.h"
#include "base/xalloc.h"

#include <stdint.h>

#define NONE SIZE_MAX

/*
 * Numbers are used again, and parents are read at different times, so one may
 * seem to be its own ancestor.
 */
static void cut_circles(size_t *parents, size_t n)
{
	AUTO_FREE size_t *seen = xcalloc(n ? n : 1, sizeof(*seen));

	for (size_t i = 0; i < n; i++) {
		size_t at = i;

		while (at != NONE && !seen[at]) {
			seen[at] = i + 1;
			if (parents[at] != NONE && seen[parents[at]] == i + 1)
				parents[at] = NONE;
			at = parents[at];
		}
	}
}

struct links {
	size_t *child, *sibling; /* the first; the next */
	size_t root;
};

static void link_up(struct links *l, const size_t *parents, size_t n,
		    const size_t *order)
{
	l->root = NONE;
	for (size_t i = 0; i < n; i++)
		l->child[i] = NONE;
	for (size_t k = n; k-- > 0;) {
		size_t i = order[k];
		size_t *first =
			parents[i] == NONE ? &l->root : &l->child[parents[i]];

		l->sibling[i] = *first;
		*first = i;
	}
}

/* Without recursion: a chain of ten thousand is no deep stack. */
static size_t walk(const struct links *l, const size_t *parents,
		   const bool *folded, struct tree_place *ret)
{
	size_t at = l->root, n = 0;
	int depth = 0;

	while (at != NONE) {
		bool has = l->child[at] != NONE;

		ret[n++] = (struct tree_place){
			.item = at,
			.depth = depth,
			.last = l->sibling[at] == NONE,
			.folded = has && folded[at],
		};
		if (has && !folded[at]) {
			at = l->child[at];
			depth++;
			continue;
		}
		while (l->sibling[at] == NONE && parents[at] != NONE) {
			at = parents[at];
			depth--;
		}
		at = l->sibling[at];
	}
	return n;
}

size_t tree_make(size_t *parents, size_t n, const size_t *order,
		 const bool *folded, struct tree_place *ret)
{
	AUTO_FREE size_t *room = xcalloc(2 * n + 1, sizeof(*room));
	struct links links = { .child = room, .sibling = room + n };

	cut_circles(parents, n);
	link_up(&links, parents, n, order);
	return walk(&links, parents, folded, ret);
}
