/*
 * What is compared, and summaries of it; see compare.h.  Marks and intervals
 * are in compare_mark.c.
 */
#include "analyze/compare.h"

#include "analyze/compare_mark.h"
#include "analyze/compare_resample.h"
#include "base/auto.h"
#include "base/vec.h"
#include "base/xalloc.h"

#include <float.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* With one more they cut a distribution into round shares. */
#define RESAMPLES 1999

/* What the ends of intervals can still be told from. */
#define RESAMPLES_MIN 199

struct compare_options compare_defaults(void)
{
	return (struct compare_options){ .noise = 0.01,
					 .confidence = 0.95,
					 .seed = 1,
					 .resamples = RESAMPLES };
}

const char *compare_mark_name(enum compare_mark mark)
{
	static const char *const names[] = {
		[COMPARE_SAME] = "no difference",
		[COMPARE_BETTER] = "better",
		[COMPARE_WORSE] = "worse",
		[COMPARE_DIFFERENT] = "different",
		[COMPARE_TOO_FEW] = "too few runs",
		[COMPARE_ABSENT] = "not known",
	};

	_Static_assert(ARRAY_LEN(names) == COMPARE_MARKS,
		       "every mark has a name");
	return names[mark];
}

/* ---- contents ---- */

void compare_init(struct comparison *c, size_t nsubjects,
		  const struct compare_options *options)
{
	*c = (struct comparison){ .options = *options, .nsubjects = nsubjects };
	if (c->options.resamples < RESAMPLES_MIN)
		c->options.resamples = RESAMPLES_MIN;
	c->subjects = xcalloc(nsubjects + 1, sizeof(*c->subjects));
	for (size_t i = 0; i < nsubjects; i++)
		c->subjects[i].name = xstrdup("");
}

static void forget_results(struct comparison *c)
{
	for (size_t q = 0; q < c->nquantities; q++) {
		for (size_t s = 0; s < c->nsubjects; s++) {
			struct compare_result *r = &c->quantities[q].results[s];

			compare_resampled_free(r->resampled);
			*r = (struct compare_result){ 0 };
		}
	}
}

void compare_done(struct comparison *c)
{
	forget_results(c);
	for (size_t i = 0; i < c->nsubjects; i++) {
		free(c->subjects[i].name);
		free(c->subjects[i].runs);
	}
	for (size_t i = 0; i < c->nquantities; i++) {
		struct compare_quantity *q = &c->quantities[i];

		for (size_t s = 0; s < c->nsubjects; s++) {
			free(q->sides[s].samples);
			free(q->sides[s].runs);
		}
		free(q->sides);
		free(q->results);
		for (size_t t = 0; t < ARRAY_LEN(q->texts); t++)
			free(q->texts[t]);
	}
	free(c->subjects);
	free(c->quantities);
	free(c->quantiles);
	*c = (struct comparison){ 0 };
}

void compare_name(struct comparison *c, size_t subject, const char *name)
{
	free(c->subjects[subject].name);
	c->subjects[subject].name = xstrdup(name);
}

size_t compare_add_run(struct comparison *c, size_t subject, size_t block,
		       size_t position)
{
	struct compare_subject *s = &c->subjects[subject];
	struct compare_run run = { .block = block, .position = position };

	VEC_PUSH(s->runs, s->nruns, run);
	return s->nruns - 1;
}

size_t compare_find(const struct comparison *c, const char *name)
{
	for (size_t i = 0; i < c->nquantities; i++)
		if (!strcmp(c->quantities[i].kind.name, name))
			return i;
	return SIZE_MAX;
}

static char *copy_of(const char *text)
{
	return xstrdup(text ? text : "");
}

size_t compare_add_quantity(struct comparison *c,
			    const struct compare_kind *kind)
{
	size_t found = compare_find(c, kind->name);
	struct compare_quantity q = { .kind = *kind };

	if (found != SIZE_MAX)
		return found;
	q.kind.name = q.texts[0] = copy_of(kind->name);
	q.kind.title = q.texts[1] = copy_of(kind->title);
	q.kind.unit = q.texts[2] = copy_of(kind->unit);
	q.kind.base = q.texts[3] = copy_of(kind->base);
	q.sides = xcalloc(c->nsubjects + 1, sizeof(*q.sides));
	q.results = xcalloc(c->nsubjects + 1, sizeof(*q.results));
	VEC_PUSH(c->quantities, c->nquantities, q);
	return c->nquantities - 1;
}

void compare_lack_sample(struct comparison *c, size_t quantity, size_t subject,
			 const char *why)
{
	struct compare_side *side = &c->quantities[quantity].sides[subject];

	if (!side->absent)
		side->absent = why;
}

void compare_set_manner(struct comparison *c, size_t quantity, size_t subject,
			const char *manner)
{
	struct compare_side *side = &c->quantities[quantity].sides[subject];

	if (!side->manner)
		side->manner = manner;
}

