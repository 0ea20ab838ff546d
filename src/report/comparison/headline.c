/*
 * A comparison in one line: only what is significant is claimed, of the
 * difference and of its cause alike.
 */
#include "report/comparison/comparison.h"

#include "base/auto.h"
#include "base/cells.h"
#include "base/strbuf.h"
#include "base/xalloc.h"
#include "report/comparison/choose.h"
#include "report/comparison/facts.h"
#include "report/comparison/spell.h"

#include <ctype.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- why ---- */

/* What shows that a factor changed, any of these. */
static const struct {
	const char *quantities[3]; /* metrics, bases of events */
	bool inverse[3];
	const char *more, *less;
} causes[] = {
	[WHY_INSTRUCTIONS] = { { "instructions" },
			       .more = "more instructions",
			       .less = "fewer instructions" },
	[WHY_CYCLES_PER_INSTRUCTION] = { { "ipc" },
					 { true },
					 "more cycles per instruction",
					 "fewer cycles per instruction" },
	/* nothing that is measured is this: it is what remains */
	[WHY_TIME_PER_INSTRUCTION] = { { NULL }, { false }, "", "" },
	[WHY_FREQUENCY] = { { "ghz" },
			    { true },
			    "a lower clock rate",
			    "a higher clock rate" },
	[WHY_KERNEL_TIME] = { { "sys_time" },
			      .more = "more time in the kernel",
			      .less = "less time in the kernel" },
	[WHY_PROCESSOR_TIME] = { { "task_clock", "user_time", "sys_time" },
				 .more = "more processor time",
				 .less = "less processor time" },
	[WHY_UTILISATION] = { { "cpus_utilized" },
			      { true },
			      "more waiting",
			      "less waiting" },
};
_Static_assert(ARRAY_LEN(causes) == WHY_FACTORS, "every factor has a row");

/* Words for details of cycles; those of caches are all alike. */
static const struct {
	enum why_share share;
	const char *more, *less;
} stalls[] = {
	{ WHY_FRONTEND_BOUND, "frontend stalls", "fewer frontend stalls" },
	{ WHY_BACKEND_BOUND, "backend stalls", "fewer backend stalls" },
	{ WHY_BAD_SPECULATION, "bad speculation", "less bad speculation" },
	{ WHY_FETCH_LATENCY, "fetch latency", "less fetch latency" },
	{ WHY_FETCH_BANDWIDTH, "fetch bandwidth", "better fetch bandwidth" },
	{ WHY_BRANCH_MISPREDICTS, "mispredicted branches",
	  "fewer mispredicted branches" },
	{ WHY_MACHINE_CLEARS, "machine clears", "fewer machine clears" },
	{ WHY_MEMORY_BOUND, "memory stalls", "fewer memory stalls" },
	{ WHY_CORE_BOUND, "core stalls", "fewer core stalls" },
	{ WHY_L1_BOUND, "L1 stalls", "fewer L1 stalls" },
	{ WHY_L2_BOUND, "L2 stalls", "fewer L2 stalls" },
	{ WHY_L3_BOUND, "L3 stalls", "fewer L3 stalls" },
	{ WHY_DRAM_BOUND, "DRAM stalls", "fewer DRAM stalls" },
	{ WHY_STORE_BOUND, "store stalls", "fewer store stalls" },
};

/* Did the quantity go up (or down) significantly? */
static bool went(const struct comparison *c, const char *name, size_t subject,
		 bool up)
{
	for (size_t i = 0; i < c->nquantities; i++) {
		const struct compare_quantity *q = &c->quantities[i];
		const struct compare_result *r = &q->results[subject];

		if (strcmp(q->kind.name, name) != 0 &&
		    strcmp(q->kind.base, name) != 0)
			continue;
		if (choice_differs(r) && (r->difference.value > 0.0) == up)
			return true;
	}
	return false;
}

/* Which cycles: only where the share of them changed, too. */
static const char *stall_of(const struct comparison *c, size_t subject,
			    const struct why_part *part)
{
	const char *word = why_main_detail(part);
	bool up = part->part > 0.0;

	for (size_t i = 0; word && i < ARRAY_LEN(stalls); i++) {
		enum why_share share = stalls[i].share;

		if (!strcmp(why_share_word(share), word))
			return went(c, why_share_metric(share), subject, up)
				       ? up ? stalls[i].more : stalls[i].less
				       : NULL;
	}
	return NULL;
}

