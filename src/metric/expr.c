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

#include <errno.h>
#include <float.h>
#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

/* How much of a divisor is told. */
#define MAX_REASON 80

static const struct expr_op_info infos[] = {
	[OP_NUMBER] = { .text = "", .level = LEVEL_PRIMARY },
	[OP_NAME] = { .text = "", .level = LEVEL_PRIMARY },
	[OP_SECONDS] = { "seconds", 0, LEVEL_PRIMARY, EXPR_SECONDS },
	[OP_SOURCES] = { "source_count", 0, LEVEL_PRIMARY, EXPR_SOURCES },
	[OP_HAS_EVENT] = { "has_event", 0, LEVEL_PRIMARY, EXPR_EXISTS },
	[OP_CPUID] = { "strcmp_cpuid_str", 0, LEVEL_PRIMARY, EXPR_CPUID },
	[OP_NEGATE] = { "-", 1, LEVEL_UNARY, EXPR_COUNT },
	[OP_ADD] = { "+", 2, LEVEL_SUM, EXPR_COUNT },
	[OP_SUBTRACT] = { "-", 2, LEVEL_SUM, EXPR_COUNT },
	[OP_MULTIPLY] = { "*", 2, LEVEL_PRODUCT, EXPR_COUNT },
	[OP_DIVIDE] = { "/", 2, LEVEL_PRODUCT, EXPR_COUNT },
	[OP_MODULO] = { "%", 2, LEVEL_PRODUCT, EXPR_COUNT },
	[OP_LESS] = { "<", 2, LEVEL_COMPARISON, EXPR_COUNT },
	[OP_LESS_EQUAL] = { "<=", 2, LEVEL_COMPARISON, EXPR_COUNT },
	[OP_GREATER] = { ">", 2, LEVEL_COMPARISON, EXPR_COUNT },
	[OP_GREATER_EQUAL] = { ">=", 2, LEVEL_COMPARISON, EXPR_COUNT },
	[OP_EQUAL] = { "==", 2, LEVEL_COMPARISON, EXPR_COUNT },
	[OP_NOT_EQUAL] = { "!=", 2, LEVEL_COMPARISON, EXPR_COUNT },
	[OP_BIT_AND] = { "&", 2, LEVEL_BIT_AND, EXPR_COUNT },
	[OP_BIT_XOR] = { "^", 2, LEVEL_BIT_XOR, EXPR_COUNT },
	[OP_BIT_OR] = { "|", 2, LEVEL_BIT_OR, EXPR_COUNT },
	[OP_MIN] = { "min", 2, LEVEL_PRIMARY, EXPR_COUNT },
	[OP_MAX] = { "max", 2, LEVEL_PRIMARY, EXPR_COUNT },
	[OP_D_RATIO] = { "d_ratio", 2, LEVEL_PRIMARY, EXPR_COUNT },
	[OP_IF] = { "if", 3, LEVEL_PRIMARY, EXPR_COUNT },
};
_Static_assert(ARRAY_LEN(infos) == OP_IF + 1, "one row per operator");

const struct expr_op_info *expr_op_info(enum expr_op op)
{
	return &infos[op];
}

bool expr_function(const char *name, enum expr_op *ret, bool *asks)
{
	for (size_t i = 0; i < ARRAY_LEN(infos); i++) {
		if (infos[i].level != LEVEL_PRIMARY || !*infos[i].text ||
		    infos[i].text[0] != name[0] ||
		    strcmp(infos[i].text, name) != 0)
			continue;
		*ret = (enum expr_op)i;
		*asks = !infos[i].arity;
		return true;
	}
	return false;
}

struct expr *expr_new(enum expr_op op)
{
	struct expr *e = xcalloc(1, sizeof(*e));

	e->op = op;
	e->depth = 1;
	return e;
}

