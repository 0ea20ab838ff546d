/*
 * What was measured: which file, who built it, and how.
 *
 * The numbers of a program that was built without optimisation say little
 * about the one that will be used, and two measurements can be compared only
 * when one knows that they were of the same build.
 *
 * Looking costs some small reads; debug information, where there is some, is
 * read by libdw in a process of its own (binary_dwarf.c).  It is meant to be
 * done after the measurement.
 */
#ifndef TACHO_RECORD_BINARY_H
#define TACHO_RECORD_BINARY_H

#include "base/err.h"
#include "record/producer.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

enum binary_kind {
	BINARY_NONE, /* not inspected; why says why */
	BINARY_ELF,
	BINARY_SCRIPT, /* of an interpreter */
	BINARY_OTHER,  /* something that the kernel has a handler for */
};

/* How the verdict was learnt. */
enum binary_source {
	BINARY_FROM_NOTHING,
	BINARY_FROM_PRODUCER,     /* switches in the debug information */
	BINARY_FROM_COMMAND_LINE, /* .GCC.command.line */
	BINARY_FROM_GO,           /* .go.buildinfo */
	BINARY_FROM_LOCATIONS,    /* where the debug information says that
				     variables are: in memory always, or not */
};

/* What was built in that changes the program's speed. */
enum binary_instrument {
	BINARY_ASAN = 1 << 0,
	BINARY_TSAN = 1 << 1,
	BINARY_MSAN = 1 << 2,
	BINARY_UBSAN = 1 << 3,
	BINARY_COVERAGE = 1 << 4, /* --coverage, -fprofile-* */
	BINARY_PROFILE = 1 << 5,  /* -pg, -finstrument-functions */
	BINARY_INSTRUMENTS = 6,
};

struct binary {
	char *name;     /* as it was found: "./prog", "/usr/bin/true" */
	char *path;     /* absolute, without links; NULL: not known */
	struct err why; /* code 0, or why the rest is not known */
	enum binary_kind kind;
	struct binary *interpreter; /* of a script; NULL: none was found */
	char build_id[65];          /* GNU, in hex; "" when there is none */
	char go_build_id[128];
	char language[16]; /* "C++"; "" when not known */
	char compiler[32]; /* "gcc"; of most of its own code; "" */
	char version[32];
	enum build_verdict verdict;
	enum build_level level; /* of most of the code that has one */
	enum binary_source source;
	double unoptimised_share; /* of the code with a verdict; -1: unknown */
	bool partly; /* there was more debug information than time */
	bool stripped, debug_info, is_static, is_pie;
	char *debug_file;     /* where the debug information is, if apart */
	struct err dwarf_why; /* why it could not be read; code 0: it was,
				 or there is none */
	unsigned instruments; /* BINARY_ASAN | ... */
};

void binary_done(struct binary *binary);

/*
 * The file that execvp(@name) would execute now; the caller frees.  NULL when
 * there is none.
 */
char *binary_find(const char *name);

/*
 * Look at the file @name (as from binary_find()).  Always fills *ret, which
 * the caller ends with binary_done(); what could not be learnt is said there.
 * @since_ns: a file that was changed after this time (CLOCK_REALTIME) is not
 * what was measured, and is not looked at; 0: whenever.
 */
void binary_inspect(const char *name, uint64_t since_ns, struct binary *ret);

/* The same for @fd, which stays the caller's; @name is only kept. */
void binary_inspect_fd(int fd, const char *name, uint64_t since_ns,
		       struct binary *ret);

/*
 * The executable of process or thread @task, while it runs: a descriptor that
 * outlives it, and its name (the caller frees) as the kernel tells it.
 * Negative errno when there is none or one may not ask.
 */
int binary_open_task(pid_t task, char **ret_name);

/* "producer", "command-line", ...; "" for BINARY_FROM_NOTHING */
const char *binary_source_name(enum binary_source source);

/* "address sanitizer", ... of bit @i of instruments */
const char *binary_instrument_name(unsigned i);

#endif
