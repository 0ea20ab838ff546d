/*
 * For people: perf's layout, with the reason in the place of a number that is
 * missing and a sentence about it at the end.
 */
#include "report/view.h"

#include "base/auto.h"
#include "base/xalloc.h"
#include "report/built.h"
#include "report/notes.h"
#include "report/text.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define LINES_PER_HEADING 25
#define TIME_COLUMN 18

struct text {
	struct text_columns columns;
	size_t lines;              /* since the last heading */
	struct report_notes notes; /* said once, at the end */
	const struct report_about *about;
	struct strbuf verdict; /* said last */
};

static int begin(struct view_state *v, const struct report_about *about,
		 struct err *err)
{
	struct text *text = xcalloc(1, sizeof(*text));

	(void)err;
	text->about = about;
	v->own = text;
	return 0;
}

static const char *note_kind(enum report_note_kind kind)
{
	switch (kind) {
	case REPORT_NOTE_WHY:
		return "why";
	case REPORT_NOTE_WARN:
		return "warning";
	case REPORT_NOTE_INFO:
		return "note";
	case REPORT_NOTE_HINT:
		break;
	}
	return "try";
}

static void put_notes(struct strbuf *b, const struct view_state *v,
		      const struct report_notes *notes)
{
	for (size_t i = 0; i < notes->n; i++) {
		const struct report_note *note = &notes->items[i];

		strbuf_addf(b, "  %s: ", note_kind(note->kind));
		text_wrap(b, note->text, v->options.width, 4);
	}
}

/* What was measured, and what is wrong with that. */
static void put_built(struct strbuf *b, const struct view_state *v,
		      const struct report_about *about)
{
	struct report_notes notes = { 0 };

	for (size_t i = 0; i < about->nbinaries; i++) {
		AUTO_FREE char *line = built_line(&about->binaries[i]);

		if (!line)
			continue;
		strbuf_puts(b, "  build: ");
		text_wrap(b, line, v->options.width, 4);
	}
	built_add_notes(&notes, about);
	put_notes(b, v, &notes);
	report_notes_done(&notes);
}

/* Digits that show the first two figures of the error. */
static int time_digits(double error)
{
	double digits;

	if (!(error > 0.0))
		return 9;
	digits = ceil(-log10(error)) + 2.0;
	if (digits < 2.0)
		return 2;
	return digits > 9.0 ? 9 : (int)digits;
}

static void put_time(struct strbuf *b, const struct view_state *v,
		     const struct report_time *time, const char *what)
{
	const struct fmt_style *style = &v->options.style;
	const struct stats *stats = &time->stats;
	AUTO(strbuf_done) struct strbuf line = { 0 };
	int width = v->options.width;
	int column = width && width < TEXT_NARROW ? 12 : TIME_COLUMN;
	int digits = stats->n > 1 ? time_digits(stats->sem) : 9;
	char buf[FMT_LEN];
	bool spread = stats->stddev > 0.0;

	if (!time->present)
		return;
	text_column(b, fmt_grouped(buf, time->seconds, digits, style), column);
	if (spread)
		strbuf_addf(&line, " +- %s",
			    fmt_grouped(buf, stats->sem, digits, style));
	strbuf_addf(&line, " seconds %s", what);
	if (spread && stats->mean > 0.0)
		strbuf_addf(&line, "  ( +-%6.2f%% )",
			    100.0 * stats->sem / stats->mean);
	text_wrap(b, strbuf_str(&line), width, column + 1);
	if (spread) {
		strbuf_reset(&line);
		text_spread(&line, stats, digits, style);
		text_column(b, "", column + 1);
		text_wrap(b, strbuf_str(&line), width, column + 1);
	}
}

