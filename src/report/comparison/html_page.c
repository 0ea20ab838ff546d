/* Text, names and sections of the page; see html_page.h. */
#include "report/comparison/html_page.h"

#include "base/auto.h"

#include <stdarg.h>
#include <string.h>

void html_put(const struct html *h, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	vfprintf(h->out, format, args);
	va_end(args);
}

/*
 * The length of the UTF-8 sequence at @s and its number, 0 when it is none:
 * not the shortest, a surrogate, or beyond what there is.
 */
static size_t decode(const unsigned char *s, unsigned *ret)
{
	static const unsigned least[] = { 0, 0, 0x80, 0x800, 0x10000 };
	size_t n = *s < 0x80             ? 1
		   : (*s & 0xe0) == 0xc0 ? 2
		   : (*s & 0xf0) == 0xe0 ? 3
		   : (*s & 0xf8) == 0xf0 ? 4
					 : 0;
	unsigned code;

	if (!n)
		return 0;
	code = n == 1 ? *s : *s & (0x7fu >> n);
	for (size_t i = 1; i < n; i++) {
		if ((s[i] & 0xc0) != 0x80)
			return 0;
		code = code << 6 | (s[i] & 0x3fu);
	}
	if (code < least[n] || code > 0x10ffff ||
	    (code >= 0xd800 && code <= 0xdfff))
		return 0;
	*ret = code;
	return n;
}

/* Controls, marks of direction, and what is no character at all. */
static bool is_harmful(unsigned code)
{
	return code < 0x20 || (code >= 0x7f && code < 0xa0) || code == 0x061c ||
	       code == 0x200e || code == 0x200f ||
	       (code >= 0x2028 && code <= 0x202e) ||
	       (code >= 0x2066 && code <= 0x2069) || code == 0xfeff ||
	       (code & 0xfffe) == 0xfffe;
}

void html_text(const struct html *h, const char *text)
{
	static const char *const escapes[128] = {
		['&'] = "&amp;",  ['<'] = "&lt;",   ['>'] = "&gt;",
		['"'] = "&quot;", ['\''] = "&#39;",
	};
	const unsigned char *s = (const unsigned char *)text;

	while (*s) {
		unsigned code = 0;
		size_t n = decode(s, &code);

		if (!n || is_harmful(code))
			fputs(code == '\n' || code == '\t' ? " "
							   : "\xef\xbf\xbd",
			      h->out);
		else if (n == 1 && escapes[*s])
			fputs(escapes[*s], h->out);
		else
			fwrite(s, 1, n, h->out);
		s += n ? n : 1;
	}
}

#define COLORS 6

int html_color(size_t subject)
{
	return (int)(subject % COLORS);
}

void html_subject(const struct html *h, size_t subject)
{
	html_put(h,
		 "<span class=\"who s%d\"><svg aria-hidden=\"true\" "
		 "width=\"12\" height=\"12\"><use href=\"#m%d\" x=\"6\" "
		 "y=\"6\"/></svg><b>",
		 html_color(subject), html_color(subject));
	html_text(h, h->c->subjects[subject].name);
	html_put(h, "</b></span>");
}

void html_name(const struct html *h, const struct compare_quantity *q)
{
	AUTO_FREE char *name = spell_name(q, true);

	html_text(h, name);
}

const char *html_mark(enum compare_mark mark)
{
	static const char *const classes[] = {
		[COMPARE_SAME] = "same",
		[COMPARE_BETTER] = "better",
		[COMPARE_WORSE] = "worse",
		[COMPARE_DIFFERENT] = "different",
		[COMPARE_TOO_FEW] = "unknown",
		[COMPARE_ABSENT] = "unknown",
	};

	_Static_assert(ARRAY_LEN(classes) == COMPARE_MARKS,
		       "every mark has a class");
	return classes[mark];
}

void html_section(const struct html *h, const char *id, const char *title)
{
	html_put(h,
		 "<section id=\"%s\" aria-labelledby=\"%s-title\">\n"
		 "<h2 id=\"%s-title\">%s</h2>\n",
		 id, id, id, title);
}

void html_section_end(const struct html *h)
{
	html_put(h, "</section>\n");
}
