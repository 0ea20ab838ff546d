/* tacho top: what every task of the machine does, live. */
#include "cmd/top/top.h"

#include "base/auto.h"
#include "base/log.h"
#include "base/xalloc.h"
#include "cmd/cmd.h"

#include <errno.h>
#include <langinfo.h>
#include <locale.h>
#include <malloc.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static int complain(const struct err *err, int status)
{
	fprintf(stderr, "tacho: %s\n", err->what);
	if (err->hint[0])
		fprintf(stderr, "  try: %s\n", err->hint);
	return status;
}

static bool has_key(const struct screen_spec *spec, const char *key)
{
	for (size_t i = 0; i < spec->n; i++)
		if (!strcmp(spec->keys[i], key))
			return true;
	return false;
}

/*
 * Threads have the number of their process in common: where that stands, their
 * own stands behind it.
 */
static int make_columns(const struct top *t, const struct screen_spec *spec,
			const struct metric_list *metrics, struct columns *ret,
			struct err *err)
{
	char tid[] = "tid";
	AUTO_FREE char **keys = xcalloc(spec->n + 2, sizeof(*keys));
	bool with_tid = t->threads && !has_key(spec, "tid");
	struct screen_spec wider = *spec;

	wider.keys = keys;
	wider.n = 0;
	for (size_t i = 0; i < spec->n; i++) {
		keys[wider.n++] = spec->keys[i];
		if (with_tid && !strcmp(spec->keys[i], "pid"))
			keys[wider.n++] = tid;
	}
	return columns_make(&wider, metrics, t->context.plan, t->context.notes,
			    ret, err);
}

int top_show_screen(struct top *t, size_t screen,
		    const struct metric_list *metrics, struct err *err)
{
	AUTO(columns_done) struct columns other = { 0 };
	struct columns before;
	int r = make_columns(t, &t->screens.specs[screen], metrics, &other,
			     err);

	if (r < 0)
		return r;
	before = t->columns;
	t->columns = other;
	if (t->feed.tasks) {
		tasks_set_columns(t->feed.tasks, &t->columns);
	} else {
		t->feed.tasks = tasks_new(&t->context, &t->columns, &t->rules);
		tasks_set_trust(t->feed.tasks, &t->trust);
	}
	other = before;
	t->feed.columns = &t->columns;
	t->feed.chosen = screen;
	return 0;
}

int top_load_rules(struct top *t, struct err *err)
{
	int r = verdict_rules_load(t->catalog, &t->rules, err);

	return r < 0 ? r : trust_load(t->catalog, NULL, NULL, &t->trust, err);
}

static void top_done(struct top *t)
{
	tasks_free(t->feed.tasks);
	watch_close(t->watch);
	tick_writer_close(t->writer, NULL);
	columns_done(&t->columns);
	top_counting_done(&t->counting);
	verdict_rules_done(&t->rules);
	trust_rules_done(&t->trust);
	top_screens_done(&t->screens);
	tick_reader_close(t->reader);
	resolver_free(t->resolver);
	top_whom_done(&t->whom);
	top_options_done(&t->o);
	free(t->host);
	free(t->notes);
}

bool top_is_utf8(void)
{
	locale_t user = newlocale(LC_CTYPE_MASK, "", (locale_t)0);
	bool utf8 = user && !strcmp(nl_langinfo_l(CODESET, user), "UTF-8");

	if (user)
		freelocale(user);
	return utf8;
}

/* Before anything is opened: a dumb terminal stays one. */
static int check_terminal(const struct top_options *o, struct err *err)
{
	const char *term = getenv("TERM");

	if (o->batch || o->list_screens)
		return 0;
	if (!isatty(STDIN_FILENO) || !isatty(STDOUT_FILENO))
		err_set(err, -ENOTSUP, "a live screen needs a terminal");
	else if (!term || !*term || !strcmp(term, "dumb"))
		err_set(err, -ENOTSUP,
			"TERM=%s: this terminal cannot show a live screen",
			term ? term : "");
	else
		return 0;
	err_hint(err, "tacho top -b prints the same rows");
	return -ENOTSUP;
}

