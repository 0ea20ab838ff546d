/* Repeats: how often what runs, in which order, and what is kept. */
#include "measure/measure.h"

#include "fixture_events.h"
#include "fixture_measure.h"
#include "unit.h"

#include "base/auto.h"
#include "base/rootfs.h"
#include "base/xalloc.h"
#include "measure/passes.h"

#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

struct world {
	struct fixture_measure m;
	struct series series;
	char dir[64];
	char pre[128], post[128];
};

/* A command that writes what it does into a file, as do both hooks. */
static void world_init(struct world *w, const char *more)
{
	memset(w, 0, sizeof(*w));
	snprintf(w->dir, sizeof(w->dir), "/tmp/series-test.XXXXXX");
	assert_non_null(mkdtemp(w->dir));
	fixture_measure_init(&w->m, "");
	snprintf(w->m.script, sizeof(w->m.script), "printf r >>%s/log; %s",
		 w->dir, more);
	snprintf(w->pre, sizeof(w->pre), "printf '<' >>%s/log", w->dir);
	snprintf(w->post, sizeof(w->post), "printf '>' >>%s/log", w->dir);
	w->series.plan = &w->m.plan;
}

static int world_measure(struct world *w)
{
	struct fixture_measure *m = &w->m;

	return measure_series(&source_perf, &m->plan, &m->target, &m->options,
			      &w->series, &m->end, &m->signo, &m->err);
}

static void assert_log(const struct world *w, const char *want)
{
	const struct rootfs root = { .prefix = w->dir };
	AUTO_FREE char *log = NULL;

	if (rootfs_read(&root, &log, "/log") < 0)
		log = xstrdup("");
	assert_string_equal(log, want);
}

static void world_done(struct world *w)
{
	AUTO_FREE char *log = xasprintf("%s/log", w->dir);

	unlink(log);
	assert_int_equal(rmdir(w->dir), 0);
	series_done(&w->series);
	fixture_measure_done(&w->m);
}

static void it_runs_as_often_as_asked_for(void **state)
{
	struct world w;

	(void)state;
	world_init(&w, "true");
	w.m.options.repeat = 3;
	w.m.options.warmup = 2;
	assert_int_equal(world_measure(&w), 0);
	assert_log(&w, "rrrrr");
	assert_int_equal(w.series.nruns, 3);
	assert_int_equal(w.m.end, MEASURE_COMMAND);
	world_done(&w);
}

static void hooks_stand_around_each_run(void **state)
{
	struct world w;

	(void)state;
	world_init(&w, "true");
	w.m.options.repeat = 2;
	w.m.options.warmup = 1;
	w.m.options.pre = w.pre;
	w.m.options.post = w.post;
	w.m.options.sync = true;
	assert_int_equal(world_measure(&w), 0);
	assert_log(&w, "<r><r><r>");
	world_done(&w);
}

static void a_hook_that_fails_stops_it(void **state)
{
	struct world w;

	(void)state;
	world_init(&w, "true");
	w.m.options.repeat = 3;
	w.m.options.pre = "exit 3";
	assert_int_equal(world_measure(&w), -ECANCELED);
	assert_string_equal(w.m.err.what,
			    "--pre: 'exit 3' ended with status 3");
	assert_log(&w, "");
	assert_int_equal(w.series.nruns, 0);
	world_done(&w);

	world_init(&w, "true");
	w.m.options.repeat = 3;
	w.m.options.post = "kill -9 $$";
	assert_int_equal(world_measure(&w), -ECANCELED);
	assert_string_equal(w.m.err.what,
			    "--post: 'kill -9 $$' was ended by signal 9");
	assert_log(&w, "r");
	world_done(&w);
}

static void a_command_that_cannot_run_stops_it(void **state)
{
	char none[] = "/no/such/program";
	struct world w;

	(void)state;
	world_init(&w, "true");
	w.m.options.repeat = 3;
	w.m.argv[0] = none;
	assert_int_equal(world_measure(&w), -ENOENT);
	assert_int_equal(w.m.end, MEASURE_CANNOT_RUN);
	assert_int_equal(w.series.nruns, 0);
	world_done(&w);
}

static void a_run_that_was_cut_short_is_no_sample(void **state)
{
	struct world w;
	size_t len;

	(void)state;
	world_init(&w, "");
	len = strlen(w.m.script);
	snprintf(w.m.script + len, sizeof(w.m.script) - len,
		 "if [ $(wc -c <%s/log) -ge 3 ]; then kill -TERM %d; "
		 "exec sleep 99; fi",
		 w.dir, (int)getpid());
	w.m.options.repeat = 9;
	assert_int_equal(world_measure(&w), 0);
	assert_int_equal(w.m.end, MEASURE_SIGNAL);
	assert_int_equal(w.m.signo, SIGTERM);
	assert_log(&w, "rrr");
	assert_int_equal(w.series.nruns, 2);
	world_done(&w);
}

