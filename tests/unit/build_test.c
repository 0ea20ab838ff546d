#include "report/build.h"

#include "fixture.h"
#include "unit.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#define MS 1000000

static void near(double got, double expected)
{
	if (fabs(got - expected) > 1e-9 * fmax(1.0, fabs(expected)))
		fail_msg("%.17g is not %.17g", got, expected);
}

static const char *const ipc[] = { "instructions", "cycles", NULL };

static size_t notes_with(const struct report *r, enum report_note_kind kind,
			 const char *text)
{
	size_t n = 0;

	for (size_t i = 0; i < r->nnotes; i++)
		n += r->notes[i].kind == kind &&
		     strstr(r->notes[i].text, text) != NULL;
	return n;
}

static void nothing_measured_is_an_error(void **state)
{
	struct fixture f;
	struct report report;
	struct err err = { 0 };

	(void)state;
	fixture_init(&f);
	fixture_known(&f, "cycles");
	assert_int_equal(
		report_build(&f.about, &f.series, &f.options, &report, &err),
		-ENODATA);
	assert_true(err.what[0]);
	fixture_done(&f);
}

static void rows_go_by_bin_and_then_as_asked(void **state)
{
	struct fixture f;
	struct run *run;
	struct report r;

	(void)state;
	fixture_init(&f);
	fixture_known(&f, "instructions");
	fixture_known(&f, "cycles");
	f.options.by = AGGREGATE_CPU;
	run = fixture_run(&f, 2);
	for (int s = 0; s < 2; s++) {
		run->slots[s].cpu = 1 - s;
		for (size_t c = 0; c < 2; c++)
			fixture_count(run, c, (size_t)s, 10 + c, MS, MS);
	}
	r = fixture_report(&f);
	assert_int_equal(r.nrows, 4);
	assert_int_equal(r.rows[0].bin->cpu, 0);
	assert_string_equal(r.rows[0].event->name, "instructions");
	assert_string_equal(r.rows[1].event->name, "cycles");
	assert_int_equal(r.rows[2].bin->cpu, 1);
	report_done(&r);
	fixture_done(&f);
}

static void what_does_not_exist_here_has_no_row(void **state)
{
	struct fixture f;
	struct run *run;
	struct report r;

	(void)state;
	fixture_init(&f);
	fixture_known(&f, "cycles");
	fixture_known(&f, "instructions");
	f.options.by = AGGREGATE_CPU;
	run = fixture_run(&f, 2);
	run->slots[0].cpu = 0;
	run->slots[1].cpu = 1;
	fixture_count(run, 0, 0, 1, MS, MS);
	fixture_count(run, 0, 1, 1, MS, MS);
	fixture_count(run, 1, 0, 1, MS, MS);
	snapshot_at(&run->total, 1, 1)->state = READING_ABSENT;
	r = fixture_report(&f);
	assert_int_equal(r.nrows, 3);
	assert_int_equal(r.rows[2].bin->cpu, 1);
	assert_string_equal(r.rows[2].event->name, "cycles");
	report_done(&r);
	fixture_done(&f);
}

static void a_part_is_not_taken_for_the_whole(void **state)
{
	struct fixture f;
	struct run *run;
	struct report r;

	(void)state;
	fixture_init(&f);
	fixture_known(&f, "cycles");
	run = fixture_run(&f, 2);
	fixture_fail(run, 0, READING_NOT_COUNTED, -EMFILE, "no descriptors",
		     "ulimit -n 9");
	fixture_count(run, 0, 0, 5, MS, MS);
	r = fixture_report(&f);
	assert_int_equal(notes_with(&r, REPORT_NOTE_WARN, "no descriptors"), 1);
	assert_int_equal(notes_with(&r, REPORT_NOTE_HINT, "ulimit -n 9"), 1);
	report_done(&r);
	fixture_done(&f);
}

