/* A list to choose from; see menu.h. */
#include "screen/menu.h"

#include "base/auto.h"
#include "base/vec.h"
#include "base/xalloc.h"
#include "screen/glyphs.h"

#include <ctype.h>
#include <stdlib.h>

void menu_open(struct menu *m, enum menu_kind kind, const char *title)
{
	menu_close(m);
	m->kind = kind;
	m->title = xstrdup(title);
}

void menu_add(struct menu *m, const char *item)
{
	VEC_PUSH(m->items, m->n, xstrdup(item));
}

void menu_close(struct menu *m)
{
	for (size_t i = 0; i < m->n; i++)
		free(m->items[i]);
	free(m->items);
	free(m->title);
	*m = (struct menu){ 0 };
}

static void find_letter(struct menu *m, uint32_t key)
{
	if (key >= 0x7f || !isalnum((int)key))
		return;
	for (size_t i = 1; i <= m->n; i++) {
		size_t at = (m->chosen + i) % m->n;
		const char *item = m->items[at];

		while (*item && !isalnum((unsigned char)*item))
			item++;
		if (tolower((unsigned char)*item) == tolower((int)key)) {
			m->chosen = at;
			return;
		}
	}
}

enum menu_answer menu_key(struct menu *m, uint32_t key)
{
	switch (key) {
	case KEYS_UP:
	case KEYS_WHEEL_UP:
		m->chosen -= m->chosen > 0;
		break;
	case KEYS_DOWN:
	case KEYS_WHEEL_DOWN:
		m->chosen += m->chosen + 1 < m->n;
		break;
	case KEYS_PAGE_UP:
		m->chosen -= m->chosen < 8 ? m->chosen : 8;
		break;
	case KEYS_PAGE_DOWN:
		m->chosen += 8;
		if (m->chosen >= m->n)
			m->chosen = m->n ? m->n - 1 : 0;
		break;
	case KEYS_HOME:
		m->chosen = 0;
		break;
	case KEYS_END:
		m->chosen = m->n ? m->n - 1 : 0;
		break;
	case KEYS_ENTER:
	case '\n':
		return m->n ? MENU_CHOSEN : MENU_LEFT;
	case KEYS_ESCAPE:
	case KEYS_F10:
		return MENU_LEFT;
	default:
		find_letter(m, key);
	}
	return MENU_OPEN;
}

int menu_width(const struct menu *m, bool utf8, int cols)
{
	int width = glyphs_width(m->title, utf8);

	for (size_t i = 0; i < m->n; i++) {
		int w = glyphs_width(m->items[i], utf8);

		if (w > width)
			width = w;
	}
	width += 2;
	return width < cols ? width : cols;
}

void menu_draw(const struct menu *m, struct grid *g, struct area area)
{
	int width = menu_width(m, g->utf8, area.cols), room = area.rows - 1;
	size_t top;

	grid_fill(g, area.row, area.col, width, ROLE_HEADING, ' ');
	grid_text(g, area.row, area.col + 1, width - 1, ROLE_HEADING, m->title);
	top = room > 0 && m->chosen >= (size_t)room
		      ? m->chosen - (size_t)room + 1
		      : 0;
	for (int i = 0; i < room; i++) {
		size_t at = top + (size_t)i;
		enum role role = at == m->chosen ? ROLE_CHOSEN : ROLE_PLAIN;
		int row = area.row + 1 + i;

		grid_fill(g, row, area.col, width, role, ' ');
		if (at >= m->n)
			continue;
		grid_text(g, row, area.col + 1, width - 1, role, m->items[at]);
		grid_zone(g, row, area.col, width, ZONE_ITEM, at);
	}
}
