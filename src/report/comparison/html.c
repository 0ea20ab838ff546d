/* The page from its head to its end; see html_page.h. */
#include "report/comparison/html_page.h"

#include "base/auto.h"
#include "report/comparison/choose.h"
#include "report/comparison/facts.h"
#include "report/comparison/unit.h"

#include <inttypes.h>
#include <string.h>

/* Marks of subjects, which differ in form and not in colour alone; arrows. */
static const char shapes[] =
	"<svg width=\"0\" height=\"0\" aria-hidden=\"true\" class=\"unseen\">"
	"<defs><circle id=\"m0\" r=\"4.5\"/>"
	"<path id=\"m1\" d=\"M0-6 6 0 0 6-6 0z\"/>"
	"<path id=\"m2\" d=\"M-4.5-4.5h9v9h-9z\"/>"
	"<path id=\"m3\" d=\"M0-6 6 5H-6z\"/>"
	"<path id=\"m4\" d=\"M0 6 6-5H-6z\"/>"
	"<path id=\"m5\" d=\"M-2-6h4v4h4v4H2v4h-4V2h-4v-4h4z\"/>"
	"<path id=\"left\" d=\"M0 0 7-5v10z\"/>"
	"<path id=\"right\" d=\"M0 0-7-5v10z\"/></defs></svg>\n";

/* ---- the head ---- */

static void put_head(const struct html *h)
{
	html_put(h, "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n"
		    "<meta charset=\"utf-8\">\n"
		    "<meta http-equiv=\"Content-Security-Policy\" "
		    "content=\"default-src 'none'; style-src 'unsafe-inline'; "
		    "base-uri 'none'; form-action 'none'\">\n"
		    "<meta name=\"viewport\" content=\"width=device-width, "
		    "initial-scale=1\">\n"
		    "<meta name=\"color-scheme\" content=\"light dark\">\n"
		    "<meta name=\"generator\" content=\"tacho ");
	html_text(h, h->r->version ? h->r->version : "");
	html_put(h, "\">\n<title>");
	for (size_t s = 0; s < h->c->nsubjects; s++) {
		html_put(h, "%s", s == 0 ? "" : s == 1 ? " against " : ", ");
		html_text(h, h->c->subjects[s].name);
	}
	html_put(h, "</title>\n<style>\n");
	fputs(html_style, h->out);
	html_put(h, "</style>\n</head>\n<body>\n");
	fputs(shapes, h->out);
}

/* "24 runs of each, interleaved", and what a repeat needs to know */
static void put_summary(const struct html *h)
{
	const struct comparison *c = h->c;
	size_t least = SIZE_MAX, most = 0;

	for (size_t s = 0; s < c->nsubjects; s++) {
		size_t n = c->subjects[s].nruns;

		least = n < least ? n : least;
		most = n > most ? n : most;
	}
	html_put(h, "<p class=\"meta\"><span>");
	if (least == most)
		html_put(h, "%zu run%s of each", most, most == 1 ? "" : "s");
	else
		html_put(h, "%zu to %zu runs of each", least, most);
	html_put(h, "%s</span>", c->paired ? ", interleaved" : "");
	html_put(h, "<span>%zu quantities</span><span>", c->nquantities);
	html_text(h, h->r->source_how ? h->r->source_how
		     : h->r->source   ? h->r->source
				      : "");
	html_put(h, "%s</span>", h->r->simulated ? ", simulated" : "");
	if (h->r->has_seed)
		html_put(h, "<span>seed %" PRIu64 "</span>", h->r->seed);
	html_put(h, "<span>tacho ");
	html_text(h, h->r->version ? h->r->version : "");
	html_put(h, "</span></p>\n");
}

static void put_headlines(const struct html *h)
{
	html_put(h, "<header>\n<p class=\"over\">tacho comparison</p>\n"
		    "<h1 class=\"unseen\">Comparison</h1>\n");
	for (size_t s = 1; s < h->c->nsubjects; s++) {
		AUTO_FREE char *headline = comparison_headline(h->r, s);
		const char *class = "unknown";

		if (h->headline != SIZE_MAX)
			class = html_mark(
				h->c->quantities[h->headline].results[s].mark);
		html_put(h, "<p class=\"headline %s\">", class);
		html_text(h, headline);
		html_put(h, "</p>\n");
		if (facts_has_why(h->r, s)) {
			AUTO_FREE char *words =
				why_words(&h->r->subjects[s].why);

			html_put(h, "<p class=\"words\">");
			html_text(h, words);
			html_put(h, "</p>\n");
		}
	}
	put_summary(h);
	if (h->r->interrupted)
		html_put(h, "<p class=\"doubt\">Interrupted: there are fewer "
			    "runs than were asked for.</p>\n");
	html_put(h, "</header>\n");
}

