/* Reading the rules of the verdict; see verdict_rules.h. */
#include "analyze/verdict_rules.h"

#include "base/auto.h"
#include "base/parse.h"
#include "base/strbuf.h"
#include "base/suggest.h"
#include "base/vec.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

static const char *const class_names[] = {
	[VERDICT_UNKNOWN] = "unknown",
	[VERDICT_COMPUTE] = "compute-bound",
	[VERDICT_MEMORY] = "memory-bound",
	[VERDICT_FRONTEND] = "frontend-bound",
	[VERDICT_SPECULATION] = "speculation-bound",
	[VERDICT_BLOCKED] = "blocked",
	[VERDICT_SYSTEM] = "system-bound",
	[VERDICT_MIXED] = "mixed",
};
_Static_assert(ARRAY_LEN(class_names) == VERDICT_CLASSES, "one per class");

static const char *const stage_names[] = {
	[VERDICT_STAGE_WAITING] = "waiting",
	[VERDICT_STAGE_KERNEL] = "kernel",
	[VERDICT_STAGE_PIPELINE] = "pipeline",
	[VERDICT_STAGE_EVEN] = "even",
	[VERDICT_STAGE_ESTIMATE] = "estimate",
	[VERDICT_STAGE_THUMB] = "thumb",
	[VERDICT_STAGE_CLOCK] = "clock",
};
_Static_assert(ARRAY_LEN(stage_names) == VERDICT_STAGES, "one per stage");

const char *verdict_class_name(enum verdict_class class)
{
	return class_names[class];
}

/* Where a value stands, for messages. */
struct place {
	const struct section *section;
	const char *key;
	int line;
	struct err *err;
};

/* Index of @word, or a message that lists the names. */
static int find_word(const char *const *names, size_t n, const char *word,
		     const struct place *at)
{
	AUTO(strbuf_done) struct strbuf list = { 0 };

	for (size_t i = 0; i < n; i++) {
		if (!strcmp(names[i], word))
			return (int)i;
		strbuf_addf(&list, "%s%s", i ? ", " : "", names[i]);
	}
	return err_set(at->err, -EINVAL, "%s:%d: %s = '%.60s': expected %s",
		       at->section->file, at->line, at->key, word,
		       strbuf_str(&list));
}

/* Put the place before what a parser said. */
static int located(int r, const struct place *at)
{
	if (r < 0)
		err_prefix(at->err, "%s:%d: %s", at->section->file, at->line,
			   at->key);
	return r;
}

/* ---- keys of [verdict ...] ---- */

static int set_class(struct verdict_rule *rule, const char *value,
		     const struct place *at)
{
	int i = find_word(class_names, ARRAY_LEN(class_names), value, at);

	if (i < 0)
		return i;
	rule->has_class = true;
	rule->class = (enum verdict_class)i;
	return 0;
}

static int set_stage(struct verdict_rule *rule, const char *value,
		     const struct place *at)
{
	int i = find_word(stage_names, ARRAY_LEN(stage_names), value, at);

	if (i < 0)
		return i;
	rule->has_stage = true;
	rule->stage = (enum verdict_stage)i;
	return 0;
}

static int set_kind(struct verdict_rule *rule, const char *value,
		    const struct place *at)
{
	(void)at;
	rule->kind = value;
	return 0;
}

static int set_parent(struct verdict_rule *rule, const char *value,
		      const struct place *at)
{
	(void)at;
	rule->parent_name = value;
	return 0;
}

static int set_caveat(struct verdict_rule *rule, const char *value,
		      const struct place *at)
{
	(void)at;
	rule->caveat = value;
	return 0;
}

/* For people who read the file. */
static int set_about(struct verdict_rule *rule, const char *value,
		     const struct place *at)
{
	(void)rule;
	(void)value;
	(void)at;
	return 0;
}

static int set_when(struct verdict_rule *rule, const char *value,
		    const struct place *at)
{
	return located(condition_parse(value, &rule->when, at->err), at);
}

static int set_share(struct verdict_rule *rule, const char *value,
		     const struct place *at)
{
	return located(expr_parse(value, &rule->share, at->err), at);
}

