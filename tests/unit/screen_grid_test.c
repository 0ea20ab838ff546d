/* Cells: nothing leaves its place, and nothing harmful gets into one. */
#include "screen/grid.h"

#include "unit.h"

#include "base/auto.h"
#include "base/random.h"
#include "screen/doc.h"
#include "screen/glyphs.h"
#include "screen/plot.h"

#include <locale.h>
#include <math.h>
#include <string.h>

static void assert_dump(const struct grid *g, const char *want)
{
	AUTO_FREE char *text = grid_dump(g);

	assert_string_equal(text, want);
}

static void text_is_cut_off_at_every_edge(void **state)
{
	AUTO(grid_done) struct grid g;

	(void)state;
	grid_init(&g, 2, 6, true);
	assert_int_equal(grid_text(&g, 0, 4, 10, ROLE_PLAIN, "abc"), 2);
	assert_int_equal(grid_text(&g, 1, 0, 3, ROLE_PLAIN, "abcdef"), 3);
	grid_text(&g, -1, 0, 6, ROLE_PLAIN, "no");
	grid_text(&g, 2, 0, 6, ROLE_PLAIN, "no");
	grid_text(&g, 0, -1, 2, ROLE_PLAIN, "xy");
	grid_put(&g, 1, 6, ROLE_PLAIN, '!');
	grid_reverse(&g, 0, 4, 9);
	assert_dump(&g, "y   ab\nabc\n");
	grid_text_right(&g, 1, 0, 6, ROLE_PLAIN, "12");
	assert_dump(&g, "y   ab\nabc 12\n");
	grid_text_right(&g, 1, 0, 2, ROLE_PLAIN, "98765");
	assert_dump(&g, "y   ab\n98c 12\n");
}

static void a_grid_without_room_is_one(void **state)
{
	AUTO(grid_done) struct grid g;

	(void)state;
	grid_init(&g, 0, 0, true);
	grid_text(&g, 0, 0, 9, ROLE_PLAIN, "x");
	assert_dump(&g, "");
	grid_resize(&g, -3, 5);
	assert_int_equal(g.rows, 0);
	grid_resize(&g, 1, 1);
	grid_text(&g, 0, 0, 9, ROLE_PLAIN, "\xe4\xbd\xa0");
	assert_dump(&g, "\n");
}

static void wide_characters_have_two_cells_and_lose_both(void **state)
{
	AUTO(grid_done) struct grid g;

	(void)state;
	grid_init(&g, 1, 6, true);
	assert_int_equal(grid_text(&g, 0, 0, 6, ROLE_PLAIN,
				   "a\xe4\xbd\xa0\xe5\xa5\xbd"
				   "b"),
			 6);
	assert_int_equal(g.glyphs[1].width, 2);
	assert_int_equal(g.glyphs[2].width, 0);
	assert_dump(&g, "a\xe4\xbd\xa0\xe5\xa5\xbd"
			"b\n");
	grid_put(&g, 0, 2, ROLE_PLAIN, '-');
	assert_dump(&g, "a -\xe5\xa5\xbd"
			"b\n");
	grid_put(&g, 0, 3, ROLE_PLAIN, '+');
	assert_dump(&g, "a -+ b\n");
	/* half of one is none */
	assert_int_equal(grid_text(&g, 0, 0, 1, ROLE_PLAIN, "\xe4\xbd\xa0"), 0);
}

static const struct {
	const char *text, *utf8, *ascii;
} harmless[] = {
	{ "plain", "plain", "plain" },
	{ "\033[2Jx", "?[2Jx", "?[2Jx" },
	{ "\007\010\177", "???", "???" },
	{ "a\tb\nc\rd", "a b c d", "a b c d" },
	{ "\xc2\x9b\x32J", "?2J", "?2J" }, /* C1: another escape */
	{ "\xff\xfe", "??", "??" },
	{ "\xc0\x9b", "??", "??" },       /* an overlong escape */
	{ "\xed\xa0\x80", "???", "???" }, /* half of a pair */
	{ "\xf4\x90\x80\x80", "????", "????" },
	{ "\xe4\xbd", "??", "??" }, /* cut off */
	{ "caf\xc3\xa9", "caf\xc3\xa9", "caf?" },
	{ "e\xcc\x81!", "e!", "e?!" }, /* combining */
	{ "a\xe2\x80\xae"
	  "b",
	  "ab", "a?b" }, /* right to left */
	{ "a\xe2\x80\x8b"
	  "b",
	  "ab", "a?b" }, /* of no width */
};