/* Rare is not dead: a zero beside other counts belongs into the mean. */
static void what_moves_in_one_run_is_not_dead_in_another(void **state)
{
	struct fixture f;
	struct report r;

	(void)state;
	fixture_init(&f);
	fixture_known(&f, "cache-misses");
	f.about.repeats = 2;
	fixture_count(fixture_run(&f, 1), 0, 0, 0, 20 * MS, 20 * MS);
	fixture_count(fixture_run(&f, 1), 0, 0, 6, 20 * MS, 20 * MS);
	r = fixture_report(&f);
	assert_int_equal(r.rows[0].value.state, READING_OK);
	assert_int_equal(r.rows[0].stats.n, 2);
	near(r.rows[0].value.number, 3.0);
	report_done(&r);
	fixture_done(&f);
}

/* Each run has the same IPC in itself; the ratio of the means does not. */
static void repeats_are_averaged_and_metrics_per_run(void **state)
{
	static const uint64_t cycles[] = { 1000, 2000, 6000 };
	static const uint64_t insns[] = { 1000, 4000, 3000 };
	struct fixture f;
	struct report r;
	const struct report_metric *m;

	(void)state;
	fixture_init(&f);
	fixture_known(&f, "cycles");
	fixture_known(&f, "instructions");
	fixture_metric(&f, "ipc", "instructions / cycles", 1, ipc);
	f.about.repeats = 3;
	for (size_t i = 0; i < 3; i++) {
		struct run *run = fixture_run(&f, 1);

		fixture_count(run, 0, 0, cycles[i], MS, MS);
		fixture_count(run, 1, 0, insns[i], MS, MS);
		run->wall_ns = (i + 1) * 1000 * MS;
	}
	r = fixture_report(&f);
	near(r.rows[0].value.number, 3000.0);
	assert_int_equal(r.rows[0].value.raw, 3000);
	near(r.rows[0].stats.median, 2000.0);
	near(r.rows[0].stats.min, 1000.0);
	near(r.rows[0].stats.max, 6000.0);
	near(r.rows[0].stats.stddev, sqrt(14e6 / 2.0));
	near(r.rows[0].samples[2], 6000.0);
	m = &r.rows[1].metrics[0];
	assert_int_equal(r.rows[1].nmetrics, 1);
	near(m->value.number, (1.0 + 2.0 + 0.5) / 3.0);
	near(m->stats.median, 1.0);
	near(r.rows[1].shadow[0].number, (1.0 + 2.0 + 0.5) / 3.0);
	near(r.elapsed.seconds, 2.0);
	near(r.elapsed.samples[2], 3.0);
	assert_int_equal(r.nruns, 3);
	report_done(&r);
	fixture_done(&f);
}

static void one_run_has_no_spread(void **state)
{
	struct fixture f;
	struct report r;

	(void)state;
	fixture_init(&f);
	fixture_known(&f, "cycles");
	fixture_count(fixture_run(&f, 1), 0, 0, 7, MS, MS);
	r = fixture_report(&f);
	assert_int_equal(r.rows[0].stats.n, 0);
	assert_null(r.rows[0].samples);
	assert_int_equal(r.elapsed.stats.n, 0);
	assert_true(r.elapsed.present);
	assert_false(r.user.present);
	report_done(&r);
	fixture_done(&f);
}

static void a_run_without_a_value_is_left_out_and_told(void **state)
{
	struct fixture f;
	struct report r;

	(void)state;
	fixture_init(&f);
	fixture_known(&f, "cycles");
	f.about.repeats = 2;
	fixture_count(fixture_run(&f, 1), 0, 0, 0, MS, 0);
	fixture_count(fixture_run(&f, 1), 0, 0, 500, MS, MS);
	r = fixture_report(&f);
	assert_int_equal(r.rows[0].value.state, READING_OK);
	near(r.rows[0].value.number, 500.0);
	assert_int_equal(r.rows[0].stats.n, 1);
	assert_int_equal(notes_with(&r, REPORT_NOTE_WARN, "every run"), 1);
	report_done(&r);
	fixture_done(&f);
}

