/*
 * Which processor this is.
 *
 * Identity is vendor and numbers, never a marketing or code name: libraries
 * disagree on names and get them wrong.  x86: CPUID through libcpuid on the
 * real machine, /proc/cpuinfo elsewhere.  arm64: MIDR from sysfs.  riscv64:
 * /proc/cpuinfo.
 */
#ifndef TACHO_CPU_CPU_H
#define TACHO_CPU_CPU_H

#include "base/rootfs.h"
#include "cpu/cpuset.h"

#include <stdbool.h>
#include <stdint.h>

enum cpu_arch {
	CPU_ARCH_X86,
	CPU_ARCH_ARM64,
	CPU_ARCH_RISCV,
	CPU_ARCH_OTHER,
};

/* One kind of core of this machine; most machines have one. */
struct cpu_core_type {
	char *pmu; /* sysfs name: "cpu", "cpu_core", "armv8_pmuv3_0" */
	uint32_t
		pmu_type; /* attr.type of that PMU; PERF_TYPE_RAW (4) for "cpu" */
	struct cpuset cpus; /* empty where the kernel does not say: all */
};

struct cpu {
	enum cpu_arch arch;
	char vendor[32];     /* "GenuineIntel", "AuthenticAMD", "ARM", ... */
	char model_name[96]; /* as the kernel or the CPU spells it; may be "" */
	int family, model, stepping; /* x86: with the extended parts; else -1 */
	uint64_t midr;               /* arm64, of the first CPU; 0 elsewhere */
	char riscv_id[64]; /* "mvendorid-marchid-mimpid", hex; "" elsewhere */
	/* "KVM", "VMware", ...; "unknown" if nameless; "" on bare metal */
	char hypervisor[32];
	/* what the firmware calls the machine, "Amazon EC2 m5.large"; or "" */
	char platform[96];
	struct cpu_core_type *core_types; /* empty: no core PMU driver */
	size_t ncore_types;
};

/*
 * Fill *ret.  Reads a few files and, on a real x86, executes CPUID on the CPU
 * that happens to run us; the thread's affinity is left alone.  (Not called
 * cpu_identify, because that is a symbol of libcpuid.)
 *
 * Never fails: what cannot be found stays empty or -1.
 */
void cpu_detect(const struct rootfs *root, struct cpu *ret);

/* Is there more than one kind of core? */
bool cpu_is_hybrid(const struct cpu *cpu);

const char *cpu_arch_name(enum cpu_arch arch);

/*
 * "GenuineIntel 6/143 step 8", "ARM midr 0x413fd0c1" or "riscv 0x489-0x8..-0x0":
 * the key under which tables know this CPU; "unknown" where nothing is known.
 * The caller frees.
 */
char *cpu_key(const struct cpu *cpu);

void cpu_done(struct cpu *cpu);

#endif
