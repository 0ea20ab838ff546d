/* What disturbed a run. */
#include "fixture.h"
#include "unit.h"

#include "base/auto.h"
#include "base/xalloc.h"
#include "record/disturbance.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define MS 1000000u

/* @n runs of 100 ms with 80 ms on a CPU, 1000 cycles in each us of it. */
static void calm(struct fixture *f, size_t n)
{
	fixture_init(f);
	fixture_known(f, "task-clock");
	fixture_known(f, "cycles");
	free(fixture_known(f, "page-faults")->base);
	f->events.items[2]->base = xstrdup("cpu_migrations");
	for (size_t i = 0; i < n; i++) {
		struct run *run = fixture_run(f, 1);

		fixture_count(run, 0, 0, 80 * MS, 80 * MS, 80 * MS);
		fixture_count(run, 1, 0, 80000000, 80 * MS, 80 * MS);
		fixture_count(run, 2, 0, 3, 80 * MS, 80 * MS);
		run->wall_ns = 100 * MS;
		run->user_ns = 80 * MS;
		run->has_rusage = true;
		run->has_steal = true;
		run->usage.has_main_wait = true;
		run->usage.main_cpu_ns = 80 * MS;
	}
}

static void a_calm_series_is_not_disturbed(void **unused)
{
	struct disturbance d[4];
	struct fixture f;

	(void)unused;
	calm(&f, 4);
	disturbance_judge(&f.series, d);
	for (size_t i = 0; i < 4; i++) {
		assert_int_equal(d[i].kinds, 0);
		assert_true(d[i].steal == 0.0);
		assert_true(d[i].waiting == 0.0);
		assert_true(d[i].migrations == 3.0);
		assert_float_equal(d[i].hz, 1e9, 1.0);
	}
	fixture_done(&f);
}

static void steal(struct run *run, bool too_much)
{
	run->steal_ns = too_much ? 2 * MS : 1 * MS;
}

static void wait_for_cpu(struct run *run, bool too_much)
{
	run->usage.main_wait_ns = too_much ? 2 * MS : 3 * MS / 2;
}

static void be_preempted(struct run *run, bool too_much)
{
	run->usage.has_main_wait = false;
	run->usage.involuntary_switches = too_much ? 5 : 4;
}

static void migrate(struct run *run, bool too_much)
{
	snapshot_at(&run->total, 2, 0)->raw = too_much ? 9 : 8;
}

static void slow_down(struct run *run, bool too_much)
{
	snapshot_at(&run->total, 1, 0)->raw = too_much ? 78300000 : 78500000;
}

static void speed_up(struct run *run, bool too_much)
{
	snapshot_at(&run->total, 1, 0)->raw = too_much ? 81700000 : 81500000;
}

static const struct {
	void (*disturb)(struct run *run, bool too_much);
	unsigned kind;
} cases[] = {
	{ steal, DISTURBANCE_STEAL },
	{ wait_for_cpu, DISTURBANCE_CONTENTION },
	{ be_preempted, DISTURBANCE_CONTENTION },
	{ migrate, DISTURBANCE_MIGRATIONS },
	{ slow_down, DISTURBANCE_FREQUENCY },
	{ speed_up, DISTURBANCE_FREQUENCY },
};

static void each_disturbance_is_found_in_its_run(void **unused)
{
	(void)unused;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		for (int too_much = 0; too_much < 2; too_much++) {
			struct disturbance d[3];
			struct fixture f;

			calm(&f, 3);
			cases[i].disturb(&f.series.runs[1], too_much);
			disturbance_judge(&f.series, d);
			assert_int_equal(d[0].kinds, 0);
			assert_int_equal(d[1].kinds,
					 too_much ? cases[i].kind : 0);
			assert_int_equal(d[2].kinds, 0);
			fixture_done(&f);
		}
	}
}

static void two_runs_do_not_say_what_is_usual(void **unused)
{
	struct disturbance d[2];
	struct fixture f;

	(void)unused;
	calm(&f, 2);
	migrate(&f.series.runs[1], true);
	slow_down(&f.series.runs[1], true);
	disturbance_judge(&f.series, d);
	assert_int_equal(d[1].kinds, 0);
	fixture_done(&f);
}

static void what_was_not_counted_is_not_known(void **unused)
{
	struct disturbance d[3];
	struct fixture f;
	struct run *run;

	(void)unused;
	calm(&f, 3);
	run = &f.series.runs[1];
	snapshot_at(&run->total, 1, 0)->state = READING_UNSUPPORTED;
	snapshot_at(&run->total, 2, 0)->state = READING_NOT_COUNTED;
	run->has_steal = run->has_rusage = false;
	/* cycles of user mode beside the time of both */
	f.series.runs[2].notes[1].user_only = true;
	/* a command that only sets how long */
	f.series.runs[0].beside = true;
	f.series.runs[0].usage.main_wait_ns = 50 * MS;
	f.series.runs[0].usage.involuntary_switches = 1000;
	disturbance_judge(&f.series, d);
	assert_true(d[0].waiting < 0.0 && d[0].preempted < 0.0);
	assert_int_equal(d[0].kinds, 0);
	assert_true(d[1].hz < 0.0 && d[1].migrations < 0.0);
	assert_true(d[1].steal < 0.0 && d[1].waiting < 0.0);
	assert_true(d[1].preempted < 0.0);
	assert_true(d[2].hz < 0.0);
	assert_int_equal(d[1].kinds, 0);
	fixture_done(&f);
}

static void steal_is_read_from_the_kernel(void **unused)
{
	static const struct {
		const char *text;
		long ticks; /* -1: none */
	} stats[] = {
		{ "cpu  1 2 3 4 5 6 7 89 0 0\ncpu0 1 1 1 1 1 1 1 1 1 1\n", 89 },
		{ "cpu  1 2 3 4 5 6 7\ncpu0 1 1 1 1 1 1 1 9 1 1\n", -1 },
		{ "cpu0  1 2 3 4 5 6 7 8\n", -1 },
		{ "cpu  1 2 3 4 5 6 7 x\n", -1 },
		{ "", -1 },
	};
	char dir[] = "/tmp/tacho-disturbance.XXXXXX";
	struct rootfs root;
	AUTO_FREE char *proc = NULL;
	AUTO_FREE char *path = NULL;
	uint64_t ns;

	(void)unused;
	root.prefix = mkdtemp(dir);
	assert_non_null(root.prefix);
	assert_int_equal(disturbance_steal(&root, &ns), -ENOENT);
	proc = xasprintf("%s/proc", dir);
	path = xasprintf("%s/stat", proc);
	assert_int_equal(mkdir(proc, 0755), 0);
	for (size_t i = 0; i < ARRAY_LEN(stats); i++) {
		FILE *f = fopen(path, "w");
		int r;

		fputs(stats[i].text, f);
		assert_int_equal(fclose(f), 0);
		r = disturbance_steal(&root, &ns);
		assert_int_equal(r, stats[i].ticks < 0 ? -ENODATA : 0);
		if (r == 0)
			assert_true(ns ==
				    (uint64_t)stats[i].ticks *
					    (1000000000u /
					     (uint64_t)sysconf(_SC_CLK_TCK)));
	}
	unlink(path);
	rmdir(proc);
	rmdir(dir);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_calm_series_is_not_disturbed),
		cmocka_unit_test(each_disturbance_is_found_in_its_run),
		cmocka_unit_test(two_runs_do_not_say_what_is_usual),
		cmocka_unit_test(what_was_not_counted_is_not_known),
		cmocka_unit_test(steal_is_read_from_the_kernel),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
