/*
 * What programs read of a comparison, JSON and CSV, against files in
 * tests/golden/comparisons; ACCEPT=1 rewrites them.
 *
 * Numbers are compared as numbers: processors that multiply and add in one step
 * get other last digits.
 */
#include "report/comparison/comparison.h"

#include "comparison_scenes.h"
#include "unit.h"

#include "base/auto.h"
#include "base/xalloc.h"

#include <errno.h>
#include <jansson.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

static bool near(double a, double b)
{
	return fabs(a - b) <= 1e-9 * fmax(fabs(a), fabs(b)) + 1e-12;
}

/* ---- files ---- */

static char *golden_path(const char *scene, const char *format)
{
	const char *srcdir = getenv("srcdir");

	return xasprintf("%s/tests/golden/comparisons/%s.%s",
			 srcdir ? srcdir : ".", scene, format);
}

static char *read_file(const char *path)
{
	FILE *f = fopen(path, "r");
	char *text = NULL;
	size_t len = 0;

	if (!f)
		return NULL;
	if (getdelim(&text, &len, '\0', f) < 0) {
		free(text);
		text = NULL;
	}
	fclose(f);
	return text;
}

/* What was agreed on; with ACCEPT it is @text from now on. */
static char *golden(const char *scene, const char *format, const char *text)
{
	AUTO_FREE char *path = golden_path(scene, format);
	char *agreed;

	if (getenv("ACCEPT")) {
		FILE *f = fopen(path, "w");

		assert_non_null(f);
		assert_true(fputs(text, f) >= 0);
		assert_int_equal(fclose(f), 0);
	}
	agreed = read_file(path);
	if (!agreed)
		fail_msg("there is no %s", path);
	return agreed;
}

/* ---- JSON ---- */

static json_t *parsed(const char *scene, const char *text)
{
	json_error_t error;
	json_t *doc = json_loads(text, JSON_REJECT_DUPLICATES, &error);

	if (!doc)
		fail_msg("%s: %s in line %d", scene, error.text, error.line);
	return doc;
}

static bool same_json(json_t *a, const json_t *b, const char *key,
		      char where[256])
{
	const char *k;
	json_t *item;
	size_t i;

	if (json_is_number(a) && json_is_number(b)) {
		if (near(json_number_value(a), json_number_value(b)))
			return true;
	} else if (json_is_object(a) && json_is_object(b) &&
		   json_object_size(a) == json_object_size(b)) {
		json_object_foreach(a, k, item)
		{
			if (!same_json(item, json_object_get(b, k), k, where))
				return false;
		}
		return true;
	} else if (json_is_array(a) && json_is_array(b) &&
		   json_array_size(a) == json_array_size(b)) {
		json_array_foreach(a, i, item)
		{
			if (!same_json(item, json_array_get(b, i), key, where))
				return false;
		}
		return true;
	} else if (a && b && json_equal(a, b)) {
		return true;
	}
	snprintf(where, 256, "%s", key);
	return false;
}

static void every_document_is_as_agreed(void **state)
{
	(void)state;
	for (const struct comparison_scene *s = comparison_scenes; s->name;
	     s++) {
		AUTO_FREE char *text = scene_report_show(s, &comparison_json);
		AUTO_FREE char *agreed = golden(s->name, "json", text);
		json_t *a = parsed(s->name, text);
		json_t *b = parsed(s->name, agreed);
		char where[256] = "";

		if (!same_json(a, b, "", where))
			fail_msg("%s.json differs in '%s'; now:\n%s", s->name,
				 where, text);
		json_decref(a);
		json_decref(b);
	}
}

static json_t *document(const char *name)
{
	for (const struct comparison_scene *s = comparison_scenes; s->name;
	     s++) {
		if (!strcmp(s->name, name)) {
			AUTO_FREE char *text =
				scene_report_show(s, &comparison_json);

			return parsed(name, text);
		}
	}
	fail_msg("no scene '%s'", name);
	return NULL;
}

static const json_t *named(const json_t *doc, const char *name)
{
	size_t i;
	json_t *q;

	json_array_foreach(json_object_get(doc, "quantities"), i, q)
	{
		if (!strcmp(json_string_value(json_object_get(q, "name")),
			    name))
			return q;
	}
	fail_msg("no quantity '%s'", name);
	return NULL;
}

/* Of the first subject after the reference. */
static const json_t *of_result(const json_t *doc, const char *quantity,
			       const char *key)
{
	return json_object_get(
		json_array_get(json_object_get(named(doc, quantity), "results"),
			       0),
		key);
}

static const json_t *of_side(const json_t *doc, const char *quantity,
			     size_t subject, const char *key)
{
	return json_object_get(
		json_array_get(json_object_get(named(doc, quantity), "sides"),
			       subject),
		key);
}

