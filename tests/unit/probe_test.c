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

/* Probe @machine with @k as its kernel. */
static void run(struct fake_perf *k, const char *machine,
		struct diagnose_facts *facts)
{
	struct rootfs root = { unit_machine(machine) };
	AUTO(cpu_done) struct cpu cpu = { 0 };

	k->sys.ctx = k; /* new_kernel() gave it away by value */
	cpu_detect(&root, &cpu);
	*facts = (struct diagnose_facts){ 0 };
	probe_counters(&k->sys, &root, &cpu, facts);
	assert_int_equal(k->bad_closes, 0);
	assert_int_equal(fake_perf_open_fds(k), 0);
	for (size_t i = 0; i < k->nevents; i++) {
		assert_int_equal(k->events[i].flags, PERF_FLAG_FD_CLOEXEC);
		assert_int_equal(k->events[i].attr.size, PERF_ATTR_SIZE_VER0);
	}
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

static void a_hybrid_is_asked_on_each_kind_of_core(void **state)
{
	struct fake_perf k = new_kernel(8);
	AUTO(diagnose_facts_done) struct diagnose_facts f = { 0 };
	cpu_set_t before, after;
	bool core = false, atom = false;

	(void)state;
	sched_getaffinity(0, sizeof(before), &before);
	run(&k, "adl-hybrid", &f);
	sched_getaffinity(0, sizeof(after), &after);
	assert_memory_equal(&before, &after, sizeof(before));
	assert_int_equal(state_of(&f, "cpu_core/cycles/"), PROBE_COUNTS);
	assert_int_equal(state_of(&f, "cpu_atom/cycles/"), PROBE_COUNTS);
	for (size_t i = 0; i < k.nevents; i++) {
		uint64_t config = k.events[i].attr.config;

		core |= config == (UINT64_C(4) << 32 | 1);
		atom |= config == (UINT64_C(10) << 32 | 1);
	}
	assert_true(core && atom);
}

static size_t refused(const struct diagnose_facts *f, int error)
{
	size_t n = 0;

	for (size_t i = 0; i < f->nprobes; i++)
		n += probe_state(&f->probes[i]) == PROBE_REFUSED &&
		     f->probes[i].error == error;
	return n;
}

/* The Nth open fails, for every N; one probe or the group feels it. */
static void every_refusal_is_kept(void **state)
{
	static const int errors[] = { -EACCES, -EPERM,  -ENOENT, -EBUSY,
				      -EMFILE, -ENOSYS, -EINVAL };

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(errors); i++) {
		for (int nth = 1;; nth++) {
			struct fake_perf k = new_kernel(6);
			AUTO(diagnose_facts_done)
			struct diagnose_facts f = { 0 };

			k.fail_open = nth;
			k.fail_code = errors[i];
			run(&k, "skx-2s", &f);
			if (k.opens < nth)
				break;
			assert_int_equal(f.nprobes, 9);
			if (nth <= 9)
				assert_int_equal(refused(&f, errors[i]), 1);
			else
				assert_int_equal(f.group_ran, nth - 10);
		}
	}
}

static void a_read_that_gives_nothing_is_no_count(void **state)
{
	(void)state;
	for (int nth = 1;; nth++) {
		struct fake_perf broken = new_kernel(6), half = new_kernel(6);
		AUTO(diagnose_facts_done) struct diagnose_facts f = { 0 };
		AUTO(diagnose_facts_done) struct diagnose_facts g = { 0 };

		broken.fail_read = nth;
		broken.fail_code = -EIO;
		run(&broken, "skx-2s", &f);
		half.short_read = nth;
		run(&half, "skx-2s", &g);
		if (broken.reads < nth)
			break;
		if (nth <= 9) {
			const struct probe *p = &f.probes[nth - 1];

			assert_int_equal(probe_state(p), PROBE_STARVED);
			p = &g.probes[nth - 1];
			assert_int_equal(probe_state(p), PROBE_STARVED);
		} else {
			assert_int_equal(f.group_ran, f.group_accepted - 1);
		}
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
		cmocka_unit_test(every_refusal_is_kept),
		cmocka_unit_test(a_read_that_gives_nothing_is_no_count),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
