#include "event/spec.h"

#include "base/auto.h"
#include "base/xalloc.h"

#include "unit.h"

#include <errno.h>
#include <string.h>

static void a_list_keeps_spellings_and_places(void **state)
{
	AUTO(spec_done) struct spec s = { 0 };

	(void)state;
	assert_int_equal(spec_parse(&s, " cycles:u, r1a8 ,a:b", NULL), 0);
	assert_int_equal(s.n, 3);
	assert_int_equal(s.ngroups, 0);
	assert_string_equal(s.events[0].text, "cycles:u");
	assert_string_equal(s.events[0].name, "cycles:u");
	assert_string_equal(s.events[0].mods, "");
	assert_int_equal(s.events[0].at, 1);
	assert_int_equal(s.events[0].len, 8);
	assert_null(s.events[0].pmu);
	assert_string_equal(s.events[1].name, "r1a8");
	assert_int_equal(s.events[1].at, 11);
	assert_string_equal(s.events[2].name, "a:b");
	assert_int_equal(s.events[2].group, -1);
}

static void terms_hold_values_quotes_and_braces(void **state)
{
	AUTO(spec_done) struct spec s = { 0 };
	const struct spec_event *e;

	(void)state;
	assert_int_equal(spec_parse(&s,
				    "cpu/event=0xc0,edge,name='a,b/c',"
				    "config1=0x1/ku,x/y={z}\\,\\//",
				    NULL),
			 0);
	assert_int_equal(s.n, 2);
	e = &s.events[0];
	assert_string_equal(e->pmu, "cpu");
	assert_null(e->name);
	assert_int_equal(e->nterms, 4);
	assert_string_equal(e->terms[0].key, "event");
	assert_string_equal(e->terms[0].value, "0xc0");
	assert_int_equal(e->terms[0].at, 4);
	assert_string_equal(e->terms[1].key, "edge");
	assert_null(e->terms[1].value);
	assert_string_equal(e->terms[2].value, "a,b/c");
	assert_string_equal(e->terms[3].value, "0x1");
	assert_string_equal(e->mods, "ku");
	assert_string_equal(s.text + e->mods_at, "ku,x/y={z}\\,\\//");
	e = &s.events[1];
	assert_string_equal(e->pmu, "x");
	assert_string_equal(e->terms[0].value, "{z},/");
	assert_string_equal(e->mods, "");
}

static void no_terms_are_terms_too(void **state)
{
	AUTO(spec_done) struct spec s = { 0 };

	(void)state;
	assert_int_equal(spec_parse(&s, "cycles//u,mem:0x10/8:rw:u", NULL), 0);
	assert_string_equal(s.events[0].pmu, "cycles");
	assert_int_equal(s.events[0].nterms, 0);
	assert_string_equal(s.events[0].mods, "u");
	assert_null(s.events[1].pmu);
	assert_string_equal(s.events[1].name, "mem:0x10/8:rw:u");
}

static void groups_are_numbered_over_several_texts(void **state)
{
	AUTO(spec_done) struct spec s = { 0 };

	(void)state;
	assert_int_equal(spec_parse(&s, "{a,b}:uW,c,{d}", NULL), 0);
	assert_int_equal(spec_parse(&s, "{e,pmu/x/k}D", NULL), 0);
	assert_int_equal(s.n, 6);
	assert_int_equal(s.ngroups, 3);
	assert_string_equal(s.text, "{a,b}:uW,c,{d},{e,pmu/x/k}D");
	assert_int_equal(s.events[0].group, 0);
	assert_int_equal(s.events[1].group, 0);
	assert_string_equal(s.events[1].group_mods, "uW");
	assert_int_equal(s.events[1].group_mods_at, 6);
	assert_int_equal(s.events[2].group, -1);
	assert_string_equal(s.events[2].group_mods, "");
	assert_int_equal(s.events[3].group, 1);
	assert_int_equal(s.events[4].group, 2);
	assert_int_equal(s.events[5].group, 2);
	assert_string_equal(s.events[5].mods, "k");
	assert_string_equal(s.events[5].group_mods, "D");
	assert_int_equal(s.events[4].at, 16);
}

