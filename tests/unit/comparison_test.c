/* What is said of hand-made recordings that are compared. */
#include "report/comparison/build.h"

#include "base/auto.h"
#include "base/vec.h"
#include "base/xalloc.h"

#include "fixture.h"
#include "unit.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#define MS 1000000u
#define RUNS_MOST 40

/* Two subjects, measured in turns unless a test says otherwise. */
struct pair {
	struct fixture f[2];
	struct recording recordings[2];
	struct compare_run order[2][RUNS_MOST];
	struct compare_input items[2];
	struct compare_inputs inputs;
	struct gates gates;
	struct comparison_options options;
	struct comparison c;
	struct comparison_report r;
};

static char *argv_of[2][3] = {
	{ (char[]){ "./old" }, (char[]){ "a b" }, NULL },
	{ (char[]){ "./new" }, (char[]){ "a b" }, NULL },
};

static char version[] = "1.2.3", source[] = "perf";

enum {
	CLOCK,
	CYCLES,
	INSTRUCTIONS,
	BRANCHES,
	MISSES
};

/* 100 ms, and some noise that has nothing to do with the subject. */
static void add_run(struct fixture *f, size_t i, double factor)
{
	struct run *run = fixture_run(f, 1);
	uint64_t noise = (i * 7919) % 101;

	run->wall_ns = (uint64_t)(100 * MS * factor) + noise * 1000;
	run->on_ns = run->wall_ns;
	run->user_ns = 80 * MS;
	run->has_rusage = true;
	run->usage.has_main_wait = true;
	run->usage.main_cpu_ns = 80 * MS;
	run->has_steal = true;
	run->start_ns = 5000 * MS;
	fixture_count(run, CLOCK, 0, 80 * MS, 80 * MS, 80 * MS);
	fixture_count(run, CYCLES, 0, 80000000, 80 * MS, 80 * MS);
	fixture_count(run, INSTRUCTIONS, 0,
		      (uint64_t)(100000000 * factor) + noise, 80 * MS, 80 * MS);
	fixture_count(run, BRANCHES, 0, 1000000 + noise, 80 * MS, 80 * MS);
	fixture_count(run, MISSES, 0, 1000, 80 * MS, 80 * MS);
}

static void pair_init(struct pair *p, size_t runs, double factor)
{
	static const char *const inputs[] = { "instructions", "cycles", NULL };

	memset(p, 0, sizeof(*p));
	for (size_t s = 0; s < 2; s++) {
		struct recording *r = &p->recordings[s];
		struct fixture *f = &p->f[s];

		fixture_init(f);
		fixture_known(f, "task-clock");
		fixture_known(f, "cycles");
		fixture_known(f, "instructions");
		fixture_known(f, "branches");
		fixture_known(f, "branch-misses");
		fixture_metric(f, "ipc", "instructions / cycles", INSTRUCTIONS,
			       inputs);
		for (size_t i = 0; i < runs; i++) {
			add_run(f, i, s ? factor : 1.0);
			f->series.runs[i].start_ns +=
				(2 * i + (s ^ (i & 1))) * 200 * MS;
			p->order[s][i] =
				(struct compare_run){ .block = i,
						      .position = s ^ (i & 1) };
		}
		r->tacho = version;
		r->source.name = source;
		r->target.argv = argv_of[s];
		r->catalog = f->catalog;
		r->series = f->series;
		p->items[s] = (struct compare_input){
			.recording = r,
			.name = s ? "new" : "old",
			.order = p->order[s],
		};
	}
	p->inputs = (struct compare_inputs){ .items = p->items, .n = 2 };
	p->options.compare = compare_defaults();
	p->options.gates = &p->gates;
}

static void pair_build(struct pair *p)
{
	struct err err = { 0 };

	for (size_t s = 0; s < 2; s++)
		p->recordings[s].series = p->f[s].series;
	if (comparison_build(&p->inputs, &p->options, &p->c, &p->r, &err) < 0)
		fail_msg("%s", err.what);
}

