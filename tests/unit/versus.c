#include "versus.h"

#include "base/auto.h"
#include "base/xalloc.h"

#include "unit.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* About normal, mean 0, standard deviation 1. */
static double noise(struct versus *v)
{
	double sum = -6.0;

	for (int i = 0; i < 12; i++)
		sum += (double)(random_next(&v->random) >> 11) * 0x1p-53;
	return sum;
}

static void subjects(struct versus *v, size_t n, size_t runs,
		     const char *const *names)
{
	struct compare_options options = compare_defaults();

	compare_init(&v->c, n, &options);
	v->runs = runs;
	v->r.comparison = &v->c;
	v->r.subjects = v->subjects;
	for (size_t s = 0; s < n; s++) {
		compare_name(&v->c, s, names[s]);
		v->subjects[s].command = xasprintf("./%s --size 100", names[s]);
		v->subjects[s].measured = runs;
		for (size_t i = 0; i < runs; i++)
			compare_add_run(&v->c, s, i, s);
	}
}

static void two(struct versus *v, size_t runs)
{
	subjects(v, 2, runs, (const char *const[]){ "old", "new" });
}

/* Samples around means[subject], with a relative @spread. */
static void sample(struct versus *v, const struct compare_kind *kind,
		   const double *means, double spread)
{
	size_t q = compare_add_quantity(&v->c, kind);
	bool whole = !*(kind->unit ? kind->unit : "") && !kind->title;

	for (size_t i = 0; i < v->runs; i++) {
		for (size_t s = 0; s < v->c.nsubjects; s++) {
			double x = means[s] * (1.0 + spread * noise(v));

			compare_add_sample(&v->c, q, s, i, whole ? rint(x) : x);
		}
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
static const struct compare_kind of_ipc = { .name = "ipc",
					    .title = "Instructions per cycle",
					    .digits = 2,
					    .unit = "",
					    .better = METRIC_HIGHER };
static const struct compare_kind of_dram = { .name = "dram_bound",
					     .title = "Bound by DRAM",
					     .digits = 1,
					     .unit = "%",
					     .better = METRIC_LOWER };
static const struct compare_kind of_memory = { .name = "memory_bound",
					       .title = "Memory bound",
					       .digits = 1,
					       .unit = "%",
					       .better = METRIC_LOWER };
static const struct compare_kind of_backend = { .name = "backend_bound",
						.title = "Backend bound",
						.digits = 1,
						.unit = "%",
						.better = METRIC_LOWER };

static void count(struct versus *v, const char *name, const char *base,
		  const double *means, double spread)
{
	struct compare_kind kind = {
		.name = name,
		.base = base,
		.better = strstr(name, "page") || strstr(name, "context")
				  ? METRIC_NEUTRAL
				  : METRIC_LOWER
	};

	sample(v, &kind, means, spread);
}

/* Means of all that a usual machine has: @slower is how much time is lost. */
static void usual(struct versus *v, double instructions, double cpi)
{
	const double work[] = { 30e6, 30e6 * instructions };
	const double cycles[] = { 19e6, 19e6 * instructions * cpi };
	const double user[] = { 5.4e-3, 5.4e-3 * instructions * cpi };
	const double time[] = { 6.2e-3, user[1] + 0.8e-3 };
	const double ipc[] = { work[0] / cycles[0], work[1] / cycles[1] };
	const double dram[] = { 0.121, 0.121 + 0.8 * (1.0 - 1.0 / cpi) };
	const double memory[] = { 0.20, 0.20 + 0.8 * (1.0 - 1.0 / cpi) };
	const double backend[] = { 0.30, 0.30 + 0.8 * (1.0 - 1.0 / cpi) };
	char name[32];

	sample(v, &of_time, time, 0.004);
	sample(v, &of_user, user, 0.006);
	sample(v, &of_sys, (double[]){ 0.7e-3, 0.7e-3 }, 0.05);
	sample(v, &of_rss, (double[]){ 3.4e6, 3.4e6 }, 0.002);
	sample(v, &of_ipc, ipc, 0.002);
	sample(v, &of_backend, backend, 0.01);
	sample(v, &of_memory, memory, 0.01);
	sample(v, &of_dram, dram, 0.01);
	count(v, "instructions", "instructions", work, 0.0001);
	count(v, "cycles", "cycles", cycles, 0.003);
	count(v, "branch-misses", "branch_misses", (double[]){ 41e3, 41e3 },
	      0.01);
	count(v, "context-switches", "context_switches", (double[]){ 3, 3 },
	      0.2);
	for (int i = 0; i < 5; i++) {
		snprintf(name, sizeof(name), "cpu/event=0x%x/", i);
		count(v, name, "", (double[]){ 1e4, 1e4 }, 0.005);
	}
}

static void answer(struct versus *v, const char *text)
{
	struct comparison_gate *gate = &v->answers[v->gates.n];
	struct err err = { 0 };

	if (gate_parse(&v->gates, text, &err) < 0)
		fail_msg("%s", err.what);
	*gate = (struct comparison_gate){ .subject = v->c.nsubjects - 1 };
	v->r.gates = v->answers;
	v->r.ngates = v->gates.n;
}

static void say(struct versus *v, const char *note)
{
	v->notes[v->r.nnotes++] = xstrdup(note);
	v->r.notes = v->notes;
}

static void surroundings(struct versus *v)
{
	for (size_t s = 0; s < v->c.nsubjects; s++) {
		struct provenance *p = &v->provenances[s];

		provenance_set(p, PROVENANCE_CPU_MODEL,
			       "Intel(R) Xeon(R) Gold 6254 CPU @ 3.10GHz");
		provenance_set(p, PROVENANCE_CPUS, "36");
		provenance_set(p, PROVENANCE_HYPERVISOR, "none");
		provenance_set(p, PROVENANCE_KERNEL, "Linux 6.1.0-18 x86_64");
		provenance_set(p, PROVENANCE_GOVERNOR, "performance");
		provenance_set(p, PROVENANCE_COMPILER, "gcc 12.2.0");
		provenance_set(p, PROVENANCE_LEVEL, "-O2");
		provenance_set(p, PROVENANCE_BUILD_ID,
			       s ? "7d1e00aa5bb0c3f1" : "3f2a9c1d0011ffee");
		v->subjects[s].provenance = p;
	}
}

/* ---- scenes ---- */

static void worse(struct versus *v)
{
	two(v, 50);
	usual(v, 1.002, 1.045);
	surroundings(v);
	answer(v, "time > +2%");
	answer(v, "instructions > +1%");
	answer(v, "branch-misses < -0.2%");
	say(v, "disturbed (contention): 2 of 50 runs of new; --drop-disturbed "
	       "leaves such runs out");
	v->left_out[0] = (struct comparison_left_out){
		.names = xstrdup("topdown-retiring, topdown-be-bound"),
		.why = xstrdup("this CPU has no top-down events"),
		.hint = xstrdup("tacho doctor says what can be counted here"),
	};
	v->r.left_out = v->left_out;
	v->r.nleft_out = 1;
	v->r.doubts = v->doubts;
	v->doubts[2 * compare_find(&v->c, "cycles") + 1] =
		xstrdup("estimated, user mode only");
}

static void better(struct versus *v)
{
	two(v, 30);
	usual(v, 0.8, 1.0);
	answer(v, "time > +1%");
}

static void same(struct versus *v)
{
	two(v, 40);
	usual(v, 1.0, 1.0);
}

/* So noisy that a difference would not be seen. */
static void unclear(struct versus *v)
{
	two(v, 12);
	sample(v, &of_time, (double[]){ 2.5, 2.55 }, 0.1);
	sample(v, &of_rss, (double[]){ 900, 900 }, 0.0);
	answer(v, "time > +2%");
}

static void few(struct versus *v)
{
	two(v, 3);
	usual(v, 1.1, 1.0);
	answer(v, "time > +2%");
}

static void exact(struct versus *v)
{
	static const struct {
		const char *name, *base;
		double a, b;
	} rows[] = {
		{ "instructions", "instructions", 1234567890, 1259259247 },
		{ "branches", "branches", 200000000, 200000000 },
		{ "D1mr", "", 812345, 812399 },
		{ "branch-misses", "branch_misses", 0, 12 },
	};
	size_t q;

	two(v, 2);
	v->r.simulated = true;
	v->r.source = "cachegrind";
	v->r.source_how = "valgrind-3.19.0 cachegrind";
	sample(v, &of_time, (double[]){ 1.2, 1.3 }, 0.05);
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct compare_kind kind = { .name = rows[i].name,
					     .base = rows[i].base,
					     .better = METRIC_LOWER,
					     .simulated = true };

		q = compare_add_quantity(&v->c, &kind);
		for (size_t k = 0; k < 2; k++) {
			compare_add_sample(&v->c, q, 0, k, rows[i].a);
			compare_add_sample(&v->c, q, 1, k, rows[i].b);
		}
	}
	answer(v, "instructions > +1%");
}

static void three(struct versus *v)
{
	subjects(v, 3, 30,
		 (const char *const[]){ "gcc -O2", "gcc -O3", "clang -O2" });
	sample(v, &of_time, (double[]){ 0.52, 0.4992, 1.2 }, 0.004);
	sample(v, &of_rss, (double[]){ 3.4e6, 3.4e6, 5.1e6 }, 0.001);
	sample(v, &of_ipc, (double[]){ 2.1, 2.2, 0.9 }, 0.002);
	count(v, "instructions", "instructions",
	      (double[]){ 3.1e9, 3.1e9, 3.0e9 }, 0.0001);
	count(v, "cycles", "cycles", (double[]){ 1.476e9, 1.41e9, 3.33e9 },
	      0.002);
	sample(v, &of_user, (double[]){ 0.50, 0.48, 1.15 }, 0.004);
	sample(v, &of_sys, (double[]){ 0.01, 0.01, 0.01 }, 0.04);
	answer(v, "time > +5%");
}

/* Some have no numbers, some not in every run, one from nothing. */
static void absent(struct versus *v)
{
	const struct compare_kind cycles = { .name = "cycles",
					     .base = "cycles",
					     .better = METRIC_LOWER };
	const struct compare_kind misses = { .name = "cache-misses",
					     .base = "cache_misses",
					     .better = METRIC_LOWER };
	const struct compare_kind faults = { .name = "major-faults",
					     .base = "major_faults",
					     .better = METRIC_LOWER };
	size_t q;

	two(v, 10);
	sample(v, &of_time, (double[]){ 0.02, 0.02 }, 0.002);
	q = compare_add_quantity(&v->c, &cycles);
	compare_lack_sample(&v->c, q, 0,
			    "this machine has no counters: a "
			    "hypervisor hides them");
	compare_lack_sample(&v->c, q, 1,
			    "this machine has no counters: a "
			    "hypervisor hides them");
	q = compare_add_quantity(&v->c, &misses);
	compare_lack_sample(&v->c, q, 0, "not for you");
	for (size_t i = 0; i < v->runs; i++) {
		if (i < 3)
			compare_lack_sample(&v->c, q, 1, "never on the PMU");
		else
			compare_add_sample(&v->c, q, 1, i, 900.0 + (double)i);
	}
	q = compare_add_quantity(&v->c, &faults);
	for (size_t i = 0; i < v->runs; i++) {
		compare_add_sample(&v->c, q, 0, i, 0.0);
		compare_add_sample(&v->c, q, 1, i, 20.0 + (double)(i % 3));
	}
	v->r.interrupted = true;
	say(v, "interrupted: there are fewer runs than were asked for");
}

/* Names that want to be more than names. */
static void hostile(struct versus *v)
{
	struct compare_kind kind = {
		.name = "evil\033[2J|`<b>\n",
		.title = "漢字の計数 <script>alert(1)</script> | pipe "
			 "\xe2\x80\xae drawkcab",
		.unit = "\033]0;x\007units-that-do-not-end",
		.better = METRIC_LOWER,
	};

	subjects(v, 2, 20,
		 (const char *const[]){
			 "漢字漢字漢字-reference-of-a-very-long-name-漢字",
			 "\033[31mred\n| `x` </details><img src=x> \xff\xfe "
			 "\xe2\x80\xae" });
	sample(v, &of_time, (double[]){ 0.1, 0.12 }, 0.01);
	sample(v, &kind, (double[]){ 1e300, 1.5e300 }, 0.01);
	kind.name = "tiny";
	kind.title = "";
	kind.unit = "";
	sample(v, &kind, (double[]){ 1e-300, 1e-300 }, 0.01);
	free(v->subjects[1].command);
	v->subjects[1].command =
		xstrdup("sh -c 'printf \"\033[2J|`id`\" <script>' "
			"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
			"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa");
	v->subjects[1].origin = xstrdup("file\033[0m|.jsonl");
	v->subjects[1].started_at = 1e18;
	say(v, "a note with <b>, | and \033[31m");
	answer(v, "time > +2%");
}

const struct versus_scene versus_scenes[] = {
	{ "worse", worse },     { "better", better }, { "same", same },
	{ "unclear", unclear }, { "few", few },       { "exact", exact },
	{ "three", three },     { "absent", absent }, { "hostile", hostile },
	{ NULL, NULL },
};

/* ---- around them ---- */

void versus_init(struct versus *v, const struct versus_scene *scene)
{
	struct err err = { 0 };

	*v = (struct versus){ .random = { .state = 4 } };
	v->r.metric = "time";
	v->r.version = "1.0";
	v->r.source = "perf";
	v->r.has_seed = true;
	v->r.seed = 42;
	scene->build(v);
	if (compare_compute(&v->c, &err) < 0)
		fail_msg("%s", err.what);
	for (size_t s = 1; s < v->c.nsubjects; s++)
		if (why_of_comparison(&v->c, s, &v->subjects[s].why) < 0)
			v->subjects[s].why.nparts = 0;
	for (size_t i = 0; i < v->gates.n; i++) {
		struct comparison_gate *g = &v->answers[i];

		g->gate = &v->gates.items[i];
		if (gate_find(&v->c, g->gate, &g->quantity, &err) < 0 ||
		    gate_ask(&v->c, &v->gates, i, g->subject, &g->result,
			     &err) < 0)
			fail_msg("%s", err.what);
	}
}

void versus_done(struct versus *v)
{
	for (size_t s = 0; s < VERSUS_SUBJECTS; s++) {
		free(v->subjects[s].command);
		free(v->subjects[s].origin);
		provenance_done(&v->provenances[s]);
	}
	for (size_t i = 0; i < v->gates.n; i++)
		free(v->answers[i].result.reason);
	for (size_t i = 0; i < v->r.nleft_out; i++) {
		free(v->left_out[i].names);
		free(v->left_out[i].why);
		free(v->left_out[i].hint);
	}
	for (size_t i = 0; i < ARRAY_LEN(v->doubts); i++)
		free(v->doubts[i]);
	for (size_t i = 0; i < v->r.nnotes; i++)
		free(v->notes[i]);
	gates_done(&v->gates);
	compare_done(&v->c);
}

char *versus_show(const struct versus *v, const struct comparison_view *view,
		  const struct comparison_style *style)
{
	struct comparison_style own = *style;
	struct err err = { 0 };
	char *text = NULL;
	size_t len = 0;

	own.out = open_memstream(&text, &len);
	assert_non_null(own.out);
	if (view->show(&v->r, &own, &err) < 0)
		fail_msg("%s", err.what);
	assert_int_equal(fclose(own.out), 0);
	return text;
}
