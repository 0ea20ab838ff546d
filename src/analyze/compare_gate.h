/*
 * Conditions under which a comparison is to fail, for programs that ask.
 *
 *	instructions > +1%	fails when the new one has over 1 % more
 *	time > +2%
 *	ipc < -5%		fails when it is down by more than 5 %
 *
 * A name of a quantity, > or <, and a relative difference to the reference in
 * percent.  '-' and '_' in names are the same, and "wall" and "elapsed" are
 * other names for "time", "memory" for "max_rss".
 *
 * It fails only when the whole interval of the difference is beyond the limit,
 * and holds only when none of it is; between, the data cannot tell.
 */
#ifndef TACHO_ANALYZE_COMPARE_GATE_H
#define TACHO_ANALYZE_COMPARE_GATE_H

#include "analyze/compare.h"
#include "base/err.h"

#include <stdbool.h>
#include <stddef.h>

struct gate {
	char *text; /* as it was written */
	char *name;
	bool above;   /* '>' */
	double limit; /* a share: 0.01 for 1 % */
};

struct gates {
	struct gate *items;
	size_t n;
};

enum gate_answer {
	GATE_HOLDS,
	GATE_FAILS,
	GATE_UNSURE,
};

struct gate_result {
	enum gate_answer answer;
	struct compare_delta delta; /* with the interval that decided, in
				       plain; unless .known is false */
	bool exact;
	char *reason; /* a sentence; the caller frees */
};

/* -EINVAL with the column and what was expected there; @gates as it was. */
int gate_parse(struct gates *gates, const char *text, struct err *err);
void gates_done(struct gates *gates);

/*
 * The index of the quantity, or -ENOENT with what it may have been.
 */
int gate_find(const struct comparison *c, const struct gate *gate, size_t *ret,
	      struct err *err);

/*
 * Ask gates->items[which] of a computed comparison.  Intervals are made wide
 * enough for all of @gates and all subjects together, not for what else was
 * measured: chances of a false alarm are those of this question.
 */
int gate_ask(const struct comparison *c, const struct gates *gates,
	     size_t which, size_t subject, struct gate_result *ret,
	     struct err *err);

#endif
