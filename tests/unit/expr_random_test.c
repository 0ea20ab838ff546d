/* Random formulas against an evaluator of their own, and random bytes. */
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

struct random {
	uint64_t state;
};

static unsigned draw(struct random *r, unsigned n)
{
	r->state = r->state * 6364136223846793005ULL + 1442695040888963407ULL;
	return (unsigned)(r->state >> 33) % n;
}

/* Value of the text that was written; has is false where there is none. */
struct wanted {
	bool has;
	double number;
};

static struct wanted some(double number)
{
	return (struct wanted){ isfinite(number), number };
}

static struct wanted write_leaf(struct random *r, struct strbuf *out)
{
	static const char names[] = "abcd";
	unsigned k = draw(r, 8);

	if (k >= 4) {
		double number = (double)draw(r, 1000) / 8.0;

		strbuf_addf(out, "%g", number);
		return some(number);
	}
	if (draw(r, 4) == 0) {
		strbuf_addf(out, "seconds(%c)", names[k]);
		return k == 3 ? (struct wanted){ 0 }
			      : some((double[]){ 20.0, 30.0, 0.0 }[k]);
	}
	strbuf_addf(out, draw(r, 2) ? "%c" : "\"%c\"", names[k]);
	return k == 3 ? (struct wanted){ 0 }
		      : some((double[]){ 2.0, 3.0, 0.0 }[k]);
}

static struct wanted write_tree(struct random *r, int depth,
				struct strbuf *out);

static struct wanted write_if(struct random *r, int depth, struct strbuf *out)
{
	struct wanted c, a, b;

	strbuf_puts(out, "if(");
	c = write_tree(r, depth, out);
	strbuf_puts(out, ",");
	a = write_tree(r, depth, out);
	strbuf_puts(out, ",");
	b = write_tree(r, depth, out);
	strbuf_puts(out, ")");
	if (!c.has)
		return c;
	return c.number != 0.0 ? a : b;
}

/* % & ^ | of numbers cut to whole ones */
static struct wanted whole(unsigned k, double a, double b)
{
	long long x, y;

	if (fabs(a) >= 9e18 || fabs(b) >= 9e18)
		return (struct wanted){ 0 };
	x = (long long)a;
	y = (long long)b;
	if (k == 10 && y == 0)
		return (struct wanted){ 0 };
	return some((double)(k == 10   ? x % y
			     : k == 11 ? x & y
			     : k == 12 ? x ^ y
				       : x | y));
}

static struct wanted write_binary(struct random *r, int depth,
				  struct strbuf *out)
{
	static const char *const signs[] = { "+",  "-",  "*", "/",  "<",
					     "<=", ">=", ">", "==", "!=",
					     "%",  "&",  "^", "|" };
	unsigned k = draw(r, ARRAY_LEN(signs));
	struct wanted a, b;

	/* every operand in parentheses: precedence is not what is tested */
	strbuf_puts(out, "(");
	a = write_tree(r, depth, out);
	strbuf_addf(out, ")%s(", signs[k]);
	b = write_tree(r, depth, out);
	strbuf_puts(out, ")");
	if (!a.has || !b.has)
		return (struct wanted){ 0 };
	if (k == 3 && b.number == 0.0)
		return (struct wanted){ 0 };
	if (k >= 10)
		return whole(k, a.number, b.number);
	return some(k == 0   ? a.number + b.number
		    : k == 1 ? a.number - b.number
		    : k == 2 ? a.number * b.number
		    : k == 3 ? a.number / b.number
		    : k == 4 ? a.number < b.number
		    : k == 5 ? a.number <= b.number
		    : k == 6 ? a.number >= b.number
		    : k == 7 ? a.number > b.number
		    : k == 8 ? a.number == b.number
			     : a.number != b.number);
}

static struct wanted write_tree(struct random *r, int depth, struct strbuf *out)
{
	unsigned k = draw(r, 9);
	struct wanted a, b;

