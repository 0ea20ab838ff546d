/* What is on the screen and what has been chosen; see view.h. */
#include "screen/view.h"

#include "base/vec.h"
#include "base/xalloc.h"
#include "screen/act.h"
#include "screen/panes.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static char *copy(const char *s)
{
	return s && *s ? xstrdup(s) : NULL;
}

void view_init(struct view *v, struct screen_feed *feed,
	       const struct screen_options *options)
{
	*v = (struct view){
		.feed = feed,
		.options = options->rows,
		.delay_s = options->delay_s,
		.speed = options->speed > 0 ? options->speed : 1,
	};
	v->options.sort = v->sort = copy(options->rows.sort);
	v->options.filter = v->filter = copy(options->rows.filter);
	v->options.search_user = v->user = copy(options->rows.search_user);
	v->options.folded = NULL;
	v->options.nfolded = 0;
}

void view_done(struct view *v)
{
	free(v->sort);
	free(v->filter);
	free(v->user);
	free(v->searched);
	free(v->undo);
	free(v->tagged.items);
	free(v->folded.items);
	prompt_close(&v->prompt);
	menu_close(&v->menu);
	kill_forget(v);
	*v = (struct view){ 0 };
}

static void __attribute__((format(printf, 3, 0)))
say(struct view *v, bool bad, const char *fmt, va_list ap)
{
	v->message_bad = bad;
	if (vsnprintf(v->message, sizeof(v->message), fmt, ap) < 0)
		v->message[0] = '\0';
}

void view_say(struct view *v, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	say(v, false, fmt, ap);
	va_end(ap);
}

void view_complain(struct view *v, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	say(v, true, fmt, ap);
	va_end(ap);
}

bool ids_have(const struct ids *ids, uint64_t id)
{
	for (size_t i = 0; i < ids->n; i++) {
		if (ids->items[i] == id)
			return true;
	}
	return false;
}

void ids_toggle(struct ids *ids, uint64_t id)
{
	for (size_t i = 0; i < ids->n; i++) {
		if (ids->items[i] == id) {
			ids->items[i] = ids->items[--ids->n];
			return;
		}
	}
	VEC_PUSH(ids->items, ids->n, id);
}

const struct row *view_row(const struct view *v)
{
	if (!v->rows || v->index >= v->rows->n)
		return NULL;
	return &v->rows->items[v->index];
}

static bool ask_rows(struct view *v)
{
	struct err err = { 0 };

	v->options.folded = v->folded.items;
	v->options.nfolded = v->folded.n;
	v->options.first = v->top;
	v->options.limit = v->top + (v->visible ? v->visible : 1);
	if (tasks_rows(v->feed->tasks, &v->options, &v->rows, &err) < 0) {
		v->rows = NULL;
		view_complain(v, "%s", err.what);
		return false;
	}
	return true;
}

/* The selection in its bounds and on the screen; true: others are to be shown. */
static bool scroll(struct view *v)
{
	size_t all = v->rows->all, top = v->top;

	if (v->anchor == ANCHOR_FIRST) {
		v->index = 0;
	} else if (v->anchor == ANCHOR_TASK) {
		size_t at = tasks_position(v->feed->tasks, v->selected);

		/* its neighbour, when it is gone */
		if (at != SIZE_MAX)
			v->index = at;
	}
	if (v->index >= all)
		v->index = all ? all - 1 : 0;
	if (v->index < v->top)
		v->top = v->index;
	else if (v->visible && v->index >= v->top + v->visible)
		v->top = v->index - v->visible + 1;
	/* no empty lines below the last while there are rows above */
	if (v->top && v->top + v->visible > all)
		v->top = all > v->visible ? all - v->visible : 0;
	return v->top != top;
}

static void refresh(struct view *v)
{
	v->rows = NULL;
	if (!v->fed || !ask_rows(v))
		return;
	if (scroll(v) && !ask_rows(v))
		return;
	v->selected = view_row(v) ? view_row(v)->id : 0;
	if (v->anchor == ANCHOR_INDEX)
		v->anchor = ANCHOR_TASK;
}

static void draw_body(struct view *v, struct grid *g, struct area area)
{
	/* what is behind a menu moves aside, so that nothing is half seen */
	if (v->menu.kind) {
		int width = menu_width(&v->menu, g->utf8, area.cols);

		menu_draw(&v->menu, g, area);
		area.col += width + 1;
		area.cols -= width + 1;
	}
	switch (v->mode) {
	case VIEW_ROWS:
		v->visible = area.rows > 1 ? (size_t)area.rows - 1 : 0;
		refresh(v);
		pane_rows_draw(v, g, area);
		break;
	case VIEW_DETAIL:
		pane_detail_draw(v, g, area);
		break;
	case VIEW_HELP:
		pane_help_draw(v, g, area);
		break;
	}
}

void view_draw(struct view *v, struct grid *g)
{
	bool bar = g->rows >= 8, status = g->rows >= 3;
	struct area area = { .cols = g->cols };

	grid_clear(g);
	area.row = pane_head_rows(v, g);
	area.rows = g->rows - area.row - bar - status;
	pane_head_draw(v, g, area.row);
	draw_body(v, g, area);
	if (status)
		pane_status_draw(v, g, g->rows - 1 - bar);
	if (bar)
		pane_bar_draw(v, g, g->rows - 1);
}
