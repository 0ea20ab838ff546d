/* Several commands in random blocks, with a kernel that is ours. */
#include "measure/schedule.h"

#include "fixture_measure.h"
#include "unit.h"

#include "base/auto.h"
#include "base/clock.h"
#include "base/random.h"
#include "base/rootfs.h"
#include "base/xalloc.h"

#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#define MOST 4

/* Commands that write a letter each, "a", "b", ..., into one file. */
struct world {
	struct fixture_measure m;
	struct schedule_subject subjects[MOST];
	struct target targets[MOST];
	char *argvs[MOST][4];
	char scripts[MOST][256];
	char names[MOST][2];
	size_t n;
	struct schedule_options options;
	struct schedule schedule;
	struct err err;
	char dir[64];
	char prepare[256], cleanup[128];
	int next_fd; /* the lowest that is free */
};

static int lowest_fd(void)
{
	int fd = dup(STDIN_FILENO);

	close(fd);
	return fd;
}

static void world_init(struct world *w, size_t n, const char *more)
{
	static char sh[] = "sh", c[] = "-c";

	memset(w, 0, sizeof(*w));
	w->n = n;
	snprintf(w->dir, sizeof(w->dir), "/tmp/schedule-test.XXXXXX");
	assert_non_null(mkdtemp(w->dir));
	fixture_measure_init(&w->m, NULL);
	for (size_t i = 0; i < n; i++) {
		w->names[i][0] = (char)('a' + i);
		snprintf(w->scripts[i], sizeof(w->scripts[i]),
			 "printf %s >>%s/log; %s", w->names[i], w->dir, more);
		w->argvs[i][0] = sh;
		w->argvs[i][1] = c;
		w->argvs[i][2] = w->scripts[i];
		w->targets[i].argv = w->argvs[i];
		w->targets[i].inherit = true;
		w->subjects[i] = (struct schedule_subject){
			.name = w->names[i],
			.source = &source_perf,
			.plan = &w->m.plan,
			.target = &w->targets[i],
		};
	}
	snprintf(w->prepare, sizeof(w->prepare), "printf '<' >>%s/log", w->dir);
	snprintf(w->cleanup, sizeof(w->cleanup), "printf '>' >>%s/log", w->dir);
	w->options.sys = &w->m.fake.sys;
	w->options.blocks = 3;
	w->options.has_seed = true;
	w->options.seed = 1;
	w->next_fd = lowest_fd();
}

/* The fake kernel remembers so many counters only. */
static void forget_counters(struct world *w)
{
	if (w->m.fake.nevents > FAKE_PERF_MAX / 2 &&
	    !fake_perf_open_fds(&w->m.fake))
		w->m.fake.nevents = 0;
}

static int world_measure(struct world *w)
{
	sigset_t before, after;
	int r;

	sigprocmask(SIG_SETMASK, NULL, &before);
	forget_counters(w);
	r = schedule_measure(w->subjects, w->n, &w->options, &w->schedule,
			     &w->err);
	sigprocmask(SIG_SETMASK, NULL, &after);
	assert_int_equal(sigismember(&before, SIGINT),
			 sigismember(&after, SIGINT));
	/* whatever happened, series are whole */
	for (size_t i = 0; i < w->n; i++)
		assert_int_equal(w->schedule.series[i].nruns,
				 w->schedule.nblocks);
	assert_int_equal(lowest_fd(), w->next_fd);
	return r;
}

static char *world_log(const struct world *w)
{
	const struct rootfs root = { .prefix = w->dir };
	char *log = NULL;

	if (rootfs_read(&root, &log, "/log") < 0)
		log = xstrdup("");
	return log;
}

static void assert_log(const struct world *w, const char *want)
{
	AUTO_FREE char *log = world_log(w);

	assert_string_equal(log, want);
}

static void forget_log(const struct world *w)
{
	AUTO_FREE char *path = xasprintf("%s/log", w->dir);

	unlink(path);
}

static void world_done(struct world *w)
{
	forget_log(w);
	assert_int_equal(rmdir(w->dir), 0);
	schedule_done(&w->schedule);
	fixture_measure_done(&w->m);
}

/* ---- orders ---- */

