/* Derived numbers as events/ defines them; see metric.h. */
#include "metric/metric.h"

#include "base/auto.h"
#include "base/parse.h"
#include "base/suggest.h"
#include "base/vec.h"
#include "metric/imported.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define DEFAULT_DIGITS 2
#define MAX_DIGITS 9

/* Where a value stands, for messages. */
struct place {
	const struct section *section;
	const char *key;
	int line;
	struct err *err;
};

static int fail(const struct place *at, const char *value, const char *expected)
{
	return err_set(at->err, -EINVAL, "%s:%d: %s = '%.60s': expected %s",
		       at->section->file, at->line, at->key, value, expected);
}

static int set_text(const char **field, const char *value,
		    const struct place *at)
{
	if (!*value)
		return fail(at, value, "some text");
	*field = value;
	return 0;
}

static int set_title(struct metric *m, const char *value,
		     const struct place *at)
{
	return set_text(&m->title, value, at);
}

static int set_label(struct metric *m, const char *value,
		     const struct place *at)
{
	return set_text(&m->label, value, at);
}

/* May be empty: a ratio of two counts has no unit, and can say so. */
static int set_unit(struct metric *m, const char *value, const struct place *at)
{
	(void)at;
	m->unit = value;
	return 0;
}

static int set_about(struct metric *m, const char *value,
		     const struct place *at)
{
	return set_text(&m->about, value, at);
}

static int set_beside(struct metric *m, const char *value,
		      const struct place *at)
{
	return set_text(&m->beside, value, at);
}

static int set_parent(struct metric *m, const char *value,
		      const struct place *at)
{
	return set_text(&m->parent, value, at);
}

static int set_digits(struct metric *m, const char *value,
		      const struct place *at)
{
	if (parse_int(value, &m->digits) < 0 || m->digits < 0 ||
	    m->digits > MAX_DIGITS)
		return fail(at, value, "a number from 0 to 9");
	return 0;
}

static int set_better(struct metric *m, const char *value,
		      const struct place *at)
{
	static const char *const names[] = {
		[METRIC_NEUTRAL] = "neutral",
		[METRIC_LOWER] = "lower",
		[METRIC_HIGHER] = "higher",
	};

	_Static_assert(ARRAY_LEN(names) == METRIC_HIGHER + 1,
		       "one name per direction");
	for (size_t i = 0; i < ARRAY_LEN(names); i++) {
		if (strcmp(names[i], value))
			continue;
		m->better = (enum metric_better)i;
		return 0;
	}
	return fail(at, value, "lower, higher or neutral");
}

static int set_range(struct metric *m, const char *value,
		     const struct place *at)
{
	AUTO_FREE char *lo = xstrdup(value);
	char *dots = strstr(lo, " .. ");

	if (dots)
		*dots = '\0';
	if (!dots || parse_double(lo, &m->lo) < 0 ||
	    parse_double(dots + 4, &m->hi) < 0 || m->lo >= m->hi)
		return fail(at, value, "two ascending numbers, as '0 .. 1'");
	m->has_range = true;
	return 0;
}

static int set_threshold(struct metric *m, const char *value,
			 const struct place *at)
{
	if ((value[0] != '<' && value[0] != '>') || value[1] != ' ' ||
	    parse_double(value + 2, &m->threshold) < 0)
		return fail(at, value, "'> NUMBER' or '< NUMBER'");
	m->threshold_op = value[0];
	return 0;
}

static bool is_event(const char *name)
{
	return strcmp(name, "wall") != 0 && strcmp(name, "ncpus") != 0;
}

static int take_inputs(struct metric *m, const struct place *at)
{
	AUTO_FREE const char **names = NULL;
	size_t n;

	if (expr_uses(m->formula, "wall", EXPR_SECONDS) ||
	    expr_uses(m->formula, "ncpus", EXPR_SECONDS))
		return err_set(at->err, -EINVAL,
			       "%s:%d: formula: seconds() wants an event",
			       at->section->file, at->line);
	n = expr_names(m->formula, &names);
	for (size_t i = 0; i < n; i++)
		if (is_event(names[i]))
			VEC_PUSH(m->inputs, m->ninputs, xstrdup(names[i]));
	if (!m->ninputs)
		return err_set(at->err, -EINVAL,
			       "%s:%d: formula: there is no event in it",
			       at->section->file, at->line);
	return 0;
}

