/*
 * The pieces of cpu_detect(), one per place where identity comes from.
 */
#ifndef TACHO_CPU_IDENTIFY_H
#define TACHO_CPU_IDENTIFY_H

#include "base/rootfs.h"

struct cpu;

/*
 * What CPUID says of this very machine: vendor, model name, numbers and
 * hypervisor.  Returns 0, or a negative errno and *ret untouched when the
 * library is not there or knows nothing.
 */
int identify_by_cpuid(struct cpu *ret);

/*
 * What /proc/cpuinfo says, of every architecture; a guest's hypervisor is
 * "unknown", because only its existence is told there.
 */
void identify_by_cpuinfo(const struct rootfs *root, struct cpu *ret);

/*
 * Name the platform, and the hypervisor if it is not known yet ("unknown", or
 * "" on architectures whose CPUs do not tell), from what the firmware says.
 */
void identify_machine(const struct rootfs *root, struct cpu *ret);

/* Names of an arm64 part; NULL where not known. */
const char *arm_vendor_name(unsigned implementer);
const char *arm_part_name(unsigned implementer, unsigned part);

#endif
