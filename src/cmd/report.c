/*
 * tacho report: a recording shown as tacho stat would have.
 *
 * It is put back where stat had it, and what stat does when all has been
 * counted is done again: so the two cannot print different things.  Commands
 * that were compared are shown by tacho diff, for the same reason.
 */
#include "cmd/stat/job.h"

#include "base/auto.h"
#include "base/log.h"
#include "base/parse.h"
#include "base/vec.h"
#include "base/xalloc.h"
#include "cmd/cmd.h"
#include "cmd/compare/job.h"
#include "report/label.h"

#include <errno.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#define AT(field) .offset = offsetof(struct stat_options, field)
#define HEADING(text)                                                          \
	{                                                                      \
		.kind = OPT_HEADING, .help = text                              \
	}

/* Into the options of stat, of which these are some. */
static const struct opt table[] = {
	HEADING("What to show"),
	{ OPT_LIST, 'M', "metrics", "LIST",
	  "these derived numbers and sets of them, from the events that were "
	  "counted, instead of those that were asked for then",
	  AT(metrics) },
	{ OPT_LIST, 0, "events", "DIR",
	  "read more definitions of metrics from DIR, or from one file",
	  AT(event_dirs) },
	{ OPT_FLAG, 0, "table", NULL, "of several runs: the time of each",
	  AT(table) },
	{ OPT_FLAG, 0, "no-verdict", NULL,
	  "only the numbers, not what they say about the program",
	  AT(no_verdict) },

	HEADING("How it is shown"),
	{ OPT_STRING, 0, "format", "NAME", "text, csv, json or markdown",
	  AT(format) },
	{ OPT_STRING, 'x', "field-separator", "SEP",
	  "fields between SEP, as perf stat -x prints them", AT(separator) },
	{ OPT_FLAG, 'j', "json-output", NULL,
	  "lines of JSON, as perf stat -j prints them", AT(perf_json) },
	{ OPT_STRING, 'o', "output", "FILE",
	  "write the report to FILE, not to standard output", AT(output) },
	{ OPT_FLAG, 0, "no-big-num", NULL, "no thousands separators",
	  AT(no_big_num) },
	{ OPT_STRING, 0, "color", "WHEN",
	  "auto (on a terminal), always or never", AT(color) },
	{ OPT_COUNT, 'v', "verbose", NULL, "say how decisions are reached",
	  AT(verbose) },
	{ OPT_FLAG, 'h', "help", NULL, "this text", AT(help) },
};

static int complain(const struct err *err, int status)
{
	fprintf(stderr, "tacho: %s\n", err->what);
	if (err->hint[0])
		fprintf(stderr, "  try: %s\n", err->hint);
	return status;
}

static void print_help(void)
{
	fputs("usage: tacho report [OPTIONS] FILE\n\n"
	      "Shows again what 'tacho stat --save FILE' has kept, in any "
	      "format.\nWhat 'tacho compare --save FILE' has kept is shown as "
	      "by tacho diff.\n",
	      stdout);
	opt_print(stdout, table, ARRAY_LEN(table));
	fputs("\nexamples:\n"
	      "  tacho stat -r 10 --save before.rec -- ./program\n"
	      "  tacho report before.rec\n"
	      "  tacho report --format json before.rec\n",
	      stdout);
}

static int check(const struct stat_options *o, struct err *err)
{
	int formats =
		(o->format != NULL) + (o->separator != NULL) + o->perf_json;

	if (formats > 1)
		return err_set(err, -EINVAL, "only one of --format, -x and -j");
	if (o->format && !views_find(o->format, err))
		return -EINVAL;
	if (o->separator && !*o->separator)
		return err_set(err, -EINVAL, "-x: the separator is empty");
	if (o->color && strcmp(o->color, "auto") != 0 &&
	    strcmp(o->color, "always") != 0 && strcmp(o->color, "never") != 0)
		return err_set(err, -EINVAL,
			       "--color: '%s' is not auto, always or never",
			       o->color);
	return 0;
}

static int parse(struct stat_options *o, int argc, char **argv,
		 const char **path, struct err *err)
{
	int i = opt_parse_anywhere(table, ARRAY_LEN(table), o, argc, argv, err);

	if (i < 0 || o->help)
		return i < 0 ? i : 0;
	if (o->separator && strcmp(o->separator, "\\t") == 0)
		o->separator = "\t";
	if (i + 1 != argc) {
		err_set(err, -EINVAL,
			i < argc ? "one recording at a time"
				 : "there is no recording to show");
		err_hint(err, i < argc ? "tacho diff FILE_A FILE_B"
				       : "tacho report FILE");
		return -EINVAL;
	}
	*path = argv[i];
	return 0;
}

