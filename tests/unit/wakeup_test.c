/*
 * Our wait for a CPU, against what a process that keeps us from it knows: the
 * kernel's account and the clock have to agree.
 */
#include "measure/wakeup.h"

#include "unit.h"

#include "base/clock.h"

#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define NS_PER_MS 1000000u

static void no_account_is_no_wait(void **state)
{
	struct wakeup w = { .fd = -1 };

	(void)state;
	wakeup_expect(&w);
	assert_false(w.known);
	assert_int_equal(wakeup_late_ns(&w), 0);
	wakeup_close(&w);
}

/* Without a sleep there was nothing to be woken from. */
static void who_did_not_sleep_was_not_woken(void **state)
{
	struct wakeup w;

	(void)state;
	wakeup_open(&w);
	wakeup_expect(&w);
	assert_int_equal(wakeup_late_ns(&w), 0);
	wakeup_close(&w);
}

/* Which of two sleeps a wait belongs to is not known. */
static void two_sleeps_are_not_told_apart(void **state)
{
	struct wakeup w;

	(void)state;
	wakeup_open(&w);
	wakeup_expect(&w);
	poll(NULL, 0, 1);
	poll(NULL, 0, 1);
	assert_int_equal(wakeup_late_ns(&w), 0);
	wakeup_close(&w);
}

/* On our CPU: say when we were woken, and keep us from it. */
static void keep_busy(int to, volatile uint64_t *woken_ns)
{
	uint64_t end = clock_now_ns() + 20 * NS_PER_MS;

	*woken_ns = clock_now_ns();
	if (write(to, "", 1) != 1)
		_exit(1);
	while (clock_now_ns() < end)
		;
	_exit(0);
}

/* One wake-up; how late by the clock, and by the account (0: not known). */
static void be_woken(volatile uint64_t *woken_ns, uint64_t *clock_ns,
		     uint64_t *account_ns)
{
	struct wakeup w;
	uint64_t now;
	int ends[2], status;
	char byte;
	pid_t pid;

	assert_int_equal(pipe(ends), 0);
	pid = fork();
	if (pid == 0)
		keep_busy(ends[1], woken_ns);
	wakeup_open(&w);
	wakeup_expect(&w);
	assert_int_equal(read(ends[0], &byte, 1), 1);
	now = clock_now_ns();
	*account_ns = wakeup_late_ns(&w);
	*clock_ns = now - *woken_ns;
	wakeup_close(&w);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	close(ends[0]);
	close(ends[1]);
}

static void the_wait_is_what_the_clock_says(void **state)
{
	void *shared = mmap(NULL, sizeof(uint64_t), PROT_READ | PROT_WRITE,
			    MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	volatile uint64_t *woken_ns = shared;
	struct sched_param none = { 0 };
	cpu_set_t here;
	size_t known = 0, close_by = 0;

	(void)state;
	assert_ptr_not_equal(shared, MAP_FAILED);
	/* batches do not push others away when they wake */
	CPU_ZERO(&here);
	CPU_SET(sched_getcpu(), &here);
	if (sched_setaffinity(0, sizeof(here), &here) < 0 ||
	    sched_setscheduler(0, SCHED_BATCH, &none) < 0) {
		print_message("# skipped: cannot stay on one CPU\n");
		skip();
	}
	for (int i = 0; i < 100 && known < 5; i++) {
		uint64_t by_clock, by_account;

		be_woken(woken_ns, &by_clock, &by_account);
		if (!by_account)
			continue;
		known++;
		assert_true(by_account <= by_clock);
		close_by += by_clock - by_account < NS_PER_MS;
	}
	/* who wakes us may lose the CPU between its clock and that */
	assert_true(2 * close_by >= known);
	if (!known) {
		print_message("# skipped: the kernel keeps no account\n");
		skip();
	}
	munmap(shared, sizeof(uint64_t));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(no_account_is_no_wait),
		cmocka_unit_test(who_did_not_sleep_was_not_woken),
		cmocka_unit_test(two_sleeps_are_not_told_apart),
		cmocka_unit_test(the_wait_is_what_the_clock_says),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
