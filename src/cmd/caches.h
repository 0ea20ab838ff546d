/*
 * What the loops have to know about this machine.
 */
#ifndef TACHO_CMD_CACHES_H
#define TACHO_CMD_CACHES_H

#include "base/rootfs.h"
#include "cpu/topology.h"
#include "loops/loops.h"

/*
 * Sizes of the caches, and a quarter of the memory that is free, which may
 * also be what the control group leaves.  What is not known is 0.
 */
void caches_find(const struct rootfs *root, const struct topology *topology,
		 struct loop_caches *ret);

#endif
