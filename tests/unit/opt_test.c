/*
 * The parser of options, and every row of tables with rows of every kind: each
 * way to write an option does the same, in any table.
 */
#include "cmd/opt.h"

#include "unit.h"

#include "base/auto.h"

#include <errno.h>
#include <string.h>

struct fields {
	bool flag, other;
	int count, number;
	double real;
	const char *text;
	struct opt_list list;
};

#define AT(field) .offset = offsetof(struct fields, field)

static const struct opt table[] = {
	{ .kind = OPT_HEADING, .help = "A heading" },
	{ .kind = OPT_FLAG,
	  .letter = 'f',
	  .name = "flag",
	  .help = "a flag",
	  AT(flag) },
	{ .kind = OPT_FLAG, .name = "other-flag", .help = "a flag", AT(other) },
	{ .kind = OPT_COUNT,
	  .letter = 'v',
	  .name = "verbose",
	  .help = "more",
	  AT(count) },
	{ .kind = OPT_INT,
	  .letter = 'n',
	  .name = "number",
	  .arg = "N",
	  .help = "a whole number",
	  AT(number),
	  .min = -1,
	  .max = 86400000 },
	{ .kind = OPT_DOUBLE,
	  .letter = 'r',
	  .name = "real",
	  .arg = "X",
	  .help = "a number",
	  AT(real),
	  .min = 0,
	  .max = 100 },
	{ .kind = OPT_STRING,
	  .letter = 't',
	  .name = "text",
	  .arg = "TEXT",
	  .help = "a text with so long a help that it does not fit into one "
		  "line of eighty columns",
	  AT(text) },
	{ .kind = OPT_LIST,
	  .letter = 'l',
	  .name = "list-with-a-very-long-name",
	  .arg = "ITEM",
	  .help = "one more",
	  AT(list) },
};

#define MAX_ARGS 24

struct parsed {
	struct fields fields;
	struct err err;
	int first;
};

typedef int (*parse_fn)(const struct opt *table, size_t n, void *into, int argc,
			char **argv, struct err *err);

static char *argv[MAX_ARGS + 1];

/* Parse the words of @line, which is cut up; the list is the caller's. */
static struct parsed parse_with(parse_fn fn, char *line)
{
	struct parsed p = { 0 };
	int argc = 0;
	char *save = NULL;

	argv[argc++] = (char[]){ "tacho" };
	for (char *w = strtok_r(line, " ", &save); w && argc < MAX_ARGS;
	     w = strtok_r(NULL, " ", &save))
		argv[argc++] = w;
	argv[argc] = NULL;
	p.first = fn(table, ARRAY_LEN(table), &p.fields, argc, argv, &p.err);
	return p;
}

static struct parsed parse(char *line)
{
	return parse_with(opt_parse, line);
}

static void assert_refused(const char *text, const char *message)
{
	char line[200];
	struct parsed p;

	snprintf(line, sizeof(line), "%s", text);
	p = parse(line);
	assert_int_equal(p.first, -EINVAL);
	assert_string_equal(p.err.what, message);
	opt_list_done(&p.fields.list);
}

static void each_kind_is_parsed(void **state)
{
	char line[] = "-f --other-flag -vv -v -n -1 -r 2.5 -t x -l a -l b rest";
	struct parsed p = parse(line);

	(void)state;
	assert_int_equal(p.first, 16 - 1);
	assert_true(p.fields.flag && p.fields.other);
	assert_int_equal(p.fields.count, 3);
	assert_int_equal(p.fields.number, -1);
	assert_true(p.fields.real == 2.5);
	assert_string_equal(p.fields.text, "x");
	assert_int_equal(p.fields.list.n, 2);
	assert_string_equal(p.fields.list.items[0], "a");
	assert_string_equal(p.fields.list.items[1], "b");
	opt_list_done(&p.fields.list);
}

