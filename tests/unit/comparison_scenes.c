#include "comparison_scenes.h"

#include "unit.h"

#include "base/auto.h"
#include "base/vec.h"
#include "base/xalloc.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* A program, and how much its runs differ. */
struct build {
	double instructions, cpi, hz, busy, kernel, rss, misses;
	double spread;
	double shares[WHY_SHARES]; /* 0: not known */
	bool no_pmu;
};

/* Between about -3 and 3, as the normal distribution has it. */
static double gauss(struct random *random)
{
	double sum = -6.0;

	for (int i = 0; i < 12; i++)
		sum += (double)random_below(random, 1000000) / 1e6;
	return sum;
}

static void take(struct scene_report *s, const struct compare_kind *kind,
		 size_t subject, size_t run, double number)
{
	size_t q = compare_add_quantity(&s->comparison, kind);

	compare_add_sample(&s->comparison, q, subject, run, number);
}

#define NO_COUNTERS "this machine has no hardware counters"

static void lack(struct scene_report *s, const struct compare_kind *kind,
		 size_t subject)
{
	size_t q = compare_add_quantity(&s->comparison, kind);

	compare_lack_sample(&s->comparison, q, subject, NO_COUNTERS);
}

static void take_shares(struct scene_report *s, const struct build *b,
			size_t subject, size_t run)
{
	for (int i = 0; i < WHY_SHARES; i++) {
		struct compare_kind kind = {
			.name = why_share_metric((enum why_share)i),
			.unit = "%",
			.digits = 1,
			.better = i == WHY_RETIRING ? METRIC_HIGHER
						    : METRIC_LOWER,
		};

		if (b->shares[i] > 0.0)
			take(s, &kind, subject, run,
			     b->shares[i] * (1.0 + 0.01 * gauss(&s->random)));
	}
}

static const struct compare_kind of_time = { .name = "time",
					     .title = "Elapsed time",
					     .unit = "s",
					     .digits = 6,
					     .better = METRIC_LOWER };
static const struct compare_kind of_user = { .name = "user_time",
					     .title = "Time in the program",
					     .unit = "s",
					     .digits = 6,
					     .better = METRIC_LOWER };
static const struct compare_kind of_sys = { .name = "sys_time",
					    .title = "Time in the kernel",
					    .unit = "s",
					    .digits = 6,
					    .better = METRIC_LOWER };
static const struct compare_kind of_rss = { .name = "max_rss",
					    .title = "Peak memory",
					    .unit = "bytes",
					    .better = METRIC_LOWER };
static const struct compare_kind of_clock = { .name = "task-clock",
					      .base = "task_clock",
					      .unit = "ms",
					      .digits = 3,
					      .better = METRIC_LOWER };
static const struct compare_kind of_faults = { .name = "page-faults",
					       .base = "page_faults",
					       .better = METRIC_LOWER };
static const struct compare_kind of_cycles = { .name = "cycles",
					       .base = "cycles",
					       .better = METRIC_LOWER };
static const struct compare_kind of_work = { .name = "instructions",
					     .base = "instructions",
					     .better = METRIC_LOWER };
static const struct compare_kind of_branches = { .name = "branches",
						 .base = "branches",
						 .better = METRIC_LOWER };
static const struct compare_kind of_misses = { .name = "branch-misses",
					       .base = "branch_misses",
					       .better = METRIC_LOWER };
static const struct compare_kind of_ipc = { .name = "ipc",
					    .title = "Instructions per cycle",
					    .digits = 2,
					    .better = METRIC_HIGHER };
static const struct compare_kind of_ghz = { .name = "ghz",
					    .title = "Clock rate",
					    .unit = "GHz",
					    .digits = 3,
					    .better = METRIC_NEUTRAL };
static const struct compare_kind of_rate = { .name = "branch_miss_rate",
					     .title = "Mispredicted branches",
					     .unit = "%",
					     .digits = 2,
					     .better = METRIC_LOWER };

