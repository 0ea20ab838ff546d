/* What keys and clicks do, on made-up rows. */
#include "screen/act.h"

#include "fake_tasks.h"
#include "unit.h"

#include "base/auto.h"
#include "base/xalloc.h"
#include "screen/menu.h"
#include "screen/prompt.h"

#include <errno.h>
#include <locale.h>
#include <string.h>
#include <time.h>

#define FIRST 5000000 /* numbers of the fixture's processes */

struct stage {
	struct fake_feed fake;
	struct view view;
	struct grid grid;
};

static void stage_open_at(struct stage *s, const struct fake_scene *scene,
			  size_t replay)
{
	struct screen_options options = { .delay_s = 1 };

	fake_feed_init(&s->fake, scene, replay);
	view_init(&s->view, &s->fake.feed, &options);
	grid_init(&s->grid, 24, 80, true);
	fake_feed_tick(&s->fake);
	s->view.fed = true;
	view_draw(&s->view, &s->grid);
}

static void stage_open(struct stage *s)
{
	static const struct fake_scene scene = { .ntasks = 40, .ncpus = 2 };

	stage_open_at(s, &scene, 0);
}

static void stage_done(struct stage *s)
{
	view_done(&s->view);
	grid_done(&s->grid);
	fake_feed_done(&s->fake);
}

static void press(struct stage *s, uint32_t key)
{
	const struct input input = { .key = key };

	view_input(&s->view, &input, &s->grid);
	view_draw(&s->view, &s->grid);
}

static void type(struct stage *s, const char *text)
{
	for (; *text; text++)
		press(s, (unsigned char)*text);
}

static void click(struct stage *s, int row, int col)
{
	const struct input input = { KEYS_CLICK, row, col };

	view_input(&s->view, &input, &s->grid);
	view_draw(&s->view, &s->grid);
}

static void tick(struct stage *s)
{
	fake_feed_tick(&s->fake);
	s->view.fed = true;
	s->view.rows = NULL;
	view_draw(&s->view, &s->grid);
}

static bool shows(const struct stage *s, const char *text)
{
	AUTO_FREE char *all = grid_dump(&s->grid);

	return strstr(all, text) != NULL;
}

#define assert_shows(s, text)                                                  \
	do {                                                                   \
		AUTO_FREE char *all_ = grid_dump(&(s)->grid);                  \
		if (!strstr(all_, (text)))                                     \
			fail_msg("no '%s' in:\n%s", (text), all_);             \
	} while (0)

/* Where a text begins. */
static void find(const struct stage *s, const char *text, int *row, int *col)
{
	for (*row = 0; *row < s->grid.rows; ++*row) {
		for (*col = 0; *col < s->grid.cols; ++*col) {
			size_t n = 0;

			while (text[n] && *col + (int)n < s->grid.cols &&
			       s->grid.glyphs[*row * s->grid.cols + *col +
					      (int)n]
					       .code == (uint32_t)text[n])
				n++;
			if (!text[n])
				return;
		}
	}
	fail_msg("'%s' is not on the screen", text);
}

static pid_t selected(const struct stage *s)
{
	const struct row *r = view_row(&s->view);

	return r ? r->pid : 0;
}

static void arrows_and_pages_move_within_bounds(void **state)
{
	AUTO(stage_done) struct stage s;

	(void)state;
	stage_open(&s);
	press(&s, KEYS_UP);
	assert_int_equal(selected(&s), FIRST + 100);
	press(&s, KEYS_DOWN);
	assert_int_equal(selected(&s), FIRST + 101);
	press(&s, KEYS_PAGE_DOWN);
	assert_int_equal(s.view.index, s.view.visible);
	press(&s, KEYS_END);
	assert_int_equal(s.view.index, s.view.rows->all - 1);
	press(&s, KEYS_DOWN);
	assert_int_equal(s.view.index, s.view.rows->all - 1);
	press(&s, KEYS_PAGE_UP);
	press(&s, KEYS_HOME);
	assert_int_equal(s.view.index, 0);
	press(&s, KEYS_WHEEL_DOWN);
	assert_int_equal(s.view.index, 3);
	press(&s, KEYS_WHEEL_UP);
	press(&s, KEYS_WHEEL_UP);
	assert_int_equal(s.view.index, 0);
}

