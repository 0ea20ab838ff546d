/* Comparisons of two sides, for the tests of them. */
#ifndef TACHO_TESTS_SIDES_H
#define TACHO_TESTS_SIDES_H

#include "analyze/compare.h"

void sides_near(double got, double expected, double within);
/* Two subjects, with the defaults. */
void sides_begin(struct comparison *c);
size_t sides_add(struct comparison *c, const char *name,
		 enum metric_better better);
/* Samples of both sides, in blocks of two. */
void sides_fill(struct comparison *c, size_t q, const double *a,
		const double *b, size_t n);
void sides_compute(struct comparison *c);
/* Of the second subject. */
const struct compare_result *sides_result(const struct comparison *c, size_t q);
/* Fail where the second subject has another mark. */
void sides_mark_is(const struct comparison *c, size_t q,
		   enum compare_mark mark);
/* Fail where a number that somebody could print is none. */
void sides_are_finite(const struct comparison *c);

#endif
