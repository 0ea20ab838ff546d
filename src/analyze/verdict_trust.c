/*
 * How far to trust a verdict: what is wrong with the numbers that it rests on.
 *
 * The factors are ours: there is no measurement behind them but the order, from
 * a number that cannot be right to one that others would make surer.
 */
#include "analyze/judge.h"

#include "base/auto.h"
#include "base/strbuf.h"
#include "base/vec.h"

#include <string.h>

/* ---- what it rests on ---- */

static void use_name(struct judge *j, const char *name)
{
	for (size_t i = 0; i < j->nnames; i++)
		if (!strcmp(j->names[i], name))
			return;
	VEC_PUSH(j->names, j->nnames, name);
}

/* Note what @e rests on, through the inputs. */
static void use_formula(struct judge *j, const struct expr *e)
{
	AUTO_FREE const char **names = NULL;
	size_t n = e ? expr_names(e, &names) : 0;

	for (size_t i = 0; i < n; i++) {
		const struct expr *used = NULL;
		size_t before = j->ninputs, input;

		if (!judge_find_input(j, names[i], &input)) {
			use_name(j, names[i]);
			continue;
		}
		judge_input_value(j, input, &used);
		j->ninputs = input;
		use_formula(j, used);
		j->ninputs = before;
	}
}

static double confidence_of(const struct judge *j,
			    const struct verdict_rule *rule)
{
	while (rule && rule->confidence < 0.0)
		rule = judge_parent(j, rule);
	return rule ? rule->confidence : 1.0;
}

/* ---- what is wrong with it ---- */

struct doubts {
	double factor; /* what is left of the confidence */
	struct strbuf text;
	bool counted; /* something was counted */
};

static void doubt(struct doubts *d, double factor, char *text)
{
	d->factor *= factor;
	strbuf_addf(&d->text, "%s%s", d->text.len ? "; " : "", text);
	free(text);
}

/* "'a', 'b' and 2 more" */
static void add_name(struct strbuf *b, size_t *n, const char *name)
{
	if ((*n)++ < 2)
		strbuf_addf(b, "%s'%s'", b->len ? ", " : "", name);
}

static char *names_of(const struct strbuf *b, size_t n)
{
	if (n > 2)
		return xasprintf("%s and %zu more", strbuf_str(b), n - 2);
	return xstrdup(strbuf_str(b));
}

/* What is wrong with the numbers that it rests on. */
static void doubt_names(struct judge *j, struct doubts *d, bool *simulated)
{
	AUTO(strbuf_done) struct strbuf scaled = { 0 }, apart = { 0 };
	AUTO(strbuf_done) struct strbuf doubted = { 0 };
	size_t nscaled = 0, napart = 0, ndoubted = 0;
	bool first = true;
	double least = 1.0;

	for (size_t i = 0; i < j->nnames; i++) {
		struct verdict_quality q = { .running = 1.0 };

		if (!j->facts->quality ||
		    !j->facts->quality(j->facts->arg, j->names[i], &q))
			continue;
		d->counted |= q.counted;
		*simulated |= q.simulated;
		/* one reason is enough to doubt the verdict */
		if (q.doubt && first)
			doubt(d, 0.3,
			      xasprintf("'%s' is in doubt: %s", j->names[i],
					q.doubt));
		else if (q.doubt)
			add_name(&doubted, &ndoubted, j->names[i]);
		first &= !q.doubt;
		if (q.apart)
			add_name(&apart, &napart, j->names[i]);
		/* reading one after the other loses a little */
		if (q.running < 0.98)
			add_name(&scaled, &nscaled, j->names[i]);
		if (q.running < least)
			least = q.running;
	}
	if (ndoubted) {
		AUTO_FREE char *names = names_of(&doubted, ndoubted);

		doubt(d, 0.3,
		      xasprintf("so %s %s", ndoubted > 1 ? "are" : "is",
				names));
	}
	if (nscaled) {
		AUTO_FREE char *names = names_of(&scaled, nscaled);

		doubt(d, 0.6 + 0.4 * least,
		      xasprintf("%s counted only %.0f %% of the time", names,
				100.0 * least));
	}
	if (napart) {
		AUTO_FREE char *names = names_of(&apart, napart);

		doubt(d, 0.8,
		      xasprintf("inputs of %s not counted at the same time",
				names));
	}
}

