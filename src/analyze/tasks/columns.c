/* Columns of the live view; see columns.h. */
#include "analyze/tasks/columns.h"

#include "base/auto.h"
#include "base/suggest.h"
#include "base/vec.h"

#include <ctype.h>
#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#define SEPARATORS ", \t"
#define HEADING_MAX 9
/* "denied" and "-123.4" shall find room below any heading */
#define WIDTH_MIN 6
#define COLUMNS_MAX 40

/* ---- screens as they are written ---- */

static int add_keys(struct screen_spec *s, const char *p, const char *place,
		    struct err *err)
{
	for (p += strspn(p, SEPARATORS); *p; p += strspn(p, SEPARATORS)) {
		size_t len = strcspn(p, SEPARATORS);
		AUTO_FREE char *key = xstrndup(p, len);

		p += len;
		for (size_t i = 0; i < s->n; i++)
			if (!strcmp(s->keys[i], key))
				return err_set(err, -EINVAL,
					       "%s'%.60s' stands there twice",
					       place, key);
		if (s->n == COLUMNS_MAX)
			return err_set(err, -EINVAL,
				       "%sa screen has at most %d columns",
				       place, COLUMNS_MAX);
		VEC_PUSH(s->keys, s->n, TAKE_PTR(key));
	}
	return s->n ? 0
		    : err_set(err, -EINVAL,
			      "%sexpected names with commas between them",
			      place);
}

static void replace(char **text, const char *value)
{
	free(*text);
	*text = xstrdup(value);
}

static int read_key(struct screen_spec *spec, const struct section *s,
		    const struct section_entry *e, struct err *err)
{
	AUTO_FREE char *place = xasprintf("%s:%d: columns: ", s->file, e->line);

	if (!strcmp(e->key, "columns")) {
		spec->line = e->line;
		return add_keys(spec, e->value, place, err);
	}
	if (!strcmp(e->key, "title"))
		replace(&spec->title, e->value);
	else if (!strcmp(e->key, "about"))
		replace(&spec->about, e->value);
	else if (!strcmp(e->key, "sort"))
		replace(&spec->sort, e->value);
	else
		return err_set(err, -EINVAL,
			       "%s:%d: a screen has no key '%.60s'; it has "
			       "title, columns, sort and about",
			       s->file, e->line, e->key);
	return 0;
}

static bool has_key(const struct screen_spec *spec, const char *key)
{
	for (size_t i = 0; i < spec->n; i++)
		if (!strcmp(spec->keys[i], key))
			return true;
	return false;
}

int screen_spec_read(const struct section *s, struct screen_spec *ret,
		     struct err *err)
{
	AUTO(screen_spec_done)
	struct screen_spec spec = { .file = s->file, .line = s->line };
	int line = s->line;

	replace(&spec.name, s->name);
	replace(&spec.title, s->name);
	replace(&spec.about, "");
	for (size_t i = 0; i < s->n; i++) {
		struct section_entry e = section_entry(s, i);
		int r = read_key(&spec, s, &e, err);

		if (r < 0)
			return r;
	}
	if (!spec.n)
		return err_set(err, -EINVAL,
			       "%s:%d: [screen %.60s] has no columns", s->file,
			       s->line, s->name);
	section_get(s, "sort", &line);
	if (spec.sort && !has_key(&spec, spec.sort) &&
	    !column_builtin(spec.sort))
		return err_set(err, -EINVAL,
			       "%s:%d: sort: '%.60s' is not among the columns",
			       s->file, line, spec.sort);
	*ret = spec;
	memset(&spec, 0, sizeof(spec));
	return 0;
}

int screen_spec_find(const struct catalog *catalog, const char *name,
		     struct screen_spec *ret, struct err *err)
{
	const struct section *s = catalog_find(catalog, "screen", name);
	AUTO(suggest_done) struct suggest near = { 0 };
	char text[200];

