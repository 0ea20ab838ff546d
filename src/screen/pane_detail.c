/*
 * One row in depth: what it is bound by and why, its numbers and their history,
 * its threads.
 */
#include "screen/panes.h"

#include "base/auto.h"
#include "base/strbuf.h"
#include "base/xalloc.h"
#include "screen/cell_text.h"
#include "screen/doc.h"
#include "screen/glyphs.h"
#include "screen/pane_rows.h"
#include "screen/plot.h"

#include <stdio.h>
#include <string.h>

#define THREADS_MAX 100 /* the busiest */

static void heading_text(struct doc *d, const struct tasks_detail *detail)
{
	const struct row *r = &detail->row;
	AUTO(strbuf_done) struct strbuf b = { 0 };

	if (r->pid)
		strbuf_addf(&b, "%ld ", (long)(r->tid ? r->tid : r->pid));
	if (r->tid && r->tid != r->pid)
		strbuf_addf(&b, "(of %ld) ", (long)r->pid);
	strbuf_puts(&b, r->name ? r->name : "");
	if (r->dead)
		strbuf_puts(&b, ", has ended");
	doc_wrap(d, 0, ROLE_TITLE, strbuf_str(&b));
	if (detail->command && *detail->command &&
	    (!r->name || strcmp(detail->command, r->name)))
		doc_wrap(d, 2, ROLE_PLAIN, detail->command);
}

static void verdict_text(struct doc *d, const struct tasks_detail *detail)
{
	const struct verdict *v = &detail->verdict;
	AUTO_FREE char *kind = NULL, *first = NULL;
	char over[48];

	if (!v->present) {
		if (detail->no_verdict) {
			doc_title(d, "Verdict");
			doc_wrap(d, 2, ROLE_DIM, detail->no_verdict);
		}
		return;
	}
	kind = verdict_kind_text(v);
	snprintf(over, sizeof(over), "Verdict over %.0f s", detail->verdict_s);
	doc_title(d, over);
	first = xasprintf(
		"%s%s%s%s, confidence %s", verdict_class_name(v->class), kind,
		v->headline && *v->headline ? ": " : "",
		v->headline ? v->headline : "", verdict_confidence_word(v));
	doc_wrap(d, 2, ROLE_NOTABLE, first);
	for (size_t i = 0; i < v->nbecause; i++)
		doc_wrap(d, 4, ROLE_PLAIN, v->because[i]);
	if (v->trust && *v->trust)
		doc_wrap(d, 4, ROLE_WARNING, v->trust);
	for (size_t i = 0; i < v->nnext; i++) {
		AUTO_FREE char *next = xasprintf("try: %s", v->next[i]);

		doc_wrap(d, 4, ROLE_LABEL, next);
	}
}

/* Enough for the longest title, at most a third of the screen. */
static int titles_width(const struct tasks_detail *detail, int cols)
{
	int width = 4;

	for (size_t i = 0; i < detail->nseries; i++) {
		int w = (int)strlen(detail->series[i].title);

		if (w > width)
			width = w;
	}
	return width > cols / 3 ? cols / 3 : width;
}

/* Why there is no number now, or how far the one that is can be trusted. */
static const char *note_of(const struct tasks_series *s)
{
	return s->now.kind == CELL_ABSENT && s->now.text ? s->now.text
							 : s->trust;
}

static void series_line(struct doc *d, const struct tasks_series *s,
			bool chosen, size_t index, int titles)
{
	int row = doc_room(d, 1), cols = d->grid.cols;
	int spark = (cols - titles - 14) / 2, col = 2 + titles + 1;
	char buf[CELL_LEN], now[CELL_LEN + 16];
	bool absent = s->now.kind == CELL_ABSENT;
	const char *note = note_of(s);

	if (spark > 40)
		spark = 40;
	cell_plain(buf, &s->now, s->digits, s->unit, 8);
	snprintf(now, sizeof(now), "%s%s", buf,
		 !absent && s->unit && !strcmp(s->unit, "%") ? "%" : "");
	if (chosen)
		grid_put(&d->grid, row, 0, ROLE_TITLE, '>');
	grid_text(&d->grid, row, 2, titles, chosen ? ROLE_TITLE : ROLE_LABEL,
		  s->title);
	grid_text_right(&d->grid, row, col, 9,
			absent           ? ROLE_DIM
			: s->now.notable ? ROLE_NOTABLE
					 : ROLE_PLAIN,
			now);
	col += 10;
	if (spark > 0) {
		plot_spark(&d->grid, row, col, spark, s->points, s->n);
		col += spark + 1;
	}
	if (note)
		grid_text(&d->grid, row, col, cols - col, ROLE_DIM, note);
	grid_zone(&d->grid, row, 0, cols, ZONE_SERIES, index);
}

