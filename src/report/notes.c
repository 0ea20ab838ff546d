/* Sentences below a report; see notes.h. */
#include "report/notes.h"

#include "base/auto.h"
#include "base/fmt.h"
#include "base/strbuf.h"
#include "base/vec.h"
#include "base/xalloc.h"
#include "report/label.h"
#include "report/names.h"

#include <stdlib.h>
#include <string.h>

static void add(struct report *report, enum report_note_kind kind, char *text)
{
	struct report_note note = { .kind = kind, .text = text };

	for (size_t i = 0; i < report->nnotes; i++) {
		if (!strcmp(report->notes[i].text, text)) {
			free(text);
			return;
		}
	}
	VEC_PUSH(report->notes, report->nnotes, note);
}

/* The note of the counter that is shown for @event. */
static const struct err *why_err(const struct series *series,
				 const struct run *run,
				 const struct event *event)
{
	const struct plan *plan = series->plan;

	for (size_t e = 0; e < plan->events->n; e++) {
		if (plan->events->items[e] != event)
			continue;
		if (run->notes && run->notes[plan->shown[e]].why.code)
			return &run->notes[plan->shown[e]].why;
		if (plan->refused && plan->refused[e].code)
			return &plan->refused[e];
	}
	return NULL;
}

/* Was it refused, or does it not exist?  (Not: it had no turn.) */
static bool cannot(const struct report_row *row)
{
	return row->value.state == READING_UNSUPPORTED ||
	       row->value.state == READING_DENIED;
}

/*
 * One reason for all hardware events: the machine's, not the events'.  What
 * the kernel answered decides, because the sentences name the events.
 */
static bool hardware_fails_alike(const struct report *report,
				 const struct series *series,
				 const struct run *run)
{
	const struct report_row *first = NULL;
	const struct err *why;
	size_t n = 0;
	int code = 0;

	for (size_t i = 0; i < report->nrows; i++) {
		const struct report_row *row = &report->rows[i];

		if (!row->event->hardware)
			continue;
		if (!cannot(row))
			return false;
		why = why_err(series, run, row->event);
		if (!first) {
			first = row;
			code = why ? why->code : 0;
		}
		if (row->value.state != first->value.state ||
		    (why ? why->code : 0) != code)
			return false;
		n += row->event != first->event;
	}
	return n > 0;
}

static void add_why(struct report *report, const struct names *names,
		    const char *why)
{
	AUTO_FREE char *text = NULL;

	if (names->n == 1 && strstr(why, names->items[0])) {
		add(report, REPORT_NOTE_WHY, xstrdup(why));
		return;
	}
	text = names_text(names);
	add(report, REPORT_NOTE_WHY, xasprintf("%s: %s", text, why));
}

/* Every row without a number, gathered by reason. */
static void add_whys(struct report *report, const struct series *series,
		     const struct run *run)
{
	bool alike = hardware_fails_alike(report, series, run);
	AUTO_FREE bool *told = xcalloc(report->nrows, sizeof(*told));

	for (size_t i = 0; i < report->nrows; i++) {
		const struct report_row *row = &report->rows[i];
		AUTO(names_done) struct names names = { 0 };
		bool same_cause = alike && row->event->hardware;
		const struct err *why;

		if (told[i] || reading_has_value(row->value.state) ||
		    row->value.state == READING_DEAD || !row->value.why)
			continue;
		for (size_t k = i; k < report->nrows; k++) {
			const struct report_row *other = &report->rows[k];

			if (reading_has_value(other->value.state) ||
			    !other->value.why)
				continue;
			if (same_cause ? !other->event->hardware
				       : strcmp(other->value.why,
						row->value.why) != 0)
				continue;
			told[k] = true;
			names_add(&names, other->event->name);
		}
		if (same_cause)
			add(report, REPORT_NOTE_WHY,
			    xasprintf("no hardware event can be counted: %s",
				      row->value.why));
		else
			add_why(report, &names, row->value.why);
		/* what changes it belongs beside it */
		why = why_err(series, run, row->event);
		if (why && why->hint[0])
			add(report, REPORT_NOTE_HINT, xstrdup(why->hint));
	}
}

/* Every number that was asked for by name and is absent, by reason. */
static void add_figure_whys(struct report *report)
{
	AUTO_FREE bool *told = xcalloc(report->nfigures + 1, sizeof(*told));

	for (size_t i = 0; i < report->nfigures; i++) {
		const char *why = report->figures[i].m.value.absent;
		AUTO(names_done) struct names names = { 0 };

		if (!why || told[i])
			continue;
		for (size_t k = i; k < report->nfigures; k++) {
			const struct metric_value *v =
				&report->figures[k].m.value;

			if (!v->absent || strcmp(v->absent, why) != 0)
				continue;
			told[k] = true;
			names_add(&names, v->metric->title);
		}
		add_why(report, &names, why);
	}
}

static void warn_names(struct report *report, const char *format,
		       const struct names *names)
{
	AUTO_FREE char *text = NULL;
	AUTO(strbuf_done) struct strbuf b = { 0 };
	const char *at = strchr(format, '@');

	if (!names->n)
		return;
	text = names_text(names);
	strbuf_add(&b, format, (size_t)(at - format));
	strbuf_puts(&b, text);
	strbuf_puts(&b, at + 1);
	add(report, REPORT_NOTE_WARN, strbuf_detach(&b));
}

/* The clocks of the kernel run whatever the mode is. */
static bool is_clock(const struct event *event)
{
	return !strcmp(event->base, "task_clock") ||
	       !strcmp(event->base, "cpu_clock");
}

