/* The verdict on a report; see judge.h. */
#include "report/judge.h"

#include "base/auto.h"
#include "base/xalloc.h"
#include "metric/fact.h"

#include <stdlib.h>
#include <string.h>

/* What the rules can ask. */
struct court {
	const struct report *report;
	const struct report_judging *judging;
	struct scope *scopes; /* one per run */
	size_t n;
};

/*
 * The kernel's account is of the whole run: it does not go with counts of a
 * part of it (-D, --control).  Switching on and off takes its own moment.
 */
static bool is_of_more(const struct scope *s, const char *name)
{
	const struct fact_kind *kind = fact_find(name);
	double wall = (double)s->run->wall_ns, on = (double)s->run->on_ns;

	return kind && kind->origin == FACT_OF_RUN &&
	       strcmp(name, "wall") != 0 && strcmp(name, "ncpus") != 0 &&
	       on > 0.0 && on < 0.95 * wall && wall - on > 5e6;
}

/*
 * A task that never ran while it was counted has no task-clock, and rules must
 * not take that for one that nobody counted.
 */
static bool is_asleep(const struct scope *s)
{
	const struct plan *plan = s->series->plan;

	for (size_t e = 0; e < plan->events->n; e++) {
		struct value v;

		if (strcmp(plan->events->items[e]->base, "task_clock") != 0)
			continue;
		v = value_of(s->series, s->run, s->snap, plan->shown[e], s->bin,
			     s->limits, NULL);
		return v.state == READING_NOT_COUNTED && !v.enabled_ns;
	}
	return false;
}

/*
 * A simulated program's counts have no time.  But simulating slows down what
 * runs, and not what waits: who waits for most of that time waits for more of
 * his own, and must not be judged by the little that he does.
 */
static bool simulated_time(const struct scope *s, const char *name,
			   struct expr_value *ret)
{
	const struct event_list *events = s->series->plan->events;
	double ns = (double)s->run->user_ns + (double)s->run->sys_ns;

	if (!events->n || !event_is_simulated(events->items[0]))
		return false;
	*ret = (struct expr_value){ .number = 1.0 };
	if (!strcmp(name, "simulated"))
		return true;
	ret->number = s->wall_s;
	if (!strcmp(name, "wall"))
		return s->wall_s > 0.0;
	if (!strcmp(name, "run_wait"))
		return run_wait_s(s->run, &ret->number);
	ret->number = ns * 1e-9;
	return !strcmp(name, "cpu_time") && s->run->has_rusage;
}

static struct expr_value look_in(struct court *c, struct scope *s,
				 const char *name, enum expr_aspect aspect)
{
	struct expr_value v;

	if (is_of_more(s, name))
		return (struct expr_value){ .absent = "known of the whole run, "
						      "and only a part was "
						      "counted" };
	if (simulated_time(s, name, &v))
		return v;
	v = scope_lookup(s, name, aspect);
	if (v.absent && !strcmp(name, "task_clock") && is_asleep(s))
		return (struct expr_value){ .number = 0.0 };
	if (v.absent && !strcmp(name, "cycles") && c->judging->refused)
		v.absent = c->judging->refused;
	return v;
}

/* The mean over the runs that have it. */
static struct expr_value look(void *arg, const char *name,
			      enum expr_aspect aspect)
{
	struct court *c = arg;
	struct expr_value ret = { .absent = "nothing was measured" };
	size_t n = 0;

	if (!strcmp(name, "counters_refused"))
		return (struct expr_value){
			.number = 1.0,
			.absent = c->judging->refused
					  ? NULL
					  : "hardware counters are not refused",
		};
	for (size_t i = 0; i < c->n; i++) {
		struct expr_value v = look_in(c, &c->scopes[i], name, aspect);

		if (!i || (ret.absent && !v.absent))
			ret = v;
		else if (!v.absent)
			ret.number += v.number;
		n += !v.absent;
	}
	if (n)
		ret.number /= (double)n;
	return ret;
}

/* That inputs were counted apart is known of each number, and said so. */
static const char *worst_of(const struct report_doubts *doubts)
{
	for (size_t i = 0; i < doubts->n; i++)
		if (strcmp(doubts->items[i].rule, "apart") != 0)
			return doubts->items[i].text;
	return NULL;
}