static void each_block_has_each_command_once(void **state)
{
	struct world w;
	AUTO_FREE char *log = NULL;
	uint64_t before = 0;

	(void)state;
	world_init(&w, 3, "true");
	w.options.blocks = 20;
	assert_int_equal(world_measure(&w), 0);
	assert_int_equal(w.schedule.end, SCHEDULE_BLOCKS);
	assert_int_equal(w.schedule.nblocks, 20);
	log = world_log(&w);
	assert_int_equal(strlen(log), 60);
	for (size_t i = 0; i < 60; i++) {
		const struct schedule_turn *turn = &w.schedule.turns[i];
		const struct run *run;

		/* what is told is what ran, and in this order */
		assert_int_equal(turn->subject, log[i] - 'a');
		assert_true(turn->start_ns > before);
		before = turn->start_ns;
		run = &w.schedule.series[turn->subject].runs[i / 3];
		assert_true(run->start_ns == turn->start_ns);
		assert_true(run->wall_ns > 0);
		assert_int_equal(run->nslots, 1);
		if (i % 3 == 0)
			assert_int_equal(log[i] + log[i + 1] + log[i + 2],
					 'a' + 'b' + 'c');
	}
	world_done(&w);
}

static void the_same_seed_gives_the_same_order(void **state)
{
	AUTO_FREE char *first = NULL, *second = NULL, *other = NULL;
	struct random random = { .state = 7 };
	size_t order[2];
	struct world w;

	(void)state;
	world_init(&w, 2, "true");
	w.options.blocks = 16;
	w.options.seed = 7;
	assert_int_equal(world_measure(&w), 0);
	assert_int_equal(w.schedule.seed, 7);
	first = world_log(&w);
	for (size_t i = 0; i < 16; i++) {
		random_order(&random, order, 2);
		assert_int_equal(first[2 * i], 'a' + order[0]);
	}
	schedule_done(&w.schedule);
	forget_log(&w);
	/* the warm-up is no part of it */
	w.options.warmup = 1;
	assert_int_equal(world_measure(&w), 0);
	second = world_log(&w);
	assert_memory_equal(second, "ab", 2);
	assert_string_equal(second + 2, first);
	schedule_done(&w.schedule);
	forget_log(&w);
	w.options.warmup = 0;
	w.options.seed = 8;
	assert_int_equal(world_measure(&w), 0);
	other = world_log(&w);
	assert_string_not_equal(other, first);
	world_done(&w);
}

static void without_a_seed_one_is_made_and_told(void **state)
{
	struct world w;
	AUTO_FREE char *log = NULL;
	uint64_t seed;

	(void)state;
	world_init(&w, 2, "true");
	w.options.has_seed = false;
	w.options.blocks = 8;
	assert_int_equal(world_measure(&w), 0);
	seed = w.schedule.seed;
	log = world_log(&w);
	schedule_done(&w.schedule);
	forget_log(&w);
	w.options.has_seed = true;
	w.options.seed = seed;
	assert_int_equal(world_measure(&w), 0);
	assert_log(&w, log);
	world_done(&w);
}

static void warm_up_and_hooks_stand_where_they_should(void **state)
{
	struct world w;

	(void)state;
	world_init(&w, 2, "true");
	w.options.warmup = 2;
	w.options.blocks = 1;
	w.options.prepare = w.prepare;
	w.options.cleanup = w.cleanup;
	w.options.seed = 0;
	assert_int_equal(world_measure(&w), 0);
	assert_int_equal(w.schedule.nblocks, 1);
	if (w.schedule.turns[0].subject == 0)
		assert_log(&w, "<a><b><a><b><a><b>");
	else
		assert_log(&w, "<a><b><a><b><b><a>");
	world_done(&w);
}

/* ---- failures ---- */

static void a_failure_in_a_block_keeps_the_blocks_before(void **state)
{
	struct world w;

	(void)state;
	world_init(&w, 2, "");
	for (size_t i = 0; i < 2; i++)
		snprintf(w.scripts[i], sizeof(w.scripts[i]),
			 "printf %s >>%s/log; [ $(wc -c <%s/log) -lt 6 ] || { "
			 "echo out; echo the reason >&2; exit 3; }",
			 w.names[i], w.dir, w.dir);
	w.options.blocks = 9;
	assert_int_equal(world_measure(&w), -ECANCELED);
	assert_int_equal(w.schedule.nblocks, 2);
	assert_non_null(strstr(w.err.what,
			       "' ended with status 3 in block 3, after 'the "
			       "reason'"));
	assert_string_equal(w.schedule.tail, "the reason\n");
	world_done(&w);
}

