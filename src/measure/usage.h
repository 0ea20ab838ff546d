/*
 * What the kernel says about a command that has ended, without any counter.
 */
#ifndef TACHO_MEASURE_USAGE_H
#define TACHO_MEASURE_USAGE_H

#include "record/run.h"
#include "source/launch.h"

#include <stdbool.h>
#include <sys/types.h>

/*
 * If the child has ended, take its status and what it used since it was let go
 * into @run, and release it.  False while it runs.
 */
bool usage_reap(const struct launch *child, struct run *run);

#endif
