/* The parts of a made-up recording of ticks; see incident.h. */
#include "incident.h"

#include "base/auto.h"
#include "base/strbuf.h"
#include "base/vec.h"

#include <assert.h>
#include <linux/perf_event.h>
#include <stdlib.h>
#include <string.h>

#define SECOND 1000000000.0
#define HERTZ 3.6e9
#define BEGIN 1765432100.25 /* seconds since 1970 */
#define UPTIME 86465.5
#define CPUS 4
#define WIDTH 4.0 /* slots per cycle */
#define ADA 54321 /* whom no machine knows by name */
#define POSTGRES 54026

enum {
	TASK_CLOCK,
	SWITCHES,
	FAULTS,
	CYCLES,
	INSTRUCTIONS,
	BRANCHES,
	BRANCH_MISSES,
	CACHE_MISSES,
	NOT_DELIVERED,
	ISSUED,
	RETIRED,
	RECOVERY,
	EVENTS
};

/* Codes of Skylake-SP, as events/x86/skx.events has them. */
static const struct {
	const char *name, *base, *unit;
	double scale;
	uint32_t type;
	uint64_t config;
	int group;
} known[EVENTS] = {
	[TASK_CLOCK] = { "task-clock", "task_clock", "msec", 1e-6,
			 PERF_TYPE_SOFTWARE, PERF_COUNT_SW_TASK_CLOCK, 0 },
	[SWITCHES] = { "context-switches", "context_switches", "", 1,
		       PERF_TYPE_SOFTWARE, PERF_COUNT_SW_CONTEXT_SWITCHES, 0 },
	[FAULTS] = { "page-faults", "page_faults", "", 1, PERF_TYPE_SOFTWARE,
		     PERF_COUNT_SW_PAGE_FAULTS, 0 },
	[CYCLES] = { "cycles", "cycles", "", 1, PERF_TYPE_HARDWARE,
		     PERF_COUNT_HW_CPU_CYCLES, 1 },
	[INSTRUCTIONS] = { "instructions", "instructions", "", 1,
			   PERF_TYPE_HARDWARE, PERF_COUNT_HW_INSTRUCTIONS, 1 },
	[BRANCHES] = { "branches", "branches", "", 1, PERF_TYPE_HARDWARE,
		       PERF_COUNT_HW_BRANCH_INSTRUCTIONS, 1 },
	[BRANCH_MISSES] = { "branch-misses", "branch_misses", "", 1,
			    PERF_TYPE_HARDWARE, PERF_COUNT_HW_BRANCH_MISSES,
			    1 },
	[CACHE_MISSES] = { "cache-misses", "cache_misses", "", 1,
			   PERF_TYPE_HARDWARE, PERF_COUNT_HW_CACHE_MISSES, 1 },
	[NOT_DELIVERED] = { "uops_not_delivered", "uops_not_delivered", "", 1,
			    PERF_TYPE_RAW, 0x019c, 1 },
	[ISSUED] = { "uops_issued", "uops_issued", "", 1, PERF_TYPE_RAW, 0x010e,
		     1 },
	[RETIRED] = { "retire_slots", "retire_slots", "", 1, PERF_TYPE_RAW,
		      0x02c2, 1 },
	[RECOVERY] = { "recovery_cycles", "recovery_cycles", "", 1,
		       PERF_TYPE_RAW, 0x010d, 1 },
};

static const int of_cpus[] = { CYCLES, INSTRUCTIONS };

/* ---- who was there ---- */

struct actor {
	pid_t pid, ppid;
	uid_t uid;
	uint64_t start;
	const char *comm, *command, *cgroup;
	unsigned threads;
	uint64_t rss;
	int from, to; /* the ticks in which it is there */
	enum task_uncounted uncounted;
	/* as it is in the first tick, and as it is in the last */
	struct {
		double busy; /* CPUs */
		double ipc, branches, misses, cache, frontend, speculation;
		double faults, waits; /* per second */
	} first, last;
};

#define SESSION "/user.slice/user-54321.slice/session-3.scope"
#define LAST (INCIDENT_TICKS - 1)

