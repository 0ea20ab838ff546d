/*
 * Every view of every scene against a file in tests/golden/views; ACCEPT=1
 * rewrites the files.
 */
#include "report/view.h"

#include "scenes.h"
#include "unit.h"

#include "base/auto.h"
#include "base/xalloc.h"

#include <jansson.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct {
	const char *name; /* in the file's name */
	const struct view *view;
	struct view_options options;
} shows[] = {
	{ "text", &view_text, { .style = { ",", "." } } },
	{ "text-80",
	  &view_text,
	  { .style = { ",", "." }, .width = 80, .table = true } },
	{ "text-40", &view_text, { .style = { "", "." }, .width = 40 } },
	{ "text-color",
	  &view_text,
	  { .style = { "", "." }, .width = 120, .color = true } },
	{ "csv", &view_csv, { 0 } },
	{ "json", &view_json, { 0 } },
	{ "markdown", &view_markdown, { .style = { ",", "." } } },
	{ "perf-csv", &view_perf_csv, { .separator = "," } },
	{ "perf-json", &view_perf_json, { 0 } },
};

static char *golden_path(const char *scene, const char *show)
{
	const char *srcdir = getenv("srcdir");

	return xasprintf("%s/tests/golden/views/%s.%s.out",
			 srcdir ? srcdir : ".", scene, show);
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
		text = xstrdup("");
	}
	fclose(f);
	return text;
}

static void accept(const char *path, const char *text)
{
	FILE *f = fopen(path, "w");

	assert_non_null(f);
	assert_true(fputs(text, f) >= 0);
	assert_int_equal(fclose(f), 0);
}

static void every_scene_looks_as_agreed(void **state)
{
	int wrong = 0;

	(void)state;
	for (const struct scene *scene = scenes; scene->name; scene++) {
		for (size_t i = 0; i < ARRAY_LEN(shows); i++) {
			AUTO_FREE char *text = scene_show(scene, shows[i].view,
							  &shows[i].options);
			AUTO_FREE char *path =
				golden_path(scene->name, shows[i].name);
			AUTO_FREE char *golden = NULL;

			if (getenv("ACCEPT"))
				accept(path, text);
			golden = read_file(path);
			if (golden && !strcmp(golden, text))
				continue;
			print_message("# %s differs; now:\n%s\n", path, text);
			wrong++;
		}
	}
	assert_int_equal(wrong, 0);
}

/* Lines of text fit a narrow terminal unless one word alone does not. */
static void narrow_text_fits(void **state)
{
	static const int widths[] = { 40, 60, 79 };

	(void)state;
	for (size_t w = 0; w < ARRAY_LEN(widths); w++) {
		const struct view_options options = { .style = { ",", "." },
						      .width = widths[w] };
		AUTO_FREE char *text =
			scene_show(&scenes[0], &view_text, &options);
		char *rest = text;

		for (char *line; (line = strsep(&rest, "\n"));)
			assert_in_range(strlen(line), 0, widths[w]);
	}
}

/* What stands where the number would be. */
static const struct {
	size_t row; /* of scene_states() */
	const char *text, *word, *perf;
} bad[] = {
	{ 2, "<not counted>", "not-counted", "<not counted>" },
	{ 3, "<not supported>", "unsupported", "<not supported>" },
	{ 4, "<denied>", "denied", "<not supported>" },
	{ 5, "<dead>", "dead", "<not counted>" },
};

/* The line about @event in @text; fails when there is none. */
static char *line_of(const char *text, const char *event)
{
	const char *at = strstr(text, event), *start = at, *end;

	assert_non_null(at);
	while (start > text && start[-1] != '\n')
		start--;
	end = strchrnul(at, '\n');
	return xstrndup(start, (size_t)(end - start));
}

static void every_state_shows_in_every_view(void **state)
{
	const struct scene scene = { "states", scene_states, false };
	struct fixture f;

	(void)state;
	fixture_init(&f);
	scene_states(&f);
	for (size_t v = 0; v < ARRAY_LEN(shows); v++) {
		AUTO_FREE char *text =
			scene_show(&scene, shows[v].view, &shows[v].options);
		const struct view *view = shows[v].view;

		for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
			AUTO_FREE char *line =
				line_of(text, f.events.items[bad[i].row]->name);
			const char *expected = bad[i].word;

			if (view == &view_text)
				expected = bad[i].text;
			if (view == &view_perf_csv || view == &view_perf_json)
				expected = bad[i].perf;
			if (!strstr(line, expected))
				fail_msg("%s: no %s in: %s", shows[v].name,
					 expected, line);
		}
	}
	fixture_done(&f);
}

