/*
 * The distributions of the page: for each quantity that matters, the samples of
 * all subjects on one axis, as stacked dots while they can be told apart, else
 * as a histogram, with the mean and its interval below.
 */
#include "report/comparison/html_page.h"

#include "base/auto.h"
#include "report/comparison/choose.h"

#include <math.h>
#include <string.h>

#define BINS 60
#define DOTS_MOST 7 /* in a stack */
#define CARDS_MOST 48
#define NARROWEST 300.0 /* pixels of a card */

#define HEIGHT 58.0
#define FLOOR 40.0 /* that dots and bars stand on */

/* The headline's, those that differ, and those that limits are about. */
static bool matters(const struct html *h, size_t quantity)
{
	const struct compare_quantity *q = &h->c->quantities[quantity];

	if (!q->sides[0].n || q->kind.untested)
		return false;
	for (size_t i = 0; i < h->r->ngates; i++)
		if (h->r->gates[i].quantity == quantity)
			return true;
	for (size_t s = 1; s < h->c->nsubjects; s++)
		if (choice_differs(&q->results[s]))
			return true;
	return quantity == h->headline;
}

static struct html_axis axis_of(const struct comparison *c,
				const struct compare_quantity *q)
{
	double lo = HUGE_VAL, hi = -HUGE_VAL;

	for (size_t s = 0; s < c->nsubjects; s++) {
		if (!q->sides[s].n)
			continue;
		lo = fmin(lo, q->sides[s].stats.min);
		hi = fmax(hi, q->sides[s].stats.max);
	}
	return html_axis_of(lo, hi, 5);
}

static void count(const struct html_axis *axis, const struct compare_side *side,
		  size_t bins[BINS])
{
	memset(bins, 0, BINS * sizeof(*bins));
	for (size_t i = 0; i < side->n; i++) {
		size_t bin = (size_t)(html_at(axis, side->samples[i]) *
				      (BINS / 100.0));

		bins[bin < BINS ? bin : BINS - 1]++;
	}
}

static size_t highest_of(const struct html *h, const struct html_axis *axis,
			 const struct compare_quantity *q)
{
	size_t bins[BINS], most = 0;

	for (size_t s = 0; s < h->c->nsubjects; s++) {
		count(axis, &q->sides[s], bins);
		for (size_t i = 0; i < BINS; i++)
			if (bins[i] > most)
				most = bins[i];
	}
	return most;
}

static void put_dots(const struct html *h, const struct html_axis *axis,
		     const struct compare_side *side)
{
	size_t bins[BINS] = { 0 };

	for (size_t i = 0; i < side->n; i++) {
		double at = html_at(axis, side->samples[i]);
		size_t bin = (size_t)(at * (BINS / 100.0));

		bin = bin < BINS ? bin : BINS - 1;
		html_put(h, "<circle cx=\"%.2f%%\" cy=\"%.1f\" r=\"3\"/>", at,
			 FLOOR - 4.0 - 5.0 * (double)bins[bin]++);
	}
}

static void put_bars(const struct html *h, const struct html_axis *axis,
		     const struct compare_side *side, size_t highest)
{
	size_t bins[BINS];

	count(axis, side, bins);
	for (size_t i = 0; i < BINS; i++) {
		double high = (FLOOR - 2.0) * (double)bins[i] / (double)highest;

		if (bins[i])
			html_put(h,
				 "<rect x=\"%.2f%%\" width=\"%.2f%%\" "
				 "y=\"%.1f\" height=\"%.1f\"/>",
				 100.0 * (double)i / BINS, 90.0 / BINS,
				 FLOOR - high, high);
	}
}

static void put_mean(const struct html *h, const struct html_axis *axis,
		     const struct stats *s)
{
	const double y = FLOOR + 9.0;

	/* of fewer it is wider than all that there is to see */
	if (s->n >= COMPARE_RUNS_MIN)

		html_put(h,
			 "<line class=\"ci\" x1=\"%.2f%%\" x2=\"%.2f%%\" "
			 "y1=\"%g\" y2=\"%g\"/>",
			 html_at(axis, s->ci_lo), html_at(axis, s->ci_hi), y,
			 y);
	html_put(h,
		 "<line class=\"at\" x1=\"%.2f%%\" x2=\"%.2f%%\" y1=\"%g\" "
		 "y2=\"%g\"/>",
		 html_at(axis, s->mean), html_at(axis, s->mean), y - 6.0,
		 y + 6.0);
}

