#include "source/target.h"

#include "unit.h"

#include "base/auto.h"
#include "base/xalloc.h"

#include <errno.h>
#include <pthread.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

/* A process that has gone, so that its id names nobody. */
static pid_t gone_pid(void)
{
	pid_t pid = fork();

	if (pid == 0)
		_exit(0);
	waitpid(pid, NULL, 0);
	return pid;
}

static void lists_of_ids_are_appended(void **state)
{
	AUTO_FREE pid_t *pids = NULL;
	AUTO_FREE char *text =
		xasprintf("%d,%d", (int)getpid(), (int)getppid());
	struct err err = { 0 };
	size_t n = 0;

	(void)state;
	assert_int_equal(target_parse_pids(text, "process", &pids, &n, &err),
			 0);
	assert_int_equal(target_parse_pids(text, "process", &pids, &n, &err),
			 0);
	assert_int_equal(n, 4);
	assert_int_equal(pids[0], getpid());
	assert_int_equal(pids[3], getppid());
}

static void what_is_no_id_is_named(void **state)
{
	static const char *const bad[] = { "x",   "0",  "-1",
					   "1.5", "1x", "99999999999" };
	struct err err = { 0 };

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
		pid_t *pids = NULL;
		size_t n = 0;

		assert_int_equal(
			target_parse_pids(bad[i], "thread", &pids, &n, &err),
			-EINVAL);
		assert_non_null(strstr(err.what, bad[i]));
		assert_non_null(strstr(err.what, "thread"));
		assert_int_equal(n, 0);
	}
}

static void nothing_is_no_list(void **state)
{
	pid_t *pids = NULL;
	size_t n = 0;
	struct err err = { 0 };

	(void)state;
	assert_int_equal(target_parse_pids("", "process", &pids, &n, &err),
			 -EINVAL);
	assert_int_equal(target_parse_pids(",,", "process", &pids, &n, &err),
			 -EINVAL);
	assert_string_equal(err.what, "no process id given");
}

static void who_has_gone_is_named(void **state)
{
	pid_t pid = gone_pid();
	AUTO_FREE char *text = xasprintf("%d", (int)pid);
	AUTO_FREE char *want = xasprintf("there is no process %d", (int)pid);
	pid_t *pids = NULL;
	size_t n = 0;
	struct err err = { 0 };

	(void)state;
	assert_int_equal(target_parse_pids(text, "process", &pids, &n, &err),
			 -ESRCH);
	assert_string_equal(err.what, want);
	assert_true(*err.hint);
}

static void *wait_for_it(void *arg)
{
	pthread_barrier_wait(arg);
	pthread_barrier_wait(arg);
	return NULL;
}

static void the_threads_of_a_process_are_found(void **state)
{
	AUTO_FREE pid_t *alone = NULL;
	AUTO_FREE pid_t *both = NULL;
	size_t nalone = 0, nboth = 0;
	pthread_barrier_t barrier;
	pthread_t thread;
	char comm[32];

	(void)state;
	assert_int_equal(target_threads(getpid(), &alone, &nalone), 0);
	pthread_barrier_init(&barrier, NULL, 2);
	assert_int_equal(pthread_create(&thread, NULL, wait_for_it, &barrier),
			 0);
	pthread_barrier_wait(&barrier);
	assert_int_equal(target_threads(getpid(), &both, &nboth), 0);
	assert_int_equal(nboth, nalone + 1);
	for (size_t i = 1; i < nboth; i++)
		assert_true(both[i - 1] < both[i]);
	target_comm(getpid(), both[nboth - 1], comm, sizeof(comm));
	assert_string_not_equal(comm, "?");
	pthread_barrier_wait(&barrier);
	pthread_join(thread, NULL);
	pthread_barrier_destroy(&barrier);
}

static void all_threads_have_ours_among_them(void **state)
{
	AUTO_FREE pid_t *tids = NULL;
	size_t n = 0, found = 0;

	(void)state;
	assert_int_equal(target_threads(0, &tids, &n), 0);
	for (size_t i = 0; i < n; i++)
		found += tids[i] == getpid();
	assert_int_equal(found, 1);
}

static void a_process_that_has_gone_has_no_threads(void **state)
{
	pid_t mark = 7, *tids = &mark, pid = gone_pid();
	size_t n = 9;
	char comm[32];

	(void)state;
	assert_int_equal(target_threads(pid, &tids, &n), -ESRCH);
	assert_ptr_equal(tids, &mark);
	assert_int_equal(n, 9);
	target_comm(pid, pid, comm, sizeof(comm));
	assert_string_equal(comm, "?");
}

static void a_cgroup_that_is_not_there_is_named(void **state)
{
	struct err err = { 0 };

	(void)state;
	assert_true(target_open_cgroup("no-such-group-here", &err) < 0);
	assert_non_null(strstr(err.what, "no-such-group-here"));
	assert_true(target_open_cgroup("../../../../../..", &err) < 0);
	assert_non_null(strstr(err.what, "'../../../../../..'"));
}

static void only_a_command_is_not_attached(void **state)
{
	char *argv[] = { (char[]){ "true" }, NULL };
	struct target t = { .argv = argv };

	(void)state;
	assert_false(target_is_attached(&t));
	t.system_wide = true;
	assert_true(target_is_attached(&t));
	t.system_wide = false;
	t.npids = 1;
	assert_true(target_is_attached(&t));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(lists_of_ids_are_appended),
		cmocka_unit_test(what_is_no_id_is_named),
		cmocka_unit_test(nothing_is_no_list),
		cmocka_unit_test(who_has_gone_is_named),
		cmocka_unit_test(the_threads_of_a_process_are_found),
		cmocka_unit_test(all_threads_have_ours_among_them),
		cmocka_unit_test(a_process_that_has_gone_has_no_threads),
		cmocka_unit_test(a_cgroup_that_is_not_there_is_named),
		cmocka_unit_test(only_a_command_is_not_attached),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
