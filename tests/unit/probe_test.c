#include "source/probe.h"

#include "base/auto.h"

#include "fake_perf.h"
#include "unit.h"

#include <errno.h>
#include <sched.h>
#include <string.h>

/* A kernel whose clock goes, so that counters move. */
static struct fake_perf new_kernel(size_t counters)
{
	struct fake_perf k;

	fake_perf_init(&k);
	k.counters = counters;
	k.tick_ns = 1000;
	return k;
}

/* Probe @cpu of @root with @k as its kernel. */
static void run_on(struct fake_perf *k, const struct rootfs *root,
		   const struct cpu *cpu, struct diagnose_facts *facts)
{
	cpu_set_t before, after;

	k->sys.ctx = k; /* new_kernel() gave it away by value */
	*facts = (struct diagnose_facts){ 0 };
	sched_getaffinity(0, sizeof(before), &before);
	probe_counters(&k->sys, root, cpu, facts);
	sched_getaffinity(0, sizeof(after), &after);
	assert_memory_equal(&before, &after, sizeof(before));
	assert_int_equal(k->bad_closes, 0);
	assert_int_equal(fake_perf_open_fds(k), 0);
	for (size_t i = 0; i < k->nevents; i++) {
		assert_int_equal(k->events[i].flags, PERF_FLAG_FD_CLOEXEC);
		assert_int_equal(k->events[i].attr.size, PERF_ATTR_SIZE_VER0);
	}
}

static void run(struct fake_perf *k, const char *machine,
		struct diagnose_facts *facts)
{
	struct rootfs root = { unit_machine(machine) };
	AUTO(cpu_done) struct cpu cpu = { 0 };

	cpu_detect(&root, &cpu);
	run_on(k, &root, &cpu, facts);
}

static const struct probe *find(const struct diagnose_facts *f,
				const char *name)
{
	for (size_t i = 0; i < f->nprobes; i++)
		if (strcmp(f->probes[i].name, name) == 0)
			return &f->probes[i];
	fail_msg("no probe '%s'", name);
	abort();
}

static enum probe_state state_of(const struct diagnose_facts *f,
				 const char *name)
{
	return probe_state(find(f, name));
}

static void a_whole_machine_counts(void **state)
{
	struct fake_perf k = new_kernel(6);
	AUTO(diagnose_facts_done) struct diagnose_facts f = { 0 };

	(void)state;
	run(&k, "skx-2s", &f);
	assert_int_equal(f.nprobes, 9);
	for (size_t i = 0; i < f.nprobes; i++)
		assert_int_equal(probe_state(&f.probes[i]), PROBE_COUNTS);
	assert_true(find(&f, "cycles")->count > 0);
	assert_int_equal(f.group_accepted, 6);
	assert_int_equal(f.group_ran, 6);
	assert_true(diagnose_hardware_counts(&f));
}

static void uncore_is_asked_as_its_pmu_wants(void **state)
{
	struct fake_perf k = new_kernel(6);
	AUTO(diagnose_facts_done) struct diagnose_facts f = { 0 };
	const struct fake_event *found = NULL;

	(void)state;
	run(&k, "zen4", &f);
	for (size_t i = 0; i < k.nevents; i++)
		if (k.events[i].attr.type == 14)
			found = &k.events[i];
	if (!found)
		abort();
	assert_int_equal(found->attr.config, 0xff04);
	assert_int_equal(found->attr.exclude_kernel, 0);
	assert_int_equal(found->pid, -1);
	assert_int_equal(found->cpu, 0);
	assert_int_equal(state_of(&f, "amd_l3/config=0xff04/"), PROBE_COUNTS);
}

static void energy_is_never_touched(void **state)
{
	static const struct {
		const char *machine;
		unsigned power;
	} with_energy[] = { { "skx-2s", 11 },
			    { "zen4", 12 },
			    { "adl-hybrid", 23 } };

	(void)state;
	for (size_t m = 0; m < ARRAY_LEN(with_energy); m++) {
		struct fake_perf k = new_kernel(6);
		AUTO(diagnose_facts_done) struct diagnose_facts f = { 0 };

		run(&k, with_energy[m].machine, &f);
		assert_true(k.nevents > 0);
		for (size_t i = 0; i < k.nevents; i++)
			assert_int_not_equal(k.events[i].attr.type,
					     with_energy[m].power);
	}
}

