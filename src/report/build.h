/*
 * Series to report: the one place that chooses what is shown.
 */
#ifndef TACHO_REPORT_BUILD_H
#define TACHO_REPORT_BUILD_H

#include "analyze/trust.h"
#include "report/judge.h"
#include "report/report.h"

struct report_options {
	enum aggregate_by by;
	struct value_limits limits;
	const struct topology *topology;      /* for core, die, socket, node */
	bool no_counts;                       /* -n: elapsed time only */
	struct trust_rules *rules;            /* what to doubt; NULL: nothing */
	const struct report_judging *judging; /* NULL: no verdict */
	bool no_shadows; /* nobody will look at perf's derived numbers */
};

/* All runs of @series: one run as it is, several as mean and spread. */
int report_build(const struct report_about *about, const struct series *series,
		 const struct report_options *options, struct report *ret,
		 struct err *err);

/*
 * One interval of a run that goes on.  @delta is the difference of two
 * snapshots, @total the later one (it decides what is dead), @at_s the time
 * since the start, @length_s the true length.
 */
int report_build_interval(const struct report_about *about,
			  const struct series *series, const struct run *run,
			  const struct snapshot *delta,
			  const struct snapshot *total, double at_s,
			  double length_s, const struct report_options *options,
			  struct report *ret, struct err *err);

#endif
