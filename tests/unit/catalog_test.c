#include "event/catalog.h"

#include "base/auto.h"
#include "base/xalloc.h"

#include "unit.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* A home of its own for each test, so that nobody's real files are read. */
struct home {
	char *dir; /* --events directories go here */
	char *own; /* $XDG_CONFIG_HOME/tacho/events */
	char *xdg;
};

static void make_dir(const char *path)
{
	assert_int_equal(mkdir(path, 0777), 0);
}

static void make_file(const char *dir, const char *name, const char *text)
{
	AUTO_FREE char *path = xasprintf("%s/%s", dir, name);
	AUTO_FCLOSE FILE *f = fopen(path, "w");

	assert_non_null(f);
	assert_true(fputs(text, f) >= 0);
}

static int set_up(void **state)
{
	struct home *h = xcalloc(1, sizeof(*h));
	char path[] = "/tmp/tacho-catalog-XXXXXX";
	AUTO_FREE char *tacho = NULL;

	assert_non_null(mkdtemp(path));
	h->dir = xstrdup(path);
	h->xdg = xasprintf("%s/config", path);
	tacho = xasprintf("%s/tacho", h->xdg);
	h->own = xasprintf("%s/events", tacho);
	make_dir(h->xdg);
	make_dir(tacho);
	make_dir(h->own);
	setenv("XDG_CONFIG_HOME", h->xdg, 1);
	*state = h;
	return 0;
}

static int tear_down(void **state)
{
	struct home *h = *state;
	AUTO_FREE char *command = xasprintf("rm -rf '%s'", h->dir);
	int r = system(command);

	free(h->dir);
	free(h->own);
	free(h->xdg);
	free(h);
	return r;
}

/* The value of key "about" of a live section. */
static const char *about(const struct catalog *c, const char *kind,
			 const char *name)
{
	const struct section *s = catalog_find(c, kind, name);

	return s ? section_get(s, "about", NULL) : NULL;
}

static void without_a_cpu_only_common_files_come(void **state)
{
	AUTO(catalog_done) struct catalog c = { 0 };

	(void)state;
	assert_int_equal(catalog_load(&c, NULL, NULL, 0, NULL), 0);
	assert_non_null(catalog_find(&c, "metric", "ipc"));
	assert_null(catalog_find(&c, "event", "ipc"));
	assert_null(catalog_find(&c, "event", "l2_miss"));
	assert_int_equal(c.nwarnings, 0);
	for (size_t i = 0; i < c.nlive; i++)
		assert_memory_equal(c.live[i]->file, "events/common/", 14);
}

static void a_known_cpu_brings_its_events(void **state)
{
	const struct cpu cpu = { .arch = CPU_ARCH_X86,
				 .vendor = "GenuineIntel",
				 .family = 6,
				 .model = 207,
				 .stepping = 2 };
	AUTO(catalog_done) struct catalog c = { 0 };
	const struct section *s;

	(void)state;
	assert_int_equal(catalog_load(&c, &cpu, NULL, 0, NULL), 0);
	assert_non_null(catalog_find(&c, "metric", "ipc"));
	s = catalog_find(&c, "event", "l2_miss");
	assert_non_null(s);
	assert_string_equal(s->file, "events/x86/spr-core.events");
	assert_string_equal(section_get(s, "raw", NULL),
			    "cpu/event=0x24,umask=0x3f/");
}

static void later_sections_replace_whole_ones_in_place(void **state)
{
	const struct home *h = *state;
	AUTO(catalog_done) struct catalog base = { 0 };
	AUTO(catalog_done) struct catalog c = { 0 };
	AUTO_FREE char *extra = xasprintf("%s/extra", h->dir);
	const char *const dirs[] = { extra };
	size_t at = 0;

	assert_int_equal(catalog_load(&base, NULL, NULL, 0, NULL), 0);
	while (strcmp(base.live[at]->name, "ipc") != 0)
		at++;

	make_dir(extra);
	make_file(h->own, "10.metrics",
		  "[metric ipc]\nabout = user's\n"
		  "[metric own]\nabout = user's\n");
	make_file(extra, "b.metrics", "[metric ipc]\nformula = b / c\n");
	make_file(extra, "a.events",
		  "[event ipc]\nabout = an event\n"
		  "[metric ipc]\nabout = overtaken\n");
	make_file(extra, "c.rules", "[rule own]\nabout = a judgement\n");
	make_file(extra, "d.rules.orig", "[rule old]\n");
	assert_int_equal(catalog_load(&c, NULL, dirs, 1, NULL), 0);
	assert_int_equal(c.nlive, base.nlive + 3);
	assert_string_equal(c.live[at]->name, "ipc");
	assert_string_equal(section_get(c.live[at], "formula", NULL), "b / c");
	assert_null(about(&c, "metric", "ipc"));
	assert_false(c.live[at]->optional);
	assert_string_equal(about(&c, "metric", "own"), "user's");
	assert_true(catalog_find(&c, "metric", "own")->optional);
	assert_string_equal(about(&c, "event", "ipc"), "an event");
	assert_string_equal(about(&c, "rule", "own"), "a judgement");
	assert_int_equal(c.all.n, base.all.n + 6);
}

