/*
 * perf 6.1's own idea of the number beside an event: for its formats only,
 * where scripts expect these and no others.
 */
#ifndef TACHO_ANALYZE_SHADOW_H
#define TACHO_ANALYZE_SHADOW_H

#include "event/event.h"

#include <stdbool.h>
#include <stddef.h>

#define SHADOW_MAX 2

enum shadow_kind {
	SHADOW_NONE,
	SHADOW_CPUS,
	SHADOW_GHZ,
	SHADOW_IPC,
	SHADOW_STALLS_PER_INSN, /* on a line of its own */
	SHADOW_BRANCH_MISSES,
	SHADOW_CACHE_MISSES,
	SHADOW_L1D_MISSES,
	SHADOW_L1I_MISSES,
	SHADOW_LL_MISSES,
	SHADOW_DTLB_MISSES,
	SHADOW_ITLB_MISSES,
	SHADOW_FRONTEND_IDLE,
	SHADOW_BACKEND_IDLE,
	SHADOW_PER_SEC,
};
#define SHADOW_KINDS (SHADOW_PER_SEC + 1)

struct shadow {
	enum shadow_kind kind;
	bool has_number;
	double number;
};

/* What is counted in the same row of places. */
struct shadow_input {
	const struct event *event;
	bool exists; /* false: the event is not supported here */
	bool has_value;
	double number; /* in the event's unit */
};

/*
 * The numbers that belong to @inputs[which]: 0 .. SHADOW_MAX of them, the
 * first beside the event.  @wall_s is the elapsed time.
 */
int shadow_of(const struct shadow_input *inputs, size_t n, size_t which,
	      double wall_s, struct shadow ret[SHADOW_MAX]);

/* How perf spells one. */
struct shadow_text {
	int digits;       /* after the point, in CSV */
	const char *unit; /* "insn per cycle"; NULL: none known */
	double number;    /* as it is printed: 1.2 for 1200 "/sec" */
};
struct shadow_text shadow_text(const struct shadow *shadow);

#endif
