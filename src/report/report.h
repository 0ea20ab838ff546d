/*
 * What is shown: typed cells, chosen once, the same for every view.
 *
 * Built by build.h, immutable afterwards; everything is owned by the report
 * except what is said to be borrowed.
 */
#ifndef TACHO_REPORT_REPORT_H
#define TACHO_REPORT_REPORT_H

#include "analyze/aggregate.h"
#include "analyze/scope.h"
#include "analyze/shadow.h"
#include "analyze/stats.h"
#include "analyze/values.h"
#include "analyze/verdict.h"
#include "base/err.h"
#include "event/event.h"
#include "record/binary.h"

#include <stdbool.h>
#include <stddef.h>

/* A rule that a number breaks. */
struct report_doubt {
	const char *rule; /* its name; borrowed from the catalog */
	const char *mark; /* some words, or ""; borrowed */
	char *text;       /* one sentence */
};

struct report_doubts {
	struct report_doubt *items;
	size_t n;
};

/*
 * A derived number beside an event that has a value.  It may still be absent
 * (a division by zero): views for people leave it out then, views for programs
 * show the reason.
 */
struct report_metric {
	struct metric_value value; /* with repeats: number is the mean over
				      the runs of each run's value */
	struct stats stats;        /* n is 0 without repeats */
	double *samples;           /* [stats.n] */
	struct report_doubts doubts;
};

struct report_row {
	const struct event *event; /* borrowed */
	size_t index;              /* of the event, in the user's order */
	const struct bin *bin;     /* borrowed from the report */
	bool user_only;            /* retreated to user mode: shown as ":u" */
	struct value value;        /* with repeats: number is the mean */
	double residency;          /* hybrid: share of time on its core type;
				      -1 elsewhere */
	struct stats stats;        /* n is 0 without repeats */
	double *samples;
	struct report_metric *metrics;
	size_t nmetrics;
	struct shadow shadow[SHADOW_MAX]; /* for perf's own formats */
	int nshadow;
	struct report_doubts doubts;
	size_t nslots; /* CPUs or tasks of the bin in which the event exists */
};

/* One of the derived numbers that were asked for by name. */
struct report_figure {
	const struct bin *bin; /* borrowed from the report */
	const char *pmu;       /* of a hybrid CPU, whose cores it is about;
				  borrowed; NULL */
	int depth;             /* how many of its ancestors stand above it */
	bool notable; /* over its threshold, as are its ancestors: a part of
			 what is no problem is none */
	struct report_metric m;
};

/* An event that is usually counted and cannot be here; it has no row. */
struct report_left_out {
	const char *event, *why; /* borrowed */
	enum reading_state state;
};

/* A duration with its spread. */
struct report_time {
	bool present;
	double seconds; /* with repeats: the mean */
	struct stats stats;
	double *samples;
};

enum report_note_kind {
	REPORT_NOTE_WHY,  /* why a number is missing */
	REPORT_NOTE_WARN, /* which number to doubt */
	REPORT_NOTE_HINT, /* what to do about it */
	REPORT_NOTE_INFO, /* what the numbers are */
};

struct report_note {
	enum report_note_kind kind;
	char *text;       /* one sentence, no full stop */
	const char *rule; /* of a doubt: what was broken; borrowed.  NULL */
};

/* A cache that was simulated. */
struct report_cache {
	const char *name; /* "D1" */
	uint64_t bytes;
	unsigned ways, line_bytes;
};

/* Where the numbers come from; borrowed. */
struct report_source {
	const char *name; /* "perf", "cachegrind" */
	bool simulated;
	const char *version; /* of the simulator */
	const char *how;     /* "cachegrind 3.19.0 with I1 32K, 8-way; ..." */
	struct report_cache caches[3];
	size_t ncaches;
};

/* What stays the same over all reports of one invocation; borrowed. */
struct report_about {
	const char *version;
	const char *subject;     /* "'gzip -9 x'", "process id '17'",
				"system wide", with perf's wording */
	char *const *argv;       /* the command, NULL-terminated; NULL: none */
	const char *machine_cpu; /* model name */
	const char *machine_key; /* cpu_key() */
	const char *machine_kernel; /* "Linux 6.1.0 x86_64" */
	const char *machine_host;
	const char *hypervisor; /* "" on bare metal */
	int machine_cpus;
	double started_at; /* seconds since 1970 */
	char *const *cgroups;
	int repeats; /* -r */
	/* what was measured; filled when it was, before the last report */
	const struct binary *binaries;
	size_t nbinaries;
	struct report_source source;
};

/* One execution, for the formats that list them. */
struct report_run {
	double wall_s, user_s, sys_s;
	long maxrss_kib;
	struct run_usage usage;
	struct run_around around;
	bool has_rusage;
	int wait_status;
};

struct report {
	const struct report_about *about;
	bool is_interval;
	double interval_at; /* seconds since the start, at its end */
	double interval_s;  /* true length */
	enum aggregate_by by;
	struct bins bins;
	struct report_row *rows; /* by bin, then in the events' order */
	size_t nrows;
	struct report_figure *figures; /* by bin and core type */
	size_t nfigures;
	struct report_left_out *left_out;
	size_t nleft_out;
	struct report_time elapsed, user, sys;
	struct report_run *runs;
	size_t nruns;
	struct verdict verdict;
	struct report_note *notes;
	size_t nnotes;
	size_t ngroups_competing; /* hardware groups that took turns, 0 or 1:
				     none did */
};

/* Add a note that the report's data do not tell. */
void report_add_note(struct report *report, enum report_note_kind kind,
		     const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));

void report_add_left_out(struct report *report, const char *event,
			 const struct err *why);

/* The sentence about all numbers that break @rule, which is kept. */
void report_add_doubt_note(struct report *report, const char *rule,
			   const char *text);

void report_done(struct report *report);

#endif
