#include "scenes.h"

#include "unit.h"

#include "base/auto.h"
#include "base/xalloc.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

static const char *const ipc[] = { "instructions", "cycles", NULL };
static const char *const misses[] = { "branch_misses", "branches", NULL };
static const char *const mpki[] = { "branch_misses", "instructions", NULL };
static const char *const branchy[] = { "branches", "instructions", NULL };
static const char *const branches[] = { "branches", NULL };
static const char *const clock_of[] = { "task_clock", NULL };
static const char *const ghz[] = { "cycles", NULL };
static const char *const switches[] = { "context_switches", NULL };

static void spell(struct metric *metric, const char *label, const char *unit,
		  int digits)
{
	metric->label = label;
	metric->unit = unit;
	metric->digits = digits;
}

static void usual_metrics(struct fixture *f)
{
	struct metric *m;

	m = fixture_metric(f, "cpus", "task_clock / 1000 / wall", 0, clock_of);
	spell(m, "CPUs utilized", "CPUs", 3);
	m = fixture_metric(f, "switch_rate",
			   "context_switches / seconds(context_switches)", 1,
			   switches);
	spell(m, "/sec", "/s", 3);
	m = fixture_metric(f, "ghz", "cycles / seconds(cycles) / 1e9", 2, ghz);
	spell(m, "GHz", "GHz", 3);
	m = fixture_metric(f, "ipc", "instructions / cycles", 3, ipc);
	spell(m, "insn per cycle", "", 2);
	m->threshold_op = '<';
	m->threshold = 2.0;
	m = fixture_metric(f, "miss_rate", "branch_misses / branches", 5,
			   misses);
	spell(m, "of all branches", "%", 2);
	m->threshold_op = '>';
	m->threshold = 0.05;
	m = fixture_metric(f, "mpki", "1000 * branch_misses / instructions", 5,
			   mpki);
	spell(m, "per 1000 insn", "", 2);
}

static void usual_events(struct fixture *f)
{
	fixture_known(f, "task-clock");
	fixture_known(f, "context-switches");
	fixture_known(f, "cycles");
	fixture_known(f, "instructions");
	fixture_known(f, "branches");
	fixture_known(f, "branch-misses");
	fixture_one_group(f, 2);
	usual_metrics(f);
}

static struct run *usual_run(struct fixture *f, uint64_t factor)
{
	struct run *run = fixture_run(f, 1);
	const uint64_t ns = 9000000 * factor;

	fixture_count(run, 0, 0, ns, ns, ns);
	fixture_count(run, 1, 0, 4 * factor, ns, ns);
	fixture_count(run, 2, 0, 30844160 * factor, ns, ns);
	fixture_count(run, 3, 0, 48753670 * factor, ns, ns);
	fixture_count(run, 4, 0, 9750730 * factor, ns, ns);
	fixture_count(run, 5, 0, 170140 * factor, ns, ns);
	run->wall_ns = 10000000 * factor;
	run->user_ns = 8000000 * factor;
	run->sys_ns = 1000000 * factor;
	run->maxrss_kib = 2048;
	run->usage = (struct run_usage){ .voluntary_switches = 5,
					 .involuntary_switches = factor,
					 .minor_faults = 321,
					 .major_faults = 1,
					 .blocks_in = 8,
					 .blocks_out = 16,
					 .has_main_wait = factor != 2,
					 .main_wait_ns = 250000 * factor,
					 .main_cpu_ns = ns };
	run->has_rusage = true;
	return run;
}

static void plain(struct fixture *f)
{
	usual_events(f);
	usual_run(f, 1);
}

static void repeats(struct fixture *f)
{
	usual_events(f);
	f->about.repeats = 3;
	usual_run(f, 1);
	usual_run(f, 2);
	usual_run(f, 3)->wait_status = 7 << 8;
}

