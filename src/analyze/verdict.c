/* Judging; see verdict.h. */
#include "analyze/verdict.h"

#include "analyze/judge.h"
#include "base/auto.h"
#include "base/strbuf.h"
#include "base/vec.h"

#include <string.h>

/*
 * Two rules whose shares differ by less than a fifth share the verdict: the
 * counters differ by some per cent from run to run, and curing only the larger
 * one would leave the other.
 */
#define CLOSE 0.8

/* Shares are measured: a little more than all of it is all of it. */
#define MOST 1.05

#define BECAUSE_MAX 6
#define NEXT_MAX 3

/* ---- names ---- */

struct expr_value judge_input_value(struct judge *j, size_t index,
				    const struct expr **used)
{
	struct verdict_input *input = &j->rules->inputs[index];
	size_t before = j->ninputs;
	struct expr_value ret = { .absent = "it does not apply here" };

	verdict_input_read(input);
	/* only those before it: there is no way round in a circle */
	j->ninputs = index;
	for (size_t i = 0; i < input->n; i++) {
		const struct verdict_formula *f = &input->formulas[i];
		struct expr_value v;

		if (!condition_holds(&f->when, judge_look, j))
			continue;
		v = expr_eval(f->expr, judge_look, j);
		if (v.absent && *used)
			continue;
		ret = v;
		*used = f->expr;
		if (!v.absent)
			break;
	}
	j->ninputs = before;
	return ret;
}

bool judge_find_input(const struct judge *j, const char *name, size_t *ret)
{
	for (size_t i = j->ninputs; i-- > 0;) {
		if (strcmp(j->rules->inputs[i].name, name))
			continue;
		*ret = i;
		return true;
	}
	return false;
}

struct expr_value judge_look(void *arg, const char *name,
			     enum expr_aspect aspect)
{
	struct judge *j = arg;
	const struct expr *used = NULL;
	size_t input;

	if (j->has_share && !strcmp(name, "share"))
		return (struct expr_value){ .number = j->share };
	if (aspect == EXPR_COUNT && judge_find_input(j, name, &input))
		return judge_input_value(j, input, &used);
	return j->facts->lookup(j->facts->arg, name, aspect);
}

/* ---- which rules ---- */

/*
 * Its share, -1 for a rule that has none.  False: not known, or no share at
 * all, and a rule that counts on it cannot be right.
 */
static bool share_of(struct judge *j, const struct verdict_rule *rule,
		     double *ret)
{
	struct expr_value v;

	*ret = -1.0;
	if (!rule->share)
		return true;
	v = expr_eval(rule->share, judge_look, j);
	if (v.absent)
		return false;
	if (v.number < 0.0 || v.number > MOST) {
		if (!j->impossible)
			j->impossible = xasprintf(
				"a share of %.0f %% for '%s' cannot be and was "
				"not used",
				100.0 * v.number, rule->name);
		return false;
	}
	*ret = v.number > 1.0 ? 1.0 : v.number;
	return true;
}

static bool is_candidate(struct judge *j, const struct verdict_rule *rule,
			 size_t parent)
{
	if (rule->parent != parent)
		return false;
	if (parent == VERDICT_NO_PARENT && rule->stage != j->stage)
		return false;
	/* most are about what was not counted: they need not be read */
	return rule->has_logic ||
	       condition_may_hold(section_get(rule->section, "when", NULL),
				  judge_look, j);
}

/* The rules below @parent that hold, and of these the largest. */
static void find_winners(struct judge *j, size_t parent, struct indices *ret)
{
	size_t n = j->rules->nrules;
	AUTO_FREE double *shares = xcalloc(n, sizeof(*shares));
	AUTO_FREE bool *holds = xcalloc(n, sizeof(*holds));
	double most = -1.0;

	for (size_t i = 0; i < n; i++) {
		struct verdict_rule *rule = &j->rules->rules[i];

		if (!is_candidate(j, rule, parent))
			continue;
		verdict_rule_read(rule, VERDICT_LOGIC);
		if (!condition_holds(&rule->when, judge_look, j) ||
		    !share_of(j, rule, &shares[i]))
			continue;
		holds[i] = true;
		if (shares[i] > most)
			most = shares[i];
	}
	for (size_t i = 0; i < n; i++) {
		if (!holds[i])
			continue;
		/* those without a share are asked in the file's order */
		if (most < 0.0 && ret->n)
			break;
		if (most < 0.0 || shares[i] >= CLOSE * most)
			VEC_PUSH(ret->items, ret->n, i);
	}
}

