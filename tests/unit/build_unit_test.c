#include "record/build_unit.h"

#include "unit.h"

#include "base/auto.h"

#include <string.h>

static const struct {
	const char *what, *compiler;
	int dwarf;
	struct unit_places places;
	enum build_verdict verdict;
} judged[] = {
	/* counted in programs built for it with each compiler */
	{ "gcc 12 -O0",
	  "gcc",
	  5,
	  { 0, 13, 3, 0, true, false },
	  BUILD_UNOPTIMISED },
	{ "gcc 12 -O2",
	  "gcc",
	  5,
	  { 10, 0, 1, 3, true, false },
	  BUILD_OPTIMISED },
	{ "gcc 12 -Og",
	  "gcc",
	  5,
	  { 11, 2, 3, 5, true, false },
	  BUILD_OPTIMISED },
	{ "gcc 12 -O0, small",
	  "gcc",
	  5,
	  { 0, 2, 1, 0, true, false },
	  BUILD_UNKNOWN },
	{ "clang 14 -O0",
	  "clang",
	  5,
	  { 0, 13, 3, 0, false, false },
	  BUILD_UNOPTIMISED },
	{ "clang 14 -O0, small",
	  "clang",
	  5,
	  { 0, 2, 1, 0, false, false },
	  BUILD_UNOPTIMISED },
	{ "clang 14 -O1, small",
	  "clang",
	  5,
	  { 0, 2, 1, 0, true, false },
	  BUILD_OPTIMISED },
	{ "clang 14 -O2 -gdwarf-4",
	  "clang",
	  4,
	  { 11, 2, 1, 0, false, false },
	  BUILD_OPTIMISED },
	{ "clang 14 -O0 -gdwarf-4",
	  "clang",
	  4,
	  { 0, 13, 3, 0, false, false },
	  BUILD_UNOPTIMISED },
	{ "clang 14 -O0 -gdwarf-4, small",
	  "clang",
	  4,
	  { 0, 2, 1, 0, false, false },
	  BUILD_UNKNOWN },
	{ "clang 14 -O1 -glldb -gdwarf-4, small",
	  "clang",
	  4,
	  { 0, 2, 1, 0, false, true },
	  BUILD_OPTIMISED },
	{ "clang -gline-tables-only -O0",
	  "clang",
	  5,
	  { 0, 0, 0, 0, false, false },
	  BUILD_UNKNOWN },
	{ "rustc 1.63 debug",
	  "rustc",
	  4,
	  { 27, 1234, 167, 0, false, false },
	  BUILD_UNOPTIMISED },
	{ "rustc 1.63 release",
	  "rustc",
	  4,
	  { 627, 584, 56, 0, false, false },
	  BUILD_OPTIMISED },
	/* neither here nor there */
	{ "something else",
	  "zig",
	  4,
	  { 2, 8, 1, 0, false, false },
	  BUILD_UNKNOWN },
	{ "nothing", "zig", 4, { 0, 0, 0, 0, false, false }, BUILD_UNKNOWN },
};

static void places_of_variables_tell(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(judged); i++) {
		enum build_verdict v = unit_judge(
			&judged[i].places, judged[i].compiler, judged[i].dwarf);

		if (v != judged[i].verdict)
			fail_msg("%s: %s", judged[i].what,
				 build_verdict_name(v));
	}
}

static const struct {
	const char *compiler, *name, *directory;
	bool library;
} owners[] = {
	{ "go", "main", ".", false },
	{ "go", "runtime", ".", true },
	{ "go", "internal/abi", ".", true },
	{ "go", "github.com/a/b", ".", false },
	{ "go", "sortof/x", ".", false },
	{ "rustc", "src/main.rs/@/a.1", "/home/u/p", false },
	{ "rustc", "library/std/src/lib.rs/@/std.1", "/rustc/5980", true },
	{ "rustc", "library/core/src/lib.rs/@/core.1", "/usr/src/rustc-1.63.0",
	  true },
	{ "rustc", "/rust/deps/memchr-2.7.6/src/lib.rs/@/m.1", "/rustc/5980",
	  true },
	/* compiled with what the user asked for */
	{ "rustc", "/home/u/.cargo/registry/src/x/serde/src/lib.rs", "/home/u",
	  false },
	{ "gcc", "runtime", "/rustc/x", false },
};

static void standard_libraries_are_known(void **state)
{
	struct producer p = { .compiler = "as", .is_assembler = true };

	(void)state;
	assert_true(unit_is_library(&p, "x.S", "/home"));
	p.is_assembler = false;
	for (size_t i = 0; i < ARRAY_LEN(owners); i++) {
		snprintf(p.compiler, sizeof(p.compiler), "%s",
			 owners[i].compiler);
		if (unit_is_library(&p, owners[i].name, owners[i].directory) !=
		    owners[i].library)
			fail_msg("%s: %s", owners[i].compiler, owners[i].name);
	}
}

static void add(struct survey *s, const char *producer, uint64_t bytes,
		struct unit_places places)
{
	struct unit unit = { .language = "C", .dwarf = 4, .bytes = bytes };

