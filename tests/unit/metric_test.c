#include "metric/metric.h"

#include "base/auto.h"
#include "base/vec.h"
#include "event/import/import.h"

#include "unit.h"

#include <errno.h>
#include <string.h>

/* A catalog that holds just @text. */
static int load(const char *text, struct catalog *c, struct metric_list *ret,
		struct err *err)
{
	assert_int_equal(section_parse(&c->all, "f", text, strlen(text), err),
			 0);
	for (size_t i = 0; i < c->all.n; i++)
		VEC_PUSH(c->live, c->nlive, c->all.items[i]);
	return metric_load(c, ret, err);
}

static void all_keys_are_read(void **state)
{
	AUTO(catalog_done) struct catalog c = { 0 };
	AUTO(metric_list_done) struct metric_list list = { 0 };
	const struct metric *m;

	(void)state;
	assert_int_equal(
		load("[event x]\nraw = r1\n"
		     "[metric top]\nformula = y\n"
		     "[metric share]\n"
		     "title = A share\n"
		     "formula = x / max(y, seconds(x)) / wall / ncpus\n"
		     "unit = %\n"
		     "label = of all y\n"
		     "beside = y\n"
		     "digits = 4\n"
		     "better = lower\n"
		     "range = -1.5 .. 1e3\n"
		     "threshold = > 0.05\n"
		     "parent = top\n"
		     "about = What it\n"
		     "  means.\n",
		     &c, &list, NULL),
		0);
	assert_int_equal(list.n, 2);
	m = &list.items[1];
	assert_string_equal(m->name, "share");
	assert_string_equal(m->title, "A share");
	assert_string_equal(m->unit, "%");
	assert_string_equal(m->label, "of all y");
	assert_string_equal(m->beside, "y");
	assert_string_equal(m->about, "What it means.");
	assert_string_equal(m->parent, "top");
	assert_int_equal(m->digits, 4);
	assert_int_equal(m->better, METRIC_LOWER);
	assert_true(m->has_range);
	assert_true(m->lo == -1.5 && m->hi == 1000.0);
	assert_int_equal(m->threshold_op, '>');
	assert_true(m->threshold == 0.05);
	assert_int_equal(m->ninputs, 2);
	assert_string_equal(m->inputs[0], "x");
	assert_string_equal(m->inputs[1], "y");
	assert_string_equal(m->file, "f");
	assert_int_equal(m->line, 5);
}

static void imported_metrics_come_with_what_json_says(void **state)
{
	static const char text[] =
		"[{\"MetricName\": \"Info.IPC\", \"MetricExpr\":"
		"  \"INST_RETIRED.ANY / cpu@CLKS\\\\,cmask\\\\=1@\","
		"  \"ScaleUnit\": \"1%\", \"BriefDescription\": \"What.\","
		"  \"MetricThreshold\": \"Info.IPC > 20\"},\n"
		" {\"MetricName\": \"bad\", \"MetricExpr\": \"a +\"},"
		" {\"MetricName\": \"orphan\", \"MetricExpr\": \"b * 2\","
		"  \"MetricThreshold\": \"nonsense (\"}]";
	AUTO(catalog_done) struct catalog c = { 0 };
	AUTO(metric_list_done) struct metric_list list = { 0 };
	AUTO(import_notes_done) struct import_notes notes = { 0 };
	const struct metric *m;

	(void)state;
	assert_int_equal(
		import_json(&c.all, "f.json", text, strlen(text), &notes, NULL),
		0);
	assert_int_equal(load("", &c, &list, NULL), 0);
	assert_int_equal(list.n, 2);
	m = &list.items[0];
	assert_string_equal(m->name, "Info.IPC");
	assert_string_equal(m->title, "Info.IPC");
	assert_string_equal(m->unit, "%");
	assert_string_equal(m->about, "What.");
	assert_int_equal(m->threshold_op, '>');
	assert_true(m->threshold == 0.2);
	assert_int_equal(m->ninputs, 2);
	assert_string_equal(m->inputs[0], "INST_RETIRED.ANY");
	assert_string_equal(m->inputs[1], "cpu/CLKS,cmask=1/");
	assert_string_equal(list.items[1].name, "orphan");
	assert_int_equal(list.items[1].threshold_op, 0);
	/* one bad metric costs itself only */
	assert_int_equal(list.nwarnings, 1);
	assert_string_equal(list.warnings[0],
			    "f.json:2: [metric bad]: formula: column 4: "
			    "expected a number, a name or '(', but the formula "
			    "ends");
}

static void what_is_not_given_has_a_default(void **state)
{
	AUTO(catalog_done) struct catalog c = { 0 };
	AUTO(metric_list_done) struct metric_list list = { 0 };
	const struct metric *m;

	(void)state;
	assert_int_equal(
		load("[metric a_b]\nformula = y / x\n", &c, &list, NULL), 0);
	m = &list.items[0];
	assert_string_equal(m->title, "a_b");
	assert_string_equal(m->label, "a_b");
	assert_string_equal(m->unit, "");
	assert_string_equal(m->about, "");
	assert_string_equal(m->beside, "y");
	assert_int_equal(m->digits, 2);
	assert_int_equal(m->better, METRIC_NEUTRAL);
	assert_false(m->has_range);
	assert_int_equal(m->threshold_op, 0);
	assert_null(m->parent);
}

