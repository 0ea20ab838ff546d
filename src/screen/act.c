/* What keys and clicks do; see view.h. */
#include "screen/act.h"

#include "base/auto.h"
#include "base/xalloc.h"

#include <stdlib.h>
#include <string.h>

#define KEEP_DEAD_S 30
#define WHEEL 3

static void move(struct view *v, long by)
{
	size_t all = v->rows ? v->rows->all : 0;
	long to = (long)v->index + by;

	if (v->mode == VIEW_DETAIL) {
		v->detail_top += (int)by;
		return;
	}
	if (v->mode == VIEW_HELP) {
		v->help_top += (int)by;
		return;
	}
	v->index = to < 0              ? 0
		   : (size_t)to >= all ? (all ? all - 1 : 0)
				       : (size_t)to;
	v->anchor = ANCHOR_INDEX;
}

static long page(const struct view *v)
{
	long rows = v->mode == VIEW_DETAIL ? v->detail_rows
		    : v->mode == VIEW_HELP ? v->help_rows
					   : (long)v->visible;

	return rows > 1 ? rows - 1 : 1;
}

static void go_first(struct view *v)
{
	v->detail_top = v->mode == VIEW_DETAIL ? 0 : v->detail_top;
	v->help_top = v->mode == VIEW_HELP ? 0 : v->help_top;
	if (v->mode == VIEW_ROWS) {
		v->anchor = ANCHOR_FIRST;
		v->top = 0;
	}
}

static void sideways(struct view *v, int by)
{
	size_t *at = v->mode == VIEW_DETAIL ? &v->series : &v->scrolled;
	/* the detail bounds its own; two columns always stay */
	size_t columns = v->feed->columns ? v->feed->columns->n : 0;
	size_t most = v->mode == VIEW_DETAIL ? SIZE_MAX
		      : columns > 2          ? columns - 2
					     : 0;

	if (by < 0)
		*at -= *at > 0;
	else
		*at += *at < most;
}

/* Other rows: what was chosen and tagged means nothing in them. */
static void rows_by(struct view *v, enum rows_by by)
{
	v->options.by = by;
	v->anchor = ANCHOR_FIRST;
	v->top = 0;
	v->tagged.n = 0;
	free(v->tagged.items);
	v->tagged.items = NULL;
	if (by != ROWS_PROCESS)
		v->options.tree = false;
	if (v->feed->set_threads)
		v->feed->set_threads(v->feed->arg, by == ROWS_THREAD);
	if (by == ROWS_THREAD && !v->feed->replay)
		v->due = true;
}

static void toggle_by(struct view *v, enum rows_by by)
{
	rows_by(v, v->options.by == by ? ROWS_PROCESS : by);
}

static void toggle_tree(struct view *v)
{
	if (v->options.by != ROWS_PROCESS)
		rows_by(v, ROWS_PROCESS);
	v->options.tree = !v->options.tree;
}

static void fold(struct view *v, bool folded)
{
	const struct row *r = view_row(v);

	if (!v->options.tree) {
		view_complain(v, "only a tree can be folded: F5");
		return;
	}
	if (r && ids_have(&v->folded, r->id) != folded)
		ids_toggle(&v->folded, r->id);
}

static void sort_by(struct view *v, const char *key)
{
	char *copy = xstrdup(key);

	free(v->sort);
	v->options.sort = v->sort = copy;
	v->options.reverse = false;
	if (v->anchor != ANCHOR_TASK)
		v->anchor = ANCHOR_FIRST;
}

static size_t sorted_column(const struct view *v)
{
	const struct columns *c = v->feed->columns;
	const char *key = v->options.sort ? v->options.sort : c->sort;

	for (size_t i = 0; key && i < c->n; i++) {
		if (!strcmp(c->items[i].key, key))
			return i;
	}
	return 0;
}

static void sort_next(struct view *v, bool right)
{
	const struct columns *c = v->feed->columns;
	size_t at = sorted_column(v);

	if (right && at + 1 < c->n)
		sort_by(v, c->items[at + 1].key);
	else if (!right && at > 0)
		sort_by(v, c->items[at - 1].key);
}