static void doubt_wanted(struct judge *j, struct doubts *d)
{
	AUTO(strbuf_done) struct strbuf b = { 0 };
	AUTO_FREE char *names = NULL;
	size_t n = 0;

	for (size_t i = 0; i < j->leaves.n; i++)
		for (const struct verdict_rule *r = judge_leaf(j, i); r;
		     r = judge_parent(j, r))
			for (size_t k = 0; k < r->nwants; k++)
				if (judge_look(j, r->wants[k], EXPR_COUNT)
					    .absent)
					add_name(&b, &n, r->wants[k]);
	if (!n)
		return;
	names = names_of(&b, n);
	doubt(d, 0.9, xasprintf("%s not known", names));
}

/* Starting and ending are all that a short run does. */
static void doubt_length(struct judge *j, struct doubts *d)
{
	struct expr_value wall = judge_look(j, "wall", EXPR_COUNT);

	if (wall.absent || wall.number >= 0.1)
		return;
	doubt(d, wall.number < 0.01 ? 0.5 : 0.7,
	      xasprintf("a run of only %.3g ms", 1000.0 * wall.number));
}

static void doubt_runs(const struct judge *j, enum verdict_class class,
		       struct doubts *d)
{
	size_t agree = 0, n = j->facts->nruns;

	for (size_t i = 0; i < n; i++)
		agree += j->facts->runs[i] == class;
	if (agree == n)
		return;
	doubt(d, (double)(agree ? agree : 1) / (double)n,
	      xasprintf("%zu of %zu runs for themselves say otherwise",
			n - agree, n));
}

static void doubt_caveats(struct judge *j, struct doubts *d)
{
	const char *said = NULL;

	for (size_t i = 0; i < j->leaves.n; i++) {
		const struct verdict_rule *r = judge_leaf(j, i);

		while (r && !r->caveat)
			r = judge_parent(j, r);
		if (!r || (said && !strcmp(said, r->caveat)))
			continue;
		said = r->caveat;
		doubt(d, 1.0, xstrdup(said));
	}
}

static void use_names(struct judge *j)
{
	for (size_t i = 0; i < j->leaves.n; i++) {
		const struct verdict_rule *r = judge_leaf(j, i);

		for (; r; r = judge_parent(j, r)) {
			for (size_t t = 0; t < r->when.n; t++)
				use_formula(j, r->when.terms[t].expr);
			use_formula(j, r->share);
		}
	}
}

void judge_weigh(struct judge *j, struct verdict *v)
{
	struct doubts d = { .factor = 1.0 };
	bool simulated = j->stage == VERDICT_STAGE_ESTIMATE;
	double base = 1.0;

	j->has_share = false;
	use_names(j);
	for (size_t i = 0; i < j->leaves.n; i++) {
		double c = confidence_of(j, judge_leaf(j, i));

		if (c < base)
			base = c;
	}
	doubt_caveats(j, &d);
	doubt_names(j, &d, &simulated);
	if (simulated)
		doubt(&d, 0.7, xstrdup("simulated counts, not this CPU's"));
	doubt_wanted(j, &d);
	doubt_length(j, &d);
	doubt_runs(j, v->class, &d);
	if (j->impossible)
		doubt(&d, 0.5, xstrdup(j->impossible));
	v->estimate = simulated;
	v->confidence = v->class == VERDICT_UNKNOWN ? 0.0 : base * d.factor;
	if (!d.text.len)
		strbuf_puts(&d.text, d.counted ? "all inputs counted 100 % of "
						 "the time"
					       : "from the kernel's account of "
						 "the run, not from counters");
	v->trust = strbuf_detach(&d.text);
}
