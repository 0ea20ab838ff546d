/*
 * The events of the tables on recorded machines: what the metrics of the sets
 * are made of can be asked for there, and is asked for as it was meant.
 */
#include "event/resolve.h"

#include "base/auto.h"
#include "base/xalloc.h"
#include "metric/metric.h"
#include "metric/set.h"

#include "unit.h"

#include <stdlib.h>
#include <string.h>

struct machine {
	struct rootfs root;
	struct resolver *resolver;
	const struct catalog *catalog;
};

static void machine_open(struct machine *m, const char *name)
{
	struct err err = { 0 };

	m->root = (struct rootfs){ .prefix = unit_machine(name) };
	m->resolver = resolver_new(&m->root, NULL, 0);
	m->catalog = resolver_catalog(m->resolver, &err);
	if (!m->catalog)
		fail_msg("%s", err.what);
}

static void machine_done(struct machine *m)
{
	resolver_free(m->resolver);
}

/* In a list of words between spaces. */
static bool is_word_of(const char *words, const char *name)
{
	size_t len = strlen(name);

	for (const char *p = words; (p = strstr(p, name)); p += len)
		if ((p == words || p[-1] == ' ') && (!p[len] || p[len] == ' '))
			return true;
	return false;
}

/* @lacks: inputs that this machine has no counter for. */
static size_t check_inputs(struct machine *m, const char *name,
			   const char *lacks, const struct metric *metric)
{
	for (size_t i = 0; i < metric->ninputs; i++) {
		AUTO(event_list_done) struct event_list events = { 0 };
		struct err err = { 0 };

		bool lacking = is_word_of(lacks, metric->inputs[i]);
		int r = resolve_input(m->resolver, metric->inputs[i], &events,
				      &err);

		if (r < 0 && !lacking)
			fail_msg("%s: %s: %s", name, metric->name, err.what);
		if (r == 0 && lacking)
			fail_msg("%s: %s: there is '%s'", name, metric->name,
				 metric->inputs[i]);
	}
	return metric->ninputs;
}

static bool is_in_a_set(const struct catalog *c, const char *metric)
{
	for (size_t i = 0; i < c->nlive; i++) {
		AUTO(metric_set_done) struct metric_set set = { 0 };

		if (strcmp(c->live[i]->kind, "set") != 0)
			continue;
		assert_int_equal(metric_set_read(c->live[i], &set, NULL), 0);
		for (size_t k = 0; k < set.n; k++)
			if (!strcmp(set.metrics[k], metric))
				return true;
	}
	return false;
}

