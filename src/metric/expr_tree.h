/*
 * What a formula is inside: shared by the parsers (expr_parse.c, expr_pmu.c) and
 * the walks over the tree (expr.c).  Everybody else includes expr.h.
 */
#ifndef TACHO_METRIC_EXPR_TREE_H
#define TACHO_METRIC_EXPR_TREE_H

#include "base/err.h"
#include "metric/expr.h"

#include <stdbool.h>

enum expr_op {
	OP_NUMBER,
	OP_NAME,
	OP_SECONDS,
	OP_SOURCES,
	OP_HAS_EVENT,
	OP_CPUID,
	OP_NEGATE,
	OP_ADD,
	OP_SUBTRACT,
	OP_MULTIPLY,
	OP_DIVIDE,
	OP_MODULO,
	OP_LESS,
	OP_LESS_EQUAL,
	OP_GREATER,
	OP_GREATER_EQUAL,
	OP_EQUAL,
	OP_NOT_EQUAL,
	OP_BIT_AND,
	OP_BIT_XOR,
	OP_BIT_OR,
	OP_MIN,
	OP_MAX,
	OP_D_RATIO,
	OP_IF,
};

/* How tightly an operator binds; what binds less needs parentheses. */
enum expr_level {
	LEVEL_BIT_OR,
	LEVEL_BIT_XOR,
	LEVEL_BIT_AND,
	LEVEL_COMPARISON,
	LEVEL_SUM,
	LEVEL_PRODUCT,
	LEVEL_UNARY,
	LEVEL_PRIMARY,
};

struct expr_op_info {
	const char *text; /* the operator, or the name of the function */
	int arity;
	enum expr_level level;
	enum expr_aspect aspect; /* of what has a name */
};

const struct expr_op_info *expr_op_info(enum expr_op op);

struct expr {
	enum expr_op op;
	int depth;
	double number;
	char *name;   /* OP_NAME and what asks about a name */
	char *reason; /* OP_DIVIDE, OP_MODULO: why it is absent when it divides
			 by 0; NULL when it never does */
	struct expr *arg[3];
};

struct expr *expr_new(enum expr_op op) __attribute__((returns_nonnull));

/* The function called @name; *asks: its argument is a name. */
bool expr_function(const char *name, enum expr_op *ret, bool *asks);

/* Why dividing by @divisor can have no result; NULL when it always has one. */
char *expr_zero_reason(enum expr_op op, const struct expr *divisor);

/*
 * Take over @arg as the next argument of @e.  False when the tree is then
 * deeper than @max_depth; @arg belongs to @e all the same.
 */
bool expr_adopt(struct expr *e, int i, struct expr *arg, int max_depth);

/*
 * What both parsers say of a formula that is wrong at @column: too large
 * (-E2BIG); "expected X, found Y" (-EINVAL), where Y is what @at begins with.
 */
int expr_fail_size(size_t column, struct err *err);
int expr_fail_expected(const char *at, size_t column, const char *expected,
		       struct err *err);

#endif
