#include "event/resolve.h"

#include "base/auto.h"
#include "base/xalloc.h"
#include "event/link/link.h"

#include "tree.h"
#include "unit.h"

#include <linux/perf_event.h>
#include <string.h>

struct fixture {
	struct tree tree;
	struct resolver *r;
};

static int setup(void **state)
{
	struct fixture *f = xcalloc(1, sizeof(*f));

	tree_make(&f->tree);
	tree_put(&f->tree, "/sys/bus/event_source/devices/cpu/type", "4");
	f->r = resolver_new(&f->tree.root, NULL, 0);
	*state = f;
	return 0;
}

static int teardown(void **state)
{
	struct fixture *f = *state;

	resolver_free(f->r);
	tree_remove(&f->tree);
	free(f);
	return 0;
}

static void check(struct fixture *f, const char *name, uint32_t type,
		  uint64_t config, const char *base)
{
	AUTO(event_list_done) struct event_list list = { 0 };
	struct err err = { 0 };
	const struct event *e;

	if (resolve_text(f->r, name, &list, &err) < 0)
		fail_msg("%s", err.what);
	assert_int_equal(list.n, 1);
	e = list.items[0];
	assert_string_equal(e->name, name);
	assert_int_equal(e->link, EVENT_LINK_GENERIC);
	assert_int_equal(e->code.type, type);
	if (e->code.config != config)
		fail_msg("'%s' is config 0x%llx", name,
			 (unsigned long long)e->code.config);
	assert_string_equal(e->base, base);
	assert_int_equal(e->hardware, type != PERF_TYPE_SOFTWARE);
	assert_int_equal(e->exclude, EVENT_EXCLUDE_GUEST);
	assert_int_equal(e->hybrid_set, -1);
	assert_int_equal(e->core_type, -1);
}

static void every_name_and_alias_resolves(void **state)
{
	(void)state;
	for (size_t i = 0; i < link_generic_nrows; i++) {
		const struct link_generic_row *row = &link_generic_rows[i];
		AUTO_FREE char *base = link_base_name(row->name);

		assert_null(strchr(base, '-'));
		assert_true(*row->help);
		assert_ptr_equal(link_generic_by_code(row->type, row->config),
				 row);
		check(*state, row->name, row->type, row->config, base);
		if (row->alias)
			check(*state, row->alias, row->type, row->config, base);
	}
}

/* The numbers of the kernel's ABI, written out. */
static const struct {
	const char *name;
	uint32_t type;
	uint64_t config;
	const char *base;
} known[] = {
	{ "cpu-cycles", 0, 0, "cycles" },
	{ "instructions", 0, 1, "instructions" },
	{ "cache-references", 0, 2, "cache_references" },
	{ "cache-misses", 0, 3, "cache_misses" },
	{ "branch-instructions", 0, 4, "branches" },
	{ "branch-misses", 0, 5, "branch_misses" },
	{ "bus-cycles", 0, 6, "bus_cycles" },
	{ "idle-cycles-frontend", 0, 7, "stalled_cycles_frontend" },
	{ "idle-cycles-backend", 0, 8, "stalled_cycles_backend" },
	{ "ref-cycles", 0, 9, "ref_cycles" },
	{ "cpu-clock", 1, 0, "cpu_clock" },
	{ "task-clock", 1, 1, "task_clock" },
	{ "faults", 1, 2, "page_faults" },
	{ "cs", 1, 3, "context_switches" },
	{ "migrations", 1, 4, "cpu_migrations" },
	{ "minor-faults", 1, 5, "minor_faults" },
	{ "major-faults", 1, 6, "major_faults" },
	{ "alignment-faults", 1, 7, "alignment_faults" },
	{ "emulation-faults", 1, 8, "emulation_faults" },
	{ "dummy", 1, 9, "dummy" },
	{ "bpf-output", 1, 10, "bpf_output" },
	{ "cgroup-switches", 1, 11, "cgroup_switches" },
	{ "L1-dcache-loads", 3, 0x0, "l1_dcache_loads" },
	{ "L1-dcache-load-misses", 3, 0x10000, "l1_dcache_load_misses" },
	{ "l1d-load-misses", 3, 0x10000, "l1_dcache_load_misses" },
	{ "l1-d-stores", 3, 0x100, "l1_dcache_stores" },
	{ "L1-data-write-miss", 3, 0x10100, "l1_dcache_store_misses" },
	{ "L1-dcache-prefetches", 3, 0x200, "l1_dcache_prefetches" },
	{ "L1-icache-load-misses", 3, 0x10001, "l1_icache_load_misses" },
	{ "L1-instruction-speculative-read", 3, 0x201, "l1_icache_prefetches" },
	{ "LLC-loads", 3, 0x2, "llc_loads" },
	{ "LLC", 3, 0x2, "llc_loads" },
	{ "L2-misses", 3, 0x10002, "llc_load_misses" },
	{ "llc-misses-loads", 3, 0x10002, "llc_load_misses" },
	{ "LLC-prefetch-misses", 3, 0x10202, "llc_prefetch_misses" },
	{ "dTLB-load-misses", 3, 0x10003, "dtlb_load_misses" },
	{ "d-tlb-stores", 3, 0x103, "dtlb_stores" },
	{ "Data-TLB-access", 3, 0x3, "dtlb_loads" },
	{ "iTLB-loads", 3, 0x4, "itlb_loads" },
	{ "Instruction-TLB-Reference", 3, 0x4, "itlb_loads" },
	{ "branch-loads", 3, 0x5, "branch_loads" },
	{ "bpu-load-misses", 3, 0x10005, "branch_load_misses" },
	{ "btb-ops", 3, 0x5, "branch_loads" },
	{ "node-stores", 3, 0x106, "node_stores" },
};

