/* Looking loops up, giving them memory, running them; see loops.h. */
#include "loops/loops.h"

#include "base/auto.h"
#include "base/clock.h"
#include "base/xalloc.h"
#include "loops/memory.h"

#include <errno.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

static const char *const what_names[] = {
	[LOOP_NOTHING] = "nothing",
	[LOOP_INSTRUCTIONS] = "instructions",
	[LOOP_CYCLES] = "cycles",
	[LOOP_BRANCHES] = "branches",
	[LOOP_BRANCH_MISSES] = "branch misses",
	[LOOP_L1_LOADS] = "L1 loads",
	[LOOP_L1_LOAD_MISSES] = "L1 load misses",
	[LOOP_L1_CODE_MISSES] = "L1 code misses",
	[LOOP_CACHE_REFERENCES] = "cache references",
	[LOOP_CACHE_MISSES] = "cache misses",
	[LOOP_PAGE_FAULTS] = "page faults",
	[LOOP_SWITCHES] = "context switches",
	[LOOP_SYSCALLS] = "system calls",
	[LOOP_CPU_TIME] = "CPU time",
};
_Static_assert(ARRAY_LEN(what_names) == LOOP_WHATS, "one name each");

const char *loop_what_name(enum loop_what what)
{
	return what_names[what];
}

const char *loop_level_name(enum loop_level level)
{
	static const char *const names[] = {
		[LOOP_L1] = "L1",
		[LOOP_L2] = "L2",
		[LOOP_L3] = "L3",
		[LOOP_DRAM] = "DRAM",
	};
	_Static_assert(ARRAY_LEN(names) == LOOP_LEVELS, "one name each");

	return names[level];
}

bool loop_is_exact(void)
{
	return KERNEL_EXACT;
}

const struct loop *loop_find(const char *name)
{
	for (size_t i = 0; i < loop_count; i++)
		if (strcmp(loop_table[i].name, name) == 0)
			return &loop_table[i];
	return NULL;
}

/* What a compiler makes of a loop changes nothing about these. */
static bool is_of_the_kernel(enum loop_what what)
{
	return what == LOOP_PAGE_FAULTS || what == LOOP_SWITCHES ||
	       what == LOOP_SYSCALLS;
}

const struct loop_answer *loop_answer(const struct loop *loop,
				      enum loop_what what)
{
	if (!loop_is_exact() && !is_of_the_kernel(what))
		return NULL;
	for (size_t i = 0; i < LOOP_ANSWERS; i++)
		if (loop->answers[i].what == what && what != LOOP_NOTHING)
			return &loop->answers[i];
	return NULL;
}

/* ---- how much memory ---- */

static uint64_t last_level(const struct loop_caches *c)
{
	uint64_t last = 0;

	for (int i = LOOP_L1; i < LOOP_DRAM; i++)
		if (c->size[i])
			last = c->size[i];
	return last;
}

static int no_level(const struct loop *loop, struct err *err)
{
	err_set(err, -ENODATA,
		"the kernel names no %s cache here, so its size is not known",
		loop_level_name(loop->level));
	err_hint(err, "tacho loop %s --size BYTES", loop->name);
	return -ENODATA;
}

/*
 * Well beyond the level before, and as little of its own as that allows: in a
 * virtual machine the last level may be a small part of what is told.
 */
static int cache_size(const struct loop *loop, const struct loop_caches *c,
		      size_t *ret, struct err *err)
{
	uint64_t own = c->size[loop->level], before, wanted;

	if (!own)
		return no_level(loop, err);
	before = loop->level == LOOP_L1 ? 0 : c->size[loop->level - 1];
	if (before && own <= 2 * before)
		return err_set(err, -ENODATA,
			       "%s is too small beside %s to be told from it",
			       loop_level_name(loop->level),
			       loop_level_name(loop->level - 1));
	wanted = (loop->level == LOOP_L2 ? 8 : 2) * before;
	*ret = (size_t)(before && wanted < own / 2 ? wanted : own / 2);
	return 0;
}

#define LEAST ((uint64_t)256 << 20)
#define MOST ((uint64_t)1 << 30)

/*
 * Four times the last level, of which then at most a quarter is kept.  With
 * less than twice it is not the memory that is seen.  Guests are not always
 * told the size of the host's cache, so it is never little.
 */
static int memory_size(const struct loop_caches *c, size_t *ret,
		       struct err *err)
{
	uint64_t last = last_level(c), wanted, limit = MOST;

