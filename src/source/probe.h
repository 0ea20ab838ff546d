/*
 * Trying the counters: each kind is opened, enabled, given something to count
 * and read.  Encodable, openable and counting are three facts, because there
 * are virtual machines whose counters open and stay zero.
 *
 * Never touches energy counters: in many guests they make the kernel complain
 * in its log.
 */
#ifndef TACHO_SOURCE_PROBE_H
#define TACHO_SOURCE_PROBE_H

#include "base/rootfs.h"
#include "cpu/cpu.h"
#include "source/diagnose.h"
#include "source/perf_sys.h"

/*
 * Fill the probes and groups of @facts (which must have none) by counting on
 * the calling thread for some milliseconds.  The thread is moved between CPUs
 * and is in the end allowed where it was before.
 */
void probe_counters(const struct perf_sys *sys, const struct rootfs *root,
		    const struct cpu *cpu, struct diagnose_facts *facts);

#endif
