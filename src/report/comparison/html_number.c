/* Numbers and axes of the page; see html_page.h. */
#include "report/comparison/html_page.h"

#include <math.h>
#include <string.h>

#define MINUS "\xe2\x88\x92"
#define NARROW_SPACE "\xe2\x80\xaf"

/* ---- numbers ---- */

/* A minus sign that is one; what rounds to nothing has no sign. */
static char *with_minus(char buf[FMT_LEN], const char *number)
{
	bool nothing = !strpbrk(number, "123456789");

	if (nothing && (*number == '-' || *number == '+'))
		number++;
	if (*number == '-')
		snprintf(buf, FMT_LEN, MINUS "%.*s", FMT_LEN - 4, number + 1);
	else
		snprintf(buf, FMT_LEN, "%s", number);
	return buf;
}

struct spelling html_spelling(const struct comparison *c, size_t quantity)
{
	static const struct fmt_style style = { .group = NARROW_SPACE,
						.point = "." };

	return spelling_of(c, quantity, &style);
}

char *html_number(char buf[FMT_LEN], const struct spelling *s, double number)
{
	char plain[FMT_LEN];

	return with_minus(buf, spell(plain, s, number));
}

void html_value(const struct html *h, const struct spelling *s, double number)
{
	char buf[FMT_LEN];

	html_put(h, "%s", html_number(buf, s, number));
	if (!*s->unit)
		return;
	html_put(h, "&nbsp;<i>");
	html_text(h, s->unit);
	html_put(h, "</i>");
}

char *html_share(char buf[FMT_LEN], double share, double size)
{
	double percent = fabs(size) * 100.0;
	int digits = percent >= 0.95 || percent == 0.0 ? 1
		     : percent >= 0.095                ? 2
						       : 3;
	char plain[FMT_LEN];

	return with_minus(buf, spell_percent(plain, share, digits, true));
}

/* A text with numbers, its hyphens before digits as minus signs. */
static void put_signed(const struct html *h, const char *text)
{
	for (; *text; text++) {
		char one[2] = { *text, '\0' };

		if (*text == '-' && text[1] >= '0' && text[1] <= '9')
			html_put(h, MINUS);
		else if (*text == ' ')
			html_put(h, "&nbsp;");
		else if ((unsigned char)*text >= 0x80)
			fputc(*text, h->out); /* of a clean unit */
		else
			html_text(h, one);
	}
}

void html_delta(const struct html *h, const struct spelling *s,
		const struct compare_result *r)
{
	char delta[FMT_LEN], interval[2 * FMT_LEN + 8];

	spell_delta(delta, s, r);
	if (!*delta) {
		html_put(h, "<span class=\"none\">\xe2\x80\x93</span>");
		return;
	}
	html_put(h, "<b>");
	put_signed(h, delta);
	html_put(h, "</b>");
	spell_interval(interval, s, r);
	if (!*interval)
		return;
	html_put(h, " <small>");
	put_signed(h, interval);
	html_put(h, "</small>");
}

int html_tick_digits(double step)
{
	return (int)fmin(fmax(-floor(log10(step)), 0.0), 9.0);
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

void html_axis_step(struct html_axis *axis, int ticks)
{
	axis->step = round_step((axis->hi - axis->lo) / 1.08 / ticks);
}

struct html_axis html_axis_of(double lo, double hi, int ticks)
{
	struct html_axis axis = { .scale = 0.1 };
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
	html_axis_step(&axis, ticks);
	return axis;
}

double html_at(const struct html_axis *axis, double x)
{
	double at =
		100.0 * ((x * axis->scale - axis->lo) / (axis->hi - axis->lo));

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
