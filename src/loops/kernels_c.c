/*
 * The inner loops in plain C, for architectures that have no assembly here.
 * They do the same work; how many instructions that takes is the compiler's
 * business.
 */
#include "loops/kernels.h"

#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

/* The compiler must not know what @x is. */
#define KEEP(x) __asm__ volatile("" : "+r"(x))

static void add_chain(uint64_t n)
{
	unsigned long a = 0, b = (unsigned long)n | 1;

	while (n--) {
		for (int i = 0; i < KERNEL_ADDS; i++) {
			a += b;
			KEEP(a);
		}
	}
}

static void add_wide(uint64_t n)
{
	unsigned long a = 0, b = (unsigned long)n | 1, c = 1, d = 2, e = 3;

	while (n--) {
		for (int i = 0; i < KERNEL_ADDS / 4; i++) {
			a += b;
			KEEP(a);
			c += b;
			KEEP(c);
			d += b;
			KEEP(d);
			e += b;
			KEEP(e);
		}
	}
}

static uint64_t branch(uint64_t seed, uint64_t n)
{
	unsigned long a = 0, b = 0;

	while (n--) {
		seed = seed * KERNEL_MUL + KERNEL_ADD;
		if (seed >> 63) {
			a++;
			KEEP(a);
		} else {
			b++;
			KEEP(b);
		}
	}
	return seed;
}

static void *chase(void *at, uint64_t n)
{
	while (n--)
		for (int i = 0; i < KERNEL_LOADS; i++)
			at = *(void *volatile *)at;
	return at;
}

static void read_memory(const char *from, uint64_t n)
{
	const volatile uint64_t *words = (const volatile uint64_t *)from;

	while (n--)
		for (size_t i = 0; i < KERNEL_BYTES / sizeof(*words); i++)
			(void)*words++;
}

static void copy_memory(char *to, const char *from, uint64_t n)
{
	while (n--) {
		memcpy(to, from, KERNEL_BYTES);
		KEEP(to);
		to += KERNEL_BYTES;
		from += KERNEL_BYTES;
	}
}

static void call(uint64_t n)
{
	while (n--)
		syscall(SYS_getppid);
}

const struct loop_kernels loop_kernels_c = {
	.add_chain = add_chain,
	.add_wide = add_wide,
	.branch = branch,
	.chase = chase,
	.read = read_memory,
	.copy = copy_memory,
	.call = call,
};
