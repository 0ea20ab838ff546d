/* Numbers and axes of the page; see html_page.h. */
#include "report/comparison/html_page.h"

#include "base/auto.h"
#include "report/comparison/unit.h"

#include <math.h>
#include <string.h>

#define MINUS "\xe2\x88\x92"
#define NARROW_SPACE "\xe2\x80\xaf"

/* ---- numbers ---- */

/* Units and the larger and smaller ones that people use for them. */
static const struct step {
	const char *unit;
	double least; /* of the numbers that it is for */
	double factor;
	const char *shown;
} steps[] = {
	{ "s", 1.0, 1.0, "s" },
	{ "s", 1e-3, 1e3, "ms" },
	{ "s", 1e-6, 1e6, "\xc2\xb5s" },
	{ "s", 0.0, 1e9, "ns" },
	{ "ms", 1e3, 1e-3, "s" },
	{ "ms", 1.0, 1.0, "ms" },
	{ "ms", 0.0, 1e3, "\xc2\xb5s" },
	{ "bytes", 1073741824.0, 1.0 / 1073741824.0, "GiB" },
	{ "bytes", 1048576.0, 1.0 / 1048576.0, "MiB" },
	{ "bytes", 1024.0, 1.0 / 1024.0, "KiB" },
	{ "bytes", 0.0, 1.0, "bytes" },
	{ "B/s", 1e9, 1e-9, "GB/s" },
	{ "B/s", 1e6, 1e-6, "MB/s" },
	{ "B/s", 0.0, 1.0, "B/s" },
	{ "", 1e10, 1e-9, "G" },
	{ "", 1e7, 1e-6, "M" },
	{ "", 0.0, 1.0, "" },
};

static bool is_exact(const struct comparison *c, size_t quantity)
{
	for (size_t s = 1; s < c->nsubjects; s++)
		if (c->quantities[quantity].results[s].exact)
			return true;
	return false;
}

/* So many digits that the spread has two, and nobody is told more than six. */
static int digits_for(double size, double spread)
{
	int most = size > 0.0 ? 5 - (int)floor(log10(size)) : 0;
	int digits = spread > 0.0 ? 1 - (int)floor(log10(spread)) : most - 2;

	if (digits > most)
		digits = most;
	return digits < 0 ? 0 : digits > 9 ? 9 : digits;
}

struct html_spell html_spell_of(const struct comparison *c, size_t quantity)
{
	const struct compare_quantity *q = &c->quantities[quantity];
	struct html_spell spell = { .factor = comparison_factor(&q->kind),
				    .unit = q->kind.unit };
	double size = 0.0, spread = 0.0;

	for (size_t s = 0; s < c->nsubjects; s++) {
		const struct compare_side *side = &q->sides[s];
		double sd = side->stats.stddev;

		size = fmax(size, fabs(side->stats.mean));
		if (sd > 0.0)
			spread = spread > 0.0 ? fmin(spread, sd) : sd;
	}
	if (is_exact(c, quantity) && !*q->kind.unit)
		return spell;
	for (size_t i = 0; i < ARRAY_LEN(steps); i++) {
		if (strcmp(steps[i].unit, q->kind.unit) != 0 ||
		    size < steps[i].least)
			continue;
		spell.factor *= steps[i].factor;
		spell.unit = steps[i].shown;
		break;
	}
	spell.digits = digits_for(size * spell.factor, spread * spell.factor);
	if (!*q->kind.unit && size < 1e7 && q->kind.digits == 0 &&
	    size == floor(size) && spread == 0.0)
		spell.digits = 0;
	return spell;
}

/* A minus sign that is one. */
static char *with_minus(char buf[FMT_LEN], const char *number)
{
	if (*number == '-')
		snprintf(buf, FMT_LEN, MINUS "%.*s", FMT_LEN - 4, number + 1);
	else
		snprintf(buf, FMT_LEN, "%s", number);
	return buf;
}

char *html_number(char buf[FMT_LEN], const struct html_spell *s, double number)
{
	static const struct fmt_style style = { .group = NARROW_SPACE,
						.point = "." };
	char plain[FMT_LEN];

	number *= s->factor;
	if (fabs(number) < 1e13)
		return with_minus(
			buf, fmt_grouped(plain, number, s->digits, &style));
	snprintf(plain, sizeof(plain), "%.5g", number);
	return with_minus(buf, plain);
}

static int share_digits(double size)
{
	double percent = fabs(size) * 100.0;

	if (percent >= 0.95 || percent == 0.0)
		return 1;
	return percent >= 0.095 ? 2 : percent >= 0.0095 ? 3 : 4;
}

char *html_share(char buf[FMT_LEN], double share, double size)
{
	char plain[FMT_LEN];
	double percent = share * 100.0;

	if (fabs(percent) < 1e6)
		snprintf(plain, sizeof(plain), "%+.*f", share_digits(size),
			 percent);
	else
		snprintf(plain, sizeof(plain), "%+.3g", percent);
	return with_minus(buf, plain);
}

void html_delta(const struct html *h, const struct compare_result *r)
{
	const struct compare_delta *d = &r->relative;
	double size;
	char buf[FMT_LEN];

	if (!d->known) {
		html_put(h, "<span class=\"none\">%s</span>",
			 r->mark == COMPARE_ABSENT ? "\xe2\x80\x93"
						   : "from nothing");
		return;
	}
	size = fmax(fabs(d->value), 0.5 * (d->shown.hi - d->shown.lo));
	html_put(h, "<b>%s&nbsp;%%</b>", html_share(buf, d->value, size));
	if (r->exact) {
		html_put(h, " <small>exact</small>");
	} else if (r->resampled) {
		html_put(h, " <small>[%s,&nbsp;",
			 html_share(buf, d->shown.lo, size));
		html_put(h, "%s]</small>", html_share(buf, d->shown.hi, size));
	}
}

/* ---- axes ---- */

/* 1, 2 or 5 times a power of 10, not below @x */
static double round_step(double x)
{
	double power = pow(10.0, floor(log10(x)));
	double digit = x / power;

	return power * (digit <= 1.0   ? 1.0
			: digit <= 2.0 ? 2.0
			: digit <= 5.0 ? 5.0
				       : 10.0);
}

struct html_axis html_axis_of(double lo, double hi, int ticks)
{
	struct html_axis axis = { .scale = 0.25 };
	double size = fmax(fabs(lo), fabs(hi)) * axis.scale, wide;

	axis.lo = lo * axis.scale;
	axis.hi = hi * axis.scale;
	wide = axis.hi - axis.lo;
	/* equal numbers, or as good as that, stand in the middle */
	if (!(wide > size * 1e-9)) {
		wide = size > 1e-300 ? size * 1e-3 : 1.0;
		axis.lo -= wide / 2.0;
		axis.hi += wide / 2.0;
	}
	axis.lo -= 0.04 * wide;
	axis.hi += 0.04 * wide;
	axis.step = round_step(wide / axis.scale / ticks) * axis.scale;
	return axis;
}

double html_at(const struct html_axis *axis, double x)
{
	double at =
		100.0 * (x * axis->scale - axis->lo) / (axis->hi - axis->lo);

	return fmin(fmax(at, 0.0), 100.0);
}

bool html_tick(const struct html_axis *axis, int i, double *ret)
{
	double at = (ceil(axis->lo / axis->step) + i) * axis->step;

	if (!(at <= axis->hi) || i > 20)
		return false;
	*ret = at / axis->scale;
	return isfinite(*ret);
}
