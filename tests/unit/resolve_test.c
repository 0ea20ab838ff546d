#include "event/resolve.h"

#include "base/auto.h"
#include "base/xalloc.h"
#include "event/link/link.h"

#include "tree.h"
#include "unit.h"

#include <errno.h>
#include <linux/hw_breakpoint.h>
#include <linux/perf_event.h>
#include <string.h>

#define PMUS "/sys/bus/event_source/devices"
#define EVENTS "/sys/kernel/tracing/events"

/* What resolve_spec() says of @text on the machine @root. */
struct result {
	struct resolver *r;
	struct spec spec;
	struct event_list list;
	struct resolve_problems problems;
	struct err err;
	int code;
};

static void ask(struct result *ret, const struct rootfs *root, const char *text)
{
	*ret = (struct result){ .r = resolver_new(root, NULL, 0) };
	if (spec_parse(&ret->spec, text, &ret->err) < 0)
		fail_msg("%s", ret->err.what);
	ret->code = resolve_spec(ret->r, &ret->spec, &ret->list, &ret->problems,
				 &ret->err);
}

static void result_done(struct result *r)
{
	event_list_done(&r->list);
	resolve_problems_done(&r->problems);
	spec_done(&r->spec);
	resolver_free(r->r);
}

static void ten_names_with_two_bad_ones_name_both(void **state)
{
	static const char text[] =
		"cycles,instructions,cycels,branches,task-clock,page-faults,"
		"context-swiches,cpu-clock,LLC-loads,ref-cycles";
	struct rootfs root = { unit_machine("skx-2s") };
	AUTO(result_done) struct result r;
	AUTO_FREE char *shown = NULL;

	(void)state;
	ask(&r, &root, text);
	assert_int_equal(r.code, -EINVAL);
	assert_int_equal(r.list.n, 0);
	assert_int_equal(r.problems.n, 2);
	assert_int_equal(r.problems.items[0].at, 20);
	assert_int_equal(r.problems.items[0].len, 6);
	assert_non_null(
		strstr(r.problems.items[0].text, "did you mean 'cycles'"));
	assert_int_equal(r.problems.items[1].at,
			 strstr(text, "context-sw") - text);
	assert_non_null(strstr(r.problems.items[1].text,
			       "did you mean 'context-switches'"));
	assert_non_null(strstr(r.err.what, "'cycels'"));
	assert_non_null(strstr(r.err.what, "'context-swiches'"));
	shown = resolve_problems_text(&r.spec, &r.problems);
	assert_non_null(strstr(shown, "^~~~~~\n'context"));
}

static void generic_events_open_on_each_kind_of_core(void **state)
{
	struct rootfs root = { unit_machine("adl-hybrid") };
	AUTO(result_done) struct result r;
	const struct cpu *cpu;

	(void)state;
	ask(&r, &root,
	    "cycles:u,task-clock,L1-dcache-loads,r1a8:k,"
	    "cpu_atom/instructions/,cycles/name=x/");
	if (r.code < 0)
		fail_msg("%s", r.err.what);
	cpu = resolver_cpu(r.r);
	assert_int_equal(cpu->ncore_types, 2);
	assert_int_equal(r.list.n, 2 + 1 + 2 + 2 + 1 + 2);
	for (int i = 0; i < 2; i++) {
		const struct event *e = r.list.items[i];
		const struct cpu_core_type *core = &cpu->core_types[i];
		AUTO_FREE char *name = xasprintf("%s/cycles/u", core->pmu);

		assert_string_equal(e->name, name);
		assert_string_equal(e->base, "cycles");
		assert_string_equal(e->pmu, core->pmu);
		assert_int_equal(e->code.type, PERF_TYPE_HARDWARE);
		assert_true(e->code.config == (uint64_t)core->pmu_type << 32);
		assert_int_equal(e->core_type, i);
		assert_int_equal(e->hybrid_set, 0);
		assert_int_equal(e->cpus.n, core->cpus.n);
		assert_true(e->exclude & EVENT_EXCLUDE_KERNEL);
		e = r.list.items[3 + i];
		assert_int_equal(e->code.type, PERF_TYPE_HW_CACHE);
		assert_true(e->code.config == (uint64_t)core->pmu_type << 32);
		assert_int_equal(e->hybrid_set, 1);
		e = r.list.items[5 + i];
		assert_int_equal(e->code.type, core->pmu_type);
		assert_int_equal(e->code.config, 0x1a8);
		assert_int_equal(e->hybrid_set, 2);
		assert_non_null(strstr(e->name, "/r1a8/k"));
	}
	assert_int_equal(r.list.items[2]->core_type, -1);
	assert_int_equal(r.list.items[2]->hybrid_set, -1);
	assert_string_equal(r.list.items[7]->base, "instructions");
	assert_int_equal(r.list.items[7]->hybrid_set, -1);
	assert_string_equal(r.list.items[7]->pmu, "cpu_atom");
	assert_string_equal(r.list.items[8]->name, "x");
}