static void pair_done(struct pair *p)
{
	comparison_report_done(&p->r);
	compare_done(&p->c);
	gates_done(&p->gates);
	for (size_t s = 0; s < 2; s++) {
		provenance_done(&p->recordings[s].provenance);
		fixture_done(&p->f[s]);
	}
}

static void limit(struct pair *p, const char *text)
{
	struct err err = { 0 };

	assert_int_equal(gate_parse(&p->gates, text, &err), 0);
}

/* The place of the note with @part; fails where there is none. */
static size_t note(const struct pair *p, const char *part)
{
	for (size_t i = 0; i < p->r.nnotes; i++)
		if (strstr(p->r.notes[i], part))
			return i;
	for (size_t i = 0; i < p->r.nnotes; i++)
		print_message("note: %s\n", p->r.notes[i]);
	fail_msg("no note with '%s'", part);
	return 0;
}

static void no_note(const struct pair *p, const char *part)
{
	for (size_t i = 0; i < p->r.nnotes; i++)
		if (strstr(p->r.notes[i], part))
			fail_msg("note: %s", p->r.notes[i]);
}

static void doubt_is(const struct pair *p, const char *quantity, size_t subject,
		     const char *doubt)
{
	size_t q = compare_find(&p->c, quantity);
	const char *got;

	assert_true(q != SIZE_MAX);
	got = comparison_doubt(&p->r, q, subject);
	assert_string_equal(got ? got : "", doubt);
}

static const struct compare_result *result(const struct pair *p,
					   const char *quantity)
{
	size_t q = compare_find(&p->c, quantity);

	assert_true(q != SIZE_MAX);
	return &p->c.quantities[q].results[1];
}

/* ---- what is there ---- */

static void all_of_a_calm_comparison(void **state)
{
	struct pair p;
	struct why *why;
	double sum = 0.0;

	(void)state;
	pair_init(&p, 10, 1.05);
	p.inputs.has_seed = true;
	p.inputs.seed = 17;
	limit(&p, "time > 2%");
	limit(&p, "ipc < -5%");
	pair_build(&p);
	assert_true(p.c.paired);
	assert_string_equal(p.r.metric, "time");
	assert_string_equal(p.r.source, "perf");
	assert_false(p.r.simulated);
	assert_true(p.r.has_seed);
	assert_int_equal(p.r.seed, 17);
	assert_int_equal(p.c.options.seed, 17);
	assert_string_equal(p.r.subjects[0].command, "./old 'a b'");
	assert_int_equal(p.r.subjects[1].measured, 10);
	assert_int_equal(p.r.subjects[1].disturbed, 0);
	assert_int_equal(p.r.subjects[1].failed, 0);
	assert_int_equal(result(&p, "time")->mark, COMPARE_WORSE);
	/* the parts of why add up */
	why = &p.r.subjects[1].why;
	assert_true(why->nparts > 0);
	for (size_t i = 0; i < why->nparts; i++)
		sum += why->parts[i].part;
	assert_true(fabs(sum - why->total) < 1e-12);
	assert_int_equal(p.r.ngates, 2);
	assert_int_equal(p.r.gates[0].result.answer, GATE_FAILS);
	assert_int_equal(p.r.gates[1].result.answer, GATE_HOLDS);
	assert_int_equal(p.r.gates[1].subject, 1);
	assert_int_equal(p.r.nnotes, 0);
	assert_int_equal(p.r.nleft_out, 0);
	pair_done(&p);
}

static void runs_are_in_the_order_of_time(void **state)
{
	struct pair p;

	(void)state;
	pair_init(&p, 10, 1.0);
	pair_build(&p);
	assert_int_equal(p.r.nruns, 20);
	for (size_t i = 0; i < 20; i++) {
		const struct comparison_run *run = &p.r.runs[i];

		assert_int_equal(run->block, i / 2);
		assert_int_equal(run->run, i / 2);
		/* of each second block the other one began */
		assert_int_equal(run->subject, (i & 1) ^ (i / 2 & 1));
		assert_true(fabs(run->start_s - (double)i * 0.2) < 1e-9);
	}
	pair_done(&p);
}

