/* The tree's own rules over numbers whose verdict is worked out by hand. */
#include "analyze/verdict.h"

#include "base/auto.h"
#include "base/xalloc.h"

#include "unit.h"
#include "world.h"

#include <math.h>
#include <string.h>

static bool says(char *const *list, size_t n, const char *part)
{
	for (size_t i = 0; i < n; i++)
		if (strstr(list[i], part))
			return true;
	return false;
}

/* One row: numbers, and what must come out. */
struct row {
	const char *what, *numbers;
	enum verdict_class class;
	const char *kind; /* NULL: none */
	double share;     /* negative: none */
};

static void check_rows(const struct row *rows, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		const struct row *r = &rows[i];
		AUTO(verdict_done) struct verdict v = judge(r->numbers);
		bool same_kind = !r->kind == !v.kind &&
				 (!v.kind || !strcmp(r->kind, v.kind));

		if (v.class != r->class || !same_kind ||
		    v.has_share != (r->share >= 0.0) ||
		    (v.has_share && fabs(v.share - r->share) > 1e-9))
			fail_msg("%s: %s (%s), share %g: %s", r->what,
				 verdict_class_name(v.class),
				 v.kind ? v.kind : "none", v.share, v.headline);
		assert_true(v.present);
		assert_true(*v.headline && *v.trust);
		assert_true(v.confidence >= 0.0 && v.confidence <= 1.0);
	}
}

/* The sentences and numbers of the example, as a person gets to see them. */
static void a_pointer_chase_is_bound_by_the_latency_of_dram(void **state)
{
	/*
	 * Intel: 6 slots per cycle. Backend 68 % of slots, 61 % for memory,
	 * 7 % for the core; retiring 22, frontend 6, speculation 4: sum 100.
	 * 3.1 of 180 GB/s is 1.7 %, below 40 %: latency.
	 */
	AUTO(verdict_done)
	struct verdict v =
		judge(BUSY "retiring=0.22 frontend_bound=0.06 "
			   "bad_speculation=0.04 backend_bound=0.68 "
			   "memory_bound=0.61 core_bound=0.07 l1_bound=0.02 "
			   "l2_bound=0.01 l3_bound=0.03 dram_bound=0.55 "
			   "store_bound=0 l3_mpki=12.3 dram_bandwidth=3.1e9 "
			   "peak_bandwidth=180e9 ipc=0.31");

	(void)state;
	assert_int_equal(v.class, VERDICT_MEMORY);
	assert_string_equal(v.kind, "DRAM latency");
	assert_string_equal(v.headline,
			    "61 % of pipeline slots wait for memory");
	assert_true(fabs(v.share - 0.61) < 1e-9);
	assert_int_equal(v.nbecause, 5);
	assert_string_equal(v.because[0], "backend-bound 68 %");
	assert_string_equal(v.because[1], "of it memory 61 %");
	assert_string_equal(v.because[2],
			    "12.3 L3 misses per 1000 instructions");
	assert_string_equal(v.because[3], "55 % of cycles wait for DRAM");
	assert_string_equal(v.because[4],
			    "3.1 GB/s is far below this machine's 180 GB/s, "
			    "so latency, not bandwidth");
	assert_string_equal(v.next[0], "tacho stat -M memory -- ./prog");
	assert_true(fabs(v.confidence - 0.9) < 1e-9);
	assert_string_equal(verdict_confidence_word(&v), "high");
	assert_false(v.estimate);
}

