#include "record/producer.h"

#include "unit.h"

#include "base/auto.h"

#include <string.h>

static const struct {
	const char *text, *compiler, *version;
	enum build_level level;
	enum build_verdict verdict;
} texts[] = {
	/* gcc records its switches unless told not to */
	{ "GNU C17 12.2.0 -mtune=generic -march=x86-64 -g -O2 -fPIE", "gcc",
	  "12.2.0", LEVEL_2, BUILD_OPTIMISED },
	{ "GNU C17 12.2.0 -mtune=generic -march=x86-64 -g", "gcc", "12.2.0",
	  LEVEL_0, BUILD_UNOPTIMISED },
	{ "GNU C17 12.2.0", "gcc", "12.2.0", LEVEL_UNKNOWN, BUILD_UNKNOWN },
	{ "GNU C++17 13.1.1 20230429 (Red Hat 13.1.1-1) -m64 -O3 -O0", "gcc",
	  "13.1.1", LEVEL_0, BUILD_UNOPTIMISED },
	{ "GNU C++17 13.1.1 20230429 (Red Hat 13.1.1-1)", "gcc", "13.1.1",
	  LEVEL_UNKNOWN, BUILD_UNKNOWN },
	{ "GNU GIMPLE 12.2.0 -march=x86-64 -g -g -O2 -O3 -fltrans", "gcc",
	  "12.2.0", LEVEL_3, BUILD_OPTIMISED },
	{ "GNU Fortran2008 12.2.0 -O -Ofast", "gcc", "12.2.0", LEVEL_FAST,
	  BUILD_OPTIMISED },
	{ "GNU C17 12.2.0 -m64 -Og", "gcc", "12.2.0", LEVEL_G,
	  BUILD_OPTIMISED },
	{ "GNU C17 12.2.0 -m64 -Os", "gcc", "12.2.0", LEVEL_S,
	  BUILD_OPTIMISED },
	{ "GNU C17 12.2.0 -m64 -Oz", "gcc", "12.2.0", LEVEL_Z,
	  BUILD_OPTIMISED },
	{ "GNU C17 12.2.0 -m64 -O", "gcc", "12.2.0", LEVEL_1, BUILD_OPTIMISED },
	{ "GNU C17 12.2.0 -m64 -O9", "gcc", "12.2.0", LEVEL_3,
	  BUILD_OPTIMISED },
	{ "GNU C17 12.2.0 -m64 -O22", "gcc", "12.2.0", LEVEL_3,
	  BUILD_OPTIMISED },
	/* not a level, whatever it is */
	{ "GNU C17 12.2.0 -m64 -O1 -Ooh", "gcc", "12.2.0", LEVEL_1,
	  BUILD_OPTIMISED },
	{ "GNU AS 2.40.0", "as", "2.40.0", LEVEL_UNKNOWN, BUILD_UNKNOWN },
	/* clang records them with -grecord-command-line only */
	{ "Debian clang version 14.0.6", "clang", "14.0.6", LEVEL_UNKNOWN,
	  BUILD_UNKNOWN },
	{ "clang version 15.0.0 (https://github.com/llvm/llvm-project.git 4ba)",
	  "clang", "15.0.0", LEVEL_UNKNOWN, BUILD_UNKNOWN },
	{ "Debian clang version 14.0.6 /usr/lib/llvm-14/bin/clang -g -O2 a.c",
	  "clang", "14.0.6", LEVEL_2, BUILD_OPTIMISED },
	{ "Debian clang version 14.0.6 /usr/lib/llvm-14/bin/clang -g a.c",
	  "clang", "14.0.6", LEVEL_0, BUILD_UNOPTIMISED },
	{ "clang LLVM (rustc version 1.63.0)", "rustc", "1.63.0", LEVEL_UNKNOWN,
	  BUILD_UNKNOWN },
	{ "clang LLVM (rustc version 1.95.0 (59807616e 2026-04-14))", "rustc",
	  "1.95.0", LEVEL_UNKNOWN, BUILD_UNKNOWN },
	{ "Go cmd/compile go1.19.8; regabi", "go", "1.19.8", LEVEL_UNKNOWN,
	  BUILD_OPTIMISED },
	{ "Go cmd/compile go1.19.8; -N -l regabi", "go", "1.19.8",
	  LEVEL_UNKNOWN, BUILD_UNOPTIMISED },
	{ "Go cmd/compile go1.19.8; -N", "go", "1.19.8", LEVEL_UNKNOWN,
	  BUILD_UNOPTIMISED },
	{ "zig 0.11.0", "zig", "0.11.0", LEVEL_UNKNOWN, BUILD_UNKNOWN },
	{ "LDC 1.30.0 (LLVM 14.0.6)", "LDC", "1.30.0", LEVEL_UNKNOWN,
	  BUILD_UNKNOWN },
	{ "NVC++ 22.5-0 x86-64 -O3", "NVC++", "22.5-0", LEVEL_3,
	  BUILD_OPTIMISED },
	{ "The Glorious Glasgow Haskell Compilation System 9.0.2",
	  "The Glorious Glasgow Haskell Co", "9.0.2", LEVEL_UNKNOWN,
	  BUILD_UNKNOWN },
	{ "", "", "", LEVEL_UNKNOWN, BUILD_UNKNOWN },
	{ "GNU ", "gcc", "", LEVEL_UNKNOWN, BUILD_UNKNOWN },
	{ "-O2", "-O2", "", LEVEL_UNKNOWN, BUILD_UNKNOWN },
};