static void without_blocks_the_times_are_of_two_clocks(void **state)
{
	struct pair p;

	(void)state;
	pair_init(&p, 10, 1.0);
	p.items[0].order = p.items[1].order = NULL;
	pair_build(&p);
	assert_false(p.c.paired);
	for (size_t i = 0; i < 20; i++)
		assert_true(p.r.runs[i].start_s < 0.0);
	note(&p, "recorded one after the other");
	pair_done(&p);
}

/* ---- disturbed runs ---- */

static void disturb_one(struct pair *p, size_t subject, size_t i)
{
	if (i < p->f[subject].series.nruns)
		p->f[subject].series.runs[i].steal_ns = 50 * MS;
}

static void disturb(struct pair *p, size_t subject, size_t n)
{
	for (size_t i = 0; i < n; i++)
		disturb_one(p, subject, i);
}

static void disturbed_runs_are_told(void **state)
{
	struct pair p;

	(void)state;
	pair_init(&p, 10, 1.0);
	disturb(&p, 1, 2);
	pair_build(&p);
	assert_int_equal(p.r.subjects[1].disturbed, 2);
	assert_int_equal(p.r.subjects[1].by_kind[0], 2);
	assert_int_equal(p.r.subjects[1].dropped, 0);
	note(&p, "disturbed (steal): 2 of 10 runs of new; --drop-disturbed");
	pair_done(&p);
	/* what would leave too few is no advice */
	pair_init(&p, 6, 1.0);
	disturb(&p, 0, 2);
	disturb(&p, 1, 5);
	pair_build(&p);
	no_note(&p, "--drop-disturbed");
	note(&p, "5 of 6 runs of new; measure where it is quiet");
	pair_done(&p);
}

static void dropped_runs_have_no_part(void **state)
{
	struct pair p;
	size_t q, out = 0;

	(void)state;
	pair_init(&p, 10, 1.0);
	disturb(&p, 1, 2);
	/* they would be a difference */
	for (size_t i = 0; i < 2; i++)
		p.f[1].series.runs[i].wall_ns *= 40;
	p.options.drop_disturbed = true;
	pair_build(&p);
	assert_int_equal(p.r.subjects[1].dropped, 2);
	assert_int_equal(p.r.subjects[1].measured, 10);
	q = compare_find(&p.c, "time");
	assert_int_equal(p.c.quantities[q].sides[1].n, 8);
	/* the other one of their blocks stays */
	assert_int_equal(p.c.quantities[q].sides[0].n, 10);
	assert_true(p.c.paired);
	assert_int_equal(p.c.quantities[q].results[1].mark, COMPARE_SAME);
	for (size_t i = 0; i < p.r.nruns; i++) {
		const struct comparison_run *run = &p.r.runs[i];

		if (run->run == SIZE_MAX)
			out++;
		else if (run->subject == 1)
			assert_int_equal(run->run, run->block - 2);
	}
	assert_int_equal(out, 2);
	note(&p, "left out, because disturbed (steal): 2 of 10 runs of new");
	no_note(&p, "--drop-disturbed");
	pair_done(&p);
}

static void most_runs_dropped_is_said_first(void **state)
{
	struct pair p;

	(void)state;
	pair_init(&p, 12, 1.0);
	disturb(&p, 0, 7);
	disturb(&p, 1, 12);
	p.options.drop_disturbed = true;
	pair_build(&p);
	assert_int_equal(note(&p, "most runs of old were disturbed"), 0);
	assert_int_equal(note(&p, "most runs of new were disturbed"), 1);
	assert_int_equal(result(&p, "time")->mark, COMPARE_ABSENT);
	pair_done(&p);
}

static void turns_that_lost_most_of_their_runs_are_none(void **state)
{
	struct pair p;

	(void)state;
	pair_init(&p, 16, 1.0);
	/* of all turns but one */
	for (size_t i = 0; i < 16; i++)
		disturb_one(&p, i % 2, i < 15 ? i : 16);
	p.options.drop_disturbed = true;
	pair_build(&p);
	assert_false(p.c.paired);
	note(&p, "most turns lack a run of one side");
	no_note(&p, "one after the other");
	pair_done(&p);
}

