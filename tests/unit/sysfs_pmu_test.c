#include "event/link/pmu.h"
#include "event/resolve.h"

#include "base/auto.h"
#include "base/xalloc.h"

#include "tree.h"
#include "unit.h"

#include <errno.h>
#include <string.h>

#define DIR PMU_DIR

struct fixture {
	struct tree tree;
	struct resolver *r;
};

static void put_cpu(struct tree *t)
{
	tree_put(t, DIR "/cpu/type", "4");
	tree_put(t, DIR "/cpu/format/event", "config:0-7,32-35");
	tree_put(t, DIR "/cpu/format/umask", "config:8-15");
	tree_put(t, DIR "/cpu/format/edge", "config:18");
	tree_put(t, DIR "/cpu/format/cmask", "config:24-31");
	tree_put(t, DIR "/cpu/format/frontend", "config1:0-23");
	tree_put(t, DIR "/cpu/format/wide", "config2:0-63");
	tree_put(t, DIR "/cpu/format/odd", "elsewhere:0-3");
	tree_put(t, DIR "/cpu/events/cpu-cycles", "event=0x3c");
	tree_put(t, DIR "/cpu/events/slots", "event=0x00,umask=0x4");
	tree_put(t, DIR "/cpu/events/loop", "slots,event=1");
}

static void put_uncore(struct tree *t)
{
	static const char *const boxes[] = { "uncore_imc_0", "uncore_imc_1",
					     "uncore_imc_10" };

	for (size_t i = 0; i < ARRAY_LEN(boxes); i++) {
		AUTO_FREE char *dir = xasprintf(DIR "/%s", boxes[i]);
		AUTO_FREE char *type = xasprintf("%s/type", dir);
		AUTO_FREE char *mask = xasprintf("%s/cpumask", dir);
		AUTO_FREE char *format = xasprintf("%s/format/event", dir);
		AUTO_FREE char *reads = xasprintf("%s/events/reads", dir);
		AUTO_FREE char *scale = xasprintf("%s/events/reads.scale", dir);
		AUTO_FREE char *unit = xasprintf("%s/events/reads.unit", dir);
		AUTO_FREE char *number = xasprintf("%zu", 20 + i);

		tree_put(t, type, number);
		tree_put(t, mask, "0,8");
		tree_put(t, format, "config:0-7");
		tree_put(t, reads, "event=0x04");
		tree_put(t, scale, "6.103515625e-5");
		tree_put(t, unit, "MiB");
	}
}

