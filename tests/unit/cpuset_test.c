#include "cpu/cpuset.h"

#include "base/auto.h"

#include "unit.h"

#include <errno.h>
#include <string.h>

static const struct {
	const char *text;
	const char *formatted;
	size_t n;
} good[] = {
	{ "", "", 0 },
	{ "0", "0", 1 },
	{ "0-3,8", "0-3,8", 5 },
	{ "8,0-3", "0-3,8", 5 },
	{ "1,1,0-2,2", "0-2", 3 },
	{ "5-5", "5", 1 },
	{ "0,2,4-5,7,6", "0,2,4-7", 6 },
	{ "65535", "65535", 1 },
	{ "00-01", "0-1", 2 },
};

static const struct {
	const char *text;
	const char *says;
} bad[] = {
	{ "x", "expected a CPU number at character 1" },
	{ "-1", "expected a CPU number at character 1" },
	{ "0-", "expected a CPU number at character 3" },
	{ "0,,1", "expected a CPU number at character 3" },
	{ ",", "expected a CPU number at character 1" },
	{ "0,", "ends with a comma" },
	{ "0 1", "expected ',' or '-' at character 2" },
	{ "1-2-3", "expected ',' or '-' at character 4" },
	{ "4,7-5", "the range '7-5' at character 3 runs backwards" },
	{ "1,65536", "65536 at character 3 is more than 65535" },
	{ "0-99999999999999999999", "at character 3 is more than 65535" },
};

static void lists_are_read_and_written_back(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(good); i++) {
		AUTO(cpuset_done) struct cpuset set = { 0 };
		AUTO_FREE char *text = NULL;
		struct err err = { 0 };

		assert_int_equal(cpuset_parse(good[i].text, &set, &err), 0);
		assert_int_equal(set.n, good[i].n);
		text = cpuset_format(&set);
		assert_string_equal(text, good[i].formatted);
		for (size_t k = 1; k < set.n; k++)
			assert_true(set.cpus[k - 1] < set.cpus[k]);
	}
}

static void bad_lists_name_the_place(void **state)
{
	int mark = 7;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
		struct cpuset set = { &mark, 1 };
		struct err err = { 0 };

		assert_int_equal(cpuset_parse(bad[i].text, &set, &err),
				 -EINVAL);
		assert_int_equal(err.code, -EINVAL);
		if (!strstr(err.what, bad[i].says))
			fail_msg("'%s': '%s'", bad[i].text, err.what);
		assert_true(set.cpus == &mark && set.n == 1);
	}
}

static void members_are_found_whatever_the_order(void **state)
{
	static const int order[] = { 9, 1, 64, 3, 0, 9, 5, 64, 2, 1000, 4 };
	AUTO(cpuset_done) struct cpuset set = { 0 };
	AUTO_FREE char *text = NULL;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(order); i++) {
		cpuset_add(&set, order[i]);
		assert_true(cpuset_has(&set, order[i]));
	}
	assert_false(cpuset_has(&set, 6));
	assert_false(cpuset_has(&set, -1));
	assert_false(cpuset_has(&set, 1001));
	text = cpuset_format(&set);
	assert_string_equal(text, "0-5,9,64,1000");
}

static void a_copy_is_its_own(void **state)
{
	(void)state;
	for (int n = 0; n < 20; n++) {
		AUTO(cpuset_done) struct cpuset set = { 0 };
		AUTO(cpuset_done) struct cpuset copy = { 0 };

		for (int cpu = 0; cpu < n; cpu++)
			cpuset_add(&set, cpu);
		copy = cpuset_copy(&set);
		cpuset_add(&copy, 100);
		cpuset_add(&copy, 101);
		assert_int_equal(set.n, n);
		assert_int_equal(copy.n, n + 2);
		assert_false(cpuset_has(&set, 100));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(lists_are_read_and_written_back),
		cmocka_unit_test(bad_lists_name_the_place),
		cmocka_unit_test(members_are_found_whatever_the_order),
		cmocka_unit_test(a_copy_is_its_own),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
