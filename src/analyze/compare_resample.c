/*
 * The bootstrap; see compare_resample.h.
 *
 * One draw of blocks serves all quantities and subjects, which keeps what they
 * have in common and makes the draws cheap.  A draw is how often each block
 * came up; a resampled mean is then a sum over blocks of that times the sum of
 * the block's samples, over that times their number.
 */
#include "analyze/compare_resample.h"

#include "analyze/compare_mark.h"
#include "base/auto.h"
#include "base/xalloc.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/*
 * More than these are put together with their neighbours: the draws then cost
 * no more, and what is alike in neighbours is kept together.
 */
#define BLOCKS_MAX 512

/* The samples of one quantity in one subject, by block. */
struct sums {
	double *sum, *count; /* [blocks] */
	bool complete;       /* one sample in each block */
	size_t filled;       /* blocks with a sample */
};

/* Where the blocks of a subject are among all that are drawn. */
struct stratum {
	size_t first, n;
	size_t merged; /* so many runs or blocks are one */
	size_t *block; /* [nruns] of each run, from 0 */
};

struct resampling {
	struct comparison *c;
	struct stratum *strata; /* [nsubjects]; all alike when paired */
	double *weights;
	struct sums *sums; /* [quantity * nsubjects + subject] */
	double *shift;     /* [quantity] taken off the samples */
	double *unit;      /* [quantity] a power of 2 that they are over */
	double *means;     /* [nsubjects] */
};

/* ---- blocks ---- */

static int by_number(const void *a, const void *b)
{
	const size_t *x = a, *y = b;

	return *x < *y ? -1 : *x > *y;
}

/* The distinct blocks of all subjects, sorted; the caller frees. */
static size_t *all_blocks(const struct comparison *c, size_t *ret_n)
{
	size_t total = 0, n = 0, *blocks;

	for (size_t s = 0; s < c->nsubjects; s++)
		total += c->subjects[s].nruns;
	blocks = xcalloc(total + 1, sizeof(*blocks));
	for (size_t s = 0; s < c->nsubjects; s++)
		for (size_t i = 0; i < c->subjects[s].nruns; i++)
			blocks[n++] = c->subjects[s].runs[i].block;
	qsort(blocks, n, sizeof(*blocks), by_number);
	total = n;
	n = 0;
	for (size_t i = 0; i < total; i++)
		if (!n || blocks[i] != blocks[n - 1])
			blocks[n++] = blocks[i];
	*ret_n = n;
	return blocks;
}

/* Does most of what was run have a partner in its block? */
static bool is_paired(const struct comparison *c, const size_t *blocks,
		      size_t nblocks)
{
	size_t shared = 0, total = 0;

	if (nblocks && blocks[nblocks - 1] == COMPARE_ALONE)
		return false;
	for (size_t s = 1; s < c->nsubjects; s++) {
		AUTO_FREE bool *here = xcalloc(nblocks + 1, sizeof(*here));
		const struct compare_subject *a = &c->subjects[0];
		const struct compare_subject *b = &c->subjects[s];

		for (size_t i = 0; i < a->nruns; i++) {
			const size_t *at =
				bsearch(&a->runs[i].block, blocks, nblocks,
					sizeof(*blocks), by_number);

			here[at - blocks] = true;
		}
		for (size_t i = 0; i < b->nruns; i++) {
			const size_t *at =
				bsearch(&b->runs[i].block, blocks, nblocks,
					sizeof(*blocks), by_number);

			shared += here[at - blocks];
		}
		total += a->nruns > b->nruns ? a->nruns : b->nruns;
	}
	return 2 * shared > total;
}

static size_t merged(size_t n)
{
	return n / BLOCKS_MAX + (n % BLOCKS_MAX != 0);
}

static void make_strata(struct resampling *r)
{
	struct comparison *c = r->c;
	AUTO_FREE size_t *blocks = NULL;
	size_t nblocks, total = 0;

	blocks = all_blocks(c, &nblocks);
	c->paired = is_paired(c, blocks, nblocks);
	r->strata = xcalloc(c->nsubjects, sizeof(*r->strata));
	for (size_t s = 0; s < c->nsubjects; s++) {
		const struct compare_subject *subject = &c->subjects[s];
		struct stratum *t = &r->strata[s];
		size_t n = c->paired ? nblocks : subject->nruns;

		t->merged = n ? merged(n) : 1;
		t->n = (n + t->merged - 1) / t->merged;
		t->first = c->paired ? 0 : total;
		total = t->first + t->n;
		t->block = xcalloc(subject->nruns + 1, sizeof(*t->block));
		for (size_t i = 0; i < subject->nruns; i++) {
			size_t at = i;

			if (c->paired)
				at = (size_t)((size_t *)bsearch(
						      &subject->runs[i].block,
						      blocks, nblocks,
						      sizeof(*blocks),
						      by_number) -
					      blocks);
			t->block[i] = at / t->merged;
		}
	}
	c->blocks = r->strata[0].n;
	r->weights = xcalloc(total + 1, sizeof(*r->weights));
}

