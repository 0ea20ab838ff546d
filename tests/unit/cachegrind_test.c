/*
 * Simulated counters without valgrind: columns, caches, what a process leaves
 * behind, and how the processes of a run are put together.
 */
#include "source/cachegrind_caches.h"
#include "source/cachegrind_setup.h"
#include "source/cachegrind_tree.h"

#include "base/auto.h"
#include "base/xalloc.h"

#include "unit.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* ---- columns ---- */

static void a_spelling_is_a_sum_of_columns(void **state)
{
	static const struct {
		const char *text;
		uint32_t set; /* 0: refused */
	} rows[] = {
		{ "Ir", 1u << CACHEGRIND_IR },
		{ "Bc + Bi", 1u << CACHEGRIND_BC | 1u << CACHEGRIND_BI },
		{ "ILmr+DLmr +DLmw ", 1u << CACHEGRIND_ILMR |
					      1u << CACHEGRIND_DLMR |
					      1u << CACHEGRIND_DLMW },
		{ "", 0 },
		{ "ir", 0 },
		{ "Irx", 0 },
		{ "Ir +", 0 },
		{ "+ Ir", 0 },
		{ "Ir Dr", 0 },
		{ "Ir - Dr", 0 },
		{ "Ir + Ir", 0 },
		{ "2 * Ir", 0 },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct err err = { 0 };
		uint32_t set = 0;
		int r = cachegrind_columns_parse(rows[i].text, &set, &err);

		assert_int_equal(set, rows[i].set);
		assert_int_equal(r, rows[i].set ? 0 : -EINVAL);
		assert_int_equal(err.code, r);
	}
	for (int c = 0; c < CACHEGRIND_COLUMNS; c++) {
		const char *name =
			cachegrind_column_name((enum cachegrind_column)c);

		assert_int_equal(cachegrind_column_find(name, strlen(name)), c);
	}
}

/* ---- caches ---- */

static void the_nearest_cache_that_cachegrind_takes(void **state)
{
	static const struct {
		uint64_t bytes;
		unsigned ways, line;
		uint64_t bytes_after;
		unsigned ways_after;
	} rows[] = {
		{ 32768, 8, 64, 32768, 8 },
		{ 49152, 12, 64, 49152, 12 },
		/* 212992 sets, 24576, 98304, 53248: no powers of two */
		{ 260ull << 20, 20, 64, 256ull << 20, 16 },
		{ 24 << 20, 16, 64, 24 << 20, 12 },
		{ 96 << 20, 16, 64, 96 << 20, 12 },
		{ 39 << 20, 12, 64, 40 << 20, 10 },
		{ 1536 << 10, 12, 64, 1536 << 10, 12 },
		/* more than an int of bytes */
		{ 4ull << 30, 16, 64, 1ull << 30, 16 },
		{ 128, 2, 64, 128, 2 },
		{ 192, 3, 64, 192, 3 },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct cachegrind_cache c = { rows[i].bytes, rows[i].ways,
					      rows[i].line };
		bool other = cachegrind_cache_round(&c);
		uint64_t sets = c.bytes / c.ways / c.line_bytes;

		assert_int_equal(c.bytes, rows[i].bytes_after);
		assert_int_equal(c.ways, rows[i].ways_after);
		assert_int_equal(other, c.bytes != rows[i].bytes ||
						c.ways != rows[i].ways);
		assert_int_equal(sets & (sets - 1), 0);
		assert_false(cachegrind_cache_round(&c));
	}
}

static void every_rounded_cache_is_one_that_cachegrind_takes(void **state)
{
	(void)state;
	for (unsigned kib = 1; kib < 3000; kib += 7) {
		for (unsigned ways = 1; ways <= 32; ways++) {
			struct cachegrind_cache c = { (uint64_t)kib << 10, ways,
						      32 };
			double before = (double)c.bytes;
			uint64_t sets;

			if (c.bytes < (uint64_t)ways * 32)
				continue;
			cachegrind_cache_round(&c);
			sets = c.bytes / c.line_bytes / c.ways;
			assert_int_equal(sets * c.line_bytes * c.ways, c.bytes);
			assert_int_equal(sets & (sets - 1), 0);
			assert_true(c.bytes > c.line_bytes);
			assert_true((double)c.bytes > 0.6 * before &&
				    (double)c.bytes < 1.5 * before);
		}
	}
}

