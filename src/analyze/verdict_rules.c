/* Reading the rules of the verdict; see verdict_rules.h. */
#include "analyze/verdict_rules.h"

#include "analyze/verdict_read.h"
#include "base/auto.h"
#include "base/vec.h"

#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* ---- inputs and remarks ---- */

static void formula_done(struct verdict_formula *formula)
{
	condition_done(&formula->when);
	expr_free(formula->expr);
	*formula = (struct verdict_formula){ 0 };
}

static void input_done(struct verdict_input *input)
{
	for (size_t i = 0; i < input->n; i++)
		formula_done(&input->formulas[i]);
	free(input->formulas);
	*input = (struct verdict_input){ 0 };
}

static int parse_formulas(struct verdict_input *input, const char *value,
			  struct err *err)
{
	AUTO_FREE char *copy = xstrdup(value);
	char *rest = copy, *one;

	while ((one = strsep(&rest, ";"))) {
		AUTO(formula_done) struct verdict_formula f = { 0 };
		const char *text = one + strspn(one, " ");
		int r = condition_split(&text, &f.when, err);

		if (r == 0)
			r = expr_parse(text, &f.expr, err);
		if (r < 0)
			return r;
		VEC_PUSH(input->formulas, input->n, f);
		f = (struct verdict_formula){ 0 };
	}
	return 0;
}

static int read_input(struct verdict_input *input, struct err *err)
{
	const struct section *s = input->section;

	input->is_read = true;
	for (size_t i = 0; i < s->n; i++) {
		struct section_entry e = section_entry(s, i);
		struct verdict_place at = { s, e.key, e.line, err };
		int r;

		if (!strcmp(e.key, "about"))
			continue;
		if (strcmp(e.key, "formula"))
			return verdict_fail_key(&at);
		r = verdict_located(parse_formulas(input, e.value, err), &at);
		if (r < 0)
			return r;
	}
	return input->n ? 0 : verdict_missing(s, "formula", err);
}

static int add_input(struct verdict_rules *rules, const struct section *s,
		     struct err *err)
{
	AUTO(input_done)
	struct verdict_input input = { .name = s->name, .section = s };
	int r = s->builtin ? 0 : read_input(&input, err);

	if (r < 0)
		return r;
	VEC_PUSH(rules->inputs, rules->ninputs, input);
	input = (struct verdict_input){ 0 };
	return 0;
}

void verdict_input_read(struct verdict_input *input)
{
	struct err err = { 0 };
	int r = input->is_read ? 0 : read_input(input, &err);

	/* the others were read, and refused, when they were loaded */
	assert(r == 0);
	(void)r;
}

static int parse_stages(struct verdict_remark *remark, const char *value,
			const struct verdict_place *at)
{
	AUTO_FREE char *copy = xstrdup(value);
	char *save = NULL;

	for (char *w = strtok_r(copy, ", ", &save); w;
	     w = strtok_r(NULL, ", ", &save)) {
		int i = verdict_find_stage(w, at);

		if (i < 0)
			return i;
		remark->stages |= 1u << i;
	}
	return 0;
}

static int read_remark(struct verdict_remark *remark, struct err *err)
{
	const struct section *s = remark->section;
	int r = 0;

	remark->is_read = true;
	for (size_t i = 0; i < s->n && r == 0; i++) {
		struct section_entry e = section_entry(s, i);
		struct verdict_place at = { s, e.key, e.line, err };

		if (!strcmp(e.key, "stages"))
			r = parse_stages(remark, e.value, &at);
		else if (!strcmp(e.key, "say"))
			r = verdict_located(
				sentences_parse(e.value, &remark->say, err),
				&at);
		else if (strcmp(e.key, "about"))
			r = verdict_fail_key(&at);
	}
	if (r == 0 && !remark->stages)
		r = verdict_missing(s, "stages", err);
	if (r == 0 && !remark->say.n)
		r = verdict_missing(s, "say", err);
	return r;
}

static int add_remark(struct verdict_rules *rules, const struct section *s,
		      struct err *err)
{
	struct verdict_remark remark = { .section = s };
	int r = s->builtin ? 0 : read_remark(&remark, err);

	if (r < 0)
		sentences_done(&remark.say);
	else
		VEC_PUSH(rules->remarks, rules->nremarks, remark);
	return r;
}

void verdict_remark_read(struct verdict_remark *remark)
{
	struct err err = { 0 };
	int r = remark->is_read ? 0 : read_remark(remark, &err);

	assert(r == 0);
	(void)r;
}

/* ---- rules and their parents ---- */

static int add_rule(struct verdict_rules *rules, const struct section *s,
		    struct err *err)
{
	struct verdict_rule rule;
	int r = verdict_rule_load(&rule, s, err);

	if (r == 0)
		VEC_PUSH(rules->rules, rules->nrules, rule);
	return r;
}

static size_t find_rule(const struct verdict_rules *rules, const char *name)
{
	for (size_t i = 0; i < rules->nrules; i++)
		if (!strcmp(rules->rules[i].name, name))
			return i;
	return VERDICT_NO_PARENT;
}