static void text_of_others_is_made_harmless(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(harmless); i++) {
		for (int utf8 = 0; utf8 < 2; utf8++) {
			AUTO(grid_done) struct grid g;
			AUTO_FREE char *got = NULL;

			grid_init(&g, 1, 20, utf8);
			grid_text(&g, 0, 0, 20, ROLE_PLAIN, harmless[i].text);
			got = grid_dump(&g);
			got[strcspn(got, "\n")] = '\0';
			assert_string_equal(got, utf8 ? harmless[i].utf8
						      : harmless[i].ascii);
		}
	}
}

static void random_bytes_never_control_the_terminal(void **state)
{
	struct random rng = { .state = 5 };

	(void)state;
	for (int round = 0; round < 20000; round++) {
		char text[24];
		const char *at = text;
		uint32_t code;
		int width, used = 0;

		for (size_t i = 0; i + 1 < sizeof(text); i++)
			text[i] = (char)random_next(&rng);
		text[sizeof(text) - 1] = '\0';
		while ((code = glyph_next(&at, true, &width))) {
			used += width;
			assert_true(code >= ' ' && code != 0x7f);
			assert_false(code > 0x7f && code < 0xa0);
			assert_true(width == 1 || width == 2);
		}
		assert_int_equal(used, glyphs_width(text, true));
		assert_true(at <= text + strlen(text));
	}
}

static void code_points_survive_being_written(void **state)
{
	static const uint32_t codes[] = { 'a', 0xe9, 0x4f60, 0x1f600 };

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(codes); i++) {
		char bytes[5] = "";
		const char *at = bytes;
		int width;

		bytes[glyph_encode(bytes, codes[i])] = '\0';
		assert_int_equal(glyph_next(&at, true, &width), codes[i]);
		assert_int_equal(*at, '\0');
	}
}

static void the_last_zone_of_a_place_is_found(void **state)
{
	AUTO(grid_done) struct grid g;

	(void)state;
	grid_init(&g, 3, 10, false);
	grid_zone(&g, 1, 0, 10, ZONE_ROW, 7);
	grid_zone(&g, 1, 2, 3, ZONE_ITEM, 8);
	assert_int_equal(grid_zone_at(&g, 1, 1)->value, 7);
	assert_int_equal(grid_zone_at(&g, 1, 4)->value, 8);
	assert_int_equal(grid_zone_at(&g, 1, 5)->value, 7);
	assert_null(grid_zone_at(&g, 0, 1));
	grid_clear(&g);
	assert_null(grid_zone_at(&g, 1, 1));
}

static void a_document_is_shown_in_parts(void **state)
{
	AUTO(doc_done) struct doc d;
	AUTO(grid_done) struct grid g;
	const struct area area = { 1, 0, 3, 12 };
	int top = 99;

	(void)state;
	doc_init(&d, 12, false);
	doc_title(&d, "Title");
	doc_wrap(&d, 2, ROLE_PLAIN, "one two three four averyverylongword");
	grid_init(&g, 5, 12, false);
	doc_show(&d, &g, area, &top);
	/* no emptiness below the end */
	assert_int_equal(top, 2);
	assert_dump(&g, "\n  three four\n  averyveryl\n  ongword\n\n");
	grid_clear(&g);
	top = -4;
	doc_show(&d, &g, area, &top);
	assert_int_equal(top, 0);
	assert_dump(&g, "\nTitle\n  one two\n  three four\n\n");
}

