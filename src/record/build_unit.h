/*
 * Compilation units: whose code one is, whether it was optimised, and what
 * many of them say about the program together.
 *
 * The verdict is that of the code's bytes, not of the files: link-time
 * optimisation leaves the original units without code, and startup files come
 * with other switches.  Standard libraries that come compiled with the
 * compiler are left out: they are optimised whatever the user asked for.
 */
#ifndef TACHO_RECORD_BUILD_UNIT_H
#define TACHO_RECORD_BUILD_UNIT_H

#include "record/binary.h"

/* Where the variables of some code are. */
struct unit_places {
	unsigned moving; /* not always in the same place, or nowhere */
	unsigned fixed;
	unsigned functions, calls; /* that are described */
	bool all_calls;            /* a function says: all are described */
	bool says_optimised;       /* clang -glldb says so itself */
};

struct unit {
	struct producer producer;
	const char *language; /* from unit_language() */
	int dwarf;            /* version */
	uint64_t bytes;       /* of code */
};

/* The name of DWARF's language @number, "" when it is not known. */
const char *unit_language(uint64_t number);

/*
 * Did unit @name, compiled in @directory, come with the compiler?  Assembler
 * counts as such: it is as good as its author.
 */
bool unit_is_library(const struct producer *producer, const char *name,
		     const char *directory);

/* The verdict of where variables are; unknown when there are too few. */
enum build_verdict unit_judge(const struct unit_places *places,
			      const char *compiler, int dwarf);

/* What came out; plain data, because it comes from another process. */
struct dwarf_build {
	char compiler[32], version[32], language[16];
	enum build_verdict verdict;
	enum build_level level;
	enum binary_source source;
	double unoptimised_share; /* -1: unknown */
	bool partly;
	unsigned nunits; /* with code of its own that were looked at */
};

#define SURVEY_MAKERS 8

struct survey {
	uint64_t by_verdict[BUILD_MIXED + 1];
	uint64_t by_level[LEVEL_COUNT];
	uint64_t from_producer, from_places;
	struct survey_maker {
		char compiler[32], version[32], language[16];
		uint64_t bytes;
	} makers[SURVEY_MAKERS];
	size_t nmakers;
	/* units with too few variables each are judged together */
	struct unit_places small;
	uint64_t small_bytes;
	unsigned nunits;
};

/* Add a unit; @places is used where its producer does not tell. */
void survey_add(struct survey *s, const struct unit *unit,
		const struct unit_places *places);
/* What the units say together. */
void survey_end(struct survey *s, struct dwarf_build *ret);

#endif
