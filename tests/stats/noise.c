#include "noise.h"

#include "base/random.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

const char *noise_name(enum noise_kind kind)
{
	static const char *const names[] = { "normal",   "log-normal",
					     "drifting", "heavy-tailed",
					     "spiky",    "stepped" };

	return names[kind];
}

/* 0 <= it < 1 */
static double share(struct random *random)
{
	return (double)(random_next(random) >> 11) * 0x1p-53;
}

static double normal(struct random *random)
{
	double u = 1.0 - share(random);

	return sqrt(-2.0 * log(u)) * cos(6.283185307179586 * share(random));
}

/* Of mean 0 and about of deviation 1; @when is 0..1 over the measurement. */
static double disturbance(enum noise_kind kind, struct random *random,
			  double when)
{
	double z = normal(random), chi = 0.0;

	switch (kind) {
	case NOISE_NORMAL:
	case NOISE_STEPS:
		break;
	case NOISE_LOG_NORMAL:
		/* of deviation 1 with a skewness of 6 */
		return (exp(z) - exp(0.5)) / 2.1612;
	case NOISE_DRIFT:
		return 0.5 * z + 2.0 * sin(9.0 * when) + 4.0 * when;
	case NOISE_HEAVY:
		for (int i = 0; i < 3; i++)
			chi += pow(normal(random), 2.0);
		return z / sqrt(chi / 3.0) / sqrt(3.0);
	case NOISE_SPIKES:
		return 0.3 * z + (share(random) < 0.05 ? 4.0 : 0.0);
	}
	return z;
}

static double sample(const struct noise_trial *t, struct random *random,
		     double when, double shared)
{
	double d = disturbance(t->kind, random, when);

	if (t->common)
		d = 0.7071 * (d + shared);
	if (t->kind == NOISE_STEPS)
		return 20.0 + (d > 1.5) - (d < -1.5);
	return 1e6 * (1.0 + t->spread * d);
}

static void add_run(const struct noise_trial *t, struct comparison *c,
		    struct random *random, size_t block, size_t subject,
		    size_t position)
{
	size_t run = compare_add_run(
		c, subject, t->apart ? COMPARE_ALONE : block, position);
	double when =
		((double)block + 0.5 * (double)position) / (double)t->runs;
	double shared = disturbance(t->kind, random, when);

	for (size_t q = 0; q < t->quantities; q++) {
		double x = sample(t, random, when, shared);

		if (!q && subject)
			x *= 1.0 + t->planted;
		compare_add_sample(c, q, subject, run, x);
	}
}

void noise_compare(const struct noise_trial *t, struct comparison *ret)
{
	struct random random = { .state = t->seed };
	struct compare_options options = compare_defaults();
	struct err err = { 0 };

	options.noise = t->noise;
	options.seed = t->seed + 1000000;
	compare_init(ret, 2, &options);
	for (size_t q = 0; q < t->quantities; q++) {
		char name[32];

		snprintf(name, sizeof(name), "q%zu", q);
		compare_add_quantity(
			ret, &(struct compare_kind){ .name = name,
						     .better = METRIC_LOWER });
	}
	for (size_t block = 0; block < t->runs; block++) {
		size_t first = (size_t)random_below(&random, 2);

		add_run(t, ret, &random, block, first, 0);
		add_run(t, ret, &random, block, 1 - first, 1);
	}
	if (compare_compute(ret, &err) < 0) {
		fprintf(stderr, "%s\n", err.what);
		exit(1);
	}
}