bool expr_adopt(struct expr *e, int i, struct expr *arg, int max_depth)
{
	e->arg[i] = arg;
	if (e->depth < arg->depth + 1)
		e->depth = arg->depth + 1;
	return e->depth <= max_depth;
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

/* Does @d, cut to a whole number, fit 64 bits? */
static bool fits_whole(double d)
{
	return d >= -0x1p63 && d < 0x1p63;
}

/* The operators on whole numbers. */
static struct expr_value compute_whole(const struct expr *e, double a, double b)
{
	int64_t x, y;

	if (!fits_whole(a) || !fits_whole(b))
		return absent("too large for a whole number");
	x = (int64_t)a;
	y = (int64_t)b;
	if (e->op == OP_BIT_AND)
		return number((double)(x & y));
	if (e->op == OP_BIT_XOR)
		return number((double)(x ^ y));
	if (e->op == OP_BIT_OR)
		return number((double)(x | y));
	if (y == 0)
		return absent(e->reason);
	/* INT64_MIN % -1 traps */
	return number(y == -1 ? 0.0 : (double)(x % y));
}

/* e->op is one of those with two arguments, and both are numbers. */
static struct expr_value compute(const struct expr *e, double a, double b)
{
	double result = 0.0;

	switch (e->op) {
	case OP_MODULO:
	case OP_BIT_AND:
	case OP_BIT_XOR:
	case OP_BIT_OR:
		return compute_whole(e, a, b);
	case OP_D_RATIO:
		if (b == 0.0)
			return number(0.0);
		result = a / b;
		break;
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
	case OP_SOURCES:
	case OP_HAS_EVENT:
	case OP_CPUID:
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
	if (e->name)
		return lookup(arg, e->name, infos[e->op].aspect);

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

/* For expr_settle(): constants alone decide. */
static struct expr_value nothing_known(void *arg, const char *name,
				       enum expr_aspect aspect)
{
	(void)arg;
	(void)name;
	(void)aspect;
	return absent("not known yet");
}

void expr_settle(struct expr **e, expr_lookup_fn lookup, void *arg)
{
	for (int i = 0; i < infos[(*e)->op].arity; i++)
		expr_settle(&(*e)->arg[i], lookup, arg);
	while ((*e)->op == OP_IF) {
		struct expr *all = *e;
		struct expr_value decides = expr_eval(
			all->arg[0], lookup ? lookup : nothing_known, arg);

		if (decides.absent)
			return;
		*e = TAKE_PTR(all->arg[decides.number != 0.0 ? 1 : 2]);
		expr_free(all);
	}
}

static void collect_names(const struct expr *e, const char ***names, size_t *n)
{
	/* what is only asked of a name needs no counter */
	if (e->name && e->op != OP_HAS_EVENT && e->op != OP_CPUID) {
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
	if (e->name && infos[e->op].aspect == aspect && !strcmp(e->name, name))
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
		if (infos[i].text[0] == name[0] && !strcmp(infos[i].text, name))
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

/* Stops when there are @enough bytes: what is printed may be as long as all the
   formula, for every division in it. */
static void print(const struct expr *e, struct strbuf *out, size_t enough);

/* As an operand of something that binds at @level at least. */
static void print_operand(const struct expr *e, int level, struct strbuf *out,
			  size_t enough)
{
	bool wrap = (int)infos[e->op].level < level;

	if (wrap)
		strbuf_putc(out, '(');
	print(e, out, enough);
	if (wrap)
		strbuf_putc(out, ')');
}

static void print_call(const struct expr *e, struct strbuf *out, size_t enough)
{
	strbuf_addf(out, "%s(", infos[e->op].text);
	if (e->name)
		print_name(e->name, out);
	for (int i = 0; i < infos[e->op].arity; i++) {
		if (i)
			strbuf_puts(out, ", ");
		print(e->arg[i], out, enough);
	}
	strbuf_putc(out, ')');
}

static void print(const struct expr *e, struct strbuf *out, size_t enough)
{
	const struct expr_op_info *info = &infos[e->op];
	char buf[FMT_LEN];

	if (out->len >= enough)
		return;
	if (e->op == OP_NUMBER) {
		strbuf_puts(out, fmt_exact(buf, e->number));
	} else if (e->op == OP_NAME) {
		print_name(e->name, out);
	} else if (e->op == OP_NEGATE) {
		strbuf_putc(out, '-');
		print_operand(e->arg[0], LEVEL_UNARY, out, enough);
	} else if (info->level == LEVEL_PRIMARY) {
		print_call(e, out, enough);
	} else {
		/* left to right, and comparisons do not chain at all */
		int left = (int)info->level;

		if (left == LEVEL_COMPARISON)
			left++;
		print_operand(e->arg[0], left, out, enough);
		strbuf_addf(out, " %s ", info->text);
		print_operand(e->arg[1], (int)info->level + 1, out, enough);
	}
}

char *expr_zero_reason(enum expr_op op, const struct expr *divisor)
{
	AUTO(strbuf_done) struct strbuf text = { 0 };
	struct strbuf reason = { 0 };

	/* as a whole number, what is smaller than 1 is 0 */
	if (divisor->op == OP_NUMBER &&
	    fabs(divisor->number) >= (op == OP_MODULO ? 1.0 : DBL_TRUE_MIN))
		return NULL;
	print(divisor, &text, MAX_REASON);
	strbuf_puts(&reason, "division by zero: ");
	strbuf_add(&reason, text.buf, strnlen(text.buf, MAX_REASON));
	strbuf_puts(&reason, " is 0");
	return strbuf_detach(&reason);
}

char *expr_print(const struct expr *e)
{
	struct strbuf out = { 0 };

	print(e, &out, SIZE_MAX);
	return strbuf_detach(&out);
}

int expr_fail_size(size_t column, struct err *err)
{
	return err_set(err, -E2BIG, "column %zu: the formula is too large",
		       column);
}

int expr_fail_expected(const char *at, size_t column, const char *expected,
		       struct err *err)
{
	unsigned char c = (unsigned char)*at;

	if (!c)
		return err_set(err, -EINVAL,
			       "column %zu: expected %s, but the formula ends",
			       column, expected);
	if (c < ' ' || c >= 0x7f)
		return err_set(err, -EINVAL,
			       "column %zu: expected %s, found byte 0x%02x",
			       column, expected, c);
	return err_set(err, -EINVAL, "column %zu: expected %s, found '%c'",
		       column, expected, c);
}
