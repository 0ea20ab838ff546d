#include "metric/expr.h"

#include "base/auto.h"
#include "base/strbuf.h"
#include "base/xalloc.h"

#include "unit.h"

#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

/* In our own spelling, which expr_test.c knows the meaning of. */
static const struct {
	const char *theirs, *aliases, *ours;
} rows[] = {
	{ "INST_RETIRED.ANY / CYCLES", NULL,
	  "\"INST_RETIRED.ANY\" / \"CYCLES\"" },
	{ "a if b else c", NULL, "if(b, a, c)" },
	{ "a if b else c if d else e", NULL, "if(b, a, if(d, c, e))" },
	{ "a + 1 if b > 2 else c", NULL, "if(b > 2, a + 1, c)" },
	{ "(a if b else c) * 2", NULL, "if(b, a, c) * 2" },
	{ "min(a if b else c, 1)", NULL, "min(if(b, a, c), 1)" },
	{ "a < b < c", NULL, "(a < b) < c" },
	{ "a | b ^ c & d < e", NULL, "a | b ^ c & d < e" },
	{ "a % b * c", NULL, "a % b * c" },
	{ "a && b", NULL, "if(a, b != 0, 0)" },
	{ "a || b", NULL, "if(a, 1, b != 0)" },
	{ "!a + 1", NULL, "(a == 0) + 1" },
	{ "a > = 0", NULL, "a >= 0" },
	{ "a <= b == c", NULL, "(a <= b) == c" },
	{ "- a", NULL, "-a" },
	{ "a\n+\r\n\tb ", NULL, "a + b" },
	{ "#SMT_on + #smt_ON", NULL, "smt_on + smt_on" },
	{ "#System_TSC_Freq * #num_cpus", NULL, "tsc_hz * num_cpus" },
	{ "#num_dies + #num_cores + #num_packages + #core_wide + #slots", NULL,
	  "num_dies + num_cores + num_packages + core_wide + pipeline_width" },
	{ "#has_pmem", NULL, "\"#has_pmem\"" },
	{ "duration_time", NULL, "wall" },
	{ "DURATIONTIMEINSECONDS", NULL, "wall" },
	{ "user_time + system_time", NULL, "user_time + sys_time" },
	{ "cpu@X.Y\\,cmask\\=1\\,edge@", NULL, "\"cpu/X.Y,cmask=1,edge/\"" },
	{ "topdown\\-fe\\-bound", NULL, "\"topdown-fe-bound\"" },
	{ "a-b", NULL, "a - b" },
	{ "hv@X\\,chip\\=?@", NULL, "\"hv/X,chip=0/\"" },
	{ "X.Y:u + l3:x", NULL, "\"X.Y:u\" + \"l3:x\"" },
	{ "2b + 3e3x + 3e3", NULL, "\"2b\" + \"3e3x\" + 3000" },
	{ "1. + .5 + 1E-1 + 2e+1", NULL, "1 + 0.5 + 0.1 + 20" },
	{ "d_ratio(a, b)", NULL, "d_ratio(a, b)" },
	{ "source_count(UNC.X)", NULL, "source_count(\"UNC.X\")" },
	{ "has_event(X)", NULL, "has_event(\"X\")" },
	{ "strcmp_cpuid_str(0x41)", NULL, "strcmp_cpuid_str(\"0x41\")" },
	{ "seconds / ifx / else_", NULL, "\"seconds\" / ifx / else_" },
	{ "a / b", "a=X.Y;b=(2 * #num_cpus)", "\"X.Y\" / (2 * num_cpus)" },
	{ "a + aa", "aa=X;a=Y", "\"Y\" + \"X\"" },
	{ "a + b", "a=b;b=20", "b + 20" },
	{ "a", "a=cpu/X,cmask=0x1/k", "\"cpu/X,cmask=0x1/k\"" },
	{ "source_count(a)", "a=X", "source_count(\"X\")" },
	{ "a[0] + b", "a=X", "\"X[0]\" + b" },
	{ "a", ";;=;a;a=X;", "\"X\"" },
	{ "a if 1 > 2 else b", NULL, "b" },
	{ "#NA if 0 > 2 else 1000 * a", NULL, "1000 * a" },
};

static void formulas_of_the_kernel_are_ours_in_other_words(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		AUTO(expr_freep) struct expr *e = NULL;
		AUTO(expr_freep) struct expr *again = NULL;
		AUTO_FREE char *text = NULL, *twice = NULL;
		struct err err = { 0 };

		if (expr_parse_pmu(rows[i].theirs, rows[i].aliases, &e, &err) <
		    0)
			fail_msg("'%s': %s", rows[i].theirs, err.what);
		text = expr_print(e);
		assert_string_equal(text, rows[i].ours);
		/* and that text is a formula of ours */
		if (expr_parse(text, &again, &err) < 0)
			fail_msg("'%s': %s", text, err.what);
		twice = expr_print(again);
		assert_string_equal(twice, text);
	}
}

