/*
 * tacho stat: names to events, events to a plan, a plan to runs, runs to a
 * report, a report to a view.
 */
#include "cmd/stat/job.h"

#include "base/auto.h"
#include "base/log.h"
#include "cmd/cmd.h"
#include "measure/measure.h"

#include <errno.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

static int complain(const struct err *err, int status)
{
	fprintf(stderr, "tacho: %s\n", err->what);
	if (err->hint[0])
		fprintf(stderr, "  try: %s\n", err->hint);
	return status;
}

static bool is_perf_view(const struct stat_job *j)
{
	return j->view == &view_perf_csv || j->view == &view_perf_json;
}

static struct report_options report_options(struct stat_job *j)
{
	return (struct report_options){
		.by = stat_options_by(&j->options),
		.limits = { .min_running = j->options.min_running / 100.0,
			    .scale = !j->options.no_scale },
		.topology = j->has_topology ? &j->topology : NULL,
		.no_counts = j->options.no_counts,
		.rules = is_perf_view(j) ? NULL : &j->rules,
		.no_shadows = !is_perf_view(j),
	};
}

/* Did nothing that was attached to run at all? */
static bool all_asleep(const struct report *report)
{
	for (size_t i = 0; i < report->nrows; i++)
		if (report->rows[i].value.state != READING_NOT_COUNTED ||
		    report->rows[i].value.enabled_ns)
			return false;
	return report->nrows > 0;
}

/* Why events are missing that nobody asked for by name. */
static void add_left_out(struct stat_job *j, struct report *report)
{
	stat_explain_left_out(j);
	for (size_t i = 0; i < j->events.nleft_out; i++) {
		const struct stat_left_out *l = &j->events.left_out[i];

		for (size_t k = 0; k < l->neach; k++)
			report_add_left_out(report, l->each[k], &l->why);
		report_add_note(report, REPORT_NOTE_WHY, "%s: %s", l->names,
				l->why.what);
		if (l->why.hint[0])
			report_add_note(report, REPORT_NOTE_HINT, "%s",
					l->why.hint);
	}
}

/* What the report's own data do not tell. */
static void add_notes(struct stat_job *j, struct report *report)
{
	const struct catalog *c = j->known;
	AUTO_FREE char *other = NULL;

	for (size_t i = 0; i < c->nwarnings; i++)
		report_add_note(report, REPORT_NOTE_WARN, "left out: %s",
				c->warnings[i]);
	for (size_t i = 0; i < j->metrics.list.nwarnings; i++)
		report_add_note(report, REPORT_NOTE_WARN, "left out: %s",
				j->metrics.list.warnings[i]);
	for (size_t i = 0; i < j->rules.nwarnings; i++)
		report_add_note(report, REPORT_NOTE_WARN, "left out: %s",
				j->rules.warnings[i]);
	for (size_t i = 0; i < j->verdict.rules.nwarnings; i++)
		report_add_note(report, REPORT_NOTE_WARN, "left out: %s",
				j->verdict.rules.warnings[i]);
	add_left_out(j, report);
	stat_source_add_notes(j, report);
	other = stat_source_hint(j);
	if (other)
		report_add_note(report, REPORT_NOTE_HINT, "%s", other);
}

static void add_totals_note(const struct stat_job *j, struct report *report)
{
	if (j->recording && j->recording->options.interval_ms)
		report_add_note(report, REPORT_NOTE_INFO,
				"it was counted with -I %d; a recording has "
				"the total only",
				j->recording->options.interval_ms);
}

/* Children that were there before do not belong to a process. */
static void add_asleep_note(const struct stat_job *j, struct report *report)
{
	if (j->series.nruns && j->series.runs[0].newcomers)
		report_add_note(report, REPORT_NOTE_WARN,
				"%zu threads started while attaching and may "
				"be counted twice",
				j->series.runs[0].newcomers);
	if (j->options.delay_ms > 0 && j->options.command && all_asleep(report))
		report_add_note(report, REPORT_NOTE_HINT,
				"the command ended before the delay of %d ms "
				"was over",
				j->options.delay_ms);
	if (j->options.pids.n && all_asleep(report))
		report_add_note(report, REPORT_NOTE_HINT,
				"it slept; its children from before are "
				"processes of their own: pgrep -P %s",
				j->options.pids.items[0]);
}

/* ---- while it runs ---- */

static int show_interval(void *arg, const struct run *run,
			 const struct interval_kept *interval, bool more,
			 struct err *err)
{
	struct stat_job *j = arg;
	struct report_options o = report_options(j);
	/* the views keep notes for the end; perf's formats have none */
	bool first = !j->state.emitted && !is_perf_view(j);
	struct report report;
	int r;

