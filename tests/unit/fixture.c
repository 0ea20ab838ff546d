#include "fixture.h"

#include "unit.h"

#include "base/auto.h"
#include "base/vec.h"
#include "base/xalloc.h"

#include <stdlib.h>
#include <string.h>

#define MISS (PERF_COUNT_HW_CACHE_RESULT_MISS << 16)

static const struct {
	const char *name, *base;
	uint32_t type;
	uint64_t config;
} known[] = {
	{ "task-clock", "task_clock", PERF_TYPE_SOFTWARE,
	  PERF_COUNT_SW_TASK_CLOCK },
	{ "cpu-clock", "cpu_clock", PERF_TYPE_SOFTWARE,
	  PERF_COUNT_SW_CPU_CLOCK },
	{ "context-switches", "context_switches", PERF_TYPE_SOFTWARE,
	  PERF_COUNT_SW_CONTEXT_SWITCHES },
	{ "page-faults", "page_faults", PERF_TYPE_SOFTWARE,
	  PERF_COUNT_SW_PAGE_FAULTS },
	{ "cycles", "cycles", PERF_TYPE_HARDWARE, PERF_COUNT_HW_CPU_CYCLES },
	{ "instructions", "instructions", PERF_TYPE_HARDWARE,
	  PERF_COUNT_HW_INSTRUCTIONS },
	{ "cache-references", "cache_references", PERF_TYPE_HARDWARE,
	  PERF_COUNT_HW_CACHE_REFERENCES },
	{ "cache-misses", "cache_misses", PERF_TYPE_HARDWARE,
	  PERF_COUNT_HW_CACHE_MISSES },
	{ "branches", "branches", PERF_TYPE_HARDWARE,
	  PERF_COUNT_HW_BRANCH_INSTRUCTIONS },
	{ "branch-misses", "branch_misses", PERF_TYPE_HARDWARE,
	  PERF_COUNT_HW_BRANCH_MISSES },
	{ "stalled-cycles-frontend", "stalled_cycles_frontend",
	  PERF_TYPE_HARDWARE, PERF_COUNT_HW_STALLED_CYCLES_FRONTEND },
	{ "stalled-cycles-backend", "stalled_cycles_backend",
	  PERF_TYPE_HARDWARE, PERF_COUNT_HW_STALLED_CYCLES_BACKEND },
	{ "L1-dcache-loads", "l1_dcache_loads", PERF_TYPE_HW_CACHE,
	  PERF_COUNT_HW_CACHE_L1D },
	{ "L1-dcache-load-misses", "l1_dcache_load_misses", PERF_TYPE_HW_CACHE,
	  PERF_COUNT_HW_CACHE_L1D | MISS },
	{ "LLC-loads", "llc_loads", PERF_TYPE_HW_CACHE,
	  PERF_COUNT_HW_CACHE_LL },
	{ "LLC-load-misses", "llc_load_misses", PERF_TYPE_HW_CACHE,
	  PERF_COUNT_HW_CACHE_LL | MISS },
};

static char *argv[] = { (char[]){ "./loop" }, (char[]){ "5" }, NULL };

/* The tree's own rules, whatever the user has in his home. */
static void load_rules(struct fixture *f)
{
	struct err err = { 0 };

	setenv("XDG_CONFIG_HOME", "/nonexistent", 1);
	assert_int_equal(catalog_load(&f->catalog, NULL, NULL, 0, &err), 0);
	assert_int_equal(trust_load(&f->catalog, NULL, NULL, &f->rules, &err),
			 0);
	f->options.rules = &f->rules;
	facts_set(&f->facts, "pipeline_width", 16.0);
	f->series.facts = &f->facts;
}

void fixture_init(struct fixture *f)
{
	memset(f, 0, sizeof(*f));
	f->plan.events = &f->events;
	f->series.plan = &f->plan;
	f->options.limits.scale = true;
	load_rules(f);
	f->about = (struct report_about){
		.version = "1.2.3",
		.subject = "'./loop 5'",
		.argv = argv,
		.machine_cpu = "Model \"T\"",
		.machine_key = "GenuineIntel 6/143 step 8",
		.machine_kernel = "Linux 6.1.0 x86_64",
		.machine_host = "box",
		.hypervisor = "",
		.machine_cpus = 4,
		.started_at = 1700000000.25,
		.repeats = 1,
	};
}

