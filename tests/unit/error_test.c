/*
 * Do the bounds of estimates hold?  A kernel of ours lets groups take turns
 * while a program of ours changes what it does; its truth is known.
 */
#include "analyze/error.h"

#include "fake_perf.h"
#include "fixture_events.h"
#include "unit.h"

#include "analyze/scope.h"
#include "analyze/stats.h"
#include "base/auto.h"
#include "base/xalloc.h"
#include "source/perf_fit.h"
#include "source/source.h"

#include <math.h>
#include <string.h>
#include <unistd.h>

#define MS 1000000u
#define GROUPS 3
/* 376 turns: one more than whole rounds, so that who begins differs */
#define RUN_MS 1504
#define SLICE_MS 20

/* ---- a program whose rates change ---- */

/* Repeatable, and good enough here (Knuth's constants). */
static double uniform(uint64_t *seed)
{
	*seed = *seed * 6364136223846793005u + 1442695040888963407u;
	return (double)(*seed >> 11) / 9007199254740992.0;
}

/* How long it stays at one thing, in ms; 0: never longer than a moment. */
struct program {
	double phase_ms;
	double rates[RUN_MS]; /* of event 0, per ns */
	double share[RUN_MS]; /* event 1 over event 0 */
};

static void make_program(struct program *p, uint64_t *seed)
{
	double level = 1.0, share = 0.5, left = 0.0;

	for (size_t t = 0; t < RUN_MS; t++) {
		if (left <= 0.0) {
			level = 0.2 + 3.0 * uniform(seed);
			share = 0.1 + 0.8 * uniform(seed);
			left = -p->phase_ms * log(1.0 - uniform(seed));
		}
		p->rates[t] = level * (0.9 + 0.2 * uniform(seed));
		p->share[t] = share;
		left -= 1.0;
	}
}

static double rate_of(void *arg, uint64_t config, uint64_t now_ns)
{
	const struct program *p = arg;
	size_t t = now_ns / MS % RUN_MS;

	return config % 2 ? p->rates[t] * p->share[t] : p->rates[t];
}

static double truth(const struct program *p, uint64_t config)
{
	double sum = 0.0;

	for (size_t t = 0; t < RUN_MS; t++)
		sum += (double)MS *
		       rate_of((void *)(uintptr_t)p, config, (uint64_t)t * MS);
	return sum;
}

/* ---- a machine with counters for one group of two ---- */

struct world {
	struct program program;
	struct fake_perf fake;
	struct perf_fit fit;
	struct event_list events;
	struct metric_uses uses;
	struct plan plan;
	struct target target;
	struct session_options options;
	struct session *session;
	struct snapshot before, now;
	struct run run;
	struct series series;
};

static void world_init(struct world *w)
{
	struct err err = { 0 };

	*w = (struct world){ 0 };
	fake_perf_init(&w->fake);
	w->fake.counters = 2;
	w->fake.tick_ns = 0;
	w->fake.turn_ns = 4 * MS;
	w->fit.sys = &w->fake.sys;
	for (size_t i = 0; i < 2 * (size_t)GROUPS; i++)
		fixture_add(&w->events, fixture_hardware("hw", i, -1));
	for (size_t i = 0; i < GROUPS; i++)
		fixture_use(&w->uses, &fixture_ratio, 2 * i + 1, 2 * i);
	assert_int_equal(plan_make(&w->events, &w->uses, perf_fit_group,
				   &w->fit, &w->plan, &err),
			 0);
	assert_int_equal(w->plan.ngroups, GROUPS);
	w->target.tids = xcalloc(1, sizeof(*w->target.tids));
	w->target.tids[0] = getpid();
	w->target.ntids = 1;
	w->options.sys = &w->fake.sys;
	w->series.plan = &w->plan;
}

static void world_done(struct world *w)
{
	plan_done(&w->plan);
	metric_uses_done(&w->uses);
	event_list_done(&w->events);
	target_done(&w->target);
}

