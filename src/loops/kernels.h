/*
 * The inner loops, one implementation per architecture, shared by the files
 * of this folder only.
 *
 * In assembly, so that the number of instructions is known and does not
 * depend on a compiler or its flags.  All of them are written to have the same
 * numbers wherever that is possible.
 */
#ifndef TACHO_LOOPS_KERNELS_H
#define TACHO_LOOPS_KERNELS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* What an iteration is made of. */
enum {
	KERNEL_ADDS = 32,     /* additions; two more close the loop */
	KERNEL_LOADS = 8,     /* steps of a chase */
	KERNEL_BYTES = 128,   /* of a stream */
	KERNEL_RANDOM = 6,    /* instructions, whichever way it goes */
	KERNEL_BRANCHES = 2,  /* of that, with one that nobody can predict */
	KERNEL_PLACES = 8192, /* of code, each a line with a jump to another */
	KERNEL_PLACE = 4,     /* instructions of such a place */
};

/* Every function takes at least one iteration. */
struct loop_kernels {
	/* additions of which each needs the one before */
	void (*add_chain)(uint64_t n);
	/* additions in eight chains that need nothing of each other */
	void (*add_wide)(uint64_t n);
	/* a branch on the upper bit of a random number; the next seed */
	uint64_t (*branch)(uint64_t seed, uint64_t n);
	/* follow pointers; where it ended */
	void *(*chase)(void *at, uint64_t n);
	/* aligned to 64 bytes, as all memory of streams */
	void (*read)(const char *from, uint64_t n);
	void (*copy)(char *to, const char *from, uint64_t n);
	/* the system call getppid */
	void (*call)(uint64_t n);
	/*
	 * Write the code of a place: three additions and a jump by @offset
	 * bytes from @at, or, when that is 0, a return.  Less than a MiB away.
	 * NULL: nobody has written how.
	 */
	void (*place)(unsigned char *at, ptrdiff_t offset);
};

/*
 * In plain C, for architectures without assembly here: what its iterations
 * are made of is not known, so nothing is exact.
 */
extern const struct loop_kernels loop_kernels_c;

/* Instructions of an iteration that reads, copies, calls. */
#if defined(__x86_64__) && defined(__LP64__)
#define LOOP_KERNELS loop_kernels_x86
#define KERNEL_EXACT true
#define KERNEL_READ 11
#define KERNEL_COPY 20
#define KERNEL_CALL 4
#elif defined(__aarch64__) && defined(__LP64__)
#define LOOP_KERNELS loop_kernels_arm64
#define KERNEL_EXACT true
#define KERNEL_READ 6
#define KERNEL_COPY 11
#define KERNEL_CALL 3
#elif defined(__riscv) && __riscv_xlen == 64
#define LOOP_KERNELS loop_kernels_riscv
#define KERNEL_EXACT true
#define KERNEL_READ 19
#define KERNEL_COPY 36
#define KERNEL_CALL 3
#else
#define LOOP_KERNELS loop_kernels_c
#define KERNEL_EXACT false
#define KERNEL_READ 0
#define KERNEL_COPY 0
#define KERNEL_CALL 0
#endif

extern const struct loop_kernels LOOP_KERNELS;

/* Knuth's MMIX generator: the upper bits of x * MUL + ADD are random. */
#define KERNEL_MUL UINT64_C(6364136223846793005)
#define KERNEL_ADD UINT64_C(1442695040888963407)

#endif
