/* Recordings to a comparison that can be shown; see build.h. */
#include "report/comparison/build.h"

#include "analyze/compare_fill.h"
#include "base/auto.h"
#include "base/strbuf.h"
#include "base/vec.h"
#include "base/words.h"
#include "base/xalloc.h"
#include "report/comparison/building.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

/* ---- subjects and their runs ---- */

static bool has_failed(const struct run *run)
{
	return run->has_rusage && !run->beside &&
	       !(WIFEXITED(run->wait_status) &&
		 WEXITSTATUS(run->wait_status) == 0);
}

/* What takes time changes no simulated count. */
static void judge_runs(const struct recording *recording,
		       struct disturbance *ret)
{
	disturbance_judge(&recording->series, ret);
	for (size_t i = 0; i < recording->series.nruns; i++)
		if (recording->source.simulated)
			ret[i].kinds = 0;
}

static void add_runs(struct comparison_building *b, size_t subject)
{
	const struct compare_input *in = &b->inputs->items[subject];
	const struct series *series = &in->recording->series;
	struct comparison_subject *s = &b->r->subjects[subject];
	AUTO_FREE struct disturbance *disturbances =
		xcalloc(series->nruns + 1, sizeof(*disturbances));

	judge_runs(in->recording, disturbances);
	b->dropped[subject] = xcalloc(series->nruns + 1, sizeof(bool));
	s->measured = series->nruns;
	for (size_t i = 0; i < series->nruns; i++) {
		struct comparison_run run = {
			.subject = subject,
			.block = in->order ? in->order[i].block : COMPARE_ALONE,
			.run = i - s->dropped,
			.start_s = -1.0,
			.wall_s = (double)series->runs[i].wall_ns * 1e-9,
			.disturbance = disturbances[i],
		};

		s->failed += has_failed(&series->runs[i]);
		s->disturbed += run.disturbance.kinds != 0;
		for (size_t k = 0; k < DISTURBANCE_KINDS; k++)
			s->by_kind[k] += run.disturbance.kinds >> k & 1;
		if (b->options->drop_disturbed && run.disturbance.kinds) {
			b->dropped[subject][i] = true;
			run.run = SIZE_MAX;
			s->dropped++;
		}
		VEC_PUSH(b->r->runs, b->r->nruns, run);
	}
}

static void describe(struct comparison_building *b, size_t subject)
{
	const struct compare_input *in = &b->inputs->items[subject];
	struct comparison_subject *s = &b->r->subjects[subject];
	char **argv = in->recording->target.argv;

	s->command = argv ? words_join(argv) : xstrdup("");
	s->origin = in->origin ? xstrdup(in->origin) : NULL;
	s->started_at = in->recording->started_at;
	s->provenance = &in->recording->provenance;
	if (subject)
		s->ndifferences =
			provenance_differences(b->r->subjects[0].provenance,
					       s->provenance, &s->differences);
	add_runs(b, subject);
}

/* Clocks of measurements that were made apart may be those of two boots. */
static bool share_a_clock(const struct compare_inputs *inputs)
{
	for (size_t s = 0; s < inputs->n; s++) {
		const struct series *series =
			&inputs->items[s].recording->series;

		if (!inputs->items[s].order)
			return false;
		for (size_t i = 0; i < series->nruns; i++)
			if (!series->runs[i].start_ns)
				return false;
	}
	return true;
}

/* From the first of all. */
static void add_starts(struct comparison_building *b)
{
	uint64_t first = UINT64_MAX;

	for (size_t pass = 0; pass < 2; pass++) {
		struct comparison_run *run = b->r->runs;

		for (size_t s = 0; s < b->inputs->n; s++) {
			const struct series *series =
				&b->inputs->items[s].recording->series;

			for (size_t i = 0; i < series->nruns; i++, run++) {
				uint64_t ns = series->runs[i].start_ns;

				if (ns < first)
					first = ns;
				if (pass)
					run->start_s =
						(double)(ns - first) * 1e-9;
			}
		}
	}
}

static int by_start(const void *a, const void *b)
{
	const struct comparison_run *x = a, *y = b;

	if (x->start_s != y->start_s)
		return x->start_s < y->start_s ? -1 : 1;
	return x->subject < y->subject ? -1 : x->subject > y->subject;
}

static void add_subjects(struct comparison_building *b)
{
	size_t n = b->inputs->n;

	b->r->subjects = xcalloc(n + 1, sizeof(*b->r->subjects));
	b->dropped = xcalloc(n + 1, sizeof(*b->dropped));
	for (size_t s = 0; s < n; s++)
		describe(b, s);
	if (!b->r->nruns || !share_a_clock(b->inputs))
		return;
	add_starts(b);
	qsort(b->r->runs, b->r->nruns, sizeof(*b->r->runs), by_start);
}

bool comparison_differs(const struct comparison_subject *subject,
			enum provenance_what what)
{
	for (size_t i = 0; i < subject->ndifferences; i++)
		if (subject->differences[i].what == what)
			return true;
	return false;
}

/* ---- the numbers ---- */

