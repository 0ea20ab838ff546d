/*
 * What the names in formulas stand for; see link.h.
 *
 * A name is a fact, else a constant, else another metric, else an event: only
 * the machine knows which events there are, so they come last and are never
 * refused here.
 */
#include "metric/link.h"

#include "base/auto.h"
#include "base/parse.h"
#include "base/vec.h"
#include "metric/fact.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

struct linker {
	struct metric_list *list;
	const struct catalog *catalog;
	/* [list->n]: how far metric i has got with its inputs */
	enum {
		UNTOUCHED,
		UNDER_WAY,
		DONE
	} * state;
};

static const char circular[] = "it is made of itself";

/* The formula for the same cores before the one for all. */
static const struct metric *
find_metric(const struct linker *l, const struct metric *from, const char *name)
{
	const struct metric *any = NULL;

	for (size_t i = 0; i < l->list->n; i++) {
		const struct metric *m = &l->list->items[i];

		if (m == from || strcmp(m->name, name) != 0)
			continue;
		if (m->pmu && from->pmu && !strcmp(m->pmu, from->pmu))
			return m;
		if (!m->pmu || !from->pmu)
			any = any && !any->pmu ? any : m;
	}
	return any;
}

int metric_constant(const struct section *s, double *ret, struct err *err)
{
	int line = s->line;
	const char *value = section_get(s, "value", &line);

	if (!value || parse_double(value, ret) < 0)
		return err_set(err, -EINVAL,
			       "%s:%d: [constant %.60s]: value: expected a "
			       "number",
			       s->file, line, s->name);
	return 0;
}

static int name_link(const struct linker *l, const struct metric *m,
		     struct metric_name *n, struct err *err)
{
	const struct section *constant;

	if (fact_find(n->name)) {
		n->kind = METRIC_NAME_FACT;
		return 0;
	}
	constant = catalog_find(l->catalog, "constant", n->name);
	if (constant) {
		n->kind = METRIC_NAME_CONSTANT;
		return metric_constant(constant, &n->constant, err);
	}
	/* an event may be called like the metric that shows it */
	n->metric = find_metric(l, m, n->name);
	n->kind = n->metric && strcmp(n->name, m->name) != 0
			  ? METRIC_NAME_METRIC
			  : METRIC_NAME_EVENT;
	return 0;
}

static int names_link(const struct linker *l, struct metric *m, struct err *err)
{
	AUTO_FREE const char **names = NULL;
	size_t n = expr_names(m->formula, &names);

	for (size_t i = 0; i < n; i++) {
		struct metric_name one = { .name = names[i] };
		int r = name_link(l, m, &one, err);

		if (r < 0)
			return r;
		/* a metric of the user's with the name of an event */
		if (one.metric && one.metric->optional &&
		    expr_uses(m->formula, names[i], EXPR_SECONDS))
			one = (struct metric_name){ .name = names[i],
						    .kind = METRIC_NAME_EVENT };
		if (one.kind != METRIC_NAME_EVENT &&
		    expr_uses(m->formula, names[i], EXPR_SECONDS))
			return err_set(err, -EINVAL,
				       "%s:%d: formula: seconds() wants an "
				       "event, and '%.60s' is none",
				       m->formula_file, m->formula_line,
				       names[i]);
		VEC_PUSH(m->names, m->nnames, one);
	}
	return 0;
}

static void add_input(struct metric *m, const char *name)
{
	for (size_t i = 0; i < m->ninputs; i++)
		if (!strcmp(m->inputs[i], name))
			return;
	VEC_PUSH(m->inputs, m->ninputs, name);
}

/*
 * Recursion ends where a metric comes back to itself; a chain is no longer
 * than the list.
 */
static int inputs_link(struct linker *l, struct metric *m, struct err *err)
{
	size_t at = (size_t)(m - l->list->items);

	if (l->state[at] == DONE)
		return 0;
	if (l->state[at] == UNDER_WAY)
		return err_set(err, -ELOOP, "%s:%d: [metric %.60s]: %s",
			       m->formula_file, m->formula_line, m->name,
			       circular);
	l->state[at] = UNDER_WAY;
	for (size_t i = 0; i < m->nnames; i++) {
		const struct metric_name *n = &m->names[i];
		struct metric *part;
		int r;

		if (n->kind == METRIC_NAME_EVENT)
			add_input(m, n->name);
		if (n->kind != METRIC_NAME_METRIC)
			continue;
		part = &l->list->items[n->metric - l->list->items];
		r = inputs_link(l, part, err);
		if (r < 0)
			return r;
		for (size_t k = 0; k < part->ninputs; k++)
			add_input(m, part->inputs[k]);
	}
	l->state[at] = DONE;
	return 0;
}

