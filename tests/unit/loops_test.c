/* The loops do what is known about them. */
#include "unit.h"

#include "base/auto.h"
#include "base/vec.h"
#include "loops/loops.h"
#include "loops/memory.h"

#include <errno.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/uio.h>
#include <sys/user.h>
#include <sys/wait.h>

#ifdef __aarch64__
#include <elf.h>
#endif

static const struct loop_caches usual = {
	.size = { 48 << 10, 1 << 20, 32 << 20 },
	.last_total = 64 << 20,
	.line = 64,
	.limit = UINT64_C(4) << 30,
};

static struct loop_state *open_sized(const char *name, size_t size)
{
	struct loop_state *s = NULL;
	struct err err = { 0 };

	if (loop_open(loop_find(name), size, 64, &s, &err) < 0)
		fail_msg("%s: %s", name, err.what);
	return s;
}

/* 64 places for a chase */
static struct loop_state *open_small(const char *name)
{
	return open_sized(name, 4096);
}

static void every_loop_says_what_it_is(void **unused)
{
	(void)unused;
	for (size_t i = 0; i < loop_count; i++) {
		const struct loop *l = &loop_table[i];

		assert_ptr_equal(loop_find(l->name), l);
		assert_true(*l->about && *l->iteration && l->run);
		assert_int_equal(l->steps > 0, l->kind == LOOP_CHASE);
		assert_int_equal(l->bytes > 0, l->kind == LOOP_STREAM);
		for (size_t k = 0; k < LOOP_ANSWERS; k++) {
			const struct loop_answer *a = &l->answers[k];

			assert_true(a->low >= 0.0 && a->low <= a->high);
			for (size_t m = 0; m < k; m++)
				assert_true(!a->what ||
					    l->answers[m].what != a->what);
		}
	}
	assert_null(loop_find("chase"));
	assert_null(loop_answer(&loop_table[0], LOOP_NOTHING));
	for (int w = 0; w < LOOP_WHATS; w++)
		assert_true(*loop_what_name(w));
	for (int l = 0; l < LOOP_LEVELS; l++)
		assert_true(*loop_level_name(l));
}

/* ---- the chase ---- */

/* How many steps lead back to the start. */
static size_t circle(char *memory, size_t size, size_t line)
{
	AUTO_FREE char *seen = xcalloc(size / line, 1);
	char *at = memory;
	size_t steps = 0;

	do {
		size_t place = (size_t)(at - memory) / line;

		assert_true(at >= memory && at < memory + size);
		assert_int_equal((size_t)(at - memory) % line, 0);
		assert_int_equal(seen[place], 0);
		seen[place] = 1;
		at = *(char **)(void *)at;
		steps++;
	} while (at != memory);
	return steps;
}

static void a_chase_is_one_circle_over_all_lines(void **unused)
{
	static const size_t lines[] = { 2, 3, 4, 7, 64, 1000, 4097 };
	static const size_t strides[] = { 8, 64, 128 };

	(void)unused;
	for (size_t i = 0; i < ARRAY_LEN(lines); i++) {
		for (size_t k = 0; k < ARRAY_LEN(strides); k++) {
			size_t size = lines[i] * strides[k];
			AUTO_FREE char *memory = xmalloc(size);

			memory_link(memory, size, strides[k], i + 1);
			assert_int_equal(circle(memory, size, strides[k]),
					 lines[i]);
		}
	}
}

/* A prefetcher that goes up or down by one line would be right that often. */
static void a_chase_jumps_about(void **unused)
{
	enum {
		LINES = 4096,
		LINE = 64
	};
	AUTO_FREE char *memory = xmalloc((size_t)LINES * LINE);
	size_t near = 0;

	(void)unused;
	memory_link(memory, (size_t)LINES * LINE, LINE, 1);
	for (size_t i = 0; i < LINES; i++) {
		char *at = memory + i * LINE;
		ptrdiff_t jump = *(char **)(void *)at - at;

		near += jump >= -2 * LINE && jump <= 2 * LINE;
	}
	assert_in_range(near, 0, LINES / 100);
}

