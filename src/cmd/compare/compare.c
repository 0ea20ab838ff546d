/*
 * tacho compare: command lines to commands, commands to runs in random order,
 * runs to recordings; what these say is in job.c.
 */
#include "cmd/compare/measuring.h"

#include "base/auto.h"
#include "base/log.h"
#include "base/words.h"
#include "base/xalloc.h"
#include "cmd/cmd.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>

static int complain(const struct err *err, int status)
{
	fprintf(stderr, "tacho: %s\n", err->what);
	if (err->hint[0])
		fprintf(stderr, "  try: %s\n", err->hint);
	return status;
}

/* ---- before it runs ---- */

static char **shell_words(const char *text)
{
	char **argv = xcalloc(4, sizeof(*argv));

	argv[0] = xstrdup("sh");
	argv[1] = xstrdup("-c");
	argv[2] = xstrdup(text);
	return argv;
}

static int take_command(struct measuring *m, const char *text, struct err *err)
{
	struct measured *c = &m->commands[m->n];
	size_t nwords;
	int r;

	if (m->options.shell) {
		c->argv = shell_words(text);
	} else {
		r = words_split(text, &c->argv, &nwords, err);
		if (r < 0)
			return err_prefix(err, "'%.200s'", text);
	}
	c->target.argv = c->argv;
	c->target.inherit = !m->options.stat.no_inherit;
	m->n++;
	return 0;
}

static int take_commands(struct measuring *m, struct err *err)
{
	const struct measuring_options *o = &m->options;
	int r = 0;

	m->commands = xcalloc(o->ntexts, sizeof(*m->commands));
	for (size_t i = 0; i < o->ntexts && r == 0; i++)
		r = take_command(m, o->texts[i], err);
	return r;
}

static void choose_names(struct measuring *m)
{
	size_t from = m->baseline.n > 0;
	AUTO_FREE char *const **commands = NULL;
	AUTO_FREE const char **files = NULL;

	m->nnames = from + m->n;
	m->names = xcalloc(m->nnames, sizeof(*m->names));
	commands = xcalloc(m->nnames, sizeof(*commands));
	files = xcalloc(m->nnames, sizeof(*files));
	if (from) {
		commands[0] = m->baseline.items[0]->target.argv;
		files[0] = m->options.baseline;
	}
	for (size_t i = 0; i < m->n; i++)
		commands[from + i] = m->commands[i].argv;
	compare_choose_names(&m->options.judging, commands, files, m->nnames,
			     m->names);
}

/* The options of stat are the job's from here on. */
static int make_job(struct measuring *m, struct err *err)
{
	struct stat_job *j = &m->job;
	int r;

	*j = stat_job_new();
	j->options = m->options.stat;
	m->options.stat = (struct stat_options){ 0 };
	/* who asked for nothing else wants to know what is faster */
	j->options.uncounted = !j->options.events.n && !j->options.metrics.n;
	j->options.command = m->commands[0].argv;
	stat_describe(j);
	r = stat_source_choose(j, err);
	return r < 0 ? r : stat_prepare(j, err);
}

static int check_names(const struct measuring *m, struct err *err)
{
	const struct stat_events *e = &m->job.events;
	AUTO_FREE struct recording_left_out *left_out =
		xcalloc(e->nleft_out + 1, sizeof(*left_out));

	for (size_t i = 0; i < e->nleft_out; i++)
		left_out[i] = (struct recording_left_out){
			.names = e->left_out[i].names,
			.each = e->left_out[i].each,
			.neach = e->left_out[i].neach,
			.why = e->left_out[i].why,
			.hardware = e->left_out[i].hardware,
		};
	return compare_check_names(&m->options.judging, &m->job.plan, left_out,
				   e->nleft_out, err);
}

/* ---- what was measured ---- */

static int conclude(const struct measuring *m)
{
	AUTO_FREE struct compare_input *items =
		xcalloc(m->nnames, sizeof(*items));
	struct compare_inputs inputs = {
		.items = items,
		.has_seed = true,
		.seed = m->schedule.seed,
		.interrupted = m->schedule.end == SCHEDULE_SIGNAL,
	};

	if (m->baseline.n)
		items[inputs.n++] = (struct compare_input){
			.recording = m->baseline.items[0],
			.name = m->names[0],
			.origin = m->options.baseline,
		};
	for (size_t i = 0; i < m->n; i++) {
		items[inputs.n] = (struct compare_input){
			.recording = &m->commands[i].recording,
			.name = m->names[inputs.n],
			.order = m->commands[i].order,
		};
		inputs.n++;
	}
	return compare_conclude(&inputs, &m->options.judging);
}

