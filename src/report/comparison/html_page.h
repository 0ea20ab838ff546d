/*
 * A comparison as one HTML page: what its parts share.
 *
 * The page fetches nothing and runs nothing: a policy in its head forbids both,
 * so that even text that was not escaped could do no harm.  Drawings are inline
 * SVG without a view box: what lies along the axis is in percent of the width
 * and everything else in pixels, so that a drawing gets narrower without its
 * text getting smaller.
 */
#ifndef TACHO_REPORT_COMPARISON_HTML_PAGE_H
#define TACHO_REPORT_COMPARISON_HTML_PAGE_H

#include "base/fmt.h"
#include "report/comparison/comparison.h"
#include "report/comparison/spell.h"

struct html {
	FILE *out;
	const struct comparison_report *r;
	const struct comparison *c;
	size_t headline; /* the quantity that it is about; SIZE_MAX: none */
};

/* Markup as it is, never with a text from outside in it. */
void html_put(const struct html *h, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/*
 * A text from anywhere, also in an attribute: escaped; what is no UTF-8, would
 * move the cursor or turns the writing direction is replaced.
 */
void html_text(const struct html *h, const char *text);

/* The name of a subject, with its colour and mark. */
void html_subject(const struct html *h, size_t subject);

/* What people call a quantity. */
void html_name(const struct html *h, const struct compare_quantity *q);

void html_section(const struct html *h, const char *id, const char *title);
void html_section_end(const struct html *h);

/* The class of a subject's colour, "s0" ...; of a mark, "worse" */
int html_color(size_t subject);
const char *html_mark(enum compare_mark mark);

/* ---- numbers ---- */

/* As spell() does, with thin spaces and a minus sign that is one. */
struct spelling html_spelling(const struct comparison *c, size_t quantity);
char *html_number(char buf[FMT_LEN], const struct spelling *s, double number);
/* The same with its unit. */
void html_value(const struct html *h, const struct spelling *s, double number);
/* "+4.8": as many digits as a change of @size is worth */
char *html_share(char buf[FMT_LEN], double share, double size);
/* The change, and its interval where there is one. */
void html_delta(const struct html *h, const struct spelling *s,
		const struct compare_result *r);
/* Digits after the point that tell ticks at @step apart. */
int html_tick_digits(double step);

/* ---- axes ---- */

struct html_axis {
	double lo, hi, step; /* times .scale, a tenth: their distance may be
				more than a double can have */
	double scale;
};

/* From @lo to @hi and a little more, with about @ticks ticks. */
struct html_axis html_axis_of(double lo, double hi, int ticks);
/* Another number of ticks. */
void html_axis_step(struct html_axis *axis, int ticks);
/* Where @x is, in percent. */
double html_at(const struct html_axis *axis, double x);
/* The tick @i, from 0; false when there is no more. */
bool html_tick(const struct html_axis *axis, int i, double *ret);

/* ---- sections; each is empty where there is nothing to show ---- */

extern const char html_style[];
void html_gates(const struct html *h);
void html_why(const struct html *h);
void html_table(const struct html *h);
void html_strips(const struct html *h);
void html_runs(const struct html *h);
void html_topdown(const struct html *h);
void html_origins(const struct html *h);
void html_doubts(const struct html *h);
void html_notes(const struct html *h);

#endif