static void what_takes_time_disturbs_no_simulation(void **state)
{
	struct pair p;

	(void)state;
	pair_init(&p, 6, 1.0);
	disturb(&p, 1, 2);
	for (size_t s = 0; s < 2; s++)
		p.recordings[s].source.simulated = true;
	p.options.drop_disturbed = true;
	pair_build(&p);
	assert_int_equal(p.r.subjects[1].dropped, 0);
	assert_true(p.r.simulated);
	assert_string_equal(p.r.metric, "instructions");
	pair_done(&p);
}

static void failed_runs_are_told(void **state)
{
	struct pair p;

	(void)state;
	pair_init(&p, 6, 1.0);
	p.f[1].series.runs[2].wait_status = 1 << 8;
	p.f[1].series.runs[3].wait_status = 9;
	pair_build(&p);
	assert_int_equal(p.r.subjects[1].failed, 2);
	note(&p, "2 of 6 runs of new ended with a status other than 0");
	pair_done(&p);
}

/* ---- are they comparable? ---- */

static void set(struct pair *p, enum provenance_what what, const char *a,
		const char *b)
{
	provenance_set(&p->recordings[0].provenance, what, a);
	provenance_set(&p->recordings[1].provenance, what, b);
}

static void the_worst_difference_comes_first(void **state)
{
	struct pair p;

	(void)state;
	pair_init(&p, 3, 1.0);
	set(&p, PROVENANCE_KERNEL, "6.1", "6.2");
	set(&p, PROVENANCE_OPTIMISATION, "optimised", "unoptimised");
	set(&p, PROVENANCE_DIRECTORY, "/a", "/b");
	pair_build(&p);
	assert_int_equal(p.r.subjects[1].ndifferences, 3);
	assert_int_equal(note(&p, "old and new do not compare: one program is "
				  "optimised, the other unoptimised"),
			 0);
	assert_int_equal(note(&p, "old and new: different kernels: '6.1' and "
				  "'6.2', which may be"),
			 1);
	/* what is compared may well be two folders */
	no_note(&p, "directories");
	pair_done(&p);
}

static void sources_are_not_mixed(void **state)
{
	struct pair p;

	(void)state;
	pair_init(&p, 6, 2.0);
	set(&p, PROVENANCE_SOURCE, "perf", "cachegrind");
	limit(&p, "instructions > 1%");
	pair_build(&p);
	assert_int_equal(note(&p, "different counter sources"), 0);
	assert_int_equal(p.r.gates[0].result.answer, GATE_UNSURE);
	assert_string_equal(p.r.gates[0].result.reason,
			    "instructions: one side was counted by 'perf', the "
			    "other by 'cachegrind'");
	pair_done(&p);
}

/* What another processor does is not what the change did. */
static void limits_are_of_one_machine(void **state)
{
	static const struct {
		enum provenance_what what;
		const char *reason;
	} rows[] = {
		{ PROVENANCE_CPU_MODEL,
		  "instructions: one side was measured on "
		  "'x', the other on 'y'" },
		{ PROVENANCE_HYPERVISOR,
		  "instructions: one side was measured below 'x', the other "
		  "below 'y'" },
		{ PROVENANCE_KERNEL, NULL },
		{ PROVENANCE_LEVEL, NULL },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct pair p;

		pair_init(&p, 6, 2.0);
		set(&p, rows[i].what, "x", "y");
		limit(&p, "instructions > 1%");
		pair_build(&p);
		if (rows[i].reason) {
			assert_int_equal(p.r.gates[0].result.answer,
					 GATE_UNSURE);
			assert_string_equal(p.r.gates[0].result.reason,
					    rows[i].reason);
		} else {
			assert_int_equal(p.r.gates[0].result.answer,
					 GATE_FAILS);
		}
		pair_done(&p);
	}
}

