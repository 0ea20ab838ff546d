/* Options as a table; see opt.h. */
#include "cmd/opt.h"

#include "base/fmt.h"
#include "base/parse.h"
#include "base/suggest.h"
#include "base/vec.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

static bool takes_argument(const struct opt *o)
{
	switch (o->kind) {
	case OPT_FLAG:
	case OPT_COUNT:
	case OPT_HEADING:
		return false;
	case OPT_INT:
	case OPT_DOUBLE:
	case OPT_STRING:
	case OPT_LIST:
		return true;
	}
	return false;
}

static int check_range(const struct opt *o, const char *shown, double v,
		       struct err *err)
{
	char number[FMT_LEN], min[FMT_LEN], max[FMT_LEN];

	if (v >= o->min && v <= o->max)
		return 0;
	return err_set(err, -EINVAL, "%s: %s is not between %s and %s", shown,
		       fmt_exact(number, v), fmt_exact(min, o->min),
		       fmt_exact(max, o->max));
}

static int set_number(const struct opt *o, const char *shown, const char *text,
		      void *field, struct err *err)
{
	double d;
	int i, r;

	if (o->kind == OPT_INT) {
		r = parse_int(text, &i);
		d = i;
	} else {
		r = parse_double(text, &d);
	}
	if (r == -ERANGE)
		return err_set(err, -EINVAL, "%s: '%s' is out of range", shown,
			       text);
	if (r < 0)
		return err_set(err, -EINVAL, "%s: '%s' is not a %snumber",
			       shown, text, o->kind == OPT_INT ? "whole " : "");
	r = check_range(o, shown, d, err);
	if (r < 0)
		return r;
	if (o->kind == OPT_INT)
		*(int *)field = i;
	else
		*(double *)field = d;
	return 0;
}

static int set_option(const struct opt *o, const char *shown, const char *text,
		      void *into, struct err *err)
{
	void *field = (char *)into + o->offset;
	struct opt_list *list;

	switch (o->kind) {
	case OPT_FLAG:
		*(bool *)field = true;
		return 0;
	case OPT_COUNT:
		++*(int *)field;
		return 0;
	case OPT_INT:
	case OPT_DOUBLE:
		return set_number(o, shown, text, field, err);
	case OPT_STRING:
		*(const char **)field = text;
		return 0;
	case OPT_LIST:
		list = field;
		VEC_PUSH(list->items, list->n, text);
		return 0;
	case OPT_HEADING:
		break;
	}
	return err_set(err, -EINVAL, "%s: not an option", shown);
}

static int unknown_long(const struct opt *table, size_t n, const char *name,
			struct err *err)
{
	char typed[80], known[80], text[200];
	struct suggest s;

	snprintf(typed, sizeof(typed), "--%s", name);
	suggest_init(&s, typed);
	for (size_t i = 0; i < n; i++) {
		if (!table[i].name)
			continue;
		snprintf(known, sizeof(known), "--%s", table[i].name);
		suggest_offer(&s, known);
	}
	suggest_text(&s, text, sizeof(text));
	err_set(err, -EINVAL, "unknown option '%s'", typed);
	if (*text)
		err_hint(err, "%s", text);
	suggest_done(&s);
	return -EINVAL;
}

/* "--name", "--name=value", "--name value"; returns arguments used up. */
static int parse_long(const struct opt *table, size_t n, void *into,
		      char **argv, struct err *err)
{
	const char *name = argv[0] + 2, *value = strchr(name, '=');
	size_t len = value ? (size_t)(value - name) : strlen(name);
	const struct opt *o = NULL;
	char shown[64], copy[64];
	int used = 1, r;

	snprintf(copy, sizeof(copy), "%.*s", (int)(len < 60 ? len : 60), name);
	for (size_t i = 0; i < n; i++)
		if (table[i].name && strcmp(table[i].name, copy) == 0)
			o = &table[i];
	if (!o)
		return unknown_long(table, n, copy, err);
	snprintf(shown, sizeof(shown), "--%s", o->name);
	if (value && !takes_argument(o))
		return err_set(err, -EINVAL, "%s takes no value", shown);
	if (value) {
		value++;
	} else if (takes_argument(o)) {
		value = argv[1];
		used = 2;
		if (!value)
			return err_set(err, -EINVAL, "%s needs a value: %s",
				       shown, o->arg);
	}
	r = set_option(o, shown, value, into, err);
	return r < 0 ? r : used;
}

