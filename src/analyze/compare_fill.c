/* Runs to samples; see compare_fill.h. */
#include "analyze/compare_fill.h"

#include "analyze/dead.h"
#include "analyze/scope.h"
#include "base/auto.h"
#include "base/xalloc.h"
#include "event/cachegrind.h"

#include <stdlib.h>
#include <string.h>

/* What every command has, whatever is counted. */
static const struct {
	const char *name, *fact, *title, *unit;
	int digits;
} of_commands[] = {
	{ "time", "wall", "Elapsed time", "s", 6 },
	{ "user_time", "user_time", "Time in the program", "s", 6 },
	{ "sys_time", "sys_time", "Time in the kernel", "s", 6 },
	{ "max_rss", "max_rss", "Peak memory", "bytes", 0 },
};

/* One run of one subject. */
struct filling {
	struct comparison *c;
	size_t subject, run; /* of the comparison */
	struct scope scope;
	const char *simulation;
};

static const char *const user_mode = "user mode alone";
static const char *const partly_user_mode = "some of it in user mode alone";

static const char *const is_dead =
	"it opened, and never moved while the program ran";

enum metric_better compare_event_better(const char *base)
{
	static const char *const costs[] = {
		"cycles",           "instructions", "task_clock",
		"cpu_clock",        "page_faults",  "minor_faults",
		"major_faults",     "ref_cycles",   "context_switches",
		"cpu_migrations",   "branches",     "bus_cycles",
		"alignment_faults", "slots",        "emulation_faults",
	};
	size_t n = strlen(base);

	for (size_t i = 0; i < ARRAY_LEN(costs); i++)
		if (!strcmp(base, costs[i]))
			return METRIC_LOWER;
	if ((n >= 6 && !strcmp(base + n - 6, "misses")) ||
	    strstr(base, "stall"))
		return METRIC_LOWER;
	return METRIC_NEUTRAL;
}

/* The clocks of the kernel run whatever the mode is. */
static bool is_clock(const struct event *event)
{
	return !strcmp(event->base, "task_clock") ||
	       !strcmp(event->base, "cpu_clock");
}

static bool needs_caches(const struct event *event)
{
	const uint32_t any = 1u << CACHEGRIND_I1MR | 1u << CACHEGRIND_ILMR |
			     1u << CACHEGRIND_D1MR | 1u << CACHEGRIND_DLMR |
			     1u << CACHEGRIND_D1MW | 1u << CACHEGRIND_DLMW;

	return event_is_simulated(event) && event->columns & any;
}

static const struct event *event_of(const struct filling *f, size_t counter)
{
	const struct plan *plan = f->scope.series->plan;

	return plan->events->items[plan->counters[counter].event];
}

/* How @counter counted, as far as that makes another number of it. */
static const char *manner_of(const struct filling *f, size_t counter)
{
	const struct event *event = event_of(f, counter);
	const struct run *run = f->scope.run;

	if (needs_caches(event))
		return f->simulation;
	/* where it was not asked for */
	if (run->notes && run->notes[counter].user_only && !is_clock(event))
		return user_mode;
	return NULL;
}

static const char *manner_of_metric(const struct filling *f,
				    const struct plan_use *use)
{
	const char *manner = NULL;
	bool others = false;

	for (size_t i = 0; use->counters && i < use->metric->ninputs; i++) {
		const char *m = manner_of(f, use->counters[i]);

		if (m)
			manner = m;
		else
			others |= !is_clock(event_of(f, use->counters[i]));
	}
	return manner == user_mode && others ? partly_user_mode : manner;
}

static void add(struct filling *f, const struct compare_kind *kind,
		const char *manner, const char *absent, double number)
{
	size_t q = compare_add_quantity(f->c, kind);

	compare_set_manner(f->c, q, f->subject, manner);
	if (absent)
		compare_lack_sample(f->c, q, f->subject, absent);
	else
		compare_add_sample(f->c, q, f->subject, f->run, number);
}

static void add_times(struct filling *f)
{
	struct scope elapsed = f->scope;

	/* all of it, whenever counting was switched on */
	elapsed.wall_s = (double)f->scope.run->wall_ns * 1e-9;
	for (size_t i = 0; i < ARRAY_LEN(of_commands); i++) {
		struct compare_kind kind = { .name = of_commands[i].name,
					     .title = of_commands[i].title,
					     .unit = of_commands[i].unit,
					     .digits = of_commands[i].digits,
					     .better = METRIC_LOWER };
		struct expr_value v =
			scope_lookup(&elapsed, of_commands[i].fact, EXPR_COUNT);

		add(f, &kind, NULL, v.absent, v.number);
	}
}

static void add_events(struct filling *f)
{
	const struct scope *s = &f->scope;
	const struct plan *plan = s->series->plan;

	for (size_t e = 0; e < plan->events->n; e++) {
		const struct event *event = plan->events->items[e];
		size_t counter = plan->shown[e];
		const struct counter_note *note =
			s->run->notes ? &s->run->notes[counter] : NULL;
		struct value v = value_of(s->series, s->run, s->snap, counter,
					  s->bin, s->limits, NULL);
		struct compare_kind kind = {
			.name = event->name,
			.base = event->base,
			.unit = event->unit,
			.digits = *event->unit ? 3 : 0,
			.better = compare_event_better(event->base),
			.simulated = event_is_simulated(event),
			.split = event->core_type >= 0,
			.user_only = event->exclude & EVENT_EXCLUDE_KERNEL ||
				     (note && note->user_only),
		};
		const char *why = v.why;

		if (reading_has_value(v.state))
			why = s->dead[counter] ? is_dead : NULL;
		else if (!why)
			why = reading_state_meaning(v.state);
		add(f, &kind, manner_of(f, counter), why, v.number);
	}
}

