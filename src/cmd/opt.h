/*
 * Options: one row each, which feeds the parser, --help and the tests.
 *
 * Where a program follows, parsing stops at the first operand: what comes behind
 * it is the program's.  Where operands are files, or each a whole command line,
 * options may stand anywhere.
 */
#ifndef TACHO_CMD_OPT_H
#define TACHO_CMD_OPT_H

#include "base/err.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

enum opt_kind {
	OPT_FLAG,    /* bool: set */
	OPT_COUNT,   /* int: one more each time */
	OPT_INT,     /* int within min..max */
	OPT_DOUBLE,  /* double within min..max */
	OPT_STRING,  /* const char *: the last one wins */
	OPT_LIST,    /* struct opt_list: all of them */
	OPT_HEADING, /* no option: a heading of --help, in .help */
};

struct opt {
	enum opt_kind kind;
	char letter;      /* 0: none */
	const char *name; /* long name; NULL: none */
	const char *arg;  /* what the argument is called in --help */
	const char *help; /* a phrase without a full stop */
	size_t offset;    /* of the field in the options struct */
	double min, max;
};

struct opt_list {
	const char **items; /* borrowed from argv */
	size_t n;
};

/*
 * Parse @argv (argv[0] is skipped) into the struct at @into.  Returns the
 * index of the first operand, or -EINVAL with a message that names the option
 * and, for an unknown one, the nearest.
 */
int opt_parse(const struct opt *table, size_t n, void *into, int argc,
	      char **argv, struct err *err);

/*
 * The same where options may come behind operands, too; "--" ends them.  The
 * words of @argv are put in another order: operands, in theirs, to the end.
 * Parsing the result again, with either, finds the same.
 */
int opt_parse_anywhere(const struct opt *table, size_t n, void *into, int argc,
		       char **argv, struct err *err);

/* The table as text, wrapped at 80 columns. */
void opt_print(FILE *out, const struct opt *table, size_t n);

void opt_list_done(struct opt_list *list);

#endif