static void what_cannot_be_counted_is_told_once(void **state)
{
	struct world w;

	(void)state;
	world_init(&w, "true");
	w.m.options.repeat = 3;
	w.m.fake.paranoid = 3;
	assert_int_equal(world_measure(&w), -ENODATA);
	assert_int_equal(w.series.nruns, 1);
	assert_non_null(w.series.runs[0].notes);
	assert_log(&w, "");
	world_done(&w);
}

static void note_progress(void *arg, int done, int total)
{
	char *at = (char *)arg + strlen(arg);

	snprintf(at, 8, "%d/%d ", done, total);
}

static void progress_counts_up(void **state)
{
	char seen[100] = "";
	struct world w;

	(void)state;
	world_init(&w, "true");
	w.m.options.repeat = 2;
	w.m.options.warmup = 1;
	w.m.options.hooks.progress = note_progress;
	w.m.options.hooks.arg = seen;
	assert_int_equal(world_measure(&w), 0);
	assert_string_equal(seen, "-1/2 0/2 1/2 2/2 ");
	world_done(&w);
}

static void a_bad_control_runs_nothing(void **state)
{
	struct world w;

	(void)state;
	world_init(&w, "true");
	w.m.options.control = "fd:9999";
	assert_int_equal(world_measure(&w), -EBADF);
	assert_log(&w, "");
	world_done(&w);
}

/* Four hardware events on a PMU with two counters. */
static void world_compete(struct world *w)
{
	struct fixture_measure *m = &w->m;

	plan_done(&m->plan);
	m->fake.counters = 2;
	for (uint64_t i = 0; i < 4; i++)
		fixture_add(&m->events, fixture_hardware("x", i, -1));
	assert_int_equal(plan_make(&m->events, &m->uses, perf_fit_group,
				   &m->fit, &m->plan, NULL),
			 0);
	assert_int_equal(plan_competing(&m->plan), 2);
	m->options.passes = true;
}

static void passes_are_executions_of_one_run(void **state)
{
	struct world w;
	const struct run *run;

	(void)state;
	world_init(&w, "exit 3");
	world_compete(&w);
	w.m.options.repeat = 2;
	w.m.options.warmup = 1;
	w.m.options.pre = w.pre;
	w.m.options.post = w.post;
	assert_int_equal(world_measure(&w), 0);
	assert_log(&w, "<r><r><r><r><r><r>");
	assert_int_equal(w.series.nruns, 2);
	assert_int_equal(w.series.passes, 2);
	run = &w.series.runs[1];
	assert_int_equal(run->total.ncounters, w.m.plan.ncounters);
	assert_int_equal(WEXITSTATUS(run->wait_status), 3);
	for (size_t c = 0; c < w.m.plan.ncounters; c++) {
		assert_int_not_equal(snapshot_at(&run->total, c, 0)->state,
				     READING_ABSENT);
		assert_int_equal(run->notes[c].why.code, 0);
	}
	world_done(&w);
}

static void a_pass_that_cannot_run_is_no_run(void **state)
{
	char none[] = "/no/such/program";
	struct world w;

	(void)state;
	world_init(&w, "true");
	world_compete(&w);
	w.m.argv[0] = none;
	assert_int_equal(world_measure(&w), -ENOENT);
	assert_int_equal(w.series.nruns, 0);
	world_done(&w);

	/* killed from outside in the first of two */
	world_init(&w, "kill -INT $PPID; sleep 5");
	world_compete(&w);
	assert_int_equal(world_measure(&w), -EINTR);
	assert_string_equal(w.m.err.what,
			    "interrupted in pass 1 of 2: there is no result "
			    "without all of them");
	assert_int_equal(w.series.nruns, 0);
	world_done(&w);
}