/* ---- a job as it was when all had been counted ---- */

static void take_rows(struct stat_options *o, const char *rows)
{
	bool *const by[] = {
		[AGGREGATE_ALL] = NULL,
		[AGGREGATE_CPU] = &o->per_cpu,
		[AGGREGATE_CORE] = &o->per_core,
		[AGGREGATE_DIE] = &o->per_die,
		[AGGREGATE_SOCKET] = &o->per_socket,
		[AGGREGATE_NODE] = &o->per_node,
		[AGGREGATE_THREAD] = &o->per_thread,
		[AGGREGATE_PROCESS] = &o->per_process,
	};

	for (size_t i = 0; i < ARRAY_LEN(by); i++)
		if (by[i] && !strcmp(label_by((enum aggregate_by)i), rows))
			*by[i] = true;
}

static void take_list(struct opt_list *list, char *const *texts, size_t n)
{
	for (size_t i = 0; i < n; i++)
		VEC_PUSH(list->items, list->n, texts[i]);
}

static void take_options(const struct recording *r, struct stat_options *o)
{
	take_list(&o->pids, r->target.pids, r->target.npids);
	take_list(&o->tids, r->target.tids, r->target.ntids);
	take_list(&o->cgroups, r->target.cgroups, r->target.ncgroups);
	o->cpus = r->target.cpus;
	o->system_wide = r->target.system_wide;
	o->command = r->target.argv;
	o->repeat = r->options.repeat;
	o->delay_ms = r->options.delay_ms;
	o->no_counts = r->options.no_counts;
	o->no_scale = r->options.no_scale;
	o->min_running = r->options.min_running;
	take_rows(o, r->options.rows);
	if (!o->output)
		o->output = "-";
}

static void take_about(struct stat_job *j, const struct recording *r)
{
	char *const *facts = r->provenance.items;
	struct report_about *a = &j->about;
	struct report_source *s = &a->source;
	int cpus = 0;

	j->subject = stat_target_text(&j->options);
	j->cpu_key = cpu_key(&r->cpu);
	if (facts[PROVENANCE_CPUS])
		parse_int(facts[PROVENANCE_CPUS], &cpus);
	*a = (struct report_about){
		.version = r->tacho,
		.subject = j->subject,
		.argv = r->target.argv,
		.machine_cpu = r->cpu.model_name,
		.machine_key = j->cpu_key,
		.machine_kernel = facts[PROVENANCE_KERNEL],
		.machine_host = facts[PROVENANCE_HOST],
		.hypervisor = r->cpu.hypervisor,
		.machine_cpus = cpus,
		.started_at = r->started_at,
		.cgroups = r->target.cgroups,
		.repeats = r->options.repeat,
		.binaries = r->binaries,
		.nbinaries = r->nbinaries,
	};
	if (!a->machine_kernel)
		a->machine_kernel = "";
	if (!a->machine_host)
		a->machine_host = "";
	s->name = r->source.name;
	s->simulated = r->source.simulated;
	s->version = r->source.version;
	s->how = r->source.how;
	for (size_t i = 0; i < r->source.ncaches; i++)
		s->caches[s->ncaches++] = (struct report_cache){
			.name = r->source.caches[i].name,
			.bytes = r->source.caches[i].bytes,
			.ways = r->source.caches[i].ways,
			.line_bytes = r->source.caches[i].line_bytes,
		};
}

static void take_left_out(struct stat_job *j, const struct recording *r)
{
	for (size_t i = 0; i < r->nleft_out; i++) {
		struct stat_left_out l = {
			.names = r->left_out[i].names,
			.each = r->left_out[i].each,
			.neach = r->left_out[i].neach,
			.why = r->left_out[i].why,
			.hardware = r->left_out[i].hardware,
		};

		VEC_PUSH(j->events.left_out, j->events.nleft_out, l);
	}
}

/* What the recording owns, and the job looks at. */
static void take_data(struct stat_job *j, const struct recording *r)
{
	j->recording = r;
	j->topology = r->topology;
	j->has_topology = r->has_topology;
	j->events.list = r->events;
	j->plan = r->plan;
	j->series = r->series;
	j->series.plan = &j->plan;
	j->machine = r->facts;
	j->knows_machine = true;
	j->known = &r->catalog;
	j->metrics.list = r->metric_list;
	j->cachegrind.about = r->source.how;
	j->cachegrind.remarks = r->source.remarks;
	j->cachegrind.nremarks = r->source.nremarks;
	take_left_out(j, r);
}