static void take_slice(struct world *w, struct spreads *spread)
{
	struct snapshot spare = w->before;

	assert_int_equal(source_perf.read(w->session, &w->now, NULL), 0);
	if (spread)
		spreads_add(spread, &w->plan, &w->now, &w->before);
	w->before = w->now;
	w->now = spare;
}

/* One run of @nslices, which the caller ends with end_run(). */
static void run_it(struct world *w, uint64_t *seed, size_t nslices)
{
	struct spreads *spread = xcalloc(1, sizeof(*spread));
	struct err err = { 0 };

	w->fake.nevents = 0;
	w->fake.now_ns = (uint64_t)(uniform(seed) * 3.0) * RUN_MS * MS;
	w->fake.rate = rate_of;
	w->fake.rate_arg = &w->program;
	assert_int_equal(source_perf.open(&w->plan, &w->target, &w->options,
					  &w->session, &err),
			 0);
	snapshot_init(&w->before, w->plan.ncounters, w->session->nslots);
	snapshot_init(&w->now, w->plan.ncounters, w->session->nslots);
	spreads_init(spread, &w->plan, w->session->nslots);
	assert_int_equal(source_perf.start(w->session, &err), 0);
	for (size_t t = 1; t <= RUN_MS; t++) {
		fake_perf_advance(&w->fake, MS);
		if (nslices * t / RUN_MS != nslices * (t - 1) / RUN_MS)
			take_slice(w, spread);
	}
	w->before.spread = spread;
	w->run.slots = w->session->slots;
	w->run.nslots = w->session->nslots;
}

static void end_run(struct world *w)
{
	snapshot_done(&w->before);
	snapshot_done(&w->now);
	source_perf.close(w->session);
	assert_int_equal(fake_perf_open_fds(&w->fake), 0);
}

static size_t one_slot[] = { 0 };
static const struct bin all = { .slots = one_slot, .nslots = 1 };
static const struct value_limits limits = { .scale = true };

static struct value estimate(const struct world *w, size_t event)
{
	return value_of(&w->series, &w->run, &w->before, w->plan.shown[event],
			&all, &limits, NULL);
}

/* ---- how often the bounds hold ---- */

struct score {
	size_t trials, held, half_held;
	double error2; /* sum of the squares of the true errors */
	double bound;  /* sum of the bounds */
};

static void count_trial(struct score *s, double got, double bound, double want)
{
	double off = fabs(got - want);

	assert_true(bound >= 0.0);
	s->trials++;
	s->held += off <= bound;
	s->half_held += off <= 0.5 * bound;
	s->error2 += (off / want) * (off / want);
	s->bound += bound / want;
}

static double held(const struct score *s)
{
	return (double)s->held / (double)s->trials;
}

/* 1 when the bound is just what 95 % of normally distributed errors need */
static double width(const struct score *s)
{
	double n = (double)s->trials;

	return s->bound / n / (1.96 * sqrt(s->error2 / n));
}

/* Event @over by event @under; the count of @over where they are the same. */
struct question {
	const char *what;
	size_t over, under;
};

static const struct question count = { "counts", 0, 0 };
static const struct question together = { "ratios in a group", 1, 0 };
static const struct question apart = { "ratios over groups", 3, 0 };

static struct metric_value ratio(const struct world *w,
				 const struct question *q)
{
	const char *inputs[] = { "over", "under" };
	struct metric_name names[] = { { .name = "over" },
				       { .name = "under" } };
	size_t counters[] = { w->plan.shown[q->over], w->plan.shown[q->under] };
	struct metric metric = {
		.inputs = inputs, .ninputs = 2, .names = names, .nnames = 2
	};
	struct plan_use use = { .metric = &metric, .counters = counters };
	struct scope scope = { .series = &w->series,
			       .run = &w->run,
			       .snap = &w->before,
			       .bin = &all,
			       .limits = &limits,
			       .wall_s = 1.0,
			       .core_type = -1 };
	struct metric_value v;
	struct err err = { 0 };

	assert_int_equal(expr_parse("over / under", &metric.formula, &err), 0);
	v = metric_value_of(&scope, &use);
	assert_null(v.absent);
	expr_free(metric.formula);
	return v;
}

