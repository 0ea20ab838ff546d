/*
 * What the program is bound by, in words, with the proof and how far to trust
 * it.
 *
 * The rules (verdict_rules.h) are asked stage by stage.  In the first stage in
 * which one holds, the one with the largest share of the time wins; those that
 * come close to it share the verdict.  Then the rules that refine the winner
 * are asked in the same way, and so on.
 */
#ifndef TACHO_ANALYZE_VERDICT_H
#define TACHO_ANALYZE_VERDICT_H

#include "analyze/verdict_rules.h"

/* How a number came to be. */
struct verdict_quality {
	bool counted; /* by a counter; false: the kernel's own account of times
			 and switches, which is always whole */
	double running; /* least share of the time that an input counted */
	bool apart;     /* its inputs were not counted at the same time */
	bool simulated;
	const char *doubt; /* why it is not plausible, or NULL; borrowed */
};

/* What is known about a run; every name that a rule can use is asked for. */
struct verdict_facts {
	expr_lookup_fn lookup;
	/* false: nothing is known of @name */
	bool (*quality)(void *arg, const char *name,
			struct verdict_quality *ret);
	void *arg;
	const char *target; /* for commands to try: "-- ./prog", or NULL */
	/* "topdown,memory": metrics and sets that were counted by name; what
	   would count them again is no next step.  Borrowed */
	const char *const *asked;
	size_t nasked;
	/* what each of several runs says for itself; n is 0 for one run */
	const enum verdict_class *runs;
	size_t nruns;
};

/* Strings are its own. */
struct verdict {
	bool present; /* false in a report without one */
	enum verdict_class class;
	char *kind; /* "DRAM latency", or NULL */
	bool has_share;
	double share;      /* 0..1: of the slots, cycles or time */
	double confidence; /* 0..1; 0 for unknown */
	bool estimate;     /* made of simulated counts */
	char *headline;    /* without class and kind */
	char **because;
	size_t nbecause;
	char **next;
	size_t nnext;
	char *trust; /* why it is not surer */
};

/*
 * The verdict, for which @rules are read as far as needed.  There always is one,
 * and if it is that nothing is known.
 */
void verdict_judge(struct verdict_rules *rules,
		   const struct verdict_facts *facts, struct verdict *ret);

/* " (DRAM latency)", " (DRAM, estimated)" or ""; the caller frees */
char *verdict_kind_text(const struct verdict *verdict);

/* "high", "medium", "low"; "none" for unknown */
const char *verdict_confidence_word(const struct verdict *verdict);

void verdict_done(struct verdict *verdict);

#endif
