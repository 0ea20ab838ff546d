/*
 * Looking at the machine for what decides whether counters may be used.
 */
#ifndef TACHO_SOURCE_FACTS_H
#define TACHO_SOURCE_FACTS_H

#include "base/rootfs.h"
#include "cpu/cpu.h"
#include "source/diagnose.h"

/*
 * Fill everything in *ret but what probing gives.  Cheap: a few small files;
 * @cpu is of the same machine.  For a recorded machine, what belongs to the
 * process (capabilities, seccomp, limits) is left out.
 */
void facts_gather(const struct rootfs *root, const struct cpu *cpu,
		  struct diagnose_facts *ret);

#endif
