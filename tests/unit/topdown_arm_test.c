/*
 * The definitions for Arm's cores and for unknown ones, on counts whose answer is worked out by hand:
 * what the pipeline did is said in the comment above the counts, and the shares
 * are what follows from that and not from our formulas.
 */
#include "cpu_scene.h"

#include "base/auto.h"
#include "base/rootfs.h"
#include "base/xalloc.h"
#include "event/resolve.h"

#include "unit.h"

#include <stdlib.h>

/*
 * Five slots per cycle.  A list in memory: 5 % of 5,000,000 slots empty by the
 * front, 75 % by the back; 1,000,000 operations began (20 %), 950,000 finished
 * (19 %).  10,000 wrong guesses cost the front one cycle's slots each (1 %) and
 * the back three (3 %): 4 % and 72 % remain, and bad speculation is 1 + 4 %.
 */
static const struct cpu_scene n2[] = { {
	"memory",
	{ { "cycles", 1e6 },
	  { "slots_frontend_idle", 250e3 },
	  { "slots_backend_stalled", 3750e3 },
	  { "ops_started", 1000e3 },
	  { "ops_retired", 950e3 },
	  { "branch_mispredicts_started", 10e3 },
	  { "stall_backend_l2_miss", 690e3 } },
	{ { "frontend_bound", 0.04 },
	  { "backend_bound", 0.72 },
	  { "bad_speculation", 0.05 },
	  { "retiring", 0.19 },
	  { "l2_miss_bound", 0.69 } },
} };

static void n2_moves_what_wrong_guesses_cost(void **state)
{
	/* the same run on cores that count one slot too many in each cycle */
	static const struct cpu_scene early[] = { {
		"memory",
		{ { "cycles", 1e6 },
		  { "slots_frontend_idle", 1250e3 },
		  { "slots_backend_stalled", 3750e3 },
		  { "ops_started", 1000e3 },
		  { "ops_retired", 950e3 },
		  { "branch_mispredicts_started", 10e3 } },
		{ { "frontend_bound", 0.04 },
		  { "backend_bound", 0.72 },
		  { "bad_speculation", 0.05 },
		  { "retiring", 0.19 } },
	} };

	(void)state;
	scene_check("n2-r0p3", n2, ARRAY_LEN(n2));
	scene_check("n2-r0p0", early, ARRAY_LEN(early));
	scene_check("n2-r0p2", early, ARRAY_LEN(early));
	scene_check("cobalt", early, ARRAY_LEN(early));
}

static void v2_never_moves_more_than_there_is(void **state)
{
	static const struct cpu_scene scenes[] = {
		/*
		 * Random branches: 30 % of 8,000,000 slots empty by the front,
		 * 10 % by the back, 70 % of what began finishes: 42 of the
		 * other 60 %.  50,000 wrong guesses would move 5 % and 15 %,
		 * but the back has only 10: 18 + 5 + 10 are lost to them.
		 */
		{ "speculation",
		  { { "cycles", 1e6 },
		    { "slots_frontend_idle", 2400e3 },
		    { "slots_backend_stalled", 800e3 },
		    { "ops_started", 4800e3 },
		    { "ops_retired", 3360e3 },
		    { "branch_mispredicts_started", 50e3 } },
		  { { "frontend_bound", 0.25 },
		    { "backend_bound", 0 },
		    { "bad_speculation", 0.33 },
		    { "retiring", 0.42 } } },
		/* no branch goes wrong; 2 % and 8 % empty, all else finishes */
		{ "compute",
		  { { "cycles", 1e6 },
		    { "slots_frontend_idle", 160e3 },
		    { "slots_backend_stalled", 640e3 },
		    { "ops_started", 7200e3 },
		    { "ops_retired", 7200e3 },
		    { "branch_mispredicts_started", 0 },
		    /* 300 by scalars and plain vectors, 50 on SVE */
		    { "fp_fixed_ops", 300 },
		    { "fp_scalable_ops", 50 },
		    { "wall", 7 } },
		  { { "frontend_bound", 0.02 },
		    { "backend_bound", 0.08 },
		    { "bad_speculation", 0 },
		    { "retiring", 0.9 },
		    { "flops", 350 },
		    { "flops_rate", 50 } } },
	};

	(void)state;
	scene_check("v2", scenes, ARRAY_LEN(scenes));
}

