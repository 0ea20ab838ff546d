/* The inner loops for x86-64; see kernels.h. */
#include "loops/kernels.h"

#if defined(__x86_64__) && defined(__LP64__)

#include <string.h>
#include <sys/syscall.h>

/*
 * Registers only: some cores add constants while renaming, where a chain
 * costs nothing.
 */
static void add_chain(uint64_t n)
{
	uint64_t a = 0, b = n | 1;

	__asm__ volatile(".p2align 5\n"
			 "1:\n\t"
			 ".rept 32\n\t"
			 "addq %[b], %[a]\n\t"
			 ".endr\n\t"
			 "subq $1, %[n]\n\t"
			 "jnz 1b"
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
			 "addq %[b], %%rax\n\t"
			 "addq %[b], %%rcx\n\t"
			 "addq %[b], %%rdx\n\t"
			 "addq %[b], %%rsi\n\t"
			 "addq %[b], %%rdi\n\t"
			 "addq %[b], %%r8\n\t"
			 "addq %[b], %%r9\n\t"
			 "addq %[b], %%r10\n\t"
			 ".endr\n\t"
			 "subq $1, %[n]\n\t"
			 "jnz 1b"
			 : [n] "+r"(n)
			 : [b] "r"(b)
			 : "rax", "rcx", "rdx", "rsi", "rdi", "r8", "r9", "r10",
			   "cc");
}

/* Both ways are equally long, each with a closing branch of its own. */
static uint64_t branch(uint64_t seed, uint64_t n)
{
	uint64_t a = 0, b = 0;

	__asm__ volatile(".p2align 5\n"
			 "1:\n\t"
			 "imulq %[mul], %[x]\n\t"
			 "addq %[add], %[x]\n\t"
			 "js 2f\n\t"
			 "addq $1, %[a]\n\t"
			 "subq $1, %[n]\n\t"
			 "jnz 1b\n\t"
			 "jmp 3f\n"
			 "2:\n\t"
			 "addq $1, %[b]\n\t"
			 "subq $1, %[n]\n\t"
			 "jnz 1b\n"
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
			 "movq (%[at]), %[at]\n\t"
			 ".endr\n\t"
			 "subq $1, %[n]\n\t"
			 "jnz 1b"
			 : [at] "+r"(at), [n] "+r"(n)
			 :
			 : "cc", "memory");
	return at;
}

static void read_memory(const char *from, uint64_t n)
{
	__asm__ volatile(".p2align 5\n"
			 "1:\n\t"
			 "movaps (%[p]), %%xmm0\n\t"
			 "movaps 16(%[p]), %%xmm1\n\t"
			 "movaps 32(%[p]), %%xmm2\n\t"
			 "movaps 48(%[p]), %%xmm3\n\t"
			 "movaps 64(%[p]), %%xmm4\n\t"
			 "movaps 80(%[p]), %%xmm5\n\t"
			 "movaps 96(%[p]), %%xmm6\n\t"
			 "movaps 112(%[p]), %%xmm7\n\t"
			 "addq $128, %[p]\n\t"
			 "subq $1, %[n]\n\t"
			 "jnz 1b"
			 : [p] "+r"(from), [n] "+r"(n)
			 :
			 : "xmm0", "xmm1", "xmm2", "xmm3", "xmm4", "xmm5",
			   "xmm6", "xmm7", "cc", "memory");
}

/* Past the caches: else each line written would be read first. */
static void copy_memory(char *to, const char *from, uint64_t n)
{
	__asm__ volatile(".p2align 5\n"
			 "1:\n\t"
			 "movaps (%[p]), %%xmm0\n\t"
			 "movaps 16(%[p]), %%xmm1\n\t"
			 "movaps 32(%[p]), %%xmm2\n\t"
			 "movaps 48(%[p]), %%xmm3\n\t"
			 "movaps 64(%[p]), %%xmm4\n\t"
			 "movaps 80(%[p]), %%xmm5\n\t"
			 "movaps 96(%[p]), %%xmm6\n\t"
			 "movaps 112(%[p]), %%xmm7\n\t"
			 "movntps %%xmm0, (%[q])\n\t"
			 "movntps %%xmm1, 16(%[q])\n\t"
			 "movntps %%xmm2, 32(%[q])\n\t"
			 "movntps %%xmm3, 48(%[q])\n\t"
			 "movntps %%xmm4, 64(%[q])\n\t"
			 "movntps %%xmm5, 80(%[q])\n\t"
			 "movntps %%xmm6, 96(%[q])\n\t"
			 "movntps %%xmm7, 112(%[q])\n\t"
			 "addq $128, %[p]\n\t"
			 "addq $128, %[q]\n\t"
			 "subq $1, %[n]\n\t"
			 "jnz 1b\n\t"
			 "sfence"
			 : [p] "+r"(from), [q] "+r"(to), [n] "+r"(n)
			 :
			 : "xmm0", "xmm1", "xmm2", "xmm3", "xmm4", "xmm5",
			   "xmm6", "xmm7", "cc", "memory");
}

static void call(uint64_t n)
{
	__asm__ volatile("1:\n\t"
			 "movl %[nr], %%eax\n\t"
			 "syscall\n\t"
			 "subq $1, %[n]\n\t"
			 "jnz 1b"
			 : [n] "+r"(n)
			 : [nr] "i"(SYS_getppid)
			 : "rax", "rcx", "r11", "cc", "memory");
}

static void place(unsigned char *at, ptrdiff_t offset)
{
	static const unsigned char add[] = { 0x48, 0x01, 0xf0 };
	/* from behind the jump */
	int32_t jump = (int32_t)(offset - 14);

	for (int i = 0; i < 3; i++, at += sizeof(add))
		memcpy(at, add, sizeof(add)); /* add %rsi, %rax */
	if (offset) {
		*at = 0xe9; /* jmp */
		memcpy(at + 1, &jump, sizeof(jump));
	} else {
		*at = 0xc3; /* ret */
	}
}

const struct loop_kernels loop_kernels_x86 = {
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
