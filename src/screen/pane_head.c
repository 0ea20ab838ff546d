/*
 * The head: the machine, its CPUs and what is counted of them.  Where there is
 * little room the most telling lines stay.
 */
#include "screen/panes.h"

#include "base/auto.h"
#include "base/strbuf.h"
#include "screen/cell_text.h"
#include "screen/glyphs.h"
#include "screen/plot.h"

#include <math.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#define CPU_LEAST 18 /* columns for one CPU's bar */
#define CPU_WIDE 32  /* from here on with IPC and GHz */

struct plan_of_head {
	bool title, totals, tasks, lacking;
	int cpu_lines, cpu_columns; /* columns 0: one character for each CPU */
};

static bool is_lacking(const struct tasks_head *head)
{
	return (head->lacking && *head->lacking) ||
	       (head->collector && head->collector->limited);
}

static int strip_width(const struct grid *g)
{
	return g->cols > 10 ? g->cols - 5 : g->cols;
}

static void plan_cpus(struct plan_of_head *p, const struct grid *g, size_t n,
		      int room)
{
	int columns = g->cols / CPU_LEAST;
	int least = n > 1 && g->cols >= 2 * CPU_WIDE ? 2 : 1;

	if (room > g->rows / 4)
		room = g->rows / 4;
	if (room <= 0 || !n || g->cols < 1)
		return;
	for (int c = least; c <= columns; c++) {
		int lines = (int)((n + (size_t)c - 1) / (size_t)c);

		if (lines <= room) {
			p->cpu_columns = c;
			p->cpu_lines = lines;
			return;
		}
	}
	p->cpu_lines = (int)((n + (size_t)strip_width(g) - 1) /
			     (size_t)strip_width(g));
	if (p->cpu_lines > room)
		p->cpu_lines = room;
}

static struct plan_of_head plan_head(const struct view *v, const struct grid *g)
{
	struct plan_of_head p = { 0 };
	int budget = g->rows < 6 ? 0 : (g->rows - 3) / 2;
	const struct tasks_head *head;

	if (v->mode != VIEW_ROWS && budget > 1)
		budget = 1;
	p.title = budget-- > 0;
	if (!v->fed)
		return p;
	head = tasks_head(v->feed->tasks);
	if (!head)
		return p;
	p.totals = budget-- > 0;
	if (is_lacking(head))
		p.lacking = budget-- > 0;
	p.tasks = budget-- > 0;
	plan_cpus(&p, g, head->ncpus, budget);
	return p;
}

int pane_head_rows(const struct view *v, const struct grid *g)
{
	struct plan_of_head p = plan_head(v, g);

	return p.title + p.totals + p.tasks + p.lacking + p.cpu_lines;
}

/* A line that is made of parts; parts that have no room are left out. */
struct line {
	struct grid *g;
	int row, col, end;
};

static void part(struct line *l, const char *label, enum role role,
		 const char *value)
{
	int need = glyphs_width(label, l->g->utf8) +
		   glyphs_width(value, l->g->utf8) + (*label && *value);

	if (l->col + need > l->end)
		return;
	l->col += grid_text(l->g, l->row, l->col, need, ROLE_LABEL, label);
	l->col += *label && *value;
	l->col += grid_text(l->g, l->row, l->col, need, role, value);
	l->col += 2;
}

static void part_cell(struct line *l, const char *label, const struct cell *c,
		      int digits, const char *unit)
{
	char buf[CELL_LEN], text[CELL_LEN + 16];

	cell_plain(buf, c, digits, unit, 8);
	snprintf(text, sizeof(text), "%s%s", buf,
		 c->kind == CELL_NUMBER && strcmp(unit, "/s") ? unit
		 : c->kind == CELL_NUMBER                     ? "/s"
							      : "");
	part(l, label,
	     c->kind == CELL_ABSENT ? ROLE_DIM
	     : c->notable           ? ROLE_NOTABLE
				    : ROLE_PLAIN,
	     text);
}