/* Refine @rule as far as it goes; what is not refined further is a leaf. */
static void descend(struct judge *j, size_t rule)
{
	struct indices winners = { 0 };

	verdict_rule_read(&j->rules->rules[rule], VERDICT_WORDS);
	find_winners(j, rule, &winners);
	for (size_t i = 0; i < winners.n; i++)
		descend(j, winners.items[i]);
	if (!winners.n)
		VEC_PUSH(j->leaves.items, j->leaves.n, rule);
	free(winners.items);
}

static void find_leaves(struct judge *j)
{
	for (int stage = 0; stage < VERDICT_STAGES && !j->leaves.n; stage++) {
		struct indices winners = { 0 };

		j->stage = (enum verdict_stage)stage;
		find_winners(j, VERDICT_NO_PARENT, &winners);
		for (size_t i = 0; i < winners.n; i++)
			descend(j, winners.items[i]);
		free(winners.items);
	}
}

/* ---- what a leaf says, itself or through its parents ---- */

static enum verdict_class class_of(const struct judge *j,
				   const struct verdict_rule *rule)
{
	while (rule && !rule->has_class)
		rule = judge_parent(j, rule);
	return rule ? rule->class : VERDICT_UNKNOWN;
}

static const char *kind_of(const struct judge *j,
			   const struct verdict_rule *rule)
{
	while (rule && !rule->kind)
		rule = judge_parent(j, rule);
	return rule ? rule->kind : NULL;
}

/* What "share" means for @rule: its own, or that of what it refines. */
static void take_share(struct judge *j, const struct verdict_rule *rule)
{
	j->has_share = false;
	while (rule && !rule->share)
		rule = judge_parent(j, rule);
	if (rule && share_of(j, rule, &j->share))
		j->has_share = true;
}

static void add_unique(char ***list, size_t *n, size_t most,
		       const struct strbuf *text)
{
	for (size_t i = 0; i < *n; i++)
		if (!strcmp((*list)[i], strbuf_str(text)))
			return;
	if (*n < most)
		VEC_PUSH(*list, *n, xstrdup(strbuf_str(text)));
}

/* Is "tacho stat -M NAME ..." what has just been done? */
static bool is_done(const struct judge *j, const char *text)
{
	static const char again[] = "tacho stat -M ";
	size_t len;

	if (strncmp(text, again, strlen(again)) != 0)
		return false;
	text += strlen(again);
	len = strcspn(text, " ");
	for (size_t i = 0; i < j->facts->nasked; i++) {
		const char *word = j->facts->asked[i];

		for (; word; word = strchr(word, ',')) {
			word += *word == ',';
			if (strcspn(word, ",") == len &&
			    !strncmp(text, word, len))
				return true;
		}
	}
	return false;
}

static void say_all(struct judge *j, const struct sentences *s, char ***list,
		    size_t *n, size_t most)
{
	const struct sentence_context c = { judge_look, j, j->facts->target };

	for (size_t i = 0; i < s->n; i++) {
		AUTO(strbuf_done) struct strbuf b = { 0 };

		if (sentence_say(&s->items[i], &c, &b) &&
		    !is_done(j, strbuf_str(&b)))
			add_unique(list, n, most, &b);
	}
}

/* From the root down: the wider proof first. */
static void add_because(struct judge *j, const struct verdict_rule *rule,
			struct verdict *v)
{
	if (!rule)
		return;
	add_because(j, judge_parent(j, rule), v);
	take_share(j, rule);
	say_all(j, &rule->because, &v->because, &v->nbecause, BECAUSE_MAX);
}

static void add_remarks(struct judge *j, struct verdict *v)
{
	for (size_t i = 0; i < j->rules->nremarks; i++) {
		struct verdict_remark *r = &j->rules->remarks[i];

		verdict_remark_read(r);
		if (r->stages & 1u << j->stage)
			say_all(j, &r->say, &v->because, &v->nbecause,
				BECAUSE_MAX);
	}
}

/* From the leaf up: the closest step first. */
static void add_next(struct judge *j, const struct verdict_rule *rule,
		     struct verdict *v)
{
	for (; rule; rule = judge_parent(j, rule)) {
		take_share(j, rule);
		say_all(j, &rule->next, &v->next, &v->nnext, NEXT_MAX);
	}
}

