/* Judging and showing, for tacho compare and tacho diff; see job.h. */
#include "cmd/compare/job.h"

#include "analyze/compare_fill.h"
#include "base/auto.h"
#include "base/fmt.h"
#include "base/vec.h"
#include "base/xalloc.h"
#include "cmd/cmd.h"
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <langinfo.h>
#include <locale.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

static const struct comparison_view *const views[] = {
	&comparison_text, &comparison_markdown, &comparison_html,
	&comparison_json, &comparison_csv,
};

static int complain(const struct err *err, int status)
{
	fprintf(stderr, "tacho: %s\n", err->what);
	if (err->hint[0])
		fprintf(stderr, "  try: %s\n", err->hint);
	return status;
}

/* ---- before anything is measured ---- */

struct judging_options judging_defaults(void)
{
	struct compare_options compare = compare_defaults();

	return (struct judging_options){
		.noise = compare.noise * 100.0,
		.confidence = compare.confidence * 100.0,
	};
}

void judging_done(struct judging_options *o)
{
	opt_list_done(&o->fail_if);
	opt_list_done(&o->names);
}

static const struct comparison_view *find_view(const char *name,
					       struct err *err)
{
	for (size_t i = 0; i < ARRAY_LEN(views); i++)
		if (!strcmp(views[i]->name, name))
			return views[i];
	err_set(err, -EINVAL, "--format: '%s' is not one of %s", name,
		COMPARE_FORMATS);
	return NULL;
}

static int parse_gates(const struct judging_options *o, struct gates *ret,
		       struct err *err)
{
	for (size_t i = 0; i < o->fail_if.n; i++)
		if (gate_parse(ret, o->fail_if.items[i], err) < 0)
			return err_prefix(err, "--fail-if");
	return 0;
}

