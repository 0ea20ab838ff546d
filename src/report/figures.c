/* Which derived number is a part of which; see figures.h. */
#include "report/figures.h"

#include "base/auto.h"
#include "base/xalloc.h"

#include <string.h>

/* Parents that name each other were refused when they were read. */
#define DEPTH_MAX 16

bool figure_crosses(const struct metric_value *value)
{
	double threshold = value->metric->threshold;

	if (value->absent)
		return false;
	if (value->metric->threshold_op == '>')
		return value->number > threshold;
	return value->metric->threshold_op == '<' && value->number < threshold;
}

static bool same_cores(const struct report_figure *a,
		       const struct report_figure *b)
{
	if (!a->pmu || !b->pmu)
		return a->pmu == b->pmu;
	return !strcmp(a->pmu, b->pmu);
}

static const struct report_figure *
parent_of(const struct report_figure *figures, size_t n,
	  const struct report_figure *figure)
{
	const char *parent = figure->m.value.metric->parent;

	for (size_t i = 0; parent && i < n; i++)
		if (!strcmp(figures[i].m.value.metric->name, parent) &&
		    same_cores(&figures[i], figure))
			return &figures[i];
	return NULL;
}

struct arranging {
	const struct report_figure *from;
	struct report_figure *to;
	size_t n, done;
	bool *placed;
};

static void put(struct arranging *a, size_t i, int depth, bool open)
{
	struct report_figure *figure = &a->to[a->done++];
	bool crosses = figure_crosses(&a->from[i].m.value);

	a->placed[i] = true;
	*figure = a->from[i];
	figure->depth = depth;
	figure->notable = open && crosses;
	if (a->from[i].m.value.metric->threshold_op)
		open &= crosses;
	for (size_t k = 0; k < a->n && depth < DEPTH_MAX; k++)
		if (!a->placed[k] &&
		    parent_of(a->from, a->n, &a->from[k]) == &a->from[i])
			put(a, k, depth + 1, open);
}

void figures_arrange(struct report_figure *figures, size_t n)
{
	AUTO_FREE struct report_figure *copy = NULL;
	AUTO_FREE bool *placed = NULL;
	struct arranging a = { .to = figures, .n = n };

	if (!n)
		return;
	copy = xcalloc(n, sizeof(*copy));
	placed = xcalloc(n, sizeof(*placed));
	memcpy(copy, figures, n * sizeof(*copy));
	a.from = copy;
	a.placed = placed;
	/* one kind of cores after the other, in the order of their first */
	for (size_t i = 0; i < n; i++)
		for (size_t k = 0; k < n && !placed[i]; k++)
			if (!placed[k] && same_cores(&copy[i], &copy[k]) &&
			    !parent_of(copy, n, &copy[k]))
				put(&a, k, 0, true);
	/* parents that name each other, if they were not checked */
	for (size_t i = 0; i < n; i++)
		if (!placed[i])
			put(&a, i, 0, true);
}
