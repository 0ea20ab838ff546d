/* Rows in columns; see pane_rows.h. */
#include "screen/pane_rows.h"

#include "base/auto.h"
#include "base/strbuf.h"
#include "base/vec.h"
#include "base/xalloc.h"
#include "screen/cell_text.h"
#include "screen/glyphs.h"
#include "screen/panes.h"

#include <string.h>

#define LAST_LEAST 12 /* columns of the last one, if it is a text */
#define DEPTH_MAX 64  /* of the tree's lines; deeper rows stand below it */

static int width_of(const struct column *c)
{
	int heading = c->heading ? (int)strlen(c->heading) : 0;

	return c->width > heading ? c->width : heading;
}

static void place(struct rows_layout *l, size_t column, int col, int width)
{
	__typeof__(*l->items) item = { column, col, width };

	VEC_PUSH(l->items, l->n, item);
}

/* Which row it is, by what it is sorted, and who. */
static bool is_vital(const struct columns *columns, size_t i, const char *sort)
{
	return i == 0 || i + 1 == columns->n ||
	       (sort && !strcmp(columns->items[i].key, sort));
}

static bool is_counted(const struct column *c)
{
	return c->kind == COLUMN_METRIC || c->kind == COLUMN_EVENT;
}

#define RANKS 4
/*
 * What tells least goes first: what no row has, what was counted but for the
 * first of it, what others show as well.
 */
static int rank(const struct columns *columns, size_t i)
{
	const struct column *c = &columns->items[i];
	bool first = true;

	if (c->lacking)
		return 0;
	for (size_t k = 0; k < i; k++)
		first &= !is_counted(&columns->items[k]);
	if (is_counted(c))
		return first ? 3 : 1;
	return c->kind == COLUMN_BUILTIN ? 2 : 3;
}

/*
 * Leave out columns until the last one, which says who it is, has room; whoever
 * scrolls wants to see them.
 */
static void leave_out(const struct columns *columns, const char *sort, int cols,
		      bool *out)
{
	int need = 0;

	for (size_t i = 0; i + 1 < columns->n; i++)
		need += width_of(&columns->items[i]) + 1;
	if (!columns->n || !columns->items[columns->n - 1].text)
		return;
	for (int r = 0; r < RANKS; r++)
		for (size_t i = columns->n; i-- > 0;) {
			const struct column *c = &columns->items[i];

			if (need + LAST_LEAST <= cols)
				return;
			if (rank(columns, i) != r || is_vital(columns, i, sort))
				continue;
			out[i] = true;
			need -= width_of(c) + 1;
		}
}

void rows_layout_make(struct rows_layout *ret, const struct columns *columns,
		      const char *sort, size_t scrolled, int cols)
{
	AUTO_FREE bool *out = xcalloc(columns->n + 1, sizeof(*out));
	int col = 0;

	*ret = (struct rows_layout){ 0 };
	if (!scrolled)
		leave_out(columns, sort, cols, out);
	for (size_t i = 0; i < columns->n; i++) {
		const struct column *c = &columns->items[i];
		int width = width_of(c);

		/* the first says which row it is, and stays */
		if (out[i] || (i > 0 && i <= scrolled))
			continue;
		if (col >= cols)
			break;
		if (c->text && (i + 1 == columns->n || col + width > cols))
			width = cols - col;
		/* half a number is a wrong one */
		if (col + width > cols && i > 0)
			break;
		place(ret, i, col, width);
		col += width + 1;
	}
}

void rows_layout_done(struct rows_layout *l)
{
	free(l->items);
	*l = (struct rows_layout){ 0 };
}

void rows_draw_heading(const struct rows_layout *l,
		       const struct columns *columns, const char *sort,
		       bool reverse, struct grid *g, int row, int col)
{
	grid_fill(g, row, col, g->cols - col, ROLE_HEADING, ' ');
	for (size_t i = 0; i < l->n; i++) {
		const struct column *c = &columns->items[l->items[i].column];
		int at = col + l->items[i].col, width = l->items[i].width;
		int length = glyphs_width(c->heading, g->utf8);
		bool sorted = sort && !strcmp(sort, c->key);
		enum role role = sorted ? ROLE_SORTED : ROLE_HEADING;
		bool down = c->descending != reverse;

		if (sorted)
			grid_fill(g, row, at, width, role, ' ');
		if (c->text)
			grid_text(g, row, at, width, role, c->heading);
		else
			grid_text_right(g, row, at, width, role, c->heading);
		if (sorted)
			grid_put(g, row,
				 c->text ? at + length
					 : at + width - length - 1,
				 role,
				 g->utf8 ? (down ? 0x25bc : 0x25b2)
					 : (uint32_t)(down ? 'v' : '^'));
		grid_zone(g, row, at, width + 1, ZONE_HEADING,
			  l->items[i].column);
	}
}

