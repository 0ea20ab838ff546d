#include "metric/expr.h"

#include "base/auto.h"
#include "base/strbuf.h"
#include "base/xalloc.h"

#include "fixture_expr.h"
#include "unit.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

static struct expr_value value_of(const char *text)
{
	AUTO(expr_freep) struct expr *e = parsed(text);

	return expr_eval(e, lookup, NULL);
}

static void arithmetic_is_as_in_school(void **state)
{
	static const struct {
		const char *text;
		double value;
	} rows[] = {
		{ "1", 1 },
		{ "1.5e3", 1500 },
		{ ".5", 0.5 },
		{ "1e+2", 100 },
		{ "1 + 2 * 3", 7 },
		{ "(1+2)*3", 9 },
		{ "10 - 3 - 2", 5 },
		{ "16 / 4 / 2", 2 },
		{ "16 / (4 / 2)", 8 },
		{ "-2 * 3", -6 },
		{ "2 - -3", 5 },
		{ "--2", 2 },
		{ "-(1 + 2)", -3 },
		{ "a-b", -1 },
		{ "a * b + 1", 7 },
		{ "\"a b\" * 2", 4 },
		{ "\"a\"", 2 },
		{ "min(a, b)", 2 },
		{ "max(a,b)", 3 },
		{ "seconds(b)", 30 },
		{ "seconds( \"a b\" )", 20 },
		{ "1 < 2", 1 },
		{ "2 < 1", 0 },
		{ "2 <= 2", 1 },
		{ "2 >= 3", 0 },
		{ "2 > 1", 1 },
		{ "1 + 1 == 2", 1 },
		{ "1 != 1", 0 },
		{ "(1 < 2) < 3", 1 },
		{ "if(a < b, 10, 20)", 10 },
		{ "if(0, 10, 20)", 20 },
		{ "if(c == 0, a, b / c)", 2 },
		{ "\ta\t", 2 },
		{ "17 % 5", 2 },
		{ "17.9 % 5.9", 2 },
		{ "-17 % 5", -2 },
		{ "17 % -5", 2 },
		{ "-9223372036854775808 % -1", 0 },
		{ "1 + 6 % 4 * 3", 7 },
		{ "12 & 10", 8 },
		{ "12 | 10", 14 },
		{ "12 ^ 10", 6 },
		{ "6.9 & 3.9", 2 },
		{ "-1 & 255", 255 },
		{ "1 | 2 ^ 3 & 2", 1 },
		{ "a < b & b > a", 1 },
		{ "a < b & b < a | 1 > 2", 0 },
		{ "d_ratio(a, 4)", 0.5 },
		{ "d_ratio(a, c)", 0 },
		{ "source_count(b)", 3 },
		{ "has_event(\"b\") + strcmp_cpuid_str(\"0x41\")", 3.5 },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct expr_value v = value_of(rows[i].text);

		assert_null(v.absent);
		if (v.number != rows[i].value)
			fail_msg("'%s' is %g", rows[i].text, v.number);
	}
}

static void absence_spreads_with_its_first_reason(void **state)
{
	AUTO(expr_freep) struct expr *divides = parsed("a / (b * c) + d");
	struct expr_value v = expr_eval(divides, lookup, NULL);

	(void)state;
	assert_string_equal(v.absent, "division by zero: b * c is 0");
	assert_string_equal(value_of("d + nothing").absent, "d is not counted");
	assert_string_equal(value_of("nothing + d").absent, "unknown");
	assert_string_equal(value_of("-d").absent, "d is not counted");
	assert_string_equal(value_of("d < 1").absent, "d is not counted");
	assert_string_equal(value_of("min(1, d)").absent, "d is not counted");
	assert_string_equal(value_of("if(d, 1, 2)").absent, "d is not counted");
	assert_string_equal(value_of("if(1, d, 2)").absent, "d is not counted");
	assert_string_equal(value_of("seconds(d)").absent, "d is not counted");
	assert_string_equal(value_of("1e308 * 10").absent,
			    "too large to compute");
	assert_string_equal(value_of("1e308 / 0.001").absent,
			    "too large to compute");
	assert_string_equal(value_of("1e19 & 1").absent,
			    "too large for a whole number");
	assert_string_equal(value_of("1 | -1e19").absent,
			    "too large for a whole number");
	assert_string_equal(value_of("9223372036854775808 % 2").absent,
			    "too large for a whole number");
	assert_string_equal(value_of("d_ratio(d, 0)").absent,
			    "d is not counted");
}