static void scaled_shows_in_every_view(void **state)
{
	static const struct {
		const struct view *view;
		const char *mark;
	} marks[] = {
		{ &view_text, "(64.0 %)" },
		{ &view_csv, "scaled" },
		{ &view_json, "\"scaled\"" },
		{ &view_markdown, "64.0 %" },
		{ &view_perf_csv, ",64.00," },
		{ &view_perf_json, "\"pcnt-running\" : 64.00" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(marks); i++) {
		const struct view_options options = { .separator = "," };
		AUTO_FREE char *text =
			scene_show(&scenes[2], marks[i].view, &options);
		AUTO_FREE char *line = line_of(text, "cycles");

		assert_non_null(strstr(line, marks[i].mark));
	}
}

static void json_is_one_valid_document(void **state)
{
	static const char *const keys[] = { "schema",  "tacho", "command",
					    "machine", "runs",  "events",
					    "metrics", "notes" };

	(void)state;
	for (const struct scene *scene = scenes; scene->name; scene++) {
		const struct view_options options = { 0 };
		AUTO_FREE char *text = scene_show(scene, &view_json, &options);
		json_error_t error;
		json_t *doc = json_loads(text, JSON_REJECT_DUPLICATES, &error);

		if (!doc)
			fail_msg("%s: %s", scene->name, error.text);
		for (size_t i = 0; i < ARRAY_LEN(keys); i++)
			assert_non_null(json_object_get(doc, keys[i]));
		assert_int_equal(
			json_array_size(json_object_get(doc, "intervals")),
			scene->intervals ? 2 : 0);
		json_decref(doc);
	}
}

static void perf_json_is_valid_line_by_line(void **state)
{
	(void)state;
	for (const struct scene *scene = scenes; scene->name; scene++) {
		const struct view_options options = { 0 };
		AUTO_FREE char *text =
			scene_show(scene, &view_perf_json, &options);
		char *rest = text;

		for (char *line; (line = strsep(&rest, "\n")) && *line;) {
			json_error_t error;
			json_t *o = json_loads(line, JSON_REJECT_DUPLICATES,
					       &error);

			if (!o)
				fail_msg("%s: %s in %s", scene->name,
					 error.text, line);
			assert_non_null(json_object_get(o, "metric-unit"));
			json_decref(o);
		}
	}
}

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
	*last = *p == '\n';
	*at = p + 1;
	return field;
}

#define CSV_COLUMNS 33

static void same_number(const char *cell, const json_t *json)
{
	if (json_is_null(json) || !json)
		assert_string_equal(cell, "");
	else
		assert_true(strtod(cell, NULL) == json_number_value(json));
}

static void same_text(const char *cell, const json_t *json)
{
	assert_string_equal(cell, json_is_string(json) ? json_string_value(json)
						       : "");
}

static void same_doubts(const char *cell, const json_t *json)
{
	char joined[1000] = "";
	size_t i;
	json_t *one;

	json_array_foreach(json, i, one)
	{
		strcat(joined, i ? "; " : "");
		strcat(joined, json_string_value(one));
	}
	assert_string_equal(cell, joined);
}

static void compare_line(char *const *cells, const json_t *o)
{
	static const struct {
		size_t column;
		const char *key;
	} numbers[] = { { 4, "cpu" },         { 5, "socket" },
			{ 6, "die" },         { 7, "core" },
			{ 8, "node" },        { 10, "tid" },
			{ 13, "value" },      { 15, "raw" },
			{ 16, "enabled_ns" }, { 17, "running_ns" },
			{ 22, "mean" },       { 23, "median" },
			{ 24, "stddev" },     { 25, "min" },
			{ 26, "max" },        { 29, "error" },
			{ 31, "pid" } },
	  texts[] = { { 3, "cgroup" }, { 14, "unit" }, { 19, "state" } };
	const json_t *ci = json_object_get(o, "ci95");

	for (size_t i = 0; i < ARRAY_LEN(numbers); i++)
		same_number(cells[numbers[i].column],
			    json_object_get(o, numbers[i].key));
	for (size_t i = 0; i < ARRAY_LEN(texts); i++)
		same_text(cells[texts[i].column],
			  json_object_get(o, texts[i].key));
	/* JSON gives a reason for missing values only */
	if (json_object_get(o, "reason"))
		same_text(cells[20], json_object_get(o, "reason"));
	assert_string_equal(cells[32], json_object_get(o, "simulated")
					       ? "cachegrind"
					       : "perf");
	same_number(cells[27], ci ? json_array_get(ci, 0) : NULL);
	same_number(cells[28], ci ? json_array_get(ci, 1) : NULL);
	same_doubts(cells[30], json_object_get(o, "doubts"));
}

