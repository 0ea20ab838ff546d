/*
 * The inside of tacho stat, shared by its files only: everything of one
 * invocation, and the steps that stat.c puts in order.
 */
#ifndef TACHO_CMD_STAT_JOB_H
#define TACHO_CMD_STAT_JOB_H

#include "cmd/stat.h"
#include "cmd/stat_intervals.h"
#include "event/catalog.h"
#include "report/build.h"
#include "source/cachegrind_setup.h"
#include "source/diagnose.h"
#include "source/perf_fit.h"
#include "source/source.h"

#include <sys/utsname.h>

/* Everything of one invocation. */
struct stat_job {
	struct stat_options options;
	struct rootfs root;
	struct resolver *resolver;
	struct topology topology;
	bool has_topology;
	struct target target;
	const struct source *source;
	struct cachegrind_setup cachegrind; /* of that source, else empty */
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
	struct intervals intervals;
	bool began;
	bool progress_shown;
	struct diagnose_facts facts; /* gathered when something is refused */
	bool has_facts;
};

/* stat_output.c: what the report says of this invocation, and where it goes */
void stat_describe(struct stat_job *j);
int stat_begin_view(struct stat_job *j, struct err *err);
/* End the view and close the file; fine when it was never begun. */
int stat_end_view(struct stat_job *j, struct err *err);

/*
 * stat_explain.c: the plain errno of an open becomes the cause that doctor
 * would name, so that the two never disagree.
 */
void stat_explain_run(struct stat_job *j, const struct run *run);
void stat_explain_left_out(struct stat_job *j);
void stat_print_left_out(FILE *out, struct stat_job *j);
/* Say on standard error why nothing counts; the exit status. */
int stat_cannot_count(struct stat_job *j, struct err *err);

/*
 * stat_source.c: choose the source and say what it is.  -EINVAL is bad usage,
 * anything else means that the source is not to be had.
 */
int stat_source_choose(struct stat_job *j, struct err *err);
/* What a simulation was, and what it says of its runs. */
void stat_source_add_notes(const struct stat_job *j, struct report *report);
/* A word about the other source where this machine counts nothing; the caller
   frees, NULL: none. */
char *stat_source_hint(const struct stat_job *j);

#endif
