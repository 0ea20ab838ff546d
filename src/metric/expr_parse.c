/*
 * Reading formulas; see expr.h.
 *
 * Recursive descent, one function per level of precedence:
 *
 *	formula    := xor { "|" xor }
 *	xor        := and { "^" and }
 *	and        := comparison { "&" comparison }
 *	comparison := sum [ ("<"|"<="|">"|">="|"=="|"!=") sum ]
 *	sum        := product { ("+"|"-") product }
 *	product    := unary { ("*"|"/"|"%") unary }
 *	unary      := "-" unary | primary
 *	primary    := number | name | "(" formula ")" | function
 *
 * Bounds: the tree's depth, because every walk over it recurses, and its
 * size, counted as the bytes that its printed text can need at most.  A text
 * that was accepted therefore prints as a text that is accepted again.
 */
#include "metric/expr.h"

#include "base/auto.h"
#include "base/fmt.h"
#include "base/parse.h"
#include "base/strbuf.h"
#include "base/xalloc.h"
#include "metric/expr_tree.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define MAX_TEXT 16384
#define MAX_SIZE 8192
#define MAX_DEPTH 100
/* Parentheses recurse without making the tree deeper. */
#define MAX_NESTING (2 * MAX_DEPTH)

struct parser {
	const char *text;
	const char *p;
	int depth;   /* of the recursion */
	size_t size; /* bytes that printing can need */
	struct err *err;
};

