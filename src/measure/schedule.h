/*
 * Several commands, measured side by side: their runs are mixed, so that what
 * changes on the machine meanwhile meets all of them alike.
 *
 * A block has one run of each, in random order.  Only whole blocks are kept:
 * run B of each series is of block B, and these belong together.
 */
#ifndef TACHO_MEASURE_SCHEDULE_H
#define TACHO_MEASURE_SCHEDULE_H

#include "base/err.h"
#include "base/rootfs.h"
#include "record/run.h"
#include "source/source.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* One of the commands; all is borrowed. */
struct schedule_subject {
	const char *name; /* of messages */
	const struct source *source;
	const struct cachegrind_setup *cachegrind; /* for that source */
	const struct plan *plan;
	const struct target *target; /* with a command */
};

/* A run, where it stood in the schedule. */
struct schedule_turn {
	size_t subject;
	uint64_t start_ns; /* CLOCK_MONOTONIC */
};

enum schedule_end {
	SCHEDULE_BLOCKS,  /* as many as were asked for */
	SCHEDULE_TIME,    /* the time is over */
	SCHEDULE_PRECISE, /* hooks.precise said so */
	SCHEDULE_SIGNAL,
	SCHEDULE_CANNOT_RUN, /* one of the commands; it is an error */
};

/* What was measured. */
struct schedule {
	size_t nsubjects;
	struct series *series; /* [nsubjects]; plan is set, the rest of what is
				  borrowed there is the caller's to set */
	size_t nblocks;        /* whole ones: the nruns of each series */
	/* [nblocks * nsubjects] in the order of time: the turn at position P
	   of block B is at [B * nsubjects + P] */
	struct schedule_turn *turns;
	uint64_t seed;
	enum schedule_end end;
	int signo;  /* of SCHEDULE_SIGNAL */
	char *tail; /* the last output of the command that failed, or NULL */
};

struct schedule_progress {
	bool warmup;
	size_t done, total; /* runs, not blocks; total 0: not known */
	double left_s;      /* about; negative: not known */
	const struct schedule *so_far;
};

enum schedule_output {
	SCHEDULE_QUOTE_ERRORS, /* standard output is discarded, of standard
				  error the end kept for messages */
	SCHEDULE_QUOTE,        /* the end of both is kept */
	SCHEDULE_DISCARD,
	SCHEDULE_PASS, /* both are ours */
};

struct schedule_hooks {
	void *arg;
	/* before each run, and after the last; may be NULL */
	void (*progress)(void *arg, const struct schedule_progress *progress);
	/* after each block from least_blocks on: is it enough?  May be NULL */
	bool (*precise)(void *arg, const struct schedule *so_far);
};

struct schedule_options {
	/* whatever comes first; 0: no such end.  One at least there must be,
	   or hooks.precise */
	size_t blocks;
	uint64_t budget_ns;  /* without the warm-up; to the nearest block */
	size_t least_blocks; /* neither budget nor precision ends it before */
	size_t warmup; /* runs of each before, in the order given, unseen */
	bool has_seed;
	uint64_t seed;                 /* without: one is made */
	const char *prepare, *cleanup; /* shell commands around each run, or
					  NULL */
	const char *input; /* file that each run reads from its beginning;
			      NULL: nothing */
	enum schedule_output output;
	size_t tail_bytes;  /* how much to keep; 0: 4 KiB */
	bool uncounted;     /* where nothing can be counted, times will do */
	bool allow_failure; /* a status other than 0 is no error */
	/* as in struct measure_options; of runs below 2 ms it is not known */
	const struct rootfs *steal;
	const struct perf_sys *sys;
	struct schedule_hooks hooks;
};

/*
 * Measure.  *ret is filled in any case, with the whole blocks that were done,
 * and is released with schedule_done().  -ECANCELED: a command or a hook
 * failed; other errors are those of measure_run().  A signal is no error.
 */
int schedule_measure(const struct schedule_subject *subjects, size_t n,
		     const struct schedule_options *options,
		     struct schedule *ret, struct err *err);

void schedule_done(struct schedule *schedule);

#endif
