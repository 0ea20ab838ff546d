/* The loops there are, with what is known about each; see loops.h. */
#include "loops/loops.h"

#include "base/auto.h"
#include "loops/memory.h"

#include <sys/mman.h>
#include <time.h>

static void run_add_chain(struct loop_state *s, uint64_t n)
{
	s->kernels->add_chain(n);
}

static void run_add_wide(struct loop_state *s, uint64_t n)
{
	s->kernels->add_wide(n);
}

static void run_branch(struct loop_state *s, uint64_t n)
{
	s->seed = s->kernels->branch(s->seed, n);
}

static void run_code(struct loop_state *s, uint64_t n)
{
	void (*code)(void) = (void (*)(void))(uintptr_t)s->memory.start;

	while (n--)
		code();
}

static void run_chase(struct loop_state *s, uint64_t n)
{
	s->at = s->kernels->chase(s->at, n);
}

static void run_stream(struct loop_state *s, uint64_t n)
{
	while (n) {
		uint64_t some = s->places - s->place;
		size_t at = (size_t)s->place * KERNEL_BYTES;

		if (some > n)
			some = n;
		if (s->to)
			s->kernels->copy(s->to + at, s->memory.start + at,
					 some);
		else
			s->kernels->read(s->memory.start + at, some);
		s->place = (s->place + some) % s->places;
		n -= some;
	}
}

static void run_syscalls(struct loop_state *s, uint64_t n)
{
	s->kernels->call(n);
}

/* What has been touched is given back when all of it is. */
static void run_touch(struct loop_state *s, uint64_t n)
{
	size_t page = s->memory.size / (size_t)s->places;

	while (n--) {
		((volatile char *)s->memory.start)[s->place * page] = 1;
		if (++s->place < s->places)
			continue;
		madvise(s->memory.start, s->memory.size, MADV_DONTNEED);
		s->place = 0;
	}
}

static void run_sleep(struct loop_state *s, uint64_t n)
{
	static const struct timespec moment = { .tv_nsec = 1000000 };

	(void)s;
	while (n--)
		nanosleep(&moment, NULL);
}

#define EXACTLY(n) (n), (n)
#define ADDS KERNEL_ADDS
#define LOADS KERNEL_LOADS

/*
 * The bounds that are not exact:
 *
 * An addition of registers takes one cycle on every core of these
 * architectures; the upper bound leaves room for a busy sibling thread.
 * No core retires more than ten additions in a cycle.
 *
 * Nobody can predict a random bit, so half of the guesses are wrong; some
 * cores also count the wrong guesses on the way that was not taken.
 *
 * The code of a jump is a line of its own, in random order; still, cores that
 * predict far ahead fetch a part before it is missed.
 *
 * The instruction that enters the kernel counts here or there.
 *
 * Misses of a chase: caches do not keep exactly the last lines used, and some
 * events count what prefetchers and page walks fetch, too.  "cache-misses" is
 * the last level on Intel, L2 on AMD, L1 on Arm: a chase in L1 misses
 * nowhere, one in DRAM everywhere.
 */