static void what_is_wrong_is_told_with_its_column(void **state)
{
	static const struct {
		const char *text, *aliases, *what;
	} bad[] = {
		{ "", NULL,
		  "column 1: expected a number, a name or '(', but the formula "
		  "ends" },
		{ "a +", NULL,
		  "column 4: expected a number, a name or '(', but the formula "
		  "ends" },
		{ "a b", NULL, "column 3: expected an operator, found 'b'" },
		{ "a = b", NULL, "column 3: expected an operator, found '='" },
		{ "(a", NULL, "column 3: expected ')', but the formula ends" },
		{ "a if b", NULL,
		  "column 7: expected an operator or 'else', but the formula "
		  "ends" },
		{ "a if b ) c", NULL,
		  "column 8: expected an operator or 'else', found ')'" },
		{ "if", NULL,
		  "column 1: expected a number, a name or '(', found 'i'" },
		{ "a else b", NULL,
		  "column 3: expected an operator, found "
		  "'e'" },
		{ "min(a)", NULL, "column 6: expected ',', found ')'" },
		{ "max + 1", NULL, "column 5: expected '(', found '+'" },
		{ "source_count(1 + 2)", NULL,
		  "column 16: expected ')', found '+'" },
		{ "has_event()", NULL,
		  "column 11: expected a name, found "
		  "')'" },
		{ "# + 1", NULL,
		  "column 2: expected a word after '#', found ' '" },
		{ "a[x]", NULL,
		  "column 3: expected a number and ']', found 'x'" },
		{ "a\\", NULL, "column 2: expected an operator, found '\\'" },
		{ "a $ b", NULL, "column 3: expected an operator, found '$'" },
		{ "1e999", NULL, "column 1: number out of range: '1e999'" },
		{ "\303\244", NULL,
		  "column 1: expected a number, a name or "
		  "'(', found byte 0xc3" },
		{ "1 + a", "a=(2 +",
		  "column 6: in '(2 +': column 5: expected a number, a name or "
		  "'(', but the formula ends" },
		{ "has_event(a)", "a=20",
		  "column 12: expected the name of an event" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
		struct expr *e = NULL;
		struct err err = { 0 };

		assert_int_equal(
			expr_parse_pmu(bad[i].text, bad[i].aliases, &e, &err),
			-EINVAL);
		assert_string_equal(err.what, bad[i].what);
		assert_null(e);
	}
}

static void repeat(struct strbuf *b, const char *text, int n)
{
	for (int i = 0; i < n; i++)
		strbuf_puts(b, text);
}

static void depth_and_length_are_bounded(void **state)
{
	static const struct {
		const char *before, *middle, *after;
	} deep[] = {
		{ "(", "a", ")" },
		{ "-", "a", "" },
		{ "!", "a", "" },
		{ "a + ", "a", "" },
		{ "a * (b - ", "a", ")" },
		{ "min(a, ", "a", ")" },
		{ "a if b else ", "a", "" },
		{ "", "a", " && a" },
		{ "", "a", " / a" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(deep); i++) {
		for (int n = 200; n <= 8000; n *= 40) {
			AUTO(expr_freep) struct expr *e = NULL;
			AUTO(strbuf_done) struct strbuf b = { 0 };

			repeat(&b, deep[i].before, n);
			strbuf_puts(&b, deep[i].middle);
			repeat(&b, deep[i].after, n);
			assert_int_equal(expr_parse_pmu(b.buf, NULL, &e, NULL),
					 n == 200 ? 0 : -E2BIG);
		}
	}
	for (int i = 0; i < 2; i++) {
		AUTO(expr_freep) struct expr *e = NULL;
		AUTO(strbuf_done) struct strbuf b = { 0 };

		/* wide: too many bytes, and too much that an alias stands
		   for */
		repeat(&b, i ? "min(a, 1) < 2 & " : "min(aaaa, 1) + ", 6000);
		strbuf_puts(&b, "a");
		assert_int_equal(expr_parse_pmu(b.buf, "a=((1 + 2) * (3 + 4))",
						&e, NULL),
				 -E2BIG);
	}
}

static void garbage_is_refused_or_read(void **state)
{
	static const char *const words[] = {
		"a",   "X.Y", "(",  ")", "if", "else", "min", "max",
		",",   "&&",  "||", "!", "-",  "%",    "#",   "@",
		"\\",  "1e",  "5",  " ", "<",  "=",    "[0]", "source_count",
		"\\,", "?",
	};
	uint64_t state64 = 1;

	(void)state;
	for (int i = 0; i < 20000; i++) {
		AUTO(strbuf_done) struct strbuf b = { 0 };
		AUTO(expr_freep) struct expr *e = NULL;
		struct err err = { 0 };
		int n = 0;

		for (int k = 0; k < 12; k++) {
			state64 = state64 * 6364136223846793005u +
				  1442695040888963407u;
			n = (int)((state64 >> 33) % ARRAY_LEN(words));
			strbuf_puts(&b, words[n]);
		}
		if (expr_parse_pmu(b.buf, "a=(5)", &e, &err) < 0) {
			assert_int_equal(strncmp(err.what, "column ", 7), 0);
			assert_null(e);
		} else {
			AUTO_FREE char *text = expr_print(e);
			AUTO(expr_freep) struct expr *again = NULL;

			assert_int_equal(expr_parse(text, &again, NULL), 0);
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
			formulas_of_the_kernel_are_ours_in_other_words),
		cmocka_unit_test(what_is_wrong_is_told_with_its_column),
		cmocka_unit_test(depth_and_length_are_bounded),
		cmocka_unit_test(garbage_is_refused_or_read),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
