/* Which quantities are shown; see choose.h. */
#include "report/comparison/choose.h"

#include "base/auto.h"
#include "base/strbuf.h"
#include "base/vec.h"

#include <stdlib.h>
#include <string.h>

static const char *const times[] = { "time", "user_time", "sys_time",
				     "max_rss" };

/* What has a row whether it differs or not: metrics and bases of events. */
static const char *const main_ones[] = {
	"ipc",           "frontend_bound",   "bad_speculation", "backend_bound",
	"retiring",      "estimated_cycles", "instructions",    "cycles",
	"branch_misses", "cache_misses",
};

static bool is_one_of(const char *const *names, size_t n, const char *name)
{
	for (size_t i = 0; i < n; i++)
		if (!strcmp(names[i], name))
			return true;
	return false;
}

enum choice_group choice_group_of(const struct compare_quantity *q)
{
	if (is_one_of(times, ARRAY_LEN(times), q->kind.name))
		return CHOICE_TIME;
	/* a metric always has a title, an event never */
	return *q->kind.title ? CHOICE_METRICS : CHOICE_EVENTS;
}

const char *choice_group_title(enum choice_group group, bool simulated)
{
	static const char *const titles[] = {
		[CHOICE_TIME] = "Time and memory",
		[CHOICE_METRICS] = "Metrics",
		[CHOICE_EVENTS] = "Events",
	};

	_Static_assert(ARRAY_LEN(titles) == CHOICE_GROUPS,
		       "every group has a title");
	if (simulated && group == CHOICE_TIME)
		return "Time and memory of the simulation";
	return titles[group];
}

bool choice_differs(const struct compare_result *r)
{
	return r->mark == COMPARE_BETTER || r->mark == COMPARE_WORSE ||
	       r->mark == COMPARE_DIFFERENT;
}

size_t choice_headline(const struct comparison_report *r)
{
	const struct comparison *c = r->comparison;

	if (r->simulated && !strcmp(r->metric, "time"))
		for (size_t i = 0; i < c->nquantities; i++)
			if (!strcmp(c->quantities[i].kind.base, "instructions"))
				return i;
	return compare_find(c, r->metric);
}

static bool any_differs(const struct comparison *c,
			const struct compare_quantity *q)
{
	for (size_t s = 1; s < c->nsubjects; s++)
		if (choice_differs(&q->results[s]))
			return true;
	return false;
}

static bool is_known(const struct comparison *c,
		     const struct compare_quantity *q)
{
	for (size_t s = 0; s < c->nsubjects; s++)
		if (q->sides[s].n)
			return true;
	return false;
}

static bool is_worth(const struct comparison_report *r,
		     const struct compare_quantity *q)
{
	const struct comparison *c = r->comparison;
	const char *name =
		*q->kind.base && !*q->kind.title ? q->kind.base : q->kind.name;

	if (q->kind.untested)
		return false;
	/* of the simulator, not of the program */
	if (choice_group_of(q) == CHOICE_TIME)
		return !r->simulated;
	return any_differs(c, q) ||
	       is_one_of(main_ones, ARRAY_LEN(main_ones), name);
}

static void count_other(struct choice *choice, const struct comparison *c,
			const struct compare_quantity *q)
{
	bool few = false;

	if (q->kind.untested)
		return;
	if (!is_known(c, q)) {
		choice->absent++;
		return;
	}
	for (size_t s = 1; s < c->nsubjects; s++) {
		if (q->results[s].mark == COMPARE_ABSENT) {
			choice->absent++;
			return;
		}
		few |= q->results[s].mark == COMPARE_TOO_FEW;
	}
	if (few)
		choice->few++;
	else
		choice->same++;
}

struct choice choice_of(const struct comparison_report *r, bool all)
{
	const struct comparison *c = r->comparison;
	size_t headline = choice_headline(r);
	struct choice choice = { 0 };

	for (int group = 0; group < CHOICE_GROUPS; group++) {
		for (size_t i = 0; i < c->nquantities; i++) {
			const struct compare_quantity *q = &c->quantities[i];

			if ((int)choice_group_of(q) != group)
				continue;
			if (all || i == headline || is_worth(r, q)) {
				VEC_PUSH(choice.quantities, choice.n, i);
				continue;
			}
			if (r->simulated && group == CHOICE_TIME)
				continue;
			VEC_PUSH(choice.others, choice.nothers, i);
			count_other(&choice, c, q);
		}
	}
	return choice;
}

void choice_done(struct choice *choice)
{
	free(choice->quantities);
	free(choice->others);
	*choice = (struct choice){ 0 };
}

static void add_count(struct strbuf *b, size_t n, const char *one,
		      const char *many)
{
	if (!n)
		return;
	if (b->len)
		strbuf_addf(b, ", %zu %s", n, n == 1 ? one : many);
	else
		strbuf_addf(b, "%zu more number%s %s", n, n == 1 ? "" : "s",
			    n == 1 ? one : many);
}

char *choice_rest_words(const struct choice *choice)
{
	struct strbuf b = { 0 };

	add_count(&b, choice->same, "does not differ", "do not differ");
	add_count(&b, choice->few, "has too few runs", "have too few runs");
	add_count(&b, choice->absent, "is not known", "are not known");
	return strbuf_detach(&b);
}