static int setup(void **state)
{
	struct fixture *f = xcalloc(1, sizeof(*f));

	tree_make(&f->tree);
	put_cpu(&f->tree);
	put_uncore(&f->tree);
	tree_put(&f->tree, DIR "/msr/type", "9");
	tree_put(&f->tree, DIR "/msr/format/event", "config:0-63");
	tree_put(&f->tree, DIR "/msr/events/tsc", "event=0x00");
	tree_put(&f->tree, DIR "/software/type", "1");
	tree_put(&f->tree, DIR "/hv_24x7/type", "30");
	tree_put(&f->tree, DIR "/hv_24x7/format/domain", "config:0-3");
	tree_put(&f->tree, DIR "/hv_24x7/format/offset", "config:32-63");
	tree_put(&f->tree, DIR "/hv_24x7/events/x", "domain=?,offset=0x10");
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

static const struct {
	const char *text;
	uint32_t type;
	uint64_t config, config1, config2;
	const char *name, *base;
	enum event_link link;
} good[] = {
	{ "cpu/event=0xc0,umask=0x1/", 4, 0x1c0, 0, 0,
	  "cpu/event=0xc0,umask=0x1/", "", EVENT_LINK_RAW },
	{ "cpu/event=0x1a0,umask=30,cmask=6/u", 4, 0x106001ea0, 0, 0,
	  "cpu/event=0x1a0,umask=30,cmask=6/u", "", EVENT_LINK_RAW },
	{ "cpu/event=0xc2,edge,frontend=0x8,wide=18446744073709551615,"
	  "name=x/",
	  4, 0x400c2, 8, UINT64_MAX, "x", "", EVENT_LINK_RAW },
	{ "cpu/config=0x3c,config1=5,config2=6/", 4, 0x3c, 5, 6,
	  "cpu/config=0x3c,config1=5,config2=6/", "", EVENT_LINK_RAW },
	{ "cpu/r1a8/", 4, 0x1a8, 0, 0, "cpu/r1a8/", "", EVENT_LINK_RAW },
	{ "cpu/cpu-cycles/", 4, 0x3c, 0, 0, "cpu/cpu-cycles/", "cycles",
	  EVENT_LINK_SYSFS },
	{ "cpu/cpu-cycles,umask=2,period=1000/k", 4, 0x23c, 0, 0,
	  "cpu/cpu-cycles,umask=2,period=1000/k", "cycles", EVENT_LINK_SYSFS },
	{ "slots", 4, 0x400, 0, 0, "slots", "", EVENT_LINK_SYSFS },
	{ "slots:u", 4, 0x400, 0, 0, "slots:u", "", EVENT_LINK_SYSFS },
	{ "cpu/instructions/", 0, 1, 0, 0, "cpu/instructions/", "instructions",
	  EVENT_LINK_GENERIC },
	{ "cpu/LLC-loads/", 3, 2, 0, 0, "cpu/LLC-loads/", "llc_loads",
	  EVENT_LINK_GENERIC },
	{ "msr/tsc/", 9, 0, 0, 0, "msr/tsc/", "", EVENT_LINK_SYSFS },
	{ "hv_24x7/x,domain=2/", 30, 0x1000000002, 0, 0, "hv_24x7/x,domain=2/",
	  "", EVENT_LINK_SYSFS },
};

static void terms_become_bits(void **state)
{
	struct fixture *f = *state;

	for (size_t i = 0; i < ARRAY_LEN(good); i++) {
		AUTO(event_list_done) struct event_list list = { 0 };
		struct err err = { 0 };
		const struct event *e;

		if (resolve_text(f->r, good[i].text, &list, &err) < 0)
			fail_msg("%s", err.what);
		assert_int_equal(list.n, 1);
		e = list.items[0];
		if (e->code.type != good[i].type ||
		    e->code.config != good[i].config ||
		    e->code.config1 != good[i].config1 ||
		    e->code.config2 != good[i].config2)
			fail_msg("'%s' gives %u 0x%llx 0x%llx 0x%llx",
				 good[i].text, e->code.type,
				 (unsigned long long)e->code.config,
				 (unsigned long long)e->code.config1,
				 (unsigned long long)e->code.config2);
		assert_string_equal(e->name, good[i].name);
		assert_string_equal(e->base, good[i].base);
		assert_int_equal(e->link, good[i].link);
	}
}

static const struct {
	const char *text, *says;
	size_t at;
} bad[] = {
	{ "cpu/event=0x1000/", "does not fit", 4 },
	{ "cpu/umask=256/", "config:8-15", 4 },
	{ "cpu/edge=2/", "does not fit", 4 },
	{ "cpu/event=1,umsk=2/", "did you mean 'umask'", 12 },
	{ "cpu/slot/", "did you mean 'slots'", 4 },
	{ "cpu/event=zz/", "is not a number", 4 },
	{ "cpu/event=-1/", "is not a number", 4 },
	{ "cpu/zzz=1/", "its terms are cmask, edge, event", 4 },
	{ "cpu/odd=1/", "elsewhere:0-3", 4 },
	{ "cpu/loop/", "an event inside", 4 },
	{ "cpu/config/", "a value is missing", 4 },
	{ "cpu/task-clock/", "no term or event", 4 },
	{ "cpu/cpu-cycles/z", "'z' is not a modifier", 15 },
	{ "msr/tsc/u", "always counts user, kernel", 0 },
	{ "mrs/tsc/", "did you mean 'msr'", 0 },
	{ "../x/", "there is no PMU", 0 },
	{ "uncore_imc_2/reads/", "no PMU 'uncore_imc_2'", 0 },
};

static void wrong_terms_are_named_with_their_place(void **state)
{
	struct fixture *f = *state;

	for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
		AUTO(resolve_problems_done) struct resolve_problems p = { 0 };
		AUTO(event_list_done) struct event_list list = { 0 };
		AUTO(spec_done) struct spec spec = { 0 };

		assert_int_equal(spec_parse(&spec, bad[i].text, NULL), 0);
		assert_int_equal(resolve_spec(f->r, &spec, &list, &p, NULL),
				 -EINVAL);
		assert_int_equal(p.n, 1);
		if (!strstr(p.items[0].text, bad[i].says) ||
		    p.items[0].at != bad[i].at)
			fail_msg("'%s': at %zu: %s", bad[i].text, p.items[0].at,
				 p.items[0].text);
	}
}