static const char *uptime_text(char buf[64], double s)
{
	unsigned long minutes = (unsigned long)(s / 60);
	unsigned long days = minutes / (24 * 60);

	if (days)
		snprintf(buf, 64, "%lud %02lu:%02lu", days, minutes / 60 % 24,
			 minutes % 60);
	else
		snprintf(buf, 64, "%lu:%02lu", minutes / 60, minutes % 60);
	return buf;
}

/* What the time does here: at the right of the title. */
static void pace(const struct view *v, const struct tasks_head *head,
		 struct strbuf *b)
{
	const struct screen_replay *replay = v->feed->replay;
	char when[64] = "";
	time_t at = head ? (time_t)head->at : 0;
	struct tm tm;

	if (head && localtime_r(&at, &tm))
		strftime(when, sizeof(when),
			 replay ? "%Y-%m-%d %H:%M:%S" : "%H:%M:%S", &tm);
	if (replay) {
		strbuf_addf(b, "%zu/%zu",
			    head ? replay->position(v->feed->arg) + 1 : 0,
			    replay->count);
		if (v->speed < 1 || v->speed > 1)
			strbuf_addf(b, " x%g", v->speed);
		strbuf_puts(b, "  ");
	}
	if (v->paused)
		strbuf_puts(b, "paused  ");
	else if (!replay)
		strbuf_addf(b, "every %g s  ", v->delay_s);
	strbuf_puts(b, when);
}

static void draw_title(const struct view *v, const struct tasks_head *head,
		       struct grid *g, int row)
{
	AUTO(strbuf_done) struct strbuf b = { 0 };
	struct line l = { g, row, 0, g->cols };
	char text[96];
	int width;

	pace(v, head, &b);
	width = glyphs_width(strbuf_str(&b), g->utf8);
	if (width + 12 <= g->cols) {
		grid_text_right(g, row, 0, g->cols,
				v->paused ? ROLE_WARNING : ROLE_PLAIN,
				strbuf_str(&b));
		l.end = g->cols - width - 1;
	}
	l.col = grid_text(g, row, 0, l.end, ROLE_TITLE,
			  v->feed->origin && *v->feed->origin ? v->feed->origin
							      : "tacho top") +
		2;
	if (v->feed->columns && v->feed->columns->title)
		part(&l, "", ROLE_TITLE, v->feed->columns->title);
	if (!head)
		return;
	if (head->uptime_s > 0)
		part(&l, "up", ROLE_PLAIN, uptime_text(text, head->uptime_s));
	snprintf(text, sizeof(text), "%.2f %.2f %.2f", head->load[0],
		 head->load[1], head->load[2]);
	part(&l, "load", ROLE_PLAIN, text);
}

static double busy(const struct tasks_cpu *c)
{
	return c->user + c->sys + c->irq + c->steal;
}

/* [|||||    45.2%], its parts by role and by character */
static void draw_bar(struct grid *g, int row, int col, int cols,
		     const struct tasks_cpu *c)
{
	const struct {
		double share;
		enum role role;
		char code;
	} parts[] = {
		{ c->user, ROLE_USER, '|' },
		{ c->sys + c->irq, ROLE_SYSTEM, '#' },
		{ c->iowait, ROLE_OTHER, '.' },
		{ c->steal, ROLE_OTHER, '%' },
	};
	int inner = cols - 2, from = 0;
	char text[16];
	double sum = 0;

	grid_put(g, row, col, ROLE_LABEL, '[');
	for (size_t i = 0; i < ARRAY_LEN(parts); i++) {
		int to;

		sum += parts[i].share;
		to = (int)lround(fmin(fmax(sum, 0), 1) * inner);
		if (to > from)
			grid_fill(g, row, col + 1 + from, to - from,
				  parts[i].role, (unsigned char)parts[i].code);
		from = to > from ? to : from;
	}
	snprintf(text, sizeof(text), "%.1f%%", 100 * fmin(fmax(busy(c), 0), 1));
	grid_text_right(g, row, col + 1, inner, ROLE_PLAIN, text);
	grid_put(g, row, col + cols - 1, ROLE_LABEL, ']');
}

