/*
 * Where numbers come from: the machine and how it was set up, the program and
 * how it was built, the surroundings that it was run in.  Kept beside the
 * numbers, so that two recordings can be compared only as far as they are
 * comparable.
 *
 * All of it is text, because it is there to be shown and to be compared; what
 * is not known is NULL and never guessed.
 */
#ifndef TACHO_RECORD_PROVENANCE_H
#define TACHO_RECORD_PROVENANCE_H

#include "base/err.h"
#include "base/rootfs.h"
#include "cpu/cpu.h"
#include "record/binary.h"

#include <stddef.h>

enum provenance_what {
	/* how it was counted */
	PROVENANCE_TACHO,  /* version */
	PROVENANCE_SOURCE, /* "perf", "cachegrind" */
	PROVENANCE_SIMULATOR,
	/* the machine */
	PROVENANCE_HOST,
	PROVENANCE_CPU_KEY,
	PROVENANCE_CPU_MODEL,
	PROVENANCE_CPUS, /* online */
	PROVENANCE_MICROCODE,
	PROVENANCE_HYPERVISOR, /* "none" on bare metal */
	PROVENANCE_PLATFORM,
	PROVENANCE_KERNEL,
	/* how it is set up */
	PROVENANCE_GOVERNOR,
	PROVENANCE_SMT,
	PROVENANCE_BOOST,
	PROVENANCE_THP,
	PROVENANCE_ASLR,
	PROVENANCE_WATCHDOG,
	PROVENANCE_LOAD, /* of the last minute, at the begin */
	/* what was run */
	PROVENANCE_COMMAND,
	PROVENANCE_DIRECTORY,
	PROVENANCE_ENVIRONMENT,       /* a fingerprint of names and values */
	PROVENANCE_ENVIRONMENT_BYTES, /* it moves the stack */
	/* the program */
	PROVENANCE_PROGRAM, /* its file */
	PROVENANCE_BUILD_ID,
	PROVENANCE_COMPILER,
	PROVENANCE_OPTIMISATION,    /* "optimised", "unoptimised", ... */
	PROVENANCE_LEVEL,           /* "-O2" */
	PROVENANCE_INSTRUMENTATION, /* "address sanitizer", "none" */
};
#define PROVENANCES (PROVENANCE_INSTRUMENTATION + 1)

struct provenance {
	char *items[PROVENANCES]; /* NULL: not known */
	char **variables;         /* names in the environment, sorted */
	size_t nvariables;
};

/* "cpu_model" */
const char *provenance_key(enum provenance_what what);

/*
 * Ask @root what it is, and how it is set up; costs some small files.  @cpu is
 * of the same machine.  Adds to @p.
 */
void provenance_of_machine(const struct rootfs *root, const struct cpu *cpu,
			   struct provenance *p);

/* This process: its directory, and the environment that commands get. */
void provenance_of_process(char *const *environment, struct provenance *p);
void provenance_of_command(char *const *argv, struct provenance *p);
/* A script is what its interpreter is. */
void provenance_of_binary(const struct binary *binary, struct provenance *p);

void provenance_set(struct provenance *p, enum provenance_what what,
		    const char *text);
void provenance_done(struct provenance *p);

/* What a difference does to a comparison. */
enum provenance_severity {
	PROVENANCE_TOLD,    /* good to know; often what is compared */
	PROVENANCE_DOUBTS,  /* it may be the reason of a difference */
	PROVENANCE_DEFEATS, /* numbers of the two do not compare */
};

struct provenance_difference {
	enum provenance_what what;
	enum provenance_severity severity;
	const char *a, *b; /* borrowed from the two */
	char *text;        /* a sentence without a full stop */
};

/*
 * What differs, of what is known of both, the worst first; the caller frees
 * *ret with provenance_differences_free().  Returns how many.
 */
size_t provenance_differences(const struct provenance *a,
			      const struct provenance *b,
			      struct provenance_difference **ret);
void provenance_differences_free(struct provenance_difference *d, size_t n);

#endif
