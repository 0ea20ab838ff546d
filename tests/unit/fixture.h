/*
 * Hand-made measurements: events, a plan, runs and metrics without a kernel.
 *
 * Every event has one counter in a group of its own, so that the index of the
 * event is that of the counter.
 */
#ifndef TACHO_TESTS_FIXTURE_H
#define TACHO_TESTS_FIXTURE_H

#include "record/run.h"
#include "report/build.h"
#include "report/view.h"

#include <linux/perf_event.h>

struct fixture {
	struct event_list events;
	struct plan plan;
	struct series series;
	struct report_about about;
	struct report_options options;
	struct catalog catalog; /* common/ */
	struct trust_rules rules;
	struct facts facts; /* the constants of common/ */
	char *cgroups[4];   /* names for about and series, NULL-terminated */
};

/* Start one; the caller ends it with fixture_done(). */
void fixture_init(struct fixture *f);
void fixture_done(struct fixture *f);

/* An event that is one of the kernel's. */
struct event *fixture_event(struct fixture *f, const char *name, uint32_t type,
			    uint64_t config);

/* One of those that everybody knows: "cycles", "task-clock", ... */
struct event *fixture_known(struct fixture *f, const char *name);

/* Put all counters from @first on into one group. */
void fixture_one_group(struct fixture *f, size_t first);

/*
 * A metric beside event @beside.  @inputs: names of the formula, ended with
 * NULL; they are bound to the events with these base names.  @name is kept.
 */
struct metric *fixture_metric(struct fixture *f, const char *name,
			      const char *formula, size_t beside,
			      const char *const *inputs);

/* A run with @nslots slots (of one task, until changed) and no counts. */
struct run *fixture_run(struct fixture *f, size_t nslots);

/* What a counter has counted in a slot, judged. */
void fixture_count(struct run *run, size_t counter, size_t slot, uint64_t raw,
		   uint64_t enabled_ns, uint64_t running_ns);

/*
 * @n slices of @run in which the counts of all events went up and down by
 * @jump, a share of their mean.
 */
void fixture_slices(const struct fixture *f, struct run *run, size_t n,
		    double jump);

/* Why a counter counts nothing, in all slots. */
void fixture_fail(struct run *run, size_t counter, enum reading_state state,
		  int code, const char *what, const char *hint);

/* What @view shows of @report; the caller frees. */
char *fixture_show(const struct view *view, const struct report *report,
		   const struct view_options *options);

/* The report of all runs; fails the test if there is none. */
struct report fixture_report(const struct fixture *f);

#endif