static void caches_are_read_as_written(void **state)
{
	struct cachegrind_caches c = {
		.of = { { 1, 1, 1 }, { 2, 2, 2 }, { 3, 3, 3 } },
		.assumed = { true, true, true }
	};
	struct err err = { 0 };

	(void)state;
	assert_int_equal(
		cachegrind_caches_parse("d1=48K,12,64:LL=32m,16,128", &c, &err),
		0);
	assert_int_equal(c.of[CACHEGRIND_I1].bytes, 1);
	assert_true(c.assumed[CACHEGRIND_I1]);
	assert_int_equal(c.of[CACHEGRIND_D1].bytes, 49152);
	assert_int_equal(c.of[CACHEGRIND_D1].ways, 12);
	assert_false(c.assumed[CACHEGRIND_D1]);
	assert_int_equal(c.of[CACHEGRIND_LL].bytes, 32 << 20);
	assert_int_equal(c.of[CACHEGRIND_LL].line_bytes, 128);
}

static void what_is_no_cache_is_refused(void **state)
{
	static const char *const bad[] = {
		"",
		":",
		"D1",
		"D1=",
		"D1=48K",
		"D1=48K,12",
		"D1=48K,12,64,1",
		"D1=48K,12,64x",
		"L2=1M,16,64",
		"D1=K,12,64",
		"D1=48T,12,64",
		"D1=48KK,12,64",
		"D1=-48K,12,64",
		"D1=48K,0,64",
		"D1=48K,-1,64",
		"D1=48K,12,0",
		"D1=48K,12,48", /* a line of no power of two */
		"D1=48K,12,8",  /* shorter than an instruction */
		"D1=48K,999999,64",
		"D1=64,1,64", /* no larger than a line */
		"D1=256,8,64",
		"D1=99999999999999999999,8,64",
		"I1=32K,8,64:D1=nonsense",
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
		struct cachegrind_caches c = { .of = { { 1, 1, 1 } } };
		struct err err = { 0 };

		if (cachegrind_caches_parse(bad[i], &c, &err) != -EINVAL)
			fail_msg("'%s' was taken", bad[i]);
		assert_string_not_equal(err.what, "");
		assert_int_equal(c.of[0].bytes, 1);
	}
}

static void the_machine_tells_its_caches(void **state)
{
	struct rootfs skx = { .prefix = unit_machine("skx-2s") };
	struct rootfs none = { .prefix = "/nonexistent" };
	struct cachegrind_caches c;

	(void)state;
	cachegrind_caches_load(&skx, &c);
	assert_int_equal(c.of[CACHEGRIND_I1].bytes, 32 << 10);
	assert_int_equal(c.of[CACHEGRIND_I1].ways, 8);
	assert_int_equal(c.of[CACHEGRIND_D1].bytes, 32 << 10);
	assert_int_equal(c.of[CACHEGRIND_LL].bytes, 16896 << 10);
	assert_int_equal(c.of[CACHEGRIND_LL].ways, 11);
	for (size_t i = 0; i < CACHEGRIND_LEVELS; i++)
		assert_false(c.assumed[i]);
	cachegrind_caches_load(&none, &c);
	for (size_t i = 0; i < CACHEGRIND_LEVELS; i++) {
		assert_true(c.assumed[i]);
		assert_false(cachegrind_cache_round(&c.of[i]));
	}
}

/* ---- one output ---- */

