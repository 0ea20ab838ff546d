/*
 * Where the numbers of the page come from: each subject's runs and provenance
 * side by side, with what differs marked.
 */
#include "report/comparison/html_page.h"

#include "base/auto.h"

#include <string.h>
#include <time.h>

/* The worst difference in @what; NULL. */
static const struct provenance_difference *
difference_of(const struct html *h, enum provenance_what what)
{
	const struct provenance_difference *worst = NULL;

	for (size_t s = 1; s < h->c->nsubjects; s++) {
		const struct comparison_subject *subject = &h->r->subjects[s];

		for (size_t i = 0; i < subject->ndifferences; i++) {
			const struct provenance_difference *d =
				&subject->differences[i];

			if (d->what == what &&
			    (!worst || d->severity > worst->severity))
				worst = d;
		}
	}
	return worst;
}

static const char *item_of(const struct html *h, size_t subject,
			   enum provenance_what what)
{
	const struct provenance *p = h->r->subjects[subject].provenance;

	return p ? p->items[what] : NULL;
}

static bool is_known(const struct html *h, enum provenance_what what)
{
	for (size_t s = 0; s < h->c->nsubjects; s++)
		if (item_of(h, s, what))
			return true;
	return false;
}

/* "cpu_model" as "cpu model" */
static void put_key(const struct html *h, const char *key)
{
	for (; *key; key++)
		html_put(h, "%c", *key == '_' ? ' ' : *key);
}

static void put_item(const struct html *h, enum provenance_what what)
{
	static const char *const classes[] = {
		[PROVENANCE_TOLD] = "told",
		[PROVENANCE_DOUBTS] = "doubts",
		[PROVENANCE_DEFEATS] = "defeats",
	};
	static const char *const words[] = {
		[PROVENANCE_TOLD] = "differs",
		[PROVENANCE_DOUBTS] = "differs, a possible reason",
		[PROVENANCE_DEFEATS] = "differs: does not compare",
	};
	const struct provenance_difference *d = difference_of(h, what);

	if (!is_known(h, what))
		return;
	html_put(h, "<tr class=\"%s\"><th scope=\"row\">",
		 d ? classes[d->severity] : "equal");
	put_key(h, provenance_key(what));
	if (d)
		html_put(h, "<small class=\"differs\">%s</small>",
			 words[d->severity]);
	html_put(h, "</th>");
	for (size_t s = 0; s < h->c->nsubjects; s++) {
		const char *text = item_of(h, s, what);

		html_put(h, "<td>");
		html_text(h, text ? text : "not known");
		html_put(h, "</td>");
	}
	html_put(h, "</tr>\n");
}

static void put_began(const struct html *h, size_t subject)
{
	time_t at = (time_t)h->r->subjects[subject].started_at;
	struct tm tm;
	char buf[64];

	if (at > 0 && gmtime_r(&at, &tm) &&
	    strftime(buf, sizeof(buf), "%Y-%m-%d %H:%M:%S UTC", &tm))
		html_put(h, "%s", buf);
	else
		html_put(h, "not known");
}

static void put_runs(const struct html *h, size_t subject)
{
	const struct comparison_subject *s = &h->r->subjects[subject];
	const char *between = " (";

	html_put(h, "%zu measured, %zu compared", s->measured,
		 h->c->subjects[subject].nruns);
	if (s->dropped)
		html_put(h, ", %zu left out", s->dropped);
	if (s->disturbed) {
		html_put(h, ", %zu disturbed", s->disturbed);
		for (unsigned i = 0; i < DISTURBANCE_KINDS; i++) {
			if (!s->by_kind[i])
				continue;
			html_put(h, "%s%s: %zu", between, disturbance_name(i),
				 s->by_kind[i]);
			between = ", ";
		}
		html_put(h, "%s", *between == ',' ? ")" : "");
	}
	if (s->failed)
		html_put(h, ", %zu failed", s->failed);
}

static void put_origin(const struct html *h, size_t subject)
{
	const char *origin = h->r->subjects[subject].origin;

	html_text(h, origin ? origin : "measured now");
}

static void put_line(const struct html *h, const char *title,
		     void (*put)(const struct html *h, size_t subject))
{
	html_put(h, "<tr><th scope=\"row\">%s</th>", title);
	for (size_t s = 0; s < h->c->nsubjects; s++) {
		html_put(h, "<td>");
		put(h, s);
		html_put(h, "</td>");
	}
	html_put(h, "</tr>\n");
}

void html_origins(const struct html *h)
{
	html_section(h, "provenance", "Where the numbers come from");
	html_put(h, "<div class=\"wide\"><table class=\"origin\">"
		    "<caption class=\"unseen\">Provenance of each subject"
		    "</caption><thead><tr><td></td>");
	for (size_t s = 0; s < h->c->nsubjects; s++) {
		html_put(h, "<th scope=\"col\">");
		html_subject(h, s);
		html_put(h, "</th>");
	}
	html_put(h, "</tr></thead><tbody>\n");
	put_line(h, "recording", put_origin);
	put_line(h, "began", put_began);
	put_line(h, "runs", put_runs);
	for (int i = 0; i < PROVENANCES; i++)
		put_item(h, (enum provenance_what)i);
	html_put(h, "</tbody></table></div>\n");
	html_section_end(h);
}
