/*
 * The inside of tick_file.h: each pair writes and reads a part of a line.
 *
 * Most tasks do nothing in most ticks, so a line has only what is not as it
 * was expected: of a task that was there before, that it is as it was and did
 * nothing; of a new one, tick_task_new().  Whole lines, in which all tasks are
 * new, stand in between, so that a tick is found without reading all before it.
 */
#ifndef TACHO_RECORD_TICK_PARTS_H
#define TACHO_RECORD_TICK_PARTS_H

#include "record/fields.h"
#include "record/recording_parts.h"
#include "record/tick.h"

#include <stdbool.h>
#include <stddef.h>

#define TICKS_VERSION 1

/* Texts that tasks of a tick that was read borrow. */
struct tick_texts {
	char **items;
	size_t n;
};
void tick_texts_done(struct tick_texts *texts);
/* @value, cleaned; "" where it is none. */
const char *tick_texts_add(struct tick_texts *texts, const json_t *value);

/* ---- tick_task.c ---- */

/* What is expected of a task that was not there, and of one that was. */
struct task tick_task_new(pid_t pid, pid_t tid);
struct task tick_task_idle(const struct task *before);

/*
 * What of @t is not as @expected; NULL: nothing.  Counts are not in it.
 * Pid and tid are, where something is.
 */
json_t *tick_write_task(const struct task *t, const struct task *expected);
/* Into *t, which is as expected. */
int tick_read_task(const json_t *o, struct tick_texts *texts, struct task *t,
		   struct err *err);
/* Who @o is about. */
int tick_read_number(const json_t *o, pid_t *pid, pid_t *tid, struct err *err);

/* ---- tick_counts.c ---- */

/* One slot of a snapshot: "raw" and what belongs to it. */
void tick_write_counts(json_t *o, const struct snapshot *counts, size_t slot);
/* Are there any?  They are then one for each of @ncounters, or an error. */
int tick_has_counts(const json_t *o, size_t ncounters, struct err *err);
int tick_read_counts(const json_t *o, struct snapshot *counts, size_t slot,
		     struct err *err);

json_t *tick_write_notes(const struct counter_note *notes, size_t n);
/* [n], zero where nothing is said */
int tick_read_notes(const json_t *line, const char *key,
		    struct counter_note *notes, size_t n, struct err *err);

/* ---- tick_line.c ---- */

/* All but tasks and CPUs; "tick" and "at" come first. */
json_t *tick_write_rest(const struct tick *tick, size_t number, bool whole);
int tick_read_rest(const json_t *line, struct tick_texts *texts,
		   struct tick *tick, struct err *err);
json_t *tick_write_cpu(const struct tick *tick, size_t index);
int tick_read_cpus(const json_t *line, size_t ncounters, struct tick *tick,
		   struct err *err);

/* Who of @before is not in @now; both sorted. */
json_t *tick_write_gone(const struct task *before, size_t nbefore,
			const struct tick *now);
/*
 * Tasks of a line: @before with its changes, or with @whole those of the line
 * alone.  @tick is at its beginning.
 */
int tick_read_tasks(const json_t *line, bool whole, const struct tick *before,
		    size_t ncounters, struct tick_texts *texts,
		    struct tick *tick, struct err *err);

#endif