static void cpu_is_explained_where_there_are_two(void **state)
{
	struct rootfs root = { unit_machine("adl-hybrid") };
	AUTO(result_done) struct result r;

	(void)state;
	ask(&r, &root, "cpu/event=0x3c/");
	assert_int_equal(r.problems.n, 1);
	assert_non_null(strstr(r.problems.items[0].text, "more than one kind"));
}

static void groups_keep_their_numbers_and_flags(void **state)
{
	struct rootfs root = { unit_machine("skx-2s") };
	AUTO(result_done) struct result r;

	(void)state;
	ask(&r, &root, "{cycles:u,instructions}:WD,faults:D,{cs,cycles}:ke");
	assert_int_equal(r.code, 0);
	assert_int_equal(r.list.ngroups, 2);
	assert_int_equal(r.list.items[0]->group, 0);
	assert_true(r.list.items[0]->pinned);
	assert_false(r.list.items[1]->pinned);
	assert_true(r.list.items[1]->group_weak);
	assert_int_equal(r.list.items[2]->group, -1);
	assert_true(r.list.items[2]->pinned);
	assert_int_equal(r.list.items[3]->group, 1);
	assert_true(r.list.items[3]->exclusive);
	assert_false(r.list.items[4]->exclusive);
	assert_int_equal(r.list.items[4]->exclude, EVENT_EXCLUDE_USER |
							   EVENT_EXCLUDE_HV |
							   EVENT_EXCLUDE_GUEST);
	assert_string_equal(r.list.items[0]->name, "cycles:u");
	assert_string_equal(r.list.items[1]->name, "instructions");
}

static void raw_codes_are_hexadecimal(void **state)
{
	struct rootfs root = { unit_machine("skx-2s") };
	AUTO(result_done) struct result r;
	AUTO(result_done) struct result bad;

	(void)state;
	ask(&r, &root, "r1a8,rFFFFffffFFFFffff:u,r0x3c");
	assert_int_equal(r.code, 0);
	assert_int_equal(r.list.items[0]->code.type, PERF_TYPE_RAW);
	assert_int_equal(r.list.items[0]->code.config, 0x1a8);
	assert_int_equal(r.list.items[0]->link, EVENT_LINK_RAW);
	assert_true(r.list.items[1]->code.config == UINT64_MAX);
	assert_true(r.list.items[2]->code.config == 0x3c);
	ask(&bad, &root, "r11112222333344445");
	assert_int_equal(bad.problems.n, 1);
	assert_non_null(strstr(bad.problems.items[0].text, "16"));
}

static void breakpoints_have_a_place_and_an_access(void **state)
{
	static const struct {
		const char *text;
		uint64_t address, length;
		uint32_t access;
		unsigned exclude;
	} rows[] = {
		{ "mem:0x1000", 0x1000, 4, HW_BREAKPOINT_RW,
		  EVENT_EXCLUDE_GUEST },
		{ "mem:0x1000/8:w", 0x1000, 8, HW_BREAKPOINT_W,
		  EVENT_EXCLUDE_GUEST },
		{ "mem:4096:x", 0x1000, sizeof(long), HW_BREAKPOINT_X,
		  EVENT_EXCLUDE_GUEST },
		{ "mem:0x10/1:wr:k", 0x10, 1, HW_BREAKPOINT_RW,
		  EVENT_EXCLUDE_USER | EVENT_EXCLUDE_HV },
		{ "mem:0x10:u", 0x10, 4, HW_BREAKPOINT_RW,
		  EVENT_EXCLUDE_KERNEL | EVENT_EXCLUDE_HV |
			  EVENT_EXCLUDE_GUEST },
	};
	static const struct {
		const char *text, *says;
		size_t at;
	} bad[] = {
		{ "mem:zz", "not an address", 4 },
		{ "mem:", "not an address", 4 },
		{ "mem:0x10/9", "not a length", 9 },
		{ "mem:0x10:rr", "'r' is not a modifier", 9 },
	};
	struct rootfs root = { unit_machine("vm-nopmu") };

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		AUTO(result_done) struct result r;
		const struct event *e;

		ask(&r, &root, rows[i].text);
		if (r.code < 0)
			fail_msg("%s", r.err.what);
		e = r.list.items[0];
		assert_int_equal(e->code.type, PERF_TYPE_BREAKPOINT);
		assert_int_equal(e->code.config1, rows[i].address);
		assert_int_equal(e->code.config2, rows[i].length);
		assert_int_equal(e->code.bp_type, rows[i].access);
		assert_int_equal(e->exclude, rows[i].exclude);
		assert_int_equal(e->link, EVENT_LINK_BREAKPOINT);
	}
	for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
		AUTO(result_done) struct result r;

		ask(&r, &root, bad[i].text);
		assert_int_equal(r.problems.n, 1);
		if (!strstr(r.problems.items[0].text, bad[i].says) ||
		    r.problems.items[0].at != bad[i].at)
			fail_msg("%zu %s", r.problems.items[0].at,
				 r.problems.items[0].text);
	}
}