static void a_broken_user_file_is_a_warning_and_its_siblings_load(void **state)
{
	const struct home *h = *state;
	AUTO(catalog_done) struct catalog c = { 0 };
	AUTO_FREE char *fifo = xasprintf("%s/pipe.events", h->own);
	AUTO_FREE char *sub = xasprintf("%s/dir.events", h->own);
	AUTO_FREE char *gone = xasprintf("%s/gone.events", h->own);

	make_file(h->own, "a.metrics", "[metric a]\nabout = good\n");
	make_file(h->own, "b.metrics", "[metric b]\nabout = lost\n[metric");
	make_file(h->own, "c.events", "[event c]\nabout = good\n");
	make_file(h->own, "d.txt", "not for us");
	make_dir(sub);
	assert_int_equal(mkfifo(fifo, 0600), 0);
	assert_int_equal(symlink("/nowhere", gone), 0);
	assert_int_equal(catalog_load(&c, NULL, NULL, 0, NULL), 0);
	assert_string_equal(about(&c, "metric", "a"), "good");
	assert_null(catalog_find(&c, "metric", "b"));
	assert_string_equal(about(&c, "event", "c"), "good");
	assert_int_equal(c.nwarnings, 2);
	assert_non_null(strstr(c.warnings[0], "b.metrics:3: ']' is missing"));
	assert_non_null(strstr(c.warnings[1], "gone.events': No such file"));
}

static void a_kind_that_nobody_reads_is_told(void **state)
{
	const struct home *h = *state;
	AUTO(catalog_done) struct catalog c = { 0 }, none = { 0 };
	const char *dirs[] = { h->own };
	struct err err = { 0 };

	make_file(h->own, "a.metrics",
		  "[metric a]\nabout = good\n[metrc b]\nabout = lost\n");
	assert_int_equal(catalog_load(&c, NULL, NULL, 0, NULL), 0);
	assert_string_equal(about(&c, "metric", "a"), "good");
	assert_int_equal(c.nwarnings, 1);
	assert_non_null(strstr(c.warnings[0], "a.metrics:3: there are no "
					      "sections [metrc ...]; did you "
					      "mean 'metric'?"));
	assert_int_equal(catalog_load(&none, NULL, dirs, 1, &err), -EINVAL);
	assert_non_null(strstr(err.what, "a.metrics:3: there are no"));
}

/* A line of a file that cannot be meant, and what is said of it. */
static void what_cannot_be_meant_is_told_with_its_line(void **state)
{
	static const struct {
		const char *text, *says;
	} wrong[] = {
		{ "[event e]\nraw = r1\nscale = abc\n",
		  ":3: [event e]: scale: expected a number" },
		{ "[constant c]\nvalue = 1,5\n",
		  ":2: [constant c]: value: expected a number" },
		{ "[constant c]\nabout = x\n",
		  ":1: [constant c]: value: expected a number" },
		{ "[formula nosuch]\nformula = cycles\n",
		  ":1: [formula nosuch]: 'nosuch' is no metric" },
		{ "[formula ipcc@cpu_atom]\nformula = cycles\n",
		  ":1: [formula ipcc@cpu_atom]: 'ipcc' is no metric; did you "
		  "mean 'ipc'?" },
		{ "[metric m]\nformula = cycles\nparent = nosuch\n",
		  ":1: [metric m]: parent 'nosuch' is no metric" },
		{ "[set s]\ntitle = x\nmetrics = ipc, nosuch\n",
		  ":3: [set s]: 'nosuch' is no metric" },
	};
	const struct home *h = *state;
	const char *dirs[] = { h->own };

	for (size_t i = 0; i < ARRAY_LEN(wrong); i++) {
		AUTO(catalog_done) struct catalog c = { 0 }, none = { 0 };
		AUTO_FREE char *text =
			xasprintf("%s[event fine]\n", wrong[i].text);
		struct err err = { 0 };

		make_file(h->own, "a.metrics", text);
		assert_int_equal(catalog_load(&none, NULL, dirs, 1, &err),
				 -EINVAL);
		assert_non_null(strstr(err.what, wrong[i].says));
		assert_int_equal(catalog_load(&c, NULL, NULL, 0, &err), 0);
		assert_int_equal(c.nwarnings, 1);
		assert_non_null(strstr(c.warnings[0], wrong[i].says));
		assert_non_null(catalog_find(&c, "event", "fine"));
		assert_null(catalog_find(&c, "event", "e"));
		assert_null(catalog_find(&c, "constant", "c"));
		assert_null(catalog_find(&c, "set", "s"));
	}
}