	if (first)
		stat_explain_run(j, run);
	r = report_build_interval(&j->about, &j->series, run, &interval->delta,
				  &interval->total, interval->at_s,
				  interval->length_s, &o, &report, err);
	if (r < 0)
		return r;
	if (first)
		add_notes(j, &report);
	j->state.more = more;
	r = j->view->emit(&j->state, &report, err);
	report_done(&report);
	return r;
}

static int take_interval(void *arg, const struct run *run,
			 const struct snapshot *delta,
			 const struct snapshot *total, double at_s,
			 double length_s, struct err *err)
{
	struct stat_job *j = arg;

	return intervals_add(&j->intervals, run, delta, total, at_s, length_s,
			     err);
}

static int end_intervals(void *arg, const struct run *run, struct err *err)
{
	struct stat_job *j = arg;

	return intervals_flush(&j->intervals, run, err);
}

static void show_progress(void *arg, int done, int total)
{
	struct stat_job *j = arg;

	if (done >= total) {
		if (j->progress_shown)
			fprintf(stderr, "\r\033[K");
		return;
	}
	j->progress_shown = true;
	if (done < 0)
		fprintf(stderr, "\r\033[Kwarm-up, %d to go", -done);
	else
		fprintf(stderr, "\r\033[Krun %d of %d", done + 1, total);
	fflush(stderr);
}

/* Not into the report, which may be JSON. */
static void show_evlist(void *arg)
{
	struct stat_job *j = arg;

	for (size_t i = 0; i < j->events.list.n; i++)
		fprintf(stderr, "%s\n", j->events.list.items[i]->name);
}

/* ---- before it runs ---- */

int stat_prepare(struct stat_job *j, struct err *err)
{
	const struct stat_options *o = &j->options;
	int r;

	j->resolver =
		resolver_new(&j->root, o->event_dirs.items, o->event_dirs.n);
	if (stat_is_simulated(o))
		resolver_simulate(j->resolver);
	if (o->system_wide || o->cpus || o->cgroups.n) {
		r = topology_load(&j->root, &j->topology, err);
		if (r < 0)
			return r;
		j->has_topology = true;
	}
	r = stat_target_make(o, &j->topology, &j->target, err);
	if (r < 0)
		return r;
	r = stat_events_make(o, j->resolver, &j->fit, &j->events, err);
	if (r < 0)
		return r;
	if (!j->events.list.n && !o->metrics.n && !o->uncounted)
		return -ENODATA;
	return stat_metrics_plan(j, err);
}

/* ---- running and reporting ---- */

static int measure(struct stat_job *j, enum measure_end *end, int *signo,
		   struct err *err)
{
	const struct stat_options *o = &j->options;
	struct measure_options m = {
		.interval_ms = o->interval_ms,
		.interval_count = o->interval_count,
		.timeout_ms = o->timeout_ms,
		.delay_ms = o->delay_ms,
		.control = o->control,
		.repeat = o->repeat,
		.warmup = o->warmup,
		.pre = o->pre,
		.post = o->post,
		.passes = o->passes,
		.sync = o->sync,
		.uncounted = o->uncounted,
		.sys = &perf_sys_kernel,
		.steal = o->save ? &j->root : NULL,
		.cachegrind = &j->cachegrind,
		.hooks = { .arg = j,
			   .interval = take_interval,
			   .intervals_end = end_intervals,
			   .evlist = show_evlist },
	};

	if (o->repeat + o->warmup > 1 && cmd_is_screen(STDERR_FILENO))
		m.hooks.progress = show_progress;
	j->series = (struct series){ .plan = &j->plan,
				     .facts = &j->machine,
				     .cgroups = j->target.cgroups,
				     .ncgroups = j->target.ncgroups };
	return measure_series(j->source, &j->plan, &j->target, &m, &j->series,
			      end, signo, err);
}

int stat_show_result(struct stat_job *j, struct err *err)
{
	struct report_options o = report_options(j);
	bool total = !j->options.interval_ms || j->options.summary ||
		     j->view == &view_json;
	struct report report;
	int r;

	o.judging = stat_verdict_judging(j);
	if (!total && (!o.judging || !j->view->conclude))
		return 0;
	for (size_t i = 0; i < j->series.nruns; i++)
		stat_explain_run(j, &j->series.runs[i]);
	r = report_build(&j->about, &j->series, &o, &report, err);
	if (r < 0)
		return r;
	add_asleep_note(j, &report);
	add_notes(j, &report);
	add_totals_note(j, &report);
	if (total)
		r = j->view->emit(&j->state, &report, err);
	else
		j->view->conclude(&j->state, &report);
	report_done(&report);
	return r;
}

/* The command's status as a shell would say it. */
static int command_status(const struct stat_job *j, enum measure_end end)
{
	const struct run *last;

	if (!j->series.nruns || !j->options.command)
		return CMD_OK;
	last = &j->series.runs[j->series.nruns - 1];
	if (!last->has_rusage)
		return CMD_OK;
	/* ended because we were told to end it: that is no failure */
	if (end == MEASURE_TIMEOUT || end == MEASURE_INTERVALS ||
	    end == MEASURE_CONTROL)
		return CMD_OK;
	if (WIFSIGNALED(last->wait_status))
		return 128 + WTERMSIG(last->wait_status);
	return WEXITSTATUS(last->wait_status);
}

