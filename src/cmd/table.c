/* Tables for people; see table.h. */
#include "cmd/table.h"

#include "base/auto.h"
#include "base/xalloc.h"

#include <libsmartcols.h>
#include <locale.h>

struct table {
	struct libscols_table *table;
	size_t ncolumns;
};

/* The library only fails when memory is short, or through a bug of ours. */
static void must(int failed)
{
	if (failed)
		abort();
}

struct table *table_new(const char *const *headings, size_t n)
{
	struct table *t = xcalloc(1, sizeof(*t));

	/*
	 * For the width of what is not ASCII.  Here and not at start, because
	 * it costs a tenth of a short measurement; never LC_NUMERIC: machine
	 * formats are written with printf.
	 */
	setlocale(LC_CTYPE, "");
	t->table = scols_new_table();
	must(!t->table);
	t->ncolumns = n;
	must(scols_table_enable_noheadings(t->table, !headings));
	for (size_t i = 0; i < n; i++)
		must(!scols_table_new_column(t->table,
					     headings ? headings[i] : "", 0,
					     i + 1 == n ? SCOLS_FL_TRUNC : 0));
	return t;
}

void table_add(struct table *t, const char *const *cells)
{
	struct libscols_line *line = scols_table_new_line(t->table, NULL);

	must(!line);
	for (size_t i = 0; i < t->ncolumns; i++)
		must(scols_line_set_data(line, i, cells[i]));
}

void table_print(struct table *t, FILE *out)
{
	must(scols_table_set_stream(t->table, out));
	must(scols_table_set_termforce(
		t->table, isatty(fileno(out)) ? SCOLS_TERMFORCE_ALWAYS
					      : SCOLS_TERMFORCE_NEVER));
	/* a failed write is seen by whoever flushes the stream */
	(void)scols_print_table(t->table);
}

void table_free(struct table *t)
{
	if (!t)
		return;
	scols_unref_table(t->table);
	free(t);
}

void table_freep(struct table **t)
{
	table_free(*t);
}
