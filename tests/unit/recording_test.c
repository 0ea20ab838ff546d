/*
 * Recordings: what is written is read again, to the last count and in every
 * view.
 */
#include "saved.h"

#include "schema.h"
#include "unit.h"

#include "base/auto.h"
#include "base/xalloc.h"

#include <errno.h>
#include <string.h>

static const struct view *const views[] = {
	&view_text,     &view_csv,      &view_json,
	&view_markdown, &view_perf_csv, &view_perf_json,
};

static void assert_shown_alike(struct original *o, struct recording *r)
{
	struct report_about about = o->f.about;
	struct report_options options = o->f.options;

	if (about.cgroups)
		about.cgroups = r->target.cgroups;
	about.argv = r->target.argv;
	about.binaries = r->binaries;
	about.nbinaries = r->nbinaries;
	if (r->has_topology)
		options.topology = &r->topology;
	for (size_t i = 0; i < ARRAY_LEN(views); i++) {
		AUTO_FREE char *before = saved_show(
			views[i], &o->f.about, &o->f.series, &o->f.options);
		AUTO_FREE char *after =
			saved_show(views[i], &about, &r->series, &options);

		assert_string_equal(after, before);
	}
}

static void every_scene_is_shown_as_it_was(void **unused)
{
	(void)unused;
	for (const struct scene *s = scenes; s->name; s++) {
		struct original o;
		AUTO(recording_freep) struct recording *r = NULL;
		struct err err = { 0 };

		if (s->intervals)
			continue;
		original_init(&o, s);
		original_save(&o);
		r = saved_load(saved_path);
		assert_int_equal(
			recording_load_catalog(r, false, NULL, 0, &err), 0);
		assert_int_equal(recording_bind(r, NULL, 0, &err), 0);
		/* the fixture's own, which no catalog has */
		facts_set(&r->facts, "pipeline_width", 16.0);
		assert_shown_alike(&o, r);
		original_done(&o);
	}
}

static void every_count_is_exact(void **unused)
{
	const uint64_t counts[] = { 0, 1, INT64_MAX, (uint64_t)INT64_MAX + 1,
				    UINT64_MAX };
	AUTO(recording_freep) struct recording *r = NULL;
	struct original o;
	struct reading *reading;

	(void)unused;
	original_init(&o, saved_scene("plain"));
	for (size_t i = 0; i < ARRAY_LEN(counts); i++) {
		reading = snapshot_at(&o.f.series.runs[0].total, i, 0);
		reading->raw = counts[i];
		reading->enabled_ns = counts[i] / 2;
		reading->running_ns = counts[i] / 3;
	}
	o.r.started_at = 0.1;
	original_save(&o);
	r = saved_load(saved_path);
	assert_true(r->started_at == 0.1);
	for (size_t i = 0; i < ARRAY_LEN(counts); i++) {
		reading = snapshot_at(&r->series.runs[0].total, i, 0);
		assert_true(reading->raw == counts[i]);
		assert_true(reading->enabled_ns == counts[i] / 2);
		assert_true(reading->running_ns == counts[i] / 3);
	}
	original_done(&o);
}

static void every_state_is_kept(void **unused)
{
	AUTO(recording_freep) struct recording *r = NULL;
	const struct snapshot *a, *b;
	struct original o;

	(void)unused;
	original_init(&o, saved_scene("per-cpu"));
	a = &o.f.series.runs[0].total;
	for (int i = 0; i < READING_STATES; i++)
		a->readings[i].state = (enum reading_state)i;
	original_save(&o);
	r = saved_load(saved_path);
	b = &r->series.runs[0].total;
	assert_int_equal(a->ncounters * a->nslots, b->ncounters * b->nslots);
	assert_true(a->ncounters * a->nslots >= READING_STATES);
	for (size_t i = 0; i < a->ncounters * a->nslots; i++)
		assert_int_equal(a->readings[i].state, b->readings[i].state);
	original_done(&o);
}

