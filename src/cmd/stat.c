/*
 * tacho stat: names to events, events to a plan, a plan to runs, runs to a
 * report, a report to a view.
 */
#include "cmd/stat.h"

#include "base/auto.h"
#include "base/log.h"
#include "base/xalloc.h"
#include "cmd/cmd.h"
#include "config.h"
#include "measure/measure.h"
#include "report/build.h"
#include "source/diagnose.h"
#include "source/facts.h"
#include "source/perf_fit.h"

#include <errno.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/utsname.h>
#include <sys/wait.h>
#include <time.h>

/* Everything of one invocation. */
struct job {
	struct stat_options options;
	struct rootfs root;
	struct resolver *resolver;
	struct topology topology;
	bool has_topology;
	struct target target;
	struct perf_fit fit;
	struct stat_events events;
	struct catalog catalog; /* common/ only, unless --events */
	struct metric_list metrics;
	struct metric_uses uses;
	struct plan plan;
	struct series series;
	struct report_about about;
	char *subject, *kernel, *cpu_key;
	struct utsname uts;
	const struct view *view;
	struct view_state state;
	bool began;
	bool progress_shown;
	struct diagnose_facts facts; /* gathered when something is refused */
	bool has_facts;
};

static int complain(const struct err *err, int status)
{
	fprintf(stderr, "tacho: %s\n", err->what);
	if (err->hint[0])
		fprintf(stderr, "  try: %s\n", err->hint);
	return status;
}

/* ---- why something cannot be counted ---- */

/*
 * The plain errno of an open becomes the cause that doctor would name, so
 * that the two never disagree.
 */
static void explain(struct job *j, bool hardware, bool needs_kernel,
		    bool cpu_wide, struct err *why)
{
	int error = why->code;

	if (error == -ENOSPC || error == -ESRCH || error == -EIO)
		return; /* said by ourselves already */
	if (!j->has_facts)
		facts_gather(&j->root, resolver_cpu(j->resolver), &j->facts);
	j->has_facts = true;
	diagnose_open_failure(&j->facts, hardware, needs_kernel, cpu_wide,
			      error, why);
}

static void explain_run(struct job *j, struct run *run)
{
	for (size_t i = 0; run->notes && i < j->plan.ncounters; i++) {
		struct err *why = &run->notes[i].why;
		size_t index = j->plan.counters[i].event;
		const struct event *e = j->events.list.items[index];

		if (why->code)
			explain(j, e->hardware, stat_event_needs_kernel(e),
				j->target.system_wide || e->system_wide, why);
	}
}

/* ---- the report's frame ---- */

static void describe(struct job *j)
{
	struct report_about *a = &j->about;
	struct timespec now;

	uname(&j->uts);
	j->subject = stat_target_text(&j->options);
	j->kernel = xasprintf("%s %s %s", j->uts.sysname, j->uts.release,
			      j->uts.machine);
	clock_gettime(CLOCK_REALTIME, &now);
	*a = (struct report_about){
		.version = PACKAGE_VERSION,
		.subject = j->subject,
		.argv = j->options.command,
		.machine_kernel = j->kernel,
		.machine_host = j->uts.nodename,
		.machine_cpu = "",
		.machine_key = "",
		.hypervisor = "",
		.started_at = (double)now.tv_sec + (double)now.tv_nsec * 1e-9,
		.cgroups = j->target.cgroups,
		.repeats = j->options.repeat,
	};
}

/* The CPU costs a look at CPUID: only for the formats that print it. */
static void describe_cpu(struct job *j)
{
	const struct cpu *cpu;

	if (j->view != &view_json && j->view != &view_markdown)
		return;
	cpu = resolver_cpu(j->resolver);
	j->cpu_key = cpu_key(cpu);
	j->about.machine_cpu = cpu->model_name;
	j->about.machine_key = j->cpu_key;
	j->about.hypervisor = cpu->hypervisor;
	j->about.machine_cpus = (int)sysconf(_SC_NPROCESSORS_ONLN);
}

