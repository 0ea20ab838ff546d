/*
 * The processes of one simulated run, from what valgrind left in a directory:
 *
 *	log.PID.N	its messages; N is 1 where a program was started, and
 *			one more than the parent's where it was only forked
 *	out.PID		its counts, written when it ends
 *
 * A forked process goes on with the counts of its parent.  Which of them it
 * made itself is not told; what both have in common, line by line of source
 * code, is taken off, so its own counts are never too high.
 */
#ifndef TACHO_SOURCE_CACHEGRIND_TREE_H
#define TACHO_SOURCE_CACHEGRIND_TREE_H

#include "base/err.h"
#include "source/cachegrind_out.h"

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

/* Patterns of valgrind's for the files. */
#define CACHEGRIND_LOG "log.%p.%n"
#define CACHEGRIND_OUT "out.%p"

struct cachegrind_process {
	pid_t pid;
	pid_t parent;  /* of a forked one; 0: not known */
	bool started;  /* a program was started in it, not only forked */
	bool written;  /* there are counts */
	bool running;  /* it still runs, so there are none */
	char comm[16]; /* of its program */
	char *cmd;
	char *said;   /* by valgrind, where it had trouble; or NULL */
	uint32_t has; /* as in its output */
	struct cachegrind_counts all;    /* as in its output */
	struct cachegrind_counts common; /* of that, taken off: its parent's */
	struct err why;                  /* what is wrong with its output */
};

struct cachegrind_tree {
	struct cachegrind_process *items; /* by pid */
	size_t n;
};

/* -errno when @dir cannot be read. */
int cachegrind_tree_read(const char *dir, struct cachegrind_tree *ret,
			 struct err *err);
/* Does any process that wrote into @dir still run? */
bool cachegrind_tree_lives(const char *dir);

void cachegrind_tree_done(struct cachegrind_tree *tree);

#endif
