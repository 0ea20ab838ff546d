/*
 * Plausibility rules: reading and asking them; see trust.h.
 *
 * Every report asks, so reading is kept short: rules about numbers that are not
 * counted are passed over, and the formulas of the tree's own rules, which are
 * known to be right, are taken apart when they are first asked.
 */
#include "analyze/trust.h"

#include "base/auto.h"
#include "base/parse.h"
#include "base/vec.h"
#include "base/xalloc.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

static const struct {
	const char *name;
	bool needs_limit;
} tests[] = {
	[TRUST_CHECK] = { "", false },
	[TRUST_NONE] = { "none", false },
	[TRUST_DEAD] = { "dead", false },
	[TRUST_APART] = { "apart", false },
	[TRUST_SHORT] = { "short", true },
	[TRUST_UNEQUAL] = { "unequal", true },
	[TRUST_RANGE] = { "range", true },
};
_Static_assert(ARRAY_LEN(tests) == TRUST_RANGE + 1, "one row per test");

static const char *const keys[] = { "check", "test",   "limit", "on",   "mark",
				    "say",   "unless", "about", "title" };

static int wrong(const struct section *s, const char *key, struct err *err,
		 const char *what)
{
	int line = s->line;

	section_get(s, key, &line);
	return err_set(err, -EINVAL, "%s:%d: [rule %.60s]: %s: %s", s->file,
		       line, s->name, key, what);
}

static int check_keys(const struct section *s, struct err *err)
{
	for (size_t i = 0; i < s->n; i++) {
		struct section_entry e = section_entry(s, i);
		size_t k = 0;

		while (k < ARRAY_LEN(keys) && strcmp(keys[k], e.key) != 0)
			k++;
		if (k == ARRAY_LEN(keys))
			return err_set(err, -EINVAL,
				       "%s:%d: [rule %.60s]: rules have no "
				       "key '%.60s'",
				       s->file, e.line, s->name, e.key);
	}
	return 0;
}

static int read_test(const struct section *s, struct trust_rule *rule,
		     struct err *err)
{
	const char *test = section_get(s, "test", NULL);
	const char *limit = section_get(s, "limit", NULL);
	const char *check = section_get(s, "check", NULL);

	if (!test == !check)
		return wrong(s, test ? "test" : "check", err,
			     "a rule has one of check and test");
	if (limit && parse_double(limit, &rule->limit) < 0)
		return wrong(s, "limit", err, "expected a number");
	if (!test)
		return 0;
	for (size_t i = TRUST_NONE; i < ARRAY_LEN(tests); i++)
		if (!strcmp(tests[i].name, test))
			rule->test = (enum trust_test)i;
	if (rule->test == TRUST_CHECK)
		return wrong(s, "test", err,
			     "expected none, dead, apart, short, unequal or "
			     "range");
	if (tests[rule->test].needs_limit && !limit)
		return wrong(s, "limit", err, "this test needs one");
	return 0;
}

/* "a, b" */
static void split(const char *text, struct trust_rule *rule)
{
	while (*text) {
		size_t len;

		text += strspn(text, ", ");
		len = strcspn(text, ", ");
		if (len)
			VEC_PUSH(rule->on, rule->non, xstrndup(text, len));
		text += len;
	}
}

static int parse_check(struct trust_rule *rule, struct err *err)
{
	struct err why = { 0 };
	int r = expr_parse(section_get(rule->section, "check", NULL),
			   &rule->check, &why);

	return r < 0 ? wrong(rule->section, "check", err, why.what) : 0;
}

static void rule_done(struct trust_rule *rule)
{
	for (size_t i = 0; i < rule->non; i++)
		free(rule->on[i]);
	free(rule->on);
	expr_free(rule->check);
	*rule = (struct trust_rule){ 0 };
}

static int rule_read(const struct section *s, struct trust_rule *ret,
		     struct err *err)
{
	AUTO(rule_done)
	struct trust_rule rule = { .name = s->name, .section = s };
	const char *mark = section_get(s, "mark", NULL);
	const char *on = section_get(s, "on", NULL);
	int r = s->builtin ? 0 : check_keys(s, err);