static void a_failure_may_be_allowed(void **state)
{
	struct world w;

	(void)state;
	world_init(&w, 2, "exit 3");
	w.options.allow_failure = true;
	assert_int_equal(world_measure(&w), 0);
	assert_int_equal(w.schedule.nblocks, 3);
	assert_int_equal(WEXITSTATUS(w.schedule.series[0].runs[0].wait_status),
			 3);
	world_done(&w);
}

static void who_is_killed_is_told_as_such(void **state)
{
	struct world w;

	(void)state;
	world_init(&w, 1, "kill -SEGV $$");
	w.options.warmup = 1;
	w.options.cleanup = w.cleanup;
	assert_int_equal(world_measure(&w), -ECANCELED);
	assert_string_equal(w.err.what, "'a' was ended by signal 11 "
					"(Segmentation fault) in the warm-up");
	assert_string_equal(w.schedule.tail, "");
	assert_log(&w, "a>");
	world_done(&w);
}

static void what_cannot_run_or_count_stops_it(void **state)
{
	static char none[] = "/no/such/program";
	struct world w;

	(void)state;
	world_init(&w, 2, "true");
	w.argvs[1][0] = none;
	assert_int_equal(world_measure(&w), -ENOENT);
	assert_string_equal(w.err.what, "cannot run '/no/such/program': No "
					"such file or directory");
	assert_int_equal(w.schedule.nblocks, 0);
	assert_int_equal(w.schedule.end, SCHEDULE_CANNOT_RUN);
	world_done(&w);

	world_init(&w, 1, "true");
	w.m.fake.paranoid = 3;
	assert_int_equal(world_measure(&w), -ENODATA);
	assert_non_null(strstr(w.err.what, "cannot count"));
	assert_log(&w, "");
	world_done(&w);
}

static void times_will_do_where_nothing_counts(void **state)
{
	struct world w;
	const struct run *run;

	(void)state;
	world_init(&w, 1, "true");
	w.m.fake.paranoid = 3;
	w.options.uncounted = true;
	assert_int_equal(world_measure(&w), 0);
	assert_true(w.schedule.nblocks > 0);
	run = &w.schedule.series[0].runs[0];
	assert_true(run->wall_ns > 0);
	assert_true(run->has_rusage);
	assert_int_not_equal(run->notes[0].why.code, 0);
	world_done(&w);
}

static void a_hook_that_fails_stops_it(void **state)
{
	struct world w;

	(void)state;
	world_init(&w, 2, "true");
	w.options.prepare = "exit 4";
	assert_int_equal(world_measure(&w), -ECANCELED);
	assert_string_equal(w.err.what,
			    "--prepare: 'exit 4' ended with status 4");
	assert_log(&w, "");
	world_done(&w);

	world_init(&w, 1, "true");
	w.options.cleanup = "exit 5";
	assert_int_equal(world_measure(&w), -ECANCELED);
	assert_string_equal(w.err.what,
			    "--cleanup: 'exit 5' ended with status 5");
	assert_log(&w, "a");
	assert_int_equal(w.schedule.nblocks, 0);
	world_done(&w);
}

/* ---- input and output ---- */

static void each_run_reads_the_input_from_its_beginning(void **state)
{
	struct world w;
	AUTO_FREE char *input = NULL;
	FILE *f;

	(void)state;
	/* without: nothing to read, and no terminal either */
	world_init(&w, 2, "");
	for (size_t i = 0; i < 2; i++)
		snprintf(w.scripts[i], sizeof(w.scripts[i]),
			 "cat >>%s/log; printf . >>%s/log", w.dir, w.dir);
	assert_int_equal(world_measure(&w), 0);
	assert_log(&w, "......");
	schedule_done(&w.schedule);
	forget_log(&w);
	input = xasprintf("%s/input", w.dir);
	f = fopen(input, "w");
	assert_non_null(f);
	fputs("xy", f);
	fclose(f);
	w.options.input = input;
	w.options.blocks = 2;
	assert_int_equal(world_measure(&w), 0);
	assert_log(&w, "xy.xy.xy.xy.");
	unlink(input);
	schedule_done(&w.schedule);
	assert_int_equal(world_measure(&w), -ENOENT);
	assert_non_null(strstr(w.err.what, "--input: cannot open '/tmp/"));
	world_done(&w);
}

