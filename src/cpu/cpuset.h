/*
 * A set of CPU numbers, as in "0-3,8".
 */
#ifndef TACHO_CPU_CPUSET_H
#define TACHO_CPU_CPUSET_H

#include "base/err.h"

#include <stdbool.h>
#include <stddef.h>

struct cpuset {
	int *cpus; /* ascending, each once */
	size_t n;
};

/*
 * Read the kernel's list format.  "" is the empty set.  -EINVAL with the place
 * in @err; numbers above 65535 are refused.  *ret is written on success only.
 */
int cpuset_parse(const char *text, struct cpuset *ret, struct err *err);

void cpuset_add(struct cpuset *set, int cpu);
bool cpuset_has(const struct cpuset *set, int cpu);
struct cpuset cpuset_copy(const struct cpuset *set);

/* "0-3,8"; the caller frees */
char *cpuset_format(const struct cpuset *set);

void cpuset_done(struct cpuset *set);

#endif
