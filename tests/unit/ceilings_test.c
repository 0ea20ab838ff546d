/* What a machine can do, kept in a file. */
#include "unit.h"

#include "base/auto.h"
#include "base/xalloc.h"
#include "record/ceilings.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static char home[] = "/tmp/tacho-ceilings.XXXXXX";
static const struct ceilings fast = { { 5e10, 2e10, 1.25, 4.5, 0.0, 90.125 } };
static const struct ceilings slow = { { 1e9, 1e9, 2.0, 8.0, 20.0, 200.0 } };

static int set_up(void **unused)
{
	(void)unused;
	strcpy(home, "/tmp/tacho-ceilings.XXXXXX");
	assert_non_null(mkdtemp(home));
	unsetenv("XDG_CACHE_HOME");
	setenv("HOME", home, 1);
	return 0;
}

static int tear_down(void **unused)
{
	AUTO_FREE char *command = xasprintf("rm -rf '%s'", home);

	(void)unused;
	return system(command);
}

static void write_file(const char *text)
{
	AUTO_FREE char *path = ceilings_path(NULL);
	FILE *f;

	/* makes the directories */
	assert_int_equal(ceilings_save("x", &slow, NULL), 0);
	f = fopen(path, "w");
	assert_non_null(f);
	fputs(text, f);
	assert_int_equal(fclose(f), 0);
}

static void assert_same(const struct ceilings *a, const struct ceilings *b)
{
	for (size_t i = 0; i < CEILINGS; i++)
		assert_true(a->value[i] == b->value[i]);
}

static void what_is_saved_is_loaded(void **unused)
{
	struct ceilings c = { 0 };

	(void)unused;
	assert_int_equal(ceilings_save("a", &fast, NULL), 0);
	assert_int_equal(ceilings_load("a", &c, NULL), 0);
	assert_same(&c, &fast);
	assert_int_equal(ceilings_save("a", &slow, NULL), 0);
	assert_int_equal(ceilings_load("a", &c, NULL), 0);
	assert_same(&c, &slow);
}

static void machines_do_not_disturb_each_other(void **unused)
{
	struct err err = { 0 };
	struct ceilings c = { 0 };

	(void)unused;
	assert_int_equal(ceilings_save("a", &fast, NULL), 0);
	assert_int_equal(ceilings_save("b", &slow, NULL), 0);
	assert_int_equal(ceilings_load("a", &c, NULL), 0);
	assert_same(&c, &fast);
	assert_int_equal(ceilings_load("c", &c, &err), -ENODATA);
	assert_same(&c, &fast);
	assert_non_null(strstr(err.what, "this machine is not"));
	assert_string_equal(err.hint, "tacho doctor --calibrate");
	/* the oldest is let go in the end */
	for (int i = 0; i < 20; i++) {
		char name[8];

		snprintf(name, sizeof(name), "m%d", i);
		assert_int_equal(ceilings_save(name, &slow, NULL), 0);
	}
	assert_int_equal(ceilings_load("a", &c, NULL), -ENODATA);
	assert_int_equal(ceilings_load("m5", &c, NULL), 0);
}

static void a_machine_that_was_not_calibrated_says_so(void **unused)
{
	struct err err = { 0 };
	struct ceilings c;

	(void)unused;
	assert_int_equal(ceilings_load("a", &c, &err), -ENODATA);
	assert_string_equal(err.what,
			    "not calibrated: run 'tacho doctor --calibrate'");
	assert_string_equal(err.hint, "tacho doctor --calibrate");
}

static void a_broken_file_is_ignored_and_then_replaced(void **unused)
{
	static const char *const texts[] = {
		"",
		"{",
		"[]",
		"{\"schema\": \"tacho-ceilings-9\", \"machines\": []}",
		"{\"schema\": \"tacho-ceilings-1\", \"machines\": 3}",
		"{\"schema\": \"tacho-ceilings-1\", \"machines\": "
		"[{\"machine\": \"a\", \"latency_l1\": \"fast\"}]}",
		"{\"schema\": \"tacho-ceilings-1\", \"machines\": "
		"[3, {\"machine\": \"a\", \"latency_l2\": -1}]}",
	};

	(void)unused;
	for (size_t i = 0; i < ARRAY_LEN(texts); i++) {
		struct ceilings c = slow;
		struct err err = { 0 };

		write_file(texts[i]);
		assert_int_equal(ceilings_load("a", &c, &err), -EBADMSG);
		assert_same(&c, &slow);
		assert_non_null(strstr(err.what, "ceilings.json' is not used"));
		assert_string_equal(err.hint, "tacho doctor --calibrate");
		assert_int_equal(ceilings_save("a", &fast, &err), 0);
		assert_int_equal(ceilings_load("a", &c, NULL), 0);
		assert_same(&c, &fast);
	}
}

static void what_is_missing_in_the_file_is_not_known(void **unused)
{
	struct ceilings c = slow;

	(void)unused;
	write_file("{\"schema\": \"tacho-ceilings-1\", \"machines\": "
		   "[{\"machine\": \"a\", \"latency_l1\": 3}]}");
	assert_int_equal(ceilings_load("a", &c, NULL), 0);
	assert_true(c.value[CEILING_LATENCY_L1] == 3.0);
	assert_true(c.value[CEILING_BANDWIDTH] == 0.0);
}