static void compilers_are_told_by_what_they_write(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(texts); i++) {
		struct producer p;

		producer_parse(texts[i].text, &p);
		if (strcmp(p.compiler, texts[i].compiler) != 0 ||
		    strcmp(p.version, texts[i].version) != 0 ||
		    p.level != texts[i].level || p.verdict != texts[i].verdict)
			fail_msg("'%s': %s, %s, %s, %s", texts[i].text,
				 p.compiler, p.version,
				 build_level_name(p.level),
				 build_verdict_name(p.verdict));
	}
}

static void assembler_is_nobodys_optimisation(void **state)
{
	struct producer p;

	(void)state;
	producer_parse("GNU AS 2.40.0", &p);
	assert_true(p.is_assembler);
	producer_parse("GNU ASN.1 2.40.0", &p);
	assert_false(p.is_assembler);
}

#define COMMENTS(text) text, sizeof(text)

static void the_startup_files_are_not_the_program(void **state)
{
	struct producer p;

	(void)state;
	producer_of_comments(COMMENTS("GCC: (Debian 12.2.0-14) 12.2.0"), &p);
	assert_string_equal(p.compiler, "gcc");
	assert_string_equal(p.version, "12.2.0");
	producer_of_comments(COMMENTS("GCC: (Debian 12.2.0-14) 12.2.0\0"
				      "Debian clang version 14.0.6"),
			     &p);
	assert_string_equal(p.compiler, "clang");
	assert_string_equal(p.version, "14.0.6");
	producer_of_comments(
		COMMENTS("rustc version 1.95.0 (59807616e 2026-04-14)\0"
			 "Linker: LLD 22.1.2\0clang version 14.0.6\0"
			 "GCC: (Debian 12.2.0-14) 12.2.0"),
		&p);
	assert_string_equal(p.compiler, "rustc");
	assert_string_equal(p.version, "1.95.0");
	/* which of the two built the program, nobody knows */
	producer_of_comments(COMMENTS("GCC: (Debian 12.2.0-14) 12.2.0\0"
				      "GCC: (GNU) 14.1.0"),
			     &p);
	assert_string_equal(p.compiler, "gcc");
	assert_string_equal(p.version, "");
	producer_of_comments("", 0, &p);
	assert_string_equal(p.compiler, "");
	/* not ended: what a section cut short looks like */
	producer_of_comments("GCC: (D", 7, &p);
	assert_string_equal(p.version, "");
}

