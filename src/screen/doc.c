/* Text that is longer than the screen; see doc.h. */
#include "screen/doc.h"

#include "base/auto.h"
#include "base/xalloc.h"
#include "screen/glyphs.h"

#include <string.h>

void doc_init(struct doc *d, int cols, bool utf8)
{
	*d = (struct doc){ 0 };
	grid_init(&d->grid, 0, cols, utf8);
}

void doc_done(struct doc *d)
{
	grid_done(&d->grid);
}

int doc_room(struct doc *d, int rows)
{
	struct grid *g = &d->grid;
	int first = d->row, old = g->rows;

	d->row += rows;
	if (d->row <= old)
		return first;
	/* twice as much, so that long texts are not copied line by line */
	g->rows = d->row > 2 * old ? d->row : 2 * old;
	g->glyphs = xreallocarray(g->glyphs, (size_t)g->rows * (size_t)g->cols,
				  sizeof(*g->glyphs));
	for (int i = old * g->cols; i < g->rows * g->cols; i++)
		g->glyphs[i] = (struct glyph){ .code = ' ', .width = 1 };
	return first;
}

void doc_title(struct doc *d, const char *text)
{
	if (d->row)
		doc_room(d, 1);
	grid_text(&d->grid, doc_room(d, 1), 0, d->grid.cols, ROLE_TITLE, text);
}

/* Bytes of the words of @text that fit into @cols columns, at least one word. */
static size_t line_length(const char *text, int cols, bool utf8)
{
	const char *at = text, *space = NULL;
	int used = 0, width;
	uint32_t code;

	for (;;) {
		const char *before = at;

		code = glyph_next(&at, utf8, &width);
		if (!code)
			return (size_t)(at - text);
		used += width;
		if (code == ' ')
			space = before;
		if (used <= cols || (code == ' ' && used == cols + 1))
			continue;
		/* a word that is longer than the line is broken; one character
		   is on each line, even if it has no room */
		return (size_t)((space && space > text ? space
				 : before > text       ? before
						       : at) -
				text);
	}
}

void doc_wrap(struct doc *d, int indent, enum role role, const char *text)
{
	int cols = d->grid.cols - indent;

	if (cols < 8) {
		indent = 0;
		cols = d->grid.cols;
	}
	while (*text == ' ')
		text++;
	while (*text && cols > 0) {
		size_t n = line_length(text, cols, d->grid.utf8);
		AUTO_FREE char *line = xstrndup(text, n);

		grid_text(&d->grid, doc_room(d, 1), indent, cols, role, line);
		text += n;
		while (*text == ' ')
			text++;
	}
}

void doc_show(const struct doc *d, struct grid *g, struct area area, int *top)
{
	if (*top > d->row - area.rows)
		*top = d->row - area.rows;
	if (*top < 0)
		*top = 0;
	/* what was reserved and not written is blank */
	if (area.rows > d->row - *top)
		area.rows = d->row - *top;
	grid_show(g, area, &d->grid, *top);
}
