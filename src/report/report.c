/* Owning a report; see report.h. */
#include "report/report.h"

#include <stdlib.h>
#include <string.h>

static void row_done(struct report_row *row)
{
	for (size_t i = 0; i < row->nmetrics; i++)
		free(row->metrics[i].samples);
	free(row->metrics);
	free(row->samples);
}

void report_done(struct report *report)
{
	if (!report)
		return;
	for (size_t i = 0; i < report->nrows; i++)
		row_done(&report->rows[i]);
	free(report->rows);
	bins_done(&report->bins);
	free(report->elapsed.samples);
	free(report->user.samples);
	free(report->sys.samples);
	free(report->runs);
	for (size_t i = 0; i < report->nnotes; i++)
		free(report->notes[i].text);
	free(report->notes);
	memset(report, 0, sizeof(*report));
}
