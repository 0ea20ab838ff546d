/* How programs were built, in a recording; see recording_parts.h. */
#include "record/recording_parts.h"

#include "base/auto.h"
#include "base/vec.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define AT(member) .offset = offsetof(struct binary, member)
#define CHARS(member) AT(member), .max = sizeof(((struct binary *)0)->member)
#define DEEPEST 4 /* interpreters of interpreters, as the kernel follows them */

static const char *const kinds[] = {
	[BINARY_NONE] = "none",
	[BINARY_ELF] = "elf",
	[BINARY_SCRIPT] = "script",
	[BINARY_OTHER] = "other",
};
_Static_assert(ARRAY_LEN(kinds) == BINARY_OTHER + 1, "one each");

static const char *const verdicts[] = {
	[BUILD_UNKNOWN] = "unknown",
	[BUILD_UNOPTIMISED] = "unoptimised",
	[BUILD_OPTIMISED] = "optimised",
	[BUILD_MIXED] = "mixed",
};
_Static_assert(ARRAY_LEN(verdicts) == BUILD_MIXED + 1, "one each");

static const char *const levels[] = {
	[LEVEL_UNKNOWN] = "", [LEVEL_0] = "-O0", [LEVEL_G] = "-Og",
	[LEVEL_1] = "-O1",    [LEVEL_S] = "-Os", [LEVEL_Z] = "-Oz",
	[LEVEL_2] = "-O2",    [LEVEL_3] = "-O3", [LEVEL_FAST] = "-Ofast",
};
_Static_assert(ARRAY_LEN(levels) == LEVEL_COUNT, "one each");

static const char *const sources[] = {
	[BINARY_FROM_NOTHING] = "",
	[BINARY_FROM_PRODUCER] = "producer",
	[BINARY_FROM_COMMAND_LINE] = "command-line",
	[BINARY_FROM_GO] = "go",
	[BINARY_FROM_LOCATIONS] = "locations",
};
_Static_assert(ARRAY_LEN(sources) == BINARY_FROM_LOCATIONS + 1, "one each");

static const struct field fields[] = {
	{ "name", FIELD_TEXT, AT(name) },
	{ "path", FIELD_TEXT, AT(path), .optional = true },
	{ "kind", FIELD_ENUM, AT(kind), .max = BINARY_OTHER, .names = kinds },
	{ "build_id", FIELD_CHARS, CHARS(build_id) },
	{ "go_build_id", FIELD_CHARS, CHARS(go_build_id) },
	{ "language", FIELD_CHARS, CHARS(language) },
	{ "compiler", FIELD_CHARS, CHARS(compiler) },
	{ "compiler_version", FIELD_CHARS, CHARS(version) },
	{ "optimisation", FIELD_ENUM, AT(verdict), .max = BUILD_MIXED,
	  .names = verdicts },
	{ "level", FIELD_ENUM, AT(level), .max = LEVEL_FAST, .names = levels },
	{ "learnt_from", FIELD_ENUM, AT(source), .max = BINARY_FROM_LOCATIONS,
	  .names = sources },
	{ "unoptimised_share", FIELD_REAL, AT(unoptimised_share) },
	{ "partly", FIELD_BOOL, AT(partly) },
	{ "stripped", FIELD_BOOL, AT(stripped) },
	{ "debug_info", FIELD_BOOL, AT(debug_info) },
	{ "static", FIELD_BOOL, AT(is_static) },
	{ "pie", FIELD_BOOL, AT(is_pie) },
	{ "debug_file", FIELD_TEXT, AT(debug_file), .optional = true },
	{ "instruments", FIELD_U32, AT(instruments) },
};

static json_t *write_binary(const struct binary *b)
{
	json_t *o = json_object();

	fields_write(o, fields, ARRAY_LEN(fields), b);
	json_object_set_new(o, "why", fields_err(&b->why));
	json_object_set_new(o, "dwarf_why", fields_err(&b->dwarf_why));
	if (b->interpreter)
		json_object_set_new(o, "interpreter",
				    write_binary(b->interpreter));
	return o;
}

void recording_write_binaries(const struct recording *r, json_t *header)
{
	json_t *list = json_array();

	for (size_t i = 0; i < r->nbinaries; i++)
		json_array_append_new(list, write_binary(&r->binaries[i]));
	json_object_set_new(header, "binaries", list);
}

static int read_binary(const json_t *o, struct binary *b, int depth,
		       struct err *err)
{
	const json_t *interpreter = json_object_get(o, "interpreter");
	int bad = fields_read(o, fields, ARRAY_LEN(fields), b, err);

	if (bad == 0 && b->instruments >> BINARY_INSTRUMENTS)
		bad = fields_bad(err, "instruments", "not known");
	if (bad == 0)
		bad = fields_read_err(o, "why", &b->why, err);
	if (bad == 0)
		bad = fields_read_err(o, "dwarf_why", &b->dwarf_why, err);
	if (bad < 0 || !interpreter)
		return bad;
	if (depth == DEEPEST)
		return fields_bad(err, "interpreter", "too deep");
	b->interpreter = xcalloc(1, sizeof(*b->interpreter));
	return read_binary(interpreter, b->interpreter, depth + 1, err);
}

int recording_read_binaries(const json_t *header, struct recording *r,
			    struct err *err)
{
	const json_t *list =
		fields_array(header, "binaries", RECORDING_MOST, err);
	const json_t *o;
	size_t i;

	if (!list)
		return -EBADMSG;
	json_array_foreach(list, i, o)
	{
		struct binary b = { 0 };
		int bad = read_binary(o, &b, 0, err);

		VEC_PUSH(r->binaries, r->nbinaries, b);
		if (bad < 0)
			return err_prefix(err, "binaries[%zu]", i);
	}
	return 0;
}