/* A share below which one of them refuses a value, all do. */
static struct value_limits limits_of(const struct compare_inputs *inputs)
{
	struct value_limits limits = { .scale = true };

	for (size_t i = 0; i < inputs->n; i++) {
		double least =
			inputs->items[i].recording->options.min_running / 100.0;

		if (least > limits.min_running)
			limits.min_running = least;
	}
	return limits;
}

static void fill(struct comparison_building *b)
{
	struct value_limits limits = limits_of(b->inputs);
	AUTO_FREE struct compare_source *sources =
		xcalloc(b->inputs->n + 1, sizeof(*sources));

	for (size_t s = 0; s < b->inputs->n; s++) {
		const struct compare_input *in = &b->inputs->items[s];

		sources[s] = (struct compare_source){
			.name = in->name ? in->name : "",
			.series = &in->recording->series,
			.order = in->order,
			.left_out = b->dropped[s],
			.simulation = in->recording->source.simulated
					      ? in->recording->source.how
					      : NULL,
		};
	}
	compare_fill(b->c, sources, b->inputs->n, &limits);
}

static size_t find(const struct comparison_building *b, const char *name,
		   struct err *err)
{
	AUTO_FREE char *text = xstrdup(name);
	struct gate gate = { .text = text, .name = text };
	size_t q;

	return gate_find(b->c, &gate, &q, err) < 0 ? SIZE_MAX : q;
}

static bool is_asked(const struct comparison_building *b, const char *name)
{
	const struct gates *gates = b->options->gates;

	if (b->options->metric && !strcmp(b->options->metric, name))
		return true;
	for (size_t i = 0; gates && i < gates->n; i++)
		if (!strcmp(gates->items[i].name, name))
			return true;
	return false;
}

/* An event that is known, and could not be counted on that side. */
static void lack(struct comparison_building *b, size_t subject,
		 const char *name, const char *why)
{
	struct compare_kind kind = { .name = name };
	size_t q = compare_find(b->c, name);

	if (q == SIZE_MAX && is_asked(b, name))
		q = compare_add_quantity(b->c, &kind);
	if (q != SIZE_MAX)
		compare_lack_sample(b->c, q, subject, why);
}

static void tell_left_out(struct comparison_building *b, const char *names,
			  const struct err *why)
{
	struct comparison_left_out to = { 0 };

	/* what the other sides say, too */
	for (size_t i = 0; i < b->r->nleft_out; i++)
		if (!strcmp(b->r->left_out[i].names, names) &&
		    !strcmp(b->r->left_out[i].why, why->what))
			return;
	to.names = xstrdup(names);
	to.why = xstrdup(why->what);
	to.hint = *why->hint ? xstrdup(why->hint) : NULL;
	VEC_PUSH(b->r->left_out, b->r->nleft_out, to);
}

/* "branches, branch-misses" for one reason */
static void add_left_out(struct comparison_building *b, size_t subject)
{
	const struct recording *from = b->inputs->items[subject].recording;

	for (size_t i = 0; i < from->nleft_out; i++) {
		const struct recording_left_out *l = &from->left_out[i];

		for (size_t k = 0; k < l->neach; k++)
			lack(b, subject, l->each[k], l->why.what);
		tell_left_out(b, l->names, &l->why);
	}
}

static const struct err *why_not(const struct recording *from, size_t event)
{
	return &from->series.runs[0].notes[from->plan.shown[event]].why;
}

/*
 * Where nothing at all could be counted there are no rows to say why; the
 * first run is like all.
 */
static void add_uncounted(struct comparison_building *b, size_t subject)
{
	const struct recording *from = b->inputs->items[subject].recording;
	size_t n = from->events.n;

	if (!from->series.nruns || !from->series.runs[0].notes)
		return;
	for (size_t i = 0; i < n; i++)
		if (!why_not(from, i)->code)
			return;
	for (size_t i = 0; i < n; i++) {
		const struct err *why = why_not(from, i);
		AUTO(strbuf_done) struct strbuf names = { 0 };
		bool told = false;

		for (size_t k = 0; k < i && !told; k++)
			told = !strcmp(why_not(from, k)->what, why->what);
		for (size_t k = i; k < n && !told; k++)
			if (!strcmp(why_not(from, k)->what, why->what))
				strbuf_addf(&names, "%s%s",
					    names.len ? ", " : "",
					    from->events.items[k]->name);
		if (!told)
			tell_left_out(b, strbuf_str(&names), why);
	}
}

/* The clock of a simulation says nothing of the program. */
static int choose_headline(struct comparison_building *b, struct err *err)
{
	const char *name = b->options->metric;

	b->headline = find(b,
			   name              ? name
			   : b->r->simulated ? "instructions"
					     : "time",
			   err);
	if (b->headline == SIZE_MAX && name) {
		err_prefix(err, "--metric");
		return -ENOENT;
	}
	if (b->headline == SIZE_MAX)
		b->headline = find(b, "time", NULL);
	b->r->metric = b->headline == SIZE_MAX
			       ? "time"
			       : b->c->quantities[b->headline].kind.name;
	return 0;
}

