#include "report/built.h"

#include "unit.h"

#include "base/auto.h"
#include "base/xalloc.h"

#include <errno.h>
#include <string.h>

/* A program as one usually has it. */
static struct binary program(void)
{
	return (struct binary){
		.name = (char *)(uintptr_t) "./prog",
		.kind = BINARY_ELF,
		.build_id = "3f2a9c1d00112233445566778899aabbccddeeff",
		.compiler = "gcc",
		.version = "12.2.0",
		.level = LEVEL_2,
		.verdict = BUILD_OPTIMISED,
		.unoptimised_share = 0.0,
		.debug_info = true,
	};
}

static void line_is(const struct binary *b, const char *want)
{
	AUTO_FREE char *line = built_line(b);

	if (!want)
		assert_null(line);
	else
		assert_string_equal(line ? line : "(none)", want);
}

static void a_line_has_what_there_is(void **state)
{
	struct binary b = program();

	(void)state;
	line_is(&b, "./prog, gcc 12.2.0 -O2, not stripped, "
		    "build-id 3f2a9c1d0011...");
	b.build_id[0] = '\0';
	b.is_static = true;
	line_is(&b, "./prog, gcc 12.2.0 -O2, not stripped, static");
	b.level = LEVEL_UNKNOWN;
	b.version[0] = '\0';
	b.stripped = true;
	line_is(&b, "./prog, gcc, optimised, stripped, static");
	b.verdict = BUILD_UNOPTIMISED;
	line_is(&b, "./prog, gcc, not optimised, stripped, static");
	b.verdict = BUILD_MIXED;
	b.level = LEVEL_3;
	line_is(&b, "./prog, gcc, partly optimised, stripped, static");
}

static void nothing_is_said_of_a_systems_programs(void **state)
{
	struct binary b = program();

	(void)state;
	b.verdict = BUILD_UNKNOWN;
	b.level = LEVEL_UNKNOWN;
	b.debug_info = false;
	b.stripped = true;
	line_is(&b, NULL);
	b.stripped = false;
	line_is(&b, "./prog, gcc 12.2.0, optimisation unknown, not stripped, "
		    "build-id 3f2a9c1d0011...");
	b.kind = BINARY_OTHER;
	line_is(&b, NULL);
	b.kind = BINARY_NONE;
	err_set(&b.why, -EACCES, "Permission denied");
	line_is(&b, NULL);
	/* this one the user has done */
	err_set(&b.why, -ESTALE, "the file changed while it was measured");
	line_is(&b, "./prog, the file changed while it was measured");
}

static void why_it_is_unknown_is_said(void **state)
{
	struct binary b = program();

	(void)state;
	b.verdict = BUILD_UNKNOWN;
	b.level = LEVEL_UNKNOWN;
	err_set(&b.dwarf_why, -ENOENT, "cannot load libdw.so.1");
	line_is(&b, "./prog, gcc 12.2.0, optimisation unknown (cannot load "
		    "libdw.so.1), not stripped, build-id 3f2a9c1d0011...");
}

static void a_script_is_told_with_who_runs_it(void **state)
{
	struct binary b = program(), script = {
		.name = (char *)(uintptr_t) "./tool",
		.kind = BINARY_SCRIPT,
		.interpreter = &b,
	};

	(void)state;
	line_is(&script, "./tool, run by ./prog, gcc 12.2.0 -O2, not "
			 "stripped, build-id 3f2a9c1d0011...");
	b.verdict = BUILD_UNKNOWN;
	b.debug_info = false;
	b.stripped = true;
	line_is(&script, NULL);
	script.interpreter = NULL;
	line_is(&script, NULL);
}

/* The warning about @b, "" for none; the caller frees. */
static char *warning_of(const struct binary *b)
{
	struct report_about about = { .binaries = b, .nbinaries = 1 };
	struct report_notes notes = { 0 };
	char *text;

	built_add_notes(&notes, &about);
	assert_in_range(notes.n, 0, 1);
	if (notes.n)
		assert_int_equal(notes.items[0].kind, REPORT_NOTE_WARN);
	text = xstrdup(notes.n ? notes.items[0].text : "");
	report_notes_done(&notes);
	return text;
}

static void warns(const struct binary *b, const char *want)
{
	AUTO_FREE char *text = warning_of(b);

	assert_string_equal(text, want);
}

#define LITTLE                                                                 \
	": its numbers say little about an optimised build; "                  \
	"build it with "

static void an_unoptimised_build_is_warned_of(void **state)
{
	struct binary b = program();

	(void)state;
	warns(&b, "");
	b.verdict = BUILD_UNKNOWN;
	warns(&b, "");
	b.verdict = BUILD_UNOPTIMISED;
	b.level = LEVEL_0;
	warns(&b, "./prog was built without optimisation (gcc -O0)" LITTLE
		  "-O2 and measure that");
	b.level = LEVEL_UNKNOWN;
	strcpy(b.compiler, "clang");
	warns(&b, "./prog was built without optimisation" LITTLE
		  "-O2 and measure that");
	strcpy(b.compiler, "rustc");
	warns(&b, "./prog was built without optimisation" LITTLE
		  "cargo build --release or rustc -O and measure that");
	strcpy(b.compiler, "zig");
	warns(&b, "./prog was built without optimisation" LITTLE
		  "optimisation and measure that");
	strcpy(b.compiler, "go");
	warns(&b, "./prog was built without optimisation: its numbers say "
		  "little about an optimised build; build it without -N in "
		  "-gcflags and measure that");
	strcpy(b.compiler, "gcc");
	b.verdict = BUILD_MIXED;
	b.unoptimised_share = 0.374;
	warns(&b, "37 % of the code of ./prog was built without "
		  "optimisation" LITTLE "-O2 and measure that");
	b.unoptimised_share = -1.0;
	warns(&b, "some of the code of ./prog was built without "
		  "optimisation" LITTLE "-O2 and measure that");
}

static void what_was_built_in_is_warned_of(void **state)
{
	struct binary b = program();

	(void)state;
	for (unsigned i = 0; i < BINARY_INSTRUMENTS; i++) {
		AUTO_FREE char *text = NULL;

		b.instruments = 1u << i;
		text = warning_of(&b);
		assert_non_null(strstr(text, binary_instrument_name(i)));
	}
	b.instruments = BINARY_ASAN | BINARY_UBSAN;
	warns(&b, "./prog was built with address sanitizer, undefined "
		  "behaviour sanitizer, whose work is counted, too: measure a "
		  "build without");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_line_has_what_there_is),
		cmocka_unit_test(nothing_is_said_of_a_systems_programs),
		cmocka_unit_test(why_it_is_unknown_is_said),
		cmocka_unit_test(a_script_is_told_with_who_runs_it),
		cmocka_unit_test(an_unoptimised_build_is_warned_of),
		cmocka_unit_test(what_was_built_in_is_warned_of),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
