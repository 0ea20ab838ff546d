/* Rules of plausibility: reading them, and each of the tree's own. */
#include "analyze/trust.h"

#include "unit.h"

#include "base/auto.h"

#include <errno.h>
#include <string.h>

/* A catalog of one text, as if a user had given it. */
static void catalog_of(struct catalog *c, const char *text)
{
	struct err err = { 0 };

	*c = (struct catalog){ 0 };
	if (section_parse(&c->all, "my.rules", text, strlen(text), &err) < 0)
		fail_msg("%s", err.what);
	c->live = calloc(c->all.n ? c->all.n : 1, sizeof(*c->live));
	c->nlive = c->all.n;
	for (size_t i = 0; i < c->all.n; i++)
		c->live[i] = c->all.items[i];
}

static void refused(const char *text, const char *why)
{
	struct trust_rules rules = { 0 };
	struct catalog c;
	struct err err = { 0 };

	catalog_of(&c, text);
	assert_int_equal(trust_load(&c, NULL, NULL, &rules, &err), -EINVAL);
	if (!strstr(err.what, why))
		fail_msg("'%s' is not in '%s'", why, err.what);
	/* in the user's own directory it is left out */
	c.all.items[0]->optional = true;
	assert_int_equal(trust_load(&c, NULL, NULL, &rules, &err), 0);
	assert_int_equal(rules.n, 0);
	assert_int_equal(rules.nwarnings, 1);
	assert_non_null(strstr(rules.warnings[0], why));
	trust_rules_done(&rules);
	catalog_done(&c);
}

static void what_is_wrong_is_named_with_its_line(void **state)
{
	(void)state;
	refused("[rule a]\non = b\nsay = c\n", "my.rules:1: [rule a]: check");
	refused("[rule a]\ncheck = 1\ntest = dead\nsay = c\n",
		"one of check and test");
	refused("[rule a]\ncheck = b <\non = b\nsay = c\n", "my.rules:2:");
	refused("[rule a]\ncheck = b < 1\nsay = c\n", "names what it is about");
	refused("[rule a]\ncheck = b < 1\non = b\n", "needs a sentence");
	refused("[rule a]\ntest = bored\nsay = c\n", "my.rules:2:");
	refused("[rule a]\ntest = short\nsay = c\n", "needs one");
	refused("[rule a]\ntest = short\nlimit = some\nsay = c\n",
		"my.rules:3: [rule a]: limit: expected a number");
	refused("[rule a]\ncheck = b < 1\non = b\nsay = c\nsay_it = d\n",
		"my.rules:5: [rule a]: rules have no key 'say_it'");
}

static bool only_b(void *arg, const char *name)
{
	(void)arg;
	return !strcmp(name, "b");
}

static void rules_about_what_is_not_counted_are_passed_over(void **state)
{
	static const char text[] =
		"[rule one]\ncheck = b < 1\non = b\nsay = s\n"
		"[rule two]\ncheck = b < a\non = b, a\nsay = s\n"
		"[rule off]\ntest = none\n"
		"[rule time]\ntest = dead\nsay = s\n"
		"[metric m]\nformula = 1\n[formula n]\nformula = none\n"
		"[rule here]\ncheck = b\non = b\nsay = s\nunless = n\n"
		"[rule there]\ncheck = b\non = b\nsay = s\nunless = m\n";
	struct trust_rules rules = { 0 };
	struct catalog c;

	(void)state;
	catalog_of(&c, text);
	assert_int_equal(trust_load(&c, only_b, NULL, &rules, NULL), 0);
	assert_int_equal(rules.n, 3);
	assert_string_equal(rules.items[0].name, "one");
	assert_string_equal(rules.items[1].name, "time");
	assert_string_equal(rules.items[2].name, "here");
	assert_ptr_equal(trust_find(&rules, TRUST_DEAD), &rules.items[1]);
	assert_null(trust_find(&rules, TRUST_SHORT));
	assert_true(trust_is_on(&rules.items[0], "b"));
	assert_false(trust_is_on(&rules.items[0], "a"));
	trust_rules_done(&rules);
	catalog_done(&c);
}

/* ---- the tree's own ---- */

/* "name=number name=number": what is known. */
static struct expr_value in_text(void *arg, const char *name,
				 enum expr_aspect aspect)
{
	const char *at = arg;
	size_t len = strlen(name);

	(void)aspect;
	while (*at) {
		if (!strncmp(at, name, len) && at[len] == '=')
			return (struct expr_value){
				.number = strtod(at + len + 1, NULL)
			};
		at += strcspn(at, " ");
		at += strspn(at, " ");
	}
	return (struct expr_value){ .absent = "not there" };
}

static int ask(struct trust_rule *rule, const char *numbers)
{
	return trust_check(rule, in_text, (void *)(uintptr_t)numbers);
}

