/*
 * Shell commands that are run before and after each run.
 */
#ifndef TACHO_MEASURE_HOOK_H
#define TACHO_MEASURE_HOOK_H

#include "base/err.h"

#include <signal.h>

/*
 * Run @command (NULL: nothing) with sh, with the signal mask @mask, and wait
 * for it.  -ECANCELED when it fails; messages name it by @option.
 */
int hook_run(const char *option, const char *command, const sigset_t *mask,
	     struct err *err);

#endif