static int check_shown(const struct judging_options *o, struct err *err)
{
	if (o->format && o->separator && strcmp(o->format, "csv") != 0)
		return err_set(err, -EINVAL, "-x is for csv, not for %s",
			       o->format);
	if (o->format && !find_view(o->format, err))
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

static int check_names(const struct judging_options *o, size_t nsubjects,
		       struct err *err)
{
	if (o->names.n > nsubjects)
		return err_set(err, -EINVAL,
			       "--name: %zu names for what there are %zu of",
			       o->names.n, nsubjects);
	for (size_t i = 0; i < o->names.n; i++) {
		if (!*o->names.items[i])
			return err_set(err, -EINVAL, "--name: a name is empty");
		for (size_t k = 0; k < i; k++)
			if (!strcmp(o->names.items[i], o->names.items[k]))
				return err_set(err, -EINVAL,
					       "--name: two are called '%s'",
					       o->names.items[i]);
	}
	return 0;
}

static bool is_stdout(const char *output)
{
	return !output || strcmp(output, "-") == 0;
}

/* Nothing is cut off, or left behind, before there is something to write. */
static int check_output(const char *path, struct err *err)
{
	AUTO_CLOSE int fd = -1;
	struct stat st;

	if (is_stdout(path))
		return 0;
	if (stat(path, &st) == 0) {
		if (S_ISDIR(st.st_mode))
			errno = EISDIR;
		else if (access(path, W_OK) == 0)
			return 0;
	} else {
		fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
		if (fd >= 0) {
			unlink(path);
			return 0;
		}
	}
	return err_set(err, -EINVAL, "-o: cannot open '%s': %s", path,
		       strerror(errno));
}

int compare_check(const struct judging_options *o, size_t nsubjects,
		  struct err *err)
{
	AUTO(gates_done) struct gates gates = { 0 };
	int r = check_shown(o, err);

	if (r == 0)
		r = check_names(o, nsubjects, err);
	if (r == 0)
		r = parse_gates(o, &gates, err);
	return r < 0 ? r : check_output(o->output, err);
}

static bool is_left_out(const struct recording_left_out *left_out, size_t n,
			const char *name)
{
	for (size_t i = 0; i < n; i++)
		for (size_t k = 0; k < left_out[i].neach; k++)
			if (!strcmp(left_out[i].each[k], name))
				return true;
	return false;
}

int compare_check_names(const struct judging_options *o,
			const struct plan *plan,
			const struct recording_left_out *left_out, size_t n,
			struct err *err)
{
	AUTO(gates_done) struct gates gates = { 0 };
	AUTO(compare_done) struct comparison c = { 0 };
	struct compare_options options = compare_defaults();
	struct gate metric = { 0 };
	AUTO_FREE char *text = o->metric ? xstrdup(o->metric) : NULL;
	size_t q;
	int r = parse_gates(o, &gates, err);

	if (r < 0)
		return r;
	compare_init(&c, 1, &options);
	compare_fill_names(&c, plan);
	metric.text = metric.name = text;
	if (text && !is_left_out(left_out, n, text) &&
	    gate_find(&c, &metric, &q, err) < 0) {
		err_prefix(err, "--metric");
		return -EINVAL;
	}
	for (size_t i = 0; i < gates.n; i++)
		if (!is_left_out(left_out, n, gates.items[i].name) &&
		    gate_find(&c, &gates.items[i], &q, err) < 0) {
			err_prefix(err, "--fail-if");
			return -EINVAL;
		}
	return 0;
}

/* ---- where it goes, and how ---- */

static bool wants_color(const struct judging_options *o, FILE *out)
{
	const char *no_color = getenv("NO_COLOR");

	if (o->color && strcmp(o->color, "auto") != 0)
		return strcmp(o->color, "always") == 0;
	return cmd_is_screen(fileno(out)) && !(no_color && *no_color);
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

static struct comparison_style style_of(const struct judging_options *o,
					FILE *out)
{
	const char *separator = o->separator ? o->separator : ",";

	return (struct comparison_style){
		.out = out,
		.color = wants_color(o, out),
		.utf8 = !strcmp(nl_langinfo(CODESET), "UTF-8"),
		.width = terminal_width(out),
		.separator = strcmp(separator, "\\t") != 0 ? separator : "\t",
		.verbose = o->all,
	};
}

static int open_output(const char *path, FILE **ret, struct err *err)
{
	*ret = stdout;
	if (is_stdout(path))
		return 0;
	*ret = fopen(path, "we");
	if (!*ret)
		return err_set(err, -errno, "-o: cannot open '%s': %s", path,
			       strerror(errno));
	return 0;
}

static int show(const struct comparison_report *report,
		const struct judging_options *o, struct err *err)
{
	const char *name = o->separator ? "csv" : views[0]->name;
	const struct comparison_view *view =
		find_view(o->format ? o->format : name, err);
	struct comparison_style style;
	FILE *out;
	int r;

	if (!view)
		return -EINVAL;
	r = open_output(o->output, &out, err);
	if (r < 0)
		return r;
	/* only what characters are: numbers stay in the "C" locale */
	setlocale(LC_CTYPE, "");
	style = style_of(o, out);
	r = view->show(report, &style, err);
	if (r == 0 && (fflush(out) != 0 || ferror(out)))
		r = err_set(err, -EIO, "cannot write the report: %s",
			    strerror(errno));
	if (out != stdout && fclose(out) != 0 && r == 0)
		r = err_set(err, -EIO, "cannot write '%s': %s", o->output,
			    strerror(errno));
	return r;
}

/* ---- the answer ---- */

/* Also where the report went into a file; returns the exit status. */
static int answer(const struct comparison_report *report)
{
	bool many = report->comparison->nsubjects > 2;
	int status = CMD_OK;

	for (size_t i = 0; i < report->ngates; i++) {
		const struct comparison_gate *g = &report->gates[i];
		const char *who = report->comparison->subjects[g->subject].name;

		switch (g->result.answer) {
		case GATE_HOLDS:
			continue;
		case GATE_FAILS:
			status = COMPARE_EXIT_FAILED_LIMIT;
			break;
		case GATE_UNSURE:
			if (status == CMD_OK)
				status = COMPARE_EXIT_UNSURE;
			break;
		}
		fprintf(stderr, "tacho: --fail-if '%s' %s: %s%s%s\n",
			g->gate->text,
			g->result.answer == GATE_FAILS ? "fails"
						       : "cannot be told",
			many ? who : "", many ? ": " : "", g->result.reason);
	}
	return status;
}

struct concluding {
	struct compare_inputs inputs; /* with names */
	char **names;
	struct gates gates;
	struct comparison comparison;
	struct comparison_report report;
};

static void concluding_done(struct concluding *c)
{
	comparison_report_done(&c->report);
	compare_done(&c->comparison);
	gates_done(&c->gates);
	for (size_t i = 0; i < c->inputs.n && c->names; i++)
		free(c->names[i]);
	free(c->names);
	free(c->inputs.items);
}

static void name_them(struct concluding *c, const struct judging_options *o)
{
	size_t n = c->inputs.n;
	AUTO_FREE char *const **commands = xcalloc(n + 1, sizeof(*commands));
	AUTO_FREE const char **files = xcalloc(n + 1, sizeof(*files));

	for (size_t i = 0; i < n; i++) {
		const struct compare_input *in = &c->inputs.items[i];

		if (in->name)
			return;
		commands[i] = in->recording->target.argv;
		files[i] = in->origin;
	}
	c->names = xcalloc(n + 1, sizeof(*c->names));
	compare_choose_names(o, commands, files, n, c->names);
	for (size_t i = 0; i < n; i++)
		c->inputs.items[i].name = c->names[i];
}

static int build(struct concluding *c, const struct compare_inputs *inputs,
		 const struct judging_options *o, struct err *err)
{
	struct comparison_options options = { .compare = compare_defaults(),
					      .gates = &c->gates,
					      .metric = o->metric,
					      .drop_disturbed =
						      o->drop_disturbed };
	int r = parse_gates(o, &c->gates, err);

	if (r < 0)
		return r;
	options.compare.noise = o->noise / 100.0;
	options.compare.confidence = o->confidence / 100.0;
	c->inputs = *inputs;
	c->inputs.items = xcalloc(inputs->n + 1, sizeof(*inputs->items));
	memcpy(c->inputs.items, inputs->items,
	       inputs->n * sizeof(*inputs->items));
	name_them(c, o);
	r = comparison_build(&c->inputs, &options, &c->comparison, &c->report,
			     err);
	c->report.version = PACKAGE_VERSION;
	return r;
}

int compare_conclude(const struct compare_inputs *inputs,
		     const struct judging_options *options)
{
	AUTO(concluding_done) struct concluding c = { 0 };
	struct err err = { 0 };
	int r = build(&c, inputs, options, &err);
	int status;

	if (r == -ENOENT || r == -EINVAL)
		return complain(&err, CMD_USAGE);
	if (r < 0)
		return complain(&err, CMD_FAILED);
	r = show(&c.report, options, &err);
	/* a limit that failed did so whether or not it could be written */
	status = answer(&c.report);
	if (r < 0)
		complain(&err, CMD_FAILED);
	return r < 0 ? CMD_FAILED : status;
}
