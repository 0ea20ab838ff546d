/* The views that --format knows. */
#include "cmd/stat/stat.h"

#include "base/auto.h"

#include <errno.h>
#include <string.h>

static const struct view *const views[] = {
	&view_text,
	&view_csv,
	&view_json,
	&view_markdown,
};

const char *views_names(void)
{
	return "text, csv, json, markdown";
}

const struct view *views_find(const char *name, struct err *err)
{
	for (size_t i = 0; i < ARRAY_LEN(views); i++)
		if (strcmp(views[i]->name, name) == 0)
			return views[i];
	err_set(err, -EINVAL, "--format: '%s' is not one of %s", name,
		views_names());
	return NULL;
}