static void what_was_asked_for_is_kept(void **unused)
{
	char *pids[] = { (char[]){ "17,18" } };
	char *names[] = { (char[]){ "ipc" }, (char[]){ "gone_metric" } };
	struct metric_lack lack = { "l3_misses", (char[]){ "no such PMU" } };
	struct recording_left_out left = { .names = (char[]){ "cycles" },
					   .hardware = true };
	AUTO(recording_freep) struct recording *r = NULL;
	struct err err = { 0 };
	struct original o;

	(void)unused;
	original_init(&o, saved_scene("plain"));
	err_set(&left.why, -ENOENT, "there is none");
	err_hint(&left.why, "buy one");
	o.r.target.pids = pids;
	o.r.target.npids = 1;
	o.r.metrics = names;
	o.r.nmetrics = 2;
	o.r.lacks = &lack;
	o.r.nlacks = 1;
	o.r.left_out = &left;
	o.r.nleft_out = 1;
	o.r.options.min_running = 12.5;
	o.r.cpu.arch = CPU_ARCH_X86;
	o.r.cpu.family = 6;
	strcpy(o.r.cpu.vendor, "GenuineIntel");
	original_save(&o);
	r = saved_load(saved_path);
	assert_string_equal(r->target.pids[0], "17,18");
	assert_string_equal(r->lacks[0].name, "l3_misses");
	assert_string_equal(r->lacks[0].why, "no such PMU");
	assert_int_equal(r->left_out[0].why.code, -ENOENT);
	assert_string_equal(r->left_out[0].why.hint, "buy one");
	assert_true(r->options.min_running == 12.5);
	assert_int_equal(r->cpu.family, 6);
	assert_int_equal(r->cpu.model, -1);
	assert_int_equal(recording_load_catalog(r, false, NULL, 0, &err), 0);
	assert_int_equal(recording_bind(r, NULL, 0, &err), 0);
	assert_int_equal(r->nunknown, 1);
	assert_string_equal(r->unknown[0], "gone_metric");
	original_done(&o);
}

/* The files of the recorded CPU, whatever this one is. */
static void metrics_are_those_of_the_recorded_cpu(void **unused)
{
	static const int models[] = { 85, 143 };

	(void)unused;
	for (size_t i = 0; i < ARRAY_LEN(models); i++) {
		struct cpu_core_type type = { .pmu = (char[]){ "cpu" },
					      .pmu_type = 4 };
		AUTO(recording_freep) struct recording *r = NULL;
		struct err err = { 0 };
		struct catalog like = { 0 };
		struct original o;

		original_init(&o, saved_scene("plain"));
		o.r.cpu.arch = CPU_ARCH_X86;
		strcpy(o.r.cpu.vendor, "GenuineIntel");
		o.r.cpu.family = 6;
		o.r.cpu.model = models[i];
		o.r.cpu.stepping = 7;
		o.r.cpu.core_types = &type;
		o.r.cpu.ncore_types = 1;
		original_save(&o);
		r = saved_load(saved_path);
		assert_int_equal(catalog_load(&like, &o.r.cpu, NULL, 0, &err),
				 0);
		assert_int_equal(
			recording_load_catalog(r, false, NULL, 0, &err), 0);
		assert_true(r->catalog.nlive > o.f.catalog.nlive);
		assert_int_equal(r->catalog.nlive, like.nlive);
		for (size_t k = 0; k < like.nlive; k++)
			assert_string_equal(r->catalog.live[k]->name,
					    like.live[k]->name);
		assert_non_null(
			catalog_find(&r->catalog, "formula", "retiring"));
		assert_int_equal(recording_bind(r, NULL, 0, &err), 0);
		catalog_done(&like);
		original_done(&o);
	}
}

