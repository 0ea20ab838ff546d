/* Which processor this is; see cpu.h. */
#include "cpu/cpu.h"

#include "base/auto.h"
#include "base/vec.h"
#include "cpu/identify.h"

#include <linux/perf_event.h>
#include <stdlib.h>
#include <string.h>

#define PMU_DIR "/sys/bus/event_source/devices"

static const char *const arch_names[] = {
	[CPU_ARCH_X86] = "x86",
	[CPU_ARCH_ARM64] = "arm64",
	[CPU_ARCH_RISCV] = "riscv",
	[CPU_ARCH_OTHER] = "other",
};
_Static_assert(ARRAY_LEN(arch_names) == CPU_ARCH_OTHER + 1, "one per arch");

static int read_cpus(const struct rootfs *root, const char *pmu,
		     struct cpuset *ret)
{
	AUTO_FREE char *text = NULL;
	int r = rootfs_read(root, &text, PMU_DIR "/%s/cpus", pmu);

	return r < 0 ? r : cpuset_parse(text, ret, NULL);
}

/*
 * A PMU of the cores is called "cpu", or it says in "cpus" which cores have
 * it: that file is written by core PMU drivers only; the others say "cpumask".
 */
static void add_core_type(const struct rootfs *root, const char *name,
			  struct cpu *ret)
{
	struct cpu_core_type type = { .pmu_type = PERF_TYPE_RAW };
	bool is_cpu = strcmp(name, "cpu") == 0;
	uint64_t number;

	if (read_cpus(root, name, &type.cpus) < 0 && !is_cpu)
		return;
	if (!is_cpu &&
	    (rootfs_read_u64(root, &number, PMU_DIR "/%s/type", name) < 0 ||
	     number > UINT32_MAX)) {
		cpuset_done(&type.cpus);
		return;
	}
	if (!is_cpu)
		type.pmu_type = (uint32_t)number;
	type.pmu = xstrdup(name);
	VEC_PUSH(ret->core_types, ret->ncore_types, type);
}

/* The PMU that answers to PERF_TYPE_RAW first: the large cores. */
static int by_type(const void *a, const void *b)
{
	const struct cpu_core_type *x = a, *y = b;

	return x->pmu_type < y->pmu_type ? -1 : x->pmu_type > y->pmu_type;
}

static void find_core_types(const struct rootfs *root, struct cpu *ret)
{
	char **names = NULL;
	ssize_t n = rootfs_list(root, &names, PMU_DIR);

	if (n < 0)
		return;
	for (ssize_t i = 0; i < n; i++)
		add_core_type(root, names[i], ret);
	rootfs_free_names(names, (size_t)n);
	if (ret->ncore_types)
		qsort(ret->core_types, ret->ncore_types,
		      sizeof(*ret->core_types), by_type);
}

void cpu_detect(const struct rootfs *root, struct cpu *ret)
{
	*ret = (struct cpu){
		.arch = CPU_ARCH_OTHER,
		.family = -1,
		.model = -1,
		.stepping = -1,
	};
	if (!rootfs_is_recorded(root) && identify_by_cpuid(ret) == 0)
		ret->arch = CPU_ARCH_X86;
	else
		identify_by_cpuinfo(root, ret);
	identify_machine(root, ret);
	find_core_types(root, ret);
}

bool cpu_is_hybrid(const struct cpu *cpu)
{
	return cpu->ncore_types > 1;
}

const char *cpu_arch_name(enum cpu_arch arch)
{
	return arch_names[arch];
}

static const char *riscv_name(const struct cpu *cpu)
{
	if (*cpu->riscv_id)
		return cpu->riscv_id;
	return *cpu->model_name ? cpu->model_name : "unknown";
}

char *cpu_key(const struct cpu *cpu)
{
	switch (cpu->arch) {
	case CPU_ARCH_X86:
		return xasprintf("%s %d/%d step %d", cpu->vendor, cpu->family,
				 cpu->model, cpu->stepping);
	case CPU_ARCH_ARM64:
		return xasprintf("%s midr 0x%08llx", cpu->vendor,
				 (unsigned long long)cpu->midr);
	case CPU_ARCH_RISCV:
		return xasprintf("riscv %s", riscv_name(cpu));
	case CPU_ARCH_OTHER:
		break;
	}
	return xstrdup("unknown");
}

void cpu_done(struct cpu *cpu)
{
	for (size_t i = 0; i < cpu->ncore_types; i++) {
		free(cpu->core_types[i].pmu);
		cpuset_done(&cpu->core_types[i].cpus);
	}
	free(cpu->core_types);
	*cpu = (struct cpu){ 0 };
}