static void scaled(struct fixture *f)
{
	struct run *run;

	fixture_known(f, "task-clock");
	fixture_known(f, "cycles");
	fixture_known(f, "instructions");
	fixture_metric(f, "ipc", "instructions / cycles", 2, ipc);
	run = fixture_run(f, 1);
	fixture_count(run, 0, 0, 9000000, 9000000, 9000000);
	fixture_count(run, 1, 0, 10000000, 9000000, 5760000);
	fixture_count(run, 2, 0, 20000000, 9000000, 3240000);
}

/* Long enough to know how good the estimates are. */
static void bounds(struct fixture *f)
{
	struct run *run;
	struct metric *m;

	fixture_known(f, "task-clock");
	fixture_known(f, "cycles");
	fixture_known(f, "instructions");
	fixture_known(f, "branches");
	fixture_known(f, "branch-misses");
	m = fixture_metric(f, "ghz", "cycles / seconds(cycles) / 1e9", 1, ghz);
	spell(m, "GHz", "GHz", 3);
	m = fixture_metric(f, "ipc", "instructions / cycles", 2, ipc);
	spell(m, "insn per cycle", "", 2);
	m = fixture_metric(f, "miss_rate", "branch_misses / branches", 4,
			   misses);
	spell(m, "of all branches", "%", 2);
	run = fixture_run(f, 1);
	run->wall_ns = 1000000000;
	fixture_count(run, 0, 0, 900000000, 900000000, 900000000);
	fixture_count(run, 1, 0, 1000000000, 900000000, 576000000);
	fixture_count(run, 2, 0, 2000000000, 900000000, 324000000);
	fixture_count(run, 3, 0, 70000000, 900000000, 324000000);
	fixture_count(run, 4, 0, 0, 900000000, 324000000);
	fixture_slices(f, run, 40, 0.2);
}

/* Numbers that cannot be. */
static void doubts(struct fixture *f)
{
	struct metric *m;
	struct run *run;

	usual_events(f);
	m = fixture_metric(f, "shares", "branches / instructions", 4, branchy);
	spell(m, "of all instructions", "%", 1);
	m->has_range = true;
	m->hi = 1.0;
	run = usual_run(f, 1);
	fixture_count(run, 0, 0, 41000000, 41000000, 41000000);
	fixture_count(run, 3, 0, 900000000, 9000000, 9000000);
	fixture_count(run, 4, 0, 910000000, 9000000, 9000000);
	fixture_count(run, 5, 0, 920000000, 9000000, 9000000);
}

void scene_states(struct fixture *f)
{
	struct run *run;

	fixture_known(f, "task-clock");
	fixture_known(f, "instructions");
	fixture_known(f, "cycles");
	fixture_known(f, "branches");
	fixture_known(f, "branch-misses");
	fixture_known(f, "cache-misses");
	run = fixture_run(f, 1);
	run->notes[1].user_only = true;
	fixture_count(run, 0, 0, 12300000, 12300000, 12300000);
	fixture_count(run, 1, 0, 30000000, 12300000, 8000000);
	fixture_count(run, 2, 0, 0, 12300000, 0);
	fixture_fail(run, 3, READING_UNSUPPORTED, -ENOENT,
		     "this CPU has no event 'branches'", NULL);
	fixture_fail(run, 4, READING_DENIED, -EACCES,
		     "the kernel lets only administrators count this",
		     "sysctl kernel.perf_event_paranoid=2");
	fixture_count(run, 5, 0, 0, 12300000, 12300000);
}

static void no_pmu(struct fixture *f)
{
	struct run *run;

	usual_events(f);
	run = fixture_run(f, 1);
	fixture_count(run, 0, 0, 9000000, 9000000, 9000000);
	fixture_count(run, 1, 0, 3, 9000000, 9000000);
	for (size_t c = 2; c < 6; c++) {
		char what[100];

		snprintf(what, sizeof(what),
			 "'%s': this virtual machine has no PMU",
			 f->events.items[c]->name);
		fixture_fail(run, c, READING_UNSUPPORTED, -ENOENT, what, NULL);
	}
}

