/* The memory of the loops; see memory.h. */
#include "loops/memory.h"

#include "base/auto.h"
#include "base/xalloc.h"

#include <errno.h>
#include <string.h>
#include <sys/mman.h>

#define HUGE_PAGE ((size_t)2 << 20)

int memory_get(struct memory *m, size_t size, struct err *err)
{
	size_t len = size + HUGE_PAGE;
	uintptr_t start;
	void *mapped;

	*m = (struct memory){ 0 };
	if (len < size)
		return err_set(err, -E2BIG, "%zu bytes are too many", size);
	mapped = mmap(NULL, len, PROT_READ | PROT_WRITE,
		      MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (mapped == MAP_FAILED)
		return err_set(err, -errno, "cannot get %zu bytes: %s", len,
			       strerror(errno));
	start = ((uintptr_t)mapped + HUGE_PAGE - 1) & ~(HUGE_PAGE - 1);
	/* a kernel without them has small pages, which work, too */
	madvise(mapped, len, MADV_HUGEPAGE);
	*m = (struct memory){ .mapped = mapped,
			      .mapped_len = len,
			      .start = (char *)start,
			      .size = size };
	return 0;
}

void memory_put(struct memory *m)
{
	if (m->mapped)
		munmap(m->mapped, m->mapped_len);
	*m = (struct memory){ 0 };
}

/* 0 .. limit - 1; the bias of a 32-bit remainder does not matter here */
static size_t random_below(uint64_t *seed, size_t limit)
{
	*seed = *seed * KERNEL_MUL + KERNEL_ADD;
	return (size_t)((*seed >> 32) * (uint64_t)limit >> 32);
}

/* Sattolo's shuffle: of all orders, those that are one circle. */
void memory_link(char *start, size_t size, size_t line, uint64_t seed)
{
	size_t n = size / line;

	for (size_t i = 0; i < n; i++)
		*(void **)(void *)(start + i * line) = start + i * line;
	for (size_t i = n; i-- > 1;) {
		void **a = (void **)(void *)(start + i * line);
		void **b = (void **)(void *)(start +
					     random_below(&seed, i) * line);
		void *swap = *a;

		*a = *b;
		*b = swap;
	}
}

/* ---- code ---- */

#define PLACE_SIZE 64

int memory_make_code(struct memory *m, const struct loop_kernels *kernels,
		     uint64_t seed, struct err *err)
{
	size_t n = m->size / PLACE_SIZE;
	AUTO_FREE void **ring = xcalloc(n, sizeof(*ring));

	if (!kernels->place)
		return err_set(err, -ENOTSUP,
			       "nobody has written this loop for this "
			       "architecture");
	memory_link((char *)ring, n * sizeof(*ring), sizeof(*ring), seed);
	for (size_t i = 0; i < n; i++) {
		/* who leads to the start ends the round */
		ptrdiff_t next = (void **)ring[i] - ring;
		ptrdiff_t by = (next - (ptrdiff_t)i) * PLACE_SIZE;

		kernels->place((unsigned char *)m->start + i * PLACE_SIZE,
			       next ? by : 0);
	}
	__builtin___clear_cache(m->start, m->start + m->size);
	if (mprotect(m->start, m->size, PROT_READ | PROT_EXEC) < 0)
		return err_set(err, -errno,
			       "this system lets no program make code: %s",
			       strerror(errno));
	return 0;
}