/* Why the number of an event or a metric is not to be believed, or NULL. */
static const char *shown_doubt(const struct report *r, const char *name)
{
	const char *doubt = NULL;

	for (size_t i = 0; i < r->nrows && !doubt; i++) {
		const struct report_row *row = &r->rows[i];

		if (!strcmp(row->event->base, name))
			doubt = worst_of(&row->doubts);
		for (size_t m = 0; m < row->nmetrics && !doubt; m++)
			if (!strcmp(row->metrics[m].value.metric->name, name))
				doubt = worst_of(&row->metrics[m].doubts);
	}
	for (size_t i = 0; i < r->nfigures && !doubt; i++)
		if (!strcmp(r->figures[i].m.value.metric->name, name))
			doubt = worst_of(&r->figures[i].m.doubts);
	return doubt;
}

/* The same; a metric is as doubtful as what it is made of. */
static const char *doubt_of(const struct court *c, const char *name)
{
	const char *doubt = shown_doubt(c->report, name);
	const struct plan_use *use = scope_find_use(&c->scopes[0], name);

	for (size_t i = 0; use && !doubt && i < use->metric->ninputs; i++)
		doubt = shown_doubt(c->report, use->metric->inputs[i]);
	return doubt;
}

static bool quality(void *arg, const char *name, struct verdict_quality *ret)
{
	const struct court *c = arg;
	struct verdict_quality q = { .counted = !fact_find(name),
				     .running = 1.0 };
	bool known = false;

	for (size_t i = 0; i < c->n; i++) {
		struct scope_quality one = scope_quality(&c->scopes[i], name);

		if (!one.known)
			continue;
		known = true;
		q.apart |= !one.together;
		q.simulated |= one.simulated;
		if (one.running < q.running)
			q.running = one.running;
	}
	if (known)
		q.doubt = doubt_of(c, name);
	*ret = q;
	return known;
}

/* All slots of a run, whatever rows the report has. */
static struct bin whole_of(const struct run *run)
{
	struct bin bin = { .by = AGGREGATE_ALL,
			   .cpu = -1,
			   .core = -1,
			   .die = -1,
			   .socket = -1,
			   .node = -1,
			   .cgroup = -1,
			   .nslots = run->nslots };

	bin.slots = xcalloc(run->nslots ? run->nslots : 1, sizeof(*bin.slots));
	for (size_t i = 0; i < run->nslots; i++)
		bin.slots[i] = i;
	return bin;
}

/* What each run says for itself. */
static void judge_each(const struct court *c, enum verdict_class *ret)
{
	for (size_t i = 0; i < c->n; i++) {
		struct court one = { .report = c->report,
				     .judging = c->judging,
				     .scopes = &c->scopes[i],
				     .n = 1 };
		const struct verdict_facts facts = { .lookup = look,
						     .quality = quality,
						     .arg = &one };
		AUTO(verdict_done) struct verdict v = { 0 };

		verdict_judge(c->judging->rules, &facts, &v);
		ret[i] = v.class;
	}
}

void report_judge(struct report *report, const struct report_judging *judging,
		  const struct scope *scopes, size_t n)
{
	AUTO_FREE struct scope *own = xcalloc(n, sizeof(*own));
	AUTO_FREE struct bin *bins = xcalloc(n, sizeof(*bins));
	AUTO_FREE enum verdict_class *runs = xcalloc(n, sizeof(*runs));
	struct court court = {
		.report = report, .judging = judging, .scopes = own, .n = n
	};
	struct verdict_facts facts = { .lookup = look,
				       .quality = quality,
				       .arg = &court,
				       .target = judging->target,
				       .asked = judging->asked,
				       .nasked = judging->nasked };

	for (size_t i = 0; i < n; i++) {
		bins[i] = whole_of(scopes[i].run);
		own[i] = scopes[i];
		own[i].bin = &bins[i];
	}
	if (n > 1) {
		judge_each(&court, runs);
		facts.runs = runs;
		facts.nruns = n;
	}
	verdict_judge(judging->rules, &facts, &report->verdict);
	for (size_t i = 0; i < n; i++)
		free(bins[i].slots);
}
