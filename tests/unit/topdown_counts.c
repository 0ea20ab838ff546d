/* Counts for topdown_test.c; see topdown_counts.h. */
#include "topdown_counts.h"

#include <math.h>
#include <stdint.h>
#include <string.h>

/* ---- random, but the same for one name of one seed ---- */

static uint64_t hash(unsigned seed, const char *name)
{
	uint64_t h = UINT64_C(14695981039346656037) ^ seed;

	for (const char *p = name; *p; p++)
		h = (h ^ (unsigned char)*p) * UINT64_C(1099511628211);
	/* names differ in their last letters: spread them over all bits */
	for (int i = 0; i < 3; i++)
		h = (h ^ h >> 29) * UINT64_C(0xbf58476d1ce4e5b9);
	return h ^ h >> 32;
}

/* 0 to 1 */
static double part(unsigned seed, const char *name)
{
	return (double)(hash(seed, name) >> 11) / 9007199254740992.0;
}

static double any_of(const struct counts *c, const char *name)
{
	uint64_t h = hash(c->seed + 7, name);

	if (h % 8 == 0)
		return 0;
	return floor(part(c->seed, name) * pow(10, (double)(h % 13)));
}

/* ---- one run ---- */

/* @name is at most @factor times what is in @of and not in @without. */
static const struct {
	const char *name;
	double factor;
	const char *of, *without;
} relations[] = {
	{ "instructions", 4, "cycles", NULL },
	{ "branches", 1, "instructions", NULL },
	{ "branch_misses", 1, "branches", NULL },
	{ "ref_xclk", 1, "cycles", NULL },
	{ "one_thread_active", 1, "ref_xclk", NULL },
	{ "topdown_slots", 6, "cycles", NULL },
	{ "topdown_retiring", 1, "topdown_slots", NULL },
	{ "topdown_fe_bound", 1, "topdown_slots", NULL },
	{ "topdown_be_bound", 1, "topdown_slots", NULL },
	{ "topdown_heavy_ops", 1, "topdown_retiring", NULL },
	{ "topdown_br_mispredict", 1, "topdown_slots", NULL },
	{ "topdown_fetch_lat", 1, "topdown_fe_bound", NULL },
	{ "topdown_mem_bound", 1, "topdown_be_bound", NULL },
	{ "uop_dropping", 0.05, "topdown_slots", NULL },
	{ "stalls_total", 1, "cycles", NULL },
	{ "stalls_mem_any", 1, "stalls_total", NULL },
	{ "stalls_l1d_miss", 1, "stalls_mem_any", NULL },
	{ "stalls_l2_miss", 1, "stalls_l1d_miss", NULL },
	{ "stalls_l3_miss", 1, "stalls_l2_miss", NULL },
	{ "bound_on_stores", 1, "stalls_total", "stalls_mem_any" },
	{ "exec_no_port", 0.5, "stalls_total", "stalls_mem_any" },
	{ "rs_empty_resource", 0.5, "cycles", NULL },
	{ "exec_one_port", 0.5, "cycles", "stalls_total" },
	{ "exec_two_ports", 0.5, "cycles", "stalls_total" },
	{ "exec_two_three_ports", 0.5, "cycles", "stalls_total" },
	{ "divider_active", 1, "cycles", NULL },
	{ "data_reads_1", 1, "cycles", NULL },
	{ "data_reads_many", 1, "data_reads_1", NULL },
	{ "l1_load_miss", 0.5, "instructions", NULL },
	{ "l2_load_hit", 1, "l1_load_miss", NULL },
	{ "l2_load_miss", 1, "l1_load_miss", NULL },
	{ "l3_load_miss", 1, "l2_load_miss", NULL },
	{ "l1_miss_pending_cycles", 1, "cycles", NULL },
	{ "l1_miss_pending", 48, "l1_miss_pending_cycles", NULL },
	{ "unknown_branch", 0.05, "cycles", NULL },
	{ "icache_stall_periods", 0.1, "cycles", NULL },
	{ "atom_fe_bound", 5, "cycles", NULL },
	{ "atom_be_bound", 5, "cycles", NULL },
	{ "atom_retiring", 5, "cycles", NULL },
	{ "atom_microcode_uops", 1, "atom_retiring", NULL },
	{ "atom_stalls_l2_hit", 1, "atom_stalls_load", NULL },
	{ "atom_stalls_l3_hit", 1, "atom_stalls_load", NULL },
	{ "atom_stalls_dram", 1, "atom_stalls_load", NULL },
	{ "atom_block_stores", 1, "atom_block_all", NULL },
	{ "atom_l2_load_miss", 1, "atom_l1_load_miss", NULL },
	{ "atom_l3_load_miss", 1, "atom_l2_load_miss", NULL },
};
#define NRELATIONS (sizeof(relations) / sizeof(relations[0]))