/* A user's own metric that is wrong stays, and says why it has no number. */
static int forgive(struct linker *l, struct metric *m, const struct err *why,
		   int r, struct err *err)
{
	if (!m->optional) {
		if (err)
			*err = *why;
		return r;
	}
	VEC_PUSH(l->list->warnings, l->list->nwarnings, xstrdup(why->what));
	expr_free(m->formula);
	m->formula = NULL;
	m->lacks = r == -ELOOP ? circular : "its formula is wrong";
	m->nnames = 0;
	m->ninputs = 0;
	return 0;
}

static int all_inputs_link(struct linker *l, bool optional, struct err *err)
{
	int r = 0;

	for (size_t i = 0; i < l->list->n && r == 0; i++) {
		struct metric *m = &l->list->items[i];
		struct err why = { 0 };

		if (m->optional != optional)
			continue;
		r = inputs_link(l, m, &why);
		if (r == 0)
			continue;
		r = forgive(l, m, &why, r, err);
		/* the others of the circle get another chance without it */
		for (size_t k = 0; k < l->list->n; k++)
			if (l->state[k] == UNDER_WAY)
				l->state[k] = UNTOUCHED;
		l->state[i] = DONE;
	}
	return r;
}

int metric_link(struct metric_list *list, const struct catalog *catalog,
		struct err *err)
{
	struct linker l = { .list = list, .catalog = catalog };
	AUTO_FREE void *state = xcalloc(list->n + 1, sizeof(*l.state));
	int r = 0;

	l.state = state;
	for (size_t i = 0; i < list->n && r == 0; i++) {
		struct err why = { 0 };

		if (!list->items[i].formula)
			continue;
		r = names_link(&l, &list->items[i], &why);
		if (r < 0)
			r = forgive(&l, &list->items[i], &why, r, err);
	}
	/* the optional ones first: a circle through one of them is its fault */
	if (r == 0)
		r = all_inputs_link(&l, true, err);
	if (r == 0)
		r = all_inputs_link(&l, false, err);
	for (size_t i = 0; i < list->n; i++) {
		struct metric *m = &list->items[i];

		if (!m->beside)
			m->beside = m->ninputs ? m->inputs[0] : "";
	}
	return r;
}

/* ---- what is known beforehand ---- */

static struct expr_value known_fact(void *arg, const char *name,
				    enum expr_aspect aspect)
{
	const struct facts *const *facts = arg;
	const struct fact *fact = NULL;

	if (aspect == EXPR_COUNT && fact_find(name))
		fact = facts_get(*facts, name);
	if (!fact || fact->absent)
		return (struct expr_value){ .absent = "not known yet" };
	return (struct expr_value){ .number = fact->number };
}

/* All that metric_link() gave @m; names stand in the formula. */
static void unlink_metric(struct metric *m)
{
	for (size_t i = 0; i < m->ninputs; i++)
		if (m->beside == m->inputs[i])
			m->beside = NULL;
	free(m->names);
	free(m->inputs);
	m->names = NULL;
	m->inputs = NULL;
	m->nnames = m->ninputs = 0;
}

int metric_settle(struct metric_list *list, const struct catalog *catalog,
		  const struct facts *facts, struct err *err)
{
	/* first all: inputs are borrowed from other metrics' formulas, too */
	for (size_t i = 0; i < list->n; i++)
		unlink_metric(&list->items[i]);
	for (size_t i = 0; i < list->n; i++)
		if (list->items[i].formula)
			expr_settle(&list->items[i].formula, known_fact,
				    &facts);
	return metric_link(list, catalog, err);
}

/* ---- parents ---- */

/* Is the parent there, and @m not its own ancestor? */
static int check_parent(const struct metric_list *list, const struct metric *m,
			struct err *err)
{
	const struct metric *up = m;

	if (m->parent && !metric_find(list, m->parent))
		return err_set(err, -EINVAL,
			       "%s:%d: [metric %.60s]: parent '%.60s' is no "
			       "metric",
			       m->file, m->line, m->name, m->parent);
	/* what is wrong further up is told there */
	for (size_t steps = 0; up && up->parent && steps <= list->n; steps++) {
		up = metric_find(list, up->parent);
		if (up == m)
			return err_set(err, -EINVAL,
				       "%s:%d: [metric %.60s] is its own "
				       "ancestor",
				       m->file, m->line, m->name);
	}
	return 0;
}

/* The optional ones first: what is wrong through them is not fatal. */
static int check_parents(struct metric_list *list, bool optional,
			 struct err *err)
{
	for (size_t i = 0; i < list->n; i++) {
		struct metric *m = &list->items[i];
		struct err why = { 0 };
		int r;

		if (m->optional != optional)
			continue;
		r = check_parent(list, m, &why);
		if (r < 0 && !optional) {
			if (err)
				*err = why;
			return r;
		}
		if (r < 0) {
			VEC_PUSH(list->warnings, list->nwarnings,
				 xstrdup(why.what));
			m->parent = NULL;
		}
	}
	return 0;
}

int metric_check_parents(struct metric_list *list, struct err *err)
{
	int r = check_parents(list, true, err);

	return r < 0 ? r : check_parents(list, false, err);
}
