/*
 * What people read of comparisons, against files in tests/golden/comparison;
 * ACCEPT=1 rewrites them.
 */
#include "report/comparison/comparison.h"

#include "base/auto.h"
#include "base/cells.h"
#include "base/strbuf.h"
#include "base/xalloc.h"
#include "report/comparison/choose.h"

#include "unit.h"
#include "versus.h"

#include <errno.h>
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
	{ "markdown", &comparison_markdown, { .fmt = { ",", "." } } },
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

/* ---- any terminal ---- */

static void lines_fit_any_terminal(void **state)
{
	(void)state;
	for (const struct versus_scene *s = versus_scenes; s->name; s++) {
		struct versus v;

		versus_init(&v, s);
		for (int width = 40; width <= 180; width++) {
			const struct comparison_style style = {
				.utf8 = width % 2,
				.width = width,
				.verbose = width % 3 == 0,
			};
			AUTO_FREE char *text =
				versus_show(&v, &comparison_text, &style);
			char *rest = text;

			for (char *line; (line = strsep(&rest, "\n"));)
				if (cells_width(line) > width)
					fail_msg("%s, %d columns: %s", s->name,
						 width, line);
		}
		versus_done(&v);
	}
}

/* Where nothing fits, nothing breaks either. */
static void no_terminal_is_too_narrow(void **state)
{
	(void)state;
	for (const struct versus_scene *s = versus_scenes; s->name; s++) {
		struct versus v;

		versus_init(&v, s);
		for (int width = 1; width < 40; width++) {
			const struct comparison_style style = {
				.utf8 = width % 2, .width = width
			};
			AUTO_FREE char *text =
				versus_show(&v, &comparison_text, &style);

			assert_true(strlen(text) > 100);
		}
		versus_done(&v);
	}
}

/* Also where the names are too long to be seen as they are. */
static void subjects_are_told_apart(void **state)
{
	const struct comparison_style style = { .utf8 = true, .width = 60 };
	AUTO_FREE char *text = NULL;
	struct versus v;

	(void)state;
	versus_init(&v, &versus_scenes[1]);
	compare_name(&v.c, 0, "/home/me/build-a/bin/program");
	compare_name(&v.c, 1, "/home/me/build-b/bin/program");
	text = versus_show(&v, &comparison_text, &style);
	/* what all begin with is left out first */
	assert_non_null(strstr(text, " …a/bin…gram "));
	assert_non_null(strstr(text, " …b/bin…gram "));
	free(TAKE_PTR(text));
	compare_name(&v.c, 0, "program that takes -1 arguments and more");
	compare_name(&v.c, 1, "program that takes -2 arguments and more");
	text = versus_show(&v, &comparison_text, &style);
	assert_non_null(strstr(text, " …1 arg…more "));
	versus_done(&v);
}

/* Without "\033[...m", which only colours are. */
static char *without_color(const char *text)
{
	struct strbuf b = { 0 };

	for (; *text; text++) {
		if (*text != '\033') {
			strbuf_putc(&b, *text);
			continue;
		}
		assert_int_equal(text[1], '[');
		for (text += 2; *text != 'm'; text++)
			assert_non_null(strchr("0123456789;", *text));
	}
	return strbuf_detach(&b);
}

static void color_is_never_the_only_carrier(void **state)
{
	(void)state;
	for (const struct versus_scene *s = versus_scenes; s->name; s++) {
		struct comparison_style style = { .utf8 = true, .width = 100 };
		AUTO_FREE char *plain = NULL;
		AUTO_FREE char *colored = NULL;
		AUTO_FREE char *stripped = NULL;
		struct versus v;

		versus_init(&v, s);
		plain = versus_show(&v, &comparison_text, &style);
		style.color = true;
		colored = versus_show(&v, &comparison_text, &style);
		stripped = without_color(colored);
		assert_string_equal(stripped, plain);
		assert_true(strlen(colored) > strlen(plain));
		versus_done(&v);
	}
}