/*
 * What was counted is kept first of all, and nobody who only wanted the
 * measurement to end keeps us from it.
 */
static int keep(struct stat_job *j, struct err *err)
{
	sigset_t ends, before;
	int r = 0;

	sigemptyset(&ends);
	sigaddset(&ends, SIGINT);
	sigaddset(&ends, SIGTERM);
	if (j->options.save)
		sigprocmask(SIG_BLOCK, &ends, &before);
	stat_binary_end(j);
	if (!j->options.save)
		return 0;
	r = stat_save(j, err);
	sigprocmask(SIG_SETMASK, &before, NULL);
	return r;
}

static int run_and_report(struct stat_job *j, struct err *err)
{
	enum measure_end end = MEASURE_COMMAND;
	struct err again = { 0 }, unsaved = { 0 };
	int signo = 0, failed = CMD_FAILED, r, shown, saved;

	r = stat_begin_view(j, err);
	if (r < 0)
		return complain(err, CMD_FAILED);
	stat_binary_begin(j);
	if (j->options.save)
		stat_save_begin(j);
	r = measure(j, &end, &signo, err);
	if (r == -ENODATA)
		return stat_cannot_count(j, err);
	if (r < 0 && end == MEASURE_CANNOT_RUN)
		failed = r == -ENOENT ? CMD_NOT_FOUND : CMD_CANNOT_RUN;
	if (r < 0 && !j->series.nruns)
		return complain(err, failed);
	saved = keep(j, &unsaved);
	/* what has been counted is shown, also when the rest failed */
	shown = stat_show_result(j, &again);
	if (shown == 0)
		shown = stat_end_view(j, &again);
	if (shown < 0)
		complain(&again, CMD_FAILED);
	if (saved < 0)
		complain(&unsaved, CMD_FAILED);
	if (r < 0)
		return complain(err, failed);
	return shown < 0 || saved < 0 ? CMD_FAILED : command_status(j, end);
}

void stat_job_done(struct stat_job *j)
{
	struct err err = { 0 };

	stat_end_view(j, &err);
	stat_binary_done(j);
	intervals_done(&j->intervals);
	series_done(&j->series);
	plan_done(&j->plan);
	trust_rules_done(&j->rules);
	stat_metrics_done(&j->metrics);
	stat_verdict_done(&j->verdict);
	facts_done(&j->machine);
	catalog_done(&j->catalog);
	stat_events_done(&j->events);
	target_done(&j->target);
	topology_done(&j->topology);
	diagnose_facts_done(&j->facts);
	cachegrind_setup_done(&j->cachegrind);
	resolver_free(j->resolver);
	stat_options_done(&j->options);
	free(j->subject);
	free(j->kernel);
	free(j->cpu_key);
	provenance_done(&j->provenance);
}

struct stat_job stat_job_new(void)
{
	return (struct stat_job){
		/* it is asked before commands are started: leave their
		   limits */
		.fit = { .sys = &perf_sys_kernel,
			 .kernel.raised_nofile = true },
	};
}

int stat_failure_status(int r)
{
	return r == -ELIBACC ? CMD_FAILED : CMD_USAGE;
}

int cmd_stat(int argc, char **argv)
{
	AUTO(stat_job_done) struct stat_job j = stat_job_new();
	struct err err = { 0 };
	int r = stat_options_parse(&j.options, argc, argv, &err);

	if (r < 0)
		return complain(&err, CMD_USAGE);
	if (j.options.help) {
		stat_options_print(stdout);
		return CMD_OK;
	}
	log_set_level(j.options.verbose);
	j.intervals.show = show_interval;
	j.intervals.arg = &j;
	stat_describe(&j);
	r = stat_source_choose(&j, &err);
	if (r < 0)
		return complain(&err, r == -EINVAL ? CMD_USAGE : CMD_FAILED);
	r = stat_prepare(&j, &err);
	if (r == 0)
		r = stat_verdict_prepare(&j, &err);
	if (r == -ENODATA)
		return stat_cannot_count(&j, &err);
	if (r < 0)
		return complain(&err, stat_failure_status(r));
	j.about.cgroups = j.target.cgroups;
	if (j.options.save && recording_can_save(j.options.save, &err) < 0)
		return complain(&err, CMD_USAGE);
	if (j.options.plan) {
		stat_plan_print(stdout, &j.plan, &j.fit, &j.root,
				j.options.passes);
		if (j.events.nleft_out)
			printf("Left out:\n");
		stat_print_left_out(stdout, &j);
		return CMD_OK;
	}
	return run_and_report(&j, &err);
}
