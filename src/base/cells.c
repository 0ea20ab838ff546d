/* Columns of a terminal; see cells.h. */
#include "base/cells.h"

#include "base/auto.h"

#include <stddef.h>
#include <stdint.h>
#include <string.h>

/* Of a word less tells nothing. */
#define WORD_LEAST 8

struct range {
	uint32_t first, last;
};

/* Most of what Unicode 15 has as East_Asian_Width W and F, in whole blocks. */
static const struct range wide[] = {
	{ 0x1100, 0x115f },   { 0x231a, 0x231b },   { 0x2329, 0x232a },
	{ 0x23e9, 0x23ec },   { 0x23f0, 0x23f0 },   { 0x23f3, 0x23f3 },
	{ 0x25fd, 0x25fe },   { 0x2614, 0x2615 },   { 0x2648, 0x2653 },
	{ 0x267f, 0x267f },   { 0x2693, 0x2693 },   { 0x26a1, 0x26a1 },
	{ 0x26aa, 0x26ab },   { 0x26bd, 0x26be },   { 0x26c4, 0x26c5 },
	{ 0x26ce, 0x26ce },   { 0x26d4, 0x26d4 },   { 0x26ea, 0x26ea },
	{ 0x26f2, 0x26f3 },   { 0x26f5, 0x26f5 },   { 0x26fa, 0x26fa },
	{ 0x26fd, 0x26fd },   { 0x2705, 0x2705 },   { 0x270a, 0x270b },
	{ 0x2728, 0x2728 },   { 0x274c, 0x274c },   { 0x274e, 0x274e },
	{ 0x2753, 0x2755 },   { 0x2757, 0x2757 },   { 0x2795, 0x2797 },
	{ 0x27b0, 0x27b0 },   { 0x27bf, 0x27bf },   { 0x2b1b, 0x2b1c },
	{ 0x2b50, 0x2b50 },   { 0x2b55, 0x2b55 },   { 0x2e80, 0x303e },
	{ 0x3041, 0x4dbf },   { 0x4e00, 0xa4cf },   { 0xa960, 0xa97c },
	{ 0xac00, 0xd7a3 },   { 0xf900, 0xfaff },   { 0xfe10, 0xfe19 },
	{ 0xfe30, 0xfe6b },   { 0xff01, 0xff60 },   { 0xffe0, 0xffe6 },
	{ 0x16fe0, 0x18aff }, { 0x1aff0, 0x1b2fb }, { 0x1f004, 0x1f004 },
	{ 0x1f0cf, 0x1f0cf }, { 0x1f18e, 0x1f18e }, { 0x1f191, 0x1f19a },
	{ 0x1f200, 0x1f320 }, { 0x1f32d, 0x1f335 }, { 0x1f337, 0x1f37c },
	{ 0x1f37e, 0x1f393 }, { 0x1f3a0, 0x1f3ca }, { 0x1f3cf, 0x1f3d3 },
	{ 0x1f3e0, 0x1f3f0 }, { 0x1f3f4, 0x1f3f4 }, { 0x1f3f8, 0x1f43e },
	{ 0x1f440, 0x1f440 }, { 0x1f442, 0x1f4fc }, { 0x1f4ff, 0x1f53d },
	{ 0x1f54b, 0x1f54e }, { 0x1f550, 0x1f567 }, { 0x1f57a, 0x1f57a },
	{ 0x1f595, 0x1f596 }, { 0x1f5a4, 0x1f5a4 }, { 0x1f5fb, 0x1f64f },
	{ 0x1f680, 0x1f6c5 }, { 0x1f6cc, 0x1f6cc }, { 0x1f6d0, 0x1f6d2 },
	{ 0x1f6d5, 0x1f6d7 }, { 0x1f6dc, 0x1f6df }, { 0x1f6eb, 0x1f6ec },
	{ 0x1f6f4, 0x1f6fc }, { 0x1f7e0, 0x1f7eb }, { 0x1f7f0, 0x1f7f0 },
	{ 0x1f90c, 0x1f93a }, { 0x1f93c, 0x1f945 }, { 0x1f947, 0x1f9ff },
	{ 0x1fa70, 0x1faff }, { 0x20000, 0x2fffd }, { 0x30000, 0x3fffd },
};

/* Marks that are put onto the character before; the common blocks. */
static const struct range combining[] = {
	{ 0x0300, 0x036f }, { 0x0483, 0x0489 },   { 0x0591, 0x05bd },
	{ 0x05bf, 0x05bf }, { 0x05c1, 0x05c2 },   { 0x05c4, 0x05c5 },
	{ 0x05c7, 0x05c7 }, { 0x0610, 0x061a },   { 0x064b, 0x065f },
	{ 0x0670, 0x0670 }, { 0x06d6, 0x06dc },   { 0x06df, 0x06e4 },
	{ 0x06e7, 0x06e8 }, { 0x06ea, 0x06ed },   { 0x093c, 0x093c },
	{ 0x0941, 0x0948 }, { 0x094d, 0x094d },   { 0x0e31, 0x0e31 },
	{ 0x0e34, 0x0e3a }, { 0x0e47, 0x0e4e },   { 0x1160, 0x11ff },
	{ 0x1ab0, 0x1aff }, { 0x1dc0, 0x1dff },   { 0x20d0, 0x20ff },
	{ 0x302a, 0x302d }, { 0x3099, 0x309a },   { 0xfe00, 0xfe0f },
	{ 0xfe20, 0xfe2f }, { 0xe0100, 0xe01ef },
};

