/* Numbers for the tests of the verdict; see world.h. */
#include "world.h"

#include "base/auto.h"
#include "base/parse.h"
#include "base/vec.h"
#include "event/catalog.h"

#include "unit.h"

#include <stdlib.h>
#include <string.h>

static struct catalog catalog;
static struct verdict_rules rules;

int world_set_up(void **state)
{
	struct err err = { 0 };

	(void)state;
	setenv("XDG_CONFIG_HOME", "/nonexistent", 1);
	if (catalog_load(&catalog, NULL, NULL, 0, &err) == 0 &&
	    verdict_rules_load(&catalog, &rules, &err) == 0)
		return 0;
	fprintf(stderr, "# %s\n", err.what);
	return -1;
}

int world_tear_down(void **state)
{
	(void)state;
	verdict_rules_done(&rules);
	catalog_done(&catalog);
	return 0;
}

struct verdict_rules *world_rules(void)
{
	return &rules;
}

const struct catalog *world_catalog(void)
{
	return &catalog;
}

static struct known *find(const struct world *w, const char *name)
{
	for (size_t i = 0; i < w->n; i++)
		if (!strcmp(w->items[i].name, name))
			return &w->items[i];
	return NULL;
}

void world_done(struct world *w)
{
	for (size_t i = 0; i < w->n; i++)
		free(w->items[i].name);
	free(w->items);
}

struct world world_of(const char *text)
{
	AUTO_FREE char *copy = xstrdup(text);
	struct world w = { 0 };
	char *save = NULL;

	for (char *s = strtok_r(copy, " ", &save); s;
	     s = strtok_r(NULL, " ", &save)) {
		struct known k = { .quality = { .running = 1.0 } };
		char *number = s;
		char *name = strsep(&number, "=");
		struct known *before = find(&w, name);

		assert_non_null(number);
		assert_int_equal(parse_double(number, &k.number), 0);
		if (before) {
			before->number = k.number;
			continue;
		}
		k.name = xstrdup(name);
		VEC_PUSH(w.items, w.n, k);
	}
	return w;
}

struct verdict_quality *world_quality(struct world *w, const char *name)
{
	struct known *k = find(w, name);

	if (!k)
		fail_msg("there is no '%s'", name);
	return &k->quality;
}

static struct expr_value lookup(void *arg, const char *name,
				enum expr_aspect aspect)
{
	const struct known *k = find(arg, name);

	if (!k || aspect != EXPR_COUNT)
		return (struct expr_value){ .absent = "not counted here" };
	return (struct expr_value){ .number = k->number };
}

static bool quality(void *arg, const char *name, struct verdict_quality *ret)
{
	const struct known *k = find(arg, name);

	if (k)
		*ret = k->quality;
	return k != NULL;
}

struct verdict_facts world_facts(struct world *w)
{
	return (struct verdict_facts){ .lookup = lookup,
				       .quality = quality,
				       .arg = w,
				       .target = "-- ./prog" };
}

struct verdict world_judge(struct world *w)
{
	const struct verdict_facts facts = world_facts(w);
	struct verdict v;

	verdict_judge(&rules, &facts, &v);
	return v;
}

struct verdict judge(const char *text)
{
	AUTO(world_done) struct world w = world_of(text);

	return world_judge(&w);
}
