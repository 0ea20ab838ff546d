/*
 * Rows as CSV: a line for each row and tick; quoted as RFC 4180 says.  The
 * columns are the same in every tick.
 */
#include "report/tasks/batch.h"

#include "base/auto.h"
#include "base/fmt.h"
#include "base/strbuf.h"
#include "report/label.h"

#include <math.h>
#include <string.h>

static const char *const fixed[] = {
	"time", "length_s", "pid", "tid", "user", "comm", "dead", "tasks",
};
static const char *const behind[] = { "absent", "estimates", "partial",
				      "doubts" };

struct line {
	FILE *out;
	size_t fields;
};

static void put(struct line *l, const char *text)
{
	if (l->fields++)
		fputc(',', l->out);
	if (!strpbrk(text, ",\"\r\n")) {
		fputs(text, l->out);
		return;
	}
	fputc('"', l->out);
	for (; *text; text++) {
		if (*text == '"')
			fputc('"', l->out);
		fputc(*text, l->out);
	}
	fputc('"', l->out);
}

/* One strange name must not make the file unreadable: UTF-8, as in JSON. */
static void put_text(struct line *l, const char *text)
{
	const char *p = text ? text : "";
	json_t *json;

	while (*p && (unsigned char)*p < 0x80)
		p++;
	if (!*p) {
		put(l, text ? text : "");
		return;
	}
	json = label_json(text);
	put(l, json_string_value(json));
	json_decref(json);
}

static void put_number(struct line *l, double number)
{
	char buf[FMT_LEN];

	put(l, isfinite(number) ? fmt_exact(buf, number) : "");
}

/* A number that is 0 where it means nothing. */
static void put_name(struct line *l, int number)
{
	if (number)
		put_number(l, number);
	else
		put(l, "");
}

static bool is_fixed(const char *key)
{
	for (size_t i = 0; i < ARRAY_LEN(fixed); i++)
		if (!strcmp(fixed[i], key))
			return true;
	return false;
}

static void put_header(FILE *out, const struct columns *columns)
{
	struct line l = { .out = out };

	for (size_t i = 0; i < ARRAY_LEN(fixed); i++)
		put(&l, fixed[i]);
	for (size_t i = 0; i < columns->n; i++)
		if (!is_fixed(columns->items[i].key))
			put(&l, columns->items[i].key);
	for (size_t i = 0; i < ARRAY_LEN(behind); i++)
		put(&l, behind[i]);
	fputc('\n', out);
}

static void note(struct strbuf *b, const char *key, const char *value)
{
	strbuf_addf(b, "%s%s%s%s", b->len ? ";" : "", key, value ? "=" : "",
		    value ? value : "");
}

static void put_row(FILE *out, const struct batch_tick *tick,
		    const struct row *row)
{
	AUTO(strbuf_done) struct strbuf absent = { 0 };
	AUTO(strbuf_done) struct strbuf estimates = { 0 };
	AUTO(strbuf_done) struct strbuf partial = { 0 };
	AUTO(strbuf_done) struct strbuf doubts = { 0 };
	struct line l = { .out = out };

	put_number(&l, tick->head->at);
	put_number(&l, tick->head->length_s);
	put_name(&l, row->pid);
	put_name(&l, row->tid);
	put_text(&l, row->user);
	put_text(&l, row->comm);
	put(&l, row->dead ? "1" : "0");
	put_number(&l, (double)row->ntasks);
	for (size_t i = 0; i < tick->columns->n; i++) {
		const char *key = tick->columns->items[i].key;
		const struct cell *c = &row->cells[i];

		if (is_fixed(key))
			continue;
		if (c->kind == CELL_NUMBER)
			put_number(&l, c->number);
		else
			put_text(&l, c->kind == CELL_TEXT ? c->text : NULL);
		if (c->kind == CELL_ABSENT)
			note(&absent, key, c->word);
		if (c->estimate)
			note(&estimates, key, NULL);
		if (c->partial)
			note(&partial, key, NULL);
		if (c->doubt)
			note(&doubts, key, c->doubt);
	}
	put(&l, strbuf_str(&absent));
	put(&l, strbuf_str(&estimates));
	put(&l, strbuf_str(&partial));
	put(&l, strbuf_str(&doubts));
	fputc('\n', out);
}

static void emit(struct batch *b, const struct batch_tick *tick)
{
	if (!b->ticks)
		put_header(b->out, tick->columns);
	for (size_t i = 0; i < tick->rows->n; i++) {
		const struct row row = batch_row(tick, i);

		put_row(b->out, tick, &row);
	}
}

const struct batch_view batch_csv = { .name = "csv", .emit = emit };