static void a_chase_goes_on_where_it_ended(void **unused)
{
	AUTO(loop_closep) struct loop_state *s = open_small("chase-l1");
	void *start = s->at;

	(void)unused;
	loop_run(s, 3);
	assert_ptr_not_equal(s->at, start);
	/* 64 lines are eight iterations of eight loads */
	loop_run(s, 5);
	assert_ptr_equal(s->at, start);
	loop_run(s, 0);
	assert_ptr_equal(s->at, start);
}

/* ---- streams ---- */

static void a_copy_copies_all_of_it(void **unused)
{
	AUTO(loop_closep) struct loop_state *s = open_small("stream-copy");
	size_t half = s->memory.size / 2;

	(void)unused;
	assert_int_equal(s->places, half / KERNEL_BYTES);
	for (size_t i = 0; i < half; i++)
		s->memory.start[i] = (char)(i * 7);
	loop_run(s, s->places - 1);
	assert_memory_equal(s->to, s->memory.start, half - KERNEL_BYTES);
	assert_int_equal(s->to[half - 1], 1);
	/* over the end and on from the start */
	loop_run(s, 2);
	assert_memory_equal(s->to, s->memory.start, half);
	assert_int_equal(s->place, 1);
}

static void a_read_wraps_around(void **unused)
{
	AUTO(loop_closep) struct loop_state *s = open_small("stream-read");

	(void)unused;
	assert_int_equal(s->places, 4096 / KERNEL_BYTES);
	loop_run(s, 10 * s->places + 3);
	assert_int_equal(s->place, 3);
}

static void what_is_too_small_is_refused(void **unused)
{
	static const char *const names[] = { "chase-l1", "stream-read",
					     "stream-copy" };
	struct loop_state *s = NULL;
	struct err err;

	(void)unused;
	for (size_t i = 0; i < ARRAY_LEN(names); i++) {
		assert_int_equal(
			loop_open(loop_find(names[i]), 100, 64, &s, &err),
			-EINVAL);
		assert_non_null(strstr(err.what, names[i]));
		assert_null(s);
	}
	assert_true(loop_open(loop_find("stream-read"), SIZE_MAX, 64, &s,
			      &err) < 0);
	assert_null(s);
}

/* ---- assembly and C ---- */

static void c_does_the_same_work(void **unused)
{
	const struct loop_kernels *c = &loop_kernels_c, *k = &LOOP_KERNELS;
	char from[512] __attribute__((aligned(64)));
	char one[512] __attribute__((aligned(64)));
	char two[512] __attribute__((aligned(64)));
	char ring[4096];

	(void)unused;
	c->add_chain(3);
	c->add_wide(3);
	c->call(3);
	c->read(from, 4);
	assert_true(c->branch(1, 1000) == k->branch(1, 1000));
	memory_link(ring, sizeof(ring), 64, 1);
	assert_ptr_equal(c->chase(ring, 3), k->chase(ring, 3));
	for (size_t i = 0; i < sizeof(from); i++)
		from[i] = (char)(i * 5);
	memset(one, 0, sizeof(one));
	memset(two, 0, sizeof(two));
	c->copy(one, from, 3);
	k->copy(two, from, 3);
	assert_memory_equal(one, two, sizeof(one));
	assert_memory_equal(one, from, 384);
	assert_int_equal(one[384] | one[511], 0);
}

static void random_branches_are_even(void **unused)
{
	uint64_t seed = 1, up = 0, same = 0, before = 0;

	(void)unused;
	for (int i = 0; i < 100000; i++) {
		seed = LOOP_KERNELS.branch(seed, 1);
		up += seed >> 63;
		same += seed >> 63 == before;
		before = seed >> 63;
	}
	assert_in_range(up, 49000, 51000);
	assert_in_range(same, 49000, 51000);
}

/* ---- counting instructions, one by one ---- */

#if defined(__x86_64__) || defined(__aarch64__)
#define CAN_STEP 1

static uint64_t program_counter(pid_t pid)
{
#ifdef __x86_64__
	struct user_regs_struct regs;

	assert_int_equal(ptrace(PTRACE_GETREGS, pid, NULL, &regs), 0);
	return regs.rip;
#else
	struct user_regs_struct regs;
	struct iovec iov = { &regs, sizeof(regs) };

	assert_int_equal(ptrace(PTRACE_GETREGSET, pid, NT_PRSTATUS, &iov), 0);
	return regs.pc;
#endif
}