static void codes_are_those_of_the_kernel(void **state)
{
	for (size_t i = 0; i < ARRAY_LEN(known); i++)
		check(*state, known[i].name, known[i].type, known[i].config,
		      known[i].base);
}

static int check_cache(const char *name, void *arg)
{
	char again[64];
	uint64_t config;

	if (!link_cache_find(name, strlen(name), &config))
		fail_msg("'%s' is not found", name);
	link_cache_name(config, again, sizeof(again));
	assert_string_equal(name, again);
	++*(int *)arg;
	return 0;
}

static void every_cache_event_is_found_by_its_name(void **state)
{
	int n = 0;

	(void)state;
	assert_int_equal(link_cache_each(check_cache, &n), 0);
	assert_int_equal(n, 2 * (3 + 2 + 3 + 3 + 1 + 1 + 3));
}

static void impossible_cache_events_are_unknown(void **state)
{
	static const char *const bad[] = {
		"L1-icache-stores",
		"iTLB-prefetches",
		"branch-stores",
		"LLC-loads-loads",
		"LLC-",
		"LLC-loads-",
		"L1-dcacheloads",
		"LLC-foo",
		"",
		"L1",
	};
	uint64_t config;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(bad); i++)
		if (link_cache_find(bad[i], strlen(bad[i]), &config))
			fail_msg("'%s' is found", bad[i]);
}

static void clocks_are_shown_in_milliseconds(void **state)
{
	struct fixture *f = *state;
	AUTO(event_list_done) struct event_list list = { 0 };

	assert_int_equal(resolve_text(f->r,
				      "task-clock:u,cpu-clock,page-faults",
				      &list, NULL),
			 0);
	assert_string_equal(list.items[0]->name, "task-clock:u");
	assert_string_equal(list.items[0]->unit, "msec");
	assert_true(list.items[0]->scale == 1e-6);
	assert_true(list.items[0]->has_level);
	assert_string_equal(list.items[1]->unit, "msec");
	assert_string_equal(list.items[2]->unit, "");
	assert_true(list.items[2]->scale == 1.0);
}

static void a_generic_event_takes_a_name(void **state)
{
	struct fixture *f = *state;
	AUTO(event_list_done) struct event_list list = { 0 };
	struct err err = { 0 };

	assert_int_equal(resolve_text(f->r, "cycles/name=clk/u", &list, NULL),
			 0);
	assert_string_equal(list.items[0]->name, "clk");
	assert_string_equal(list.items[0]->base, "cycles");
	assert_true(list.items[0]->exclude & EVENT_EXCLUDE_KERNEL);
	event_list_done(&list);
	assert_true(resolve_text(f->r, "cycles/umask=1/", &list, &err) < 0);
	assert_non_null(strstr(err.what, "umask"));
}

static void tool_events_are_explained(void **state)
{
	static const char *const names[] = { "duration_time", "user_time",
					     "system_time:u" };
	struct fixture *f = *state;

	for (size_t i = 0; i < ARRAY_LEN(names); i++) {
		AUTO(event_list_done) struct event_list list = { 0 };
		struct err err = { 0 };

		assert_true(resolve_text(f->r, names[i], &list, &err) < 0);
		assert_non_null(strstr(err.what, "always measured"));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_name_and_alias_resolves),
		cmocka_unit_test(codes_are_those_of_the_kernel),
		cmocka_unit_test(every_cache_event_is_found_by_its_name),
		cmocka_unit_test(impossible_cache_events_are_unknown),
		cmocka_unit_test(clocks_are_shown_in_milliseconds),
		cmocka_unit_test(a_generic_event_takes_a_name),
		cmocka_unit_test(tool_events_are_explained),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, setup, teardown);
}
