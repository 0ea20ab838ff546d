/* Real children: what runs, what does not, and that none is left behind. */
#include "base/clock.h"
#include "source/launch.h"

#include "unit.h"

#include "base/auto.h"

#include <errno.h>
#include <signal.h>
#include <string.h>
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

	(void)state;
	sigemptyset(&mask);
	assert_int_equal(launch_prepare(&l, argv, &mask, false, &err), 0);
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
	uint64_t go_ns;

	(void)state;
	sigemptyset(&mask);
	assert_int_equal(launch_prepare(&l, argv, &mask, false, &err), 0);
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

	(void)state;
	sigemptyset(&mask);
	assert_int_equal(launch_prepare(&l, argv, &mask, false, &err), 0);
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

		snprintf(path, sizeof(path), "%s", rows[i].path);
		sigemptyset(&mask);
		assert_int_equal(launch_prepare(&l, argv, &mask, false, &err),
				 0);
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

	(void)state;
	sigemptyset(&mask);
	sigaddset(&mask, SIGUSR1);
	sigemptyset(&ours);
	sigaddset(&ours, SIGTERM);
	sigaddset(&ours, SIGCHLD);
	sigprocmask(SIG_BLOCK, &ours, &before);
	assert_int_equal(launch_prepare(&l, argv, &mask, false, &err), 0);
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
	int before = dup(STDIN_FILENO), after;

	(void)state;
	close(before);
	sigemptyset(&mask);
	for (int i = 0; i < 20; i++) {
		assert_int_equal(launch_prepare(&l, argv, &mask, false, &err),
				 0);
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
	siginfo_t info;

	(void)state;
	sigemptyset(&mask);
	assert_int_equal(launch_prepare(&l, argv, &mask, false, &err), 0);
	kill(l.pid, SIGKILL);
	assert_int_equal(waitid(P_PID, (id_t)l.pid, &info, WEXITED | WNOWAIT),
			 0);
	assert_true(launch_go(&l, argv, &err) < 0);
	assert_non_null(strstr(err.what, "cannot start 'true'"));
	launch_abandon(&l);
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
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
