#include "analyze/verdict.h"

#include "base/auto.h"
#include "base/vec.h"
#include "event/catalog.h"
#include "metric/fact.h"

#include "unit.h"
#include "world.h"

#include <errno.h>
#include <string.h>

/* A catalog that holds just @text. */
static int load(const char *text, bool optional, struct catalog *c,
		struct verdict_rules *ret, struct err *err)
{
	assert_int_equal(section_parse(&c->all, "f", text, strlen(text), err),
			 0);
	for (size_t i = 0; i < c->all.n; i++) {
		c->all.items[i]->optional = optional;
		VEC_PUSH(c->live, c->nlive, c->all.items[i]);
	}
	return verdict_rules_load(c, ret, err);
}

#define ROOT                                                                   \
	"[verdict top]\nclass = memory-bound\nstage = pipeline\n"              \
	"when = a > 1\nsay = {a} of it\n"

static const struct {
	const char *text, *message;
} broken[] = {
	{ "[verdict x]\nclass = memory\n",
	  "f:2: class = 'memory': expected unknown, compute-bound, "
	  "memory-bound, frontend-bound, speculation-bound, blocked, "
	  "system-bound, mixed" },
	{ "[verdict x]\n\nstage = 3\n",
	  "f:3: stage = '3': expected waiting, kernel, pipeline, even, "
	  "estimate, thumb, clock" },
	{ "[verdict x]\nwhen = a >\n", "f:2: when: " },
	{ "[verdict x]\nwhen = a and\n  b and (\n", "f:2: when: " },
	{ "[verdict x]\nwhen = no b > 2\n", "f:2: when: " },
	{ "[verdict x]\nshare = 1 +\n", "f:2: share: " },
	{ "[verdict x]\nshare =\n", "f:2: share is empty" },
	{ "[verdict x]\nsay = a; b\n",
	  "f:2: say: expected one sentence without ';'" },
	{ "[verdict x]\nsay = {a\n", "f:2: say: '}' is missing after {a" },
	{ "[verdict x]\nsay = {a|%%}\n",
	  "f:2: say: '|%%' is no format: %, .0 to .3, s, B or B/s" },
	{ "[verdict x]\nsay = {a b}\n", "f:2: say: " },
	{ "[verdict x]\nsay = {}\n", "f:2: say: " },
	{ "[verdict x]\nnext = a;; b\n", "f:2: next: an empty sentence" },
	{ "[verdict x]\nbecause = when a > 1 b\n",
	  "f:2: because: ': ' is missing after 'when a > 1 b'" },
	{ "[verdict x]\nconfidence = 2\n",
	  "f:2: confidence = '2': expected a number from 0 to 1" },
	{ "[verdict x]\nconfidence = nan\n",
	  "f:2: confidence = 'nan': expected a number from 0 to 1" },
	{ "[verdict x]\nklass = mixed\n", "f:2: [verdict] has no key 'klass'" },
	{ "[verdict x]\nclass = mixed\nstage = clock\nsay = y\n",
	  "f:1: [verdict x] has no when" },
	{ "[verdict x]\nclass = mixed\nwhen = a\nsay = y\n",
	  "f:1: [verdict x] has no stage (and no parent)" },
	{ "[verdict x]\nstage = clock\nwhen = a\nsay = y\n",
	  "f:1: [verdict x] has no class" },
	{ "[verdict x]\nstage = clock\nwhen = a\nclass = mixed\n",
	  "f:1: [verdict x] has no say" },
	{ ROOT "[verdict x]\nstage = clock\nwhen = a\nparent = top\n",
	  "f:6: [verdict x] has a stage, and a parent that has one" },
	{ "[verdict x]\nwhen = a\nparent = y\n",
	  "f:1: [verdict x]: parent 'y' is no verdict" },
	{ "[verdict x]\nwhen = a\nparent = x\n",
	  "f:1: [verdict x] is its own ancestor" },
	{ ROOT "[verdict x]\nwhen = a\nparent = y\n"
	       "[verdict y]\nwhen = a\nparent = z\n"
	       "[verdict z]\nwhen = a\nparent = x\n",
	  "f:6: [verdict x] is its own ancestor" },
	/* leads into a circle that it is not on */
	{ ROOT "[verdict x]\nwhen = a\nparent = y\n"
	       "[verdict y]\nwhen = a\nparent = y\n",
	  "is its own ancestor" },
	{ "[input x]\nabout = y\n", "f:1: [input x] has no formula" },
	{ "[input x]\nformula = a ; (\n", "f:2: formula: " },
	{ "[input x]\nformula = when a: b ; when c\n",
	  "f:2: formula: ': ' is missing after 'when c'" },
	{ "[input x]\nfromula = a\n", "f:2: [input] has no key 'fromula'" },
	{ "[remark x]\nsay = a\n", "f:1: [remark x] has no stages" },
	{ "[remark x]\nstages = clock\n", "f:1: [remark x] has no say" },
	{ "[remark x]\nstages = clock noon\n",
	  "f:2: stages = 'noon': expected waiting" },
};