static void take_counts(struct scene_report *s, const struct build *b,
			size_t subject, size_t run, double cpu_s, double cycles,
			double instructions)
{
	double branches = instructions * 0.18, missed = branches * b->misses;
	const struct compare_kind *const all[] = {
		&of_cycles, &of_work, &of_branches, &of_misses,
		&of_ipc,    &of_ghz,  &of_rate,
	};

	if (b->no_pmu) {
		for (size_t i = 0; i < ARRAY_LEN(all); i++)
			lack(s, all[i], subject);
		return;
	}
	missed = floor(missed * (1.0 + 0.02 * gauss(&s->random)));
	take(s, &of_cycles, subject, run, floor(cycles));
	take(s, &of_work, subject, run, floor(instructions));
	take(s, &of_branches, subject, run, floor(branches));
	take(s, &of_misses, subject, run, missed);
	take(s, &of_ipc, subject, run, instructions / cycles);
	take(s, &of_ghz, subject, run, cycles / cpu_s / 1e9);
	take(s, &of_rate, subject, run, missed / branches);
	take_shares(s, b, subject, run);
}

/* One run; returns how long it took. */
static double take_run(struct scene_report *s, const struct build *b,
		       size_t subject, size_t run, double slowed)
{
	double noise = 1.0 + b->spread * gauss(&s->random);
	double instructions =
		b->instructions * (1.0 + 1e-5 * gauss(&s->random));
	double cycles = instructions * b->cpi * noise * slowed;
	double cpu_s = cycles / b->hz;
	double wall_s = cpu_s / (b->busy * (1.0 + 0.002 * gauss(&s->random)));

	take(s, &of_time, subject, run, wall_s);
	take(s, &of_user, subject, run, cpu_s * (1.0 - b->kernel));
	take(s, &of_sys, subject, run, cpu_s * b->kernel);
	take(s, &of_rss, subject, run,
	     b->rss + 4096.0 * (double)random_below(&s->random, 9));
	take(s, &of_clock, subject, run, cpu_s * 1e3);
	take(s, &of_faults, subject, run,
	     3000.0 + (double)random_below(&s->random, 6));
	take_counts(s, b, subject, run, cpu_s, cycles, instructions);
	return wall_s;
}

/* Blocks of one run of each; two in a hundred runs are disturbed. */
static void interleave(struct scene_report *s, const struct build *builds,
		       size_t blocks)
{
	struct comparison_report *r = &s->report;
	struct comparison *c = &s->comparison;
	size_t order[3];
	double now = 0.0;

	for (size_t block = 0; block < blocks; block++) {
		random_order(&s->random, order, c->nsubjects);
		for (size_t i = 0; i < c->nsubjects; i++) {
			size_t subject = order[i];
			bool disturbed = !random_below(&s->random, 30);
			size_t run = compare_add_run(c, subject, block, i);
			struct comparison_run one = { .subject = subject,
						      .block = block,
						      .run = run,
						      .start_s = now };

			one.wall_s = take_run(s, &builds[subject], subject, run,
					      disturbed ? 1.09 : 1.0);
			one.disturbance = (struct disturbance){
				.kinds = disturbed ? DISTURBANCE_CONTENTION : 0,
				.steal = -1.0,
				.waiting = disturbed ? 0.08 : 0.0005,
				.preempted = disturbed ? 90.0 : 1.0,
				.hz = builds[subject].hz,
			};
			now += one.wall_s + 0.02;
			r->subjects[subject].measured++;
			r->subjects[subject].disturbed += disturbed;
			r->subjects[subject].by_kind[1] += disturbed;
			VEC_PUSH(r->runs, r->nruns, one);
		}
	}
}

/* ---- what there is beside the numbers ---- */

