#include "cpu/cpu.h"

#include "base/auto.h"
#include "base/xalloc.h"

#include "cpu/tsc.h"

#include "unit.h"

#include <sched.h>
#include <string.h>
#include <sys/stat.h>

struct core_row {
	const char *pmu;
	uint32_t type;
	const char *cpus;
};

static const struct {
	const char *machine;
	enum cpu_arch arch;
	const char *key, *model_name, *hypervisor, *platform;
	struct core_row cores[3];
} machines[] = {
	{
		.machine = "skx-2s",
		.arch = CPU_ARCH_X86,
		.key = "GenuineIntel 6/85 step 4",
		.model_name = "Intel(R) Xeon(R) Gold 5122 CPU @ 3.60GHz",
		.hypervisor = "",
		.platform = "Dell Inc. PowerEdge R740",
		.cores = { { "cpu", 4, "" } },
	},
	{
		.machine = "zen4",
		.arch = CPU_ARCH_X86,
		.key = "AuthenticAMD 25/17 step 1",
		.model_name = "AMD EPYC 9124 16-Core Processor",
		.hypervisor = "",
		.platform = "Supermicro AS -1115SV-WTNRT",
		.cores = { { "cpu", 4, "" } },
	},
	{
		.machine = "adl-hybrid",
		.arch = CPU_ARCH_X86,
		.key = "GenuineIntel 6/154 step 4",
		.model_name = "12th Gen Intel(R) Core(TM) i3-1215U",
		.hypervisor = "",
		.platform = "LENOVO 21B8S0AB00",
		.cores = { { "cpu_core", 4, "0-3" },
			   { "cpu_atom", 10, "4-7" } },
	},
	{
		.machine = "arm-n1",
		.arch = CPU_ARCH_ARM64,
		.key = "ARM midr 0x413fd0c1",
		.model_name = "Neoverse-N1",
		.hypervisor = "",
		.platform = "GIGABYTE R152-P30-00",
		.cores = { { "armv8_pmuv3_0", 8, "0-3" } },
	},
	{
		.machine = "vm-nopmu",
		.arch = CPU_ARCH_X86,
		.key = "GenuineIntel 6/207 step 2",
		.model_name = "INTEL(R) XEON(R) PLATINUM 8581C CPU @ 2.10GHz",
		.hypervisor = "KVM",
		.platform = "QEMU Standard PC (Q35 + ICH9, 2009)",
	},
};

static void recorded_machines_are_known(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(machines); i++) {
		struct rootfs root = { unit_machine(machines[i].machine) };
		const struct core_row *row = machines[i].cores;
		AUTO(cpu_done) struct cpu cpu = { 0 };
		AUTO_FREE char *key = NULL;

		cpu_detect(&root, &cpu);
		key = cpu_key(&cpu);
		assert_int_equal(cpu.arch, machines[i].arch);
		assert_string_equal(key, machines[i].key);
		assert_string_equal(cpu.model_name, machines[i].model_name);
		assert_string_equal(cpu.hypervisor, machines[i].hypervisor);
		assert_string_equal(cpu.platform, machines[i].platform);
		for (size_t k = 0; k < cpu.ncore_types; k++, row++) {
			AUTO_FREE char *cpus =
				cpuset_format(&cpu.core_types[k].cpus);

			assert_non_null(row->pmu);
			assert_string_equal(cpu.core_types[k].pmu, row->pmu);
			assert_int_equal(cpu.core_types[k].pmu_type, row->type);
			assert_string_equal(cpus, row->cpus);
		}
		assert_null(row->pmu);
		assert_int_equal(cpu_is_hybrid(&cpu), cpu.ncore_types > 1);
	}
}