static void no_pmu_leaves_the_software(void **state)
{
	struct fake_perf k = new_kernel(0);
	AUTO(diagnose_facts_done) struct diagnose_facts f = { 0 };

	(void)state;
	k.no_pmu = true;
	run(&k, "vm-nopmu", &f);
	assert_int_equal(state_of(&f, "task-clock"), PROBE_COUNTS);
	assert_int_equal(state_of(&f, "kernel mode"), PROBE_COUNTS);
	assert_int_equal(state_of(&f, "CPU-wide"), PROBE_COUNTS);
	assert_int_equal(state_of(&f, "cycles"), PROBE_REFUSED);
	assert_int_equal(find(&f, "cycles")->error, -ENOENT);
	assert_int_equal(f.group_accepted, 0);
	assert_false(diagnose_hardware_counts(&f));
}

static void levels_take_away_from_the_outside_in(void **state)
{
	static const enum probe_state expect[4][3] = {
		{ PROBE_COUNTS, PROBE_COUNTS, PROBE_COUNTS },
		{ PROBE_COUNTS, PROBE_COUNTS, PROBE_REFUSED },
		{ PROBE_COUNTS, PROBE_REFUSED, PROBE_REFUSED },
		{ PROBE_REFUSED, PROBE_REFUSED, PROBE_REFUSED },
	};

	(void)state;
	for (int level = 0; level < 4; level++) {
		struct fake_perf k = new_kernel(4);
		AUTO(diagnose_facts_done) struct diagnose_facts f = { 0 };

		k.paranoid = level;
		run(&k, "arm-n1", &f);
		assert_int_equal(state_of(&f, "cycles"), expect[level][0]);
		assert_int_equal(state_of(&f, "kernel mode"), expect[level][1]);
		assert_int_equal(state_of(&f, "CPU-wide"), expect[level][2]);
	}
}

static void counters_that_stay_zero_are_dead(void **state)
{
	struct fake_perf k = new_kernel(4);
	AUTO(diagnose_facts_done) struct diagnose_facts f = { 0 };

	(void)state;
	k.dead_config = PERF_COUNT_HW_INSTRUCTIONS;
	run(&k, "arm-n1", &f);
	assert_int_equal(state_of(&f, "instructions"), PROBE_DEAD);
	assert_true(find(&f, "instructions")->running_ns > 0);
	assert_int_equal(state_of(&f, "cycles"), PROBE_COUNTS);
}

static void what_others_hold_shows_in_the_group(void **state)
{
	struct fake_perf one = new_kernel(6), all = new_kernel(6);
	AUTO(diagnose_facts_done) struct diagnose_facts f = { 0 };
	AUTO(diagnose_facts_done) struct diagnose_facts g = { 0 };

	(void)state;
	one.held = 1;
	run(&one, "zen4", &f);
	assert_int_equal(f.group_accepted, 6);
	assert_int_equal(f.group_ran, 5);
	all.held = 6;
	run(&all, "zen4", &g);
	assert_int_equal(state_of(&g, "cycles"), PROBE_STARVED);
	assert_false(diagnose_hardware_counts(&g));
}

/* A hybrid, the second kind of whose cores is CPU @atom. */
static void run_hybrid(struct fake_perf *k, int atom, struct diagnose_facts *f)
{
	struct rootfs root = { unit_machine("adl-hybrid") };
	AUTO(cpu_done) struct cpu cpu = { 0 };
	int here = sched_getcpu();

	cpu_detect(&root, &cpu);
	assert_int_equal(cpu.ncore_types, 2);
	for (int i = 0; i < 2; i++) {
		cpuset_done(&cpu.core_types[i].cpus);
		cpuset_add(&cpu.core_types[i].cpus, i ? atom : here);
	}
	run_on(k, &root, &cpu, f);
}

