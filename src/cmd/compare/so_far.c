/*
 * The chosen quantity so far; see measuring.h.
 *
 * It is one of the many that the report will have, computed alone, so that it
 * can be done again and again while runs go on.  Runs are taken in once.
 */
#include "cmd/compare/measuring.h"

#include "analyze/compare_fill.h"
#include "base/auto.h"
#include "base/xalloc.h"

#include <string.h>

static const struct value_limits limits = { .scale = true };

void so_far_init(struct so_far *s, const struct measuring *m)
{
	const struct judging_options *o = &m->options.judging;
	struct compare_options how = compare_defaults();

	how.noise = o->noise / 100.0;
	how.confidence = o->confidence / 100.0;
	s->metric = o->metric                       ? o->metric
		    : m->job.about.source.simulated ? "instructions"
						    : "time";
	s->offset = m->baseline.n > 0;
	compare_init(&s->now, m->n + s->offset, &how);
	s->begun = true;
}

/* The samples of @side of @from, of @subject of both. */
static void add_samples(struct so_far *s, const struct comparison *from,
			size_t quantity, size_t subject)
{
	const struct compare_quantity *q = &from->quantities[quantity];
	const struct compare_side *side = &q->sides[subject];
	const struct compare_subject *runs = &from->subjects[subject];
	size_t ours = compare_add_quantity(&s->now, &q->kind), next = 0;

	compare_set_manner(&s->now, ours, subject, side->manner);
	for (size_t i = 0; i < runs->nruns; i++) {
		size_t run =
			compare_add_run(&s->now, subject, runs->runs[i].block,
					runs->runs[i].position);

		if (next >= side->n || side->runs[next] != i)
			continue;
		compare_add_sample(&s->now, ours, subject, run,
				   side->samples[next++]);
	}
}

/* What @sources have, some of the subjects each. */
static void take(struct so_far *s, const struct compare_source *sources)
{
	AUTO(compare_done) struct comparison fresh = { 0 };
	AUTO_FREE char *name = xstrdup(s->metric);
	const struct gate metric = { .text = name, .name = name };
	size_t n = s->now.nsubjects, found;

	compare_init(&fresh, n, &s->now.options);
	compare_fill(&fresh, sources, n, &limits);
	if (gate_find(&fresh, &metric, &found, NULL) < 0)
		return;
	for (size_t i = 0; i < n; i++)
		add_samples(s, &fresh, found, i);
}

/* Of the first block on, that is not taken in yet. */
static void fill_order(struct compare_run *order, const struct so_far *s,
		       const struct schedule *from, size_t subject)
{
	for (size_t b = s->blocks; b < from->nblocks; b++)
		for (size_t p = 0; p < from->nsubjects; p++) {
			size_t turn = b * from->nsubjects + p;

			if (from->turns[turn].subject == subject)
				order[b - s->blocks] =
					(struct compare_run){ b, p };
		}
}

static void take_new(struct so_far *s, const struct measuring *m,
		     const struct schedule *from)
{
	size_t n = s->now.nsubjects, fresh = from->nblocks - s->blocks;
	AUTO_FREE struct compare_source *sources = xcalloc(n, sizeof(*sources));
	AUTO_FREE struct series *parts = xcalloc(n, sizeof(*parts));
	AUTO_FREE struct compare_run *order =
		xcalloc(m->n * fresh + 1, sizeof(*order));

	for (size_t i = 0; i < n; i++) {
		sources[i].name = m->names[i];
		sources[i].series = &parts[i];
		if (i < s->offset) {
			/* all of it at the first time */
			parts[i] = m->baseline.items[0]->series;
			sources[i].simulation =
				m->baseline.items[0]->source.how;
			parts[i].nruns = s->blocks ? 0 : parts[i].nruns;
			continue;
		}
		parts[i] = from->series[i - s->offset];
		parts[i].facts = &m->job.machine;
		parts[i].runs += s->blocks;
		parts[i].nruns = fresh;
		sources[i].simulation = m->job.about.source.how;
		sources[i].order = &order[(i - s->offset) * fresh];
		fill_order(&order[(i - s->offset) * fresh], s, from,
			   i - s->offset);
	}
	take(s, sources);
	s->blocks = from->nblocks;
}

bool so_far_update(struct so_far *s, const struct measuring *m,
		   const struct schedule *from)
{
	if (from->nblocks > s->blocks) {
		take_new(s, m, from);
		s->computed = s->now.nquantities &&
			      compare_compute(&s->now, &s->err) == 0;
	}
	return s->computed;
}

double so_far_precision(const struct so_far *s)
{
	double worst = 0.0, precision;

	for (size_t i = 1; i < s->now.nsubjects; i++) {
		precision =
			s->computed ? compare_precision(&s->now, 0, i) : -1.0;
		if (precision < 0.0)
			return -1.0;
		worst = precision > worst ? precision : worst;
	}
	return worst;
}

void so_far_done(struct so_far *s)
{
	if (s->begun)
		compare_done(&s->now);
}
