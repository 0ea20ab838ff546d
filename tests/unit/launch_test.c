/* Real children: what runs, what does not, and that none is left behind. */
#include "base/clock.h"
#include "measure/usage.h"
#include "source/launch.h"

#include "unit.h"

#include "base/auto.h"
#include "base/clock.h"
#include "measure/usage.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static char dir[] = "/tmp/launch-test.XXXXXX";
static char ran[sizeof(dir) + 8];

static int make_dir(void **state)
{
	(void)state;
	snprintf(dir, sizeof(dir), "%s", "/tmp/launch-test.XXXXXX");
	if (!mkdtemp(dir))
		return -1;
	snprintf(ran, sizeof(ran), "%s/ran", dir);
	return 0;
}

static int remove_dir(void **state)
{
	(void)state;
	unlink(ran);
	return rmdir(dir);
}

static void assert_no_children(void)
{
	assert_int_equal(waitpid(-1, NULL, WNOHANG), -1);
	assert_int_equal(errno, ECHILD);
}

static int exit_status(pid_t pid)
{
	int status;

	assert_int_equal(waitpid(pid, &status, 0), pid);
	return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static void a_command_runs_when_it_is_let_go(void **state)
{
	char *argv[] = { (char[]){ "sh" }, (char[]){ "-c" },
			 (char[]){ "exit 42" }, NULL };
	struct err err = { 0 };
	struct launch l;
	sigset_t mask;
	const struct launch_how how = { .mask = &mask };

	(void)state;
	sigemptyset(&mask);
	assert_int_equal(launch_prepare(&l, argv, &how, &err), 0);
	assert_true(l.pid > 0);
	assert_int_equal(launch_go(&l, argv, &err), 0);
	assert_int_equal(exit_status(l.pid), 42);
	launch_abandon(&l);
	assert_no_children();
}

static void what_came_before_the_command_is_known(void **state)
{
	char *argv[] = { (char[]){ "true" }, NULL };
	struct timespec some = { .tv_nsec = 200000000 };
	struct err err = { 0 };
	struct launch l;
	sigset_t mask;
	const struct launch_how how = { .mask = &mask };
	uint64_t go_ns;

	(void)state;
	sigemptyset(&mask);
	assert_int_equal(launch_prepare(&l, argv, &how, &err), 0);
	nanosleep(&some, NULL);
	go_ns = clock_now_ns();
	assert_int_equal(launch_go(&l, argv, &err), 0);
	assert_true(l.before.time_ns >= go_ns);
	assert_true(l.before.time_ns <= clock_now_ns());
	/* it waited for the word; that is not the command's sleep */
	assert_true(l.before.used.ru_nvcsw >= 1);
	assert_int_equal(exit_status(l.pid), 0);
	launch_abandon(&l);
}

static void a_command_that_is_not_let_go_never_runs(void **state)
{
	char *argv[] = { (char[]){ "touch" }, ran, NULL };
	struct err err = { 0 };
	struct launch l;
	sigset_t mask;
	const struct launch_how how = { .mask = &mask };

	(void)state;
	sigemptyset(&mask);
	assert_int_equal(launch_prepare(&l, argv, &how, &err), 0);
	launch_abandon(&l);
	assert_int_equal(l.pid, 0);
	assert_int_equal(access(ran, F_OK), -1);
	assert_no_children();
}

static void what_cannot_run_says_why_and_is_reaped(void **state)
{
	static const struct {
		const char *path;
		int code;
		const char *what;
	} rows[] = {
		{ "/no/such/program", -ENOENT,
		  "cannot run '/no/such/program': No such file or directory" },
		{ "no-such-program-in-path", -ENOENT,
		  "cannot run 'no-such-program-in-path': command not found" },
		{ "/", -EACCES, "cannot run '/': Permission denied" },
		{ "/dev/null/x", -ENOTDIR,
		  "cannot run '/dev/null/x': Not a directory" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		char path[64];
		char *argv[] = { path, NULL };
		struct err err = { 0 };
		struct launch l;
		sigset_t mask;
		const struct launch_how how = { .mask = &mask };

		snprintf(path, sizeof(path), "%s", rows[i].path);
		sigemptyset(&mask);
		assert_int_equal(launch_prepare(&l, argv, &how, &err), 0);
		assert_int_equal(launch_go(&l, argv, &err), rows[i].code);
		assert_string_equal(err.what, rows[i].what);
		assert_int_equal(l.pid, 0);
		launch_abandon(&l);
		assert_no_children();
	}
}

static void the_command_gets_the_mask_that_it_was_to_get(void **state)
{
	char script[] = "exec grep -q '^SigBlk:.*0000000000000200$' "
			"/proc/self/status";
	char *argv[] = { (char[]){ "sh" }, (char[]){ "-c" }, script, NULL };
	struct err err = { 0 };
	struct launch l;
	sigset_t mask, ours, before;
	const struct launch_how how = { .mask = &mask };

	(void)state;
	sigemptyset(&mask);
	sigaddset(&mask, SIGUSR1);
	sigemptyset(&ours);
	sigaddset(&ours, SIGTERM);
	sigaddset(&ours, SIGCHLD);
	sigprocmask(SIG_BLOCK, &ours, &before);
	assert_int_equal(launch_prepare(&l, argv, &how, &err), 0);
	assert_int_equal(launch_go(&l, argv, &err), 0);
	assert_int_equal(exit_status(l.pid), 0);
	sigprocmask(SIG_SETMASK, &before, NULL);
}

static void descriptors_are_back_to_what_they_were(void **state)
{
	char *argv[] = { (char[]){ "true" }, NULL };
	struct err err = { 0 };
	struct launch l;
	sigset_t mask;
	const struct launch_how how = { .mask = &mask };
	int before = dup(STDIN_FILENO), after;

	(void)state;
	close(before);
	sigemptyset(&mask);
	for (int i = 0; i < 20; i++) {
		assert_int_equal(launch_prepare(&l, argv, &how, &err), 0);
		if (i % 2) {
			launch_abandon(&l);
		} else {
			assert_int_equal(launch_go(&l, argv, &err), 0);
			exit_status(l.pid);
		}
	}
	after = dup(STDIN_FILENO);
	close(after);
	assert_int_equal(after, before);
	assert_no_children();
}

static void a_child_that_was_killed_is_an_error_not_a_signal(void **state)
{
	char *argv[] = { (char[]){ "true" }, NULL };
	struct err err = { 0 };
	struct launch l;
	sigset_t mask;
	const struct launch_how how = { .mask = &mask };
	siginfo_t info;

	(void)state;
	sigemptyset(&mask);
	assert_int_equal(launch_prepare(&l, argv, &how, &err), 0);
	kill(l.pid, SIGKILL);
	assert_int_equal(waitid(P_PID, (id_t)l.pid, &info, WEXITED | WNOWAIT),
			 0);
	assert_true(launch_go(&l, argv, &err) < 0);
	assert_non_null(strstr(err.what, "cannot start 'true'"));
	launch_abandon(&l);
	assert_no_children();
}

/* ---- at once ---- */

static int note_pid(void *arg)
{
	*(pid_t *)arg = getpid();
	return 0;
}

static void at_once_the_child_works_on_our_memory_first(void **state)
{
	char *argv[] = { (char[]){ "sh" }, (char[]){ "-c" },
			 (char[]){ "exit 42" }, NULL };
	const struct launch_how how = { 0 };
	struct err err = { 0 };
	struct launch l;
	uint64_t before = clock_now_ns();
	pid_t seen = 0;

	(void)state;
	assert_int_equal(launch_at_once(&l, argv, &how, note_pid, &seen, &err),
			 0);
	assert_true(l.pid > 0);
	assert_int_equal(seen, l.pid);
	assert_true(l.before.time_ns >= before &&
		    l.before.time_ns <= clock_now_ns());
	assert_int_equal(launch_go(&l, argv, &err), 0);
	assert_int_equal(exit_status(l.pid), 42);
	launch_abandon(&l);
	assert_no_children();
}

/* Opening counters may take longer than a short command. */
static int work_hard(void *arg)
{
	uint64_t begin = clock_now_ns();
	struct rusage used;

	do
		getrusage(RUSAGE_SELF, &used);
	while (used.ru_utime.tv_usec + used.ru_stime.tv_usec < 100000);
	*(uint64_t *)arg = clock_now_ns();
	return *(uint64_t *)arg > begin ? 0 : -EDOM;
}

static void at_once_what_came_before_is_not_the_command_s(void **state)
{
	char *argv[] = { (char[]){ "true" }, NULL };
	const struct launch_how how = { 0 };
	struct err err = { 0 };
	struct run run = { 0 };
	struct launch l;
	uint64_t ready_ns = 0;

	(void)state;
	assert_int_equal(
		launch_at_once(&l, argv, &how, work_hard, &ready_ns, &err), 0);
	assert_true(l.before.time_ns >= ready_ns);
	assert_int_equal(launch_go(&l, argv, &err), 0);
	while (!usage_reap(&l, &run))
		sched_yield();
	assert_true(run.user_ns + run.sys_ns < 90000000);
	if (run.usage.has_main_wait)
		assert_true(run.usage.main_cpu_ns < 90000000);
	launch_abandon(&l);
	assert_no_children();
}

static int refuse(void *arg)
{
	(void)arg;
	return -EDOM;
}

static void at_once_nothing_runs_that_is_refused(void **state)
{
	char *argv[] = { (char[]){ "touch" }, ran, NULL };
	const struct launch_how how = { 0 };
	struct err err = { 0 };
	struct launch l;

	(void)state;
	assert_int_equal(launch_at_once(&l, argv, &how, refuse, NULL, &err),
			 -EDOM);
	assert_int_equal(l.pid, 0);
	assert_int_equal(access(ran, F_OK), -1);
	launch_abandon(&l);
	assert_no_children();
}

static void at_once_what_cannot_run_says_why(void **state)
{
	char path[] = "no-such-program-in-path";
	char *argv[] = { path, NULL };
	const struct launch_how how = { 0 };
	struct err err = { 0 };
	struct launch l;
	pid_t seen;

	(void)state;
	assert_int_equal(launch_at_once(&l, argv, &how, note_pid, &seen, &err),
			 0);
	assert_int_equal(l.pid, 0);
	assert_int_equal(launch_go(&l, argv, &err), -ENOENT);
	assert_string_equal(err.what, "cannot run 'no-such-program-in-path': "
				      "command not found");
	launch_abandon(&l);
	assert_no_children();
}

/* Ours are the same as before, also what was closed. */
static void redirections_are_the_command_s_alone(void **state)
{
	char script[] = "cat; echo out; echo errors >&2";
	char *argv[] = { (char[]){ "sh" }, (char[]){ "-c" }, script, NULL };
	const char *const wants[] = { "", "input\nout\n", "errors\n" };
	int files[3];
	const struct launch_how how = { .files = files };
	struct err err = { 0 };
	char text[64];
	int kept;

	(void)state;
	for (int hasty = 0; hasty < 2; hasty++) {
		struct stat before, after;
		struct launch l;
		pid_t seen;

		for (int i = 0; i < 3; i++) {
			files[i] = memfd_create("x", MFD_CLOEXEC);
			assert_true(files[i] > 2);
		}
		assert_int_equal(write(files[0], "input\n", 6), 6);
		lseek(files[0], 0, SEEK_SET);
		fstat(STDOUT_FILENO, &before);
		kept = fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, 3);
		close(STDIN_FILENO);
		if (hasty)
			assert_int_equal(launch_at_once(&l, argv, &how,
							note_pid, &seen, &err),
					 0);
		else
			assert_int_equal(launch_prepare(&l, argv, &how, &err),
					 0);
		assert_int_equal(launch_go(&l, argv, &err), 0);
		assert_int_equal(exit_status(l.pid), 0);
		assert_int_equal(fcntl(STDIN_FILENO, F_GETFD), -1);
		dup2(kept, STDIN_FILENO);
		close(kept);
		fstat(STDOUT_FILENO, &after);
		assert_int_equal(before.st_ino, after.st_ino);
		for (int i = 1; i < 3; i++) {
			ssize_t n = pread(files[i], text, sizeof(text) - 1, 0);

			assert_true(n >= 0);
			text[n] = '\0';
			assert_string_equal(text, wants[i]);
		}
		for (int i = 0; i < 3; i++)
			close(files[i]);
	}
	assert_no_children();
}

static void at_once_the_mask_and_the_descriptors_are_right(void **state)
{
	char look[] = "exec grep -q '^SigBlk:.*0000000000000200$' "
		      "/proc/self/status";
	char list[] = "exec ls -v /proc/self/fd";
	char *argv[] = { (char[]){ "sh" }, (char[]){ "-c" }, look, NULL };
	int before = dup(STDIN_FILENO), after, out, files[3] = { -1, -1, -1 };
	struct err err = { 0 };
	char text[256];
	struct launch l;
	sigset_t mask, now;
	const struct launch_how how = { .mask = &mask, .files = files };
	pid_t seen;
	ssize_t n;

	(void)state;
	close(before);
	/* far from those that ls opens */
	out = memfd_create("x", MFD_CLOEXEC);
	files[1] = fcntl(out, F_DUPFD_CLOEXEC, 50);
	close(out);
	out = files[1];
	sigemptyset(&mask);
	sigaddset(&mask, SIGUSR1);
	for (int i = 0; i < 20; i++) {
		argv[2] = i < 19 ? look : list;
		assert_int_equal(ftruncate(out, 0), 0);
		lseek(out, 0, SEEK_SET);
		assert_int_equal(
			launch_at_once(&l, argv, &how, note_pid, &seen, &err),
			0);
		assert_int_equal(exit_status(l.pid), 0);
	}
	n = pread(out, text, sizeof(text) - 1, 0);
	assert_true(n >= 6);
	text[n] = '\0';
	/* what this test itself was given may be there, ours may not */
	assert_memory_equal(text, "0\n1\n2\n", 6);
	snprintf(text + 200, 8, "\n%d\n", out);
	assert_null(strstr(text, text + 200));
	sigprocmask(SIG_SETMASK, NULL, &now);
	assert_int_equal(sigismember(&now, SIGUSR1), 0);
	assert_int_equal(sigismember(&now, SIGTERM), 0);
	after = dup(STDIN_FILENO);
	close(after);
	assert_int_equal(after, before);
	close(out);
	assert_no_children();
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, make_dir, remove_dir)
	const struct CMUnitTest tests[] = {
		TEST(a_command_runs_when_it_is_let_go),
		TEST(what_came_before_the_command_is_known),
		TEST(a_command_that_is_not_let_go_never_runs),
		TEST(what_cannot_run_says_why_and_is_reaped),
		TEST(the_command_gets_the_mask_that_it_was_to_get),
		TEST(descriptors_are_back_to_what_they_were),
		TEST(a_child_that_was_killed_is_an_error_not_a_signal),
		TEST(at_once_the_child_works_on_our_memory_first),
		TEST(at_once_what_came_before_is_not_the_command_s),
		TEST(at_once_nothing_runs_that_is_refused),
		TEST(at_once_what_cannot_run_says_why),
		TEST(redirections_are_the_command_s_alone),
		TEST(at_once_the_mask_and_the_descriptors_are_right),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