/* More than a pipe holds, so that nobody may wait for the end to read it. */
static void the_end_of_much_output_is_kept(void **state)
{
	struct world w;
	const char *tail;

	(void)state;
	world_init(&w, 1, "seq 1 100000; printf 'x\\033y\\n\\n'; exit 1");
	w.options.output = SCHEDULE_QUOTE;
	w.options.tail_bytes = 64;
	alarm(20);
	assert_int_equal(world_measure(&w), -ECANCELED);
	alarm(0);
	tail = w.schedule.tail;
	assert_true(strlen(tail) > 40 && strlen(tail) < 64);
	/* whole lines, and nothing that a terminal would obey */
	assert_non_null(strstr(tail, "\n100000\nx?y\n\n"));
	assert_int_equal(strspn(tail, "0123456789"), 5);
	assert_non_null(strstr(w.err.what, ", after 'x?y'"));
	world_done(&w);
}

/* The log is what @fd of ours is, at the beginning of a line. */
static void assert_line_is_ours(const char *line, const char *fd)
{
	char ours[256];
	ssize_t n = readlink(fd, ours, sizeof(ours));

	assert_true(n > 0);
	assert_memory_equal(line, ours, (size_t)n);
}

static void output_goes_where_it_should(void **state)
{
	static const struct {
		enum schedule_output output;
		const char *out, *errors; /* NULL: ours */
	} rows[] = {
		{ SCHEDULE_QUOTE_ERRORS, "/dev/null\n", "pipe:" },
		{ SCHEDULE_QUOTE, "pipe:", "pipe:" },
		{ SCHEDULE_DISCARD, "/dev/null\n", "/dev/null" },
		{ SCHEDULE_PASS, NULL, NULL },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		AUTO_FREE char *log = NULL;
		const char *second;
		struct world w;

		world_init(&w, 1, "");
		snprintf(w.scripts[0], sizeof(w.scripts[0]),
			 "f=/proc/$$/fd; (readlink $f/1; readlink $f/2) "
			 ">>%s/log",
			 w.dir);
		w.options.blocks = 1;
		w.options.output = rows[i].output;
		assert_int_equal(world_measure(&w), 0);
		log = world_log(&w);
		second = log + strcspn(log, "\n") + 1;
		if (rows[i].out) {
			assert_memory_equal(log, rows[i].out,
					    strlen(rows[i].out));
			assert_memory_equal(second, rows[i].errors,
					    strlen(rows[i].errors));
		} else {
			assert_line_is_ours(log, "/proc/self/fd/1");
			assert_line_is_ours(second, "/proc/self/fd/2");
		}
		world_done(&w);
	}
}

/* ---- when it ends ---- */

static bool after_four(void *arg, const struct schedule *so_far)
{
	++*(int *)arg;
	return so_far->nblocks >= 4;
}

static void it_ends_when_it_is_precise_enough(void **state)
{
	struct world w;
	int asked = 0;

	(void)state;
	world_init(&w, 2, "true");
	w.options.blocks = 0;
	w.options.hooks.precise = after_four;
	w.options.hooks.arg = &asked;
	w.options.least_blocks = 2;
	assert_int_equal(world_measure(&w), 0);
	assert_int_equal(w.schedule.end, SCHEDULE_PRECISE);
	assert_int_equal(w.schedule.nblocks, 4);
	assert_int_equal(asked, 3);
	schedule_done(&w.schedule);
	w.options.least_blocks = 6;
	assert_int_equal(world_measure(&w), 0);
	assert_int_equal(w.schedule.nblocks, 6);
	world_done(&w);
}

static void a_budget_ends_it_but_not_before_the_least(void **state)
{
	struct world w;
	uint64_t start;

	(void)state;
	world_init(&w, 2, "exec sleep 0.02");
	w.options.blocks = 1000;
	w.options.budget_ns = 200000000;
	start = clock_now_ns();
	assert_int_equal(world_measure(&w), 0);
	assert_int_equal(w.schedule.end, SCHEDULE_TIME);
	assert_in_range(w.schedule.nblocks, 1, 5);
	assert_true(clock_now_ns() - start >= 100000000);
	schedule_done(&w.schedule);
	w.options.budget_ns = 1;
	w.options.least_blocks = 3;
	assert_int_equal(world_measure(&w), 0);
	assert_int_equal(w.schedule.end, SCHEDULE_TIME);
	assert_int_equal(w.schedule.nblocks, 3);
	world_done(&w);
}

