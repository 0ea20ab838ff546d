/* The help: the keys from their table, the marks, the screens, the columns. */
#include "screen/panes.h"

#include "base/auto.h"
#include "base/xalloc.h"
#include "screen/doc.h"

#include <stdio.h>

#define KEYS_WIDTH 11

static void pair(struct doc *d, const char *left, int width, const char *right)
{
	int row = d->row;

	doc_wrap(d, 2 + width + 1, ROLE_PLAIN, right);
	if (d->row == row)
		doc_room(d, 1);
	/* where the texts are not indented, for want of room */
	if (d->grid.cols - (2 + width + 1) < 8)
		row = doc_room(d, 1);
	grid_text(&d->grid, row, 2, width, ROLE_LABEL, left);
}

static void keys_text(struct doc *d, bool replay)
{
	for (size_t g = 0; g < keys_ngroups; g++) {
		const struct keys_group *group = &keys_groups[g];

		if (group->keys[0].replay && !replay)
			continue;
		doc_title(d, group->title);
		for (size_t i = 0; i < group->n; i++)
			pair(d, group->keys[i].spelt, KEYS_WIDTH,
			     group->keys[i].help);
	}
}

static void marks_text(struct doc *d)
{
	doc_title(d, "Marks");
	pair(d, "-", KEYS_WIDTH,
	     "there is no number; for the selected row, the line above the "
	     "keys says why");
	pair(d, "~", KEYS_WIDTH,
	     "an estimate: the counters had to share the time");
	pair(d, "*", KEYS_WIDTH,
	     "before a number: of some of its threads only; after a row's "
	     "first: it is tagged");
	pair(d, "+", KEYS_WIDTH, "in the tree: who is below is hidden");
	pair(d, "|#.%", KEYS_WIDTH,
	     "in the bars: user, system, waiting for disks, stolen by the host");
}

static void screens_text(struct doc *d, const struct screen_feed *feed)
{
	doc_title(d, "Screens");
	for (size_t i = 0; i < feed->nscreens; i++) {
		const struct screen_choice *s = &feed->screens[i];
		AUTO_FREE char *text =
			xasprintf("%s. %s", s->title, s->about ? s->about : "");
		char number[24] = "";

		if (i < 9)
			snprintf(number, sizeof(number), "%zu", i + 1);
		pair(d, number, 1, text);
	}
}

static void columns_text(struct doc *d, const struct columns *columns)
{
	AUTO_FREE char *title = xasprintf("Columns of %s",
					  columns->title ? columns->title : "");

	doc_title(d, title);
	for (size_t i = 0; i < columns->n; i++) {
		const struct column *c = &columns->items[i];

		pair(d, c->heading, 9, c->about ? c->about : "");
		if (c->lacking) {
			AUTO_FREE char *why =
				xasprintf("Not here: %s", c->lacking);

			doc_wrap(d, 12, ROLE_WARNING, why);
		}
	}
}

void pane_help_draw(struct view *v, struct grid *g, struct area area)
{
	AUTO(doc_done) struct doc d = { 0 };

	doc_init(&d, area.cols, g->utf8);
	doc_wrap(&d, 0, ROLE_TITLE,
		 "tacho top: what the processor does for each process. "
		 "The manual is tacho(1).");
	keys_text(&d, v->feed->replay != NULL);
	marks_text(&d);
	screens_text(&d, v->feed);
	if (v->feed->columns)
		columns_text(&d, v->feed->columns);
	v->help_rows = area.rows;
	doc_show(&d, g, area, &v->help_top);
}
