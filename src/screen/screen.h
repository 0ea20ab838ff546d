/*
 * The live view: rows of tasks on a terminal, and keys.
 *
 * It gets its ticks through a feed, which is the machine or a recording; it
 * owns the terminal and nothing else.
 */
#ifndef TACHO_SCREEN_SCREEN_H
#define TACHO_SCREEN_SCREEN_H

#include "analyze/tasks/columns.h"
#include "analyze/tasks/tasks.h"
#include "base/err.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A choice of columns that can be switched to. */
struct screen_choice {
	const char *name, *title, *about; /* borrowed */
};

struct screen_feed {
	void *arg;
	const struct screen_choice *screens;
	size_t nscreens;
	/*
	 * Show another screen, which may take other counters: from now on
	 * *tasks is fed by step().  The first is chosen before screen_run().
	 */
	int (*choose)(void *arg, size_t screen, struct err *err);
	size_t chosen;
	struct tasks *tasks; /* as of now; the feed's */
	const struct columns *columns;
	/* threads are wanted, or not */
	void (*set_threads)(void *arg, bool threads);
	/*
	 * Work on the next tick for about @budget_ns; 1: it was fed to tasks,
	 * 0: not yet, more work is to be done at once; a negative errno.  The
	 * feed does not wait: the screen calls it when a tick is due.
	 */
	int (*step)(void *arg, uint64_t budget_ns, struct err *err);
	/* of a recording; NULL for the machine */
	const struct screen_replay *replay;
	const char *origin; /* host, or the file */
};

/* A recording is played: where it is, and how to get elsewhere. */
struct screen_replay {
	size_t (*position)(void *arg); /* of the tick that is shown */
	size_t count;
	double (*at)(void *arg, size_t tick); /* seconds since 1970 */
	/* the next step() feeds that tick, after as many before it as histories
	   need */
	int (*seek)(void *arg, size_t tick, struct err *err);
};

struct screen_options {
	double delay_s;
	long iterations; /* ticks, then it ends; 0: none */
	double speed;    /* of a recording; 0: as it was */
	bool color, utf8, mouse;
	struct rows_options rows;
};

/*
 * Until q, a signal or the end of the iterations: 0, or the number of the signal
 * that ended it, which the caller should die of when it has put away what it
 * has.  -ENOTSUP with a hint at -b where the terminal cannot do it.  The terminal
 * is restored in every case.
 */
int screen_run(struct screen_feed *feed, const struct screen_options *options,
	       struct err *err);

#endif
