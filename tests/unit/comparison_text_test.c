/*
 * What people read of comparisons, against files in tests/golden/comparison;
 * ACCEPT=1 rewrites them.
 */
#include "report/comparison/comparison.h"

#include "base/auto.h"
#include "base/cells.h"
#include "base/xalloc.h"

#include "unit.h"
#include "versus.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct {
	const char *name; /* in the file's name */
	const struct comparison_view *view;
	struct comparison_style style;
} shows[] = {
	{ "text", &comparison_text, { .fmt = { ",", "." } } },
	{ "text-40",
	  &comparison_text,
	  { .utf8 = true, .fmt = { ",", "." }, .width = 40 } },
	{ "text-60",
	  &comparison_text,
	  { .utf8 = true, .fmt = { ",", "." }, .width = 60 } },
	{ "text-80",
	  &comparison_text,
	  { .utf8 = true, .fmt = { ",", "." }, .width = 80 } },
	{ "text-160",
	  &comparison_text,
	  { .utf8 = true, .width = 160, .color = true } },
	{ "text-all",
	  &comparison_text,
	  { .utf8 = true, .width = 100, .verbose = true } },
};

static char *golden_path(const char *scene, const char *show)
{
	const char *srcdir = getenv("srcdir");

	return xasprintf("%s/tests/golden/comparison/%s.%s.out",
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
	for (const struct versus_scene *s = versus_scenes; s->name; s++) {
		struct versus v;

		versus_init(&v, s);
		for (size_t i = 0; i < ARRAY_LEN(shows); i++) {
			AUTO_FREE char *text =
				versus_show(&v, shows[i].view, &shows[i].style);
			AUTO_FREE char *path =
				golden_path(s->name, shows[i].name);
			AUTO_FREE char *golden = NULL;

			if (getenv("ACCEPT"))
				accept(path, text);
			golden = read_file(path);
			if (golden && !strcmp(golden, text))
				continue;
			print_message("# %s differs; now:\n%s\n", path, text);
			wrong++;
		}
		versus_done(&v);
	}
	assert_int_equal(wrong, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_scene_looks_as_agreed),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
