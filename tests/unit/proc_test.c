#include "source/tasks/proc.h"

#include "tree.h"
#include "unit.h"

#include "base/clock.h"

#include <errno.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

struct world {
	struct tree tree;
	struct proc proc;
};

static void begin(struct world *w)
{
	tree_make(&w->tree);
	tree_put_dir(&w->tree, "/proc");
	assert_int_equal(proc_open(&w->tree.root, &w->proc, NULL), 0);
}

static void end(struct world *w)
{
	proc_close(&w->proc);
	tree_remove(&w->tree);
}

#define FIELDS                                                                 \
	"4 5 6 7 -1 %s 101 102 103 104 105 106 107 108 20 0 3 0 99999999999 "  \
	"1000000 77 18446744073709551615 1 1 0 0 0 0 0 0 0 0 0 0 17 5 0 0"

static void fields_are_taken_whatever_the_name(void **state)
{
	static const char *const names[] = { "sh",    "a) R 1 (b",
					     "x y z", ")",
					     "",      "fifteen-letters" };
	struct world w;

	(void)state;
	begin(&w);
	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++) {
		struct proc_stat s = { 0 };
		char text[512];

		snprintf(text, sizeof(text), "12 (%s) S " FIELDS, names[i],
			 "4194560");
		tree_put(&w.tree, "/proc/12/stat", text);
		assert_int_equal(proc_stat(&w.proc, 12, 0, &s), 0);
		assert_string_equal(s.comm, names[i]);
		assert_int_equal(s.state, 'S');
		assert_int_equal(s.ppid, 4);
		assert_false(s.kernel);
		assert_int_equal(s.minor_faults, 101);
		assert_int_equal(s.major_faults, 103);
		assert_int_equal(s.user_ticks, 105);
		assert_int_equal(s.sys_ticks, 106);
		assert_int_equal(s.threads, 3);
		assert_int_equal(s.start_ticks, 99999999999u);
		assert_int_equal(s.rss_pages, 77);
		assert_int_equal(s.cpu, 5);
	}
	end(&w);
}

static void a_thread_of_the_kernel_is_told_by_its_flags(void **state)
{
	struct proc_stat s = { 0 };
	struct world w;
	char text[512];

	(void)state;
	begin(&w);
	snprintf(text, sizeof(text), "12 (x) I " FIELDS, "69238880");
	tree_put(&w.tree, "/proc/12/task/13/stat", text);
	assert_int_equal(proc_stat(&w.proc, 12, 13, &s), 0);
	assert_true(s.kernel);
	end(&w);
}

static void what_is_cut_off_makes_no_sense(void **state)
{
	struct proc_stat s = { .ppid = 99 };
	struct world w;
	char text[512];
	size_t whole;

	(void)state;
	begin(&w);
	snprintf(text, sizeof(text), "12 (x) S " FIELDS, "0");
	whole = strlen(text) - strlen(" 5 0 0");
	for (size_t n = 0; n < whole; n++) {
		char part[512];

		snprintf(part, sizeof(part), "%.*s", (int)n, text);
		tree_put(&w.tree, "/proc/12/stat", part);
		assert_int_equal(proc_stat(&w.proc, 12, 0, &s), -EIO);
		assert_int_equal(s.ppid, 99);
	}
	assert_int_equal(proc_stat(&w.proc, 13, 0, &s), -ESRCH);
	end(&w);
}

static void switches_are_known_where_the_kernel_tells_them(void **state)
{
	struct proc_status s;
	struct world w;

	(void)state;
	begin(&w);
	tree_put(&w.tree, "/proc/12/status",
		 "Name:\tUid: 5 5\nUid:\t10\t20\t30\t40\n"
		 "voluntary_ctxt_switches:\t7\n"
		 "nonvoluntary_ctxt_switches:\t8");
	assert_int_equal(proc_status(&w.proc, 12, 0, &s), 0);
	assert_int_equal(s.uid, 20);
	assert_true(s.has_switches);
	assert_int_equal(s.voluntary, 7);
	assert_int_equal(s.involuntary, 8);
	tree_put(&w.tree, "/proc/12/status", "Uid:\t10\t20\t30\t40");
	assert_int_equal(proc_status(&w.proc, 12, 0, &s), 0);
	assert_false(s.has_switches);
	tree_put(&w.tree, "/proc/12/status", "Name:\tx");
	assert_int_equal(proc_status(&w.proc, 12, 0, &s), -EIO);
	end(&w);
}

