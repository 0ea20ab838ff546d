/* "instructions > +1%"; see compare_gate.h. */
#include "analyze/compare_gate.h"

#include "base/auto.h"
#include "base/parse.h"
#include "base/suggest.h"
#include "base/vec.h"
#include "base/xalloc.h"

#include <ctype.h>
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* What no program does, and no typing error should pass for. */
#define PERCENT_MAX 1e6

static const struct {
	const char *typed, *name;
} other_names[] = {
	{ "wall", "time" },
	{ "elapsed", "time" },
	{ "memory", "max_rss" },
};

/* ---- reading ---- */

static const char *skip_space(const char *p)
{
	while (isspace((unsigned char)*p))
		p++;
	return p;
}

static int bad(struct err *err, const char *text, const char *at,
	       const char *what)
{
	int r = err_set(err, -EINVAL, "'%s', column %zu: %s", text,
			(size_t)(at - text) + 1, what);

	err_hint(err, "a name, > or <, and a difference in percent, %s",
		 "such as 'time > +2%'");
	return r;
}

/* "+1%" at @at; spaces may stand around the sign and before the %. */
static int parse_limit(const char *text, const char *at, double *ret,
		       struct err *err)
{
	const char *p = at, *end;
	AUTO_FREE char *digits = NULL;
	double sign = 1.0, percent;

	if (*p == '+' || *p == '-') {
		sign = *p == '-' ? -1.0 : 1.0;
		p = skip_space(p + 1);
	}
	end = p + strspn(p, "0123456789.");
	if (end == p)
		return bad(err, text, p, "a number was expected");
	digits = xstrndup(p, (size_t)(end - p));
	if (parse_double(digits, &percent) < 0)
		return bad(err, text, p, "this is not a number");
	if (percent > PERCENT_MAX)
		return bad(err, text, p, "this is more than anything changes");
	p = skip_space(end);
	if (*p != '%')
		return bad(err, text, p,
			   "'%' was expected: limits are relative");
	p = skip_space(p + 1);
	if (*p)
		return bad(err, text, p, "nothing was expected after the '%'");
	*ret = sign * percent / 100.0;
	return 0;
}

int gate_parse(struct gates *gates, const char *text, struct err *err)
{
	const char *begin = skip_space(text);

	const char *op = begin + strcspn(begin, "<>"), *end = op;
	struct gate gate = { 0 };
	int r;

	while (end > begin && isspace((unsigned char)end[-1]))
		end--;
	if (!*op)
		return bad(err, text, end, "'>' or '<' was expected");
	if (end == begin)
		return bad(err, text, op,
			   "the name of what was measured was expected");
	if (op[1] == '=')
		return bad(err, text, op + 1,
			   "a limit itself never fails: leave out the '='");
	r = parse_limit(text, skip_space(op + 1), &gate.limit, err);
	if (r < 0)
		return r;
	gate.above = *op == '>';
	gate.text = xstrdup(text);
	gate.name = xstrndup(begin, (size_t)(end - begin));
	VEC_PUSH(gates->items, gates->n, gate);
	return 0;
}

void gates_done(struct gates *gates)
{
	for (size_t i = 0; i < gates->n; i++) {
		free(gates->items[i].text);
		free(gates->items[i].name);
	}
	free(gates->items);
	*gates = (struct gates){ 0 };
}

/* ---- asking ---- */

static bool same_name(const char *a, const char *b)
{
	for (; *a && *b; a++, b++) {
		char x = *a == '-' ? '_' : *a, y = *b == '-' ? '_' : *b;

		if (x != y)
			return false;
	}
	return *a == *b;
}

static size_t find_like(const struct comparison *c, const char *name)
{
	size_t found = compare_find(c, name);

	for (size_t i = 0; found == SIZE_MAX && i < c->nquantities; i++)
		if (same_name(c->quantities[i].kind.name, name))
			found = i;
	return found;
}

int gate_find(const struct comparison *c, const struct gate *gate, size_t *ret,
	      struct err *err)
{
	size_t found = find_like(c, gate->name);
	struct suggest suggest;
	char buf[ERR_TEXT];
	int r;

