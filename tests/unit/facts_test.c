#include "source/facts.h"

#include "base/auto.h"

#include "unit.h"

#include <string.h>
#include <sys/resource.h>

static const struct {
	const char *machine;
	const char *kernel, *hypervisor;
	int paranoid;
	bool core_pmu, watchdog;
	size_t ncpus;
	int mux_ms;
} machines[] = {
	{ "skx-2s", "6.1.0-28-amd64", "", 3, true, true, 8, 4 },
	{ "zen4", "6.1.0-28-amd64", "", 2, true, true, 8, 4 },
	{ "adl-hybrid", "6.5.0-44-generic", "", 4, true, true, 8, 4 },
	{ "arm-n1", "6.1.0-28-arm64", "", 2, true, false, 4, 4 },
	{ "vm-nopmu", "6.1.0-28-amd64", "KVM", 2, false, false, 2, 0 },
};

static void recorded_machines_tell_their_facts(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(machines); i++) {
		struct rootfs root = { unit_machine(machines[i].machine) };
		AUTO(diagnose_facts_done) struct diagnose_facts f = { 0 };
		AUTO(cpu_done) struct cpu cpu = { 0 };

		cpu_detect(&root, &cpu);
		facts_gather(&root, &cpu, &f);
		assert_string_equal(f.kernel, machines[i].kernel);
		assert_string_equal(f.hypervisor, machines[i].hypervisor);
		assert_true(f.paranoid_known);
		assert_int_equal(f.paranoid, machines[i].paranoid);
		assert_int_equal(f.core_pmu, machines[i].core_pmu);
		assert_true(f.pmus_known);
		assert_int_equal(f.nmi_watchdog, machines[i].watchdog);
		assert_int_equal(f.ncpus, machines[i].ncpus);
		assert_int_equal(f.mux_ms, machines[i].mux_ms);
		assert_int_equal(f.tracefs, TRACEFS_READABLE);
		/* the process belongs to another machine */
		assert_false(f.caps_known);
		assert_int_equal(f.seccomp, -1);
		assert_int_equal(f.nofile_hard, 0);
		assert_string_equal(f.kernel_said, "");
		assert_int_equal(f.nprobes, 0);
	}
}

static void nothing_there_is_nothing_known(void **state)
{
	struct rootfs root = { unit_machine("no-such-machine") };
	AUTO(diagnose_facts_done) struct diagnose_facts f = { 0 };
	AUTO(cpu_done) struct cpu cpu = { 0 };

	(void)state;
	cpu_detect(&root, &cpu);
	facts_gather(&root, &cpu, &f);
	facts_gather_process(&root, &f);
	assert_int_equal(f.seccomp, -1);
	assert_false(f.paranoid_known);
	assert_false(f.pmus_known);
	assert_false(f.core_pmu);
	assert_int_equal(f.tracefs, TRACEFS_MISSING);
}

static void this_process_has_limits_and_a_seccomp_state(void **state)
{
	struct rootfs root = { "" };
	AUTO(diagnose_facts_done) struct diagnose_facts f = { 0 };
	AUTO(cpu_done) struct cpu cpu = { 0 };
	struct rlimit limit;

	(void)state;
	cpu_detect(&root, &cpu);
	facts_gather(&root, &cpu, &f);
	facts_gather_process(&root, &f);
	assert_int_equal(getrlimit(RLIMIT_NOFILE, &limit), 0);
	assert_true(f.nofile_hard == limit.rlim_max);
	assert_in_range(f.seccomp, 0, 2);
	assert_true(f.ncpus > 0);
	assert_true(*f.kernel);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(recorded_machines_tell_their_facts),
		cmocka_unit_test(nothing_there_is_nothing_known),
		cmocka_unit_test(this_process_has_limits_and_a_seccomp_state),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