/* The part that makes up most of the change, in words; NULL. */
static const char *cause_of(const struct comparison_report *r, size_t subject)
{
	const struct why *why = &r->subjects[subject].why;
	const struct comparison *c = r->comparison;

	for (size_t i = 0; i < why->nparts; i++) {
		const struct why_part *part = &why->parts[i];
		enum why_factor factor = part->factor;
		bool up = part->part > 0.0, backed = false;
		const char *stall = NULL;

		if (!(part->part / why->total > 0.5))
			continue;
		for (size_t k = 0; k < ARRAY_LEN(causes[0].quantities); k++)
			if (causes[factor].quantities[k])
				backed |= went(c, causes[factor].quantities[k],
					       subject,
					       up != causes[factor].inverse[k]);
		if (!backed)
			return NULL;
		if (factor == WHY_CYCLES_PER_INSTRUCTION)
			stall = stall_of(c, subject, part);
		return stall ? stall
		       : up  ? causes[factor].more
			     : causes[factor].less;
	}
	return NULL;
}

/* ---- what ---- */

struct heading {
	const struct comparison_report *r;
	const struct compare_quantity *q;
	const struct compare_result *result;
	size_t subject;
	bool is_time;
	char *noun;              /* "time", "instructions" */
	bool countable;          /* it is many of something */
	const char *more, *less; /* "higher", "fewer" */
};

/* "[3.8, 4.5]": of the amount, whichever direction it has */
static void put_amounts(struct strbuf *b, const struct compare_result *r,
			int digits)
{
	const struct compare_interval *i = &r->relative.shown;
	bool down = r->relative.value < 0.0;
	char lo[FMT_LEN], hi[FMT_LEN];

	if (!r->resampled)
		return;
	strbuf_addf(b, " [%s, %s]",
		    spell_percent(lo, down ? -i->hi : i->lo, digits, false),
		    spell_percent(hi, down ? -i->lo : i->hi, digits, false));
}

static char *spell_factor(char buf[FMT_LEN], double factor, double like)
{
	if (like < 1e6)
		snprintf(buf, FMT_LEN, "%.*f",
			 like < 10.0    ? 2
			 : like < 100.0 ? 1
					: 0,
			 factor);
	else
		snprintf(buf, FMT_LEN, "%.3g", factor);
	return buf;
}

/* "takes 2.31 times as long [2.25, 2.40]" */
static void put_times(struct strbuf *b, const struct compare_result *r)
{
	double value = 1.0 + r->relative.value;
	double lo = 1.0 + r->relative.shown.lo, hi = 1.0 + r->relative.shown.hi;
	bool longer = value >= 1.0;
	double factor = longer ? value : 1.0 / value;
	char buf[FMT_LEN], other[FMT_LEN];

	spell_factor(buf, factor, factor);
	strbuf_addf(b,
		    longer ? "takes %s times as long" : "is %s times as fast",
		    buf);
	if (r->resampled && lo > 0.0)
		strbuf_addf(
			b, " [%s, %s]",
			spell_factor(buf, longer ? lo : 1.0 / hi, factor),
			spell_factor(other, longer ? hi : 1.0 / lo, factor));
}

static void put_time(struct strbuf *b, const struct heading *h)
{
	const struct compare_result *r = h->result;
	int digits = spell_percent_digits(r);
	double share = r->relative.value;
	const char *cause = cause_of(h->r, h->subject);
	char number[FMT_LEN];

	if (share >= 1.0 || (share <= -0.5 && share > -1.0)) {
		put_times(b, r);
	} else {
		/* half the time is twice as fast: say which of them it is */
		strbuf_addf(b,
			    share > 0.0 ? "is %s %% slower"
					: "takes %s %% less time",
			    spell_percent(number, fabs(share), digits, false));
		put_amounts(b, r, digits);
	}
	if (cause)
		strbuf_addf(b, ", because of %s", cause);
}

static void put_from_zero(struct strbuf *b, const struct heading *h)
{
	size_t q = (size_t)(h->q - h->r->comparison->quantities);
	struct spelling s = spelling_of(h->r->comparison, q, NULL);
	char number[FMT_LEN];
	bool more = h->result->difference.value > 0.0;

	spell(number, &s, fabs(h->result->difference.value));
	strbuf_addf(b, "has %s%s%s%s %s %s, from nothing",
		    h->result->exact ? "exactly " : "", number,
		    *s.unit ? " " : "", s.unit, more ? "more" : "less",
		    h->noun);
}