static struct report_options report_options(const struct job *j)
{
	return (struct report_options){
		.by = stat_options_by(&j->options),
		.limits = { .min_running = j->options.min_running / 100.0,
			    .scale = !j->options.no_scale },
		.topology = j->has_topology ? &j->topology : NULL,
		.no_counts = j->options.no_counts,
		.no_shadows =
			j->view != &view_perf_csv && j->view != &view_perf_json,
	};
}

static void explain_left_out(struct job *j)
{
	for (size_t i = 0; i < j->events.nleft_out; i++) {
		struct stat_left_out *l = &j->events.left_out[i];

		explain(j, l->hardware, l->needs_kernel, j->target.system_wide,
			&l->why);
	}
}

static void print_left_out(FILE *out, struct job *j)
{
	explain_left_out(j);
	for (size_t i = 0; i < j->events.nleft_out; i++)
		fprintf(out, "  %s: %s\n", j->events.left_out[i].names,
			j->events.left_out[i].why.what);
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

/* What the report's own data do not tell. */
static void add_notes(struct job *j, struct report *report)
{
	const struct catalog *c = &j->catalog;

	if (j->options.pids.n && all_asleep(report))
		report_add_note(report, REPORT_NOTE_HINT,
				"it slept; its children from before are "
				"processes of their own: pgrep -P %s",
				j->options.pids.items[0]);

	for (size_t i = 0; i < c->nwarnings; i++)
		report_add_note(report, REPORT_NOTE_WARN, "left out: %s",
				c->warnings[i]);
	for (size_t i = 0; i < j->metrics.nwarnings; i++)
		report_add_note(report, REPORT_NOTE_WARN, "left out: %s",
				j->metrics.warnings[i]);
	explain_left_out(j);
	for (size_t i = 0; i < j->events.nleft_out; i++) {
		const struct stat_left_out *l = &j->events.left_out[i];

		report_add_note(report, REPORT_NOTE_WHY, "%s: %s", l->names,
				l->why.what);
		if (l->why.hint[0])
			report_add_note(report, REPORT_NOTE_HINT, "%s",
					l->why.hint);
	}
}

/* ---- while it runs ---- */

static int show_interval(void *arg, const struct run *run,
			 const struct snapshot *delta,
			 const struct snapshot *total, double at_s,
			 double length_s, struct err *err)
{
	struct job *j = arg;
	struct report_options o = report_options(j);
	struct report report;
	int r = report_build_interval(&j->about, &j->series, run, delta, total,
				      at_s, length_s, &o, &report, err);

	if (r < 0)
		return r;
	r = j->view->emit(&j->state, &report, err);
	report_done(&report);
	return r;
}

static void show_progress(void *arg, int done, int total)
{
	struct job *j = arg;

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
	struct job *j = arg;

	for (size_t i = 0; i < j->events.list.n; i++)
		fprintf(stderr, "%s\n", j->events.list.items[i]->name);
}

/* ---- before it runs ---- */

static bool wants_color(const struct stat_options *o, FILE *out)
{
	const char *no_color = getenv("NO_COLOR");

	if (o->color && strcmp(o->color, "always") == 0)
		return true;
	if (o->color && strcmp(o->color, "never") == 0)
		return false;
	return isatty(fileno(out)) && !(no_color && *no_color);
}

static int terminal_width(FILE *out)
{
	struct winsize size;

	if (!isatty(fileno(out)))
		return 0;
	if (ioctl(fileno(out), TIOCGWINSZ, &size) < 0 || !size.ws_col)
		return 80;
	return size.ws_col;
}

static const struct view *choose_view(const struct stat_options *o)
{
	if (o->separator)
		return &view_perf_csv;
	if (o->perf_json)
		return &view_perf_json;
	return views_find(o->format ? o->format : "text", NULL);
}

static int open_output(struct job *j, FILE **ret, struct err *err)
{
	const struct stat_options *o = &j->options;

	*ret = stderr;
	if (!o->output)
		return 0;
	*ret = stdout;
	if (strcmp(o->output, "-") == 0)
		return 0;
	*ret = fopen(o->output, o->append ? "ae" : "we");
	if (!*ret)
		return err_set(err, -errno, "-o: cannot open '%s': %s",
			       o->output, strerror(errno));
	return 0;
}

static int begin_view(struct job *j, struct err *err)
{
	struct view_options *v = &j->state.options;
	int r;

	j->view = choose_view(&j->options);
	describe_cpu(j);
	r = open_output(j, &v->out, err);
	if (r < 0)
		return r;
	v->color = wants_color(&j->options, v->out);
	v->width = terminal_width(v->out);
	v->separator = j->options.separator ? j->options.separator : ",";
	v->table = j->options.table;
	v->no_counts = j->options.no_counts;
	v->intervals = j->options.interval_ms > 0;
	v->to_file = j->options.output && strcmp(j->options.output, "-") != 0;
	fmt_style_init(&v->style);
	if (j->options.no_big_num)
		v->style.group[0] = '\0';
	r = j->view->begin(&j->state, &j->about, err);
	j->began = r == 0;
	return r;
}

static int end_view(struct job *j, struct err *err)
{
	FILE *out = j->state.options.out;
	int r = 0;

	if (j->began)
		r = j->view->end(&j->state, err);
	j->began = false;
	if (!out)
		return r;
	if (r == 0 && (fflush(out) != 0 || ferror(out)))
		r = err_set(err, -EIO, "cannot write the report: %s",
			    strerror(errno));
	if (out != stderr && out != stdout)
		fclose(out);
	j->state.options.out = NULL;
	return r;
}

static int make_plan(struct job *j, struct err *err)
{
	const struct stat_options *o = &j->options;
	/* without the CPU's own files: their metrics are not shown by default,
	   and finding out which CPU this is costs more than all the rest */
	int r = catalog_load(&j->catalog, NULL, o->event_dirs.items,
			     o->event_dirs.n, err);

	if (r < 0)
		return r;
	r = metric_load(&j->catalog, &j->metrics, err);
	if (r < 0)
		return r;
	metric_bind(&j->metrics, &j->events.list, &j->uses);
	return plan_make(&j->events.list, &j->uses, perf_fit_group, &j->fit,
			 &j->plan, err);
}

static int prepare(struct job *j, struct err *err)
{
	const struct stat_options *o = &j->options;
	int r;

	j->resolver =
		resolver_new(&j->root, o->event_dirs.items, o->event_dirs.n);
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
	if (!j->events.list.n)
		return -ENODATA;
	return make_plan(j, err);
}

/* ---- running and reporting ---- */

static int measure(struct job *j, enum measure_end *end, int *signo,
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
		.sync = o->sync,
		.sys = &perf_sys_kernel,
		.hooks = { .arg = j,
			   .interval = show_interval,
			   .evlist = show_evlist },
	};

	if (o->repeat + o->warmup > 1 && isatty(STDERR_FILENO))
		m.hooks.progress = show_progress;
	j->series = (struct series){ .plan = &j->plan,
				     .cgroups = j->target.cgroups,
				     .ncgroups = j->target.ncgroups };
	return measure_series(&source_perf, &j->plan, &j->target, &m,
			      &j->series, end, signo, err);
}

