/* Numbers of a comparison as text; see spell.h. */
#include "report/comparison/spell.h"

#include "base/auto.h"
#include "base/cells.h"
#include "base/strbuf.h"
#include "base/xalloc.h"

#include <float.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Figures of a number: differences of a percent are seen in the third. */
#define FIGURES 4
#define FIGURES_MOST 7

struct step {
	double factor;
	const char *name;
};

/* ---- units ---- */

/* The largest mean, without its sign. */
static double largest(const struct comparison *c,
		      const struct compare_quantity *q)
{
	double most = 0.0;

	for (size_t s = 0; s < c->nsubjects; s++)
		if (q->sides[s].n)
			most = fmax(most, fabs(q->sides[s].stats.mean));
	return most;
}

static double least_spread(const struct comparison *c,
			   const struct compare_quantity *q)
{
	double least = 0.0;

	for (size_t s = 0; s < c->nsubjects; s++) {
		double spread = q->sides[s].stats.stddev;

		if (q->sides[s].n && spread > 0.0 &&
		    (least == 0.0 || spread < least))
			least = spread;
	}
	return least;
}

static bool is_exact(const struct comparison *c,
		     const struct compare_quantity *q)
{
	for (size_t s = 1; s < c->nsubjects; s++)
		if (q->results[s].exact)
			return true;
	return false;
}

static bool all_whole(const struct comparison *c,
		      const struct compare_quantity *q)
{
	for (size_t s = 0; s < c->nsubjects; s++)
		for (size_t i = 0; i < q->sides[s].n; i++)
			if (q->sides[s].samples[i] !=
			    floor(q->sides[s].samples[i]))
				return false;
	return true;
}

static const struct step *step_for(const struct step *steps, size_t n,
				   double number)
{
	size_t i = 0;

	while (i + 1 < n && number < steps[i].factor)
		i++;
	return &steps[i];
}

static void set_unit(struct spelling *s, const char *step, const char *unit)
{
	AUTO_FREE char *clean = cells_cleaned(unit, true);
	AUTO(strbuf_done) struct strbuf b = { 0 };

	cells_cut(&b, clean, 12, true);
	/* 12 columns of combining marks are no unit */
	if (strlen(step) + b.len + 1 > sizeof(s->unit))
		strbuf_reset(&b);
	snprintf(s->unit, sizeof(s->unit), "%s%s", step, strbuf_str(&b));
}

static void choose_seconds(struct spelling *s, double number, double second)
{
	static const struct step steps[] = {
		{ 1.0, "s" }, { 1e-3, "ms" }, { 1e-6, "us" }, { 1e-9, "ns" }
	};
	const struct step *step = step_for(
		steps, ARRAY_LEN(steps), number > 0.0 ? number * second : 1.0);

	s->factor = second / step->factor;
	set_unit(s, step->name, "");
}

static void choose_bytes(struct spelling *s, double number)
{
	static const struct step steps[] = { { 0x1p40, "TiB" },
					     { 0x1p30, "GiB" },
					     { 0x1p20, "MiB" },
					     { 0x1p10, "KiB" },
					     { 1.0, "B" } };
	const struct step *step = step_for(steps, ARRAY_LEN(steps), number);

	s->factor = 1.0 / step->factor;
	set_unit(s, step->name, "");
}

static void choose_step(struct spelling *s, double number, const char *unit)
{
	static const struct step steps[] = { { 1e15, "P" }, { 1e12, "T" },
					     { 1e9, "G" },  { 1e6, "M" },
					     { 1e3, "K" },  { 1.0, "" } };
	const struct step *step = &steps[ARRAY_LEN(steps) - 1];

	/* what is short stays as it was counted; what is longer than all
	   steps is written in powers */
	if (number >= 1e18)
		step = &steps[ARRAY_LEN(steps) - 1];
	else if (number >= 1e6 || (*unit && number >= 1e4))
		step = step_for(steps, ARRAY_LEN(steps), number);
	s->factor = 1.0 / step->factor;
	set_unit(s, step->name, unit);
}

