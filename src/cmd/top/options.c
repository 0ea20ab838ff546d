/* Options of tacho top. */
#include "cmd/top/top.h"

#include "base/auto.h"
#include "base/parse.h"
#include "base/vec.h"
#include "base/xalloc.h"
#include "cmd/cmd.h"
#include "report/tasks/batch.h"

#include <errno.h>
#include <pwd.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define AT(field) .offset = offsetof(struct top_options, field)
#define HEADING(text)                                                          \
	{                                                                      \
		.kind = OPT_HEADING, .help = text                              \
	}

static const struct opt table[] = {
	HEADING("What to watch (default: all tasks)"),
	{ OPT_LIST, 'p', "pid", "LIST", "these processes", AT(pids) },
	{ OPT_LIST, 'u', "user", "LIST", "what these users run", AT(users) },
	{ OPT_LIST, 'G', "cgroup", "LIST",
	  "what runs in these cgroups and below", AT(cgroups) },
	{ OPT_STRING, 0, "collector", "NAME",
	  "auto, tasks (counters on each task) or bpf (counters on each CPU, "
	  "told apart in the kernel)",
	  AT(collector) },

	HEADING("Which rows"),
	{ OPT_FLAG, 'H', "threads", NULL, "one for each thread", AT(threads) },
	{ OPT_STRING, 0, "by", "WHAT",
	  "one for each process, thread, user or cgroup", AT(by) },
	{ OPT_FLAG, 0, "tree", NULL, "processes below their parents",
	  AT(tree) },
	{ OPT_STRING, 0, "sort", "COLUMN",
	  "by this column; -COLUMN: the other way round", AT(sort) },
	{ OPT_STRING, 0, "filter", "REGEX",
	  "whose command or user matches (extended regular expression)",
	  AT(filter) },
	{ OPT_FLAG, 0, "hide-idle", NULL, "not what did not run",
	  AT(hide_idle) },
	{ OPT_FLAG, 0, "hide-kernel", NULL, "no threads of the kernel",
	  AT(hide_kernel) },
	{ OPT_DOUBLE, 0, "keep-dead", "SECONDS",
	  "what has ended stays for so long", AT(keep_dead_s), .max = 300 },
	{ OPT_INT, 0, "limit", "N", "at most N rows in a tick (-b)", AT(limit),
	  .min = 1, .max = 1e9 },

	HEADING("Which columns"),
	{ OPT_STRING, 0, "screen", "NAME",
	  "overview, memory, branch, tlb, topdown, software or one of your "
	  "own",
	  AT(screen) },
	{ OPT_STRING, 0, "columns", "LIST",
	  "these: what --list-screens shows, metrics, events", AT(columns) },
	{ OPT_FLAG, 0, "list-screens", NULL, "show all screens and columns",
	  AT(list_screens) },
	{ OPT_LIST, 0, "events", "DIR",
	  "read more definitions from DIR, or from one file", AT(event_dirs) },

	HEADING("How"),
	{ OPT_DOUBLE, 'd', "delay", "SECONDS",
	  "a new tick every so often (default 1)", AT(delay_s), .min = 0.01,
	  .max = 86400 },
	{ OPT_INT, 'n', "iterations", "N", "end after N ticks", AT(iterations),
	  .min = 1, .max = 1e9 },
	{ OPT_FLAG, 'b', "batch", NULL,
	  "print the rows of each tick, instead of a live screen", AT(batch) },
	{ OPT_STRING, 0, "format", "NAME",
	  "of -b: text, csv or json (a line of JSON for each tick)",
	  AT(format) },
	{ OPT_STRING, 'o', "output", "FILE",
	  "of -b: write to FILE, not to standard output", AT(output) },
	{ OPT_FLAG, 0, "wide", NULL,
	  "of -b: whole commands (default: what fits the terminal, or 200 "
	  "columns)",
	  AT(wide) },
	{ OPT_STRING, 0, "color", "WHEN",
	  "auto (on a terminal), always or never", AT(color) },
	{ OPT_FLAG, 0, "ascii", NULL, "no characters beyond ASCII", AT(ascii) },
	{ OPT_STRING, 0, "save", "FILE", "keep all ticks in FILE", AT(save) },
	{ OPT_STRING, 0, "replay", "FILE",
	  "show what --save has kept, instead of this machine", AT(replay) },
	{ OPT_DOUBLE, 0, "speed", "X",
	  "play it X times as fast as it was (default: 1; with -b as fast as "
	  "possible)",
	  AT(speed), .min = 0.001, .max = 1e6 },
	{ OPT_COUNT, 'v', "verbose", NULL, "say how decisions are reached",
	  AT(verbose) },
	{ OPT_FLAG, 'h', "help", NULL, "this text", AT(help) },
};