	if (s)
		return screen_spec_read(s, ret, err);
	suggest_init(&near, name);
	for (size_t i = 0; i < catalog->nlive; i++)
		if (!strcmp(catalog->live[i]->kind, "screen"))
			suggest_offer(&near, catalog->live[i]->name);
	suggest_text(&near, text, sizeof(text));
	err_set(err, -ENOENT, "there is no screen '%.60s'%s%s", name,
		*text ? "; " : "", text);
	err_hint(err, "tacho top --list-screens shows them");
	return -ENOENT;
}

int screen_spec_list(const char *text, struct screen_spec *ret, struct err *err)
{
	AUTO(screen_spec_done) struct screen_spec spec = { 0 };
	int r;

	replace(&spec.name, "custom");
	replace(&spec.title, "Custom");
	replace(&spec.about, "");
	r = add_keys(&spec, text, "", err);
	if (r < 0)
		return r;
	*ret = spec;
	memset(&spec, 0, sizeof(spec));
	return 0;
}

void screen_spec_done(struct screen_spec *spec)
{
	for (size_t i = 0; i < spec->n; i++)
		free(spec->keys[i]);
	free(spec->keys);
	free(spec->name);
	free(spec->title);
	free(spec->about);
	free(spec->sort);
	memset(spec, 0, sizeof(*spec));
}

/* ---- columns ---- */

static const char *keep(struct columns *c, char *text)
{
	VEC_PUSH(c->texts, c->ntexts, text);
	return text;
}

/* "L1D_MISS_" is no heading: without one, the name as far as it goes. */
static const char *heading_of(struct columns *c, const char *name)
{
	char *text = xstrndup(name, HEADING_MAX);

	for (char *p = text; *p; p++)
		*p = *p == '_' ? '-' : (char)toupper((unsigned char)*p);
	for (size_t n = strlen(text); n && text[n - 1] == '-'; n--)
		text[n - 1] = '\0';
	return keep(c, text);
}

static int width_of(const char *heading)
{
	int width = (int)strlen(heading);

	return width > WIDTH_MIN ? width : WIDTH_MIN;
}

/* Why a counter has a number nowhere; NULL: it may have one. */
static const char *why_not(const struct plan *plan,
			   const struct counter_note *notes, size_t counter)
{
	const struct err *refused =
		plan->refused ? &plan->refused[plan->counters[counter].event]
			      : NULL;

	if (notes && notes[counter].why.code)
		return notes[counter].why.what;
	return refused && refused->code ? refused->what : NULL;
}

static const char *lacking_of(const struct plan *plan,
			      const struct counter_note *notes,
			      const struct plan_use *use)
{
	const char *why = NULL;

	if (!use->counters)
		return use->missing ? use->missing
				    : "its events are not counted";
	for (size_t i = 0; i < use->metric->ninputs && !why; i++)
		why = why_not(plan, notes, use->counters[i]);
	return why;
}

/* The best of its uses: on a hybrid CPU there is one for each core type. */
static void find_use(const struct plan *plan, const struct counter_note *notes,
		     struct column *c)
{
	c->use = SIZE_MAX;
	c->lacking = "it is not among what was counted";
	for (size_t i = 0; i < plan->nuses; i++) {
		const struct plan_use *use = &plan->uses[i];
		const char *why;

		if (strcmp(use->metric->name, c->key) != 0)
			continue;
		why = lacking_of(plan, notes, use);
		if (c->use != SIZE_MAX && why)
			continue;
		c->use = i;
		c->lacking = why;
		if (!why)
			return;
	}
}