static const char good[] =
	"desc: I1 cache:         32768 B, 64 B, 8-way associative\n"
	"cmd: /bin/x -a\n"
	"events: Ir I1mr ILmr Dr D1mr DLmr Dw D1mw DLmw Bc Bcm Bi Bim\n"
	"fl=x.c\n"
	"fn=main\n"
	"1 10 1 1 2 0 0 1 0 0 1 0 0 0\n"
	"2 5 . .\n"
	"summary: 15 1 1 2 0 0 1 0 0 1 0 0 0\n";

static int parse(const char *text, struct cachegrind_out *o, struct err *err)
{
	return cachegrind_out_parse(text, strlen(text), true, o, err);
}

static void an_output_is_read(void **state)
{
	AUTO(cachegrind_out_done) struct cachegrind_out o = { 0 };
	AUTO(cachegrind_out_done) struct cachegrind_out brief = { 0 };
	struct err err = { 0 };

	(void)state;
	assert_int_equal(parse(good, &o, &err), 0);
	assert_string_equal(o.cmd, "/bin/x -a");
	assert_int_equal(o.has, (1u << CACHEGRIND_COLUMNS) - 1);
	assert_int_equal(o.total.n[CACHEGRIND_IR], 15);
	assert_int_equal(o.total.n[CACHEGRIND_DW], 1);
	assert_int_equal(o.total.n[CACHEGRIND_BC], 1);
	assert_int_equal(o.nlines, 2);
	assert_int_equal(
		cachegrind_out_parse(good, strlen(good), false, &brief, &err),
		0);
	assert_int_equal(brief.nlines, 0);
	assert_memory_equal(&brief.total, &o.total, sizeof(o.total));
}

/* callgrind's order, and columns that nobody knows */
static void the_line_of_events_gives_the_order(void **state)
{
	static const char text[] = "events: Ir Dr Dw xx I1mr Bc\n"
				   "summary: 1 2 3 4 5 18446744073709551615";
	AUTO(cachegrind_out_done) struct cachegrind_out o = { 0 };
	struct err err = { 0 };

	(void)state;
	assert_int_equal(parse(text, &o, &err), 0);
	assert_string_equal(o.cmd, "");
	assert_int_equal(o.total.n[CACHEGRIND_DW], 3);
	assert_int_equal(o.total.n[CACHEGRIND_I1MR], 5);
	assert_true(o.total.n[CACHEGRIND_BC] == UINT64_MAX);
	assert_false(o.has & 1u << CACHEGRIND_BI);
	assert_int_equal(o.total.n[CACHEGRIND_BI], 0);
}

/* The text of sh -c stands in the file as it is. */
static void a_command_of_several_lines_confuses_nobody(void **state)
{
	static const char text[] = "cmd: sh -c echo\n"
				   "events: Ir Bc\n"
				   "summary: 77 88\n"
				   "fl=a\n"
				   "events: Dr Ir\n"
				   "fl=b\n"
				   "fn=c\n"
				   "7 1 2\n"
				   "summary: 1 2\n";
	AUTO(cachegrind_out_done) struct cachegrind_out o = { 0 };
	struct err err = { 0 };

	(void)state;
	assert_int_equal(parse(text, &o, &err), 0);
	assert_string_equal(o.cmd, "sh -c echo");
	assert_int_equal(o.total.n[CACHEGRIND_IR], 2);
	assert_int_equal(o.total.n[CACHEGRIND_DR], 1);
}

static void a_broken_output_is_refused(void **state)
{
	static const char *const bad[] = {
		"",
		"\n",
		"events:\n",
		"events: \nsummary:\n",
		"events: Ir\n",
		"events: Ir\nsummary:\n",
		"events: Ir\nsummary: \n",
		"events: Ir\nsummary: x\n",
		"events: Ir\nsummary: -1\n",
		"events: Ir\nsummary: 1 2\n",
		"events: Ir Dr\nsummary: 1\n",
		"events: Ir\nsummary: 18446744073709551616\n",
		"events: Ir\nsummary: 99999999999999999999999999\n",
		"events: Ir\nsummary: 1\nfl=late\n",
		"events: Ir Ir\nsummary: 1 1\n",
		"events: xx yy\nsummary: 1 1\n",
		"events: Ir\nfl=a\nfn=b\n1 2 3\nsummary: 2\n",
		"events: Ir\nfl=a\nfn=b\n1 x\nsummary: 2\n",
		"events: Ir\nfl=a\nfn=b\nx 1\nsummary: 2\n",
		"events: Ir\nfl=a\nfn=b\n1 1\n",
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
		struct cachegrind_out o = { 0 };
		struct err err = { 0 };

		if (parse(bad[i], &o, &err) >= 0)
			fail_msg("taken: %s", bad[i]);
		assert_string_not_equal(err.what, "");
		assert_null(o.cmd);
	}
}