static void the_pipeline_is_judged_by_its_largest_part(void **state)
{
	static const struct row rows[] = {
		/* 120 of 180 GB/s is 67 %, above 65 %: bandwidth */
		{ "Intel, stream copy",
		  BUSY "retiring=0.2 frontend_bound=0.02 bad_speculation=0 "
		       "backend_bound=0.78 memory_bound=0.7 core_bound=0.08 "
		       "dram_bound=0.6 l3_mpki=40 dram_bandwidth=120e9 "
		       "peak_bandwidth=180e9",
		  VERDICT_MEMORY, "DRAM bandwidth", 0.7 },
		/* 90 of 180 is between the two limits: DRAM, which of both is
		   open */
		{ "Intel, half the bandwidth",
		  BUSY "retiring=0.2 frontend_bound=0.02 bad_speculation=0 "
		       "backend_bound=0.78 memory_bound=0.7 core_bound=0.08 "
		       "dram_bound=0.6 dram_bandwidth=90e9 "
		       "peak_bandwidth=180e9",
		  VERDICT_MEMORY, "DRAM", 0.7 },
		/* cycles with many misses in flight 50 %, few 15 %: 15/50 is
		   below 0.8 */
		{ "Intel, no uncore counters",
		  BUSY "retiring=0.2 frontend_bound=0.02 bad_speculation=0 "
		       "backend_bound=0.78 memory_bound=0.7 core_bound=0.08 "
		       "dram_bound=0.6 memory_bandwidth_bound=0.5 "
		       "memory_latency_bound=0.15",
		  VERDICT_MEMORY, "DRAM bandwidth", 0.7 },
		{ "Intel, no calibration",
		  BUSY "retiring=0.2 frontend_bound=0.02 bad_speculation=0 "
		       "backend_bound=0.78 memory_bound=0.7 core_bound=0.08 "
		       "dram_bound=0.6 memory_bandwidth_bound=0.05 "
		       "memory_latency_bound=0.4 dram_bandwidth=9e9",
		  VERDICT_MEMORY, "DRAM latency", 0.7 },
		{ "Intel, data in L2",
		  BUSY "retiring=0.4 frontend_bound=0.05 bad_speculation=0 "
		       "backend_bound=0.55 memory_bound=0.4 core_bound=0.15 "
		       "l1_bound=0.04 l2_bound=0.3 l3_bound=0.01 "
		       "dram_bound=0.01 store_bound=0.01",
		  VERDICT_MEMORY, "L2", 0.4 },
		/* 28/30 is above 0.8: both */
		{ "Intel, L3 and DRAM alike",
		  BUSY "retiring=0.2 frontend_bound=0.05 bad_speculation=0 "
		       "backend_bound=0.75 memory_bound=0.7 core_bound=0.05 "
		       "l1_bound=0 l2_bound=0 l3_bound=0.3 dram_bound=0.28 "
		       "store_bound=0",
		  VERDICT_MEMORY, "L3 and DRAM", 0.7 },
		{ "Intel, many stores",
		  BUSY "retiring=0.2 frontend_bound=0.05 bad_speculation=0 "
		       "backend_bound=0.75 memory_bound=0.7 core_bound=0.05 "
		       "l1_bound=0.02 l2_bound=0.02 l3_bound=0.02 "
		       "dram_bound=0.05 store_bound=0.5",
		  VERDICT_MEMORY, "stores", 0.7 },
		{ "Intel, divisions",
		  BUSY "retiring=0.3 frontend_bound=0.02 bad_speculation=0 "
		       "backend_bound=0.68 memory_bound=0.03 core_bound=0.65 "
		       "divider=0.6 ports_utilization=0.05",
		  VERDICT_COMPUTE, "divider", 0.65 },
		{ "Intel, dependent adds",
		  BUSY "retiring=0.17 frontend_bound=0.01 bad_speculation=0 "
		       "backend_bound=0.82 memory_bound=0.01 core_bound=0.81 "
		       "divider=0 ports_utilization=0.8",
		  VERDICT_COMPUTE, "execution ports", 0.81 },
		{ "Intel, independent adds",
		  BUSY "retiring=0.92 frontend_bound=0.04 bad_speculation=0 "
		       "backend_bound=0.04 memory_bound=0 core_bound=0.04 "
		       "heavy_operations=0.01 light_operations=0.91",
		  VERDICT_COMPUTE, NULL, 0.92 },
		{ "Intel, microcode",
		  BUSY "retiring=0.62 frontend_bound=0.2 bad_speculation=0.02 "
		       "backend_bound=0.16 heavy_operations=0.4 "
		       "light_operations=0.22",
		  VERDICT_COMPUTE, "heavy operations", 0.62 },
		{ "Intel, much code",
		  BUSY "retiring=0.3 frontend_bound=0.55 bad_speculation=0.05 "
		       "backend_bound=0.1 fetch_latency=0.4 "
		       "fetch_bandwidth=0.15",
		  VERDICT_FRONTEND, "fetch latency", 0.55 },
		{ "Intel, random branches",
		  BUSY "retiring=0.3 frontend_bound=0.2 bad_speculation=0.4 "
		       "backend_bound=0.1 branch_mispredicts=0.38 "
		       "machine_clears=0.02",
		  VERDICT_SPECULATION, "branch mispredictions", 0.4 },
		{ "Intel, memory order",
		  BUSY "retiring=0.3 frontend_bound=0.1 bad_speculation=0.4 "
		       "backend_bound=0.2 branch_mispredicts=0.02 "
		       "machine_clears=0.38",
		  VERDICT_SPECULATION, "machine clears", 0.4 },
		/*
		 * AMD Zen 4: 1e9 cycles are 6e9 slots; no ops 0.6e9 (10 %),
		 * backend stalls 3.9e9 (65 %), dispatched 1.5e9, of these
		 * retired 1.38e9 (23 %): thrown away 0.12e9 (2 %). Of 0.8e9
		 * cycles without retiring 0.7e9 wait for loads: memory is
		 * 0.65 x 0.875 = 56.9 %, core 8.1 %. 1.2e9 instructions, IPC
		 * 1.2, 8 L3 misses per 1000: 300 x 8 x 1.2 / 1000 is 2.9 times
		 * the cycles, so they can explain it.
		 */
		{ "AMD, pointer chase",
		  BUSY "retiring=0.23 frontend_bound=0.1 bad_speculation=0.02 "
		       "backend_bound=0.65 smt_contention=0 "
		       "memory_bound=0.56875 core_bound=0.08125 l3_mpki=8 "
		       "ipc=1.2",
		  VERDICT_MEMORY, "DRAM, likely", 0.56875 },
		/* 0.1 misses: 300 x 0.1 x 1.2 / 1000 = 3.6 % of the cycles */
		{ "AMD, data in L3",
		  BUSY "retiring=0.23 frontend_bound=0.1 bad_speculation=0.02 "
		       "backend_bound=0.65 smt_contention=0 "
		       "memory_bound=0.56875 core_bound=0.08125 l3_mpki=0.1 "
		       "ipc=1.2",
		  VERDICT_MEMORY, "caches", 0.56875 },
		{ "AMD, the other thread",
		  BUSY "retiring=0.3 frontend_bound=0.1 bad_speculation=0.02 "
		       "backend_bound=0.15 smt_contention=0.43",
		  VERDICT_BLOCKED, "the other thread of the core", 0.43 },
		/* nothing above its threshold, and not half retired */
		{ "AMD, nothing stands out",
		  BUSY "retiring=0.44 frontend_bound=0.14 bad_speculation=0.13 "
		       "backend_bound=0.19 smt_contention=0.1",
		  VERDICT_MIXED, "nothing stands out", 0.44 },
		/*
		 * Neoverse N2: level 1 only. IPC 0.5, 20 misses: 300 x 20 x
		 * 0.5 / 1000 = 3 times the cycles.
		 */
		{ "Arm N2, misses",
		  BUSY "retiring=0.15 frontend_bound=0.05 bad_speculation=0.02 "
		       "backend_bound=0.78 llc_mpki=20 ipc=0.5",
		  VERDICT_MEMORY, "likely", 0.78 },
		/* 300 x 0.1 x 0.5 / 1000 = 1.5 %: not by misses */
		{ "Arm N2, no misses",
		  BUSY "retiring=0.15 frontend_bound=0.05 bad_speculation=0.02 "
		       "backend_bound=0.78 llc_mpki=0.1 ipc=0.5",
		  VERDICT_UNKNOWN, "memory or execution units", 0.78 },
		/* Neoverse N1: cycles. 5 + 70: 25 % left */
		{ "Arm N1, misses",
		  BUSY "frontend_stalled=0.05 backend_stalled=0.7 l3_mpki=20 "
		       "ipc=0.5",
		  VERDICT_MEMORY, "likely", 0.7 },
		{ "Arm N1, no misses counted",
		  BUSY "frontend_stalled=0.05 backend_stalled=0.7 ipc=0.5",
		  VERDICT_UNKNOWN, "memory or execution units", 0.7 },
		{ "Arm N1, much code",
		  BUSY "frontend_stalled=0.5 backend_stalled=0.1 ipc=0.9 "
		       "branch_mpki=1",
		  VERDICT_FRONTEND, NULL, 0.5 },
		/* 15 x 30 x 0.9 / 1000 = 40 % of cycles, of 50: above half */
		{ "Arm N1, random branches",
		  BUSY "frontend_stalled=0.5 backend_stalled=0.1 ipc=0.9 "
		       "branch_mpki=30",
		  VERDICT_SPECULATION, "likely", 0.5 },
		{ "Arm N1, computing",
		  BUSY "frontend_stalled=0.03 backend_stalled=0.07 ipc=3",
		  VERDICT_COMPUTE, NULL, 0.9 },
	};

	(void)state;
	check_rows(rows, ARRAY_LEN(rows));
}