/*
 * Eight slots per cycle: 5 % empty by the front, 10 % by the back, 98 % of what
 * began finishes, 83.3 of 85 %.  1,000 wrong guesses cost the front four cycles
 * each: 0.4 %.  Its scalable vectors have twice 128 bits: 100 + 2 * 50.
 */
static void v1_charges_the_front_alone(void **state)
{
	static const struct cpu_scene scenes[] = { {
		"compute",
		{ { "cycles", 1e6 },
		  { "slots_frontend_idle", 400e3 },
		  { "slots_backend_stalled", 800e3 },
		  { "ops_started", 6800e3 },
		  { "ops_retired", 6664e3 },
		  { "branch_mispredicts_started", 1000 },
		  { "fp_fixed_ops", 100 },
		  { "fp_scalable_ops", 50 } },
		{ { "frontend_bound", 0.046 },
		  { "backend_bound", 0.1 },
		  { "bad_speculation", 0.021 },
		  { "retiring", 0.833 },
		  { "flops", 200 } },
	} };

	(void)state;
	scene_check("v1", scenes, ARRAY_LEN(scenes));
}

/*
 * Five slots per cycle, large code: 50 % empty by the front, 10 % by the back,
 * 90 % of what began finishes: 36 of 40 %.  In 50,000 cycles (5 %) the front
 * began again.  400,000 cycles were without any operation, so 350,000 of the
 * remaining 45 % are latency.  60,000 of 80,000 cycles without room were
 * memory's.
 */
static void n3_parts_stalled_cycles(void **state)
{
	static const struct cpu_scene scenes[] = { {
		"frontend",
		{ { "cycles", 1e6 },
		  { "slots_frontend_idle", 2500e3 },
		  { "slots_backend_stalled", 500e3 },
		  { "ops_started", 2000e3 },
		  { "ops_retired", 1800e3 },
		  { "stall_frontend_flush", 50e3 },
		  { "stalled_cycles_frontend", 400e3 },
		  { "stalled_cycles_backend", 80e3 },
		  { "stall_backend_memory", 60e3 },
		  { "stall_frontend_l1_miss", 150e3 },
		  { "stall_frontend_l2_miss", 120e3 },
		  { "stall_frontend_tlb", 30e3 } },
		{ { "frontend_bound", 0.45 },
		  { "fetch_latency", 0.35 },
		  { "fetch_bandwidth", 0.1 },
		  { "backend_bound", 0.1 },
		  { "memory_bound", 0.075 },
		  { "core_bound", 0.025 },
		  { "bad_speculation", 0.09 },
		  { "retiring", 0.36 },
		  { "icache_stall_share", 0.27 },
		  { "itlb_stall_share", 0.03 },
		  { "resteer_share", 0.05 } },
	} };

	(void)state;
	scene_check("n3", scenes, ARRAY_LEN(scenes));
}

/*
 * Ten slots per cycle, a list in memory: 5 % empty by the front, a fifth of it
 * after a new beginning; 75 % by the back; 96 % of what began finishes: 19.2 of
 * 20 %.  Of 700,000 cycles without room 665,000 (95 %) were memory's: 140,000
 * waited for L2, 490,000 for what is beyond it, 21,000 for stores.
 */
