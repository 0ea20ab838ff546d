/*
 * Which numbers of a comparison are not to be believed: the same that a report
 * of each subject by itself would mark, from that very report.
 */
#include "analyze/trust.h"
#include "base/auto.h"
#include "base/vec.h"
#include "base/xalloc.h"
#include "report/build.h"
#include "report/comparison/building.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

static const char *const estimated = "estimated";
static const char *const apart = "not counted together";
static const char *const user_only = "user mode only";

static char **place_of(const struct comparison_building *b, size_t quantity,
		       size_t subject)
{
	return &b->r->doubts[quantity * b->inputs->n + subject];
}

static bool has_word(const struct comparison_building *b, size_t quantity,
		     size_t subject, const char *word)
{
	const char *now = *place_of(b, quantity, subject);

	return now && strstr(now, word);
}

static void add_word(struct comparison_building *b, size_t quantity,
		     size_t subject, const char *word)
{
	char **place = place_of(b, quantity, subject);
	char *joined;

	if (!*word || has_word(b, quantity, subject, word))
		return;
	joined = *place ? xasprintf("%s, %s", *place, word) : xstrdup(word);
	free(*place);
	*place = joined;
}

static void add_marks(struct comparison_building *b, size_t quantity,
		      size_t subject, const struct report_doubts *doubts)
{
	for (size_t i = 0; i < doubts->n; i++)
		add_word(b, quantity, subject, doubts->items[i].mark);
}

static void add_row(struct comparison_building *b, size_t subject,
		    const struct report_row *row)
{
	size_t q = compare_find(b->c, row->event->name);

	if (q == SIZE_MAX)
		return;
	if (row->value.state == READING_SCALED)
		add_word(b, q, subject, estimated);
	if (row->user_only)
		add_word(b, q, subject, user_only);
	add_marks(b, q, subject, &row->doubts);
}

/* Where there are several of a name, they are called after what they are of. */
static void add_metric(struct comparison_building *b, size_t subject,
		       const struct report_metric *m, const char *of)
{
	const char *name = m->value.metric->name;
	AUTO_FREE char *full = of ? xasprintf("%s (%s)", name, of) : NULL;
	size_t q = compare_find(b->c, name);

	if (q == SIZE_MAX && full)
		q = compare_find(b->c, full);
	if (q == SIZE_MAX || m->value.absent)
		return;
	if (m->value.scaled)
		add_word(b, q, subject, estimated);
	if (!m->value.together)
		add_word(b, q, subject, apart);
	add_marks(b, q, subject, &m->doubts);
}

static void add_sentences(struct comparison_building *b, size_t subject,
			  const struct report *report)
{
	struct comparison_doubted *d = &b->doubted;

	for (size_t i = 0; i < report->nnotes; i++)
		if (report->notes[i].rule)
			VEC_PUSH(d->sentences, d->nsentences,
				 xasprintf("%s: %s",
					   b->c->subjects[subject].name,
					   report->notes[i].text));
}

/* ---- a report of one subject ---- */

/* Is there a number of that name in what was counted? */
static bool is_measured(void *arg, const char *name)
{
	const struct plan *plan = ((const struct series *)arg)->plan;

	for (size_t i = 0; i < plan->events->n; i++)
		if (!strcmp(plan->events->items[i]->base, name))
			return true;
	for (size_t i = 0; i < plan->nuses; i++)
		if (!strcmp(plan->uses[i].metric->name, name))
			return true;
	return false;
}

/* The runs that are compared; they stay the recording's. */
static struct series kept_of(const struct comparison_building *b,
			     size_t subject)
{
	const struct series *from =
		&b->inputs->items[subject].recording->series;
	struct series kept = *from;

	kept.runs = xcalloc(from->nruns + 1, sizeof(*kept.runs));
	kept.nruns = 0;
	for (size_t i = 0; i < from->nruns; i++)
		if (!b->dropped[subject][i])
			kept.runs[kept.nruns++] = from->runs[i];
	return kept;
}

static struct report_about about_of(const struct recording *r)
{
	return (struct report_about){
		.version = r->tacho,
		.subject = "",
		.argv = r->target.argv,
		.machine_cpu = r->cpu.model_name,
		.machine_key = "",
		.machine_kernel = "",
		.machine_host = "",
		.hypervisor = r->cpu.hypervisor,
		.cgroups = r->target.cgroups,
		.source = { .name = r->source.name,
			    .simulated = r->source.simulated },
	};
}

/* The runs themselves stay the recording's. */
static void kept_done(struct series *kept)
{
	free(kept->runs);
}

static int doubt_subject(struct comparison_building *b, size_t subject,
			 struct err *err)
{
	const struct recording *from = b->inputs->items[subject].recording;
	AUTO(trust_rules_done) struct trust_rules rules = { 0 };
	struct report_about about = about_of(from);
	struct report_options options = {
		.limits = { .min_running = from->options.min_running / 100.0,
			    .scale = true },
		.rules = &rules,
		.no_shadows = true,
	};
	AUTO(report_done) struct report report = { 0 };
	AUTO(kept_done) struct series kept = kept_of(b, subject);
	int r = trust_load(&from->catalog, is_measured, &kept, &rules, err);

	if (r < 0 || !kept.nruns)
		return r;
	about.repeats = (int)kept.nruns;
	r = report_build(&about, &kept, &options, &report, err);
	if (r < 0)
		return r;
	for (size_t i = 0; i < report.nrows; i++) {
		const struct report_row *row = &report.rows[i];

		add_row(b, subject, row);
		for (size_t k = 0; k < row->nmetrics; k++)
			add_metric(b, subject, &row->metrics[k],
				   row->event->name);
	}
	for (size_t i = 0; i < report.nfigures; i++)
		add_metric(b, subject, &report.figures[i].m,
			   report.figures[i].pmu);
	add_sentences(b, subject, &report);
	return 0;
}

static void gather(struct comparison_building *b, size_t quantity)
{
	const struct compare_kind *kind = &b->c->quantities[quantity].kind;
	size_t nestimated = 0, nuser = 0;

	for (size_t s = 0; s < b->inputs->n; s++) {
		nestimated += has_word(b, quantity, s, estimated);
		nuser += has_word(b, quantity, s, user_only);
	}
	if (nestimated && *kind->base)
		names_add(&b->doubted.estimated, kind->name);
	if (nuser == b->inputs->n)
		names_add(&b->doubted.user_only, kind->name);
	else if (nuser)
		names_add(&b->doubted.one_sided, kind->name);
}

int comparison_add_doubts(struct comparison_building *b, struct err *err)
{
	size_t n = b->c->nquantities * b->inputs->n;
	int r = 0;

	b->r->doubts = xcalloc(n + 1, sizeof(*b->r->doubts));
	for (size_t s = 0; s < b->inputs->n && r == 0; s++)
		r = doubt_subject(b, s, err);
	for (size_t q = 0; q < b->c->nquantities; q++)
		gather(b, q);
	return r;
}