static void put_side(const struct html *h, const struct html_axis *axis,
		     const struct spelling *spell, size_t quantity,
		     size_t subject, size_t highest)
{
	const struct compare_quantity *q = &h->c->quantities[quantity];
	const struct compare_side *side = &q->sides[subject];
	char buf[FMT_LEN];

	html_put(h, "<div class=\"legend\">");
	html_subject(h, subject);
	if (!side->n) {
		html_put(h, "<small>");
		html_text(h, side->absent ? side->absent : "no samples");
		html_put(h, "</small></div>");
		return;
	}
	html_put(h, "<span>");
	html_value(h, spell, side->stats.mean);
	if (subject) {
		html_put(h, " \xc2\xb7 ");
		html_delta(h, spell, &q->results[subject]);
	}
	html_put(
		h,
		"</span></div><svg class=\"strip s%d\" width=\"100%%\" "
		"height=\"%g\" role=\"img\" aria-label=\"%zu samples, mean %s ",
		html_color(subject), HEIGHT, side->n,
		html_number(buf, spell, side->stats.mean));
	html_text(h, spell->unit);
	html_put(h,
		 "\"><line class=\"floor\" x1=\"0\" x2=\"100%%\" y1=\"%g\" "
		 "y2=\"%g\"/>",
		 FLOOR, FLOOR);
	if (highest > DOTS_MOST)
		put_bars(h, axis, side, highest);
	else
		put_dots(h, axis, side);
	put_mean(h, axis, &side->stats);
	html_put(h, "</svg>\n");
}

static size_t characters(const char *text)
{
	size_t n = 0;

	for (; *text; text++)
		n += (*text & 0xc0) != 0x80;
	return n;
}

/*
 * Ticks, as many as have room for their text where a card is narrowest; none so
 * near to an end that its text would be cut off.
 */
static void put_axis(const struct html *h, const struct html_axis *axis,
		     const struct spelling *spelling)
{
	struct spelling ticks = *spelling;
	struct html_axis own = *axis;
	double step = axis->step / axis->scale * ticks.factor, at, wide;
	char buf[FMT_LEN];

	ticks.digits = html_tick_digits(step);
	html_number(buf, &ticks, axis->hi / axis->scale);
	wide = 7.0 * (double)characters(buf);
	html_axis_step(&own,
		       (int)fmin(fmax(NARROWEST / (wide + 16.0), 2.0), 5.0));
	html_put(h, "<svg class=\"axis\" width=\"100%%\" height=\"18\" "
		    "aria-hidden=\"true\">");
	for (int i = 0; html_tick(&own, i, &at); i++) {
		double x = html_at(&own, at);

		html_put(h,
			 "<line x1=\"%.2f%%\" x2=\"%.2f%%\" y1=\"0\" "
			 "y2=\"4\"/>",
			 x, x);
		if (fabs(x - 50.0) < 50.0 - 50.0 * wide / NARROWEST)
			html_put(h,
				 "<text x=\"%.2f%%\" y=\"16\" "
				 "text-anchor=\"middle\">%s</text>",
				 x, html_number(buf, &ticks, at));
	}
	html_put(h, "</svg>\n");
}

static void put_card(const struct html *h, size_t quantity)
{
	const struct compare_quantity *q = &h->c->quantities[quantity];
	struct html_axis axis = axis_of(h->c, q);
	struct spelling spell = html_spelling(h->c, quantity);
	size_t highest = highest_of(h, &axis, q);

	html_put(h, "<figure class=\"card\"><figcaption>");
	html_name(h, q);
	if (*spell.unit) {
		html_put(h, " <small>in ");
		html_text(h, spell.unit);
		html_put(h, "</small>");
	}
	html_put(h, "</figcaption>\n");
	for (size_t s = 0; s < h->c->nsubjects; s++)
		put_side(h, &axis, &spell, quantity, s, highest);
	put_axis(h, &axis, &spell);
	html_put(h, "</figure>\n");
}

void html_strips(const struct html *h)
{
	size_t shown = 0, left = 0;

	for (size_t i = 0; i < h->c->nquantities; i++) {
		if (!matters(h, i))
			continue;
		if (!shown) {
			html_section(h, "distributions", "Distributions");
			html_put(h,
				 "<p class=\"lead\">Every sample of what "
				 "differs, of the headline and of what limits "
				 "are about. Below them the mean and its "
				 "95&nbsp;%% interval.</p>\n"
				 "<div class=\"cards\">\n");
		}
		if (shown < CARDS_MOST)
			put_card(h, i);
		left += shown >= CARDS_MOST;
		shown++;
	}
	if (!shown)
		return;
	html_put(h, "</div>\n");
	if (left)
		html_put(h,
			 "<p class=\"lead\">%zu more differ; their numbers are "
			 "in the table.</p>\n",
			 left);
	html_section_end(h);
}