static void threads_of_other_runs_have_rows_too(void **state)
{
	struct fixture f;
	struct report r;

	(void)state;
	fixture_init(&f);
	fixture_known(&f, "cycles");
	f.about.repeats = 2;
	f.options.by = AGGREGATE_THREAD;
	for (pid_t tid = 9; tid > 7; tid--) {
		struct run *run = fixture_run(&f, 1);

		run->slots[0].tid = tid;
		fixture_count(run, 0, 0, (uint64_t)tid, MS, MS);
	}
	r = fixture_report(&f);
	assert_int_equal(r.nrows, 2);
	assert_int_equal(r.rows[0].bin->tid, 8);
	near(r.rows[0].value.number, 8.0);
	assert_int_equal(r.rows[1].stats.n, 1);
	report_done(&r);
	fixture_done(&f);
}

static void
a_counter_that_never_moves_is_dead_and_so_are_its_ratios(void **state)
{
	struct fixture f;
	struct run *run;
	struct report r;

	(void)state;
	fixture_init(&f);
	fixture_known(&f, "cycles");
	fixture_known(&f, "instructions");
	fixture_metric(&f, "ipc", "instructions / cycles", 1, ipc);
	run = fixture_run(&f, 1);
	fixture_count(run, 0, 0, 0, 12 * MS, 12 * MS);
	fixture_count(run, 1, 0, 500, 12 * MS, 12 * MS);
	r = fixture_report(&f);
	assert_int_equal(r.rows[0].value.state, READING_DEAD);
	assert_non_null(r.rows[0].value.why);
	assert_non_null(strstr(r.rows[1].metrics[0].value.absent, "never"));
	assert_int_equal(notes_with(&r, REPORT_NOTE_WARN, "12.00 ms"), 1);
	assert_int_equal(notes_with(&r, REPORT_NOTE_HINT, "tacho doctor"), 1);
	report_done(&r);
	fixture_done(&f);
}

static void a_dead_counter_keeps_its_times_over_repeats(void **state)
{
	struct fixture f;
	struct report r;

	(void)state;
	fixture_init(&f);
	fixture_known(&f, "cycles");
	f.about.repeats = 2;
	for (int i = 0; i < 2; i++)
		fixture_count(fixture_run(&f, 1), 0, 0, 0, 12 * MS, 12 * MS);
	r = fixture_report(&f);
	assert_int_equal(r.rows[0].value.state, READING_DEAD);
	assert_int_equal(r.rows[0].value.enabled_ns, 12 * MS);
	assert_int_equal(r.rows[0].value.running_ns, 12 * MS);
	assert_int_equal(notes_with(&r, REPORT_NOTE_WARN, "12.00 ms"), 1);
	report_done(&r);
	fixture_done(&f);
}

/* An idle CPU counts no user-mode cycles; that kills nothing. */
static void one_idle_cpu_is_not_dead(void **state)
{
	struct fixture f;
	struct run *run;
	struct report r;

	(void)state;
	fixture_init(&f);
	fixture_known(&f, "branch-misses");
	fixture_known(&f, "cycles")->exclude = EVENT_EXCLUDE_KERNEL;
	f.options.by = AGGREGATE_CPU;
	run = fixture_run(&f, 2);
	for (size_t s = 0; s < 2; s++) {
		run->slots[s] = (struct slot){
			.cpu = (int)s, .pid = -1, .tid = -1, .cgroup = -1
		};
		fixture_count(run, 0, s, s, 90 * MS, 90 * MS);
		fixture_count(run, 1, s, 0, 90 * MS, 90 * MS);
	}
	r = fixture_report(&f);
	for (size_t i = 0; i < 4; i++)
		assert_int_equal(r.rows[i].value.state, READING_OK);
	report_done(&r);
	fixture_done(&f);
}