/* "-abc", "-x,", "-x ,"; returns arguments used up. */
static int parse_short(const struct opt *table, size_t n, void *into,
		       char **argv, struct err *err)
{
	for (const char *p = argv[0] + 1; *p; p++) {
		const struct opt *o = NULL;
		char shown[3] = { '-', *p, '\0' };
		const char *value = NULL;
		int r;

		for (size_t i = 0; i < n; i++)
			if (table[i].letter == *p)
				o = &table[i];
		if (!o)
			return err_set(err, -EINVAL, "unknown option '%s'",
				       shown);
		if (takes_argument(o)) {
			value = p[1] ? p + 1 : argv[1];
			if (!value)
				return err_set(err, -EINVAL,
					       "%s needs a value: %s", shown,
					       o->arg);
		}
		r = set_option(o, shown, value, into, err);
		if (r < 0)
			return r;
		if (value)
			return value == argv[1] ? 2 : 1;
	}
	return 1;
}

static bool is_option(const char *word)
{
	return word[0] == '-' && word[1];
}

/* Returns arguments used up. */
static int parse_option(const struct opt *table, size_t n, void *into,
			char **argv, struct err *err)
{
	return argv[0][1] == '-' ? parse_long(table, n, into, argv, err)
				 : parse_short(table, n, into, argv, err);
}

int opt_parse(const struct opt *table, size_t n, void *into, int argc,
	      char **argv, struct err *err)
{
	int i = 1, used;

	while (i < argc) {
		if (strcmp(argv[i], "--") == 0)
			return i + 1;
		if (!is_option(argv[i]))
			return i;
		used = parse_option(table, n, into, argv + i, err);
		if (used < 0)
			return used;
		i += used;
	}
	return i;
}

/* The @n words at @at go behind the @more that follow them. */
static void move_behind(char **at, int n, int more)
{
	for (int k = 0; k < more; k++) {
		char *word = at[n + k];

		memmove(at + k + 1, at + k, (size_t)n * sizeof(*at));
		at[k] = word;
	}
}

int opt_parse_anywhere(const struct opt *table, size_t n, void *into, int argc,
		       char **argv, struct err *err)
{
	int i = 1, operands = 0, used;

	/* argv[i] to argv[i + operands - 1] are operands, all before them are
	   not */
	while (i + operands < argc) {
		char **at = argv + i + operands;

		if (strcmp(*at, "--") == 0) {
			move_behind(argv + i, operands, 1);
			return i + 1;
		}
		if (!is_option(*at)) {
			operands++;
			continue;
		}
		used = parse_option(table, n, into, at, err);
		if (used < 0)
			return used;
		move_behind(argv + i, operands, used);
		i += used;
	}
	return i;
}

#define HELP_COLUMN 28
#define HELP_WIDTH 80

static void print_wrapped(FILE *out, const char *text, int column)
{
	int at = column;

	while (*text) {
		int len = (int)strcspn(text, " ");

		if (at > HELP_COLUMN && at + 1 + len > HELP_WIDTH) {
			fprintf(out, "\n%*s", HELP_COLUMN, "");
			at = HELP_COLUMN;
		} else if (at > column) {
			fputc(' ', out);
			at++;
		}
		fprintf(out, "%.*s", len, text);
		at += len;
		text += len;
		text += strspn(text, " ");
	}
	fputc('\n', out);
}

void opt_print(FILE *out, const struct opt *table, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		const struct opt *o = &table[i];
		char left[64];
		int len;

		if (o->kind == OPT_HEADING) {
			fprintf(out, "\n%s:\n", o->help);
			continue;
		}
		len = snprintf(left, sizeof(left), "  %c%c%s%s%s%s%s",
			       o->letter ? '-' : ' ',
			       o->letter ? o->letter : ' ',
			       o->letter && o->name ? ", " : "  ",
			       o->name ? "--" : "", o->name ? o->name : "",
			       o->arg ? " " : "", o->arg ? o->arg : "");
		if (len < HELP_COLUMN - 1)
			fprintf(out, "%-*s", HELP_COLUMN, left);
		else
			fprintf(out, "%s\n%*s", left, HELP_COLUMN, "");
		print_wrapped(out, o->help, HELP_COLUMN);
	}
}

void opt_list_done(struct opt_list *list)
{
	free(list->items);
	*list = (struct opt_list){ 0 };
}