/* Controls, and what hides text or turns its direction. */
static const struct range unsafe[] = {
	{ 0x0000, 0x001f },    { 0x007f, 0x009f }, { 0x00ad, 0x00ad },
	{ 0x061c, 0x061c },    { 0x180e, 0x180e }, { 0x200b, 0x200f },
	{ 0x2028, 0x202e },    { 0x2060, 0x206f }, { 0xfeff, 0xfeff },
	{ 0xfff9, 0xfffb },    { 0xe000, 0xf8ff }, { 0xe0000, 0xe007f },
	{ 0xf0000, 0x10ffff },
};

static bool is_in(const struct range *ranges, size_t n, uint32_t c)
{
	while (n) {
		const struct range *middle = &ranges[n / 2];

		if (c > middle->last) {
			ranges = middle + 1;
			n -= n / 2 + 1;
		} else if (c < middle->first) {
			n /= 2;
		} else {
			return true;
		}
	}
	return false;
}

/* Bytes of the character at @s, 0 when it is no UTF-8. */
static size_t decode(const char *s, uint32_t *ret)
{
	static const uint32_t least[] = { 0, 0, 0x80, 0x800, 0x10000 };
	const unsigned char *p = (const unsigned char *)s;
	size_t n = *p < 0x80   ? 1
		   : *p < 0xc0 ? 0
		   : *p < 0xe0 ? 2
		   : *p < 0xf0 ? 3
		   : *p < 0xf8 ? 4
			       : 0;
	uint32_t c = n == 1 ? *p : *p & (0x7fu >> n);

	for (size_t i = 1; i < n; i++) {
		if ((p[i] & 0xc0) != 0x80)
			return 0;
		c = c << 6 | (p[i] & 0x3fu);
	}
	if (!n || c < least[n] || c > 0x10ffff || (c >= 0xd800 && c <= 0xdfff))
		return 0;
	*ret = c;
	return n;
}

static int columns_of(uint32_t c)
{
	if (c < 0x300)
		return 1;
	if (is_in(combining, ARRAY_LEN(combining), c))
		return 0;
	return is_in(wide, ARRAY_LEN(wide), c) ? 2 : 1;
}

/* The character at *s, which moves behind it; what is broken is one of 1. */
static int step(const char **s)
{
	uint32_t c = '?';
	size_t n = decode(*s, &c);

	*s += n ? n : 1;
	return n ? columns_of(c) : 1;
}

/* Bytes of @s up to what is no letter, digit or the like of ASCII: most texts
   are nothing else. */
static size_t plain_begin(const char *s)
{
	size_t n = 0;

	while (s[n] >= ' ' && s[n] <= '~')
		n++;
	return n;
}

int cells_width(const char *s)
{
	size_t plain = plain_begin(s);
	int width = (int)plain;

	s += plain;
	while (*s) {
		if (*s == '\033') {
			while (*s && *s != 'm')
				s++;
			s += *s != '\0';
		} else {
			width += step(&s);
		}
	}
	return width;
}

void cells_clean(struct strbuf *b, const char *s, bool utf8)
{
	size_t plain = plain_begin(s);

	strbuf_add(b, s, plain);
	s += plain;
	while (*s) {
		uint32_t c = 0;
		size_t n = decode(s, &c);

		if (*s == '\n' || *s == '\t' || *s == '\r')
			strbuf_putc(b, ' ');
		else if (!n || is_in(unsafe, ARRAY_LEN(unsafe), c) ||
			 (n > 1 && !utf8))
			strbuf_putc(b, '?');
		else
			strbuf_add(b, s, n);
		s += n ? n : 1;
	}
}

char *cells_cleaned(const char *s, bool utf8)
{
	struct strbuf b = { 0 };

	cells_clean(&b, s, utf8);
	return strbuf_detach(&b);
}

void cells_cut(struct strbuf *b, const char *s, int most, bool utf8)
{
	const char *mark = utf8 ? "…" : "..";
	int all = cells_width(s), room = most - cells_width(mark), at = 0;
	const char *tail = s, *head = s;

	if (all <= most) {
		strbuf_puts(b, s);
		return;
	}
	if (room < 1) {
		strbuf_puts(b, most > 0 ? "?" : "");
		return;
	}
	/* the end of a path tells most, the begin of an argument list, too */
	while (*head) {
		const char *next = head;
		int columns = step(&next);

		if (at + columns > (room + 1) / 2)
			break;
		at += columns;
		head = next;
	}
	strbuf_add(b, s, (size_t)(head - s));
	strbuf_puts(b, mark);
	room -= at;
	for (int left = all; left > room;)
		left -= step(&tail);
	/* a mark without what it was on */
	while (*tail) {
		const char *next = tail;

		if (step(&next))
			break;
		tail = next;
	}
	strbuf_puts(b, tail);
}

char *cells_fitting(const char *s, int most, bool utf8)
{
	AUTO_FREE char *clean = cells_cleaned(s, utf8);
	struct strbuf b = { 0 };
	char *rest = clean;

	for (char *word; (word = strsep(&rest, " "));) {
		if (word != clean)
			strbuf_putc(&b, ' ');
		cells_cut(&b, word, most < WORD_LEAST ? WORD_LEAST : most,
			  utf8);
	}
	return strbuf_detach(&b);
}
