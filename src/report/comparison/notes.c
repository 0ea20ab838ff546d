/*
 * The sentences below a comparison: first what makes its numbers worthless, then
 * what makes them doubtful, then what would make them better.
 */
#include "base/auto.h"
#include "base/strbuf.h"
#include "base/vec.h"
#include "base/xalloc.h"
#include "report/comparison/building.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static void add(struct comparison_building *b, char *text)
{
	VEC_PUSH(b->r->notes, b->r->nnotes, text);
}

static const char *name_of(const struct comparison_building *b, size_t subject)
{
	return b->c->subjects[subject].name;
}

static const char *runs(size_t n)
{
	return n == 1 ? "run" : "runs";
}

/* ---- are they comparable? ---- */

/* In the order of the two that the texts have. */
static void add_differences(struct comparison_building *b,
			    enum provenance_severity severity)
{
	for (size_t s = 1; s < b->inputs->n; s++) {
		const struct comparison_subject *subject = &b->r->subjects[s];

		for (size_t i = 0; i < subject->ndifferences; i++) {
			const struct provenance_difference *d =
				&subject->differences[i];

			if (d->severity != severity)
				continue;
			add(b,
			    xasprintf(severity == PROVENANCE_DEFEATS
					      ? "%s and %s do not compare: %s"
					      : "%s and %s: %s, which may be "
						"why they differ",
				      name_of(b, 0), name_of(b, s), d->text));
		}
	}
}

static const char *target_of(const struct recording *r)
{
	if (r->target.ncgroups)
		return "a cgroup";
	if (r->target.system_wide || r->target.cpus)
		return "CPUs";
	if (r->target.npids || r->target.ntids)
		return "processes";
	return "a command";
}

static void add_targets(struct comparison_building *b)
{
	const char *first = target_of(b->inputs->items[0].recording);

	for (size_t s = 1; s < b->inputs->n; s++) {
		const char *other = target_of(b->inputs->items[s].recording);

		if (strcmp(first, other) != 0)
			add(b, xasprintf("%s and %s do not compare: one "
					 "counted %s, the other %s",
					 name_of(b, s), name_of(b, 0), other,
					 first));
	}
}

static void add_one_sided(struct comparison_building *b)
{
	AUTO_FREE char *names = names_text(&b->doubted.one_sided);

	if (b->doubted.one_sided.n)
		add(b, xasprintf("%s: in user mode alone on one side, with the "
				 "kernel on the other; these do not compare",
				 names));
}

/* ---- runs ---- */

static bool lost_most(const struct comparison_subject *s)
{
	return 2 * s->dropped > s->measured;
}

/* "3 contention, 1 steal" */
static char *kinds_text(const struct comparison_subject *s)
{
	AUTO(strbuf_done) struct strbuf b = { 0 };

	for (unsigned k = 0; k < DISTURBANCE_KINDS; k++)
		if (s->by_kind[k])
			strbuf_addf(&b, "%s%s", b.len ? ", " : "",
				    disturbance_name(k));
	return strbuf_detach(&b);
}

static void add_dropped(struct comparison_building *b, bool most)
{
	for (size_t i = 0; i < b->inputs->n; i++) {
		const struct comparison_subject *s = &b->r->subjects[i];
		AUTO_FREE char *kinds = kinds_text(s);

		if (!s->dropped || lost_most(s) != most)
			continue;
		if (most)
			add(b, xasprintf("most runs of %s were disturbed (%s), "
					 "%zu of %zu: leaving them out leaves "
					 "no fair sample; measure again where "
					 "it is quiet",
					 name_of(b, i), kinds, s->dropped,
					 s->measured));
		else
			add(b, xasprintf("left out, because disturbed (%s): "
					 "%zu of %zu runs of %s",
					 kinds, s->dropped, s->measured,
					 name_of(b, i)));
	}
}

/* Advice that is worth something: enough of them are left then. */
static const char *advice_for(const struct comparison_subject *s)
{
	if (2 * s->disturbed > s->measured)
		return "; measure where it is quiet";
	if (s->measured - s->disturbed < COMPARE_RUNS_MIN)
		return "";
	return "; --drop-disturbed leaves such runs out";
}

static void add_disturbed(struct comparison_building *b)
{
	for (size_t i = 0; i < b->inputs->n; i++) {
		const struct comparison_subject *s = &b->r->subjects[i];
		AUTO_FREE char *kinds = kinds_text(s);

		if (s->disturbed && !s->dropped)
			add(b, xasprintf("disturbed (%s): %zu of %zu %s of "
					 "%s%s",
					 kinds, s->disturbed, s->measured,
					 runs(s->measured), name_of(b, i),
					 advice_for(s)));
	}
}

static void add_failed(struct comparison_building *b)
{
	for (size_t i = 0; i < b->inputs->n; i++) {
		const struct comparison_subject *s = &b->r->subjects[i];

		if (s->failed)
			add(b, xasprintf("%zu of %zu %s of %s ended with a "
					 "status other than 0, or by a signal",
					 s->failed, s->measured,
					 runs(s->measured), name_of(b, i)));
	}
}

static bool has_intervals(const struct comparison *c)
{
	for (size_t q = 0; q < c->nquantities; q++)
		for (size_t s = 1; s < c->nsubjects; s++)
			if (c->quantities[q].results[s].resampled)
				return true;
	return false;
}

static bool took_turns(const struct compare_inputs *inputs)
{
	for (size_t i = 0; i < inputs->n; i++)
		if (!inputs->items[i].order)
			return false;
	return true;
}