static void the_selection_follows_its_task(void **state)
{
	AUTO(stage_done) struct stage s;
	pid_t pid;

	(void)state;
	stage_open(&s);
	for (int i = 0; i < 5; i++)
		press(&s, KEYS_DOWN);
	pid = selected(&s);
	press(&s, 'R');
	assert_int_equal(selected(&s), pid);
	assert_true(s.view.index > 5);
	tick(&s);
	assert_int_equal(selected(&s), pid);
	/* who is first stays first, until somebody is chosen */
	press(&s, KEYS_HOME);
	assert_int_not_equal(selected(&s), pid);
	press(&s, 'R');
	assert_int_equal(s.view.index, 0);
	assert_int_equal(selected(&s), FIRST + 100);
}

static void a_selected_task_that_goes_leaves_its_place(void **state)
{
	AUTO(stage_done) struct stage s;
	pid_t pid;

	(void)state;
	stage_open(&s);
	press(&s, 'D'); /* with those that have ended */
	while (!view_row(&s.view)->dead)
		press(&s, KEYS_DOWN);
	pid = selected(&s);
	press(&s, 'D');
	assert_int_not_equal(selected(&s), pid);
	assert_non_null(view_row(&s.view));
}

static void searching_goes_on_and_back(void **state)
{
	AUTO(stage_done) struct stage s;
	pid_t first;

	(void)state;
	stage_open(&s);
	type(&s, "/gzi");
	first = selected(&s);
	assert_string_equal(view_row(&s.view)->name, "gzip -9 backup.tar");
	assert_shows(&s, "search: gzi");
	press(&s, KEYS_ENTER);
	assert_int_equal(selected(&s), first);
	press(&s, 'n');
	assert_int_not_equal(selected(&s), first);
	press(&s, 'N');
	assert_int_equal(selected(&s), first);
	type(&s, "/5000121\r");
	assert_int_equal(selected(&s), FIRST + 121);
	type(&s, "/nobody\r");
	assert_shows(&s, "no row has 'nobody'");
	assert_int_equal(selected(&s), FIRST + 121);
	type(&s, "/gzip\033");
	assert_int_equal(selected(&s), FIRST + 121);
}

static void a_filter_is_applied_while_it_is_typed(void **state)
{
	AUTO(stage_done) struct stage s;
	size_t all;

	(void)state;
	stage_open(&s);
	all = s.view.rows->all;
	type(&s, "\\^gzip");
	assert_true(s.view.rows->all > 0 && s.view.rows->all < all);
	press(&s, KEYS_ESCAPE);
	assert_int_equal(s.view.rows->all, all);
	/* not yet an expression: the rows stay as they were */
	type(&s, "\\gzip(");
	assert_true(s.view.rows->all > 0 && s.view.rows->all < all);
	press(&s, KEYS_ENTER);
	assert_shows(&s, "'gzip(' is no expression");
	type(&s, "\\");
	press(&s, KEYS_CTRL('U'));
	press(&s, KEYS_ENTER);
	assert_int_equal(s.view.rows->all, all);
	type(&s, "\\zzz\r");
	assert_shows(&s, "no row is left by the filter");
}

static void rows_of_one_user(void **state)
{
	AUTO(stage_done) struct stage s;

	(void)state;
	stage_open(&s);
	type(&s, "umysql\r");
	assert_string_equal(s.view.options.search_user, "mysql");
	assert_false(shows(&s, "alice"));
	assert_shows(&s, "user mysql");
	type(&s, "u");
	press(&s, KEYS_CTRL('U'));
	press(&s, KEYS_ENTER);
	assert_null(s.view.options.search_user);
	assert_shows(&s, "alice");
}

static void sorting_by_menu_arrow_letter_and_click(void **state)
{
	AUTO(stage_done) struct stage s;
	int row, col;

	(void)state;
	stage_open(&s);
	press(&s, KEYS_F6);
	assert_int_equal(s.view.menu.kind, MENU_SORT);
	assert_int_equal(s.view.menu.chosen, 2);
	press(&s, KEYS_DOWN);
	press(&s, KEYS_ENTER);
	assert_string_equal(s.view.options.sort, "ipc");
	press(&s, '<');
	assert_string_equal(s.view.options.sort, "cpu");
	press(&s, '>');
	press(&s, '>');
	assert_string_equal(s.view.options.sort, "instructions");
	press(&s, 'P');
	assert_string_equal(s.view.options.sort, "cpu");
	find(&s, "USER", &row, &col);
	click(&s, row, col + 1);
	assert_string_equal(s.view.options.sort, "user");
	assert_false(s.view.options.reverse);
	click(&s, row, col + 1);
	assert_true(s.view.options.reverse);
	press(&s, 's');
	press(&s, 'c'); /* to the next that begins so */
	assert_int_equal(s.view.menu.chosen, 2);
	press(&s, KEYS_ESCAPE);
	assert_string_equal(s.view.options.sort, "user");
	for (int i = 0; i < 12; i++)
		press(&s, '<');
	assert_string_equal(s.view.options.sort, "pid");
}

