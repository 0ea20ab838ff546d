/*
 * What the kernel does whenever a CPU goes from one thread to another: add what
 * the CPU has counted since the last time to the thread that leaves.
 *
 * It is put together here as the instructions of BPF, some 20 for each counter,
 * so that neither a compiler for them nor the kernel's types (BTF) are needed.
 */
#ifndef TACHO_SOURCE_TASKS_SWITCH_PROGRAM_H
#define TACHO_SOURCE_TASKS_SWITCH_PROGRAM_H

#include <linux/bpf.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Who it was: a thread's number alone may be given to another. */
struct switch_key {
	uint64_t numbers; /* pid << 32 | tid, as the first namespace has them */
	uint64_t task;    /* where the kernel keeps it: only to be compared */
};

/*
 * What is known of a thread, as words.  The state of a CPU has the same words,
 * as of the last time that it was looked at, but for the first three.
 */
enum switch_word {
	SWITCH_LAST_NS,  /* when it was last on a CPU, since boot */
	SWITCH_RAN_NS,   /* for so long it was */
	SWITCH_SWITCHES, /* so often it left one */
	SWITCH_FIRST_NS, /* when it was first seen */
	SWITCH_USER,     /* number of its real user */
	SWITCH_COMM,     /* 16 bytes, as of its last switch */
	SWITCH_COUNTS = SWITCH_COMM +
			2, /* enabled and running time of each group, then the
			    counters */
	/* of a CPU */
	SWITCH_WHICH = 0, /* the map that it adds to */
	SWITCH_LOST,      /* so often that had no room */
	SWITCH_TIME_NS,
};

/* A counter that is open on all CPUs. */
struct switch_counter {
	int map;      /* of its descriptors, by CPU */
	size_t group; /* whose times are read with its first counter */
};

struct switch_layout {
	struct switch_counter *counters;
	size_t ncounters;
	size_t ngroups;
};
static inline size_t switch_layout_words(const struct switch_layout *l)
{
	return SWITCH_COUNTS + 2 * l->ngroups + l->ncounters;
}
static inline size_t switch_layout_times(size_t group)
{
	return SWITCH_COUNTS + 2 * group;
}
static inline size_t switch_layout_count(const struct switch_layout *l,
					 size_t counter)
{
	return SWITCH_COUNTS + 2 * l->ngroups + counter;
}

/* Descriptors of the maps that it works with. */
struct switch_maps {
	int cpus;       /* array of states, by CPU */
	int threads[2]; /* hashes of words, by key: one is added to */
	int zero;       /* array of one: the words of a new thread */
};

/*
 * The program; the caller frees *ret.  @flush: not for switches, but to be run
 * on a CPU now and then, for the thread that is on it.  From then on the CPU
 * adds to the map that the first argument says; it returns how often there was
 * no room since it was run before.
 */
size_t switch_program_make(const struct switch_layout *layout,
			   const struct switch_maps *maps, bool flush,
			   struct bpf_insn **ret);

#endif