static void begin(struct scene_report *s, size_t n, ...)
{
	struct compare_options options = compare_defaults();
	struct comparison_report *r = &s->report;
	va_list names;

	options.seed = 20261121;
	compare_init(&s->comparison, n, &options);
	r->comparison = &s->comparison;
	r->subjects = xcalloc(n, sizeof(*r->subjects));
	r->metric = "time";
	r->version = "0.1.0";
	r->source = "perf";
	r->has_seed = true;
	r->seed = options.seed;
	s->random = (struct random){ 7 };
	va_start(names, n);
	for (size_t i = 0; i < n; i++) {
		const char *name = va_arg(names, const char *);
		struct provenance *p = &s->provenance[i];

		compare_name(&s->comparison, i, name);
		r->subjects[i].command = xasprintf("%s --size 4096", name);
		r->subjects[i].started_at = 1795262400.0;
		r->subjects[i].provenance = p;
		provenance_set(p, PROVENANCE_TACHO, "0.1.0");
		provenance_set(p, PROVENANCE_SOURCE, "perf");
		provenance_set(p, PROVENANCE_HOST, "bench-1");
		provenance_set(p, PROVENANCE_CPU_MODEL,
			       "Intel(R) Xeon(R) Platinum 8380 CPU @ 2.30GHz");
		provenance_set(p, PROVENANCE_CPUS, "80");
		provenance_set(p, PROVENANCE_KERNEL, "6.1.0-28-amd64");
		provenance_set(p, PROVENANCE_GOVERNOR, "performance");
		provenance_set(p, PROVENANCE_LOAD, i ? "0.31" : "0.28");
		provenance_set(p, PROVENANCE_COMMAND, r->subjects[i].command);
		provenance_set(p, PROVENANCE_PROGRAM, name);
		provenance_set(p, PROVENANCE_BUILD_ID,
			       i ? "9d41f2c07be8" : "51b3a8e6d2f4");
		provenance_set(p, PROVENANCE_COMPILER, "gcc 12.2.0");
		provenance_set(p, PROVENANCE_OPTIMISATION, "optimised");
		provenance_set(p, PROVENANCE_LEVEL, i ? "-O3" : "-O2");
	}
	va_end(names);
}

static void note(struct scene_report *s, const char *text)
{
	VEC_PUSH(s->report.notes, s->report.nnotes, xstrdup(text));
}

static void limit(struct scene_report *s, const char *text)
{
	struct err err = { 0 };

	if (gate_parse(&s->gates, text, &err) < 0)
		fail_msg("%s", err.what);
}

static void leave_out(struct scene_report *s, const char *names,
		      const char *why, const char *hint)
{
	struct comparison_left_out one = { .names = xstrdup(names),
					   .why = xstrdup(why),
					   .hint = hint ? xstrdup(hint)
							: NULL };

	VEC_PUSH(s->report.left_out, s->report.nleft_out, one);
}

static void doubt(struct scene_report *s, const char *quantity, size_t subject,
		  const char *words)
{
	const struct comparison *c = &s->comparison;
	char ***doubts = &s->report.doubts;
	size_t q = compare_find(c, quantity);

	if (!*doubts)
		*doubts = xcalloc(c->nquantities * c->nsubjects,
				  sizeof(**doubts));
	(*doubts)[q * c->nsubjects + subject] = xstrdup(words);
}

static void ask(struct scene_report *s)
{
	struct err err = { 0 };

	for (size_t i = 0; i < s->gates.n; i++) {
		for (size_t k = 1; k < s->comparison.nsubjects; k++) {
			struct comparison_gate g = { .gate = &s->gates.items[i],
						     .subject = k };

			if (gate_find(&s->comparison, g.gate, &g.quantity,
				      &err) < 0 ||
			    gate_ask(&s->comparison, &s->gates, i, k, &g.result,
				     &err) < 0)
				fail_msg("%s", err.what);
			VEC_PUSH(s->report.gates, s->report.ngates, g);
		}
	}
}

static void judge(struct scene_report *s)
{
	struct comparison_report *r = &s->report;
	struct err err = { 0 };

	if (compare_compute(&s->comparison, &err) < 0)
		fail_msg("%s", err.what);
	for (size_t i = 1; i < s->comparison.nsubjects; i++) {
		struct comparison_subject *subject = &r->subjects[i];

		subject->ndifferences = provenance_differences(
			&s->provenance[0], &s->provenance[i],
			&subject->differences);
		if (why_of_comparison(&s->comparison, i, &subject->why) < 0)
			subject->why = (struct why){ 0 };
	}
	ask(s);
}

/* ---- the scenes ---- */

static const struct build usual = {
	.instructions = 4.1e9,
	.cpi = 0.52,
	.hz = 3.2e9,
	.busy = 0.985,
	.kernel = 0.04,
	.rss = 48e6,
	.misses = 0.012,
	.spread = 0.006,
	.shares = { [WHY_FRONTEND_BOUND] = 0.11,
		    [WHY_BAD_SPECULATION] = 0.06,
		    [WHY_BACKEND_BOUND] = 0.35,
		    [WHY_RETIRING] = 0.48,
		    [WHY_FETCH_LATENCY] = 0.07,
		    [WHY_FETCH_BANDWIDTH] = 0.04,
		    [WHY_MEMORY_BOUND] = 0.25,
		    [WHY_CORE_BOUND] = 0.10,
		    [WHY_L1_BOUND] = 0.05,
		    [WHY_L3_BOUND] = 0.06,
		    [WHY_DRAM_BOUND] = 0.12 },
};