struct event *fixture_event(struct fixture *f, const char *name, uint32_t type,
			    uint64_t config)
{
	struct event *event = xcalloc(1, sizeof(*event));
	struct plan *plan = &f->plan;
	size_t index = f->events.n;
	size_t nshown = index, nrefused = index;
	struct plan_group group = { .first = index, .n = 1 };

	event->name = xstrdup(name);
	event->base = xstrdup("");
	event->unit = xstrdup("");
	event->help = xstrdup("");
	event->how = xstrdup("");
	event->scale = 1.0;
	event->code.type = type;
	event->code.config = config;
	event->hardware = type != PERF_TYPE_SOFTWARE;
	event->core_type = event->hybrid_set = event->group = -1;
	group.hardware = event->hardware;
	VEC_PUSH(f->events.items, f->events.n, event);
	VEC_PUSH(plan->shown, nshown, index);
	VEC_PUSH(plan->refused, nrefused, ((struct err){ 0 }));
	VEC_PUSH(plan->counters, plan->ncounters,
		 ((struct plan_counter){ .event = index, .group = index }));
	VEC_PUSH(plan->groups, plan->ngroups, group);
	return event;
}

struct event *fixture_known(struct fixture *f, const char *name)
{
	struct event *event;

	for (size_t i = 0; i < ARRAY_LEN(known); i++) {
		if (strcmp(known[i].name, name) != 0)
			continue;
		event = fixture_event(f, name, known[i].type, known[i].config);
		free(event->base);
		event->base = xstrdup(known[i].base);
		if (strstr(name, "-clock")) {
			free(event->unit);
			event->unit = xstrdup("msec");
			event->scale = 1e-6;
		}
		return event;
	}
	fail_msg("no event %s", name);
	return NULL;
}

void fixture_one_group(struct fixture *f, size_t first)
{
	f->plan.ngroups = first + 1;
	f->plan.groups[first].n = f->plan.ncounters - first;
	for (size_t c = first; c < f->plan.ncounters; c++)
		f->plan.counters[c].group = first;
}

static size_t event_with_base(const struct fixture *f, const char *base)
{
	size_t i = 0;

	while (i < f->events.n && strcmp(f->events.items[i]->base, base) != 0)
		i++;
	assert_true(i < f->events.n);
	return i;
}

static bool in_one_group(const struct fixture *f, const struct plan_use *use)
{
	for (size_t i = 1; i < use->metric->ninputs; i++)
		if (f->plan.counters[use->counters[i]].group !=
		    f->plan.counters[use->counters[0]].group)
			return false;
	return true;
}

struct metric *fixture_metric(struct fixture *f, const char *name,
			      const char *formula, size_t beside,
			      const char *const *inputs)
{
	struct metric *metric = xcalloc(1, sizeof(*metric));
	struct plan_use use = { .metric = metric,
				.event = beside,
				.core_type = -1 };
	AUTO_FREE const char **names = NULL;
	struct err err = { 0 };
	size_t n = 0;

	metric->name = metric->title = metric->label = name;
	metric->unit = "";
	metric->digits = 2;
	assert_int_equal(expr_parse(formula, &metric->formula, &err), 0);
	for (; *inputs; inputs++) {
		VEC_PUSH(use.counters, n, event_with_base(f, *inputs));
		VEC_PUSH(metric->inputs, metric->ninputs, *inputs);
	}
	n = expr_names(metric->formula, &names);
	for (size_t i = 0; i < n; i++) {
		struct metric_name one = { .name = names[i] };

		if (fact_find(one.name))
			one.kind = METRIC_NAME_FACT;
		VEC_PUSH(metric->names, metric->nnames, one);
	}
	use.together = in_one_group(f, &use);
	VEC_PUSH(f->plan.uses, f->plan.nuses, use);
	return metric;
}

struct run *fixture_run(struct fixture *f, size_t nslots)
{
	struct run run = { .wall_ns = 100000000, .nslots = nslots };

