/* A line that is typed; see prompt.h. */
#include "screen/prompt.h"

#include "base/xalloc.h"
#include "screen/glyphs.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void prompt_open(struct prompt *p, enum prompt_kind kind, const char *label,
		 const char *text)
{
	prompt_close(p);
	p->kind = kind;
	p->label = xstrdup(label);
	snprintf(p->text, sizeof(p->text), "%s", text ? text : "");
	p->length = p->cursor = strlen(p->text);
}

void prompt_close(struct prompt *p)
{
	free(p->label);
	*p = (struct prompt){ 0 };
}

/* In the middle of a character? */
static bool inside(const struct prompt *p, size_t at)
{
	return at < p->length && ((unsigned char)p->text[at] & 0xc0) == 0x80;
}

static size_t left_of(const struct prompt *p, size_t at)
{
	if (at > 0)
		at--;
	while (at > 0 && inside(p, at))
		at--;
	return at;
}

static size_t right_of(const struct prompt *p, size_t at)
{
	if (at < p->length)
		at++;
	while (inside(p, at))
		at++;
	return at;
}

static enum prompt_answer cut(struct prompt *p, size_t from, size_t to)
{
	if (from == to)
		return PROMPT_OPEN;
	memmove(p->text + from, p->text + to, p->length - to + 1);
	p->length -= to - from;
	p->cursor = from;
	return PROMPT_CHANGED;
}

static size_t word_before(const struct prompt *p)
{
	size_t at = p->cursor;

	while (at > 0 && p->text[at - 1] == ' ')
		at--;
	while (at > 0 && p->text[at - 1] != ' ')
		at--;
	return at;
}

static enum prompt_answer insert(struct prompt *p, uint32_t code)
{
	char bytes[4];
	size_t n;

	if (code < ' ' || (code >= 0x7f && code < 0xa0) || code > 0x10ffff ||
	    (code >= 0xd800 && code <= 0xdfff))
		return PROMPT_OPEN;
	n = (size_t)glyph_encode(bytes, code);
	if (p->length + n >= sizeof(p->text))
		return PROMPT_OPEN;
	memmove(p->text + p->cursor + n, p->text + p->cursor,
		p->length - p->cursor + 1);
	memcpy(p->text + p->cursor, bytes, n);
	p->length += n;
	p->cursor += n;
	return PROMPT_CHANGED;
}

/* Only yes is yes. */
static enum prompt_answer answer(uint32_t key)
{
	if (key == 'y' || key == 'Y')
		return PROMPT_ENTERED;
	return key == 'n' || key == 'N' || key == 'q' || key == KEYS_ESCAPE ||
			       key == KEYS_ENTER || key == '\n'
		       ? PROMPT_LEFT
		       : PROMPT_OPEN;
}

enum prompt_answer prompt_key(struct prompt *p, uint32_t key)
{
	if (p->kind == PROMPT_KILL)
		return answer(key);
	switch (key) {
	case KEYS_ENTER:
	case '\n':
		return PROMPT_ENTERED;
	case KEYS_ESCAPE:
	case KEYS_F10:
		return PROMPT_LEFT;
	case KEYS_LEFT:
		p->cursor = left_of(p, p->cursor);
		return PROMPT_OPEN;
	case KEYS_RIGHT:
		p->cursor = right_of(p, p->cursor);
		return PROMPT_OPEN;
	case KEYS_HOME:
	case KEYS_CTRL('A'):
		p->cursor = 0;
		return PROMPT_OPEN;
	case KEYS_END:
	case KEYS_CTRL('E'):
		p->cursor = p->length;
		return PROMPT_OPEN;
	case KEYS_BACKSPACE:
	case KEYS_CTRL('H'):
	case 0x7f:
		return cut(p, left_of(p, p->cursor), p->cursor);
	case KEYS_DELETE:
	case KEYS_CTRL('D'):
		return cut(p, p->cursor, right_of(p, p->cursor));
	case KEYS_CTRL('U'):
		return cut(p, 0, p->cursor);
	case KEYS_CTRL('W'):
		return cut(p, word_before(p), p->cursor);
	default:
		return insert(p, key);
	}
}

void prompt_draw(const struct prompt *p, struct grid *g, int row)
{
	char before[sizeof(p->text)];
	const char *from = p->text;
	int col, room, width;

	grid_fill(g, row, 0, g->cols, ROLE_PROMPT, ' ');
	col = grid_text(g, row, 0, g->cols - 4, ROLE_LABEL, p->label);
	room = g->cols - col - 1;
	memcpy(before, p->text, p->cursor);
	before[p->cursor] = '\0';
	width = glyphs_width(before, g->utf8);
	while (width > room) {
		int w;

		if (!glyph_next(&from, g->utf8, &w))
			break;
		width -= w;
	}
	grid_text(g, row, col, room + 1, ROLE_PROMPT, from);
	g->cursor_row = row;
	g->cursor_col = col + width;
}
