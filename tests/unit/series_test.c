/* Repeats: how often what runs, in which order, and what is kept. */
#include "measure/measure.h"

#include "fixture_measure.h"
#include "unit.h"

#include "base/auto.h"
#include "base/rootfs.h"
#include "base/xalloc.h"

#include <errno.h>
#include <signal.h>
#include <string.h>
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
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
