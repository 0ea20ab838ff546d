/*
 * Programs that are compiled here, with what compilers there are, and then
 * asked how they were compiled.
 */
#include "record/binary.h"

#include "tree.h"
#include "unit.h"

#include "base/auto.h"
#include "base/clock.h"
#include "base/xalloc.h"
#include "config.h"

#include <elf.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

/*
 * What is not here is said and passed over with a return: automake takes what
 * cmocka's skip() prints, "not ok # SKIP", for a failure.
 */

static struct tree dir;

/* Enough variables for a judgement. */
static const char *const sources[][2] = {
	{ "/a.c",
	  "#include <stdio.h>\n#include <stdlib.h>\n"
	  "static int sum(const int *a, int n) { int s = 0;\n"
	  " for (int i = 0; i < n; i++) s += a[i] * i; return s; }\n"
	  "static int *fill(int n) { int *a = malloc(n * sizeof(*a));\n"
	  " for (int i = 0; i < n; i++) a[i] = i ^ (n >> 2); return a; }\n"
	  "int main(int c, char **v) { int n = c * 1000, *a = fill(n), s;\n"
	  " s = sum(a, n); printf(\"%d%s\", s, v[0]); free(a); return 0; }" },
	{ "/tiny.c", "int main(void) { volatile int x = 0;\n"
		     " for (int i = 0; i < 9; i++) x += i; return 0; }" },
	{ "/b.c", "int other(int a, int b, int c, int d) {\n"
		  " for (int i = 0; i < a; i++) for (int k = 0; k < b; k++) {\n"
		  "  c += a * i + b * k; d ^= c; c ^= d << 3; d += c >> 2;\n"
		  " } return c + d; }" },
	{ "/a.rs",
	  "fn work(n: u64) -> u64 { let mut v: Vec<u64> = Vec::new();\n"
	  " for i in 0..n { let x = i * 3; let y = x ^ i; v.push(y); }\n"
	  " let mut t = 0; for (i, x) in v.iter().enumerate() {\n"
	  "  let k = *x + i as u64; t += k; } t }\n"
	  "fn main() { let n = std::env::args().count() as u64;\n"
	  " let s = work(n * 10); println!(\"{}\", s); }" },
	{ "/a.go", "package main\nfunc main() { s := 0\n"
		   " for i := 0; i < 9; i++ { s += i * s }\n println(s) }" },
};

struct build {
	const char *what, *tool;
	const char *command; /* makes "out"; "cc" stands for the tool */
	bool needs_dwarf;    /* cannot be told without libdw */
	const char *compiler, *language;
	enum build_verdict verdict;
	enum build_level level;
	enum binary_source source;
	bool stripped, debug_info;
	unsigned instruments;
};

#define GCC(text) "gcc", text, true, "gcc", "C"
#define GCC_NO_G(text) "gcc", text, false, "gcc", ""
#define CLANG(text) "clang", text, true, "clang", "C"
#define CLANG_NO_G(text) "clang", text, false, "clang", ""
#define UNOPT BUILD_UNOPTIMISED
#define OPT BUILD_OPTIMISED
#define PRODUCER BINARY_FROM_PRODUCER
#define LOCATIONS BINARY_FROM_LOCATIONS
#define COMMAND_LINE BINARY_FROM_COMMAND_LINE