static void bytes_that_a_terminal_obeys_are_replaced(void **unused)
{
	char *argv[] = { (char[]){ "a\033]0;x\007" },
			 (char[]){ "b\nc\td" },
			 (char[]){ "\xc2\x9b"
				   "31m" },
			 (char[]){ "no\xff"
				   "utf" },
			 (char[]){ "\xc3\xa9" },
			 NULL };
	AUTO(recording_freep) struct recording *r = NULL;
	struct original o;

	(void)unused;
	original_init(&o, saved_scene("plain"));
	o.r.target.argv = argv;
	original_save(&o);
	r = saved_load(saved_path);
	assert_string_equal(r->target.argv[0], "a?]0;x?");
	assert_string_equal(r->target.argv[1], "b\nc\td");
	assert_string_equal(r->target.argv[2], "??31m");
	assert_string_equal(r->target.argv[3], "no?utf");
	assert_string_equal(r->target.argv[4], "\xc3\xa9");
	assert_null(r->target.argv[5]);
	original_done(&o);
}

/* ---- files ---- */

static void assert_lines_fit(json_t *schema, const char *name, char *data)
{
	char *save_ptr = NULL, why[256];

	for (char *line = strtok_r(data, "\n", &save_ptr); line;
	     line = strtok_r(NULL, "\n", &save_ptr)) {
		json_t *o = json_loads(line, 0, NULL);

		if (!schema_fits(schema, schema, o, why))
			fail_msg("%s: %s in %.60s", name, why, line);
		json_object_set_new(o, "surprise", json_true());
		assert_false(schema_fits(schema, schema, o, why));
		json_decref(o);
	}
}

static void every_line_fits_the_schema(void **unused)
{
	const char *srcdir = getenv("srcdir");
	AUTO_FREE char *path = xasprintf("%s/doc/tacho-recording.schema.json",
					 srcdir ? srcdir : ".");
	json_t *schema = json_load_file(path, JSON_REJECT_DUPLICATES, NULL);
	struct saved_text pair;

	(void)unused;
	assert_non_null(schema);
	for (const struct scene *s = scenes; s->name; s++) {
		struct saved_text text = saved_text_of(s->name);

		assert_lines_fit(schema, s->name, text.data);
		free(text.data);
	}
	saved_pair();
	pair = saved_read();
	assert_lines_fit(schema, "a comparison", pair.data);
	free(pair.data);
	json_decref(schema);
}

static void what_cannot_be_written_leaves_the_old_one(void **unused)
{
	struct original o;
	struct err err = { 0 };
	AUTO(recording_freep) struct recording *r = NULL;

	(void)unused;
	original_init(&o, saved_scene("plain"));
	original_save(&o);
	o.r.tacho = (char[]){ "second" };
	assert_int_equal(recording_save(&o.r, "/dev/null", &err), -EINVAL);
	assert_int_equal(recording_save(&o.r, saved_folder, &err), -EINVAL);
	assert_true(recording_can_save("/dev/null", NULL) < 0);
	assert_true(recording_can_save(saved_folder, NULL) < 0);
	assert_true(recording_can_save("/nonexistent/x", NULL) < 0);
	assert_true(recording_can_save("", NULL) < 0);
	assert_int_equal(recording_can_save(saved_path, NULL), 0);
	r = saved_load(saved_path);
	assert_string_equal(r->tacho, "1.2.3");
	recording_free(r);
	original_save(&o);
	r = saved_load(saved_path);
	assert_string_equal(r->tacho, "second");
	original_done(&o);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_scene_is_shown_as_it_was),
		cmocka_unit_test(every_count_is_exact),
		cmocka_unit_test(every_state_is_kept),
		cmocka_unit_test(what_was_asked_for_is_kept),
		cmocka_unit_test(metrics_are_those_of_the_recorded_cpu),
		cmocka_unit_test(bytes_that_a_terminal_obeys_are_replaced),
		cmocka_unit_test(every_line_fits_the_schema),
		cmocka_unit_test(what_cannot_be_written_leaves_the_old_one),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, saved_set_up, saved_tear_down);
}