static bool is_seen(const struct plan_use *use)
{
	return use->place != METRIC_UNSEEN;
}

/* Is there another use of that metric, shown where @use is? */
static bool has_namesake(const struct plan *plan, const struct plan_use *use)
{
	for (size_t i = 0; i < plan->nuses; i++) {
		const struct plan_use *other = &plan->uses[i];

		if (other != use && is_seen(other) == is_seen(use) &&
		    !strcmp(other->metric->name, use->metric->name))
			return true;
	}
	return false;
}

/* The name of the metric, and what it is about where that is not enough. */
static char *name_of(const struct plan *plan, const struct plan_use *use)
{
	const char *name = use->metric->name;

	if (!has_namesake(plan, use))
		return xstrdup(name);
	for (size_t i = 0; use->core_type >= 0 && i < plan->events->n; i++) {
		const struct event *e = plan->events->items[i];

		if (e->core_type == use->core_type && e->pmu)
			return xasprintf("%s (%s)", name, e->pmu);
	}
	if (use->event != SIZE_MAX)
		return xasprintf("%s (%s)", name,
				 plan->events->items[use->event]->name);
	return xstrdup(name);
}

static bool is_shown_too(const struct plan *plan, const struct plan_use *use)
{
	for (size_t i = 0; i < plan->nuses; i++)
		if (is_seen(&plan->uses[i]) &&
		    !strcmp(plan->uses[i].metric->name, use->metric->name))
			return true;
	return false;
}

/* Who does the same in less time has more of it in each second. */
static enum metric_better better_of(const struct metric *m)
{
	if (m->better == METRIC_LOWER && !strcmp(m->unit, "/s"))
		return METRIC_NEUTRAL;
	return m->better;
}

static void add_metrics(struct filling *f)
{
	const struct plan *plan = f->scope.series->plan;

	for (size_t i = 0; i < plan->nuses; i++) {
		const struct plan_use *use = &plan->uses[i];
		const struct metric *m = use->metric;
		AUTO_FREE char *name = name_of(plan, use);
		struct compare_kind kind = {
			.name = name,
			.title = m->title,
			.unit = m->unit,
			.digits = m->digits,
			.better = better_of(m),
			.simulated = plan->events->n &&
				     event_is_simulated(plan->events->items[0]),
			.untested = !is_seen(use),
		};
		struct scope scope = f->scope;
		struct metric_value v;

		if (!is_seen(use) && is_shown_too(plan, use))
			continue;
		scope.core_type = use->core_type;
		v = metric_value_of(&scope, use);
		add(f, &kind, manner_of_metric(f, use), v.absent, v.number);
	}
}

static void fill_run(struct comparison *c, size_t subject,
		     const struct compare_source *source, size_t index,
		     const struct value_limits *limits)
{
	const struct run *run = &source->series->runs[index];
	AUTO_FREE bool *dead = dead_counters(source->series, run, &run->total);
	AUTO_FREE size_t *slots = xcalloc(run->nslots + 1, sizeof(*slots));
	struct bin all = { .by = AGGREGATE_ALL,
			   .slots = slots,
			   .nslots = run->nslots,
			   .cgroup = -1 };
	struct compare_run order = { .block = COMPARE_ALONE };
	struct filling f = {
		.c = c,
		.subject = subject,
		.simulation = source->simulation,
		.scope = { .series = source->series,
			   .run = run,
			   .snap = &run->total,
			   .bin = &all,
			   .limits = limits,
			   .wall_s = (double)run->on_ns * 1e-9,
			   .dead = dead,
			   .core_type = -1 },
	};

	for (size_t i = 0; i < run->nslots; i++)
		slots[i] = i;
	if (source->order)
		order = source->order[index];
	f.run = compare_add_run(c, subject, order.block, order.position);
	add_times(&f);
	add_events(&f);
	add_metrics(&f);
}

void compare_fill(struct comparison *c, const struct compare_source *sources,
		  size_t n, const struct value_limits *limits)
{
	for (size_t s = 0; s < n; s++) {
		const struct compare_source *source = &sources[s];

		compare_name(c, s, source->name);
		for (size_t i = 0; i < source->series->nruns; i++)
			if (!source->left_out || !source->left_out[i])
				fill_run(c, s, source, i, limits);
	}
}

void compare_fill_names(struct comparison *c, const struct plan *plan)
{
	const struct value_limits limits = { .scale = true };
	struct series series = { .plan = plan };
	/* one that nothing was counted in: the names do not depend on it */
	struct run run = { 0 };
	struct compare_source source = { .name = "", .series = &series };

	snapshot_init(&run.total, plan->ncounters, 0);
	series.runs = &run;
	series.nruns = 1;
	fill_run(c, 0, &source, 0, &limits);
	snapshot_done(&run.total);
}