static void add_apart(struct comparison_building *b)
{
	if (b->c->paired || !has_intervals(b->c))
		return;
	if (took_turns(b->inputs))
		add(b, xstrdup("most turns lack a run of one side: drift "
			       "cannot be told from a difference"));
	else
		add(b, xstrdup("they were recorded one after the other, not in "
			       "turns: drift in between cannot be told from a "
			       "difference"));
}

/* ---- is it enough to tell? ---- */

static void add_too_few(struct comparison_building *b, size_t subject)
{
	const struct compare_quantity *q = &b->c->quantities[b->headline];
	size_t first = q->sides[0].n, n = q->sides[subject].n;

	add(b, xasprintf("%s: %zu %s of %s and %zu of %s are too few; %s",
			 q->kind.name, first, runs(first), name_of(b, 0), n,
			 name_of(b, subject), q->results[subject].why));
}

/* More than anybody measures: then it is not the number of them. */
#define RUNS_MANY 20000

/* What it takes to tell the smallest difference that counts. */
static void add_blocks_for(struct comparison_building *b, size_t subject)
{
	const struct compare_quantity *q = &b->c->quantities[b->headline];
	double noise = b->c->options.noise;
	double now = compare_precision(b->c, b->headline, subject);
	size_t wanted = compare_blocks_for(b->c, b->headline, subject, noise);

	if (now <= noise || !wanted || wanted <= q->sides[0].n)
		return;
	if (wanted > RUNS_MANY)
		add(b,
		    xasprintf("%s of %s against %s is only known to %.1f %%; "
			      "measure where it is quiet, or what takes "
			      "longer",
			      q->kind.name, name_of(b, subject), name_of(b, 0),
			      now * 100.0));
	else
		add(b,
		    xasprintf("%s of %s against %s is only known to %.1f %%; "
			      "about %zu runs of each would tell a "
			      "difference of %g %%",
			      q->kind.name, name_of(b, subject), name_of(b, 0),
			      now * 100.0, wanted, noise * 100.0));
}

static void add_enough(struct comparison_building *b)
{
	for (size_t s = 1; s < b->inputs->n && b->headline != SIZE_MAX; s++) {
		const struct compare_result *r =
			&b->c->quantities[b->headline].results[s];

		if (r->mark == COMPARE_TOO_FEW)
			add_too_few(b, s);
		else if (r->mark == COMPARE_SAME && !r->exact &&
			 !r->surely_same)
			add_blocks_for(b, s);
	}
}

/* ---- numbers ---- */

static void add_doubted(struct comparison_building *b)
{
	const struct comparison_doubted *d = &b->doubted;
	AUTO_FREE char *estimated = names_text(&d->estimated);
	AUTO_FREE char *user_only = names_text(&d->user_only);

	for (size_t i = 0; i < d->nsentences; i++)
		add(b, xstrdup(d->sentences[i]));
	if (d->estimated.n)
		add(b, xasprintf("%s: estimated in some runs, because groups "
				 "of counters took turns; count fewer events, "
				 "or use --passes",
				 estimated));
	if (d->user_only.n)
		add(b, xasprintf("%s: in user mode alone; what the kernel did "
				 "for the program is not in it",
				 user_only));
}

static const char *lacks(const struct compare_quantity *q, size_t subject,
			 bool reference)
{
	const struct compare_side *mine = &q->sides[reference ? 0 : subject];
	const struct compare_side *other = &q->sides[reference ? subject : 0];

	if (q->kind.untested || mine->n || !other->n)
		return NULL;
	return mine->absent ? mine->absent : "it was not counted";
}

/* What only one of two has, gathered by reason. */
static void add_lacks(struct comparison_building *b, size_t subject,
		      bool reference)
{
	const struct comparison *c = b->c;
	AUTO_FREE bool *told = xcalloc(c->nquantities + 1, sizeof(*told));

	for (size_t i = 0; i < c->nquantities; i++) {
		AUTO(names_done) struct names names = { 0 };
		const char *why = lacks(&c->quantities[i], subject, reference);
		AUTO_FREE char *text = NULL;

		if (!why || told[i])
			continue;
		for (size_t k = i; k < c->nquantities; k++) {
			const char *other =
				lacks(&c->quantities[k], subject, reference);

			if (!other || strcmp(other, why) != 0)
				continue;
			told[k] = true;
			names_add(&names, c->quantities[k].kind.name);
		}
		text = names_text(&names);
		add(b,
		    xasprintf("%s has no %s: %s",
			      name_of(b, reference ? 0 : subject), text, why));
	}
}

void comparison_add_notes(struct comparison_building *b)
{
	if (b->r->interrupted)
		add(b, xstrdup("interrupted: there are fewer runs than were "
			       "asked for"));
	add_differences(b, PROVENANCE_DEFEATS);
	add_targets(b);
	add_one_sided(b);
	add_dropped(b, true);
	add_differences(b, PROVENANCE_DOUBTS);
	add_failed(b);
	add_dropped(b, false);
	add_disturbed(b);
	add_apart(b);
	add_enough(b);
	add_doubted(b);
	for (size_t s = 1; s < b->inputs->n; s++) {
		/* of another source it goes without saying */
		if (comparison_differs(&b->r->subjects[s], PROVENANCE_SOURCE))
			continue;
		add_lacks(b, s, true);
		add_lacks(b, s, false);
	}
}
