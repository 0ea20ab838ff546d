/* The two lines at the bottom: what is to be said, and the keys. */
#include "screen/panes.h"

#include "base/auto.h"
#include "base/strbuf.h"
#include "screen/glyphs.h"

#include <stdio.h>
#include <string.h>

/* "IPC, L3 MPKI: not counted: somebody else's" for the selected row */
static void reasons(const struct view *v, struct strbuf *b)
{
	const struct row *r = view_row(v);
	const struct columns *columns = v->feed->columns;

	if (!r || !r->cells)
		return;
	for (size_t i = 0; i < columns->n; i++) {
		const char *why = r->cells[i].text;
		bool told = false;

		if (r->cells[i].kind != CELL_ABSENT || !why)
			continue;
		for (size_t j = 0; j < i; j++)
			told = told || (r->cells[j].kind == CELL_ABSENT &&
					r->cells[j].text &&
					!strcmp(r->cells[j].text, why));
		if (told)
			continue;
		strbuf_puts(b, b->len ? "; " : "");
		for (size_t j = i; j < columns->n; j++) {
			if (r->cells[j].kind == CELL_ABSENT &&
			    r->cells[j].text && !strcmp(r->cells[j].text, why))
				strbuf_addf(b, "%s%s", j > i ? ", " : "",
					    columns->items[j].heading);
		}
		strbuf_addf(b, ": %s", why);
	}
}

/* What holds rows back, and where we are among them. */
static void position(const struct view *v, struct strbuf *b)
{
	const struct rows_options *o = &v->options;

	if (v->user)
		strbuf_addf(b, "user %s  ", v->user);
	if (v->filter)
		strbuf_addf(b, "filter %s  ", v->filter);
	if (o->by == ROWS_THREAD)
		strbuf_puts(b, "threads  ");
	if (o->by == ROWS_USER)
		strbuf_puts(b, "users  ");
	if (o->by == ROWS_CGROUP)
		strbuf_puts(b, "cgroups  ");
	if (o->tree)
		strbuf_puts(b, "tree  ");
	if (o->hide_idle)
		strbuf_puts(b, "no idle  ");
	if (o->hide_kernel)
		strbuf_puts(b, "no kernel  ");
	if (v->tagged.n)
		strbuf_addf(b, "%zu tagged  ", v->tagged.n);
	if (v->rows && v->rows->all)
		strbuf_addf(b, "%zu/%zu", v->index + 1, v->rows->all);
}

void pane_status_draw(const struct view *v, struct grid *g, int row)
{
	AUTO(strbuf_done) struct strbuf left = { 0 }, right = { 0 };
	int width;

	if (v->prompt.kind) {
		prompt_draw(&v->prompt, g, row);
		return;
	}
	if (*v->message) {
		grid_text(g, row, 0, g->cols,
			  v->message_bad ? ROLE_WARNING : ROLE_PLAIN,
			  v->message);
		return;
	}
	if (v->mode != VIEW_ROWS)
		return;
	position(v, &right);
	reasons(v, &left);
	width = glyphs_width(strbuf_str(&right), g->utf8);
	if (width > g->cols / 2)
		width = g->cols / 2;
	grid_text_right(g, row, g->cols - width, width, ROLE_LABEL,
			strbuf_str(&right));
	grid_text(g, row, 0, g->cols - width - 1, ROLE_DIM, strbuf_str(&left));
}

void pane_bar_draw(const struct view *v, struct grid *g, int row)
{
	unsigned where = v->mode == VIEW_ROWS     ? IN_ROWS
			 : v->mode == VIEW_DETAIL ? IN_DETAIL
						  : IN_HELP;
	bool replay = v->feed->replay != NULL;
	const struct key *key;
	int col = 0;

	for (size_t i = 0; (key = keys_bar(i, where, replay)); i++) {
		char first[16];
		int from = col;

		keys_first(key, first);
		if (col + (int)strlen(first) + (int)strlen(key->name) > g->cols)
			return;
		col += grid_text(g, row, col, g->cols, ROLE_KEY, first);
		col += grid_text(g, row, col, g->cols, ROLE_KEY_NAME,
				 key->name);
		grid_zone(g, row, from, col - from, ZONE_ACTION, key->action);
		grid_put(g, row, col++, ROLE_KEY, ' ');
	}
}
