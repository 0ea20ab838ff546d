/*
 * Asking the rules; see doubts.h.
 *
 * What a rule compares must be of the same modes and the same kind of core, as
 * the inputs of a ratio must: each such context is asked by itself.
 */
#include "report/doubts.h"

#include "base/auto.h"
#include "base/fmt.h"
#include "base/vec.h"
#include "base/xalloc.h"
#include "report/names.h"

#include <stdlib.h>
#include <string.h>

/* The kernel lets the next group have its turn after so long. */
#define TURN_NS 4e6

struct context {
	int core_type;
	unsigned exclude;
	bool has_level;
};

/* One rule that is looked at. */
struct asking {
	struct report *report;
	const struct doubt_run *runs;
	size_t nruns;
	const struct plan *plan;
	struct trust_rule *rule;
	struct context context;
	const struct bin *bin;
	struct names names;    /* what was marked */
	size_t broken, looked; /* runs */
	double longest_s;      /* dead: for so long it ran */
	/* while a formula is computed */
	const struct doubt_run *run;
	struct scope scope;
};

/* ---- what the names of a formula mean ---- */

/* Events that go with any modes on any core. */
static bool fits_all(const struct event *e)
{
	if (e->system_wide)
		return true;
	return !e->hardware && !e->has_level &&
	       !(e->exclude & ~(unsigned)EVENT_EXCLUDE_GUEST);
}

static bool fits(const struct context *c, const struct event *e)
{
	bool software = !e->hardware;

	if (fits_all(e))
		return true;
	return c->exclude == e->exclude && c->has_level == e->has_level &&
	       (software || c->core_type == e->core_type);
}

static bool use_fits(const struct asking *a, const struct plan_use *use)
{
	for (size_t i = 0; i < use->metric->ninputs; i++) {
		size_t event = a->plan->counters[use->counters[i]].event;

		if (!fits(&a->context, a->plan->events->items[event]))
			return false;
	}
	return true;
}

static struct expr_value number(double n)
{
	return (struct expr_value){ .number = n };
}

static struct expr_value absent(const char *why)
{
	return (struct expr_value){ .absent = why };
}

static struct expr_value event_number(const struct asking *a, size_t event)
{
	const struct scope *s = &a->scope;
	size_t counter = a->plan->shown[event];
	/* raw counts of different shares of time cannot be compared */
	const struct value_limits scaled = { .min_running =
						     s->limits->min_running,
					     .scale = true };
	struct value v = value_of(s->series, s->run, s->snap, counter, s->bin,
				  &scaled, NULL);

	if (!reading_has_value(v.state) || (s->dead && s->dead[counter]))
		return absent("it has no value");
	return number(v.number);
}

/* Is it the command that was counted, all of it, and nothing else? */
static bool counts_command(const struct asking *a)
{
	const struct run *run = a->run->scope.run;

	return a->run->whole && run->has_rusage && !run->beside &&
	       run->nslots == 1 && run->slots[0].cpu < 0 &&
	       run->slots[0].cgroup < 0;
}

static struct expr_value fact_number(struct asking *a, const char *name)
{
	const struct fact_kind *kind = fact_find(name);
	struct expr_value v;

	/* all but the time are the kernel's account of the whole command */
	if (kind && kind->origin == FACT_OF_RUN && !counts_command(a) &&
	    strcmp(name, "wall") != 0 && strcmp(name, "ncpus") != 0)
		return absent("not known of this part of the run");
	v = scope_lookup(&a->scope, name, EXPR_COUNT);
	if (v.absent && !strcmp(name, "num_cpus") &&
	    a->report->about->machine_cpus > 0)
		return number((double)a->report->about->machine_cpus);
	return v;
}

