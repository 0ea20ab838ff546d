/*
 * What this machine can do at most, as "tacho doctor --calibrate" measured it:
 * kept in the user's cache directory, because it takes seconds to find out.
 *
 * The file holds several machines, since a home directory may be shared.
 */
#ifndef TACHO_RECORD_CEILINGS_H
#define TACHO_RECORD_CEILINGS_H

#include "base/err.h"
#include "cpu/cpu.h"

#include <stddef.h>

enum ceiling {
	CEILING_BANDWIDTH,        /* bytes/s of memory, all CPUs together */
	CEILING_BANDWIDTH_THREAD, /* of one thread */
	CEILING_LATENCY_L1,       /* ns of a load that waits, as all below */
	CEILING_LATENCY_L2,
	CEILING_LATENCY_L3,
	CEILING_LATENCY_DRAM,
};
#define CEILINGS (CEILING_LATENCY_DRAM + 1)

/* What formulas call it: "peak_bandwidth", "latency_l1". */
const char *ceiling_name(enum ceiling ceiling);

struct ceilings {
	double value[CEILINGS]; /* 0: could not be measured */
};

/*
 * The value that formulas call @name.  -ENOENT: no ceiling is called so;
 * -ENODATA with @err: it was not measured, so *ret is as before.
 */
int ceilings_find(const struct ceilings *ceilings, const char *name,
		  double *ret, struct err *err);

/*
 * The name of this machine in the file: CPU, number of CPUs, hypervisor or
 * else the host's name.  The caller frees.
 */
char *ceilings_machine(const struct cpu *cpu, size_t ncpus);

/* "~/.cache/tacho/ceilings.json", spelt out; NULL with @err when neither
   XDG_CACHE_HOME nor HOME says where.  The caller frees. */
char *ceilings_path(struct err *err);

/*
 * -ENODATA: not calibrated; -EBADMSG: a file that is not understood; other
 * errors: it cannot be read.  The hint is the command that helps.
 */
int ceilings_load(const char *machine, struct ceilings *ret, struct err *err);

/*
 * Keep @ceilings for @machine.  The file is replaced in one step; what it has
 * of other machines stays.
 */
int ceilings_save(const char *machine, const struct ceilings *ceilings,
		  struct err *err);

#endif