static void choose_unit(struct spelling *s, const struct compare_quantity *q,
			double number)
{
	const char *unit = q->kind.unit;

	if (!strcmp(unit, "%")) {
		s->factor = 100.0;
		set_unit(s, "", "%");
	} else if (!strcmp(unit, "s")) {
		choose_seconds(s, number, 1.0);
	} else if (!strcmp(unit, "msec") || !strcmp(unit, "ms")) {
		choose_seconds(s, number, 1e-3);
	} else if (!strcmp(unit, "bytes")) {
		choose_bytes(s, number);
	} else {
		choose_step(s, number, unit);
	}
}

/* ---- digits ---- */

/* So many that @number has @figures. */
static int digits_for(double number, int figures)
{
	if (!(number > 0.0) || !isfinite(number))
		return 0;
	return figures - 1 - (int)floor(log10(number));
}

static int limited(int digits)
{
	return digits < 0 ? 0 : digits > 9 ? 9 : digits;
}

static void choose_digits(struct spelling *s, const struct comparison *c,
			  const struct compare_quantity *q)
{
	double number = largest(c, q) * s->factor;
	double spread = least_spread(c, q) * s->factor;
	int most = digits_for(number, FIGURES_MOST), digits;

	s->powers = number >= 1e9 || (number > 0.0 && number < 1e-4);
	if (s->factor == 1.0 && spread == 0.0 && all_whole(c, q)) {
		s->digits = 0;
		return;
	}
	digits = digits_for(number, FIGURES);
	if (spread > 0.0) {
		int wanted = digits_for(spread, 1);

		digits = wanted > digits ? wanted : digits;
	}
	s->digits = limited(digits < most ? digits : most);
	/* counts of a few hundred have no thousandths */
	if (s->factor == 1.0 && s->digits > 1 && all_whole(c, q))
		s->digits = number < 10.0 ? 2 : 1;
}

struct spelling spelling_of(const struct comparison *c, size_t quantity,
			    const struct fmt_style *fmt)
{
	const struct compare_quantity *q = &c->quantities[quantity];
	struct spelling s = { .factor = 1.0,
			      .fmt = fmt && *fmt->point ? fmt : NULL };
	double number = largest(c, q);

	if (is_exact(c, q) && !*q->kind.unit && number < 1e15 &&
	    all_whole(c, q))
		return s; /* to the last digit: that is what is compared */
	choose_unit(&s, q, number);
	choose_digits(&s, c, q);
	return s;
}

char *spell(char buf[FMT_LEN], const struct spelling *s, double number)
{
	number *= s->factor;
	if (!(fabs(number) < 1e15))
		snprintf(buf, FMT_LEN, "%.3e",
			 isfinite(number) ? number : copysign(DBL_MAX, number));
	else if (s->powers && number != 0.0)
		snprintf(buf, FMT_LEN, "%.3e", number);
	else
		fmt_grouped(buf, number, s->digits, s->fmt);
	return buf;
}

/* ---- differences ---- */

char *spell_percent(char buf[FMT_LEN], double share, int digits, bool sign)
{
	double percent = share * 100.0;

	if (!(fabs(percent) < 1e7)) {
		snprintf(buf, FMT_LEN, sign ? "%+.1e" : "%.1e",
			 isfinite(percent) ? percent
					   : copysign(DBL_MAX, percent));
		return buf;
	}
	snprintf(buf, FMT_LEN, sign ? "%+.*f" : "%.*f", digits, percent);
	/* nothing has no sign */
	if (!buf[strcspn(buf, "123456789")])
		snprintf(buf, FMT_LEN, "%.*f", digits, 0.0);
	return buf;
}

