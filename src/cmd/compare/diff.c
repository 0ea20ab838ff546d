/*
 * tacho diff: recordings compared with each other, the first is the reference.
 *
 * A file of tacho compare holds several subjects, and how their runs took
 * turns; of separate files nothing is known of that.
 */
#include "cmd/compare/job.h"

#include "base/auto.h"
#include "base/log.h"
#include "base/vec.h"
#include "base/xalloc.h"
#include "cmd/cmd.h"
#include "cmd/stat/job.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

struct diff_options {
	struct opt_list metrics, event_dirs;
	struct judging_options judging;
	int verbose;
	bool help;
};

#define AT(field) .offset = offsetof(struct diff_options, field)

static const struct opt table[] = {
	{ OPT_HEADING, .help = "What to compare" },
	{ OPT_LIST, 'M', "metrics", "LIST",
	  "these derived numbers and sets of them, from the events that were "
	  "counted, instead of those that were asked for then",
	  AT(metrics) },
	{ OPT_LIST, 0, "events", "DIR",
	  "read more definitions of metrics from DIR, or from one file",
	  AT(event_dirs) },
	JUDGING_OPTIONS(struct diff_options, judging),
	{ OPT_COUNT, 'v', "verbose", NULL, "say how decisions are reached",
	  AT(verbose) },
	{ OPT_FLAG, 'h', "help", NULL, "this text", AT(help) },
};

struct diff_job {
	struct diff_options options;
	char **paths; /* borrowed from argv */
	size_t npaths;
	struct recordings *loaded; /* of the only path; NULL: to be read */
	struct recordings *files;  /* [npaths] */
	struct compare_inputs inputs;
	struct compare_run *order; /* of a file with several */
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
	fputs("usage: tacho diff [OPTIONS] FILE_A FILE_B [FILE_C...]\n\n"
	      "Compares what 'tacho stat --save' and 'tacho compare --save' "
	      "have kept\nwith the first of it.\n",
	      stdout);
	opt_print(stdout, table, ARRAY_LEN(table));
	fputs("\nexit status: 0; 3 when a limit of --fail-if is passed, 4 when "
	      "the data\ncannot tell; 1 on failure, 2 on bad usage\n"
	      "\nexamples:\n"
	      "  tacho stat -r 20 --save old.rec -- ./program-old\n"
	      "  tacho stat -r 20 --save new.rec -- ./program-new\n"
	      "  tacho diff old.rec new.rec\n"
	      "  tacho diff --fail-if 'instructions > +1%' old.rec new.rec\n",
	      stdout);
}

static int parse(struct diff_job *j, int argc, char **argv, struct err *err)
{
	int i = opt_parse_anywhere(table, ARRAY_LEN(table), &j->options, argc,
				   argv, err);

	if (i < 0 || j->options.help)
		return i < 0 ? i : 0;
	if (i == argc) {
		err_set(err, -EINVAL, "there are no recordings to compare");
		err_hint(err, "tacho diff FILE_A FILE_B");
		return -EINVAL;
	}
	j->paths = argv + i;
	j->npaths = (size_t)(argc - i);
	/* how many subjects there are is known when they have been read */
	return compare_check(&j->options.judging, SIZE_MAX, err);
}

/* Also for metrics that were asked for then, and are not known any more. */
static int bind(const struct diff_options *o, struct recording *r,
		struct err *err)
{
	AUTO(stat_metrics_done) struct stat_metrics m = { 0 };
	int bad = recording_load_catalog(
		r, o->metrics.n > 0, o->event_dirs.items, o->event_dirs.n, err);

	if (bad == 0)
		bad = stat_metrics_take_names(&m, &r->catalog, &o->metrics,
					      err);
	if (bad < 0)
		return bad;
	return recording_bind(
		r, o->metrics.n ? (const char *const *)m.names : NULL, m.nnames,
		err);
}

/* Nobody can read a pipe twice. */
static int read_file(struct diff_job *j, size_t i, struct err *err)
{
	if (!j->loaded)
		return recording_load_all(j->paths[i], &j->files[i], err);
	j->files[i] = *j->loaded;
	*j->loaded = (struct recordings){ 0 };
	return 0;
}