static void draw_cpu(struct grid *g, int row, int col, int cols,
		     const struct tasks_cpu *c)
{
	char text[16];
	int counts = cols >= CPU_WIDE ? 14 : 0;
	char buf[CELL_LEN], ipc[CELL_LEN + 4], ghz[CELL_LEN + 4];

	snprintf(text, sizeof(text), "%d", c->cpu);
	grid_text_right(g, row, col, 3, ROLE_LABEL, text);
	draw_bar(g, row, col + 3, cols - 3 - counts, c);
	if (!counts)
		return;
	snprintf(ipc, sizeof(ipc), "%s", cell_plain(buf, &c->ipc, 2, "", 5));
	grid_text_right(g, row, col + cols - counts, 6,
			c->ipc.kind == CELL_ABSENT ? ROLE_DIM
			: c->ipc.notable           ? ROLE_NOTABLE
						   : ROLE_PLAIN,
			ipc);
	snprintf(ghz, sizeof(ghz), "%s%s", cell_plain(buf, &c->ghz, 1, "", 4),
		 c->ghz.kind == CELL_NUMBER ? "GHz" : "");
	grid_text_right(g, row, col + cols - 8, 8,
			c->ghz.kind == CELL_ABSENT ? ROLE_DIM : ROLE_PLAIN,
			ghz);
}

static void draw_strip(struct grid *g, int row, int lines,
		       const struct tasks_head *head)
{
	int width = strip_width(g), col = g->cols - width;

	if (col)
		grid_text(g, row, 0, 4, ROLE_LABEL, "CPUs");
	for (size_t i = 0; i < head->ncpus && i < (size_t)(lines * width);
	     i++) {
		const struct tasks_cpu *c = &head->cpus[i];

		grid_put(g, row + (int)i / width, col + (int)i % width,
			 c->sys > c->user ? ROLE_SYSTEM : ROLE_USER,
			 plot_block(busy(c), g->utf8));
	}
}

static void draw_cpus(struct grid *g, int row, const struct plan_of_head *p,
		      const struct tasks_head *head)
{
	int width;

	if (!p->cpu_columns) {
		draw_strip(g, row, p->cpu_lines, head);
		return;
	}
	width = g->cols / p->cpu_columns;
	/* down, then across, as htop has them */
	for (size_t i = 0; i < head->ncpus; i++) {
		int column = (int)(i / (size_t)p->cpu_lines);

		draw_cpu(g, row + (int)(i % (size_t)p->cpu_lines),
			 column * width, width - (column + 1 < p->cpu_columns),
			 &head->cpus[i]);
	}
}

static void draw_totals(struct grid *g, int row, const struct tasks_head *head)
{
	struct line l = { g, row, 0, g->cols };
	double user = 0, sys = 0, wait = 0, steal = 0, n = (double)head->ncpus;
	char text[2 * CELL_LEN], a[CELL_LEN], b[CELL_LEN];

	for (size_t i = 0; i < head->ncpus; i++) {
		user += head->cpus[i].user / n;
		sys += (head->cpus[i].sys + head->cpus[i].irq) / n;
		wait += head->cpus[i].iowait / n;
		steal += head->cpus[i].steal / n;
	}
	snprintf(text, sizeof(text), "%.1f%%", 100 * (user + sys + steal));
	part(&l, "CPU", ROLE_PLAIN, text);
	part_cell(&l, "IPC", &head->ipc, 2, "");
	part_cell(&l, "clock", &head->ghz, 2, " GHz");
	part_cell(&l, "instr", &head->instructions, 1, "/s");
	part_cell(&l, "cycles", &head->cycles, 1, "/s");
	snprintf(text, sizeof(text), "%.1f", 100 * user);
	part(&l, "user", ROLE_PLAIN, text);
	snprintf(text, sizeof(text), "%.1f", 100 * sys);
	part(&l, "sys", ROLE_PLAIN, text);
	snprintf(text, sizeof(text), "%.1f", 100 * wait);
	part(&l, "io", ROLE_PLAIN, text);
	if (steal > 0) {
		snprintf(text, sizeof(text), "%.1f", 100 * steal);
		part(&l, "steal", ROLE_PLAIN, text);
	}
	if (head->memory_bytes) {
		uint64_t used =
			head->memory_bytes - head->memory_available_bytes;

		snprintf(text, sizeof(text), "%s of %s",
			 number_text(a, (double)used, 1, "B", 6),
			 number_text(b, (double)head->memory_bytes, 1, "B", 6));
		part(&l, "mem", ROLE_PLAIN, text);
	}
}

