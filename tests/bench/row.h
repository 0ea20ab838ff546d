/*
 * One line of make bench: ours, theirs, the ratio and what it should be.
 */
#ifndef TACHO_TESTS_BENCH_ROW_H
#define TACHO_TESTS_BENCH_ROW_H

#include <stddef.h>

void row_print_header(void);

/* @unit is that of both sides; the target is a ratio ours / theirs. */
void row_print(const char *name, double ours, double theirs, const char *unit,
	       double target);

/* Sorts @values. */
double row_median(double *values, size_t n);

#endif