/* ---- samples ---- */

/* Taking one sample off all of them makes those that are all alike 0. */
static void centre(struct resampling *r, size_t quantity)
{
	const struct compare_quantity *q = &r->c->quantities[quantity];
	double unit = 0.0;

	for (size_t s = 0; s < r->c->nsubjects; s++)
		unit = fmax(unit,
			    compare_unit(q->sides[s].samples, q->sides[s].n));
	r->unit[quantity] = unit;
	if (q->sides[0].n)
		r->shift[quantity] = q->sides[0].samples[0] / unit;
}

static void sum_up(struct resampling *r, size_t quantity, size_t subject)
{
	const struct compare_side *side =
		&r->c->quantities[quantity].sides[subject];
	const struct stratum *t = &r->strata[subject];
	struct sums *sums = &r->sums[quantity * r->c->nsubjects + subject];

	sums->sum = xcalloc(t->n + 1, sizeof(*sums->sum));
	sums->count = xcalloc(t->n + 1, sizeof(*sums->count));
	for (size_t i = 0; i < side->n; i++) {
		size_t b = t->block[side->runs[i]];

		sums->sum[b] += side->samples[i] / r->unit[quantity] -
				r->shift[quantity];
		sums->count[b] += 1.0;
	}
	sums->complete = true;
	for (size_t b = 0; b < t->n; b++) {
		sums->filled += sums->count[b] > 0.0;
		sums->complete &= sums->count[b] == 1.0;
	}
}

/* ---- small samples ---- */

/*
 * Resampling sees the variance of the samples over n and not over n - 1, and
 * no uncertainty of it: quantiles of Student's distribution, widened by
 * sqrt(n / (n - 1)), take the place of the normal distribution's.  And so many
 * resamples tell their own width to one in sqrt(2 * resamples), of which one is
 * added, because far out the chances of a curve that is too narrow grow faster
 * than those of a wide one shrink.
 */
static void widen(struct resampling *r, size_t quantity, size_t subject,
		  struct compare_resampled *to)
{
	const struct compare_quantity *q = &r->c->quantities[quantity];
	const struct sums *a = &r->sums[quantity * r->c->nsubjects];
	const struct sums *b = a + subject;
	double na = (double)a->filled, nb = (double)b->filled;
	double n = fmin(na, nb);
	double by_chance = 1.0 + 1.0 / sqrt(2.0 * (double)to->n);
	double va = q->sides[0].stats.sem / r->unit[quantity];
	double vb = q->sides[subject].stats.sem / r->unit[quantity];

	to->widen = by_chance * sqrt(n / (n - 1.0));
	to->freedom = n - 1.0;
	va *= va;
	vb *= vb;
	if (r->c->paired || !(va + vb > 0.0))
		return;
	/* two samples: as Welch and Satterthwaite have it */
	va /= va + vb;
	vb = 1.0 - va;
	to->widen =
		by_chance / sqrt(va * (na - 1.0) / na + vb * (nb - 1.0) / nb);
	to->freedom = 1.0 / (va * va / (na - 1.0) + vb * vb / (nb - 1.0));
}

/* ---- drawing ---- */

static void draw(struct resampling *r, struct stats_random *random)
{
	for (size_t s = 0; s < r->c->nsubjects; s++) {
		const struct stratum *t = &r->strata[s];
		double *w = r->weights + t->first;

		if (s && r->c->paired)
			return;
		memset(w, 0, t->n * sizeof(*w));
		for (size_t i = 0; i < t->n; i++)
			w[stats_random_below(random, t->n)] += 1.0;
	}
}

/* Four sums at a time: each addition waits for the one before it. */
static double product(const double *a, const double *b, size_t n)
{
	double sum[4] = { 0.0 };
	size_t i;

	for (i = 0; i + 4 <= n; i += 4)
		for (size_t k = 0; k < 4; k++)
			sum[k] += a[i + k] * b[i + k];
	for (; i < n; i++)
		sum[0] += a[i] * b[i];
	return (sum[0] + sum[1]) + (sum[2] + sum[3]);
}

/* The mean of the samples that were drawn, less the shift. */
static double drawn_mean(const struct resampling *r, size_t quantity,
			 size_t subject)
{
	const struct sums *s = &r->sums[quantity * r->c->nsubjects + subject];
	const struct stratum *t = &r->strata[subject];
	const double *w = r->weights + t->first;
	double n = (double)t->n;

	if (!s->complete)
		n = product(w, s->count, t->n);
	/* all that came up lack it: as it is without drawing */
	if (!(n > 0.0))
		return r->c->quantities[quantity].sides[subject].stats.mean /
			       r->unit[quantity] -
		       r->shift[quantity];
	return product(w, s->sum, t->n) / n;
}