static const struct build builds[] = {
	{ "gcc -O0", GCC("cc -g a.c"), UNOPT, LEVEL_0, PRODUCER, false, true },
	{ "gcc -O1", GCC("cc -g -O a.c"), OPT, LEVEL_1, PRODUCER, false, true },
	{ "gcc -O2", GCC("cc -g -O2 a.c"), OPT, LEVEL_2, PRODUCER, false,
	  true },
	{ "gcc -O2 -O0", GCC("cc -g -O2 -O0 a.c"), UNOPT, LEVEL_0, PRODUCER,
	  false, true },
	{ "gcc -Og", GCC("cc -g -Og a.c"), OPT, LEVEL_G, PRODUCER, false,
	  true },
	{ "gcc -Os", GCC("cc -g -Os a.c"), OPT, LEVEL_S, PRODUCER, false,
	  true },
	{ "gcc -Ofast, with a unit of its own", GCC("cc -g -Ofast a.c"), OPT,
	  LEVEL_FAST, PRODUCER, false, true },
	{ "gcc -flto", GCC("cc -g -O3 -flto a.c"), OPT, LEVEL_3, PRODUCER,
	  false, true },
	{ "gcc -gdwarf-4", GCC("cc -gdwarf-4 -O2 a.c"), OPT, LEVEL_2, PRODUCER,
	  false, true },
	{ "gcc -gz", GCC("cc -gz -g -O2 a.c"), OPT, LEVEL_2, PRODUCER, false,
	  true },
	{ "gcc -gsplit-dwarf", GCC("cc -gsplit-dwarf -g -O2 a.c"), OPT, LEVEL_2,
	  PRODUCER, false, true },
	{ "gcc -O0, not recorded",
	  GCC("cc -g -gno-record-gcc-switches -O0 a.c"), UNOPT, LEVEL_UNKNOWN,
	  LOCATIONS, false, true },
	{ "gcc -O2, not recorded",
	  GCC("cc -g -gno-record-gcc-switches -O2 a.c"), OPT, LEVEL_UNKNOWN,
	  LOCATIONS, false, true },
	{ "gcc -O0, not recorded, too small to judge",
	  GCC("cc -g -gno-record-gcc-switches -O0 tiny.c"), BUILD_UNKNOWN,
	  LEVEL_UNKNOWN, BINARY_FROM_NOTHING, false, true },
	{ "gcc, half of it -O0", GCC("cc -g -O2 -c b.c && cc -g -O0 a.c b.o"),
	  BUILD_MIXED, LEVEL_0, PRODUCER, false, true },
	{ "gcc -O2 without -g", GCC_NO_G("cc -O2 a.c"), BUILD_UNKNOWN,
	  LEVEL_UNKNOWN, BINARY_FROM_NOTHING, false, false },
	{ "gcc -O2 stripped", GCC_NO_G("cc -g -O2 -s a.c"), BUILD_UNKNOWN,
	  LEVEL_UNKNOWN, BINARY_FROM_NOTHING, true, false },
	{ "gcc -frecord-gcc-switches stripped",
	  GCC_NO_G("cc -frecord-gcc-switches -O2 -s a.c"), OPT, LEVEL_2,
	  COMMAND_LINE, true, false },
	{ "gcc -frecord-gcc-switches -O0",
	  GCC_NO_G("cc -frecord-gcc-switches a.c"), UNOPT, LEVEL_0,
	  COMMAND_LINE, false, false },
	{ "gcc -pg", GCC_NO_G("cc -O2 -pg a.c"), BUILD_UNKNOWN, LEVEL_UNKNOWN,
	  BINARY_FROM_NOTHING, false, false, BINARY_PROFILE },
	{ "gcc --coverage", GCC_NO_G("cc -O2 --coverage a.c"), BUILD_UNKNOWN,
	  LEVEL_UNKNOWN, BINARY_FROM_NOTHING, false, false, BINARY_COVERAGE },
	{ "gcc -fsanitize=address, stripped",
	  GCC_NO_G("cc -O2 -fsanitize=address -s a.c"), BUILD_UNKNOWN,
	  LEVEL_UNKNOWN, BINARY_FROM_NOTHING, true, false, BINARY_ASAN },
	{ "gcc -fsanitize=undefined",
	  GCC_NO_G("cc -O2 -fsanitize=undefined a.c"), BUILD_UNKNOWN,
	  LEVEL_UNKNOWN, BINARY_FROM_NOTHING, false, false, BINARY_UBSAN },
	{ "clang -O0", CLANG("cc -g a.c"), UNOPT, LEVEL_UNKNOWN, LOCATIONS,
	  false, true },
	{ "clang -O2", CLANG("cc -g -O2 a.c"), OPT, LEVEL_UNKNOWN, LOCATIONS,
	  false, true },
	{ "clang -O0 -gdwarf-4", CLANG("cc -gdwarf-4 a.c"), UNOPT,
	  LEVEL_UNKNOWN, LOCATIONS, false, true },
	{ "clang -O1 -gdwarf-4", CLANG("cc -gdwarf-4 -O1 a.c"), OPT,
	  LEVEL_UNKNOWN, LOCATIONS, false, true },
	{ "clang -O0 -gdwarf-5, small", CLANG("cc -gdwarf-5 tiny.c"), UNOPT,
	  LEVEL_UNKNOWN, LOCATIONS, false, true },
	{ "clang -O1 -gdwarf-5, small", CLANG("cc -gdwarf-5 -O1 tiny.c"), OPT,
	  LEVEL_UNKNOWN, LOCATIONS, false, true },
	{ "clang -O1 -glldb -gdwarf-4, small",
	  CLANG("cc -glldb -gdwarf-4 -O1 tiny.c"), OPT, LEVEL_UNKNOWN,
	  LOCATIONS, false, true },
	{ "clang -grecord-command-line",
	  CLANG("cc -grecord-command-line -g -O3 a.c"), OPT, LEVEL_3, PRODUCER,
	  false, true },
	{ "clang -frecord-command-line",
	  CLANG_NO_G("cc -frecord-command-line -O2 a.c"), OPT, LEVEL_2,
	  COMMAND_LINE, false, false },
	{ "clang -fsanitize=address",
	  CLANG_NO_G("cc -O2 -fsanitize=address a.c"), BUILD_UNKNOWN,
	  LEVEL_UNKNOWN, BINARY_FROM_NOTHING, false, false, BINARY_ASAN },
	{ "rustc, debug", "rustc", "cc -g a.rs", true, "rustc", "Rust", UNOPT,
	  LEVEL_UNKNOWN, LOCATIONS, false, true },
	{ "rustc, release", "rustc", "cc -g -O a.rs", true, "rustc", "Rust",
	  OPT, LEVEL_UNKNOWN, LOCATIONS, false, true },
	{ "go", "go", "cc build a.go", false, "go", "Go", OPT, LEVEL_UNKNOWN,
	  PRODUCER, false, true },
	{ "go -N", "go", "cc build -gcflags='-N -l' a.go", false, "go", "Go",
	  UNOPT, LEVEL_UNKNOWN, PRODUCER, false, true },
	{ "go, stripped", "go", "cc build -ldflags='-s -w' a.go", false, "go",
	  "Go", OPT, LEVEL_UNKNOWN, BINARY_FROM_GO, true, false },
	{ "go -N, stripped", "go",
	  "cc build -ldflags='-s -w' -gcflags='-N -l' a.go", false, "go", "Go",
	  UNOPT, LEVEL_UNKNOWN, BINARY_FROM_GO, true, false },
};

