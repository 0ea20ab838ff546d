/* Structs as JSON objects; see fields.h. */
#include "record/fields.h"

#include "base/auto.h"
#include "base/parse.h"
#include "base/vec.h"

#include <errno.h>
#include <inttypes.h>
#include <limits.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#define LAST_ERRNO 4095 /* as the kernel has it */

json_t *fields_text(const char *text)
{
	AUTO_FREE char *plain = NULL;
	json_t *json;

	if (!text)
		return json_null();
	json = json_string(text);
	if (json)
		return json;
	plain = xstrdup(text);
	for (char *p = plain; *p; p++)
		if ((unsigned char)*p >= 0x80)
			*p = '?';
	return json_string(plain);
}

char *fields_clean(const json_t *text)
{
	const char *value = json_string_value(text);
	char *clean;

	if (!value)
		return NULL;
	clean = xstrdup(value);
	for (char *p = clean; *p; p++) {
		unsigned char c = (unsigned char)*p;

		if ((c < ' ' && c != '\n' && c != '\t') || c == 0x7f)
			*p = '?';
		/* U+0080 to U+009F: controls, too */
		if (c == 0xc2 && (unsigned char)p[1] < 0xa0 && p[1]) {
			*p = '?';
			*++p = '?';
		}
	}
	return clean;
}

json_t *fields_count(uint64_t n)
{
	char text[24];

	if (n <= INT64_MAX)
		return json_integer((json_int_t)n);
	snprintf(text, sizeof(text), "%" PRIu64, n);
	return json_string(text);
}

bool fields_is_count(const json_t *value, uint64_t *ret)
{
	const char *digits = json_string_value(value);

	if (json_is_integer(value)) {
		if (json_integer_value(value) < 0)
			return false;
		*ret = (uint64_t)json_integer_value(value);
		return true;
	}
	return digits && strspn(digits, "0123456789") == strlen(digits) &&
	       parse_u64(digits, ret) == 0;
}

int fields_bad(struct err *err, const char *key, const char *what)
{
	return err_set(err, -EBADMSG, "%s: %s", key, what);
}

/* ---- writing ---- */

static json_t *write_one(const struct field *f, const void *at)
{
	switch (f->kind) {
	case FIELD_TEXT:
		return fields_text(*(char *const *)at);
	case FIELD_CHARS:
		return fields_text(at);
	case FIELD_BOOL:
		return json_boolean(*(const bool *)at);
	case FIELD_INT:
		return json_integer(*(const int *)at);
	case FIELD_LONG:
		return json_integer(*(const long *)at);
	case FIELD_SIZE:
		return fields_count(*(const size_t *)at);
	case FIELD_U32:
		return json_integer(*(const uint32_t *)at);
	case FIELD_U64:
		return fields_count(*(const uint64_t *)at);
	case FIELD_REAL:
		if (!isfinite(*(const double *)at))
			return json_null();
		return json_real(*(const double *)at);
	case FIELD_ENUM:
		return json_string(f->names[*(const unsigned *)at]);
	}
	return json_null();
}

void fields_write(json_t *o, const struct field *fields, size_t n,
		  const void *from)
{
	for (size_t i = 0; i < n; i++) {
		const char *at = (const char *)from + fields[i].offset;

		if (fields[i].kind == FIELD_TEXT && fields[i].optional &&
		    !*(char *const *)at)
			continue;
		json_object_set_new(o, fields[i].key,
				    write_one(&fields[i], at));
	}
}

json_t *fields_texts(char *const *texts, size_t n)
{
	json_t *list = json_array();

	for (size_t i = 0; i < n; i++)
		json_array_append_new(list, fields_text(texts[i]));
	return list;
}

json_t *fields_err(const struct err *why)
{
	json_t *o;

	if (!why->code)
		return json_null();
	o = json_object();
	json_object_set_new(o, "errno", json_integer(-why->code));
	json_object_set_new(o, "what", fields_text(why->what));
	json_object_set_new(o, "try", fields_text(why->hint));
	return o;
}

/* ---- reading ---- */

static int read_text(const struct field *f, const json_t *value, char **at,
		     struct err *err)
{
	if (!json_is_string(value) && !(f->optional && json_is_null(value)))
		return fields_bad(err, f->key, "not a string");
	free(*at);
	*at = fields_clean(value);
	return 0;
}

static int read_chars(const struct field *f, const json_t *value, char *at,
		      struct err *err)
{
	AUTO_FREE char *text = fields_clean(value);

	if (!text)
		return fields_bad(err, f->key, "not a string");
	if (strlen(text) >= (size_t)f->max)
		return fields_bad(err, f->key, "too long");
	strcpy(at, text);
	return 0;
}

static int read_whole(const struct field *f, const json_t *value, long long lo,
		      long long hi, long long *ret, struct err *err)
{
	if (!json_is_integer(value))
		return fields_bad(err, f->key, "not a whole number");
	*ret = json_integer_value(value);
	if (*ret < lo || *ret > hi)
		return err_set(err, -EBADMSG, "%s: %lld is out of range",
			       f->key, *ret);
	return 0;
}