/* Cut off anywhere, and with any byte turned: refused or whole, no crash. */
static void a_mutilated_output_does_no_harm(void **state)
{
	size_t len = strlen(good);

	(void)state;
	/* without its last newline, and only then, it is complete */
	for (size_t n = 0; n + 1 < len; n++) {
		AUTO(cachegrind_out_done) struct cachegrind_out o = { 0 };
		struct err err = { 0 };
		AUTO_FREE char *copy = xstrndup(good, n);

		/* the last number may lose its end, but this one has one digit
		   and the space before it */
		if (cachegrind_out_parse(copy, n, true, &o, &err) >= 0)
			fail_msg("the first %zu bytes were taken", n);
	}
	for (size_t n = 0; n < len; n++) {
		for (int with = 0; with < 256; with += 5) {
			struct cachegrind_out o = { 0 };
			struct err err = { 0 };
			AUTO_FREE char *copy = xstrdup(good);

			copy[n] = (char)with;
			if (cachegrind_out_parse(copy, len, true, &o, &err) ==
			    0)
				cachegrind_out_done(&o);
			else
				assert_string_not_equal(err.what, "");
		}
	}
}

static void what_two_have_in_common_is_line_by_line(void **state)
{
	static const char a[] = "events: Ir Dr\n"
				"fl=x\nfn=f\n1 10 1\n2 5 5\n"
				"fl=y\nfn=f\n1 100 0\n"
				"fl=x\nfn=f\n1 10 1\n"
				"summary: 125 7\n";
	static const char b[] = "events: Dr Ir\n"
				"fl=x\nfn=g\n1 9 99\n"
				"fn=f\n1 9 15\n3 1 1\n"
				"summary: 19 115\n";
	AUTO(cachegrind_out_done) struct cachegrind_out x = { 0 };
	AUTO(cachegrind_out_done) struct cachegrind_out y = { 0 };
	struct cachegrind_counts common;
	struct err err = { 0 };

	(void)state;
	assert_int_equal(parse(a, &x, &err), 0);
	assert_int_equal(parse(b, &y, &err), 0);
	assert_int_equal(x.nlines, 3);
	common = cachegrind_out_common(&x, &y);
	/* x:f:1 has 20 and 2 in one, 15 and 9 in the other; the rest is alone */
	assert_int_equal(common.n[CACHEGRIND_IR], 15);
	assert_int_equal(common.n[CACHEGRIND_DR], 2);
	common = cachegrind_out_common(&x, &x);
	assert_int_equal(common.n[CACHEGRIND_IR], 125);
}

/* ---- the processes of a run ---- */

static char *new_dir(void)
{
	AUTO_FREE char *path =
		xasprintf("%s/tacho-unit-XXXXXX",
			  getenv("TMPDIR") ? getenv("TMPDIR") : "/tmp");

	assert_non_null(mkdtemp(path));
	return TAKE_PTR(path);
}

static void put(const char *dir, const char *name, const char *text)
{
	AUTO_FREE char *path = xasprintf("%s/%s", dir, name);
	FILE *f = fopen(path, "w");

	assert_non_null(f);
	fputs(text, f);
	assert_int_equal(fclose(f), 0);
}

static void drop(char *dir)
{
	AUTO_FREE char *command = xasprintf("rm -rf '%s'", dir);

	assert_int_equal(system(command), 0);
	free(dir);
}

