/*
 * Pieces of the text view: lines, columns and the rows of counts.
 */
#ifndef TACHO_REPORT_TEXT_H
#define TACHO_REPORT_TEXT_H

#include "base/fmt.h"
#include "base/strbuf.h"
#include "report/report.h"
#include "report/view.h"

#define TEXT_NARROW 72 /* terminals below: metrics go below the counts */
#define TEXT_WIDE 100  /* terminals below: columns shrink to what they hold */

/* Columns; they only grow, so that the lines of intervals stay aligned. */
struct text_columns {
	int time, place, cpus, value, unit, name, cgroup, metric;
	bool narrow;         /* metrics go below the counts */
	char stamp[FMT_LEN]; /* the interval's time, the same in each row */
};

/* Columns that a terminal needs for @s. */
int text_width(const char *s);

/* @s in a column of @width: negative for left-aligned. */
void text_column(struct strbuf *b, const char *s, int width);

/*
 * @text broken at spaces to @width columns (0: one line), every line but the
 * first indented by @indent; ends with a newline.  Text that fits stays as it is.
 */
void text_wrap(struct strbuf *b, const char *text, int width, int indent);

/* "median 1  min 1  max 2" */
void text_spread(struct strbuf *b, const struct stats *stats, int digits,
		 const struct fmt_style *style);

/*
 * A metric's number in @buf, percentages times 100, rates in steps of 1000 with
 * the letter in @step, "~" in front when its inputs were not counted together.
 * @bound gets how far it may be off, "" when that is not known or nothing.
 * Returns where the number itself begins.
 */
const char *text_metric_number(char buf[FMT_LEN + 1], char bound[FMT_LEN],
			       const struct metric_value *value,
			       const struct fmt_style *style,
			       const char **step);

/* The numbers that were asked for by name, below the counts. */
void text_figures(struct strbuf *b, const struct text_columns *c,
		  const struct view_state *v, const struct report *r);

void text_measure(struct text_columns *c, const struct view_state *v,
		  const struct report *r);
void text_heading(struct strbuf *b, const struct text_columns *c,
		  const struct report *r);
void text_row(struct strbuf *b, const struct text_columns *c,
	      const struct view_state *v, const struct report *r,
	      const struct report_row *row);

/* The verdict with its proof, next steps and trust. */
void text_verdict(struct strbuf *b, const struct view_state *v,
		  const struct verdict *verdict);

#endif
