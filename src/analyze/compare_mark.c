/*
 * Differences, intervals and marks; see compare.h.
 *
 * Holm's procedure: the smallest of m chances is held to a / m, the next to
 * a / (m - 1) and so on, until one fails; that one and all after it are not
 * significant.  The interval of each is the one for the level that it was held
 * to, those after the first failure to its level, which is why intervals and
 * marks cannot disagree.
 */
#include "analyze/compare_mark.h"

#include "analyze/compare_resample.h"
#include "base/auto.h"
#include "base/xalloc.h"

#include <float.h>
#include <math.h>
#include <stdlib.h>

/* What numbers differ by when they were computed in another order. */
#define ROUNDING 1e-12

static const char *const too_few = "at least 5 runs of each are needed";
static const char *const too_few_simulated =
	"a second simulation of each shows whether it repeats";
static const char *const no_samples = "no run has a number";
static const char *const unlike = "both sides were counted in different ways";

double compare_unit(const double *samples, size_t n)
{
	double most = 0.0;
	int exponent = 0;

	for (size_t i = 0; i < n; i++)
		most = fmax(most, fabs(samples[i]));
	frexp(most, &exponent);
	/* never a unit that is no number, or one without all its digits */
	if (exponent > DBL_MAX_EXP - 1)
		exponent = DBL_MAX_EXP - 1;
	if (exponent < DBL_MIN_EXP)
		exponent = DBL_MIN_EXP;
	return ldexp(1.0, exponent);
}

static bool repeats(const struct compare_side *side)
{
	return side->n >= 2 && side->stats.min == side->stats.max;
}

void compare_find_exact(struct comparison *c)
{
	for (size_t i = 0; i < c->nquantities; i++) {
		struct compare_quantity *q = &c->quantities[i];

		for (size_t s = 1; s < c->nsubjects; s++)
			q->results[s].exact =
				q->kind.simulated && !compare_is_unlike(q, s) &&
				repeats(&q->sides[0]) && repeats(&q->sides[s]);
	}
}

/* ---- differences ---- */

static double bounded(double x)
{
	if (isfinite(x))
		return x;
	return x > 0.0 ? DBL_MAX : -DBL_MAX;
}

static struct compare_interval scaled(struct compare_interval i, double factor)
{
	return (struct compare_interval){ bounded(i.lo * factor),
					  bounded(i.hi * factor) };
}

/*
 * The interval of the relative difference, from that of whichever is there.
 * What has never been negative is not less than nothing.
 */
static struct compare_interval
relative_interval(const struct comparison *c, const struct compare_quantity *q,
		  size_t subject, double confidence)
{
	const struct compare_resampled *r = q->results[subject].resampled;
	const struct stats *of = &q->sides[0].stats;
	struct compare_interval i;

	if (r->log_ratios) {
		i = compare_interval_of(c, r, r->log_ratios, confidence);
		return (struct compare_interval){ bounded(expm1(i.lo)),
						  bounded(expm1(i.hi)) };
	}
	i = compare_interval_of(c, r, r->differences, confidence);
	i = scaled(i, r->unit / fabs(of->mean));
	if (of->min >= 0.0 && q->sides[subject].stats.min >= 0.0) {
		i.lo = fmax(i.lo, -1.0);
		i.hi = fmax(i.hi, -1.0);
	}
	return i;
}

static void set_deltas(const struct compare_quantity *q, size_t subject)
{
	struct compare_result *r = &q->results[subject];
	double a = q->sides[0].stats.mean, b = q->sides[subject].stats.mean;
	double share = a == b ? 0.0 : b / fabs(a) - (a > 0.0 ? 1.0 : -1.0);

	r->difference.known = true;
	r->difference.value = bounded(b - a);
	r->relative.known = a != 0.0 && isfinite(share);
	if (r->relative.known)
		r->relative.value = share;
	for (size_t i = 0; i < 2; i++) {
		struct compare_delta *d = i ? &r->relative : &r->difference;

		d->shown.lo = d->shown.hi = d->value;
		d->plain = d->shown;
	}
}

static void set_plain(const struct comparison *c,
		      const struct compare_quantity *q, size_t subject)
{
	struct compare_result *r = &q->results[subject];
	const struct compare_resampled *to = r->resampled;
	double confidence = c->options.confidence;

	r->difference.plain =
		scaled(compare_interval_of(c, to, to->differences, confidence),
		       to->unit);
	r->p = compare_chance_of(c, to, to->differences);
	if (!r->relative.known)
		return;
	r->relative.plain = relative_interval(c, q, subject, confidence);
	/* significant is what both intervals say */
	if (to->log_ratios)
		r->p = fmax(r->p, compare_chance_of(c, to, to->log_ratios));
}

/* Not significant: neither of the two may say otherwise. */
static void reach_zero(struct compare_interval *i)
{
	i->lo = fmin(i->lo, 0.0);
	i->hi = fmax(i->hi, 0.0);
}

static void set_shown(const struct comparison *c,
		      const struct compare_quantity *q, size_t subject)
{
	struct compare_result *r = &q->results[subject];
	const struct compare_resampled *to = r->resampled;
	bool significant = r->p < 1.0 - r->confidence;

	r->difference.shown = scaled(
		compare_interval_of(c, to, to->differences, r->confidence),
		to->unit);
	if (r->relative.known)
		r->relative.shown =
			relative_interval(c, q, subject, r->confidence);
	if (significant)
		return;
	reach_zero(&r->difference.shown);
	if (r->relative.known)
		reach_zero(&r->relative.shown);
}

/* ---- many quantities ---- */

struct tested {
	struct compare_result *result;
	const struct compare_quantity *quantity;
	size_t subject;
};