static void no_text_of_others_reaches_the_terminal_as_it_is(void **state)
{
	(void)state;
	for (size_t i = 0; i < 4; i++) {
		const struct comparison_style style = { .utf8 = i & 1,
							.width = 80,
							.verbose = true };
		const struct comparison_view *view =
			i & 2 ? &comparison_markdown : &comparison_text;

		for (const struct versus_scene *s = versus_scenes; s->name;
		     s++) {
			AUTO_FREE char *text = NULL;
			AUTO_FREE char *clean = NULL;
			struct versus v;

			versus_init(&v, s);
			text = versus_show(&v, view, &style);
			for (char *p = text; *p; p++)
				if (*p == '\n')
					*p = ' ';
			/* what is clean stays as it is */
			clean = cells_cleaned(text, style.utf8 || i & 2);
			assert_string_equal(clean, text);
			versus_done(&v);
		}
	}
}

/* ---- markdown ---- */

/* Columns of a row of a table; what is in code or behind a \ is no bar. */
static size_t bars(const char *line)
{
	size_t n = 0;

	for (; *line; line++) {
		if (*line == '\\' && line[1])
			line++;
		else
			n += *line == '|';
	}
	return n;
}

static void rows_of_tables_have_all_columns(void **state)
{
	const struct comparison_style style = { .verbose = true };

	(void)state;
	for (const struct versus_scene *s = versus_scenes; s->name; s++) {
		AUTO_FREE char *text = NULL;
		size_t columns = 0;
		char *rest;
		struct versus v;

		versus_init(&v, s);
		text = versus_show(&v, &comparison_markdown, &style);
		rest = text;
		for (char *line; (line = strsep(&rest, "\n"));) {
			if (*line != '|') {
				columns = 0;
				continue;
			}
			if (!columns)
				columns = bars(line);
			if (bars(line) != columns)
				fail_msg("%zu bars: %s", columns, line);
		}
		versus_done(&v);
	}
}

/* Outside of code only the tags that we write. */
static void no_tag_comes_from_a_name(void **state)
{
	static const char *const ours[] = { "<details>", "</details>",
					    "<summary>", "</summary>",
					    "<!-- -->" };
	const struct comparison_style style = { 0 };
	AUTO_FREE char *text = NULL;
	size_t fence = 0;
	struct versus v;

	(void)state;
	for (const struct versus_scene *s = versus_scenes; s->name; s++)
		if (!strcmp(s->name, "hostile"))
			versus_init(&v, s);
	text = versus_show(&v, &comparison_markdown, &style);
	for (const char *p = text; *p; p++) {
		size_t ticks = strspn(p, "`");
		bool known = false;

		if (*p == '\\' && !fence) {
			p++;
			continue;
		}
		if (ticks && (!fence || fence == ticks))
			fence = fence ? 0 : ticks;
		p += ticks ? ticks - 1 : 0;
		if (*p != '<' || fence)
			continue;
		for (size_t i = 0; i < ARRAY_LEN(ours); i++)
			known |= !strncmp(p, ours[i], strlen(ours[i]));
		if (!known)
			fail_msg("a tag: %.40s", p);
	}
	assert_int_equal(fence, 0);
	versus_done(&v);
}

/* ---- words ---- */