static void errors_name_file_line_and_what_is_wrong(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(broken); i++) {
		AUTO(catalog_done) struct catalog c = { 0 };
		struct verdict_rules rules = { 0 };
		struct err err = { 0 };
		int r = load(broken[i].text, false, &c, &rules, &err);

		if (r != -EINVAL || !strstr(err.what, broken[i].message))
			fail_msg("%s\n-> %d: %s", broken[i].text, r, err.what);
		assert_null(rules.rules);
	}
}

static void what_is_wrong_in_the_users_own_files_is_a_warning(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(broken); i++) {
		AUTO(catalog_done) struct catalog c = { 0 };
		AUTO(verdict_rules_done) struct verdict_rules rules = { 0 };

		assert_int_equal(load(broken[i].text, true, &c, &rules, NULL),
				 0);
		assert_true(rules.nwarnings > 0);
		assert_non_null(
			strstr(rules.warnings[rules.nwarnings - 1], "f:"));
	}
}

static void a_rule_that_a_broken_one_replaces_counts_again(void **state)
{
	static const char first[] = ROOT;
	static const char second[] = "[verdict top]\nclass = wrong\n";
	AUTO(catalog_done) struct catalog c = { 0 };
	AUTO(verdict_rules_done) struct verdict_rules rules = { 0 };

	(void)state;
	assert_int_equal(section_parse(&c.all, "a", first, strlen(first), NULL),
			 0);
	assert_int_equal(
		section_parse(&c.all, "b", second, strlen(second), NULL), 0);
	c.all.items[1]->optional = true;
	VEC_PUSH(c.live, c.nlive, c.all.items[1]);
	assert_int_equal(verdict_rules_load(&c, &rules, NULL), 0);
	assert_int_equal(rules.nwarnings, 1);
	assert_non_null(strstr(rules.warnings[0], "b:2: class = 'wrong'"));
	assert_int_equal(rules.nrules, 1);
	assert_string_equal(rules.rules[0].file, "a");
}

/* a is 2, b is 0.123, big is 3.1e9; nothing else is known */
static struct expr_value lookup(void *arg, const char *name,
				enum expr_aspect aspect)
{
	(void)arg;
	(void)aspect;
	if (!strcmp(name, "a"))
		return (struct expr_value){ .number = 2.0 };
	if (!strcmp(name, "b"))
		return (struct expr_value){ .number = 0.123 };
	if (!strcmp(name, "big"))
		return (struct expr_value){ .number = 3.1e9 };
	return (struct expr_value){ .absent = "it is not there" };
}

static void sentences_are_filled_in(void **state)
{
	static const struct {
		const char *text, *said; /* NULL: not said */
	} rows[] = {
		{ "plain", "plain" },
		{ "{a} and {b}", "2.00 and 0.12" },
		{ "{b|%} of it", "12 % of it" },
		{ "{b / 10|%}", "1.2 %" },
		{ "{a - 2|%}", "0 %" },
		{ "{a|%}", "200 %" },
		{ "{a|.0} {a|.1} {b|.2} {b|.3}", "2 2.0 0.12 0.123" },
		{ "{b|s} {1e-6 * b|s}", "123.00 ms 123 ns" },
		{ "{big|B/s} {180e9|B/s} {big|B}", "3.1 GB/s 180 GB/s 3.1 GB" },
		{ "{999|B} {1000|B} {0|B}", "999 B 1.0 kB 0 B" },
		{ "{999.6e6|B}", "1.0 GB" },
		{ "{123.4} {12.34} {1.234}", "123 12.3 1.23" },
		{ "perf -e '{{x}'", "perf -e '{x}'" },
		{ "{c}", NULL },
		{ "{a / 0}", NULL },
		{ "when c > 1: x", NULL },
		{ "when a > 1 and b < 1: x", "x" },
		{ "when a > 1 and b > 1: x", NULL },
		{ "when no c: x", "x" },
		{ "when no a: x", NULL },
		{ "when no c and a: x: y", "x: y" },
		{ "no {why c}", "no it is not there" },
		{ "no {why a}", NULL },
		{ "stat {target}", "stat -t 17" },
		{ "strace -f {target}", "strace -f -p 17" },
	};
	const struct sentence_context context = { .lookup = lookup,
						  .target = "-t 17" };

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		AUTO(sentences_done) struct sentences s = { 0 };
		AUTO(strbuf_done) struct strbuf b = { 0 };
		bool said;

		assert_int_equal(sentences_parse(rows[i].text, &s, NULL), 0);
		assert_int_equal(s.n, 1);
		said = sentence_say(&s.items[0], &context, &b);
		if (said != !!rows[i].said ||
		    strcmp(strbuf_str(&b), said ? rows[i].said : ""))
			fail_msg("%s: %s", rows[i].text, strbuf_str(&b));
	}
}

