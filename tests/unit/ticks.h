/*
 * Hand-made ticks of a machine whose counters tell cycles, instructions,
 * branches and their misses.
 */
#ifndef TACHO_TESTS_TICKS_H
#define TACHO_TESTS_TICKS_H

#include "analyze/tasks/tasks.h"

#define TICKS_MAX 20000

struct ticks {
	struct catalog catalog;
	struct metric_list metrics;
	struct event_list events;
	struct metric_uses uses;
	struct plan plan;
	struct counter_note *notes;
	struct facts facts;
	struct tick_context context;
	struct verdict_rules rules;
	struct trust_rules trust;
	struct columns columns;
	struct tick tick; /* the next one */
	struct tasks *tasks;
};

/* @columns as for --columns; the model is new. */
void ticks_init(struct ticks *t, const char *columns);
void ticks_done(struct ticks *t);

/* What is asked for from now on. */
void ticks_columns(struct ticks *t, const char *columns);

/* A process (tid 0) or thread of user @uid that ran for @cpu_ms of 1000. */
struct task *ticks_task(struct ticks *t, pid_t pid, pid_t tid, uid_t uid,
			const char *comm, double cpu_ms);
/* Its counts; valid only for the last one that was added. */
void ticks_count(struct ticks *t, struct task *task, double cycles,
		 double instructions, double branches, double misses);
/* Feed what was put together, a second after the last; begin the next. */
void ticks_feed(struct ticks *t);

/* Rows by the defaults with @o (may be NULL) in their place. */
const struct rows *ticks_rows(struct ticks *t, const struct rows_options *o);
const struct cell *ticks_cell(const struct ticks *t, const struct row *row,
			      const char *key);
/* The row of process @pid; fails the test where there is none. */
const struct row *ticks_row(const struct rows *rows, pid_t pid, pid_t tid);

#endif