	producer_parse(producer, &unit.producer);
	survey_add(s, &unit, &places);
}

#define NONE ((struct unit_places){ 0 })
#define GCC_O0 "GNU C17 12.2.0 -m64 -g"
#define GCC_O2 "GNU C17 12.2.0 -m64 -g -O2"
#define GCC_O3 "GNU C17 12.2.0 -m64 -g -O3"

static void bytes_decide_not_files(void **state)
{
	struct survey s = { 0 };
	struct dwarf_build b;

	(void)state;
	/* -Ofast adds a unit of the compiler's own */
	add(&s, GCC_O3, 5000, NONE);
	add(&s, GCC_O2, 100, NONE);
	add(&s, GCC_O2, 100, NONE);
	survey_end(&s, &b);
	assert_int_equal(b.verdict, BUILD_OPTIMISED);
	assert_int_equal(b.level, LEVEL_3);
	assert_int_equal(b.source, BINARY_FROM_PRODUCER);
	assert_int_equal(b.nunits, 3);
	assert_string_equal(b.compiler, "gcc");
	assert_string_equal(b.language, "C");
	assert_true(b.unoptimised_share == 0.0);
}

static void a_little_of_the_other_kind_is_a_detail(void **state)
{
	struct survey s = { 0 }, t = { 0 };
	struct dwarf_build b;

	(void)state;
	add(&s, GCC_O0, 960, NONE);
	add(&s, GCC_O2, 40, NONE);
	survey_end(&s, &b);
	assert_int_equal(b.verdict, BUILD_UNOPTIMISED);
	assert_int_equal(b.level, LEVEL_0);
	add(&t, GCC_O0, 300, NONE);
	add(&t, GCC_O2, 700, NONE);
	survey_end(&t, &b);
	assert_int_equal(b.verdict, BUILD_MIXED);
	assert_int_equal(b.level, LEVEL_2);
	assert_true(b.unoptimised_share > 0.29 && b.unoptimised_share < 0.31);
}

static void a_corner_does_not_speak_for_the_program(void **state)
{
	struct survey s = { 0 };
	struct dwarf_build b;

	(void)state;
	add(&s, GCC_O0, 40, NONE);
	add(&s, "GNU C17 12.2.0", 60, NONE);
	survey_end(&s, &b);
	assert_int_equal(b.verdict, BUILD_UNKNOWN);
	assert_int_equal(b.level, LEVEL_UNKNOWN);
	assert_int_equal(b.source, BINARY_FROM_NOTHING);
	assert_true(b.unoptimised_share < 0.0);
	assert_string_equal(b.version, "12.2.0");
}

/* Each of them has too few variables. */
static void small_units_are_judged_together(void **state)
{
	const struct unit_places fixed = { .fixed = 4 };
	struct survey s = { 0 };
	struct dwarf_build b;

	(void)state;
	for (int i = 0; i < 3; i++)
		add(&s, "GNU C17 12.2.0", 100, fixed);
	survey_end(&s, &b);
	assert_int_equal(b.verdict, BUILD_UNOPTIMISED);
	assert_int_equal(b.source, BINARY_FROM_LOCATIONS);
	assert_int_equal(b.level, LEVEL_UNKNOWN);
}

static void no_units_say_nothing(void **state)
{
	struct survey s = { 0 };
	struct dwarf_build b;

	(void)state;
	survey_end(&s, &b);
	assert_int_equal(b.verdict, BUILD_UNKNOWN);
	assert_int_equal(b.nunits, 0);
	assert_string_equal(b.compiler, "");
}

static void more_compilers_than_room_is_fine(void **state)
{
	struct survey s = { 0 };
	struct dwarf_build b;
	char producer[64];

	(void)state;
	for (int i = 0; i < 3 * SURVEY_MAKERS; i++) {
		snprintf(producer, sizeof(producer), "GNU C17 %d.1 -m64 -O2",
			 i);
		add(&s, producer, i == 3 ? 1000 : 10, NONE);
	}
	survey_end(&s, &b);
	assert_string_equal(b.version, "3.1");
	assert_int_equal(b.level, LEVEL_2);
}

static void languages_have_names(void **state)
{
	(void)state;
	assert_string_equal(unit_language(0x1d), "C");
	assert_string_equal(unit_language(0x21), "C++");
	assert_string_equal(unit_language(0x16), "Go");
	assert_string_equal(unit_language(0x1c), "Rust");
	assert_string_equal(unit_language(0x8001), "");
	assert_string_equal(unit_language(UINT64_MAX), "");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(places_of_variables_tell),
		cmocka_unit_test(standard_libraries_are_known),
		cmocka_unit_test(bytes_decide_not_files),
		cmocka_unit_test(a_little_of_the_other_kind_is_a_detail),
		cmocka_unit_test(a_corner_does_not_speak_for_the_program),
		cmocka_unit_test(small_units_are_judged_together),
		cmocka_unit_test(no_units_say_nothing),
		cmocka_unit_test(more_compilers_than_room_is_fine),
		cmocka_unit_test(languages_have_names),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