static void a_signal_ends_it_with_whole_blocks(void **state)
{
	static const int signals[] = { SIGINT, SIGTERM };
	struct world w;

	(void)state;
	for (size_t k = 0; k < ARRAY_LEN(signals); k++) {
		world_init(&w, 2, "");
		for (size_t i = 0; i < 2; i++)
			snprintf(w.scripts[i], sizeof(w.scripts[i]),
				 "printf %s >>%s/log; [ $(wc -c <%s/log) -lt 6 "
				 "] || { kill -%d %d; exec sleep 99; }",
				 w.names[i], w.dir, w.dir, signals[k],
				 (int)getpid());
		w.options.blocks = 9;
		assert_int_equal(world_measure(&w), 0);
		assert_int_equal(w.schedule.end, SCHEDULE_SIGNAL);
		assert_int_equal(w.schedule.signo, signals[k]);
		assert_int_equal(w.schedule.nblocks, 2);
		world_done(&w);
	}
}

/* As from a terminal: it reaches the hook, too. */
static void a_signal_to_a_hook_is_no_failure_of_it(void **state)
{
	char hook[80];
	struct world w;

	(void)state;
	world_init(&w, 2, "true");
	snprintf(hook, sizeof(hook), "kill -INT %d; kill -INT $$; sleep 9",
		 (int)getpid());
	w.options.prepare = hook;
	assert_int_equal(world_measure(&w), 0);
	assert_int_equal(w.schedule.end, SCHEDULE_SIGNAL);
	assert_int_equal(w.schedule.signo, SIGINT);
	assert_log(&w, "");
	world_done(&w);
}

struct seen {
	char text[400];
	bool guessed;
};

static void note_progress(void *arg, const struct schedule_progress *p)
{
	struct seen *seen = arg;
	char *at = seen->text + strlen(seen->text);

	snprintf(at, 16, "%s%zu/%zu ", p->warmup ? "w" : "", p->done, p->total);
	assert_int_equal(p->left_s < 0.0, p->done == 0);
	if (!p->warmup && p->done == p->total)
		assert_true(p->left_s == 0.0);
}

static void progress_counts_up_and_guesses(void **state)
{
	struct seen seen = { .text = "" };
	struct world w;

	(void)state;
	world_init(&w, 2, "true");
	w.options.warmup = 1;
	w.options.blocks = 2;
	w.options.hooks.progress = note_progress;
	w.options.hooks.arg = &seen;
	assert_int_equal(world_measure(&w), 0);
	assert_string_equal(seen.text, "w0/2 w1/2 0/4 1/4 2/4 3/4 4/4 ");
	world_done(&w);
}

/* Only those that are held stay open while runs come and go. */
static void counters_are_opened_and_closed_for_each_run(void **state)
{
	struct world w;

	(void)state;
	world_init(&w, 2, "true");
	w.options.blocks = 5;
	assert_int_equal(world_measure(&w), 0);
	assert_int_equal(w.m.fake.opens, 2 + 2 * 2 * 5);
	assert_int_equal(w.m.fake.ioctls, 0);
	/* the first two are on ourselves, off, and not inherited */
	assert_int_equal(w.m.fake.events[0].pid, getpid());
	assert_true(w.m.fake.events[0].attr.disabled);
	assert_false(w.m.fake.events[0].attr.inherit);
	assert_false(w.m.fake.events[0].attr.enable_on_exec);
	assert_true(w.m.fake.events[2].attr.enable_on_exec);
	world_done(&w);
}

static void lose_path(void *arg, const struct schedule_progress *p)
{
	(void)arg;
	if (p->done)
		setenv("PATH", "/nonexistent", 1);
}

static void a_command_is_looked_for_once(void **state)
{
	AUTO_FREE char *path = xstrdup(getenv("PATH"));
	struct world w;

	(void)state;
	world_init(&w, 1, "true");
	w.options.hooks.progress = lose_path;
	assert_int_equal(world_measure(&w), 0);
	setenv("PATH", path, 1);
	assert_log(&w, "aaa");
	world_done(&w);
}

