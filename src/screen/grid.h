/*
 * A screen as cells: what the panes draw into, tests read, and term.c puts on
 * the terminal.  Everything is cut off at its edges, so that no pane has to care
 * how small it is.
 */
#ifndef TACHO_SCREEN_GRID_H
#define TACHO_SCREEN_GRID_H

#include "screen/theme.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct glyph {
	uint32_t code;
	uint8_t width; /* 0: the right half of the wide one before it */
	uint8_t role;
	bool reverse; /* the selected row */
};

/* What a click on a place means. */
enum zone_kind {
	ZONE_ROW,     /* value: index of the row */
	ZONE_HEADING, /* index of the column */
	ZONE_ACTION,  /* enum action */
	ZONE_ITEM,    /* of the menu */
	ZONE_SERIES,  /* of the detail */
};

struct zone {
	int row, col, cols;
	enum zone_kind kind;
	size_t value;
};

struct grid {
	int rows, cols;
	bool utf8;
	struct glyph *glyphs;
	int cursor_row, cursor_col; /* -1: hidden */
	struct zone *zones;
	size_t nzones;
};

struct area {
	int row, col, rows, cols;
};

void grid_init(struct grid *g, int rows, int cols, bool utf8);
void grid_done(struct grid *g);
/* Blank, without zones and cursor. */
void grid_clear(struct grid *g);
/* Of another size, and blank. */
void grid_resize(struct grid *g, int rows, int cols);
bool grid_same(const struct grid *a, const struct grid *b);

/* One character of width 1. */
void grid_put(struct grid *g, int row, int col, enum role role, uint32_t code);
void grid_fill(struct grid *g, int row, int col, int cols, enum role role,
	       uint32_t code);
/* At most @cols columns of @text; how many it took. */
int grid_text(struct grid *g, int row, int col, int cols, enum role role,
	      const char *text);
int grid_textf(struct grid *g, int row, int col, int cols, enum role role,
	       const char *fmt, ...) __attribute__((format(printf, 6, 7)));
/* Ends where the @cols columns end; what does not fit loses its end. */
void grid_text_right(struct grid *g, int row, int col, int cols, enum role role,
		     const char *text);
void grid_reverse(struct grid *g, int row, int col, int cols);

/* @area of @g shows @from, beginning with its row @top. */
void grid_show(struct grid *g, struct area area, const struct grid *from,
	       int top);

void grid_zone(struct grid *g, int row, int col, int cols, enum zone_kind kind,
	       size_t value);
/* The zone at a place, the last that was made of several; NULL. */
const struct zone *grid_zone_at(const struct grid *g, int row, int col);

/* For tests: lines without the spaces at their ends, and letters of roles
   (reversed ones as '#'). */
char *grid_dump(const struct grid *g);
char *grid_dump_roles(const struct grid *g);

#endif
