/* How far a verdict is trusted, and why not further. */
#include "analyze/verdict.h"

#include "base/auto.h"

#include "unit.h"
#include "world.h"

#include <math.h>
#include <string.h>

#define MEMORY                                                                 \
	BUSY "retiring=0.22 frontend_bound=0.06 bad_speculation=0.04 "         \
	     "backend_bound=0.68 memory_bound=0.61 core_bound=0.07 ipc=0.3 "

static void what_was_counted_less_is_trusted_less(void **state)
{
	AUTO(world_done) struct world w = world_of(MEMORY);
	AUTO(verdict_done) struct verdict all = { 0 };
	AUTO(verdict_done) struct verdict part = { 0 };
	AUTO(verdict_done) struct verdict apart = { 0 };
	AUTO(verdict_done) struct verdict other = { 0 };

	(void)state;
	world_quality(&w, "memory_bound")->counted = true;
	all = world_judge(&w);
	assert_string_equal(all.trust, "all inputs counted 100 % of the time");
	assert_true(fabs(all.confidence - 0.9) < 1e-9);

	/* 0.9 x (0.6 + 0.4 x 0.25) */
	world_quality(&w, "memory_bound")->running = 0.25;
	part = world_judge(&w);
	assert_string_equal(part.trust,
			    "'memory_bound' counted only 25 % of the time");
	assert_true(fabs(part.confidence - 0.63) < 1e-9);
	assert_string_equal(verdict_confidence_word(&part), "medium");

	world_quality(&w, "memory_bound")->apart = true;
	apart = world_judge(&w);
	assert_non_null(strstr(apart.trust, "inputs of 'memory_bound' not "
					    "counted at the same time"));
	assert_true(fabs(apart.confidence - 0.63 * 0.8) < 1e-9);

	/* what it does not rest on does not matter */
	world_quality(&w, "memory_bound")->running = 1.0;
	world_quality(&w, "memory_bound")->apart = false;
	world_quality(&w, "retiring")->running = 0.1;
	other = world_judge(&w);
	assert_true(fabs(other.confidence - 0.9) < 1e-9);
}

static void what_is_doubted_is_hardly_trusted(void **state)
{
	AUTO(world_done) struct world w = world_of(MEMORY);
	AUTO(verdict_done) struct verdict v = { 0 };

	(void)state;
	world_quality(&w, "backend_bound")->doubt =
		"the shares sum up to 140 %";
	v = world_judge(&w);
	assert_non_null(strstr(v.trust, "'backend_bound' is in doubt: the "
					"shares sum up to 140 %"));
	assert_string_equal(verdict_confidence_word(&v), "low");
}

static void a_doubt_is_told_once(void **state)
{
	AUTO(world_done) struct world w = world_of(MEMORY);
	AUTO(verdict_done) struct verdict v = { 0 };

	(void)state;
	world_quality(&w, "backend_bound")->doubt = "too short";
	world_quality(&w, "memory_bound")->doubt = "too short";
	v = world_judge(&w);
	assert_non_null(strstr(v.trust, "in doubt: too short; so is '"));
	assert_null(strstr(strstr(v.trust, "too short") + 1, "too short"));
}

static void a_share_that_cannot_be_is_not_used(void **state)
{
	/* the backend would win, but cannot be 140 % */
	AUTO(verdict_done)
	struct verdict v = judge(BUSY "retiring=0.3 frontend_bound=0.2 "
				      "bad_speculation=0.05 backend_bound=1.4");
	AUTO(verdict_done)
	struct verdict alone = judge("backend_bound=1.4");

	(void)state;
	assert_int_equal(v.class, VERDICT_FRONTEND);
	assert_non_null(strstr(v.trust, "140 % for 'backend'"));
	assert_true(v.confidence < 0.5);
	assert_int_equal(alone.class, VERDICT_UNKNOWN);
	assert_non_null(strstr(alone.trust, "140 % for 'backend'"));
}

/* Counters of a virtual machine that are dead, in a run too short to see it. */
static void a_pipeline_that_never_stalls_proves_nothing(void **state)
{
	AUTO(verdict_done)
	struct verdict slow = judge(BUSY "frontend_stalled=0 backend_stalled=0 "
					 "ipc=0.5");
	AUTO(verdict_done)
	struct verdict real = judge(BUSY "frontend_stalled=0.01 "
					 "backend_stalled=0 ipc=2.5");

	(void)state;
	assert_int_equal(slow.class, VERDICT_MEMORY);
	assert_string_equal(slow.kind, "rule of thumb");
	assert_int_equal(real.class, VERDICT_COMPUTE);
	assert_null(real.kind);
}

static void short_runs_and_simulated_counts_are_said(void **state)
{
	AUTO(world_done)
	struct world w = world_of(MEMORY "wall=0.05 cpu_time=0.05 sys_time=0");
	AUTO(verdict_done) struct verdict quick = world_judge(&w);
	AUTO(verdict_done) struct verdict simulated = { 0 };

	(void)state;
	assert_non_null(strstr(quick.trust, "a run of only 50 ms"));
	assert_true(fabs(quick.confidence - 0.9 * 0.7) < 1e-9);
	assert_false(quick.estimate);
	world_quality(&w, "memory_bound")->simulated = true;
	simulated = world_judge(&w);
	assert_true(simulated.estimate);
	assert_non_null(strstr(simulated.trust, "simulated"));
	assert_true(fabs(simulated.confidence - 0.9 * 0.7 * 0.7) < 1e-9);
}

static void runs_that_disagree_lower_the_trust(void **state)
{
	static const enum verdict_class runs[] = {
		VERDICT_MEMORY, VERDICT_MEMORY, VERDICT_FRONTEND, VERDICT_MEMORY
	};
	AUTO(world_done) struct world w = world_of(MEMORY);
	struct verdict_facts facts = world_facts(&w);
	AUTO(verdict_done) struct verdict v = { 0 };

	(void)state;
	facts.runs = runs;
	facts.nruns = ARRAY_LEN(runs);
	verdict_judge(world_rules(), &facts, &v);
	assert_int_equal(v.class, VERDICT_MEMORY);
	assert_non_null(strstr(v.trust, "1 of 4 runs"));
	assert_true(fabs(v.confidence - 0.9 * 0.75) < 1e-9);
}

/* Commands for a target that is not known are not shown. */
static void next_steps_name_the_target(void **state)
{
	AUTO(world_done) struct world w = world_of(MEMORY);
	struct verdict_facts facts = world_facts(&w);
	AUTO(verdict_done) struct verdict v = { 0 };
	AUTO(verdict_done) struct verdict with = judge(MEMORY);

	(void)state;
	facts.target = NULL;
	verdict_judge(world_rules(), &facts, &v);
	assert_int_equal(v.nnext, 0);
	assert_true(with.nnext > 0);
	assert_non_null(strstr(with.next[0], "-- ./prog"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_was_counted_less_is_trusted_less),
		cmocka_unit_test(what_is_doubted_is_hardly_trusted),
		cmocka_unit_test(a_doubt_is_told_once),
		cmocka_unit_test(a_share_that_cannot_be_is_not_used),
		cmocka_unit_test(a_pipeline_that_never_stalls_proves_nothing),
		cmocka_unit_test(short_runs_and_simulated_counts_are_said),
		cmocka_unit_test(runs_that_disagree_lower_the_trust),
		cmocka_unit_test(next_steps_name_the_target),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, world_set_up, world_tear_down);
}