int spell_percent_digits(const struct compare_result *r)
{
	const struct compare_delta *d = &r->relative;
	double half = 50.0 * (d->shown.hi - d->shown.lo);
	double percent = fabs(d->value) * 100.0;
	bool differs = r->mark == COMPARE_BETTER || r->mark == COMPARE_WORSE ||
		       r->mark == COMPARE_DIFFERENT;
	int digits = half >= 10.0 ? 0 : half > 0.0 && half < 0.05 ? 2 : 1;

	if (r->exact && percent > 0.0 && percent < 10.0)
		digits = 2;
	/* what is called a difference is not shown as none */
	if ((differs || r->exact) && percent > 0.0 &&
	    digits < digits_for(percent, 2))
		digits = limited(digits_for(percent, 2));
	return digits;
}

static char *spell_signed(char buf[FMT_LEN], const struct spelling *s,
			  double number)
{
	char plain[FMT_LEN];

	spell(plain, s, number);
	snprintf(buf, FMT_LEN, "%s%.60s", number > 0.0 ? "+" : "", plain);
	return buf;
}

char *spell_delta(char buf[FMT_LEN], const struct spelling *s,
		  const struct compare_result *r)
{
	char number[FMT_LEN];

	buf[0] = '\0';
	if (!r->difference.known)
		return buf;
	if (r->relative.known)
		snprintf(buf, FMT_LEN, "%.60s %%",
			 spell_percent(number, r->relative.value,
				       spell_percent_digits(r), true));
	else
		snprintf(buf, FMT_LEN, "%.38s%s%s",
			 spell_signed(number, s, r->difference.value),
			 *s->unit ? " " : "", s->unit);
	return buf;
}

char *spell_interval(char buf[2 * FMT_LEN + 8], const struct spelling *s,
		     const struct compare_result *r)
{
	const struct compare_delta *d =
		r->relative.known ? &r->relative : &r->difference;
	char lo[FMT_LEN], hi[FMT_LEN];
	int digits = spell_percent_digits(r);

	buf[0] = '\0';
	if (r->exact)
		snprintf(buf, 2 * FMT_LEN + 8, "exact");
	if (!r->resampled || !d->known)
		return buf;
	if (r->relative.known) {
		spell_percent(lo, d->shown.lo, digits, true);
		spell_percent(hi, d->shown.hi, digits, true);
	} else {
		spell_signed(lo, s, d->shown.lo);
		spell_signed(hi, s, d->shown.hi);
	}
	snprintf(buf, 2 * FMT_LEN + 8, "[%.60s, %.60s]", lo, hi);
	return buf;
}

char *spell_chance(char buf[FMT_LEN], double p)
{
	/* the tails of resamples are not known any further */
	snprintf(buf, FMT_LEN, p < 1e-4 ? "<0.0001" : "%.2g", p);
	return buf;
}

/* ---- words ---- */

char *spell_name(const struct compare_quantity *q, bool utf8)
{
	struct strbuf b = { 0 };
	const char *name = *q->kind.title ? q->kind.title : q->kind.name;

	cells_clean(&b, name, utf8);
	if (q->kind.user_only && b.len && !strchr(name, ':') &&
	    b.buf[b.len - 1] != '/')
		strbuf_puts(&b, ":u");
	return strbuf_detach(&b);
}

/* Surely there is a difference, and one that does not count. */
static bool is_too_small(const struct compare_result *r)
{
	const struct compare_delta *d =
		r->relative.known ? &r->relative : &r->difference;

	if (r->exact)
		return r->difference.value != 0.0;
	return r->resampled && (d->shown.lo > 0.0 || d->shown.hi < 0.0);
}

const char *spell_mark(const struct compare_result *r)
{
	switch (r->mark) {
	case COMPARE_SAME:
		if (is_too_small(r))
			return "too small";
		/* not the same as having seen that there is none */
		return r->surely_same ? "same" : "none seen";
	case COMPARE_TOO_FEW:
		return "too few";
	case COMPARE_BETTER:
	case COMPARE_WORSE:
	case COMPARE_DIFFERENT:
	case COMPARE_ABSENT:
		break;
	}
	return compare_mark_name(r->mark);
}
