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

/* On a hybrid CPU the second metric of a name is the other cores' formula. */
static void imported_formulas_are_for_their_cores(void **state)
{
	static const char text[] =
		"[{\"MetricName\": \"CPI\", \"MetricExpr\": \"A / B\","
		"  \"Unit\": \"cpu_core\", \"ScaleUnit\": \"1%\"},"
		" {\"MetricName\": \"CPI\", \"MetricExpr\": \"C / B\","
		"  \"Unit\": \"cpu_atom\", \"ScaleUnit\": \"1%\","
		"  \"MetricThreshold\": \"CPI > 50\"}]";
	AUTO(catalog_done) struct catalog c = { 0 };
	AUTO(metric_list_done) struct metric_list list = { 0 };
	AUTO(import_notes_done) struct import_notes notes = { 0 };

	(void)state;
	assert_int_equal(
		import_json(&c.all, "f.json", text, strlen(text), &notes, NULL),
		0);
	assert_int_equal(load("", &c, &list, NULL), 0);
	assert_int_equal(list.nwarnings, 0);
	assert_int_equal(list.n, 2);
	assert_string_equal(list.items[0].name, "CPI");
	assert_string_equal(list.items[0].pmu, "cpu_atom");
	assert_string_equal(list.items[0].inputs[0], "C");
	assert_int_equal(list.items[0].threshold_op, '>');
	assert_true(list.items[0].threshold == 0.5);
	assert_string_equal(list.items[1].name, "CPI");
	assert_null(list.items[1].pmu);
	assert_string_equal(list.items[1].inputs[0], "A");
	assert_int_equal(list.items[1].threshold_op, 0);
}

/* What the kernel's files have of it is more than the tree's own. */
static void imported_metrics_of_facts_alone_are_metrics(void **state)
{
	static const char text[] =
		"[{\"MetricName\": \"smt\", \"MetricExpr\":"
		"  \"1 if #SMT_on else 0\"},"
		" {\"MetricName\": \"one\", \"MetricExpr\": \"1\"}]";
	AUTO(catalog_done) struct catalog c = { 0 };
	AUTO(metric_list_done) struct metric_list list = { 0 };
	AUTO(import_notes_done) struct import_notes notes = { 0 };

	(void)state;
	assert_int_equal(
		import_json(&c.all, "f.json", text, strlen(text), &notes, NULL),
		0);
	assert_int_equal(load("", &c, &list, NULL), 0);
	assert_int_equal(list.nwarnings, 0);
	assert_int_equal(list.n, 2);
	assert_int_equal(list.items[0].nnames, 1);
	assert_int_equal(list.items[0].names[0].kind, METRIC_NAME_FACT);
}

