#include "analyze/aggregate.h"

#include "fixture.h"
#include "unit.h"

#include <string.h>

/* Two sockets of two cores with two threads each: CPU n and n+4 share one. */
static struct topology_cpu cpus[] = {
	{ 0, 0, 0, 0, 0 }, { 1, 0, 0, 1, 0 }, { 2, 1, 0, 0, 1 },
	{ 3, 1, 0, 1, 1 }, { 4, 0, 0, 0, 0 }, { 5, 0, 0, 1, 0 },
	{ 6, 1, 0, 0, 1 }, { 7, 1, 0, 1, 1 },
};
static const struct topology topology = { .cpus = cpus, .ncpus = 8 };

static struct run *cpu_run(struct fixture *f)
{
	struct run *run;

	fixture_init(f);
	fixture_known(f, "cycles");
	run = fixture_run(f, 8);
	for (int i = 0; i < 8; i++) {
		run->slots[i].cpu = 7 - i; /* order must not matter */
		run->slots[i].pid = run->slots[i].tid = -1;
	}
	return run;
}

static void every_slot_is_in_one_bin(void **state)
{
	static const struct {
		enum aggregate_by by;
		size_t nbins;
	} cases[] = {
		{ AGGREGATE_ALL, 1 },    { AGGREGATE_CPU, 8 },
		{ AGGREGATE_CORE, 4 },   { AGGREGATE_DIE, 2 },
		{ AGGREGATE_SOCKET, 2 }, { AGGREGATE_NODE, 2 },
		{ AGGREGATE_THREAD, 1 }, { AGGREGATE_PROCESS, 1 },
	};

	(void)state;
	for (size_t c = 0; c < sizeof(cases) / sizeof(cases[0]); c++) {
		struct fixture f;
		struct run *run = cpu_run(&f);
		struct bins bins;
		int seen[8] = { 0 };

		bins_make(&bins, run, cases[c].by, &topology);
		assert_int_equal(bins.n, cases[c].nbins);
		for (size_t i = 0; i < bins.n; i++) {
			for (size_t s = 0; s < bins.items[i].nslots; s++)
				seen[bins.items[i].slots[s]]++;
			assert_ptr_equal(bins_find(&bins, &bins.items[i]),
					 &bins.items[i]);
			if (i)
				assert_true(bin_compare(&bins.items[i - 1],
							&bins.items[i]) < 0);
		}
		for (int s = 0; s < 8; s++)
			assert_int_equal(seen[s], 1);
		bins_done(&bins);
		fixture_done(&f);
	}
}

static void cores_of_two_sockets_are_two(void **state)
{
	struct fixture f;
	struct run *run = cpu_run(&f);
	struct bins bins;

	(void)state;
	bins_make(&bins, run, AGGREGATE_CORE, &topology);
	assert_int_equal(bins.items[0].socket, 0);
	assert_int_equal(bins.items[0].core, 0);
	assert_int_equal(bins.items[2].socket, 1);
	assert_int_equal(bins.items[2].core, 0);
	assert_int_equal(bins.items[2].nslots, 2);
	assert_int_equal(bins.items[2].cpu, -1);
	assert_int_equal(bins.items[2].node, -1);
	bins_done(&bins);
	fixture_done(&f);
}

static void cgroups_are_never_mixed(void **state)
{
	struct fixture f;
	struct run *run = cpu_run(&f);
	struct bins bins;

	(void)state;
	for (int i = 0; i < 8; i++)
		run->slots[i].cgroup = i % 2;
	bins_make(&bins, run, AGGREGATE_ALL, NULL);
	assert_int_equal(bins.n, 2);
	assert_int_equal(bins.items[0].cgroup, 0);
	assert_int_equal(bins.items[1].cgroup, 1);
	assert_int_equal(bins.items[1].nslots, 4);
	bins_done(&bins);
	fixture_done(&f);
}

static void threads_are_sorted_and_named(void **state)
{
	struct fixture f;
	struct run *run;
	struct bins bins;

	(void)state;
	fixture_init(&f);
	fixture_known(&f, "cycles");
	run = fixture_run(&f, 3);
	for (int i = 0; i < 3; i++) {
		run->slots[i].tid = 30 - i;
		snprintf(run->slots[i].comm, sizeof(run->slots[i].comm),
			 "worker%d", i);
	}
	bins_make(&bins, run, AGGREGATE_THREAD, NULL);
	assert_int_equal(bins.n, 3);
	assert_int_equal(bins.items[0].tid, 28);
	assert_string_equal(bins.items[0].comm, "worker2");
	bins_done(&bins);
	fixture_done(&f);
}

/* Threads of one process are one row; other runs have other processes. */
static void processes_hold_their_threads(void **state)
{
	struct fixture f;
	struct run *run;
	struct bins bins;

	(void)state;
	fixture_init(&f);
	fixture_known(&f, "cycles");
	run = fixture_run(&f, 4);
	for (int i = 0; i < 4; i++) {
		run->slots[i].tid = 40 + i;
		run->slots[i].pid = i == 1 ? 7 : 40;
		snprintf(run->slots[i].comm, sizeof(run->slots[i].comm),
			 "worker%d", i);
	}
	bins_make(&bins, run, AGGREGATE_PROCESS, NULL);
	assert_int_equal(bins.n, 2);
	assert_int_equal(bins.items[0].pid, 7);
	assert_string_equal(bins.items[0].comm, "worker1");
	assert_int_equal(bins.items[1].pid, 40);
	assert_int_equal(bins.items[1].tid, -1);
	assert_string_equal(bins.items[1].comm, "worker0");
	assert_int_equal(bins.items[1].nslots, 3);
	bins_done(&bins);
	fixture_done(&f);
}

static void a_cpu_that_went_offline_has_no_place(void **state)
{
	struct fixture f;
	struct run *run = cpu_run(&f);
	struct bins bins;

	(void)state;
	run->slots[3].cpu = 99;
	bins_make(&bins, run, AGGREGATE_SOCKET, &topology);
	assert_int_equal(bins.n, 3);
	assert_int_equal(bins.items[0].socket, -1);
	bins_done(&bins);
	fixture_done(&f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_slot_is_in_one_bin),
		cmocka_unit_test(cores_of_two_sockets_are_two),
		cmocka_unit_test(cgroups_are_never_mixed),
		cmocka_unit_test(threads_are_sorted_and_named),
		cmocka_unit_test(processes_hold_their_threads),
		cmocka_unit_test(a_cpu_that_went_offline_has_no_place),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
