/*
 * Where each CPU sits: package, die, core, NUMA node; from sysfs.
 */
#ifndef TACHO_CPU_TOPOLOGY_H
#define TACHO_CPU_TOPOLOGY_H

#include "base/err.h"
#include "base/rootfs.h"
#include "cpu/cpuset.h"

#include <stdint.h>

struct topology_cpu {
	int cpu;
	int socket; /* -1 where the kernel does not say, as all below */
	int die;    /* within the socket; 0 where the kernel does not say */
	int core;   /* unique within socket and die; core_id where that is */
	int node;
};

struct topology {
	struct topology_cpu *cpus; /* online ones, ascending */
	size_t ncpus;
	struct cpuset online;
	int threads_per_core; /* the largest found; 1 without SMT */
	int ncores, nsockets, nnodes;
};

/*
 * Read /sys/devices/system.  A machine without topology files gets one socket,
 * with every CPU a core.  Fails only when there is no list of online CPUs.
 */
int topology_load(const struct rootfs *root, struct topology *ret,
		  struct err *err);

/* The row of @cpu, NULL when it is not online. */
const struct topology_cpu *topology_find(const struct topology *t, int cpu);

/* One cache as cpu0 (or the first online CPU) sees it. */
struct topology_cache {
	int level;
	char type;     /* 'd', 'i' or 'u' (unified) */
	uint64_t size; /* bytes */
	int ways, line_bytes, sets;
	int shared_by; /* CPUs */
};

/* The caches of the first online CPU; the caller frees *ret.  Count or -errno. */
int topology_caches(const struct rootfs *root, const struct topology *t,
		    struct topology_cache **ret);

void topology_done(struct topology *t);

#endif
