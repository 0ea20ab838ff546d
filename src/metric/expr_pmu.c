/*
 * Reading the formulas of the kernel's pmu-events and of Intel's perfmon; see
 * expr.h.
 *
 * The kernel's grammar (tools/perf/util/expr.y) with what perfmon and
 * thresholds add to it: && || ! <= >= == != and words that stand for names.
 * Lexical rules are the kernel's, too: a word is as long as it can be, so "1e3"
 * is a number and "3e3x" a name.  Operators go by their level:
 *
 *	choice  := binary [ "if" binary "else" choice ]
 *	binary  := unary { operator unary }
 *	unary   := ("-"|"!") unary | primary
 *	primary := number | word | "#"literal | "(" choice ")" | function
 *
 * The bounds take the longest there is (34,000 bytes in perfmon) twice.
 */
#include "metric/expr.h"

#include "base/auto.h"
#include "base/parse.h"
#include "base/xalloc.h"
#include "metric/expr_tree.h"
#include "metric/expr_word.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define MAX_TEXT 65536
#define MAX_NODES 32768
#define MAX_DEPTH 500
#define MAX_NESTING 500

struct parser {
	const char *text;
	const char *p;
	const char *aliases; /* "a=NAME;b=NAME" or NULL */
	int depth;           /* of the recursion */
	size_t nodes;
	struct err *err;
};

/* What joins two operands; of equal beginnings the longer stands first. */
enum joint {
	JOINT_OP,  /* is an operator of the tree */
	JOINT_AND, /* if(a, b != 0, 0) */
	JOINT_OR,  /* if(a, 1, b != 0) */
};