static void what_is_wrong_is_told_with_file_and_line(void **state)
{
	static const char *const rows[][2] = {
		{ "[metric a]\nunit = %\n", "f:1: [metric a] has no formula" },
		{ "[metric A]\nformula = x\n",
		  "f:1: 'A': a metric's name is lower-case letters, digits and "
		  "'_'" },
		{ "[metric a]\nformula = x +\n",
		  "f:2: formula: column 4: expected a number, a name or '(', "
		  "but the formula ends" },
		{ "[metric a]\nformula =\n",
		  "f:2: formula: column 1: expected a number, a name or '(', "
		  "but the formula ends" },
		{ "[metric a]\nformula = 1 / wall\n",
		  "f:2: formula: there is no event in it" },
		{ "[metric a]\nformula = x / seconds(wall)\n",
		  "f:2: formula: seconds() wants an event" },
		{ "[metric a]\nformula = x / seconds(ncpus)\n",
		  "f:2: formula: seconds() wants an event" },
		{ "[metric a]\nformula = x\nformular = y\n",
		  "f:3: a metric has no key 'formular'" },
		{ "[metric a]\nformula = x\ndigits = 10\n",
		  "f:3: digits = '10': expected a number from 0 to 9" },
		{ "[metric a]\nformula = x\ndigits = -1\n",
		  "f:3: digits = '-1': expected a number from 0 to 9" },
		{ "[metric a]\nformula = x\ndigits =\n",
		  "f:3: digits = '': expected a number from 0 to 9" },
		{ "[metric a]\nformula = x\nbetter = more\n",
		  "f:3: better = 'more': expected lower, higher or neutral" },
		{ "[metric a]\nformula = x\nrange = 0\n",
		  "f:3: range = '0': expected two ascending numbers, as "
		  "'0 .. 1'" },
		{ "[metric a]\nformula = x\nrange = 1 .. 0\n",
		  "f:3: range = '1 .. 0': expected two ascending numbers, as "
		  "'0 .. 1'" },
		{ "[metric a]\nformula = x\nrange = 0 .. x\n",
		  "f:3: range = '0 .. x': expected two ascending numbers, as "
		  "'0 .. 1'" },
		{ "[metric a]\nformula = x\nthreshold = 5\n",
		  "f:3: threshold = '5': expected '> NUMBER' or '< NUMBER'" },
		{ "[metric a]\nformula = x\nthreshold = >= 5\n",
		  "f:3: threshold = '>= 5': expected '> NUMBER' or "
		  "'< NUMBER'" },
		{ "[metric a]\nformula = x\nlabel =\n",
		  "f:3: label = '': expected some text" },
		{ "[metric a]\nformula = x\nparent = b\n",
		  "f:1: [metric a]: parent 'b' is no metric" },
		{ "[metric a]\nformula = x\nparent = a\n",
		  "f:1: [metric a] is its own ancestor" },
		{ "[metric c]\nformula = x\nparent = a\n"
		  "[metric a]\nformula = x\nparent = b\n"
		  "[metric b]\nformula = x\nparent = a\n",
		  "f:4: [metric a] is its own ancestor" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		AUTO(catalog_done) struct catalog c = { 0 };
		struct metric_list list = { .n = 7 };
		struct err err = { 0 };

		assert_int_equal(load(rows[i][0], &c, &list, &err), -EINVAL);
		assert_string_equal(err.what, rows[i][1]);
		assert_int_equal(list.n, 7);
	}
}

static void a_key_nearly_right_gets_the_right_one(void **state)
{
	AUTO(catalog_done) struct catalog c = { 0 };
	struct metric_list list = { 0 };
	struct err err = { 0 };

	(void)state;
	assert_int_equal(load("[metric a]\nformular = y\n", &c, &list, &err),
			 -EINVAL);
	assert_string_equal(err.hint, "did you mean 'formula'?");
}

/*
 * The user's own file replaces metrics of the tree: what is wrong in it is
 * said, and the tree's count again.
 */
static void optional_metrics_fail_with_a_warning(void **state)
{
	static const char tree[] = "[metric a]\nformula = x\nparent = b\n"
				   "[metric b]\nformula = y\n";
	static const char own[] = "[metric a]\nformula = x +\n"
				  "[metric b]\nformula = z\nparent = a\n"
				  "[metric c]\nformula = z\nparent = d\n"
				  "[metric e]\nlabel = z\n";
	AUTO(catalog_done) struct catalog c = { 0 };
	AUTO(metric_list_done) struct metric_list list = { 0 };
	struct err err = { 0 };

	(void)state;
	assert_int_equal(section_parse(&c.all, "t", tree, strlen(tree), NULL),
			 0);
	assert_int_equal(section_parse(&c.all, "o", own, strlen(own), NULL), 0);
	for (size_t i = 2; i < c.all.n; i++) {
		c.all.items[i]->optional = true;
		VEC_PUSH(c.live, c.nlive, c.all.items[i]);
	}
	assert_int_equal(metric_load(&c, &list, &err), 0);
	assert_int_equal(list.n, 3);
	assert_string_equal(list.items[0].name, "a");
	assert_string_equal(list.items[0].file, "t");
	assert_string_equal(list.items[0].parent, "b");
	assert_string_equal(list.items[1].file, "o");
	assert_null(list.items[1].parent);
	assert_null(list.items[2].parent);
	assert_int_equal(list.nwarnings, 4);
	assert_memory_equal(list.warnings[0], "o:2: formula: column 4: ", 24);
	assert_string_equal(list.warnings[1], "o:9: [metric e] has no formula");
	assert_string_equal(list.warnings[2],
			    "o:3: [metric b] is its own ancestor");
	assert_string_equal(list.warnings[3],
			    "o:6: [metric c]: parent 'd' is no metric");
	assert_int_equal(err.code, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(all_keys_are_read),
		cmocka_unit_test(imported_metrics_come_with_what_json_says),
		cmocka_unit_test(what_is_not_given_has_a_default),
		cmocka_unit_test(what_is_wrong_is_told_with_file_and_line),
		cmocka_unit_test(a_key_nearly_right_gets_the_right_one),
		cmocka_unit_test(optional_metrics_fail_with_a_warning),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