	if (depth == 0 || k == 0)
		return write_leaf(r, out);
	if (k == 1)
		return write_if(r, depth - 1, out);
	if (k == 2) {
		strbuf_puts(out, "-(");
		a = write_tree(r, depth - 1, out);
		strbuf_puts(out, ")");
		a.number = -a.number;
		return a;
	}
	if (k == 4) {
		strbuf_puts(out, "d_ratio(");
		a = write_tree(r, depth - 1, out);
		strbuf_puts(out, ",");
		b = write_tree(r, depth - 1, out);
		strbuf_puts(out, ")");
		if (!a.has || !b.has)
			return (struct wanted){ 0 };
		return some(b.number == 0.0 ? 0.0 : a.number / b.number);
	}
	if (k == 3) {
		bool least = draw(r, 2);

		strbuf_puts(out, least ? "min(" : "max(");
		a = write_tree(r, depth - 1, out);
		strbuf_puts(out, ",");
		b = write_tree(r, depth - 1, out);
		strbuf_puts(out, ")");
		if (!a.has || !b.has)
			return (struct wanted){ 0 };
		return some(least ? fmin(a.number, b.number)
				  : fmax(a.number, b.number));
	}
	return write_binary(r, depth - 1, out);
}

static void check_tree(const char *text, struct wanted wanted)
{
	AUTO(expr_freep) struct expr *e = parsed(text);
	AUTO_FREE char *once = expr_print(e);
	AUTO(expr_freep) struct expr *again = parsed(once);
	AUTO_FREE char *twice = expr_print(again);
	struct expr_value v = expr_eval(e, lookup, NULL);
	struct expr_value w = expr_eval(again, lookup, NULL);

	assert_string_equal(once, twice);
	if (wanted.has != !v.absent || wanted.has != !w.absent)
		fail_msg("'%s': %s", text, v.absent ? v.absent : "a number");
	if (!wanted.has)
		assert_string_equal(v.absent, w.absent);
	else if (v.number != wanted.number || w.number != wanted.number)
		fail_msg("'%s' is %g and %g, not %g", text, v.number, w.number,
			 wanted.number);
}

static void random_trees_agree_with_another_evaluator(void **state)
{
	struct random r = { .state = 42 };
	size_t numbers = 0;

	(void)state;
	for (int i = 0; i < 5000; i++) {
		AUTO(strbuf_done) struct strbuf b = { 0 };
		struct wanted wanted = write_tree(&r, i % 6, &b);

		if (b.len > 3000)
			continue;
		numbers += wanted.has;
		check_tree(b.buf, wanted);
	}
	/* both kinds came up */
	assert_in_range(numbers, 1000, 4900);
}

static void garbage_is_refused_or_printed_and_read_again(void **state)
{
	static const char *const pieces[] = {
		"a",        "b",  "(",    ")",   "+",    "-",    "*",
		"/",        ",",  "min(", "if(", "max(", "<",    "=",
		"!",        " ",  "\"",   "1",   "1e",   ".",    "9e9",
		"seconds(", "==", "<=",   "\t",  "\\",   "\xff", "\x01",
		"x_1",      "%",  "#",    "max", "\n",
	};
	struct random r = { .state = 7 };
	size_t good = 0;

	(void)state;
	for (int i = 0; i < 100000; i++) {
		AUTO(expr_freep) struct expr *e = NULL;
		AUTO(strbuf_done) struct strbuf b = { 0 };
		unsigned n = 1 + draw(&r, 12);
		struct err err = { 0 };
		int code;

		while (n--)
			strbuf_puts(&b, pieces[draw(&r, ARRAY_LEN(pieces))]);
		code = expr_parse(b.buf, &e, &err);
		if (code < 0) {
			assert_null(e);
			assert_memory_equal(err.what, "column ", 7);
			continue;
		}
		good++;
		AUTO_FREE char *once = expr_print(e);
		AUTO(expr_freep) struct expr *again = parsed(once);
		AUTO_FREE char *twice = expr_print(again);

		assert_string_equal(once, twice);
	}
	assert_true(good > 500);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(random_trees_agree_with_another_evaluator),
		cmocka_unit_test(garbage_is_refused_or_printed_and_read_again),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
