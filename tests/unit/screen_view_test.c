/*
 * What the screen looks like, against files in tests/golden/screen; ACCEPT=1
 * rewrites them.  And that it can be drawn at any size.
 */
#include "screen/view.h"

#include "fake_tasks.h"
#include "unit.h"

#include "base/auto.h"
#include "base/strbuf.h"
#include "base/xalloc.h"
#include "screen/cell_text.h"

#include <locale.h>
#include <string.h>
#include <time.h>

struct size {
	int rows, cols;
};

static const struct size sizes[] = {
	{ 5, 20 }, { 10, 40 }, { 24, 80 }, { 60, 200 }
};

/* Keys are those that are typed; \1 to \6 stand for the ones below. */
static const uint32_t specials[] = { 0,       KEYS_ENTER, KEYS_DOWN, KEYS_F6,
				     KEYS_F9, KEYS_END,   KEYS_RIGHT };
#define ENTER "\1"
#define DOWN "\2"
#define F6 "\3"
#define F9 "\4"
#define END "\5"
#define RIGHT "\6"

static const struct shot {
	const char *name;
	struct fake_scene scene;
	const char *keys;
	size_t replay;
	bool ascii, roles, unfed;
} shots[] = {
	{ "rows", { .ntasks = 40, .ncpus = 2 }, "" },
	{ "rows-ascii", { .ntasks = 40, .ncpus = 2 }, "", .ascii = true },
	{ "roles",
	  { .ntasks = 40, .ncpus = 2 },
	  "D" DOWN " " DOWN,
	  .roles = true },
	{ "unfed", { .ntasks = 0, .ncpus = 2 }, "", .unfed = true },
	{ "none", { .ntasks = 0, .ncpus = 1 }, "" },
	{ "many", { .ntasks = 10000, .ncpus = 256 }, END },
	{ "many-ascii", { .ntasks = 10000, .ncpus = 256 }, "", .ascii = true },
	{ "no-counters",
	  { .ntasks = 40,
	    .ncpus = 4,
	    .uncounted = true,
	    .lacking = "no hardware counter: this virtual machine has no PMU "
		       "(tacho doctor says what would help)" },
	  "" },
	{ "tree", { .ntasks = 40, .ncpus = 2, .hostile = true }, "t" DOWN "-" },
	{ "tree-ascii",
	  { .ntasks = 40, .ncpus = 2, .hostile = true },
	  "tD",
	  .ascii = true },
	{ "sort-menu", { .ntasks = 40, .ncpus = 2 }, F6 DOWN },
	{ "filter", { .ntasks = 40, .ncpus = 2 }, "\\stress|gzip" },
	{ "sideways", { .ntasks = 40, .ncpus = 2 }, RIGHT RIGHT RIGHT },
	{ "signals", { .ntasks = 40, .ncpus = 2 }, F9 },
	{ "detail", { .ntasks = 40, .ncpus = 2 }, ENTER },
	{ "detail-ascii",
	  { .ntasks = 40, .ncpus = 2 },
	  DOWN ENTER RIGHT,
	  .ascii = true },
	{ "help", { .ntasks = 40, .ncpus = 2 }, "?" },
	{ "help-replay", { .ntasks = 40, .ncpus = 2 }, "?" END, .replay = 9 },
	{ "replay", { .ntasks = 40, .ncpus = 2 }, "p]", .replay = 9 },
};

static void type(struct view *v, struct grid *g, const char *keys)
{
	for (; *keys; keys++) {
		uint32_t key = (unsigned char)*keys;
		struct input input = { .key = key < ARRAY_LEN(specials)
						      ? specials[key]
						      : key };

		view_input(v, &input, g);
		view_draw(v, g);
	}
}

static char *shoot(const struct shot *shot, struct size size)
{
	struct screen_options options = { .delay_s = 1 };
	AUTO(fake_feed_done) struct fake_feed f;
	AUTO(view_done) struct view v;
	AUTO(grid_done) struct grid g;

	fake_feed_init(&f, &shot->scene, shot->replay);
	view_init(&v, &f.feed, &options);
	grid_init(&g, size.rows, size.cols, !shot->ascii);
	view_draw(&v, &g);
	if (!shot->unfed) {
		fake_feed_tick(&f);
		v.fed = true;
		v.rows = NULL;
		view_draw(&v, &g);
	}
	type(&v, &g, shot->keys);
	return shot->roles ? grid_dump_roles(&g) : grid_dump(&g);
}

static char *read_file(const char *path)
{
	FILE *f = fopen(path, "r");
	char *text = NULL;
	size_t size = 0;

	if (!f)
		return NULL;
	if (getdelim(&text, &size, '\0', f) < 0) {
		free(text);
		text = xstrdup("");
	}
	fclose(f);
	return text;
}

static void accept(const char *path, const char *text)
{
	FILE *f = fopen(path, "w");

	assert_non_null(f);
	assert_true(fputs(text, f) >= 0);
	assert_int_equal(fclose(f), 0);
}