/* A constant of these cores alone stands as NAME@PMU. */
static const struct fact *own_constant(const struct asking *a, const char *name)
{
	AUTO_FREE char *own = NULL;

	for (size_t e = 0; e < a->plan->events->n && !own; e++) {
		const struct event *event = a->plan->events->items[e];

		if (event->hardware && event->pmu &&
		    event->core_type == a->context.core_type)
			own = xasprintf("%s@%s", name, event->pmu);
	}
	return own ? facts_get(a->scope.series->facts, own) : NULL;
}

static struct expr_value lookup(void *arg, const char *name,
				enum expr_aspect aspect)
{
	struct asking *a = arg;
	const struct plan *plan = a->plan;
	const struct fact *constant;

	if (aspect != EXPR_COUNT)
		return absent("rules compare numbers, not their times");
	constant = own_constant(a, name);
	if (constant)
		return number(constant->number);
	if (fact_find(name) || facts_get(a->scope.series->facts, name))
		return fact_number(a, name);
	for (size_t u = 0; u < plan->nuses; u++) {
		const struct plan_use *use = &plan->uses[u];
		struct metric_value v;

		if (!use->counters || strcmp(use->metric->name, name) != 0 ||
		    !use_fits(a, use))
			continue;
		v = metric_value_of(&a->scope, use);
		return v.absent ? absent(v.absent) : number(v.number);
	}
	for (size_t e = 0; e < plan->events->n; e++)
		if (!strcmp(plan->events->items[e]->base, name) &&
		    fits(&a->context, plan->events->items[e]))
			return event_number(a, e);
	return absent("not counted");
}

/* ---- marking ---- */

/* @rule's sentence with @name for '@'; the caller frees. */
static char *sentence(const struct trust_rule *rule, const char *name)
{
	AUTO(strbuf_done) struct strbuf b = { 0 };
	const char *at = strchr(rule->say, '@');

	if (!at)
		return xstrdup(rule->say);
	strbuf_add(&b, rule->say, (size_t)(at - rule->say));
	strbuf_puts(&b, name);
	strbuf_puts(&b, at + 1);
	return strbuf_detach(&b);
}

static void doubt(struct asking *a, struct report_doubts *doubts,
		  const char *name)
{
	struct report_doubt one = { .rule = a->rule->name,
				    .mark = a->rule->mark };

	names_add(&a->names, name);
	for (size_t i = 0; i < doubts->n; i++)
		if (!strcmp(doubts->items[i].rule, one.rule))
			return;
	one.text = sentence(a->rule, name);
	VEC_PUSH(doubts->items, doubts->n, one);
}

static bool is_of(const struct asking *a, const struct report_figure *f)
{
	if (f->bin != a->bin || !f->pmu)
		return f->bin == a->bin;
	for (size_t e = 0; e < a->plan->events->n; e++) {
		const struct event *event = a->plan->events->items[e];

		if (event->core_type == a->context.core_type && event->pmu &&
		    !strcmp(event->pmu, f->pmu))
			return true;
	}
	return false;
}

static void mark_numbers(struct asking *a)
{
	struct report *r = a->report;

	for (size_t i = 0; i < r->nrows; i++) {
		struct report_row *row = &r->rows[i];

		if (row->bin != a->bin || !fits(&a->context, row->event) ||
		    !reading_has_value(row->value.state))
			continue;
		if (trust_is_on(a->rule, row->event->base))
			doubt(a, &row->doubts, row->event->name);
		for (size_t m = 0; m < row->nmetrics; m++) {
			struct report_metric *metric = &row->metrics[m];

			if (trust_is_on(a->rule, metric->value.metric->name))
				doubt(a, &metric->doubts,
				      metric->value.metric->title);
		}
	}
	for (size_t i = 0; i < r->nfigures; i++) {
		struct report_metric *metric = &r->figures[i].m;

		if (is_of(a, &r->figures[i]) &&
		    trust_is_on(a->rule, metric->value.metric->name))
			doubt(a, &metric->doubts, metric->value.metric->title);
	}
}

/* ---- rules with a formula ---- */

