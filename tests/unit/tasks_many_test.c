/* Ten thousand tasks: what a tick of them takes in time and memory. */
#include "analyze/tasks/tasks.h"

#include "ticks.h"
#include "unit.h"

#include <malloc.h>
#include <time.h>

static int set_up(void **state)
{
	static struct ticks t;

	ticks_init(&t, "pid,user,cpu,ipc,branch_mpki,cache_mpki,command");
	*state = &t;
	return 0;
}

static int tear_down(void **state)
{
	ticks_done(*state);
	return 0;
}

static double seconds_now(void)
{
	struct timespec now;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
	return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

/* All ran, and all were counted.  How long feeding took. */
static double feed_many(struct ticks *t, size_t n)
{
	struct snapshot *counts = &t->tick.counts;
	double before;

	snapshot_init(counts, t->plan.ncounters, n);
	for (size_t i = 0; i < n; i++) {
		struct task *task = ticks_task(t, 1000 + (pid_t)i, 0, 0, "many",
					       (double)(1 + i % 100));

		task->slot = t->tick.nslots++;
		task->uncounted = TASK_COUNTED;
		for (size_t c = 0; c < counts->ncounters; c++)
			*snapshot_at(counts, c, i) =
				(struct reading){ .raw = 1000000 + i * c,
						  .enabled_ns = 1000000,
						  .running_ns = 1000000,
						  .state = READING_OK };
	}
	before = seconds_now();
	ticks_feed(t);
	return seconds_now() - before;
}

static double best_of_five(struct ticks *t, const struct rows_options *o)
{
	double best = 1e9;

	for (int k = 0; k < 5; k++) {
		double before, took;

		took = feed_many(t, 10000);
		before = seconds_now();
		assert_int_equal(ticks_rows(t, o)->all, 10000);
		took += seconds_now() - before;
		best = took < best ? took : best;
	}
	return best;
}

/*
 * A slow machine with a sanitizer has room; what is quadratic has not.  With
 * TASKS_TIME=1 it tells.
 */
static void ten_thousand_tasks_are_no_burden(void **state)
{
	struct ticks *t = *state;
	struct rows_options o = { .limit = 60 };
	double cpu = best_of_five(t, &o), ipc;

	o.sort = "ipc";
	ipc = best_of_five(t, &o);
	assert_true(cpu < 0.2 && ipc < 1.0);
	if (getenv("TASKS_TIME"))
		printf("# sorted by cpu %.2f ms, by ipc %.2f ms\n", cpu * 1e3,
		       ipc * 1e3);
}

#if defined(__GLIBC__) && __GLIBC_PREREQ(2, 33)
#define CAN_TELL_MEMORY 1
static size_t memory(void)
{
	struct mallinfo2 m = mallinfo2();

	return m.uordblks + m.hblkhd;
}
#else
#define CAN_TELL_MEMORY 0
static size_t memory(void)
{
	return 0;
}
#endif

static void memory_is_bounded(void **state)
{
	struct ticks *t = *state;
	struct rows_options o = { .limit = 60 };
	size_t before, used;

	if (!CAN_TELL_MEMORY) {
		print_message("# this libc does not tell how much is used\n");
		skip();
	}
	feed_many(t, 0);
	before = memory();
	for (int i = 0; i < 30; i++) {
		feed_many(t, 10000);
		ticks_rows(t, &o);
	}
	used = memory() - before;
	if (getenv("TASKS_TIME"))
		printf("# %zu KiB\n", used >> 10);
	/* a sanitizer's allocator tells nothing */
	assert_true(used < 8u << 20);
}

int main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		TEST(ten_thousand_tasks_are_no_burden),
		TEST(memory_is_bounded),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