static int by_chance(const void *a, const void *b)
{
	const struct tested *x = a, *y = b;

	return x->result->p < y->result->p ? -1 : x->result->p > y->result->p;
}

/* Those with intervals that are looked at; the caller frees. */
static struct tested *all_tested(const struct comparison *c, size_t *ret_n)
{
	struct tested *all =
		xcalloc(c->nquantities * c->nsubjects + 1, sizeof(*all));
	size_t n = 0;

	for (size_t i = 0; i < c->nquantities; i++) {
		const struct compare_quantity *q = &c->quantities[i];

		for (size_t s = 1; s < c->nsubjects && !q->kind.untested; s++)
			if (q->results[s].resampled)
				all[n++] =
					(struct tested){ &q->results[s], q, s };
	}
	*ret_n = n;
	return all;
}

static void correct(struct comparison *c)
{
	AUTO_FREE struct tested *all = NULL;
	double doubt = 1.0 - c->options.confidence, least = 0.0;
	size_t n, rejected = 0;

	all = all_tested(c, &n);
	c->tests = n;
	qsort(all, n, sizeof(*all), by_chance);
	while (rejected < n &&
	       all[rejected].result->p < doubt / (double)(n - rejected))
		rejected++;
	for (size_t i = 0; i < n; i++) {
		struct compare_result *r = all[i].result;
		size_t left = n - (i < rejected ? i : rejected);

		least = fmax(least, r->p * (double)(n - i));
		r->p_adjusted = fmin(1.0, least);
		r->confidence = 1.0 - doubt / (double)left;
		set_shown(c, all[i].quantity, all[i].subject);
	}
}

/* ---- marks ---- */

static enum compare_mark direction(const struct compare_quantity *q,
				   double difference)
{
	switch (q->kind.better) {
	case METRIC_NEUTRAL:
		return COMPARE_DIFFERENT;
	case METRIC_LOWER:
		return difference < 0.0 ? COMPARE_BETTER : COMPARE_WORSE;
	case METRIC_HIGHER:
		return difference > 0.0 ? COMPARE_BETTER : COMPARE_WORSE;
	}
	return COMPARE_DIFFERENT;
}

static bool within(const struct compare_interval *i, double limit)
{
	return i->lo >= -limit && i->hi <= limit;
}

static void set_mark(const struct comparison *c,
		     const struct compare_quantity *q, size_t subject)
{
	struct compare_result *r = &q->results[subject];
	double least = fmax(c->options.noise, ROUNDING);
	const struct compare_delta *d = &r->relative;
	bool significant = r->exact ? r->difference.value != 0.0
				    : r->p < 1.0 - r->confidence;

	if (d->known && fabs(d->value) < least)
		significant = false;
	r->mark =
		significant ? direction(q, r->difference.value) : COMPARE_SAME;
	r->surely_same =
		!significant && (d->known ? within(&d->shown, least)
					  : within(&r->difference.shown, 0.0));
}

/* Without intervals: absent, of another kind, or not enough of it. */
static bool is_lacking(const struct compare_quantity *q, size_t subject)
{
	struct compare_result *r = &q->results[subject];
	const struct compare_side *a = &q->sides[0], *b = &q->sides[subject];

	if (r->exact || r->resampled)
		return false;
	if (!a->n || !b->n) {
		const char *why = a->n ? b->absent : a->absent;

		r->mark = COMPARE_ABSENT;
		r->why = why ? why : no_samples;
	} else if (compare_is_unlike(q, subject)) {
		r->mark = COMPARE_ABSENT;
		r->why = unlike;
	} else {
		r->mark = COMPARE_TOO_FEW;
		r->why = q->kind.simulated && (a->n < 2 || b->n < 2)
				 ? too_few_simulated
				 : too_few;
	}
	return true;
}

static void begin(const struct comparison *c, const struct compare_quantity *q,
		  size_t subject)
{
	const struct compare_side *a = &q->sides[0], *b = &q->sides[subject];
	struct compare_result *r = &q->results[subject];

	r->p = r->p_adjusted = 1.0;
	r->confidence = c->options.confidence;
	r->welch.p = r->mann_whitney.p = 1.0;
	if (!a->n || !b->n || compare_is_unlike(q, subject))
		return;
	set_deltas(q, subject);
	if (r->exact)
		return;
	r->welch = stats_welch(a->samples, a->n, b->samples, b->n);
	r->mann_whitney =
		stats_mann_whitney(a->samples, a->n, b->samples, b->n);
	if (r->resampled)
		set_plain(c, q, subject);
}

void compare_judge(struct comparison *c)
{
	for (size_t i = 0; i < c->nquantities; i++)
		for (size_t s = 1; s < c->nsubjects; s++)
			begin(c, &c->quantities[i], s);
	correct(c);
	for (size_t i = 0; i < c->nquantities; i++) {
		const struct compare_quantity *q = &c->quantities[i];

		for (size_t s = 1; s < c->nsubjects; s++) {
			struct compare_result *r = &q->results[s];

			if (is_lacking(q, s))
				continue;
			if (q->kind.untested && r->resampled)
				set_shown(c, q, s);
			set_mark(c, q, s);
		}
	}
}

struct compare_delta compare_relative_at(const struct comparison *c,
					 size_t quantity, size_t subject,
					 double confidence)
{
	const struct compare_quantity *q = &c->quantities[quantity];
	const struct compare_result *r = &q->results[subject];
	struct compare_delta d = r->relative;

	if (d.known && r->resampled)
		d.plain = relative_interval(c, q, subject, confidence);
	d.known &= r->exact || r->resampled;
	d.shown = d.plain;
	return d;
}