/* Command a takes one tick, b five; a hook in between takes nine. */
static void make_thieves(struct world *w)
{
	AUTO_FREE char *proc = xasprintf("%s/proc", w->dir);

	assert_int_equal(mkdir(proc, 0700), 0);
	for (size_t i = 0; i < w->n; i++)
		snprintf(
			w->scripts[i], sizeof(w->scripts[i]),
			"cd %s/proc; read a b c d e f g h s n <stat; "
			"echo cpu 0 0 0 0 0 0 0 $((s + %d)) 0 >stat; sleep 0.003",
			w->dir, i ? 5 : 1);
	snprintf(w->prepare, sizeof(w->prepare),
		 "cd %s/proc; read a b c d e f g h s n <stat; "
		 "echo cpu 0 0 0 0 0 0 0 $((s + 9)) 0 >stat",
		 w->dir);
}

static void steal_from(struct world *w)
{
	AUTO_FREE char *path = xasprintf("%s/proc/stat", w->dir);
	uint64_t tick_ns = 1000000000u / (uint64_t)sysconf(_SC_CLK_TCK);
	FILE *f = fopen(path, "w");

	assert_non_null(f);
	fputs("cpu 0 0 0 0 0 0 0 0 0\n", f);
	fclose(f);
	assert_int_equal(world_measure(w), 0);
	for (size_t i = 0; i < w->n; i++)
		for (size_t k = 0; k < w->schedule.nblocks; k++) {
			const struct run *run = &w->schedule.series[i].runs[k];

			assert_true(run->has_steal);
			assert_true(run->steal_ns == (i ? 5 : 1) * tick_ns);
		}
	schedule_done(&w->schedule);
	unlink(path);
}

static void of_a_brief_run_it_is_not_known_what_was_stolen(void **state)
{
	static const struct rootfs here = { .prefix = "" };
	struct world w;
	const struct run *run;

	(void)state;
	world_init(&w, 1, "true");
	w.argvs[0][0] = (char[]){ "true" };
	w.options.steal = &here;
	w.options.blocks = 20;
	assert_int_equal(world_measure(&w), 0);
	for (size_t i = 0; i < 20; i++) {
		run = &w.schedule.series[0].runs[i];
		assert_true(run->has_steal == (run->wall_ns >= 2000000));
	}
	world_done(&w);
}

static void what_is_stolen_is_each_run_s_own(void **state)
{
	AUTO_FREE char *proc = NULL;
	struct rootfs root;
	struct world w;

	(void)state;
	world_init(&w, 2, "true");
	make_thieves(&w);
	root = (struct rootfs){ .prefix = w.dir };
	w.options.steal = &root;
	steal_from(&w);
	w.options.prepare = w.prepare;
	steal_from(&w);
	proc = xasprintf("%s/proc", w.dir);
	assert_int_equal(rmdir(proc), 0);
	world_done(&w);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_block_has_each_command_once),
		cmocka_unit_test(the_same_seed_gives_the_same_order),
		cmocka_unit_test(without_a_seed_one_is_made_and_told),
		cmocka_unit_test(warm_up_and_hooks_stand_where_they_should),
		cmocka_unit_test(a_failure_in_a_block_keeps_the_blocks_before),
		cmocka_unit_test(a_failure_may_be_allowed),
		cmocka_unit_test(who_is_killed_is_told_as_such),
		cmocka_unit_test(what_cannot_run_or_count_stops_it),
		cmocka_unit_test(times_will_do_where_nothing_counts),
		cmocka_unit_test(a_hook_that_fails_stops_it),
		cmocka_unit_test(each_run_reads_the_input_from_its_beginning),
		cmocka_unit_test(the_end_of_much_output_is_kept),
		cmocka_unit_test(output_goes_where_it_should),
		cmocka_unit_test(it_ends_when_it_is_precise_enough),
		cmocka_unit_test(a_budget_ends_it_but_not_before_the_least),
		cmocka_unit_test(a_signal_ends_it_with_whole_blocks),
		cmocka_unit_test(a_signal_to_a_hook_is_no_failure_of_it),
		cmocka_unit_test(progress_counts_up_and_guesses),
		cmocka_unit_test(counters_are_opened_and_closed_for_each_run),
		cmocka_unit_test(a_command_is_looked_for_once),
		cmocka_unit_test(what_is_stolen_is_each_run_s_own),
		cmocka_unit_test(
			of_a_brief_run_it_is_not_known_what_was_stolen),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