/* The same file serves machines of all kinds. */
static void what_another_cpu_has_is_not_wrong(void **state)
{
	const struct home *h = *state;
	AUTO(catalog_done) struct catalog c = { 0 };

	make_file(h->own, "a.metrics",
		  "[event e]\nscale = 0.5\n"
		  "[constant c]\nvalue = 1.5\n"
		  "[formula ipc@cpu_atom]\nformula = cycles\n"
		  "[formula mine]\nformula = cycles\n"
		  "[formula slots_accounted]\nformula = cycles\n"
		  "[metric mine]\nformula = cycles\nparent = other\n"
		  "[metric other]\nformula = cycles\n"
		  "[set s]\nmetrics = ipc, mine,estimated_cycles\n");
	assert_int_equal(catalog_load(&c, NULL, NULL, 0, NULL), 0);
	assert_int_equal(c.nwarnings, 0);
}

static void errors_in_a_named_directory_are_errors(void **state)
{
	const struct home *h = *state;
	AUTO_FREE char *extra = xasprintf("%s/extra", h->dir);
	const char *const dirs[] = { extra };
	struct catalog c = { .nlive = 7 };
	struct err err = { 0 };

	assert_int_equal(catalog_load(&c, NULL, dirs, 1, &err), -ENOENT);
	assert_non_null(strstr(err.what, "cannot read directory '"));
	make_dir(extra);
	make_file(extra, "a.metric", "[metric a]\nformula = cycles\n");
	assert_int_equal(catalog_load(&c, NULL, dirs, 1, &err), -ENOENT);
	assert_non_null(strstr(err.what, "/extra' is for tacho"));
	assert_non_null(strstr(err.hint, "*.metrics, *.events, *.rules, "
					 "*.screens or *.json"));
	make_file(extra, "good.events", "[event a]\n");
	make_file(extra, "bad.events", "\n\nabout = x\n");
	assert_int_equal(catalog_load(&c, NULL, dirs, 1, &err), -EINVAL);
	assert_non_null(strstr(err.what, "/extra/bad.events:3: no section "
					 "before key 'about'"));
	assert_int_equal(c.nlive, 7);
}

static void json_files_are_read_in_name_order_with_the_others(void **state)
{
	struct home *h = *state;
	AUTO(catalog_done) struct catalog c = { 0 };
	struct err err = { 0 };
	const struct section *s;

	make_file(h->dir, "a.json",
		  "[{\"MetricName\": \"one\", \"MetricExpr\": \"A\"},"
		  " {\"MetricName\": \"two\", \"MetricExpr\": \"A\"}, {}]");
	make_file(h->dir, "b.metrics", "[metric one]\nformula = cycles\n");
	make_file(h->dir, "c.json",
		  "[{\"MetricName\": \"two\", \"MetricExpr\": \"B\"}]");
	make_file(h->dir, "json", "no such name");
	assert_int_equal(
		catalog_load(&c, NULL, (const char *[]){ h->dir }, 1, &err), 0);
	s = catalog_find(&c, "metric", "one");
	assert_string_equal(section_get(s, "formula", NULL), "cycles");
	assert_false(s->optional);
	s = catalog_find(&c, "metric", "two");
	assert_string_equal(section_get(s, "expr", NULL), "B");
	assert_true(s->optional);
	assert_non_null(strstr(s->file, "/c.json"));
	assert_int_equal(c.nwarnings, 1);
	assert_non_null(strstr(c.warnings[0], "/a.json: 1 entry: neither"));
}