static void put_differs(struct strbuf *b, const struct heading *h)
{
	const struct compare_result *r = h->result;
	int digits = spell_percent_digits(r);
	bool more = r->difference.value > 0.0;
	char number[FMT_LEN];

	if (!r->relative.known) {
		put_from_zero(b, h);
		return;
	}
	if (h->is_time) {
		put_time(b, h);
		return;
	}
	spell_percent(number, fabs(r->relative.value), digits, false);
	strbuf_addf(b, "has %s%s %% %s %s", r->exact ? "exactly " : "", number,
		    more ? h->more : h->less, h->noun);
	put_amounts(b, r, digits);
	/* which of them is good is not said by "higher" */
	if (strcmp(h->more, "more") != 0 && r->mark != COMPARE_DIFFERENT)
		strbuf_addf(b, ", %s", compare_mark_name(r->mark));
}

/*
 * What disturbs the clock on the wall hardly touches these, the better ones
 * first.  A part of the time is not the time, so it is only told beside it.
 */
static const struct {
	const char *quantity; /* name, or base of an event */
	const char *verb, *noun, *less;
} siblings[] = {
	{ "task_clock", "takes", "processor time", "less" },
	{ "instructions", "executes", "instructions", "fewer" },
	{ "user_time", "takes", "time in the program", "less" },
};

/* Can it be relied on where time cannot tell? */
static bool is_decisive(const struct comparison_report *r, size_t q,
			size_t subject)
{
	const struct compare_quantity *quantity = &r->comparison->quantities[q];
	const struct compare_result *result = &quantity->results[subject];

	if (quantity->kind.split || !result->relative.known ||
	    (!quantity->kind.user_only &&
	     (comparison_doubt(r, q, 0) || comparison_doubt(r, q, subject))))
		return false;
	return choice_differs(result) ||
	       (result->mark == COMPARE_SAME && result->surely_same &&
		r->comparison->options.noise > 0.0);
}

static size_t find_sibling(const struct comparison_report *r, size_t subject,
			   size_t sibling)
{
	const struct comparison *c = r->comparison;
	const char *name = siblings[sibling].quantity;

	for (size_t i = 0; i < c->nquantities; i++)
		if ((!strcmp(c->quantities[i].kind.name, name) ||
		     !strcmp(c->quantities[i].kind.base, name)) &&
		    is_decisive(r, i, subject))
			return i;
	return SIZE_MAX;
}

/* "; but it takes 2.0 % more processor time [1.7, 2.4]" */
static void put_sibling(struct strbuf *b, const struct heading *h)
{
	const struct compare_quantity *q = NULL;
	const struct compare_result *r;
	char number[FMT_LEN], other[FMT_LEN];
	size_t i, at = SIZE_MAX;
	int digits;

	for (i = 0; i < ARRAY_LEN(siblings) && at == SIZE_MAX; i++)
		at = find_sibling(h->r, h->subject, i);
	if (at == SIZE_MAX)
		return;
	i--;
	q = &h->r->comparison->quantities[at];
	r = &q->results[h->subject];
	digits = spell_percent_digits(r);
	if (choice_differs(r)) {
		strbuf_addf(b, "; but it %s %s %% %s %s%s", siblings[i].verb,
			    spell_percent(number, fabs(r->relative.value),
					  digits, false),
			    r->relative.value > 0.0 ? "more" : siblings[i].less,
			    siblings[i].noun,
			    q->kind.user_only ? " in user mode" : "");
		put_amounts(b, r, digits);
		return;
	}
	strbuf_addf(b, "; less than %g %% difference in %s%s [%s, %s]",
		    100.0 * h->r->comparison->options.noise, siblings[i].noun,
		    q->kind.user_only ? " in user mode" : "",
		    spell_percent(number, r->relative.shown.lo, digits, true),
		    spell_percent(other, r->relative.shown.hi, digits, true));
}