static const struct {
	const char *data;
	size_t len;
	enum build_level level;
	enum build_verdict verdict;
} lines[] = {
	{ COMMENTS("GNU C17 12.2.0 -m64 -O2"), LEVEL_2, BUILD_OPTIMISED },
	{ COMMENTS("GNU C17 12.2.0 -m64"), LEVEL_0, BUILD_UNOPTIMISED },
	{ COMMENTS("/usr/lib/llvm-14/bin/clang -O2 a.c"), LEVEL_2,
	  BUILD_OPTIMISED },
	{ COMMENTS("/usr/lib/llvm-14/bin/clang a.c"), LEVEL_0,
	  BUILD_UNOPTIMISED },
	{ COMMENTS("GNU C17 12.2.0 -m64 -O2\0GNU C17 12.2.0 -m64 -O3"),
	  LEVEL_UNKNOWN, BUILD_OPTIMISED },
	{ COMMENTS("GNU C17 12.2.0 -m64 -O2\0GNU C17 12.2.0 -m64"), LEVEL_2,
	  BUILD_MIXED },
	/* before gcc 11: one line for each switch */
	{ COMMENTS("a.c\0-mtune=generic\0-O2"), LEVEL_2, BUILD_OPTIMISED },
	{ COMMENTS("-mtune=generic\0-g"), LEVEL_0, BUILD_UNOPTIMISED },
	{ COMMENTS("something else"), LEVEL_UNKNOWN, BUILD_UNKNOWN },
	{ "", 0, LEVEL_UNKNOWN, BUILD_UNKNOWN },
};

static void recorded_command_lines_are_understood(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(lines); i++) {
		struct producer p;

		producer_of_command_lines(lines[i].data, lines[i].len, &p);
		if (p.level != lines[i].level || p.verdict != lines[i].verdict)
			fail_msg("line %zu, '%s': %s, %s", i, lines[i].data,
				 build_level_name(p.level),
				 build_verdict_name(p.verdict));
	}
}

static const struct {
	const char *modinfo;
	enum build_verdict verdict;
} go_builds[] = {
	{ "path\tmain\nbuild\t-compiler=gc\nbuild\tGOOS=linux\n",
	  BUILD_OPTIMISED },
	{ "path\tmain\nbuild\t-compiler=gc\nbuild\t-gcflags=\"-N -l\"\n",
	  BUILD_UNOPTIMISED },
	{ "path\tmain\nbuild\t-compiler=gc\nbuild\t-gcflags=\"all=-N -l\"\n",
	  BUILD_UNOPTIMISED },
	{ "path\tmain\nbuild\t-compiler=gc\nbuild\t-gcflags=-N\n",
	  BUILD_UNOPTIMISED },
	{ "path\tmain\nbuild\t-compiler=gc\nbuild\t-gcflags=-NoSuch\n",
	  BUILD_OPTIMISED },
	{ "path\tmain\nbuild\t-compiler=gc\nbuild\t-gcflags=-m\n"
	  "build\t-ldflags=\"-N\"\n",
	  BUILD_OPTIMISED },
	/* before 1.18 no settings were recorded */
	{ "path\tmain\nmod\tmain\t(devel)\n", BUILD_UNKNOWN },
	{ "", BUILD_UNKNOWN },
};

static void go_settings_are_understood(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(go_builds); i++) {
		struct producer p;

		producer_of_go("go1.23.3", go_builds[i].modinfo, &p);
		assert_string_equal(p.compiler, "go");
		assert_string_equal(p.version, "1.23.3");
		if (p.verdict != go_builds[i].verdict)
			fail_msg("%s: %s", go_builds[i].modinfo,
				 build_verdict_name(p.verdict));
	}
	assert_true(producer_go_has("a\nbuild\t-race=true\n", "-race=true"));
	assert_false(producer_go_has("a\nbuilt\t-race=true\n", "-race=true"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(compilers_are_told_by_what_they_write),
		cmocka_unit_test(assembler_is_nobodys_optimisation),
		cmocka_unit_test(the_startup_files_are_not_the_program),
		cmocka_unit_test(recorded_command_lines_are_understood),
		cmocka_unit_test(go_settings_are_understood),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
