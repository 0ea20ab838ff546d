/*
 * A list to choose from, at the left of the rows.
 */
#ifndef TACHO_SCREEN_MENU_H
#define TACHO_SCREEN_MENU_H

#include "screen/grid.h"
#include "screen/keys.h"

#include <stdbool.h>
#include <stddef.h>

enum menu_kind {
	MENU_NONE,
	MENU_SORT,
	MENU_SIGNAL,
};

struct menu {
	enum menu_kind kind;
	char *title;
	char **items;
	size_t n, chosen;
};

void menu_open(struct menu *m, enum menu_kind kind, const char *title);
void menu_add(struct menu *m, const char *item);
void menu_close(struct menu *m);

enum menu_answer {
	MENU_OPEN,
	MENU_CHOSEN,
	MENU_LEFT, /* nothing was chosen */
};

/* Moves, and letters go to the next item that begins with them. */
enum menu_answer menu_key(struct menu *m, uint32_t key);
/* Columns that it takes of @cols. */
int menu_width(const struct menu *m, bool utf8, int cols);
void menu_draw(const struct menu *m, struct grid *g, struct area area);

#endif
