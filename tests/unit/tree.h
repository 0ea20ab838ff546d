/*
 * A small machine made by a test: files below a temporary directory.
 */
#ifndef TACHO_TESTS_TREE_H
#define TACHO_TESTS_TREE_H

#include "base/rootfs.h"

struct tree {
	struct rootfs root;
	char path[64];
};

void tree_make(struct tree *t);

/* Write @text and a newline to @path, which starts with '/'. */
void tree_put(struct tree *t, const char *path, const char *text);
void tree_put_dir(struct tree *t, const char *path);
void tree_remove(struct tree *t);

#endif
