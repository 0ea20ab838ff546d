/*
 * Tables for people: aligned columns, cut to the terminal, complete in a pipe.
 * The one place that knows libsmartcols.
 */
#ifndef TACHO_CMD_TABLE_H
#define TACHO_CMD_TABLE_H

#include <stddef.h>
#include <stdio.h>

struct table;

/* @headings are @n column titles; NULL: a table without a title line. */
struct table *table_new(const char *const *headings, size_t n);

/* The texts of a row, one per column; copied. */
void table_add(struct table *t, const char *const *cells);

/* On a terminal the last column is cut where the line ends. */
void table_print(struct table *t, FILE *out);
void table_free(struct table *t);
void table_freep(struct table **t);

#endif