static int check_gates(const struct comparison_building *b, struct err *err)
{
	const struct gates *gates = b->options->gates;
	size_t q;

	for (size_t i = 0; gates && i < gates->n; i++) {
		if (gate_find(b->c, &gates->items[i], &q, err) == 0)
			continue;
		err_prefix(err, "--fail-if");
		return -ENOENT;
	}
	return 0;
}

/*
 * Numbers of different kinds are on no side of any limit, and those of different
 * processors do not say what the change did.  A simulation has its own.
 */
static bool is_refused(const struct comparison_building *b,
		       enum provenance_what what)
{
	return what == PROVENANCE_SOURCE ||
	       (!b->r->simulated &&
		(what == PROVENANCE_CPU_KEY || what == PROVENANCE_CPU_MODEL ||
		 what == PROVENANCE_HYPERVISOR));
}

static void refuse(struct comparison_gate *g,
		   const struct provenance_difference *d, const char *name)
{
	bool counted = d->what == PROVENANCE_SOURCE;
	const char *where = counted                            ? "by"
			    : d->what == PROVENANCE_HYPERVISOR ? "below"
							       : "on";

	free(g->result.reason);
	g->result.answer = GATE_UNSURE;
	g->result.reason = xasprintf(
		"%s: one side was %s %s '%s', the other %s '%s'", name,
		counted ? "counted" : "measured", where, d->a, where, d->b);
}

static int ask_gate(struct comparison_building *b, size_t which, size_t subject,
		    struct err *err)
{
	const struct comparison_subject *s = &b->r->subjects[subject];
	const struct gates *gates = b->options->gates;
	struct comparison_gate g = { .gate = &gates->items[which],
				     .subject = subject };
	int r = gate_find(b->c, g.gate, &g.quantity, err);

	if (r == 0)
		r = gate_ask(b->c, gates, which, subject, &g.result, err);
	if (r < 0)
		return r;
	for (size_t i = 0; i < s->ndifferences; i++)
		if (is_refused(b, s->differences[i].what))
			refuse(&g, &s->differences[i],
			       b->c->quantities[g.quantity].kind.name);
	VEC_PUSH(b->r->gates, b->r->ngates, g);
	return 0;
}

static int ask(struct comparison_building *b, struct err *err)
{
	const struct gates *gates = b->options->gates;
	int r = 0;

	for (size_t i = 0; gates && i < gates->n; i++)
		for (size_t s = 1; s < b->inputs->n && r == 0; s++)
			r = ask_gate(b, i, s, err);
	return r;
}

static void explain(struct comparison_building *b)
{
	for (size_t s = 1; s < b->inputs->n; s++)
		if (why_of_comparison(b->c, s, &b->r->subjects[s].why) < 0)
			b->r->subjects[s].why = (struct why){ 0 };
}

static int compute(struct comparison_building *b, struct err *err)
{
	int r;

	fill(b);
	for (size_t s = 0; s < b->inputs->n; s++) {
		add_uncounted(b, s);
		add_left_out(b, s);
	}
	r = choose_headline(b, err);
	if (r == 0)
		r = check_gates(b, err);
	if (r < 0)
		return r;
	if (compare_compute(b->c, err) < 0) {
		err->code = -ENOTSUP;
		return -ENOTSUP;
	}
	explain(b);
	r = ask(b, err);
	return r < 0 ? r : comparison_add_doubts(b, err);
}

/* ---- all of it ---- */

static void take_source(struct comparison_building *b)
{
	const struct compare_inputs *inputs = b->inputs;
	const struct recording *first = inputs->items[0].recording;

	b->r->version = first->tacho;
	b->r->source = first->source.name;
	b->r->source_how = first->source.how;
	b->r->simulated = true;
	for (size_t i = 0; i < inputs->n; i++)
		b->r->simulated &= inputs->items[i].recording->source.simulated;
	b->r->has_seed = inputs->has_seed;
	b->r->seed = inputs->seed;
	b->r->interrupted = inputs->interrupted;
}

static void building_done(struct comparison_building *b)
{
	for (size_t s = 0; s < b->inputs->n && b->dropped; s++)
		free(b->dropped[s]);
	free(b->dropped);
	names_done(&b->doubted.estimated);
	names_done(&b->doubted.user_only);
	names_done(&b->doubted.one_sided);
	for (size_t i = 0; i < b->doubted.nsentences; i++)
		free(b->doubted.sentences[i]);
	free(b->doubted.sentences);
}

int comparison_build(const struct compare_inputs *inputs,
		     const struct comparison_options *options,
		     struct comparison *c, struct comparison_report *ret,
		     struct err *err)
{
	AUTO(building_done)
	struct comparison_building b = {
		.inputs = inputs, .options = options, .c = c, .r = ret
	};
	struct compare_options compare = options->compare;
	int r;

	if (inputs->has_seed)
		compare.seed = inputs->seed;
	compare_init(c, inputs->n, &compare);
	*ret = (struct comparison_report){ .comparison = c };
	take_source(&b);
	add_subjects(&b);
	r = compute(&b, err);
	if (r < 0) {
		comparison_report_done(ret);
		compare_done(c);
		return r;
	}
	comparison_add_notes(&b);
	return 0;
}
