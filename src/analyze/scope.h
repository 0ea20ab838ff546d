/*
 * What formulas are evaluated over: the values, metrics and facts of one bin.
 */
#ifndef TACHO_ANALYZE_SCOPE_H
#define TACHO_ANALYZE_SCOPE_H

#include "analyze/values.h"
#include "metric/expr.h"

#include <stdbool.h>

struct scope {
	const struct series *series;
	const struct run *run;
	const struct snapshot *snap; /* or a difference of two */
	const struct bin *bin;
	const struct value_limits *limits;
	double wall_s;    /* the time in which it was counted */
	const bool *dead; /* [plan->ncounters]; NULL: none is */
	int core_type;    /* names mean the events of these cores; -1: the
			     first that fit */
};

/* A derived number. */
struct metric_value {
	const struct metric *metric;
	double number;      /* only without @absent */
	const char *absent; /* why there is none; borrowed */
	double error;       /* as of a value: it follows from those of the
			       inputs; 0 where they are exact */
	bool scaled;        /* an input is an estimate */
	bool together;      /* all inputs were counted at the same time */
	double running;     /* 0..1: least share of time of an input */
};

/*
 * @use over the bin.  Inputs are always scaled, also with --no-scale: raw
 * counts of different shares of time make no ratio.
 */
struct metric_value metric_value_of(const struct scope *scope,
				    const struct plan_use *use);

/*
 * The number of anything that has a name: a metric that the plan has a use of,
 * an event that is counted, a fact.  An expr_lookup_fn; @scope is a const
 * struct scope *.
 */
struct expr_value scope_lookup(void *scope, const char *name,
			       enum expr_aspect aspect);

/* How far that number can be trusted. */
struct scope_quality {
	bool known;     /* it has a number; the rest is then right */
	bool scaled;    /* made of estimates */
	bool simulated; /* counted by a simulator */
	bool together;  /* its inputs were counted at the same time */
	double error;   /* how far it may be off; negative: not known */
	double running; /* 0..1: least share of time of an input */
};
struct scope_quality scope_quality(const struct scope *scope, const char *name);

/* The use in the plan that @name, a metric's, stands for; NULL. */
const struct plan_use *scope_find_use(const struct scope *scope,
				      const char *name);

#endif
