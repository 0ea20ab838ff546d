#include "base/suggest.h"

#include "unit.h"

#include <string.h>

static const char *const names[] = {
	"cycles",        "instructions",     "branches",
	"branch-misses", "cache-misses",     "page-faults",
	"task-clock",    "context-switches", "cpu-migrations",
};

/* What is suggested for @typed; in a static buffer. */
static const char *suggestion(const char *typed)
{
	static char text[200];
	struct suggest s;

	suggest_init(&s, typed);
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		suggest_offer(&s, names[i]);
	suggest_text(&s, text, sizeof(text));
	suggest_done(&s);
	return text;
}

static void small_mistakes_find_the_name(void **state)
{
	(void)state;
	assert_string_equal(suggestion("cylces"), "did you mean 'cycles'?");
	assert_string_equal(suggestion("cycle"), "did you mean 'cycles'?");
	assert_string_equal(suggestion("cycless"), "did you mean 'cycles'?");
	assert_string_equal(suggestion("instuctions"),
			    "did you mean 'instructions'?");
	assert_string_equal(suggestion("pagefaults"),
			    "did you mean 'page-faults'?");
}

static void case_and_separators_are_no_difference(void **state)
{
	(void)state;
	assert_string_equal(suggestion("CPU_MIGRATIONS"),
			    "did you mean 'cpu-migrations'?");
	assert_string_equal(suggestion("Task.Clock"),
			    "did you mean 'task-clock'?");
}

static void a_beginning_is_near_whatever_follows(void **state)
{
	(void)state;
	assert_string_equal(suggestion("context"),
			    "did you mean 'context-switches'?");
	assert_string_equal(suggestion("branch"),
			    "did you mean 'branches' or 'branch-misses'?");
}

static void what_is_like_nothing_gets_nothing(void **state)
{
	(void)state;
	assert_string_equal(suggestion("xyzzy"), "");
	assert_string_equal(suggestion(""), "");
	assert_string_equal(suggestion("c"), "");
}

static void the_nearest_three_are_kept_in_order(void **state)
{
	struct suggest s;
	char text[200];

	(void)state;
	suggest_init(&s, "abcdefghi");
	suggest_offer(&s, "abcdefxyz");
	suggest_offer(&s, "abcdefgxy");
	suggest_offer(&s, "abcdefghx");
	suggest_offer(&s, "abcdefghx"); /* once is enough */
	suggest_offer(&s, "ABCDEFGHX");
	suggest_offer(&s, "abcdefghi");
	assert_string_equal(
		suggest_text(&s, text, sizeof(text)),
		"did you mean 'abcdefghi', 'abcdefghx' or 'abcdefgxy'?");
	suggest_done(&s);
	assert_null(s.names[0]);
}

static void long_names_and_small_buffers_do_no_harm(void **state)
{
	char typed[500], text[12];
	struct suggest s;

	(void)state;
	memset(typed, 'a', sizeof(typed) - 1);
	typed[sizeof(typed) - 1] = '\0';
	suggest_init(&s, typed);
	suggest_offer(&s, typed);
	suggest_offer(&s, "aaa");
	assert_string_equal(suggest_text(&s, text, sizeof(text)), "");
	suggest_done(&s);
	suggest_init(&s, "cycle");
	suggest_offer(&s, "cycles");
	suggest_offer(&s, typed);
	suggest_text(&s, text, sizeof(text));
	assert_string_equal(text, "did you mea");
	suggest_done(&s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(small_mistakes_find_the_name),
		cmocka_unit_test(case_and_separators_are_no_difference),
		cmocka_unit_test(a_beginning_is_near_whatever_follows),
		cmocka_unit_test(what_is_like_nothing_gets_nothing),
		cmocka_unit_test(the_nearest_three_are_kept_in_order),
		cmocka_unit_test(long_names_and_small_buffers_do_no_harm),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
