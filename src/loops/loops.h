/*
 * Loops of known behaviour: what a counter has to say about each of them is
 * known beforehand, so they tell whether a counter can be trusted, and they
 * are programs to try things on.
 */
#ifndef TACHO_LOOPS_LOOPS_H
#define TACHO_LOOPS_LOOPS_H

#include "base/err.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* What can be known about a loop. */
enum loop_what {
	LOOP_NOTHING,
	LOOP_INSTRUCTIONS,
	LOOP_CYCLES,
	LOOP_BRANCHES,
	LOOP_BRANCH_MISSES,
	LOOP_L1_LOADS,
	LOOP_L1_LOAD_MISSES,
	LOOP_L1_CODE_MISSES,
	LOOP_CACHE_REFERENCES,
	LOOP_CACHE_MISSES,
	LOOP_PAGE_FAULTS,
	LOOP_SWITCHES,
	LOOP_SYSCALLS,
	LOOP_CPU_TIME, /* ns; in no table, because the clock knows it */
};
#define LOOP_WHATS (LOOP_CPU_TIME + 1)

/* "instructions", "branch misses" */
const char *loop_what_name(enum loop_what what);

/*
 * In user mode, except what only the kernel does: switches and system calls.
 * Equal bounds: exactly so many.  Otherwise the bounds hold for every core
 * that we know of.
 */
struct loop_answer {
	enum loop_what what;
	double low, high; /* per iteration */
};

enum loop_level {
	LOOP_L1,
	LOOP_L2,
	LOOP_L3,
	LOOP_DRAM,
};
#define LOOP_LEVELS (LOOP_DRAM + 1)
const char *loop_level_name(enum loop_level level); /* "L1", "DRAM" */

enum loop_kind {
	LOOP_COMPUTE, /* on the core; ns are those of an iteration */
	LOOP_CODE,    /* waits for its own instructions */
	LOOP_CHASE,   /* waits for memory at loop->level */
	LOOP_STREAM,  /* reads or writes memory one after the other */
	LOOP_FAULTS,  /* works in the kernel, because of new pages */
	LOOP_SYSTEM,  /* works in the kernel */
	LOOP_WAIT,    /* does not work */
};

#define LOOP_ANSWERS 6

struct loop_state;

struct loop {
	const char *name;
	const char *about;
	const char *iteration; /* what one is: "32 additions" */
	enum loop_kind kind;
	enum loop_level level; /* of a chase; streams are LOOP_DRAM */
	int adds;              /* additions in an iteration */
	int steps;             /* loads of a chase in an iteration */
	int bytes;             /* moved by an iteration of a stream */
	struct loop_answer answers[LOOP_ANSWERS]; /* ends with LOOP_NOTHING */
	void (*run)(struct loop_state *state, uint64_t n);
};

extern const struct loop loop_table[];
extern const size_t loop_count;

const struct loop *loop_find(const char *name); /* NULL: there is none */

/*
 * Are the loops written in assembly for this architecture?  If not, a compiler
 * wrote them, and nothing is known about what the core does.
 */
bool loop_is_exact(void);

/* The answer of @loop about @what; NULL where nothing is known. */
const struct loop_answer *loop_answer(const struct loop *loop,
				      enum loop_what what);

/* What is known about the machine; 0 for what is not. */
struct loop_caches {
	uint64_t size[LOOP_DRAM]; /* of L1d, L2, L3 as one CPU sees them */
	uint64_t last_total;      /* all caches of the last level */
	int line;                 /* bytes of a line */
	uint64_t limit;           /* memory that may be used */
};

/*
 * How much memory @loop should have to be at its level.  0 for loops that need
 * none; -ENODATA with the reason when the level does not exist or cannot be
 * told; *ret is written on success only.
 */
int loop_size(const struct loop *loop, const struct loop_caches *caches,
	      size_t *ret, struct err *err);

/*
 * Ready to run: memory is allocated, written and, for a chase, linked.  @line
 * is the distance of its places (0: 64).  A chase needs two places at least,
 * a stream one iteration; -EINVAL says so.
 */
int loop_open(const struct loop *loop, size_t size, size_t line,
	      struct loop_state **ret, struct err *err);

/* So many iterations; they go on where the last ones ended. */
void loop_run(struct loop_state *state, uint64_t n);

/*
 * Run for about @ns, and say how many iterations that were.  The clock is
 * looked at rarely, so that the known answers hold.
 */
uint64_t loop_run_for(struct loop_state *state, uint64_t ns);

const struct loop *loop_of(const struct loop_state *state);

void loop_close(struct loop_state *state);
void loop_closep(struct loop_state **state);

#endif
