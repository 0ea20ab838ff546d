/*
 * Names for simulated counters: what each means in cachegrind's columns, and
 * what cannot be simulated is an event with a reason.
 */
#include "event/resolve.h"

#include "base/auto.h"
#include "event/cachegrind.h"
#include "metric/metric.h"
#include "metric/plan.h"

#include "unit.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define C(name) (1u << CACHEGRIND_##name)

static struct resolver *simulating(const struct rootfs *root,
				   const char *const *dirs, size_t ndirs)
{
	struct resolver *r = resolver_new(root, dirs, ndirs);

	resolver_simulate(r);
	return r;
}

static void names_are_columns(void **state)
{
	static const struct {
		const char *name, *base;
		uint32_t columns;
	} rows[] = {
		{ "Ir", "Ir", C(IR) },
		{ "DLmw:u", "DLmw", C(DLMW) },
		{ "instructions", "instructions", C(IR) },
		{ "instructions:u", "instructions", C(IR) },
		{ "branches", "branches", C(BC) | C(BI) },
		{ "branch-instructions", "branches", C(BC) | C(BI) },
		{ "branch-misses:upp", "branch_misses", C(BCM) | C(BIM) },
		{ "cache-references", "cache_references",
		  C(I1MR) | C(D1MR) | C(D1MW) },
		{ "cache-misses", "cache_misses", C(ILMR) | C(DLMR) | C(DLMW) },
		{ "L1-dcache-loads", "l1_dcache_loads", C(DR) },
		{ "L1-dcache-load-misses", "l1_dcache_load_misses", C(D1MR) },
		{ "l1d-stores", "l1_dcache_stores", C(DW) },
		{ "L1-dcache-store-misses", "l1_dcache_store_misses", C(D1MW) },
		{ "L1-icache-loads", "l1_icache_loads", C(IR) },
		{ "l1_icache_load_misses", "l1_icache_load_misses", C(I1MR) },
		{ "LLC-loads", "llc_loads", C(I1MR) | C(D1MR) },
		{ "LLC-load-misses", "llc_load_misses", C(ILMR) | C(DLMR) },
		{ "LLC-stores", "llc_stores", C(D1MW) },
		{ "LLC-store-misses", "llc_store_misses", C(DLMW) },
	};
	struct rootfs root = { .prefix = unit_machine("adl-hybrid") };
	AUTO(resolver_freep) struct resolver *r = simulating(&root, NULL, 0);

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		AUTO(event_list_done) struct event_list list = { 0 };
		struct err err = { 0 };

		if (resolve_text(r, rows[i].name, &list, &err) < 0)
			fail_msg("%s", err.what);
		assert_int_equal(list.n, 1);
		assert_string_equal(list.items[0]->name, rows[i].name);
		assert_string_equal(list.items[0]->base, rows[i].base);
		assert_int_equal(list.items[0]->columns, rows[i].columns);
		assert_null(list.items[0]->lacking);
		assert_true(event_is_simulated(list.items[0]));
		assert_false(list.items[0]->hardware);
		assert_int_equal(list.items[0]->core_type, -1);
		assert_int_equal(list.items[0]->hybrid_set, -1);
	}
}

static void what_cannot_be_simulated_says_why(void **state)
{
	static const struct {
		const char *name, *why;
	} rows[] = {
		{ "cycles", "no cycles" },
		{ "cpu-cycles:u", "no cycles" },
		{ "ref-cycles", "no cycles" },
		{ "stalled-cycles-backend", "no cycles" },
		{ "task-clock", "no time" },
		{ "page-faults", "kernel" },
		{ "context-switches", "kernel" },
		{ "dTLB-load-misses", "address translation" },
		{ "iTLB-loads", "address translation" },
		{ "L1-dcache-prefetches", "does not simulate" },
		{ "node-loads", "does not simulate" },
		{ "r1a8", "does not simulate" },
		{ "cpu/event=0x3c/", "does not simulate" },
		{ "mem:0x1000:w", "does not simulate" },
		{ "sched:sched_switch", "tracepoints" },
		{ "instructions:k", "user mode" },
		{ "instructions:uk", "user mode" },
		{ "Ir:k", "user mode" },
		{ "instructions:G", "user mode" },
	};
	struct rootfs root = { .prefix = unit_machine("skx-2s") };
	AUTO(resolver_freep) struct resolver *r = simulating(&root, NULL, 0);

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		AUTO(event_list_done) struct event_list list = { 0 };
		struct err err = { 0 };

		if (resolve_text(r, rows[i].name, &list, &err) < 0)
			fail_msg("%s", err.what);
		assert_int_equal(list.n, 1);
		assert_int_equal(list.items[0]->columns, 0);
		assert_true(event_is_simulated(list.items[0]));
		assert_false(list.items[0]->hardware);
		if (!list.items[0]->lacking ||
		    !strstr(list.items[0]->lacking, rows[i].why))
			fail_msg("%s: %s", rows[i].name,
				 list.items[0]->lacking);
	}
}