static double plausible(const struct counts *c, const char *name)
{
	double most;

	if (!strcmp(name, "cycles"))
		return 1e6 + floor(1e9 * part(c->seed, name));
	for (size_t i = 0; i < NRELATIONS; i++) {
		if (strcmp(relations[i].name, name) != 0)
			continue;
		most = counts_get(c, relations[i].of);
		if (relations[i].without)
			most -= counts_get(c, relations[i].without);
		return floor(part(c->seed, name) * relations[i].factor * most);
	}
	/* most are cycles of one kind, of which there are some */
	return floor(part(c->seed, name) * counts_get(c, "cycles") / 4);
}

static double known(const struct counts *c, const char *name)
{
	for (const struct known_value *v = c->known; v->name; v++)
		if (!strcmp(v->name, name))
			return v->number;
	return 0;
}

void counts_any(struct counts *ret, unsigned seed)
{
	*ret = (struct counts){ .seed = seed, .kind = COUNTS_ANY };
}

void counts_plausible(struct counts *ret, unsigned seed)
{
	*ret = (struct counts){ .seed = seed, .kind = COUNTS_PLAUSIBLE };
}

void counts_of(struct counts *ret, const struct known_value *values)
{
	*ret = (struct counts){ .kind = COUNTS_KNOWN, .known = values };
}

double counts_get(const struct counts *c, const char *name)
{
	if (c->kind == COUNTS_KNOWN)
		return known(c, name);
	if (!strcmp(name, "smt_on"))
		return c->seed & 1;
	return c->kind == COUNTS_ANY ? any_of(c, name) : plausible(c, name);
}

/* ---- worked out by hand ---- */

/*
 * Skylake, one thread per core: 1000 cycles are 4000 slots.
 * 400 of them without operations ready; 60 cycles with none at all.
 * 2400 started, 2000 finished, and 50 cycles to clear: 400/4000 + 50/1000.
 * 250 of 400 + 75 + 0.5 * 150 + 50 waiting cycles are for memory.
 * L2: 20 * (1 + 20/40) = 30 of 30 + 10 is its part of 50 cycles.
 */
static const struct known_value skx_alone[] = {
	{ "cycles", 1000 },
	{ "instructions", 1900 },
	{ "uops_not_delivered", 400 },
	{ "no_uops_delivered", 60 },
	{ "uops_issued", 2400 },
	{ "retire_slots", 2000 },
	{ "recovery_cycles", 50 },
	{ "macro_fused", 100 },
	{ "branch_mispredicts_retired", 30 },
	{ "machine_clears_count", 10 },
	{ "stalls_total", 400 },
	{ "stalls_mem_any", 200 },
	{ "stalls_l1d_miss", 150 },
	{ "stalls_l2_miss", 100 },
	{ "stalls_l3_miss", 60 },
	{ "bound_on_stores", 50 },
	{ "exec_no_port", 100 },
	{ "exec_one_port", 75 },
	{ "exec_two_ports", 150 },
	{ "divider_active", 30 },
	{ "data_reads_1", 300 },
	{ "data_reads_many", 100 },
	{ "l1_load_miss", 40 },
	{ "l2_load_hit", 20 },
	{ "load_fill_buffer_hit", 20 },
	{ "fill_buffers_full", 10 },
	{ "l1_miss_pending", 6000 },
	{ "l1_miss_pending_cycles", 500 },
	{ "icache_stall_cycles", 30 },
	{ "icache_stall_periods", 5 },
	{ "clear_resteer_cycles", 11 },
	{ "unknown_branch", 1 },
	{ NULL, 0 },
};
static const struct known_value of_skx_alone[] = {
	{ "frontend_bound", 0.1 },
	{ "bad_speculation", 0.15 },
	{ "backend_bound", 0.25 },
	{ "retiring", 0.5 },
	{ "fetch_latency", 0.06 },
	{ "fetch_bandwidth", 0.04 },
	{ "branch_mispredicts", 0.1125 },
	{ "machine_clears", 0.0375 },
	{ "memory_bound", 0.25 * 250 / 600 },
	{ "core_bound", 0.25 * 350 / 600 },
	{ "heavy_operations", 0.05 },
	{ "light_operations", 0.45 },
	{ "l1_bound", 0.05 },
	{ "l2_bound", 0.0375 },
	{ "l3_bound", 0.04 },
	{ "dram_bound", 0.0725 },
	{ "store_bound", 0.05 },
	{ "memory_bandwidth_bound", 0.1 },
	{ "memory_latency_bound", 0.2 },
	{ "divider", 0.03 },
	{ "ports_utilization", 0.25 },
	{ "load_miss_latency", 100 },
	{ "mlp", 12 },
	{ "icache_stall_share", 0.04 },
	{ "resteer_share", 0.02 },
	{ NULL, 0 },
};