static void v3_says_what_memory_was_waited_for(void **state)
{
	static const struct cpu_scene scenes[] = { {
		"memory",
		{ { "cycles", 1e6 },
		  { "slots_frontend_idle", 500e3 },
		  { "slots_backend_stalled", 7500e3 },
		  { "ops_started", 2000e3 },
		  { "ops_retired", 1920e3 },
		  { "stall_frontend_flush", 10e3 },
		  { "stalled_cycles_frontend", 10e3 },
		  { "stalled_cycles_backend", 700e3 },
		  { "stall_backend_memory", 665e3 },
		  { "stall_backend_l1_miss", 140e3 },
		  { "stall_backend_l2_miss", 490e3 },
		  { "stall_backend_store", 21e3 },
		  { "stall_backend_tlb", 7e3 } },
		{ { "frontend_bound", 0.04 },
		  { "fetch_latency", 0 },
		  { "fetch_bandwidth", 0.04 },
		  { "backend_bound", 0.75 },
		  { "memory_bound", 0.7125 },
		  { "core_bound", 0.0375 },
		  { "bad_speculation", 0.018 },
		  { "retiring", 0.192 },
		  { "l2_bound", 0.14 },
		  { "l2_miss_bound", 0.49 },
		  { "store_bound", 0.021 },
		  { "dtlb_walk_share", 0.007 } },
	} };

	(void)state;
	scene_check("v3", scenes, ARRAY_LEN(scenes));
	scene_check("v3ae", scenes, ARRAY_LEN(scenes));
}

/*
 * No slots, but cycles: 600,000 of a million without room, 100,000 without
 * operations.  9 of 12 page walks per 1000 instructions are data's, for 180
 * accesses each 4.5; 15,000 reads left the cores, 12,000 of them missed the
 * last cache: 12,000 * 64 bytes in a millisecond.
 */
static void n1_counts_cycles(void **state)
{
	static const struct cpu_scene scenes[] = { {
		"memory",
		{ { "cycles", 1e6 },
		  { "instructions", 500e3 },
		  { "stalled_cycles_frontend", 100e3 },
		  { "stalled_cycles_backend", 600e3 },
		  { "l1_load_miss", 40e3 },
		  { "l2_load_miss", 20e3 },
		  { "llc_read", 15e3 },
		  { "l3_load_miss", 12e3 },
		  { "dtlb_load_walk", 4500 },
		  { "itlb_walk", 1500 },
		  { "l1d_tlb_access", 180e3 },
		  { "simd_ops", 300 },
		  { "fp_scalar_ops", 100 },
		  { "wall", 0.001 } },
		{ { "frontend_stalled", 0.1 },
		  { "backend_stalled", 0.6 },
		  { "l1_load_mpki", 80 },
		  { "l2_load_mpki", 40 },
		  { "l3_mpki", 24 },
		  { "l3_hit_rate", 0.2 },
		  { "dtlb_walk_mpki", 9 },
		  { "itlb_walk_mpki", 3 },
		  { "dtlb_walk_rate", 0.025 },
		  { "vector_share", 0.75 },
		  { "miss_bandwidth", 768e6 } },
	} };

	(void)state;
	scene_check("n1", scenes, ARRAY_LEN(scenes));
	scene_check_no_slots("n1");
}

/* No more slots than there are, the rest at random. */
static struct cpu_scene any_scene(uint64_t *seed)
{
	double cycles = 1 + scene_random(seed, 1e6);
	double slots = 5 * cycles;
	double front = scene_random(seed, slots);
	double started = 1 + scene_random(seed, slots - front);
	return (struct cpu_scene){
		"any",
		{
			{ "cycles", cycles },
			{ "slots_frontend_idle", front },
			{ "slots_backend_stalled",
			  scene_random(seed, slots - front) },
			{ "ops_started", started },
			{ "ops_retired", scene_random(seed, 1.1 * started) },
			{ "branch_mispredicts_started",
			  scene_random(seed, cycles) },
			{ "stall_frontend_flush", scene_random(seed, cycles) },
			{ "stalled_cycles_frontend",
			  scene_random(seed, cycles) },
			{ "stalled_cycles_backend",
			  scene_random(seed, cycles) },
			{ "stall_backend_memory", scene_random(seed, cycles) },
		},
		{ { NULL, 0 } },
	};
}