/* What is wrong, and in which column. */
static const struct {
	const char *text;
	size_t at;
	const char *what;
} bad[] = {
	{ "a,,b", 2, "an event is missing" },
	{ ",a", 0, "an event is missing" },
	{ "a,", 2, "an event is missing" },
	{ "{}", 1, "an event is missing" },
	{ "{a,}", 3, "an event is missing" },
	{ "{a", 0, "no closing '}'" },
	{ "{a,{b}}", 3, "a group inside a group" },
	{ "a}", 1, "'}' without" },
	{ "a{b}", 1, "',' is missing" },
	{ "{a}b c", 5, "',' belongs here" },
	{ "{a}:", 4, "a modifier is missing" },
	{ "cpu/event=1", 3, "no closing '/'" },
	{ "cpu/event=/", 10, "a value is missing" },
	{ "cpu/=1/", 4, "a term is missing" },
	{ "cpu/a,/", 6, "a term is missing" },
	{ "cpu/a/u!", 7, "a modifier" },
	{ "cpu/name='a/", 9, "no closing quote" },
	{ "a b", 1, "a space inside" },
	{ "/x/", 0, "an event is missing" },
};

static void a_mistake_is_shown_at_its_place(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
		AUTO(spec_done) struct spec s = { 0 };
		struct err err = { 0 };
		const char *caret;

		assert_int_equal(spec_parse(&s, bad[i].text, &err), -EINVAL);
		if (!strstr(err.what, bad[i].what))
			fail_msg("'%s': %s", bad[i].text, err.what);
		caret = strrchr(err.what, '\n') + 1;
		if (strchr(caret, '^') - caret - 4 != (long)bad[i].at)
			fail_msg("'%s': %s", bad[i].text, err.what);
		assert_int_equal(s.n, 0);
		assert_null(s.text);
	}
}

static void a_mistake_leaves_what_was_there(void **state)
{
	AUTO(spec_done) struct spec s = { 0 };
	struct err err = { 0 };

	(void)state;
	assert_int_equal(spec_parse(&s, "{a,b}", NULL), 0);
	assert_int_equal(spec_parse(&s, "c,{d,e},{", &err), -EINVAL);
	assert_non_null(strstr(err.what, "{a,b},c,{d,e},{"));
	assert_int_equal(s.n, 2);
	assert_int_equal(s.ngroups, 1);
	assert_string_equal(s.text, "{a,b}");
	assert_int_equal(spec_parse(&s, "f", NULL), 0);
	assert_int_equal(s.events[2].at, 6);
}

static void nothing_and_too_much_are_refused(void **state)
{
	AUTO(spec_done) struct spec s = { 0 };
	AUTO_FREE char *huge = xmalloc(70001);

	(void)state;
	assert_int_equal(spec_parse(&s, "", NULL), -EINVAL);
	assert_int_equal(spec_parse(&s, " \t", NULL), -EINVAL);
	memset(huge, 'a', 70000);
	huge[70000] = '\0';
	assert_int_equal(spec_parse(&s, huge, NULL), -E2BIG);
	for (size_t i = 1; i < 20000; i += 2)
		huge[i] = ',';
	huge[20001] = '\0';
	assert_int_equal(spec_parse(&s, huge, NULL), -EINVAL);
	assert_int_equal(s.n, 0);
}

static void a_long_line_is_cut_around_the_place(void **state)
{
	AUTO_FREE char *text = xmalloc(301);
	AUTO_FREE char *caret = NULL, *end = NULL;
	const char *second;

	(void)state;
	for (int i = 0; i < 300; i++)
		text[i] = (char)('a' + i % 26);
	text[300] = '\0';
	caret = spec_caret(text, 150, 3);
	second = strchr(caret, '\n') + 1;
	assert_memory_equal(caret, "    ...", 7);
	/* the letter above the '^' is the one that was meant */
	assert_int_equal(caret[strchr(second, '^') - second], text[150]);
	assert_string_equal(strchr(second, '^'), "^~~");
	end = spec_caret("ab", 2, 1);
	assert_string_equal(end, "    ab\n      ^");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_list_keeps_spellings_and_places),
		cmocka_unit_test(terms_hold_values_quotes_and_braces),
		cmocka_unit_test(no_terms_are_terms_too),
		cmocka_unit_test(groups_are_numbered_over_several_texts),
		cmocka_unit_test(a_mistake_is_shown_at_its_place),
		cmocka_unit_test(a_mistake_leaves_what_was_there),
		cmocka_unit_test(nothing_and_too_much_are_refused),
		cmocka_unit_test(a_long_line_is_cut_around_the_place),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