/*
 * 7000001 starts x, which forks 7000002; that does more and forks 7000003, which
 * starts y; 7000004 was forked, too, and killed.  The numbers are above every
 * pid that this system may give.
 */
static void make_family(const char *dir)
{
	put(dir, "log.7000001.1",
	    "==7000001== Command: /bin/x\n"
	    "==7000001== Parent PID: 1\n");
	put(dir, "out.7000001",
	    "cmd: /bin/x\nevents: Ir\nfl=x\nfn=main\n"
	    "1 1000\n2 5\nsummary: 1005\n");
	put(dir, "log.7000002.2",
	    "==7000002== Command: /bin/x\n"
	    "==7000002== Parent PID: 7000001\n");
	put(dir, "out.7000002",
	    "cmd: /bin/x\nevents: Ir\nfl=x\nfn=main\n"
	    "1 1000\nfn=child\n9 70\nsummary: 1070\n");
	put(dir, "log.7000003.3",
	    "==7000003== Command: /bin/x\n"
	    "==7000003== Parent PID: 7000002\n");
	put(dir, "log.7000003.1",
	    "==7000003== Command: /bin/y 1\n"
	    "==7000003== Parent PID: 7000002\n");
	put(dir, "out.7000003",
	    "cmd: /bin/y 1\nevents: Ir\nfl=x\nfn=main\n"
	    "1 40\nsummary: 40\n");
	put(dir, "log.7000004.2",
	    "==7000004== Command: /bin/x\n"
	    "==7000004== Parent PID: 7000001\n"
	    "vex amd64->IR: unhandled instruction bytes: 0x62 0xF1\n");
	put(dir, "out.7000005", "events: Ir\nfl=x\n");
	put(dir, "log.7000005.1", "");
	put(dir, "log.7000006.1",
	    "==7000006== Command: /bin/z\n"
	    "==7000006== Valgrind: debuginfo reader: ensure_valid failed:\n");
	put(dir, "log.x.1", "");
	put(dir, "log.9", "");
	put(dir, "out.", "");
	put(dir, "out.-3", "");
	put(dir, "other", "");
}

static void a_forked_process_has_its_own_counts_only(void **state)
{
	AUTO(cachegrind_tree_done) struct cachegrind_tree t = { 0 };
	char *dir = new_dir();
	struct err err = { 0 };
	const struct cachegrind_process *p;

	(void)state;
	make_family(dir);
	assert_int_equal(cachegrind_tree_read(dir, &t, &err), 0);
	drop(dir);
	assert_int_equal(t.n, 6);
	p = t.items;
	assert_int_equal(p[0].pid, 7000001);
	assert_true(p[0].started && p[0].written && !p[0].running);
	assert_string_equal(p[0].comm, "x");
	assert_int_equal(p[0].common.n[CACHEGRIND_IR], 0);

	assert_true(!p[1].started && p[1].written);
	assert_int_equal(p[1].parent, 7000001);
	assert_int_equal(p[1].all.n[CACHEGRIND_IR], 1070);
	assert_int_equal(p[1].common.n[CACHEGRIND_IR], 1000);

	/* it became another program, which begins at 0 */
	assert_true(p[2].started && p[2].written);
	assert_string_equal(p[2].comm, "y");
	assert_int_equal(p[2].common.n[CACHEGRIND_IR], 0);

	assert_true(!p[3].written && !p[3].running && !p[3].why.code);
	assert_string_equal(p[3].comm, "x");
	assert_string_equal(p[3].said,
			    "unhandled instruction bytes: 0x62 0xF1");
	assert_true(!p[4].written && p[4].why.code);
	assert_string_equal(p[5].said,
			    "debuginfo reader: ensure_valid failed, so it "
			    "cannot read the debug information of this "
			    "program; build it with -gdwarf-4, or measure a "
			    "stripped copy");
}

