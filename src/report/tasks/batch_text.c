/* Rows for people, as top -b has them: some lines of head, then a table. */
#include "report/tasks/batch.h"

#include "base/auto.h"
#include "base/cells.h"
#include "base/strbuf.h"
#include "report/tasks/batch_cells.h"

#include <string.h>
#include <time.h>

#define ENDED " (ended)"
/* Columns for the last one, however narrow the line is. */
#define LAST_LEAST 16

static void print_clock(FILE *out, double at)
{
	time_t t = (time_t)at;
	struct tm local;
	char text[40];

	if (localtime_r(&t, &local) &&
	    strftime(text, sizeof(text), "%Y-%m-%d %H:%M:%S", &local))
		fputs(text, out);
}

static void print_machine(FILE *out, const struct tasks_head *h)
{
	long up = (long)h->uptime_s;

	print_clock(out, h->at);
	fprintf(out, " up ");
	if (up >= 86400)
		fprintf(out, "%ld d ", up / 86400);
	fprintf(out, "%ld:%02ld, load %.2f %.2f %.2f", up / 3600 % 24,
		up / 60 % 60, h->load[0], h->load[1], h->load[2]);
	fprintf(out, ", %u processes, %u threads, %u running\n", h->processes,
		h->threads, h->running);
}

static void print_total(FILE *out, const char *before, const struct cell *c,
			const struct column *like, const char *after)
{
	char buf[FMT_LEN];

	if (c->kind != CELL_NUMBER)
		return;
	fprintf(out, ", %s%s%s%s", before, batch_cell(buf, like, c, 8), after,
		c->partial    ? " of what is counted"
		: c->estimate ? " (estimate)"
			      : "");
}

static void print_cpus(FILE *out, const struct tasks_head *h)
{
	static const struct column number = { .unit = "", .digits = 2 };
	double user = 0.0, sys = 0.0, iowait = 0.0, steal = 0.0;

	if (!h->ncpus)
		return;
	for (size_t i = 0; i < h->ncpus; i++) {
		user += h->cpus[i].user;
		sys += h->cpus[i].sys + h->cpus[i].irq;
		iowait += h->cpus[i].iowait;
		steal += h->cpus[i].steal;
	}
	fprintf(out,
		"%zu CPU%s: %.1f %% user, %.1f %% system, %.1f %% waiting "
		"for disks",
		h->ncpus, h->ncpus == 1 ? "" : "s",
		100.0 * user / (double)h->ncpus, 100.0 * sys / (double)h->ncpus,
		100.0 * iowait / (double)h->ncpus);
	if (steal > 0.0)
		fprintf(out, ", %.1f %% stolen",
			100.0 * steal / (double)h->ncpus);
	print_total(out, "IPC ", &h->ipc, &number, "");
	print_total(out, "", &h->ghz, &number, " GHz");
	print_total(out, "", &h->instructions, &number, " instructions/s");
	fputc('\n', out);
}

static void print_counting(const struct batch *b, const struct tasks_head *h)
{
	FILE *out = b->out;
	const struct tick_collector *c = h->collector;

	if (c && c->name && h->counted >= 0.0) {
		fprintf(out,
			"collector %s: %zu task%s with counters, %.0f %% of "
			"the CPU time%s counted",
			c->name, c->counted, c->counted == 1 ? "" : "s",
			100.0 * h->counted,
			h->unseen >= UNSEEN_NOTABLE ? " in rows" : "");
		if (h->running_share >= 0.0 && h->running_share < 0.98)
			fprintf(out, ", counters ran %.0f %% of it",
				100.0 * h->running_share);
		fputc('\n', out);
	}
	if (c && c->name && h->nothing)
		fprintf(out, "no events are counted: all numbers are what the "
			     "kernel itself tells of each task\n");
	if (h->unseen >= UNSEEN_NOTABLE)
		fprintf(out,
			"%.0f %% of the used CPU time is in no row: of tasks "
			"that came and went between two ticks, or are hidden\n",
			100.0 * h->unseen);
	if (*h->lacking) {
		AUTO_FREE char *text = batch_plain(h->lacking, 0, b->utf8);

		fprintf(out, "not counted: %s\n", text);
	}
}

