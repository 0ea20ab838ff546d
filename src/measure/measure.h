/*
 * Running a measurement: from open to the last reading, with everything that
 * happens in between.
 */
#ifndef TACHO_MEASURE_MEASURE_H
#define TACHO_MEASURE_MEASURE_H

#include "base/err.h"
#include "base/rootfs.h"
#include "measure/control.h"
#include "measure/wakeup.h"
#include "record/run.h"
#include "source/source.h"

#include <signal.h>
#include <stdbool.h>

/* Why a measurement ended. */
enum measure_end {
	MEASURE_CANNOT_RUN, /* the command could not be executed */
	MEASURE_COMMAND,    /* the command ended by itself */
	MEASURE_GONE,       /* every process that was attached to is gone */
	MEASURE_TIMEOUT,    /* --timeout */
	MEASURE_INTERVALS,  /* --interval-count */
	MEASURE_CONTROL,    /* "stop" */
	MEASURE_SIGNAL,     /* SIGINT or SIGTERM */
};

struct measure_hooks {
	void *arg;
	/*
	 * After each interval.  @delta: this interval; @total: since the
	 * start; @at_s: since the start; @length_s: its true length.  Negative
	 * ends the measurement with that error.
	 */
	int (*interval)(void *arg, const struct run *run,
			const struct snapshot *delta,
			const struct snapshot *total, double at_s,
			double length_s, struct err *err);
	/* After the last interval of a run; may be NULL. */
	int (*intervals_end)(void *arg, const struct run *run, struct err *err);
	void (*evlist)(void *arg); /* asked for by --control */
	/* After each run of several: @done of @total, -1 in warm-up. */
	void (*progress)(void *arg, int done, int total);
};

/* A pipe that the command writes into: who reads it while it runs? */
struct measure_output {
	int fd; /* to be read, without waiting; never at its end */
	void *arg;
	void (*take)(void *arg); /* something can be read */
};

struct measure_options {
	int interval_ms;     /* 0: none */
	int interval_count;  /* 0: no limit */
	int timeout_ms;      /* 0: none */
	int delay_ms;        /* -1: starts disabled, --control enables */
	const char *control; /* text of --control or NULL */
	int repeat, warmup;
	bool passes; /* groups that would take turns: each in an execution of
			its own, whose counts are put together */
	const char *pre, *post; /* shell commands around each run, or NULL */
	bool sync;              /* sync(2) before each run */
	const int *files; /* [3]: of the command, as in struct launch_how */
	const struct measure_output *output; /* NULL: nobody has to read */
	const char *path; /* of the command's file; NULL: looked for */
	/* too short for what is seen around it, which is not looked at */
	bool brief;
	bool at_once;   /* start the command in the cheap way, where possible */
	bool uncounted; /* run it even where nothing can be counted */
	const struct perf_sys *sys;
	const struct rootfs *steal; /* where to look what a hypervisor took
				       from each run; NULL: do not */
	const struct cachegrind_setup *cachegrind; /* NULL: another source */
	struct measure_hooks hooks;
};

/*
 * Signals that end a measurement, caught from measure_catch_signals() on.
 * Those that were ignored when we were started stay ignored.
 */
struct measure_signals {
	int fd;
	sigset_t caught;
	sigset_t before;      /* the mask that commands get */
	bool ignored_chld;    /* until caught: ended children left no status */
	struct wakeup wakeup; /* by one of them */
};
int measure_catch_signals(struct measure_signals *ret, struct err *err);
/*
 * Let go of more of those that end a measurement, while they are caught: it has
 * ended, and they would end what is done with it.  timeout(1) sends two.
 */
void measure_forget_signals(void);
void measure_release_signals(struct measure_signals *s);

/*
 * One execution.  *run is filled on success and belongs to the caller
 * (run_done()); *end says why it ended, *signo is the signal if one did.
 * Returns -ENODATA, before the command is started, when nothing that the plan
 * asks for can be counted; *run then holds the notes that say why.  A command
 * that cannot be run gives its errno, with *end = MEASURE_CANNOT_RUN.
 */
int measure_run(const struct source *source, const struct plan *plan,
		const struct target *target,
		const struct measure_options *options,
		struct measure_signals *signals, struct control *control,
		struct run *run, enum measure_end *end, int *signo,
		struct err *err);

/*
 * options->repeat executions after options->warmup that are thrown away, into
 * @series (whose plan and cgroups the caller has set).  A signal ends it with
 * what has been done.  An execution that fails ends it with the runs so far.
 * With options->passes each run is made of series->passes executions.
 */
int measure_series(const struct source *source, const struct plan *plan,
		   const struct target *target,
		   const struct measure_options *options, struct series *series,
		   enum measure_end *end, int *signo, struct err *err);

#endif