static bool is_letter(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool is_name_char(char c)
{
	return (c >= 'a' && c <= 'z') || is_digit(c) || c == '_';
}

static void skip_space(struct parser *s)
{
	while (*s->p == ' ' || *s->p == '\t')
		s->p++;
}

static size_t column(const struct parser *s)
{
	return (size_t)(s->p - s->text) + 1;
}

static int fail_size(struct parser *s)
{
	return expr_fail_size(column(s), s->err);
}

static int fail_expected(struct parser *s, const char *expected)
{
	return expr_fail_expected(s->p, column(s), expected, s->err);
}

static int make(struct parser *s, enum expr_op op, size_t size,
		struct expr **ret)
{
	s->size += size;
	if (s->size > MAX_SIZE)
		return fail_size(s);
	*ret = expr_new(op);
	return 0;
}

/* Take over @arg as the next argument; refuses what gets too deep. */
static int adopt(struct parser *s, struct expr *e, int i, struct expr *arg)
{
	return expr_adopt(e, i, arg, MAX_DEPTH) ? 0 : fail_size(s);
}

static int parse_formula(struct parser *s, struct expr **ret);

static int parse_number(struct parser *s, struct expr **ret)
{
	AUTO(expr_freep) struct expr *e = NULL;
	AUTO_FREE char *text = NULL;
	const char *p = s->p;
	int r = make(s, OP_NUMBER, FMT_LEN, &e);

	if (r < 0)
		return r;
	while (is_digit(*p) || *p == '.')
		p++;
	if (*p == 'e' || *p == 'E') {
		p++;
		if (*p == '-' || *p == '+')
			p++;
	}
	while (is_digit(*p) || is_letter(*p) || *p == '.')
		p++;
	text = xstrndup(s->p, (size_t)(p - s->p));
	r = parse_double(text, &e->number);
	if (r < 0)
		return err_set(
			s->err, -EINVAL, "column %zu: %s: '%.40s'", column(s),
			r == -ERANGE ? "number out of range" : "not a number",
			text);
	s->p = p;
	*ret = TAKE_PTR(e);
	return 0;
}

/* A name or a "quoted name" into *ret. */
static int parse_name(struct parser *s, char **ret)
{
	const char *start = s->p;
	const char *p = s->p;

	if (*p == '"') {
		for (p = ++start; *p && *p != '"'; p++)
			if ((unsigned char)*p < ' ')
				break;
		if (*p != '"' || p == start)
			return err_set(s->err, -EINVAL,
				       "column %zu: a quoted name is empty or "
				       "not closed",
				       column(s));
		*ret = xstrndup(start, (size_t)(p - start));
		s->p = p + 1;
		return 0;
	}
	while (is_name_char(*p))
		p++;
	if (p == start || is_digit(*start) || is_letter(*p)) {
		s->p = p;
		return fail_expected(s, "a name (lower-case letters, digits "
					"and '_', or in double quotes)");
	}
	*ret = xstrndup(start, (size_t)(p - start));
	s->p = p;
	return 0;
}

static int expect(struct parser *s, char c)
{
	const char want[] = { '\'', c, '\'', '\0' };

	skip_space(s);
	if (*s->p != c)
		return fail_expected(s, want);
	s->p++;
	return 0;
}

/* What a function wants to know of a name: seconds(name) */
static int parse_question(struct parser *s, enum expr_op op, struct expr **ret)
{
	AUTO(expr_freep) struct expr *e = NULL;
	int r = make(s, op, 24, &e);

	if (r < 0)
		return r;
	skip_space(s);
	r = parse_name(s, &e->name);
	if (r < 0)
		return r;
	s->size += strlen(e->name);
	if (s->size > MAX_SIZE)
		return fail_size(s);
	r = expect(s, ')');
	if (r < 0)
		return r;
	*ret = TAKE_PTR(e);
	return 0;
}

static int parse_arguments(struct parser *s, enum expr_op op, struct expr **ret)
{
	AUTO(expr_freep) struct expr *e = NULL;
	int r = make(s, op, 16, &e);

	for (int i = 0; r == 0 && i < expr_op_info(op)->arity; i++) {
		struct expr *arg = NULL;

		if (i)
			r = expect(s, ',');
		if (r == 0)
			r = parse_formula(s, &arg);
		if (r == 0)
			r = adopt(s, e, i, arg);
	}
	if (r == 0)
		r = expect(s, ')');
	if (r == 0)
		*ret = TAKE_PTR(e);
	return r;
}

static int parse_word(struct parser *s, struct expr **ret)
{
	AUTO(expr_freep) struct expr *e = NULL;
	AUTO_FREE char *name = NULL;
	const char *start = s->p;
	bool quoted = *start == '"';
	bool asks;
	enum expr_op op;
	int r = parse_name(s, &name);

	if (r < 0)
		return r;
	skip_space(s);
	if (!quoted && expr_function(name, &op, &asks)) {
		r = expect(s, '(');
		if (r < 0)
			return r;
		return asks ? parse_question(s, op, ret)
			    : parse_arguments(s, op, ret);
	}
	if (*s->p == '(') {
		s->p = start;
		return err_set(s->err, -EINVAL,
			       "column %zu: there is no function '%.40s'; "
			       "there are min, max, if, d_ratio and seconds",
			       column(s), name);
	}
	r = make(s, OP_NAME, strlen(name) + 2, &e);
	if (r < 0)
		return r;
	e->name = TAKE_PTR(name);
	*ret = TAKE_PTR(e);
	return 0;
}

static int parse_primary(struct parser *s, struct expr **ret)
{
	int r;

	skip_space(s);
	if (is_digit(*s->p) || *s->p == '.')
		return parse_number(s, ret);
	if (*s->p == '(') {
		AUTO(expr_freep) struct expr *e = NULL;

		s->p++;
		r = parse_formula(s, &e);
		if (r == 0)
			r = expect(s, ')');
		if (r == 0)
			*ret = TAKE_PTR(e);
		return r;
	}
	if (*s->p == '"' || is_letter(*s->p))
		return parse_word(s, ret);
	return fail_expected(s, "a number, a name or '('");
}

static int parse_unary(struct parser *s, struct expr **ret)
{
	AUTO(expr_freep) struct expr *e = NULL;
	struct expr *arg = NULL;
	int r;

	skip_space(s);
	if (*s->p != '-')
		return parse_primary(s, ret);
	r = make(s, OP_NEGATE, 3, &e);
	if (r < 0)
		return r;
	s->p++;
	if (++s->depth > MAX_NESTING)
		return fail_size(s);
	r = parse_unary(s, &arg);
	s->depth--;
	if (r < 0)
		return r;
	r = adopt(s, e, 0, arg);
	if (r < 0)
		return r;
	*ret = TAKE_PTR(e);
	return 0;
}

/*
 * Join *left, which is replaced, with what @operand reads from the right.
 * Also after a failure *left is the caller's to free.
 */
static int join(struct parser *s, enum expr_op op, struct expr **left,
		int (*operand)(struct parser *s, struct expr **ret))
{
	AUTO(expr_freep) struct expr *e = NULL;
	struct expr *right = NULL;
	int r = make(s, op, 6, &e);

	if (r < 0)
		return r;
	s->p += strlen(expr_op_info(op)->text);
	r = operand(s, &right);
	if (r < 0)
		return r;
	r = adopt(s, e, 1, right);
	if (r < 0)
		return r;
	r = adopt(s, e, 0, TAKE_PTR(*left));
	if (r < 0)
		return r;
	if (op == OP_DIVIDE || op == OP_MODULO)
		e->reason = expr_zero_reason(op, right);
	*left = TAKE_PTR(e);
	return 0;
}

static int parse_product(struct parser *s, struct expr **ret)
{
	AUTO(expr_freep) struct expr *e = NULL;
	int r = parse_unary(s, &e);

	while (r == 0) {
		skip_space(s);
		if (*s->p == '*')
			r = join(s, OP_MULTIPLY, &e, parse_unary);
		else if (*s->p == '/')
			r = join(s, OP_DIVIDE, &e, parse_unary);
		else if (*s->p == '%')
			r = join(s, OP_MODULO, &e, parse_unary);
		else
			break;
	}
	if (r == 0)
		*ret = TAKE_PTR(e);
	return r;
}

static int parse_sum(struct parser *s, struct expr **ret)
{
	AUTO(expr_freep) struct expr *e = NULL;
	int r = parse_product(s, &e);

	while (r == 0) {
		skip_space(s);
		if (*s->p == '+')
			r = join(s, OP_ADD, &e, parse_product);
		else if (*s->p == '-')
			r = join(s, OP_SUBTRACT, &e, parse_product);
		else
			break;
	}
	if (r == 0)
		*ret = TAKE_PTR(e);
	return r;
}

/* The comparison at the cursor; the longer spelling first. */
static bool at_comparison(const struct parser *s, enum expr_op *ret)
{
	static const enum expr_op order[] = { OP_LESS_EQUAL, OP_GREATER_EQUAL,
					      OP_EQUAL,      OP_NOT_EQUAL,
					      OP_LESS,       OP_GREATER };

	for (size_t i = 0; i < ARRAY_LEN(order); i++) {
		const char *text = expr_op_info(order[i])->text;

		if (strncmp(s->p, text, strlen(text)))
			continue;
		*ret = order[i];
		return true;
	}
	return false;
}

static int parse_comparison(struct parser *s, struct expr **ret)
{
	AUTO(expr_freep) struct expr *e = NULL;
	enum expr_op op;
	int r;

	r = parse_sum(s, &e);
	if (r < 0)
		return r;
	skip_space(s);
	if (at_comparison(s, &op)) {
		r = join(s, op, &e, parse_sum);
		if (r < 0)
			return r;
		skip_space(s);
		if (at_comparison(s, &op))
			return err_set(s->err, -EINVAL,
				       "column %zu: comparisons do not chain; "
				       "use parentheses",
				       column(s));
	}
	*ret = TAKE_PTR(e);
	return 0;
}

/* @op between operands, any number of them. */
static int parse_bits(struct parser *s, enum expr_op op,
		      int (*operand)(struct parser *s, struct expr **ret),
		      struct expr **ret)
{
	AUTO(expr_freep) struct expr *e = NULL;
	int r = operand(s, &e);

	while (r == 0) {
		skip_space(s);
		if (*s->p != *expr_op_info(op)->text)
			break;
		r = join(s, op, &e, operand);
	}
	if (r == 0)
		*ret = TAKE_PTR(e);
	return r;
}

static int parse_and(struct parser *s, struct expr **ret)
{
	return parse_bits(s, OP_BIT_AND, parse_comparison, ret);
}

static int parse_xor(struct parser *s, struct expr **ret)
{
	return parse_bits(s, OP_BIT_XOR, parse_and, ret);
}

static int parse_formula(struct parser *s, struct expr **ret)
{
	int r;

	if (++s->depth > MAX_NESTING)
		return fail_size(s);
	r = parse_bits(s, OP_BIT_OR, parse_xor, ret);
	s->depth--;
	return r;
}

int expr_parse(const char *text, struct expr **ret, struct err *err)
{
	AUTO(expr_freep) struct expr *e = NULL;
	struct parser s = { .text = text, .p = text, .err = err };
	int r;

	if (strnlen(text, MAX_TEXT + 1) > MAX_TEXT)
		return err_set(err, -E2BIG,
			       "the formula has more than %d bytes", MAX_TEXT);
	r = parse_formula(&s, &e);
	if (r < 0)
		return r;
	skip_space(&s);
	if (*s.p)
		return fail_expected(&s, "an operator");
	*ret = TAKE_PTR(e);
	return 0;
}
