/*
 * A headline of the tests' own: what programs read of a comparison is compared
 * with files, which shall not change with the words of another view.
 */
#include "report/comparison/comparison.h"

#include "base/xalloc.h"

char *comparison_headline(const struct comparison_report *r, size_t subject)
{
	const struct comparison *c = r->comparison;
	size_t q = compare_find(c, r->metric);
	const struct compare_result *result;

	if (q == SIZE_MAX)
		return xasprintf("'%s' was not measured", r->metric);
	result = &c->quantities[q].results[subject];
	return xasprintf("%s: %s is %+.1f %% (%s)", c->subjects[subject].name,
			 r->metric, 100.0 * result->relative.value,
			 compare_mark_name(result->mark));
}
