/*
 * The files of events/ themselves: every one loads on any machine, whatever
 * CPU it is for, and says in words what it is about.
 */
#include "event/builtin.h"
#include "event/catalog.h"

#include "base/auto.h"
#include "base/rootfs.h"
#include "base/vec.h"
#include "event/cachegrind.h"
#include "event/cpumap.h"
#include "event/resolve.h"
#include "metric/metric.h"

#include "fixture_events.h"
#include "unit.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static bool is_common(const struct builtin_file *b)
{
	return !strncmp(builtin_path(b), "common/", 7);
}

/* For one counter source only; not for a CPU. */
static bool is_of_source(const struct builtin_file *b)
{
	return !strncmp(builtin_path(b), "source/", 7);
}

/* Is @name in a list of words that @words holds? */
static bool is_word_of(const char *words, const char *name)
{
	size_t len = strlen(name);

	for (const char *p = words; *p; p += strspn(p, " ")) {
		size_t n = strcspn(p, " ");

		if (n == len && !memcmp(p, name, n))
			return true;
		p += n;
	}
	return false;
}

static void every_file_loads_and_has_known_sections(void **state)
{
	static const char kinds[] = "metric formula event constant set rule "
				    "verdict input remark screen";

	(void)state;
	assert_true(builtin_nfiles >= 3);
	for (size_t i = 0; i < builtin_nfiles; i++) {
		AUTO(section_list_done) struct section_list list = { 0 };

		builtin_load(&builtin_files[i], &list);
		assert_true(list.n > 0);
		for (size_t k = 0; k < list.n; k++)
			if (!is_word_of(kinds, list.items[k]->kind))
				fail_msg("%s:%d: what is a '%s'?",
					 list.items[k]->file,
					 list.items[k]->line,
					 list.items[k]->kind);
	}
}

/* Each file's metrics beside those of common/, as they will be loaded. */
static void every_metric_is_good_and_explained(void **state)
{
	static const char *const needed[] = { "title",  "unit",   "label",
					      "digits", "better", "about" };
	AUTO(section_list_done) struct section_list list = { 0 };
	AUTO(metric_list_done) struct metric_list metrics = { 0 };
	struct catalog c = { 0 };
	struct err err = { 0 };

	(void)state;
	for (size_t i = 0; i < builtin_nfiles; i++)
		builtin_load(&builtin_files[i], &list);
	for (size_t i = 0; i < list.n; i++) {
		const struct section *s = list.items[i];

		if (strcmp(s->kind, "metric") != 0)
			continue;
		VEC_PUSH(c.live, c.nlive, s);
		for (size_t k = 0; k < ARRAY_LEN(needed); k++)
			if (!section_get(s, needed[k], NULL))
				fail_msg("%s:%d: [metric %s] has no %s",
					 s->file, s->line, s->name, needed[k]);
	}
	if (metric_load(&c, &metrics, &err) < 0)
		fail_msg("%s", err.what);
	assert_true(metrics.n >= 25);
	for (size_t i = 0; i < metrics.n; i++) {
		const struct metric *m = &metrics.items[i];
		bool found = false;

		for (size_t k = 0; k < m->ninputs; k++)
			found |= !strcmp(m->inputs[k], m->beside);
		found |= !m->formula;
		if (!found || strlen(m->about) < 40)
			fail_msg("%s:%d: [metric %s]: beside is no input, or "
				 "about says little",
				 m->file, m->line, m->name);
		if (m->has_range && m->threshold_op)
			assert_true(m->threshold > m->lo &&
				    m->threshold < m->hi);
	}
	free(c.live);
}

/* A sum of columns; or none, and a reason. */
static bool is_spelt_for_cachegrind(const struct section *s)
{
	const char *text = section_get(s, "cachegrind", NULL);
	struct err err = { 0 };
	uint32_t columns;

	if (!text)
		return false;
	if (strcmp(text, "none") == 0)
		return section_get(s, "note", NULL) != NULL;
	if (cachegrind_columns_parse(text, &columns, &err) < 0)
		fail_msg("%s:%d: %s", s->file, s->line, err.what);
	return true;
}