	wanted = 4 * last > LEAST ? 4 * last : LEAST;
	if (c->limit && c->limit < limit)
		limit = c->limit;
	if (wanted > limit)
		wanted = limit;
	if (wanted < 2 * last)
		return err_set(err, -ENODATA,
			       "only %llu MiB may be used, which is too little "
			       "beside %llu MiB of cache",
			       (unsigned long long)(limit >> 20),
			       (unsigned long long)(last >> 20));
	*ret = (size_t)wanted & ~(size_t)4095;
	return 0;
}

int loop_size(const struct loop *loop, const struct loop_caches *caches,
	      size_t *ret, struct err *err)
{
	if (loop->kind != LOOP_CHASE && loop->kind != LOOP_STREAM) {
		*ret = 0;
		return 0;
	}
	if (loop->level == LOOP_DRAM)
		return memory_size(caches, ret, err);
	return cache_size(loop, caches, ret, err);
}

/* ---- running ---- */

static int open_chase(struct loop_state *s, size_t size, size_t line,
		      struct err *err)
{
	int r;

	if (size < 2 * line)
		return err_set(err, -EINVAL,
			       "%s needs at least %zu bytes, not %zu",
			       s->loop->name, 2 * line, size);
	r = memory_get(&s->memory, size, err);
	if (r < 0)
		return r;
	memory_link(s->memory.start, size, line, s->seed);
	s->at = s->memory.start;
	return 0;
}

static int open_stream(struct loop_state *s, size_t size, struct err *err)
{
	bool copies = s->loop->bytes > KERNEL_BYTES;
	size_t part = copies ? size / 2 : size;
	int r;

	part -= part % KERNEL_BYTES;
	if (!part)
		return err_set(err, -EINVAL,
			       "%s needs at least %d bytes, not %zu",
			       s->loop->name, s->loop->bytes, size);
	r = memory_get(&s->memory, size, err);
	if (r < 0)
		return r;
	/* all pages are there, and none of them is the kernel's zero page */
	memset(s->memory.start, 1, size);
	s->places = part / KERNEL_BYTES;
	if (copies)
		s->to = s->memory.start + part;
	return 0;
}

/* Small pages, else one fault would serve many of them. */
static int open_faults(struct loop_state *s, struct err *err)
{
	long page = sysconf(_SC_PAGESIZE);
	int r;

	s->places = 256;
	r = memory_get(&s->memory, (size_t)(page * (long)s->places), err);
	if (r < 0)
		return r;
	madvise(s->memory.start, s->memory.size, MADV_NOHUGEPAGE);
	return 0;
}

static int open_code(struct loop_state *s, struct err *err)
{
	int r = memory_get(&s->memory, (size_t)KERNEL_PLACES * 64, err);

	return r < 0 ? r
		     : memory_make_code(&s->memory, s->kernels, s->seed, err);
}

int loop_open(const struct loop *loop, size_t size, size_t line,
	      struct loop_state **ret, struct err *err)
{
	AUTO(loop_closep) struct loop_state *s = xcalloc(1, sizeof(*s));
	int r = 0;

	s->loop = loop;
	s->kernels = &LOOP_KERNELS;
	s->seed = 1;
	if (loop->kind == LOOP_CHASE)
		r = open_chase(s, size, line ? line : 64, err);
	else if (loop->kind == LOOP_STREAM)
		r = open_stream(s, size, err);
	else if (loop->kind == LOOP_CODE)
		r = open_code(s, err);
	else if (loop->kind == LOOP_FAULTS)
		r = open_faults(s, err);
	if (r < 0)
		return r;
	*ret = TAKE_PTR(s);
	return 0;
}

void loop_run(struct loop_state *state, uint64_t n)
{
	if (n)
		state->loop->run(state, n);
}

uint64_t loop_run_for(struct loop_state *state, uint64_t ns)
{
	uint64_t start = clock_now_ns(), done = 0, some = 1, took = 0;

	while (took < ns) {
		double rate;

		loop_run(state, some);
		done += some;
		took = clock_now_ns() - start;
		/* a tenth of the time between two looks at the clock */
		rate = (double)done / (double)(took ? took : 1);
		some = (uint64_t)(rate * (double)ns / 10.0);
		if (some > 4 * done)
			some = 4 * done;
		if (took < ns && (double)some > rate * (double)(ns - took))
			some = (uint64_t)(rate * (double)(ns - took));
		if (!some)
			some = 1;
	}
	return done;
}

const struct loop *loop_of(const struct loop_state *state)
{
	return state->loop;
}

void loop_close(struct loop_state *state)
{
	if (!state)
		return;
	memory_put(&state->memory);
	free(state);
}

void loop_closep(struct loop_state **state)
{
	loop_close(*state);
}