static int set_formula(struct metric *m, const char *value,
		       const struct place *at)
{
	struct err why = { 0 };
	int r = expr_parse(value, &m->formula, &why);

	if (r < 0)
		return err_set(at->err, r, "%s:%d: formula: %s",
			       at->section->file, at->line, why.what);
	return take_inputs(m, at);
}

/* ---- of imported files ---- */

static int set_expr(struct metric *m, const char *value, const struct place *at)
{
	struct err why = { 0 };
	int r = imported_formula(at->section, value, &m->formula, &why);

	if (r < 0)
		return err_set(at->err, r, "%s:%d: [%s %.60s]: formula: %s",
			       at->section->file, at->line, at->section->kind,
			       at->section->name, why.what);
	return take_inputs(m, at);
}

static int set_threshold_expr(struct metric *m, const char *value,
			      const struct place *at)
{
	imported_threshold(at->section, value, &m->threshold_op, &m->threshold);
	return 0;
}

/* What set_expr() and set_threshold_expr() look at. */
static int set_nothing(struct metric *m, const char *value,
		       const struct place *at)
{
	(void)m;
	(void)value;
	(void)at;
	return 0;
}

static const struct {
	const char *name;
	int (*set)(struct metric *m, const char *value, const struct place *at);
} keys[] = {
	{ "about", set_about },
	{ "beside", set_beside },
	{ "better", set_better },
	{ "digits", set_digits },
	{ "formula", set_formula },
	{ "label", set_label },
	{ "parent", set_parent },
	{ "range", set_range },
	{ "threshold", set_threshold },
	{ "title", set_title },
	{ "unit", set_unit },
	{ "aliases", set_nothing },
	{ "expr", set_expr },
	{ "factor", set_nothing },
	{ "threshold_aliases", set_nothing },
	{ "threshold_expr", set_threshold_expr },
};

static int fail_key(const struct place *at)
{
	AUTO(suggest_done) struct suggest s = { 0 };
	char text[ERR_TEXT];

	suggest_init(&s, at->key);
	for (size_t i = 0; i < ARRAY_LEN(keys); i++)
		suggest_offer(&s, keys[i].name);
	suggest_text(&s, text, sizeof(text));
	err_set(at->err, -EINVAL, "%s:%d: a metric has no key '%.60s'",
		at->section->file, at->line, at->key);
	if (*text)
		err_hint(at->err, "%s", text);
	return -EINVAL;
}

static int set_key(struct metric *m, const char *value, const struct place *at)
{
	for (size_t i = 0; i < ARRAY_LEN(keys); i++)
		if (!strcmp(keys[i].name, at->key))
			return keys[i].set(m, value, at);
	return fail_key(at);
}

static bool name_is_plain(const char *name)
{
	return name[0] >= 'a' && name[0] <= 'z' &&
	       strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789_") ==
		       strlen(name);
}

static void metric_done(struct metric *m)
{
	for (size_t i = 0; i < m->ninputs; i++)
		free(m->inputs[i]);
	free(m->inputs);
	expr_free(m->formula);
	memset(m, 0, sizeof(*m));
}

static int metric_from(const struct section *s, struct metric *ret,
		       struct err *err)
{
	AUTO(metric_done)
	struct metric m = {
		.name = s->name,
		.title = s->name,
		.unit = "",
		.about = "",
		.digits = DEFAULT_DIGITS,
		.file = s->file,
		.line = s->line,
		.optional = s->optional,
	};

	if (!name_is_plain(s->name) && !section_get(s, "expr", NULL))
		return err_set(err, -EINVAL,
			       "%s:%d: '%.60s': a metric's name is lower-case "
			       "letters, digits and '_'",
			       s->file, s->line, s->name);
	for (size_t i = 0; i < s->n; i++) {
		const struct section_entry *e = &s->entries[i];
		struct place at = { s, e->key, e->line, err };
		int r = set_key(&m, e->value, &at);

		if (r < 0)
			return r;
	}
	if (!m.formula)
		return err_set(err, -EINVAL,
			       "%s:%d: [metric %.60s] has no formula", s->file,
			       s->line, s->name);
	if (!m.label)
		m.label = m.title;
	if (!m.beside)
		m.beside = m.inputs[0];
	*ret = m;
	memset(&m, 0, sizeof(m));
	return 0;
}