static void add_metric(struct columns *columns, const struct metric *m,
		       const struct plan *plan,
		       const struct counter_note *notes)
{
	struct column c = { .kind = COLUMN_METRIC,
			    .key = m->name,
			    .about = m->about,
			    .unit = m->unit,
			    .digits = m->digits,
			    .descending = m->better != METRIC_HIGHER,
			    .event = SIZE_MAX };

	/* a share in percent: two digits more are the same precision */
	if (!strcmp(m->unit, "%") && c.digits > 1)
		c.digits = 1;
	c.heading = m->heading ? m->heading : heading_of(columns, m->name);
	c.width = width_of(c.heading);
	if (m->formula) {
		find_use(plan, notes, &c);
	} else {
		c.use = SIZE_MAX;
		c.lacking = m->lacks;
	}
	VEC_PUSH(columns->items, columns->n, c);
}

static bool add_event(struct columns *columns, const char *key,
		      const struct plan *plan, const struct counter_note *notes)
{
	for (size_t i = 0; i < plan->events->n; i++) {
		const struct event *e = plan->events->items[i];
		struct column c = { .kind = COLUMN_EVENT,
				    .about = e->help,
				    .unit = "/s",
				    .descending = true,
				    .use = SIZE_MAX,
				    .event = i };

		if (strcmp(e->name, key) != 0 && strcmp(e->base, key) != 0)
			continue;
		c.key = keep(columns, xstrdup(key));
		c.heading = heading_of(columns, key);
		c.width = width_of(c.heading);
		c.lacking = why_not(plan, notes, plan->shown[i]);
		VEC_PUSH(columns->items, columns->n, c);
		return true;
	}
	return false;
}

static int fail_key(const struct screen_spec *spec, const char *key,
		    const struct metric_list *metrics, struct err *err)
{
	AUTO_FREE char *place =
		spec->file ? xasprintf("%s:%d: [screen %.60s]: ", spec->file,
				       spec->line, spec->name)
			   : xstrdup("");
	AUTO(suggest_done) struct suggest near = { 0 };
	char text[200];

	suggest_init(&near, key);
	for (size_t i = 0; i < column_nbuiltins; i++)
		suggest_offer(&near, column_builtins[i].key);
	for (size_t i = 0; i < metrics->n; i++)
		suggest_offer(&near, metrics->items[i].name);
	suggest_text(&near, text, sizeof(text));
	err_set(err, -EINVAL, "%s'%.60s' is no column, metric or event%s%s",
		place, key, *text ? "; " : "", text);
	err_hint(err, "tacho top --list-screens and tacho list metrics show "
		      "them");
	return -EINVAL;
}

static void choose_sort(const struct screen_spec *spec, struct columns *c)
{
	const struct column *sort =
		columns_find(c, spec->sort ? spec->sort : "cpu");

	if (!sort && spec->sort)
		sort = column_builtin(spec->sort);
	c->sort = sort ? sort->key : c->items[0].key;
}

int columns_make(const struct screen_spec *spec,
		 const struct metric_list *metrics, const struct plan *plan,
		 const struct counter_note *notes, struct columns *ret,
		 struct err *err)
{
	AUTO(columns_done) struct columns c = { 0 };

	c.name = xstrdup(spec->name);
	c.title = xstrdup(spec->title);
	for (size_t i = 0; i < spec->n; i++) {
		const char *key = spec->keys[i];
		const struct column *builtin = column_builtin(key);
		const struct metric *m = metric_find(metrics, key);

		if (builtin)
			VEC_PUSH(c.items, c.n, *builtin);
		else if (m)
			add_metric(&c, m, plan, notes);
		else if (!add_event(&c, key, plan, notes))
			return fail_key(spec, key, metrics, err);
	}
	choose_sort(spec, &c);
	*ret = c;
	memset(&c, 0, sizeof(c));
	return 0;
}

void columns_done(struct columns *c)
{
	for (size_t i = 0; i < c->ntexts; i++)
		free(c->texts[i]);
	free(c->texts);
	free(c->items);
	free(c->name);
	free(c->title);
	memset(c, 0, sizeof(*c));
}

const struct column *columns_find(const struct columns *columns,
				  const char *key)
{
	for (size_t i = 0; i < columns->n; i++)
		if (!strcmp(columns->items[i].key, key))
			return &columns->items[i];
	return NULL;
}