static void parts_add_up_whatever_was_counted(void **state)
{
	static const char *const names[] = { "n2-r0p0", "n2-r0p3", "v1",
					     "v2",      "n3",      "v3" };
	static const char *const level1[] = { "frontend_bound",
					      "bad_speculation",
					      "backend_bound", "retiring",
					      NULL };
	uint64_t seed = 1;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(names); i++) {
		AUTO(scene_cpu_done) struct scene_cpu k;

		scene_cpu_load(&k, names[i]);
		for (int round = 0; round < 1000; round++) {
			struct cpu_scene s = any_scene(&seed);

			scene_check_sums(&k, &s, level1);
		}
	}
}

/* The PMU of the cores has many names; the spelling fits all. */
static void events_of_arm_fit_any_core_pmu(void **state)
{
	static const struct {
		const char *name;
		uint64_t config;
	} rows[] = {
		{ "l3_load_miss", 0x37 },
		{ "dtlb_load_walk", 0x34 },
		{ "branch_misses", 0x22 },
	};
	struct rootfs root = { .prefix = unit_machine("arm-n1") };
	AUTO(resolver_freep) struct resolver *r = resolver_new(&root, NULL, 0);

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		AUTO(event_list_done) struct event_list list = { 0 };
		struct err err = { 0 };

		if (resolve_input(r, rows[i].name, &list, &err) < 0)
			fail_msg("%s", err.what);
		assert_int_equal(list.n, 1);
		assert_string_equal(list.items[0]->pmu, "armv8_pmuv3_0");
		assert_int_equal(list.items[0]->code.type, 8);
		assert_int_equal(list.items[0]->code.config, rows[i].config);
		assert_string_equal(list.items[0]->base, rows[i].name);
	}
}

/*
 * A RISC-V core, known only by the kernel's generic events: of a million
 * cycles 100,000 stood still by the front and 200,000 by the back; 5,000 loads missed L1, 400 of 2,000 the last
 * cache, in 500,000 instructions and a millisecond.
 */
static void unknown_cores_use_generic_events(void **state)
{
	static const struct cpu_scene scenes[] = { {
		"generic",
		{ { "cycles", 1e6 },
		  { "instructions", 500e3 },
		  { "stalled_cycles_frontend", 100e3 },
		  { "stalled_cycles_backend", 200e3 },
		  { "l1_dcache_load_misses", 5000 },
		  { "llc_loads", 2000 },
		  { "llc_load_misses", 400 },
		  { "dtlb_load_misses", 50 },
		  { "wall", 0.001 } },
		{ { "frontend_stalled", 0.1 },
		  { "backend_stalled", 0.2 },
		  { "l1_load_mpki", 10 },
		  { "l3_mpki", 0.8 },
		  { "l3_hit_rate", 0.8 },
		  { "dtlb_walk_mpki", 0.1 },
		  { "miss_bandwidth", 25.6e6 } },
	} };
	static const char *const names[] = { "riscv", "intel", "zen1",
					     "arm",   "apple", "n1" };

	(void)state;
	scene_check("riscv", scenes, ARRAY_LEN(scenes));
	scene_check("intel", scenes, ARRAY_LEN(scenes));
	scene_check("zen1", scenes, ARRAY_LEN(scenes));
	scene_check("apple", scenes, ARRAY_LEN(scenes));
	scene_check_no_slots("arm");
	scene_check_no_slots("riscv");
	scene_check_no_slots("intel");
	for (size_t i = 0; i < ARRAY_LEN(names); i++)
		scene_check_sets(names[i]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(n2_moves_what_wrong_guesses_cost),
		cmocka_unit_test(v2_never_moves_more_than_there_is),
		cmocka_unit_test(v1_charges_the_front_alone),
		cmocka_unit_test(n3_parts_stalled_cycles),
		cmocka_unit_test(v3_says_what_memory_was_waited_for),
		cmocka_unit_test(n1_counts_cycles),
		cmocka_unit_test(unknown_cores_use_generic_events),
		cmocka_unit_test(parts_add_up_whatever_was_counted),
		cmocka_unit_test(events_of_arm_fit_any_core_pmu),
	};

	/* the tree's own files, not those of who runs this */
	setenv("XDG_CONFIG_HOME", "/nonexistent", 1);
	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