static int show_result(struct job *j, struct err *err)
{
	struct report_options o = report_options(j);
	struct report report;
	int r;

	if (j->options.interval_ms && !j->options.summary &&
	    j->view != &view_json)
		return 0;
	for (size_t i = 0; i < j->series.nruns; i++)
		explain_run(j, &j->series.runs[i]);
	r = report_build(&j->about, &j->series, &o, &report, err);
	if (r < 0)
		return r;
	add_notes(j, &report);
	r = j->view->emit(&j->state, &report, err);
	report_done(&report);
	return r;
}

/* The command's status as a shell would say it. */
static int command_status(const struct job *j, enum measure_end end)
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

/* One line for each reason, with the events that it concerns. */
static void print_reasons(const struct job *j, const struct run *run,
			  struct err *err)
{
	const struct event_list *l = &j->events.list;

	for (size_t i = 0; i < l->n; i++) {
		const struct err *why = &run->notes[j->plan.shown[i]].why;
		bool told = !why->code;

		for (size_t k = 0; k < i && !told; k++)
			told = !strcmp(run->notes[j->plan.shown[k]].why.what,
				       why->what);
		if (told)
			continue;
		fputs("  ", stderr);
		for (size_t k = i; k < l->n; k++)
			if (!strcmp(run->notes[j->plan.shown[k]].why.what,
				    why->what))
				fprintf(stderr, "%s%s", k > i ? ", " : "",
					l->items[k]->name);
		fprintf(stderr, ": %s\n", why->what);
		*err = *why;
	}
}