static void zero_over_zero_and_minus_zero_are_absent(void **state)
{
	AUTO(expr_freep) struct expr *plain = parsed("c / c");
	AUTO(expr_freep) struct expr *minus = parsed("1 / -c");
	AUTO(expr_freep) struct expr *small = parsed("a % 0.9");
	AUTO(expr_freep) struct expr *zero = parsed("a % c");

	(void)state;
	assert_string_equal(expr_eval(plain, lookup, NULL).absent,
			    "division by zero: c is 0");
	assert_string_equal(expr_eval(minus, lookup, NULL).absent,
			    "division by zero: -c is 0");
	assert_string_equal(expr_eval(small, lookup, NULL).absent,
			    "division by zero: 0.9 is 0");
	assert_string_equal(expr_eval(zero, lookup, NULL).absent,
			    "division by zero: c is 0");
}

static void if_looks_only_at_the_branch_it_takes(void **state)
{
	AUTO(expr_freep) struct expr *e = parsed("if(c, d + a + b, b)");
	size_t calls = 0;

	(void)state;
	assert_true(expr_eval(e, lookup, &calls).number == 3.0);
	assert_int_equal(calls, 2);
}

static void names_come_once_and_in_order(void **state)
{
	AUTO(expr_freep)
	struct expr *e = parsed("cycles / seconds(cycles) + \"x y\" * "
				"if(wall, cycles, seconds(idle))");
	AUTO_FREE const char **names = NULL;
	size_t n = expr_names(e, &names);

	(void)state;
	assert_int_equal(n, 4);
	assert_string_equal(names[0], "cycles");
	assert_string_equal(names[1], "x y");
	assert_string_equal(names[2], "wall");
	assert_string_equal(names[3], "idle");
	assert_true(expr_uses(e, "cycles", EXPR_COUNT));
	assert_true(expr_uses(e, "cycles", EXPR_SECONDS));
	assert_true(expr_uses(e, "idle", EXPR_SECONDS));
	assert_false(expr_uses(e, "idle", EXPR_COUNT));
	assert_false(expr_uses(e, "wall", EXPR_SECONDS));
}

/* Knows c, and nothing else for certain. */
static struct expr_value certain(void *arg, const char *name,
				 enum expr_aspect aspect)
{
	(void)arg;
	if (!strcmp(name, "c") || aspect == EXPR_EXISTS)
		return (struct expr_value){ .number = 0.0 };
	return (struct expr_value){ .absent = "comes later" };
}