static void a_command_is_no_machine(void **state)
{
	struct pair p;

	(void)state;
	pair_init(&p, 3, 1.0);
	p.recordings[1].target.system_wide = true;
	pair_build(&p);
	assert_int_equal(
		note(&p,
		     "new and old do not compare: one counted CPUs, the other a command"),
		0);
	pair_done(&p);
}

/* ---- are they enough? ---- */

static void too_few_runs(void **state)
{
	struct pair p;

	(void)state;
	pair_init(&p, 1, 1.5);
	limit(&p, "time > 2%");
	pair_build(&p);
	assert_int_equal(result(&p, "time")->mark, COMPARE_TOO_FEW);
	note(&p, "time: 1 run of old and 1 of new are too few; at least 5");
	no_note(&p, "one after the other");
	assert_int_equal(p.r.gates[0].result.answer, GATE_UNSURE);
	pair_done(&p);
}

static void how_many_runs_would_tell(void **state)
{
	struct pair p;

	(void)state;
	pair_init(&p, 8, 1.0);
	for (size_t i = 0; i < 8; i++)
		p.f[1].series.runs[i].wall_ns += i * 3 * MS * (i % 2);
	pair_build(&p);
	note(&p, "runs of each would tell a difference of 1 %");
	pair_done(&p);
}

static void no_number_of_runs_would(void **state)
{
	struct pair p;

	(void)state;
	pair_init(&p, 8, 1.0);
	for (size_t i = 0; i < 8; i++)
		p.f[1].series.runs[i].wall_ns *= i % 4 == 3 ? 30 : 1;
	pair_build(&p);
	note(&p, "measure where it is quiet, or what takes longer");
	no_note(&p, "runs of each");
	pair_done(&p);
}

/* ---- numbers ---- */

static void estimates_are_marked(void **state)
{
	struct pair p;

	(void)state;
	pair_init(&p, 6, 1.0);
	fixture_count(&p.f[1].series.runs[3], CYCLES, 0, 40000000, 80 * MS,
		      40 * MS);
	pair_build(&p);
	doubt_is(&p, "cycles", 1, "estimated");
	doubt_is(&p, "cycles", 0, "");
	doubt_is(&p, "instructions", 1, "");
	assert_non_null(
		strstr(comparison_doubt(&p.r, compare_find(&p.c, "ipc"), 1),
		       "estimated"));
	note(&p, "cycles: estimated in some runs");
	pair_done(&p);
}

static void what_was_dropped_is_not_doubted(void **state)
{
	struct pair p;

	(void)state;
	pair_init(&p, 8, 1.0);
	fixture_count(&p.f[1].series.runs[0], CYCLES, 0, 40000000, 80 * MS,
		      40 * MS);
	disturb(&p, 1, 1);
	p.options.drop_disturbed = true;
	pair_build(&p);
	doubt_is(&p, "cycles", 1, "");
	pair_done(&p);
}

static void user_mode_on_one_side(void **state)
{
	struct pair p;

	(void)state;
	pair_init(&p, 6, 1.0);
	for (size_t i = 0; i < 6; i++) {
		p.f[1].series.runs[i].notes[CYCLES].user_only = true;
		p.f[0].series.runs[i].notes[MISSES].user_only = true;
		p.f[1].series.runs[i].notes[MISSES].user_only = true;
	}
	pair_build(&p);
	doubt_is(&p, "cycles", 1, "user mode only");
	assert_int_equal(note(&p, "cycles: in user mode alone on one side"), 0);
	note(&p, "branch-misses: in user mode alone; what the kernel did");
	pair_done(&p);
}

static void rules_of_plausibility_hold_here_too(void **state)
{
	struct pair p;

	(void)state;
	pair_init(&p, 6, 1.0);
	for (size_t i = 0; i < 6; i++)
		fixture_count(&p.f[1].series.runs[i], MISSES, 0, 5000000,
			      80 * MS, 80 * MS);
	pair_build(&p);
	doubt_is(&p, "branch-misses", 1, "more misses than branches");
	doubt_is(&p, "branch-misses", 0, "");
	note(&p, "new: more branches were guessed wrong");
	pair_done(&p);
}

