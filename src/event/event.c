/* One thing to count; see event.h. */
#include "event/event.h"

#include "base/auto.h"

#include <stdlib.h>

static const char *const link_names[] = {
	[EVENT_LINK_GENERIC] = "generic",
	[EVENT_LINK_PFM] = "libpfm4",
	[EVENT_LINK_SYSFS] = "sysfs",
	[EVENT_LINK_TABLE] = "table",
	[EVENT_LINK_TRACEFS] = "tracefs",
	[EVENT_LINK_RAW] = "raw",
	[EVENT_LINK_BREAKPOINT] = "breakpoint",
	[EVENT_LINK_CACHEGRIND] = "cachegrind",
};
_Static_assert(ARRAY_LEN(link_names) == EVENT_LINK_CACHEGRIND + 1,
	       "one name per link");

const char *event_link_name(enum event_link link)
{
	return link_names[link];
}

bool event_is_simulated(const struct event *event)
{
	return event->link == EVENT_LINK_CACHEGRIND;
}

void event_free(struct event *event)
{
	if (!event)
		return;
	free(event->name);
	free(event->base);
	free(event->pmu);
	free(event->unit);
	free(event->help);
	free(event->denied);
	free(event->lacking);
	free(event->how);
	free(event->group_mods);
	cpuset_done(&event->cpus);
	free(event);
}

void event_list_done(struct event_list *list)
{
	for (size_t i = 0; i < list->n; i++)
		event_free(list->items[i]);
	free(list->items);
	*list = (struct event_list){ 0 };
}
