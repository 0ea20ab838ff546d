/* Sets of metrics; see set.h. */
#include "metric/set.h"

#include "base/auto.h"
#include "base/vec.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define SEPARATORS ", \t"

static int set_names(struct metric_set *set, const struct section *s,
		     const char *value, int line, struct err *err)
{
	for (const char *p = value + strspn(value, SEPARATORS); *p;
	     p += strspn(p, SEPARATORS)) {
		size_t len = strcspn(p, SEPARATORS);

		VEC_PUSH(set->metrics, set->n, xstrndup(p, len));
		p += len;
	}
	if (!set->n)
		return err_set(err, -EINVAL,
			       "%s:%d: metrics: expected names with commas "
			       "between them",
			       s->file, line);
	return 0;
}

int metric_set_read(const struct section *s, struct metric_set *ret,
		    struct err *err)
{
	AUTO(metric_set_done)
	struct metric_set set = { .name = s->name, .title = s->name };

	set.about = "";
	for (size_t i = 0; i < s->n; i++) {
		struct section_entry e = section_entry(s, i);
		int r = 0;

		if (!strcmp(e.key, "title"))
			set.title = e.value;
		else if (!strcmp(e.key, "about"))
			set.about = e.value;
		else if (!strcmp(e.key, "metrics"))
			r = set_names(&set, s, e.value, e.line, err);
		else
			r = err_set(err, -EINVAL,
				    "%s:%d: a set has no key '%.60s'; it has "
				    "title, metrics and about",
				    s->file, e.line, e.key);
		if (r < 0)
			return r;
	}
	if (!set.n)
		return err_set(err, -EINVAL,
			       "%s:%d: [set %.60s] has no metrics", s->file,
			       s->line, s->name);
	*ret = set;
	memset(&set, 0, sizeof(set));
	return 0;
}

int metric_set_find(const struct catalog *catalog, const char *name,
		    struct metric_set *ret, struct err *err)
{
	const struct section *s = catalog_find(catalog, "set", name);

	return s ? metric_set_read(s, ret, err) : -ENOENT;
}

void metric_set_done(struct metric_set *set)
{
	for (size_t i = 0; i < set->n; i++)
		free(set->metrics[i]);
	free(set->metrics);
	memset(set, 0, sizeof(*set));
}
