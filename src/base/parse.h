/*
 * Strict reading of numbers: the whole text must be one, in range, or it is
 * refused with -EINVAL or -ERANGE and *ret stays as it was.  No leading or
 * trailing space.
 */
#ifndef TACHO_BASE_PARSE_H
#define TACHO_BASE_PARSE_H

#include <stdint.h>

int parse_u64(const char *s, uint64_t *ret);  /* decimal, or hex after 0x */
int parse_hex(const char *s, uint64_t *ret);  /* hex, 0x optional */
int parse_int(const char *s, int *ret);       /* decimal, sign allowed */
int parse_double(const char *s, double *ret); /* finite, "C" spelling */

#endif
