/*
 * All quantities of the page: a table for each subject against the reference,
 * with the intervals of the relative differences as a plot along one axis.
 */
#include "report/comparison/html_page.h"

#include "base/auto.h"
#include "base/xalloc.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static int by_size(const void *a, const void *b)
{
	const double *x = a, *y = b;

	return *x < *y ? -1 : *x > *y;
}

/*
 * As far as nine of ten intervals reach: one that is very far off would make
 * all others a dot.  What is beyond ends in an arrow.
 */
static struct html_axis axis_of(const struct html *h)
{
	const struct comparison *c = h->c;
	AUTO_FREE double *reach =
		xcalloc(c->nquantities * c->nsubjects + 1, sizeof(*reach));
	double far = 3.0 * c->options.noise;
	size_t n = 0;

	for (size_t i = 0; i < c->nquantities; i++) {
		for (size_t s = 1; s < c->nsubjects; s++) {
			const struct compare_result *r =
				&c->quantities[i].results[s];

			if (r->relative.known && (r->resampled || r->exact))
				reach[n++] = fmax(fabs(r->relative.shown.lo),
						  fabs(r->relative.shown.hi));
		}
	}
	qsort(reach, n, sizeof(*reach), by_size);
	if (n) {
		double most = reach[n - 1], usual = reach[(n - 1) * 9 / 10];

		far = fmax(far, n > 10 && most > 3.0 * usual ? usual : most);
	}
	far = fmin(far, 10.0);
	return html_axis_of(-far, far, 4);
}

static void put_ticks(const struct html *h, const struct html_axis *axis)
{
	struct spelling percent = { .factor = 100.0 };
	double step = 100.0 * axis->step / axis->scale, at;
	char buf[FMT_LEN];

	percent.digits = html_tick_digits(step);
	html_put(h, "<svg class=\"axis\" width=\"100%%\" height=\"16\" "
		    "aria-hidden=\"true\">");
	for (int i = 0; html_tick(axis, i, &at); i++) {
		/* 0 that is not quite */
		if (fabs(at) < axis->step / axis->scale * 1e-6)
			at = 0.0;
		html_put(h,
			 "<text x=\"%.2f%%\" y=\"12\" "
			 "text-anchor=\"middle\">%s%s\xe2\x80\xaf%%</text>",
			 html_at(axis, at), at > 0.0 ? "+" : "",
			 html_number(buf, &percent, at));
	}
	html_put(h, "</svg>");
}

static bool is_on(const struct html_axis *axis, double x)
{
	return x * axis->scale >= axis->lo && x * axis->scale <= axis->hi;
}

/* Where an end is beyond the axis. */
static void put_arrows(const struct html *h, const struct html_axis *axis,
		       const struct compare_interval *i)
{
	if (!is_on(axis, i->lo) && i->lo < 0.0)
		html_put(h, "<use href=\"#left\" x=\"0\" y=\"18\"/>");
	if (!is_on(axis, i->hi) && i->hi > 0.0)
		html_put(h, "<use href=\"#right\" x=\"100%%\" y=\"18\"/>");
}

static void put_interval(const struct html *h, const struct html_axis *axis,
			 const struct compare_result *r)
{
	const struct compare_interval *i = &r->relative.shown;
	double noise = h->c->options.noise;
	double lo = html_at(axis, -noise), hi = html_at(axis, noise);
	char value[FMT_LEN];

	html_put(h, "<svg class=\"forest\" width=\"100%%\" height=\"100%%\" ");
	if (!r->relative.known) {
		html_put(h, "aria-hidden=\"true\">");
	} else {
		html_put(h, "role=\"img\" aria-label=\"%s %%, ",
			 html_share(value, r->relative.value,
				    r->relative.value));
		html_put(h, "%s\">", compare_mark_name(r->mark));
	}
	html_put(h,
		 "<rect class=\"noise\" x=\"%.2f%%\" width=\"%.2f%%\" "
		 "y=\"0\" height=\"100%%\"/><line class=\"zero\" x1=\"%.2f%%\" "
		 "x2=\"%.2f%%\" y1=\"0\" y2=\"100%%\"/>",
		 lo, hi - lo, html_at(axis, 0.0), html_at(axis, 0.0));
	if (r->relative.known && (r->resampled || r->exact)) {
		html_put(h,
			 "<line class=\"span\" x1=\"%.2f%%\" x2=\"%.2f%%\" "
			 "y1=\"18\" y2=\"18\"/>",
			 html_at(axis, i->lo), html_at(axis, i->hi));
		put_arrows(h, axis, i);
	}
	if (r->relative.known && is_on(axis, r->relative.value))
		html_put(h, "<circle cx=\"%.2f%%\" cy=\"18\" r=\"4.5\"/>",
			 html_at(axis, r->relative.value));
	html_put(h, "</svg>");
}

static void put_range(const struct html *h, const struct spelling *spelling,
		      const struct compare_side *side)
{
	char buf[FMT_LEN];

	html_put(h, "<small class=\"range\">%s \xe2\x80\xa6 ",
		 html_number(buf, spelling, side->stats.min));
	html_put(h, "%s", html_number(buf, spelling, side->stats.max));
	if (side->outliers)
		html_put(h, "<br>%zu outlier%s", side->outliers,
			 side->outliers == 1 ? "" : "s");
	html_put(h, "</small>");
}