/* One set of numbers that can be, and one that cannot. */
static const struct {
	const char *rule, *good, *bad;
} cases[] = {
	{ "ipc_width", "ipc=5.5 pipeline_width=4", "ipc=6.5 pipeline_width=4" },
	{ "branches_instructions", "branches=10 instructions=10",
	  "branches=11 instructions=10" },
	{ "branch_misses", "branch_misses=0 branches=0",
	  "branch_misses=2 branches=1" },
	{ "cache_misses", "cache_misses=5 cache_references=5",
	  "cache_misses=6 cache_references=5" },
	{ "l1_dcache_misses", "l1_dcache_load_misses=1 l1_dcache_loads=9",
	  "l1_dcache_load_misses=10 l1_dcache_loads=9" },
	{ "l1_icache_misses", "l1_icache_load_misses=1 l1_icache_loads=9",
	  "l1_icache_load_misses=10 l1_icache_loads=9" },
	{ "llc_misses", "llc_load_misses=1 llc_loads=9",
	  "llc_load_misses=10 llc_loads=9" },
	{ "dtlb_misses", "dtlb_load_misses=1 dtlb_loads=9",
	  "dtlb_load_misses=10 dtlb_loads=9" },
	{ "frontend_stalls", "stalled_cycles_frontend=101 cycles=100",
	  "stalled_cycles_frontend=103 cycles=100" },
	{ "backend_stalls", "stalled_cycles_backend=101 cycles=100",
	  "stalled_cycles_backend=103 cycles=100" },
	{ "topdown_sum",
	  "frontend_bound=0.2 bad_speculation=0.116 backend_bound=0.3 "
	  "retiring=0.4",
	  "frontend_bound=0.2 bad_speculation=0.05 backend_bound=0.3 "
	  "retiring=0.4" },
	{ "topdown_sum_smt",
	  "frontend_bound=0.2 bad_speculation=0.1 backend_bound=0.3 "
	  "retiring=0.3 smt_contention=0.1",
	  "frontend_bound=0.2 bad_speculation=0.1 backend_bound=0.3 "
	  "retiring=0.3 smt_contention=0.2" },
	{ "clock_rate", "ghz=5.9", "ghz=36" },
	{ "cpu_time_wall", "task_clock=4000 wall=1 num_cpus=4",
	  "task_clock=4500 wall=1 num_cpus=4" },
	{ "cpu_time_kernel", "task_clock=950 cpu_time=1",
	  "task_clock=500 cpu_time=1" },
};

static void each_rule_of_the_tree_tells_right_from_wrong(void **state)
{
	struct trust_rules rules = { 0 };
	struct catalog c = { 0 };
	struct err err = { 0 };
	size_t nchecks = 0;

	(void)state;
	assert_int_equal(catalog_load(&c, NULL, NULL, 0, &err), 0);
	assert_int_equal(trust_load(&c, NULL, NULL, &rules, &err), 0);
	for (size_t i = 0; i < rules.n; i++) {
		struct trust_rule *rule = &rules.items[i];
		size_t k = 0;

		assert_non_null(section_get(rule->section, "about", NULL));
		if (rule->test != TRUST_CHECK)
			continue;
		nchecks++;
		while (k < ARRAY_LEN(cases) &&
		       strcmp(cases[k].rule, rule->name) != 0)
			k++;
		if (k == ARRAY_LEN(cases))
			fail_msg("[rule %s] has no case", rule->name);
		assert_true(*rule->mark);
		assert_int_equal(ask(rule, ""), -ENODATA);
		if (ask(rule, cases[k].good) != 1 ||
		    ask(rule, cases[k].bad) != 0)
			fail_msg("[rule %s] is wrong", rule->name);
		/* what it is about is what it looks at */
		for (size_t o = 0; o < rule->non; o++)
			assert_true(expr_uses(rule->check, rule->on[o],
					      EXPR_COUNT));
	}
	assert_int_equal(nchecks, ARRAY_LEN(cases));
	for (size_t t = TRUST_DEAD; t <= TRUST_RANGE; t++)
		assert_non_null(trust_find(&rules, (enum trust_test)t));
	trust_rules_done(&rules);
	catalog_done(&c);
}

/* What cannot be is one off at most, and both of a sum in turn. */
static void a_sum_may_be_too_large_or_too_small(void **state)
{
	struct trust_rules rules = { 0 };
	struct catalog c = { 0 };
	struct err err = { 0 };
	size_t i = 0;

	(void)state;
	assert_int_equal(catalog_load(&c, NULL, NULL, 0, &err), 0);
	assert_int_equal(trust_load(&c, NULL, NULL, &rules, &err), 0);
	while (strcmp(rules.items[i].name, "topdown_sum") != 0)
		i++;
	assert_int_equal(ask(&rules.items[i],
			     "frontend_bound=0.25 bad_speculation=0.25 "
			     "backend_bound=0.25 retiring=0.30"),
			 0);
	assert_int_equal(ask(&rules.items[i],
			     "frontend_bound=0.25 bad_speculation=0.25 "
			     "backend_bound=0.25 retiring=0.20"),
			 0);
	trust_rules_done(&rules);
	catalog_done(&c);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_wrong_is_named_with_its_line),
		cmocka_unit_test(
			rules_about_what_is_not_counted_are_passed_over),
		cmocka_unit_test(each_rule_of_the_tree_tells_right_from_wrong),
		cmocka_unit_test(a_sum_may_be_too_large_or_too_small),
	};

	setenv("XDG_CONFIG_HOME", "/nonexistent", 1);
	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests_name("tests", tests, NULL, NULL);
}
