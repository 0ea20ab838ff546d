/* A screen as cells; see grid.h. */
#include "screen/grid.h"

#include "base/auto.h"
#include "base/strbuf.h"
#include "base/vec.h"
#include "base/xalloc.h"
#include "screen/glyphs.h"

#include <stdarg.h>
#include <string.h>

static const struct glyph blank = { .code = ' ', .width = 1 };

void grid_init(struct grid *g, int rows, int cols, bool utf8)
{
	*g = (struct grid){ .utf8 = utf8 };
	grid_resize(g, rows, cols);
}

void grid_done(struct grid *g)
{
	free(g->glyphs);
	free(g->zones);
	*g = (struct grid){ 0 };
}

void grid_clear(struct grid *g)
{
	for (int i = 0; i < g->rows * g->cols; i++)
		g->glyphs[i] = blank;
	g->cursor_row = g->cursor_col = -1;
	g->nzones = 0;
	free(g->zones);
	g->zones = NULL;
}

void grid_resize(struct grid *g, int rows, int cols)
{
	g->rows = rows > 0 ? rows : 0;
	g->cols = cols > 0 ? cols : 0;
	g->glyphs = xreallocarray(g->glyphs, (size_t)g->rows * (size_t)g->cols,
				  sizeof(*g->glyphs));
	grid_clear(g);
}

bool grid_same(const struct grid *a, const struct grid *b)
{
	if (a->rows != b->rows || a->cols != b->cols)
		return false;
	for (int i = 0; i < a->rows * a->cols; i++) {
		const struct glyph *x = &a->glyphs[i], *y = &b->glyphs[i];

		if (x->code != y->code || x->role != y->role ||
		    x->width != y->width || x->reverse != y->reverse)
			return false;
	}
	return true;
}

static bool has(const struct grid *g, int row, int col)
{
	return row >= 0 && row < g->rows && col >= 0 && col < g->cols;
}

/* Of a place that it has. */
static struct glyph *glyph_at(const struct grid *g, int row, int col)
{
	return &g->glyphs[row * g->cols + col];
}

/* What is overwritten by half must not leave its other half behind. */
static void erase(struct grid *g, int row, int col)
{
	struct glyph *at = glyph_at(g, row, col);
	int other = at->width == 0 ? col - 1 : at->width == 2 ? col + 1 : col;

	*at = blank;
	if (other != col && has(g, row, other)) {
		glyph_at(g, row, other)->code = ' ';
		glyph_at(g, row, other)->width = 1;
	}
}

void grid_put(struct grid *g, int row, int col, enum role role, uint32_t code)
{
	if (!has(g, row, col))
		return;
	erase(g, row, col);
	glyph_at(g, row, col)->code = code;
	glyph_at(g, row, col)->role = (uint8_t)role;
}

static void put_wide(struct grid *g, int row, int col, enum role role,
		     uint32_t code)
{
	if (!has(g, row, col) || !has(g, row, col + 1))
		return;
	grid_put(g, row, col, role, code);
	grid_put(g, row, col + 1, role, code);
	glyph_at(g, row, col)->width = 2;
	glyph_at(g, row, col + 1)->width = 0;
}

void grid_fill(struct grid *g, int row, int col, int cols, enum role role,
	       uint32_t code)
{
	for (int i = 0; i < cols; i++)
		grid_put(g, row, col + i, role, code);
}

int grid_text(struct grid *g, int row, int col, int cols, enum role role,
	      const char *text)
{
	int used = 0, width;
	uint32_t code;

	while ((code = glyph_next(&text, g->utf8, &width)) &&
	       used + width <= cols && col + used < g->cols) {
		if (width == 2)
			put_wide(g, row, col + used, role, code);
		else
			grid_put(g, row, col + used, role, code);
		used += width;
	}
	return used;
}

int grid_textf(struct grid *g, int row, int col, int cols, enum role role,
	       const char *fmt, ...)
{
	AUTO_FREE char *text = NULL;
	va_list ap;

	va_start(ap, fmt);
	text = xvasprintf(fmt, ap);
	va_end(ap);
	return grid_text(g, row, col, cols, role, text);
}

void grid_text_right(struct grid *g, int row, int col, int cols, enum role role,
		     const char *text)
{
	int width = glyphs_width(text, g->utf8);

	if (width < cols)
		col += cols - width;
	grid_text(g, row, col, width < cols ? width : cols, role, text);
}

void grid_reverse(struct grid *g, int row, int col, int cols)
{
	for (int i = 0; i < cols; i++) {
		if (has(g, row, col + i))
			glyph_at(g, row, col + i)->reverse = true;
	}
}

void grid_show(struct grid *g, struct area area, const struct grid *from,
	       int top)
{
	for (int row = 0; row < area.rows && top + row < from->rows; row++) {
		for (int col = 0; col < area.cols && col < from->cols; col++) {
			if (has(g, area.row + row, area.col + col))
				*glyph_at(g, area.row + row, area.col + col) =
					*glyph_at(from, top + row, col);
		}
	}
	for (size_t i = 0; i < from->nzones; i++) {
		const struct zone *z = &from->zones[i];

		if (z->row >= top && z->row < top + area.rows)
			grid_zone(g, area.row + z->row - top, area.col + z->col,
				  z->cols, z->kind, z->value);
	}
}

void grid_zone(struct grid *g, int row, int col, int cols, enum zone_kind kind,
	       size_t value)
{
	const struct zone zone = { .row = row,
				   .col = col,
				   .cols = cols,
				   .kind = kind,
				   .value = value };

	VEC_PUSH(g->zones, g->nzones, zone);
}

const struct zone *grid_zone_at(const struct grid *g, int row, int col)
{
	for (size_t i = g->nzones; i-- > 0;) {
		const struct zone *z = &g->zones[i];

		if (z->row == row && col >= z->col && col < z->col + z->cols)
			return z;
	}
	return NULL;
}

char *grid_dump(const struct grid *g)
{
	struct strbuf b = { 0 };

	for (int row = 0; row < g->rows; row++) {
		int end = g->cols;

		while (end > 0 && glyph_at(g, row, end - 1)->code == ' ')
			end--;
		for (int col = 0; col < end; col++) {
			const struct glyph *at = glyph_at(g, row, col);

			char bytes[4];

			if (at->width)
				strbuf_add(
					&b, bytes,
					(size_t)glyph_encode(bytes, at->code));
		}
		strbuf_putc(&b, '\n');
	}
	return strbuf_detach(&b);
}

char *grid_dump_roles(const struct grid *g)
{
	struct strbuf b = { 0 };

	for (int row = 0; row < g->rows; row++) {
		for (int col = 0; col < g->cols; col++) {
			const struct glyph *at = glyph_at(g, row, col);

			strbuf_putc(&b,
				    at->reverse ? '#' : theme_letter(at->role));
		}
		strbuf_putc(&b, '\n');
	}
	return strbuf_detach(&b);
}