/* A hint where definitions are missing that were there then. */
static int bind(struct stat_job *j, struct recording *r, struct err *err)
{
	const struct stat_options *o = &j->options;
	int bad = recording_load_catalog(
		r, o->metrics.n > 0, o->event_dirs.items, o->event_dirs.n, err);

	if (bad == 0)
		bad = stat_metrics_take_names(&j->metrics, &r->catalog,
					      &o->metrics, err);
	if (bad < 0)
		return bad;
	bad = recording_bind(
		r, o->metrics.n ? (const char *const *)j->metrics.names : NULL,
		j->metrics.nnames, err);
	for (size_t i = 0; i < r->nunknown && bad == 0; i++)
		fprintf(stderr,
			"tacho: '%s' was asked for, and is not defined here%s"
			"%s\n",
			r->unknown[i],
			r->options.nevent_dirs ? "; try --events " : "",
			r->options.nevent_dirs ? r->options.event_dirs[0] : "");
	return bad;
}

static int show(struct stat_job *j, struct recording *r, struct err *err)
{
	int bad;

	if (j->options.table && r->series.nruns < 2)
		return err_set(err, -EINVAL,
			       "--table is for several runs; this is of one");
	bad = bind(j, r, err);
	if (bad < 0)
		return bad;
	take_options(r, &j->options);
	take_about(j, r);
	take_data(j, r);
	bad = stat_metrics_trust(j, err);
	if (bad == 0)
		bad = stat_verdict_prepare(j, err);
	if (bad == 0)
		bad = stat_begin_view(j, err);
	if (bad < 0)
		return bad;
	bad = stat_show_result(j, err);
	return bad < 0 ? bad : stat_end_view(j, err);
}

/* What is the recording's stays its own. */
static void job_done(struct stat_job *j)
{
	struct err err = { 0 };

	stat_end_view(j, &err);
	trust_rules_done(&j->rules);
	stat_verdict_done(&j->verdict);
	free(j->events.left_out);
	for (size_t i = 0; i < j->metrics.nnames; i++)
		free(j->metrics.names[i]);
	free(j->metrics.names);
	stat_options_done(&j->options);
	free(j->subject);
	free(j->cpu_key);
}

/* Of the options above, the first that is for one command alone. */
static const char *only_for_one(const struct stat_options *o)
{
	return o->perf_json    ? "-j"
	       : o->table      ? "--table"
	       : o->no_big_num ? "--no-big-num"
	       : o->no_verdict ? "--no-verdict"
			       : NULL;
}

static int show_compared(int argc, char **argv, const struct stat_options *o,
			 struct recordings *all)
{
	const char *bad = only_for_one(o);
	struct err err;

	if (!bad)
		return diff_loaded(argc, argv, all);
	err_set(&err, -EINVAL,
		"%s is for one command, and this is a recording of %zu that "
		"were compared",
		bad, all->n);
	err_hint(&err, "tacho diff --help lists what goes with it");
	return complain(&err, CMD_USAGE);
}

/*
 * Commands that were compared have options of their own, so the file says
 * whether what report does not know was an error.
 */
static int show_others(int argc, char **argv, const struct err *unknown)
{
	AUTO(recordings_done) struct recordings all = { 0 };
	const char *path = diff_only_path(argc, argv);
	struct err err = { 0 };

	if (path && recording_load_all(path, &all, &err) == 0 && all.n > 1)
		return diff_loaded(argc, argv, &all);
	return complain(unknown, CMD_USAGE);
}

int cmd_report(int argc, char **argv)
{
	AUTO(recordings_done) struct recordings all = { 0 };
	AUTO(job_done) struct stat_job j = { 0 };
	struct err err = { 0 }, unread = { 0 };
	const char *path = NULL;

	if (parse(&j.options, argc, argv, &path, &err) < 0)
		return show_others(argc, argv, &err);
	if (j.options.help) {
		print_help();
		return CMD_OK;
	}
	log_set_level(j.options.verbose);
	recording_load_all(path, &all, &unread);
	/* which has other formats */
	if (all.n > 1)
		return show_compared(argc, argv, &j.options, &all);
	if (check(&j.options, &err) < 0)
		return complain(&err, CMD_USAGE);
	if (!all.n)
		return complain(&unread, CMD_FAILED);
	switch (show(&j, all.items[0], &err)) {
	case 0:
		return CMD_OK;
	case -EINVAL:
		return complain(&err, CMD_USAGE);
	}
	return complain(&err, CMD_FAILED);
}
