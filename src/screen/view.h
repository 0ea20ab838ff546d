/*
 * What is on the screen and what has been chosen: the state between keys, and
 * how it is drawn.  Knows nothing of terminals.
 */
#ifndef TACHO_SCREEN_VIEW_H
#define TACHO_SCREEN_VIEW_H

#include "screen/grid.h"
#include "screen/keys.h"
#include "screen/menu.h"
#include "screen/prompt.h"
#include "screen/screen.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum view_mode {
	VIEW_ROWS,
	VIEW_DETAIL,
	VIEW_HELP,
};

struct ids {
	uint64_t *items;
	size_t n;
};

/* Who is to get a signal: kept while the question stands. */
struct victim {
	pid_t pid;
	uint64_t start_ticks; /* 0: unknown */
	char *name;
};

struct view {
	struct screen_feed *feed;
	struct rows_options options;
	char *filter, *user, *sort; /* that options borrow */
	double delay_s, speed;
	bool paused, step; /* stand still; after one more tick */
	bool fed;          /* there has been a tick */

	enum view_mode mode, before_help;
	const struct rows *rows; /* of the last view_draw(); model's */
	size_t visible;          /* rows that have room */
	size_t top, index;       /* of the rows: first shown, selected */
	uint64_t selected;       /* id; 0: none */
	enum {
		ANCHOR_FIRST, /* whoever is first, until somebody is chosen */
		ANCHOR_INDEX, /* whoever is there now, and then the task */
		ANCHOR_TASK,  /* follows its task: no key hits another row */
	} anchor;
	size_t scrolled; /* columns to the left of the screen */
	struct ids tagged, folded;

	uint64_t detail; /* id */
	size_t series;   /* of the detail, that is plotted */
	int detail_top, help_top, help_rows, detail_rows;

	struct prompt prompt;
	struct menu menu;
	char *searched;     /* the last search */
	size_t search_from; /* the row at which it began */
	char *undo;         /* the filter before it was edited */
	struct victim *victims;
	size_t nvictims;
	int signal; /* for them, as soon as it is confirmed */

	char message[256];
	bool message_bad;
	bool quit, suspend, redraw, due; /* for the loop; due: look at once */
};

void view_init(struct view *v, struct screen_feed *feed,
	       const struct screen_options *options);
void view_done(struct view *v);

/* Draw all of it; asks the model for the rows that are seen. */
void view_draw(struct view *v, struct grid *g);

/* A key or a click on what @g shows. */
void view_input(struct view *v, const struct input *input,
		const struct grid *g);
void view_act(struct view *v, enum action action);

void view_say(struct view *v, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));
void view_complain(struct view *v, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));

bool ids_have(const struct ids *ids, uint64_t id);
/* In it or not from now on. */
void ids_toggle(struct ids *ids, uint64_t id);

/* The row of the selection, with cells; NULL. */
const struct row *view_row(const struct view *v);

#endif