static char *out_path(const char *name)
{
	return xasprintf("%s/%s", dir.path, name);
}

/* Run in the directory; "cc" is @tool with what makes it write @out. */
static bool make(const char *tool, const char *command, const char *out)
{
	const char *id = "";
	AUTO_FREE char *all = NULL;

	if (!strcmp(tool, "gcc") || !strcmp(tool, "clang"))
		id = "-Wl,--build-id=0xab0123456789cdef";
	all = xasprintf("cd %s && rm -f %s && { cc() { "
			"if [ \"$1\" = build ]; then shift; "
			"%s build -o %s \"$@\"; "
			"else case \" $* \" in "
			"*' -c '*) %s \"$@\" ;; *) %s %s -o %s \"$@\" ;; "
			"esac; fi; }; "
			"GO111MODULE=off GOCACHE=$PWD/go LC_ALL=C; "
			"export GO111MODULE GOCACHE LC_ALL; %s; } >log 2>&1",
			dir.path, out, tool, out, tool, tool, id, out, command);
	return system(all) == 0;
}

/* One row of builds, when its compiler is here. */
static void a_build_is_known(void **state)
{
	const struct build *want = *state;
	AUTO_FREE char *tool = binary_find(want->tool), *out = NULL;
	AUTO(binary_done) struct binary b = { 0 };

	if (!tool) {
		print_message("# %s: no %s here\n", want->what, want->tool);
		return;
	}
#ifndef HAVE_LIBDW
	if (want->needs_dwarf) {
		print_message("# %s: built without libdw\n", want->what);
		return;
	}
#endif
	if (!make(want->tool, want->command, "out")) {
		print_message("# %s: %s cannot do that here\n", want->what,
			      want->tool);
		return;
	}
	out = out_path("out");
	binary_inspect(out, 0, &b);
	if (b.kind != BINARY_ELF || b.verdict != want->verdict ||
	    b.level != want->level)
		fail_msg("%s: %s %s, %s", want->what,
			 build_verdict_name(b.verdict),
			 build_level_name(b.level), b.dwarf_why.what);
	assert_string_equal(b.compiler, want->compiler);
	assert_true(b.version[0] >= '0' && b.version[0] <= '9');
	assert_string_equal(b.language, want->language);
	if (strcmp(want->tool, "go") != 0)
		assert_string_equal(binary_source_name(b.source),
				    binary_source_name(want->source));
	assert_int_equal(b.stripped, want->stripped);
	assert_int_equal(b.debug_info, want->debug_info);
	assert_int_equal(b.instruments, want->instruments);
	assert_string_equal(b.path, out);
	if (!strcmp(want->tool, "gcc") || !strcmp(want->tool, "clang"))
		assert_string_equal(b.build_id, "ab0123456789cdef");
	if (!strcmp(want->tool, "go"))
		assert_true(b.go_build_id[0] != '\0');
	assert_int_equal(b.why.code, 0);
}

