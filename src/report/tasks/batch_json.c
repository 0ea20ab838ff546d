/*
 * Rows as JSON Lines: one object for each tick, as doc/tacho-top.schema.json
 * has it.  Written as it goes, because ten thousand rows are no tree that
 * anybody needs.
 */
#include "report/tasks/batch.h"

#include "base/auto.h"
#include "base/fmt.h"
#include "base/xalloc.h"
#include "report/label.h"

#include <inttypes.h>
#include <math.h>
#include <string.h>

/* Does something stand before, in this object or list? */
struct json {
	FILE *out;
	bool more;
};

static void put_string(struct json *j, const char *text)
{
	AUTO_FREE char *quoted = label_quoted(text);

	fputs(quoted, j->out);
}

static void key(struct json *j, const char *name)
{
	if (j->more)
		fputc(',', j->out);
	j->more = true;
	if (!name)
		return;
	put_string(j, name);
	fputc(':', j->out);
}

static void open_one(struct json *j, const char *name, char bracket)
{
	key(j, name);
	fputc(bracket, j->out);
	j->more = false;
}

static void close_one(struct json *j, char bracket)
{
	fputc(bracket, j->out);
	j->more = true;
}

static void text(struct json *j, const char *name, const char *value)
{
	key(j, name);
	if (value)
		put_string(j, value);
	else
		fputs("null", j->out);
}

static void number(struct json *j, const char *name, double value)
{
	char buf[FMT_LEN];

	key(j, name);
	fputs(isfinite(value) ? fmt_exact(buf, value) : "null", j->out);
}

static void count(struct json *j, const char *name, uint64_t value)
{
	key(j, name);
	fprintf(j->out, "%" PRIu64, value);
}

static void flag(struct json *j, const char *name, bool value)
{
	key(j, name);
	fputs(value ? "true" : "false", j->out);
}

/* ---- cells ---- */

struct named {
	const char *key;
	const struct cell *cell;
};

static void put_cell(struct json *j, const struct named *n)
{
	switch (n->cell->kind) {
	case CELL_NUMBER:
		number(j, n->key, n->cell->number);
		return;
	case CELL_TEXT:
		text(j, n->key, n->cell->text);
		return;
	case CELL_ABSENT:
		text(j, n->key, NULL);
		return;
	}
}

static void put_absent(struct json *j, const struct named *all, size_t n)
{
	bool any = false;

	for (size_t i = 0; i < n; i++) {
		if (all[i].cell->kind != CELL_ABSENT)
			continue;
		if (!any)
			open_one(j, "absent", '{');
		any = true;
		text(j, all[i].key,
		     all[i].cell->word ? all[i].cell->word : "unknown");
	}
	if (any)
		close_one(j, '}');
}

static void put_doubts(struct json *j, const struct named *all, size_t n)
{
	bool any = false;

	for (size_t i = 0; i < n; i++) {
		if (all[i].cell->kind != CELL_NUMBER || !all[i].cell->doubt)
			continue;
		if (!any)
			open_one(j, "doubts", '{');
		any = true;
		text(j, all[i].key, all[i].cell->doubt);
	}
	if (any)
		close_one(j, '}');
}

static void put_marked(struct json *j, const char *name,
		       const struct named *all, size_t n,
		       bool (*is)(const struct cell *cell))
{
	bool any = false;

	for (size_t i = 0; i < n; i++) {
		if (!is(all[i].cell))
			continue;
		if (!any)
			open_one(j, name, '[');
		any = true;
		text(j, NULL, all[i].key);
	}
	if (any)
		close_one(j, ']');
}

static bool is_estimate(const struct cell *c)
{
	return c->kind == CELL_NUMBER && c->estimate;
}

static bool is_partial(const struct cell *c)
{
	return c->kind == CELL_NUMBER && c->partial;
}

static bool is_notable(const struct cell *c)
{
	return c->kind == CELL_NUMBER && c->notable;
}

static void put_remarks(struct json *j, const struct named *all, size_t n)
{
	put_absent(j, all, n);
	put_marked(j, "estimates", all, n, is_estimate);
	put_marked(j, "partial", all, n, is_partial);
	put_marked(j, "notable", all, n, is_notable);
	put_doubts(j, all, n);
}

/* ---- the head ---- */