static void sort_menu(struct view *v)
{
	const struct columns *c = v->feed->columns;

	menu_open(&v->menu, MENU_SORT, "Sort by");
	for (size_t i = 0; i < c->n; i++)
		menu_add(&v->menu, c->items[i].heading);
	v->menu.chosen = sorted_column(v);
}

static void sort_cpu(struct view *v)
{
	const struct columns *c = v->feed->columns;

	for (size_t i = 0; i < c->n; i++) {
		if (!strcmp(c->items[i].key, "cpu")) {
			sort_by(v, "cpu");
			return;
		}
	}
	view_complain(v, "this screen has no column of CPU time");
}

/* The same column again: the other way round. */
static void sort_click(struct view *v, size_t column)
{
	if (column >= v->feed->columns->n)
		return;
	if (sorted_column(v) == column)
		v->options.reverse = !v->options.reverse;
	else
		sort_by(v, v->feed->columns->items[column].key);
}

static void choose_screen(struct view *v, size_t screen)
{
	struct err err = { 0 };

	if (screen >= v->feed->nscreens) {
		view_complain(v, "there are %zu screens", v->feed->nscreens);
		return;
	}
	v->rows = NULL;
	/* a recording has what was counted; here it has to be counted anew, by a
	   model that has seen nothing yet */
	if (!v->feed->replay) {
		v->fed = false;
		v->due = true;
		v->step = v->paused;
	}
	if (v->feed->choose(v->feed->arg, screen, &err) < 0) {
		view_complain(v, "%s", err.what);
		return;
	}
	v->feed->chosen = screen;
	free(v->sort);
	v->options.sort = v->sort = NULL;
	v->options.reverse = false;
	v->scrolled = v->series = 0;
}

static void cycle_screen(struct view *v, bool back)
{
	size_t n = v->feed->nscreens;

	if (n)
		choose_screen(v, (v->feed->chosen + (back ? n - 1 : 1)) % n);
}

static void tag(struct view *v)
{
	const struct row *r = view_row(v);

	if (!r)
		return;
	ids_toggle(&v->tagged, r->id);
	move(v, 1);
}

static void open_detail(struct view *v)
{
	const struct row *r = view_row(v);

	if (!r)
		return;
	v->detail = r->id;
	v->detail_top = 0;
	v->mode = VIEW_DETAIL;
}

static void open_help(struct view *v)
{
	if (v->mode == VIEW_HELP)
		return;
	v->before_help = v->mode;
	v->mode = VIEW_HELP;
	v->help_top = 0;
}

static void back(struct view *v)
{
	v->mode = v->mode == VIEW_HELP ? v->before_help : VIEW_ROWS;
}

static void keep_dead(struct view *v)
{
	bool kept = v->options.keep_dead_s > 0;

	v->options.keep_dead_s = kept ? 0 : KEEP_DEAD_S;
	if (kept)
		view_say(v, "who has ended goes at once");
	else
		view_say(v, "who has ended stays, greyed, for %d s",
			 KEEP_DEAD_S);
}

/* ---- the table: each with what its key adds ---- */

static void do_move(struct view *v, long by)
{
	move(v, by);
}

static void do_page(struct view *v, long pages)
{
	move(v, pages * page(v));
}

static void do_first(struct view *v, long unused)
{
	(void)unused;
	go_first(v);
}

static void do_last(struct view *v, long unused)
{
	(void)unused;
	/* more than there can be, and no overflow */
	move(v, 1L << 24);
}

static void do_sideways(struct view *v, long by)
{
	sideways(v, (int)by);
}

static void do_mode(struct view *v, long mode)
{
	if (mode == VIEW_DETAIL)
		open_detail(v);
	else if (mode == VIEW_HELP)
		open_help(v);
	else
		back(v);
}

static void do_ask(struct view *v, long kind)
{
	if (kind == PROMPT_SEARCH)
		ask_search(v);
	else if (kind == PROMPT_FILTER)
		ask_filter(v);
	else if (kind == PROMPT_USER)
		ask_user(v);
	else if (kind == PROMPT_DELAY)
		ask_delay(v);
	else if (kind == PROMPT_SEEK)
		ask_seek(v);
	else
		kill_ask(v);
}

static void do_search(struct view *v, long back_wards)
{
	search_again(v, back_wards);
}