/* Which of gcc and clang to make things with; NULL and a reason: none. */
static const char *a_compiler(void)
{
	static const char *const tools[] = { "gcc", "clang" };

	for (size_t i = 0; i < ARRAY_LEN(tools); i++) {
		AUTO_FREE char *tool = binary_find(tools[i]);

		if (tool)
			return tools[i];
	}
	print_message("# neither gcc nor clang is called that here\n");
	return NULL;
}

static void static_and_pie_are_told(void **state)
{
	const char *cc = a_compiler();
	AUTO_FREE char *out = out_path("kind");
	struct binary b;

	(void)state;
	if (!cc || !make(cc, "cc -O2 -static -no-pie tiny.c", "kind")) {
		print_message("# no static C library here\n");
		return;
	}
	binary_inspect(out, 0, &b);
	assert_true(b.is_static);
	assert_false(b.is_pie);
	binary_done(&b);
	assert_true(make(cc, "cc -O2 -fPIE -pie tiny.c", "kind"));
	binary_inspect(out, 0, &b);
	assert_false(b.is_static);
	assert_true(b.is_pie);
	binary_done(&b);
}

static void debug_information_apart_is_found(void **state)
{
	AUTO_FREE char *out = out_path("apart");
	AUTO(binary_done) struct binary b = { 0 };

	(void)state;
#ifndef HAVE_LIBDW
	print_message("# built without libdw\n");
	return;
#endif
	if (!make("gcc",
		  "cc -g -O2 a.c && mkdir -p .debug && "
		  "objcopy --only-keep-debug apart .debug/apart.dbg && "
		  "strip apart && cd .debug && "
		  "objcopy --add-gnu-debuglink=apart.dbg ../apart",
		  "apart")) {
		print_message("# no gcc or no objcopy here\n");
		return;
	}
	binary_inspect(out, 0, &b);
	assert_true(b.stripped);
	assert_true(b.debug_info);
	assert_non_null(strstr(b.debug_file, "/.debug/apart.dbg"));
	assert_int_equal(b.level, LEVEL_2);
	binary_done(&b);
	/* that of another build is no help */
	assert_true(make("gcc",
			 "cc -g -O0 -Wl,--build-id=0x1111 a.c && "
			 "strip apart && cd .debug && objcopy "
			 "--add-gnu-debuglink=apart.dbg ../apart",
			 "apart"));
	binary_inspect(out, 0, &b);
	assert_null(b.debug_file);
	assert_int_equal(b.verdict, BUILD_UNKNOWN);
}

/* ---- what Go leaves, without Go ---- */

static void go_information_is_read_from_a_recording(void **state)
{
	const char *cc = a_compiler();
	AUTO_FREE char *out = out_path("like-go");
	AUTO(binary_done) struct binary b = { 0 };

	(void)state;
	tree_put(&dir, "/go.s",
		 ".section .go.buildinfo,\"aw\"\n"
		 ".ascii \"\\377 Go buildinf:\"\n.byte 8, 2\n.zero 16\n"
		 ".byte 8\n.ascii \"go1.23.3\"\n"
		 ".byte 2f - 1f\n1: .ascii \"0123456789abcdef\"\n"
		 ".ascii \"path\\tmain\\nbuild\\t-compiler=gc\\n\"\n"
		 ".ascii \"build\\t-gcflags=-N\\nbuild\\t-race=true\\n\"\n"
		 ".ascii \"0123456789abcdef\"\n2:\n"
		 ".section .note.go.buildid,\"a\",@note\n"
		 ".long 4, 4, 4\n.asciz \"Go\\0\"\n.ascii \"x/y\\001\"\n"
		 ".section .note.GNU-stack,\"\",@progbits");
	if (!cc || !make(cc, "cc -O2 -s tiny.c go.s", "like-go")) {
		print_message("# no assembler like GNU's here\n");
		return;
	}
	binary_inspect(out, 0, &b);
	assert_string_equal(b.compiler, "go");
	assert_string_equal(b.version, "1.23.3");
	assert_string_equal(b.language, "Go");
	assert_int_equal(b.verdict, BUILD_UNOPTIMISED);
	assert_int_equal(b.source, BINARY_FROM_GO);
	assert_int_equal(b.instruments, BINARY_TSAN);
	assert_string_equal(b.go_build_id, "x/y?");
}

