/* Owning a report; see report.h. */
#include "report/report.h"

#include "base/vec.h"

#include <errno.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

static void doubts_done(struct report_doubts *doubts)
{
	for (size_t i = 0; i < doubts->n; i++)
		free(doubts->items[i].text);
	free(doubts->items);
}

static void metric_done(struct report_metric *metric)
{
	free(metric->samples);
	doubts_done(&metric->doubts);
}

static void row_done(struct report_row *row)
{
	for (size_t i = 0; i < row->nmetrics; i++)
		metric_done(&row->metrics[i]);
	free(row->metrics);
	doubts_done(&row->doubts);
	free(row->samples);
}

void report_add_note(struct report *report, enum report_note_kind kind,
		     const char *fmt, ...)
{
	struct report_note note = { .kind = kind };
	va_list ap;

	va_start(ap, fmt);
	note.text = xvasprintf(fmt, ap);
	va_end(ap);
	VEC_PUSH(report->notes, report->nnotes, note);
}

void report_add_left_out(struct report *report, const char *event,
			 const struct err *why)
{
	bool denied = why->code == -EACCES || why->code == -EPERM;
	struct report_left_out l = { .event = event,
				     .why = why->what,
				     .state = denied ? READING_DENIED
						     : READING_UNSUPPORTED };

	VEC_PUSH(report->left_out, report->nleft_out, l);
}

void report_add_doubt_note(struct report *report, const char *rule,
			   const char *text)
{
	struct report_note note = { .kind = REPORT_NOTE_WARN,
				    .text = xstrdup(text),
				    .rule = rule };

	VEC_PUSH(report->notes, report->nnotes, note);
}

void report_done(struct report *report)
{
	if (!report)
		return;
	for (size_t i = 0; i < report->nrows; i++)
		row_done(&report->rows[i]);
	free(report->rows);
	for (size_t i = 0; i < report->nfigures; i++)
		metric_done(&report->figures[i].m);
	free(report->figures);
	bins_done(&report->bins);
	free(report->elapsed.samples);
	free(report->user.samples);
	free(report->sys.samples);
	free(report->runs);
	free(report->left_out);
	for (size_t i = 0; i < report->nnotes; i++)
		free(report->notes[i].text);
	free(report->notes);
	verdict_done(&report->verdict);
	memset(report, 0, sizeof(*report));
}
