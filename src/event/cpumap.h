/*
 * events/cpus.map: which files of events/ belong to which CPU.
 *
 *	# x86: VENDOR FAMILY MODELS [STEPPINGS] : FILE...
 *	GenuineIntel 6 0x8f,0xcf      : x86/spr.events
 *	AuthenticAMD 25 0x10-0x1f 1-3 : x86/zen4.events
 *	# arm64: ARM VALUE/MASK, compared with MIDR
 *	ARM 0x410fd0c0/0xff0ffff0     : arm/neoverse-n1.events
 *	# riscv64: RISCV MVENDORID-MARCHID-MIMPID
 *	RISCV 0x489-*-*               : riscv/sifive.events
 *	# any CPU of that architecture for which no row above it is
 *	OTHER x86                     : x86/generic.events
 *
 * Numbers are decimal or 0x hex; models and steppings are lists of numbers and
 * ranges.  "*" is any vendor, family, model, stepping or part of a RISC-V id;
 * "ARM 0/0" is any arm64 CPU that says which one it is.  Every row that matches
 * counts, in the order of the map.
 */
#ifndef TACHO_EVENT_CPUMAP_H
#define TACHO_EVENT_CPUMAP_H

#include "base/err.h"
#include "cpu/cpu.h"

#include <stddef.h>

/*
 * Append to @ret the files for @cpu (each once; the caller frees strings and
 * array).  All rows are checked, also those for other CPUs: -EINVAL with
 * "file:line: what" in @err, @ret then unchanged.  With @cpu NULL every row
 * counts as a match.
 */
int cpumap_match(const char *file, const char *text, size_t len,
		 const struct cpu *cpu, char ***ret, size_t *nret,
		 struct err *err);

#endif
