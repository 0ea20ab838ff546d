#include "schema.h"

#include <stdint.h>
#include <stdio.h>
#include <string.h>

static bool say(char why[256], const char *what, const char *which)
{
	snprintf(why, 256, "%s: %s", what, which);
	return false;
}

static bool is_type(const json_t *value, const char *type)
{
	double number = json_number_value(value);

	if (!strcmp(type, "object"))
		return json_is_object(value);
	if (!strcmp(type, "array"))
		return json_is_array(value);
	if (!strcmp(type, "string"))
		return json_is_string(value);
	if (!strcmp(type, "number"))
		return json_is_number(value);
	if (!strcmp(type, "integer"))
		return json_is_number(value) &&
		       number == (double)(long long)number;
	if (!strcmp(type, "boolean"))
		return json_is_boolean(value);
	return !strcmp(type, "null") && json_is_null(value);
}

static bool fits_type(const json_t *types, const json_t *value)
{
	size_t i;
	json_t *type;

	if (json_is_string(types))
		return is_type(value, json_string_value(types));
	json_array_foreach(types, i, type)
	{
		if (is_type(value, json_string_value(type)))
			return true;
	}
	return false;
}

static bool has_all(const json_t *value, const json_t *names, char why[256])
{
	size_t i;
	json_t *name;

	json_array_foreach(names, i, name)
	{
		if (!json_object_get(value, json_string_value(name)))
			return say(why, "missing", json_string_value(name));
	}
	return true;
}

static bool fits_properties(const json_t *root, const json_t *schema,
			    const json_t *value, char why[256])
{
	const json_t *known = json_object_get(schema, "properties");
	bool open =
		!json_is_false(json_object_get(schema, "additionalProperties"));
	void *at = json_object_iter((json_t *)(uintptr_t)value);

	for (; at; at = json_object_iter_next((json_t *)(uintptr_t)value, at)) {
		const char *key = json_object_iter_key(at);
		const json_t *property = json_object_get(known, key);

		if (!property && !open)
			return say(why, "unknown key", key);
		if (property && !schema_fits(root, property,
					     json_object_iter_value(at), why)) {
			char inner[160];

			snprintf(inner, sizeof(inner), "%.159s", why);
			snprintf(why, 256, "%.80s: %s", key, inner);
			return false;
		}
	}
	return true;
}

static bool fits_items(const json_t *root, const json_t *items,
		       const json_t *value, char why[256])
{
	size_t i;
	json_t *item;

	json_array_foreach(value, i, item)
	{
		if (!schema_fits(root, items, item, why))
			return false;
	}
	return true;
}

static bool fits_one(const json_t *root, const json_t *choices,
		     const json_t *value)
{
	char why[256];
	size_t i, n = 0;
	json_t *choice;

	json_array_foreach(choices, i, choice)
	{
		n += schema_fits(root, choice, value, why);
	}
	return n == 1;
}

static bool is_one_of(const json_t *list, const json_t *value)
{
	size_t i;
	json_t *item;

	json_array_foreach(list, i, item)
	{
		if (json_equal(item, value))
			return true;
	}
	return false;
}

static bool fits_dependent(const json_t *rules, const json_t *value,
			   char why[256])
{
	void *at = json_object_iter((json_t *)(uintptr_t)rules);

	for (; at; at = json_object_iter_next((json_t *)(uintptr_t)rules, at))
		if (json_object_get(value, json_object_iter_key(at)) &&
		    !has_all(value, json_object_iter_value(at), why))
			return false;
	return true;
}

/* Keywords with a number: true when @value keeps it or is of another type. */
static bool fits_limit(const char *key, double limit, const json_t *value)
{
	double number = json_number_value(value);

	if (!strcmp(key, "minItems"))
		return !json_is_array(value) ||
		       (double)json_array_size(value) >= limit;
	if (!strcmp(key, "maxItems"))
		return !json_is_array(value) ||
		       (double)json_array_size(value) <= limit;
	if (!strcmp(key, "minLength"))
		return !json_is_string(value) ||
		       (double)json_string_length(value) >= limit;
	if (!json_is_number(value))
		return true;
	if (!strcmp(key, "minimum"))
		return number >= limit;
	if (!strcmp(key, "exclusiveMinimum"))
		return number > limit;
	return !strcmp(key, "maximum") && number <= limit;
}

static bool fits_keyword(const json_t *root, const json_t *schema,
			 const char *key, const json_t *rule,
			 const json_t *value, char why[256])
{
	static const char *const words[] = { "$schema", "$id", "title",
					     "description", "$defs" };
	char inner[256];

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (!strcmp(key, words[i]))
			return true;
	if (!strcmp(key, "$ref")) {
		const char *name = strrchr(json_string_value(rule), '/') + 1;

		return schema_fits(
			root,
			json_object_get(json_object_get(root, "$defs"), name),
			value, why);
	}
	if (!strcmp(key, "type"))
		return fits_type(rule, value) || say(why, key, "wrong");
	if (!strcmp(key, "properties") || !strcmp(key, "additionalProperties"))
		return fits_properties(root, schema, value, why);
	if (!strcmp(key, "required"))
		return !json_is_object(value) || has_all(value, rule, why);
	if (!strcmp(key, "dependentRequired"))
		return fits_dependent(rule, value, why);
	if (!strcmp(key, "items"))
		return fits_items(root, rule, value, why);
	if (!strcmp(key, "enum"))
		return is_one_of(rule, value) || say(why, key, "none");
	if (!strcmp(key, "const"))
		return json_equal(rule, value) || say(why, key, "differs");
	if (!strcmp(key, "oneOf"))
		return fits_one(root, rule, value) || say(why, key, "not one");
	if (!strcmp(key, "not"))
		return !schema_fits(root, rule, value, inner) ||
		       say(why, key, "but it is");
	return (json_is_number(rule) &&
		fits_limit(key, json_number_value(rule), value)) ||
	       say(why, key, "out of bounds, or not a known keyword");
}

bool schema_fits(const json_t *root, const json_t *schema, const json_t *value,
		 char why[256])
{
	void *at = json_object_iter((json_t *)(uintptr_t)schema);

	if (!json_is_object(schema))
		return say(why, "schema", "not an object");
	for (; at; at = json_object_iter_next((json_t *)(uintptr_t)schema, at))
		if (!fits_keyword(root, schema, json_object_iter_key(at),
				  json_object_iter_value(at), value, why))
			return false;
	return true;
}