static void ask(struct score *score, const struct world *w,
		const struct question *q)
{
	double want = truth(&w->program, q->over);

	if (q->over == q->under) {
		struct value v = estimate(w, q->over);

		assert_int_equal(v.state, READING_SCALED);
		count_trial(score, v.number, v.error, want);
	} else {
		struct metric_value v = ratio(w, q);

		count_trial(score, v.number, v.error,
			    want / truth(&w->program, q->under));
	}
}

static struct score try_it(const struct question *q, double phase_ms,
			   size_t trials)
{
	struct score score = { 0 };
	struct world w;
	uint64_t seed = 42;

	world_init(&w);
	w.program.phase_ms = phase_ms;
	for (size_t i = 0; i < trials; i++) {
		make_program(&w.program, &seed);
		run_it(&w, &seed, RUN_MS / SLICE_MS);
		ask(&score, &w, q);
		end_run(&w);
	}
	world_done(&w);
	print_message(
		"# %s, phases of %g ms: the bound held in %.1f %%, half of "
		"it in %.1f %%; it was %.2f times as wide as needed\n",
		q->what, phase_ms, 100.0 * held(&score),
		100.0 * (double)score.half_held / (double)trials,
		width(&score));
	return score;
}

/* The hardest case: what was not seen has nothing to do with what was. */
static void without_memory_the_bound_holds_in_95_of_100(void **state)
{
	struct score s = try_it(&count, 0.0, 400);

	(void)state;
	assert_true(held(&s) > 0.92 && held(&s) < 0.98);
	assert_true(width(&s) > 0.9 && width(&s) < 1.2);
	/* a bound of half the size would be found out */
	assert_true((double)s.half_held / (double)s.trials < 0.8);
}

static void phases_are_covered_and_do_not_widen_it_much(void **state)
{
	static const double phases_ms[] = { 3.0, 10.0, 50.0, 400.0 };

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(phases_ms); i++) {
		struct score s = try_it(&count, phases_ms[i], 150);

		assert_true(held(&s) > 0.92);
		assert_true(width(&s) > 0.9 && width(&s) < 4.0);
	}
}

/* The two err together: the ratio is known far better than they are. */
static void of_a_ratio_in_one_group_it_is_the_slices_own(void **state)
{
	struct score s = try_it(&together, 0.0, 400);

	(void)state;
	assert_true(held(&s) > 0.92 && held(&s) < 0.98);
	assert_true(width(&s) > 0.9 && width(&s) < 1.2);
	assert_true((double)s.half_held / (double)s.trials < 0.8);
	s = try_it(&together, 10.0, 150);
	assert_true(held(&s) > 0.92);
}

static void of_a_ratio_over_groups_it_is_at_most_the_sum(void **state)
{
	struct score s = try_it(&apart, 0.0, 400);

	(void)state;
	assert_true(held(&s) > 0.92);
	assert_true(width(&s) > 0.9 && width(&s) < 1.5);
	assert_true((double)s.half_held / (double)s.trials < 0.9);
	s = try_it(&apart, 10.0, 150);
	assert_true(held(&s) > 0.92);
}

/* ---- when there is none ---- */

static void few_slices_say_nothing(void **state)
{
	struct world w;
	uint64_t seed = 1;

	(void)state;
	world_init(&w);
	make_program(&w.program, &seed);
	for (size_t n = 1; n <= 3; n++) {
		struct value v;

		run_it(&w, &seed, n);
		v = estimate(&w, 0);
		assert_true(v.number > 0.0);
		assert_true(n < 3 ? v.error < 0.0 : v.error > 0.0);
		assert_true((n < 3) == (ratio(&w, &together).error < 0.0));
		end_run(&w);
	}
	world_done(&w);
}