/* In how many runs is it broken here? */
static size_t count_broken(struct asking *a, size_t *looked)
{
	size_t broken = 0;

	for (size_t t = 0; t < a->nruns; t++) {
		int plausible;

		a->run = &a->runs[t];
		a->scope = a->run->scope;
		a->scope.bin = bins_find(a->run->bins, a->bin);
		a->scope.core_type = a->context.core_type;
		if (!a->scope.bin)
			continue;
		plausible = trust_check(a->rule, lookup, a);
		*looked += plausible >= 0;
		broken += plausible == 0;
	}
	return broken;
}

static void ask_here(struct asking *a)
{
	size_t looked = 0, broken = count_broken(a, &looked);

	if (!broken)
		return;
	if (broken > a->broken) {
		a->broken = broken;
		a->looked = looked;
	}
	mark_numbers(a);
}

/* Modes and kinds of cores that are counted; the caller frees. */
static size_t contexts_of(const struct plan *plan, struct context **ret)
{
	struct context *items = NULL;
	size_t n = 0;

	for (size_t e = 0; e < plan->events->n; e++) {
		const struct event *event = plan->events->items[e];
		struct context c = { event->core_type, event->exclude,
				     event->has_level };
		size_t i = 0;

		while (i < n && !fits(&items[i], event))
			i++;
		if (i == n && !fits_all(event))
			VEC_PUSH(items, n, c);
	}
	if (!n)
		VEC_PUSH(items, n, ((struct context){ .core_type = -1 }));
	*ret = items;
	return n;
}

static void ask_formula(struct asking *a, const struct context *contexts,
			size_t n)
{
	for (size_t b = 0; b < a->report->bins.n; b++) {
		a->bin = &a->report->bins.items[b];
		for (size_t i = 0; i < n; i++) {
			a->context = contexts[i];
			ask_here(a);
		}
	}
}

/* ---- rules about counting ---- */

static void find_dead(struct asking *a)
{
	for (size_t i = 0; i < a->report->nrows; i++) {
		struct report_row *row = &a->report->rows[i];
		double ran_s = (double)row->value.running_ns * 1e-9;

		if (row->value.state != READING_DEAD)
			continue;
		doubt(a, &row->doubts, row->event->name);
		if (ran_s > a->longest_s)
			a->longest_s = ran_s;
	}
}

static void find_short(struct asking *a)
{
	double groups = (double)a->report->ngroups_competing;
	double enough_ns = groups * a->rule->limit * TURN_NS;

	if (a->report->ngroups_competing < 2)
		return;
	for (size_t i = 0; i < a->report->nrows; i++) {
		struct report_row *row = &a->report->rows[i];
		double n = row->nslots ? (double)row->nslots : 1.0;

		if (row->value.state == READING_SCALED &&
		    (double)row->value.enabled_ns / n < enough_ns)
			doubt(a, &row->doubts, row->event->name);
	}
}

/* Do two counters of one event tell different rates? */
static bool unequal(const struct asking *a, const struct doubt_run *run,
		    size_t event, const struct bin *bin)
{
	const struct scope *s = &run->scope;
	const struct value_limits scaled = { .min_running =
						     s->limits->min_running,
					     .scale = true };
	double least = 0.0, most = 0.0;
	size_t n = 0;

	for (size_t c = 0; c < a->plan->ncounters; c++) {
		struct value v;

		if (a->plan->counters[c].event != event)
			continue;
		v = value_of(s->series, s->run, s->snap, c, bin, &scaled, NULL);
		if (v.state != READING_SCALED)
			continue;
		if (!n++ || v.number < least)
			least = v.number;
		if (v.number > most)
			most = v.number;
	}
	return n > 1 && most > a->rule->limit * least;
}

static void find_unequal(struct asking *a)
{
	for (size_t i = 0; i < a->report->nrows; i++) {
		struct report_row *row = &a->report->rows[i];

		for (size_t t = 0; t < a->nruns; t++) {
			const struct bin *bin =
				bins_find(a->runs[t].bins, row->bin);

			if (bin && unequal(a, &a->runs[t], row->index, bin))
				doubt(a, &row->doubts, row->event->name);
		}
	}
}

