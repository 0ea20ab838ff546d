/* The inner loops for arm64; see kernels.h. */
#include "loops/kernels.h"

#if defined(__aarch64__) && defined(__LP64__)

#include <string.h>
#include <sys/syscall.h>

static void add_chain(uint64_t n)
{
	uint64_t a = 0, b = n | 1;

	__asm__ volatile(".p2align 5\n"
			 "1:\n\t"
			 ".rept 32\n\t"
			 "add %[a], %[a], %[b]\n\t"
			 ".endr\n\t"
			 "subs %[n], %[n], #1\n\t"
			 "b.ne 1b"
			 : [a] "+r"(a), [n] "+r"(n)
			 : [b] "r"(b)
			 : "cc");
}

static void add_wide(uint64_t n)
{
	uint64_t b = n | 1;

	__asm__ volatile(".p2align 5\n"
			 "1:\n\t"
			 ".rept 4\n\t"
			 "add x0, x0, %[b]\n\t"
			 "add x1, x1, %[b]\n\t"
			 "add x2, x2, %[b]\n\t"
			 "add x3, x3, %[b]\n\t"
			 "add x4, x4, %[b]\n\t"
			 "add x5, x5, %[b]\n\t"
			 "add x6, x6, %[b]\n\t"
			 "add x7, x7, %[b]\n\t"
			 ".endr\n\t"
			 "subs %[n], %[n], #1\n\t"
			 "b.ne 1b"
			 : [n] "+r"(n)
			 : [b] "r"(b)
			 : "x0", "x1", "x2", "x3", "x4", "x5", "x6", "x7",
			   "cc");
}

/* Both ways are equally long, each with a closing branch of its own. */
static uint64_t branch(uint64_t seed, uint64_t n)
{
	uint64_t a = 0, b = 0;

	__asm__ volatile(".p2align 5\n"
			 "1:\n\t"
			 "mul %[x], %[x], %[mul]\n\t"
			 "add %[x], %[x], %[add]\n\t"
			 "tbnz %[x], #63, 2f\n\t"
			 "add %[a], %[a], #1\n\t"
			 "subs %[n], %[n], #1\n\t"
			 "b.ne 1b\n\t"
			 "b 3f\n"
			 "2:\n\t"
			 "add %[b], %[b], #1\n\t"
			 "subs %[n], %[n], #1\n\t"
			 "b.ne 1b\n"
			 "3:"
			 : [x] "+r"(seed), [n] "+r"(n), [a] "+r"(a), [b] "+r"(b)
			 : [mul] "r"(KERNEL_MUL), [add] "r"(KERNEL_ADD)
			 : "cc");
	return seed;
}

static void *chase(void *at, uint64_t n)
{
	__asm__ volatile(".p2align 5\n"
			 "1:\n\t"
			 ".rept 8\n\t"
			 "ldr %[at], [%[at]]\n\t"
			 ".endr\n\t"
			 "subs %[n], %[n], #1\n\t"
			 "b.ne 1b"
			 : [at] "+r"(at), [n] "+r"(n)
			 :
			 : "cc", "memory");
	return at;
}

static void read_memory(const char *from, uint64_t n)
{
	__asm__ volatile(".p2align 5\n"
			 "1:\n\t"
			 "ldp q0, q1, [%[p]], #32\n\t"
			 "ldp q2, q3, [%[p]], #32\n\t"
			 "ldp q4, q5, [%[p]], #32\n\t"
			 "ldp q6, q7, [%[p]], #32\n\t"
			 "subs %[n], %[n], #1\n\t"
			 "b.ne 1b"
			 : [p] "+r"(from), [n] "+r"(n)
			 :
			 : "v0", "v1", "v2", "v3", "v4", "v5", "v6", "v7", "cc",
			   "memory");
}

/* stnp: the hint that what is written will not be read soon */
static void copy_memory(char *to, const char *from, uint64_t n)
{
	__asm__ volatile(".p2align 5\n"
			 "1:\n\t"
			 "ldp q0, q1, [%[p]], #32\n\t"
			 "ldp q2, q3, [%[p]], #32\n\t"
			 "ldp q4, q5, [%[p]], #32\n\t"
			 "ldp q6, q7, [%[p]], #32\n\t"
			 "stnp q0, q1, [%[q]]\n\t"
			 "stnp q2, q3, [%[q], #32]\n\t"
			 "stnp q4, q5, [%[q], #64]\n\t"
			 "stnp q6, q7, [%[q], #96]\n\t"
			 "add %[q], %[q], #128\n\t"
			 "subs %[n], %[n], #1\n\t"
			 "b.ne 1b"
			 : [p] "+r"(from), [q] "+r"(to), [n] "+r"(n)
			 :
			 : "v0", "v1", "v2", "v3", "v4", "v5", "v6", "v7", "cc",
			   "memory");
}

static void call(uint64_t n)
{
	register uint64_t nr __asm__("x8") = SYS_getppid;

	__asm__ volatile("1:\n\t"
			 "svc #0\n\t"
			 "subs %[n], %[n], #1\n\t"
			 "b.ne 1b"
			 : [n] "+r"(n)
			 : "r"(nr)
			 : "x0", "cc", "memory");
}

static void place(unsigned char *at, ptrdiff_t offset)
{
	const uint32_t add = 0x8b010000; /* add x0, x0, x1 */
	/* from the jump itself: b, or ret */
	uint32_t last =
		0x14000000 | ((uint32_t)((offset - 12) >> 2) & 0x3ffffff);

	if (!offset)
		last = 0xd65f03c0;
	for (int i = 0; i < 3; i++, at += sizeof(add))
		memcpy(at, &add, sizeof(add));
	memcpy(at, &last, sizeof(last));
}

const struct loop_kernels loop_kernels_arm64 = {
	.add_chain = add_chain,
	.add_wide = add_wide,
	.branch = branch,
	.chase = chase,
	.read = read_memory,
	.copy = copy_memory,
	.call = call,
	.place = place,
};

#else
/* a translation unit must not be empty */
extern const struct loop_kernels loop_kernels_c;
#endif