	for (size_t i = 0; i < ARRAY_LEN(other_names); i++)
		if (found == SIZE_MAX &&
		    !strcmp(gate->name, other_names[i].typed))
			found = compare_find(c, other_names[i].name);
	if (found != SIZE_MAX) {
		*ret = found;
		return 0;
	}
	suggest_init(&suggest, gate->name);
	for (size_t i = 0; i < c->nquantities; i++)
		suggest_offer(&suggest, c->quantities[i].kind.name);
	r = err_set(err, -ENOENT, "'%s': nothing called '%s' was measured",
		    gate->text, gate->name);
	suggest_text(&suggest, buf, sizeof(buf));
	if (*buf)
		err_hint(err, "%s", buf);
	suggest_done(&suggest);
	return r;
}

/* Is all of the interval beyond the limit, or none of it? */
static enum gate_answer judge(const struct gate *gate,
			      const struct compare_interval *i)
{
	if (gate->above ? i->lo > gate->limit : i->hi < gate->limit)
		return GATE_FAILS;
	if (gate->above ? i->hi <= gate->limit : i->lo >= gate->limit)
		return GATE_HOLDS;
	return GATE_UNSURE;
}

/* From a reference of nothing any change is more than any share of it. */
static enum gate_answer judge_from_zero(const struct gate *gate,
					const struct compare_result *r)
{
	struct compare_interval sign = {
		.lo = r->difference.plain.lo > 0.0   ? HUGE_VAL
		      : r->difference.plain.lo < 0.0 ? -HUGE_VAL
						     : 0.0,
		.hi = r->difference.plain.hi > 0.0   ? HUGE_VAL
		      : r->difference.plain.hi < 0.0 ? -HUGE_VAL
						     : 0.0,
	};

	return judge(gate, &sign);
}

static char *reason_of(const struct gate *gate, const char *name,
		       const struct gate_result *result)
{
	static const char *const answers[] = {
		[GATE_HOLDS] = "not beyond",
		[GATE_FAILS] = "beyond",
		[GATE_UNSURE] = "not clearly on one side of",
	};
	const struct compare_delta *d = &result->delta;
	const char *answer = answers[result->answer];

	_Static_assert(ARRAY_LEN(answers) == GATE_UNSURE + 1,
		       "every answer has words");
	if (!d->known)
		return xasprintf("%s: from nothing, %s %+g %%", name, answer,
				 gate->limit * 100.0);
	if (result->exact)
		return xasprintf("%s: %+.2f %%, exact, %s %+g %%", name,
				 d->value * 100.0, answer, gate->limit * 100.0);
	return xasprintf("%s: %+.2f %% [%+.2f, %+.2f], %s %+g %%", name,
			 d->value * 100.0, d->plain.lo * 100.0,
			 d->plain.hi * 100.0, answer, gate->limit * 100.0);
}

int gate_ask(const struct comparison *c, const struct gates *gates,
	     size_t which, size_t subject, struct gate_result *ret,
	     struct err *err)
{
	const struct gate *gate = &gates->items[which];
	double questions = (double)gates->n * (double)(c->nsubjects - 1);
	const struct compare_result *result;
	struct gate_result answer = { .answer = GATE_UNSURE };
	const char *name;
	size_t q;
	int r = gate_find(c, gate, &q, err);

	if (r < 0)
		return r;
	result = &c->quantities[q].results[subject];
	name = c->quantities[q].kind.name;
	answer.exact = result->exact;
	if (result->why) {
		answer.reason = xasprintf("%s: %s", name, result->why);
		*ret = answer;
		return 0;
	}
	answer.delta = compare_relative_at(
		c, q, subject, 1.0 - (1.0 - c->options.confidence) / questions);
	answer.answer = answer.delta.known ? judge(gate, &answer.delta.plain)
					   : judge_from_zero(gate, result);
	answer.reason = reason_of(gate, name, &answer);
	*ret = answer;
	return 0;
}