static void screens_by_tab_and_number(void **state)
{
	AUTO(stage_done) struct stage s;

	(void)state;
	stage_open(&s);
	press(&s, 'P');
	press(&s, '\t');
	assert_int_equal(s.fake.feed.chosen, 1);
	assert_shows(&s, "Software");
	assert_null(s.view.options.sort);
	press(&s, '\t');
	assert_int_equal(s.fake.feed.chosen, 0);
	press(&s, KEYS_BACK_TAB);
	assert_int_equal(s.fake.feed.chosen, 1);
	press(&s, '1');
	assert_int_equal(s.fake.feed.chosen, 0);
	press(&s, '9');
	assert_shows(&s, "there are 2 screens");
	assert_true(s.view.due);
}

static void threads_users_and_cgroups_exclude_each_other(void **state)
{
	AUTO(stage_done) struct stage s;

	(void)state;
	stage_open(&s);
	press(&s, 't');
	assert_true(s.view.options.tree);
	press(&s, 'H');
	assert_true(s.fake.threads);
	assert_int_equal(s.view.options.by, ROWS_THREAD);
	assert_false(s.view.options.tree);
	press(&s, 'o');
	assert_int_equal(s.view.options.by, ROWS_USER);
	assert_false(s.fake.threads);
	press(&s, 'g');
	assert_int_equal(s.view.options.by, ROWS_CGROUP);
	press(&s, 'g');
	assert_int_equal(s.view.options.by, ROWS_PROCESS);
	press(&s, 'H');
	press(&s, 't');
	assert_int_equal(s.view.options.by, ROWS_PROCESS);
	assert_false(s.fake.threads);
}

static void trees_fold(void **state)
{
	AUTO(stage_done) struct stage s;
	size_t all;

	(void)state;
	stage_open(&s);
	press(&s, '-');
	assert_shows(&s, "only a tree can be folded");
	press(&s, 't');
	all = s.view.rows->all;
	press(&s, '-');
	assert_true(s.view.rows->all < all);
	press(&s, '-'); /* it is already */
	assert_true(s.view.rows->all < all);
	press(&s, '+');
	assert_int_equal(s.view.rows->all, all);
}

static void tags_stay_until_they_are_taken_off(void **state)
{
	AUTO(stage_done) struct stage s;

	(void)state;
	stage_open(&s);
	press(&s, ' ');
	press(&s, ' ');
	assert_int_equal(s.view.tagged.n, 2);
	assert_int_equal(s.view.index, 2);
	assert_shows(&s, "5000100*root");
	assert_shows(&s, "2 tagged");
	press(&s, KEYS_UP);
	press(&s, ' ');
	assert_int_equal(s.view.tagged.n, 1);
	press(&s, 'U');
	assert_int_equal(s.view.tagged.n, 0);
	assert_false(shows(&s, "tagged"));
}

static void what_is_hidden_is_said(void **state)
{
	AUTO(stage_done) struct stage s;

	(void)state;
	stage_open(&s);
	assert_shows(&s, "[kworker/0:1]");
	press(&s, 'K');
	assert_false(shows(&s, "kworker"));
	assert_shows(&s, "no kernel");
	press(&s, 'i');
	assert_shows(&s, "no idle");
	press(&s, 'D');
	assert_true(s.view.options.keep_dead_s > 0);
}

static void columns_scroll_and_the_first_stays(void **state)
{
	AUTO(stage_done) struct stage s;

	(void)state;
	stage_open(&s);
	press(&s, KEYS_RIGHT);
	assert_shows(&s, "    PID  ");
	assert_false(shows(&s, "USER"));
	for (int i = 0; i < 20; i++)
		press(&s, KEYS_RIGHT);
	assert_shows(&s, "PID");
	assert_shows(&s, "COMMAND");
	for (int i = 0; i < 20; i++)
		press(&s, KEYS_LEFT);
	assert_shows(&s, "USER");
}