	if (r == 0)
		r = read_test(s, &rule, err);
	if (r < 0)
		return r;
	rule.say = section_get(s, "say", NULL);
	rule.mark = mark ? mark : "";
	if (rule.test != TRUST_NONE && (!rule.say || !*rule.say))
		return wrong(s, "say", err, "a rule needs a sentence");
	if (on)
		split(on, &rule);
	if (rule.test == TRUST_CHECK && !rule.non)
		return wrong(s, "on", err, "a rule names what it is about");
	if (rule.test == TRUST_CHECK && !s->builtin)
		r = parse_check(&rule, err);
	if (r < 0)
		return r;
	*ret = rule;
	rule = (struct trust_rule){ 0 };
	return 0;
}

/* Has this CPU a formula for that metric? */
static bool has_formula(const struct catalog *c, const char *name)
{
	const struct section *s = catalog_find(c, "formula", name);
	const char *formula;

	if (!s)
		s = catalog_find(c, "metric", name);
	formula = s ? section_get(s, "formula", NULL) : NULL;
	return formula && strcmp(formula, "none") != 0;
}

static bool is_wanted(const struct catalog *c, const struct trust_rule *rule,
		      trust_known_fn known, void *arg)
{
	const char *unless;

	if (rule->test == TRUST_NONE)
		return false;
	for (size_t i = 0; i < rule->non && known; i++)
		if (!known(arg, rule->on[i]))
			return false;
	unless = section_get(rule->section, "unless", NULL);
	return !unless || !has_formula(c, unless);
}

/* Is the first number that it is about not there?  Most are settled by that. */
static bool is_idle(const struct section *s, trust_known_fn known, void *arg)
{
	const char *on = known ? section_get(s, "on", NULL) : NULL;
	char name[64];
	size_t len;

	if (!on)
		return false;
	len = strcspn(on, ", ");
	if (!len || len >= sizeof(name))
		return false;
	memcpy(name, on, len);
	name[len] = '\0';
	return !known(arg, name);
}

int trust_load(const struct catalog *catalog, trust_known_fn known, void *arg,
	       struct trust_rules *ret, struct err *err)
{
	AUTO(trust_rules_done) struct trust_rules rules = { 0 };

	for (size_t i = 0; i < catalog->nlive; i++) {
		const struct section *s = catalog->live[i];
		struct trust_rule rule;
		struct err why = { 0 };
		int r;

		if (strcmp(s->kind, "rule") != 0 ||
		    (s->builtin && is_idle(s, known, arg)))
			continue;
		r = rule_read(s, &rule, &why);
		if (r < 0 && !s->optional)
			return err_set(err, r, "%s", why.what);
		if (r < 0)
			VEC_PUSH(rules.warnings, rules.nwarnings,
				 xstrdup(why.what));
		else if (is_wanted(catalog, &rule, known, arg))
			VEC_PUSH(rules.items, rules.n, rule);
		else
			rule_done(&rule);
	}
	*ret = rules;
	rules = (struct trust_rules){ 0 };
	return 0;
}

void trust_rules_done(struct trust_rules *rules)
{
	for (size_t i = 0; i < rules->n; i++)
		rule_done(&rules->items[i]);
	free(rules->items);
	for (size_t i = 0; i < rules->nwarnings; i++)
		free(rules->warnings[i]);
	free(rules->warnings);
	*rules = (struct trust_rules){ 0 };
}

const struct trust_rule *trust_find(const struct trust_rules *rules,
				    enum trust_test test)
{
	for (size_t i = 0; i < rules->n; i++)
		if (rules->items[i].test == test)
			return &rules->items[i];
	return NULL;
}

int trust_check(struct trust_rule *rule, expr_lookup_fn lookup, void *arg)
{
	struct expr_value v;

	if (!rule->check && parse_check(rule, NULL) < 0)
		return -ENODATA;
	v = expr_eval(rule->check, lookup, arg);
	if (v.absent)
		return -ENODATA;
	return v.number != 0.0;
}

bool trust_is_on(const struct trust_rule *rule, const char *name)
{
	for (size_t i = 0; i < rule->non; i++)
		if (!strcmp(rule->on[i], name))
			return true;
	return false;
}