static void what_nobody_knows_is_wrong(void **state)
{
	static const char *const bad[] = { "cycels", "ir", "instructions:x",
					   "instructions:", "no_such_thing" };
	struct rootfs root = { .prefix = unit_machine("skx-2s") };
	AUTO(resolver_freep) struct resolver *r = simulating(&root, NULL, 0);

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
		AUTO(event_list_done) struct event_list list = { 0 };
		struct err err = { 0 };

		assert_int_equal(resolve_text(r, bad[i], &list, &err), -EINVAL);
		assert_int_equal(list.n, 0);
	}
}

static void without_simulating_nothing_of_it_is_known(void **state)
{
	struct rootfs root = { .prefix = unit_machine("skx-2s") };
	AUTO(resolver_freep) struct resolver *r = resolver_new(&root, NULL, 0);
	AUTO(event_list_done) struct event_list list = { 0 };
	struct err err = { 0 };

	(void)state;
	assert_int_equal(resolve_text(r, "Ir", &list, &err), -EINVAL);
	assert_int_equal(resolve_text(r, "llc_loads", &list, &err), -EINVAL);
	assert_int_equal(resolve_text(r, "instructions", &list, &err), 0);
	assert_true(list.items[0]->hardware);
	assert_false(event_is_simulated(list.items[0]));
}

/* Braces mean nothing where everything counts at once. */
static void all_are_in_one_group_and_make_their_metrics(void **state)
{
	struct rootfs root = { .prefix = unit_machine("zen4") };
	AUTO(resolver_freep) struct resolver *r = simulating(&root, NULL, 0);
	AUTO(event_list_done) struct event_list list = { 0 };
	AUTO(catalog_done) struct catalog c = { 0 };
	AUTO(metric_list_done) struct metric_list metrics = { 0 };
	AUTO(metric_uses_done) struct metric_uses uses = { 0 };
	AUTO(plan_done) struct plan plan = { 0 };
	struct err err = { 0 };
	bool estimated = false, misses = false;

	(void)state;
	assert_int_equal(
		resolve_text(r,
			     "{instructions,branches}:u,branch-misses:D,"
			     "L1-dcache-loads,L1-dcache-stores,"
			     "cache-references,cache-misses,cycles",
			     &list, &err),
		0);
	assert_int_equal(
		catalog_load_for(&c, NULL, "cachegrind", NULL, 0, &err), 0);
	assert_int_equal(metric_load_for(&c, &list, NULL, 0, &metrics, &err),
			 0);
	metric_bind(&metrics, &list, &uses);
	assert_int_equal(plan_make(&list, &uses, NULL, NULL, &plan, &err), 0);
	assert_int_equal(plan.ngroups, 1);
	assert_int_equal(plan_competing(&plan), 0);
	for (size_t i = 0; i < plan.nuses; i++) {
		assert_true(plan.uses[i].together);
		estimated |=
			!strcmp(plan.uses[i].metric->name, "estimated_cycles");
		misses |=
			!strcmp(plan.uses[i].metric->name, "branch_miss_rate");
	}
	assert_true(estimated);
	assert_true(misses);
}

static struct expr_value of_gzip(void *arg, const char *name,
				 enum expr_aspect aspect)
{
	static const struct {
		const char *name;
		double n;
	} rows[] = { { "instructions", 1000 },
		     { "l1_dcache_loads", 300 },
		     { "l1_dcache_stores", 200 },
		     { "cache_references", 50 },
		     { "cache_misses", 10 } };

	(void)arg;
	(void)aspect;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++)
		if (!strcmp(rows[i].name, name))
			return (struct expr_value){ .number = rows[i].n };
	return (struct expr_value){ .absent = "not one of the inputs" };
}

