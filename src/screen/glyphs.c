/* Text of others as harmless characters; see glyphs.h. */
#include "screen/glyphs.h"

#include <wchar.h>

#define BAD 0xffffffffu /* no UTF-8 */

static bool continues(unsigned char c)
{
	return (c & 0xc0) == 0x80;
}

/*
 * One code point: strict, so that no overlong spelling hides a control
 * character.  A wrong byte is taken alone.
 */
static uint32_t decode(const unsigned char *s, int *length)
{
	static const uint32_t least[] = { 0, 0, 0x80, 0x800, 0x10000 };
	int n = s[0] < 0x80             ? 1
		: (s[0] & 0xe0) == 0xc0 ? 2
		: (s[0] & 0xf0) == 0xe0 ? 3
		: (s[0] & 0xf8) == 0xf0 ? 4
					: 0;
	uint32_t code;

	*length = 1;
	if (n == 1)
		return s[0];
	if (n == 0)
		return BAD;
	code = s[0] & (0x7fu >> n);
	for (int i = 1; i < n; i++) {
		/* ends at a NUL, too */
		if (!continues(s[i]))
			return BAD;
		code = code << 6 | (s[i] & 0x3fu);
	}
	if (code < least[n] || code > 0x10ffff ||
	    (code >= 0xd800 && code <= 0xdfff))
		return BAD;
	*length = n;
	return code;
}

uint32_t glyph_next(const char **at, bool utf8, int *width)
{
	while (**at) {
		int length, columns;
		uint32_t code = decode((const unsigned char *)*at, &length);

		*at += length;
		*width = 1;
		if (code >= ' ' && code < 0x7f)
			return code;
		if (code == '\t' || code == '\n' || code == '\r')
			return ' ';
		if (code == BAD || code < 0xa0)
			return '?';
		if (!utf8)
			return '?';
		columns = wcwidth((wchar_t)code);
		if (columns == 0)
			continue;
		if (columns < 0 || columns > 2)
			return '?';
		*width = columns;
		return code;
	}
	return 0;
}

int glyph_encode(char bytes[4], uint32_t code)
{
	if (code < 0x80) {
		bytes[0] = (char)code;
		return 1;
	}
	if (code < 0x800) {
		bytes[0] = (char)(0xc0 | code >> 6);
		bytes[1] = (char)(0x80 | (code & 0x3f));
		return 2;
	}
	if (code < 0x10000) {
		bytes[0] = (char)(0xe0 | code >> 12);
		bytes[1] = (char)(0x80 | (code >> 6 & 0x3f));
		bytes[2] = (char)(0x80 | (code & 0x3f));
		return 3;
	}
	bytes[0] = (char)(0xf0 | code >> 18);
	bytes[1] = (char)(0x80 | (code >> 12 & 0x3f));
	bytes[2] = (char)(0x80 | (code >> 6 & 0x3f));
	bytes[3] = (char)(0x80 | (code & 0x3f));
	return 4;
}

int glyphs_width(const char *text, bool utf8)
{
	int all = 0, width;

	while (glyph_next(&text, utf8, &width))
		all += width;
	return all;
}
