/*
 * Where the slots of the cores went, side by side: a bar for each subject, and
 * below it the shares as far as they are known.
 */
#include "report/comparison/html_page.h"

#include "base/auto.h"

#include <math.h>

/* As a tree is read. */
static const struct {
	enum why_share share;
	const char *title;
	int depth;
} rows[] = {
	{ WHY_RETIRING, "Retiring", 0 },
	{ WHY_BAD_SPECULATION, "Bad speculation", 0 },
	{ WHY_BRANCH_MISPREDICTS, "Branch mispredicts", 1 },
	{ WHY_MACHINE_CLEARS, "Machine clears", 1 },
	{ WHY_FRONTEND_BOUND, "Frontend bound", 0 },
	{ WHY_FETCH_LATENCY, "Fetch latency", 1 },
	{ WHY_FETCH_BANDWIDTH, "Fetch bandwidth", 1 },
	{ WHY_BACKEND_BOUND, "Backend bound", 0 },
	{ WHY_CORE_BOUND, "Core bound", 1 },
	{ WHY_MEMORY_BOUND, "Memory bound", 1 },
	{ WHY_L1_BOUND, "L1 bound", 2 },
	{ WHY_L2_BOUND, "L2 bound", 2 },
	{ WHY_L3_BOUND, "L3 bound", 2 },
	{ WHY_DRAM_BOUND, "DRAM bound", 2 },
	{ WHY_STORE_BOUND, "Store bound", 2 },
};
_Static_assert(ARRAY_LEN(rows) == WHY_SHARES, "every share has a row");

/* The quantity of a share, NULL when it was not even tried. */
static const struct compare_quantity *quantity_of(const struct html *h,
						  enum why_share share)
{
	size_t q = compare_find(h->c, why_share_metric(share));

	return q == SIZE_MAX ? NULL : &h->c->quantities[q];
}

static bool is_known(const struct html *h, const struct compare_quantity *q)
{
	for (size_t s = 0; q && s < h->c->nsubjects; s++)
		if (q->sides[s].n)
			return true;
	return false;
}

/* Of one side in percent; 0 where it is not known. */
static double percent_of(const struct compare_quantity *q, size_t subject)
{
	double share = q->sides[subject].n ? q->sides[subject].stats.mean : 0.0;

	return 100.0 * fmin(fmax(share, 0.0), 1.0);
}

/* All of the first level, one after the other. */
static void put_stack(const struct html *h, size_t subject)
{
	double from = 0.0;

	html_put(h, "<div class=\"legend\">");
	html_subject(h, subject);
	html_put(h, "</div><svg class=\"stack\" width=\"100%%\" height=\"26\" "
		    "role=\"img\" aria-label=\"top-down shares of ");
	html_text(h, h->c->subjects[subject].name);
	html_put(h, "\">");
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		const struct compare_quantity *q =
			quantity_of(h, rows[i].share);
		double percent;

		if (rows[i].depth || !is_known(h, q))
			continue;
		percent = fmin(percent_of(q, subject), 100.0 - from);
		html_put(h,
			 "<rect class=\"t%d\" x=\"%.2f%%\" width=\"%.2f%%\" "
			 "height=\"26\"><title>%s: %.1f %%</title></rect>",
			 (int)rows[i].share, from, percent, rows[i].title,
			 percent);
		from += percent;
	}
	html_put(h, "</svg>\n");
}

static void put_cell(const struct html *h, const struct compare_quantity *q,
		     size_t subject)
{
	const struct compare_side *side = &q->sides[subject];

	html_put(h, "<td>");
	if (!side->n) {
		html_put(h, "<span class=\"none\">");
		html_text(h, side->absent ? side->absent : "no samples");
		html_put(h, "</span></td>");
		return;
	}
	html_put(
		h,
		"<span class=\"share\"><svg class=\"s%d\" width=\"100%%\" height=\"8\" "
		"aria-hidden=\"true\"><rect width=\"%.2f%%\" height=\"8\" "
		"rx=\"2\"/></svg>%.1f&nbsp;%%</span></td>",
		html_color(subject), percent_of(q, subject),
		100.0 * side->stats.mean);
}

static void put_row(const struct html *h, size_t row)
{
	const struct compare_quantity *q = quantity_of(h, rows[row].share);

	if (!is_known(h, q))
		return;
	html_put(h, "<tr class=\"depth%d\"><th scope=\"row\">",
		 rows[row].depth);
	if (!rows[row].depth)
		html_put(h,
			 "<svg aria-hidden=\"true\" width=\"12\" "
			 "height=\"12\"><rect class=\"t%d\" width=\"12\" "
			 "height=\"12\" rx=\"2\"/></svg> ",
			 (int)rows[row].share);
	html_put(h, "%s</th>", rows[row].title);
	for (size_t s = 0; s < h->c->nsubjects; s++)
		put_cell(h, q, s);
	html_put(h, "</tr>\n");
}

/* Tried, and not known: the reason; never tried: nothing at all. */
static bool put_absence(const struct html *h)
{
	const struct compare_quantity *q = quantity_of(h, WHY_BACKEND_BOUND);

	if (is_known(h, q) || is_known(h, quantity_of(h, WHY_RETIRING)))
		return false;
	if (!q)
		return true;
	html_section(h, "topdown", "Where the cores' slots went");
	html_put(h, "<p>Not known");
	if (q->sides[0].absent) {
		html_put(h, ": ");
		html_text(h, q->sides[0].absent);
	}
	html_put(h, ".</p>\n");
	html_section_end(h);
	return true;
}

void html_topdown(const struct html *h)
{
	if (put_absence(h))
		return;
	html_section(h, "topdown", "Where the cores\xe2\x80\x99 slots went");
	html_put(h, "<p class=\"lead\">Top-down shares, means of all runs. "
		    "What differs is marked in the table of all "
		    "quantities.</p>\n");
	for (size_t s = 0; s < h->c->nsubjects; s++)
		put_stack(h, s);
	html_put(h, "<table class=\"tree\"><caption class=\"unseen\">Top-down "
		    "shares</caption><thead><tr><th scope=\"col\">Share</th>");
	for (size_t s = 0; s < h->c->nsubjects; s++) {
		html_put(h, "<th scope=\"col\">");
		html_text(h, h->c->subjects[s].name);
		html_put(h, "</th>");
	}
	html_put(h, "</tr></thead><tbody>\n");
	for (size_t i = 0; i < ARRAY_LEN(rows); i++)
		put_row(h, i);
	html_put(h, "</tbody></table>\n");
	html_section_end(h);
}