static int set_say(struct verdict_rule *rule, const char *value,
		   const struct place *at)
{
	int r = located(sentences_parse(value, &rule->say, at->err), at);

	if (r == 0 && rule->say.n != 1)
		return err_set(at->err, -EINVAL,
			       "%s:%d: say: expected one sentence without ';'",
			       at->section->file, at->line);
	return r;
}

static int set_because(struct verdict_rule *rule, const char *value,
		       const struct place *at)
{
	return located(sentences_parse(value, &rule->because, at->err), at);
}

static int set_next(struct verdict_rule *rule, const char *value,
		    const struct place *at)
{
	return located(sentences_parse(value, &rule->next, at->err), at);
}

static int set_confidence(struct verdict_rule *rule, const char *value,
			  const struct place *at)
{
	double d;

	if (parse_double(value, &d) < 0 || !(d >= 0.0 && d <= 1.0))
		return err_set(at->err, -EINVAL,
			       "%s:%d: confidence = '%.60s': expected a number "
			       "from 0 to 1",
			       at->section->file, at->line, value);
	rule->confidence = d;
	return 0;
}

static int set_wants(struct verdict_rule *rule, const char *value,
		     const struct place *at)
{
	AUTO_FREE char *copy = xstrdup(value);
	char *save = NULL;

	(void)at;
	for (char *w = strtok_r(copy, ", ", &save); w;
	     w = strtok_r(NULL, ", ", &save))
		VEC_PUSH(rule->wants, rule->nwants, xstrdup(w));
	return 0;
}

static const struct {
	const char *name;
	int (*set)(struct verdict_rule *rule, const char *value,
		   const struct place *at);
} keys[] = {
	{ "about", set_about },
	{ "because", set_because },
	{ "caveat", set_caveat },
	{ "class", set_class },
	{ "confidence", set_confidence },
	{ "kind", set_kind },
	{ "next", set_next },
	{ "parent", set_parent },
	{ "say", set_say },
	{ "share", set_share },
	{ "stage", set_stage },
	{ "wants", set_wants },
	{ "when", set_when },
};

static int fail_key(const struct place *at)
{
	AUTO(suggest_done) struct suggest s = { 0 };
	char text[ERR_TEXT];

	suggest_init(&s, at->key);
	for (size_t i = 0; i < ARRAY_LEN(keys); i++)
		if (!strcmp(at->section->kind, "verdict"))
			suggest_offer(&s, keys[i].name);
	suggest_text(&s, text, sizeof(text));
	err_set(at->err, -EINVAL, "%s:%d: [%s] has no key '%.60s'",
		at->section->file, at->line, at->section->kind, at->key);
	if (*text)
		err_hint(at->err, "%s", text);
	return -EINVAL;
}

static int set_key(struct verdict_rule *rule, const char *value,
		   const struct place *at)
{
	if (!*value)
		return err_set(at->err, -EINVAL, "%s:%d: %s is empty",
			       at->section->file, at->line, at->key);
	for (size_t i = 0; i < ARRAY_LEN(keys); i++)
		if (!strcmp(keys[i].name, at->key))
			return keys[i].set(rule, value, at);
	return fail_key(at);
}

/* ---- sections ---- */

static void rule_done(struct verdict_rule *rule)
{
	condition_done(&rule->when);
	expr_free(rule->share);
	sentences_done(&rule->say);
	sentences_done(&rule->because);
	sentences_done(&rule->next);
	for (size_t i = 0; i < rule->nwants; i++)
		free(rule->wants[i]);
	free(rule->wants);
	*rule = (struct verdict_rule){ 0 };
}

static int missing(const struct section *s, const char *key, struct err *err)
{
	return err_set(err, -EINVAL, "%s:%d: [%s %.60s] has no %s", s->file,
		       s->line, s->kind, s->name, key);
}