void top_options_print(FILE *out)
{
	fputs("usage: tacho top [OPTIONS]\n\n"
	      "Shows what the processes of this machine do, and what the "
	      "processor counts of\neach.\n",
	      out);
	opt_print(out, table, ARRAY_LEN(table));
	fputs("\nexamples:\n"
	      "  tacho top\n"
	      "  tacho top --screen memory -u postgres\n"
	      "  tacho top -b -n 5 -d 0.5 --sort ipc --hide-idle\n"
	      "  tacho top -b --format json --columns cpu,ipc,l3_mpki -p 4711\n"
	      "  tacho top --save incident.ticks\n"
	      "  tacho top --replay incident.ticks\n",
	      out);
}

static const char *const bys[] = {
	[ROWS_PROCESS] = "process",
	[ROWS_THREAD] = "thread",
	[ROWS_USER] = "user",
	[ROWS_CGROUP] = "cgroup",
};

static int find_by(const char *name)
{
	for (size_t i = 0; i < ARRAY_LEN(bys); i++)
		if (!strcmp(bys[i], name))
			return (int)i;
	return -1;
}

static int check_words(const struct top_options *o, struct err *err)
{
	if (o->by && find_by(o->by) < 0)
		return err_set(err, -EINVAL,
			       "--by: '%s' is not process, thread, user or "
			       "cgroup",
			       o->by);
	if (o->collector && strcmp(o->collector, "auto") != 0 &&
	    strcmp(o->collector, "tasks") != 0 &&
	    strcmp(o->collector, "bpf") != 0)
		return err_set(err, -EINVAL,
			       "--collector: '%s' is not auto, tasks or bpf",
			       o->collector);
	if (o->format && !batch_find(o->format))
		return err_set(err, -EINVAL,
			       "--format: '%s' is not text, csv or json",
			       o->format);
	if (o->color && strcmp(o->color, "auto") != 0 &&
	    strcmp(o->color, "always") != 0 && strcmp(o->color, "never") != 0)
		return err_set(err, -EINVAL,
			       "--color: '%s' is not auto, always or never",
			       o->color);
	return 0;
}

static int clash(const char *a, const char *why, struct err *err)
{
	return err_set(err, -EINVAL, "%s %s", a, why);
}

static int check_replay(const struct top_options *o, struct err *err)
{
	static const char of_machine[] =
		"chooses what is counted, and --replay counts nothing";

	if (!o->replay)
		return o->speed > 0.0 ? clash("--speed", "is for --replay", err)
				      : 0;
	if (o->save)
		return clash("--save", "and --replay do not go together", err);
	if (o->pids.n || o->users.n || o->cgroups.n) {
		clash(o->pids.n    ? "-p"
		      : o->users.n ? "-u"
				   : "-G",
		      of_machine, err);
		err_hint(err, "--filter chooses among the rows");
		return -EINVAL;
	}
	return o->collector ? clash("--collector", of_machine, err) : 0;
}

static int check(const struct top_options *o, struct err *err)
{
	int r = check_words(o, err);

	if (r == 0)
		r = check_replay(o, err);
	if (r < 0)
		return r;
	if (o->threads && o->by && find_by(o->by) != ROWS_THREAD)
		return clash("-H", "and --by name different rows", err);
	if (o->tree && (o->threads || (o->by && find_by(o->by))))
		return clash("--tree", "is of processes", err);
	if (o->columns && o->screen)
		return clash("--columns", "and --screen do not go together",
			     err);
	if (!o->batch && (o->format || o->output || o->limit || o->wide)) {
		clash(o->format   ? "--format"
		      : o->output ? "--output"
		      : o->wide   ? "--wide"
				  : "--limit",
		      "is for -b", err);
		err_hint(err, "tacho top -b");
		return -EINVAL;
	}
	return 0;
}