static void tracepoints_are_found_by_id(void **state)
{
	struct tree t;
	AUTO(result_done) struct result r;
	AUTO(result_done) struct result bad;

	(void)state;
	tree_make(&t);
	tree_put(&t, PMUS "/cpu/type", "4");
	tree_put(&t, EVENTS "/sched/sched_switch/id", "372");
	tree_put(&t, EVENTS "/sched/sched_wakeup/id", "373");
	tree_put(&t, EVENTS "/sched/enable", "0");
	ask(&r, &t.root, "sched:sched_switch:u,sched:*");
	ask(&bad, &t.root, "sched:sched_swich,shed:sched_switch,sched:sched_u");
	tree_remove(&t);
	assert_int_equal(r.code, 0);
	assert_int_equal(r.list.n, 3);
	assert_string_equal(r.list.items[0]->name, "sched:sched_switch:u");
	assert_int_equal(r.list.items[0]->code.type, PERF_TYPE_TRACEPOINT);
	assert_int_equal(r.list.items[0]->code.config, 372);
	assert_true(r.list.items[0]->exclude & EVENT_EXCLUDE_KERNEL);
	assert_int_equal(r.list.items[0]->link, EVENT_LINK_TRACEFS);
	assert_string_equal(r.list.items[2]->name, "sched:sched_wakeup");
	assert_int_equal(r.list.items[2]->code.config, 373);
	assert_int_equal(bad.problems.n, 3);
	assert_non_null(strstr(bad.problems.items[0].text, "'sched_switch'"));
	assert_int_equal(bad.problems.items[0].at, 6);
	assert_non_null(strstr(bad.problems.items[1].text, "'sched'"));
	assert_non_null(strstr(bad.problems.items[2].text, "no tracepoint"));
}

static void a_missing_tracefs_is_told(void **state)
{
	struct tree t;
	AUTO(result_done) struct result r;

	(void)state;
	tree_make(&t);
	tree_put(&t, PMUS "/cpu/type", "4");
	ask(&r, &t.root, "sched:sched_switch,cylces:u");
	tree_remove(&t);
	assert_int_equal(r.problems.n, 2);
	assert_non_null(strstr(r.problems.items[0].text, "not mounted"));
	assert_null(strstr(r.problems.items[1].text, "not mounted"));
	assert_non_null(
		strstr(r.problems.items[1].text, "did you mean 'cycles'"));
}

static void common_names_do_without_library_and_cpuid(void **state)
{
	struct tree t;
	AUTO(result_done) struct result r;
	AUTO_FREE char *maps = NULL;
	const struct rootfs here = { "" };

	(void)state;
	tree_make(&t);
	tree_put(&t, PMUS "/cpu/type", "4");
	ask(&r, &t.root, "cycles,instructions,task-clock,r1a8,cpu/config=1/");
	tree_remove(&t);
	assert_int_equal(r.code, 0);
	assert_int_equal(rootfs_read(&here, &maps, "/proc/self/maps"), 0);
	assert_null(strstr(maps, "libpfm"));
}

static void tables_name_events_of_this_cpu(void **state)
{
	struct rootfs root = { unit_machine("zen4") };
	AUTO(result_done) struct result r;
	const struct event *e;

	(void)state;
	ask(&r, &root, "ops_retired:u,{slots_smt}:D");
	if (r.code < 0)
		fail_msg("%s", r.err.what);
	e = r.list.items[0];
	assert_string_equal(e->name, "ops_retired:u");
	assert_string_equal(e->base, "ops_retired");
	assert_int_equal(e->link, EVENT_LINK_TABLE);
	assert_int_equal(e->code.config, 0xc1);
	assert_true(e->exclude & EVENT_EXCLUDE_KERNEL);
	assert_true(e->hardware);
	assert_true(*e->help);
	assert_non_null(strstr(e->how, "zen4.events:"));
	e = r.list.items[1];
	assert_true(e->code.config == 0x1000060a0);
	assert_true(e->pinned);
	assert_int_equal(e->group, 0);
}