static void two_causes_of_a_size_are_mixed(void **state)
{
	static const struct row rows[] = {
		/* 30 and 27: 0.9 */
		{ "memory and front end",
		  BUSY "retiring=0.35 frontend_bound=0.27 bad_speculation=0.05 "
		       "backend_bound=0.33 memory_bound=0.3 core_bound=0.03",
		  VERDICT_MIXED, "frontend-bound and memory-bound", 0.3 },
		/* 0.33 against 0.26: 0.79, too far apart */
		{ "memory before front end",
		  BUSY "retiring=0.36 frontend_bound=0.26 bad_speculation=0.05 "
		       "backend_bound=0.33 memory_bound=0.3 core_bound=0.03",
		  VERDICT_MEMORY, "cache or memory", 0.3 },
		/* 35 and 30 of a backend of 65 */
		{ "memory and execution",
		  BUSY "retiring=0.3 frontend_bound=0.03 bad_speculation=0.02 "
		       "backend_bound=0.65 memory_bound=0.35 core_bound=0.3",
		  VERDICT_MIXED, "memory-bound and compute-bound", 0.35 },
	};

	(void)state;
	check_rows(rows, ARRAY_LEN(rows));
}

static void a_part_counts_only_below_its_parent(void **state)
{
	static const struct row rows[] = {
		/* memory 21 %, but the backend only 20: not above 20 */
		{ "at the border",
		  BUSY "retiring=0.6 frontend_bound=0.1 bad_speculation=0.1 "
		       "backend_bound=0.2 memory_bound=0.21",
		  VERDICT_COMPUTE, NULL, 0.6 },
		{ "above it, but less than half",
		  BUSY "retiring=0.5 frontend_bound=0.1 bad_speculation=0.1 "
		       "backend_bound=0.3 memory_bound=0.21 core_bound=0.09",
		  VERDICT_MEMORY, "cache or memory", 0.21 },
		/* DRAM 50 % of cycles, but memory 5 % of slots */
		{ "DRAM without memory",
		  BUSY "retiring=0.3 frontend_bound=0.1 bad_speculation=0.1 "
		       "backend_bound=0.5 memory_bound=0.05 core_bound=0.45 "
		       "dram_bound=0.5",
		  VERDICT_COMPUTE, "execution units", 0.45 },
		{ "fetch latency without the front end",
		  BUSY "retiring=0.8 frontend_bound=0.12 bad_speculation=0.02 "
		       "backend_bound=0.06 fetch_latency=0.12",
		  VERDICT_COMPUTE, NULL, 0.8 },
	};

	(void)state;
	check_rows(rows, ARRAY_LEN(rows));
}

