/*
 * tacho top, in pieces: what was asked for, where ticks come from, and who
 * shows the rows.
 */
#ifndef TACHO_CMD_TOP_TOP_H
#define TACHO_CMD_TOP_TOP_H

#include "analyze/tasks/tasks.h"
#include "cmd/stat/job.h"
#include "measure/watch.h"
#include "record/tick_file.h"
#include "screen/screen.h"

#include <stdbool.h>
#include <stddef.h>

struct top_options {
	/* what to watch */
	struct opt_list pids, users, cgroups;
	bool threads;
	const char *collector;
	/* which rows */
	const char *by, *sort, *filter;
	bool tree, hide_idle, hide_kernel;
	double keep_dead_s;
	int limit;
	/* which columns */
	const char *screen, *columns;
	struct opt_list event_dirs;
	bool list_screens;
	/* how */
	bool batch, ascii, wide;
	double delay_s, speed;
	int iterations;
	const char *format, *output, *color;
	const char *save, *replay;
	int verbose;
	bool help;
};

/* -EINVAL with a message for what cannot be meant, combinations too. */
int top_options_parse(struct top_options *ret, int argc, char **argv,
		      struct err *err);
void top_options_print(FILE *out);
void top_options_done(struct top_options *o);
/* What the options say about rows; sort is without its '-'. */
struct rows_options top_options_rows(const struct top_options *o);
bool top_options_color(const struct top_options *o, FILE *out);
/* Does the user's locale speak UTF-8? */
bool top_is_utf8(void);

/* Which tasks, in memory that is owned. */
struct top_whom {
	pid_t *pids;
	size_t npids;
	uid_t *uids;
	size_t nuids;
	char **cgroups;
	size_t ncgroups;
};

int top_whom_make(const struct top_options *o, struct top_whom *ret,
		  struct err *err);
void top_whom_done(struct top_whom *w);

/* The screens that can be shown: that of --columns first. */
struct top_screens {
	struct screen_spec *specs;
	struct screen_choice *choices;
	size_t n;
};

int top_screens_load(const struct catalog *catalog, const char *columns,
		     struct top_screens *ret, struct err *err);
/* SIZE_MAX and a message for a name that is none. */
size_t top_screens_find(const struct top_screens *s,
			const struct catalog *catalog, const char *name,
			struct err *err);
void top_screens_done(struct top_screens *s);
/* With titles, columns and what they are for. */
void top_screens_print(FILE *out, const struct top_screens *s);

/* What is counted for one screen on this machine. */
struct top_counting {
	struct stat_job job; /* events, metrics, plan and facts of it */
	struct event_list cpu_events;
	struct metric_uses cpu_uses;
	struct plan cpu_plan;
};

int top_counting_make(struct top_counting *c, struct resolver *resolver,
		      const struct catalog *catalog,
		      const struct screen_spec *spec, struct err *err);
void top_counting_done(struct top_counting *c);

/* Everything of one invocation. */
struct top {
	struct top_options o;
	struct top_whom whom;
	struct rootfs root;
	struct resolver *resolver;     /* NULL: a recording is played */
	const struct catalog *catalog; /* of this CPU, or of the recorded */
	struct top_screens screens;
	struct verdict_rules rules;
	struct trust_rules trust;
	struct screen_feed feed;
	struct screen_replay replay;
	struct columns columns;
	struct tick_context context;
	/* the machine */
	struct top_counting counting;
	struct watch *watch;
	struct counter_note *notes; /* the watch's, with causes */
	bool threads;
	struct tick_writer *writer;
	char *host;
	/* a recording */
	struct tick_reader *reader;
	size_t next;   /* tick */
	size_t wanted; /* those before it are only for histories */
};

/* live.c, replay.c: fill t->feed, with the screen that was asked for */
int top_live_open(struct top *t, struct err *err);
int top_replay_open(struct top *t, struct err *err);
/* The rules of t->catalog: of verdicts, and of what to believe. */
int top_load_rules(struct top *t, struct err *err);
/* New columns of the plan that t->context has, and a model if there is none. */
int top_show_screen(struct top *t, size_t screen,
		    const struct metric_list *metrics, struct err *err);

/* save.c */
int top_save_open(struct top *t, struct err *err);

/* batch.c: all ticks to the output */
int top_batch(struct top *t, struct err *err);

#endif