int top_options_parse(struct top_options *ret, int argc, char **argv,
		      struct err *err)
{
	int first;

	*ret = (struct top_options){ .delay_s = 1.0 };
	first = opt_parse(table, ARRAY_LEN(table), ret, argc, argv, err);
	if (first < 0)
		return first;
	if (first < argc) {
		err_set(err, -EINVAL, "'%s': top takes no operand",
			argv[first]);
		err_hint(err,
			 "-p %s, --filter %s; to count a command: tacho stat "
			 "-- %s",
			 argv[first], argv[first], argv[first]);
		return -EINVAL;
	}
	return ret->help ? 0 : check(ret, err);
}

void top_options_done(struct top_options *o)
{
	opt_list_done(&o->pids);
	opt_list_done(&o->users);
	opt_list_done(&o->cgroups);
	opt_list_done(&o->event_dirs);
}

struct rows_options top_options_rows(const struct top_options *o)
{
	struct rows_options rows = {
		.tree = o->tree,
		.sort = o->sort,
		.filter = o->filter,
		.hide_kernel = o->hide_kernel,
		.hide_idle = o->hide_idle,
		.keep_dead_s = o->keep_dead_s,
		.limit = o->batch ? (size_t)o->limit : 0,
	};

	if (o->by)
		rows.by = (enum rows_by)find_by(o->by);
	if (o->threads)
		rows.by = ROWS_THREAD;
	if (rows.sort && rows.sort[0] == '-') {
		rows.reverse = true;
		rows.sort++;
	}
	return rows;
}

bool top_options_color(const struct top_options *o, FILE *out)
{
	const char *no_color = getenv("NO_COLOR");

	if (o->color && !strcmp(o->color, "always"))
		return true;
	if (o->color && !strcmp(o->color, "never"))
		return false;
	return cmd_is_screen(fileno(out)) && !(no_color && *no_color);
}

/* ---- whom ---- */

static int add_user(struct top_whom *w, const char *name, struct err *err)
{
	const struct passwd *known = getpwnam(name);
	int number;

	if (known) {
		VEC_PUSH(w->uids, w->nuids, known->pw_uid);
		return 0;
	}
	if (parse_int(name, &number) < 0 || number < 0)
		return err_set(err, -EINVAL, "-u: there is no user '%s'", name);
	VEC_PUSH(w->uids, w->nuids, (uid_t)number);
	return 0;
}

static int add_cgroup(struct top_whom *w, const char *name, struct err *err)
{
	AUTO_CLOSE int fd = target_open_cgroup(name, err);
	char *path;

	if (fd < 0)
		return fd;
	path = xasprintf("%s%s", name[0] == '/' ? "" : "/", name);
	VEC_PUSH(w->cgroups, w->ncgroups, path);
	return 0;
}

static int add_each(struct top_whom *w, const struct opt_list *list,
		    int (*add)(struct top_whom *w, const char *name,
			       struct err *err),
		    struct err *err)
{
	for (size_t i = 0; i < list->n; i++)
		for (const char *p = list->items[i]; *p;) {
			size_t len = strcspn(p, ",");
			AUTO_FREE char *name = xstrndup(p, len);
			int r = *name ? add(w, name, err) : 0;

			if (r < 0)
				return r;
			p += len + (p[len] == ',');
		}
	return 0;
}

int top_whom_make(const struct top_options *o, struct top_whom *ret,
		  struct err *err)
{
	int r = 0;

	for (size_t i = 0; i < o->pids.n && r == 0; i++)
		r = target_parse_pids(o->pids.items[i], "process", &ret->pids,
				      &ret->npids, err);
	if (r == 0)
		r = add_each(ret, &o->users, add_user, err);
	if (r == 0)
		r = add_each(ret, &o->cgroups, add_cgroup, err);
	return r;
}

void top_whom_done(struct top_whom *w)
{
	for (size_t i = 0; i < w->ncgroups; i++)
		free(w->cgroups[i]);
	free(w->cgroups);
	free(w->pids);
	free(w->uids);
}