static void a_table_can_be_the_users(void **state)
{
	struct tree t;
	AUTO_FREE char *dir = NULL;
	const char *dirs[1];
	struct resolver *r;
	struct event_list list = { 0 };
	struct err err = { 0 };

	(void)state;
	tree_make(&t);
	tree_put(&t, PMUS "/cpu/type", "4");
	tree_put(&t, "/my/x.events",
		 "[event loops]\nraw = loops\n"
		 "[event gone]\nraw = none\n"
		 "[event half]\nraw = nopmu/x/\npfm = none\n"
		 "[event two]\nraw = cycles,faults\n"
		 "[event joules]\nraw = r17\nunit = J\nscale = 0.5\n"
		 "about = Energy.");
	dir = xasprintf("%s/my", t.path);
	dirs[0] = dir;
	r = resolver_new(&t.root, dirs, 1);
	if (resolve_text(r, "joules", &list, &err) < 0)
		fail_msg("%s", err.what);
	assert_int_equal(list.items[0]->code.config, 0x17);
	assert_string_equal(list.items[0]->unit, "J");
	assert_true(list.items[0]->scale == 0.5);
	assert_string_equal(list.items[0]->help, "Energy.");
	event_list_done(&list);
	assert_true(resolve_text(r, "loops", &list, &err) < 0);
	assert_non_null(strstr(err.what, "/my/x.events:2: 'loops' names "
					 "itself"));
	assert_null(strstr(err.what, "'loops' ("));
	assert_true(resolve_text(r, "gone", &list, &err) < 0);
	assert_non_null(strstr(err.what, "no spelling for this CPU"));
	assert_true(resolve_text(r, "half", &list, &err) < 0);
	assert_non_null(strstr(err.what, "no PMU 'nopmu'"));
	assert_true(resolve_text(r, "two", &list, &err) < 0);
	assert_non_null(strstr(err.what, "more than one event"));
	resolver_free(r);
	tree_remove(&t);
}

static const struct event *only(struct resolver *r, const char *text,
				struct event_list *list)
{
	struct err err = { 0 };

	event_list_done(list);
	if (resolve_text(r, text, list, &err) < 0)
		fail_msg("%s", err.what);
	assert_int_equal(list->n, 1);
	return list->items[0];
}

static void put_core(struct tree *t, const char *pmu)
{
	static const char *const formats[][2] = { { "event", "config:0-7" },
						  { "umask", "config:8-15" },
						  { "edge", "config:18" },
						  { "cmask", "config:24-31" } };
	AUTO_FREE char *type = xasprintf(PMUS "/%s/type", pmu);

	tree_put(t, type, "8");
	for (size_t i = 0; i < ARRAY_LEN(formats); i++) {
		AUTO_FREE char *path =
			xasprintf(PMUS "/%s/format/%s", pmu, formats[i][0]);

		tree_put(t, path, formats[i][1]);
	}
}