static void a_file_can_be_named_in_place_of_a_directory(void **state)
{
	struct home *h = *state;
	AUTO(catalog_done) struct catalog c = { 0 };
	AUTO_FREE char *json = xasprintf("%s/a.json", h->dir);
	AUTO_FREE char *metrics = xasprintf("%s/b.metrics", h->dir);
	const char *names[] = { json, metrics, "/dev/null" };
	struct err err = { 0 };

	make_file(h->dir, "a.json",
		  "[{\"MetricName\": \"one\", \"MetricExpr\": \"A\"}]");
	make_file(h->dir, "b.metrics", "[metric two]\nformula = cycles\n");
	assert_int_equal(catalog_load(&c, NULL, names, 2, &err), 0);
	assert_non_null(catalog_find(&c, "metric", "one"));
	assert_non_null(catalog_find(&c, "metric", "two"));
	catalog_done(&c);
	assert_int_equal(catalog_load(&c, NULL, names, 3, &err), -ENOTDIR);
	assert_string_equal(err.what, "cannot read directory '/dev/null': Not "
				      "a directory");
}

static void broken_json_is_an_error_or_a_warning_as_other_files(void **state)
{
	struct home *h = *state;
	AUTO(catalog_done) struct catalog c = { 0 };
	AUTO_FREE char *path = xasprintf("%s/bad.json", h->dir);
	struct err err = { 0 };

	make_file(h->own, "bad.json", "[\n{\"MetricName\": ");
	make_file(h->own, "good.json",
		  "[{\"MetricName\": \"one\", \"MetricExpr\": \"A\"}]");
	assert_int_equal(catalog_load(&c, NULL, NULL, 0, &err), 0);
	assert_int_equal(c.nwarnings, 1);
	assert_non_null(strstr(c.warnings[0], "/bad.json:2: not JSON: "));
	assert_true(catalog_find(&c, "metric", "one")->optional);
	catalog_done(&c);

	make_file(h->dir, "bad.json", "[\n{\"MetricName\": ");
	assert_int_equal(
		catalog_load(&c, NULL, (const char *[]){ path }, 1, &err),
		-EINVAL);
	assert_non_null(strstr(err.what, "/bad.json:2: not JSON: "));
}

static void the_home_directory_serves_without_xdg(void **state)
{
	const struct home *h = *state;
	AUTO_FREE char *config = xasprintf("%s/.config", h->dir);

	assert_int_equal(rename(h->xdg, config), 0);
	free(h->own);
	((struct home *)*state)->own = xasprintf("%s/tacho/events", config);
	make_file(h->own, "a.metrics", "[metric a]\n");
	setenv("HOME", h->dir, 1);
	for (int i = 0; i < 3; i++) {
		AUTO(catalog_done) struct catalog c = { 0 };

		if (i == 0)
			unsetenv("XDG_CONFIG_HOME");
		else
			setenv("XDG_CONFIG_HOME", i == 1 ? "" : "relative", 1);
		assert_int_equal(catalog_load(&c, NULL, NULL, 0, NULL), 0);
		assert_non_null(catalog_find(&c, "metric", "a"));
	}
}

static void a_file_that_is_too_large_is_refused(void **state)
{
	const struct home *h = *state;
	AUTO(catalog_done) struct catalog c = { 0 };
	AUTO_FREE char *path = xasprintf("%s/big.events", h->own);

	make_file(h->own, "big.events", "\n");
	assert_int_equal(truncate(path, 64 * 1024 * 1024), 0);
	assert_int_equal(catalog_load(&c, NULL, NULL, 0, NULL), 0);
	assert_int_equal(c.nwarnings, 1);
	assert_non_null(strstr(c.warnings[0], "too many bytes"));
}

#define WITH_HOME(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		WITH_HOME(without_a_cpu_only_common_files_come),
		WITH_HOME(a_known_cpu_brings_its_events),
		WITH_HOME(later_sections_replace_whole_ones_in_place),
		WITH_HOME(
			a_broken_user_file_is_a_warning_and_its_siblings_load),
		WITH_HOME(a_kind_that_nobody_reads_is_told),
		WITH_HOME(what_cannot_be_meant_is_told_with_its_line),
		WITH_HOME(what_another_cpu_has_is_not_wrong),
		WITH_HOME(errors_in_a_named_directory_are_errors),
		WITH_HOME(json_files_are_read_in_name_order_with_the_others),
		WITH_HOME(a_file_can_be_named_in_place_of_a_directory),
		WITH_HOME(broken_json_is_an_error_or_a_warning_as_other_files),
		WITH_HOME(the_home_directory_serves_without_xdg),
		WITH_HOME(a_file_that_is_too_large_is_refused),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