static void a_hybrid_is_asked_on_each_kind_of_core(void **state)
{
	struct fake_perf k = new_kernel(8);
	AUTO(diagnose_facts_done) struct diagnose_facts f = { 0 };
	bool core = false, atom = false;

	(void)state;
	run_hybrid(&k, sched_getcpu(), &f);
	assert_int_equal(state_of(&f, "cpu_core/cycles/"), PROBE_COUNTS);
	assert_int_equal(state_of(&f, "cpu_atom/cycles/"), PROBE_COUNTS);
	assert_int_equal(f.group_ran, 8);
	for (size_t i = 0; i < k.nevents; i++) {
		const struct perf_event_attr *attr = &k.events[i].attr;

		if (attr->type != PERF_TYPE_HARDWARE)
			continue;
		core |= attr->config >> 32 == 4;
		atom |= attr->config >> 32 == 10;
		assert_true(attr->config >> 32);
	}
	assert_true(core && atom);
}

static void cores_where_we_may_not_run_are_left_out(void **state)
{
	struct fake_perf k = new_kernel(8);
	AUTO(diagnose_facts_done) struct diagnose_facts f = { 0 };

	(void)state;
	run_hybrid(&k, 65535, &f);
	assert_int_equal(state_of(&f, "cpu_core/cycles/"), PROBE_COUNTS);
	for (size_t i = 0; i < f.nprobes; i++)
		assert_null(strstr(f.probes[i].name, "cpu_atom"));
}

static size_t count_state(const struct diagnose_facts *f,
			  enum probe_state probe_is)
{
	size_t n = 0;

	for (size_t i = 0; i < f->nprobes; i++)
		n += probe_state(&f->probes[i]) == probe_is;
	return n;
}

/*
 * The Nth open fails, for every N: one probe feels it, or the group is
 * smaller, or it was the open that would have been one too many.
 */
static void every_refusal_is_kept(void **state)
{
	static const int errors[] = { -EACCES, -EPERM,  -ENOENT, -EBUSY,
				      -EMFILE, -ENOSYS, -EINVAL };

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(errors); i++) {
		size_t refused = 0, smaller = 0;
		int nth;

		for (nth = 1;; nth++) {
			struct fake_perf k = new_kernel(6);
			AUTO(diagnose_facts_done)
			struct diagnose_facts f = { 0 };

			k.fail_open = nth;
			k.fail_code = errors[i];
			run(&k, "skx-2s", &f);
			if (k.opens < nth)
				break;
			assert_int_equal(f.nprobes, 9);
			for (size_t n = 0; n < f.nprobes; n++)
				if (f.probes[n].error)
					assert_int_equal(f.probes[n].error,
							 errors[i]);
			refused += count_state(&f, PROBE_REFUSED);
			smaller += f.group_accepted < 6;
			assert_int_equal(f.group_ran, f.group_accepted);
		}
		assert_int_equal(refused, 9);
		assert_int_equal(smaller, 6);
		assert_int_equal(nth, 9 + 6 + 1 + 1);
	}
}

/* The same for reads: nine of probes, one of the group. */
static void a_read_that_gives_nothing_is_no_count(void **state)
{
	(void)state;
	for (int half = 0; half < 2; half++) {
		size_t starved = 0, smaller = 0;

		for (int nth = 1; nth <= 10; nth++) {
			struct fake_perf k = new_kernel(6);
			AUTO(diagnose_facts_done)
			struct diagnose_facts f = { 0 };

			k.fail_read = half ? 0 : nth;
			k.short_read = half ? nth : 0;
			k.fail_code = -EIO;
			run(&k, "skx-2s", &f);
			assert_true(k.reads >= 10);
			starved += count_state(&f, PROBE_STARVED);
			smaller += f.group_ran < f.group_accepted;
		}
		assert_int_equal(starved, 9);
		assert_int_equal(smaller, 1);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_whole_machine_counts),
		cmocka_unit_test(uncore_is_asked_as_its_pmu_wants),
		cmocka_unit_test(energy_is_never_touched),
		cmocka_unit_test(no_pmu_leaves_the_software),
		cmocka_unit_test(levels_take_away_from_the_outside_in),
		cmocka_unit_test(counters_that_stay_zero_are_dead),
		cmocka_unit_test(what_others_hold_shows_in_the_group),
		cmocka_unit_test(a_hybrid_is_asked_on_each_kind_of_core),
		cmocka_unit_test(cores_where_we_may_not_run_are_left_out),
		cmocka_unit_test(every_refusal_is_kept),
		cmocka_unit_test(a_read_that_gives_nothing_is_no_count),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
