/*
 * Texts of rules with conditions and numbers in them.
 *
 *	when l3_mpki > 1 and no dram_bound: {l3_mpki|.1} L3 misses per 1000
 *
 * A condition is terms joined by " and "; a term is a formula, true when it is
 * known and not 0, or "no NAME", true when NAME is not known.
 *
 * In a sentence, {FORMULA|FORMAT} is a number: % (a share), .0 to .3 (digits),
 * s (a duration), B and B/s (bytes); without |FORMAT three figures.
 * {target} is what is measured, as options of a command line; {why NAME} the
 * reason why NAME is not known.  "{{" is a brace.  A sentence with a number
 * that is not known is not said at all.
 */
#ifndef TACHO_ANALYZE_SENTENCE_H
#define TACHO_ANALYZE_SENTENCE_H

#include "base/err.h"
#include "base/strbuf.h"
#include "metric/expr.h"

#include <stdbool.h>
#include <stddef.h>

struct condition_term {
	struct expr *expr; /* NULL for "no NAME" */
	char *absent;      /* the NAME */
};

/* Without terms it always holds. */
struct condition {
	struct condition_term *terms;
	size_t n;
};

/* -EINVAL with what is wrong in @err. */
int condition_parse(const char *text, struct condition *ret, struct err *err);
/* Take "when CONDITION: " from the front of *text; without one it holds. */
int condition_split(const char **text, struct condition *ret, struct err *err);
bool condition_holds(const struct condition *c, expr_lookup_fn lookup,
		     void *arg);
/*
 * A look at a condition that has not been parsed: false when it begins with a
 * name that is not known, so that it cannot hold.
 */
bool condition_may_hold(const char *text, expr_lookup_fn lookup, void *arg);
void condition_done(struct condition *c);

enum sentence_format {
	SENTENCE_NUMBER, /* three figures */
	SENTENCE_SHARE,
	SENTENCE_DIGITS_0,
	SENTENCE_DIGITS_1,
	SENTENCE_DIGITS_2,
	SENTENCE_DIGITS_3,
	SENTENCE_SECONDS,
	SENTENCE_BYTES,
	SENTENCE_BYTES_PER_SECOND,
};

struct sentence_piece {
	enum {
		PIECE_TEXT,
		PIECE_NUMBER,
		PIECE_WHY,
		PIECE_TARGET,
	} kind;
	char *text; /* the text, or the name after "why" */
	struct expr *expr;
	enum sentence_format format;
};

struct sentence {
	struct condition when;
	struct sentence_piece *pieces;
	size_t n;
};

struct sentences {
	struct sentence *items;
	size_t n;
};

/* Sentences separated by ';' (not one within braces). */
int sentences_parse(const char *text, struct sentences *ret, struct err *err);
void sentences_done(struct sentences *s);

struct sentence_context {
	expr_lookup_fn lookup;
	void *arg;
	const char *target; /* "-- ./prog", "-p 17"; NULL: not known */
};

/* Append it to @out.  False, with @out unchanged, when it is not to be said. */
bool sentence_say(const struct sentence *s, const struct sentence_context *c,
		  struct strbuf *out);

#endif