static void add_headline(struct judge *j, const struct verdict_rule *rule,
			 struct strbuf *out)
{
	const struct sentence_context c = { judge_look, j, j->facts->target };
	AUTO(strbuf_done) struct strbuf b = { 0 };

	while (rule) {
		take_share(j, rule);
		if (rule->say.n && sentence_say(&rule->say.items[0], &c, &b))
			break;
		rule = judge_parent(j, rule);
	}
	if (!b.len || strstr(strbuf_str(out), strbuf_str(&b)))
		return;
	strbuf_addf(out, "%s%s", out->len ? "; " : "", strbuf_str(&b));
}

/* The share that the class stands for: of the rule that names it. */
static void add_share(struct judge *j, const struct verdict_rule *rule,
		      struct verdict *v)
{
	while (rule && !rule->has_class)
		rule = judge_parent(j, rule);
	take_share(j, rule);
	if (!j->has_share || (v->has_share && v->share >= j->share))
		return;
	v->has_share = true;
	v->share = j->share;
}

/* "memory-bound and frontend-bound", "L3 and DRAM latency" */
static char *kinds_of(const struct judge *j, bool mixed)
{
	struct strbuf b = { 0 };

	for (size_t i = 0; i < j->leaves.n; i++) {
		const struct verdict_rule *rule = judge_leaf(j, i);
		const char *kind = kind_of(j, rule);

		if (mixed)
			kind = verdict_class_name(class_of(j, rule));
		if (kind && !strstr(strbuf_str(&b), kind))
			strbuf_addf(&b, "%s%s", b.len ? " and " : "", kind);
	}
	if (b.len)
		return strbuf_detach(&b);
	strbuf_done(&b);
	return NULL;
}

/* ---- all ---- */

static void say_nothing(struct judge *j, struct verdict *v)
{
	v->headline = xstrdup("nothing that was counted tells what the time "
			      "went into");
	v->trust = j->impossible ? xstrdup(j->impossible)
				 : xstrdup("nothing to judge by");
}

void verdict_judge(struct verdict_rules *rules,
		   const struct verdict_facts *facts, struct verdict *ret)
{
	struct judge j = { .rules = rules,
			   .facts = facts,
			   .ninputs = rules->ninputs };
	struct verdict v = { .present = true };
	struct strbuf headline = { 0 };

	find_leaves(&j);
	for (size_t i = 0; i < j.leaves.n; i++) {
		const struct verdict_rule *rule = judge_leaf(&j, i);
		enum verdict_class class = class_of(&j, rule);

		v.class = !i || v.class == class ? class : VERDICT_MIXED;
		add_headline(&j, rule, &headline);
		add_because(&j, rule, &v);
		add_share(&j, rule, &v);
	}
	for (size_t i = 0; i < j.leaves.n; i++)
		add_next(&j, judge_leaf(&j, i), &v);
	if (j.leaves.n) {
		add_remarks(&j, &v);
		v.kind = kinds_of(&j,
				  v.class == VERDICT_MIXED && j.leaves.n > 1);
		v.headline = strbuf_detach(&headline);
		judge_weigh(&j, &v);
	} else {
		say_nothing(&j, &v);
	}
	free(j.leaves.items);
	free(j.names);
	free(j.impossible);
	*ret = v;
}

char *verdict_kind_text(const struct verdict *v)
{
	const char *estimate = v->estimate ? "estimated" : "";

	if (!v->kind && !v->estimate)
		return xstrdup("");
	return xasprintf(" (%s%s%s)", v->kind ? v->kind : "",
			 v->kind && v->estimate ? ", " : "", estimate);
}

const char *verdict_confidence_word(const struct verdict *verdict)
{
	if (verdict->confidence >= 0.75)
		return "high";
	if (verdict->confidence >= 0.45)
		return "medium";
	return verdict->confidence > 0.0 ? "low" : "none";
}

static void list_done(char **list, size_t n)
{
	for (size_t i = 0; i < n; i++)
		free(list[i]);
	free(list);
}

void verdict_done(struct verdict *v)
{
	free(v->kind);
	free(v->headline);
	list_done(v->because, v->nbecause);
	list_done(v->next, v->nnext);
	free(v->trust);
	*v = (struct verdict){ 0 };
}
