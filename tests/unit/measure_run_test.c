/* One execution, with a kernel that is ours and children that are real. */
#include "measure/measure.h"

#include "fixture_events.h"
#include "fixture_measure.h"
#include "unit.h"

#include "base/auto.h"
#include "base/vec.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static void the_end_of_the_command_is_the_end(void **state)
{
	struct fixture_measure m;

	(void)state;
	fixture_measure_init(&m, "exit 42");
	assert_int_equal(fixture_measure_run(&m), 0);
	assert_int_equal(m.end, MEASURE_COMMAND);
	assert_true(m.run.has_rusage);
	assert_int_equal(WEXITSTATUS(m.run.wait_status), 42);
	assert_true(m.run.wall_ns > 0);
	assert_int_equal(m.run.nslots, 1);
	assert_int_equal(m.run.total.ncounters, m.plan.ncounters);
	fixture_measure_done(&m);
}

/* What we have ourselves is in what the kernel says. */
static void peak_memory_is_the_command_s_or_not_known(void **state)
{
	struct fixture_measure m;

	(void)state;
	fixture_measure_init(&m,
			     "x=$(head -c 40000000 /dev/zero | tr '\\0' x)");
	assert_int_equal(fixture_measure_run(&m), 0);
	assert_true(m.run.maxrss_kib > 35000);
	fixture_measure_done(&m);
}

/* Where the child has all of our memory, as it has at once. */
static void less_memory_than_ours_is_not_known(void **state)
{
	struct fixture_measure m;
	size_t size = (size_t)32 << 20;
	AUTO_FREE char *much = xmalloc(size);

	(void)state;
	memset(much, 1, size);
	fixture_measure_init(&m, "exec true");
	assert_int_equal(fixture_measure_run(&m), 0);
	assert_int_equal(much[size / 2], 1);
	assert_int_equal(m.run.maxrss_kib, 0);
	fixture_measure_done(&m);
}

static void a_command_that_is_killed_is_told_as_such(void **state)
{
	struct fixture_measure m;

	(void)state;
	fixture_measure_init(&m, "kill -9 $$");
	assert_int_equal(fixture_measure_run(&m), 0);
	assert_true(WIFSIGNALED(m.run.wait_status));
	assert_int_equal(WTERMSIG(m.run.wait_status), 9);
	fixture_measure_done(&m);
}

static void who_sleeps_leaves_the_cpu_by_itself(void **state)
{
	struct fixture_measure m;
	double wait = -1.0;

	(void)state;
	fixture_measure_init(&m, "i=0; while [ $i -lt 5 ]; do sleep 0.001; "
				 "i=$((i + 1)); done");
	assert_int_equal(fixture_measure_run(&m), 0);
	assert_true(m.run.usage.voluntary_switches >= 5);
	assert_true(m.run.usage.minor_faults > 0);
	if (m.run.usage.has_main_wait)
		assert_true(m.run.usage.main_cpu_ns > 0);
	/* what its children waited is not known */
	m.run.usage.has_main_wait = true;
	m.run.usage.main_wait_ns = 2000000000;
	m.run.user_ns = 30000000;
	m.run.sys_ns = 20000000;
	m.run.usage.main_cpu_ns = 40000000;
	assert_false(run_wait_s(&m.run, &wait));
	assert_true(wait == -1.0);
	m.run.usage.main_cpu_ns = 48000000;
	assert_true(run_wait_s(&m.run, &wait));
	assert_true(wait == 2.0);
	m.run.usage.has_main_wait = false;
	assert_false(run_wait_s(&m.run, &wait));
	fixture_measure_done(&m);
}

static void where_nothing_counts_nothing_starts(void **state)
{
	struct fixture_measure m;
	int fds[2];
	char byte;

	(void)state;
	assert_int_equal(pipe(fds), 0);
	fixture_measure_init(&m, "");
	snprintf(m.script, sizeof(m.script), "echo >&%d", fds[1]);
	m.fake.paranoid = 3;
	assert_int_equal(fixture_measure_run(&m), -ENODATA);
	assert_true(*m.err.what);
	assert_non_null(m.run.notes);
	assert_int_equal(m.run.notes[0].why.code, -EACCES);
	close(fds[1]);
	assert_int_equal(read(fds[0], &byte, 1), 0);
	close(fds[0]);
	fixture_measure_done(&m);
}