static void one_cause_is_said_once(void **state)
{
	static const char *const names[] = { "cycles", "instructions",
					     "branches", "cache-misses" };
	struct fixture f;
	struct run *run;
	struct report r;

	(void)state;
	fixture_init(&f);
	fixture_known(&f, "task-clock");
	for (size_t i = 0; i < 4; i++)
		fixture_known(&f, names[i]);
	run = fixture_run(&f, 1);
	fixture_count(run, 0, 0, MS, MS, MS);
	for (size_t i = 0; i < 4; i++) {
		char what[80];

		snprintf(what, sizeof(what), "'%s': no PMU here", names[i]);
		fixture_fail(run, i + 1, READING_UNSUPPORTED, -ENOENT, what,
			     "ask for a PMU");
	}
	r = fixture_report(&f);
	assert_int_equal(notes_with(&r, REPORT_NOTE_WHY, ""), 1);
	assert_int_equal(notes_with(&r, REPORT_NOTE_WHY, "no hardware event"),
			 1);
	assert_int_equal(notes_with(&r, REPORT_NOTE_HINT, "ask for a PMU"), 1);
	assert_int_equal(notes_with(&r, REPORT_NOTE_HINT, "tacho doctor"), 1);
	report_done(&r);
	fixture_done(&f);
}

static void different_causes_are_all_said(void **state)
{
	struct fixture f;
	struct run *run;
	struct report r;

	(void)state;
	fixture_init(&f);
	fixture_known(&f, "cycles");
	fixture_known(&f, "branches");
	fixture_known(&f, "cache-misses");
	fixture_known(&f, "instructions");
	run = fixture_run(&f, 1);
	fixture_fail(run, 0, READING_DENIED, -EACCES, "not allowed", NULL);
	fixture_fail(run, 1, READING_UNSUPPORTED, -ENOENT, "unknown", NULL);
	fixture_fail(run, 2, READING_UNSUPPORTED, -ENOENT, "unknown", NULL);
	fixture_count(run, 3, 0, 0, MS, 0);
	r = fixture_report(&f);
	assert_int_equal(notes_with(&r, REPORT_NOTE_WHY, ""), 3);
	assert_int_equal(notes_with(&r, REPORT_NOTE_WHY,
				    "branches and cache-misses: unknown"),
			 1);
	assert_int_equal(notes_with(&r, REPORT_NOTE_WHY, "cycles: not allowed"),
			 1);
	report_done(&r);
	fixture_done(&f);
}

static void doubts_are_told(void **state)
{
	struct fixture f;
	struct metric *m;
	struct run *run;
	struct report r;

	(void)state;
	fixture_init(&f);
	fixture_known(&f, "cycles");
	fixture_known(&f, "instructions");
	m = fixture_metric(&f, "odd", "instructions / cycles", 1, ipc);
	m->has_range = true;
	m->hi = 16.0;
	run = fixture_run(&f, 1);
	run->notes[0].user_only = true;
	fixture_count(run, 0, 0, 10, MS, MS / 2);
	fixture_count(run, 1, 0, 1000, MS, MS / 2);
	r = fixture_report(&f);
	assert_true(r.rows[0].user_only);
	assert_false(r.rows[1].metrics[0].value.together);
	assert_int_equal(r.ngroups_competing, 2);
	assert_int_equal(notes_with(&r, REPORT_NOTE_WARN, "2 groups"), 1);
	assert_int_equal(notes_with(&r, REPORT_NOTE_WARN, "same time"), 1);
	assert_int_equal(notes_with(&r, REPORT_NOTE_WARN, "possible"), 1);
	assert_int_equal(notes_with(&r, REPORT_NOTE_WARN, "kernel part"), 1);
	report_done(&r);
	fixture_done(&f);
}