static void a_list_is_split_outside_of_braces(void **state)
{
	AUTO(sentences_done) struct sentences s = { 0 };

	(void)state;
	assert_int_equal(sentences_parse("a; {\"x;y\"} b ;{{c;d}", &s, NULL),
			 0);
	assert_int_equal(s.n, 4);
	assert_string_equal(s.items[2].pieces[0].text, "{c");
	assert_string_equal(s.items[3].pieces[0].text, "d}");
}

static struct verdict judge_by(struct verdict_rules *rules)
{
	const struct verdict_facts facts = { .lookup = lookup };
	struct verdict v;

	verdict_judge(rules, &facts, &v);
	return v;
}

static void inputs_take_the_first_formula_that_is_known(void **state)
{
	AUTO(catalog_done) struct catalog c = { 0 };
	AUTO(verdict_rules_done) struct verdict_rules rules = { 0 };
	AUTO(verdict_done) struct verdict v = { 0 };

	(void)state;
	assert_int_equal(
		load("[input x]\nformula = c ; when a < 1: 100 ; a * 10\n"
		     /* a name for itself is the one before it: no circle */
		     "[input a]\nformula = a + x\n"
		     "[verdict v]\nclass = blocked\nstage = clock\n"
		     "when = a == 22\nsay = {a}, {x}\n",
		     false, &c, &rules, NULL),
		0);
	v = judge_by(&rules);
	assert_int_equal(v.class, VERDICT_BLOCKED);
	assert_string_equal(v.headline, "22.0, 20.0");
}

static void a_rule_gets_from_its_parent_what_it_does_not_say(void **state)
{
	AUTO(catalog_done) struct catalog c = { 0 };
	AUTO(verdict_rules_done) struct verdict_rules rules = { 0 };
	AUTO(verdict_done) struct verdict v = { 0 };

	(void)state;
	assert_int_equal(
		load("[verdict top]\nclass = blocked\nstage = clock\n"
		     "kind = one\nwhen = a\nshare = b\nsay = {share|%}\n"
		     "because = first; {c}; second\nnext = far\n"
		     "confidence = 0.5\ncaveat = careful\n"
		     "[verdict mid]\nparent = top\nwhen = a\nkind = two\n"
		     "[verdict low]\nparent = mid\nwhen = a\nshare = 2 * b\n"
		     "because = third {share|%}; first\nnext = near\n"
		     "wants = c\n"
		     "[verdict off]\nparent = mid\nwhen = a > 3\nkind = no\n",
		     false, &c, &rules, NULL),
		0);
	v = judge_by(&rules);
	assert_int_equal(v.class, VERDICT_BLOCKED);
	assert_string_equal(v.kind, "two");
	assert_string_equal(v.headline, "12 %");
	assert_true(v.has_share && v.share == 0.123);
	assert_int_equal(v.nbecause, 3);
	assert_string_equal(v.because[0], "first");
	assert_string_equal(v.because[1], "second");
	assert_string_equal(v.because[2], "third 25 %");
	assert_int_equal(v.nnext, 2);
	assert_string_equal(v.next[0], "near");
	assert_string_equal(v.next[1], "far");
	assert_string_equal(v.trust, "careful; 'c' not known");
	assert_true(v.confidence == 0.5 * 0.9);
}

/* ---- the tree's own rules ---- */

/* What else a name can be: an event, or what the verdict itself knows. */
static bool is_other_name(const char *name)
{
	static const char *const names[] = {
		"branch_misses",
		"cache_misses",
		"cache_references",
		"cycles",
		"counters_refused",
		"estimated_cycles",
		"instructions",
		"page_faults",
		"ref_cycles",
		"share",
		"simulated",
		"task_clock",
		"l1_icache_load_misses",
	};

	for (size_t i = 0; i < ARRAY_LEN(names); i++)
		if (!strcmp(names[i], name))
			return true;
	return false;
}