/* Whatever the four parts are: there is an answer, and it is one of them. */
static void every_split_of_the_slots_has_a_verdict(void **state)
{
	(void)state;
	for (int fe = 0; fe <= 20; fe++)
		for (int bad = 0; fe + bad <= 20; bad++)
			for (int be = 0; fe + bad + be <= 20; be++) {
				AUTO_FREE char *text = xasprintf(
					BUSY "retiring=%g frontend_bound=%g "
					     "bad_speculation=%g "
					     "backend_bound=%g",
					(20 - fe - bad - be) / 20.0, fe / 20.0,
					bad / 20.0, be / 20.0);
				AUTO(verdict_done)
				struct verdict v = judge(text);

				assert_true(v.has_share);
				if (v.class == VERDICT_UNKNOWN)
					assert_string_equal(
						v.kind,
						"memory or execution units");
			}
}

static void waiting_is_judged_first(void **state)
{
	static const struct row rows[] = {
		/* FACTS of a machine without a PMU: sleep, 40 times */
		{ "sleep",
		  "wall=0.404 cpu_time=0.0012 sys_time=0.0012 "
		  "run_wait=0.00026 voluntary_switches=41 "
		  "involuntary_switches=0 rusage_minor_faults=19 "
		  "rusage_major_faults=0 blocks_in=0 blocks_out=0",
		  /* 1 - 1.46/404 */
		  VERDICT_BLOCKED, "sleep, locks, network",
		  1.0 - 0.00146 / 0.404 },
		/* 81928 blocks are 10241 pages for 123 waits of 0.2 ms */
		{ "write and fdatasync",
		  "wall=0.0365 cpu_time=0.0117 sys_time=0.0117 "
		  "run_wait=0.0005 voluntary_switches=123 "
		  "involuntary_switches=1 rusage_minor_faults=286 "
		  "rusage_major_faults=0 blocks_in=0 blocks_out=81928",
		  VERDICT_BLOCKED, "I/O", 1.0 - 0.0122 / 0.0365 },
		/* a cold start reads 2000 blocks; the wait is still a sleep:
		   1 s for 20 waits is 50 ms each */
		{ "sleep after a cold start",
		  "wall=1.02 cpu_time=0.01 sys_time=0.005 run_wait=0 "
		  "voluntary_switches=20 involuntary_switches=0 "
		  "rusage_minor_faults=200 rusage_major_faults=5 "
		  "blocks_in=2000 blocks_out=0",
		  VERDICT_BLOCKED, "sleep, locks, network", 1.0 - 0.01 / 1.02 },
		/* 3 pages of the program itself, for 4 waits of 50 ms */
		{ "sleep that was not in memory",
		  "wall=0.2 cpu_time=0.002 sys_time=0.001 run_wait=0 "
		  "voluntary_switches=4 involuntary_switches=0 "
		  "rusage_minor_faults=80 rusage_major_faults=3 "
		  "blocks_in=8 blocks_out=0",
		  VERDICT_BLOCKED, "sleep, locks, network", 1.0 - 0.002 / 0.2 },
		/* one page of it from the disk: 2 waits do not take 0.2 s */
		{ "sleep after a slightly cold start",
		  "wall=0.2025 cpu_time=0.002 sys_time=0 run_wait=0 "
		  "voluntary_switches=2 involuntary_switches=1 "
		  "rusage_minor_faults=105 rusage_major_faults=1 "
		  "blocks_in=40 blocks_out=0",
		  VERDICT_BLOCKED, "sleep, locks, network",
		  1.0 - 0.002 / 0.2025 },
		{ "swapping",
		  "wall=10 cpu_time=1 sys_time=0.5 run_wait=0 "
		  "voluntary_switches=10000 involuntary_switches=10 "
		  "rusage_minor_faults=1000 rusage_major_faults=9000 "
		  "blocks_in=72000 blocks_out=0",
		  VERDICT_BLOCKED, "paging", 0.9 },
		/* half of the time on the CPU, half of it ready */
		{ "two on one CPU",
		  "wall=1 cpu_time=0.5 sys_time=0.01 run_wait=0.49 "
		  "voluntary_switches=1 involuntary_switches=125 "
		  "rusage_minor_faults=100 rusage_major_faults=0 blocks_in=0 "
		  "blocks_out=0",
		  VERDICT_BLOCKED, "no free CPU", 0.49 / 0.99 },
		/* its threads waited 0.59 of the second */
		{ "attached, on a shared CPU",
		  "wall=1 task_clock=400 tasks_time=0.4 run_wait=0.59 "
		  "machine_idle=0 machine_busy=2",
		  VERDICT_BLOCKED, "no free CPU", 0.59 / 0.99 },
		/* the children did it, and nobody knows what they waited */
		{ "attached to a parent, on a full machine",
		  "wall=1 task_clock=400 tasks_time=0.01 run_wait=0 "
		  "machine_idle=0.01 machine_busy=1.99",
		  VERDICT_BLOCKED, "asleep or no free CPU", 0.6 },
		{ "attached to a parent, with a CPU to spare",
		  "wall=1 task_clock=400 tasks_time=0.01 run_wait=0 "
		  "machine_idle=1.5 machine_busy=0.5",
		  VERDICT_BLOCKED, NULL, 0.6 },
		/* they wait for each other: nobody else is there */
		{ "children, with one CPU to themselves",
		  "wall=1 cpu_time=0.3 sys_time=0.01 machine_idle=0.45 "
		  "machine_busy=0.55 voluntary_switches=90 blocks_in=0 "
		  "blocks_out=0 rusage_major_faults=0",
		  VERDICT_BLOCKED, "sleep, locks, network", 0.7 },
		{ "attached to a sleeper",
		  "wall=2 task_clock=10 context_switches=100 page_faults=0",
		  VERDICT_BLOCKED, NULL, 1.0 - 0.005 },
		/* the same without counters */
		{ "an idle machine, by its clock",
		  "wall=1 ncpus=2 task_clock=2000 machine_idle=1.8 "
		  "machine_busy=0.2",
		  VERDICT_BLOCKED, "idle", 0.9 },
		/* 2 CPUs for 1 s at 2 GHz are 4e9 reference cycles */
		{ "an idle machine",
		  "wall=1 ncpus=2 task_clock=2000 ref_cycles=4e8 tsc_hz=2e9 "
		  "retiring=0.9 frontend_bound=0.1 bad_speculation=0 "
		  "backend_bound=0",
		  VERDICT_BLOCKED, "idle", 0.9 },
	};
	AUTO(verdict_done)
	struct verdict efficient =
		judge("wall=1 cpu_time=0.2 sys_time=0.01 run_wait=0 "
		      "voluntary_switches=100 retiring=0.95 "
		      "frontend_bound=0.02 bad_speculation=0.01 "
		      "backend_bound=0.02 ipc=4");

	(void)state;
	check_rows(rows, ARRAY_LEN(rows));
	assert_int_equal(efficient.class, VERDICT_BLOCKED);
	assert_non_null(strstr(efficient.headline, "80 %"));
}

