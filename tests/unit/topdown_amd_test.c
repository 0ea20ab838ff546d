/*
 * The definitions for AMD's CPUs, on counts whose answer is worked out by hand:
 * what the pipeline did is said in the comment above the counts, and the shares
 * are what follows from that and not from our formulas.
 */
#include "cpu_scene.h"

#include "base/auto.h"
#include "base/xalloc.h"

#include "unit.h"

#include <stdlib.h>

/* Six slots in each of a million cycles. */
static const struct cpu_scene zen4[] = {
	/*
	 * A list larger than the caches.  Of 6,000,000 slots 300,000 had no
	 * operation (5 %), 4,200,000 no room (70 %), 1,500,000 an operation,
	 * of which 60,000 were thrown away (1 %), 1,440,000 not (24 %).  In
	 * 700,000 cycles nothing finished, in 630,000 of them (9/10) for a
	 * load: 63 % and 7 %.  In 30,000 cycles nothing came at all: 180,000
	 * slots are 3 %, the other 2 %.  900 wrong guesses, 100 other restarts.
	 */
	{ "memory",
	  { { "cycles", 1e6 },
	    { "slots_frontend_idle", 300e3 },
	    { "frontend_idle_cycles", 30e3 },
	    { "slots_backend_stalled", 4200e3 },
	    { "slots_smt", 0 },
	    { "ops_dispatched", 1500e3 },
	    { "ops_retired", 1440e3 },
	    { "ops_microcode", 14400 },
	    { "branch_misses", 900 },
	    { "resyncs", 100 },
	    { "no_retire_waiting", 700e3 },
	    { "no_retire_load", 630e3 } },
	  { { "frontend_bound", 0.05 },
	    { "fetch_latency", 0.03 },
	    { "fetch_bandwidth", 0.02 },
	    { "backend_bound", 0.70 },
	    { "memory_bound", 0.63 },
	    { "core_bound", 0.07 },
	    { "smt_contention", 0 },
	    { "bad_speculation", 0.01 },
	    { "branch_mispredicts", 0.009 },
	    { "machine_clears", 0.001 },
	    { "retiring", 0.24 },
	    { "heavy_operations", 0.0024 },
	    { "light_operations", 0.2376 },
	    { "slots_accounted", 1 } } },
	/*
	 * An interpreter: half of the slots without an operation, and all of
	 * them in cycles (500,000) without any; 12 % no room, nothing of it
	 * for loads; 38 % used, 2 % of all in vain.  No restart was counted,
	 * so all of that is the branches'.
	 */
	{ "frontend",
	  { { "cycles", 1e6 },
	    { "slots_frontend_idle", 3000e3 },
	    { "frontend_idle_cycles", 500e3 },
	    { "slots_backend_stalled", 720e3 },
	    { "slots_smt", 0 },
	    { "ops_dispatched", 2280e3 },
	    { "ops_retired", 2160e3 },
	    { "branch_misses", 0 },
	    { "resyncs", 0 },
	    { "no_retire_waiting", 90e3 },
	    { "no_retire_load", 0 } },
	  { { "frontend_bound", 0.5 },
	    { "fetch_latency", 0.5 },
	    { "fetch_bandwidth", 0 },
	    { "backend_bound", 0.12 },
	    { "memory_bound", 0 },
	    { "core_bound", 0.12 },
	    { "bad_speculation", 0.02 },
	    { "branch_mispredicts", 0.02 },
	    { "machine_clears", 0 },
	    { "retiring", 0.36 } } },
	/*
	 * A sum in registers: no slot without an operation, 10 % no room, 90 %
	 * finish.  Never did nothing finish: no part of the 10 % is memory's.
	 */
	{ "compute",
	  { { "cycles", 1e6 },
	    { "slots_frontend_idle", 0 },
	    { "frontend_idle_cycles", 0 },
	    { "slots_backend_stalled", 600e3 },
	    { "slots_smt", 0 },
	    { "ops_dispatched", 5400e3 },
	    { "ops_retired", 5400e3 },
	    { "ops_microcode", 0 },
	    { "branch_misses", 10 },
	    { "resyncs", 0 },
	    { "no_retire_waiting", 0 },
	    { "no_retire_load", 0 } },
	  { { "frontend_bound", 0 },
	    { "fetch_latency", 0 },
	    { "backend_bound", 0.1 },
	    { "memory_bound", 0 },
	    { "core_bound", 0.1 },
	    { "bad_speculation", 0 },
	    { "retiring", 0.9 },
	    { "light_operations", 0.9 } } },
	/*
	 * Branches on random data: of 3,600,000 operations (60 % of the
	 * slots) 2,100,000 are thrown away (35 %).
	 */
	{ "speculation",
	  { { "cycles", 1e6 },
	    { "slots_frontend_idle", 1800e3 },
	    { "slots_backend_stalled", 600e3 },
	    { "slots_smt", 0 },
	    { "ops_dispatched", 3600e3 },
	    { "ops_retired", 1500e3 },
	    { "branch_misses", 60e3 },
	    { "resyncs", 0 } },
	  { { "frontend_bound", 0.3 },
	    { "backend_bound", 0.1 },
	    { "bad_speculation", 0.35 },
	    { "branch_mispredicts", 0.35 },
	    { "retiring", 0.25 } } },
	/*
	 * Counters that stopped a little late: the slots are 3 % too many and
	 * more operations finished than began.  Parts of 6,180,000.
	 */
	{ "a little off",
	  { { "cycles", 1e6 },
	    { "slots_frontend_idle", 618e3 },
	    { "slots_backend_stalled", 3090e3 },
	    { "slots_smt", 0 },
	    { "ops_dispatched", 2470e3 },
	    { "ops_retired", 2472e3 } },
	  { { "frontend_bound", 0.1 },
	    { "backend_bound", 0.5 },
	    { "bad_speculation", 0 },
	    { "retiring", 0.4 },
	    { "slots_accounted", 1.03 } } },
};

