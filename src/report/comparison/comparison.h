/*
 * What is shown of a comparison: chosen and worked out once, the same for every
 * view.  The numbers are those of analyze/compare; this joins them with why the
 * time changed, which limits were passed, how comparable the subjects are and
 * what disturbed them.
 */
#ifndef TACHO_REPORT_COMPARISON_H
#define TACHO_REPORT_COMPARISON_H

#include "analyze/compare.h"
#include "analyze/compare_gate.h"
#include "analyze/compare_why.h"
#include "base/err.h"
#include "base/fmt.h"
#include "record/disturbance.h"
#include "record/provenance.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

/* One of the runs, also of those that were left out. */
struct comparison_run {
	size_t subject, block;
	size_t run;     /* of the subject's in the comparison; SIZE_MAX: left
			   out */
	double start_s; /* after the first of all; negative: not known */
	double wall_s;
	struct disturbance disturbance;
};

/* One of the subjects, beside what the comparison has of it. */
struct comparison_subject {
	char *command; /* as it can be typed; "" without one */
	char *origin;  /* the recording's file; NULL: measured now */
	double started_at;
	const struct provenance *provenance; /* borrowed */
	size_t measured;                     /* runs */
	size_t disturbed;                    /* of these */
	size_t by_kind[DISTURBANCE_KINDS];   /* the same by what did it */
	size_t dropped;                      /* left out of the comparison */
	size_t failed; /* ended with a status other than 0 */
	/* against the reference; empty for the reference itself */
	struct provenance_difference *differences;
	size_t ndifferences;
	struct why why; /* nparts is 0 where nothing is known */
};

/* An answer to --fail-if, for one subject. */
struct comparison_gate {
	const struct gate *gate; /* borrowed */
	size_t quantity, subject;
	struct gate_result result;
};

/* Events that were not counted, for one reason. */
struct comparison_left_out {
	char *names; /* "branches, branch-misses" */
	char *why, *hint;
};

struct comparison_report {
	const struct comparison *comparison; /* computed; borrowed */
	struct comparison_subject *subjects; /* [comparison->nsubjects] */
	struct comparison_run *runs;         /* in the order of time */
	size_t nruns;
	struct comparison_gate *gates;
	size_t ngates;
	struct comparison_left_out *left_out;
	size_t nleft_out;
	/* [comparison->nquantities * nsubjects]: see comparison_doubt() */
	char **doubts;
	/* sentences, the most important first; not what the subjects'
	   differences, runs and left_out say */
	char **notes;
	size_t nnotes;
	const char *metric;  /* the quantity that the headline is about: "time",
			       or what --metric says; its name; borrowed */
	const char *version; /* of tacho; borrowed */
	const char *source;  /* "perf", "cachegrind"; borrowed */
	const char *source_how; /* the same in words; NULL */
	bool simulated;
	bool has_seed;
	uint64_t seed;    /* of the order of the runs, and of the resamples */
	bool interrupted; /* by a signal: fewer runs than were asked for */
};

void comparison_report_done(struct comparison_report *r);

/*
 * Some words to stand beside the number of a quantity in a subject: "estimated",
 * "user mode only", "more misses than branches".  NULL: nothing to doubt.
 */
const char *comparison_doubt(const struct comparison_report *r, size_t quantity,
			     size_t subject);

struct comparison_style {
	FILE *out;
	bool color, utf8;
	int width;            /* columns of the terminal; 0: not one */
	struct fmt_style fmt; /* of numbers for people; zeroed: the plain one */
	const char *separator; /* csv */
	bool verbose;          /* all numbers of all quantities */
};

/*
 * A way to show it.  Returns 0, or the error of writing, with @err filled in.
 */
struct comparison_view {
	const char *name;    /* as given to --format */
	const char *summary; /* one line for --help */
	int (*show)(const struct comparison_report *r,
		    const struct comparison_style *style, struct err *err);
};

extern const struct comparison_view comparison_text;
extern const struct comparison_view comparison_markdown;
extern const struct comparison_view comparison_json;
extern const struct comparison_view comparison_csv;
extern const struct comparison_view comparison_html;

/*
 * The answer in one line, without a full stop, for one subject: "new is 4.1 %
 * slower [3.8, 4.5], because of DRAM stalls".  The caller frees.
 */
char *comparison_headline(const struct comparison_report *r, size_t subject);

#endif
