/*
 * Walks over formulas: value, names, text; see expr.h.
 *
 * All recurse; the parser bounds the depth.
 */
#include "metric/expr.h"

#include "base/auto.h"
#include "base/fmt.h"
#include "base/strbuf.h"
#include "base/vec.h"
#include "metric/expr_tree.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static const struct expr_op_info infos[] = {
	[OP_NUMBER] = { .text = "", .level = LEVEL_PRIMARY },
	[OP_NAME] = { .text = "", .level = LEVEL_PRIMARY },
	[OP_SECONDS] = { .text = "seconds", .level = LEVEL_PRIMARY },
	[OP_NEGATE] = { "-", 1, LEVEL_UNARY },
	[OP_ADD] = { "+", 2, LEVEL_SUM },
	[OP_SUBTRACT] = { "-", 2, LEVEL_SUM },
	[OP_MULTIPLY] = { "*", 2, LEVEL_PRODUCT },
	[OP_DIVIDE] = { "/", 2, LEVEL_PRODUCT },
	[OP_LESS] = { "<", 2, LEVEL_COMPARISON },
	[OP_LESS_EQUAL] = { "<=", 2, LEVEL_COMPARISON },
	[OP_GREATER] = { ">", 2, LEVEL_COMPARISON },
	[OP_GREATER_EQUAL] = { ">=", 2, LEVEL_COMPARISON },
	[OP_EQUAL] = { "==", 2, LEVEL_COMPARISON },
	[OP_NOT_EQUAL] = { "!=", 2, LEVEL_COMPARISON },
	[OP_MIN] = { "min", 2, LEVEL_PRIMARY },
	[OP_MAX] = { "max", 2, LEVEL_PRIMARY },
	[OP_IF] = { "if", 3, LEVEL_PRIMARY },
};
_Static_assert(ARRAY_LEN(infos) == OP_IF + 1, "one row per operator");

const struct expr_op_info *expr_op_info(enum expr_op op)
{
	return &infos[op];
}

void expr_free(struct expr *e)
{
	if (!e)
		return;
	for (int i = 0; i < infos[e->op].arity; i++)
		expr_free(e->arg[i]);
	free(e->name);
	free(e->reason);
	free(e);
}

void expr_freep(struct expr **e)
{
	expr_free(*e);
}

static struct expr_value number(double n)
{
	return (struct expr_value){ .number = n };
}

static struct expr_value absent(const char *why)
{
	return (struct expr_value){ .absent = why };
}

/* e->op is one of those with two arguments, and both are numbers. */
static struct expr_value compute(const struct expr *e, double a, double b)
{
	double result = 0.0;

	switch (e->op) {
	case OP_ADD:
		result = a + b;
		break;
	case OP_SUBTRACT:
		result = a - b;
		break;
	case OP_MULTIPLY:
		result = a * b;
		break;
	case OP_DIVIDE:
		if (b == 0.0)
			return absent(e->reason);
		result = a / b;
		break;
	case OP_LESS:
		return number(a < b);
	case OP_LESS_EQUAL:
		return number(a <= b);
	case OP_GREATER:
		return number(a > b);
	case OP_GREATER_EQUAL:
		return number(a >= b);
	case OP_EQUAL:
		return number(a == b);
	case OP_NOT_EQUAL:
		return number(a != b);
	case OP_MIN:
		return number(a < b ? a : b);
	case OP_MAX:
		return number(a > b ? a : b);
	case OP_NUMBER:
	case OP_NAME:
	case OP_SECONDS:
	case OP_NEGATE:
	case OP_IF:
		break;
	}
	if (!isfinite(result))
		return absent("too large to compute");
	return number(result);
}

