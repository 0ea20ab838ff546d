/* Compilation units; see build_unit.h. */
#include "record/build_unit.h"

#include "base/auto.h"

#include <stdio.h>
#include <string.h>

/* A share of fewer variables than these says nothing. */
#define MIN_VARIABLES 8

/* From this share on, the other kind of code is a detail. */
#define NEARLY_ALL 0.95

/* DWARF 5, table 7.17, and the numbers that dwarfstd.org gave since. */
const char *unit_language(uint64_t number)
{
	static const struct {
		uint64_t number;
		const char *name;
	} languages[] = {
		{ 0x01, "C" },        { 0x02, "C" },       { 0x0c, "C" },
		{ 0x1d, "C" },        { 0x2c, "C" },       { 0x3e, "C" },
		{ 0x04, "C++" },      { 0x19, "C++" },     { 0x1a, "C++" },
		{ 0x21, "C++" },      { 0x2a, "C++" },     { 0x2b, "C++" },
		{ 0x3a, "C++" },      { 0x03, "Ada" },     { 0x0d, "Ada" },
		{ 0x2e, "Ada" },      { 0x2f, "Ada" },     { 0x05, "COBOL" },
		{ 0x06, "COBOL" },    { 0x07, "Fortran" }, { 0x08, "Fortran" },
		{ 0x0e, "Fortran" },  { 0x22, "Fortran" }, { 0x23, "Fortran" },
		{ 0x2d, "Fortran" },  { 0x09, "Pascal" },  { 0x0a, "Modula-2" },
		{ 0x17, "Modula-3" }, { 0x0b, "Java" },    { 0x10, "ObjC" },
		{ 0x11, "ObjC++" },   { 0x13, "D" },       { 0x16, "Go" },
		{ 0x18, "Haskell" },  { 0x1b, "OCaml" },   { 0x1c, "Rust" },
		{ 0x1e, "Swift" },    { 0x1f, "Julia" },   { 0x26, "Kotlin" },
		{ 0x27, "Zig" },      { 0x28, "Crystal" },
	};

	for (size_t i = 0; i < ARRAY_LEN(languages); i++)
		if (languages[i].number == number)
			return languages[i].name;
	return "";
}

/* The first part of the names of Go's own packages. */
static bool is_go_library(const char *name)
{
	static const char *const own[] = {
		"archive",   "bufio",    "bytes",   "cmp",      "compress",
		"container", "context",  "crypto",  "database", "debug",
		"embed",     "encoding", "errors",  "expvar",   "flag",
		"fmt",       "go",       "hash",    "html",     "image",
		"index",     "internal", "io",      "iter",     "log",
		"maps",      "math",     "mime",    "net",      "os",
		"path",      "plugin",   "reflect", "regexp",   "runtime",
		"slices",    "sort",     "strconv", "strings",  "structs",
		"sync",      "syscall",  "testing", "text",     "time",
		"type",      "unicode",  "unique",  "unsafe",   "vendor",
		"weak",
	};
	size_t len = strcspn(name, "/");

	for (size_t i = 0; i < ARRAY_LEN(own); i++)
		if (strlen(own[i]) == len && !memcmp(own[i], name, len))
			return true;
	return false;
}

/* Rust's come from the directories of those who built the compiler. */
static bool is_rust_library(const char *path)
{
	static const char *const homes[] = { "/rustc/", "/rust/deps/",
					     "/usr/src/rustc-" };

	for (size_t i = 0; i < ARRAY_LEN(homes); i++)
		if (!strncmp(path, homes[i], strlen(homes[i])))
			return true;
	return false;
}

bool unit_is_library(const struct producer *producer, const char *name,
		     const char *directory)
{
	if (producer->is_assembler)
		return true;
	if (!strcmp(producer->compiler, "go"))
		return is_go_library(name);
	if (!strcmp(producer->compiler, "rustc"))
		return is_rust_library(name[0] == '/' ? name : directory);
	return false;
}

/*
 * Without optimisation a variable has one place in memory, where a debugger
 * can change it.  Measured shares of variables that move: gcc and clang -O0
 * none, rustc 2 % (in what it always inlines); with optimisation half of them
 * and more.
 *
 * Two compilers say more.  Clang, from DWARF 5 on, marks every function whose
 * calls are all described, and describes them when it optimises and never
 * else.  Gcc describes calls only when it optimises.
 */