static void formulas_find_them_by_name(void **unused)
{
	struct err err = { 0 };
	double value = 1.0;

	(void)unused;
	for (int i = 0; i < CEILINGS; i++) {
		int r = ceilings_find(&slow, ceiling_name(i), &value, &err);

		assert_int_equal(r, 0);
		assert_true(value == slow.value[i]);
	}
	assert_int_equal(ceilings_find(&fast, "latency_l3", &value, &err),
			 -ENODATA);
	assert_non_null(strstr(err.what, "latency_l3"));
	assert_int_equal(ceilings_find(&fast, "latency_l4", &value, &err),
			 -ENOENT);
	assert_true(value == slow.value[CEILINGS - 1]);
}

static void xdg_says_where(void **unused)
{
	AUTO_FREE char *cache = xasprintf("%s/elsewhere", home);
	AUTO_FREE char *expected =
		xasprintf("%s/elsewhere/tacho/ceilings.json", home);
	AUTO_FREE char *at_home =
		xasprintf("%s/.cache/tacho/ceilings.json", home);
	AUTO_FREE char *path = NULL;
	AUTO_FREE char *relative = NULL;

	(void)unused;
	setenv("XDG_CACHE_HOME", cache, 1);
	path = ceilings_path(NULL);
	assert_string_equal(path, expected);
	assert_int_equal(ceilings_save("a", &fast, NULL), 0);
	assert_int_equal(access(expected, R_OK), 0);
	setenv("XDG_CACHE_HOME", "relative", 1);
	relative = ceilings_path(NULL);
	assert_string_equal(relative, at_home);
}

static void without_a_place_there_is_a_reason(void **unused)
{
	struct err err = { 0 };
	struct ceilings c;

	(void)unused;
	unsetenv("HOME");
	assert_int_equal(ceilings_load("a", &c, &err), -ENOENT);
	assert_non_null(strstr(err.what, "HOME"));
	assert_int_equal(ceilings_save("a", &fast, &err), -ENOENT);
	assert_non_null(strstr(err.what, "HOME"));
	/* a home that is not there is not made */
	setenv("HOME", "/no/such/home", 1);
	assert_int_equal(ceilings_save("a", &fast, &err), -ENOENT);
	assert_non_null(strstr(err.what, "/no/such/home/.cache"));
}

static void what_stands_in_the_way_is_named(void **unused)
{
	AUTO_FREE char *cache = xasprintf("%s/.cache", home);
	struct err err = { 0 };
	struct ceilings c;
	FILE *f = fopen(cache, "w");

	(void)unused;
	assert_non_null(f);
	fclose(f);
	assert_int_equal(ceilings_save("a", &fast, &err), -ENOTDIR);
	assert_non_null(strstr(err.what, cache));
	assert_int_equal(ceilings_load("a", &c, &err), -ENOTDIR);
}

static void nothing_is_left_beside_the_file(void **unused)
{
	AUTO_FREE char *ls = xasprintf("ls -A '%s/.cache/tacho'", home);
	char line[64] = "", more[64];
	FILE *f;

	(void)unused;
	assert_int_equal(ceilings_save("a", &fast, NULL), 0);
	assert_int_equal(ceilings_save("b", &fast, NULL), 0);
	f = popen(ls, "r");
	assert_non_null(f);
	assert_non_null(fgets(line, sizeof(line), f));
	assert_string_equal(line, "ceilings.json\n");
	assert_null(fgets(more, sizeof(more), f));
	pclose(f);
}

static void a_machine_is_its_cpu_and_where_it_runs(void **unused)
{
	struct cpu cpu = { .arch = CPU_ARCH_X86,
			   .vendor = "GenuineIntel",
			   .family = 6,
			   .model = 143,
			   .stepping = 8 };
	AUTO_FREE char *host = NULL;
	AUTO_FREE char *guest = NULL;
	char name[256] = "";

	(void)unused;
	host = ceilings_machine(&cpu, 64);
	assert_int_equal(gethostname(name, sizeof(name) - 1), 0);
	assert_non_null(strstr(host, name));
	assert_non_null(strstr(host, "GenuineIntel 6/143 step 8, 64 CPUs"));
	strcpy(cpu.hypervisor, "KVM");
	guest = ceilings_machine(&cpu, 2);
	assert_string_equal(guest,
			    "GenuineIntel 6/143 step 8, 2 CPUs, guest of KVM");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(what_is_saved_is_loaded),
		TEST(machines_do_not_disturb_each_other),
		TEST(a_machine_that_was_not_calibrated_says_so),
		TEST(a_broken_file_is_ignored_and_then_replaced),
		TEST(what_is_missing_in_the_file_is_not_known),
		TEST(formulas_find_them_by_name),
		TEST(xdg_says_where),
		TEST(without_a_place_there_is_a_reason),
		TEST(what_stands_in_the_way_is_named),
		TEST(nothing_is_left_beside_the_file),
		TEST(a_machine_is_its_cpu_and_where_it_runs),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