/* One file for each shot, with all sizes one after the other. */
static void every_shot_looks_as_agreed(void **state)
{
	const char *srcdir = getenv("srcdir");
	int wrong = 0;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(shots); i++) {
		AUTO(strbuf_done) struct strbuf b = { 0 };
		AUTO_FREE char *golden = NULL;
		AUTO_FREE char *path =
			xasprintf("%s/tests/golden/screen/%s.txt",
				  srcdir ? srcdir : ".", shots[i].name);

		for (size_t s = 0; s < ARRAY_LEN(sizes); s++) {
			AUTO_FREE char *text = shoot(&shots[i], sizes[s]);

			strbuf_addf(&b, "==== %dx%d\n%s", sizes[s].cols,
				    sizes[s].rows, text);
		}
		if (getenv("ACCEPT"))
			accept(path, strbuf_str(&b));
		golden = read_file(path);
		if (golden && !strcmp(golden, strbuf_str(&b)))
			continue;
		print_message("# %s differs; now:\n%s\n", path, strbuf_str(&b));
		wrong++;
	}
	assert_int_equal(wrong, 0);
}

static void every_shot_can_be_drawn_at_any_size(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(shots); i++) {
		if (shots[i].scene.ntasks > 100)
			continue;
		for (int rows = 1; rows < 30; rows += rows < 12 ? 1 : 5) {
			for (int cols = 1; cols < 100; cols += 7) {
				const struct size size = { rows, cols };
				AUTO_FREE char *text = shoot(&shots[i], size);

				assert_non_null(text);
			}
		}
	}
}

/* Whatever was typed: no character that is not for a screen. */
static void nothing_hostile_is_ever_in_a_cell(void **state)
{
	static const struct fake_scene scene = { .ntasks = 30,
						 .ncpus = 2,
						 .hostile = true };
	static const char *const keys[] = { "",         "t", ENTER,   "/\033",
					    DOWN ENTER, F9,  F9 ENTER };
	const struct size size = { 24, 80 };

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(keys); i++) {
		struct shot shot = { "", scene, keys[i] };
		AUTO_FREE char *text = shoot(&shot, size);

		for (const char *at = text; *at; at++) {
			assert_true(*at == '\n' || (unsigned char)*at >= ' ');
			assert_int_not_equal(*at, 0x7f);
		}
		assert_null(strstr(text, "\xc2\x9b"));
		assert_null(strstr(text, "\xe2\x80\xae"));
	}
}

static const struct {
	double number;
	int digits;
	const char *unit;
	int width;
	const char *want;
} numbers[] = {
	{ 0, 2, "", 5, "0.00" },
	{ 1.234, 2, "", 5, "1.23" },
	{ 123.456, 2, "", 5, "123.5" },
	{ 1234.5, 2, "", 5, "1234" },
	{ 12345, 2, "", 5, "12345" },
	{ 123456, 2, "", 5, "123K" },
	{ 99999.7, 0, "", 5, "100K" },
	{ 1e6, 0, "/s", 6, "1.0M" },
	{ 999.4e6, 1, "/s", 6, "999M" },
	{ 999.6e6, 1, "/s", 6, "1.0G" },
	{ 3.1e9, 1, "/s", 7, "3.1G" },
	{ 0, 0, "B", 6, "0" },
	{ 1023, 0, "B", 6, "1023" },
	{ 1024, 0, "B", 6, "1.0K" },
	{ 16.0 * (1 << 30), 1, "B", 6, "16.0G" },
	{ -3.5, 1, "%", 6, "-3.5" },
	{ 1e30, 0, "", 6, "#" },
	{ 100, 1, "%", 3, "100" },
	{ 4242, 0, "", 3, "4K" },
};

static void numbers_fit_their_columns(void **state)
{
	char buf[CELL_LEN];

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(numbers); i++) {
		assert_string_equal(
			number_text(buf, numbers[i].number, numbers[i].digits,
				    numbers[i].unit, numbers[i].width),
			numbers[i].want);
		assert_true((int)strlen(buf) <= numbers[i].width);
	}
	/* whatever the number and the width */
	for (double x = 1e-3; x < 1e20; x *= 3.7) {
		for (int width = 1; width < 12; width++)
			assert_true((int)strlen(number_text(buf, x, 2, "",
							    width)) <= width);
	}
}

static int setup(void **state)
{
	(void)state;
	setenv("TZ", "UTC", 1);
	tzset();
	return setlocale(LC_CTYPE, "C.UTF-8") ? 0 : -1;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_shot_looks_as_agreed),
		cmocka_unit_test(every_shot_can_be_drawn_at_any_size),
		cmocka_unit_test(nothing_hostile_is_ever_in_a_cell),
		cmocka_unit_test(numbers_fit_their_columns),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, setup, NULL);
}
