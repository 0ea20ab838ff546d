/*
 * What cachegrind counts: the columns of its output, by its own names.
 *
 * An event of that source is a sum of columns, "Bc + Bi".
 */
#ifndef TACHO_EVENT_CACHEGRIND_H
#define TACHO_EVENT_CACHEGRIND_H

#include "base/err.h"

#include <stddef.h>
#include <stdint.h>

/* In the order in which cachegrind 3.19 prints them. */
enum cachegrind_column {
	CACHEGRIND_IR,   /* instructions */
	CACHEGRIND_I1MR, /* that missed L1 */
	CACHEGRIND_ILMR, /* and the last level */
	CACHEGRIND_DR,   /* reads of data, and the same */
	CACHEGRIND_D1MR,
	CACHEGRIND_DLMR,
	CACHEGRIND_DW, /* writes of data, and the same */
	CACHEGRIND_D1MW,
	CACHEGRIND_DLMW,
	CACHEGRIND_BC, /* conditional branches, mispredicted ones */
	CACHEGRIND_BCM,
	CACHEGRIND_BI, /* indirect branches, mispredicted ones */
	CACHEGRIND_BIM,
};
#define CACHEGRIND_COLUMNS (CACHEGRIND_BIM + 1)

const char *cachegrind_column_name(enum cachegrind_column column);
/* "instructions" */
const char *cachegrind_column_help(enum cachegrind_column column);

/* The column that @len bytes of @name are, case included; -1: none. */
int cachegrind_column_find(const char *name, size_t len);

/*
 * "Bc + Bi" as a set of columns, 1 << CACHEGRIND_...  -EINVAL says what is no
 * column, or stands there twice.
 */
int cachegrind_columns_parse(const char *text, uint32_t *ret, struct err *err);

#endif
