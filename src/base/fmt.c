/* Numbers as text for people; see fmt.h. */
#include "base/fmt.h"

#include "base/parse.h"

#include <ctype.h>
#include <langinfo.h>
#include <locale.h>
#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The name of the user's numeric locale, by the rules of setlocale(3). */
static const char *numeric_locale(void)
{
	static const char *const names[] = { "LC_ALL", "LC_NUMERIC", "LANG" };

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		const char *value = getenv(names[i]);

		if (value && *value)
			return value;
	}
	return "C";
}

/* "C", "C.UTF-8", "POSIX": no need to load what it says */
static int is_plain(const char *locale)
{
	return strcmp(locale, "POSIX") == 0 ||
	       (locale[0] == 'C' && (!locale[1] || locale[1] == '.'));
}

void fmt_style_init(struct fmt_style *ret)
{
	const char *name = numeric_locale();
	locale_t user = is_plain(name)
				? (locale_t)0
				: newlocale(LC_NUMERIC_MASK, name, (locale_t)0);
	const char *group = "", *point = ".";

	if (user) {
		group = nl_langinfo_l(THOUSEP, user);
		point = nl_langinfo_l(RADIXCHAR, user);
	}
	snprintf(ret->group, sizeof(ret->group), "%s", group);
	snprintf(ret->point, sizeof(ret->point), "%s", *point ? point : ".");
	if (user)
		freelocale(user);
}

/*
 * The digits of @number with @digits decimals, sign apart, without printf:
 * every cell of every interval comes through here.  Numbers that do not fit
 * into 53 bits that way return false.
 */
static bool fixed_point(double number, int digits, char *whole, char *decimals)
{
	static const double powers[] = { 1e0, 1e1, 1e2, 1e3, 1e4,
					 1e5, 1e6, 1e7, 1e8, 1e9 };
	char reversed[24];
	uint64_t scaled, v;
	size_t n = 0;

	if (digits < 0 || digits > 9 || !(number < 9e15 / powers[digits]))
		return false;
	scaled = (uint64_t)nearbyint(number * powers[digits]);
	v = scaled / (uint64_t)powers[digits];
	do
		reversed[n++] = (char)('0' + v % 10);
	while (v /= 10);
	for (size_t i = 0; i < n; i++)
		whole[i] = reversed[n - 1 - i];
	whole[n] = '\0';
	v = scaled % (uint64_t)powers[digits];
	decimals[digits] = '\0';
	for (int i = digits; i-- > 0; v /= 10)
		decimals[i] = (char)('0' + v % 10);
	return true;
}

/* For what fixed_point() does not take. */
static void by_printf(double number, int digits, char *whole, char *decimals)
{
	char plain[FMT_LEN];
	char *point;

	snprintf(plain, sizeof(plain), "%.*f", digits, number);
	point = strchr(plain, '.');
	if (point)
		*point++ = '\0';
	snprintf(decimals, FMT_LEN, "%s", point ? point : "");
	snprintf(whole, FMT_LEN, "%s", plain);
}

static size_t append(char *buf, size_t at, const char *s)
{
	while (*s && at + 1 < FMT_LEN)
		buf[at++] = *s++;
	buf[at] = '\0';
	return at;
}

char *fmt_grouped(char buf[FMT_LEN], double number, int digits,
		  const struct fmt_style *style)
{
	static const struct fmt_style plain_style = { .point = "." };
	char whole[FMT_LEN], decimals[FMT_LEN];
	size_t at = 0, n;

	if (!style)
		style = &plain_style;
	if (signbit(number) && number != 0.0) {
		buf[at++] = '-';
		number = -number;
	}
	if (!fixed_point(number, digits, whole, decimals))
		by_printf(number, digits, whole, decimals);
	n = strlen(whole);
	for (size_t i = 0; i < n && at + 1 < FMT_LEN; i++) {
		if (i && (n - i) % 3 == 0 && isdigit((unsigned char)whole[i]))
			at = append(buf, at, style->group);
		buf[at++] = whole[i];
	}
	buf[at] = '\0';
	if (*decimals) {
		at = append(buf, at, style->point);
		append(buf, at, decimals);
	}
	return buf;
}

char *fmt_duration(char buf[FMT_LEN], double seconds)
{
	double a = fabs(seconds);

	if (a >= 1.0 || a == 0.0)
		snprintf(buf, FMT_LEN, "%.2f s", seconds);
	else if (a >= 1e-3)
		snprintf(buf, FMT_LEN, "%.2f ms", seconds * 1e3);
	else if (a >= 1e-6)
		snprintf(buf, FMT_LEN, "%.2f us", seconds * 1e6);
	else
		snprintf(buf, FMT_LEN, "%.0f ns", seconds * 1e9);
	return buf;
}

char *fmt_bytes(char buf[FMT_LEN], uint64_t bytes)
{
	static const char units[] = { 'B', 'K', 'M', 'G', 'T', 'P' };
	double v = (double)bytes;
	size_t u = 0;

	while (v >= 1024.0 && u + 1 < sizeof(units)) {
		v /= 1024.0;
		u++;
	}
	snprintf(buf, FMT_LEN, v == floor(v) ? "%.0f%c" : "%.1f%c", v,
		 units[u]);
	return buf;
}

char *fmt_exact(char buf[FMT_LEN], double number)
{
	for (int precision = 15; precision <= 17; precision++) {
		double back;

		snprintf(buf, FMT_LEN, "%.*g", precision, number);
		if (parse_double(buf, &back) == 0 && back == number)
			return buf;
	}
	return buf;
}
