/* The inside of the model of tasks, shared by its files only. */
#ifndef TACHO_ANALYZE_TASKS_MODEL_H
#define TACHO_ANALYZE_TASKS_MODEL_H

#include "analyze/scope.h"
#include "analyze/tasks/columns_builtin.h"
#include "analyze/tasks/history.h"
#include "analyze/tasks/last_tick.h"
#include "analyze/tasks/tasks.h"
#include "analyze/tasks/users.h"

/* What has ended, with its last counts. */
struct ended {
	struct task task;
	char *command, *cgroup; /* that it borrows */
	uint64_t id;
	struct slot slot;
	size_t index; /* of that slot: 0 */
	struct run run;
	struct snapshot counts;
	double at; /* of the tick in which it ended */
	double length_s;
};

/* What a row is made of: a task, one that has ended, or several. */
struct source {
	uint64_t id;
	const struct task *task; /* one of them */
	struct ended *ended;     /* or NULL */
	uint32_t first, n;       /* of t->members; n is 0: only the task */
};

/* What cells are computed from. */
struct subject {
	const struct task *task; /* the first of them */
	bool several;            /* what names one task means nothing */
	size_t ntasks;
	struct amounts amounts;
	const struct run *run;
	const struct snapshot *snap;
	struct bin bin;
	enum task_uncounted why; /* no slots: the most telling reason */
	bool partial;            /* some of it is not counted */
	/* of some that ran it is not known how long they waited, or how often
	   they were switched */
	bool part_wait, part_switches;
	double length_s, at;
	uint64_t id;
	enum whose whose;
};

struct counter_total {
	double raw, running_ns;
};

/* What counters have told so far: one that never moves is dead, not 0. */
struct counter_health {
	struct counter_total *totals;
	bool *dead;
};
struct verdict_known {
	uint64_t id; /* 0: a free place of the table */
	enum verdict_class class;
	/* it did too little to be judged: why, and in a word; static.  NULL: the
	   class says it */
	const char *why, *word;
	const char *label; /* instead of the name of the class; NULL: that */
};

struct tasks {
	struct tick_context context;
	const struct columns *columns;
	struct verdict_rules *rules;
	struct trust_rules *trust; /* NULL: none */
	struct series series;
	bool fed;
	double since; /* seconds since 1970: the first tick began */
	struct tick look;
	/* as of the look: they become known when counters are opened */
	struct counter_note *notes, *cpu_notes;
	struct run run; /* of the look; its slots and notes are borrowed */
	struct history history;
	struct ended **ended;
	size_t nended;
	struct users users;
	struct counter_health health, cpu_health;
	/* of the last tasks_rows() */
	struct source *sources;
	size_t nsources;
	uint32_t *members;
	struct row *row_items;
	struct cell *cells;
	struct cell *row_cells; /* of tasks_cells() */
	struct rows rows;
	size_t *slots; /* of a subject of several */
	/* filter */
	char *filter;
	unsigned char *matches; /* of the look's tasks: 0 not looked at */
	/* verdicts of this tick */
	struct verdict_known *verdicts;
	size_t nverdicts, verdicts_room; /* a power of two */
	struct past verdict_past;
	struct tasks_head head;
	char *lacking;
	struct detail_room *detail;
};

/* ---- subject.c ---- */

/* Valid until the next call. */
void subject_of_source(struct tasks *t, const struct source *source,
		       struct subject *ret);
void subject_of_task(struct tasks *t, const struct task *task,
		     struct subject *ret);
/* Somebody's past; @like tells who, and for which task's sake. */
void subject_of_past(const struct past *past, const struct run *run,
		     const struct subject *like, struct subject *ret);
/* All slots of the look. */
void subject_of_all(struct tasks *t, struct subject *ret);
struct ended *ended_new(const struct tasks *t, const struct task *task);
void ended_free(struct ended *e);

struct scope subject_scope(const struct tasks *t, const struct subject *s);

/* ---- cells.c ---- */

/* All columns, with doubts. */
void cells_make(struct tasks *t, const struct subject *s, struct cell *cells);
void cell_make(struct tasks *t, const struct subject *s,
	       const struct column *column, struct cell *ret);
struct cell cell_absent(const char *why, const char *word);
struct cell cell_number(double number);

/* ---- doubt.c ---- */

/* Why the number called @name is not to be believed, or NULL. */
const char *doubt_about(const struct tasks *t, const struct scope *scope,
			const char *name);
/* Not done by cell_make(): sorting needs no doubts. */
void cell_add_doubt(const struct tasks *t, const struct subject *s,
		    const struct column *c, struct cell *cell);

/* ---- verdict_of.c ---- */

#define VERDICT_SECONDS 10.0

/*
 * Over the last seconds, as far as it lived then; *seconds is how many.  Returns
 * what is known at a glance; with a reason in it there is no verdict.
 */
struct verdict_known verdict_of(struct tasks *t, const struct subject *s,
				struct verdict *ret, double *seconds);
/* The same without the verdict, worked out once in a tick. */
struct verdict_known verdict_known_of(struct tasks *t, const struct subject *s);

/* ---- rows.c ---- */

struct row row_of(struct tasks *t, const struct source *source);
/* ---- head.c, detail.c ---- */

void head_make(struct tasks *t);
void detail_free(struct detail_room *room);
/* What it has found is of the past. */
void detail_expire(struct detail_room *room);

#endif
