/* Counts, and why there are none, in a line of ticks; see tick_parts.h. */
#include "record/tick_parts.h"

#include "base/auto.h"

#include <errno.h>
#include <string.h>

/* What most often is one and the same for all counters is then said once. */
static json_t *shorten(json_t *list)
{
	json_t *one = json_array_get(list, 0), *value;
	size_t i;

	json_array_foreach(list, i, value)
	{
		if (!json_equal(one, value))
			return list;
	}
	if (!one)
		return list;
	json_incref(one);
	json_decref(list);
	return one;
}

void tick_write_counts(json_t *o, const struct snapshot *counts, size_t slot)
{
	json_t *raw = json_array(), *enabled = json_array();
	json_t *running = json_array(), *state = json_array();

	for (size_t i = 0; i < counts->ncounters; i++) {
		const struct reading *r = snapshot_at(counts, i, slot);

		json_array_append_new(raw, fields_count(r->raw));
		json_array_append_new(enabled, fields_count(r->enabled_ns));
		json_array_append_new(running, fields_count(r->running_ns));
		json_array_append_new(
			state, json_string(reading_state_name(r->state)));
	}
	json_object_set_new(o, "raw", raw);
	json_object_set_new(o, "enabled_ns", shorten(enabled));
	json_object_set_new(o, "running_ns", shorten(running));
	json_object_set_new(o, "states", shorten(state));
}

int tick_has_counts(const json_t *o, size_t ncounters, struct err *err)
{
	const json_t *raw = json_object_get(o, "raw");

	if (!raw)
		return 0;
	if (!json_is_array(raw) || json_array_size(raw) != ncounters)
		return fields_bad(err, "raw", "not one for each counter");
	return 1;
}

/* Of counter @i: the list's, or the one for all. */
static const json_t *value_of(const json_t *values, size_t i)
{
	return json_is_array(values) ? json_array_get(values, i) : values;
}

static int read_state(const json_t *value, struct reading *r, struct err *err)
{
	const char *name = json_string_value(value);

	for (int i = 0; name && i < READING_STATES; i++) {
		enum reading_state state = (enum reading_state)i;

		if (strcmp(reading_state_name(state), name) != 0)
			continue;
		if (state == READING_SCALED && !r->running_ns)
			return fields_bad(err, "states",
					  "an estimate of what never ran");
		r->state = state;
		return 0;
	}
	return fields_bad(err, "states", "not one for each counter");
}

int tick_read_counts(const json_t *o, struct snapshot *counts, size_t slot,
		     struct err *err)
{
	static const char *const keys[] = { "raw", "enabled_ns", "running_ns" };
	const json_t *state = json_object_get(o, "states");

	for (size_t i = 0; i < counts->ncounters; i++) {
		struct reading *r = snapshot_at(counts, i, slot);
		uint64_t *into[] = { &r->raw, &r->enabled_ns, &r->running_ns };

		for (size_t k = 0; k < ARRAY_LEN(keys); k++) {
			const json_t *values = json_object_get(o, keys[k]);

			if (!fields_is_count(value_of(values, i), into[k]))
				return fields_bad(err, keys[k],
						  "not a count for each "
						  "counter");
		}
		if (read_state(value_of(state, i), r, err) < 0)
			return -EBADMSG;
	}
	return 0;
}

/* ---- notes ---- */

json_t *tick_write_notes(const struct counter_note *notes, size_t n)
{
	json_t *list = json_array();

	for (size_t i = 0; notes && i < n; i++) {
		json_t *o = json_object();

		if (notes[i].user_only)
			json_object_set_new(o, "user_only", json_true());
		if (notes[i].why.code)
			json_object_set_new(o, "why",
					    fields_err(&notes[i].why));
		json_array_append_new(list, o);
	}
	return list;
}

int tick_read_notes(const json_t *line, const char *key,
		    struct counter_note *notes, size_t n, struct err *err)
{
	const json_t *list = fields_array(line, key, n, err), *o;
	size_t i;

	if (!list)
		return -EBADMSG;
	if (n)
		memset(notes, 0, n * sizeof(*notes));
	json_array_foreach(list, i, o)
	{
		notes[i].user_only =
			json_is_true(json_object_get(o, "user_only"));
		if (fields_read_err(o, "why", &notes[i].why, err) < 0)
			return err_prefix(err, "%s[%zu]", key, i);
	}
	return 0;
}