static void zen4_parts_its_slots(void **state)
{
	(void)state;
	scene_check("zen4", zen4, ARRAY_LEN(zen4));
}

/*
 * Eight slots per cycle, two threads on the core: of 8,000,000 slots 800,000
 * had no operation (10 %), 1,600,000 no room (20 %), 3,200,000 were the other
 * thread's (40 %), 2,400,000 had an operation, 400,000 of them in vain (5 %).
 * 60,000 cycles without any operation are 480,000 slots (6 %).  A quarter of
 * the restarts were no branch's.  Three quarters of the cycles in which
 * nothing finished waited for a load.
 */
static void zen5_gives_the_other_thread_its_share(void **state)
{
	static const struct cpu_scene scenes[] = { {
		"two threads",
		{ { "cycles", 1e6 },
		  { "slots_frontend_idle", 800e3 },
		  { "frontend_idle_cycles", 60e3 },
		  { "slots_backend_stalled", 1600e3 },
		  { "slots_smt", 3200e3 },
		  { "ops_dispatched", 2400e3 },
		  { "ops_retired", 2000e3 },
		  { "branch_misses", 3000 },
		  { "resyncs", 1000 },
		  { "no_retire_waiting", 400e3 },
		  { "no_retire_load", 300e3 } },
		{ { "frontend_bound", 0.1 },
		  { "fetch_latency", 0.06 },
		  { "fetch_bandwidth", 0.04 },
		  { "backend_bound", 0.2 },
		  { "memory_bound", 0.15 },
		  { "core_bound", 0.05 },
		  { "smt_contention", 0.4 },
		  { "bad_speculation", 0.05 },
		  { "branch_mispredicts", 0.0375 },
		  { "machine_clears", 0.0125 },
		  { "retiring", 0.25 },
		  { "slots_accounted", 1 } },
	} };

	(void)state;
	scene_check("zen5", scenes, ARRAY_LEN(scenes));
}

/*
 * No slots, but cycles: of a million 5 % without an operation, 40 % with a full
 * retire queue.  Misses were under way in 450,000 of them, two at a time, and
 * 3,000 misses took 300 cycles each.  The L3 tells its time in units of 16
 * clocks: 16 * 50,000 for 2,000 misses.  36 GB in 2 s on all channels.
 */
static void zen2_and_3_count_cycles(void **state)
{
	static const struct cpu_scene scenes[] = { {
		"memory",
		{ { "cycles", 1e6 },
		  { "stalled_cycles_frontend", 50e3 },
		  { "retire_queue_full", 400e3 },
		  { "load_queue_full", 30e3 },
		  { "store_queue_full", 0 },
		  { "misses_in_flight", 900e3 },
		  { "miss_cycles", 450e3 },
		  { "miss_starts", 3000 },
		  { "l3_miss_wait", 50e3 },
		  { "l3_miss_request", 2000 },
		  { "dram_channel_0_bytes", 1e9 },
		  { "dram_channel_1_bytes", 2e9 },
		  { "dram_channel_2_bytes", 3e9 },
		  { "dram_channel_3_bytes", 4e9 },
		  { "dram_channel_4_bytes", 5e9 },
		  { "dram_channel_5_bytes", 6e9 },
		  { "dram_channel_6_bytes", 7e9 },
		  { "dram_channel_7_bytes", 8e9 },
		  { "wall", 2 } },
		{ { "frontend_stalled", 0.05 },
		  { "retire_queue_stalls", 0.4 },
		  { "load_queue_stalls", 0.03 },
		  { "store_queue_stalls", 0 },
		  { "mlp", 2 },
		  { "load_miss_latency", 300 },
		  { "l3_miss_latency", 400 },
		  { "dram_bandwidth", 18e9 } },
	} };

	(void)state;
	scene_check("zen3", scenes, ARRAY_LEN(scenes));
	scene_check_no_slots("zen2");
	scene_check_no_slots("zen3");
}

