/*
 * Twenty seconds of a machine that never was: a build, a database that may not
 * be looked into, and an indexer that gets slower from second to second because
 * what it works on outgrows the cache.
 */
#ifndef TACHO_TESTS_INCIDENT_H
#define TACHO_TESTS_INCIDENT_H

#include "record/recording.h"
#include "record/tick.h"

#define INCIDENT_TICKS 20

struct incident {
	struct recording header;
	struct event_list cpu_events;
	struct plan cpu_plan;
	struct counter_note *notes, *cpu_notes;
	struct tick_context context;
};

void incident_init(struct incident *in);
void incident_done(struct incident *in);

/* Tick @i, always the same; tick_done(). */
void incident_tick(const struct incident *in, int i, struct tick *ret);

#endif