static const struct actor actors[] = {
	{ 1,
	  0,
	  0,
	  12,
	  "systemd",
	  "/sbin/init",
	  "/init.scope",
	  1,
	  12 << 20,
	  0,
	  LAST,
	  TASK_IDLE,
	  { 0 },
	  { 0 } },
	{ 58,
	  2,
	  0,
	  40,
	  "kworker/1:1-eve",
	  "",
	  "",
	  1,
	  0,
	  0,
	  LAST,
	  TASK_DENIED,
	  { .busy = 0.02, .waits = 90 },
	  { .busy = 0.02, .waits = 90 } },
	{ 611,
	  1,
	  0,
	  902,
	  "dbus-daemon",
	  "/usr/bin/dbus-daemon --system",
	  "/system.slice/dbus.service",
	  1,
	  5 << 20,
	  0,
	  LAST,
	  TASK_IDLE,
	  { 0 },
	  { 0 } },
	{ 702,
	  1,
	  POSTGRES,
	  1200,
	  "postgres",
	  "postgres: writer process",
	  "/system.slice/postgresql.service",
	  1,
	  180 << 20,
	  0,
	  LAST,
	  TASK_DENIED,
	  { .busy = 0.11, .waits = 240 },
	  { .busy = 0.14, .waits = 310 } },
	{ 1210,
	  1,
	  ADA,
	  31000,
	  "bash",
	  "-bash",
	  SESSION,
	  1,
	  6 << 20,
	  0,
	  LAST,
	  TASK_IDLE,
	  { 0 },
	  { 0 } },
	{ 2001,
	  1210,
	  ADA,
	  640000,
	  "solver",
	  "./solver --grid 4096 --steps 100000",
	  SESSION,
	  4,
	  900 << 20,
	  0,
	  LAST,
	  TASK_COUNTED,
	  { 1.9, 2.62, 0.06, 0.002, 0.0004, 0.04, 0.01, 3, 12 },
	  { 1.9, 2.60, 0.06, 0.002, 0.0004, 0.04, 0.01, 3, 12 } },
	{ 2002,
	  1210,
	  ADA,
	  641000,
	  "indexd",
	  "indexd --rebuild /srv/mail",
	  "/system.slice/indexd.service",
	  1,
	  300 << 20,
	  0,
	  LAST,
	  TASK_COUNTED,
	  { 0.62, 1.91, 0.17, 0.011, 0.0009, 0.11, 0.05, 900, 30 },
	  { 0.97, 0.34, 0.17, 0.013, 0.031, 0.04, 0.02, 2600, 8 } },
	{ 2003,
	  1210,
	  ADA,
	  641500,
	  "parser",
	  "parser /srv/logs/today.log",
	  SESSION,
	  1,
	  40 << 20,
	  0,
	  LAST,
	  TASK_COUNTED,
	  { 0.55, 0.92, 0.24, 0.082, 0.0007, 0.14, 0.41, 40, 60 },
	  { 0.52, 0.93, 0.24, 0.081, 0.0007, 0.14, 0.41, 40, 60 } },
	{ 2004,
	  1210,
	  ADA,
	  641600,
	  "python3",
	  "python3 report.py --year 2025",
	  SESSION,
	  1,
	  120 << 20,
	  0,
	  LAST,
	  TASK_COUNTED,
	  { 0.31, 1.22, 0.21, 0.019, 0.0011, 0.43, 0.09, 300, 22 },
	  { 0.33, 1.24, 0.21, 0.018, 0.0011, 0.43, 0.09, 300, 22 } },
	{ 2010,
	  1210,
	  ADA,
	  642000,
	  "make",
	  "make -j2",
	  SESSION,
	  1,
	  9 << 20,
	  0,
	  LAST,
	  TASK_COUNTED,
	  { 0.01, 0.81, 0.20, 0.035, 0.004, 0.36, 0.12, 80, 15 },
	  { 0.01, 0.81, 0.20, 0.035, 0.004, 0.36, 0.12, 80, 15 } },
	{ 2051,
	  2010,
	  ADA,
	  8646950,
	  "cc1",
	  "/usr/lib/gcc/x86_64-linux-gnu/12/cc1 -quiet -O2 tables.c",
	  SESSION,
	  1,
	  70 << 20,
	  4,
	  11,
	  TASK_COUNTED,
	  { 0.93, 1.15, 0.22, 0.028, 0.0021, 0.31, 0.11, 7000, 4 },
	  { 0.41, 1.12, 0.22, 0.028, 0.0021, 0.31, 0.11, 3000, 4 } },
	{ 2077,
	  1,
	  0,
	  8647451,
	  "backup.sh",
	  "/bin/sh /usr/local/bin/backup.sh",
	  "/system.slice/backup.service",
	  1,
	  3 << 20,
	  9,
	  LAST,
	  TASK_DENIED,
	  { .busy = 0.04, .waits = 25 },
	  { .busy = 0.04, .waits = 25 } },
};