/* Where there is no top-down. */
static const struct build plain = {
	.instructions = 4.1e9,
	.cpi = 0.52,
	.hz = 3.2e9,
	.busy = 0.985,
	.kernel = 0.04,
	.rss = 48e6,
	.misses = 0.012,
	.spread = 0.006,
};

static void worse(struct scene_report *s)
{
	struct build builds[2] = { usual, usual };
	struct build *b = &builds[1];

	begin(s, 2, "./old", "./new");
	b->cpi *= 1.05;
	b->instructions *= 1.002;
	b->rss *= 1.2;
	b->misses = 0.0119;
	b->shares[WHY_FRONTEND_BOUND] = 0.105;
	b->shares[WHY_RETIRING] = 0.458;
	b->shares[WHY_BACKEND_BOUND] = 0.38;
	b->shares[WHY_MEMORY_BOUND] = 0.285;
	b->shares[WHY_DRAM_BOUND] = 0.16;
	interleave(s, builds, 24);
	limit(s, "instructions > +1%");
	limit(s, "time > +2%");
	limit(s, "page-faults > +0.05%");
	leave_out(s, "LLC-load-misses, LLC-store-misses",
		  "this CPU has no such event", NULL);
	doubt(s, "cycles", 1, "estimated");
	note(s, "2 runs were disturbed; they are in all numbers");
}

static void better(struct scene_report *s)
{
	struct build builds[2] = { plain, plain };

	begin(s, 2, "./old", "./new");
	builds[1].instructions *= 0.93;
	interleave(s, builds, 12);
	limit(s, "time > 0%");
}

static void same(struct scene_report *s)
{
	const struct build builds[2] = { plain, plain };

	begin(s, 2, "./a", "./b");
	interleave(s, builds, 15);
}

static void few(struct scene_report *s)
{
	const struct build builds[2] = { plain, plain };

	begin(s, 2, "./old", "./new");
	interleave(s, builds, 3);
	limit(s, "time > 2%");
	s->report.interrupted = true;
	note(s, "interrupted: 3 of 10 blocks were measured");
}

/* Simulated: the same in every run. */
static void exact(struct scene_report *s)
{
	static const struct {
		const char *name;
		double a, b;
	} rows[] = {
		{ "instructions", 184213377, 184215001 },
		{ "branches", 30118224, 30118224 },
		{ "L1-dcache-load-misses", 1421800, 1240112 },
		{ "LLC-load-misses", 0, 812 },
	};

	begin(s, 2, "./old", "./new");
	s->report.source = "cachegrind";
	s->report.source_how = "cachegrind 3.19.0";
	s->report.simulated = true;
	for (size_t run = 0; run < 2; run++) {
		for (size_t i = 0; i < 2; i++) {
			compare_add_run(&s->comparison, i, run, i);
			take(s, &of_time, i, run, 2.0 + 0.01 * (double)run);
			for (size_t k = 0; k < ARRAY_LEN(rows); k++) {
				struct compare_kind kind = {
					.name = rows[k].name,
					.better = METRIC_LOWER,
					.simulated = true,
				};

				take(s, &kind, i, run,
				     i ? rows[k].b : rows[k].a);
			}
			s->report.subjects[i].measured++;
		}
	}
	limit(s, "instructions > +1%");
	limit(s, "LLC-load-misses > +5%");
}

static void three(struct scene_report *s)
{
	struct build builds[3] = { usual, usual, usual };

	begin(s, 3, "./gcc", "./clang", "./clang-pgo");
	builds[1].cpi *= 1.03;
	builds[2].cpi *= 0.9;
	builds[2].misses = 0.008;
	builds[2].shares[WHY_RETIRING] = 0.53;
	builds[2].shares[WHY_BAD_SPECULATION] = 0.01;
	interleave(s, builds, 16);
	limit(s, "time > +1%");
	provenance_set(&s->provenance[1], PROVENANCE_COMPILER, "clang 14.0.6");
	provenance_set(&s->provenance[2], PROVENANCE_COMPILER, "clang 14.0.6");
}

