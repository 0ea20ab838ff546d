/*
 * From ticks to rows: what is known of each process, thread, user or cgroup in
 * the last interval and before, as typed cells.  Nothing here knows how a row is
 * drawn.
 */
#ifndef TACHO_ANALYZE_TASKS_H
#define TACHO_ANALYZE_TASKS_H

#include "analyze/tasks/columns.h"
#include "analyze/trust.h"
#include "analyze/verdict.h"
#include "base/err.h"
#include "record/tick.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum rows_by {
	ROWS_PROCESS,
	ROWS_THREAD,
	ROWS_USER,
	ROWS_CGROUP,
};

struct cell {
	enum cell_kind {
		CELL_NUMBER,
		CELL_TEXT,
		CELL_ABSENT,
	} kind;
	double number;     /* as it is shown: times 100 where the unit is % */
	const char *text;  /* CELL_TEXT; or why there is no number */
	const char *doubt; /* why the number is not to be believed, in some
			      words; NULL: it is */
	const char *word;  /* CELL_ABSENT: the same in one: "denied", "idle" */
	bool estimate;     /* counters had to share */
	bool partial;      /* of some of its threads only */
	bool notable;      /* beyond the threshold of the column */
};

struct row {
	uint64_t id;    /* of the same task, user or cgroup in every tick */
	pid_t pid, tid; /* 0 where that means nothing */
	/* of the process or thread, as in struct task: a number that is used
	   again must not be taken for it.  0: unknown, or none */
	uint64_t start_ticks;
	uid_t uid;
	const char *name;     /* user, cgroup, or command */
	const char *user;     /* NULL: of several */
	const char *comm;     /* NULL: of several */
	size_t ntasks;        /* that it is made of */
	int depth;            /* in the tree */
	bool last_child;      /* in the tree: of its parent */
	bool dead;            /* has ended; its last numbers */
	bool hidden_children; /* in the tree: folded */
	struct cell *cells;   /* [columns->n]; NULL before options->first */
};

/* See tasks_cells() */
#define ROWS_NO_CELLS SIZE_MAX

struct rows_options {
	enum rows_by by;
	bool tree;        /* of processes */
	const char *sort; /* key of a column; NULL: the screen's */
	bool reverse;
	const char *filter;      /* extended regular expression on command and
				    user; NULL: all */
	const char *search_user; /* name or number of one user; NULL: all */
	bool hide_kernel;
	bool hide_idle; /* what did not run in the interval */
	/* what has ended is in the rows of that tick, as a dead one; and for so
	   long after it */
	double keep_dead_s;
	const uint64_t *folded; /* ids of the tree's folded rows */
	size_t nfolded;
	/* cells cost time and memory: ask for those that will be seen */
	size_t first; /* rows before this one have no cells; ROWS_NO_CELLS */
	size_t limit; /* at most so many rows; 0: all */
};

struct rows {
	struct row *items;
	size_t n;
	size_t all; /* before limit */
};

struct tasks; /* the model: history and names; ticks are fed to it */

struct tasks *tasks_new(const struct tick_context *context,
			const struct columns *columns,
			struct verdict_rules *rules);
void tasks_free(struct tasks *t);

/* Rules that say which numbers are not to be believed; borrowed, NULL: none. */
void tasks_set_trust(struct tasks *t, struct trust_rules *trust);

/* Show other columns of the same plan; histories stay. */
void tasks_set_columns(struct tasks *t, const struct columns *columns);

/* The next tick; what is needed of it is copied. */
void tasks_feed(struct tasks *t, const struct tick *tick);
/* Forget all that was fed, for a jump in a recording. */
void tasks_forget(struct tasks *t);

/* -EINVAL for a wrong filter or sort.  *ret is valid until the next call. */
int tasks_rows(struct tasks *t, const struct rows_options *options,
	       const struct rows **ret, struct err *err);

/*
 * The cells of row @i of the last answer, for who goes through all rows once and
 * asked for none (options->first).  Valid until the next call.
 */
struct cell *tasks_cells(struct tasks *t, size_t i);

/*
 * Where @id is in the last answer of tasks_rows(), also beyond its limit;
 * SIZE_MAX: nowhere.
 */
size_t tasks_position(const struct tasks *t, uint64_t id);

/* ---- the head of the screen ---- */

struct tasks_cpu {
	int cpu;
	double user, sys, iowait, steal, irq; /* shares of the interval, 0..1 */
	struct cell ipc, ghz;
};

/* Less than this is what clocks that are read one after the other differ by. */
#define UNSEEN_NOTABLE 0.1

struct tasks_head {
	double at, length_s, uptime_s, load[3];
	unsigned processes, threads, running;
	uint64_t memory_bytes, memory_available_bytes;
	struct tasks_cpu *cpus;
	size_t ncpus;
	struct cell ipc, ghz, instructions, cycles; /* of the machine, per
						       second where counts */
	double counted; /* share of the CPU time of all tasks that was
			       counted; negative: none ran, or nothing can be
			       counted */
	double unseen;  /* share of the used CPU time that no task accounts for:
			  of those that came and went between two looks, or that
			  are hidden; negative: it cannot be told */
	bool nothing;   /* no event that is wanted can be counted here */
	double running_share; /* of the time, counters ran: 1 is all of it;
				 negative: none */
	const struct tick_collector *collector;
	const char *lacking; /* what is not counted and why, in one line, to
				stand behind "not counted: "; "" when nothing
				lacks */
};

/* Of the last tick fed; valid until the next. */
const struct tasks_head *tasks_head(struct tasks *t);

/* ---- one row in depth ---- */

struct tasks_series {
	const char *key, *title, *unit;
	int digits;
	const float *points; /* oldest first; NAN where there is no number */
	size_t n;
	struct cell now;
	const char *trust; /* how far the number can be trusted */
};

struct tasks_detail {
	uint64_t id;
	struct row row;
	const char *command;         /* whole */
	struct tasks_series *series; /* of the numbers of the screen */
	size_t nseries;
	struct row *threads; /* the busiest first; may be none */
	size_t nthreads;
	const char *no_threads; /* why there are none, or NULL */
	struct verdict verdict; /* over the last seconds, with reasons */
	const char *no_verdict; /* why there is none, or NULL */
	double verdict_s;       /* how many */
};

/* -ESRCH when nothing is known of @id.  Valid until the next call or tick. */
int tasks_detail(struct tasks *t, uint64_t id, const struct tasks_detail **ret,
		 struct err *err);

#endif
