/*
 * Derived numbers, as defined by [metric ...] sections of events/.
 *
 *	[metric branch_miss_rate]
 *	title     = Branch misprediction rate    the name when not given
 *	formula   = branch_misses / branches     the only key that is needed
 *	unit      = %                            ""
 *	label     = of all branches              the title
 *	beside    = branch_misses                the first event of the formula
 *	digits    = 2                            2; 0 to 9
 *	better    = lower                        neutral, or higher
 *	range     = 0 .. 1
 *	threshold = > 0.05                       worth a look; > or <
 *	parent    = ipc                          what it explains a part of
 *	about     = Share of branches guessed wrong.
 *
 * The label says all that a reader needs beside an event ("GHz", "/sec", "of
 * all branches"); the unit is for where there is no label.
 */
#ifndef TACHO_METRIC_METRIC_H
#define TACHO_METRIC_METRIC_H

#include "base/err.h"
#include "event/catalog.h"
#include "event/event.h"
#include "metric/expr.h"

#include <stdbool.h>

enum metric_better {
	METRIC_NEUTRAL,
	METRIC_LOWER,
	METRIC_HIGHER,
};

/* Texts are borrowed from the catalog; none is NULL but parent. */
struct metric {
	const char *name;  /* "ipc" */
	const char *title; /* "Instructions per cycle" */
	const char *label; /* beside an event: "insn per cycle" */
	/* "", "%", "GHz", "/s"; with "%" the value is a share and shown times
	   100 */
	const char *unit;
	/* base name of the event it is printed beside; not always an input */
	const char *beside;
	const char *about;
	int digits; /* shown after the point */
	enum metric_better better;
	bool has_range;
	double lo, hi;     /* outside: not plausible */
	char threshold_op; /* '>' or '<', 0: none */
	double threshold;
	const char *parent; /* name of another metric, or NULL */
	struct expr *formula;
	/* names in the formula that are events: all but "wall" (elapsed
	   seconds) and "ncpus" (CPUs that were counted) */
	char **inputs;
	size_t ninputs;
	const char *file; /* borrowed from the catalog */
	int line;
	bool optional; /* as its section */
};

struct metric_list {
	struct metric *items;
	size_t n;
	char **warnings; /* what the user's own files have wrong */
	size_t nwarnings;
};

/*
 * All metrics of the catalog, in its order; "file:line: what" in @err.  What is
 * wrong in a section that is optional becomes a warning, and the section that
 * it replaces, if any, counts again.  Names in formulas are not looked up: what
 * they mean depends on the machine, and binding leaves out what is not counted.
 * The catalog must outlive the list.
 */
int metric_load(const struct catalog *catalog, struct metric_list *ret,
		struct err *err);
/*
 * The same, but of the tree's own metrics only those whose formula names one
 * of @events: reading the others is half the work of a short measurement.
 * Parents that are left out that way stay names.
 */
int metric_load_for(const struct catalog *catalog,
		    const struct event_list *events, struct metric_list *ret,
		    struct err *err);
void metric_list_done(struct metric_list *list);

/*
 * One metric bound to events that are counted.  Inputs of one use have the
 * same privilege modifiers and the same core PMU (software events fit any).
 */
struct metric_use {
	const struct metric *metric; /* borrowed */
	size_t event;   /* index of the event it is printed beside */
	size_t *inputs; /* [metric->ninputs] indices into the event list */
};

struct metric_uses {
	struct metric_use *items;
	size_t n;
};

/*
 * Every way to compute the metrics of @metrics from @events.  A metric whose
 * inputs are not all there is left out.  Events in one user { } prefer the
 * inputs of their own group.
 */
void metric_bind(const struct metric_list *metrics,
		 const struct event_list *events, struct metric_uses *ret);
void metric_uses_done(struct metric_uses *uses);

#endif
