/*
 * The memory of the loops; shared by the files of this folder only.
 */
#ifndef TACHO_LOOPS_MEMORY_H
#define TACHO_LOOPS_MEMORY_H

#include "base/err.h"
#include "loops/kernels.h"
#include "loops/loops.h"

struct memory {
	void *mapped; /* NULL: none */
	size_t mapped_len;
	char *start; /* aligned to 2 MiB, the size of a huge page */
	size_t size;
};

/*
 * @size bytes, in huge pages where the kernel gives them: else far memory
 * would measure the TLB.  Not touched yet.
 */
int memory_get(struct memory *m, size_t size, struct err *err);
void memory_put(struct memory *m);

/*
 * Link the places of @size bytes at @start, @line bytes apart, to one circle
 * in random order; the same for the same @seed.
 */
void memory_link(char *start, size_t size, size_t line, uint64_t seed);

/*
 * Write code into all of @m and make it executable, no longer writable: places
 * of 64 bytes that jump to each other in random order and, after the last,
 * return.  Some systems forbid that: a negative errno.
 */
int memory_make_code(struct memory *m, const struct loop_kernels *kernels,
		     uint64_t seed, struct err *err);

/* What a loop needs between two runs. */
struct loop_state {
	const struct loop *loop;
	const struct loop_kernels *kernels;
	struct memory memory;
	uint64_t seed;
	void *at;        /* chase */
	char *to;        /* where a stream copies to; NULL: it only reads */
	uint64_t places; /* iterations until the end of the memory */
	uint64_t place;  /* how many of these have been made */
};

#endif
