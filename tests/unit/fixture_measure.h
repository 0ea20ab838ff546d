/* A fake kernel, a plan of two software events, and options to measure with. */
#ifndef TACHO_TESTS_FIXTURE_MEASURE_H
#define TACHO_TESTS_FIXTURE_MEASURE_H

#include "fake_perf.h"
#include "measure/measure.h"
#include "source/perf_fit.h"

struct fixture_measure {
	struct fake_perf fake;
	struct perf_fit fit;
	struct event_list events;
	struct metric_uses uses;
	struct plan plan;
	struct target target;
	struct measure_options options;
	struct measure_signals signals;
	struct control control;
	/* results */
	struct run run;
	enum measure_end end;
	int signo;
	struct err err;
	char *argv[4];
	char script[256];
};

/*
 * For the whole group: signals that end a measurement are not ignored, whoever
 * started the test (a shell that puts it into the background ignores SIGINT).
 */
int fixture_measure_heed_signals(void **state);

/* What the next fixture_measure_init() puts into options.at_once. */
extern bool fixture_measure_at_once;

/* Count "sh -c @script"; NULL: attach to this thread. */
void fixture_measure_init(struct fixture_measure *m, const char *script);

/* measure_run() with all of it; signals are caught around it. */
int fixture_measure_run(struct fixture_measure *m);

/* Release, and assert that no descriptor and no child is left. */
void fixture_measure_done(struct fixture_measure *m);

#endif