static void every_event_is_explained_and_spelt(void **state)
{
	static const char keys[] = "about vendor pfm pfm_differs raw otherwise "
				   "cachegrind unit scale note";
	size_t n = 0;

	(void)state;
	for (size_t i = 0; i < builtin_nfiles; i++) {
		AUTO(section_list_done) struct section_list list = { 0 };

		builtin_load(&builtin_files[i], &list);
		for (size_t k = 0; k < list.n; k++) {
			const struct section *s = list.items[k];
			const char *about = section_get(s, "about", NULL);

			if (strcmp(s->kind, "event") != 0)
				continue;
			n++;
			if (!about || strlen(about) < 20 ||
			    (!section_get(s, "raw", NULL) &&
			     !section_get(s, "pfm", NULL) &&
			     !is_spelt_for_cachegrind(s)))
				fail_msg("%s:%d: [event %s] needs about, and "
					 "pfm, raw or cachegrind",
					 s->file, s->line, s->name);
			for (size_t j = 0; j < s->n; j++) {
				struct section_entry e = section_entry(s, j);

				if (!is_word_of(keys, e.key))
					fail_msg("%s:%d: what is '%s'?",
						 s->file, e.line, e.key);
			}
		}
	}
	assert_true(n > 0);
}

static void the_map_names_every_file_and_no_other(void **state)
{
	struct err err = { 0 };
	char **files = NULL;
	size_t n = 0, found = 0, expected = 0;

	(void)state;
	if (cpumap_match("events/cpus.map", builtin_map, builtin_map_len, NULL,
			 &files, &n, &err) < 0)
		fail_msg("%s", err.what);
	for (size_t i = 0; i < builtin_nfiles; i++) {
		const struct builtin_file *b = &builtin_files[i];

		if (is_common(b) || is_of_source(b))
			continue;
		expected++;
		for (size_t k = 0; k < n; k++)
			found += !strcmp(files[k], builtin_path(b));
	}
	assert_int_equal(found, expected);
	assert_int_equal(n, expected);
	rootfs_free_names(files, n);
}

/*
 * A formula calls an event what the chain calls it, or it is never computed.
 * These are the metrics that any CPU can have.
 */
static void every_basic_metric_meets_its_events(void **state)
{
	static const char names[] =
		"task-clock,cpu-clock,context-switches,cpu-migrations,"
		"page-faults,minor-faults,major-faults,"
		"cycles,instructions,branches,branch-misses,"
		"cache-references,cache-misses,"
		"stalled-cycles-frontend,stalled-cycles-backend,"
		"L1-dcache-loads,L1-dcache-load-misses,"
		"L1-icache-loads,L1-icache-load-misses,"
		"LLC-loads,LLC-load-misses,dTLB-loads,dTLB-load-misses,"
		"iTLB-loads,iTLB-load-misses,l2_reference,l2_miss";
	struct rootfs root = { .prefix = unit_machine("skx-2s") };
	AUTO(resolver_freep) struct resolver *r = resolver_new(&root, NULL, 0);
	AUTO(event_list_done) struct event_list events = { 0 };
	AUTO(catalog_done) struct catalog c = { 0 };
	AUTO(metric_list_done) struct metric_list metrics = { 0 };
	AUTO(metric_uses_done) struct metric_uses uses = { 0 };
	struct err err = { 0 };
	size_t n = 0;

	(void)state;
	if (resolve_text(r, names, &events, &err) < 0)
		fail_msg("%s", err.what);
	assert_int_equal(catalog_load(&c, NULL, NULL, 0, NULL), 0);
	assert_int_equal(metric_load(&c, &metrics, NULL), 0);
	metric_bind(&metrics, &events, &uses);
	for (size_t i = 0; i < metrics.n; i++) {
		const struct metric *m = &metrics.items[i];
		bool found = false;

		if (!strstr(m->file, "/basic.metrics"))
			continue;
		n++;
		for (size_t k = 0; k < uses.n; k++)
			found |= uses.items[k].metric == m;
		if (!found)
			fail_msg("%s:%d: [metric %s] meets no events", m->file,
				 m->line, m->name);
	}
	assert_int_equal(uses.n, n);
}

/* A file of the tree; NULL where the tests run without it. */
static char *tree_file(const char *name)
{
	const char *srcdir = getenv("srcdir");
	struct rootfs here = { .prefix = "" };
	char *text = NULL;

	return rootfs_read(&here, &text, "%s/%s", srcdir ? srcdir : ".", name) <
			       0
		       ? NULL
		       : text;
}