static const struct metric *find(const struct metric_list *list,
				 const char *name)
{
	for (size_t i = 0; i < list->n; i++)
		if (!strcmp(list->items[i].name, name))
			return &list->items[i];
	return NULL;
}

/* Is the parent there, and @m not its own ancestor? */
static int check_parent(const struct metric_list *list, const struct metric *m,
			struct err *err)
{
	const struct metric *up = m;

	if (m->parent && !find(list, m->parent))
		return err_set(err, -EINVAL,
			       "%s:%d: [metric %.60s]: parent '%.60s' is no "
			       "metric",
			       m->file, m->line, m->name, m->parent);
	/* what is wrong further up is told there */
	for (size_t steps = 0; up && up->parent && steps <= list->n; steps++) {
		up = find(list, up->parent);
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

/* What @s replaces: the section of its name that was loaded before it. */
static const struct section *replaced_by(const struct catalog *catalog,
					 const struct section *s)
{
	const struct section *before = NULL;

	for (size_t i = 0; i < catalog->all.n; i++) {
		const struct section *other = catalog->all.items[i];

		if (other == s)
			break;
		if (!strcmp(other->kind, s->kind) &&
		    !strcmp(other->name, s->name))
			before = other;
	}
	return before;
}

static int add_metric(const struct catalog *catalog, const struct section *s,
		      struct metric_list *list, struct err *err)
{
	while (s) {
		struct metric m = { 0 };
		struct err why = { 0 };
		int r = metric_from(s, &m, &why);

		if (r == 0) {
			VEC_PUSH(list->items, list->n, m);
			return 0;
		}
		if (!s->optional) {
			if (err)
				*err = why;
			return r;
		}
		VEC_PUSH(list->warnings, list->nwarnings, xstrdup(why.what));
		s = replaced_by(catalog, s);
	}
	return 0;
}

/* Could a formula with this text be made of one of @events? */
static bool names_one_of(const char *formula, const struct event_list *events)
{
	for (size_t i = 0; i < events->n; i++)
		if (*events->items[i]->base &&
		    strstr(formula, events->items[i]->base))
			return true;
	return false;
}

static int load_metrics(const struct catalog *catalog,
			const struct event_list *events,
			struct metric_list *list, struct err *err)
{
	for (size_t i = 0; i < catalog->nlive; i++) {
		const struct section *s = catalog->live[i];
		const char *formula;
		int r;

		if (strcmp(s->kind, "metric"))
			continue;
		formula = section_get(s, "formula", NULL);
		if (events && s->builtin && formula &&
		    !names_one_of(formula, events))
			continue;
		r = add_metric(catalog, s, list, err);
		if (r < 0)
			return r;
	}
	return 0;
}

int metric_load(const struct catalog *catalog, struct metric_list *ret,
		struct err *err)
{
	AUTO(metric_list_done) struct metric_list list = { 0 };
	int r = load_metrics(catalog, NULL, &list, err);

	if (r == 0)
		r = check_parents(&list, true, err);
	if (r == 0)
		r = check_parents(&list, false, err);
	if (r < 0)
		return r;
	*ret = list;
	memset(&list, 0, sizeof(list));
	return 0;
}

int metric_load_for(const struct catalog *catalog,
		    const struct event_list *events, struct metric_list *ret,
		    struct err *err)
{
	AUTO(metric_list_done) struct metric_list list = { 0 };
	int r = load_metrics(catalog, events, &list, err);

	if (r < 0)
		return r;
	*ret = list;
	memset(&list, 0, sizeof(list));
	return 0;
}

void metric_list_done(struct metric_list *list)
{
	for (size_t i = 0; i < list->n; i++)
		metric_done(&list->items[i]);
	for (size_t i = 0; i < list->nwarnings; i++)
		free(list->warnings[i]);
	free(list->items);
	free(list->warnings);
	memset(list, 0, sizeof(*list));
}
