/*
 * Why the time changed: the parts of the page's waterfall, each beginning where
 * the one before it ended, so that the last one ends at the whole change.
 */
#include "report/comparison/html_page.h"

#include "report/comparison/facts.h"

#include <math.h>
#include <string.h>

static struct html_axis axis_of(const struct html *h)
{
	double lo = 0.0, hi = 0.0;

	for (size_t s = 1; s < h->c->nsubjects; s++) {
		const struct why *why = &h->r->subjects[s].why;
		double sum = 0.0;

		if (!facts_has_why(h->r, s))
			continue;
		for (size_t i = 0; i < why->nparts; i++) {
			double detailed = sum;

			for (size_t k = 0; k < why->parts[i].ndetails; k++) {
				detailed += why->parts[i].details[k].part;
				lo = fmin(lo, detailed);
				hi = fmax(hi, detailed);
			}
			sum += why->parts[i].part;
			lo = fmin(lo, sum);
			hi = fmax(hi, sum);
		}
	}
	return html_axis_of(lo, hi, 4);
}

/* One line: from @from on, @part more. */
static void put_step(const struct html *h, const struct html_axis *axis,
		     const char *class, const char *name, double from,
		     double part, double size)
{
	double a = html_at(axis, from), b = html_at(axis, from + part);
	double zero = html_at(axis, 0.0);
	char buf[FMT_LEN];

	html_put(
		h,
		"<div class=\"step %s\" role=\"row\"><span role=\"rowheader\">",
		class);
	html_text(h, name);
	html_put(h,
		 "</span><span role=\"cell\" class=\"bar\">"
		 "<svg width=\"100%%\" height=\"100%%\" aria-hidden=\"true\">"
		 "<line class=\"zero\" x1=\"%.2f%%\" x2=\"%.2f%%\" y1=\"0\" "
		 "y2=\"100%%\"/><rect class=\"%s\" x=\"%.2f%%\" "
		 "width=\"%.2f%%\" y=\"15%%\" height=\"70%%\" rx=\"2\"/>"
		 "</svg></span>",
		 zero, zero, part > 0.0 ? "longer" : "shorter", fmin(a, b),
		 fmax(fabs(b - a), 0.15));
	html_put(h,
		 "<span role=\"cell\" class=\"num\">%s&nbsp;%%</span></div>\n",
		 html_share(buf, part, size));
}

/* Does it not round to nothing? */
static bool is_worth_it(double part, double size)
{
	char buf[FMT_LEN];

	return strpbrk(html_share(buf, part, size), "123456789") != NULL;
}

/* A fall of what the time is divided by makes it longer: the name says which. */
static const char *name_of(const struct why_part *part, double size)
{
	bool longer = part->part > 0.0;

	if (!is_worth_it(part->part, size))
		return why_factor_name(part->factor);
	switch (part->factor) {
	case WHY_FREQUENCY:
		return longer ? "lower frequency" : "higher frequency";
	case WHY_UTILISATION:
		return longer ? "lower utilisation" : "higher utilisation";
	case WHY_INSTRUCTIONS:
	case WHY_CYCLES_PER_INSTRUCTION:
	case WHY_TIME_PER_INSTRUCTION:
	case WHY_KERNEL_TIME:
	case WHY_PROCESSOR_TIME:
		break;
	}
	return why_factor_name(part->factor);
}

static void put_subject(const struct html *h, const struct html_axis *axis,
			size_t subject)
{
	const struct why *why = &h->r->subjects[subject].why;
	double sum = 0.0, size = fmax(fabs(why->total), 0.001);

	html_put(h, "<div class=\"waterfall\"><h3>");
	html_subject(h, subject);
	html_put(h, "</h3>\n<div role=\"table\" "
		    "aria-label=\"parts of the change\">\n");
	for (size_t i = 0; i < why->nparts; i++) {
		const struct why_part *part = &why->parts[i];
		double from = sum;

		put_step(h, axis, "part", name_of(part, size), sum, part->part,
			 size);
		for (size_t k = 0; k < part->ndetails; k++) {
			const struct why_detail *d = &part->details[k];

			if (is_worth_it(d->part, size))
				put_step(h, axis, "detail", d->word, from,
					 d->part, size);
			from += d->part;
		}
		sum += part->part;
	}
	put_step(h, axis, "total", "time", 0.0, why->total, size);
	html_put(h, "</div></div>\n");
}

void html_why(const struct html *h)
{
	struct html_axis axis = axis_of(h);
	bool any = false;

	for (size_t s = 1; s < h->c->nsubjects; s++)
		any |= facts_has_why(h->r, s);
	if (!any)
		return;
	html_section(h, "why", "Why the time changed");
	html_put(h, "<p class=\"lead\">time = instructions \xc3\x97 cycles per "
		    "instruction / frequency / utilisation. The parts add up "
		    "to the change of the mean time; they say nothing of how "
		    "sure they are.</p>\n");
	for (size_t s = 1; s < h->c->nsubjects; s++)
		if (facts_has_why(h->r, s))
			put_subject(h, &axis, s);
	html_section_end(h);
}