/* ---- events and groups ---- */

static void add_event(struct event_list *list, int id)
{
	struct event *e = xcalloc(1, sizeof(*e));

	e->name = xstrdup(known[id].name);
	e->base = xstrdup(known[id].base);
	e->unit = xstrdup(known[id].unit);
	e->help = xstrdup("");
	e->how = xstrdup("");
	e->scale = known[id].scale;
	e->code.type = known[id].type;
	e->code.config = known[id].config;
	e->hardware = known[id].group > 0;
	e->link = known[id].type == PERF_TYPE_RAW ? EVENT_LINK_TABLE
						  : EVENT_LINK_GENERIC;
	e->core_type = e->hybrid_set = e->group = -1;
	VEC_PUSH(list->items, list->n, e);
}

/* Software events in one group, those of the core in another. */
static void make_plan(const struct event_list *list, struct plan *plan)
{
	plan->events = list;
	plan->refused = xcalloc(list->n, sizeof(*plan->refused));
	for (size_t i = 0; i < list->n; i++) {
		const struct event *e = list->items[i];
		struct plan_group *last = NULL;
		struct plan_counter c = { .event = i };

		if (plan->ngroups)
			last = &plan->groups[plan->ngroups - 1];
		if (!last || last->hardware != e->hardware) {
			struct plan_group g = { .first = i,
						.hardware = e->hardware };

			VEC_PUSH(plan->groups, plan->ngroups, g);
			last = &plan->groups[plan->ngroups - 1];
		}
		last->n++;
		c.group = plan->ngroups - 1;
		VEC_PUSH(plan->counters, plan->ncounters, c);
	}
}

static void make_machine(struct recording *h)
{
	struct cpu_core_type type = { .pmu = xstrdup("cpu"),
				      .pmu_type = PERF_TYPE_RAW };
	struct provenance *p = &h->provenance;

	h->cpu = (struct cpu){ .arch = CPU_ARCH_X86,
			       .vendor = "GenuineIntel",
			       .model_name = "Intel(R) Xeon(R) Gold 5122 CPU @ "
					     "3.60GHz",
			       .family = 6,
			       .model = 85,
			       .stepping = 4 };
	VEC_PUSH(h->cpu.core_types, h->cpu.ncore_types, type);
	h->topology = (struct topology){ .threads_per_core = 1,
					 .ncores = CPUS,
					 .nsockets = 1,
					 .nnodes = 1 };
	for (int i = 0; i < CPUS; i++) {
		struct topology_cpu place = { .cpu = i, .core = i };

		VEC_PUSH(h->topology.cpus, h->topology.ncpus, place);
		cpuset_add(&h->topology.online, i);
	}
	h->has_topology = true;
	facts_set(&h->facts, "smt_on", 0);
	facts_set(&h->facts, "num_cpus", CPUS);
	facts_set(&h->facts, "num_cores", CPUS);
	facts_set(&h->facts, "num_packages", 1);
	facts_set(&h->facts, "tsc_hz", 3.6e9);
	provenance_set(p, PROVENANCE_TACHO, h->tacho);
	provenance_set(p, PROVENANCE_SOURCE, "perf");
	provenance_set(p, PROVENANCE_HOST, "lovelace");
	provenance_set(p, PROVENANCE_CPU_MODEL, h->cpu.model_name);
	provenance_set(p, PROVENANCE_CPUS, "4");
	provenance_set(p, PROVENANCE_KERNEL, "6.12.48");
	provenance_set(p, PROVENANCE_HYPERVISOR, "none");
}