static void print_headings(FILE *out, const struct columns *columns)
{
	for (size_t i = 0; i < columns->n; i++) {
		const struct column *c = &columns->items[i];

		if (c->text && i + 1 == columns->n)
			fputs(c->heading, out);
		else if (c->text)
			fprintf(out, "%-*s ", c->width, c->heading);
		else
			fprintf(out, "%*s%s", c->width, c->heading,
				i + 1 < columns->n ? "  " : "");
	}
	fputc('\n', out);
}

/* ---- rows: each put together and then written at once ---- */

static void add_spaces(struct strbuf *line, int n)
{
	static const char spaces[] = "                                ";
	int most = (int)sizeof(spaces) - 1;

	for (; n > 0; n -= most)
		strbuf_add(line, spaces, (size_t)(n < most ? n : most));
}

/* "   `- " as deep as it is, before a name; its width */
static int add_branch(struct strbuf *line, const struct row *row)
{
	add_spaces(line, 2 * (row->depth - 1));
	if (row->depth)
		strbuf_puts(line, row->last_child ? "`- " : "|- ");
	return row->depth ? 2 * row->depth + 1 : 0;
}

static void add_text(const struct batch *b, struct strbuf *line,
		     const struct column *c, const struct cell *cell)
{
	char buf[FMT_LEN];
	AUTO_FREE char *text = batch_plain(
		cell->kind == CELL_TEXT ? cell->text
					: batch_cell(buf, c, cell, c->width),
		c->width, b->utf8);

	strbuf_puts(line, text);
	add_spaces(line, c->width - cells_width(text) + 1);
}

/* The last one has what room is left, as far as the line goes. */
static void add_last(const struct batch *b, struct strbuf *line,
		     const struct row *row, int at, const struct cell *cell,
		     bool tree)
{
	AUTO_FREE char *text = NULL;
	int room = 0;

	if (row->dead)
		at += (int)strlen(ENDED);
	if (tree)
		at += add_branch(line, row);
	if (b->width)
		room = b->width - at > LAST_LEAST ? b->width - at : LAST_LEAST;
	text = batch_plain(cell->kind == CELL_TEXT ? cell->text : "-", room,
			   b->utf8);
	strbuf_puts(line, text);
}

static void add_number(const struct batch *b, struct strbuf *line,
		       const struct row *row, const struct column *c,
		       const struct cell *cell)
{
	bool strong = b->color && cell->notable && !row->dead;
	char buf[FMT_LEN];
	const char *text = batch_cell(buf, c, cell, c->width);

	add_spaces(line, c->width - (int)strlen(text));
	if (strong)
		strbuf_puts(line, "\033[1;33m");
	strbuf_puts(line, text);
	if (strong)
		strbuf_puts(line, "\033[0m");
	strbuf_putc(line, batch_mark(cell));
}

static void print_row(const struct batch *b, const struct batch_tick *tick,
		      const struct row *row, struct strbuf *line)
{
	const struct columns *columns = tick->columns;
	int at = 0;

	strbuf_reset(line);
	if (b->color && row->dead)
		strbuf_puts(line, "\033[2m");
	for (size_t i = 0; i < columns->n; i++) {
		const struct column *c = &columns->items[i];
		const struct cell *cell = &row->cells[i];
		bool last = i + 1 == columns->n;

		if (c->text && last)
			add_last(b, line, row, at, cell, tick->tree);
		else if (c->text)
			add_text(b, line, c, cell);
		else
			add_number(b, line, row, c, cell);
		if (!c->text && !last)
			strbuf_putc(line, ' ');
		at += c->width + (c->text ? 1 : 2);
	}
	if (row->dead)
		strbuf_puts(line, ENDED);
	if (b->color && row->dead)
		strbuf_puts(line, "\033[0m");
	strbuf_putc(line, '\n');
	fwrite(line->buf, 1, line->len, b->out);
}

static void emit(struct batch *b, const struct batch_tick *tick)
{
	AUTO(strbuf_done) struct strbuf line = { 0 };

	if (b->ticks)
		fputc('\n', b->out);
	print_machine(b->out, tick->head);
	print_cpus(b->out, tick->head);
	print_counting(b, tick->head);
	fputc('\n', b->out);
	print_headings(b->out, tick->columns);
	for (size_t i = 0; i < tick->rows->n; i++) {
		const struct row row = batch_row(tick, i);

		print_row(b, tick, &row, &line);
	}
}

const struct batch_view batch_text = { .name = "text", .emit = emit };