static void what_cannot_run_gives_its_errno(void **state)
{
	char none[] = "/no/such/program", dir[] = "/";
	struct fixture_measure m;

	(void)state;
	fixture_measure_init(&m, "");
	m.argv[0] = none;
	assert_int_equal(fixture_measure_run(&m), -ENOENT);
	assert_int_equal(m.end, MEASURE_CANNOT_RUN);
	fixture_measure_done(&m);
	fixture_measure_init(&m, "");
	m.argv[0] = dir;
	assert_int_equal(fixture_measure_run(&m), -EACCES);
	assert_int_equal(m.end, MEASURE_CANNOT_RUN);
	fixture_measure_done(&m);
}

static void a_timeout_ends_the_command(void **state)
{
	struct fixture_measure m;

	(void)state;
	fixture_measure_init(&m, "exec sleep 100");
	m.options.timeout_ms = 20;
	assert_int_equal(fixture_measure_run(&m), 0);
	assert_int_equal(m.end, MEASURE_TIMEOUT);
	assert_true(m.run.wall_ns >= 20000000u);
	assert_int_equal(WTERMSIG(m.run.wait_status), SIGTERM);
	fixture_measure_done(&m);
}

/* ---- slices ---- */

/* Two hardware events on a machine with one counter, or with @counters. */
static void with_hardware(struct fixture_measure *m, size_t counters)
{
	plan_done(&m->plan);
	fixture_add(&m->events, fixture_hardware("one", 3, -1));
	fixture_add(&m->events, fixture_hardware("two", 4, -1));
	m->fake.counters = counters;
	m->fake.tick_ns = 5000000;
	assert_int_equal(plan_make(&m->events, &m->uses, perf_fit_group,
				   &m->fit, &m->plan, NULL),
			 0);
	m->fake.reads = 0;
}

static size_t slices_of(const struct fixture_measure *m)
{
	size_t most = 0;

	for (size_t g = 0; m->run.total.spread && g < m->plan.ngroups; g++) {
		size_t n = spreads_slices(m->run.total.spread, g, 0);

		most = n > most ? n : most;
	}
	return most;
}

/*
 * How many slices of @ms fit into a time, and one at its end: a busy machine is
 * late, and what lasts longer than it should holds more of them.
 */
static size_t slices_in(uint64_t ns, unsigned ms)
{
	return (size_t)(ns / (UINT64_C(1000000) * ms)) + 1;
}

static void groups_that_take_turns_are_read_on_the_way(void **state)
{
	struct fixture_measure m;

	(void)state;
	fixture_measure_init(&m, NULL);
	m.options.timeout_ms = 250;
	with_hardware(&m, 1);
	assert_int_equal(plan_competing(&m.plan), 2);
	assert_int_equal(fixture_measure_run(&m), 0);
	assert_in_range(slices_of(&m), 3, slices_in(m.run.wall_ns, 10));
	fixture_measure_done(&m);
}

static void counters_for_all_need_no_slices(void **state)
{
	struct fixture_measure m;

	(void)state;
	fixture_measure_init(&m, NULL);
	m.options.timeout_ms = 250;
	with_hardware(&m, 8);
	assert_int_equal(fixture_measure_run(&m), 0);
	/* after 0.1 s and 0.2 s, and at the end */
	assert_in_range(slices_of(&m), 1, slices_in(m.run.wall_ns, 100));
	fixture_measure_done(&m);
}

static void software_is_not_read_on_the_way(void **state)
{
	struct fixture_measure m;

	(void)state;
	fixture_measure_init(&m, NULL);
	m.options.timeout_ms = 250;
	assert_int_equal(fixture_measure_run(&m), 0);
	assert_null(m.run.total.spread);
	fixture_measure_done(&m);
}