static void core_events_take_levels_and_multiplex(void **state)
{
	struct fixture *f = *state;
	AUTO(event_list_done) struct event_list list = { 0 };

	assert_int_equal(resolve_text(f->r, "cpu/event=1/u,slots", &list, NULL),
			 0);
	assert_true(list.items[0]->hardware);
	assert_false(list.items[0]->no_exclude);
	assert_false(list.items[0]->system_wide);
	assert_true(list.items[0]->exclude & EVENT_EXCLUDE_KERNEL);
	assert_string_equal(list.items[0]->pmu, "cpu");
	assert_int_equal(list.items[1]->exclude, EVENT_EXCLUDE_GUEST);
}

static void other_pmus_get_no_exclude_bits(void **state)
{
	struct fixture *f = *state;
	AUTO(event_list_done) struct event_list list = { 0 };

	assert_int_equal(
		resolve_text(f->r, "msr/tsc/,software/config=2/u", &list, NULL),
		0);
	assert_true(list.items[0]->no_exclude);
	assert_int_equal(list.items[0]->exclude, 0);
	assert_false(list.items[0]->hardware);
	assert_false(list.items[0]->system_wide);
	assert_false(list.items[1]->no_exclude);
	assert_true(list.items[1]->has_level);
}

static void uncore_events_belong_to_cpus_and_are_scaled(void **state)
{
	struct fixture *f = *state;
	AUTO(event_list_done) struct event_list list = { 0 };

	assert_int_equal(resolve_text(f->r, "uncore_imc_1/reads/", &list, NULL),
			 0);
	assert_int_equal(list.n, 1);
	assert_true(list.items[0]->system_wide);
	assert_true(list.items[0]->no_exclude);
	assert_false(list.items[0]->hardware);
	assert_true(list.items[0]->scale == 6.103515625e-5);
	assert_string_equal(list.items[0]->unit, "MiB");
	assert_int_equal(list.items[0]->cpus.n, 2);
	assert_int_equal(list.items[0]->cpus.cpus[1], 8);
	assert_int_equal(list.items[0]->code.type, 21);
}

static void a_stem_means_every_box(void **state)
{
	static const char *const spellings[] = { "uncore_imc/reads/",
						 "imc/reads/",
						 "uncore_imc_*/reads/",
						 "uncore_imc_?*/reads/" };
	struct fixture *f = *state;

	for (size_t i = 0; i < ARRAY_LEN(spellings); i++) {
		AUTO(event_list_done) struct event_list list = { 0 };

		assert_int_equal(resolve_text(f->r, spellings[i], &list, NULL),
				 0);
		assert_int_equal(list.n, 3);
		assert_string_equal(list.items[0]->name, "uncore_imc_0/reads/");
		assert_string_equal(list.items[2]->name,
				    "uncore_imc_10/reads/");
		assert_int_equal(list.items[2]->hybrid_set, -1);
	}
}

static void a_bare_name_means_every_pmu_that_has_it(void **state)
{
	struct fixture *f = *state;
	AUTO(event_list_done) struct event_list list = { 0 };
	struct err err = { 0 };

	assert_int_equal(resolve_text(f->r, "reads", &list, NULL), 0);
	assert_int_equal(list.n, 3);
	assert_string_equal(list.items[1]->name, "uncore_imc_1/reads/");
	event_list_done(&list);
	assert_true(resolve_text(f->r, "reads.scale", &list, NULL) < 0);
	assert_true(resolve_text(f->r, "raeds", &list, &err) < 0);
	assert_non_null(strstr(err.what, "did you mean 'reads'"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(terms_become_bits),
		cmocka_unit_test(wrong_terms_are_named_with_their_place),
		cmocka_unit_test(core_events_take_levels_and_multiplex),
		cmocka_unit_test(other_pmus_get_no_exclude_bits),
		cmocka_unit_test(uncore_events_belong_to_cpus_and_are_scaled),
		cmocka_unit_test(a_stem_means_every_box),
		cmocka_unit_test(a_bare_name_means_every_pmu_that_has_it),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, setup, teardown);
}
