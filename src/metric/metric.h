/*
 * Derived numbers, as defined by [metric ...] sections of events/.
 *
 *	[metric branch_miss_rate]
 *	title     = Branch misprediction rate    the name when not given
 *	formula   = branch_misses / branches     of events, metrics, constants
 *	                                         and facts; may be left to the
 *	                                         CPU's own file
 *	unit      = %                            ""
 *	label     = of all branches              the title
 *	beside    = branch_misses                the first event of the formula
 *	digits    = 2                            2; 0 to 9
 *	heading   = BR-MISS%                     over a column, 9 letters at most
 *	better    = lower                        neutral, or higher
 *	range     = 0 .. 1
 *	threshold = > 0.05                       worth a look; > or <
 *	parent    = ipc                          what it explains a part of
 *	about     = Share of branches guessed wrong.
 *
 * The label says all that a reader needs beside an event ("GHz", "/sec", "of
 * all branches"); the unit is for where there is no label.
 *
 * What a metric means is written once; how a CPU's counters tell it, where they
 * differ:
 *
 *	[formula frontend_bound]                 or frontend_bound@cpu_atom: only
 *	formula   = slots_empty / slots          for the cores of that PMU; "none"
 *	threshold = > 0.2                        replaces the metric's
 *	note      = Counts both threads.         one sentence about this CPU
 *
 *	[constant pipeline_width]
 *	value     = 6
 */
#ifndef TACHO_METRIC_METRIC_H
#define TACHO_METRIC_METRIC_H

#include "base/err.h"
#include "event/catalog.h"
#include "event/event.h"
#include "metric/expr.h"
#include "metric/fact.h"

#include <stdbool.h>
#include <stddef.h>

enum metric_better {
	METRIC_NEUTRAL,
	METRIC_LOWER,
	METRIC_HIGHER,
};

/* What a name in a formula stands for. */
enum metric_name_kind {
	METRIC_NAME_EVENT,
	METRIC_NAME_METRIC,
	METRIC_NAME_CONSTANT,
	METRIC_NAME_FACT,
};

struct metric;
struct metric_name {
	const char *name; /* borrowed from the formula */
	enum metric_name_kind kind;
	const struct metric *metric; /* of the same list */
	double constant;
};

/* Texts are borrowed from the catalog; NULL only where it is said. */
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
	const char *heading; /* over a column; NULL: made of the name */
	int digits;          /* shown after the point */
	enum metric_better better;
	bool has_range;
	double lo, hi;     /* outside: not plausible */
	char threshold_op; /* '>' or '<', 0: none */
	double threshold;
	const char *parent;   /* name of another metric, or NULL */
	const char *pmu;      /* the formula is for the cores of this PMU only;
			       NULL: for all */
	struct expr *formula; /* NULL: this CPU has none */
	const char *lacks;    /* why it has none, NULL with a formula */
	const char *note;     /* what the CPU's file says of it, or NULL */
	struct metric_name *names; /* in the formula */
	size_t nnames;
	/* events that are needed, for the metrics that it names, too; each
	   once, borrowed from the formulas */
	const char **inputs;
	size_t ninputs;
	const char *file; /* borrowed from the catalog */
	int line;
	const char *formula_file; /* where the formula stands */
	int formula_line;
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
 * it replaces, if any, counts again.  Names in formulas that are no metric, no
 * constant and no fact are taken for events: which ones there are depends on
 * the machine.  The catalog must outlive the list.
 */
int metric_load(const struct catalog *catalog, struct metric_list *ret,
		struct err *err);
/*
 * The same, but of the tree's own metrics only those whose formula names one
 * of @events, those called one of @wanted, and what these are made of: reading
 * the others is half the work of a short measurement.  Parents that are left
 * out that way stay names.
 */
int metric_load_for(const struct catalog *catalog,
		    const struct event_list *events, const char *const *wanted,
		    size_t nwanted, struct metric_list *ret, struct err *err);
/*
 * Leave out of the formulas what @facts decide against, so that its events need
 * not be counted: if(smt_on, a, b) is a or b.  The list is as one that was
 * loaded with these formulas.
 */
int metric_settle(struct metric_list *list, const struct catalog *catalog,
		  const struct facts *facts, struct err *err);
/* The first of that name; NULL. */
const struct metric *metric_find(const struct metric_list *list,
				 const char *name);
void metric_list_done(struct metric_list *list);

/* The number of a [constant ...] section; -EINVAL with "file:line: what". */
int metric_constant(const struct section *s, double *ret, struct err *err);

/* Where a metric is shown. */
enum metric_place {
	METRIC_BESIDE, /* an event */
	METRIC_BLOCK,  /* among those that were asked for by name */
	METRIC_UNSEEN, /* nowhere: others compute with it */
};

/*
 * One metric bound to events that are counted.  Inputs of one use have the
 * same privilege modifiers and the same core PMU (software events fit any).
 */
struct metric_use {
	const struct metric *metric; /* borrowed */
	enum metric_place place;
	size_t event;   /* index of the event it is printed beside; SIZE_MAX:
			   none */
	size_t *inputs; /* [metric->ninputs] indices into the event list; NULL:
			   not all of them are there */
	int core_type;  /* of a hybrid CPU, when that tells it from another use
			   of the same metric; -1 */
	char *missing;  /* without inputs: what is not counted, and why */
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

/* Why an event that a formula names is not among those counted. */
struct metric_lack {
	const char *name; /* as formulas call it */
	char *why;
};

/*
 * Add to @ret a use of the metric called @name for each core type that has its
 * inputs; one with the reason in @missing when none has.  Uses of the name that
 * are in @ret beside an event are taken out: once is enough.
 */
void metric_bind_named(const struct metric_list *metrics,
		       const struct event_list *events, const char *name,
		       const struct metric_lack *lacks, size_t nlacks,
		       struct metric_uses *ret);
void metric_uses_done(struct metric_uses *uses);

#endif