/* How far each run is from the mean, as a number and a bar. */
static void put_table(struct strbuf *b, const struct view_state *v,
		      const struct report *r)
{
	const struct report_time *time = &r->elapsed;
	int digits = time_digits(time->stats.sem);
	char run[FMT_LEN], off[FMT_LEN];

	strbuf_puts(b, "           # Table of individual measurements:\n");
	for (size_t i = 0; i < time->stats.n; i++) {
		double away = time->samples[i] - time->stats.mean;
		double bar = 0.0;

		if (time->samples[i] > 0.0)
			bar = fabs(100.0 * away / time->samples[i]) / 5.0;
		fmt_grouped(run, time->samples[i], digits, &v->options.style);
		fmt_grouped(off, fabs(away), digits, &v->options.style);
		text_column(b, run, TIME_COLUMN);
		strbuf_addf(b, " (%c%s) #", away < 0.0 ? '-' : '+', off);
		for (int k = 1; k <= (int)bar && k < 40; k++)
			strbuf_putc(b, '#');
		strbuf_putc(b, '\n');
	}
	strbuf_puts(b, "\n           # Final result:\n");
}

static void put_times(struct strbuf *b, const struct view_state *v,
		      const struct report *r)
{
	strbuf_putc(b, '\n');
	if (v->options.table && r->elapsed.stats.n > 1)
		put_table(b, v, r);
	put_time(b, v, &r->elapsed,
		 r->about->source.simulated ? "time elapsed, simulating"
					    : "time elapsed");
	strbuf_putc(b, '\n');
	if (!r->user.present)
		return;
	put_time(b, v, &r->user, "user");
	put_time(b, v, &r->sys, "sys");
	strbuf_putc(b, '\n');
}

static void put_title(struct strbuf *b, const struct view_state *v,
		      const struct report *r)
{
	AUTO(strbuf_done) struct strbuf title = { 0 };

	strbuf_addf(&title, "%s counter stats for %s",
		    r->about->source.simulated ? "Simulated" : "Performance",
		    r->about->subject);
	if (r->nruns > 1)
		strbuf_addf(&title, " (%zu runs)", r->nruns);
	strbuf_putc(&title, ':');
	strbuf_puts(b, "\n ");
	text_wrap(b, strbuf_str(&title), v->options.width, 2);
	if (r->nrows)
		strbuf_putc(b, '\n');
}

static int put(struct view_state *v, const struct strbuf *b, struct err *err)
{
	fwrite(strbuf_str(b), 1, b->len, v->options.out);
	return view_flush(v, err);
}

static void conclude(struct view_state *v, const struct report *r)
{
	struct text *text = v->own;

	text_verdict(&text->verdict, v, &r->verdict);
}

static int emit(struct view_state *v, const struct report *r, struct err *err)
{
	AUTO(strbuf_done) struct strbuf b = { 0 };
	struct text_columns whole = { 0 };
	struct text *text = v->own;
	struct text_columns *c = r->is_interval ? &text->columns : &whole;

	text_measure(c, v, r);
	if (!r->is_interval) {
		put_title(&b, v, r);
	} else if (!text->lines || text->lines >= LINES_PER_HEADING) {
		text_heading(&b, c, r);
		text->lines = 0;
	}
	for (size_t i = 0; i < r->nrows; i++)
		text_row(&b, c, v, r, &r->rows[i]);
	text_figures(&b, c, v, r);
	text->lines += r->nrows + r->nfigures;
	if (!r->is_interval)
		put_times(&b, v, r);
	report_notes_keep(&text->notes, r);
	conclude(v, r);
	v->emitted++;
	return put(v, &b, err);
}

static int end(struct view_state *v, struct err *err)
{
	AUTO(strbuf_done) struct strbuf b = { 0 };
	struct text *text = v->own;

	put_built(&b, v, text->about);
	put_notes(&b, v, &text->notes);
	/* the lines of intervals end without a blank one */
	if (b.len || (text->verdict.len && v->options.intervals))
		strbuf_putc(&b, '\n');
	strbuf_puts(&b, strbuf_str(&text->verdict));
	strbuf_done(&text->verdict);
	report_notes_done(&text->notes);
	free(text);
	v->own = NULL;
	return put(v, &b, err);
}

const struct view view_text = {
	.name = "text",
	.summary = "for people, in the layout of perf stat",
	.begin = begin,
	.emit = emit,
	.conclude = conclude,
	.end = end,
};