static void do_sort_menu(struct view *v, long unused)
{
	(void)unused;
	sort_menu(v);
}

static void do_sort_next(struct view *v, long right)
{
	sort_next(v, right);
}

static void do_sort_cpu(struct view *v, long unused)
{
	(void)unused;
	sort_cpu(v);
}

static void do_reverse(struct view *v, long unused)
{
	(void)unused;
	v->options.reverse = !v->options.reverse;
}

static void do_cycle(struct view *v, long backwards)
{
	cycle_screen(v, backwards);
}

static void do_rows_by(struct view *v, long by)
{
	toggle_by(v, (enum rows_by)by);
}

static void do_tree(struct view *v, long unused)
{
	(void)unused;
	toggle_tree(v);
}

static void do_fold(struct view *v, long folded)
{
	fold(v, folded);
}

static void do_kernel(struct view *v, long unused)
{
	(void)unused;
	v->options.hide_kernel = !v->options.hide_kernel;
}

static void do_idle(struct view *v, long unused)
{
	(void)unused;
	v->options.hide_idle = !v->options.hide_idle;
}

static void do_dead(struct view *v, long unused)
{
	(void)unused;
	keep_dead(v);
}

static void do_tag(struct view *v, long unused)
{
	(void)unused;
	tag(v);
}

static void do_untag(struct view *v, long unused)
{
	(void)unused;
	v->tagged.n = 0;
	free(v->tagged.items);
	v->tagged.items = NULL;
}

static void do_pause(struct view *v, long unused)
{
	(void)unused;
	play_pause(v);
}

static void do_step(struct view *v, long backwards)
{
	play_step(v, backwards);
}

static void do_speed(struct view *v, long faster)
{
	play_speed(v, faster ? 2 : 0.5);
}

static void do_redraw(struct view *v, long unused)
{
	(void)unused;
	v->redraw = true;
}

static void do_suspend(struct view *v, long unused)
{
	(void)unused;
	v->suspend = true;
}

static void do_quit(struct view *v, long unused)
{
	(void)unused;
	if (v->mode == VIEW_ROWS)
		v->quit = true;
	else
		back(v);
}

static const struct {
	void (*run)(struct view *v, long argument);
	long argument;
} doing[] = {
	[ACTION_UP] = { do_move, -1 },
	[ACTION_DOWN] = { do_move, 1 },
	[ACTION_PAGE_UP] = { do_page, -1 },
	[ACTION_PAGE_DOWN] = { do_page, 1 },
	[ACTION_FIRST] = { do_first, 0 },
	[ACTION_LAST] = { do_last, 0 },
	[ACTION_LEFT] = { do_sideways, -1 },
	[ACTION_RIGHT] = { do_sideways, 1 },
	[ACTION_DETAIL] = { do_mode, VIEW_DETAIL },
	[ACTION_BACK] = { do_mode, VIEW_ROWS },
	[ACTION_SEARCH] = { do_ask, PROMPT_SEARCH },
	[ACTION_SEARCH_NEXT] = { do_search, false },
	[ACTION_SEARCH_BACK] = { do_search, true },
	[ACTION_FILTER] = { do_ask, PROMPT_FILTER },
	[ACTION_USER] = { do_ask, PROMPT_USER },
	[ACTION_SORT] = { do_sort_menu, 0 },
	[ACTION_SORT_LEFT] = { do_sort_next, false },
	[ACTION_SORT_RIGHT] = { do_sort_next, true },
	[ACTION_SORT_CPU] = { do_sort_cpu, 0 },
	[ACTION_REVERSE] = { do_reverse, 0 },
	[ACTION_SCREEN_NEXT] = { do_cycle, false },
	[ACTION_SCREEN_BACK] = { do_cycle, true },
	/* its number is the key, see view_input() */
	[ACTION_SCREEN_NUMBER] = { NULL, 0 },
	[ACTION_THREADS] = { do_rows_by, ROWS_THREAD },
	[ACTION_TREE] = { do_tree, 0 },
	[ACTION_FOLD] = { do_fold, true },
	[ACTION_UNFOLD] = { do_fold, false },
	[ACTION_BY_USER] = { do_rows_by, ROWS_USER },
	[ACTION_BY_CGROUP] = { do_rows_by, ROWS_CGROUP },
	[ACTION_KERNEL] = { do_kernel, 0 },
	[ACTION_IDLE] = { do_idle, 0 },
	[ACTION_DEAD] = { do_dead, 0 },
	[ACTION_TAG] = { do_tag, 0 },
	[ACTION_UNTAG] = { do_untag, 0 },
	[ACTION_KILL] = { do_ask, PROMPT_KILL },
	[ACTION_DELAY] = { do_ask, PROMPT_DELAY },
	[ACTION_PAUSE] = { do_pause, 0 },
	[ACTION_STEP] = { do_step, false },
	[ACTION_STEP_BACK] = { do_step, true },
	[ACTION_FASTER] = { do_speed, true },
	[ACTION_SLOWER] = { do_speed, false },
	[ACTION_SEEK] = { do_ask, PROMPT_SEEK },
	[ACTION_HELP] = { do_mode, VIEW_HELP },
	[ACTION_REDRAW] = { do_redraw, 0 },
	[ACTION_SUSPEND] = { do_suspend, 0 },
	[ACTION_QUIT] = { do_quit, 0 },
};
_Static_assert(ARRAY_LEN(doing) == ACTIONS, "every action does something");

