/*
 * Looking at the machine for what decides whether counters may be used.
 */
#ifndef TACHO_SOURCE_FACTS_H
#define TACHO_SOURCE_FACTS_H

#include "base/rootfs.h"
#include "cpu/cpu.h"
#include "source/diagnose.h"

/*
 * Fill everything in *ret but what probing gives and what belongs to this
 * process.  Cheap: a few small files; @cpu is of the same machine.
 */
void facts_gather(const struct rootfs *root, const struct cpu *cpu,
		  struct diagnose_facts *ret);
/*
 * What belongs to the process: capabilities (for which a library is loaded),
 * seccomp, limits.  For a recorded machine it is left out.
 */
void facts_gather_process(const struct rootfs *root,
			  struct diagnose_facts *facts);

/*
 * What this kernel said about its PMU at boot.  Reads all of /dev/kmsg, so it
 * is for those who have time; @ret is untouched where that is not allowed.
 */
void facts_gather_kernel_line(struct diagnose_facts *ret);

#endif