	run.slots = xcalloc(nslots, sizeof(*run.slots));
	run.notes = xcalloc(f->plan.ncounters, sizeof(*run.notes));
	for (size_t s = 0; s < nslots; s++)
		run.slots[s] = (struct slot){
			.cpu = -1, .pid = 100, .tid = 100, .cgroup = -1
		};
	snapshot_init(&run.total, f->plan.ncounters, nslots);
	for (size_t i = 0; i < f->plan.ncounters * nslots; i++)
		run.total.readings[i].state = READING_NOT_COUNTED;
	VEC_PUSH(f->series.runs, f->series.nruns, run);
	return &f->series.runs[f->series.nruns - 1];
}

void fixture_count(struct run *run, size_t counter, size_t slot, uint64_t raw,
		   uint64_t enabled_ns, uint64_t running_ns)
{
	struct reading *r = snapshot_at(&run->total, counter, slot);

	*r = (struct reading){ .raw = raw,
			       .enabled_ns = enabled_ns,
			       .running_ns = running_ns };
	reading_judge(r);
}

void fixture_slices(const struct fixture *f, struct run *run, size_t n,
		    double jump)
{
	struct snapshot before, now;

	run->total.spread = xcalloc(1, sizeof(*run->total.spread));
	spreads_init(run->total.spread, &f->plan, run->nslots);
	snapshot_init(&before, f->plan.ncounters, run->nslots);
	snapshot_init(&now, f->plan.ncounters, run->nslots);
	for (size_t k = 0; k < n; k++) {
		double at = (double)(k + 1) / (double)n;
		double up = k % 2 ? 0.0 : jump / (double)n;

		for (size_t i = 0; i < f->plan.ncounters * run->nslots; i++) {
			const struct reading *all = &run->total.readings[i];

			now.readings[i] = (struct reading){
				.raw = (uint64_t)((double)all->raw * (at + up)),
				.enabled_ns =
					(uint64_t)((double)all->enabled_ns *
						   at),
				.running_ns =
					(uint64_t)((double)all->running_ns *
						   at),
				.state = all->state,
			};
		}
		spreads_add(run->total.spread, &f->plan, &now, &before);
		memcpy(before.readings, now.readings,
		       f->plan.ncounters * run->nslots * sizeof(*now.readings));
	}
	snapshot_done(&before);
	snapshot_done(&now);
}

void fixture_fail(struct run *run, size_t counter, enum reading_state state,
		  int code, const char *what, const char *hint)
{
	for (size_t s = 0; s < run->nslots; s++)
		*snapshot_at(&run->total, counter, s) =
			(struct reading){ .state = state };
	err_set(&run->notes[counter].why, code, "%s", what);
	if (hint)
		err_hint(&run->notes[counter].why, "%s", hint);
}

struct report fixture_report(const struct fixture *f)
{
	struct report report;
	struct err err = { 0 };

	assert_int_equal(
		report_build(&f->about, &f->series, &f->options, &report, &err),
		0);
	return report;
}

char *fixture_show(const struct view *view, const struct report *report,
		   const struct view_options *options)
{
	struct view_state v = { .options = *options };
	struct err err = { 0 };
	char *text = NULL;
	size_t len = 0;

	v.options.out = open_memstream(&text, &len);
	assert_non_null(v.options.out);
	assert_int_equal(view->begin(&v, report->about, &err), 0);
	assert_int_equal(view->emit(&v, report, &err), 0);
	assert_int_equal(view->end(&v, &err), 0);
	fclose(v.options.out);
	return text;
}

static void metric_done(struct metric *metric)
{
	free(metric->inputs);
	free(metric->names);
	expr_free(metric->formula);
	free(metric);
}

void fixture_done(struct fixture *f)
{
	for (size_t i = 0; i < f->plan.nuses; i++) {
		free(f->plan.uses[i].counters);
		/* Fixtures own their metrics; a catalog would in earnest. */
		metric_done((struct metric *)(uintptr_t)f->plan.uses[i].metric);
	}
	free(f->plan.uses);
	free(f->plan.counters);
	free(f->plan.groups);
	free(f->plan.shown);
	free(f->plan.refused);
	for (size_t i = 0; i < f->events.n; i++) {
		struct event *event = f->events.items[i];

		free(event->name);
		free(event->base);
		free(event->pmu);
		free(event->unit);
		free(event->help);
		free(event->how);
		free(event);
	}
	free(f->events.items);
	trust_rules_done(&f->rules);
	facts_done(&f->facts);
	catalog_done(&f->catalog);
	series_done(&f->series);
}
