/*
 * What was measured, as recordings: each is what tacho stat --save would keep
 * of that command alone, and where its runs stood among the others.
 */
#include "cmd/compare/measuring.h"

#include "base/auto.h"
#include "base/xalloc.h"

#include <stdlib.h>

/* What is of one command stands in the job as if there were no other. */
static void lend(struct stat_job *j, struct measured *c, struct series series)
{
	j->options.command = c->argv;
	j->series = series;
	j->binaries = &c->binary;
	j->nbinaries = c->has_binary;
	j->provenance = c->provenance;
}

static void take_back(struct stat_job *j, struct measured *c)
{
	c->provenance = j->provenance;
	j->provenance = (struct provenance){ 0 };
	j->series = (struct series){ 0 };
	j->binaries = NULL;
	j->nbinaries = 0;
}

void measuring_look_around(struct measuring *m)
{
	for (size_t i = 0; i < m->n; i++) {
		lend(&m->job, &m->commands[i], (struct series){ 0 });
		stat_save_begin(&m->job);
		take_back(&m->job, &m->commands[i]);
	}
}

static void take_order(struct measured *c, const struct schedule *s,
		       size_t subject)
{
	size_t n = 0;

	c->turns = xcalloc(s->nblocks + 1, sizeof(*c->turns));
	c->order = xcalloc(s->nblocks + 1, sizeof(*c->order));
	for (size_t i = 0; i < s->nblocks * s->nsubjects; i++) {
		size_t block = i / s->nsubjects, position = i % s->nsubjects;

		if (s->turns[i].subject != subject)
			continue;
		c->turns[n] = (struct recording_turn){ block, position };
		c->order[n] = (struct compare_run){ block, position };
		n++;
	}
}

static void record(struct measuring *m, size_t i)
{
	struct measured *c = &m->commands[i];
	struct recording *r = &c->recording;
	struct series *series = &m->schedule.series[i];

	series->facts = &m->job.machine;
	if (series->nruns)
		c->has_binary = stat_binary_of(
			c->argv, &series->runs[series->nruns - 1], &c->binary);
	take_order(c, &m->schedule, i);
	lend(&m->job, c, *series);
	m->job.options.repeat = (int)series->nruns;
	stat_record(&m->job, r);
	take_back(&m->job, c);
	r->provenance = c->provenance;
	r->turns = c->turns;
	r->compared = (struct recording_beside){
		.name = m->names[m->nnames - m->n + i],
		.index = m->nnames - m->n + i,
		.total = m->nnames,
		.has_seed = true,
		.seed = m->schedule.seed,
	};
	c->is_recorded = true;
}

void measuring_record(struct measuring *m)
{
	for (size_t i = 0; i < m->n; i++)
		record(m, i);
}

int measuring_save(const struct measuring *m, struct err *err)
{
	AUTO_FREE const struct recording **all =
		xcalloc(m->nnames, sizeof(*all));
	struct recording baseline;
	size_t n = 0;

	if (m->baseline.n) {
		baseline = *m->baseline.items[0];
		/* its runs stood among others */
		baseline.turns = NULL;
		baseline.compared = (struct recording_beside){
			.name = m->names[0],
			.total = m->nnames,
		};
		all[n++] = &baseline;
	}
	for (size_t i = 0; i < m->n; i++)
		all[n++] = &m->commands[i].recording;
	return recording_save_all(all, n, m->options.save, err);
}

void measured_done(struct measured *c)
{
	if (c->is_recorded)
		stat_record_done(&c->recording);
	if (c->has_binary)
		binary_done(&c->binary);
	provenance_done(&c->provenance);
	free(c->turns);
	free(c->order);
}