static void vendors_names_of_json_files_are_names_and_terms(void **state)
{
	struct tree t;
	AUTO_FREE char *file = NULL;
	const char *files[1];
	struct resolver *r;
	struct event_list list = { 0 };
	const struct event *e;
	struct err err = { 0 };

	(void)state;
	tree_make(&t);
	put_core(&t, "cpu");
	tree_put(&t, "/my/x.json",
		 "[{\"EventName\": \"ODD_RETIRED.ANY-X\","
		 "  \"EventCode\": \"0xc5\", \"UMask\": \"0x2\","
		 "  \"BriefDescription\": \"Odd ones.\"},"
		 " {\"EventName\": \"LOOP\", \"EventCode\": \"0x1\"}]");
	tree_put(&t, "/my/y.events", "[event LOOP]\nraw = cpu/LOOP,edge/\n");
	file = xasprintf("%s/my", t.path);
	files[0] = file;
	r = resolver_new(&t.root, files, 1);

	e = only(r, "odd_retired.any-x:u", &list);
	assert_int_equal(e->code.config, 0x2c5);
	assert_string_equal(e->base, "ODD_RETIRED.ANY-X");
	assert_string_equal(e->help, "Odd ones.");
	assert_true(e->exclude & EVENT_EXCLUDE_KERNEL);

	e = only(r, "{cpu/ODD_RETIRED.ANY-X,cmask=0x1,edge/k}:D", &list);
	assert_int_equal(e->code.config, 0x10402c5);
	assert_string_equal(e->name, "cpu/ODD_RETIRED.ANY-X,cmask=0x1,edge/k");
	assert_string_equal(e->base, "cpu/ODD_RETIRED.ANY-X,cmask=0x1,edge/");
	assert_int_equal(e->link, EVENT_LINK_TABLE);
	assert_int_equal(e->group, 0);
	assert_true(e->exclude & EVENT_EXCLUDE_USER);
	assert_true(e->pinned);
	assert_non_null(strstr(e->how, "x.json:1: cpu/event=0xc5,umask=0x2,"));
	/* what the table has is not in the way of what the kernel has */
	e = only(r, "cpu/event=0x3c/", &list);
	assert_int_equal(e->link, EVENT_LINK_RAW);

	event_list_done(&list);
	assert_true(resolve_text(r, "cpu/ODD_RETIRED.ANY-X,nonsense=1/", &list,
				 &err) < 0);
	assert_non_null(strstr(err.what, "nonsense"));
	assert_true(resolve_text(r, "cpu/LOOP,cmask=1/", &list, &err) < 0);
	assert_true(resolve_text(r, "cpu/NO.SUCH,cmask=1/", &list, &err) < 0);
	assert_non_null(strstr(err.what, "no term or event 'NO.SUCH'"));
	assert_int_equal(list.n, 0);
	resolver_free(r);
	tree_remove(&t);
}

static void tables_say_cpu_where_the_core_pmu_has_another_name(void **state)
{
	struct tree t;
	AUTO_FREE char *file = NULL;
	const char *files[1];
	struct resolver *r;
	struct event_list list = { 0 };
	const struct event *e;
	struct err err = { 0 };

	(void)state;
	tree_make(&t);
	put_core(&t, "armv8_neoverse_x");
	tree_put(&t, PMUS "/software/type", "1");
	tree_put(&t, "/x.json",
		 "[{\"EventName\": \"ODD\", \"EventCode\": \"0x11\"}]");
	file = xasprintf("%s/x.json", t.path);
	files[0] = file;
	r = resolver_new(&t.root, files, 1);
	e = only(r, "ODD", &list);
	assert_string_equal(e->pmu, "armv8_neoverse_x");
	assert_int_equal(e->code.type, 8);
	assert_int_equal(e->code.config, 0x11);
	e = only(r, "cpu/ODD,umask=1/", &list);
	assert_int_equal(e->code.config, 0x111);
	/* what somebody typed may be a code for another CPU */
	event_list_done(&list);
	assert_true(resolve_text(r, "cpu/event=0x11/", &list, &err) < 0);
	assert_non_null(strstr(err.what, "no PMU 'cpu'"));
	resolver_free(r);
	tree_remove(&t);
}

static int count(const struct resolve_name *name, void *arg)
{
	assert_true(*name->name);
	assert_non_null(name->pmu);
	assert_non_null(name->help);
	return ++*(int *)arg == 30;
}

static void names_can_be_walked_and_stopped(void **state)
{
	struct rootfs root = { unit_machine("adl-hybrid") };
	struct resolver *r = resolver_new(&root, NULL, 0);
	int n = 0;

	(void)state;
	assert_int_equal(resolver_each_name(r, count, &n), 1);
	assert_int_equal(n, 30);
	assert_int_equal(resolver_each_name(r, count, &n), 0);
	assert_true(n > 60);
	resolver_free(r);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		/* first: nothing has loaded the library yet */
		cmocka_unit_test(common_names_do_without_library_and_cpuid),
		cmocka_unit_test(ten_names_with_two_bad_ones_name_both),
		cmocka_unit_test(generic_events_open_on_each_kind_of_core),
		cmocka_unit_test(cpu_is_explained_where_there_are_two),
		cmocka_unit_test(groups_keep_their_numbers_and_flags),
		cmocka_unit_test(raw_codes_are_hexadecimal),
		cmocka_unit_test(breakpoints_have_a_place_and_an_access),
		cmocka_unit_test(tracepoints_are_found_by_id),
		cmocka_unit_test(a_missing_tracefs_is_told),
		cmocka_unit_test(tables_name_events_of_this_cpu),
		cmocka_unit_test(a_table_can_be_the_users),
		cmocka_unit_test(
			vendors_names_of_json_files_are_names_and_terms),
		cmocka_unit_test(
			tables_say_cpu_where_the_core_pmu_has_another_name),
		cmocka_unit_test(names_can_be_walked_and_stopped),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