static void half_of_the_time_is_the_border_of_waiting(void **state)
{
	AUTO(verdict_done)
	struct verdict at = judge("wall=1 cpu_time=0.5 sys_time=0.01 "
				  "run_wait=0 ipc=3");
	AUTO(verdict_done)
	struct verdict below = judge("wall=1 cpu_time=0.49 sys_time=0.01 "
				     "run_wait=0 ipc=3");

	(void)state;
	assert_int_equal(at.class, VERDICT_COMPUTE);
	assert_true(says(at.because, at.nbecause, "waited 50 %"));
	assert_int_equal(below.class, VERDICT_BLOCKED);
}

static void the_kernel_is_judged_before_the_pipeline(void **state)
{
	static const struct row rows[] = {
		/* 131091 faults at 0.5 us are 66 ms, a third of 197 */
		{ "first touch of 512 MB",
		  "wall=0.229 cpu_time=0.228 sys_time=0.197 run_wait=0.00026 "
		  "voluntary_switches=1 involuntary_switches=2 "
		  "rusage_minor_faults=131091 rusage_major_faults=0 "
		  "blocks_in=0 blocks_out=0",
		  VERDICT_SYSTEM, "page faults", 0.197 / 0.228 },
		/* 111861 at 0.5 us are 56 ms, too few of 1050; at 10 us 1.1 s */
		{ "first touch in a busy virtual machine",
		  "wall=1.7 cpu_time=1.18 sys_time=1.05 run_wait=0.4 "
		  "voluntary_switches=1 involuntary_switches=200 "
		  "rusage_minor_faults=111861 rusage_major_faults=0 "
		  "blocks_in=0 blocks_out=0",
		  VERDICT_SYSTEM, "page faults, likely", 1.05 / 1.18 },
		/* 100 faults at 10 us are 1 ms of 700 */
		{ "many small writes",
		  BUSY "sys_time=0.7 retiring=0.2 frontend_bound=0.1 "
		       "bad_speculation=0.1 backend_bound=0.6",
		  VERDICT_SYSTEM, "system calls, likely", 0.7 / 0.99 },
		/* in between, nothing is said of what it is */
		{ "some faults", BUSY "sys_time=0.7 rusage_minor_faults=10000",
		  VERDICT_SYSTEM, NULL, 0.7 / 0.99 },
	};

	(void)state;
	check_rows(rows, ARRAY_LEN(rows));
}