static void what_one_side_lacks(void **state)
{
	struct pair p;

	(void)state;
	pair_init(&p, 6, 1.0);
	for (size_t i = 0; i < 6; i++)
		fixture_fail(&p.f[0].series.runs[i], MISSES, READING_DENIED,
			     -EACCES, "not for you", NULL);
	pair_build(&p);
	assert_int_equal(result(&p, "branch-misses")->mark, COMPARE_ABSENT);
	note(&p, "old has no branch-misses: not for you");
	pair_done(&p);
}

static void a_limit_of_what_cannot_be_counted_cannot_be_told(void **state)
{
	char *each[] = { (char[]){ "cache-misses" } };
	struct recording_left_out out = {
		.names = (char[]){ "hardware counters" },
		.each = each,
		.neach = 1,
		.why = { .what = "no PMU", .hint = "--source=cachegrind" },
	};
	struct pair p;

	(void)state;
	pair_init(&p, 6, 1.0);
	for (size_t s = 0; s < 2; s++) {
		p.recordings[s].left_out = &out;
		p.recordings[s].nleft_out = 1;
	}
	limit(&p, "cache-misses > 1%");
	pair_build(&p);
	assert_int_equal(p.r.ngates, 1);
	assert_int_equal(p.r.gates[0].result.answer, GATE_UNSURE);
	assert_string_equal(p.r.gates[0].result.reason, "cache-misses: no PMU");
	/* the same of both is said once */
	assert_int_equal(p.r.nleft_out, 1);
	assert_string_equal(p.r.left_out[0].hint, "--source=cachegrind");
	pair_done(&p);
}

static void what_nobody_measured_is_refused(void **state)
{
	struct err err = { 0 };
	struct pair p;

	(void)state;
	pair_init(&p, 6, 1.0);
	p.options.metric = "instrucions";
	assert_int_equal(
		comparison_build(&p.inputs, &p.options, &p.c, &p.r, &err),
		-ENOENT);
	assert_non_null(strstr(err.what, "--metric: "));
	assert_non_null(strstr(err.hint, "'instructions'"));
	p.options.metric = "wall";
	pair_build(&p);
	assert_string_equal(p.r.metric, "time");
	comparison_report_done(&p.r);
	compare_done(&p.c);
	p.options.metric = NULL;
	limit(&p, "nothing > 1%");
	assert_int_equal(
		comparison_build(&p.inputs, &p.options, &p.c, &p.r, &err),
		-ENOENT);
	assert_non_null(strstr(err.what, "--fail-if: "));
	pair_done(&p);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(all_of_a_calm_comparison),
		cmocka_unit_test(runs_are_in_the_order_of_time),
		cmocka_unit_test(without_blocks_the_times_are_of_two_clocks),
		cmocka_unit_test(disturbed_runs_are_told),
		cmocka_unit_test(dropped_runs_have_no_part),
		cmocka_unit_test(most_runs_dropped_is_said_first),
		cmocka_unit_test(turns_that_lost_most_of_their_runs_are_none),
		cmocka_unit_test(what_takes_time_disturbs_no_simulation),
		cmocka_unit_test(failed_runs_are_told),
		cmocka_unit_test(the_worst_difference_comes_first),
		cmocka_unit_test(sources_are_not_mixed),
		cmocka_unit_test(limits_are_of_one_machine),
		cmocka_unit_test(a_command_is_no_machine),
		cmocka_unit_test(too_few_runs),
		cmocka_unit_test(how_many_runs_would_tell),
		cmocka_unit_test(no_number_of_runs_would),
		cmocka_unit_test(estimates_are_marked),
		cmocka_unit_test(what_was_dropped_is_not_doubted),
		cmocka_unit_test(user_mode_on_one_side),
		cmocka_unit_test(rules_of_plausibility_hold_here_too),
		cmocka_unit_test(what_one_side_lacks),
		cmocka_unit_test(
			a_limit_of_what_cannot_be_counted_cannot_be_told),
		cmocka_unit_test(what_nobody_measured_is_refused),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