bool compare_is_unlike(const struct compare_quantity *q, size_t subject)
{
	const char *a = q->sides[0].manner, *b = q->sides[subject].manner;

	return a && b ? strcmp(a, b) != 0 : a != b;
}

void compare_add_sample(struct comparison *c, size_t quantity, size_t subject,
			size_t run, double number)
{
	struct compare_side *side = &c->quantities[quantity].sides[subject];
	size_t n = side->n;

	if (!isfinite(number)) {
		compare_lack_sample(c, quantity, subject,
				    "the result is too large for a number");
		return;
	}
	if (n && side->runs[n - 1] >= run)
		return;
	VEC_PUSH(side->samples, side->n, number);
	VEC_PUSH(side->runs, n, run);
}

/* ---- summaries ---- */

static double times(double x, double unit)
{
	double product = x * unit;

	if (isfinite(product))
		return product;
	return product > 0.0 ? DBL_MAX : -DBL_MAX;
}

/*
 * The samples are summed up as multiples of a power of 2, so that squares of
 * huge and of tiny numbers are numbers.
 */
static void summarise(struct compare_side *side)
{
	AUTO_FREE double *sorted = xcalloc(side->n + 1, sizeof(*sorted));
	double unit = compare_unit(side->samples, side->n), reach;
	struct stats *s = &side->stats;

	side->outliers = 0;
	for (size_t i = 0; i < side->n; i++)
		sorted[i] = side->samples[i] / unit;
	*s = stats_of(sorted, side->n);
	if (!side->n)
		return;
	stats_sort(sorted, side->n);
	side->quartile_1 = stats_quantile(sorted, side->n, 0.25);
	side->quartile_3 = stats_quantile(sorted, side->n, 0.75);
	reach = 1.5 * (side->quartile_3 - side->quartile_1);
	side->fence_lo = side->quartile_1 - reach;
	side->fence_hi = side->quartile_3 + reach;
	for (size_t i = 0; i < side->n; i++)
		side->outliers += sorted[i] < side->fence_lo ||
				  sorted[i] > side->fence_hi;
	/* the ends are samples: as they were, not as they are computed */
	s->min = s->max = side->samples[0];
	for (size_t i = 0; i < side->n; i++) {
		s->min = fmin(s->min, side->samples[i]);
		s->max = fmax(s->max, side->samples[i]);
	}
	s->mean = times(s->mean, unit);
	s->median = times(s->median, unit);
	s->stddev = times(s->stddev, unit);
	s->sem = times(s->sem, unit);
	s->ci_lo = times(s->ci_lo, unit);
	s->ci_hi = times(s->ci_hi, unit);
	side->quartile_1 = times(side->quartile_1, unit);
	side->quartile_3 = times(side->quartile_3, unit);
	side->fence_lo = times(side->fence_lo, unit);
	side->fence_hi = times(side->fence_hi, unit);
}

/* Rounding must not put the mean of what is all alike beside it. */
static void keep_within(struct stats *s)
{
	s->mean = fmin(fmax(s->mean, s->min), s->max);
	s->median = fmin(fmax(s->median, s->min), s->max);
	if (s->min == s->max)
		s->stddev = s->sem = 0.0;
}

int compare_compute(struct comparison *c, struct err *err)
{
	int r = stats_load(err);

	if (r < 0)
		return r;
	forget_results(c);
	for (size_t q = 0; q < c->nquantities; q++) {
		for (size_t s = 0; s < c->nsubjects; s++) {
			struct compare_side *side = &c->quantities[q].sides[s];

			summarise(side);
			if (side->n)
				keep_within(&side->stats);
		}
	}
	compare_find_exact(c);
	if (c->nsubjects)
		compare_resample(c);
	compare_judge(c);
	return 0;
}

double compare_precision(const struct comparison *c, size_t quantity,
			 size_t subject)
{
	const struct compare_result *r =
		&c->quantities[quantity].results[subject];

	if (r->exact)
		return 0.0;
	if (!r->relative.known || !r->resampled)
		return -1.0;
	return 0.5 * (r->relative.plain.hi - r->relative.plain.lo);
}

size_t compare_blocks_for(const struct comparison *c, size_t quantity,
			  size_t subject, double wanted)
{
	const struct compare_side *sides = c->quantities[quantity].sides;
	double now = compare_precision(c, quantity, subject);
	/* runs, not c->blocks: many of them were drawn as fewer */
	double blocks = fmin((double)sides[0].n, (double)sides[subject].n);

	if (now < 0.0 || !(wanted > 0.0))
		return 0;
	blocks = ceil(blocks * (now / wanted) * (now / wanted));
	return blocks < 1e9 ? (size_t)fmax(blocks, COMPARE_RUNS_MIN) : 0;
}
