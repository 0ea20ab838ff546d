/*
 * Simulated counters: the command runs under valgrind's cachegrind.
 *
 * Only a command, from its beginning to its end: nothing can be attached to,
 * read in between or switched off.  Each process that the command starts is a
 * slot.
 */
#ifndef TACHO_SOURCE_CACHEGRIND_SOURCE_H
#define TACHO_SOURCE_CACHEGRIND_SOURCE_H

#include "source/cachegrind_setup.h"
#include "source/source.h"

/* Needs session_options.cachegrind. */
extern const struct source source_cachegrind;

#endif