static void all_samples_are_kept(void **state)
{
	json_t *doc = document("worse");
	const json_t *samples = of_side(doc, "time", 1, "samples");
	const json_t *runs = of_side(doc, "time", 1, "runs");
	double sum = 0.0;
	size_t i;
	json_t *one;

	(void)state;
	assert_int_equal(json_array_size(samples), 24);
	assert_int_equal(json_array_size(runs), 24);
	json_array_foreach(samples, i, one)
	{
		assert_int_equal(json_integer_value(json_array_get(runs, i)),
				 i);
		sum += json_number_value(one);
	}
	assert_true(near(sum / 24.0,
			 json_number_value(of_side(doc, "time", 1, "mean"))));
	json_decref(doc);
}

/* The sum of "part" over @list. */
static double sum_of(const json_t *list)
{
	double sum = 0.0;
	size_t i;
	json_t *one;

	json_array_foreach(list, i, one) sum +=
		json_number_value(json_object_get(one, "part"));
	return sum;
}

static void parts_and_their_details_add_up(void **state)
{
	json_t *doc = document("worse");
	const json_t *why = json_object_get(
		json_array_get(json_object_get(doc, "subjects"), 1), "why");
	const json_t *parts = json_object_get(why, "parts");
	size_t i, split = 0;
	json_t *part;

	(void)state;
	assert_true(near(sum_of(parts),
			 json_number_value(json_object_get(why, "total"))));
	json_array_foreach(parts, i, part)
	{
		const json_t *details = json_object_get(part, "details");

		if (!json_array_size(details))
			continue;
		split++;
		assert_true(
			near(sum_of(details),
			     json_number_value(json_object_get(part, "part"))));
	}
	assert_int_equal(split, 1);
	json_decref(doc);
}

static void shares_are_in_percent_and_changes_are_not(void **state)
{
	json_t *doc = document("worse");
	double a = json_number_value(of_side(doc, "backend_bound", 0, "mean"));
	double b = json_number_value(of_side(doc, "backend_bound", 1, "mean"));

	(void)state;
	assert_true(a > 34.0 && a < 36.0);
	assert_true(near(b - a,
			 json_number_value(json_object_get(
				 of_result(doc, "backend_bound", "difference"),
				 "value"))));
	assert_true(near(b / a - 1.0,
			 json_number_value(json_object_get(
				 of_result(doc, "backend_bound", "relative"),
				 "value"))));
	json_decref(doc);
}

static void what_is_not_known_is_null_with_a_reason(void **state)
{
	json_t *doc = document("absent");

	(void)state;
	assert_true(json_is_null(of_result(doc, "cycles", "difference")));
	assert_true(json_is_null(of_result(doc, "cycles", "p")));
	assert_true(json_is_null(of_side(doc, "cycles", 0, "mean")));
	assert_string_equal(
		json_string_value(of_result(doc, "cycles", "reason")),
		"this machine has no hardware counters");
	assert_true(json_is_null(json_object_get(doc, "seed")));
	json_decref(doc);
	doc = document("few");
	assert_true(json_is_null(json_object_get(
		of_result(doc, "time", "difference"), "interval")));
	assert_true(json_is_number(json_object_get(
		of_result(doc, "time", "difference"), "value")));
	assert_true(json_is_string(of_result(doc, "time", "reason")));
	json_decref(doc);
	doc = document("exact");
	assert_true(json_is_true(of_result(doc, "instructions", "exact")));
	/* nothing to be a share of */
	assert_true(
		json_is_null(of_result(doc, "LLC-load-misses", "relative")));
	json_decref(doc);
}

/* ---- CSV ---- */

/* One field of RFC 4180 text at *at, unquoted; the caller frees. */
static char *csv_field(const char **at, bool *last)
{
	char *field = xcalloc(strlen(*at) + 1, 1);
	bool quoted = **at == '"';
	size_t n = 0;
	const char *p = *at + quoted;

	while (*p && (quoted || (*p != ',' && *p != '\n'))) {
		if (quoted && *p == '"') {
			if (p[1] != '"')
				break;
			p++;
		}
		field[n++] = *p++;
	}
	p += quoted;
	assert_true(*p == ',' || *p == '\n');
	*last = *p == '\n';
	*at = p + 1;
	return field;
}

static bool same_cell(const char *a, const char *b)
{
	char *end_a, *end_b;
	double x = strtod(a, &end_a), y = strtod(b, &end_b);

	if (*a && *b && !*end_a && !*end_b)
		return near(x, y);
	return !strcmp(a, b);
}

static void every_table_is_as_agreed(void **state)
{
	(void)state;
	for (const struct comparison_scene *s = comparison_scenes; s->name;
	     s++) {
		AUTO_FREE char *text = scene_report_show(s, &comparison_csv);
		AUTO_FREE char *agreed = golden(s->name, "csv", text);
		const char *a = text, *b = agreed;

		while (*a && *b) {
			bool last_a, last_b;
			AUTO_FREE char *x = csv_field(&a, &last_a);
			AUTO_FREE char *y = csv_field(&b, &last_b);

			if (!same_cell(x, y) || last_a != last_b)
				fail_msg("%s.csv: '%s' was '%s'; now:\n%s",
					 s->name, x, y, text);
		}
		assert_string_equal(a, "");
		assert_string_equal(b, "");
	}
}

