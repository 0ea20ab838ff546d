/*
 * The inside of the verdict, shared by its files only: what is being judged,
 * and what has been found.
 */
#ifndef TACHO_ANALYZE_JUDGE_H
#define TACHO_ANALYZE_JUDGE_H

#include "analyze/verdict.h"

struct indices {
	size_t *items;
	size_t n;
};

struct judge {
	struct verdict_rules *rules;
	const struct verdict_facts *facts;
	size_t ninputs; /* those that a name can mean now */
	bool has_share; /* "share" is a name */
	double share;
	struct indices leaves; /* the rules that decide, refined */
	enum verdict_stage stage;
	const char **names; /* what the verdict rests on */
	size_t nnames;
	char *impossible; /* why a rule was not used, or NULL */
};

/* What a name of a rule means: an expr_lookup_fn; @arg is the judge. */
struct expr_value judge_look(void *arg, const char *name,
			     enum expr_aspect aspect);

/* Is @name an input, for the rule that is asked now? */
bool judge_find_input(const struct judge *j, const char *name, size_t *ret);

/*
 * The value of the first formula of input @index that has one, or why the first
 * that applies has none; that formula is put into *used, which begins as NULL.
 */
struct expr_value judge_input_value(struct judge *j, size_t index,
				    const struct expr **used);

static inline const struct verdict_rule *
judge_parent(const struct judge *j, const struct verdict_rule *rule)
{
	size_t i = rule->parent;

	return i == VERDICT_NO_PARENT ? NULL : &j->rules->rules[i];
}

static inline const struct verdict_rule *judge_leaf(const struct judge *j,
						    size_t i)
{
	return &j->rules->rules[j->leaves.items[i]];
}

/* Fill in confidence, trust and whether it is an estimate. */
void judge_weigh(struct judge *j, struct verdict *v);

#endif