/* ---- small sections ---- */

void html_doubts(const struct html *h)
{
	static const char *const classes[] = {
		[PROVENANCE_TOLD] = "told",
		[PROVENANCE_DOUBTS] = "doubts",
		[PROVENANCE_DEFEATS] = "defeats",
	};
	bool any = false;

	for (size_t s = 1; s < h->c->nsubjects; s++) {
		const struct comparison_subject *subject = &h->r->subjects[s];

		for (size_t i = 0; i < subject->ndifferences; i++) {
			const struct provenance_difference *d =
				&subject->differences[i];

			if (d->severity == PROVENANCE_TOLD)
				continue;
			if (!any)
				html_put(h, "<ul class=\"callouts\" "
					    "aria-label=\"doubts\">\n");
			any = true;
			html_put(h, "<li class=\"%s\">", classes[d->severity]);
			/* in the order that the text has */
			html_subject(h, 0);
			html_put(h, " and ");
			html_subject(h, s);
			html_put(h, " ");
			html_text(h, d->text);
			html_put(h, "</li>\n");
		}
	}
	if (any)
		html_put(h, "</ul>\n");
}

void html_gates(const struct html *h)
{
	static const struct {
		const char *class, *word;
	} answers[] = {
		[GATE_HOLDS] = { "better", "\xe2\x9c\x93 pass" },
		[GATE_FAILS] = { "worse", "\xe2\x9c\x97 fail" },
		[GATE_UNSURE] = { "unknown", "? unsure" },
	};

	if (!h->r->ngates)
		return;
	html_section(h, "limits", "Limits");
	html_put(h, "<ul class=\"gates\">\n");
	for (size_t i = 0; i < h->r->ngates; i++) {
		const struct comparison_gate *g = &h->r->gates[i];

		html_put(h,
			 "<li class=\"%s\"><span class=\"mark\">%s</span> "
			 "<span>fail if <code>",
			 answers[g->result.answer].class,
			 answers[g->result.answer].word);
		html_text(h, g->gate->text);
		html_put(h, "</code> ");
		if (h->c->nsubjects > 2)
			html_subject(h, g->subject);
		html_put(h, "<small>");
		html_text(h, g->result.reason ? g->result.reason : "");
		html_put(h, "</small></span></li>\n");
	}
	html_put(h, "</ul>\n");
	html_section_end(h);
}

void html_notes(const struct html *h)
{
	if (!h->r->nnotes && !h->r->nleft_out)
		return;
	html_section(h, "notes", "Notes");
	html_put(h, "<ul class=\"notes\">\n");
	for (size_t i = 0; i < h->r->nnotes; i++) {
		html_put(h, "<li>");
		html_text(h, h->r->notes[i]);
		html_put(h, "</li>\n");
	}
	for (size_t i = 0; i < h->r->nleft_out; i++) {
		const struct comparison_left_out *l = &h->r->left_out[i];

		html_put(h, "<li>Not counted: <code>");
		html_text(h, l->names ? l->names : "");
		html_put(h, "</code>: ");
		html_text(h, l->why ? l->why : "no reason is known");
		if (l->hint) {
			html_put(h, "; try: <code>");
			html_text(h, l->hint);
			html_put(h, "</code>");
		}
		html_put(h, "</li>\n");
	}
	html_put(h, "</ul>\n");
	html_section_end(h);
}

static void put_all(const struct comparison_report *r,
		    const struct comparison_style *style)
{
	struct html h = { .out = style->out, .r = r, .c = r->comparison };

	h.headline = choice_headline(r);
	put_head(&h);
	put_headlines(&h);
	html_put(&h, "<main>\n");
	html_doubts(&h);
	html_gates(&h);
	html_why(&h);
	html_table(&h);
	html_strips(&h);
	html_runs(&h);
	html_topdown(&h);
	html_origins(&h);
	html_notes(&h);
	html_put(&h, "</main>\n</body>\n</html>\n");
}

static int show(const struct comparison_report *r,
		const struct comparison_style *style, struct err *err)
{
	return comparison_write_by(put_all, r, style, err);
}

const struct comparison_view comparison_html = {
	.name = "html",
	.summary = "one page with drawings, to be opened or attached",
	.show = show,
};