static void draw_collector(struct line *l, const struct tasks_head *head)
{
	const struct tick_collector *c = head->collector;
	char text[128];

	if (!c || !c->name)
		return;
	if (head->nothing)
		part(l, "counters", ROLE_DIM, "none");
	else
		part(l, "by", ROLE_PLAIN, c->name);
	if (c->descriptors_max && !head->nothing) {
		snprintf(text, sizeof(text), "%zu of %zu", c->descriptors,
			 c->descriptors_max);
		part(l, "files", ROLE_PLAIN, text);
	}
	if (head->length_s > 0) {
		snprintf(text, sizeof(text), "%.2f%%",
			 (double)c->cost_ns / head->length_s / 1e7);
		part(l, "own CPU", ROLE_PLAIN, text);
	}
}

static void draw_tasks(struct grid *g, int row, const struct tasks_head *head)
{
	struct line l = { g, row, 0, g->cols };
	char text[64];

	snprintf(text, sizeof(text), "%u", head->processes);
	part(&l, "tasks", ROLE_PLAIN, text);
	snprintf(text, sizeof(text), "%u", head->threads);
	part(&l, "threads", ROLE_PLAIN, text);
	snprintf(text, sizeof(text), "%u", head->running);
	part(&l, "running", ROLE_PLAIN, text);
	if (head->counted >= 0) {
		snprintf(text, sizeof(text), "%.0f%% of CPU time",
			 100 * head->counted);
		part(&l, "counted", ROLE_PLAIN, text);
	}
	if (head->unseen >= UNSEEN_NOTABLE) {
		snprintf(text, sizeof(text), "%.0f%% of CPU time",
			 100 * head->unseen);
		part(&l, "in no row", ROLE_WARNING, text);
	}
	if (head->running_share >= 0) {
		snprintf(text, sizeof(text), "%.0f%% of the time",
			 100 * head->running_share);
		part(&l, "counters ran",
		     head->running_share < 0.995 ? ROLE_WARNING : ROLE_PLAIN,
		     text);
	}
	draw_collector(&l, head);
}

static void draw_lacking(struct grid *g, int row, const struct tasks_head *head)
{
	AUTO(strbuf_done) struct strbuf b = { 0 };

	strbuf_puts(&b, head->lacking ? head->lacking : "");
	if (head->collector && head->collector->limited)
		strbuf_addf(&b, "%s%s", b.len ? "; " : "",
			    head->collector->limited);
	grid_text(g, row, 0, g->cols, ROLE_WARNING, strbuf_str(&b));
}

void pane_head_draw(const struct view *v, struct grid *g, int rows)
{
	struct plan_of_head p = plan_head(v, g);
	const struct tasks_head *head =
		v->fed ? tasks_head(v->feed->tasks) : NULL;
	int row = 0;

	if (rows <= 0)
		return;
	if (p.title)
		draw_title(v, head, g, row++);
	if (p.cpu_lines) {
		draw_cpus(g, row, &p, head);
		row += p.cpu_lines;
	}
	if (p.totals)
		draw_totals(g, row++, head);
	if (p.tasks)
		draw_tasks(g, row++, head);
	if (p.lacking)
		draw_lacking(g, row, head);
}
