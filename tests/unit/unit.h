/* What every unit test includes: cmocka needs these headers before its own. */
#ifndef TACHO_TESTS_UNIT_H
#define TACHO_TESTS_UNIT_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#endif