/*
 * In 2 s and a million instructions: 1,000 of 100,000 accesses to data walked
 * pages; 8,000 demand fills came from beyond L2, 2,000 of them from beyond L3;
 * 1,000,000 lines of 64 bytes came from memory, the controllers read 200 MB
 * and wrote 100 MB.  400,000 of 1,000,000 operations came from the op cache.
 */
static void zen4_counts_misses_and_traffic(void **state)
{
	static const struct cpu_scene scenes[] = { {
		"traffic",
		{ { "cycles", 2e6 },
		  { "instructions", 1e6 },
		  { "wall", 2 },
		  { "dtlb_load_walk", 1000 },
		  { "l1d_access", 100e3 },
		  { "itlb_walk", 500 },
		  { "l1_load_miss", 20e3 },
		  { "l2_load_miss", 8000 },
		  { "l3_load_miss", 2000 },
		  { "l1_fill_dram", 1e6 },
		  { "dram_read_bytes", 200e6 },
		  { "dram_write_bytes", 100e6 },
		  { "ops_dispatched", 1e6 },
		  { "ops_op_cache", 400e3 },
		  { "ops_decoder", 600e3 },
		  { "flops", 6e6 },
		  { "fp_ops", 2e6 },
		  { "fp_vector_ops", 1.5e6 },
		  { "divider_busy", 100e3 },
		  { "l3_miss_wait", 80e3 },
		  { "l3_miss_request", 2000 } },
		{ { "dtlb_walk_mpki", 1 },
		  { "dtlb_walk_rate", 0.01 },
		  { "itlb_walk_mpki", 0.5 },
		  { "l1_load_mpki", 20 },
		  { "l2_load_mpki", 8 },
		  { "l3_mpki", 2 },
		  { "l3_hit_rate", 0.75 },
		  { "miss_bandwidth", 32e6 },
		  { "dram_bandwidth", 150e6 },
		  { "dram_read_bandwidth", 100e6 },
		  { "uop_cache_share", 0.4 },
		  { "decoder_share", 0.6 },
		  { "flops_rate", 3e6 },
		  { "flops_per_cycle", 3 },
		  { "vector_share", 0.75 },
		  { "divider", 0.05 },
		  { "l3_miss_latency", 400 } },
	} };

	(void)state;
	scene_check("zen4", scenes, ARRAY_LEN(scenes));
}

/* No more slots than there are, the rest at random. */
static struct cpu_scene any_scene(uint64_t *seed)
{
	double cycles = 1 + scene_random(seed, 1e6);
	double slots = 6 * cycles;
	double front = scene_random(seed, slots);
	double back = scene_random(seed, slots - front);
	double smt = scene_random(seed, slots - front - back);
	double ops = slots - front - back - smt;
	return (struct cpu_scene){
		"any",
		{
			{ "cycles", cycles },
			{ "slots_frontend_idle", front },
			{ "slots_backend_stalled", back },
			{ "slots_smt", smt },
			{ "ops_dispatched", ops },
			{ "ops_retired", scene_random(seed, 1.1 * ops) },
			{ "ops_microcode", scene_random(seed, ops) },
			{ "frontend_idle_cycles", scene_random(seed, cycles) },
			{ "branch_misses", scene_random(seed, cycles) },
			{ "resyncs", scene_random(seed, 10) },
			{ "no_retire_waiting", scene_random(seed, cycles) },
			{ "no_retire_load", scene_random(seed, cycles) },
		},
		{ { NULL, 0 } },
	};
}

static void parts_add_up_whatever_was_counted(void **state)
{
	static const char *const names[] = { "zen4", "zen5" };
	static const char *const level1[] = {
		"frontend_bound", "bad_speculation", "backend_bound",
		"smt_contention", "retiring",        NULL
	};
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

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(zen4_parts_its_slots),
		cmocka_unit_test(zen5_gives_the_other_thread_its_share),
		cmocka_unit_test(zen2_and_3_count_cycles),
		cmocka_unit_test(zen4_counts_misses_and_traffic),
		cmocka_unit_test(parts_add_up_whatever_was_counted),
	};

	/* the tree's own files, not those of who runs this */
	setenv("XDG_CONFIG_HOME", "/nonexistent", 1);
	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
