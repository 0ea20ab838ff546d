/*
 * tacho stat, in pieces: what was asked for, what that means, what is done.
 */
#ifndef TACHO_CMD_STAT_H
#define TACHO_CMD_STAT_H

#include "analyze/aggregate.h"
#include "base/err.h"
#include "base/rootfs.h"
#include "cmd/opt.h"
#include "cpu/topology.h"
#include "event/resolve.h"
#include "metric/plan.h"
#include "report/view.h"
#include "source/target.h"

#include <stdbool.h>

struct stat_options {
	/* what to count */
	struct opt_list events, metrics, event_dirs;
	int detailed;
	bool no_inherit;
	const char *source, *cache_sizes;
	/* on what */
	struct opt_list pids, tids, cgroups;
	const char *cpus;
	bool system_wide;
	/* one row for each */
	bool per_cpu, per_thread, per_process, per_core, per_die, per_socket,
		per_node;
	/* when */
	int interval_ms, interval_count, timeout_ms, delay_ms;
	const char *control;
	int repeat, warmup;
	bool passes;
	const char *pre, *post;
	bool sync;
	/* how it is shown */
	const char *format, *separator, *output, *color, *save;
	/* times will do where nothing can be counted; no option */
	bool uncounted;
	bool perf_json, append, no_counts, table, plan, no_big_num, no_scale;
	bool summary, no_verdict;
	double min_running;
	int verbose;
	bool help;
	/* the command, or NULL; borrowed from argv */
	char **command;
};

/*
 * Fill *ret from the command line.  -EINVAL with a message for what cannot be
 * meant, combinations too.
 */
int stat_options_parse(struct stat_options *ret, int argc, char **argv,
		       struct err *err);
void stat_options_print(FILE *out);
void stat_options_done(struct stat_options *o);

/* --source=cachegrind? */
bool stat_is_simulated(const struct stat_options *o);
/* Do the options go together with the source?  -EINVAL. */
int stat_source_check(const struct stat_options *o, struct err *err);

/* The rows that were asked for. */
enum aggregate_by stat_options_by(const struct stat_options *o);

/* The target; fails with what does not exist. */
int stat_target_make(const struct stat_options *o,
		     const struct topology *topology, struct target *ret,
		     struct err *err);

/* "'gzip x'", "process id '17'", "'system wide'"; the caller frees. */
char *stat_target_text(const struct stat_options *o);

/* Default events that cannot be counted here, for one reason. */
struct stat_left_out {
	char *names; /* "branches, branch-misses" or "hardware counters" */
	char **each;
	size_t neach;
	struct err why;
	bool hardware, needs_kernel;
};

/* What will be counted, and what was left out. */
struct stat_events {
	struct event_list list; /* may be empty, if something was left out */
	struct stat_left_out *left_out;
	size_t nleft_out;
};

/* Is there nothing of the event that counts in user mode alone? */
bool stat_event_needs_kernel(const struct event *event);

/*
 * Resolve -e, or choose the default events that exist here.  Prints each bad
 * name; -EINVAL.
 */
struct perf_fit;
int stat_events_make(const struct stat_options *o, struct resolver *resolver,
		     struct perf_fit *fit, struct stat_events *ret,
		     struct err *err);
void stat_events_done(struct stat_events *e);
/* Forget the silent events of a simulation when no other can be simulated. */
void stat_events_drop_silent(struct event_list *list);

/* Print --plan; @passes: --passes was given, too. */
void stat_plan_print(FILE *out, const struct plan *plan, struct perf_fit *fit,
		     const struct rootfs *root, bool passes);

/* The views that --format knows; NULL and a message for an unknown one. */
const struct view *views_find(const char *name, struct err *err);
/* "text, csv, json, markdown" */
const char *views_names(void);

#endif