static void the_detail_opens_scrolls_and_closes(void **state)
{
	AUTO(stage_done) struct stage s;
	int row, col;

	(void)state;
	stage_open(&s);
	press(&s, KEYS_DOWN);
	press(&s, KEYS_ENTER);
	assert_int_equal(s.view.mode, VIEW_DETAIL);
	assert_shows(&s, "5000101 stress -c 4");
	assert_shows(&s, "History of Instructions per cycle");
	press(&s, KEYS_RIGHT);
	assert_shows(&s, "History of L3 misses per 1000");
	press(&s, KEYS_RIGHT); /* there are two */
	assert_shows(&s, "History of L3 misses per 1000");
	find(&s, "Instructions per", &row, &col);
	click(&s, row, col);
	assert_shows(&s, "History of Instructions per cycle");
	press(&s, KEYS_END);
	assert_shows(&s, "press H to look at threads");
	press(&s, KEYS_HOME);
	assert_int_equal(s.view.detail_top, 0);
	press(&s, 'q');
	assert_int_equal(s.view.mode, VIEW_ROWS);
	assert_false(s.view.quit);
	assert_int_equal(selected(&s), FIRST + 101);
}

static void help_returns_to_where_it_came_from(void **state)
{
	AUTO(stage_done) struct stage s;

	(void)state;
	stage_open(&s);
	press(&s, KEYS_ENTER);
	press(&s, '?');
	assert_int_equal(s.view.mode, VIEW_HELP);
	press(&s, '?');
	press(&s, KEYS_END);
	assert_shows(&s, "Columns of Overview");
	assert_shows(&s, "Not here: this CPU has no such event");
	press(&s, KEYS_ESCAPE);
	assert_int_equal(s.view.mode, VIEW_DETAIL);
	press(&s, KEYS_ESCAPE);
	press(&s, 'h');
	press(&s, KEYS_F10);
	assert_int_equal(s.view.mode, VIEW_ROWS);
	press(&s, 'q');
	assert_true(s.view.quit);
}

static void delays_are_checked(void **state)
{
	AUTO(stage_done) struct stage s;

	(void)state;
	stage_open(&s);
	press(&s, 'd');
	press(&s, KEYS_CTRL('U'));
	type(&s, "0.5\r");
	assert_true(s.view.delay_s > 0.49 && s.view.delay_s < 0.51);
	press(&s, 'd');
	press(&s, KEYS_CTRL('W'));
	type(&s, "0\r");
	assert_shows(&s, "'0' is no delay");
	assert_true(s.view.delay_s > 0.49);
}

static void a_recording_steps_seeks_and_changes_speed(void **state)
{
	static const struct fake_scene scene = { .ntasks = 9, .ncpus = 2 };
	AUTO(stage_done) struct stage s;

	(void)state;
	stage_open_at(&s, &scene, 100);
	assert_shows(&s, "1/100");
	press(&s, '.');
	assert_true(s.view.paused && s.view.step);
	tick(&s);
	assert_shows(&s, "2/100");
	type(&s, "G50%\r");
	tick(&s);
	assert_shows(&s, "51/100");
	press(&s, ',');
	tick(&s);
	assert_shows(&s, "50/100");
	type(&s, "G#100\r");
	tick(&s);
	press(&s, '.');
	assert_shows(&s, "the recording ends here");
	press(&s, 'p');
	assert_shows(&s, "the recording ends here");
	assert_true(s.view.paused);
	/* it began at 22:13:21 */
	type(&s, "G22:13:30\r");
	tick(&s);
	assert_shows(&s, "10/100");
	type(&s, "G1:00\r"); /* on the next day, after its end */
	tick(&s);
	assert_shows(&s, "100/100");
	type(&s, "G101%\r");
	assert_shows(&s, "'101%' is no place");
	type(&s, "G#0\r");
	assert_shows(&s, "'#0' is no place");
	type(&s, "G25:00\r");
	assert_shows(&s, "'25:00' is no place");
	press(&s, ']');
	press(&s, ']');
	assert_shows(&s, "x4");
	press(&s, '[');
	press(&s, '[');
	press(&s, '[');
	assert_shows(&s, "x0.5");
}

static void live_there_is_nothing_to_seek(void **state)
{
	AUTO(stage_done) struct stage s;

	(void)state;
	stage_open(&s);
	type(&s, ".,[]G");
	assert_int_equal(s.view.prompt.kind, PROMPT_NONE);
	assert_false(s.view.paused);
	press(&s, 'p');
	assert_true(s.view.paused);
	assert_shows(&s, "paused");
	press(&s, 'Z');
	assert_false(s.view.paused);
}