static void headlines_claim_what_is_significant(void **state)
{
	static const struct {
		const char *scene, *metric, *headline;
		size_t subject;
	} rows[] = {
		{ "worse", "time",
		  "new is 4.1 % slower [3.8, 4.3], because of DRAM stalls", 1 },
		{ "worse", "time", "old is the reference", 0 },
		{ "worse", "ipc",
		  "new has 4.3 % lower instructions per cycle [4.2, 4.4], "
		  "worse",
		  1 },
		{ "three", "max_rss",
		  "clang -O2 has 50.0 % more peak memory [49.8, 50.1]", 2 },
		{ "worse", "user_time",
		  "new has 4.6 % more time in the program [4.3, 5.0]", 1 },
		{ "worse", "cycles", "new has 4.8 % more cycles [4.6, 5.0]",
		  1 },
		{ "worse", "instructions",
		  "new: +0.20 % instructions [+0.19, +0.20], less than the 1 % "
		  "that counts",
		  1 },
		{ "worse", "max_rss",
		  "new: no difference in peak memory [-0.1, +0.1] %", 1 },
		{ "worse", "nothing",
		  "new: nothing called 'nothing' was measured", 1 },
		{ "better", "time",
		  "new takes 17.5 % less time [17.2, 17.8], because of fewer "
		  "instructions",
		  1 },
		{ "same", "time", "new: no difference in time [-0.3, +0.3] %",
		  1 },
		{ "unclear", "time",
		  "new: no difference in time seen [-9, +15] %, which does not "
		  "rule one out",
		  1 },
		{ "few", "time",
		  "new: too few runs to tell whether time differs: at least 5 "
		  "runs of each are needed",
		  1 },
		{ "few", "instructions",
		  "new: too few runs to tell whether instructions differ: at "
		  "least 5 runs of each are needed",
		  1 },
		{ "exact", "time", "new has exactly 2.00 % more instructions",
		  1 },
		{ "exact", "branches", "new: exactly the same branches", 1 },
		{ "exact", "D1mr",
		  "new: exactly +0.0066 % D1mr, less than the 1 % that counts",
		  1 },
		{ "exact", "branch-misses",
		  "new has exactly 12 more branch-misses, from nothing", 1 },
		{ "three", "time",
		  "clang -O2 takes 2.30 times as long [2.30, 2.31], because of "
		  "more cycles per instruction",
		  2 },
		{ "absent", "cycles",
		  "new: cycles are not known: this machine has no counters: a "
		  "hypervisor hides them",
		  1 },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		for (const struct versus_scene *s = versus_scenes; s->name;
		     s++) {
			AUTO_FREE char *headline = NULL;
			struct versus v;

			if (strcmp(s->name, rows[i].scene) != 0)
				continue;
			versus_init(&v, s);
			v.r.metric = rows[i].metric;
			headline = comparison_headline(&v.r, rows[i].subject);
			assert_string_equal(headline, rows[i].headline);
			versus_done(&v);
		}
	}
}

/* The cause is left out when what stands for it did not change. */
/* Beside a time that cannot tell; @more: of @base, in the second. */
static void assert_beside(const char *name, const char *base, double more,
			  double spread, const char *doubt, const char *beside)
{
	const char *first = "new: no difference in time seen [-9, +15] %, "
			    "which does not rule one out";
	const struct versus_scene *scene = versus_scenes;
	struct compare_kind kind = { .name = name,
				     .base = base,
				     .better = METRIC_LOWER };
	AUTO_FREE char *line = NULL;
	struct versus v;
	struct err err;
	size_t q;

	while (strcmp(scene->name, "unclear") != 0)
		scene++;
	versus_init(&v, scene);
	q = compare_add_quantity(&v.c, &kind);
	for (size_t i = 0; i < v.runs; i++) {
		double d = spread * ((double)(i % 5) - 2.0);

		compare_add_sample(&v.c, q, 0, i, 1e6 * (1.0 + d));
		compare_add_sample(&v.c, q, 1, i,
				   1e6 * (1.0 + more) * (1.0 + d));
	}
	assert_int_equal(compare_compute(&v.c, &err), 0);
	if (doubt) {
		v.r.doubts = v.doubts;
		v.doubts[2 * q + 1] = xstrdup(doubt);
	}
	line = comparison_headline(&v.r, 1);
	assert_int_equal(strncmp(line, first, strlen(first)), 0);
	assert_string_equal(line + strlen(first), beside);
	versus_done(&v);
}