/* What to think of estimates that have, or have not, a bound. */
static const char *bound_text(const struct report *report, bool scale)
{
	double percent;
	int digits;

	if (!scale)
		return "";
	for (size_t i = 0; i < report->nrows; i++)
		if (label_error(&report->rows[i].value, &percent, &digits))
			return "; behind +- is how far they may be off, in 95 "
			       "% of runs";
	return "; how far they may be off is not known";
}

static void warn_scaled(struct report *report, bool scale)
{
	const char *what = scale ? "estimates" : "not scaled to all of it";
	const char *bound = bound_text(report, scale);
	bool scaled = false;

	for (size_t i = 0; i < report->nrows; i++)
		scaled |= report->rows[i].value.state == READING_SCALED;
	if (!scaled)
		return;
	if (report->ngroups_competing > 1)
		add(report, REPORT_NOTE_WARN,
		    xasprintf("%zu groups of events took turns on the PMU; "
			      "values with a percentage were counted for that "
			      "share of the time and are %s%s",
			      report->ngroups_competing, what, bound));
	else
		add(report, REPORT_NOTE_WARN,
		    xasprintf("values with a percentage were counted for that "
			      "share of the time and are %s%s; something else "
			      "uses the PMU too",
			      what, bound));
}

static void tell_passes(struct report *report, const struct series *series)
{
	bool scaled = false;

	for (size_t i = 0; i < report->nrows; i++)
		scaled |= report->rows[i].value.state == READING_SCALED;
	if (series->passes > 1)
		add(report, REPORT_NOTE_WARN,
		    xasprintf("each run is put together from %zu executions, "
			      "each of which counted one group of events; "
			      "times, and what all of them counted, are means",
			      series->passes));
	else if (scaled && report->ngroups_competing > 1 &&
		 report->about->argv && !report->is_interval)
		add(report, REPORT_NOTE_HINT,
		    xasprintf("--passes runs the command %zu times and counts "
			      "each group all the time",
			      report->ngroups_competing));
}

static void warn_rows(struct report *report)
{
	AUTO(names_done) struct names user = { 0 };
	AUTO(names_done) struct names partly = { 0 };

	for (size_t i = 0; i < report->nrows; i++) {
		const struct report_row *row = &report->rows[i];

		if (row->user_only && !is_clock(row->event) &&
		    reading_has_value(row->value.state))
			names_add(&user, row->event->name);
		if (row->stats.n && report->bins.n == 1 &&
		    row->stats.n < report->nruns)
			names_add(&partly, row->event->name);
	}
	warn_names(report,
		   "kernel part not counted: @; only user mode is allowed here",
		   &user);
	warn_names(report,
		   "@: not counted in every run; the mean is over the "
		   "others",
		   &partly);
}

/* A value, and yet a reason: some threads or CPUs are not in it. */
static void warn_incomplete(struct report *report, const struct series *series,
			    const struct run *run)
{
	for (size_t i = 0; i < report->nrows; i++) {
		const struct report_row *row = &report->rows[i];
		const struct err *why = why_err(series, run, row->event);

		if (!why || !reading_has_value(row->value.state))
			continue;
		add(report, REPORT_NOTE_WARN,
		    xasprintf("'%s' counted only a part of the threads or "
			      "CPUs: %s",
			      row->event->name, why->what));
		if (why->hint[0])
			add(report, REPORT_NOTE_HINT, xstrdup(why->hint));
	}
}

void report_add_hints(struct report *report, const struct series *series,
		      const struct run *run)
{
	bool doctor = false;

	for (size_t i = 0; i < report->nrows; i++) {
		const struct report_row *row = &report->rows[i];
		const struct err *why = NULL;

		if (cannot(row))
			why = why_err(series, run, row->event);
		if (why && why->hint[0])
			add(report, REPORT_NOTE_HINT, xstrdup(why->hint));
		doctor |= row->event->hardware &&
			  (cannot(row) || row->user_only ||
			   row->value.state == READING_DEAD);
		doctor |= row->value.state == READING_DENIED;
	}
	for (size_t i = 0; i < report->nnotes; i++)
		if (strstr(report->notes[i].text, "tacho doctor"))
			return;
	if (doctor)
		add(report, REPORT_NOTE_HINT,
		    xstrdup("'tacho doctor' says what can be counted here and "
			    "what would change that"));
}

void report_add_notes(struct report *report, const struct series *series,
		      const struct run *run, bool scale)
{
	add_whys(report, series, run);
	add_figure_whys(report);
	warn_rows(report);
	warn_incomplete(report, series, run);
	if (series->passes <= 1)
		warn_scaled(report, scale);
	tell_passes(report, series);
}

static bool is_kept(const struct report_notes *notes, const char *text)
{
	for (size_t i = 0; i < notes->n; i++)
		if (!strcmp(notes->items[i].text, text))
			return true;
	return false;
}

void report_notes_keep(struct report_notes *notes, const struct report *report)
{
	for (size_t i = 0; i < report->nnotes; i++) {
		struct report_note note = report->notes[i];

		if (is_kept(notes, note.text))
			continue;
		note.text = xstrdup(note.text);
		VEC_PUSH(notes->items, notes->n, note);
	}
}

void report_notes_done(struct report_notes *notes)
{
	for (size_t i = 0; i < notes->n; i++)
		free(notes->items[i].text);
	free(notes->items);
	*notes = (struct report_notes){ 0 };
}