static void rules_of_thumb_say_that_they_are(void **state)
{
	static const struct row rows[] = {
		{ "below 1", BUSY "ipc=0.6", VERDICT_MEMORY, "rule of thumb",
		  -1.0 },
		/* 300 x 10 x 0.6 / 1000 = 1.8 */
		{ "below 1 with misses", BUSY "ipc=0.6 cache_mpki=10",
		  VERDICT_MEMORY, "rule of thumb", -1.0 },
		/* 300 x 0.2 x 0.6 / 1000 = 3.6 % */
		{ "below 1 without misses", BUSY "ipc=0.6 cache_mpki=0.2",
		  VERDICT_UNKNOWN, "slow, and not for DRAM", -1.0 },
		/* 15 x 50 x 0.6 / 1000 = 45 % */
		{ "below 1 with wrong guesses", BUSY "ipc=0.6 branch_mpki=50",
		  VERDICT_SPECULATION, "rule of thumb", -1.0 },
		{ "1", BUSY "ipc=1", VERDICT_UNKNOWN, "typical", -1.0 },
		{ "between", BUSY "ipc=1.5", VERDICT_UNKNOWN, "typical", -1.0 },
		{ "2", BUSY "ipc=2", VERDICT_UNKNOWN, "typical", -1.0 },
		{ "above 2", BUSY "ipc=2.01", VERDICT_COMPUTE, "rule of thumb",
		  -1.0 },
	};

	(void)state;
	check_rows(rows, ARRAY_LEN(rows));
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		AUTO(verdict_done) struct verdict v = judge(rows[i].numbers);

		assert_non_null(strstr(v.trust, "a rule of thumb"));
		assert_true(v.confidence < 0.75);
		if (v.class == VERDICT_UNKNOWN)
			assert_string_equal(verdict_confidence_word(&v),
					    "none");
	}
}

static void what_was_done_is_no_next_step(void **state)
{
	static const char *const asked[] = { "ipc,topdown" };
	AUTO(world_done) struct world w = world_of(BUSY "ipc=1.5");
	struct verdict_facts facts = world_facts(&w);
	AUTO(verdict_done) struct verdict before = { 0 };
	AUTO(verdict_done) struct verdict after = { 0 };

	(void)state;
	verdict_judge(world_rules(), &facts, &before);
	facts.asked = asked;
	facts.nasked = ARRAY_LEN(asked);
	verdict_judge(world_rules(), &facts, &after);
	assert_true(says(before.next, before.nnext, "tacho stat -M topdown"));
	assert_false(says(after.next, after.nnext, "tacho stat -M topdown"));
}