/* No counters, and two recordings of different machines. */
static void absent(struct scene_report *s)
{
	struct build builds[2] = { usual, usual };

	begin(s, 2, "old.rec", "new.rec");
	builds[0].no_pmu = builds[1].no_pmu = true;
	builds[1].hz *= 0.97;
	interleave(s, builds, 10);
	s->report.has_seed = false;
	for (size_t i = 0; i < 2; i++) {
		s->report.subjects[i].origin =
			xstrdup(i ? "new.rec" : "old.rec");
		s->report.subjects[i].dropped = i;
	}
	for (size_t i = 0; i < s->report.nruns; i++)
		s->report.runs[i].start_s = -1.0;
	provenance_set(&s->provenance[1], PROVENANCE_CPU_MODEL,
		       "AMD EPYC 9354 32-Core Processor");
	provenance_set(&s->provenance[1], PROVENANCE_HOST, "bench-2");
	provenance_set(&s->provenance[1], PROVENANCE_OPTIMISATION,
		       "unoptimised");
	provenance_set(&s->provenance[1], PROVENANCE_LEVEL, "-O0");
	leave_out(s, "cycles, instructions, branches", NO_COUNTERS,
		  "tacho doctor");
}

#define HOSTILE "</title><script>alert(1)</script><img src=x onerror='a'>\"&"

static void hostile(struct scene_report *s)
{
	struct build builds[2] = { plain, plain };
	struct compare_kind kind = { .name = HOSTILE "\xff\x01,\n",
				     .title = HOSTILE,
				     .unit = "<b>" };

	begin(s, 2, "=" HOSTILE, "']]>\xc3(\xe2\x80\xae,b\x1b[31m\n" HOSTILE);
	interleave(s, builds, 6);
	for (size_t i = 0; i < 6; i++) {
		take(s, &kind, 0, i, 1e308);
		take(s, &kind, 1, i, -1e308 + 1e300 * (double)i);
	}
	for (size_t i = 0; i < 2; i++)
		provenance_set(&s->provenance[i], PROVENANCE_KERNEL,
			       i ? HOSTILE : "6.1");
	leave_out(s, HOSTILE, HOSTILE, HOSTILE);
	note(s, HOSTILE);
	s->report.metric = "nothing of that name";
}

const struct comparison_scene comparison_scenes[] = {
	{ "worse", worse },   { "better", better },   { "same", same },
	{ "few", few },       { "exact", exact },     { "three", three },
	{ "absent", absent }, { "hostile", hostile }, { NULL, NULL },
};

void scene_report_make(struct scene_report *s,
		       const struct comparison_scene *scene)
{
	*s = (struct scene_report){ 0 };
	scene->make(s);
	judge(s);
}

void scene_report_done(struct scene_report *s)
{
	struct comparison_report *r = &s->report;

	for (size_t i = 0; i < s->comparison.nsubjects; i++) {
		free(r->subjects[i].command);
		free(r->subjects[i].origin);
		provenance_differences_free(r->subjects[i].differences,
					    r->subjects[i].ndifferences);
		provenance_done(&s->provenance[i]);
	}
	for (size_t i = 0; i < r->ngates; i++)
		free(r->gates[i].result.reason);
	for (size_t i = 0; i < r->nleft_out; i++) {
		free(r->left_out[i].names);
		free(r->left_out[i].why);
		free(r->left_out[i].hint);
	}
	for (size_t i = 0; r->doubts && i < s->comparison.nquantities *
							s->comparison.nsubjects;
	     i++)
		free(r->doubts[i]);
	free(r->doubts);
	for (size_t i = 0; i < r->nnotes; i++)
		free(r->notes[i]);
	free(r->subjects);
	free(r->runs);
	free(r->gates);
	free(r->left_out);
	free(r->notes);
	gates_done(&s->gates);
	compare_done(&s->comparison);
}

char *scene_report_show(const struct comparison_scene *scene,
			const struct comparison_view *view)
{
	struct comparison_style style = { .utf8 = true };
	struct scene_report s;
	struct err err = { 0 };
	char *text = NULL;
	size_t size = 0;

	scene_report_make(&s, scene);
	style.out = open_memstream(&text, &size);
	assert_non_null(style.out);
	if (view->show(&s.report, &style, &err) < 0)
		fail_msg("%s", err.what);
	assert_int_equal(fclose(style.out), 0);
	scene_report_done(&s);
	return text;
}
