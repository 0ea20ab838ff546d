/*
 * What the kernel says about a command that has ended, without any counter.
 */
#ifndef TACHO_MEASURE_USAGE_H
#define TACHO_MEASURE_USAGE_H

#include "record/run.h"

#include <stdbool.h>
#include <sys/types.h>

/*
 * If the child @pid has ended, take its status and what it used into @run, and
 * release it.  False while it runs.
 */
bool usage_reap(pid_t pid, struct run *run);

/*
 * For how long thread @tid ran, and was ready and waited for a CPU.  False
 * where the kernel does not tell.
 */
bool usage_schedstat(pid_t tid, uint64_t *cpu_ns, uint64_t *wait_ns);

#endif