static bool is_branch(pid_t pid)
{
	unsigned long word = (unsigned long)ptrace(
		PTRACE_PEEKTEXT, pid, (void *)program_counter(pid), NULL);
#ifdef __x86_64__
	unsigned op = word & 0xff, next = word >> 8 & 0xff;

	return (op & 0xf0) == 0x70 || op == 0xeb || op == 0xe9 ||
	       (op == 0x0f && (next & 0xf0) == 0x80);
#else
	unsigned op = word >> 24 & 0xff;

	return op == 0x54 || (op & 0xfc) == 0x14 || (op & 0x7e) == 0x36;
#endif
}

struct steps {
	uint64_t instructions, branches;
};

/* What running @n iterations of @s takes in a child; false: not allowed. */
static bool count_steps(struct loop_state *s, uint64_t n, struct steps *ret)
{
	struct steps steps = { 0 };
	int status;
	pid_t pid = fork();

	assert_true(pid >= 0);
	if (pid == 0) {
		if (ptrace(PTRACE_TRACEME, 0, NULL, NULL) < 0)
			_exit(1);
		raise(SIGSTOP);
		loop_run(s, n);
		_exit(0);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	if (!WIFSTOPPED(status))
		return false;
	while (WIFSTOPPED(status)) {
		steps.instructions++;
		steps.branches += is_branch(pid);
		if (ptrace(PTRACE_SINGLESTEP, pid, NULL, NULL) < 0) {
			kill(pid, SIGKILL);
			waitpid(pid, &status, 0);
			return false;
		}
		assert_int_equal(waitpid(pid, &status, 0), pid);
	}
	assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 0);
	*ret = steps;
	return true;
}

/* Its places have one jump each, and the last a return. */
static void code_jumps_through_all_of_it(void **unused)
{
	AUTO(loop_closep) struct loop_state *s = open_small("code-jumps");
	const struct loop_answer *in, *br;
	struct steps none, once;

	(void)unused;
	if (!count_steps(s, 0, &none) || !count_steps(s, 1, &once)) {
		print_message("nobody may be traced here\n");
		skip();
	}
	in = loop_answer(s->loop, LOOP_INSTRUCTIONS);
	br = loop_answer(s->loop, LOOP_BRANCHES);
	/* the calls around it, of which a sanitizer makes more */
	assert_in_range(once.instructions - none.instructions, in->low,
			in->low + 60);
	/* not counted as one here: the return */
	assert_in_range(once.branches - none.branches, br->low - 1,
			br->low + 20);
}

/* The difference of two runs that do not wrap around is the loop alone. */
static void instructions_and_branches_are_as_known(void **unused)
{
	(void)unused;
	for (size_t i = 0; i < loop_count; i++) {
		const struct loop *l = &loop_table[i];
		const struct loop_answer *in, *br;
		struct steps few, many;

		in = loop_answer(l, LOOP_INSTRUCTIONS);
		br = loop_answer(l, LOOP_BRANCHES);
		if (!in || l->kind == LOOP_CODE)
			continue;
		AUTO(loop_closep)
		struct loop_state *s = open_sized(l->name, 1 << 14);

		if (!count_steps(s, 4, &few) || !count_steps(s, 14, &many)) {
			print_message("nobody may be traced here\n");
			skip();
		}
		many.instructions -= few.instructions;
		many.branches -= few.branches;
		/* branch-random ends on either way, one of which jumps */
		assert_in_range(many.instructions, in->low * 10 - 1,
				in->high * 10 + 1);
		if (br)
			assert_in_range(many.branches, br->low * 10 - 1,
					br->high * 10 + 1);
	}
}
#endif

/* ---- what the kernel sees ---- */

static void touching_faults_once_for_each_page(void **unused)
{
	AUTO(loop_closep) struct loop_state *s = open_small("page-touch");
	struct rusage before, after;

	(void)unused;
	/* what else would fault, after a fork for example, has done so then */
	loop_run(s, 1000);
	getrusage(RUSAGE_SELF, &before);
	loop_run(s, 1000);
	getrusage(RUSAGE_SELF, &after);
	assert_in_range(after.ru_minflt - before.ru_minflt, 1000, 1010);
}

