/* Columns of texts on a terminal, and texts that want to be more than text. */
#include "base/cells.h"

#include "base/auto.h"

#include "unit.h"

#include <stdlib.h>
#include <string.h>

static void columns_are_what_a_terminal_shows(void **state)
{
	static const struct {
		const char *text;
		int columns;
	} rows[] = {
		{ "", 0 },          { "abc", 3 },
		{ "± …", 3 },       { "漢字", 4 },
		{ "e\xcc\x81", 1 }, { "🚀", 2 },
		{ "한글", 4 },      { "\033[1;31mred\033[m", 3 },
		{ "\xff\xfe", 2 },  { "\033[31", 0 },
		{ "\xe6\xbc", 2 },  { "▁█", 2 },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++)
		if (cells_width(rows[i].text) != rows[i].columns)
			fail_msg("'%s': %d", rows[i].text,
				 cells_width(rows[i].text));
}

static void what_is_not_text_is_a_question_mark(void **state)
{
	static const struct {
		const char *text, *utf8, *ascii;
	} rows[] = {
		{ "a b", "a b", "a b" },
		{ "\033[2Jx", "?[2Jx", "?[2Jx" },
		{ "a\nb\tc\r", "a b c ", "a b c " },
		{ "\xc2\x9b"
		  "31m",
		  "?31m", "?31m" }, /* C1 CSI */
		{ "\xe2\x80\xae"
		  "evil",
		  "?evil", "?evil" },             /* right to left */
		{ "\xc0\xaf", "??", "??" },       /* overlong */
		{ "\xed\xa0\x80", "???", "???" }, /* surrogate */
		{ "\xf4\x90\x80\x80", "????", "????" },
		{ "\xe6\xbc", "??", "??" }, /* ends too early */
		{ "漢", "漢", "?" },
		{ "\x7f", "?", "?" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		AUTO_FREE char *utf8 = cells_cleaned(rows[i].text, true);
		AUTO_FREE char *ascii = cells_cleaned(rows[i].text, false);

		assert_string_equal(utf8, rows[i].utf8);
		assert_string_equal(ascii, rows[i].ascii);
	}
}

static void cut_texts_fit_and_keep_both_ends(void **state)
{
	static const struct {
		const char *text;
		int most;
		bool utf8;
		const char *cut;
	} rows[] = {
		{ "short", 5, true, "short" },
		{ "a/long/path/program", 9, true, "a/lo…gram" },
		{ "a/long/path/program", 9, false, "a/lo..ram" },
		{ "漢字漢字漢字", 6, true, "漢…字" },
		{ "abc", 1, true, "?" },
		{ "abc", 0, true, "" },
		{ "e\xcc\x81"
		  "e\xcc\x81"
		  "e\xcc\x81",
		  2, true, "e\xcc\x81…" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		AUTO(strbuf_done) struct strbuf b = { 0 };

		cells_cut(&b, rows[i].text, rows[i].most, rows[i].utf8);
		assert_string_equal(strbuf_str(&b), rows[i].cut);
		assert_true(cells_width(strbuf_str(&b)) <= rows[i].most);
	}
}

static void long_words_are_cut_and_spaces_stay(void **state)
{
	AUTO_FREE char *text = cells_fitting(
		"--path=/a/very/long/path is\t\033[m  short", 12, false);
	AUTO_FREE char *least = cells_fitting("0123456789", -5, true);
	AUTO_FREE char *empty = cells_fitting("", 12, true);

	(void)state;
	assert_string_equal(text, "--pat../path is ?[m  short");
	assert_string_equal(least, "0123…789");
	assert_string_equal(empty, "");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(columns_are_what_a_terminal_shows),
		cmocka_unit_test(what_is_not_text_is_a_question_mark),
		cmocka_unit_test(cut_texts_fit_and_keep_both_ends),
		cmocka_unit_test(long_words_are_cut_and_spaces_stay),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