enum build_verdict unit_judge(const struct unit_places *places,
			      const char *compiler, int dwarf)
{
	bool is_clang = !strcmp(compiler, "clang");
	unsigned n = places->moving + places->fixed;

	if (places->says_optimised || (is_clang && places->all_calls))
		return BUILD_OPTIMISED;
	if (is_clang && dwarf >= 5 && places->functions)
		return BUILD_UNOPTIMISED;
	if (!strcmp(compiler, "gcc") && places->calls)
		return BUILD_OPTIMISED;
	if (n < MIN_VARIABLES)
		return BUILD_UNKNOWN;
	if (places->moving * 10 < n)
		return BUILD_UNOPTIMISED;
	return places->moving * 10 >= n * 3 ? BUILD_OPTIMISED : BUILD_UNKNOWN;
}

/* ---- all units together ---- */

static void count_maker(struct survey *s, const struct unit *unit)
{
	const struct producer *p = &unit->producer;
	struct survey_maker *m;

	for (size_t i = 0; i < s->nmakers; i++) {
		m = &s->makers[i];
		if (strcmp(m->compiler, p->compiler) == 0 &&
		    strcmp(m->version, p->version) == 0 &&
		    strcmp(m->language, unit->language) == 0) {
			m->bytes += unit->bytes;
			return;
		}
	}
	if (s->nmakers == ARRAY_LEN(s->makers))
		return;
	m = &s->makers[s->nmakers++];
	snprintf(m->compiler, sizeof(m->compiler), "%s", p->compiler);
	snprintf(m->version, sizeof(m->version), "%s", p->version);
	snprintf(m->language, sizeof(m->language), "%s", unit->language);
	m->bytes = unit->bytes;
}

void survey_add(struct survey *s, const struct unit *unit,
		const struct unit_places *places)
{
	enum build_verdict verdict = unit->producer.verdict;

	s->nunits++;
	count_maker(s, unit);
	if (verdict != BUILD_UNKNOWN) {
		s->by_verdict[verdict] += unit->bytes;
		s->by_level[unit->producer.level] += unit->bytes;
		s->from_producer += unit->bytes;
		return;
	}
	verdict = unit_judge(places, unit->producer.compiler, unit->dwarf);
	if (verdict != BUILD_UNKNOWN) {
		s->by_verdict[verdict] += unit->bytes;
		s->from_places += unit->bytes;
		return;
	}
	s->small.moving += places->moving;
	s->small.fixed += places->fixed;
	s->small_bytes += unit->bytes;
}

static void decide(const struct survey *s, struct dwarf_build *ret)
{
	double off = (double)s->by_verdict[BUILD_UNOPTIMISED];
	double known = off + (double)s->by_verdict[BUILD_OPTIMISED];
	double all = known + (double)s->by_verdict[BUILD_UNKNOWN];
	uint64_t most = 0;

	ret->unoptimised_share = -1.0;
	/* what is known must not be a corner of the program */
	if (!(known > 0.0) || known < all / 2.0)
		return;
	ret->unoptimised_share = off / known;
	ret->verdict = BUILD_MIXED;
	if (ret->unoptimised_share >= NEARLY_ALL)
		ret->verdict = BUILD_UNOPTIMISED;
	else if (ret->unoptimised_share <= 1.0 - NEARLY_ALL)
		ret->verdict = BUILD_OPTIMISED;
	ret->source = s->from_producer >= s->from_places
			      ? BINARY_FROM_PRODUCER
			      : BINARY_FROM_LOCATIONS;
	for (int i = LEVEL_UNKNOWN + 1; i < LEVEL_COUNT; i++) {
		/* of several, the most frequent one on the verdict's side */
		if (ret->verdict == BUILD_UNOPTIMISED && i != LEVEL_0)
			continue;
		if (ret->verdict == BUILD_OPTIMISED && i == LEVEL_0)
			continue;
		if (s->by_level[i] > most) {
			most = s->by_level[i];
			ret->level = (enum build_level)i;
		}
	}
}

void survey_end(struct survey *s, struct dwarf_build *ret)
{
	const struct survey_maker *most = NULL;

	memset(ret, 0, sizeof(*ret));
	if (s->small_bytes) {
		/* no compiler's own rule: they may be of several */
		s->by_verdict[unit_judge(&s->small, "", 0)] += s->small_bytes;
		s->from_places += s->small_bytes;
	}
	ret->nunits = s->nunits;
	decide(s, ret);
	for (size_t i = 0; i < s->nmakers; i++)
		if (!most || s->makers[i].bytes > most->bytes)
			most = &s->makers[i];
	if (!most)
		return;
	memcpy(ret->compiler, most->compiler, sizeof(ret->compiler));
	memcpy(ret->version, most->version, sizeof(ret->version));
	memcpy(ret->language, most->language, sizeof(ret->language));
}
