/*
 * Comparisons of made-up measurements, many times, with TAP output: sides that
 * are alike are called so, a change that was planted is found, and the interval
 * holds the truth as often as it says.
 *
 *	trials		some seconds
 *	trials --long	more trials, more quantities
 *	trials --time	200 quantities of 100 runs each
 */
#include "noise.h"

#include <math.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

static int number, failures;

static void tell(bool good, const char *what, double share, size_t trials)
{
	printf("%s %d - %s: %.1f %% of %zu\n", good ? "ok" : "not ok", ++number,
	       what, 100.0 * share, trials);
	failures += !good;
	fflush(stdout);
}

/* A share that @trials of a true share of @p stay below but once in 700. */
static double chance(double p, size_t trials)
{
	return p + 3.0 * sqrt(p * (1.0 - p) / (double)trials);
}

static bool any_called(const struct comparison *c)
{
	for (size_t q = 0; q < c->nquantities; q++)
		if (c->quantities[q].results[1].mark != COMPARE_SAME)
			return true;
	return false;
}

/* At most one in twenty comparisons of the same calls anything different. */
static void same_is_same(struct noise_trial t, size_t trials)
{
	/* few trials of a share that is right may show a larger one */
	double allowed = trials < 1000 ? chance(0.05, trials) : 0.05;
	size_t called = 0;
	char what[160];

	for (size_t i = 0; i < trials; i++) {
		struct comparison c;

		t.seed = i + 1;
		noise_compare(&t, &c);
		called += any_called(&c);
		compare_done(&c);
	}
	snprintf(what, sizeof(what),
		 "a difference where there is none, %s noise of %g %%, "
		 "%zu quantities, %zu runs%s%s%s",
		 noise_name(t.kind), 100.0 * t.spread, t.quantities, t.runs,
		 t.noise > 0.0 ? "" : ", no minimum",
		 t.apart ? ", one after the other" : "",
		 t.common ? ", in common" : "");
	tell((double)called <= allowed * (double)trials, what,
	     (double)called / (double)trials, trials);
}

/* And it is this quantity, in this direction. */
static void planted_is_found(struct noise_trial t, double least, size_t trials)
{
	size_t found = 0;
	char what[160];

	for (size_t i = 0; i < trials; i++) {
		enum compare_mark wanted =
			t.planted > 0.0 ? COMPARE_WORSE : COMPARE_BETTER;
		struct comparison c;

		t.seed = i + 1;
		noise_compare(&t, &c);
		found += c.quantities[0].results[1].mark == wanted;
		compare_done(&c);
	}
	snprintf(what, sizeof(what),
		 "%+g %% found among %s noise of %g %%, %zu quantities, "
		 "%zu runs",
		 100.0 * t.planted, noise_name(t.kind), 100.0 * t.spread,
		 t.quantities, t.runs);
	tell((double)found >= least * (double)trials, what,
	     (double)found / (double)trials, trials);
}

/* How often the plain interval has the truth in it. */
static void interval_holds(struct noise_trial t, double least, size_t trials)
{
	size_t held = 0, all = 0;
	char what[160];

	for (size_t i = 0; i < trials; i++) {
		struct comparison c;

		t.seed = i + 1;
		noise_compare(&t, &c);
		for (size_t q = 0; q < t.quantities; q++) {
			const struct compare_delta *d =
				&c.quantities[q].results[1].relative;
			double truth = q ? 0.0 : t.planted;

			all++;
			held += d->plain.lo <= truth && truth <= d->plain.hi;
		}
		compare_done(&c);
	}
	snprintf(what, sizeof(what),
		 "the truth is in the 95 %% interval, %s noise, %zu runs%s",
		 noise_name(t.kind), t.runs,
		 t.apart ? ", one after the other" : "");
	tell((double)held >= (2.0 * least - chance(least, all)) * (double)all &&
		     (double)held <= 0.985 * (double)all,
	     what, (double)held / (double)all, all);
}

static void all_trials(size_t trials, size_t quantities)
{
	struct noise_trial t = { .quantities = quantities,
				 .runs = 10,
				 .noise = 0.01 };

	for (enum noise_kind k = 0; k < NOISE_KINDS; k++) {
		t.kind = k;
		t.spread = 0.03;
		same_is_same(t, trials);
	}
	t.noise = 0.0;
	for (enum noise_kind k = 0; k < NOISE_KINDS; k++) {
		t.kind = k;
		same_is_same(t, trials);
	}
	t.common = true;
	t.kind = NOISE_NORMAL;
	same_is_same(t, trials);
	t.common = false;
	t.apart = true;
	same_is_same(t, trials);
	t.kind = NOISE_LOG_NORMAL;
	same_is_same(t, trials);
	t = (struct noise_trial){ .quantities = quantities,
				  .runs = 20,
				  .spread = 0.01,
				  .planted = 0.02,
				  .noise = 0.01 };
	planted_is_found(t, 0.95, trials / 2);
	t.planted = -0.02;
	planted_is_found(t, 0.95, trials / 2);
	t.kind = NOISE_DRIFT;
	planted_is_found(t, 0.95, trials / 2);
	t.kind = NOISE_HEAVY;
	t.runs = 30;
	planted_is_found(t, 0.9, trials / 2);
	t = (struct noise_trial){ .quantities = quantities,
				  .runs = 8,
				  .spread = 0.05,
				  .planted = 0.02,
				  .noise = 0.01 };
	interval_holds(t, 0.95, trials / 2);
	t.apart = true;
	interval_holds(t, 0.95, trials / 2);
	t.runs = 40;
	interval_holds(t, 0.95, trials / 4);
}

static int time_it(void)
{
	struct noise_trial t = {
		.quantities = 200, .runs = 100, .spread = 0.01, .noise = 0.01
	};
	struct timespec a, b;
	struct comparison c;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &a);
	noise_compare(&t, &c);
	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &b);
	compare_done(&c);
	printf("%zu quantities of %zu runs: %.3f s\n", t.quantities, t.runs,
	       (double)(b.tv_sec - a.tv_sec) +
		       1e-9 * (double)(b.tv_nsec - a.tv_nsec));
	return 0;
}

int main(int argc, char **argv)
{
	struct err err = { 0 };

	if (stats_load(&err) < 0) {
		printf("Bail out! %s\n", err.what);
		return 1;
	}
	if (argc > 1 && !strcmp(argv[1], "--time"))
		return time_it();
	if (argc > 1 && !strcmp(argv[1], "--long"))
		all_trials(2000, 60);
	else
		all_trials(120, 5);
	printf("1..%d\n", number);
	return failures > 0;
}