static void facts_settle_which_events_are_needed(void **state)
{
	AUTO(catalog_done) struct catalog c = { 0 };
	AUTO(metric_list_done) struct metric_list list = { 0 };
	struct facts facts = { 0 };

	(void)state;
	assert_int_equal(
		load("[metric user]\nformula = 2 * used + k\n"
		     "[metric used]\n"
		     "formula = if(smt_on, a, b) + if(wall > 1, c, a)\n"
		     "[metric plain]\nformula = a / b\n"
		     "[metric none]\n"
		     "formula = if(num_cpus, num_cpus, a)\n"
		     "[constant k]\nvalue = 3\n",
		     &c, &list, NULL),
		0);
	assert_int_equal(list.items[0].ninputs, 3);
	assert_string_equal(list.items[0].beside, "a");
	facts_set(&facts, "smt_on", 0.0);
	facts_set(&facts, "num_cpus", 8.0);
	facts_set_absent(&facts, "tsc_hz", "unknown");
	assert_int_equal(metric_settle(&list, &c, &facts, NULL), 0);
	/* user = 2 * (b + if(wall > 1, c, a)) + 3 */
	assert_int_equal(list.items[0].ninputs, 3);
	assert_string_equal(list.items[0].inputs[0], "b");
	assert_string_equal(list.items[0].beside, "b");
	assert_int_equal(list.items[0].nnames, 2);
	assert_int_equal(list.items[0].names[1].kind, METRIC_NAME_CONSTANT);
	assert_int_equal(list.items[1].nnames, 4);
	assert_int_equal(list.items[2].ninputs, 2);
	assert_string_equal(list.items[2].beside, "a");
	assert_int_equal(list.items[3].ninputs, 0);
	facts_done(&facts);
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
		{ "[metric a]\nformula = 1 / 2\n",
		  "f:2: formula: there is no name in it" },
		{ "[metric a]\nformula = x / seconds(wall)\n",
		  "f:2: formula: seconds() wants an event, and 'wall' is "
		  "none" },
		{ "[metric b]\nformula = x\n"
		  "[metric a]\nformula = x / seconds(b)\n",
		  "f:4: formula: seconds() wants an event, and 'b' is none" },
		{ "[metric a]\nformula = x * c\n[constant c]\nvalue = x\n",
		  "f:4: [constant c]: value: expected a number" },
		{ "[metric a]\nformula = x * c\n[constant c]\nabout = x\n",
		  "f:3: [constant c]: value: expected a number" },
		{ "[metric a]\nformula = x\n[formula a]\nunit = %\n",
		  "f:4: a formula has no key 'unit'" },
		{ "[metric a]\nformula = x\n[formula a]\nformula = x y\n",
		  "f:4: formula: column 3: expected an operator, found 'y'" },
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

static const char tree[] =
	"[metric slots]\nformula = width * cycles\n"
	"[metric backend]\ntitle = Backend\nthreshold = > 0.2\n"
	"[metric memory]\nparent = backend\n"
	"[metric ratio]\nformula = backend / (wall * ncpus)\n"
	"[constant width]\nvalue = 4\n"
	"[formula backend]\nformula = stalls / slots\nthreshold = > 0.5\n"
	"note = Both threads.\n"
	"[formula slots@cpu_atom]\nformula = 5 * cycles\n"
	"[formula backend@cpu_atom]\nformula = topdown / slots\n";

static const struct metric *find(const struct metric_list *list,
				 const char *name, const char *pmu)
{
	for (size_t i = 0; i < list->n; i++) {
		const struct metric *m = &list->items[i];

		if (!strcmp(m->name, name) && !m->pmu == !pmu &&
		    (!pmu || !strcmp(m->pmu, pmu)))
			return m;
	}
	fail_msg("no metric '%s'", name);
	return NULL;
}

static void load_tree(const char *text, struct catalog *c,
		      struct metric_list *list)
{
	struct err err = { 0 };

	assert_int_equal(section_parse(&c->all, "t", text, strlen(text), NULL),
			 0);
	for (size_t i = 0; i < c->all.n; i++) {
		c->all.items[i]->builtin = true;
		VEC_PUSH(c->live, c->nlive, c->all.items[i]);
	}
	if (metric_load(c, list, &err) < 0)
		fail_msg("%s", err.what);
}

/* A name is a fact, a constant, a metric or an event, in that order. */
static void names_are_linked_through_all_levels(void **state)
{
	AUTO(catalog_done) struct catalog c = { 0 };
	AUTO(metric_list_done) struct metric_list list = { 0 };
	const struct metric *backend, *slots, *ratio;

	(void)state;
	load_tree(tree, &c, &list);
	slots = find(&list, "slots", NULL);
	assert_int_equal(slots->names[0].kind, METRIC_NAME_CONSTANT);
	assert_float_equal(slots->names[0].constant, 4.0, 0.0);
	assert_int_equal(slots->names[1].kind, METRIC_NAME_EVENT);
	backend = find(&list, "backend", NULL);
	assert_float_equal(backend->threshold, 0.5, 0.0);
	assert_string_equal(backend->note, "Both threads.");
	assert_int_equal(backend->names[1].kind, METRIC_NAME_METRIC);
	assert_ptr_equal(backend->names[1].metric, slots);
	assert_int_equal(backend->ninputs, 2);
	assert_string_equal(backend->inputs[0], "stalls");
	assert_string_equal(backend->inputs[1], "cycles");
	assert_string_equal(backend->beside, "stalls");
	ratio = find(&list, "ratio", NULL);
	assert_ptr_equal(ratio->names[0].metric, backend);
	assert_int_equal(ratio->names[1].kind, METRIC_NAME_FACT);
	assert_int_equal(ratio->names[2].kind, METRIC_NAME_FACT);
	assert_int_equal(ratio->ninputs, 2);
}

/* Cores of one kind have formulas of their own, which stay among themselves. */
static void a_kind_of_cores_has_its_own_formulas(void **state)
{
	AUTO(catalog_done) struct catalog c = { 0 };
	AUTO(metric_list_done) struct metric_list list = { 0 };
	const struct metric *backend;

	(void)state;
	load_tree(tree, &c, &list);
	backend = find(&list, "backend", "cpu_atom");
	assert_float_equal(backend->threshold, 0.2, 0.0);
	assert_null(backend->note);
	assert_ptr_equal(backend->names[1].metric,
			 find(&list, "slots", "cpu_atom"));
	assert_string_equal(backend->inputs[0], "topdown");
}

static void what_is_only_declared_says_that_it_lacks_a_formula(void **state)
{
	AUTO(catalog_done) struct catalog c = { 0 };
	AUTO(metric_list_done) struct metric_list list = { 0 };
	const struct metric *m;

	(void)state;
	load_tree("[metric a]\nabout = x\n[metric b]\nformula = x / a\n"
		  "[metric c]\nformula = y\n"
		  "[formula c]\nformula = none\nnote = It lies here.\n",
		  &c, &list);
	m = find(&list, "a", NULL);
	assert_null(m->formula);
	assert_string_equal(m->lacks,
			    "events/ has no formula of it for this CPU");
	assert_string_equal(find(&list, "c", NULL)->lacks, "It lies here.");
	m = find(&list, "b", NULL);
	assert_ptr_equal(m->names[1].metric, find(&list, "a", NULL));
	assert_int_equal(m->ninputs, 1);
}

static void a_metric_made_of_itself_is_refused(void **state)
{
	AUTO(catalog_done) struct catalog c = { 0 };
	struct metric_list list = { 0 };
	struct err err = { 0 };

	(void)state;
	assert_int_equal(load("[metric a]\nformula = x / b\n"
			      "[metric b]\nformula = c\n"
			      "[metric c]\nformula = 1 + a\n",
			      &c, &list, &err),
			 -ELOOP);
	assert_string_equal(err.what, "f:2: [metric a]: it is made of itself");
}

/* A user's metric that closes a circle is left out, and nothing else. */
static void an_optional_circle_is_a_warning(void **state)
{
	AUTO(catalog_done) struct catalog c = { 0 };
	AUTO(metric_list_done) struct metric_list list = { 0 };
	static const char text[] = "[metric a]\nformula = x / b\n"
				   "[metric b]\nformula = c\n"
				   "[metric c]\nformula = 1 + a\n";
	const struct metric *m;

	(void)state;
	assert_int_equal(section_parse(&c.all, "t", text, strlen(text), NULL),
			 0);
	for (size_t i = 0; i < c.all.n; i++)
		VEC_PUSH(c.live, c.nlive, c.all.items[i]);
	c.all.items[2]->optional = true;
	assert_int_equal(metric_load(&c, &list, NULL), 0);
	assert_int_equal(list.nwarnings, 1);
	m = find(&list, "c", NULL);
	assert_null(m->formula);
	assert_string_equal(m->lacks, "it is made of itself");
	m = find(&list, "a", NULL);
	assert_non_null(m->formula);
	assert_int_equal(m->ninputs, 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(all_keys_are_read),
		cmocka_unit_test(imported_metrics_come_with_what_json_says),
		cmocka_unit_test(imported_formulas_are_for_their_cores),
		cmocka_unit_test(imported_metrics_of_facts_alone_are_metrics),
		cmocka_unit_test(facts_settle_which_events_are_needed),
		cmocka_unit_test(what_is_not_given_has_a_default),
		cmocka_unit_test(what_is_wrong_is_told_with_file_and_line),
		cmocka_unit_test(a_key_nearly_right_gets_the_right_one),
		cmocka_unit_test(optional_metrics_fail_with_a_warning),
		cmocka_unit_test(names_are_linked_through_all_levels),
		cmocka_unit_test(a_kind_of_cores_has_its_own_formulas),
		cmocka_unit_test(
			what_is_only_declared_says_that_it_lacks_a_formula),
		cmocka_unit_test(a_metric_made_of_itself_is_refused),
		cmocka_unit_test(an_optional_circle_is_a_warning),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
