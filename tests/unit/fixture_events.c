/* Events for tests; see fixture_events.h. */
#include "fixture_events.h"

#include "base/vec.h"

#include <linux/perf_event.h>
#include <stdlib.h>

static struct event *make(const char *name, uint32_t type, uint64_t config)
{
	struct event *e = xcalloc(1, sizeof(*e));

	e->name = xstrdup(name);
	e->base = xstrdup(name);
	e->unit = xstrdup("");
	e->help = xstrdup("");
	e->how = xstrdup("");
	e->scale = 1.0;
	e->code.type = type;
	e->code.config = config;
	e->core_type = -1;
	e->hybrid_set = -1;
	e->group = -1;
	return e;
}

struct event *fixture_hardware(const char *name, uint64_t config, int group)
{
	struct event *e = make(name, PERF_TYPE_HARDWARE, config);

	e->hardware = true;
	e->group = group;
	return e;
}

struct event *fixture_software(const char *name, uint64_t config)
{
	return make(name, PERF_TYPE_SOFTWARE, config);
}

void fixture_add(struct event_list *list, struct event *event)
{
	VEC_PUSH(list->items, list->n, event);
	if (event->group >= list->ngroups)
		list->ngroups = event->group + 1;
}

void fixture_use(struct metric_uses *uses, const struct metric *metric,
		 size_t a, size_t b)
{
	struct metric_use use = { .metric = metric, .event = a };

	use.inputs = xcalloc(2, sizeof(*use.inputs));
	use.inputs[0] = a;
	use.inputs[1] = b;
	VEC_PUSH(uses->items, uses->n, use);
}

static const char *input_names[] = { "a", "b" };

const struct metric fixture_ratio = {
	.name = (char[]){ "ratio" },
	.inputs = input_names,
	.ninputs = 2,
};
