/*
 * What a formula is inside: shared by the parser (expr_parse.c) and the walks
 * over the tree (expr.c).  Everybody else includes expr.h.
 */
#ifndef TACHO_METRIC_EXPR_TREE_H
#define TACHO_METRIC_EXPR_TREE_H

enum expr_op {
	OP_NUMBER,
	OP_NAME,
	OP_SECONDS,
	OP_NEGATE,
	OP_ADD,
	OP_SUBTRACT,
	OP_MULTIPLY,
	OP_DIVIDE,
	OP_LESS,
	OP_LESS_EQUAL,
	OP_GREATER,
	OP_GREATER_EQUAL,
	OP_EQUAL,
	OP_NOT_EQUAL,
	OP_MIN,
	OP_MAX,
	OP_IF,
};

/* How tightly an operator binds; what binds less needs parentheses. */
enum expr_level {
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
};

const struct expr_op_info *expr_op_info(enum expr_op op);

struct expr {
	enum expr_op op;
	int depth;
	double number;
	char *name;   /* OP_NAME, OP_SECONDS */
	char *reason; /* OP_DIVIDE: why it is absent when it divides by 0 */
	struct expr *arg[3];
};

#endif