const struct loop loop_table[] = {
	{ .name = "add-chain",
	  .about = "additions, each of which needs the one before",
	  .iteration = "32 additions",
	  .adds = ADDS,
	  .kind = LOOP_COMPUTE,
	  .run = run_add_chain,
	  .answers = { { LOOP_INSTRUCTIONS, EXACTLY(ADDS + 2) },
		       { LOOP_CYCLES, ADDS * 0.97, ADDS * 2.3 },
		       { LOOP_BRANCHES, EXACTLY(1) },
		       { LOOP_BRANCH_MISSES, 0.0, 0.01 },
		       { LOOP_L1_CODE_MISSES, 0.0, 0.01 },
		       { LOOP_PAGE_FAULTS, EXACTLY(0) } } },
	{ .name = "add-wide",
	  .about = "additions that need nothing of each other",
	  .iteration = "32 additions",
	  .adds = ADDS,
	  .kind = LOOP_COMPUTE,
	  .run = run_add_wide,
	  .answers = { { LOOP_INSTRUCTIONS, EXACTLY(ADDS + 2) },
		       { LOOP_CYCLES, ADDS / 10.0, ADDS * 2.3 },
		       { LOOP_BRANCHES, EXACTLY(1) },
		       { LOOP_BRANCH_MISSES, 0.0, 0.01 } } },
	{ .name = "branch-random",
	  .about = "a branch that nobody can predict",
	  .iteration = "2 branches",
	  .kind = LOOP_COMPUTE,
	  .run = run_branch,
	  .answers = { { LOOP_INSTRUCTIONS, EXACTLY(KERNEL_RANDOM) },
		       { LOOP_BRANCHES, EXACTLY(KERNEL_BRANCHES) },
		       { LOOP_BRANCH_MISSES, 0.4, 1.0 } } },
	{ .name = "code-jumps",
	  .about = "jumps about in more code than the L1 cache holds",
	  .iteration = "8192 jumps",
	  .kind = LOOP_CODE,
	  .run = run_code,
	  .answers = { { LOOP_INSTRUCTIONS, KERNEL_PLACES *KERNEL_PLACE,
			 KERNEL_PLACES *KERNEL_PLACE + 20 },
		       { LOOP_BRANCHES, KERNEL_PLACES, KERNEL_PLACES + 4 },
		       { LOOP_L1_CODE_MISSES, KERNEL_PLACES * 0.1,
			 KERNEL_PLACES * 4.0 } } },
	{ .name = "chase-l1",
	  .about = "follows pointers within the L1 cache",
	  .iteration = "8 loads",
	  .kind = LOOP_CHASE,
	  .level = LOOP_L1,
	  .steps = LOADS,
	  .run = run_chase,
	  .answers = { { LOOP_INSTRUCTIONS, EXACTLY(LOADS + 2) },
		       { LOOP_BRANCHES, EXACTLY(1) },
		       { LOOP_L1_LOADS, LOADS * 0.98, LOADS * 2.5 },
		       { LOOP_L1_LOAD_MISSES, 0.0, LOADS * 0.03 },
		       { LOOP_CACHE_MISSES, 0.0, LOADS * 0.03 } } },
	{ .name = "chase-l2",
	  .about = "follows pointers within the L2 cache",
	  .iteration = "8 loads",
	  .kind = LOOP_CHASE,
	  .level = LOOP_L2,
	  .steps = LOADS,
	  .run = run_chase,
	  .answers = { { LOOP_INSTRUCTIONS, EXACTLY(LOADS + 2) },
		       { LOOP_BRANCHES, EXACTLY(1) },
		       { LOOP_L1_LOADS, LOADS * 0.98, LOADS * 2.5 },
		       { LOOP_L1_LOAD_MISSES, LOADS * 0.75, LOADS * 2.5 } } },
	{ .name = "chase-l3",
	  .about = "follows pointers within the L3 cache",
	  .iteration = "8 loads",
	  .kind = LOOP_CHASE,
	  .level = LOOP_L3,
	  .steps = LOADS,
	  .run = run_chase,
	  .answers = { { LOOP_INSTRUCTIONS, EXACTLY(LOADS + 2) },
		       { LOOP_BRANCHES, EXACTLY(1) },
		       { LOOP_L1_LOAD_MISSES, LOADS * 0.8, LOADS * 2.5 },
		       { LOOP_CACHE_REFERENCES, LOADS * 0.3, LOADS * 6.0 } } },
	{ .name = "chase-dram",
	  .about = "follows pointers all over the memory",
	  .iteration = "8 loads",
	  .kind = LOOP_CHASE,
	  .level = LOOP_DRAM,
	  .steps = LOADS,
	  .run = run_chase,
	  .answers = { { LOOP_INSTRUCTIONS, EXACTLY(LOADS + 2) },
		       { LOOP_BRANCHES, EXACTLY(1) },
		       { LOOP_L1_LOAD_MISSES, LOADS * 0.8, LOADS * 3.0 },
		       { LOOP_CACHE_REFERENCES, LOADS * 0.8, LOADS * 6.0 },
		       { LOOP_CACHE_MISSES, LOADS * 0.5, LOADS * 6.0 } } },
	{ .name = "stream-read",
	  .about = "reads memory from one end to the other",
	  .iteration = "128 bytes read",
	  .kind = LOOP_STREAM,
	  .level = LOOP_DRAM,
	  .bytes = KERNEL_BYTES,
	  .run = run_stream,
	  .answers = { { LOOP_INSTRUCTIONS, EXACTLY(KERNEL_READ) },
		       { LOOP_BRANCHES, EXACTLY(1) },
		       { LOOP_BRANCH_MISSES, 0.0, 0.01 } } },
	{ .name = "stream-copy",
	  .about = "copies memory from one end to the other",
	  .iteration = "128 bytes read and written",
	  .kind = LOOP_STREAM,
	  .level = LOOP_DRAM,
	  .bytes = 2 * KERNEL_BYTES,
	  .run = run_stream,
	  .answers = { { LOOP_INSTRUCTIONS, EXACTLY(KERNEL_COPY) },
		       { LOOP_BRANCHES, EXACTLY(1) },
		       { LOOP_BRANCH_MISSES, 0.0, 0.01 } } },
	{ .name = "page-touch",
	  .about = "touches pages for the first time",
	  .iteration = "1 page",
	  .kind = LOOP_FAULTS,
	  .run = run_touch,
	  .answers = { { LOOP_PAGE_FAULTS, EXACTLY(1) } } },
	{ .name = "syscalls",
	  .about = "asks the kernel for the parent's pid",
	  .iteration = "1 system call",
	  .kind = LOOP_SYSTEM,
	  .run = run_syscalls,
	  .answers = { { LOOP_INSTRUCTIONS, KERNEL_CALL - 1, KERNEL_CALL + 1 },
		       { LOOP_SYSCALLS, EXACTLY(1) } } },
	{ .name = "sleep",
	  .about = "sleeps for a millisecond",
	  .iteration = "1 sleep",
	  .kind = LOOP_WAIT,
	  .run = run_sleep,
	  .answers = { { LOOP_SWITCHES, 1.0, 1.5 },
		       { LOOP_SYSCALLS, EXACTLY(1) } } },
};
const size_t loop_count = ARRAY_LEN(loop_table);