/* Go through the CSV lines and take JSON objects in the same order. */
static void compare_csv(const char *csv, const json_t *events,
			const json_t *metrics)
{
	size_t nevents = 0, nmetrics = 0;

	csv = strchr(csv, '\n') + 1;
	while (*csv) {
		char *cells[CSV_COLUMNS];
		bool last = false;
		const json_t *o = NULL;

		for (size_t i = 0; i < CSV_COLUMNS; i++) {
			assert_false(last);
			cells[i] = csv_field(&csv, &last);
		}
		assert_true(last);
		if (!strcmp(cells[0], "event")) {
			o = json_array_get(events, nevents++);
			same_text(cells[11], json_object_get(o, "name"));
		} else if (!strcmp(cells[0], "metric")) {
			o = json_array_get(metrics, nmetrics++);
			same_text(cells[11], json_object_get(o, "event"));
			same_text(cells[12], json_object_get(o, "name"));
		}
		if (o)
			compare_line(cells, o);
		for (size_t i = 0; i < CSV_COLUMNS; i++)
			free(cells[i]);
	}
	assert_int_equal(nevents, json_array_size(events));
	assert_int_equal(nmetrics, json_array_size(metrics));
}

static void csv_and_json_say_the_same(void **state)
{
	(void)state;
	for (const struct scene *scene = scenes; scene->name; scene++) {
		const struct view_options options = { 0 };
		AUTO_FREE char *csv = scene_show(scene, &view_csv, &options);
		AUTO_FREE char *text = scene_show(scene, &view_json, &options);
		json_error_t error;
		json_t *doc = json_loads(text, 0, &error);

		assert_non_null(doc);
		if (!scene->intervals && strcmp(scene->name, "per-thread"))
			compare_csv(csv, json_object_get(doc, "events"),
				    json_object_get(doc, "metrics"));
		json_decref(doc);
	}
}

/* Nothing finite is known about a value that a formula blew up. */
static void what_is_not_finite_is_null_in_json(void **state)
{
	const struct view_options options = { 0 };
	struct fixture f;
	struct report report;
	AUTO_FREE char *text = NULL;
	json_error_t error;
	json_t *doc;

	(void)state;
	fixture_init(&f);
	scenes[0].make(&f);
	report = fixture_report(&f);
	report.rows[0].value.number = (double)INFINITY;
	report.rows[3].metrics[0].value.number = (double)NAN;
	text = fixture_show(&view_json, &report, &options);
	doc = json_loads(text, 0, &error);
	assert_non_null(doc);
	assert_true(json_is_null(json_object_get(
		json_array_get(json_object_get(doc, "events"), 0), "value")));
	json_decref(doc);
	report_done(&report);
	fixture_done(&f);
}

static void a_full_disk_is_an_error(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(shows); i++) {
		struct view_state v = { .options = shows[i].options };
		struct err err = { 0 };
		struct fixture f;
		struct report report;
		int begun, emitted;

		fixture_init(&f);
		scenes[0].make(&f);
		report = fixture_report(&f);
		v.options.out = fopen("/dev/full", "w");
		assert_non_null(v.options.out);
		begun = shows[i].view->begin(&v, &f.about, &err);
		emitted = shows[i].view->emit(&v, &report, &err);
		shows[i].view->end(&v, &err);
		assert_true(begun < 0 || emitted < 0);
		assert_non_null(strstr(err.what, "cannot write"));
		fclose(v.options.out);
		report_done(&report);
		fixture_done(&f);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_scene_looks_as_agreed),
		cmocka_unit_test(narrow_text_fits),
		cmocka_unit_test(every_state_shows_in_every_view),
		cmocka_unit_test(scaled_shows_in_every_view),
		cmocka_unit_test(json_is_one_valid_document),
		cmocka_unit_test(perf_json_is_valid_line_by_line),
		cmocka_unit_test(csv_and_json_say_the_same),
		cmocka_unit_test(what_is_not_finite_is_null_in_json),
		cmocka_unit_test(a_full_disk_is_an_error),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