void incident_init(struct incident *in)
{
	struct recording *h = &in->header;

	memset(in, 0, sizeof(*in));
	h->tacho = xstrdup("0.1.0");
	h->started_at = BEGIN;
	h->source.name = xstrdup("perf");
	h->options.rows = xstrdup("");
	h->target.system_wide = true;
	make_machine(h);
	for (int i = 0; i < EVENTS; i++)
		add_event(&h->events, i);
	for (size_t i = 0; i < ARRAY_LEN(of_cpus); i++)
		add_event(&in->cpu_events, of_cpus[i]);
	h->nbeside = h->events.n;
	make_plan(&h->events, &h->plan);
	make_plan(&in->cpu_events, &in->cpu_plan);
	in->notes = xcalloc(h->plan.ncounters, sizeof(*in->notes));
	in->cpu_notes = xcalloc(in->cpu_plan.ncounters, sizeof(*in->cpu_notes));
	/* as an ordinary user is allowed it */
	for (size_t i = CYCLES; i < EVENTS; i++)
		in->notes[i].user_only = true;
	in->context = (struct tick_context){ .plan = &h->plan,
					     .cpu_plan = &in->cpu_plan,
					     .facts = &h->facts,
					     .notes = in->notes,
					     .cpu_notes = in->cpu_notes };
}

void incident_done(struct incident *in)
{
	struct recording *h = &in->header;

	free(h->tacho);
	free(h->source.name);
	free(h->options.rows);
	provenance_done(&h->provenance);
	cpu_done(&h->cpu);
	topology_done(&h->topology);
	facts_done(&h->facts);
	plan_done(&h->plan);
	plan_done(&in->cpu_plan);
	event_list_done(&h->events);
	event_list_done(&in->cpu_events);
	free(in->notes);
	free(in->cpu_notes);
}

/* ---- a tick ---- */

/* A little unrest, the same each time: from 0.97 to 1.03. */
static double unrest(int tick, int who, int what)
{
	uint32_t x = (uint32_t)(tick * 7919 + who * 104729 + what * 1299709);

	x ^= x >> 13;
	x *= 0x9e3779b1u;
	x ^= x >> 16;
	return 0.97 + 0.06 * (double)(x % 1000) / 1000.0;
}

/* Of the way from the first tick to the last. */
static double between(double first, double last, int tick)
{
	return first + (last - first) * tick / LAST;
}

/* Counts of @share of the actor, in the interval. */
static void count(const struct actor *a, int tick, double share,
		  uint64_t *counts)
{
#define NOW(member) between(a->first.member, a->last.member, tick)
	double busy = NOW(busy) * share * unrest(tick, a->pid, 0);
	double cycles = busy * HERTZ * 0.96 * unrest(tick, a->pid, 1);
	double instructions = cycles * NOW(ipc) * unrest(tick, a->pid, 2);
	double branches = instructions * NOW(branches);
	double retired = instructions * 1.05;
	double slots = WIDTH * cycles;
	const double values[EVENTS] = {
		[TASK_CLOCK] = busy * SECOND,
		[SWITCHES] = NOW(waits) * share * unrest(tick, a->pid, 3),
		[FAULTS] = NOW(faults) * share * unrest(tick, a->pid, 4),
		[CYCLES] = cycles,
		[INSTRUCTIONS] = instructions,
		[BRANCHES] = branches,
		[BRANCH_MISSES] = branches * NOW(misses),
		[CACHE_MISSES] = instructions * NOW(cache),
		[NOT_DELIVERED] = slots * NOW(frontend),
		[ISSUED] = retired + slots * NOW(speculation) * 0.6,
		[RETIRED] = retired,
		[RECOVERY] = cycles * NOW(speculation) * 0.4,
	};
#undef NOW

	for (int i = 0; i < EVENTS; i++)
		counts[i] = (uint64_t)values[i];
}