static int read_enum(const struct field *f, const json_t *value, unsigned *at,
		     struct err *err)
{
	const char *text = json_string_value(value);

	for (unsigned i = 0; text && i <= (unsigned)f->max; i++) {
		if (strcmp(f->names[i], text) != 0)
			continue;
		*at = i;
		return 0;
	}
	return fields_bad(err, f->key, "not one of the known words");
}

static int read_integer(const struct field *f, const json_t *value, void *at,
			struct err *err)
{
	bool u32 = f->kind == FIELD_U32;
	long long n = 0;
	int r = read_whole(f, value, u32 ? 0 : f->min,
			   u32 ? UINT32_MAX : f->max, &n, err);

	if (r < 0)
		return r;
	if (f->kind == FIELD_INT)
		*(int *)at = (int)n;
	else if (f->kind == FIELD_LONG)
		*(long *)at = (long)n;
	else if (f->kind == FIELD_SIZE)
		*(size_t *)at = (size_t)n;
	else
		*(uint32_t *)at = (uint32_t)n;
	return 0;
}

static int read_one(const struct field *f, const json_t *value, void *at,
		    struct err *err)
{
	switch (f->kind) {
	case FIELD_TEXT:
		return read_text(f, value, at, err);
	case FIELD_CHARS:
		return read_chars(f, value, at, err);
	case FIELD_BOOL:
		if (!json_is_boolean(value))
			return fields_bad(err, f->key, "not true or false");
		*(bool *)at = json_is_true(value);
		return 0;
	case FIELD_INT:
	case FIELD_LONG:
	case FIELD_SIZE:
	case FIELD_U32:
		return read_integer(f, value, at, err);
	case FIELD_U64:
		return fields_is_count(value, at)
			       ? 0
			       : fields_bad(err, f->key, "not a count");
	case FIELD_REAL:
		if (!json_is_number(value) ||
		    !isfinite(json_number_value(value)))
			return fields_bad(err, f->key, "not a number");
		*(double *)at = json_number_value(value);
		return 0;
	case FIELD_ENUM:
		return read_enum(f, value, at, err);
	}
	return 0;
}

int fields_read(const json_t *o, const struct field *fields, size_t n,
		void *into, struct err *err)
{
	if (!json_is_object(o))
		return err_set(err, -EBADMSG, "not an object");
	for (size_t i = 0; i < n; i++) {
		const json_t *value = json_object_get(o, fields[i].key);
		int r;

		if (!value && fields[i].optional)
			continue;
		if (!value)
			return fields_bad(err, fields[i].key, "missing");
		r = read_one(&fields[i], value, (char *)into + fields[i].offset,
			     err);
		if (r < 0)
			return r;
	}
	return 0;
}

const json_t *fields_array(const json_t *o, const char *key, size_t most,
			   struct err *err)
{
	const json_t *array = json_object_get(o, key);

	if (!json_is_array(array)) {
		fields_bad(err, key, array ? "not a list" : "missing");
		return NULL;
	}
	if (json_array_size(array) > most) {
		fields_bad(err, key, "too many");
		return NULL;
	}
	return array;
}

const json_t *fields_object(const json_t *o, const char *key, struct err *err)
{
	const json_t *object = json_object_get(o, key);

	if (json_is_object(object))
		return object;
	fields_bad(err, key, object ? "not an object" : "missing");
	return NULL;
}

int fields_read_texts(const json_t *o, const char *key, size_t most,
		      char ***ret, size_t *nret, struct err *err)
{
	const json_t *array = fields_array(o, key, most, err);
	const json_t *value;
	size_t i;

	if (!array)
		return -EBADMSG;
	json_array_foreach(array, i, value)
	{
		if (!json_is_string(value))
			return fields_bad(err, key, "not a list of strings");
		VEC_PUSH(*ret, *nret, fields_clean(value));
	}
	return 0;
}

int fields_read_err(const json_t *o, const char *key, struct err *ret,
		    struct err *err)
{
	static const struct field fields[] = {
		{ .key = "errno",
		  .kind = FIELD_INT,
		  .offset = offsetof(struct err, code),
		  .min = 1,
		  .max = LAST_ERRNO },
		{ .key = "what",
		  .kind = FIELD_CHARS,
		  .offset = offsetof(struct err, what),
		  .max = ERR_TEXT },
		{ .key = "try",
		  .kind = FIELD_CHARS,
		  .offset = offsetof(struct err, hint),
		  .max = ERR_TEXT },
	};
	const json_t *value = json_object_get(o, key);
	struct err why = { 0 };
	int r;

	if (!value || json_is_null(value))
		return 0;
	r = fields_read(value, fields, ARRAY_LEN(fields), &why, err);
	if (r < 0)
		return err_prefix(err, "%s", key);
	why.code = -why.code;
	*ret = why;
	return 0;
}