static void a_cgroup_is_that_of_the_second_version(void **state)
{
	struct world w;
	char *text;

	(void)state;
	begin(&w);
	tree_put(&w.tree, "/proc/12/cgroup",
		 "3:cpu:/other\n0::/user.slice/a b\n");
	assert_int_equal(proc_cgroup(&w.proc, 12, &text), 0);
	assert_string_equal(text, "/user.slice/a b");
	free(text);
	tree_put(&w.tree, "/proc/12/cgroup", "3:cpu:/other\n10::/x");
	assert_int_equal(proc_cgroup(&w.proc, 12, &text), 0);
	assert_string_equal(text, "");
	free(text);
	end(&w);
}

static void listings_are_sorted_and_have_numbers_only(void **state)
{
	struct proc_listing l;
	struct world w;
	int r;

	(void)state;
	begin(&w);
	for (int i = 2000; i > 0; i--) {
		char path[32];

		snprintf(path, sizeof(path), "/proc/%d", i * 7);
		tree_put_dir(&w.tree, path);
	}
	tree_put_dir(&w.tree, "/proc/self");
	tree_put_dir(&w.tree, "/proc/0x");
	for (int again = 0; again < 2; again++) {
		int steps = 0;

		assert_int_equal(proc_list_begin(&w.proc, 0, &l), 0);
		while ((r = proc_list_step(&w.proc, &l)) == 0)
			steps++;
		assert_int_equal(r, 1);
		assert_true(steps > 1);
		assert_int_equal(l.n, 2000);
		for (size_t i = 0; i < l.n; i++)
			assert_int_equal(l.items[i], (pid_t)(7 * (i + 1)));
		proc_list_end(&l);
	}
	assert_int_equal(proc_list_begin(&w.proc, 99999, &l), -ESRCH);
	end(&w);
}

static void a_recorded_machine_has_no_clocks(void **state)
{
	struct world w;
	uint64_t t = 5;

	(void)state;
	begin(&w);
	assert_false(w.proc.has_clocks);
	assert_int_equal(proc_clock(&w.proc, getpid(), &t), -ENOTSUP);
	assert_int_equal(t, 5);
	end(&w);
}

static void this_machine_has(void **state)
{
	struct rootfs root = { .prefix = "" };
	struct proc proc;
	uint64_t before, after, start = clock_now_ns();
	struct proc_stat s;
	char *command, name[16];

	(void)state;
	assert_int_equal(proc_open(&root, &proc, NULL), 0);
	assert_true(proc.has_clocks);
	assert_int_equal(proc_clock(&proc, getpid(), &before), 0);
	while (clock_now_ns() - start < 5000000)
		;
	assert_int_equal(proc_clock(&proc, getpid(), &after), 0);
	assert_true(after > before);
	/* numbers stop at 4194304 */
	assert_int_equal(proc_clock(&proc, 99999999, &after), -ESRCH);
	assert_int_equal(proc_stat(&proc, getpid(), 0, &s), 0);
	assert_int_equal(s.ppid, getppid());
	assert_int_equal(prctl(PR_GET_NAME, name), 0);
	assert_string_equal(s.comm, name);
	assert_int_equal(proc_command(&proc, getpid(), &command), 0);
	assert_non_null(strstr(command, "proc_test"));
	free(command);
	proc_close(&proc);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(fields_are_taken_whatever_the_name),
		cmocka_unit_test(a_thread_of_the_kernel_is_told_by_its_flags),
		cmocka_unit_test(what_is_cut_off_makes_no_sense),
		cmocka_unit_test(
			switches_are_known_where_the_kernel_tells_them),
		cmocka_unit_test(a_cgroup_is_that_of_the_second_version),
		cmocka_unit_test(listings_are_sorted_and_have_numbers_only),
		cmocka_unit_test(a_recorded_machine_has_no_clocks),
		cmocka_unit_test(this_machine_has),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