void view_act(struct view *v, enum action action)
{
	if (doing[action].run)
		doing[action].run(v, doing[action].argument);
}

static void menu_input(struct view *v, uint32_t key)
{
	enum menu_kind kind = v->menu.kind;
	size_t chosen;

	switch (menu_key(&v->menu, key)) {
	case MENU_OPEN:
		return;
	case MENU_LEFT:
		menu_close(&v->menu);
		kill_forget(v);
		return;
	case MENU_CHOSEN:
		break;
	}
	chosen = v->menu.chosen;
	menu_close(&v->menu);
	if (kind == MENU_SORT && chosen < v->feed->columns->n)
		sort_by(v, v->feed->columns->items[chosen].key);
	else if (kind == MENU_SIGNAL)
		kill_choose(v, chosen);
}

static void click(struct view *v, const struct zone *z)
{
	if (!z || v->prompt.kind || (v->menu.kind && z->kind != ZONE_ITEM))
		return;
	switch (z->kind) {
	case ZONE_ROW:
		v->index = z->value;
		v->anchor = ANCHOR_INDEX;
		break;
	case ZONE_HEADING:
		sort_click(v, z->value);
		break;
	case ZONE_ACTION:
		view_act(v, (enum action)z->value);
		break;
	case ZONE_ITEM:
		v->menu.chosen = z->value;
		menu_input(v, KEYS_ENTER);
		break;
	case ZONE_SERIES:
		v->series = z->value;
		break;
	}
}

static void plain_key(struct view *v, uint32_t key)
{
	unsigned where = v->mode == VIEW_ROWS     ? IN_ROWS
			 : v->mode == VIEW_DETAIL ? IN_DETAIL
						  : IN_HELP;
	enum action action = keys_action(key, where, v->feed->replay != NULL);

	if (key == KEYS_WHEEL_UP || key == KEYS_WHEEL_DOWN)
		move(v, key == KEYS_WHEEL_UP ? -WHEEL : WHEEL);
	else if (action == ACTION_SCREEN_NUMBER)
		choose_screen(v, key - '1');
	else
		view_act(v, action);
}

/* These work whatever is asked. */
static bool always(struct view *v, uint32_t key)
{
	if (key == KEYS_CTRL('L'))
		v->redraw = true;
	else if (key == KEYS_CTRL('Z'))
		v->suspend = true;
	else if (key == KEYS_CTRL('C'))
		v->quit = true;
	else
		return false;
	return true;
}

void view_input(struct view *v, const struct input *input, const struct grid *g)
{
	v->message[0] = '\0';
	if (always(v, input->key))
		return;
	if (input->key == KEYS_CLICK)
		click(v, grid_zone_at(g, input->row, input->col));
	else if (v->prompt.kind)
		ask_input(v, input->key);
	else if (v->menu.kind)
		menu_input(v, input->key);
	else
		plain_key(v, input->key);
}