static int note_slices(void *arg, const struct run *run,
		       const struct snapshot *delta,
		       const struct snapshot *total, double at_s,
		       double length_s, struct err *err)
{
	size_t *most = arg, n;

	(void)run;
	(void)total;
	(void)at_s;
	(void)err;
	assert_non_null(delta->spread);
	n = spreads_slices(delta->spread, delta->spread->ngroups - 1, 0);
	assert_true(n <= slices_in((uint64_t)(length_s * 1e9), 10) + 1);
	*most = n > *most ? n : *most;
	return 0;
}

static void intervals_have_slices_of_their_own(void **state)
{
	struct fixture_measure m;
	size_t most = 0;

	(void)state;
	fixture_measure_init(&m, NULL);
	m.options.interval_count = 2;
	with_hardware(&m, 1);
	m.options.interval_ms = 200;
	m.options.hooks.interval = note_slices;
	m.options.hooks.arg = &most;
	assert_int_equal(fixture_measure_run(&m), 0);
	assert_true(most >= 3);
	assert_true(slices_of(&m) >= most);
	fixture_measure_done(&m);
}

/* ---- intervals ---- */

struct intervals {
	int calls, fail_at;
	double at_s, length_s;
	uint64_t sum, total;
};

static int note_interval(void *arg, const struct run *run,
			 const struct snapshot *delta,
			 const struct snapshot *total, double at_s,
			 double length_s, struct err *err)
{
	struct intervals *n = arg;

	assert_int_equal(run->nslots, 1);
	assert_true(at_s > n->at_s);
	assert_true(length_s > 0.0);
	assert_true(at_s - n->at_s - length_s < 1e-9);
	assert_true(length_s - (at_s - n->at_s) < 1e-9);
	n->at_s = at_s;
	n->length_s = length_s;
	n->sum += snapshot_at((struct snapshot *)(uintptr_t)delta, 0, 0)->raw;
	n->total = snapshot_at((struct snapshot *)(uintptr_t)total, 0, 0)->raw;
	if (++n->calls == n->fail_at)
		return err_set(err, -EPIPE, "nobody reads");
	return 0;
}

static void intervals_sum_to_the_total(void **state)
{
	struct intervals n = { 0 };
	struct fixture_measure m;

	(void)state;
	fixture_measure_init(&m, NULL);
	m.options.interval_ms = 5;
	m.options.interval_count = 4;
	m.options.hooks.interval = note_interval;
	m.options.hooks.arg = &n;
	assert_int_equal(fixture_measure_run(&m), 0);
	assert_int_equal(m.end, MEASURE_INTERVALS);
	assert_int_equal(n.calls, 4);
	assert_true(n.total > 0);
	assert_int_equal(n.sum, n.total);
	assert_false(m.run.has_rusage);
	fixture_measure_done(&m);
}

static void a_lost_read_is_not_counted_twice_later(void **state)
{
	struct intervals n = { 0 };
	struct fixture_measure m;

	(void)state;
	fixture_measure_init(&m, NULL);
	m.options.interval_ms = 5;
	m.options.interval_count = 4;
	m.options.hooks.interval = note_interval;
	m.options.hooks.arg = &n;
	m.fake.fail_read = 2;
	m.fake.fail_code = -EIO;
	assert_int_equal(fixture_measure_run(&m), 0);
	assert_int_equal(n.calls, 4);
	assert_true(n.total > 0);
	assert_int_equal(n.sum, n.total);
	fixture_measure_done(&m);
}