static void check_name(const char *name, const char *where)
{
	const struct verdict_rules *rules = world_rules();

	for (size_t i = 0; i < rules->ninputs; i++)
		if (!strcmp(rules->inputs[i].name, name))
			return;
	if (!catalog_find(world_catalog(), "metric", name) &&
	    !fact_find(name) && !is_other_name(name))
		fail_msg("%s: what is '%s'?", where, name);
}

static void check_formula(const struct expr *e, const char *where)
{
	AUTO_FREE const char **names = NULL;
	size_t n = e ? expr_names(e, &names) : 0;

	for (size_t i = 0; i < n; i++)
		check_name(names[i], where);
}

static void check_condition(const struct condition *c, const char *where)
{
	for (size_t i = 0; i < c->n; i++) {
		check_formula(c->terms[i].expr, where);
		if (c->terms[i].absent)
			check_name(c->terms[i].absent, where);
	}
}

static void check_sentences(const struct sentences *all, const char *where)
{
	for (size_t i = 0; i < all->n; i++) {
		const struct sentence *s = &all->items[i];

		check_condition(&s->when, where);
		for (size_t k = 0; k < s->n; k++)
			check_formula(s->pieces[k].expr, where);
	}
}

/* A name with a slip of the pen would never be known, and nobody would see. */
static void every_name_in_the_trees_rules_means_something(void **state)
{
	struct verdict_rules *rules = world_rules();
	struct err err = { 0 };

	(void)state;
	if (verdict_rules_read_all(rules, &err) < 0)
		fail_msg("%s", err.what);
	assert_true(rules->nrules > 40);
	for (size_t i = 0; i < rules->nrules; i++) {
		const struct verdict_rule *r = &rules->rules[i];

		check_condition(&r->when, r->name);
		check_formula(r->share, r->name);
		check_sentences(&r->say, r->name);
		check_sentences(&r->because, r->name);
		check_sentences(&r->next, r->name);
		for (size_t k = 0; k < r->nwants; k++)
			check_name(r->wants[k], r->name);
	}
	for (size_t i = 0; i < rules->ninputs; i++)
		for (size_t k = 0; k < rules->inputs[i].n; k++) {
			const struct verdict_formula *f =
				&rules->inputs[i].formulas[k];

			check_condition(&f->when, rules->inputs[i].name);
			check_formula(f->expr, rules->inputs[i].name);
		}
	for (size_t i = 0; i < rules->nremarks; i++)
		check_sentences(&rules->remarks[i].say, "a remark");
}

static struct expr_value only_one_known(void *arg, const char *name,
					enum expr_aspect aspect)
{
	const char *known = arg;

	(void)aspect;
	if (known && !strcmp(known, name))
		return (struct expr_value){ .number = 1.0 };
	return (struct expr_value){ .absent = "not counted" };
}

static bool may_hold(const char *text, const char *known)
{
	return condition_may_hold(text, only_one_known, (void *)(size_t)known);
}

static void
a_condition_that_is_not_parsed_is_only_refused_by_its_name(void **state)
{
	struct verdict_rules *rules = world_rules();
	struct err err = { 0 };

	(void)state;
	assert_false(may_hold("ipc > 1 and wall > 2", NULL));
	assert_true(may_hold("ipc > 1 and wall > 2", "ipc"));
	assert_false(may_hold("ipc > 1", "ip"));
	assert_true(may_hold("no ipc and wall > 2", NULL));
	assert_true(may_hold("1 - ipc > 0", NULL));
	assert_true(may_hold("2 > ipc", NULL));
	assert_true(may_hold("if(wall, ipc, 1) > 0", NULL));
	assert_true(may_hold("(ipc) > 0", NULL));
	assert_int_equal(verdict_rules_read_all(rules, &err), 0);
	for (size_t i = 0; i < rules->nrules; i++) {
		const struct verdict_rule *r = &rules->rules[i];

		if (!may_hold(section_get(r->section, "when", NULL), NULL))
			assert_false(condition_holds(&r->when, only_one_known,
						     NULL));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(errors_name_file_line_and_what_is_wrong),
		cmocka_unit_test(
			what_is_wrong_in_the_users_own_files_is_a_warning),
		cmocka_unit_test(
			a_rule_that_a_broken_one_replaces_counts_again),
		cmocka_unit_test(sentences_are_filled_in),
		cmocka_unit_test(a_list_is_split_outside_of_braces),
		cmocka_unit_test(inputs_take_the_first_formula_that_is_known),
		cmocka_unit_test(
			a_rule_gets_from_its_parent_what_it_does_not_say),
		cmocka_unit_test(
			a_condition_that_is_not_parsed_is_only_refused_by_its_name),
		cmocka_unit_test(every_name_in_the_trees_rules_means_something),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, world_set_up, world_tear_down);
}