/* Many CPUs make a text of megabytes. */
static void a_long_cpuinfo_is_read_from_its_beginning(void **state)
{
	const char *tmp = getenv("TMPDIR");
	AUTO_FREE char *dir =
		xasprintf("%s/tacho-cpu-XXXXXX", tmp ? tmp : "/tmp");
	AUTO(cpu_done) struct cpu cpu = { 0 };
	AUTO_FREE char *proc = NULL;
	AUTO_FREE char *file = NULL;
	struct rootfs root = { dir };
	FILE *f;

	(void)state;
	assert_non_null(mkdtemp(dir));
	proc = xasprintf("%s/proc", dir);
	file = xasprintf("%s/cpuinfo", proc);
	assert_int_equal(mkdir(proc, 0700), 0);
	f = fopen(file, "we");
	assert_non_null(f);
	for (int i = 0; i < 1024; i++)
		fprintf(f,
			"processor\t: %d\nvendor_id\t: AuthenticAMD\n"
			"cpu family\t: 26\nmodel\t\t: %d\nstepping\t: 1\n"
			"flags\t\t: fpu %02000d\n\n",
			i, i ? 99 : 2, 0);
	assert_int_equal(fclose(f), 0);
	cpu_detect(&root, &cpu);
	assert_int_equal(cpu.arch, CPU_ARCH_X86);
	assert_int_equal(cpu.family, 26);
	assert_int_equal(cpu.model, 2);
	assert_string_equal(cpu.hypervisor, "");
	unlink(file);
	rmdir(proc);
	rmdir(dir);
}

static void nothing_to_read_leaves_all_unknown(void **state)
{
	struct rootfs root = { unit_machine("no-such-machine") };
	AUTO(cpu_done) struct cpu cpu = { 0 };
	AUTO_FREE char *key = NULL;

	(void)state;
	cpu_detect(&root, &cpu);
	key = cpu_key(&cpu);
	assert_int_equal(cpu.arch, CPU_ARCH_OTHER);
	assert_string_equal(cpu_arch_name(cpu.arch), "other");
	assert_string_equal(key, "unknown");
	assert_string_equal(cpu.vendor, "");
	assert_int_equal(cpu.family, -1);
	assert_int_equal(cpu.ncore_types, 0);
	assert_false(cpu_is_hybrid(&cpu));
}

/* The kernel and CPUID must agree about the machine that runs the test. */
static void this_machine_is_what_the_kernel_says(void **state)
{
	struct rootfs here = { "" }, recorded = { "/." };
	AUTO(cpu_done) struct cpu a = { 0 }, b = { 0 };
	AUTO_FREE char *key_a = NULL;
	AUTO_FREE char *key_b = NULL;

	(void)state;
	cpu_detect(&here, &a);
	cpu_detect(&recorded, &b);
	key_a = cpu_key(&a);
	key_b = cpu_key(&b);
	assert_string_equal(key_a, key_b);
	assert_int_equal(a.arch, b.arch);
	assert_string_equal(a.vendor, b.vendor);
	assert_int_equal(!*a.hypervisor, !*b.hypervisor);
}

static void looking_leaves_the_affinity_alone(void **state)
{
	struct rootfs here = { "" };
	AUTO(cpu_done) struct cpu cpu = { 0 };
	cpu_set_t before, after;

	(void)state;
	assert_int_equal(sched_getaffinity(0, sizeof(before), &before), 0);
	cpu_detect(&here, &cpu);
	assert_int_equal(sched_getaffinity(0, sizeof(after), &after), 0);
	assert_memory_equal(&before, &after, sizeof(before));
}

/* Within what clocks and processors of this age do. */
static void the_time_stamp_counter_has_a_rate(void **state)
{
	struct err err = { 0 };
	double hz = 0.0, again = 0.0;
	int r = tsc_measure_hz(&hz, &err);

	(void)state;
	if (r < 0) {
		assert_int_equal(r, -ENOTSUP);
		assert_true(err.what[0]);
		return;
	}
	assert_true(hz > 0.2e9 && hz < 10e9);
	assert_int_equal(tsc_measure_hz(&again, &err), 0);
	assert_true(again > 0.98 * hz && again < 1.02 * hz);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(recorded_machines_are_known),
		cmocka_unit_test(a_long_cpuinfo_is_read_from_its_beginning),
		cmocka_unit_test(nothing_to_read_leaves_all_unknown),
		cmocka_unit_test(this_machine_is_what_the_kernel_says),
		cmocka_unit_test(looking_leaves_the_affinity_alone),
		cmocka_unit_test(the_time_stamp_counter_has_a_rate),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
