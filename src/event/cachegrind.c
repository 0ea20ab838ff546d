/* The columns of cachegrind's output; see cachegrind.h. */
#include "event/cachegrind.h"

#include "base/auto.h"

#include <errno.h>
#include <string.h>

static const struct {
	const char *name;
	const char *help;
} columns[] = {
	[CACHEGRIND_IR] = { "Ir", "instructions" },
	[CACHEGRIND_I1MR] = { "I1mr", "instruction fetches that missed L1" },
	[CACHEGRIND_ILMR] = { "ILmr",
			      "instruction fetches that missed all caches" },
	[CACHEGRIND_DR] = { "Dr", "reads of data" },
	[CACHEGRIND_D1MR] = { "D1mr", "reads of data that missed L1" },
	[CACHEGRIND_DLMR] = { "DLmr", "reads of data that missed all caches" },
	[CACHEGRIND_DW] = { "Dw", "writes of data" },
	[CACHEGRIND_D1MW] = { "D1mw", "writes of data that missed L1" },
	[CACHEGRIND_DLMW] = { "DLmw", "writes of data that missed all caches" },
	[CACHEGRIND_BC] = { "Bc", "conditional branches" },
	[CACHEGRIND_BCM] = { "Bcm", "conditional branches guessed wrong" },
	[CACHEGRIND_BI] = { "Bi", "indirect branches" },
	[CACHEGRIND_BIM] = { "Bim", "indirect branches guessed wrong" },
};
_Static_assert(ARRAY_LEN(columns) == CACHEGRIND_COLUMNS, "one row per column");

const char *cachegrind_column_name(enum cachegrind_column column)
{
	return columns[column].name;
}

const char *cachegrind_column_help(enum cachegrind_column column)
{
	return columns[column].help;
}

int cachegrind_column_find(const char *name, size_t len)
{
	for (size_t i = 0; i < CACHEGRIND_COLUMNS; i++)
		if (strlen(columns[i].name) == len &&
		    !memcmp(columns[i].name, name, len))
			return (int)i;
	return -1;
}

int cachegrind_columns_parse(const char *text, uint32_t *ret, struct err *err)
{
	static const char spaces[] = " \t";
	uint32_t set = 0;

	for (;;) {
		size_t len;
		int column;

		text += strspn(text, spaces);
		len = strcspn(text, " \t+");
		column = cachegrind_column_find(text, len);
		if (column < 0)
			return err_set(err, -EINVAL,
				       "'%.*s' is no column of cachegrind's",
				       (int)(len < 40 ? len : 40), text);
		if (set & 1U << column)
			return err_set(err, -EINVAL, "'%s' stands there twice",
				       columns[column].name);
		set |= 1U << column;
		text += len;
		text += strspn(text, spaces);
		if (!*text)
			break;
		if (*text++ != '+')
			return err_set(err, -EINVAL,
				       "columns can only be added up, with +");
	}
	*ret = set;
	return 0;
}