static void sleeping_switches_once_for_each_sleep(void **unused)
{
	AUTO(loop_closep) struct loop_state *s = open_small("sleep");
	struct rusage before, after;

	(void)unused;
	getrusage(RUSAGE_SELF, &before);
	loop_run(s, 5);
	getrusage(RUSAGE_SELF, &after);
	assert_in_range(after.ru_nvcsw - before.ru_nvcsw, 5, 7);
}

static void running_for_a_time_takes_that_time(void **unused)
{
	static const char *const names[] = { "add-chain", "chase-l1", "sleep" };

	(void)unused;
	for (size_t i = 0; i < ARRAY_LEN(names); i++) {
		AUTO(loop_closep) struct loop_state *s = open_small(names[i]);

		/* on a busy machine one sleep may take all of it */
		assert_true(loop_run_for(s, 3000000) >= 1);
		assert_int_equal(loop_run_for(s, 0), 0);
	}
}

/* ---- sizes ---- */

static size_t size_of(const char *name, const struct loop_caches *c)
{
	struct err err = { 0 };
	size_t size = 0;

	if (loop_size(loop_find(name), c, &size, &err) < 0) {
		assert_true(*err.what);
		assert_int_equal(size, 0);
	}
	return size;
}

static void sizes_are_at_their_level(void **unused)
{
	struct loop_caches c = usual;

	(void)unused;
	assert_int_equal(size_of("chase-l1", &c), 24 << 10);
	assert_int_equal(size_of("chase-l2", &c), 384 << 10);
	assert_int_equal(size_of("chase-l3", &c), 2 << 20);
	assert_int_equal(size_of("chase-dram", &c), 256 << 20);
	c.size[LOOP_L3] = 100 << 20;
	assert_int_equal(size_of("chase-dram", &c), 400 << 20);
	assert_int_equal(size_of("stream-copy", &c), 400 << 20);
	c.size[LOOP_L3] = 400 << 20;
	assert_int_equal(size_of("chase-dram", &c), 1 << 30);
	assert_int_equal(size_of("add-chain", &c), 0);
	/* a small core: no L3, half of its L2 is nearer than eight L1 */
	c = (struct loop_caches){ .size = { 32 << 10, 256 << 10 } };
	assert_int_equal(size_of("chase-l2", &c), 128 << 10);
	assert_int_equal(size_of("chase-l3", &c), 0);
	assert_int_equal(size_of("chase-dram", &c), 256 << 20);
}

static void sizes_that_tell_nothing_are_refused(void **unused)
{
	struct loop_caches c = usual;
	struct err err = { 0 };
	size_t size;

	(void)unused;
	c.size[LOOP_L3] = 2 << 20;
	assert_int_equal(size_of("chase-l3", &c), 0);
	c = usual;
	c.limit = 48 << 20;
	assert_int_equal(size_of("chase-dram", &c), 0);
	c.limit = 80 << 20;
	assert_int_equal(size_of("chase-dram", &c), 80 << 20);
	/* nothing is known: memory can still be tried */
	c = (struct loop_caches){ 0 };
	assert_int_equal(size_of("chase-dram", &c), 256 << 20);
	assert_int_equal(loop_size(loop_find("chase-l1"), &c, &size, &err),
			 -ENODATA);
	assert_string_equal(err.hint, "tacho loop chase-l1 --size BYTES");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_loop_says_what_it_is),
		cmocka_unit_test(a_chase_is_one_circle_over_all_lines),
		cmocka_unit_test(a_chase_jumps_about),
		cmocka_unit_test(a_chase_goes_on_where_it_ended),
		cmocka_unit_test(a_copy_copies_all_of_it),
		cmocka_unit_test(a_read_wraps_around),
		cmocka_unit_test(what_is_too_small_is_refused),
		cmocka_unit_test(c_does_the_same_work),
		cmocka_unit_test(random_branches_are_even),
#ifdef CAN_STEP
		cmocka_unit_test(instructions_and_branches_are_as_known),
		cmocka_unit_test(code_jumps_through_all_of_it),
#endif
		cmocka_unit_test(touching_faults_once_for_each_page),
		cmocka_unit_test(sleeping_switches_once_for_each_sleep),
		cmocka_unit_test(running_for_a_time_takes_that_time),
		cmocka_unit_test(sizes_are_at_their_level),
		cmocka_unit_test(sizes_that_tell_nothing_are_refused),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