static void clicks_choose_rows_and_keys(void **state)
{
	AUTO(stage_done) struct stage s;
	int row, col;

	(void)state;
	stage_open(&s);
	find(&s, "5000104", &row, &col);
	click(&s, row, 60);
	assert_int_equal(selected(&s), FIRST + 104);
	find(&s, "F5Tree", &row, &col);
	click(&s, row, col + 3);
	assert_true(s.view.options.tree);
	find(&s, "F6Sort", &row, &col);
	click(&s, row, col);
	find(&s, " IPC", &row, &col);
	find(&s, "VERDICT", &row, &col);
	assert_int_equal(s.view.menu.kind, MENU_SORT);
	click(&s, 6, 1); /* the second item */
	assert_int_equal(s.view.menu.kind, MENU_NONE);
	assert_string_equal(s.view.options.sort, "user");
	click(&s, 0, 0); /* nothing */
	click(&s, 99, 99);
}

static void prompts_are_edited_as_utf8(void **state)
{
	struct prompt p = { 0 };

	(void)state;
	prompt_open(&p, PROMPT_SEARCH, "search: ", "ab");
	assert_int_equal(prompt_key(&p, 0xe9), PROMPT_CHANGED);
	assert_string_equal(p.text, "ab\xc3\xa9");
	prompt_key(&p, KEYS_LEFT);
	prompt_key(&p, 'c');
	assert_string_equal(p.text, "abc\xc3\xa9");
	assert_int_equal(prompt_key(&p, KEYS_DELETE), PROMPT_CHANGED);
	assert_string_equal(p.text, "abc");
	assert_int_equal(prompt_key(&p, KEYS_DELETE), PROMPT_OPEN);
	prompt_key(&p, KEYS_HOME);
	assert_int_equal(prompt_key(&p, KEYS_BACKSPACE), PROMPT_OPEN);
	prompt_key(&p, KEYS_END);
	prompt_key(&p, 0x7f);
	assert_string_equal(p.text, "ab");
	assert_int_equal(prompt_key(&p, 0x9b), PROMPT_OPEN);
	assert_int_equal(prompt_key(&p, KEYS_UP), PROMPT_OPEN);
	for (int i = 0; i < 1000; i++)
		prompt_key(&p, 0x4f60);
	assert_true(strlen(p.text) < sizeof(p.text));
	assert_int_equal(strlen(p.text), p.length);
	prompt_close(&p);
}

/* Whatever is pressed in whatever order: nothing breaks. */
static void any_keys_in_any_order(void **state)
{
	AUTO(stage_done) struct stage s;
	uint32_t random = 1;

	(void)state;
	stage_open(&s);
	for (int i = 0; i < 20000; i++) {
		uint32_t key;

		random = random * 1664525u + 1013904223u;
		key = random >> 16 & 0x7f;
		if (random >> 24 & 1)
			key = KEYS_SPECIAL + key % 24;
		if (key == 'y') /* nobody is killed here */
			continue;
		if (key == KEYS_CLICK)
			click(&s, (int)(random >> 8 & 31),
			      (int)(random >> 13 & 127));
		else
			press(&s, key);
		if (i % 50 == 0)
			tick(&s);
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
		cmocka_unit_test(arrows_and_pages_move_within_bounds),
		cmocka_unit_test(the_selection_follows_its_task),
		cmocka_unit_test(a_selected_task_that_goes_leaves_its_place),
		cmocka_unit_test(searching_goes_on_and_back),
		cmocka_unit_test(a_filter_is_applied_while_it_is_typed),
		cmocka_unit_test(rows_of_one_user),
		cmocka_unit_test(sorting_by_menu_arrow_letter_and_click),
		cmocka_unit_test(screens_by_tab_and_number),
		cmocka_unit_test(threads_users_and_cgroups_exclude_each_other),
		cmocka_unit_test(trees_fold),
		cmocka_unit_test(tags_stay_until_they_are_taken_off),
		cmocka_unit_test(what_is_hidden_is_said),
		cmocka_unit_test(columns_scroll_and_the_first_stays),
		cmocka_unit_test(the_detail_opens_scrolls_and_closes),
		cmocka_unit_test(help_returns_to_where_it_came_from),
		cmocka_unit_test(delays_are_checked),
		cmocka_unit_test(a_recording_steps_seeks_and_changes_speed),
		cmocka_unit_test(live_there_is_nothing_to_seek),
		cmocka_unit_test(clicks_choose_rows_and_keys),
		cmocka_unit_test(prompts_are_edited_as_utf8),
		cmocka_unit_test(any_keys_in_any_order),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, setup, NULL);
}