static void a_clean_report_has_no_notes(void **state)
{
	struct fixture f;
	struct report r;

	(void)state;
	fixture_init(&f);
	fixture_known(&f, "cycles");
	fixture_count(fixture_run(&f, 1), 0, 0, 7, MS, MS);
	r = fixture_report(&f);
	assert_int_equal(r.nnotes, 0);
	report_done(&r);
	fixture_done(&f);
}

static void no_counts_leaves_the_times(void **state)
{
	struct fixture f;
	struct run *run;
	struct report r;

	(void)state;
	fixture_init(&f);
	fixture_known(&f, "cycles");
	f.options.no_counts = true;
	run = fixture_run(&f, 1);
	run->has_rusage = true;
	run->user_ns = 3 * MS;
	r = fixture_report(&f);
	assert_int_equal(r.nrows, 0);
	near(r.user.seconds, 0.003);
	near(r.elapsed.seconds, 0.1);
	report_done(&r);
	fixture_done(&f);
}

static void an_interval_uses_its_true_length(void **state)
{
	static const char *const clock[] = { "task_clock", NULL };
	struct fixture f;
	struct run *run;
	struct snapshot delta;
	struct report r;
	struct err err = { 0 };

	(void)state;
	fixture_init(&f);
	fixture_known(&f, "task-clock");
	fixture_known(&f, "cycles");
	fixture_metric(&f, "cpus", "task_clock / 1000 / wall", 0, clock);
	run = fixture_run(&f, 1);
	fixture_count(run, 0, 0, 900 * MS, 900 * MS, 900 * MS);
	fixture_count(run, 1, 0, 5, 900 * MS, 900 * MS);
	snapshot_init(&delta, 2, 1);
	delta.readings[0] = (struct reading){ .raw = 200 * MS,
					      .enabled_ns = 200 * MS,
					      .running_ns = 200 * MS };
	/* still in this interval, not dead: it moved before */
	delta.readings[1] = (struct reading){ .enabled_ns = 200 * MS,
					      .running_ns = 200 * MS };
	assert_int_equal(report_build_interval(&f.about, &f.series, run, &delta,
					       &run->total, 3.0, 0.4,
					       &f.options, &r, &err),
			 0);
	assert_true(r.is_interval);
	near(r.rows[0].metrics[0].value.number, 0.5);
	near(r.rows[0].shadow[0].number, 0.5);
	assert_int_equal(r.rows[1].value.state, READING_OK);
	assert_int_equal(r.nruns, 0);
	report_done(&r);
	assert_int_equal(report_build_interval(&f.about, &f.series, run, &delta,
					       &run->total, 3.0, 0.0,
					       &f.options, &r, &err),
			 -EINVAL);
	snapshot_done(&delta);
	fixture_done(&f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(nothing_measured_is_an_error),
		cmocka_unit_test(rows_go_by_bin_and_then_as_asked),
		cmocka_unit_test(what_does_not_exist_here_has_no_row),
		cmocka_unit_test(a_part_is_not_taken_for_the_whole),
		cmocka_unit_test(what_moves_in_one_run_is_not_dead_in_another),
		cmocka_unit_test(repeats_are_averaged_and_metrics_per_run),
		cmocka_unit_test(one_run_has_no_spread),
		cmocka_unit_test(a_run_without_a_value_is_left_out_and_told),
		cmocka_unit_test(threads_of_other_runs_have_rows_too),
		cmocka_unit_test(
			a_counter_that_never_moves_is_dead_and_so_are_its_ratios),
		cmocka_unit_test(a_dead_counter_keeps_its_times_over_repeats),
		cmocka_unit_test(one_idle_cpu_is_not_dead),
		cmocka_unit_test(one_cause_is_said_once),
		cmocka_unit_test(different_causes_are_all_said),
		cmocka_unit_test(doubts_are_told),
		cmocka_unit_test(a_clean_report_has_no_notes),
		cmocka_unit_test(no_counts_leaves_the_times),
		cmocka_unit_test(an_interval_uses_its_true_length),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