static int show_live(struct top *t, struct err *err)
{
	const struct screen_options options = {
		.delay_s = t->o.delay_s,
		.iterations = t->o.iterations,
		.speed = t->o.speed,
		.color = top_options_color(&t->o, stdout),
		.utf8 = !t->o.ascii && top_is_utf8(),
		.mouse = true,
		.rows = top_options_rows(&t->o),
	};

	return screen_run(&t->feed, &options, err);
}

static int run(struct top *t, struct err *err)
{
	const struct rows_options rows = top_options_rows(&t->o);
	struct err unsaved = { 0 };
	const struct rows *none;
	int r, closed;

	/* a wrong sort or filter is told at once, not after a tick */
	r = tasks_rows(t->feed.tasks, &rows, &none, err);
	if (r < 0)
		return r;
	r = t->o.batch ? top_batch(t, err) : show_live(t, err);
	closed = tick_writer_close(t->writer, &unsaved);
	t->writer = NULL;
	if (closed < 0 && r >= 0) {
		*err = unsaved;
		r = closed;
	}
	return r;
}

static void print_warning(const char *text)
{
	fprintf(stderr, "tacho: left out: %s\n", text);
}

/* What of the user's files was left out is said before a screen is there. */
static void print_warnings(const struct top *t)
{
	const struct metric_list *metrics =
		t->reader ? &tick_reader_header(t->reader)->metric_list
			  : &t->counting.job.metrics.list;

	for (size_t i = 0; t->catalog && i < t->catalog->nwarnings; i++)
		print_warning(t->catalog->warnings[i]);
	for (size_t i = 0; i < metrics->nwarnings; i++)
		print_warning(metrics->warnings[i]);
	for (size_t i = 0; i < t->rules.nwarnings; i++)
		print_warning(t->rules.warnings[i]);
	for (size_t i = 0; i < t->trust.nwarnings; i++)
		print_warning(t->trust.warnings[i]);
}

static int status_of(int r)
{
	return r == -EINVAL || r == -ENOTSUP ? CMD_USAGE : CMD_FAILED;
}

/*
 * Ticks of many tasks are some large arrays, which come and go at each tick.  The
 * C library would soon take them for what it keeps on its heap, which then is
 * twice as large as what is in it.
 */
static void return_large_blocks(void)
{
#ifdef M_MMAP_THRESHOLD
	mallopt(M_MMAP_THRESHOLD, 128 << 10);
#endif
}

/* The exit status; *signo is what ended the screen, 0: nothing did. */
static int top_main(int argc, char **argv, int *signo)
{
	AUTO(top_done) struct top t = { 0 };
	struct err err = { 0 };
	int r = top_options_parse(&t.o, argc, argv, &err);

	if (r < 0)
		return complain(&err, CMD_USAGE);
	if (t.o.help) {
		top_options_print(stdout);
		return CMD_OK;
	}
	log_set_level(t.o.verbose);
	return_large_blocks();
	if (check_terminal(&t.o, &err) < 0)
		return complain(&err, CMD_USAGE);
	r = top_whom_make(&t.o, &t.whom, &err);
	if (r < 0)
		return complain(&err, CMD_USAGE);
	r = t.o.replay ? top_replay_open(&t, &err) : top_live_open(&t, &err);
	print_warnings(&t);
	if (r < 0)
		return complain(&err, status_of(r));
	if (t.o.list_screens) {
		top_screens_print(stdout, &t.screens);
		return CMD_OK;
	}
	r = run(&t, &err);
	if (r < 0)
		return complain(&err, status_of(r));
	*signo = r;
	return CMD_OK;
}

/* Who started it shall see that a signal ended it. */
int cmd_top(int argc, char **argv)
{
	int signo = 0, status = top_main(argc, argv, &signo);
	sigset_t only;

	if (signo <= 0)
		return status;
	fflush(stdout);
	signal(signo, SIG_DFL);
	sigemptyset(&only);
	sigaddset(&only, signo);
	sigprocmask(SIG_UNBLOCK, &only, NULL);
	raise(signo);
	return 128 + signo;
}
