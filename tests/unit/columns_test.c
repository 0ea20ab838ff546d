/* Screens as they are written, and the columns that they become. */
#include "analyze/tasks/columns.h"

#include "ticks.h"
#include "unit.h"

#include "base/auto.h"
#include "event/builtin.h"

#include <errno.h>
#include <string.h>

static int read_text(const char *text, struct screen_spec *ret, struct err *err)
{
	AUTO(section_list_done) struct section_list list = { 0 };
	int r;

	assert_int_equal(section_parse(&list, "f", text, strlen(text), err), 0);
	assert_int_equal(list.n, 1);
	r = screen_spec_read(list.items[0], ret, err);
	ret->file = "f"; /* the list's goes away */
	return r;
}

static void a_screen_has_a_title_columns_and_a_sort(void **state)
{
	AUTO(screen_spec_done) struct screen_spec s = { 0 };
	struct err err = { 0 };

	(void)state;
	assert_int_equal(read_text("[screen mine]\n"
				   "title = Mine\n"
				   "columns = pid, cpu\n"
				   "          ipc\n"
				   "sort = ipc\n",
				   &s, &err),
			 0);
	assert_string_equal(s.name, "mine");
	assert_string_equal(s.title, "Mine");
	assert_int_equal(s.n, 3);
	assert_string_equal(s.keys[2], "ipc");
	assert_string_equal(s.sort, "ipc");
	assert_int_equal(s.line, 3);
}

static void what_is_wrong_in_a_screen_is_told_with_its_line(void **state)
{
	static const struct {
		const char *text, *what;
	} all[] = {
		{ "[screen a]\ntitle = A\n", "f:1: [screen a] has no columns" },
		{ "[screen a]\ncolumns = ,\n", "f:2: columns: expected names" },
		{ "[screen a]\ncolumns = pid,cpu,pid\n",
		  "f:2: columns: 'pid' stands there twice" },
		{ "[screen a]\ncolumns = pid\nkolumns = x\n",
		  "f:3: a screen has no key 'kolumns'" },
		{ "[screen a]\ncolumns = pid\nsort = ipc\n",
		  "f:3: sort: 'ipc' is not among the columns" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(all); i++) {
		AUTO(screen_spec_done) struct screen_spec s = { 0 };
		struct err err = { 0 };

		assert_int_equal(read_text(all[i].text, &s, &err), -EINVAL);
		assert_non_null(strstr(err.what, all[i].what));
	}
}

/* Whatever the CPU: each column is one that /proc tells, or a metric. */
static void the_screens_of_the_tree_name_what_there_is(void **state)
{
	AUTO(catalog_done) struct catalog c = { 0 };
	struct err err = { 0 };
	size_t n = 0;

	(void)state;
	setenv("XDG_CONFIG_HOME", "/nonexistent", 1);
	assert_int_equal(catalog_load(&c, NULL, NULL, 0, &err), 0);
	for (size_t i = 0; i < c.nlive; i++) {
		AUTO(screen_spec_done) struct screen_spec s = { 0 };

		if (strcmp(c.live[i]->kind, "screen") != 0)
			continue;
		n++;
		assert_int_equal(screen_spec_read(c.live[i], &s, &err), 0);
		assert_true(*s.about);
		for (size_t k = 0; k < s.n; k++)
			if (!column_builtin(s.keys[k]) &&
			    !catalog_find(&c, "metric", s.keys[k]))
				fail_msg("[screen %s]: %s", s.name, s.keys[k]);
	}
	assert_int_equal(n, 6);
}

static void builtin_columns_can_be_shown(void **state)
{
	(void)state;
	for (size_t i = 0; i < column_nbuiltins; i++) {
		const struct column *c = &column_builtins[i];

		assert_ptr_equal(column_builtin(c->key), c);
		assert_true(*c->about && strlen(c->heading) <= 9);
		assert_true(c->width >= (int)strlen(c->heading));
		assert_int_equal(c->builtin, i);
	}
	assert_null(column_builtin("ipc"));
}

static void metrics_and_events_are_columns(void **state)
{
	static struct ticks t;
	const struct column *c;

	(void)state;
	ticks_init(&t, "pid,ipc,branch_miss_rate,instructions,cache_mpki");
	c = columns_find(&t.columns, "ipc");
	assert_int_equal(c->kind, COLUMN_METRIC);
	assert_string_equal(c->heading, "IPC");
	/* the worst first */
	assert_false(c->descending);
	assert_null(c->lacking);
	c = columns_find(&t.columns, "branch_miss_rate");
	assert_string_equal(c->heading, "BR-MISS%");
	assert_string_equal(c->unit, "%");
	assert_true(c->descending);
	c = columns_find(&t.columns, "instructions");
	assert_int_equal(c->kind, COLUMN_EVENT);
	assert_string_equal(c->heading, "INSTRUCTI");
	assert_string_equal(c->unit, "/s");
	c = columns_find(&t.columns, "cache_mpki");
	assert_non_null(strstr(c->lacking, "no such counter"));
	/* without cpu, the first */
	assert_string_equal(t.columns.sort, "pid");
	ticks_done(&t);
}

static void a_counter_that_was_refused_is_lacking(void **state)
{
	static struct ticks t;
	const struct column *c;

	(void)state;
	ticks_init(&t, "pid,ipc");
	for (size_t i = 0; i < t.plan.ncounters; i++)
		err_set(&t.notes[i].why, -EACCES, "not allowed");
	ticks_columns(&t, "pid,ipc,instructions");
	c = columns_find(&t.columns, "ipc");
	assert_string_equal(c->lacking, "not allowed");
	c = columns_find(&t.columns, "instructions");
	assert_string_equal(c->lacking, "not allowed");
	ticks_done(&t);
}

static void what_is_no_column_is_told_with_what_is_near(void **state)
{
	static struct ticks t;
	AUTO(screen_spec_done) struct screen_spec s = { 0 };
	AUTO(columns_done) struct columns c = { 0 };
	struct err err = { 0 };

	(void)state;
	ticks_init(&t, "pid");
	assert_int_equal(
		read_text("[screen a]\n\ncolumns = pid, ipcc\n", &s, &err), 0);
	assert_int_equal(
		columns_make(&s, &t.metrics, &t.plan, t.notes, &c, &err),
		-EINVAL);
	assert_non_null(strstr(err.what, "f:3: [screen a]: 'ipcc' is no "
					 "column"));
	assert_non_null(strstr(err.what, "'ipc'"));
	ticks_done(&t);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_screen_has_a_title_columns_and_a_sort),
		cmocka_unit_test(
			what_is_wrong_in_a_screen_is_told_with_its_line),
		cmocka_unit_test(the_screens_of_the_tree_name_what_there_is),
		cmocka_unit_test(builtin_columns_can_be_shown),
		cmocka_unit_test(metrics_and_events_are_columns),
		cmocka_unit_test(a_counter_that_was_refused_is_lacking),
		cmocka_unit_test(what_is_no_column_is_told_with_what_is_near),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