/* ---- damage ---- */

static void put_bytes(const char *path, const char *data, size_t len)
{
	AUTO_CLOSE int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0755);

	assert_true(fd >= 0);
	assert_int_equal(write(fd, data, len), len);
}

static void inspect_bytes(const char *path, const char *data, size_t len)
{
	struct binary b;

	put_bytes(path, data, len);
	binary_inspect(path, 0, &b);
	/* reached: it neither crashed nor hung */
	assert_true(b.kind == BINARY_ELF || b.why.code ||
		    b.kind == BINARY_OTHER || b.kind == BINARY_SCRIPT);
	binary_done(&b);
}

/* Every now and then a byte, the same ones each time. */
static void damaged_programs_are_survived(void **state)
{
	const char *cc = a_compiler();
	AUTO_FREE char *out = out_path("whole"), *bad = out_path("bad");
	AUTO_FREE char *data = NULL;
	AUTO_CLOSE int fd = -1;
	uint32_t seed = 1;
	struct stat st;
	size_t len;

	(void)state;
	if (!cc)
		return;
	assert_true(make(cc, "cc -g -O2 a.c", "whole"));
	fd = open(out, O_RDONLY);
	assert_int_equal(fstat(fd, &st), 0);
	len = (size_t)st.st_size;
	data = xmalloc(len);
	assert_int_equal(read(fd, data, len), len);
	for (size_t i = 0; i < 40; i++)
		inspect_bytes(bad, data, len * i / 40);
	for (int i = 0; i < 160; i++) {
		char was[8];
		size_t at;

		seed = seed * 1664525 + 1013904223;
		at = (size_t)seed % (len - sizeof(was));
		memcpy(was, data + at, sizeof(was));
		for (size_t k = 0; k < sizeof(was); k++)
			data[at + k] = (char)(seed >> 8 >> k);
		inspect_bytes(bad, data, len);
		memcpy(data + at, was, sizeof(was));
	}
}

/* ---- which file ---- */

static void the_path_is_searched_as_exec_does(void **state)
{
	AUTO_FREE char *path = NULL, *found = NULL, *saved = NULL;
	AUTO_FREE char *bin = out_path("bin/tool-x");
	AUTO_FREE char *here = xstrdup(getenv("PATH") ? getenv("PATH") : "");

	(void)state;
	saved = xstrdup(here);
	tree_put_dir(&dir, "/dirs/tool-x");
	tree_put(&dir, "/plain/tool-x", "not executable");
	tree_put(&dir, "/bin/tool-x", "#!/bin/sh");
	assert_int_equal(chmod(bin, 0755), 0);
	path = xasprintf("/none:%s/dirs:%s/plain:%s/bin", dir.path, dir.path,
			 dir.path);
	assert_int_equal(setenv("PATH", path, 1), 0);
	found = binary_find("tool-x");
	assert_string_equal(found, bin);
	assert_null(binary_find("tool-y"));
	assert_null(binary_find(""));
	assert_null(binary_find("./tool-y"));
	assert_int_equal(setenv("PATH", saved, 1), 0);
	free(found);
	found = binary_find(bin);
	assert_string_equal(found, bin);
}

static void script(const char *name, const char *text, struct binary *ret)
{
	AUTO_FREE char *file = xasprintf("/%s", name), *path = out_path(name);

	tree_put(&dir, file, text);
	assert_int_equal(chmod(path, 0755), 0);
	binary_inspect(path, 0, ret);
}

static void scripts_lead_to_who_runs_them(void **state)
{
	static const char *const firsts[] = {
		"#!/bin/sh",
		"#! /bin/sh -e",
		"#!/usr/bin/env sh",
		"#!/usr/bin/env -S A=1 sh -e",
		"#!/usr/bin/env -Ssh -e",
		"echo no first line: the shell gets it",
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(firsts); i++) {
		struct binary b;

		script("script", firsts[i], &b);
		assert_int_equal(b.kind, BINARY_SCRIPT);
		assert_non_null(b.interpreter);
		assert_string_equal(strrchr(b.interpreter->name, '/'), "/sh");
		assert_int_equal(b.interpreter->kind, BINARY_ELF);
		binary_done(&b);
	}
}