static void places(struct fixture *f, enum aggregate_by by)
{
	static struct topology_cpu cpus[] = { { 0, 0, 0, 0, 0 },
					      { 1, 0, 0, 1, 0 },
					      { 2, 1, 0, 0, 1 },
					      { 3, 1, 0, 1, 1 } };
	static const struct topology topology = { .cpus = cpus, .ncpus = 4 };
	struct run *run;

	fixture_known(f, "cycles");
	fixture_known(f, "instructions");
	fixture_known(f, "stalled-cycles-frontend");
	fixture_known(f, "branches");
	fixture_metric(f, "insn per cycle", "instructions / cycles", 1, ipc);
	f->about.subject = "'system wide'";
	f->about.argv = NULL;
	f->options.by = by;
	f->options.topology = &topology;
	run = fixture_run(f, 4);
	for (size_t s = 0; s < 4; s++) {
		run->slots[s] = (struct slot){
			.cpu = (int)s, .pid = -1, .tid = -1, .cgroup = -1
		};
		fixture_count(run, 0, s, 1000000 * (s + 1), 9000000, 9000000);
		fixture_count(run, 1, s, 1500000 * (s + 1), 9000000, 9000000);
		fixture_count(run, 2, s, 100000, 9000000, 9000000);
	}
	fixture_fail(run, 3, READING_UNSUPPORTED, -ENOENT, "no such event",
		     NULL);
}

static void per_cpu(struct fixture *f)
{
	places(f, AGGREGATE_CPU);
}

static void per_core(struct fixture *f)
{
	places(f, AGGREGATE_CORE);
}

static void per_socket(struct fixture *f)
{
	places(f, AGGREGATE_SOCKET);
}

static void per_node(struct fixture *f)
{
	places(f, AGGREGATE_NODE);
}

static void per_thread(struct fixture *f)
{
	struct run *run;

	fixture_known(f, "task-clock");
	fixture_known(f, "page-faults");
	f->options.by = AGGREGATE_THREAD;
	f->about.subject = "process id '17'";
	f->about.argv = NULL;
	run = fixture_run(f, 3);
	for (size_t s = 0; s < 3; s++) {
		run->slots[s].tid = 17 + (pid_t)s;
		snprintf(run->slots[s].comm, sizeof(run->slots[s].comm), "%s",
			 s == 1 ? "we\"ird\xff" : "worker");
	}
	fixture_count(run, 0, 0, 1000000, 1000000, 1000000);
	fixture_count(run, 1, 0, 10, 1000000, 1000000);
	fixture_count(run, 0, 1, 5000000, 5000000, 5000000);
	fixture_count(run, 1, 1, 3, 5000000, 5000000);
}

static void cgroups(struct fixture *f)
{
	static char system[] = "system.slice", user[] = "user.slice";
	struct run *run;

	fixture_known(f, "cycles");
	fixture_known(f, "instructions");
	f->cgroups[0] = system;
	f->cgroups[1] = user;
	f->about.cgroups = f->cgroups;
	f->about.subject = "'system wide'";
	run = fixture_run(f, 4);
	for (size_t s = 0; s < 4; s++) {
		run->slots[s] = (struct slot){ .cpu = (int)s % 2,
					       .pid = -1,
					       .tid = -1,
					       .cgroup = (int)s / 2 };
		fixture_count(run, 0, s, 1000 * (s + 1), 9000000, 9000000);
		fixture_count(run, 1, s, 3000, 9000000, 9000000);
	}
}

static void hybrid(struct fixture *f)
{
	static const char *const pmus[] = { "cpu_core", "cpu_atom" };
	struct run *run;

	for (int type = 0; type < 2; type++) {
		struct event *event = fixture_known(f, "cycles");

		free(event->name);
		event->name = xasprintf("%s/cycles/", pmus[type]);
		event->pmu = xstrdup(pmus[type]);
		event->core_type = type;
		event->hybrid_set = 0;
	}
	run = fixture_run(f, 1);
	fixture_count(run, 0, 0, 3000000, 1000000, 750000);
	fixture_count(run, 1, 0, 500000, 1000000, 250000);
}

