/*
 * The timeline of the page: the headline's quantity of each run, in the order
 * in which they were made, with those that were disturbed or left out.
 */
#include "report/comparison/html_page.h"

#include "base/auto.h"

#include <math.h>
#include <string.h>

#define HEIGHT 220.0
#define DENSE 300

struct timeline {
	const struct html *h;
	struct spelling spell;
	struct html_axis x, y;
	bool by_order; /* when they were made is not known */
	bool dense;    /* marks would cover each other: dots */
};

/* What run @i has; false where it has nothing. */
static bool value_of(const struct html *h, size_t i, double *ret)
{
	const struct comparison_run *run = &h->r->runs[i];
	const struct compare_quantity *q = &h->c->quantities[h->headline];
	const struct compare_side *side = &q->sides[run->subject];

	for (size_t k = 0; k < side->n && run->run != SIZE_MAX; k++) {
		if (side->runs[k] == run->run) {
			*ret = side->samples[k];
			return true;
		}
	}
	/* of those that were left out nothing but the time is at hand */
	*ret = run->wall_s;
	return run->run == SIZE_MAX && run->wall_s >= 0.0 &&
	       !strcmp(q->kind.name, "time");
}

/* False without anything to draw. */
static bool measure(struct timeline *t)
{
	const struct html *h = t->h;
	double lo = HUGE_VAL, hi = -HUGE_VAL, y, end = 0.0;

	for (size_t i = 0; i < h->r->nruns; i++) {
		t->by_order |= h->r->runs[i].start_s < 0.0;
		end = fmax(end, h->r->runs[i].start_s);
		if (!value_of(h, i, &y))
			continue;
		lo = fmin(lo, y);
		hi = fmax(hi, y);
	}
	if (!(lo <= hi))
		return false;
	if (t->by_order)
		end = (double)(h->r->nruns - 1);
	t->dense = h->r->nruns > DENSE;
	t->spell = html_spelling(h->c, h->headline);
	t->x = html_axis_of(0.0, end, 5);
	t->y = html_axis_of(lo, hi, 4);
	return true;
}

/* From the top, in pixels. */
static double top_of(const struct timeline *t, double y)
{
	return HEIGHT * (1.0 - html_at(&t->y, y) / 100.0);
}

static void put_grid(const struct timeline *t)
{
	struct spelling short_of = t->spell;
	double step = t->y.step / t->y.scale * t->spell.factor, at;
	char buf[FMT_LEN];

	short_of.digits = html_tick_digits(step);
	for (int i = 0; html_tick(&t->y, i, &at); i++)
		html_put(t->h,
			 "<line class=\"grid\" x1=\"0\" x2=\"100%%\" "
			 "y1=\"%.1f\" y2=\"%.1f\"/><text x=\"-8\" y=\"%.1f\" "
			 "text-anchor=\"end\">%s</text>",
			 top_of(t, at), top_of(t, at), top_of(t, at) + 4.0,
			 html_number(buf, &short_of, at));
	for (int i = 0; html_tick(&t->x, i, &at); i++)
		html_put(t->h,
			 "<text x=\"%.2f%%\" y=\"%g\" "
			 "text-anchor=\"middle\">%g%s</text>",
			 html_at(&t->x, at), HEIGHT + 18.0,
			 t->by_order ? at + 1.0 : at,
			 t->by_order ? "" : "\xe2\x80\xafs");
}

static void put_means(const struct timeline *t)
{
	const struct html *h = t->h;

	for (size_t s = 0; s < h->c->nsubjects; s++) {
		const struct compare_side *side =
			&h->c->quantities[h->headline].sides[s];
		double y = top_of(t, side->stats.mean);

		if (side->n)
			html_put(h,
				 "<line class=\"average s%d\" x1=\"0\" "
				 "x2=\"100%%\" y1=\"%.1f\" y2=\"%.1f\"/>",
				 html_color(s), y, y);
	}
}