/* Counters that opened, and had no time to be found dead. */
static void two_zeros_are_no_pipeline_that_never_stalls(void **state)
{
	AUTO(verdict_done)
	struct verdict zeros =
		judge(BUSY "ipc=1 frontend_stalled=0 backend_stalled=0");
	AUTO(verdict_done)
	struct verdict few =
		judge(BUSY "ipc=1 frontend_stalled=0.01 backend_stalled=0");

	(void)state;
	assert_int_equal(zeros.class, VERDICT_UNKNOWN);
	assert_string_equal(zeros.kind, "typical");
	assert_int_equal(few.class, VERDICT_COMPUTE);
}

/*
 * Estimated cycles are instructions + loads + stores - references, and 5 for a
 * reference that hits, 35 for one that misses; here 1e7 + 4e6 accesses.
 */
#define DATA_ONLY "l1_icache_load_misses=0 "

static void simulated_counts_give_an_estimate(void **state)
{
	static const struct row rows[] = {
		/* 14e6 - 2e6 + 5 x 1e6 + 35 x 1e6 = 52e6; 35e6 of them */
		{ "misses",
		  BUSY "instructions=1e7 cache_references=2e6 "
		       "cache_misses=1e6 branch_misses=0 "
		       "estimated_cycles=52e6",
		  VERDICT_MEMORY, "DRAM", 3.5 / 5.2 },
		/* 14e6 - 2e6 + 5 x 2e6 = 22e6; 10e6 of them */
		{ "hits in the last level, of whatever",
		  BUSY "instructions=1e7 cache_references=2e6 cache_misses=0 "
		       "branch_misses=0 estimated_cycles=22e6",
		  VERDICT_MEMORY, "caches", 1.0 / 2.2 },
		{ "hits in the last level, of data",
		  BUSY DATA_ONLY
		  "instructions=1e7 cache_references=2e6 cache_misses=0 "
		  "branch_misses=0 estimated_cycles=22e6",
		  VERDICT_MEMORY, "caches", 1.0 / 2.2 },
		{ "hits in the last level, of code",
		  BUSY "instructions=1e7 cache_references=2e6 cache_misses=0 "
		       "l1_icache_load_misses=2e6 branch_misses=0 "
		       "estimated_cycles=22e6",
		  VERDICT_FRONTEND, "instruction cache", 1.0 / 2.2 },
		/* 5e6 cycles for each */
		{ "hits in the last level, of both",
		  BUSY "instructions=1e7 cache_references=2e6 cache_misses=0 "
		       "l1_icache_load_misses=1e6 branch_misses=0 "
		       "estimated_cycles=22e6",
		  VERDICT_MIXED, "memory-bound and frontend-bound", 1.0 / 4.4 },
		/* 14e6 and 15 x 5e5 = 7.5e6 for wrong guesses */
		{ "wrong guesses",
		  BUSY DATA_ONLY
		  "instructions=1e7 cache_references=0 cache_misses=0 "
		  "branch_misses=5e5 estimated_cycles=14e6",
		  VERDICT_SPECULATION, "branch mispredictions", 7.5 / 21.5 },
		/* 14e6 - 1e5 + 5 x 1e5 = 14.4e6; 5e5 of them */
		{ "neither",
		  BUSY DATA_ONLY
		  "instructions=1e7 cache_references=1e5 cache_misses=0 "
		  "branch_misses=100 estimated_cycles=14.4e6",
		  VERDICT_COMPUTE, NULL,
		  (1.0 - 5.0 / 144.0) * (144000.0 / 144015.0) },
		/* "sleep": 35 x 3000 of 4e5 cycles, but those of its start */
		{ "start",
		  DATA_ONLY "instructions=2e5 cache_references=6e3 "
			    "cache_misses=3e3 branch_misses=2e3 "
			    "estimated_cycles=4e5",
		  VERDICT_UNKNOWN, "too short", -1.0 },
		/* 14e6 - 1e5 + 35 x 4e4 + 5 x 6e4 = 15.6e6; 1.4e6 of them
		   are 9 %, and 12e6 of 26.2e6 are 46 % */
		{ "some misses",
		  BUSY DATA_ONLY
		  "instructions=1e7 cache_references=1e5 cache_misses=4e4 "
		  "branch_misses=0 estimated_cycles=15.6e6",
		  VERDICT_COMPUTE, NULL, 1.0 - 17.0 / 156.0 },
		/* 14e6 - 1e5 + 35 x 6e4 + 5 x 4e4 = 16.2e6; 2.1e6 of them
		   are 13 %, but 18e6 of 32.1e6 are 56 % */
		{ "misses that may be hidden or not",
		  BUSY DATA_ONLY
		  "instructions=1e7 cache_references=1e5 cache_misses=6e4 "
		  "branch_misses=0 estimated_cycles=16.2e6",
		  VERDICT_UNKNOWN, "computing or memory", -1.0 },
		/* waiting is real also under a simulator */
		{ "sleep",
		  BUSY "cpu_time=0.3 sys_time=0.1 instructions=1e6 "
		       "cache_references=1e4 cache_misses=0 "
		       "branch_misses=100 estimated_cycles=1.44e6",
		  VERDICT_BLOCKED, "sleep, locks, network", 1.0 - 0.301 },
	};

	(void)state;
	check_rows(rows, ARRAY_LEN(rows));
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		AUTO(verdict_done) struct verdict v = judge(rows[i].numbers);
		bool estimate = rows[i].class != VERDICT_BLOCKED;

		assert_true(v.estimate == estimate);
		if (!estimate)
			continue;
		assert_non_null(strstr(v.trust, "simulated"));
		assert_string_equal(verdict_confidence_word(&v),
				    rows[i].class == VERDICT_UNKNOWN ? "none"
								     : "low");
	}
}