enum column {
	QUANTITY,
	MARK = 5,
	REASON,
	N = 8,
	MEAN,
	OUTLIERS = 16,
	DIFFERENCE,
	RELATIVE = 20,
	RELATIVE_LO,
	P_ADJUSTED = 27,
	DOUBT = 33,
	LIMITS,
	COLUMNS,
};

static void same_number(const char *cell, const json_t *json)
{
	if (json_is_number(json))
		assert_true(strtod(cell, NULL) == json_number_value(json));
	else
		assert_string_equal(cell, "");
}

static void same_text(const char *cell, const json_t *json)
{
	assert_string_equal(cell,
			    json_is_null(json) ? "" : json_string_value(json));
}

static void same_result(char *const *cells, const json_t *result)
{
	const json_t *relative = json_object_get(result, "relative");
	const json_t *interval = json_object_get(relative, "interval");

	assert_string_equal(cells[MARK],
			    json_string_value(json_object_get(result, "mark")));
	same_number(cells[DIFFERENCE],
		    json_object_get(json_object_get(result, "difference"),
				    "value"));
	same_number(cells[RELATIVE], json_object_get(relative, "value"));
	same_number(cells[RELATIVE_LO], json_array_get(interval, 0));
	same_number(cells[P_ADJUSTED], json_object_get(result, "p_adjusted"));
	if (json_is_string(json_object_get(result, "reason")))
		assert_string_not_equal(cells[REASON], "");
}

static void same_line(char *const *cells, const json_t *quantity,
		      size_t subject)
{
	const json_t *side =
		json_array_get(json_object_get(quantity, "sides"), subject);

	same_number(cells[N], json_object_get(side, "n"));
	same_number(cells[MEAN], json_object_get(side, "mean"));
	same_text(cells[DOUBT], json_object_get(side, "doubt"));
	if (*cells[MEAN])
		same_number(cells[OUTLIERS], json_object_get(side, "outliers"));
	if (subject)
		same_result(cells,
			    json_array_get(json_object_get(quantity, "results"),
					   subject - 1));
	else
		assert_string_equal(cells[MARK], "");
}

/* Cells of all lines in the order of the document. */
static void same_table(const char *csv, const json_t *doc)
{
	size_t nsubjects = json_array_size(json_object_get(doc, "subjects"));
	const json_t *quantities = json_object_get(doc, "quantities");
	size_t line = 0;

	csv = strchr(csv, '\n') + 1;
	for (; *csv; line++) {
		char *cells[COLUMNS];
		bool last = false;

		for (size_t i = 0; i < COLUMNS; i++) {
			assert_false(last);
			cells[i] = csv_field(&csv, &last);
		}
		assert_true(last);
		same_line(cells, json_array_get(quantities, line / nsubjects),
			  line % nsubjects);
		for (size_t i = 0; i < COLUMNS; i++)
			free(cells[i]);
	}
	assert_int_equal(line, nsubjects * json_array_size(quantities));
}

static void limits_and_doubts_stand_beside_numbers(void **state)
{
	const struct comparison_scene *worse = comparison_scenes;
	AUTO_FREE char *csv = NULL;

	(void)state;
	while (strcmp(worse->name, "worse") != 0)
		worse++;
	csv = scene_report_show(worse, &comparison_csv);
	assert_non_null(strstr(csv, ",perf,,'time > +2%' fail\n"));
	assert_non_null(strstr(csv, ",perf,estimated,\n"));
}

static void both_say_the_same(void **state)
{
	(void)state;
	for (const struct comparison_scene *s = comparison_scenes; s->name;
	     s++) {
		AUTO_FREE char *csv = scene_report_show(s, &comparison_csv);
		AUTO_FREE char *text = scene_report_show(s, &comparison_json);
		json_t *doc = parsed(s->name, text);

		same_table(csv, doc);
		json_decref(doc);
	}
}

static void a_full_disk_is_an_error(void **state)
{
	const struct comparison_view *const views[] = { &comparison_json,
							&comparison_csv };

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(views); i++) {
		struct comparison_style style = { 0 };
		struct scene_report s;
		struct err err = { 0 };

		scene_report_make(&s, &comparison_scenes[0]);
		style.out = fopen("/dev/full", "w");
		assert_non_null(style.out);
		assert_int_equal(views[i]->show(&s.report, &style, &err),
				 -ENOSPC);
		assert_non_null(strstr(err.what, "cannot write the result"));
		fclose(style.out);
		scene_report_done(&s);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_document_is_as_agreed),
		cmocka_unit_test(all_samples_are_kept),
		cmocka_unit_test(parts_and_their_details_add_up),
		cmocka_unit_test(shares_are_in_percent_and_changes_are_not),
		cmocka_unit_test(what_is_not_known_is_null_with_a_reason),
		cmocka_unit_test(every_table_is_as_agreed),
		cmocka_unit_test(limits_and_doubts_stand_beside_numbers),
		cmocka_unit_test(both_say_the_same),
		cmocka_unit_test(a_full_disk_is_an_error),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