/*
 * The other thread ran in 40 of 100 reference cycles: 600 cycles alone and half
 * of 400 are 800, or 3200 slots.
 */
static const struct known_value skx_shared[] = {
	{ "smt_on", 1 },
	{ "cycles", 1000 },
	{ "ref_xclk", 100 },
	{ "one_thread_active", 60 },
	{ "uops_issued", 1920 },
	{ "uops_not_delivered", 320 },
	{ "retire_slots", 1600 },
	{ "recovery_cycles", 50 },
	{ NULL, 0 },
};
static const struct known_value of_skx_shared[] = {
	{ "core_cycles", 800 },
	{ "core_slots", 3200 },
	{ "frontend_bound", 0.1 },
	{ "bad_speculation", 0.15 },
	{ "backend_bound", 0.25 },
	{ "retiring", 0.5 },
	{ NULL, 0 },
};

/*
 * Ice Lake: the frontend's 1000 of 5000 slots have 50 dropped operations in
 * them, the backend lacks 5 for each of 20 clears.  Heavy: of 100 operations
 * from microcode 2000 in 2500 finish; 20 of 400 decoded ones are long.
 */
static const struct known_value icx[] = {
	{ "cycles", 1000 },
	{ "topdown_slots", 5000 },
	{ "topdown_retiring", 2000 },
	{ "topdown_fe_bound", 1000 },
	{ "topdown_be_bound", 1500 },
	{ "uop_dropping", 50 },
	{ "clears_count", 20 },
	{ "no_uops_delivered", 150 },
	{ "retire_slots", 2000 },
	{ "uops_issued", 2500 },
	{ "uops_from_microcode", 100 },
	{ "uops_from_decoders", 400 },
	{ "decoded_by_first", 60 },
	{ "decoded_by_first_cycles", 40 },
	{ NULL, 0 },
};
static const struct known_value of_icx[] = {
	{ "frontend_bound", 0.19 },    { "bad_speculation", 0.09 },
	{ "backend_bound", 0.32 },     { "retiring", 0.4 },
	{ "fetch_latency", 0.14 },     { "fetch_bandwidth", 0.05 },
	{ "heavy_operations", 0.036 }, { "light_operations", 0.364 },
	{ "microcode_share", 0.2 },    { NULL, 0 },
};

/* Golden Cove counts level 2, too; 60 of 6000 slots are dropped operations. */
static const struct known_value spr[] = {
	{ "cycles", 1000 },
	{ "wall", 0.5 },
	{ "peak_bandwidth", 12e9 },
	{ "topdown_slots", 6000 },
	{ "topdown_retiring", 3000 },
	{ "topdown_fe_bound", 1200 },
	{ "topdown_be_bound", 1200 },
	{ "topdown_heavy_ops", 600 },
	{ "topdown_br_mispredict", 540 },
	{ "topdown_fetch_lat", 660 },
	{ "topdown_mem_bound", 900 },
	{ "uop_dropping", 60 },
	{ "stalls_total", 400 },
	{ "stalls_mem_any", 200 },
	{ "stalls_l1d_miss", 150 },
	{ "stalls_l2_miss", 100 },
	{ "stalls_l3_miss", 60 },
	{ "divider_active", 100 },
	{ "exec_no_port", 30 },
	{ "rs_empty_resource", 40 },
	{ "scoreboard_stalls", 20 },
	{ "exec_one_port", 50 },
	{ "exec_two_three_ports", 100 },
	{ "l1_miss_pending", 5000 },
	{ "l1_miss_completed", 50 },
	{ "fp_scalar", 10 },
	{ "fp_two", 20 },
	{ "fp_four", 30 },
	{ "fp_eight", 40 },
	{ "fp_sixteen", 50 },
	{ "fp_vector", 140 },
	{ "dram_read_bytes", 1e9 },
	{ "dram_write_bytes", 5e8 },
	{ NULL, 0 },
};
static const struct known_value of_spr[] = {
	{ "frontend_bound", 0.19 },
	{ "bad_speculation", 0.11 },
	{ "backend_bound", 0.2 },
	{ "retiring", 0.5 },
	{ "fetch_latency", 0.1 },
	{ "fetch_bandwidth", 0.09 },
	{ "branch_mispredicts", 0.09 },
	{ "machine_clears", 0.02 },
	{ "memory_bound", 0.15 },
	{ "core_bound", 0.05 },
	{ "heavy_operations", 0.1 },
	{ "light_operations", 0.4 },
	{ "l1_bound", 0.05 },
	{ "l2_bound", 0.05 },
	{ "l3_bound", 0.04 },
	{ "dram_bound", 0.06 },
	/* (50 + 0.5 * 100 + (30 + 20) * (400 - 200) / 1000) / 1000 */
	{ "ports_utilization", 0.11 },
	{ "load_miss_latency", 100 },
	{ "flops", 1290 },
	{ "flops_rate", 2580 },
	{ "flops_per_cycle", 1.29 },
	{ "vector_share", 14.0 / 15 },
	{ "dram_bandwidth", 3e9 },
	{ "dram_bandwidth_use", 0.25 },
	{ NULL, 0 },
};