static void what_counts_all_the_time_is_exact(void **state)
{
	struct world w;
	struct value v;
	uint64_t seed = 1;

	(void)state;
	world_init(&w);
	w.fake.counters = 0;
	make_program(&w.program, &seed);
	run_it(&w, &seed, 1);
	v = estimate(&w, 0);
	assert_int_equal(v.state, READING_OK);
	assert_true(v.error == 0.0);
	assert_true(ratio(&w, &apart).error == 0.0);
	end_run(&w);
	world_done(&w);
}

/* Not once in the part that was seen is not never in the rest. */
static void what_was_never_seen_has_no_bound(void **state)
{
	struct world w;
	struct value v;
	uint64_t seed = 1;

	(void)state;
	world_init(&w);
	run_it(&w, &seed, 20);
	v = estimate(&w, 0);
	assert_int_equal(v.state, READING_SCALED);
	assert_true(v.number == 0.0);
	assert_true(v.error < 0.0);
	end_run(&w);
	world_done(&w);
}

static void raw_counts_are_no_estimates(void **state)
{
	static const struct value_limits raw = { .scale = false };
	struct world w;
	struct value v;
	uint64_t seed = 1;

	(void)state;
	world_init(&w);
	make_program(&w.program, &seed);
	run_it(&w, &seed, 20);
	v = value_of(&w.series, &w.run, &w.before, 0, &all, &raw, NULL);
	assert_true(v.error < 0.0);
	end_run(&w);
	world_done(&w);
}

/* ---- the pieces ---- */

/* Intervals are kept for a moment before they are shown. */
static void a_copy_tells_the_same(void **state)
{
	struct spreads *own;
	struct world w;
	struct value before, after;
	uint64_t seed = 1;

	(void)state;
	world_init(&w);
	make_program(&w.program, &seed);
	run_it(&w, &seed, 20);
	before = estimate(&w, 0);
	own = w.before.spread;
	w.before.spread = spreads_copy(own);
	spreads_free(own);
	after = estimate(&w, 0);
	assert_true(before.error > 0.0);
	assert_true(before.error == after.error);
	spreads_free(w.before.spread);
	w.before.spread = spreads_copy(NULL);
	assert_null(w.before.spread);
	assert_true(estimate(&w, 0).error < 0.0);
	end_run(&w);
	world_done(&w);
}

/* The same quantile as the library's, which every report cannot wait for. */
static void student_is_students(void **state)
{
	double samples[40];

	(void)state;
	for (size_t n = 2; n <= ARRAY_LEN(samples); n++) {
		struct stats s;
		double t;

		samples[n - 1] = (double)(n * n % 7);
		samples[0] = 1.0;
		samples[1] = 2.5;
		s = stats_of(samples, n);
		t = (s.ci_hi - s.mean) / s.sem;
		if (fabs(error_student((double)(n - 1)) / t - 1.0) > 1e-4)
			fail_msg("%zu: %g, not %g", n - 1,
				 error_student((double)(n - 1)), t);
	}
	assert_true(fabs(error_student(1e9) - 1.95996) < 1e-4);
	/* less than one degree is as bad as one */
	assert_true(error_student(0.5) == error_student(1.0));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(without_memory_the_bound_holds_in_95_of_100),
		cmocka_unit_test(phases_are_covered_and_do_not_widen_it_much),
		cmocka_unit_test(of_a_ratio_in_one_group_it_is_the_slices_own),
		cmocka_unit_test(of_a_ratio_over_groups_it_is_at_most_the_sum),
		cmocka_unit_test(few_slices_say_nothing),
		cmocka_unit_test(what_counts_all_the_time_is_exact),
		cmocka_unit_test(what_was_never_seen_has_no_bound),
		cmocka_unit_test(raw_counts_are_no_estimates),
		cmocka_unit_test(a_copy_tells_the_same),
		cmocka_unit_test(student_is_students),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests_name("tests", tests, NULL, NULL);
}