struct expr_value expr_eval(const struct expr *e, expr_lookup_fn lookup,
			    void *arg)
{
	struct expr_value a, b;

	if (e->op == OP_NUMBER)
		return number(e->number);
	if (e->op == OP_NAME)
		return lookup(arg, e->name, EXPR_COUNT);
	if (e->op == OP_SECONDS)
		return lookup(arg, e->name, EXPR_SECONDS);

	a = expr_eval(e->arg[0], lookup, arg);
	if (a.absent)
		return a;
	if (e->op == OP_NEGATE)
		return number(-a.number);
	if (e->op == OP_IF)
		return expr_eval(e->arg[a.number != 0.0 ? 1 : 2], lookup, arg);
	b = expr_eval(e->arg[1], lookup, arg);
	if (b.absent)
		return b;
	return compute(e, a.number, b.number);
}

static void collect_names(const struct expr *e, const char ***names, size_t *n)
{
	if (e->name) {
		for (size_t i = 0; i < *n; i++)
			if (!strcmp((*names)[i], e->name))
				return;
		VEC_PUSH(*names, *n, e->name);
	}
	for (int i = 0; i < infos[e->op].arity; i++)
		collect_names(e->arg[i], names, n);
}

size_t expr_names(const struct expr *e, const char ***ret)
{
	const char **names = NULL;
	size_t n = 0;

	collect_names(e, &names, &n);
	*ret = names;
	return n;
}

bool expr_uses(const struct expr *e, const char *name, enum expr_aspect aspect)
{
	enum expr_op op = aspect == EXPR_SECONDS ? OP_SECONDS : OP_NAME;

	if (e->op == op && !strcmp(e->name, name))
		return true;
	for (int i = 0; i < infos[e->op].arity; i++)
		if (expr_uses(e->arg[i], name, aspect))
			return true;
	return false;
}

/* Can @name stand without quotes? */
static bool is_plain(const char *name)
{
	if (name[0] < 'a' || name[0] > 'z')
		return false;
	if (strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789_") !=
	    strlen(name))
		return false;
	for (size_t i = 0; i < ARRAY_LEN(infos); i++)
		if (!strcmp(infos[i].text, name))
			return false;
	return true;
}

static void print_name(const char *name, struct strbuf *out)
{
	const char *quote = is_plain(name) ? "" : "\"";

	strbuf_puts(out, quote);
	strbuf_puts(out, name);
	strbuf_puts(out, quote);
}

static void print(const struct expr *e, struct strbuf *out);

/* As an operand of something that binds at @level at least. */
static void print_operand(const struct expr *e, int level, struct strbuf *out)
{
	bool wrap = (int)infos[e->op].level < level;

	if (wrap)
		strbuf_putc(out, '(');
	print(e, out);
	if (wrap)
		strbuf_putc(out, ')');
}

static void print_call(const struct expr *e, struct strbuf *out)
{
	strbuf_addf(out, "%s(", infos[e->op].text);
	if (e->op == OP_SECONDS)
		print_name(e->name, out);
	for (int i = 0; i < infos[e->op].arity; i++) {
		if (i)
			strbuf_puts(out, ", ");
		print(e->arg[i], out);
	}
	strbuf_putc(out, ')');
}

static void print(const struct expr *e, struct strbuf *out)
{
	const struct expr_op_info *info = &infos[e->op];
	char buf[FMT_LEN];

	if (e->op == OP_NUMBER) {
		strbuf_puts(out, fmt_exact(buf, e->number));
	} else if (e->op == OP_NAME) {
		print_name(e->name, out);
	} else if (e->op == OP_NEGATE) {
		strbuf_putc(out, '-');
		print_operand(e->arg[0], LEVEL_UNARY, out);
	} else if (info->level == LEVEL_PRIMARY) {
		print_call(e, out);
	} else {
		/* left to right, and comparisons do not chain at all */
		int left = (int)info->level;

		if (left == LEVEL_COMPARISON)
			left++;
		print_operand(e->arg[0], left, out);
		strbuf_addf(out, " %s ", info->text);
		print_operand(e->arg[1], (int)info->level + 1, out);
	}
}

char *expr_print(const struct expr *e)
{
	struct strbuf out = { 0 };

	print(e, &out);
	return strbuf_detach(&out);
}