/* "./new, 1.34 s, disturbed: contention" */
static void put_title(const struct timeline *t, size_t i, double y)
{
	const struct html *h = t->h;
	const struct comparison_run *run = &h->r->runs[i];
	const char *between = ", disturbed: ";
	char buf[FMT_LEN];

	html_put(h, "<title>");
	html_text(h, h->c->subjects[run->subject].name);
	html_put(h, ", %s ", html_number(buf, &t->spell, y));
	html_text(h, t->spell.unit);
	if (run->run == SIZE_MAX)
		html_put(h, ", left out");
	for (unsigned k = 0; k < DISTURBANCE_KINDS; k++) {
		if (!(run->disturbance.kinds & 1u << k))
			continue;
		html_put(h, "%s%s", between, disturbance_name(k));
		between = ", ";
	}
	html_put(h, "</title>");
}

static void put_run(const struct timeline *t, size_t i)
{
	const struct comparison_run *run = &t->h->r->runs[i];
	int color = html_color(run->subject);
	double x, y;

	if (!value_of(t->h, i, &y))
		return;
	x = html_at(&t->x, t->by_order ? (double)i : run->start_s);
	html_put(t->h, "<g class=\"run s%d%s\">", color,
		 run->run == SIZE_MAX ? " out" : "");
	put_title(t, i, y);
	if (run->disturbance.kinds)
		html_put(t->h,
			 "<circle class=\"ring\" cx=\"%.2f%%\" cy=\"%.1f\" "
			 "r=\"%d\"/>",
			 x, top_of(t, y), t->dense ? 4 : 9);
	if (t->dense)
		html_put(t->h,
			 "<circle cx=\"%.2f%%\" cy=\"%.1f\" r=\"2\"/></g>\n", x,
			 top_of(t, y));
	else
		html_put(t->h,
			 "<use href=\"#m%d\" x=\"%.2f%%\" y=\"%.1f\"/></g>\n",
			 color, x, top_of(t, y));
}

static void put_legend(const struct html *h)
{
	size_t disturbed = 0, out = 0;

	for (size_t i = 0; i < h->r->nruns; i++) {
		disturbed += h->r->runs[i].disturbance.kinds != 0;
		out += h->r->runs[i].run == SIZE_MAX;
	}
	html_put(h, "<p class=\"key\">");
	for (size_t s = 0; s < h->c->nsubjects; s++)
		html_subject(h, s);
	if (disturbed)
		html_put(h,
			 "<span class=\"who\"><svg aria-hidden=\"true\" "
			 "width=\"20\" height=\"20\"><circle class=\"ring\" "
			 "cx=\"10\" cy=\"10\" r=\"8\"/></svg>disturbed: %zu "
			 "of %zu runs</span>",
			 disturbed, h->r->nruns);
	if (out)
		html_put(h, "<span class=\"who\">pale: left out (%zu)</span>",
			 out);
	html_put(h, "</p>\n");
}

void html_runs(const struct html *h)
{
	struct timeline t = { .h = h };

	if (h->headline == SIZE_MAX || !measure(&t))
		return;
	html_section(h, "runs",
		     t.by_order ? "The runs in their order"
				: "The runs over time");
	html_put(h, "<p class=\"lead\">");
	html_name(h, &h->c->quantities[h->headline]);
	if (*t.spell.unit) {
		html_put(h, " in ");
		html_text(h, t.spell.unit);
	}
	html_put(h,
		 " of each run. %s Lines are means.</p>\n"
		 "<svg class=\"timeline%s\" height=\"%g\" role=\"img\" "
		 "aria-label=\"%zu runs in the order of time\">\n",
		 h->c->paired ? "Runs were interleaved, so that what drifts "
				"meets all subjects alike."
			      : "Runs were not interleaved: what drifted "
				"meanwhile looks like a difference.",
		 t.dense ? " dense" : "", HEIGHT + 24.0, h->r->nruns);
	put_grid(&t);
	put_means(&t);
	for (size_t i = 0; i < h->r->nruns; i++)
		put_run(&t, i);
	html_put(h, "</svg>\n");
	put_legend(h);
	html_section_end(h);
}
