/*
 * The bootstrap; see compare_resample.h.
 *
 * One draw of blocks serves all quantities and subjects, which keeps what they
 * have in common and makes the draws cheap.  What a block has of eight of them
 * is in one place, so that a block that came up is eight sums further with one
 * look at the memory; a resampled mean is then such a sum, over that of the
 * numbers of samples where these are not one in each block.
 */
#include "analyze/compare_resample.h"

#include "analyze/compare_mark.h"
#include "base/auto.h"
#include "base/random.h"
#include "base/xalloc.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/*
 * More than these are put together with their neighbours: the draws then cost
 * no more, and what is alike in neighbours is kept together.
 */
#define BLOCKS_MAX 512

/* Columns that are summed up together: a line of the cache. */
#define TILE 8

/* The samples of one quantity in one subject, by block. */
struct sums {
	size_t sum, count; /* columns of them; there is no count if complete */
	bool complete;     /* one sample in each block */
	size_t filled;     /* blocks with a sample */
};

/* The blocks of a subject. */
struct stratum {
	size_t n;
	size_t merged;   /* so many runs or blocks are one */
	size_t *block;   /* [nruns] of each run, from 0 */
	uint32_t *drawn; /* [n] those that came up; when paired, in the first
			    subject's for all */
	/*
	 * What is summed up: TILE columns of all blocks, then the next ones.
	 */
	double *cells;
	size_t ncolumns;
	double *totals; /* [ncolumns, rounded up] of those that came up */
};

struct resampling {
	struct comparison *c;
	struct stratum *strata; /* [nsubjects] */
	struct sums *sums;      /* [quantity * nsubjects + subject] */
	double *shift;          /* [quantity] taken off the samples */
	double *unit;           /* [quantity] a power of 2 that they are over */
	double *means;          /* [nsubjects] */
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
	size_t nblocks;

	blocks = all_blocks(c, &nblocks);
	c->paired = is_paired(c, blocks, nblocks);
	r->strata = xcalloc(c->nsubjects, sizeof(*r->strata));
	for (size_t s = 0; s < c->nsubjects; s++) {
		const struct compare_subject *subject = &c->subjects[s];
		struct stratum *t = &r->strata[s];
		size_t n = c->paired ? nblocks : subject->nruns;

		t->merged = n ? merged(n) : 1;
		t->n = (n + t->merged - 1) / t->merged;
		t->drawn = xcalloc(t->n + 1, sizeof(*t->drawn));
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

/* How many columns @n take in memory. */
static size_t whole_tiles(size_t n)
{
	return (n + TILE - 1) / TILE * TILE;
}

static double *cell(const struct stratum *t, size_t block, size_t column)
{
	size_t tile = column / TILE;

	return &t->cells[(tile * t->n + block) * TILE + column % TILE];
}

/* Room for two columns of each quantity: the second is mostly not needed. */
static void make_cells(struct resampling *r)
{
	for (size_t s = 0; s < r->c->nsubjects; s++) {
		struct stratum *t = &r->strata[s];
		size_t n = whole_tiles(2 * r->c->nquantities);

		t->cells = xcalloc(n * t->n + 1, sizeof(*t->cells));
		t->totals = xcalloc(n + 1, sizeof(*t->totals));
	}
}

static void sum_up(struct resampling *r, size_t quantity, size_t subject)
{
	const struct compare_side *side =
		&r->c->quantities[quantity].sides[subject];
	struct stratum *t = &r->strata[subject];
	struct sums *sums = &r->sums[quantity * r->c->nsubjects + subject];

	sums->sum = t->ncolumns++;
	sums->count = t->ncolumns;
	for (size_t i = 0; i < side->n; i++) {
		size_t b = t->block[side->runs[i]];

		*cell(t, b, sums->sum) += side->samples[i] / r->unit[quantity] -
					  r->shift[quantity];
		*cell(t, b, sums->count) += 1.0;
	}
	sums->complete = true;
	for (size_t b = 0; b < t->n; b++) {
		double count = *cell(t, b, sums->count);

		sums->filled += count > 0.0;
		sums->complete &= count == 1.0;
	}
	if (!sums->complete) {
		t->ncolumns++;
		return;
	}
	/* the next quantity's */
	for (size_t b = 0; b < t->n; b++)
		*cell(t, b, sums->count) = 0.0;
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

/* Two numbers that every CPU of 64 bits adds at once. */
typedef double pair __attribute__((vector_size(16), aligned(8)));

/* Four at a time, because each addition waits for the one before it. */
static void total_up(struct stratum *t, const uint32_t *drawn)
{
	for (size_t c = 0; c < t->ncolumns; c += TILE) {
		const double *cells = t->cells + c * t->n;
		pair sums[TILE / 2], p = { 0 }, q = p, r = p, s = p;

		for (size_t i = 0; i < t->n; i++) {
			const pair *row =
				(const pair *)(cells + drawn[i] * TILE);

			p += row[0];
			q += row[1];
			r += row[2];
			s += row[3];
		}
		sums[0] = p, sums[1] = q, sums[2] = r, sums[3] = s;
		memcpy(t->totals + c, sums, sizeof(sums));
	}
}

/*
 * Two of each number of 64 bits.  n is at most BLOCKS_MAX, so that no block is
 * likelier than another by more than 1 in 2^23, which no resamples tell.
 */
static void draw_blocks(struct random *random, uint32_t *drawn, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		uint64_t x = random_next(random);

		drawn[i] = (uint32_t)((x >> 32) * n >> 32);
		if (++i < n)
			drawn[i] = (uint32_t)((x & UINT32_MAX) * n >> 32);
	}
}

static void draw(struct resampling *r, struct random *random)
{
	for (size_t s = 0; s < r->c->nsubjects; s++) {
		struct stratum *t = &r->strata[s];
		uint32_t *drawn = r->strata[r->c->paired ? 0 : s].drawn;

		if (drawn == t->drawn)
			draw_blocks(random, drawn, t->n);
		total_up(t, drawn);
	}
}

/* The mean of the samples that were drawn, less the shift. */
static double drawn_mean(const struct resampling *r, size_t quantity,
			 size_t subject)
{
	const struct sums *s = &r->sums[quantity * r->c->nsubjects + subject];
	const struct stratum *t = &r->strata[subject];
	double n = s->complete ? (double)t->n : t->totals[s->count];

	/* all that came up lack it: as it is without drawing */
	if (!(n > 0.0))
		return r->c->quantities[quantity].sides[subject].stats.mean /
			       r->unit[quantity] -
		       r->shift[quantity];
	return t->totals[s->sum] / n;
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
	for (size_t s = 0; s < r->c->nsubjects; s++) {
		struct stratum *t = &r->strata[s];

		free(t->block);
		free(t->drawn);
		free(t->cells);
		free(t->totals);
	}
	free(r->strata);
	free(r->sums);
	free(r->shift);
	free(r->unit);
	free(r->means);
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
	struct random random = { .state = c->options.seed };
	size_t n = c->options.resamples;
	struct resampling r = { .c = c };

	make_strata(&r);
	make_cells(&r);
	r.sums = xcalloc(c->nquantities * c->nsubjects + 1, sizeof(*r.sums));
	r.shift = xcalloc(c->nquantities + 1, sizeof(*r.shift));
	r.unit = xcalloc(c->nquantities + 1, sizeof(*r.unit));
	r.means = xcalloc(c->nsubjects, sizeof(*r.means));
	for (size_t q = 0; q < c->nquantities; q++)
		prepare(&r, q);
	for (size_t i = 0; i < n; i++) {
		draw(&r, &random);
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
