/* Owning what is shown of a comparison; see comparison.h. */
#include "report/comparison/comparison.h"

#include <stdlib.h>

static void subject_done(struct comparison_subject *s)
{
	free(s->command);
	free(s->origin);
	provenance_differences_free(s->differences, s->ndifferences);
}

static void doubts_done(struct comparison_report *r)
{
	size_t n = r->doubts ? r->comparison->nquantities *
				       r->comparison->nsubjects
			     : 0;

	for (size_t i = 0; i < n; i++)
		free(r->doubts[i]);
	free(r->doubts);
}

void comparison_report_done(struct comparison_report *r)
{
	size_t nsubjects = r->comparison ? r->comparison->nsubjects : 0;

	doubts_done(r);
	for (size_t i = 0; i < nsubjects && r->subjects; i++)
		subject_done(&r->subjects[i]);
	free(r->subjects);
	free(r->runs);
	for (size_t i = 0; i < r->ngates; i++)
		free(r->gates[i].result.reason);
	free(r->gates);
	for (size_t i = 0; i < r->nleft_out; i++) {
		free(r->left_out[i].names);
		free(r->left_out[i].why);
		free(r->left_out[i].hint);
	}
	free(r->left_out);
	for (size_t i = 0; i < r->nnotes; i++)
		free(r->notes[i]);
	free(r->notes);
	*r = (struct comparison_report){ 0 };
}

const char *comparison_doubt(const struct comparison_report *r, size_t quantity,
			     size_t subject)
{
	if (!r->doubts)
		return NULL;
	return r->doubts[quantity * r->comparison->nsubjects + subject];
}