static void scripts_without_anybody_are_fine(void **state)
{
	static const char *const firsts[] = { "#!", "#!/none/such", "#!\t \n",
					      "#!/usr/bin/env",
					      "#!/usr/bin/env -i A=1" };
	AUTO_FREE char *self = out_path("self"), *loop = NULL;
	struct binary b;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(firsts); i++) {
		script("script", firsts[i], &b);
		assert_null(b.interpreter);
		binary_done(&b);
	}
	/* its own interpreter; the kernel gives up, and so do we */
	loop = xasprintf("#!%s", self);
	script("self", "#!/bin/sh", &b);
	binary_done(&b);
	script("self", loop, &b);
	assert_int_equal(b.kind, BINARY_SCRIPT);
	assert_int_equal(b.interpreter->kind, BINARY_SCRIPT);
	binary_done(&b);
}

static uint64_t now_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_REALTIME, &now);
	return (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
}

static void what_changed_meanwhile_is_not_looked_at(void **state)
{
	AUTO_FREE char *path = out_path("changing");
	struct binary b;

	(void)state;
	put_bytes(path, ELFMAG, 4);
	binary_inspect(path, now_ns() - 60000000000u, &b);
	assert_int_equal(b.why.code, -ESTALE);
	assert_int_equal(b.kind, BINARY_NONE);
	assert_string_equal(b.name, path);
	binary_done(&b);
	binary_inspect(path, now_ns() + 60000000000u, &b);
	assert_int_equal(b.why.code, -ENOEXEC);
	binary_done(&b);
}

static void a_task_keeps_its_file(void **state)
{
	AUTO_FREE char *name = NULL, *gone = NULL;
	AUTO_CLOSE int fd = binary_open_task(getpid(), &name);
	struct binary b;

	(void)state;
	assert_true(fd >= 0);
	assert_non_null(strstr(name, "binary_test"));
	gone = xasprintf("%s (deleted)", name);
	binary_inspect_fd(fd, gone, 0, &b);
	assert_string_equal(b.name, name);
	assert_int_equal(b.kind, BINARY_ELF);
	binary_done(&b);
	/* a kernel thread executes nothing, and neither does nobody */
	assert_true(binary_open_task(0x7ffffff0, &gone) < 0);
}

static void what_cannot_be_read_says_so(void **state)
{
	struct binary b;

	(void)state;
	binary_inspect("/none/such", 0, &b);
	assert_int_equal(b.why.code, -ENOENT);
	binary_done(&b);
	binary_inspect("/", 0, &b);
	assert_int_equal(b.why.code, -EINVAL);
	binary_done(&b);
	binary_inspect("/dev/null", 0, &b);
	assert_int_equal(b.why.code, -EINVAL);
	binary_done(&b);
}

static int set_up(void **state)
{
	(void)state;
	tree_make(&dir);
	for (size_t i = 0; i < ARRAY_LEN(sources); i++)
		tree_put(&dir, sources[i][0], sources[i][1]);
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	tree_remove(&dir);
	return 0;
}

int main(void)
{
	const struct CMUnitTest others[] = {
		cmocka_unit_test(static_and_pie_are_told),
		cmocka_unit_test(debug_information_apart_is_found),
		cmocka_unit_test(go_information_is_read_from_a_recording),
		cmocka_unit_test(damaged_programs_are_survived),
		cmocka_unit_test(the_path_is_searched_as_exec_does),
		cmocka_unit_test(scripts_lead_to_who_runs_them),
		cmocka_unit_test(scripts_without_anybody_are_fine),
		cmocka_unit_test(what_changed_meanwhile_is_not_looked_at),
		cmocka_unit_test(a_task_keeps_its_file),
		cmocka_unit_test(what_cannot_be_read_says_so),
	};
	struct CMUnitTest tests[ARRAY_LEN(builds) + ARRAY_LEN(others)] = { 0 };

	for (size_t i = 0; i < ARRAY_LEN(builds); i++)
		tests[i] = (struct CMUnitTest){
			.name = builds[i].what,
			.test_func = a_build_is_known,
			.initial_state = (void *)(uintptr_t)&builds[i],
		};
	memcpy(tests + ARRAY_LEN(builds), others, sizeof(others));
	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, set_up, tear_down);
}