static int cannot_count(struct job *j, struct err *err)
{
	struct run *run = j->series.nruns ? &j->series.runs[0] : NULL;

	fprintf(stderr,
		"tacho: nothing of what was asked for can be counted; %s\n",
		j->options.command ? "the command was not started"
				   : "nothing was started");
	if (run && run->notes) {
		explain_run(j, run);
		print_reasons(j, run, err);
	}
	print_left_out(stderr, j);
	if (!err->hint[0] && j->events.nleft_out)
		*err = j->events.left_out[0].why;
	if (err->hint[0])
		fprintf(stderr, "  try: %s\n", err->hint);
	return CMD_FAILED;
}

static int run_and_report(struct job *j, struct err *err)
{
	enum measure_end end = MEASURE_COMMAND;
	struct err again = { 0 };
	int signo = 0, failed = CMD_FAILED, r, shown = 0;

	r = begin_view(j, err);
	if (r < 0)
		return complain(err, CMD_FAILED);
	r = measure(j, &end, &signo, err);
	if (r == -ENODATA)
		return cannot_count(j, err);
	if (r < 0 && end == MEASURE_CANNOT_RUN)
		failed = r == -ENOENT ? CMD_NOT_FOUND : CMD_CANNOT_RUN;
	if (r < 0 && !j->series.nruns)
		return complain(err, failed);
	/* what has been counted is shown, also when the rest failed */
	shown = show_result(j, &again);
	if (shown == 0)
		shown = end_view(j, &again);
	if (r < 0)
		return complain(err, failed);
	if (shown < 0)
		return complain(&again, CMD_FAILED);
	return command_status(j, end);
}

static void job_done(struct job *j)
{
	struct err err = { 0 };

	end_view(j, &err);
	series_done(&j->series);
	plan_done(&j->plan);
	metric_uses_done(&j->uses);
	metric_list_done(&j->metrics);
	catalog_done(&j->catalog);
	stat_events_done(&j->events);
	target_done(&j->target);
	topology_done(&j->topology);
	diagnose_facts_done(&j->facts);
	resolver_free(j->resolver);
	stat_options_done(&j->options);
	free(j->subject);
	free(j->kernel);
	free(j->cpu_key);
}

int cmd_stat(int argc, char **argv)
{
	AUTO(job_done) struct job j = { .fit = { .sys = &perf_sys_kernel } };
	struct err err = { 0 };
	int r = stat_options_parse(&j.options, argc, argv, &err);

	if (r < 0)
		return complain(&err, CMD_USAGE);
	if (j.options.help) {
		stat_options_print(stdout);
		return CMD_OK;
	}
	log_set_level(j.options.verbose);
	describe(&j);
	r = prepare(&j, &err);
	if (r == -ENODATA)
		return cannot_count(&j, &err);
	if (r < 0)
		return complain(&err, CMD_USAGE);
	j.about.cgroups = j.target.cgroups;
	if (j.options.plan) {
		stat_plan_print(stdout, &j.plan, &j.fit, &j.root);
		if (j.events.nleft_out)
			printf("Left out:\n");
		print_left_out(stdout, &j);
		return CMD_OK;
	}
	return run_and_report(&j, &err);
}
