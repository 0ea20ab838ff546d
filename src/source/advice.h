/*
 * The commands that change a cause: texts for diagnose.c only.
 */
#ifndef TACHO_SOURCE_ADVICE_H
#define TACHO_SOURCE_ADVICE_H

struct diagnose_facts;

/* What to ask of the hypervisor or the cloud to get a PMU. */
const char *advice_virtual_pmu(const struct diagnose_facts *facts);

/* How to let perf_event_open through the seccomp filter. */
const char *advice_seccomp(const struct diagnose_facts *facts);

#endif