static void what_is_certain_settles_which_branch_is_needed(void **state)
{
	static const char *const rows[][2] = {
		{ "if(c, a, b)", "b" },
		{ "a + if(c == 0, b, d) * 2", "a + b * 2" },
		{ "if(a, b, d)", "if(a, b, d)" },
		{ "if(if(c, a, 1), b, d)", "b" },
		{ "if(has_event(x), x, if(c, a, b))", "b" },
		{ "c + 1", "c + 1" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		AUTO(expr_freep) struct expr *e = parsed(rows[i][0]);
		AUTO_FREE char *text = NULL;

		expr_settle(&e, certain, NULL);
		text = expr_print(e);
		assert_string_equal(text, rows[i][1]);
	}
}

static void what_is_only_asked_of_a_name_is_no_input(void **state)
{
	AUTO(expr_freep)
	struct expr *e = parsed("if(has_event(x), source_count(a), "
				"strcmp_cpuid_str(y)) + b");
	AUTO_FREE const char **names = NULL;

	(void)state;
	assert_int_equal(expr_names(e, &names), 2);
	assert_string_equal(names[0], "a");
	assert_string_equal(names[1], "b");
	assert_true(expr_uses(e, "a", EXPR_SOURCES));
	assert_false(expr_uses(e, "a", EXPR_COUNT));
	assert_true(expr_uses(e, "x", EXPR_EXISTS));
}

static void canonical_text_has_no_needless_parentheses(void **state)
{
	static const char *const rows[][2] = {
		{ "a+b*c", "a + b * c" },
		{ "((a+b))*c", "(a + b) * c" },
		{ "a-(b-c)", "a - (b - c)" },
		{ "(a-b)-c", "a - b - c" },
		{ "a/(b*c)", "a / (b * c)" },
		{ "-(-a)", "--a" },
		{ "-(a*b)", "-(a * b)" },
		{ "(-a)*b", "-a * b" },
		{ "(a<b)<c", "(a < b) < c" },
		{ "a<(b<c)", "a < (b < c)" },
		{ "a<b+c", "a < b + c" },
		{ "if(a<b,a,b)", "if(a < b, a, b)" },
		{ "min( a,max(b ,c))", "min(a, max(b, c))" },
		{ "seconds(\"a\")", "seconds(a)" },
		{ "\"min\"", "\"min\"" },
		{ "\"r1A8\"+\"a b\"", "\"r1A8\" + \"a b\"" },
		{ "0.10", "0.1" },
		{ "(a%b)*c", "a % b * c" },
		{ "(a&b)|(c^d)", "a & b | c ^ d" },
		{ "(a|b)&c", "(a | b) & c" },
		{ "(a<b)&(c>d)", "a < b & c > d" },
		{ "a<(b&c)", "a < (b & c)" },
		{ "d_ratio(a,b)", "d_ratio(a, b)" },
		{ "source_count(a)+has_event(\"B\")",
		  "source_count(a) + has_event(\"B\")" },
		{ "strcmp_cpuid_str(\"0x41\")", "strcmp_cpuid_str(\"0x41\")" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		AUTO(expr_freep) struct expr *e = parsed(rows[i][0]);
		AUTO_FREE char *text = expr_print(e);

		assert_string_equal(text, rows[i][1]);
	}
}

static void what_is_wrong_is_told_with_its_column(void **state)
{
	static const char *const rows[][2] = {
		{ "", "column 1: expected a number, a name or '(', but the "
		      "formula ends" },
		{ "a +", "column 4: expected a number, a name or '(', but the "
			 "formula ends" },
		{ "a b", "column 3: expected an operator, found 'b'" },
		{ "a ) b", "column 3: expected an operator, found ')'" },
		{ "(a", "column 3: expected ')', but the formula ends" },
		{ "a * / b",
		  "column 5: expected a number, a name or '(', found '/'" },
		{ "a < b < c",
		  "column 7: comparisons do not chain; use parentheses" },
		{ "1.2.3 + a", "column 1: not a number: '1.2.3'" },
		{ "a + 2x", "column 5: not a number: '2x'" },
		{ "1e999", "column 1: number out of range: '1e999'" },
		{ "0x10", "column 1: not a number: '0x10'" },
		{ "min(a)", "column 6: expected ',', found ')'" },
		{ "min(a,b,c)", "column 8: expected ')', found ','" },
		{ "if(a,b)", "column 7: expected ',', found ')'" },
		{ "min + 1", "column 5: expected '(', found '+'" },
		{ "avg(a)", "column 1: there is no function 'avg'; there are "
			    "min, max, if, d_ratio and seconds" },
		{ "seconds(a+b)", "column 10: expected ')', found '+'" },
		{ "\"a", "column 1: a quoted name is empty or not closed" },
		{ "\"\"", "column 1: a quoted name is empty or not closed" },
		{ "a = b", "column 3: expected an operator, found '='" },
		{ "a && b",
		  "column 4: expected a number, a name or '(', found '&'" },
		{ "has_event()", "column 11: expected a name (lower-case "
				 "letters, digits and '_', or in double "
				 "quotes), found ')'" },
		{ "a ? b : c", "column 3: expected an operator, found '?'" },
		{ "a + \303\244", "column 5: expected a number, a name or '(', "
				  "found byte 0xc3" },
		{ "Cycles", "column 1: expected a name (lower-case letters, "
			    "digits and '_', or in double quotes), found 'C'" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct expr *e = NULL;
		struct err err = { 0 };

		assert_int_equal(expr_parse(rows[i][0], &e, &err), -EINVAL);
		assert_string_equal(err.what, rows[i][1]);
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
	} rows[] = {
		{ "(", "a", ")" },       { "-", "a", "" },
		{ "a + ", "a", "" },     { "1 / (", "a", ")" },
		{ "min(a, ", "a", ")" }, { "if(", "a", ", a, a)" },
		{ "", "a", " / a" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		for (int n = 50; n <= 2000; n *= 40) {
			AUTO(expr_freep) struct expr *e = NULL;
			AUTO(strbuf_done) struct strbuf b = { 0 };
			struct err err = { 0 };

			repeat(&b, rows[i].before, n);
			strbuf_puts(&b, rows[i].middle);
			repeat(&b, rows[i].after, n);
			assert_int_equal(expr_parse(b.buf, &e, &err),
					 n == 50 ? 0 : -E2BIG);
		}
	}
	for (int i = 0; i < 2; i++) {
		AUTO(expr_freep) struct expr *e = NULL;
		AUTO(strbuf_done) struct strbuf b = { 0 };

		strbuf_puts(&b, i ? "\"" : "seconds(");
		repeat(&b, "a", 10000);
		strbuf_puts(&b, i ? "\"" : ")");
		assert_int_equal(expr_parse(b.buf, &e, NULL), -E2BIG);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(arithmetic_is_as_in_school),
		cmocka_unit_test(absence_spreads_with_its_first_reason),
		cmocka_unit_test(zero_over_zero_and_minus_zero_are_absent),
		cmocka_unit_test(if_looks_only_at_the_branch_it_takes),
		cmocka_unit_test(names_come_once_and_in_order),
		cmocka_unit_test(
			what_is_certain_settles_which_branch_is_needed),
		cmocka_unit_test(what_is_only_asked_of_a_name_is_no_input),
		cmocka_unit_test(canonical_text_has_no_needless_parentheses),
		cmocka_unit_test(what_is_wrong_is_told_with_its_column),
		cmocka_unit_test(depth_and_length_are_bounded),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