static void the_last_interval_goes_to_the_end(void **state)
{
	struct intervals n = { 0 };
	struct fixture_measure m;

	(void)state;
	fixture_measure_init(&m, NULL);
	m.options.interval_ms = 20;
	m.options.timeout_ms = 30;
	m.options.hooks.interval = note_interval;
	m.options.hooks.arg = &n;
	assert_int_equal(fixture_measure_run(&m), 0);
	assert_int_equal(m.end, MEASURE_TIMEOUT);
	assert_true(n.at_s >= 0.03);
	/* all but the last one end on the grid; the time may be over late */
	assert_in_range(n.calls, 1, slices_in((uint64_t)(n.at_s * 1e9), 20));
	assert_int_equal(n.sum, n.total);
	assert_int_equal(n.total, m.run.total.readings[0].raw);
	fixture_measure_done(&m);
}

static void a_hook_that_fails_ends_it_and_the_command(void **state)
{
	struct intervals n = { .fail_at = 2 };
	struct fixture_measure m;

	(void)state;
	fixture_measure_init(&m, "exec sleep 100");
	m.options.interval_ms = 5;
	m.options.hooks.interval = note_interval;
	m.options.hooks.arg = &n;
	assert_int_equal(fixture_measure_run(&m), -EPIPE);
	assert_string_equal(m.err.what, "nobody reads");
	assert_int_equal(n.calls, 2);
	fixture_measure_done(&m);
}

/* ---- from outside ---- */

static void a_signal_ends_it_and_reaches_the_command(void **state)
{
	static const int signals[] = { SIGINT, SIGTERM, SIGHUP };
	struct fixture_measure m;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(signals); i++) {
		int signo = signals[i];

		fixture_measure_init(&m, "");
		snprintf(m.script, sizeof(m.script),
			 "kill -%d %d; exec sleep 100", signo, (int)getpid());
		assert_int_equal(fixture_measure_run(&m), 0);
		assert_int_equal(m.end, MEASURE_SIGNAL);
		assert_int_equal(m.signo, signo);
		assert_int_equal(WTERMSIG(m.run.wait_status), signo);
		fixture_measure_done(&m);
	}
}

static void an_ignored_signal_stays_ignored(void **state)
{
	struct fixture_measure m;

	(void)state;
	signal(SIGINT, SIG_IGN);
	fixture_measure_init(&m, "");
	snprintf(m.script, sizeof(m.script), "kill -INT %d; exit 7",
		 (int)getpid());
	assert_int_equal(fixture_measure_run(&m), 0);
	assert_int_equal(m.end, MEASURE_COMMAND);
	assert_int_equal(WEXITSTATUS(m.run.wait_status), 7);
	fixture_measure_done(&m);
	signal(SIGINT, SIG_DFL);
}

static void the_mask_is_put_back(void **state)
{
	struct measure_signals s;
	sigset_t before, after;

	(void)state;
	sigprocmask(SIG_SETMASK, NULL, &before);
	assert_int_equal(measure_catch_signals(&s, NULL), 0);
	/* a pipe that broke meanwhile must not kill us afterwards */
	raise(SIGPIPE);
	measure_release_signals(&s);
	sigprocmask(SIG_SETMASK, NULL, &after);
	for (int i = 1; i < NSIG; i++)
		assert_int_equal(sigismember(&before, i),
				 sigismember(&after, i));
}

static void who_has_gone_ends_it(void **state)
{
	struct fixture_measure m;
	pid_t pid;
	int go[2];

	(void)state;
	assert_int_equal(pipe(go), 0);
	pid = fork();
	if (pid == 0) {
		char byte;

		close(go[1]);
		_exit(read(go[0], &byte, 1) != 0);
	}
	fixture_measure_init(&m, "");
	m.target.argv = NULL;
	VEC_PUSH(m.target.pids, m.target.npids, pid);
	m.options.timeout_ms = 20;
	assert_int_equal(fixture_measure_run(&m), 0);
	assert_int_equal(m.end, MEASURE_TIMEOUT);
	run_done(&m.run);
	m.options.timeout_ms = 0;
	close(go[1]);
	close(go[0]);
	/* nobody has asked for its status yet */
	assert_int_equal(fixture_measure_run(&m), 0);
	assert_int_equal(m.end, MEASURE_GONE);
	assert_int_equal(waitpid(pid, NULL, 0), pid);
	fixture_measure_done(&m);
}

