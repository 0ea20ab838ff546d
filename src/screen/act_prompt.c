/* What is asked in a line at the bottom, and what follows from it. */
#include "screen/act.h"

#include "base/auto.h"
#include "base/parse.h"
#include "base/xalloc.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define DELAY_LEAST 0.05
#define DELAY_MOST 86400.0

static void set_text(char **to, const char *text)
{
	free(*to);
	*to = text && *text ? xstrdup(text) : NULL;
}

void ask_search(struct view *v)
{
	v->search_from = v->index;
	prompt_open(&v->prompt, PROMPT_SEARCH, "search: ", "");
}

void ask_filter(struct view *v)
{
	set_text(&v->undo, v->filter);
	prompt_open(&v->prompt, PROMPT_FILTER, "filter: ", v->filter);
}

void ask_user(struct view *v)
{
	prompt_open(&v->prompt, PROMPT_USER, "user (nothing: all): ", v->user);
}

void ask_delay(struct view *v)
{
	char text[32];

	snprintf(text, sizeof(text), "%g", v->delay_s);
	prompt_open(&v->prompt, PROMPT_DELAY, "seconds between looks: ", text);
}

void ask_seek(struct view *v)
{
	prompt_open(&v->prompt, PROMPT_SEEK, "go to (50%, 13:45:00, #7): ", "");
}

/* All rows, without cells. */
static const struct rows *all_rows(struct view *v)
{
	struct rows_options all = v->options;
	const struct rows *rows;
	struct err err = { 0 };

	all.first = SIZE_MAX;
	all.limit = 0;
	v->rows = NULL; /* valid until here */
	if (!v->fed)
		return NULL;
	if (tasks_rows(v->feed->tasks, &all, &rows, &err) < 0) {
		view_complain(v, "%s", err.what);
		return NULL;
	}
	return rows;
}

static bool row_matches(const struct row *r, const char *text)
{
	char number[24];

	snprintf(number, sizeof(number), "%ld",
		 (long)(r->tid ? r->tid : r->pid));
	return (r->name && strcasestr(r->name, text)) ||
	       ((r->pid || r->tid) && !strcmp(number, text));
}

/* From row @from on, itself too if @here. */
static void search(struct view *v, const char *text, size_t from, bool here,
		   bool back)
{
	const struct rows *rows;
	size_t n;

	v->index = from;
	v->anchor = ANCHOR_INDEX;
	if (!*text)
		return;
	rows = all_rows(v);
	n = rows ? rows->n : 0;
	for (size_t i = here ? 0 : 1; i < n + (here ? 0 : 1); i++) {
		size_t at = (from + (back ? n - i : i)) % n;

		if (row_matches(&rows->items[at], text)) {
			v->index = at;
			return;
		}
	}
	view_complain(v, "no row has '%s'", text);
}

void search_again(struct view *v, bool back)
{
	if (v->searched)
		search(v, v->searched, v->index, false, back);
	else
		ask_search(v);
}

/* The filter as it is typed, as long as it is an expression. */
static bool try_filter(struct view *v, const char *text)
{
	AUTO_FREE char *old = v->filter;

	v->filter = *text ? xstrdup(text) : NULL;
	v->options.filter = v->filter;
	if (!v->fed || all_rows(v))
		return true;
	free(v->filter);
	v->options.filter = v->filter = TAKE_PTR(old);
	return false;
}

static void set_user(struct view *v, const char *text)
{
	AUTO_FREE char *old = v->user;

	v->user = *text ? xstrdup(text) : NULL;
	v->options.search_user = v->user;
	if (!v->fed || all_rows(v))
		return;
	free(v->user);
	v->options.search_user = v->user = TAKE_PTR(old);
}

static void set_delay(struct view *v, const char *text)
{
	double s;

	if (parse_double(text, &s) || s < DELAY_LEAST || s > DELAY_MOST) {
		view_complain(v, "'%s' is no delay: %g to %g seconds", text,
			      DELAY_LEAST, DELAY_MOST);
		return;
	}
	v->delay_s = s;
	v->due = true;
}

static void go_to(struct view *v, const char *text)
{
	struct err err = { 0 };
	size_t tick;

	if (seek_parse(v, text, &tick, &err) < 0)
		view_complain(v, "%s", err.what);
	else
		seek_to(v, tick);
}

static void changed(struct view *v)
{
	if (v->prompt.kind == PROMPT_SEARCH)
		search(v, v->prompt.text, v->search_from, true, false);
	else if (v->prompt.kind == PROMPT_FILTER)
		try_filter(v, v->prompt.text);
	/* it is being typed: complaints come with Enter */
	v->message[0] = '\0';
}

static void entered(struct view *v)
{
	AUTO_FREE char *text = xstrdup(v->prompt.text);
	enum prompt_kind kind = v->prompt.kind;

	prompt_close(&v->prompt);
	switch (kind) {
	case PROMPT_NONE:
		break;
	case PROMPT_SEARCH:
		if (*text) {
			set_text(&v->searched, text);
			search(v, text, v->search_from, true, false);
		}
		break;
	case PROMPT_FILTER:
		try_filter(v, text);
		break;
	case PROMPT_USER:
		set_user(v, text);
		break;
	case PROMPT_DELAY:
		set_delay(v, text);
		break;
	case PROMPT_SEEK:
		if (*text)
			go_to(v, text);
		break;
	case PROMPT_KILL:
		kill_send(v);
		break;
	}
}

static void left(struct view *v)
{
	enum prompt_kind kind = v->prompt.kind;

	prompt_close(&v->prompt);
	if (kind == PROMPT_SEARCH)
		search(v, "", v->search_from, true, false);
	if (kind == PROMPT_FILTER)
		try_filter(v, v->undo ? v->undo : "");
	if (kind == PROMPT_KILL) {
		kill_forget(v);
		view_say(v, "nothing was sent");
	}
}

void ask_input(struct view *v, uint32_t key)
{
	switch (prompt_key(&v->prompt, key)) {
	case PROMPT_OPEN:
		break;
	case PROMPT_CHANGED:
		changed(v);
		break;
	case PROMPT_ENTERED:
		entered(v);
		break;
	case PROMPT_LEFT:
		left(v);
		break;
	}
}