/* The tree's own rules, read once. */
static const struct report_judging *judging(void)
{
	static struct catalog catalog;
	static struct verdict_rules rules;
	static const struct report_judging with = { .rules = &rules,
						    .target = "-- ./loop 5" };

	if (rules.nrules)
		return &with;
	setenv("XDG_CONFIG_HOME", "/nonexistent", 1);
	assert_int_equal(catalog_load(&catalog, NULL, NULL, 0, NULL), 0);
	assert_int_equal(verdict_rules_load(&catalog, &rules, NULL), 0);
	return &with;
}

/* Slots of a program that waits for DRAM: 18e9, six per cycle. */
static void verdict(struct fixture *f)
{
	static const struct {
		const char *metric, *event;
		uint64_t count;
	} parts[] = {
		{ "retiring", "retiring_slots", 3960000000 },
		{ "frontend_bound", "frontend_slots", 1080000000 },
		{ "bad_speculation", "thrown_away_slots", 720000000 },
		{ "backend_bound", "backend_slots", 12240000000 },
		{ "memory_bound", "memory_slots", 10980000000 },
		{ "dram_bound", "dram_slots", 9900000000 },
	};
	const uint64_t ns = 990000000;
	struct run *run;
	size_t n = ARRAY_LEN(parts);

	fixture_known(f, "task-clock");
	fixture_known(f, "cycles");
	fixture_known(f, "instructions");
	fixture_metric(f, "ipc", "instructions / cycles", 2, ipc);
	for (size_t i = 0; i < n; i++) {
		const char *inputs[] = { "cycles", parts[i].event, NULL };
		AUTO_FREE char *formula =
			xasprintf("%s / (6 * cycles)", parts[i].event);
		struct event *e =
			fixture_event(f, parts[i].event, PERF_TYPE_RAW, i);

		free(e->base);
		e->base = xstrdup(parts[i].event);
		spell(fixture_metric(f, parts[i].metric, formula, 3 + i,
				     inputs),
		      parts[i].metric, "%", 1);
	}
	fixture_one_group(f, 1);
	run = fixture_run(f, 1);
	fixture_count(run, 0, 0, ns, ns, ns);
	fixture_count(run, 1, 0, 3000000000, ns, ns);
	fixture_count(run, 2, 0, 930000000, ns, ns);
	for (size_t i = 0; i < n; i++)
		fixture_count(run, 3 + i, 0, parts[i].count, ns, ns);
	run->wall_ns = 1000000000;
	run->user_ns = 970000000;
	run->sys_ns = 20000000;
	run->has_rusage = true;
	f->options.judging = judging();
}

/* The second of three runs is short, and the rules of thumb see it so. */
static void verdict_repeats(struct fixture *f)
{
	repeats(f);
	f->series.runs[1].user_ns = 1000000;
	f->options.judging = judging();
}

/* Numbers that were asked for by name: whole, part, estimate, absent. */
static void figures(struct fixture *f)
{
	static const char *const slots[] = { "instructions", "cycles", NULL };
	static const struct {
		const char *name, *title, *formula, *parent, *unit;
		double threshold;
	} rows[] = {
		{ "backend_bound", "Backend bound", "instructions / cycles / 4",
		  NULL, "%", 0.2 },
		{ "memory_bound", "Memory bound", "instructions / cycles / 5",
		  "backend_bound", "%", 0.2 },
		{ "core_bound", "Core bound", "instructions / cycles / 100",
		  "backend_bound", "%", 0.1 },
		{ "bandwidth", "Memory bandwidth",
		  "64 * instructions / cycles * 1e9", NULL, "B/s", 1e12 },
	};
	struct plan_use *use;

	usual_events(f);
	usual_run(f, 1);
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct metric *m = fixture_metric(f, rows[i].name,
						  rows[i].formula, 0, slots);

		m->title = rows[i].title;
		m->unit = rows[i].unit;
		m->parent = rows[i].parent;
		m->threshold_op = '>';
		m->threshold = rows[i].threshold;
		m->digits = 1;
		use = &f->plan.uses[f->plan.nuses - 1];
		use->place = METRIC_BLOCK;
		use->event = SIZE_MAX;
	}
	use = &f->plan.uses[f->plan.nuses - 1];
	free(use->counters);
	use->counters = NULL;
	use->missing = "it needs 'dram_reads': no such event";
}