static void control_is_obeyed(void **state)
{
	struct fixture_measure m;
	int fds[2];

	(void)state;
	assert_int_equal(pipe2(fds, O_NONBLOCK | O_CLOEXEC), 0);
	fixture_measure_init(&m, NULL);
	m.options.delay_ms = -1;
	m.control.fd = fds[0];
	assert_int_equal(write(fds[1], "ping\nstop\n", 10), 10);
	assert_int_equal(fixture_measure_run(&m), 0);
	assert_int_equal(m.end, MEASURE_CONTROL);
	assert_int_equal(snapshot_at(&m.run.total, 0, 0)->raw, 0);
	run_done(&m.run);
	assert_int_equal(write(fds[1], "enable\nstop\n", 12), 12);
	assert_int_equal(fixture_measure_run(&m), 0);
	assert_true(snapshot_at(&m.run.total, 0, 0)->raw > 0);
	close(fds[0]);
	close(fds[1]);
	fixture_measure_done(&m);
}

/* ---- whatever fails ---- */

static const int codes[] = { -EACCES, -EPERM,  -EINVAL, -EMFILE, -ENOENT,
			     -ENODEV, -ENOMEM, -EBUSY,  -ESRCH,  -EIO };

/* Fails call @n of one kind with @code; was there such a call at all? */
static bool survives(const char *script, int open_n, int read_n, int ioctl_n,
		     int code)
{
	struct fixture_measure m;
	int r, calls, n = open_n + read_n + ioctl_n;

	fixture_measure_init(&m, script);
	m.options.timeout_ms = script ? 0 : 2;
	m.fake.fail_open = open_n;
	m.fake.fail_read = read_n;
	m.fake.fail_ioctl = ioctl_n;
	m.fake.fail_code = code;
	r = fixture_measure_run(&m);
	if (r < 0)
		assert_true(*m.err.what);
	else
		assert_int_equal(m.run.total.ncounters, m.plan.ncounters);
	calls = open_n ? m.fake.opens : read_n ? m.fake.reads : m.fake.ioctls;
	fixture_measure_done(&m);
	return calls >= n;
}

static void every_call_may_fail_in_every_way(void **state)
{
	static const char *const scripts[] = { NULL, ":" };

	(void)state;
	for (size_t s = 0; s < ARRAY_LEN(scripts); s++)
		for (size_t c = 0; c < ARRAY_LEN(codes); c++) {
			const char *script = scripts[s];
			int code = codes[c];

			for (int n = 1; survives(script, n, 0, 0, code); n++)
				assert_true(n < 50);
			for (int n = 1; survives(script, 0, n, 0, code); n++)
				assert_true(n < 50);
			for (int n = 1; survives(script, 0, 0, n, code); n++)
				assert_true(n < 50);
		}
}

/* Else it would be waited for without end: the alarm is the failure. */
static void a_command_ends_also_where_sigchld_was_ignored(void **state)
{
	struct fixture_measure m;

	(void)state;
	signal(SIGCHLD, SIG_IGN);
	alarm(10);
	fixture_measure_init(&m, "exit 3");
	assert_int_equal(fixture_measure_run(&m), 0);
	assert_true(WIFEXITED(m.run.wait_status));
	assert_int_equal(WEXITSTATUS(m.run.wait_status), 3);
	fixture_measure_done(&m);
	alarm(0);
	assert_true(signal(SIGCHLD, SIG_DFL) == SIG_IGN);
}

/* ---- the cheap way to start a command ---- */

static int at_once(void **state)
{
	(void)state;
	fixture_measure_at_once = true;
	return 0;
}

static int not_at_once(void **state)
{
	(void)state;
	fixture_measure_at_once = false;
	return 0;
}

