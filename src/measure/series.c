/* Repeats: warm-up, hooks around each run, progress; see measure.h. */
#include "measure/measure.h"

#include "base/auto.h"
#include "base/vec.h"
#include "measure/hook.h"
#include "measure/passes.h"
#include "record/disturbance.h"

#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

struct repeat {
	const struct source *source;
	const struct plan *plan;
	struct plan_passes passes; /* n is 0: the plan as it is */
	const struct target *target;
	const struct measure_options *options;
	struct measure_signals signals;
	struct control control;
};

static void take_steal(const struct rootfs *root, uint64_t before,
		       struct run *run)
{
	uint64_t now;

	run->has_steal = disturbance_steal(root, &now) == 0;
	/* it has been seen to run backwards */
	if (run->has_steal && now > before)
		run->steal_ns = now - before;
}

static int one_execution(struct repeat *k, const struct plan *plan,
			 const struct measure_options *options, struct run *run,
			 enum measure_end *end, int *signo, struct err *err)
{
	int r = hook_run("--pre", options->pre, &k->signals.before, err);
	bool knows_steal;
	uint64_t stolen;

	if (r < 0)
		return r;
	if (options->sync)
		sync();
	knows_steal = options->steal &&
		      disturbance_steal(options->steal, &stolen) == 0;
	r = measure_run(k->source, plan, k->target, options, &k->signals,
			&k->control, run, end, signo, err);
	if (knows_steal)
		take_steal(options->steal, stolen, run);
	return r;
}

/* One execution of each pass; without all of them there is no run. */
static int all_passes(struct repeat *k, const struct measure_options *options,
		      struct run *run, enum measure_end *end, int *signo,
		      struct err *err)
{
	size_t n = k->passes.n, done = 0;
	AUTO_FREE struct run *parts = xcalloc(n, sizeof(*parts));
	int r = 0;

	for (; done < n && r == 0; done++) {
		r = one_execution(k, &k->passes.items[done].plan, options,
				  &parts[done], end, signo, err);
		if (r == 0 && done + 1 < n)
			r = hook_run("--post", options->post,
				     &k->signals.before, err);
		if (r == 0 && done + 1 < n && *end == MEASURE_SIGNAL)
			r = err_set(err, -EINTR,
				    "interrupted in pass %zu of %zu: there is "
				    "no result without all of them",
				    done + 1, n);
	}
	if (r == 0)
		*run = passes_merge(k->plan, &k->passes, parts);
	for (size_t i = 0; i < n; i++)
		run_done(&parts[i]);
	return r;
}

static int one_run(struct repeat *k, const struct measure_options *options,
		   struct run *run, enum measure_end *end, int *signo,
		   struct err *err)
{
	if (k->passes.n > 1)
		return all_passes(k, options, run, end, signo, err);
	return one_execution(k, k->plan, options, run, end, signo, err);
}

static int all_runs(struct repeat *k, struct series *series,
		    enum measure_end *end, int *signo, struct err *err)
{
	const struct measure_options *o = k->options;
	struct measure_options quiet = *o;
	int r = 0;

	quiet.interval_ms = 0;
	for (int i = -o->warmup; i < o->repeat; i++) {
		struct run run = { 0 };

		if (o->hooks.progress)
			o->hooks.progress(o->hooks.arg, i, o->repeat);
		r = one_run(k, i < 0 ? &quiet : o, &run, end, signo, err);
		/* a run cut short is no sample beside whole ones; what could
		   not be counted at all has notes that say why */
		if (i < 0 || (r < 0 && r != -ENODATA) ||
		    (*end == MEASURE_SIGNAL && series->nruns))
			run_done(&run);
		else
			VEC_PUSH(series->runs, series->nruns, run);
		/* what fails after a run takes nothing away from it */
		if (r == 0)
			r = hook_run("--post", o->post, &k->signals.before,
				     err);
		if (r < 0 || *end == MEASURE_SIGNAL || *end == MEASURE_CONTROL)
			break;
	}
	if (o->hooks.progress)
		o->hooks.progress(o->hooks.arg, o->repeat, o->repeat);
	return r;
}

int measure_series(const struct source *source, const struct plan *plan,
		   const struct target *target,
		   const struct measure_options *options, struct series *series,
		   enum measure_end *end, int *signo, struct err *err)
{
	struct repeat k = { .source = source,
			    .plan = plan,
			    .target = target,
			    .options = options };
	int r;

	if (options->passes)
		plan_passes_make(plan, &k.passes);
	series->passes = k.passes.n;
	r = control_open(&k.control, options->control, err);
	if (r < 0)
		return r;
	r = measure_catch_signals(&k.signals, err);
	if (r == 0) {
		r = all_runs(&k, series, end, signo, err);
		if (*end == MEASURE_SIGNAL)
			measure_forget_signals();
		measure_release_signals(&k.signals);
	}
	control_close(&k.control);
	plan_passes_done(&k.passes);
	return r;
}