static void what_is_more_precise_is_told_beside_time(void **state)
{
	(void)state;
	assert_beside("task-clock", "task_clock", 0.02, 0.001, NULL,
		      "; but it takes 2.00 % more processor time [2.00, "
		      "2.00]");
	assert_beside("instructions", "instructions", -0.1, 0.001, NULL,
		      "; but it executes 10.00 % fewer instructions [10.00, "
		      "10.00]");
	assert_beside("task-clock", "task_clock", 0.0001, 0.001, NULL,
		      "; less than 1 % difference in processor time [+0.01, "
		      "+0.01]");
	/* not where it cannot tell either, or is not to be relied on */
	assert_beside("task-clock", "task_clock", 0.02, 0.0, "estimated", "");
	assert_beside("cache-misses", "cache_misses", 0.5, 0.001, NULL, "");
}

static void a_cause_that_is_not_significant_is_not_told(void **state)
{
	static const struct {
		const char *names[3]; /* that did not change */
		const char *end;
	} rows[] = {
		{ { "dram_bound" }, "because of more cycles per instruction" },
		{ { "dram_bound", "ipc" }, "[3.8, 4.3]" },
		{ { "max_rss" }, "because of DRAM stalls" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		AUTO_FREE char *headline = NULL;
		struct versus v;

		versus_init(&v, &versus_scenes[0]);
		for (size_t k = 0; rows[i].names[k]; k++) {
			size_t q = compare_find(&v.c, rows[i].names[k]);

			v.c.quantities[q].results[1].mark = COMPARE_SAME;
		}
		headline = comparison_headline(&v.r, 1);
		if (strlen(headline) < strlen(rows[i].end) ||
		    strcmp(headline + strlen(headline) - strlen(rows[i].end),
			   rows[i].end) != 0)
			fail_msg("%s", headline);
		versus_done(&v);
	}
}

static void what_is_left_is_counted(void **state)
{
	struct versus v;
	struct choice some, all;
	AUTO_FREE char *words = NULL;
	AUTO_FREE char *none = NULL;

	(void)state;
	versus_init(&v, &versus_scenes[0]);
	some = choice_of(&v.r, false);
	all = choice_of(&v.r, true);
	assert_int_equal(some.n + some.nothers, v.c.nquantities);
	assert_int_equal(all.n, v.c.nquantities);
	words = choice_rest_words(&some);
	none = choice_rest_words(&all);
	assert_string_equal(words, "6 more numbers do not differ");
	assert_string_equal(none, "");
	choice_done(&some);
	choice_done(&all);
	versus_done(&v);
}

static void a_full_disk_is_an_error(void **state)
{
	const struct comparison_view *const views[] = { &comparison_text,
							&comparison_markdown };
	struct versus v;

	(void)state;
	versus_init(&v, &versus_scenes[0]);
	for (size_t i = 0; i < ARRAY_LEN(views); i++) {
		struct comparison_style style = { .out = fopen("/dev/full",
							       "w") };
		struct err err = { 0 };

		assert_non_null(style.out);
		assert_int_equal(views[i]->show(&v.r, &style, &err), -ENOSPC);
		assert_non_null(strstr(err.what, "cannot write the result"));
		fclose(style.out);
	}
	versus_done(&v);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_scene_looks_as_agreed),
		cmocka_unit_test(lines_fit_any_terminal),
		cmocka_unit_test(no_terminal_is_too_narrow),
		cmocka_unit_test(subjects_are_told_apart),
		cmocka_unit_test(color_is_never_the_only_carrier),
		cmocka_unit_test(
			no_text_of_others_reaches_the_terminal_as_it_is),
		cmocka_unit_test(rows_of_tables_have_all_columns),
		cmocka_unit_test(no_tag_comes_from_a_name),
		cmocka_unit_test(headlines_claim_what_is_significant),
		cmocka_unit_test(what_is_more_precise_is_told_beside_time),
		cmocka_unit_test(a_cause_that_is_not_significant_is_not_told),
		cmocka_unit_test(what_is_left_is_counted),
		cmocka_unit_test(a_full_disk_is_an_error),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