static void assert_same_section(const struct section *a,
				const struct section *b)
{
	assert_string_equal(a->kind, b->kind);
	assert_string_equal(a->name, b->name);
	assert_string_equal(a->file, b->file);
	assert_int_equal(a->line, b->line);
	assert_int_equal(a->n, b->n);
	for (size_t i = 0; i < a->n; i++) {
		struct section_entry x = section_entry(a, i);
		struct section_entry y = section_entry(b, i);

		assert_string_equal(x.key, y.key);
		assert_string_equal(x.value, y.value);
		assert_int_equal(x.line, y.line);
	}
}

/* What cut them up when the program was built is not what reads a user's. */
static void what_was_compiled_in_is_what_reading_the_files_gives(void **state)
{
	size_t n = 0;

	(void)state;
	for (size_t i = 0; i < builtin_nfiles; i++) {
		const struct builtin_file *b = &builtin_files[i];
		AUTO(section_list_done) struct section_list in = { 0 };
		AUTO(section_list_done) struct section_list read = { 0 };
		AUTO_FREE char *text = tree_file(b->name);
		struct err err = { 0 };

		if (!text)
			continue;
		n++;
		builtin_load(b, &in);
		if (section_parse(&read, b->name, text, strlen(text), &err) < 0)
			fail_msg("%s", err.what);
		assert_int_equal(in.n, read.n);
		for (size_t k = 0; k < in.n; k++) {
			assert_true(in.items[k]->builtin);
			assert_same_section(in.items[k], read.items[k]);
		}
	}
	if (!n) {
		print_message("the files of events/ are not here\n");
		skip();
	}
	assert_int_equal(n, builtin_nfiles);
}

static void the_map_was_compiled_in_as_it_is(void **state)
{
	AUTO_FREE char *text = tree_file("events/cpus.map");

	(void)state;
	if (!text) {
		print_message("the files of events/ are not here\n");
		skip();
	}
	assert_int_equal(strlen(builtin_map), builtin_map_len);
	/* rootfs_read() drops the last newline */
	assert_int_equal(strlen(text) + 1, builtin_map_len);
	assert_memory_equal(text, builtin_map, builtin_map_len - 1);
}

/* Leaving out what no event is part of must not change what is derived. */
static void fewer_metrics_bind_the_same(void **state)
{
	static const char *const lists[][3] = {
		{ "task_clock", "context_switches", "page_faults" },
		{ "cycles", "instructions", "branch_misses" },
		{ "cache_misses", "cache_references", "instructions" },
		{ "dummy", "cycles", "branches" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(lists) / sizeof(lists[0]); i++) {
		struct metric_list all = { 0 }, some = { 0 };
		struct metric_uses of_all = { 0 }, of_some = { 0 };
		struct event_list events = { 0 };
		struct catalog catalog;
		struct err err = { 0 };

		assert_int_equal(catalog_load(&catalog, NULL, NULL, 0, &err),
				 0);
		for (size_t k = 0; k < 3; k++)
			fixture_add(&events, fixture_software(lists[i][k], k));
		assert_int_equal(metric_load(&catalog, &all, &err), 0);
		assert_int_equal(metric_load_for(&catalog, &events, NULL, 0,
						 &some, &err),
				 0);
		assert_true(some.n < all.n);
		metric_bind(&all, &events, &of_all);
		metric_bind(&some, &events, &of_some);
		assert_int_equal(of_all.n, of_some.n);
		for (size_t k = 0; k < of_all.n; k++)
			assert_string_equal(of_all.items[k].metric->name,
					    of_some.items[k].metric->name);
		metric_uses_done(&of_all);
		metric_uses_done(&of_some);
		metric_list_done(&all);
		metric_list_done(&some);
		event_list_done(&events);
		catalog_done(&catalog);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(fewer_metrics_bind_the_same),
		cmocka_unit_test(every_file_loads_and_has_known_sections),
		cmocka_unit_test(every_metric_is_good_and_explained),
		cmocka_unit_test(every_event_is_explained_and_spelt),
		cmocka_unit_test(the_map_names_every_file_and_no_other),
		cmocka_unit_test(every_basic_metric_meets_its_events),
		cmocka_unit_test(
			what_was_compiled_in_is_what_reading_the_files_gives),
		cmocka_unit_test(the_map_was_compiled_in_as_it_is),
	};

	/* the tree's own files, not those of who runs this */
	setenv("XDG_CONFIG_HOME", "/nonexistent", 1);
	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
