/* Strict reading of numbers; see parse.h. */
#include "base/parse.h"

#include <ctype.h>
#include <errno.h>
#include <limits.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

static int parse_base(const char *s, int base, uint64_t *ret)
{
	char *end;
	unsigned long long v;

	/* strtoull would take spaces, signs and a second "0x" */
	if (!isxdigit((unsigned char)s[0]))
		return -EINVAL;
	errno = 0;
	v = strtoull(s, &end, base);
	if (*end || end == s)
		return -EINVAL;
	if (errno)
		return -errno;
	*ret = v;
	return 0;
}

static int is_hex_prefix(const char *s)
{
	return s[0] == '0' && (s[1] == 'x' || s[1] == 'X');
}

int parse_u64(const char *s, uint64_t *ret)
{
	if (is_hex_prefix(s))
		return parse_base(s + 2, 16, ret);
	return parse_base(s, 10, ret);
}

int parse_hex(const char *s, uint64_t *ret)
{
	return parse_base(is_hex_prefix(s) ? s + 2 : s, 16, ret);
}

int parse_int(const char *s, int *ret)
{
	int negative = *s == '-';
	uint64_t v;
	int r = parse_base(s + negative, 10, &v);

	if (r < 0)
		return r;
	if (v > INT_MAX)
		return -ERANGE;
	*ret = negative ? -(int)v : (int)v;
	return 0;
}

int parse_double(const char *s, double *ret)
{
	const char *p = s + (*s == '-');
	char *end;
	double v;

	/* strtod would take spaces, "inf", "nan" and "0x1p3" */
	if (!isdigit((unsigned char)p[0]) &&
	    !(p[0] == '.' && isdigit((unsigned char)p[1])))
		return -EINVAL;
	if (is_hex_prefix(p))
		return -EINVAL;
	v = strtod(s, &end);
	if (*end)
		return -EINVAL;
	if (!isfinite(v))
		return -ERANGE;
	*ret = v;
	return 0;
}