/* Granite Rapids: two schedulers, and idle ports told in one event. */
static const struct known_value gnr[] = {
	{ "cycles", 1000 },
	{ "wall", 0.5 },
	{ "topdown_slots", 6000 },
	{ "topdown_retiring", 3000 },
	{ "topdown_fe_bound", 1200 },
	{ "topdown_be_bound", 1200 },
	{ "stalls_total", 400 },
	{ "stalls_mem_any", 200 },
	{ "divider_active", 100 },
	{ "exec_no_port", 30 },
	{ "scoreboard_stalls", 20 },
	{ "exec_one_port", 50 },
	{ "exec_two_three_ports", 100 },
	{ "dram_read_bytes_0", 1e9 },
	{ "dram_read_bytes_1", 1e9 },
	{ "dram_write_bytes_0", 5e8 },
	{ "dram_write_bytes_1", 1e9 },
	{ NULL, 0 },
};
static const struct known_value of_gnr[] = {
	{ "ports_utilization", 0.11 },
	{ "dram_read_bandwidth", 4e9 },
	{ "dram_write_bandwidth", 3e9 },
	{ "dram_bandwidth", 7e9 },
	{ NULL, 0 },
};

/*
 * An E core: 1000 cycles are 5000 slots.  Stores: a tenth of the slots had no
 * room in the queue, in half of those cycles for stores.  Loads: 80 of 100
 * cycles held up finishing.
 */
static const struct known_value atom[] = {
	{ "cycles", 1000 },
	{ "instructions", 2000 },
	{ "atom_fe_bound", 1000 },
	{ "atom_retiring", 2000 },
	{ "atom_be_bound", 1500 },
	{ "atom_fetch_latency", 600 },
	{ "atom_mispredict", 300 },
	{ "atom_microcode_uops", 200 },
	{ "atom_load_head_any", 150 },
	{ "atom_mem_scheduler", 500 },
	{ "atom_block_stores", 30 },
	{ "atom_block_all", 60 },
	{ "atom_stalls_load", 100 },
	{ "atom_load_head_l1_miss", 80 },
	{ "atom_stalls_l2_hit", 25 },
	{ "atom_stalls_l3_hit", 50 },
	{ "atom_stalls_dram", 25 },
	{ "atom_l3_load_miss", 4 },
	{ NULL, 0 },
};
static const struct known_value of_atom[] = {
	{ "frontend_bound", 0.2 },
	{ "bad_speculation", 0.1 },
	{ "backend_bound", 0.3 },
	{ "retiring", 0.4 },
	{ "fetch_latency", 0.12 },
	{ "fetch_bandwidth", 0.08 },
	{ "branch_mispredicts", 0.06 },
	{ "machine_clears", 0.04 },
	{ "store_bound", 0.05 },
	{ "memory_bound", 0.2 },
	{ "core_bound", 0.1 },
	{ "heavy_operations", 0.04 },
	{ "light_operations", 0.36 },
	{ "l2_bound", 0.02 },
	{ "l3_bound", 0.04 },
	{ "dram_bound", 0.02 },
	{ "l3_mpki", 2 },
	{ NULL, 0 },
};

const struct known known_runs[] = {
	{ "one thread per core", 0x55, NULL, skx_alone, of_skx_alone },
	{ "two threads per core", 0x55, NULL, skx_shared, of_skx_shared },
	{ "slots that are counted", 0x6a, NULL, icx, of_icx },
	{ "level 2 that is counted", 0x8f, NULL, spr, of_spr },
	{ "as its predecessor", 0xcf, NULL, spr, of_spr },
	{ "two schedulers", 0xad, NULL, gnr, of_gnr },
	{ "E cores", 0x97, "cpu_atom", atom, of_atom },
	{ NULL, 0, NULL, NULL, NULL },
};