static const struct binary {
	const char *text;
	int level;
	enum joint joint;
	enum expr_op op;
} binaries[] = {
	{ "||", 0, JOINT_OR, OP_IF },
	{ "&&", 1, JOINT_AND, OP_IF },
	{ "|", 2, JOINT_OP, OP_BIT_OR },
	{ "^", 3, JOINT_OP, OP_BIT_XOR },
	{ "&", 4, JOINT_OP, OP_BIT_AND },
	{ "==", 5, JOINT_OP, OP_EQUAL },
	{ "!=", 5, JOINT_OP, OP_NOT_EQUAL },
	{ "<=", 5, JOINT_OP, OP_LESS_EQUAL },
	{ "< =", 5, JOINT_OP, OP_LESS_EQUAL }, /* perfmon has these */
	{ ">=", 5, JOINT_OP, OP_GREATER_EQUAL },
	{ "> =", 5, JOINT_OP, OP_GREATER_EQUAL },
	{ "<", 5, JOINT_OP, OP_LESS },
	{ ">", 5, JOINT_OP, OP_GREATER },
	{ "+", 6, JOINT_OP, OP_ADD },
	{ "-", 6, JOINT_OP, OP_SUBTRACT },
	{ "*", 7, JOINT_OP, OP_MULTIPLY },
	{ "/", 7, JOINT_OP, OP_DIVIDE },
	{ "%", 7, JOINT_OP, OP_MODULO },
};

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static void skip_space(struct parser *s)
{
	s->p += strspn(s->p, " \t\r\n");
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

static int expect(struct parser *s, char c)
{
	const char want[] = { '\'', c, '\'', '\0' };

	skip_space(s);
	if (*s->p != c)
		return fail_expected(s, want);
	s->p++;
	return 0;
}

static int make(struct parser *s, enum expr_op op, struct expr **ret)
{
	if (++s->nodes > MAX_NODES) {
		fail_size(s);
		return -E2BIG;
	}
	*ret = expr_new(op);
	return 0;
}

static int make_number(struct parser *s, double number, struct expr **ret)
{
	int r = make(s, OP_NUMBER, ret);

	if (r == 0)
		(*ret)->number = number;
	return r;
}

static int adopt(struct parser *s, struct expr *e, int i, struct expr *arg)
{
	return expr_adopt(e, i, arg, MAX_DEPTH) ? 0 : fail_size(s);
}

static bool at_word(const struct parser *s, const char *word)
{
	size_t n = expr_word_length(s->p);

	return n == strlen(word) && memcmp(s->p, word, n) == 0;
}

static int parse_number(struct parser *s, size_t len, struct expr **ret)
{
	AUTO_FREE char *text = xstrndup(s->p, len);
	double number;
	int r = parse_double(text, &number);

	if (r < 0)
		return err_set(
			s->err, -EINVAL, "column %zu: %s: '%.40s'", column(s),
			r == -ERANGE ? "number out of range" : "not a number",
			text);
	s->p += len;
	return make_number(s, number, ret);
}

/* The word at the cursor as a name, or as the formula that it stands for. */
static int parse_name(struct parser *s, char **name, char **formula)
{
	AUTO_FREE char *word = NULL;
	char *alias;
	size_t len = expr_word_length(s->p);

	if (!len)
		return fail_expected(s, "a name");
	word = expr_word_plain(s->p, len);
	alias = expr_word_alias(s->aliases, word);
	if (alias && (*alias == '(' || *alias == '#' || is_digit(*alias))) {
		*formula = alias;
		s->p += len;
		return 0;
	}
	if (alias) {
		free(word);
		word = alias;
	}
	s->p += len;
	if (*s->p == '[') { /* "a[0]": of one package */
		size_t n = strspn(s->p + 1, "0123456789");
		AUTO_FREE char *whole = NULL;

		if (!n || s->p[n + 1] != ']') {
			s->p++;
			return fail_expected(s, "a number and ']'");
		}
		whole = xasprintf("%s%.*s", word, (int)n + 2, s->p);
		free(word);
		word = TAKE_PTR(whole);
		s->p += n + 2;
	}
	expr_word_translate(&word);
	*name = TAKE_PTR(word);
	return 0;
}

static int parse_choice(struct parser *s, struct expr **ret);

/* What an alias stands for; it has no aliases itself. */
static int parse_inner(struct parser *s, const char *text, struct expr **ret)
{
	AUTO(expr_freep) struct expr *e = NULL;
	struct err why = { 0 };
	struct parser inner = { .text = text,
				.p = text,
				.depth = s->depth,
				.nodes = s->nodes,
				.err = &why };
	int r = parse_choice(&inner, &e);

	skip_space(&inner);
	if (r == 0 && *inner.p)
		r = fail_expected(&inner, "an operator");
	s->nodes = inner.nodes;
	if (r < 0)
		return err_set(s->err, r, "column %zu: in '%.60s': %s",
			       column(s), text, why.what);
	*ret = TAKE_PTR(e);
	return 0;
}

static int parse_word(struct parser *s, enum expr_op op, struct expr **ret)
{
	AUTO(expr_freep) struct expr *e = NULL;
	AUTO_FREE char *formula = NULL;
	int r = make(s, op, &e);

	if (r < 0)
		return r;
	skip_space(s);
	r = parse_name(s, &e->name, &formula);
	if (r < 0)
		return r;
	if (formula && op != OP_NAME)
		return err_set(s->err, -EINVAL,
			       "column %zu: expected the name of an event",
			       column(s));
	if (formula)
		return parse_inner(s, formula, ret);
	*ret = TAKE_PTR(e);
	return 0;
}

static int parse_literal(struct parser *s, struct expr **ret)
{
	AUTO(expr_freep) struct expr *e = NULL;
	size_t len = expr_literal_length(s->p);
	int r = make(s, OP_NAME, &e);

	if (r < 0)
		return r;
	if (len == 1) {
		s->p++;
		return fail_expected(s, "a word after '#'");
	}
	e->name = xstrndup(s->p, len);
	s->p += len;
	expr_word_translate(&e->name);
	*ret = TAKE_PTR(e);
	return 0;
}

static int parse_arguments(struct parser *s, enum expr_op op, struct expr **ret)
{
	AUTO(expr_freep) struct expr *e = NULL;
	int r = make(s, op, &e);

	for (int i = 0; r == 0 && i < expr_op_info(op)->arity; i++) {
		struct expr *arg = NULL;

		if (i)
			r = expect(s, ',');
		if (r == 0)
			r = parse_choice(s, &arg);
		if (r == 0)
			r = adopt(s, e, i, arg);
	}
	if (r == 0)
		*ret = TAKE_PTR(e);
	return r;
}

/* The function at the cursor, which only its name tells. */
static bool at_function(const struct parser *s, enum expr_op *ret, bool *asks)
{
	AUTO_FREE char *word = xstrndup(s->p, expr_word_length(s->p));

	return expr_function(word, ret, asks) && *ret != OP_IF &&
	       *ret != OP_SECONDS;
}

static int parse_function(struct parser *s, enum expr_op op, bool asks,
			  struct expr **ret)
{
	AUTO(expr_freep) struct expr *e = NULL;
	int r;

	s->p += strlen(expr_op_info(op)->text);
	r = expect(s, '(');
	if (r == 0)
		r = asks ? parse_word(s, op, &e) : parse_arguments(s, op, &e);
	if (r == 0)
		r = expect(s, ')');
	if (r == 0)
		*ret = TAKE_PTR(e);
	return r;
}

static int parse_primary(struct parser *s, struct expr **ret)
{
	size_t number = expr_number_length(s->p), word = expr_word_length(s->p);
	AUTO(expr_freep) struct expr *e = NULL;
	enum expr_op op;
	bool asks;
	int r;

	if (number && number >= word)
		return parse_number(s, number, ret);
	if (*s->p == '#')
		return parse_literal(s, ret);
	if (word && at_function(s, &op, &asks))
		return parse_function(s, op, asks, ret);
	if (word && !at_word(s, "if") && !at_word(s, "else"))
		return parse_word(s, OP_NAME, ret);
	if (*s->p != '(')
		return fail_expected(s, "a number, a name or '('");
	s->p++;
	r = parse_choice(s, &e);
	if (r == 0)
		r = expect(s, ')');
	if (r == 0)
		*ret = TAKE_PTR(e);
	return r;
}

/* !a is a == 0 */
static int parse_unary(struct parser *s, struct expr **ret)
{
	AUTO(expr_freep) struct expr *e = NULL, *zero = NULL;
	struct expr *arg = NULL;
	bool is_not;
	int r;

	skip_space(s);
	is_not = *s->p == '!';
	if (*s->p != '-' && !is_not)
		return parse_primary(s, ret);
	s->p++;
	if (++s->depth > MAX_NESTING)
		return fail_size(s);
	r = make(s, is_not ? OP_EQUAL : OP_NEGATE, &e);
	if (r == 0)
		r = parse_unary(s, &arg);
	if (r == 0)
		r = adopt(s, e, 0, arg);
	if (r == 0 && is_not)
		r = make_number(s, 0.0, &zero);
	if (r == 0 && is_not)
		r = adopt(s, e, 1, TAKE_PTR(zero));
	s->depth--;
	if (r == 0)
		*ret = TAKE_PTR(e);
	return r;
}

static const struct binary *at_binary(const struct parser *s)
{
	for (size_t i = 0; i < ARRAY_LEN(binaries); i++)
		if (!strncmp(s->p, binaries[i].text, strlen(binaries[i].text)))
			return &binaries[i];
	return NULL;
}

/* Replace *e by *e != 0. */
static int make_truth(struct parser *s, struct expr **e)
{
	struct expr *truth = NULL, *zero = NULL;
	int r = make(s, OP_NOT_EQUAL, &truth);

	if (r < 0)
		return r;
	r = adopt(s, truth, 0, *e);
	*e = truth;
	if (r == 0)
		r = make_number(s, 0.0, &zero);
	return r < 0 ? r : adopt(s, truth, 1, zero);
}

/* Replace *left by what @b makes of it and *right, which it takes over. */
static int join(struct parser *s, const struct binary *b, struct expr **left,
		struct expr **right)
{
	AUTO(expr_freep) struct expr *e = NULL, *number = NULL;
	int r = make(s, b->op, &e);

	if (r == 0 && b->joint != JOINT_OP)
		r = make_truth(s, right);
	if (r == 0 && b->joint != JOINT_OP)
		r = make_number(s, b->joint == JOINT_OR, &number);
	if (r == 0 && b->joint != JOINT_OP)
		r = adopt(s, e, b->joint == JOINT_OR ? 1 : 2, TAKE_PTR(number));
	if (r == 0 && (b->op == OP_DIVIDE || b->op == OP_MODULO))
		e->reason = expr_zero_reason(b->op, *right);
	if (r == 0)
		r = adopt(s, e, b->joint == JOINT_OR ? 2 : 1, TAKE_PTR(*right));
	if (r == 0)
		r = adopt(s, e, 0, TAKE_PTR(*left));
	if (r == 0)
		*left = TAKE_PTR(e);
	return r;
}

/* Operators of @level and those that bind tighter, from left to right. */
static int parse_binary(struct parser *s, int level, struct expr **ret)
{
	AUTO(expr_freep) struct expr *left = NULL;
	const struct binary *b;
	int r = parse_unary(s, &left);

	while (r == 0) {
		AUTO(expr_freep) struct expr *right = NULL;

		skip_space(s);
		b = at_binary(s);
		if (!b || b->level < level)
			break;
		s->p += strlen(b->text);
		r = parse_binary(s, b->level + 1, &right);
		if (r == 0)
			r = join(s, b, &left, &right);
	}
	if (r == 0)
		*ret = TAKE_PTR(left);
	return r;
}

/* "@then if condition else other": @then has been read. */
static int parse_rest_of_choice(struct parser *s, struct expr **then)
{
	AUTO(expr_freep) struct expr *e = NULL;
	struct expr *condition = NULL, *other = NULL;
	int r = make(s, OP_IF, &e);

	s->p += strlen("if");
	if (r == 0)
		r = parse_binary(s, 0, &condition);
	if (r == 0)
		r = adopt(s, e, 0, condition);
	skip_space(s);
	if (r == 0 && !at_word(s, "else"))
		r = fail_expected(s, "an operator or 'else'");
	if (r == 0) {
		s->p += strlen("else");
		r = parse_choice(s, &other);
	}
	if (r == 0)
		r = adopt(s, e, 2, other);
	if (r == 0)
		r = adopt(s, e, 1, TAKE_PTR(*then));
	if (r == 0)
		*then = TAKE_PTR(e);
	return r;
}

static int parse_choice(struct parser *s, struct expr **ret)
{
	AUTO(expr_freep) struct expr *e = NULL;
	int r;

	if (++s->depth > MAX_NESTING)
		return fail_size(s);
	r = parse_binary(s, 0, &e);
	skip_space(s);
	if (r == 0 && at_word(s, "if"))
		r = parse_rest_of_choice(s, &e);
	s->depth--;
	if (r == 0)
		*ret = TAKE_PTR(e);
	return r;
}

int expr_parse_pmu(const char *text, const char *aliases, struct expr **ret,
		   struct err *err)
{
	AUTO(expr_freep) struct expr *e = NULL;
	struct parser s = {
		.text = text, .p = text, .aliases = aliases, .err = err
	};
	int r;

	if (strnlen(text, MAX_TEXT + 1) > MAX_TEXT)
		return err_set(err, -E2BIG,
			       "the formula has more than %d bytes", MAX_TEXT);
	r = parse_choice(&s, &e);
	if (r < 0)
		return r;
	skip_space(&s);
	if (*s.p)
		return fail_expected(&s, "an operator");
	expr_settle(&e, NULL, NULL);
	*ret = TAKE_PTR(e);
	return 0;
}
