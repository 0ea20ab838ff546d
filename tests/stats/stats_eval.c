/*
 * What analyze/stats.c makes of numbers, for check-stats.py: one question in a
 * line of standard input, its answers in a line of standard output.
 *
 *	of N x...		mean median stddev sem lo hi min max
 *	quantile P N x...	(sorted)
 *	student P FREEDOM	quantile, and the share above it
 *	normal P		quantile
 *	welch N x... M y...	t freedom p
 *	ranks N x... M y...	U p
 *	drawn PAIRED N x... M y...	difference, the ends of its 95 % interval,
 *				and the same of the relative one
 */
#include "analyze/compare.h"
#include "analyze/stats.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MOST 4096

static double number(void)
{
	char word[512];

	if (scanf("%511s", word) != 1)
		exit(2);
	return strtod(word, NULL);
}

static size_t samples(double *to)
{
	size_t n = (size_t)number();

	if (n > MOST)
		exit(2);
	for (size_t i = 0; i < n; i++)
		to[i] = number();
	return n;
}

static void summary(void)
{
	double x[MOST];
	struct stats s = stats_of(x, samples(x));

	printf("%.17g %.17g %.17g %.17g %.17g %.17g %.17g %.17g\n", s.mean,
	       s.median, s.stddev, s.sem, s.ci_lo, s.ci_hi, s.min, s.max);
}

static void quantile(void)
{
	double x[MOST], p = number();
	size_t n = samples(x);

	stats_sort(x, n);
	printf("%.17g\n", stats_quantile(x, n, p));
}

static void student(void)
{
	double p = number(), freedom = number();
	double t = stats_student_quantile(p, freedom);

	printf("%.17g %.17g\n", t, stats_student_above(t, freedom));
}

static void welch(void)
{
	double x[MOST], y[MOST];
	size_t n = samples(x), m = samples(y);
	struct stats_test test = stats_welch(x, n, y, m);

	printf("%.17g %.17g %.17g\n", test.statistic, test.freedom, test.p);
}

static void ranks(void)
{
	double x[MOST], y[MOST];
	size_t n = samples(x), m = samples(y);
	struct stats_test test = stats_mann_whitney(x, n, y, m);

	printf("%.17g %.17g\n", test.statistic, test.p);
}

static void drawn(void)
{
	bool paired = number() > 0.0;
	struct compare_options options = compare_defaults();
	const struct compare_result *r;
	struct comparison c;

	compare_init(&c, 2, &options);
	compare_add_quantity(&c, &(struct compare_kind){ .name = "x" });
	for (size_t s = 0; s < 2; s++) {
		double x[MOST];
		size_t n = samples(x);

		for (size_t i = 0; i < n; i++) {
			size_t run = compare_add_run(
				&c, s, paired ? i : COMPARE_ALONE, 0);

			compare_add_sample(&c, 0, s, run, x[i]);
		}
	}
	if (compare_compute(&c, NULL) < 0)
		exit(2);
	r = &c.quantities[0].results[1];
	printf("%.17g %.17g %.17g %.17g %.17g %.17g\n", r->difference.value,
	       r->difference.plain.lo, r->difference.plain.hi,
	       r->relative.value, r->relative.plain.lo, r->relative.plain.hi);
	compare_done(&c);
}

int main(void)
{
	struct err err = { 0 };
	char word[32];

	if (stats_load(&err) < 0) {
		fprintf(stderr, "%s\n", err.what);
		return 1;
	}
	while (scanf("%31s", word) == 1) {
		if (!strcmp(word, "of"))
			summary();
		else if (!strcmp(word, "quantile"))
			quantile();
		else if (!strcmp(word, "student"))
			student();
		else if (!strcmp(word, "normal"))
			printf("%.17g\n", stats_normal_quantile(number()));
		else if (!strcmp(word, "welch"))
			welch();
		else if (!strcmp(word, "ranks"))
			ranks();
		else if (!strcmp(word, "drawn"))
			drawn();
		else
			return 2;
	}
	return 0;
}