static void without_counters_the_rest_is_unknown(void **state)
{
	static const struct row rows[] = {
		{ "busy", BUSY, VERDICT_UNKNOWN, "CPU-bound", -1.0 },
		{ "busy, attached", "wall=1 task_clock=980", VERDICT_UNKNOWN,
		  "CPU-bound", -1.0 },
		{ "short",
		  "wall=0.001 cpu_time=0.0007 sys_time=0.0007 run_wait=0",
		  VERDICT_UNKNOWN, "too short", -1.0 },
		/* children on a full machine: their wait is not known */
		{ "contended children",
		  "wall=1 cpu_time=0.6 sys_time=0.01 machine_idle=0.02 "
		  "machine_busy=1.98 involuntary_switches=300 "
		  "voluntary_switches=3",
		  VERDICT_BLOCKED, "no free CPU, likely", -1.0 },
		/* a pipeline: its ends take the CPU from each other */
		{ "children that switch, with CPUs to spare",
		  "wall=1 cpu_time=0.6 sys_time=0.01 machine_idle=1.3 "
		  "machine_busy=0.7 involuntary_switches=3000 "
		  "voluntary_switches=3",
		  VERDICT_UNKNOWN, "CPU-bound", -1.0 },
		{ "children that switch, and nobody else",
		  "wall=1 cpu_time=1.9 sys_time=0.01 machine_idle=0.05 "
		  "machine_busy=1.95 involuntary_switches=3000 "
		  "voluntary_switches=3",
		  VERDICT_UNKNOWN, "CPU-bound", -1.0 },
		{ "whole CPUs", "wall=1 ncpus=2 task_clock=2000",
		  VERDICT_UNKNOWN, NULL, -1.0 },
		{ "busy CPUs",
		  "wall=1 ncpus=2 task_clock=2000 machine_idle=0.5 "
		  "machine_busy=1.5",
		  VERDICT_UNKNOWN, "busy CPUs", -1.0 },
		{ "one CPU of two",
		  "wall=1 ncpus=1 task_clock=1000 machine_idle=1.8 "
		  "machine_busy=0.2",
		  VERDICT_UNKNOWN, "whole CPUs", -1.0 },
		{ "nothing", "", VERDICT_UNKNOWN, NULL, -1.0 },
	};
	AUTO(verdict_done)
	struct verdict busy = judge(BUSY "counters_refused=1");
	AUTO(verdict_done) struct verdict not_asked = judge(BUSY);

	(void)state;
	check_rows(rows, ARRAY_LEN(rows));
	/* why there are none stands above it already */
	assert_false(says(busy.next, busy.nnext, "tacho doctor"));
	assert_false(says(busy.next, busy.nnext, "tacho stat"));
	assert_true(says(not_asked.next, not_asked.nnext, "tacho stat"));
	assert_false(says(not_asked.next, not_asked.nnext, "tacho doctor"));
	assert_true(busy.confidence == 0.0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
			a_pointer_chase_is_bound_by_the_latency_of_dram),
		cmocka_unit_test(the_pipeline_is_judged_by_its_largest_part),
		cmocka_unit_test(two_causes_of_a_size_are_mixed),
		cmocka_unit_test(a_part_counts_only_below_its_parent),
		cmocka_unit_test(every_split_of_the_slots_has_a_verdict),
		cmocka_unit_test(waiting_is_judged_first),
		cmocka_unit_test(half_of_the_time_is_the_border_of_waiting),
		cmocka_unit_test(the_kernel_is_judged_before_the_pipeline),
		cmocka_unit_test(rules_of_thumb_say_that_they_are),
		cmocka_unit_test(what_was_done_is_no_next_step),
		cmocka_unit_test(two_zeros_are_no_pipeline_that_never_stalls),
		cmocka_unit_test(simulated_counts_give_an_estimate),
		cmocka_unit_test(without_counters_the_rest_is_unknown),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, world_set_up, world_tear_down);
}