/* Two passes; counter 0 is in both, 1 in the first, 2 in the second. */
static void counts_of_passes_are_put_together(void **state)
{
	struct plan whole = { .ncounters = 3 };
	size_t first[] = { 0, 1 }, second[] = { 0, 2 };
	struct plan_pass items[] = {
		{ .plan = { .ncounters = 2 }, .counters = first },
		{ .plan = { .ncounters = 2 }, .counters = second },
	};
	const struct plan_passes passes = { items, 2 };
	struct run parts[2] = { 0 }, run;
	const struct reading *r;

	(void)state;
	for (size_t p = 0; p < 2; p++) {
		parts[p].nslots = 1;
		parts[p].slots = xcalloc(1, sizeof(*parts[p].slots));
		parts[p].notes = xcalloc(2, sizeof(*parts[p].notes));
		snapshot_init(&parts[p].total, 2, 1);
		for (size_t c = 0; c < 2; c++) {
			struct reading *one =
				snapshot_at(&parts[p].total, c, 0);

			one->raw = 100 * (p + 1) + c;
			one->enabled_ns = one->running_ns = 10 * (p + 1);
		}
		parts[p].wall_ns = 1000 * (p + 1);
		parts[p].user_ns = 11 * (p + 1);
		parts[p].has_steal = p == 1;
		parts[p].steal_ns = 40 * p;
		parts[p].maxrss_kib = (long)(50 - p);
		parts[p].has_rusage = true;
		parts[p].usage.minor_faults = 7 + p;
	}
	snapshot_at(&parts[1].total, 1, 0)->state = READING_DENIED;
	err_set(&parts[1].notes[1].why, -EACCES, "not for you");
	run = passes_merge(&whole, &passes, parts);
	r = snapshot_at(&run.total, 0, 0);
	assert_int_equal(r->raw, 150);
	assert_int_equal(r->enabled_ns, 15);
	assert_int_equal(r->state, READING_OK);
	r = snapshot_at(&run.total, 1, 0);
	assert_int_equal(r->raw, 101);
	assert_int_equal(r->running_ns, 10);
	r = snapshot_at(&run.total, 2, 0);
	assert_int_equal(r->state, READING_DENIED);
	assert_string_equal(run.notes[2].why.what, "not for you");
	assert_int_equal(run.wall_ns, 1500);
	assert_int_equal(run.user_ns, 17);
	assert_true(run.has_steal);
	assert_int_equal(run.steal_ns, 20);
	assert_int_equal(run.maxrss_kib, 50);
	assert_int_equal(run.usage.minor_faults, 8);
	assert_null(parts[0].slots);
	run_done(&run);
}

/* The command itself is what steals here. */
static void what_was_stolen_is_looked_at_when_asked_for(void **state)
{
	for (int asked = 0; asked < 2; asked++) {
		struct world w;
		struct rootfs root;
		AUTO_FREE char *proc = NULL;
		AUTO_FREE char *file = NULL;
		uint64_t tick = 1000000000u / (uint64_t)sysconf(_SC_CLK_TCK);

		(void)state;
		world_init(&w, "");
		root.prefix = w.dir;
		proc = xasprintf("%s/proc", w.dir);
		file = xasprintf("%s/stat", proc);
		assert_int_equal(mkdir(proc, 0755), 0);
		snprintf(w.pre, sizeof(w.pre),
			 "echo cpu 1 1 1 1 1 1 1 5 1 1 >%s", file);
		snprintf(w.m.script, sizeof(w.m.script),
			 "echo cpu 1 1 1 1 1 1 1 7 1 1 >%s", file);
		w.m.options.pre = w.pre;
		w.m.options.repeat = 2;
		w.m.options.steal = asked ? &root : NULL;
		assert_int_equal(world_measure(&w), 0);
		assert_int_equal(w.series.nruns, 2);
		for (size_t i = 0; i < 2; i++) {
			const struct run *run = &w.series.runs[i];

			assert_int_equal(run->has_steal, asked);
			assert_true(run->steal_ns == (asked ? 2 * tick : 0));
		}
		unlink(file);
		rmdir(proc);
		world_done(&w);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(it_runs_as_often_as_asked_for),
		cmocka_unit_test(hooks_stand_around_each_run),
		cmocka_unit_test(a_hook_that_fails_stops_it),
		cmocka_unit_test(a_command_that_cannot_run_stops_it),
		cmocka_unit_test(a_run_that_was_cut_short_is_no_sample),
		cmocka_unit_test(what_cannot_be_counted_is_told_once),
		cmocka_unit_test(progress_counts_up),
		cmocka_unit_test(a_bad_control_runs_nothing),
		cmocka_unit_test(passes_are_executions_of_one_run),
		cmocka_unit_test(a_pass_that_cannot_run_is_no_run),
		cmocka_unit_test(counts_of_passes_are_put_together),
		cmocka_unit_test(what_was_stolen_is_looked_at_when_asked_for),
	};

	/* who started us may ignore some: nohup does */
	signal(SIGHUP, SIG_DFL);
	signal(SIGINT, SIG_DFL);
	signal(SIGTERM, SIG_DFL);
	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, fixture_measure_heed_signals,
				      NULL);
}
