/*
 * Everything that the JSON view prints against doc/tacho-stat.schema.json, and
 * the schema against documents that are wrong.
 */
#include "schema.h"

#include "scenes.h"
#include "unit.h"

#include "base/auto.h"
#include "base/xalloc.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static json_t *load_schema(void)
{
	const char *srcdir = getenv("srcdir");
	AUTO_FREE char *path = xasprintf("%s/doc/tacho-stat.schema.json",
					 srcdir ? srcdir : ".");
	json_error_t error;
	json_t *schema = json_load_file(path, JSON_REJECT_DUPLICATES, &error);

	if (!schema)
		fail_msg("%s:%d: %s", path, error.line, error.text);
	return schema;
}

static json_t *load_scene(const char *name)
{
	const struct view_options options = { 0 };
	const struct scene *scene = scenes;
	AUTO_FREE char *text = NULL;
	json_error_t error;
	json_t *doc;

	while (scene->name && strcmp(scene->name, name) != 0)
		scene++;
	assert_non_null(scene->name);
	text = scene_show(scene, &view_json, &options);
	doc = json_loads(text, 0, &error);
	assert_non_null(doc);
	return doc;
}

static void every_scene_fits_the_schema(void **state)
{
	json_t *schema = load_schema();

	(void)state;
	for (const struct scene *scene = scenes; scene->name; scene++) {
		json_t *doc = load_scene(scene->name);
		char why[256] = "";

		if (!schema_fits(schema, schema, doc, why))
			fail_msg("%s: %s", scene->name, why);
		json_decref(doc);
	}
	json_decref(schema);
}

static json_t *first(json_t *doc, const char *list)
{
	return json_array_get(json_object_get(doc, list), 0);
}

static void unknown_key(json_t *doc)
{
	json_object_set_new(doc, "surprise", json_true());
}

static void unknown_event_key(json_t *doc)
{
	json_object_set_new(first(doc, "events"), "surprise", json_null());
}

static void missing_key(json_t *doc)
{
	json_object_del(doc, "machine");
}

static void missing_event_key(json_t *doc)
{
	json_object_del(first(doc, "events"), "running_ns");
}

static void text_for_a_number(json_t *doc)
{
	json_object_set_new(first(doc, "events"), "value", json_string("5"));
}

static void null_for_a_counted_event(json_t *doc)
{
	json_object_set_new(first(doc, "events"), "value", json_null());
}

static void reason_for_a_counted_event(json_t *doc)
{
	json_object_set_new(first(doc, "events"), "reason", json_string("x"));
}

static void unknown_state(json_t *doc)
{
	json_object_set_new(first(doc, "events"), "state", json_string("bad"));
}

static void no_reason(json_t *doc)
{
	json_t *event = first(doc, "events");

	json_object_set_new(event, "state", json_string("dead"));
	json_object_set_new(event, "value", json_null());
}

static void half_a_confidence_interval(json_t *doc)
{
	json_array_remove(json_object_get(first(doc, "events"), "ci95"), 1);
}

static void mean_without_samples(json_t *doc)
{
	json_object_del(first(doc, "metrics"), "samples");
}

static void negative_count(json_t *doc)
{
	json_object_set_new(first(doc, "events"), "raw", json_integer(-1));
}

static void empty_command(json_t *doc)
{
	json_object_set_new(doc, "command", json_array());
}

static void unknown_note(json_t *doc)
{
	json_array_append_new(
		json_object_get(doc, "notes"),
		json_pack("{s:s, s:s}", "kind", "joke", "text", "ha"));
}

static void exit_and_signal(json_t *doc)
{
	json_object_set_new(first(doc, "runs"), "signal", json_integer(9));
}

static void wrong_documents_do_not_fit(void **state)
{
	static void (*const damages[])(json_t * doc) = {
		unknown_key,
		unknown_event_key,
		missing_key,
		missing_event_key,
		text_for_a_number,
		null_for_a_counted_event,
		reason_for_a_counted_event,
		unknown_state,
		no_reason,
		half_a_confidence_interval,
		mean_without_samples,
		negative_count,
		empty_command,
		unknown_note,
		exit_and_signal,
	};
	json_t *schema = load_schema();
	char why[256];

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(damages); i++) {
		json_t *doc = load_scene("repeats");

		assert_true(schema_fits(schema, schema, doc, why));
		damages[i](doc);
		if (schema_fits(schema, schema, doc, why))
			fail_msg("damage %zu fits", i);
		json_decref(doc);
	}
	json_decref(schema);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_scene_fits_the_schema),
		cmocka_unit_test(wrong_documents_do_not_fit),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
