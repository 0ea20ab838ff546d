/*
 * Numbers for the tests of the verdict, and the tree's own rules.
 *
 * A run is written as "name=number ..."; what is not in it is not known.
 */
#ifndef TACHO_TESTS_WORLD_H
#define TACHO_TESTS_WORLD_H

#include "analyze/verdict.h"

/* One second of a program that never waits. */
#define BUSY                                                                   \
	"wall=1 cpu_time=0.99 user_time=0.97 sys_time=0.02 run_wait=0.001 "    \
	"voluntary_switches=2 involuntary_switches=6 rusage_minor_faults=100 " \
	"rusage_major_faults=0 blocks_in=0 blocks_out=0 "

struct known {
	char *name;
	double number;
	struct verdict_quality quality;
};

struct world {
	struct known *items;
	size_t n;
};

/* For cmocka's groups: the rules of events/common/. */
int world_set_up(void **state);
int world_tear_down(void **state);
struct verdict_rules *world_rules(void);
const struct catalog *world_catalog(void);

/* A later number replaces an earlier one. */
struct world world_of(const char *text);
void world_done(struct world *w);

/* How @name came to be, to be changed; the test fails if it is not there. */
struct verdict_quality *world_quality(struct world *w, const char *name);

struct verdict_facts world_facts(struct world *w);
struct verdict world_judge(struct world *w);
/* The same for @text. */
struct verdict judge(const char *text);

#endif
