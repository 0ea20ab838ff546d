/* Lines of make bench; see row.h. */
#include "row.h"

#include <stdio.h>
#include <stdlib.h>

void row_print_header(void)
{
	printf("%-34s %12s %12s %8s %8s\n", "", "ours", "theirs", "ratio",
	       "target");
}

void row_print(const char *name, double ours, double theirs, const char *unit,
	       double target)
{
	double ratio = ours / theirs;

	printf("%-34s %9.2f %-2s %9.2f %-2s %8.2f %8.2f  %s\n", name, ours,
	       unit, theirs, unit, ratio, target,
	       ratio <= target ? "met" : "NOT met");
	fflush(stdout);
}

static int compare(const void *a, const void *b)
{
	const double *x = a, *y = b;

	return (*x > *y) - (*x < *y);
}

double row_median(double *values, size_t n)
{
	qsort(values, n, sizeof(*values), compare);
	return n % 2 ? values[n / 2]
		     : (values[n / 2 - 1] + values[n / 2]) / 2.0;
}
