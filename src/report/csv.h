/*
 * Lines of CSV, quoted as RFC 4180 says: what the formats of that name share.
 * A cell without a number is empty, never a word.
 */
#ifndef TACHO_REPORT_CSV_H
#define TACHO_REPORT_CSV_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

/* One line that is being written. */
struct csv_line {
	FILE *out;
	const char *separator;
	size_t fields;
};

void csv_text(struct csv_line *line, const char *text);
/* Empty for what is not finite. */
void csv_number(struct csv_line *line, double number);
void csv_count(struct csv_line *line, uint64_t number);
/* @n empty cells */
void csv_empty(struct csv_line *line, size_t n);
/* @line can be begun again. */
void csv_end(struct csv_line *line);

#endif
