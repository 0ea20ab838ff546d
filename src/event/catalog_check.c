/*
 * What users' files say that cannot be meant, told when they are read: else a
 * misspelt name would be found out only by who asks for it, or by nobody.
 *
 * The tree's own files are checked by tests.
 */
#include "event/catalog_check.h"

#include "base/auto.h"
#include "base/parse.h"
#include "base/suggest.h"
#include "base/vec.h"
#include "event/builtin.h"

#include <errno.h>
#include <string.h>

struct check {
	const struct catalog *catalog;
	struct section_list tree; /* all of it: also what is for other CPUs */
};

static void check_done(struct check *c)
{
	section_list_done(&c->tree);
}

static bool is_called(const char *name, const char *text, size_t len)
{
	return strlen(name) == len && !memcmp(name, text, len);
}

/* Also one that this CPU does not have: files are for more than one. */
static bool is_metric(struct check *c, const char *name, size_t len)
{
	const struct section_list *lists[] = { &c->catalog->all, &c->tree };

	for (size_t k = 0; k < ARRAY_LEN(lists); k++) {
		if (lists[k] == &c->tree && !c->tree.n)
			for (size_t i = 0; i < builtin_nfiles; i++)
				builtin_load(&builtin_files[i], &c->tree);
		for (size_t i = 0; i < lists[k]->n; i++)
			if (!strcmp(lists[k]->items[i]->kind, "metric") &&
			    is_called(lists[k]->items[i]->name, name, len))
				return true;
	}
	return false;
}

static int fail_metric(const struct check *c, const struct section *s, int line,
		       const char *what, const char *name, size_t len,
		       struct err *err)
{
	AUTO_FREE char *given = xstrndup(name, len);
	AUTO(suggest_done) struct suggest near = { 0 };
	char text[200];

	suggest_init(&near, given);
	for (size_t i = 0; i < c->tree.n; i++)
		if (!strcmp(c->tree.items[i]->kind, "metric"))
			suggest_offer(&near, c->tree.items[i]->name);
	suggest_text(&near, text, sizeof(text));
	return err_set(err, -EINVAL,
		       "%s:%d: [%s %.60s]: %s'%.60s' is no metric%s%s", s->file,
		       line, s->kind, s->name, what, given, *text ? "; " : "",
		       text);
}

static int check_number(const struct section *s, const char *key, bool needed,
			struct err *err)
{
	int line = s->line;
	const char *value = section_get(s, key, &line);
	double number;

	if (value ? parse_double(value, &number) == 0 : !needed)
		return 0;
	return err_set(err, -EINVAL, "%s:%d: [%s %.60s]: %s: expected a number",
		       s->file, line, s->kind, s->name, key);
}

static int check_event(struct check *c, const struct section *s,
		       struct err *err)
{
	(void)c;
	return check_number(s, "scale", false, err);
}

static int check_constant(struct check *c, const struct section *s,
			  struct err *err)
{
	(void)c;
	return check_number(s, "value", true, err);
}

/* [formula NAME] or, for cores of one kind, [formula NAME@PMU] */
static int check_formula(struct check *c, const struct section *s,
			 struct err *err)
{
	size_t len = strcspn(s->name, "@");

	if (is_metric(c, s->name, len))
		return 0;
	return fail_metric(c, s, s->line, "", s->name, len, err);
}

static int check_metric(struct check *c, const struct section *s,
			struct err *err)
{
	const char *parent = section_get(s, "parent", NULL);

	if (!parent || is_metric(c, parent, strlen(parent)))
		return 0;
	return fail_metric(c, s, s->line, "parent ", parent, strlen(parent),
			   err);
}

static int check_set(struct check *c, const struct section *s, struct err *err)
{
	static const char separators[] = ", \t";
	int line = s->line;
	const char *p = section_get(s, "metrics", &line);

	for (size_t len; p && *(p += strspn(p, separators)); p += len) {
		len = strcspn(p, separators);
		if (!is_metric(c, p, len))
			return fail_metric(c, s, line, "", p, len, err);
	}
	return 0;
}

/* A column may be an event, and those are another machine's to know. */
static int check_screen(struct check *c, const struct section *s,
			struct err *err)
{
	const char *columns = section_get(s, "columns", NULL);

	(void)c;
	for (size_t i = 0; i < s->n; i++) {
		struct section_entry e = section_entry(s, i);

		if (strcmp(e.key, "columns") != 0 &&
		    strcmp(e.key, "title") != 0 && strcmp(e.key, "sort") != 0 &&
		    strcmp(e.key, "about") != 0)
			return err_set(err, -EINVAL,
				       "%s:%d: a screen has no key '%.60s'; it "
				       "has title, columns, sort and about",
				       s->file, e.line, e.key);
	}
	if (columns && columns[strspn(columns, ", \t")])
		return 0;
	return err_set(err, -EINVAL, "%s:%d: [screen %.60s] has no columns",
		       s->file, s->line, s->name);
}

static const struct {
	const char *kind;
	int (*check)(struct check *c, const struct section *s, struct err *err);
} kinds[] = {
	{ "constant", check_constant }, { "event", check_event },
	{ "formula", check_formula },   { "metric", check_metric },
	{ "screen", check_screen },     { "set", check_set },
};

static int check_section(struct check *c, const struct section *s,
			 struct err *err)
{
	for (size_t i = 0; i < ARRAY_LEN(kinds); i++)
		if (!strcmp(kinds[i].kind, s->kind))
			return kinds[i].check(c, s, err);
	return 0;
}

int catalog_check(struct catalog *catalog, struct err *err)
{
	AUTO(check_done) struct check c = { .catalog = catalog };
	size_t i = 0;

	while (i < catalog->all.n) {
		const struct section *s = catalog->all.items[i];
		struct err why = { 0 };

		if (s->builtin || check_section(&c, s, &why) == 0) {
			i++;
			continue;
		}
		if (!s->optional)
			return err_set(err, -EINVAL, "%s", why.what);
		VEC_PUSH(catalog->warnings, catalog->nwarnings,
			 xstrdup(why.what));
		/* its file owns it */
		catalog->all.n--;
		memmove(&catalog->all.items[i], &catalog->all.items[i + 1],
			(catalog->all.n - i) * sizeof(*catalog->all.items));
	}
	return 0;
}
