/*
 * The inside of tacho stat: everything of one invocation, and the steps that
 * stat.c puts in order.  Shared by its files, and by commands that choose what
 * to count, or show it, as it does.
 */
#ifndef TACHO_CMD_STAT_JOB_H
#define TACHO_CMD_STAT_JOB_H

#include "cmd/stat/intervals.h"
#include "cmd/stat/stat.h"
#include "event/catalog.h"
#include "record/binary.h"
#include "record/recording.h"
#include "report/build.h"
#include "source/cachegrind_setup.h"
#include "source/diagnose.h"
#include "source/perf_fit.h"
#include "source/source.h"

#include <sys/utsname.h>

/* Derived numbers: those that were asked for, and those beside events. */
struct stat_metrics {
	char **names; /* asked for, in the order of display */
	size_t nnames;
	struct metric_list list;
	size_t nbeside; /* so many events may have metrics beside them; those
			   that -M brings have not */
	struct metric_uses uses;
	struct metric_lack *lacks; /* inputs that this machine does not have;
				      why is owned */
	size_t nlacks;
};

/* What a running process executes, kept open because it may go away. */
struct stat_executable {
	int fd;
	char *name;
	dev_t dev;
	ino_t ino;
};

/* By what the runs are judged; rules is NULL in judging without a verdict. */
struct stat_verdict {
	struct verdict_rules rules;
	char *target;
	struct report_judging judging;
};

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
	struct catalog catalog;      /* common/ only, unless --events */
	const struct catalog *known; /* that, or this CPU's of the resolver */
	struct stat_metrics metrics;
	struct facts machine; /* what formulas may know of it; constants too */
	bool knows_machine;
	struct err uncalibrated; /* why there are no ceilings */
	struct stat_verdict verdict;
	struct plan plan;
	struct trust_rules rules; /* about what the plan counts */
	struct series series;
	struct report_about about;
	char *subject, *kernel, *cpu_key;
	struct utsname uts;
	const struct view *view;
	struct view_state state;
	struct intervals intervals;
	bool began;
	bool progress_shown;
	struct stat_executable *executables;
	size_t nexecutables;
	struct binary *binaries;
	size_t nbinaries;
	struct diagnose_facts facts; /* gathered when something is refused */
	bool has_facts;
	bool has_process_facts;
	/* shown again: of which all that a machine could be asked is taken;
	   borrowed, NULL: measured now */
	const struct recording *recording;
	struct provenance provenance; /* for --save */
};

/*
 * stat.c: a job that counts with the kernel of this machine; the next are for
 * its options, in this order.
 */
struct stat_job stat_job_new(void);
/* From options to the plan.  -ENODATA when there is nothing to count. */
int stat_prepare(struct stat_job *j, struct err *err);
void stat_job_done(struct stat_job *j);
/* What to return, after a message, where one of these has failed; -ENODATA is
   for stat_cannot_count(). */
int stat_failure_status(int r);

/* stat.c: the report of all runs, to the view that was begun */
int stat_show_result(struct stat_job *j, struct err *err);

/*
 * metrics.c: from the events that were chosen and -M to the plan.
 * -ENODATA when there is nothing to count; -EINVAL for a wrong name.
 */
int stat_metrics_plan(struct stat_job *j, struct err *err);
/*
 * The same without options: @names are metrics of j->known, beside the events
 * that are in the list already.  Where none is to be counted the plan is empty.
 */
int stat_metrics_plan_named(struct stat_job *j, const char *const *names,
			    size_t n, struct err *err);
/*
 * Say on standard error what keeps metrics from being computed.  @no_pmu:
 * without any core PMU that is the reason for all events that events/ knows.
 */
void stat_metrics_print_lacks(const struct stat_job *j, bool no_pmu);
/* The names of -M, sets taken apart, to m->names; -EINVAL. */
int stat_metrics_take_names(struct stat_metrics *m, const struct catalog *c,
			    const struct opt_list *texts, struct err *err);
/* The rules about what is in the plan. */
int stat_metrics_trust(struct stat_job *j, struct err *err);
void stat_metrics_done(struct stat_metrics *m);

/* facts.c: fill j->machine.  Looking at every CPU is for those who need
   it; a second time costs nothing. */
void stat_facts_machine(struct stat_job *j);
void stat_facts_constants(struct stat_job *j);
/* Do formulas in @list name what stat_facts_machine() knows? */
bool stat_facts_are_used(const struct metric_list *list);

/*
 * verdict.c: the rules, of the catalog that the plan was made from; -EINVAL
 * for one that is wrong.
 */
int stat_verdict_prepare(struct stat_job *j, struct err *err);
/* What to judge the runs by, now that they have ended; NULL: not at all. */
const struct report_judging *stat_verdict_judging(struct stat_job *j);
/* The target as options, for commands to try; the caller frees. */
char *stat_verdict_target(const struct stat_options *o);
void stat_verdict_done(struct stat_verdict *v);

/* output.c: what the report says of this invocation, and where it goes */
void stat_describe(struct stat_job *j);
int stat_begin_view(struct stat_job *j, struct err *err);
/* End the view and close the file; fine when it was never begun. */
int stat_end_view(struct stat_job *j, struct err *err);

/* binary.c: before and after the measurement; the program of a command,
   of which @last was the last execution, false: there is none */
bool stat_binary_of(char *const *argv, const struct run *last,
		    struct binary *ret);
void stat_binary_begin(struct stat_job *j);
void stat_binary_end(struct stat_job *j);
void stat_binary_done(struct stat_job *j);

/*
 * save.c: look at the surroundings before the first run, and write all of
 * it to the file of --save after the last.
 */
void stat_save_begin(struct stat_job *j);
/*
 * The job as a recording, which borrows nearly all of it: for
 * stat_record_done(), and not for recording_free().  What is needed to show it
 * is bound.
 */
void stat_record(struct stat_job *j, struct recording *ret);
void stat_record_done(struct recording *r);
int stat_save(struct stat_job *j, struct err *err);

/*
 * explain.c: the plain errno of an open becomes the cause that doctor
 * would name, so that the two never disagree.
 */
void stat_explain_run(struct stat_job *j, const struct run *run);
/* Of the first counter's error, where none could be opened. */
void stat_explain_nothing(struct stat_job *j, struct err *why);
void stat_explain_left_out(struct stat_job *j);
void stat_print_left_out(FILE *out, struct stat_job *j);
/* Say on standard error why nothing counts; the exit status. */
int stat_cannot_count(struct stat_job *j, struct err *err);

/*
 * source.c: choose the source and say what it is.  -EINVAL is bad usage,
 * anything else means that the source is not to be had.
 */
int stat_source_choose(struct stat_job *j, struct err *err);
/* What a simulation was, and what it says of its runs. */
void stat_source_add_notes(const struct stat_job *j, struct report *report);
/* A word about the other source where this machine counts nothing; the caller
   frees, NULL: none. */
char *stat_source_hint(const struct stat_job *j);

#endif