static void put_cpus(struct json *j, const struct tasks_head *h)
{
	open_one(j, "cpus", '[');
	for (size_t i = 0; i < h->ncpus; i++) {
		const struct tasks_cpu *c = &h->cpus[i];
		const struct named cells[] = { { "ipc", &c->ipc },
					       { "ghz", &c->ghz } };

		open_one(j, NULL, '{');
		number(j, "cpu", c->cpu);
		number(j, "user", 100.0 * c->user);
		number(j, "system", 100.0 * c->sys);
		number(j, "irq", 100.0 * c->irq);
		number(j, "iowait", 100.0 * c->iowait);
		number(j, "steal", 100.0 * c->steal);
		for (size_t k = 0; k < ARRAY_LEN(cells); k++)
			put_cell(j, &cells[k]);
		put_remarks(j, cells, ARRAY_LEN(cells));
		close_one(j, '}');
	}
	close_one(j, ']');
}

static void put_totals(struct json *j, const struct tasks_head *h)
{
	const struct named cells[] = { { "ipc", &h->ipc },
				       { "ghz", &h->ghz },
				       { "instructions", &h->instructions },
				       { "cycles", &h->cycles } };

	open_one(j, "totals", '{');
	for (size_t i = 0; i < ARRAY_LEN(cells); i++)
		put_cell(j, &cells[i]);
	put_remarks(j, cells, ARRAY_LEN(cells));
	close_one(j, '}');
}

static void share(struct json *j, const char *name, double value)
{
	if (value < 0.0)
		text(j, name, NULL);
	else
		number(j, name, value);
}

static void put_counting(struct json *j, const struct tasks_head *h)
{
	const struct tick_collector *c = h->collector;

	open_one(j, "counting", '{');
	text(j, "collector", c ? c->name : NULL);
	count(j, "tasks", c ? c->counted : 0);
	count(j, "ran", c ? c->ran : 0);
	count(j, "uncounted", c ? c->uncounted : 0);
	count(j, "descriptors", c ? c->descriptors : 0);
	count(j, "descriptors_max", c ? c->descriptors_max : 0);
	number(j, "cost_s", c ? (double)c->cost_ns * 1e-9 : 0.0);
	share(j, "cpu_time_share", h->counted);
	share(j, "running_share", h->running_share);
	share(j, "unseen_share", h->unseen);
	text(j, "lacking", *h->lacking ? h->lacking : NULL);
	close_one(j, '}');
}

static void put_head(struct json *j, const struct tasks_head *h)
{
	number(j, "time", h->at);
	number(j, "length_s", h->length_s);
	number(j, "uptime_s", h->uptime_s);
	open_one(j, "load", '[');
	for (size_t i = 0; i < ARRAY_LEN(h->load); i++)
		number(j, NULL, h->load[i]);
	close_one(j, ']');
	count(j, "processes", h->processes);
	count(j, "threads", h->threads);
	count(j, "running", h->running);
	count(j, "memory_bytes", h->memory_bytes);
	count(j, "memory_available_bytes", h->memory_available_bytes);
	put_totals(j, h);
	put_cpus(j, h);
	put_counting(j, h);
}

/* ---- rows ---- */

static void name_number(struct json *j, const char *name, int value)
{
	if (value)
		number(j, name, value);
	else
		text(j, name, NULL);
}

static void put_row(struct json *j, const struct batch_tick *tick,
		    const struct row *row, struct named *cells)
{
	size_t n = tick->columns->n;

	for (size_t i = 0; i < n; i++)
		cells[i] = (struct named){ tick->columns->items[i].key,
					   &row->cells[i] };
	open_one(j, NULL, '{');
	name_number(j, "pid", row->pid);
	name_number(j, "tid", row->tid);
	text(j, "user", row->user);
	text(j, "comm", row->comm);
	text(j, "name", row->name);
	count(j, "tasks", row->ntasks);
	count(j, "depth", (uint64_t)row->depth);
	flag(j, "dead", row->dead);
	open_one(j, "columns", '{');
	for (size_t i = 0; i < n; i++)
		put_cell(j, &cells[i]);
	close_one(j, '}');
	put_remarks(j, cells, n);
	close_one(j, '}');
}

static void emit(struct batch *b, const struct batch_tick *tick)
{
	AUTO_FREE struct named *cells =
		xcalloc(tick->columns->n + 1, sizeof(*cells));
	struct json j = { .out = b->out };

	open_one(&j, NULL, '{');
	text(&j, "schema", "tacho-top/1");
	put_head(&j, tick->head);
	text(&j, "screen", tick->columns->name);
	text(&j, "by", rows_by_name(tick->by));
	count(&j, "rows_all", tick->rows->all);
	open_one(&j, "rows", '[');
	for (size_t i = 0; i < tick->rows->n; i++) {
		const struct row row = batch_row(tick, i);

		put_row(&j, tick, &row, cells);
	}
	close_one(&j, ']');
	close_one(&j, '}');
	fputc('\n', b->out);
}

const struct batch_view batch_json = { .name = "json", .emit = emit };