static bool is_wild(const struct asking *a, const struct report_metric *m)
{
	const struct metric *metric = m->value.metric;
	double room = a->rule->limit * (metric->hi - metric->lo);

	/* another rule has said more of it */
	return metric->has_range && !m->doubts.n &&
	       (m->value.number < metric->lo - room ||
		m->value.number > metric->hi + room);
}

static void judge_metric(struct asking *a, struct report_metric *m)
{
	bool broken;

	if (m->value.absent)
		return;
	broken = a->rule->test == TRUST_APART ? !m->value.together
					      : is_wild(a, m);
	if (broken)
		doubt(a, &m->doubts, m->value.metric->title);
}

static void judge_metrics(struct asking *a)
{
	for (size_t i = 0; i < a->report->nrows; i++)
		for (size_t m = 0; m < a->report->rows[i].nmetrics; m++)
			judge_metric(a, &a->report->rows[i].metrics[m]);
	for (size_t i = 0; i < a->report->nfigures; i++)
		judge_metric(a, &a->report->figures[i].m);
}

/* ---- all of them ---- */

static void ask(struct asking *a, const struct context *contexts, size_t n)
{
	switch (a->rule->test) {
	case TRUST_CHECK:
		ask_formula(a, contexts, n);
		break;
	case TRUST_NONE:
		break;
	case TRUST_DEAD:
		find_dead(a);
		break;
	case TRUST_SHORT:
		find_short(a);
		break;
	case TRUST_UNEQUAL:
		find_unequal(a);
		break;
	case TRUST_APART:
	case TRUST_RANGE:
		judge_metrics(a);
		break;
	}
}

static void add_sentence(const struct asking *a)
{
	AUTO_FREE char *names = names_text(&a->names);
	AUTO_FREE char *text = sentence(a->rule, names);
	AUTO(strbuf_done) struct strbuf b = { 0 };
	char buf[FMT_LEN];

	strbuf_puts(&b, text);
	if (a->broken && a->broken < a->looked)
		strbuf_addf(&b, " (in %zu of %zu runs)", a->broken, a->looked);
	/* for intervals the same sentence each time */
	if (a->longest_s > 0.0 && !a->report->is_interval)
		strbuf_addf(&b, " (%s of running)",
			    fmt_duration(buf, a->longest_s));
	report_add_doubt_note(a->report, a->rule->name, strbuf_str(&b));
}

void report_add_doubts(struct report *report, struct trust_rules *rules,
		       const struct doubt_run *runs, size_t nruns)
{
	const struct plan *plan = runs[0].scope.series->plan;
	AUTO_FREE struct context *contexts = NULL;
	size_t n = contexts_of(plan, &contexts);

	/* formulas say more than the others */
	for (size_t i = 0; i < 2 * rules->n; i++) {
		struct asking a = { .report = report,
				    .runs = runs,
				    .nruns = nruns,
				    .plan = plan,
				    .rule = &rules->items[i % rules->n] };

		if ((a.rule->test != TRUST_CHECK) != (i >= rules->n))
			continue;
		ask(&a, contexts, n);
		if (a.names.n)
			add_sentence(&a);
		names_done(&a.names);
	}
}

static bool is_marked(const struct report_doubts *doubts, const char *mark)
{
	for (size_t i = 0; doubts && i < doubts->n; i++)
		if (!strcmp(doubts->items[i].mark, mark))
			return true;
	return false;
}

const char *doubt_marks(struct strbuf *buf, const struct report_doubts *doubts,
			const struct report_doubts *before)
{
	strbuf_reset(buf);
	for (size_t i = 0; i < doubts->n; i++) {
		const char *mark = doubts->items[i].mark;

		if (*mark && !is_marked(before, mark))
			strbuf_addf(buf, "%s%s", buf->len ? ", " : "! ", mark);
	}
	return strbuf_str(buf);
}