/* @line sets option @o to @value; it must have been taken as a whole. */
static void assert_sets(const struct opt *o, const char *text,
			const char *value)
{
	char line[200];
	struct parsed p;

	snprintf(line, sizeof(line), "%s", text);
	p = parse(line);
	if (p.first < 0)
		fail_msg("%s: %s", text, p.err.what);
	switch (o->kind) {
	case OPT_FLAG:
		assert_true(*(bool *)((char *)&p.fields + o->offset));
		break;
	case OPT_COUNT:
		assert_int_equal(p.fields.count, 1);
		break;
	case OPT_INT:
		assert_int_equal(p.fields.number, atoi(value));
		break;
	case OPT_DOUBLE:
		assert_true(p.fields.real == atof(value));
		break;
	case OPT_STRING:
		assert_string_equal(p.fields.text, value);
		break;
	case OPT_LIST:
		assert_int_equal(p.fields.list.n, 1);
		assert_string_equal(p.fields.list.items[0], value);
		break;
	case OPT_HEADING:
		fail();
	}
	opt_list_done(&p.fields.list);
}

static void every_spelling_of_every_row_works(void **state)
{
	char line[200];

	(void)state;
	for (size_t i = 1; i < ARRAY_LEN(table); i++) {
		const struct opt *o = &table[i];
		const char *value = o->arg ? "7" : "";

		snprintf(line, sizeof(line), "--%s %s", o->name, value);
		assert_sets(o, line, value);
		if (o->arg) {
			snprintf(line, sizeof(line), "--%s=%s", o->name, value);
			assert_sets(o, line, value);
		}
		if (!o->letter)
			continue;
		snprintf(line, sizeof(line), "-%c %s", o->letter, value);
		assert_sets(o, line, value);
		snprintf(line, sizeof(line), "-%c%s", o->letter, value);
		assert_sets(o, line, value);
		snprintf(line, sizeof(line), "-f%c%s", o->letter, value);
		assert_sets(o, line, value);
	}
}

static void every_row_that_takes_a_value_misses_it(void **state)
{
	char line[200], message[200];

	(void)state;
	for (size_t i = 1; i < ARRAY_LEN(table); i++) {
		const struct opt *o = &table[i];

		snprintf(line, sizeof(line), "--%s%s", o->name,
			 o->arg ? "" : "=yes");
		if (o->arg)
			snprintf(message, sizeof(message),
				 "--%s needs a value: %s", o->name, o->arg);
		else
			snprintf(message, sizeof(message),
				 "--%s takes no value", o->name);
		assert_refused(line, message);
	}
}

static void limits_are_kept_and_named(void **state)
{
	(void)state;
	assert_refused("-n -2", "-n: -2 is not between -1 and 86400000");
	assert_refused("--number=86400001",
		       "--number: 86400001 is not between -1 and 86400000");
	assert_refused("-r 100.5", "-r: 100.5 is not between 0 and 100");
	assert_refused("-r -0.5", "-r: -0.5 is not between 0 and 100");
	assert_refused("-n 1.5", "-n: '1.5' is not a whole number");
	assert_refused("-n 1x", "-n: '1x' is not a whole number");
	assert_refused("-n 99999999999999",
		       "-n: '99999999999999' is out of range");
	assert_refused("-r nan", "-r: 'nan' is not a number");
	assert_refused("-r x", "-r: 'x' is not a number");
}

static void unknown_options_get_the_nearest(void **state)
{
	char line[] = "--vrebose";
	struct parsed p = parse(line);

	(void)state;
	assert_int_equal(p.first, -EINVAL);
	assert_string_equal(p.err.what, "unknown option '--vrebose'");
	assert_string_equal(p.err.hint, "did you mean '--verbose'?");
	assert_refused("-z", "unknown option '-z'");
	assert_refused("-fz", "unknown option '-z'");
	assert_refused("--no-such-thing=3", "unknown option '--no-such-thing'");
	assert_refused("--=3", "unknown option '--'");
}

static void the_operands_belong_to_the_command(void **state)
{
	char dashes[] = "-f -- -v", operand[] = "-f x -v", minus[] = "-f - -v";
	struct parsed p;

	(void)state;
	p = parse(dashes);
	assert_int_equal(p.first, 3);
	assert_int_equal(p.fields.count, 0);
	p = parse(operand);
	assert_int_equal(p.first, 2);
	assert_int_equal(p.fields.count, 0);
	p = parse(minus);
	assert_int_equal(p.first, 2);
}