/*
 * What was measured is kept before it is judged, and nobody who only wanted the
 * measurement to end keeps us from it.
 */
static int keep(const struct measuring *m, struct err *err)
{
	sigset_t ends, before;
	int r;

	if (!m->options.save)
		return 0;
	sigemptyset(&ends);
	sigaddset(&ends, SIGINT);
	sigaddset(&ends, SIGTERM);
	sigprocmask(SIG_BLOCK, &ends, &before);
	r = measuring_save(m, err);
	sigprocmask(SIG_SETMASK, &before, NULL);
	return r;
}

/* A run that failed is no reason to lose those before it. */
static void keep_the_rest(struct measuring *m)
{
	size_t n = m->schedule.nblocks;
	struct err err = { 0 };

	if (!n || !m->options.save)
		return;
	measuring_record(m);
	if (keep(m, &err) < 0)
		complain(&err, CMD_FAILED);
	else
		fprintf(stderr,
			"tacho: the %zu run%s of each command before that %s in "
			"'%s'\n",
			n, n == 1 ? "" : "s", n == 1 ? "is" : "are",
			m->options.save);
}

static int measure_and_judge(struct measuring *m, struct err *err)
{
	int failed, status, r, saved;
	bool interrupted;

	measuring_look_around(m);
	r = measuring_run(m, &failed, err);
	if (r == -ENODATA) {
		stat_explain_nothing(&m->job, err);
		err_prefix(err, "nothing of what was asked for can be counted");
		if (!err->hint[0])
			err_hint(err, "without -e and -M times are compared");
	}
	if (r < 0) {
		complain(err, failed);
		keep_the_rest(m);
		return failed;
	}
	interrupted = m->schedule.end == SCHEDULE_SIGNAL;
	if (!m->schedule.nblocks) {
		fputs("tacho: interrupted before each command had run once\n",
		      stderr);
		return 128 + m->schedule.signo;
	}
	measuring_record(m);
	saved = keep(m, err);
	status = conclude(m);
	if (saved < 0)
		return complain(err, CMD_FAILED);
	return interrupted && status == CMD_OK ? 128 + m->schedule.signo
					       : status;
}

/* ---- all of it ---- */

static void measuring_done(struct measuring *m)
{
	for (size_t i = 0; i < m->n; i++)
		measured_done(&m->commands[i]);
	so_far_done(&m->so_far);
	schedule_done(&m->schedule);
	stat_job_done(&m->job);
	for (size_t i = 0; i < m->n; i++)
		words_free(m->commands[i].argv);
	free(m->commands);
	for (size_t i = 0; i < m->nnames; i++)
		free(m->names[i]);
	free(m->names);
	recordings_done(&m->baseline);
	measuring_options_done(&m->options);
}

static int source_status(int r)
{
	return r == -EINVAL ? CMD_USAGE : CMD_FAILED;
}

int cmd_compare(int argc, char **argv)
{
	AUTO(measuring_done) struct measuring m = { .n = 0 };
	struct err err = { 0 };
	int r = measuring_options_parse(&m.options, argc, argv, &err);

	if (r < 0)
		return complain(&err, CMD_USAGE);
	if (m.options.stat.help) {
		measuring_options_print(stdout);
		return CMD_OK;
	}
	log_set_level(m.options.stat.verbose);
	if (take_commands(&m, &err) < 0)
		return complain(&err, CMD_USAGE);
	if (m.options.baseline) {
		r = measuring_load_baseline(&m, &err);
		if (r < 0)
			return complain(&err, source_status(r));
		measuring_take_events(&m);
	}
	choose_names(&m);
	if (compare_check(&m.options.judging, m.nnames, &err) < 0)
		return complain(&err, CMD_USAGE);
	r = make_job(&m, &err);
	if (r == -ENODATA)
		return stat_cannot_count(&m.job, &err);
	if (r < 0)
		return complain(&err, source_status(r));
	if (check_names(&m, &err) < 0)
		return complain(&err, CMD_USAGE);
	return measure_and_judge(&m, &err);
}