/* 1450 answered by L1, 40 by the last level, 10 by memory */
static void estimated_cycles_are_as_they_say(void **state)
{
	AUTO(catalog_done) struct catalog c = { 0 };
	AUTO(metric_list_done) struct metric_list metrics = { 0 };
	struct err err = { 0 };
	bool found = false;

	(void)state;
	assert_int_equal(
		catalog_load_for(&c, NULL, "cachegrind", NULL, 0, &err), 0);
	assert_int_equal(metric_load(&c, &metrics, &err), 0);
	for (size_t i = 0; i < metrics.n; i++) {
		struct expr_value v;

		if (strcmp(metrics.items[i].name, "estimated_cycles") != 0)
			continue;
		found = true;
		v = expr_eval(metrics.items[i].formula, of_gzip, NULL);
		assert_null(v.absent);
		assert_true(v.number == 1450 + 5 * 40 + 35 * 10);
	}
	assert_true(found);
	/* elsewhere it would be made of real counts */
	catalog_done(&c);
	assert_int_equal(catalog_load(&c, NULL, NULL, 0, &err), 0);
	assert_null(catalog_find(&c, "metric", "estimated_cycles"));
}

static void users_spell_events_of_their_own(void **state)
{
	char dir[] = "/tmp/tacho-unit-XXXXXX", path[64];
	const char *const dirs[] = { dir };
	struct rootfs root = { .prefix = unit_machine("skx-2s") };
	AUTO(resolver_freep) struct resolver *r = simulating(&root, dirs, 1);
	AUTO(event_list_done) struct event_list list = { 0 };
	struct err err = { 0 };
	FILE *f;

	(void)state;
	assert_non_null(mkdtemp(dir));
	snprintf(path, sizeof(path), "%s/my.events", dir);
	f = fopen(path, "w");
	assert_non_null(f);
	fputs("[event code_misses]\ncachegrind = I1mr + ILmr\n"
	      "[event broken]\ncachegrind = I1mr * 2\n"
	      "[event silent]\ncachegrind = none\n"
	      /* says nothing of cachegrind: the tree's own stands */
	      "[event branches]\nraw = r1\n",
	      f);
	fclose(f);
	assert_int_equal(
		resolve_text(r, "code_misses,silent,branches", &list, &err), 0);
	assert_int_equal(list.items[0]->columns, C(I1MR) | C(ILMR));
	assert_non_null(list.items[1]->lacking);
	assert_int_equal(list.items[2]->columns, C(BC) | C(BI));
	event_list_done(&list);
	assert_int_equal(resolve_text(r, "broken", &list, &err), -EINVAL);
	assert_non_null(strstr(err.what, "my.events:4"));
	remove(path);
	remove(dir);
}

/* What formulas need: an event, or why there is none. */
static void inputs_of_formulas_are_found(void **state)
{
	struct rootfs root = { .prefix = unit_machine("skx-2s") };
	AUTO(resolver_freep) struct resolver *r = simulating(&root, NULL, 0);
	AUTO(event_list_done) struct event_list list = { 0 };
	struct err err = { 0 };

	(void)state;
	assert_int_equal(resolve_input(r, "branch_misses", &list, &err), 0);
	assert_int_equal(resolve_input(r, "l1_dcache_loads", &list, &err), 0);
	assert_int_equal(list.n, 2);
	assert_int_equal(list.items[0]->columns, C(BCM) | C(BIM));
	assert_string_equal(list.items[1]->base, "l1_dcache_loads");
	assert_int_equal(list.items[1]->columns, C(DR));
	assert_int_equal(resolve_input(r, "cycles", &list, &err), -EOPNOTSUPP);
	assert_string_equal(err.what, "simulated counters have no cycles");
	assert_int_equal(resolve_input(r, "node_loads", &list, &err),
			 -EOPNOTSUPP);
	assert_int_equal(list.n, 2);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(names_are_columns),
		cmocka_unit_test(what_cannot_be_simulated_says_why),
		cmocka_unit_test(what_nobody_knows_is_wrong),
		cmocka_unit_test(without_simulating_nothing_of_it_is_known),
		cmocka_unit_test(all_are_in_one_group_and_make_their_metrics),
		cmocka_unit_test(estimated_cycles_are_as_they_say),
		cmocka_unit_test(users_spell_events_of_their_own),
		cmocka_unit_test(inputs_of_formulas_are_found),
	};

	setenv("XDG_CONFIG_HOME", "/nonexistent", 1);
	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