static void wrapping_keeps_every_word(void **state)
{
	AUTO(doc_done) struct doc d;
	AUTO_FREE char *text = NULL;

	(void)state;
	doc_init(&d, 12, false);
	doc_wrap(&d, 2, ROLE_PLAIN, "one two three four averyverylongword");
	text = grid_dump(&d.grid);
	assert_non_null(strstr(text, "  one two\n  three four\n  averyveryl\n"
				     "  ongword\n"));
}

/* Whatever the text and the room: it comes to an end. */
static void wrapping_ends(void **state)
{
	static const char *const texts[] = {
		"e\xcc\x81 combining",
		"\xcc\x81 x",
		"\xcc\x81",
		"  ",
		" \xcc\x81 \xcc\x81 ",
		"\xe4\xbd\xa0\xe5\xa5\xbd",
		"\xff\xff \xff",
		"a b",
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(texts); i++) {
		for (int cols = 0; cols < 12; cols++) {
			for (int indent = 0; indent < 4; indent++) {
				AUTO(doc_done) struct doc d;

				doc_init(&d, cols, true);
				doc_wrap(&d, indent, ROLE_PLAIN, texts[i]);
				assert_true(d.row <= (int)strlen(texts[i]));
			}
		}
	}
}

static void sparks_end_with_the_newest(void **state)
{
	static const float points[] = { 5, 0, 1, 2, NAN, 4 };
	AUTO(grid_done) struct grid g;

	(void)state;
	grid_init(&g, 1, 6, false);
	plot_spark(&g, 0, 0, 5, points, 6);
	assert_dump(&g, "_:= #\n");
	grid_clear(&g);
	plot_spark(&g, 0, 0, 0, points, 6);
	plot_spark(&g, 0, 0, 5, points, 0);
	assert_dump(&g, "\n");
}

static void plots_have_their_bounds_at_the_left(void **state)
{
	static const float points[] = { 0, 1, 2, 3, NAN, 0 };
	const struct area area = { 0, 0, 4, 15 };
	AUTO(grid_done) struct grid g;

	(void)state;
	grid_init(&g, 4, 15, false);
	plot_draw(&g, area, points, 6, 1);
	assert_dump(&g, "     3.0    *\n"
			"           *\n"
			"          *\n"
			"     0.0 *    *\n");
}

static void plots_of_one_value_and_of_none_are_drawn(void **state)
{
	static const float flat[] = { 2, 2, 2 }, none[] = { NAN, NAN };
	const struct area area = { 0, 0, 3, 13 };
	AUTO(grid_done) struct grid g;
	AUTO_FREE char *text = NULL;

	(void)state;
	grid_init(&g, 3, 13, true);
	plot_draw(&g, area, none, 2, 1);
	assert_dump(&g, "\n\n\n");
	plot_draw(&g, area, flat, 3, 1);
	text = grid_dump(&g);
	assert_non_null(strstr(text, "3.0"));
	assert_non_null(strstr(text, "1.0"));
}

static int setup(void **state)
{
	(void)state;
	return setlocale(LC_CTYPE, "C.UTF-8") ? 0 : -1;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(text_is_cut_off_at_every_edge),
		cmocka_unit_test(a_grid_without_room_is_one),
		cmocka_unit_test(wide_characters_have_two_cells_and_lose_both),
		cmocka_unit_test(text_of_others_is_made_harmless),
		cmocka_unit_test(random_bytes_never_control_the_terminal),
		cmocka_unit_test(code_points_survive_being_written),
		cmocka_unit_test(the_last_zone_of_a_place_is_found),
		cmocka_unit_test(a_document_is_shown_in_parts),
		cmocka_unit_test(wrapping_keeps_every_word),
		cmocka_unit_test(wrapping_ends),
		cmocka_unit_test(sparks_end_with_the_newest),
		cmocka_unit_test(plots_have_their_bounds_at_the_left),
		cmocka_unit_test(plots_of_one_value_and_of_none_are_drawn),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, setup, NULL);
}
