/* Metrics that came from JSON; see imported.h. */
#include "metric/imported.h"

#include "base/auto.h"
#include "base/parse.h"
#include "base/xalloc.h"
#include "metric/expr_tree.h"

#include <string.h>

/* What values are multiplied by where they are shown; a text of ours. */
static double factor_of(const struct section *s)
{
	const char *text = section_get(s, "factor", NULL);
	double factor = 1.0;

	if (text)
		parse_double(text, &factor);
	return factor;
}

int imported_formula(const struct section *s, const char *text,
		     struct expr **ret, struct err *err)
{
	const char *factor = section_get(s, "factor", NULL);
	struct expr *e = NULL, *product;
	int r = expr_parse_pmu(text, section_get(s, "aliases", NULL), &e, err);

	if (r < 0)
		return r;
	if (factor) {
		product = expr_new(OP_MULTIPLY);
		product->arg[0] = e;
		product->arg[1] = expr_new(OP_NUMBER);
		product->arg[1]->number = factor_of(s);
		product->depth = e->depth + 1;
		e = product;
	}
	*ret = e;
	return 0;
}

/* The comparison of @name with a number among those that "and" joins in @e. */
static const struct expr *find_own(const struct expr *e, const char *name)
{
	const struct expr *found = NULL;

	/* a && b is if(a, b != 0, 0) */
	if (e->op == OP_IF &&
	    (e->arg[2]->op != OP_NUMBER || e->arg[2]->number != 0.0))
		return NULL;
	if (e->op == OP_BIT_AND || e->op == OP_IF || e->op == OP_NOT_EQUAL) {
		for (int i = 0; i < 2 && !found; i++)
			found = find_own(e->arg[i], name);
		return found;
	}
	if ((e->op == OP_LESS || e->op == OP_GREATER) &&
	    e->arg[0]->op == OP_NAME && e->arg[1]->op == OP_NUMBER &&
	    !strcasecmp(e->arg[0]->name, name))
		return e;
	return NULL;
}

bool imported_threshold(const struct section *s, const char *text, char *ret_op,
			double *ret_number)
{
	AUTO(expr_freep) struct expr *e = NULL;
	AUTO_FREE char *name = xstrndup(s->name, strcspn(s->name, "@"));
	const struct expr *own;

	if (expr_parse_pmu(text, section_get(s, "threshold_aliases", NULL), &e,
			   NULL) < 0)
		return false;
	own = find_own(e, name);
	if (!own)
		return false;
	*ret_op = own->op == OP_LESS ? '<' : '>';
	*ret_number = own->arg[1]->number * factor_of(s);
	return true;
}