/* A text that nobody will free */
#define TEXT(s) ((char *)(uintptr_t)(s))

/* What was measured, and is not worth measuring. */
static void built(struct fixture *f)
{
	static struct binary python = {
		.name = TEXT("/usr/bin/python3"),
		.path = TEXT("/usr/bin/python3.11"),
		.kind = BINARY_ELF,
		.build_id = "00112233445566778899aabbccddeeff00112233",
		.unoptimised_share = -1.0,
		.stripped = true,
		.dwarf_why = { -ETIMEDOUT, "it takes too long", "" },
	};
	static const struct binary binaries[] = {
		{ .name = TEXT("./loop"),
		  .path = TEXT("/home/me|you/loop"),
		  .kind = BINARY_ELF,
		  .build_id = "3f2a9c1d00112233445566778899aabbccddeeff",
		  .language = "C",
		  .compiler = "gcc",
		  .version = "12.2.0",
		  .verdict = BUILD_MIXED,
		  .level = LEVEL_2,
		  .source = BINARY_FROM_PRODUCER,
		  .unoptimised_share = 0.25,
		  .partly = true,
		  .debug_info = true,
		  .debug_file = TEXT("/usr/lib/debug/loop.debug"),
		  .is_pie = true,
		  .instruments = BINARY_ASAN | BINARY_COVERAGE },
		{ .name = TEXT("server"),
		  .kind = BINARY_ELF,
		  .go_build_id = "a/b",
		  .language = "Go",
		  .compiler = "go",
		  .version = "1.19.8",
		  .verdict = BUILD_UNOPTIMISED,
		  .source = BINARY_FROM_GO,
		  .unoptimised_share = 1.0,
		  .stripped = true,
		  .is_static = true },
		{ .name = TEXT("./script"),
		  .path = TEXT("/home/me/script"),
		  .kind = BINARY_SCRIPT,
		  .interpreter = &python,
		  .unoptimised_share = -1.0 },
		{ .name = TEXT("./new"),
		  .why = { -ESTALE, "the file changed while it was measured",
			   "" } },
	};

	plain(f);
	f->about.binaries = binaries;
	f->about.nbinaries = ARRAY_LEN(binaries);
}

