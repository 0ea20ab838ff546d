/*
 * What a compiler says of itself: the texts that it leaves in what it builds.
 *
 * Pure text: where a text was found, and how much code it speaks of, is the
 * caller's business.
 */
#ifndef TACHO_RECORD_PRODUCER_H
#define TACHO_RECORD_PRODUCER_H

#include <stdbool.h>
#include <stddef.h>

/* -O of gcc and clang; other compilers have a verdict without a level. */
enum build_level {
	LEVEL_UNKNOWN,
	LEVEL_0,
	LEVEL_G,
	LEVEL_1,
	LEVEL_S,
	LEVEL_Z,
	LEVEL_2,
	LEVEL_3,
	LEVEL_FAST,
	LEVEL_COUNT, /* not a level */
};

/* "-O2"; "" for LEVEL_UNKNOWN */
const char *build_level_name(enum build_level level);

enum build_verdict {
	BUILD_UNKNOWN, /* not recorded, and never guessed */
	BUILD_UNOPTIMISED,
	BUILD_OPTIMISED,
	BUILD_MIXED, /* of a whole program only */
};

/* "unknown", "unoptimised", "optimised", "mixed" */
const char *build_verdict_name(enum build_verdict verdict);

struct producer {
	char compiler[32]; /* "gcc", "clang", "rustc", "go", ...; or "" */
	char version[32];  /* "12.2.0"; or "" */
	enum build_level level;
	enum build_verdict verdict;
	bool is_assembler; /* wrote what a person optimised, or did not */
};

/*
 * Read @text, a DW_AT_producer or a line of .comment or .GCC.command.line.
 * Always fills *ret; what the text does not say is empty or unknown.
 */
void producer_parse(const char *text, struct producer *ret);

/*
 * Several texts without a weight, one after the other with a NUL between them,
 * as .comment has them: the compiler of the program rather than the one that
 * built the C library's startup files.  No level: .comment has none.
 */
void producer_of_comments(const char *data, size_t len, struct producer *ret);

/*
 * The same for .GCC.command.line: the level when all agree, BUILD_MIXED when
 * some optimise and some do not.
 */
void producer_of_command_lines(const char *data, size_t len,
			       struct producer *ret);

/*
 * The module information that Go's linker leaves, with lines such as
 * "build\t-gcflags=...".
 */
void producer_of_go(const char *version, const char *modinfo,
		    struct producer *ret);

/* Does @modinfo have the line "build\t@setting..."? */
bool producer_go_has(const char *modinfo, const char *setting);

#endif