static void numbers_text(struct doc *d, struct view *v,
			 const struct tasks_detail *detail)
{
	int titles = titles_width(detail, d->grid.cols);

	if (!detail->nseries)
		return;
	if (v->series >= detail->nseries)
		v->series = detail->nseries - 1;
	doc_title(d, "Numbers");
	for (size_t i = 0; i < detail->nseries; i++)
		series_line(d, &detail->series[i], i == v->series, i, titles);
}

static void plot_text(struct doc *d, const struct view *v,
		      const struct tasks_detail *detail, int rows)
{
	const struct tasks_series *s;
	AUTO_FREE char *title = NULL;
	struct area area = { .rows = rows, .cols = d->grid.cols };
	double low = 0, high = 0;

	if (!detail->nseries)
		return;
	s = &detail->series[v->series];
	title = xasprintf("History of %s%s%s%s", s->title,
			  s->unit && *s->unit ? " (" : "",
			  s->unit ? s->unit : "",
			  s->unit && *s->unit ? ")" : "");
	doc_title(d, title);
	if (note_of(s))
		doc_wrap(d, 2, ROLE_DIM, note_of(s));
	if (!plot_range(s->points, s->n, &low, &high)) {
		doc_wrap(d, 2, ROLE_DIM, "there are no numbers yet");
		return;
	}
	area.row = doc_room(d, rows);
	plot_draw(&d->grid, area, s->points, s->n, s->digits);
}

static void threads_text(struct doc *d, const struct view *v,
			 const struct tasks_detail *detail)
{
	AUTO(rows_layout_done) struct rows_layout l = { 0 };
	const struct columns *columns = v->feed->columns;
	size_t n =
		detail->nthreads < THREADS_MAX ? detail->nthreads : THREADS_MAX;

	if (!n && !detail->no_threads)
		return;
	doc_title(d, "Threads");
	if (!n) {
		doc_wrap(d, 2, ROLE_DIM, detail->no_threads);
		return;
	}
	rows_layout_make(&l, columns, columns->sort, v->scrolled, d->grid.cols);
	rows_draw_heading(&l, columns, NULL, false, &d->grid, doc_room(d, 1),
			  0);
	for (size_t i = 0; i < n; i++)
		rows_draw_line(&l, columns, &detail->threads[i],
			       detail->threads[i].dead ? ROLE_DIM : ROLE_PLAIN,
			       "", &d->grid, doc_room(d, 1), 0);
	if (n < detail->nthreads) {
		char text[64];

		snprintf(text, sizeof(text), "and %zu less busy ones",
			 detail->nthreads - n);
		doc_wrap(d, 2, ROLE_DIM, text);
	}
}

void pane_detail_draw(struct view *v, struct grid *g, struct area area)
{
	AUTO(doc_done) struct doc d = { 0 };
	const struct tasks_detail *detail;
	struct err err = { 0 };

	doc_init(&d, area.cols, g->utf8);
	v->detail_rows = area.rows;
	if (!v->fed) {
		doc_wrap(&d, 0, ROLE_DIM, "looking for the first time...");
		doc_show(&d, g, area, &v->detail_top);
		return;
	}
	if (tasks_detail(v->feed->tasks, v->detail, &detail, &err) < 0) {
		doc_wrap(&d, 0, ROLE_WARNING, err.what);
		doc_show(&d, g, area, &v->detail_top);
		return;
	}
	heading_text(&d, detail);
	verdict_text(&d, detail);
	numbers_text(&d, v, detail);
	plot_text(&d, v, detail, area.rows >= 30 ? 10 : 6);
	threads_text(&d, v, detail);
	/* columns of threads are not sorted by a click */
	for (size_t i = 0; i < d.grid.nzones; i++) {
		if (d.grid.zones[i].kind == ZONE_HEADING)
			d.grid.zones[i].cols = 0;
	}
	doc_show(&d, g, area, &v->detail_top);
}