static int check_parent(const struct verdict_rules *rules, size_t index,
			struct err *err)
{
	const struct verdict_rule *rule = &rules->rules[index];
	size_t up = index;

	if (rule->parent_name && rule->parent == VERDICT_NO_PARENT)
		return err_set(err, -EINVAL,
			       "%s:%d: [verdict %.60s]: parent '%.60s' is no "
			       "verdict",
			       rule->file, rule->line, rule->name,
			       rule->parent_name);
	for (size_t steps = 0; up != VERDICT_NO_PARENT; steps++) {
		up = rules->rules[up].parent;
		if (up == index || steps > rules->nrules)
			return err_set(err, -EINVAL,
				       "%s:%d: [verdict %.60s] is its own "
				       "ancestor",
				       rule->file, rule->line, rule->name);
	}
	return 0;
}

static void warn(struct verdict_rules *rules, const struct err *why)
{
	VEC_PUSH(rules->warnings, rules->nwarnings, xstrdup(why->what));
}

static void drop_rule(struct verdict_rules *rules, size_t index)
{
	verdict_rule_done(&rules->rules[index]);
	rules->nrules--;
	memmove(&rules->rules[index], &rules->rules[index + 1],
		(rules->nrules - index) * sizeof(*rules->rules));
}

/*
 * Find the parents.  A rule of the user's own directory that has none worth
 * the name is left out, which can leave others without theirs.
 */
static int link_parents(struct verdict_rules *rules, struct err *err)
{
	for (size_t i = 0; i < rules->nrules; i++) {
		struct verdict_rule *rule = &rules->rules[i];

		rule->parent = rule->parent_name
				       ? find_rule(rules, rule->parent_name)
				       : VERDICT_NO_PARENT;
	}
	for (int own = 1; own >= 0; own--) {
		for (size_t i = 0; i < rules->nrules; i++) {
			struct err why = { 0 };

			if (rules->rules[i].optional != own ||
			    check_parent(rules, i, &why) == 0)
				continue;
			if (!own) {
				if (err)
					*err = why;
				return -EINVAL;
			}
			warn(rules, &why);
			drop_rule(rules, i);
			return link_parents(rules, err);
		}
	}
	return 0;
}

/* ---- all ---- */

static const struct {
	const char *kind;
	int (*add)(struct verdict_rules *rules, const struct section *s,
		   struct err *err);
} kinds[] = {
	{ "verdict", add_rule },
	{ "input", add_input },
	{ "remark", add_remark },
};

static int add_section(const struct catalog *catalog, const struct section *s,
		       struct verdict_rules *rules, size_t kind,
		       struct err *err)
{
	while (s) {
		struct err why = { 0 };
		int r = kinds[kind].add(rules, s, &why);

		if (r == 0)
			return 0;
		if (!s->optional) {
			if (err)
				*err = why;
			return r;
		}
		warn(rules, &why);
		s = catalog_replaced(catalog, s);
	}
	return 0;
}

int verdict_rules_load(const struct catalog *catalog, struct verdict_rules *ret,
		       struct err *err)
{
	AUTO(verdict_rules_done) struct verdict_rules rules = { 0 };
	int r = 0;

	for (size_t i = 0; i < catalog->nlive && r == 0; i++)
		for (size_t k = 0; k < ARRAY_LEN(kinds) && r == 0; k++)
			if (!strcmp(catalog->live[i]->kind, kinds[k].kind))
				r = add_section(catalog, catalog->live[i],
						&rules, k, err);
	if (r == 0)
		r = link_parents(&rules, err);
	if (r < 0)
		return r;
	*ret = rules;
	rules = (struct verdict_rules){ 0 };
	return 0;
}

int verdict_rules_read_all(struct verdict_rules *rules, struct err *err)
{
	int r = 0;

	for (size_t i = 0; i < rules->nrules && r == 0; i++)
		r = verdict_rule_read_all(&rules->rules[i], err);
	for (size_t i = 0; i < rules->ninputs && r == 0; i++)
		if (!rules->inputs[i].is_read)
			r = read_input(&rules->inputs[i], err);
	for (size_t i = 0; i < rules->nremarks && r == 0; i++)
		if (!rules->remarks[i].is_read)
			r = read_remark(&rules->remarks[i], err);
	return r;
}

void verdict_rules_done(struct verdict_rules *rules)
{
	for (size_t i = 0; i < rules->nrules; i++)
		verdict_rule_done(&rules->rules[i]);
	for (size_t i = 0; i < rules->ninputs; i++)
		input_done(&rules->inputs[i]);
	for (size_t i = 0; i < rules->nremarks; i++)
		sentences_done(&rules->remarks[i].say);
	for (size_t i = 0; i < rules->nwarnings; i++)
		free(rules->warnings[i]);
	free(rules->rules);
	free(rules->inputs);
	free(rules->remarks);
	free(rules->warnings);
	*rules = (struct verdict_rules){ 0 };
}