static void put_side(const struct html *h, const struct spelling *spelling,
		     size_t quantity, size_t subject)
{
	const struct compare_side *side =
		&h->c->quantities[quantity].sides[subject];
	const char *doubt = comparison_doubt(h->r, quantity, subject);
	/* more than what is left by computing */
	bool spread = side->stats.max - side->stats.min >
		      1e-9 * fabs(side->stats.mean);
	char buf[FMT_LEN];

	if (!side->n) {
		html_put(h, "<span class=\"none\">\xe2\x80\x93</span>");
		return;
	}
	html_put(h, "<span class=\"mean\">");
	html_value(h, spelling, side->stats.mean);
	if (spread)
		html_put(h, "&nbsp;<small>\xc2\xb1&nbsp;%s</small>",
			 html_number(buf, spelling, side->stats.stddev));
	html_put(h, "</span>");
	if (spread)
		put_range(h, spelling, side);
	if (doubt) {
		html_put(h, "<small class=\"suspect\">! ");
		html_text(h, doubt);
		html_put(h, "</small>");
	}
}

static void put_mark(const struct html *h, const struct compare_result *r)
{
	static const char *const signs[] = {
		[COMPARE_SAME] = "=",    [COMPARE_BETTER] = "\xe2\x9c\x93",
		[COMPARE_WORSE] = "!",   [COMPARE_DIFFERENT] = "\xe2\x89\xa0",
		[COMPARE_TOO_FEW] = "?", [COMPARE_ABSENT] = "?",
	};

	html_put(h,
		 "<span class=\"mark\"><span aria-hidden=\"true\">%s</span> "
		 "%s</span>",
		 signs[r->mark], compare_mark_name(r->mark));
	if (r->why) {
		html_put(h, "<small class=\"range\">");
		html_text(h, r->why);
		html_put(h, "</small>");
	} else if (r->mark == COMPARE_SAME &&
		   strcmp(spell_mark(r), "same") != 0) {
		html_put(h, "<small class=\"range\">%s</small>", spell_mark(r));
	}
}

static void put_row(const struct html *h, const struct html_axis *axis,
		    size_t quantity, size_t subject)
{
	const struct compare_quantity *q = &h->c->quantities[quantity];
	const struct compare_result *r = &q->results[subject];
	struct spelling spell = html_spelling(h->c, quantity);

	html_put(h, "<tr class=\"%s\"><th scope=\"row\">", html_mark(r->mark));
	html_name(h, q);
	if (*q->kind.title) {
		html_put(h, "<code>");
		html_text(h, q->kind.name);
		html_put(h, "</code>");
	}
	html_put(h, "</th><td class=\"num\" data-of=\"");
	html_text(h, h->c->subjects[0].name);
	html_put(h, "\">");
	put_side(h, &spell, quantity, 0);
	html_put(h, "</td><td class=\"num\" data-of=\"");
	html_text(h, h->c->subjects[subject].name);
	html_put(h, "\">");
	put_side(h, &spell, quantity, subject);
	html_put(h, "</td><td class=\"num change\">");
	html_delta(h, &spell, r);
	html_put(h, "</td><td class=\"plot\"><div>");
	put_interval(h, axis, r);
	html_put(h, "</div></td><td class=\"verdict\">");
	put_mark(h, r);
	html_put(h, "</td></tr>\n");
}

static void put_table(const struct html *h, const struct html_axis *axis,
		      size_t subject)
{
	html_put(h, "<table class=\"all\"><caption>");
	html_subject(h, subject);
	html_put(h, " against ");
	html_subject(h, 0);
	html_put(h, "</caption>\n<thead><tr><th scope=\"col\">Quantity</th>"
		    "<th scope=\"col\" class=\"num\">");
	html_text(h, h->c->subjects[0].name);
	html_put(h, "</th><th scope=\"col\" class=\"num\">");
	html_text(h, h->c->subjects[subject].name);
	html_put(h, "</th><th scope=\"col\" class=\"num\">Change</th>"
		    "<th scope=\"col\" class=\"plot\">"
		    "<span class=\"unseen\">Interval of the change</span>");
	put_ticks(h, axis);
	html_put(h, "</th><th scope=\"col\">Answer</th></tr></thead>\n"
		    "<tbody>\n");
	for (size_t i = 0; i < h->c->nquantities; i++)
		put_row(h, axis, i, subject);
	html_put(h, "</tbody></table>\n");
}

void html_table(const struct html *h)
{
	struct html_axis axis = axis_of(h);

	html_section(h, "quantities", "All quantities");
	html_put(h, "<p class=\"lead\">Mean \xc2\xb1 standard deviation, and "
		    "the smallest and largest of all runs. ");
	if (h->c->tests)
		html_put(h,
			 "Changes are of means, with the interval by which "
			 "they are judged: %g&nbsp;%% confidence for all %zu "
			 "tests together. ",
			 100.0 * h->c->options.confidence, h->c->tests);
	html_put(h,
		 "What is within the shaded \xc2\xb1%g&nbsp;%% is called no "
		 "difference.</p>\n",
		 100.0 * h->c->options.noise);
	html_put(h, "<label class=\"only\"><input type=\"checkbox\" "
		    "id=\"only\"> Only what differs</label>\n");
	for (size_t s = 1; s < h->c->nsubjects; s++)
		put_table(h, &axis, s);
	html_section_end(h);
}