/* What cachegrind gives: two processes, no times, no cycles. */
static void simulated(struct fixture *f)
{
	static const char *const names[] = { "instructions", "branches",
					     "branch-misses", "cycles" };
	struct report_source *source = &f->about.source;
	struct run *run;

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		struct event *e = fixture_known(f, names[i]);

		e->link = EVENT_LINK_CACHEGRIND;
		e->hardware = false;
	}
	spell(fixture_metric(f, "ipc", "instructions / cycles", 0, ipc),
	      "insn per cycle", "", 2);
	spell(fixture_metric(f, "miss_rate", "branch_misses / branches", 2,
			     misses),
	      "of all branches", "%", 2);
	spell(fixture_metric(f, "rate", "branches / seconds(branches)", 1,
			     branches),
	      "/sec", "/s", 3);
	f->options.by = AGGREGATE_PROCESS;
	*source = (struct report_source){
		.name = "cachegrind",
		.simulated = true,
		.version = "3.19.0",
		.how = "cachegrind 3.19.0 with I1 32K, 8-way; LL 8M, 16-way",
		.caches = { { "I1", 32768, 8, 64 }, { "LL", 8388608, 16, 64 } },
		.ncaches = 2,
	};
	run = fixture_run(f, 2);
	run->slots[0].pid = run->slots[0].tid = 17;
	run->slots[1].pid = run->slots[1].tid = 18;
	snprintf(run->slots[0].comm, sizeof(run->slots[0].comm), "sh");
	snprintf(run->slots[1].comm, sizeof(run->slots[1].comm), "gzip");
	for (size_t c = 0; c < 3; c++) {
		for (size_t s = 0; s < 2; s++) {
			fixture_count(run, c, s, (s + 1) * 1000 / (c * 8 + 1),
				      0, 0);
			snapshot_at(&run->total, c, s)->state = READING_OK;
		}
	}
	fixture_fail(run, 3, READING_UNSUPPORTED, -EOPNOTSUPP,
		     "simulated counters have no cycles", NULL);
}

const struct scene scenes[] = {
	{ "plain", plain, false },
	{ "repeats", repeats, false },
	{ "scaled", scaled, false },
	{ "bounds", bounds, false },
	{ "doubts", doubts, false },
	{ "states", scene_states, false },
	{ "no-pmu", no_pmu, false },
	{ "per-cpu", per_cpu, false },
	{ "per-core", per_core, false },
	{ "per-socket", per_socket, false },
	{ "per-node", per_node, false },
	{ "per-thread", per_thread, false },
	{ "cgroups", cgroups, false },
	{ "hybrid", hybrid, false },
	{ "verdict", verdict, false },
	{ "verdict-repeats", verdict_repeats, false },
	{ "figures", figures, false },
	{ "built", built, false },
	{ "simulated", simulated, false },
	{ "intervals", plain, true },
	{ "interval-states", scene_states, true },
	{ "interval-cores", per_core, true },
	{ "interval-built", built, true },
	{ NULL, NULL, false },
};

/* Two intervals: the first half of all counts, then the other. */
static void show_intervals(const struct fixture *f, const struct view *view,
			   struct view_state *v)
{
	const struct run *run = &f->series.runs[0];
	const struct snapshot *total = &run->total;
	struct err err = { 0 };

	for (int half = 1; half <= 2; half++) {
		struct snapshot delta;
		struct report report;

		snapshot_init(&delta, total->ncounters, total->nslots);
		for (size_t i = 0; i < total->ncounters * total->nslots; i++) {
			struct reading *r = &delta.readings[i];

			*r = total->readings[i];
			r->raw /= 2;
			r->enabled_ns /= 2;
			r->running_ns /= 2;
		}
		assert_int_equal(
			report_build_interval(&f->about, &f->series, run,
					      &delta, total, 0.5 * half + 1e-9,
					      0.5, &f->options, &report, &err),
			0);
		assert_int_equal(view->emit(v, &report, &err), 0);
		report_done(&report);
		snapshot_done(&delta);
	}
}

char *scene_show(const struct scene *scene, const struct view *view,
		 const struct view_options *options)
{
	struct view_state v = { .options = *options };
	struct fixture f;
	struct report report;
	struct err err = { 0 };
	char *text = NULL;
	size_t len = 0;

	fixture_init(&f);
	scene->make(&f);
	v.options.out = open_memstream(&text, &len);
	assert_non_null(v.options.out);
	v.options.intervals = scene->intervals;
	assert_int_equal(view->begin(&v, &f.about, &err), 0);
	if (scene->intervals) {
		show_intervals(&f, view, &v);
	} else {
		report = fixture_report(&f);
		assert_int_equal(view->emit(&v, &report, &err), 0);
		report_done(&report);
	}
	assert_int_equal(view->end(&v, &err), 0);
	fclose(v.options.out);
	fixture_done(&f);
	return text;
}
