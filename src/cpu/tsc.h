/*
 * The time stamp counter of x86, which runs at one rate whatever the cores do.
 */
#ifndef TACHO_CPU_TSC_H
#define TACHO_CPU_TSC_H

#include "base/err.h"

/*
 * Its rate in Hz, by the clock over some milliseconds of waiting in a loop,
 * which is right to about 1e-3.  -ENOTSUP elsewhere.
 */
int tsc_measure_hz(double *ret, struct err *err);

#endif