static void at_once_the_counters_are_on_the_command_s_own(void **state)
{
	struct fixture_measure m;
	const struct fake_event *leader;

	(void)state;
	fixture_measure_init(&m, "exit 3");
	assert_int_equal(fixture_measure_run(&m), 0);
	assert_int_equal(m.fake.opens, 2);
	leader = &m.fake.events[m.fake.nevents - 2];
	assert_int_equal(leader->pid, m.run.slots[0].pid);
	assert_true(leader->attr.enable_on_exec);
	assert_int_equal(m.fake.events[m.fake.nevents - 1].leader,
			 m.fake.nevents - 2);
	assert_true(m.run.start_ns > 0);
	fixture_measure_done(&m);
}

/* With a delay they are switched on later, so exec must not do it. */
static void a_delay_is_kept_also_when_asked_at_once(void **state)
{
	struct fixture_measure m;

	(void)state;
	fixture_measure_init(&m, "exec sleep 0.05");
	m.options.delay_ms = 1;
	assert_int_equal(fixture_measure_run(&m), 0);
	assert_false(m.fake.events[m.fake.nevents - 2].attr.enable_on_exec);
	assert_true(m.run.on_ns > 0 && m.run.on_ns < m.run.wall_ns);
	fixture_measure_done(&m);
}

int main(void)
{
#define AT_ONCE(name)                                                          \
	cmocka_unit_test_setup_teardown(name, at_once, not_at_once)
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_end_of_the_command_is_the_end),
		cmocka_unit_test(a_command_that_is_killed_is_told_as_such),
		cmocka_unit_test(peak_memory_is_the_command_s_or_not_known),
		cmocka_unit_test(who_sleeps_leaves_the_cpu_by_itself),
		cmocka_unit_test(where_nothing_counts_nothing_starts),
		cmocka_unit_test(what_cannot_run_gives_its_errno),
		cmocka_unit_test(a_timeout_ends_the_command),
		cmocka_unit_test(groups_that_take_turns_are_read_on_the_way),
		cmocka_unit_test(counters_for_all_need_no_slices),
		cmocka_unit_test(software_is_not_read_on_the_way),
		cmocka_unit_test(intervals_have_slices_of_their_own),
		cmocka_unit_test(intervals_sum_to_the_total),
		cmocka_unit_test(a_lost_read_is_not_counted_twice_later),
		cmocka_unit_test(the_last_interval_goes_to_the_end),
		cmocka_unit_test(a_hook_that_fails_ends_it_and_the_command),
		cmocka_unit_test(a_signal_ends_it_and_reaches_the_command),
		cmocka_unit_test(an_ignored_signal_stays_ignored),
		cmocka_unit_test(the_mask_is_put_back),
		cmocka_unit_test(a_command_ends_also_where_sigchld_was_ignored),
		cmocka_unit_test(who_has_gone_ends_it),
		cmocka_unit_test(control_is_obeyed),
		cmocka_unit_test(every_call_may_fail_in_every_way),
		AT_ONCE(at_once_the_counters_are_on_the_command_s_own),
		AT_ONCE(a_delay_is_kept_also_when_asked_at_once),
		AT_ONCE(the_end_of_the_command_is_the_end),
		AT_ONCE(a_command_that_is_killed_is_told_as_such),
		AT_ONCE(peak_memory_is_the_command_s_or_not_known),
		AT_ONCE(less_memory_than_ours_is_not_known),
		AT_ONCE(who_sleeps_leaves_the_cpu_by_itself),
		AT_ONCE(where_nothing_counts_nothing_starts),
		AT_ONCE(what_cannot_run_gives_its_errno),
		AT_ONCE(a_timeout_ends_the_command),
		AT_ONCE(a_signal_ends_it_and_reaches_the_command),
		AT_ONCE(an_ignored_signal_stays_ignored),
		AT_ONCE(the_mask_is_put_back),
		AT_ONCE(a_command_ends_also_where_sigchld_was_ignored),
		AT_ONCE(every_call_may_fail_in_every_way),
	};

	/* who started us may ignore some: nohup does */
	signal(SIGHUP, SIG_DFL);
	signal(SIGINT, SIG_DFL);
	signal(SIGTERM, SIG_DFL);
	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, fixture_measure_heed_signals,
				      NULL);
}