/* Then its counts are the only trace of what the parent did. */
static void a_parent_without_counts_takes_nothing_off(void **state)
{
	AUTO(cachegrind_tree_done) struct cachegrind_tree t = { 0 };
	char *dir = new_dir();
	AUTO_FREE char *gone = xasprintf("%s/out.7000001", dir);
	struct err err = { 0 };

	(void)state;
	make_family(dir);
	assert_int_equal(unlink(gone), 0);
	assert_int_equal(cachegrind_tree_read(dir, &t, &err), 0);
	drop(dir);
	assert_int_equal(t.items[1].common.n[CACHEGRIND_IR], 0);
}

static void who_still_runs_is_seen(void **state)
{
	AUTO(cachegrind_tree_done) struct cachegrind_tree t = { 0 };
	AUTO_FREE char *name = xasprintf("log.%d.1", (int)getpid());
	char *dir = new_dir();
	struct err err = { 0 };

	(void)state;
	make_family(dir);
	assert_false(cachegrind_tree_lives(dir));
	put(dir, name, "");
	assert_true(cachegrind_tree_lives(dir));
	assert_int_equal(cachegrind_tree_read(dir, &t, &err), 0);
	assert_true(t.items[0].running && t.items[0].pid == getpid());
	drop(dir);
	assert_false(cachegrind_tree_lives("/nonexistent"));
}

static void a_directory_that_is_gone_is_an_error(void **state)
{
	struct cachegrind_tree t = { 0 };
	struct err err = { 0 };

	(void)state;
	assert_int_equal(cachegrind_tree_read("/nonexistent", &t, &err),
			 -ENOENT);
}

/* ---- programs ---- */

static void programs_are_found_as_exec_does(void **state)
{
	AUTO_FREE char *before = xstrdup(getenv("PATH"));
	AUTO_FREE char *path = NULL;
	AUTO_FREE char *twice = NULL;
	AUTO_FREE char *file = NULL;
	char *dir = new_dir();
	struct err err = { 0 };

	(void)state;
	put(dir, "tool", "");
	file = xasprintf("%s/tool", dir);
	setenv("PATH", dir, 1);
	assert_int_equal(program_find("tool", &path, &err), -EACCES);
	assert_int_equal(program_find(file, &path, &err), -EACCES);
	assert_int_equal(program_find("none", &path, &err), -ENOENT);
	assert_string_equal(err.what, "cannot run 'none': command not found");
	assert_int_equal(program_find("", &path, &err), -ENOENT);
	assert_int_equal(program_find(dir, &path, &err), -EACCES);
	assert_int_equal(chmod(file, 0700), 0);
	twice = xasprintf("/nonexistent:%s", dir);
	setenv("PATH", twice, 1);
	assert_int_equal(program_find("tool", &path, &err), 0);
	assert_string_equal(path, file);
	setenv("PATH", before, 1);
	drop(dir);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_spelling_is_a_sum_of_columns),
		cmocka_unit_test(the_nearest_cache_that_cachegrind_takes),
		cmocka_unit_test(
			every_rounded_cache_is_one_that_cachegrind_takes),
		cmocka_unit_test(caches_are_read_as_written),
		cmocka_unit_test(what_is_no_cache_is_refused),
		cmocka_unit_test(the_machine_tells_its_caches),
		cmocka_unit_test(an_output_is_read),
		cmocka_unit_test(the_line_of_events_gives_the_order),
		cmocka_unit_test(a_command_of_several_lines_confuses_nobody),
		cmocka_unit_test(a_broken_output_is_refused),
		cmocka_unit_test(a_mutilated_output_does_no_harm),
		cmocka_unit_test(what_two_have_in_common_is_line_by_line),
		cmocka_unit_test(a_forked_process_has_its_own_counts_only),
		cmocka_unit_test(a_parent_without_counts_takes_nothing_off),
		cmocka_unit_test(who_still_runs_is_seen),
		cmocka_unit_test(a_directory_that_is_gone_is_an_error),
		cmocka_unit_test(programs_are_found_as_exec_does),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