static void put_same(struct strbuf *b, const struct heading *h)
{
	const struct compare_result *r = h->result;
	const struct compare_interval *i = &r->relative.shown;
	int digits = spell_percent_digits(r);
	char number[FMT_LEN], lo[FMT_LEN], hi[FMT_LEN];

	if (r->exact && r->difference.value == 0.0) {
		strbuf_addf(b, "exactly the same %s", h->noun);
		return;
	}
	if (!r->relative.known) {
		strbuf_addf(b, "no difference in %s", h->noun);
		return;
	}
	spell_percent(lo, i->lo, digits, true);
	spell_percent(hi, i->hi, digits, true);
	spell_percent(number, r->relative.value, digits, true);
	if (r->exact) {
		strbuf_addf(b, "exactly %s %% %s", number, h->noun);
	} else if (i->lo > 0.0 || i->hi < 0.0) {
		strbuf_addf(b, "%s %% %s [%s, %s]", number, h->noun, lo, hi);
	} else {
		strbuf_addf(b, "no difference in %s%s [%s, %s] %%", h->noun,
			    r->surely_same ? "" : " seen", lo, hi);
		if (!r->surely_same)
			strbuf_puts(b, ", which does not rule one out");
		if (!r->surely_same && h->is_time)
			put_sibling(b, h);
		return;
	}
	strbuf_addf(b, ", less than the %g %% that counts",
		    100.0 * h->r->comparison->options.noise);
}

static void put_answer(struct strbuf *b, const struct heading *h)
{
	const struct compare_result *r = h->result;

	switch (r->mark) {
	case COMPARE_SAME:
		strbuf_puts(b, ": ");
		put_same(b, h);
		return;
	case COMPARE_BETTER:
	case COMPARE_WORSE:
	case COMPARE_DIFFERENT:
		strbuf_putc(b, ' ');
		put_differs(b, h);
		return;
	case COMPARE_TOO_FEW:
		strbuf_addf(b, ": too few runs to tell whether %s differ%s: %s",
			    h->noun, h->countable ? "" : "s",
			    r->why ? r->why : "");
		return;
	case COMPARE_ABSENT:
		break;
	}
	/* without a number an event has no unit that would tell */
	strbuf_addf(b, ": %s %s not known: %s", h->noun,
		    h->countable && *h->noun &&
				    h->noun[strlen(h->noun) - 1] == 's'
			    ? "are"
			    : "is",
		    r->why ? r->why : "no number");
}

/* The words for a quantity in a sentence. */
static void set_noun(struct heading *h)
{
	static const struct {
		const char *name, *noun;
	} known[] = {
		{ "time", "time" },
		{ "user_time", "time in the program" },
		{ "sys_time", "time in the kernel" },
		{ "max_rss", "peak memory" },
	};
	const struct compare_kind *kind = &h->q->kind;

	h->countable = choice_group_of(h->q) == CHOICE_EVENTS && !*kind->unit;
	h->more = h->countable ? "more" : "higher";
	h->less = h->countable ? "fewer" : "lower";
	for (size_t i = 0; i < ARRAY_LEN(known); i++) {
		if (!strcmp(kind->name, known[i].name)) {
			h->noun = xstrdup(known[i].noun);
			h->more = "more";
			h->less = "less";
			return;
		}
	}
	h->noun = spell_name(h->q, true);
	/* a title, unless it begins with an abbreviation */
	if (isupper((unsigned char)h->noun[0]) &&
	    islower((unsigned char)h->noun[1]))
		h->noun[0] = (char)tolower((unsigned char)h->noun[0]);
}

char *comparison_headline(const struct comparison_report *r, size_t subject)
{
	const struct comparison *c = r->comparison;
	AUTO_FREE char *name = cells_cleaned(c->subjects[subject].name, true);
	AUTO_FREE char *metric = cells_cleaned(r->metric, true);
	size_t quantity = choice_headline(r);
	struct heading h = { .r = r, .subject = subject };
	struct strbuf b = { 0 };

	strbuf_puts(&b, name);
	if (!subject) {
		strbuf_puts(&b, " is the reference");
		return strbuf_detach(&b);
	}
	if (quantity == SIZE_MAX) {
		strbuf_addf(&b, ": nothing called '%s' was measured", metric);
		return strbuf_detach(&b);
	}
	h.q = &c->quantities[quantity];
	h.result = &h.q->results[subject];
	h.is_time = !strcmp(h.q->kind.name, "time");
	set_noun(&h);
	put_answer(&b, &h);
	free(h.noun);
	return strbuf_detach(&b);
}
