/*
 * The inside of tacho compare and tacho diff: what is done with recordings once
 * there are some, whether they were measured just now or read from files.
 *
 * Each subject is a recording and the order of its runs; the first is the
 * reference.
 */
#ifndef TACHO_CMD_COMPARE_JOB_H
#define TACHO_CMD_COMPARE_JOB_H

#include "analyze/compare.h"
#include "analyze/compare_gate.h"
#include "base/err.h"
#include "cmd/opt.h"
#include "record/recording.h"
#include "report/comparison/comparison.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Exit statuses beside CMD_OK, CMD_FAILED and CMD_USAGE. */
enum {
	COMPARE_EXIT_FAILED_LIMIT = 3, /* of --fail-if */
	COMPARE_EXIT_UNSURE = 4,       /* the data cannot tell */
};

/* What both commands can be told about judging and showing. */
struct judging_options {
	double noise;            /* --noise, percent; NAN: the default */
	struct opt_list fail_if; /* --fail-if */
	struct opt_list names;   /* --name, in the order of the subjects */
	const char *metric;      /* --metric: of the headline; NULL: "time" */
	bool drop_disturbed;     /* --drop-disturbed */
	bool all; /* --all: quantities that are not worth a row */
	const char *format, *separator, *output, *color; /* NULL: default */
};

/*
 * The rows of an option table for these, where struct @type has them as
 * @member; the two commands shall not differ.
 */
#define JUDGING_OPTIONS(type, member) /* filled in with the commands */

/* One subject. */
struct compare_input {
	struct recording *recording; /* bound; borrowed */
	const char *name;            /* borrowed */
	const char *origin;          /* file, or NULL: measured now; borrowed */
	/* [recording->series.nruns]; NULL: not interleaved */
	const struct compare_run *order;
	/* [recording->series.nruns], CLOCK_MONOTONIC or 0; may be NULL */
	const uint64_t *start_ns;
};

struct compare_inputs {
	struct compare_input *items;
	size_t n;
	bool has_seed;
	uint64_t seed; /* of the order */
	bool interrupted;
};

/*
 * To be called before anything is measured: formats, limits and files that
 * cannot be are -EINVAL at once.  The text after the last option is checked
 * against what was counted only later.
 */
int compare_check(const struct judging_options *o, struct err *err);

/*
 * Compare, show, and answer --fail-if.  Returns the exit status; messages are
 * printed.
 */
int compare_conclude(const struct compare_inputs *inputs,
		     const struct judging_options *options);

#endif