/* @want: the words after parsing, with | before the first operand */
static void assert_order(const char *text, const char *want, int count)
{
	char line[200], got[200] = "";
	struct parsed p;
	size_t at = 0;

	snprintf(line, sizeof(line), "%s", text);
	p = parse_with(opt_parse_anywhere, line);
	if (p.first < 0)
		fail_msg("%s: %s", text, p.err.what);
	for (int i = 1; argv[i] || i == p.first; i++) {
		at += (size_t)snprintf(
			got + at, sizeof(got) - at, "%s%s%s", i > 1 ? " " : "",
			i == p.first ? "|" : "", argv[i] ? argv[i] : "");
		if (!argv[i])
			break;
	}
	assert_string_equal(got, want);
	assert_int_equal(p.fields.count, count);
	opt_list_done(&p.fields.list);
}

static void
options_may_stand_anywhere_where_operands_are_only_words(void **state)
{
	(void)state;
	assert_order("a b", "|a b", 0);
	assert_order("-v a b", "-v |a b", 1);
	assert_order("a -v b -v", "-v -v |a b", 2);
	assert_order("a b -l x c --real=3 -n 4 d",
		     "-l x --real=3 -n 4 |a b c d", 0);
	assert_order("a -vl-v b", "-vl-v |a b", 1);
	assert_order("a - -v", "-v |a -", 1);
	assert_order("a -v -- b -v", "-v -- |a b -v", 1);
	assert_order("-- -v", "-- |-v", 0);
	assert_order("a --", "-- |a", 0);
	assert_order("-t -- a -v", "-t -- -v |a", 1);
	assert_order("-v", "-v |", 1);
}

static void an_error_behind_operands_is_one(void **state)
{
	char unknown[] = "a b --flog", bare[] = "a b --text";
	struct parsed p = parse_with(opt_parse_anywhere, unknown);

	(void)state;
	assert_int_equal(p.first, -EINVAL);
	assert_string_equal(p.err.what, "unknown option '--flog'");
	p = parse_with(opt_parse_anywhere, bare);
	assert_int_equal(p.first, -EINVAL);
	assert_string_equal(p.err.what, "--text needs a value: TEXT");
}

static void very_long_names_are_cut_not_overrun(void **state)
{
	char line[400] = "--";
	struct parsed p;

	(void)state;
	memset(line + 2, 'a', sizeof(line) - 3);
	p = parse(line);
	assert_int_equal(p.first, -EINVAL);
	assert_true(strlen(p.err.what) < 200);
}

static void help_has_every_row_within_eighty_columns(void **state)
{
	AUTO_FREE char *text = NULL;
	size_t len = 0;
	FILE *f = open_memstream(&text, &len);
	char *save = NULL;

	(void)state;
	opt_print(f, table, ARRAY_LEN(table));
	fclose(f);
	for (size_t i = 0; i < ARRAY_LEN(table); i++)
		assert_non_null(strstr(text, table[i].name ? table[i].name
							   : "A heading:"));
	for (char *l = strtok_r(text, "\n", &save); l;
	     l = strtok_r(NULL, "\n", &save))
		assert_in_range(strlen(l), 1, 80);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_kind_is_parsed),
		cmocka_unit_test(every_spelling_of_every_row_works),
		cmocka_unit_test(every_row_that_takes_a_value_misses_it),
		cmocka_unit_test(limits_are_kept_and_named),
		cmocka_unit_test(unknown_options_get_the_nearest),
		cmocka_unit_test(the_operands_belong_to_the_command),
		cmocka_unit_test(
			options_may_stand_anywhere_where_operands_are_only_words),
		cmocka_unit_test(an_error_behind_operands_is_one),
		cmocka_unit_test(very_long_names_are_cut_not_overrun),
		cmocka_unit_test(help_has_every_row_within_eighty_columns),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