/* Both are added: a process is the sum of its threads. */
static void fill_task(const uint64_t *counts, struct task *t)
{
	t->sys_ns += counts[TASK_CLOCK] / 16;
	t->user_ns += counts[TASK_CLOCK] - counts[TASK_CLOCK] / 16;
	t->minor_faults += counts[FAULTS];
	t->wait_ns += counts[TASK_CLOCK] / 50;
	t->voluntary_switches += counts[SWITCHES];
	t->involuntary_switches += counts[TASK_CLOCK] / 100000000;
}

struct counts {
	uint64_t of[EVENTS];
};

struct build {
	struct tick *tick;
	struct counts *counts; /* [slot] */
	size_t ncounts;
};

static void add_task(struct build *b, const struct task *t,
		     const struct counts *counts)
{
	struct task task = *t;

	if (t->uncounted == TASK_COUNTED) {
		struct slot slot = { .cpu = -1,
				     .pid = t->pid,
				     .tid = t->tid ? t->tid : -1,
				     .cgroup = -1 };

		memcpy(slot.comm, t->comm, sizeof(slot.comm));
		task.slot = b->tick->nslots;
		VEC_PUSH(b->tick->slots, b->tick->nslots, slot);
		VEC_PUSH(b->counts, b->ncounts, *counts);
	}
	VEC_PUSH(b->tick->tasks, b->tick->ntasks, task);
}

static struct task begin_task(const struct actor *a, int i)
{
	struct task t = { .pid = a->pid,
			  .ppid = a->ppid,
			  .start_ticks = a->start,
			  .uid = a->uid,
			  .state = a->first.busy > 0 ? 'R' : 'S',
			  .kernel = a->ppid == 2,
			  .command = a->command,
			  .cgroup = a->cgroup,
			  .threads = a->threads,
			  .cpu = a->pid % CPUS,
			  .rss_bytes = a->rss,
			  .slot = TASK_NOT_COUNTED,
			  .uncounted = a->uncounted,
			  .has_wait = true,
			  .has_switches = true };

	snprintf(t.comm, sizeof(t.comm), "%s", a->comm);
	t.born = a->from > 0 && i == a->from;
	if (a->to < LAST && i == a->to)
		t.state = 'X';
	/* found in this tick, counted from the next one on */
	if (t.born && t.uncounted == TASK_COUNTED)
		t.uncounted = TASK_NEW;
	return t;
}

static void add_actor(struct build *b, const struct actor *a, int i)
{
	static const double shares[][4] = { { 1 }, { 0.4, 0.2, 0.2, 0.2 } };
	const double *share = shares[a->threads > 1];
	struct counts counts[4], sum = { 0 };
	struct task process = begin_task(a, i), thread;

	for (unsigned k = 0; k < a->threads; k++) {
		count(a, i, share[k], counts[k].of);
		fill_task(counts[k].of, &process);
		for (int e = 0; e < EVENTS; e++)
			sum.of[e] += counts[k].of[e];
	}
	add_task(b, &process, &sum);
	for (unsigned k = 0; k < a->threads; k++) {
		thread = begin_task(a, i);
		/* numbers in between were given to others */
		thread.tid = a->pid + (k ? 38 + (pid_t)k : 0);
		thread.cpu = (thread.tid + i / 5) % CPUS;
		fill_task(counts[k].of, &thread);
		add_task(b, &thread, &counts[k]);
	}
}

/* The first half of the slots is counted half of the time in two ticks. */
static void fill_counts(const struct build *b, int i)
{
	struct tick *t = b->tick;

	snapshot_init(&t->counts, EVENTS, t->nslots);
	t->counts.time_ns = t->time_ns;
	for (size_t s = 0; s < t->nslots; s++) {
		uint64_t ns = b->counts[s].of[TASK_CLOCK];
		bool scaled = (i == 13 || i == 14) && s < t->nslots / 2;

		for (int e = 0; e < EVENTS; e++) {
			struct reading *r =
				snapshot_at(&t->counts, (size_t)e, s);
			bool half = scaled && e >= CYCLES;

			r->raw = b->counts[s].of[e] >> half;
			r->enabled_ns = ns;
			r->running_ns = ns >> half;
			reading_judge(r);
		}
	}
}

