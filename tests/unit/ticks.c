#include "ticks.h"

#include "fixture_events.h"
#include "unit.h"

#include "base/auto.h"
#include "base/xalloc.h"

#include <stdlib.h>
#include <string.h>

static const char *const names[] = { "cycles", "instructions", "branches",
				     "branch_misses" };
#define NCOUNTERS ARRAY_LEN(names)

static int all_fit(void *arg, const struct event *const *events, size_t n,
		   struct err *err)
{
	(void)arg;
	(void)events;
	(void)n;
	(void)err;
	return 1;
}

static void begin_tick(struct ticks *t)
{
	struct tick *k = &t->tick;

	memset(k, 0, sizeof(*k));
	k->length_ns = 1000000000;
	k->tasks = xcalloc(TICKS_MAX, sizeof(*k->tasks));
	k->slots = xcalloc(TICKS_MAX, sizeof(*k->slots));
	k->counts.ncounters = t->plan.ncounters;
	k->memory_bytes = 1u << 30;
	k->collector.name = "tasks";
}

void ticks_init(struct ticks *t, const char *columns)
{
	static const char *const shown[] = {
		"ipc",     "branch_mpki", "branch_miss_rate",
		"l3_mpki", "cache_mpki",  "ghz"
	};
	const struct metric_lack lack = { "cache_misses",
					  (char[]){ "no such counter" } };
	struct err err = { 0 };

	memset(t, 0, sizeof(*t));
	setenv("XDG_CONFIG_HOME", "/nonexistent", 1);
	assert_int_equal(catalog_load(&t->catalog, NULL, NULL, 0, &err), 0);
	assert_int_equal(metric_load(&t->catalog, &t->metrics, &err), 0);
	for (size_t i = 0; i < NCOUNTERS; i++)
		fixture_add(&t->events, fixture_hardware(names[i], i, -1));
	for (size_t i = 0; i < ARRAY_LEN(shown); i++)
		metric_bind_named(&t->metrics, &t->events, shown[i], &lack, 1,
				  &t->uses);
	assert_int_equal(
		plan_make(&t->events, &t->uses, all_fit, NULL, &t->plan, &err),
		0);
	t->notes = xcalloc(t->plan.ncounters, sizeof(*t->notes));
	t->context = (struct tick_context){ .plan = &t->plan,
					    .cpu_plan = &t->plan,
					    .facts = &t->facts,
					    .notes = t->notes,
					    .cpu_notes = t->notes };
	assert_int_equal(verdict_rules_load(&t->catalog, &t->rules, &err), 0);
	ticks_columns(t, columns);
	t->tasks = tasks_new(&t->context, &t->columns, &t->rules);
	assert_int_equal(trust_load(&t->catalog, NULL, NULL, &t->trust, &err),
			 0);
	tasks_set_trust(t->tasks, &t->trust);
	begin_tick(t);
	t->tick.at = 1000000.0;
	t->tick.uptime_s = 5000.0;
}

void ticks_columns(struct ticks *t, const char *text)
{
	AUTO(screen_spec_done) struct screen_spec spec = { 0 };
	struct err err = { 0 };

	columns_done(&t->columns);
	assert_int_equal(screen_spec_list(text, &spec, &err), 0);
	assert_int_equal(columns_make(&spec, &t->metrics, &t->plan, t->notes,
				      &t->columns, &err),
			 0);
	if (t->tasks)
		tasks_set_columns(t->tasks, &t->columns);
}

void ticks_done(struct ticks *t)
{
	tasks_free(t->tasks);
	tick_done(&t->tick);
	columns_done(&t->columns);
	verdict_rules_done(&t->rules);
	trust_rules_done(&t->trust);
	free(t->notes);
	plan_done(&t->plan);
	metric_uses_done(&t->uses);
	event_list_done(&t->events);
	metric_list_done(&t->metrics);
	facts_done(&t->facts);
	catalog_done(&t->catalog);
}

struct task *ticks_task(struct ticks *t, pid_t pid, pid_t tid, uid_t uid,
			const char *comm, double cpu_ms)
{
	struct task *task = &t->tick.tasks[t->tick.ntasks++];

	assert_true(t->tick.ntasks < TICKS_MAX);
	*task = (struct task){ .pid = pid,
			       .tid = tid,
			       .ppid = 1,
			       .start_ticks = 1000 + (uint64_t)pid,
			       .uid = uid,
			       .state = 'S',
			       .command = comm,
			       .cgroup = "/a",
			       .threads = 1,
			       .cpu = 0,
			       .user_ns = (uint64_t)(cpu_ms * 1e6),
			       .rss_bytes = 4096,
			       .slot = TASK_NOT_COUNTED,
			       .uncounted = TASK_IDLE };
	strncpy(task->comm, comm, sizeof(task->comm) - 1);
	return task;
}

void ticks_count(struct ticks *t, struct task *task, double cycles,
		 double instructions, double branches, double misses)
{
	const double all[] = { cycles, instructions, branches, misses };
	struct snapshot *old = &t->tick.counts, wider;
	uint64_t ns = task->user_ns + task->sys_ns;

	task->slot = t->tick.nslots++;
	task->uncounted = TASK_COUNTED;
	snapshot_init(&wider, t->plan.ncounters, t->tick.nslots);
	for (size_t c = 0; c < wider.ncounters; c++) {
		size_t event = t->plan.counters[c].event;

		for (size_t s = 0; s < old->nslots; s++)
			*snapshot_at(&wider, c, s) = *snapshot_at(old, c, s);
		*snapshot_at(&wider, c, task->slot) =
			(struct reading){ .raw = (uint64_t)all[event],
					  .enabled_ns = ns,
					  .running_ns = ns,
					  .state = READING_OK };
	}
	snapshot_done(old);
	*old = wider;
	t->tick.slots[task->slot] = (struct slot){
		.cpu = -1, .pid = task->pid, .tid = task->tid, .cgroup = -1
	};
}

void ticks_feed(struct ticks *t)
{
	double at = t->tick.at, uptime = t->tick.uptime_s;

	tasks_feed(t->tasks, &t->tick);
	/* the model must not need it any more */
	memset(t->tick.tasks, 0x55, TICKS_MAX * sizeof(*t->tick.tasks));
	tick_done(&t->tick);
	begin_tick(t);
	t->tick.at = at + 1.0;
	t->tick.uptime_s = uptime + 1.0;
}

const struct rows *ticks_rows(struct ticks *t, const struct rows_options *o)
{
	static const struct rows_options plain;
	const struct rows *rows = NULL;
	struct err err = { 0 };

	assert_int_equal(tasks_rows(t->tasks, o ? o : &plain, &rows, &err), 0);
	return rows;
}

const struct cell *ticks_cell(const struct ticks *t, const struct row *row,
			      const char *key)
{
	const struct column *c = columns_find(&t->columns, key);

	assert_non_null(c);
	assert_non_null(row->cells);
	return &row->cells[c - t->columns.items];
}

const struct row *ticks_row(const struct rows *rows, pid_t pid, pid_t tid)
{
	for (size_t i = 0; i < rows->n; i++)
		if (rows->items[i].pid == pid && rows->items[i].tid == tid)
			return &rows->items[i];
	fail_msg("no row of process %d, thread %d", (int)pid, (int)tid);
	return NULL;
}
