/*
 * The page of each scene: what is in it, and what must not be.  With PAGES=DIR
 * the pages are written there, for who can look at them.
 */
#include "report/comparison/comparison.h"

#include "comparison_scenes.h"
#include "unit.h"

#include "base/auto.h"
#include "base/xalloc.h"

#include <errno.h>
#include <string.h>

static const struct comparison_scene *scene_named(const char *name)
{
	for (const struct comparison_scene *s = comparison_scenes; s->name; s++)
		if (!strcmp(s->name, name))
			return s;
	fail_msg("no scene '%s'", name);
	return NULL;
}

static size_t times(const char *text, const char *part)
{
	size_t n = 0;

	for (; (text = strstr(text, part)); text += strlen(part))
		n++;
	return n;
}

static void has(const char *scene, const char *page, const char *part)
{
	if (!strstr(page, part))
		fail_msg("%s: no '%s'", scene, part);
}

static void every_page_is_written(void **state)
{
	const char *dir = getenv("PAGES");

	(void)state;
	for (const struct comparison_scene *s = comparison_scenes; s->name;
	     s++) {
		AUTO_FREE char *page = scene_report_show(s, &comparison_html);
		size_t n = strlen(page);

		assert_memory_equal(page, "<!DOCTYPE html>\n", 16);
		assert_string_equal(page + n - 8, "</html>\n");
		if (dir) {
			AUTO_FREE char *path =
				xasprintf("%s/%s.html", dir, s->name);
			FILE *f = fopen(path, "w");

			assert_non_null(f);
			assert_true(fputs(page, f) >= 0);
			assert_int_equal(fclose(f), 0);
		}
	}
}

/* Elements are as many as there are things to show. */
static void every_quantity_and_run_is_there(void **state)
{
	(void)state;
	for (const struct comparison_scene *scene = comparison_scenes;
	     scene->name; scene++) {
		AUTO_FREE char *page =
			scene_report_show(scene, &comparison_html);
		struct scene_report s;
		size_t rows;

		scene_report_make(&s, scene);
		rows = s.comparison.nquantities * (s.comparison.nsubjects - 1);
		assert_int_equal(times(page, "<svg class=\"forest\""), rows);
		assert_int_equal(times(page, "class=\"verdict\""), rows);
		if (strcmp(scene->name, "hostile") != 0)
			assert_int_equal(times(page, "<g class=\"run "),
					 s.report.nruns);
		assert_int_equal(times(page, "fail if <code>"),
				 s.report.ngates);
		scene_report_done(&s);
	}
}

static void nothing_from_outside_is_markup(void **state)
{
	AUTO_FREE char *page =
		scene_report_show(scene_named("hostile"), &comparison_html);

	(void)state;
	assert_int_equal(times(page, "<script"), 0);
	assert_int_equal(times(page, "<img"), 0);
	assert_int_equal(times(page, "<b>alert"), 0);
	assert_int_equal(times(page, "&nbsp;<i><b>"), 0);
	assert_int_equal(times(page, "</title>"), 1);
	has("hostile", page, "&lt;script&gt;alert(1)&lt;/script&gt;");
	has("hostile", page, "onerror=&#39;a&#39;&gt;&quot;&amp;");
	for (const char *p = page; *p; p++)
		assert_true(*p == '\n' || (unsigned char)*p >= ' ');
	/* what turns the direction of writing, and bytes that are no UTF-8 */
	assert_int_equal(times(page, "\xe2\x80\xae"), 0);
	assert_int_equal(times(page, "\xc3("), 0);
	assert_int_equal(times(page, "\xff"), 0);
}

static void sections_are_there_when_there_is_something_in_them(void **state)
{
	static const struct {
		const char *scene, *section;
		bool there;
	} rows[] = {
		{ "worse", "why", true },
		{ "worse", "topdown", true },
		{ "worse", "limits", true },
		{ "worse", "notes", true },
		{ "worse", "distributions", true },
		{ "worse", "runs", true },
		{ "same", "topdown", false },
		{ "same", "limits", false },
		{ "same", "notes", false },
		{ "same", "distributions", true },
		{ "exact", "why", false },
		{ "exact", "runs", false },
		{ "three", "why", true },
		{ "absent", "runs", true },
		{ "hostile", "runs", false },
		{ "hostile", "provenance", true },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		AUTO_FREE char *page = scene_report_show(
			scene_named(rows[i].scene), &comparison_html);
		AUTO_FREE char *part =
			xasprintf("<section id=\"%s\"", rows[i].section);

		if (times(page, part) != rows[i].there)
			fail_msg("%s: %zu sections '%s'", rows[i].scene,
				 times(page, part), rows[i].section);
	}
}

static void answers_are_in_words(void **state)
{
	static const struct {
		const char *scene, *part;
	} rows[] = {
		{ "worse", "> worse</span>" },
		{ "worse", "\xe2\x9c\x97 fail" },
		{ "worse", "! estimated</small>" },
		{ "better", "> better</span>" },
		{ "few", "> too few runs</span>" },
		{ "few", "at least 5 runs of each are needed" },
		{ "few", "? unsure" },
		{ "few", "Interrupted" },
		{ "exact", "<small>exact</small>" },
		{ "exact", "from nothing" },
		{ "absent", "> not known</span>" },
		{ "absent", "this machine has no hardware counters" },
		{ "absent", "such builds do not compare" },
		{ "absent", "class=\"defeats\"" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		AUTO_FREE char *page = scene_report_show(
			scene_named(rows[i].scene), &comparison_html);

		has(rows[i].scene, page, rows[i].part);
	}
}

/* No coordinate is off the drawing or no number at all. */
static void drawings_have_numbers(void **state)
{
	(void)state;
	for (const struct comparison_scene *s = comparison_scenes; s->name;
	     s++) {
		AUTO_FREE char *page = scene_report_show(s, &comparison_html);

		assert_int_equal(times(page, "\"nan"), 0);
		assert_int_equal(times(page, "\"-nan"), 0);
		assert_int_equal(times(page, "\"inf"), 0);
		assert_int_equal(times(page, "\"-inf"), 0);
		assert_int_equal(times(page, "width=\"-"), 0);
		assert_int_equal(times(page, ">nan"), 0);
		assert_int_equal(times(page, ">inf"), 0);
	}
}

static void a_full_disk_is_an_error(void **state)
{
	struct comparison_style style = { .utf8 = true };
	struct scene_report s;
	struct err err = { 0 };

	(void)state;
	scene_report_make(&s, &comparison_scenes[0]);
	style.out = fopen("/dev/full", "w");
	assert_non_null(style.out);
	assert_int_equal(comparison_html.show(&s.report, &style, &err),
			 -ENOSPC);
	assert_non_null(strstr(err.what, "cannot write the result"));
	fclose(style.out);
	scene_report_done(&s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_page_is_written),
		cmocka_unit_test(every_quantity_and_run_is_there),
		cmocka_unit_test(nothing_from_outside_is_markup),
		cmocka_unit_test(
			sections_are_there_when_there_is_something_in_them),
		cmocka_unit_test(answers_are_in_words),
		cmocka_unit_test(drawings_have_numbers),
		cmocka_unit_test(a_full_disk_is_an_error),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
