/* Derived numbers as events/ defines them; see metric.h. */
#include "metric/metric.h"

#include "base/auto.h"
#include "base/parse.h"
#include "base/suggest.h"
#include "base/vec.h"
#include "metric/imported.h"
#include "metric/link.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define DEFAULT_DIGITS 2
#define MAX_DIGITS 9
#define MAX_HEADING 9

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

static int set_heading(struct metric *m, const char *value,
		       const struct place *at)
{
	if (!*value || strlen(value) > MAX_HEADING)
		return fail(at, value, "1 to 9 letters");
	m->heading = value;
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

static int set_note(struct metric *m, const char *value, const struct place *at)
{
	return set_text(&m->note, value, at);
}

/* What the place before said of the formula counts no more. */
static void begin_formula(struct metric *m, const struct place *at)
{
	expr_free(m->formula);
	m->formula = NULL;
	m->formula_file = at->section->file;
	m->formula_line = at->line;
}

static int set_formula(struct metric *m, const char *value,
		       const struct place *at)
{
	AUTO_FREE const char **names = NULL;
	struct err why = { 0 };
	int r;

	begin_formula(m, at);
	if (!strcmp(value, "none"))
		return 0;
	r = expr_parse(value, &m->formula, &why);
	if (r < 0)
		return err_set(at->err, r, "%s:%d: formula: %s",
			       at->section->file, at->line, why.what);
	if (!expr_names(m->formula, &names))
		return err_set(at->err, -EINVAL,
			       "%s:%d: formula: there is no name in it",
			       at->section->file, at->line);
	return 0;
}

/* ---- of imported files ---- */

static int set_expr(struct metric *m, const char *value, const struct place *at)
{
	struct err why = { 0 };
	int r;

	begin_formula(m, at);
	r = imported_formula(at->section, value, &m->formula, &why);
	if (r < 0)
		return err_set(at->err, r, "%s:%d: [%s %.60s]: formula: %s",
			       at->section->file, at->line, at->section->kind,
			       at->section->name, why.what);
	return 0;
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

struct key {
	const char *name;
	int (*set)(struct metric *m, const char *value, const struct place *at);
};

static const struct key metric_keys[] = {
	{ "about", set_about },
	{ "aliases", set_nothing },
	{ "beside", set_beside },
	{ "better", set_better },
	{ "digits", set_digits },
	{ "expr", set_expr },
	{ "factor", set_nothing },
	{ "formula", set_formula },
	{ "heading", set_heading },
	{ "label", set_label },
	{ "parent", set_parent },
	{ "range", set_range },
	{ "threshold", set_threshold },
	{ "threshold_aliases", set_nothing },
	{ "threshold_expr", set_threshold_expr },
	{ "title", set_title },
	{ "unit", set_unit },
};

static const struct key formula_keys[] = {
	{ "aliases", set_nothing },
	{ "expr", set_expr },
	{ "factor", set_nothing },
	{ "formula", set_formula },
	{ "note", set_note },
	{ "threshold", set_threshold },
	{ "threshold_aliases", set_nothing },
	{ "threshold_expr", set_threshold_expr },
};

static bool has_formula(const struct section *s)
{
	return section_get(s, "formula", NULL) || section_get(s, "expr", NULL);
}

static int fail_key(const struct place *at, const struct key *keys, size_t n)
{
	AUTO(suggest_done) struct suggest s = { 0 };
	char text[ERR_TEXT];

	suggest_init(&s, at->key);
	for (size_t i = 0; i < n; i++)
		suggest_offer(&s, keys[i].name);
	suggest_text(&s, text, sizeof(text));
	err_set(at->err, -EINVAL, "%s:%d: a %s has no key '%.60s'",
		at->section->file, at->line, at->section->kind, at->key);
	if (*text)
		err_hint(at->err, "%s", text);
	return -EINVAL;
}

static int set_keys(struct metric *m, const struct section *s,
		    const struct key *keys, size_t n, struct err *err)
{
	for (size_t i = 0; i < s->n; i++) {
		struct section_entry e = section_entry(s, i);
		struct place at = { s, e.key, e.line, err };
		size_t k = 0;
		int r;

		while (k < n && (keys[k].name[0] != e.key[0] ||
				 strcmp(keys[k].name, e.key) != 0))
			k++;
		if (k == n)
			return fail_key(&at, keys, n);
		r = keys[k].set(m, e.value, &at);
		if (r < 0)
			return r;
	}
	return 0;
}

static bool name_is_plain(const char *name)
{
	return name[0] >= 'a' && name[0] <= 'z' &&
	       strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789_") ==
		       strlen(name);
}

static void metric_done(struct metric *m)
{
	free(m->inputs);
	free(m->names);
	expr_free(m->formula);
	memset(m, 0, sizeof(*m));
}

/*
 * The metric of section @s, with the formula that section @f (may be NULL)
 * gives it.
 */
static int metric_from(const struct section *s, const struct section *f,
		       bool simulated, struct metric *ret, struct err *err)
{
	const char *no_formula = simulated ? "simulated counters cannot tell it"
					   : "events/ has no formula of it for "
					     "this CPU";
	AUTO(metric_done)
	struct metric m = {
		.name = s->name,
		.title = s->name,
		.unit = "",
		.about = "",
		.digits = DEFAULT_DIGITS,
		.file = s->file,
		.line = s->line,
		.optional = s->optional || (f && f->optional),
	};
	int r;

	if (!name_is_plain(s->name) && !section_get(s, "expr", NULL))
		return err_set(err, -EINVAL,
			       "%s:%d: '%.60s': a metric's name is lower-case "
			       "letters, digits and '_'",
			       s->file, s->line, s->name);
	r = set_keys(&m, s, metric_keys, ARRAY_LEN(metric_keys), err);
	if (r == 0 && f)
		r = set_keys(&m, f, formula_keys, ARRAY_LEN(formula_keys), err);
	if (r < 0)
		return r;
	if (f && strchr(f->name, '@'))
		m.pmu = strchr(f->name, '@') + 1;
	/* the tree declares what some CPUs have; a user wants a number */
	if (!m.formula && !m.formula_file && !s->builtin)
		return err_set(err, -EINVAL,
			       "%s:%d: [metric %.60s] has no formula", s->file,
			       s->line, s->name);
	if (!m.formula)
		m.lacks = m.note ? m.note : no_formula;
	if (!m.label)
		m.label = m.title;
	*ret = m;
	memset(&m, 0, sizeof(m));
	return 0;
}

const struct metric *metric_find(const struct metric_list *list,
				 const char *name)
{
	for (size_t i = 0; i < list->n; i++)
		if (!strcmp(list->items[i].name, name))
			return &list->items[i];
	return NULL;
}

/* ---- loading ---- */

struct load {
	const struct catalog *catalog;
	struct metric_list list;
	/* sections [formula NAME@PMU], of hybrid CPUs */
	const struct section **split;
	size_t nsplit;
};

/* What is wrong in a user's own file leaves out that and no more. */
static int forgive(struct load *l, bool optional, const struct err *why, int r,
		   struct err *err)
{
	if (optional) {
		VEC_PUSH(l->list.warnings, l->list.nwarnings,
			 xstrdup(why->what));
		return 0;
	}
	if (err)
		*err = *why;
	return r;
}

/* The metric of @s or, if that is wrong and may be, of what it replaces. */
static int add_one(struct load *l, const struct section *s,
		   const struct section *f, struct err *err)
{
	while (s) {
		struct metric m = { 0 };
		struct err why = { 0 };
		bool optional;
		int r = metric_from(s, f, l->catalog->simulated, &m, &why);

		if (r == 0) {
			VEC_PUSH(l->list.items, l->list.n, m);
			return 0;
		}
		optional = s->optional || (f && f->optional);
		r = forgive(l, optional, &why, r, err);
		if (r < 0)
			return r;
		if (f && f->optional)
			f = catalog_replaced(l->catalog, f);
		else
			s = catalog_replaced(l->catalog, s);
	}
	return 0;
}

/* Is @f a formula for cores of one kind of the metric called @name? */
static bool splits(const struct section *f, const char *name)
{
	size_t len = strlen(name);

	return !strncmp(f->name, name, len) && f->name[len] == '@';
}

/*
 * The formula of the CPU's file goes before that of common/; a metric that the
 * user wrote goes before both.
 */
static bool formula_counts(const struct section *s, const struct section *f)
{
	return s->builtin || !f->builtin || !has_formula(s);
}

/* The metric of section @s: one, or one for each kind of core. */
static int add_metric(struct load *l, const struct section *s, struct err *err)
{
	const struct section *f = catalog_find(l->catalog, "formula", s->name);
	bool split = false;
	int r = 0;

	if (f && !formula_counts(s, f))
		f = NULL;
	for (size_t i = 0; i < l->nsplit && r == 0; i++) {
		if (!splits(l->split[i], s->name) ||
		    !formula_counts(s, l->split[i]))
			continue;
		split = true;
		r = add_one(l, s, l->split[i], err);
	}
	if (r == 0 && (!split || f || has_formula(s)))
		r = add_one(l, s, f, err);
	return r;
}

static int add_named(struct load *l, const char *name, struct err *err)
{
	const struct section *s;

	if (metric_find(&l->list, name))
		return 0;
	s = catalog_find(l->catalog, "metric", name);
	return s ? add_metric(l, s, err) : 0;
}

/* The metrics that those in the list are made of. */
static int add_parts(struct load *l, struct err *err)
{
	int r = 0;

	for (size_t i = 0; i < l->list.n && r == 0; i++) {
		AUTO_FREE const char **names = NULL;
		size_t n = 0;

		if (l->list.items[i].formula)
			n = expr_names(l->list.items[i].formula, &names);
		for (size_t k = 0; k < n && r == 0; k++)
			r = add_named(l, names[k], err);
	}
	return r;
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

/* Is there a section with a formula for the metric called @name? */
static bool has_formula_for(const struct load *l, const char *name)
{
	for (size_t i = 0; i < l->nsplit; i++)
		if (splits(l->split[i], name))
			return true;
	return catalog_find(l->catalog, "formula", name);
}

/* What only some CPUs have is declared for all. */
static bool is_asked_for(const struct load *l, const struct section *s,
			 const struct event_list *events)
{
	const char *formula;

	if (!events || !s->builtin)
		return true;
	formula = section_get(s, "formula", NULL);
	return formula ? names_one_of(formula, events)
		       : has_formula_for(l, s->name);
}

static void find_split(struct load *l)
{
	for (size_t i = 0; i < l->catalog->nlive; i++) {
		const struct section *s = l->catalog->live[i];

		if (!strcmp(s->kind, "formula") && strchr(s->name, '@'))
			VEC_PUSH(l->split, l->nsplit, s);
	}
}

/* With @events NULL: everything. */
static int load_metrics(struct load *l, const struct event_list *events,
			const char *const *wanted, size_t nwanted,
			struct err *err)
{
	int r = 0;

	find_split(l);
	for (size_t i = 0; i < l->catalog->nlive && r == 0; i++) {
		const struct section *s = l->catalog->live[i];

		if (!strcmp(s->kind, "metric") && is_asked_for(l, s, events))
			r = add_metric(l, s, err);
	}
	for (size_t i = 0; i < nwanted && r == 0; i++)
		r = add_named(l, wanted[i], err);
	if (r == 0)
		r = add_parts(l, err);
	if (r == 0)
		r = metric_link(&l->list, l->catalog, err);
	return r;
}

static void load_done(struct load *l)
{
	metric_list_done(&l->list);
	free(l->split);
}

int metric_load(const struct catalog *catalog, struct metric_list *ret,
		struct err *err)
{
	AUTO(load_done) struct load l = { .catalog = catalog };
	int r = load_metrics(&l, NULL, NULL, 0, err);

	if (r == 0)
		r = metric_check_parents(&l.list, err);
	if (r < 0)
		return r;
	*ret = l.list;
	memset(&l.list, 0, sizeof(l.list));
	return 0;
}

int metric_load_for(const struct catalog *catalog,
		    const struct event_list *events, const char *const *wanted,
		    size_t nwanted, struct metric_list *ret, struct err *err)
{
	AUTO(load_done) struct load l = { .catalog = catalog };
	int r = load_metrics(&l, events, wanted, nwanted, err);

	if (r < 0)
		return r;
	*ret = l.list;
	memset(&l.list, 0, sizeof(l.list));
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