static void what_sets_need_can_be_counted(void **state)
{
	/*
	 * No server of Intel's has a counter for the energy of all its cores,
	 * and no client one for that of its memory.  Linux 6.1 has no driver
	 * for the memory controllers of Zen 4, nor for the energy of its cores.
	 */
	static const struct {
		const char *name, *lacks;
	} machines[] = {
		{ "skx-2s", "energy_cores" },
		{ "icx", "energy_cores" },
		{ "spr", "energy_cores" },
		{ "gnr", "energy_cores" },
		{ "adl-hybrid", "energy_dram" },
		{ "zen4", "energy_cores dram_read_bytes dram_write_bytes" },
		{ "zen5", "" },
		{ "arm-n1", "energy_package energy_cores energy_dram" },
		{ "arm-n2", "energy_package energy_cores energy_dram" },
		{ "riscv-u74", "energy_cores energy_dram" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(machines); i++) {
		AUTO(machine_done) struct machine m = { 0 };
		AUTO(metric_list_done) struct metric_list list = { 0 };
		size_t n = 0;

		machine_open(&m, machines[i].name);
		assert_int_equal(metric_load(m.catalog, &list, NULL), 0);
		for (size_t k = 0; k < list.n; k++)
			if (is_in_a_set(m.catalog, list.items[k].name))
				n += check_inputs(&m, machines[i].name,
						  machines[i].lacks,
						  &list.items[k]);
		assert_true(n > 30);
	}
}

static void resolve(struct machine *m, const char *name,
		    struct event_list *events)
{
	struct err err = { 0 };

	if (resolve_input(m->resolver, name, events, &err) < 0)
		fail_msg("%s", err.what);
}

/* Thresholds and extra registers go where the kernel wants them. */
static void codes_are_what_the_kernel_is_asked_for(void **state)
{
	static const struct {
		const char *machine, *name;
		uint64_t config, config1;
		enum event_topdown topdown;
	} rows[] = {
		{ "skx-2s", "stalls_mem_any", 0x140014a3, 0, 0 },
		{ "skx-2s", "icache_stall_periods", 0x1040480, 0, 0 },
		{ "icx", "topdown_slots", 0x400, 0, EVENT_TOPDOWN_SLOTS },
		{ "icx", "topdown_be_bound", 0x8300, 0, EVENT_TOPDOWN_METRIC },
		{ "icx", "data_reads_many", 0x4000860, 0, 0 },
		{ "spr", "topdown_mem_bound", 0x8700, 0, EVENT_TOPDOWN_METRIC },
		{ "spr", "data_reads_many", 0xc000820, 0, 0 },
		{ "spr", "unknown_branch_cycles", 0x40ad, 7, 0 },
		{ "spr", "l1i_miss", 0x1c6, 0x12, 0 },
		{ "gnr", "l1i_miss", 0x3c6, 0x12, 0 },
		/* no slots and parts of them there: ordinary counters */
		{ "spr-guest", "topdown_slots", 0x1a4, 0, 0 },
		{ "spr-guest", "topdown_retiring", 0x2c2, 0, 0 },
		{ "spr-guest", "topdown_fe_bound", 0x19c, 0, 0 },
		{ "spr-guest", "topdown_be_bound", 0x2a4, 0, 0 },
		{ "spr-guest", "topdown_mem_bound", 0x10a4, 0, 0 },
		{ "adl-hybrid", "topdown_slots", 0x400, 0,
		  EVENT_TOPDOWN_SLOTS },
		{ "adl-hybrid", "atom_fe_bound", 0x71, 0, 0 },
		{ "zen4", "frontend_idle_cycles", 0x1060001a0, 0, 0 },
		{ "zen5", "frontend_idle_cycles", 0x1080001a0, 0, 0 },
		{ "zen5", "miss_cycles", 0x100005f, 0, 0 },
		{ "zen5", "l3_miss_wait", 0x303c00000003fac, 0, 0 },
		{ "zen5", "energy_cores", 0x1, 0, 0 },
		{ "arm-n1", "l3_load_miss", 0x37, 0, 0 },
		{ "arm-n2", "slots_backend_stalled", 0x3d, 0, 0 },
		{ "arm-n2", "fp_scalable_ops", 0x80c0, 0, 0 },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		AUTO(machine_done) struct machine m = { 0 };
		AUTO(event_list_done) struct event_list events = { 0 };

		machine_open(&m, rows[i].machine);
		resolve(&m, rows[i].name, &events);
		assert_int_equal(events.n, 1);
		assert_string_equal(events.items[0]->base, rows[i].name);
		assert_int_equal(events.items[0]->code.config, rows[i].config);
		assert_int_equal(events.items[0]->code.config1,
				 rows[i].config1);
		assert_int_equal(events.items[0]->topdown, rows[i].topdown);
	}
}

/* Each controller once; the counters beside them that always run are others. */
static void traffic_is_counted_at_every_controller(void **state)
{
	static const struct {
		const char *machine, *name;
		uint64_t config;
		size_t n;
	} rows[] = {
		{ "skx-2s", "dram_read_bytes", 0x304, 2 },
		{ "skx-2s", "dram_write_bytes", 0xc04, 2 },
		{ "icx", "dram_read_bytes", 0xf04, 2 },
		{ "icx", "dram_write_bytes", 0x3004, 2 },
		{ "spr", "dram_read_bytes", 0xcf05, 2 },
		{ "spr", "dram_write_bytes", 0xf005, 2 },
		{ "gnr", "dram_read_bytes_1", 0xcf06, 2 },
		{ "gnr", "dram_write_bytes_0", 0xf005, 2 },
		{ "adl-hybrid", "dram_read_bytes", 0x20ff, 1 },
		{ "zen5", "dram_read_bytes", 0x10a, 2 },
		{ "zen5", "dram_write_bytes", 0x20a, 2 },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		AUTO(machine_done) struct machine m = { 0 };
		AUTO(event_list_done) struct event_list events = { 0 };

		machine_open(&m, rows[i].machine);
		resolve(&m, rows[i].name, &events);
		assert_int_equal(events.n, rows[i].n);
		for (size_t k = 0; k < events.n; k++) {
			const struct event *e = events.items[k];

			assert_int_equal(e->code.config, rows[i].config);
			assert_true(e->scale == 64);
			assert_string_equal(e->unit, "B");
			assert_true(e->system_wide);
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_sets_need_can_be_counted),
		cmocka_unit_test(codes_are_what_the_kernel_is_asked_for),
		cmocka_unit_test(traffic_is_counted_at_every_controller),
	};

	/* the tree's own files, not those of who runs this */
	setenv("XDG_CONFIG_HOME", "/nonexistent", 1);
	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
