/* What every unit test includes: cmocka needs these headers before its own. */
#ifndef TACHO_TESTS_UNIT_H
#define TACHO_TESTS_UNIT_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

/* The root of a recorded machine, below tests/machines; in a static buffer. */
static inline const char *unit_machine(const char *name)
{
	static char path[4096];
	const char *srcdir = getenv("srcdir");

	snprintf(path, sizeof(path), "%s/tests/machines/%s",
		 srcdir ? srcdir : ".", name);
	return path;
}

#endif
