/*
 * "tacho doctor --calibrate": which counters tell known answers, and what this
 * machine can do at most.
 */
#ifndef TACHO_CMD_CALIBRATE_H
#define TACHO_CMD_CALIBRATE_H

#include "base/rootfs.h"
#include "cpu/cpu.h"
#include "event/event.h"
#include "loops/speed.h"
#include "measure/calibrate.h"
#include "record/ceilings.h"
#include "source/diagnose.h"

struct json_t;

/* An event and what came of it. */
struct calibrated_counter {
	char *name;
	enum loop_what what;
	struct calibrate_counter result;
};

/* One level; no samples when it could not be measured. */
struct calibrated_latency {
	size_t size;
	struct speed ns; /* of a load */
	double cycles;   /* of a load; 0: cycles do not count here */
	bool hidden;     /* hardly faster than what is behind it: others use
			    it, or this guest has little of it */
	struct err why;
};

struct calibrated_stream {
	const struct loop *loop;
	size_t threads, size; /* of each thread */
	struct speed rate;    /* bytes per second */
	struct err why;
};
#define CALIBRATED_STREAMS 4

struct calibration {
	double seconds; /* it took */
	struct calibrated_counter *counters;
	size_t ncounters;
	struct calibrated_latency latency[LOOP_LEVELS];
	struct calibrated_stream streams[CALIBRATED_STREAMS];
	size_t nstreams;
	size_t threads; /* of those that use all CPUs; 0: cannot be told */
	/* clock rates in Hz, 0: not known: one dependent addition per cycle,
	   the counter of cycles, the highest that the kernel names */
	double adds_hz, cycles_hz, nominal_hz;
	struct ceilings ceilings;
	char *machine; /* what they are kept for */
	char *path;    /* and where; NULL: unsaved says why not */
	struct err unsaved;
};

/* Takes some seconds.  @facts explain what does not open. */
void calibration_run(const struct rootfs *root, const struct cpu *cpu,
		     const struct diagnose_facts *facts,
		     struct calibration *ret);

/* Did no counter tell something wrong? */
bool calibration_trusts(const struct calibration *c);

/* calibrate_show.c; @verbose: each loop of each counter */
void calibration_print(const struct calibration *c, bool verbose);
struct json_t *calibration_json(const struct calibration *c);

void calibration_done(struct calibration *c);

#endif