static void one_resample(struct resampling *r, size_t quantity, size_t at)
{
	struct compare_quantity *q = &r->c->quantities[quantity];
	double shift = r->shift[quantity];

	for (size_t s = 0; s < r->c->nsubjects; s++)
		if (q->results[s].resampled || !s)
			r->means[s] = q->sides[s].n ? drawn_mean(r, quantity, s)
						    : 0.0;
	for (size_t s = 1; s < r->c->nsubjects; s++) {
		struct compare_resampled *to = q->results[s].resampled;
		double a = r->means[0] + shift, b = r->means[s] + shift;

		if (!to)
			continue;
		to->differences[at] = r->means[s] - r->means[0];
		if (to->log_ratios && a > 0.0 && b > 0.0) {
			to->log_ratios[at] = log(b / a);
		} else {
			free(to->log_ratios);
			to->log_ratios = NULL;
		}
	}
}

/* ---- all of it ---- */

/* Samples of one block are not independent: blocks are what is counted. */
static bool is_wanted(const struct resampling *r, size_t quantity,
		      size_t subject)
{
	const struct compare_quantity *q = &r->c->quantities[quantity];
	const struct sums *sums = &r->sums[quantity * r->c->nsubjects];

	return !q->results[subject].exact && !compare_is_unlike(q, subject) &&
	       sums[0].filled >= COMPARE_RUNS_MIN &&
	       sums[subject].filled >= COMPARE_RUNS_MIN;
}

static void prepare(struct resampling *r, size_t quantity)
{
	struct compare_quantity *q = &r->c->quantities[quantity];
	size_t n = r->c->options.resamples;

	centre(r, quantity);
	for (size_t s = 0; s < r->c->nsubjects; s++)
		sum_up(r, quantity, s);
	for (size_t s = 1; s < r->c->nsubjects; s++) {
		struct compare_resampled *to;

		if (!is_wanted(r, quantity, s))
			continue;
		to = xcalloc(1, sizeof(*to));
		to->n = n;
		to->unit = r->unit[quantity];
		to->differences = xcalloc(n, sizeof(double));
		to->log_ratios = xcalloc(n, sizeof(double));
		widen(r, quantity, s, to);
		q->results[s].resampled = to;
	}
}

static void release(struct resampling *r)
{
	for (size_t i = 0; i < r->c->nquantities * r->c->nsubjects; i++) {
		free(r->sums[i].sum);
		free(r->sums[i].count);
	}
	for (size_t s = 0; s < r->c->nsubjects; s++)
		free(r->strata[s].block);
	free(r->strata);
	free(r->sums);
	free(r->shift);
	free(r->unit);
	free(r->means);
	free(r->weights);
}

static void sort_all(struct comparison *c)
{
	for (size_t q = 0; q < c->nquantities; q++) {
		for (size_t s = 1; s < c->nsubjects; s++) {
			struct compare_resampled *to =
				c->quantities[q].results[s].resampled;

			if (!to)
				continue;
			stats_sort(to->differences, to->n);
			if (to->log_ratios)
				stats_sort(to->log_ratios, to->n);
		}
	}
}

void compare_resample(struct comparison *c)
{
	AUTO(stats_random_freep)
	struct stats_random *random = stats_random_new(c->options.seed);
	size_t n = c->options.resamples;
	struct resampling r = { .c = c };

	make_strata(&r);
	r.sums = xcalloc(c->nquantities * c->nsubjects + 1, sizeof(*r.sums));
	r.shift = xcalloc(c->nquantities + 1, sizeof(*r.shift));
	r.unit = xcalloc(c->nquantities + 1, sizeof(*r.unit));
	r.means = xcalloc(c->nsubjects, sizeof(*r.means));
	for (size_t q = 0; q < c->nquantities; q++)
		prepare(&r, q);
	for (size_t i = 0; i < n; i++) {
		draw(&r, random);
		for (size_t q = 0; q < c->nquantities; q++)
			one_resample(&r, q, i);
	}
	sort_all(c);
	release(&r);
	free(c->quantiles);
	c->quantiles = xcalloc(n, sizeof(*c->quantiles));
	for (size_t i = 0; i < n; i++)
		c->quantiles[i] = stats_normal_quantile((double)(i + 1) /
							(double)(n + 1));
}

void compare_resampled_free(struct compare_resampled *r)
{
	if (!r)
		return;
	free(r->differences);
	free(r->log_ratios);
	free(r);
}