static int check_rule(const struct verdict_rule *rule, const struct section *s,
		      struct err *err)
{
	if (!rule->when.n)
		return missing(s, "when", err);
	if (rule->parent_name && rule->has_stage)
		return err_set(err, -EINVAL,
			       "%s:%d: [verdict %.60s] has a stage, and a "
			       "parent that has one",
			       s->file, s->line, s->name);
	if (rule->parent_name)
		return 0;
	if (!rule->has_stage)
		return missing(s, "stage (and no parent)", err);
	if (!rule->has_class)
		return missing(s, "class", err);
	return rule->say.n ? 0 : missing(s, "say", err);
}

static int add_rule(struct verdict_rules *rules, const struct section *s,
		    struct err *err)
{
	AUTO(rule_done)
	struct verdict_rule rule = {
		.name = s->name,
		.parent = VERDICT_NO_PARENT,
		.confidence = -1.0,
		.file = s->file,
		.line = s->line,
		.optional = s->optional,
	};
	int r;

	for (size_t i = 0; i < s->n; i++) {
		const struct section_entry *e = &s->entries[i];
		struct place at = { s, e->key, e->line, err };

		r = set_key(&rule, e->value, &at);
		if (r < 0)
			return r;
	}
	r = check_rule(&rule, s, err);
	if (r < 0)
		return r;
	VEC_PUSH(rules->rules, rules->nrules, rule);
	rule = (struct verdict_rule){ 0 };
	return 0;
}

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

static int add_input(struct verdict_rules *rules, const struct section *s,
		     struct err *err)
{
	AUTO(input_done) struct verdict_input input = { .name = s->name };

	for (size_t i = 0; i < s->n; i++) {
		const struct section_entry *e = &s->entries[i];
		struct place at = { s, e->key, e->line, err };
		int r;

		if (!strcmp(e->key, "about"))
			continue;
		if (strcmp(e->key, "formula"))
			return fail_key(&at);
		r = located(parse_formulas(&input, e->value, err), &at);
		if (r < 0)
			return r;
	}
	if (!input.n)
		return missing(s, "formula", err);
	VEC_PUSH(rules->inputs, rules->ninputs, input);
	input = (struct verdict_input){ 0 };
	return 0;
}

static int parse_stages(struct verdict_remark *remark, const char *value,
			const struct place *at)
{
	AUTO_FREE char *copy = xstrdup(value);
	char *save = NULL;

	for (char *w = strtok_r(copy, ", ", &save); w;
	     w = strtok_r(NULL, ", ", &save)) {
		int i = find_word(stage_names, ARRAY_LEN(stage_names), w, at);

		if (i < 0)
			return i;
		remark->stages |= 1u << i;
	}
	return 0;
}

static int add_remark(struct verdict_rules *rules, const struct section *s,
		      struct err *err)
{
	struct verdict_remark remark = { 0 };
	int r = 0;

	for (size_t i = 0; i < s->n && r == 0; i++) {
		const struct section_entry *e = &s->entries[i];
		struct place at = { s, e->key, e->line, err };

		if (!strcmp(e->key, "stages"))
			r = parse_stages(&remark, e->value, &at);
		else if (!strcmp(e->key, "say"))
			r = located(sentences_parse(e->value, &remark.say, err),
				    &at);
		else if (strcmp(e->key, "about"))
			r = fail_key(&at);
	}
	if (r == 0 && !remark.stages)
		r = missing(s, "stages", err);
	if (r == 0 && !remark.say.n)
		r = missing(s, "say", err);
	if (r < 0)
		sentences_done(&remark.say);
	else
		VEC_PUSH(rules->remarks, rules->nremarks, remark);
	return r;
}

/* ---- parents ---- */

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
	rule_done(&rules->rules[index]);
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

/* What @s replaces: the section of its name that was loaded before it. */
static const struct section *replaced_by(const struct catalog *catalog,
					 const struct section *s)
{
	const struct section *before = NULL;

	for (size_t i = 0; i < catalog->all.n; i++) {
		const struct section *other = catalog->all.items[i];

		if (other == s)
			break;
		if (!strcmp(other->kind, s->kind) &&
		    !strcmp(other->name, s->name))
			before = other;
	}
	return before;
}

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
		s = replaced_by(catalog, s);
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

void verdict_rules_done(struct verdict_rules *rules)
{
	for (size_t i = 0; i < rules->nrules; i++)
		rule_done(&rules->rules[i]);
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