static int add_file(struct diff_job *j, size_t i, struct err *err)
{
	struct recordings *file = &j->files[i];
	int bad = read_file(j, i, err);

	for (size_t k = 0; k < file->n && bad == 0; k++) {
		struct compare_input in = { .recording = file->items[k],
					    .origin = j->paths[i] };

		bad = bind(&j->options, file->items[k], err);
		VEC_PUSH(j->inputs.items, j->inputs.n, in);
	}
	return bad;
}

/* Blocks of one file are none of another's. */
static void take_turns(struct diff_job *j)
{
	const struct recordings *file = &j->files[0];
	size_t nruns = 0, at = 0;

	if (j->npaths > 1)
		return;
	for (size_t i = 0; i < file->n; i++) {
		if (!file->items[i]->turns)
			return;
		nruns += file->items[i]->series.nruns;
	}
	j->inputs.has_seed = file->items[0]->compared.has_seed;
	j->inputs.seed = file->items[0]->compared.seed;
	j->order = xcalloc(nruns + 1, sizeof(*j->order));
	for (size_t i = 0; i < file->n; i++) {
		const struct recording *r = file->items[i];

		j->inputs.items[i].order = &j->order[at];
		for (size_t k = 0; k < r->series.nruns; k++)
			j->order[at++] = (struct compare_run){
				.block = r->turns[k].block,
				.position = r->turns[k].position,
			};
	}
}

/* Named when they were compared, and still different names. */
static void take_names(struct diff_job *j)
{
	const struct recordings *file = &j->files[0];

	if (j->npaths > 1 || j->options.judging.names.n)
		return;
	for (size_t i = 0; i < file->n; i++)
		for (size_t k = 0; k <= i; k++)
			if (!file->items[i]->compared.name ||
			    (k < i && !strcmp(file->items[i]->compared.name,
					      file->items[k]->compared.name)))
				return;
	for (size_t i = 0; i < file->n; i++)
		j->inputs.items[i].name = file->items[i]->compared.name;
}

static int load(struct diff_job *j, struct err *err)
{
	j->files = xcalloc(j->npaths + 1, sizeof(*j->files));
	for (size_t i = 0; i < j->npaths; i++) {
		int bad = add_file(j, i, err);

		if (bad < 0)
			return bad;
	}
	if (j->inputs.n < 2) {
		err_set(err, -EINVAL,
			"'%s' is one recording, and there is none to compare "
			"it with",
			j->paths[0]);
		err_hint(err, "tacho diff FILE_A FILE_B, or tacho report '%s'",
			 j->paths[0]);
		return -EINVAL;
	}
	take_turns(j);
	take_names(j);
	return compare_check(&j->options.judging, j->inputs.n, err);
}

static void job_done(struct diff_job *j)
{
	for (size_t i = 0; i < j->npaths && j->files; i++)
		recordings_done(&j->files[i]);
	free(j->files);
	free(j->inputs.items);
	free(j->order);
	opt_list_done(&j->options.metrics);
	opt_list_done(&j->options.event_dirs);
	judging_done(&j->options.judging);
}

static int diff(struct diff_job *j, int argc, char **argv)
{
	struct err err = { 0 };

	j->options.judging = judging_defaults();
	if (parse(j, argc, argv, &err) < 0)
		return complain(&err, CMD_USAGE);
	if (j->options.help) {
		print_help();
		return CMD_OK;
	}
	log_set_level(j->options.verbose);
	switch (load(j, &err)) {
	case 0:
		return compare_conclude(&j->inputs, &j->options.judging);
	case -EINVAL:
		return complain(&err, CMD_USAGE);
	}
	return complain(&err, CMD_FAILED);
}

int diff_loaded(int argc, char **argv, struct recordings *loaded)
{
	AUTO(job_done) struct diff_job j = { .loaded = loaded };

	return diff(&j, argc, argv);
}

const char *diff_only_path(int argc, char **argv)
{
	AUTO(job_done) struct diff_job j = { .npaths = 0 };
	struct err err = { 0 };

	j.options.judging = judging_defaults();
	if (parse(&j, argc, argv, &err) < 0 || j.options.help)
		return NULL;
	return j.npaths == 1 ? j.paths[0] : NULL;
}

int cmd_diff(int argc, char **argv)
{
	return diff_loaded(argc, argv, NULL);
}
