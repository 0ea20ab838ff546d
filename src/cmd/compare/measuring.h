/*
 * The inside of tacho compare up to the last run: what was asked for, what that
 * means, and what was measured, as recordings.
 */
#ifndef TACHO_CMD_COMPARE_MEASURING_H
#define TACHO_CMD_COMPARE_MEASURING_H

#include "cmd/compare/job.h"
#include "cmd/stat/job.h"
#include "measure/schedule.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Of all commands together, where nobody says how much to measure. */
#define MEASURING_SECONDS 5.0 /* for each of them */
#define MEASURING_BLOCKS_LEAST 10
#define MEASURING_BLOCKS_MOST 1000
/* Where only a precision is wanted, which may never come. */
#define MEASURING_SECONDS_MOST 60.0 /* for each of them */
/* A repeat of a simulation is the same, which one repeat shows. */
#define MEASURING_BLOCKS_SIMULATED 2

struct measuring_options {
	struct stat_options stat; /* what to count; help, verbose */
	struct judging_options judging;
	const char *baseline, *save, *input, *prepare, *cleanup;
	const char *seed_text;
	bool has_seed;
	uint64_t seed;
	int warmup;                /* -1: not given */
	int repeat;                /* 0: not given */
	double seconds, precision; /* 0: not given */
	bool shell, show_output, ignore_failure;
	char **texts; /* the commands; borrowed from argv */
	size_t ntexts;
};

/* options.c: -EINVAL for what cannot be meant */
int measuring_options_parse(struct measuring_options *ret, int argc,
			    char **argv, struct err *err);
void measuring_options_print(FILE *out);
void measuring_options_done(struct measuring_options *o);

/* One of the commands. */
struct measured {
	char **argv;
	struct target target;
	struct provenance provenance;
	struct binary binary;
	bool has_binary;
	struct recording recording; /* when all is measured */
	bool is_recorded;
	struct recording_turn *turns; /* [runs] */
	struct compare_run *order;    /* the same for judging */
};

/*
 * The chosen quantity so far: for the progress line, and for --precision.
 * What was measured before is not looked at again.
 */
struct so_far {
	const char *metric;
	struct comparison now; /* of that quantity alone */
	bool begun;
	size_t blocks; /* that are in it */
	size_t offset; /* the first command is subject 0 or 1 */
	bool computed;
	struct err err; /* why it cannot be computed */
};

struct progress {
	bool shown;
	uint64_t drawn_ns, computed_ns;
};

/* Everything of one invocation. */
struct measuring {
	struct measuring_options options;
	struct stat_job job;
	struct recordings baseline; /* of --baseline; the first is meant */
	struct measured *commands;
	size_t n;
	char **names; /* of all subjects: baseline, commands */
	size_t nnames;
	struct schedule schedule;
	struct so_far so_far;
	size_t check_at; /* blocks: then look whether it is precise enough */
	struct progress progress;
};

/* baseline.c: read --baseline, and count what it has */
int measuring_load_baseline(struct measuring *m, struct err *err);
/* Ask for its events, where no others are asked for; who is not known here is
   told. */
void measuring_take_events(struct measuring *m);

/* measure.c: run all; *status is what to return when that fails */
int measuring_run(struct measuring *m, int *status, struct err *err);

/* record.c: before the first run, and after the last */
void measuring_look_around(struct measuring *m);
void measuring_record(struct measuring *m);
int measuring_save(const struct measuring *m, struct err *err);
void measured_done(struct measured *c);

/* so_far.c: take in what was measured since */
void so_far_init(struct so_far *s, const struct measuring *m);
/* False: nothing can be said (yet). */
bool so_far_update(struct so_far *s, const struct measuring *m,
		   const struct schedule *schedule);
/* Half the width of the interval of the worst subject, as a share; negative
   where one has none. */
double so_far_precision(const struct so_far *s);
void so_far_done(struct so_far *s);

/* progress.c: a line on the terminal */
void progress_show(struct measuring *m, const struct schedule_progress *p);
void progress_clear(struct measuring *m);

#endif
