/*
 * A measurement kept in a file: all that was counted, and all that is needed to
 * show it again, in any format, or to compare it.
 *
 * JSON Lines: a header, one line for each run, an end that says how many there
 * were, so that a file that was cut off is noticed.  Commands that were measured
 * side by side are in one file, one such recording after the other.
 * tacho-recording(5) describes it.  Counts are kept as they were counted; what follows from them
 * is worked out again when it is read.
 *
 * A file may come from anybody: sizes are bounded by that of the file, indices
 * are checked, and bytes that a terminal obeys are replaced.
 */
#ifndef TACHO_RECORD_RECORDING_H
#define TACHO_RECORD_RECORDING_H

#include "base/err.h"
#include "cpu/cpu.h"
#include "cpu/topology.h"
#include "event/catalog.h"
#include "metric/metric.h"
#include "metric/plan.h"
#include "record/binary.h"
#include "record/provenance.h"
#include "record/run.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define RECORDING_VERSION 1

/* What was counted on. */
struct recording_target {
	char **argv; /* NULL-terminated; NULL: no command */
	char **pids; /* as they were given */
	size_t npids;
	char **tids;
	size_t ntids;
	char **cgroups; /* NULL-terminated */
	size_t ncgroups;
	char *cpus; /* "0-3"; NULL: not given */
	bool system_wide;
};

struct recording_cache {
	char name[16];
	uint64_t bytes;
	unsigned ways, line_bytes;
};

/* Where the numbers come from. */
struct recording_source {
	char *name;
	bool simulated;
	char *version; /* of a simulator; NULL */
	char *how;     /* the same in words; NULL */
	struct recording_cache caches[3];
	size_t ncaches;
	char **remarks; /* sentences */
	size_t nremarks;
	char *hint; /* a word about another source; NULL */
};

/* How it was asked for; what of that changes what is shown. */
struct recording_options {
	char *rows; /* "core", "thread", ...; "" for one row */
	int repeat, interval_ms, delay_ms;
	bool no_counts, no_scale;
	double min_running; /* percent */
	char **event_dirs;  /* of --events */
	size_t nevent_dirs;
};

/* Events that were not even tried, for one reason. */
struct recording_left_out {
	char *names;
	char **each; /* the same one by one */
	size_t neach;
	struct err why;
	bool hardware;
};

/* Where a run stood among those of the commands beside it. */
struct recording_turn {
	size_t block;    /* one run of each; the first is 0 */
	size_t position; /* in the block */
};

/* Of one of several commands that were measured side by side. */
struct recording_beside {
	char *name;          /* as it is called there; NULL: it was alone */
	size_t index, total; /* which of how many */
	bool has_seed;
	uint64_t seed; /* of the order of the runs */
};

struct recording {
	char *tacho; /* version of the program that counted */
	double started_at;
	struct provenance provenance;
	struct cpu cpu; /* enough to choose the files of events/ */
	struct topology topology;
	bool has_topology;
	struct recording_target target;
	struct recording_source source;
	struct recording_options options;
	char **metrics; /* asked for by name, in the order of display */
	size_t nmetrics;
	size_t nbeside; /* of the events, the first so many have metrics beside
			   them; those that metrics have brought have not */
	struct metric_lack *lacks; /* names are in texts, why is owned */
	size_t nlacks;
	struct recording_left_out *left_out;
	size_t nleft_out;
	struct binary *binaries;
	size_t nbinaries;
	struct event_list events;
	struct facts facts; /* of the machine */
	struct plan plan;   /* uses of metrics: after recording_bind() */
	struct series series;
	struct recording_beside compared;
	struct recording_turn *turns; /* [series.nruns] in compared ones, else
					 NULL */
	/* not in the file: */
	char **texts; /* that facts and lacks borrow */
	size_t ntexts;
	struct catalog catalog;
	struct metric_list metric_list;
	struct metric_uses uses;
	char **unknown; /* metrics that were asked for, and are defined no more */
	size_t nunknown;
};

/*
 * Write @r, whose members the caller may have borrowed, to @path.  The file is
 * replaced in one step when all of it is on the disk: whatever goes wrong, an
 * earlier one stays as it was.
 */
int recording_save(const struct recording *r, const char *path,
		   struct err *err);

/* Several, which say in compared that they belong together, in one file. */
int recording_save_all(const struct recording *const *recordings, size_t n,
		       const char *path, struct err *err);

/* Could @path be written?  To be asked before something is measured. */
int recording_can_save(const char *path, struct err *err);

/*
 * Read @path, or standard input where that is "-".  -EBADMSG: no recording, or a broken one, with the line; -ENOTSUP:
 * of a newer version.  *ret is the caller's, recording_free().
 */
int recording_load(const char *path, struct recording **ret, struct err *err);

/*
 * The same for a file that may hold several: those that were measured side by
 * side, in their order.  recording_load() refuses such a file (-E2BIG).
 */
struct recordings {
	struct recording **items;
	size_t n;
};
int recording_load_all(const char *path, struct recordings *ret,
		       struct err *err);
void recordings_done(struct recordings *r);

void recording_free(struct recording *r);
void recording_freep(struct recording **r);

/*
 * The catalog of the CPU that was recorded, with the files of @dirs.  Where
 * only what every CPU has was counted, of that only: as it was when it was
 * measured.
 */
int recording_load_catalog(struct recording *r, bool whole,
			   const char *const *dirs, size_t ndirs,
			   struct err *err);

/*
 * Work out what metrics can be made of what was counted: those beside events,
 * and @names, or with NULL those that were asked for then.  Once for each
 * recording.
 */
int recording_bind(struct recording *r, const char *const *names, size_t n,
		   struct err *err);

#endif
