/* Numbers as text for people; see fmt.h. */
#include "base/fmt.h"

#include "base/parse.h"

#include <langinfo.h>
#include <locale.h>
#include <math.h>
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
	locale_t user = is_plain(name) ? (locale_t)0
				       : newlocale(LC_NUMERIC_MASK, name,
						   (locale_t)0);
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

char *fmt_grouped(char buf[FMT_LEN], double number, int digits,
		  const struct fmt_style *style)
{
	static const struct fmt_style plain_style = { .point = "." };
	char plain[FMT_LEN];
	size_t lead, out = 0, glen;
	const char *p = plain;

	if (!style)
		style = &plain_style;
	glen = strnlen(style->group, sizeof(style->group));
	snprintf(plain, sizeof(plain), "%.*f", digits, number);
	if (*p == '-')
		buf[out++] = *p++;
	lead = strspn(p, "0123456789");
	for (size_t i = 0; i < lead && out + glen + 1 < FMT_LEN; i++) {
		if (i && (lead - i) % 3 == 0) {
			memcpy(buf + out, style->group, glen);
			out += glen;
		}
		buf[out++] = p[i];
	}
	p += lead;
	if (*p == '.')
		snprintf(buf + out, FMT_LEN - out, "%s%s", style->point, p + 1);
	else
		snprintf(buf + out, FMT_LEN - out, "%s", p);
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
