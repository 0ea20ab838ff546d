/*
 * Who built a program and how, from its debug information.
 */
#ifndef TACHO_RECORD_BINARY_DWARF_H
#define TACHO_RECORD_BINARY_DWARF_H

#include "base/err.h"
#include "record/build_unit.h"

/*
 * Read the debug information of @fd.  Whatever is in it, this ends within a
 * second or so and leaves the program unharmed.
 */
int dwarf_build_read(int fd, struct dwarf_build *ret, struct err *err);

#endif