static void fill_cpus(struct tick *t, int i)
{
	double busy = 0;

	for (size_t k = 0; k < t->ntasks; k++)
		if (!t->tasks[k].tid)
			busy += (double)(t->tasks[k].user_ns +
					 t->tasks[k].sys_ns);
	busy /= CPUS * SECOND;
	snapshot_init(&t->cpu_counts, ARRAY_LEN(of_cpus), CPUS);
	t->cpu_counts.time_ns = t->time_ns;
	for (int c = 0; c < CPUS; c++) {
		double b = busy * unrest(i, c, 9);
		double cycles = b * HERTZ * 0.96;
		struct tick_cpu cpu = { .cpu = c, .slot = (size_t)c };
		struct slot slot = {
			.cpu = c, .pid = -1, .tid = -1, .cgroup = -1
		};
		const double values[] = {
			cycles, cycles * between(1.95, 1.5, i) * unrest(i, c, 8)
		};

		b = b > 1 ? 1 : b;
		cpu.sys_ns = (uint64_t)(b * SECOND / 16);
		cpu.user_ns = (uint64_t)(b * SECOND) - cpu.sys_ns;
		cpu.idle_ns = (uint64_t)((1 - b) * SECOND);
		VEC_PUSH(t->cpus, t->ncpus, cpu);
		VEC_PUSH(t->cpu_slots, t->ncpu_slots, slot);
		for (size_t e = 0; e < ARRAY_LEN(of_cpus); e++) {
			struct reading *r =
				snapshot_at(&t->cpu_counts, e, (size_t)c);

			r->raw = (uint64_t)values[e];
			r->enabled_ns = r->running_ns = t->length_ns;
			reading_judge(r);
		}
	}
}

static void fill_collector(struct tick *t)
{
	struct tick_collector *c = &t->collector;

	c->name = "tasks";
	for (size_t k = 0; k < t->ntasks; k++) {
		const struct task *task = &t->tasks[k];

		if (!task->tid)
			continue;
		c->counted += task->slot != TASK_NOT_COUNTED;
		c->ran += task->user_ns > 0;
		c->uncounted +=
			task->user_ns > 0 && task->slot == TASK_NOT_COUNTED;
	}
	c->descriptors = c->counted * EVENTS;
	c->descriptors_max = 1024;
	c->cost_ns = 1500000;
}

void incident_tick(const struct incident *in, int i, struct tick *ret)
{
	struct tick t = { .at = BEGIN + 1 + i,
			  .time_ns = (uint64_t)((UPTIME + 1 + i) * SECOND),
			  .length_ns = (uint64_t)SECOND,
			  .has_threads = true,
			  .load = { 2.1 + 0.05 * i, 1.4 + 0.02 * i, 0.9 },
			  .uptime_s = UPTIME + 1 + i,
			  .memory_bytes = (uint64_t)16 << 30,
			  .memory_available_bytes =
				  ((uint64_t)13 << 30) -
				  (uint64_t)i * ((uint64_t)60 << 20) };
	struct build b = { .tick = &t };

	assert(i >= 0 && i < INCIDENT_TICKS);
	for (size_t k = 0; k < ARRAY_LEN(actors); k++) {
		const struct actor *a = &actors[k];

		if (i < a->from || i > a->to)
			continue;
		add_actor(&b, a, i);
		t.processes++;
		t.threads += a->threads;
		t.running += a->first.busy > 0.3 ? a->threads : 0;
	}
	fill_counts(&b, i);
	fill_cpus(&t, i);
	fill_collector(&t);
	assert(t.counts.ncounters == in->header.plan.ncounters);
	free(b.counts);
	*ret = t;
}