static enum role cell_role(const struct cell *cell, enum role role)
{
	if (cell->kind == CELL_ABSENT)
		return ROLE_DIM;
	return cell->notable && role != ROLE_DIM ? ROLE_NOTABLE : role;
}

static void draw_text_cell(const struct cell *cell, enum role role,
			   const char *prefix, struct grid *g, int row, int col,
			   int width)
{
	int used = grid_text(g, row, col, width, ROLE_LABEL, prefix);
	const char *text = CELL_MARK_ABSENT;

	if (cell->kind == CELL_TEXT)
		text = cell->text;
	else if (cell->word && strcmp(cell->word, "several") != 0)
		text = cell->word; /* of text, there is room for it */
	grid_text(g, row, col + used, width - used, role, text);
}

void rows_draw_line(const struct rows_layout *l, const struct columns *columns,
		    const struct row *r, enum role role, const char *prefix,
		    struct grid *g, int row, int col)
{
	char buf[CELL_LEN];

	for (size_t i = 0; r->cells && i < l->n; i++) {
		const struct column *c = &columns->items[l->items[i].column];
		const struct cell *cell = &r->cells[l->items[i].column];
		int at = col + l->items[i].col, width = l->items[i].width;
		bool tree =
			!strcmp(c->key, "command") || !strcmp(c->key, "comm");

		if (c->text)
			draw_text_cell(cell, cell_role(cell, role),
				       tree ? prefix : "", g, row, at, width);
		else
			grid_text_right(g, row, at, width,
					cell_role(cell, role),
					cell_text(buf, c, cell));
	}
}

/* Which of the rows above still have a line down to their next sibling. */
struct branches {
	bool last[DEPTH_MAX];
};

static void branches_pass(struct branches *b, const struct row *r)
{
	if (r->depth >= 0 && r->depth < DEPTH_MAX)
		b->last[r->depth] = r->last_child;
}

static void branches_text(const struct branches *b, const struct row *r,
			  bool utf8, struct strbuf *to)
{
	int depth = r->depth < DEPTH_MAX ? r->depth : DEPTH_MAX - 1;

	strbuf_reset(to);
	for (int i = 1; i < depth; i++)
		strbuf_puts(to, b->last[i] ? "   " : utf8 ? "\u2502  " : "|  ");
	if (depth > 0)
		strbuf_puts(to, utf8 ? (r->last_child ? "\u2514" : "\u251c")
				     : (r->last_child ? "`" : "|"));
	if (depth > 0 || r->hidden_children)
		strbuf_puts(to, r->hidden_children ? "+ "
				: utf8             ? "\u2500 "
						   : "- ");
}

static enum role row_role(const struct view *v, const struct row *r)
{
	return ids_have(&v->tagged, r->id) ? ROLE_TAGGED
	       : r->dead                   ? ROLE_DIM
					   : ROLE_PLAIN;
}

static void draw_rows(const struct view *v, const struct rows_layout *l,
		      struct grid *g, struct area area)
{
	AUTO(strbuf_done) struct strbuf prefix = { 0 };
	struct branches branches = { { false } };

	for (size_t i = 0; i < v->rows->n; i++) {
		const struct row *r = &v->rows->items[i];
		int row = area.row + 1 + (int)(i - v->top);

		if (v->options.tree) {
			branches_pass(&branches, r);
			if (i >= v->top)
				branches_text(&branches, r, g->utf8, &prefix);
		}
		if (i < v->top)
			continue;
		if (row >= area.row + area.rows)
			break;
		rows_draw_line(l, v->feed->columns, r, row_role(v, r),
			       strbuf_str(&prefix), g, row, area.col);
		if (ids_have(&v->tagged, r->id))
			grid_put(g, row, area.col + l->items[0].width,
				 ROLE_TAGGED, '*');
		if (i == v->index)
			grid_reverse(g, row, area.col, area.cols);
		grid_zone(g, row, area.col, area.cols, ZONE_ROW, i);
	}
}

void pane_rows_draw(const struct view *v, struct grid *g, struct area area)
{
	AUTO(rows_layout_done) struct rows_layout l = { 0 };
	const char *sort;

	if (area.rows <= 0 || !v->feed->columns)
		return;
	sort = v->options.sort ? v->options.sort : v->feed->columns->sort;
	rows_layout_make(&l, v->feed->columns, sort, v->scrolled, area.cols);
	rows_draw_heading(&l, v->feed->columns, sort, v->options.reverse, g,
			  area.row, area.col);
	if (v->rows && v->rows->n)
		draw_rows(v, &l, g, area);
	else if (area.rows > 1)
		grid_text(
			g, area.row + 1, area.col, area.cols, ROLE_DIM,
			!v->fed && v->feed->replay ? "reading the recording..."
			: !v->fed              ? "looking for the first time..."
			: v->filter || v->user ? "no row is left by the filter"
					       : "no rows");
}
