/* Events and their groups in a recording; see recording_parts.h. */
#include "record/recording_parts.h"

#include "base/auto.h"
#include "base/vec.h"

#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#define AT(member) .offset = offsetof(struct event, member)

static const char *const links[] = {
	[EVENT_LINK_GENERIC] = "generic",
	[EVENT_LINK_PFM] = "libpfm4",
	[EVENT_LINK_SYSFS] = "sysfs",
	[EVENT_LINK_TABLE] = "table",
	[EVENT_LINK_TRACEFS] = "tracepoint",
	[EVENT_LINK_RAW] = "raw",
	[EVENT_LINK_BREAKPOINT] = "breakpoint",
	[EVENT_LINK_CACHEGRIND] = "cachegrind",
};
_Static_assert(ARRAY_LEN(links) == EVENT_LINK_CACHEGRIND + 1, "one each");

static const char *const topdowns[] = {
	[EVENT_TOPDOWN_NONE] = "none",
	[EVENT_TOPDOWN_SLOTS] = "slots",
	[EVENT_TOPDOWN_METRIC] = "metric",
};
_Static_assert(ARRAY_LEN(topdowns) == EVENT_TOPDOWN_METRIC + 1, "one each");

static const struct field event_fields[] = {
	{ "name", FIELD_TEXT, AT(name) },
	{ "base", FIELD_TEXT, AT(base) },
	{ "pmu", FIELD_TEXT, AT(pmu), .optional = true },
	{ "unit", FIELD_TEXT, AT(unit) },
	{ "help", FIELD_TEXT, AT(help), .optional = true },
	{ "how", FIELD_TEXT, AT(how), .optional = true },
	{ "scale", FIELD_REAL, AT(scale) },
	{ "type", FIELD_U32, AT(code.type) },
	{ "config", FIELD_U64, AT(code.config) },
	{ "config1", FIELD_U64, AT(code.config1) },
	{ "config2", FIELD_U64, AT(code.config2) },
	{ "config3", FIELD_U64, AT(code.config3) },
	{ "bp_type", FIELD_U32, AT(code.bp_type) },
	{ "link", FIELD_ENUM, AT(link), .max = EVENT_LINK_CACHEGRIND,
	  .names = links },
	{ "exclude", FIELD_U32, AT(exclude) },
	{ "has_level", FIELD_BOOL, AT(has_level) },
	{ "no_exclude", FIELD_BOOL, AT(no_exclude) },
	{ "silent", FIELD_BOOL, AT(silent), .optional = true },
	{ "pinned", FIELD_BOOL, AT(pinned) },
	{ "exclusive", FIELD_BOOL, AT(exclusive) },
	{ "hardware", FIELD_BOOL, AT(hardware) },
	{ "topdown", FIELD_ENUM, AT(topdown), .max = EVENT_TOPDOWN_METRIC,
	  .names = topdowns },
	{ "system_wide", FIELD_BOOL, AT(system_wide) },
	{ "core_type", FIELD_INT, AT(core_type), .min = -1,
	  .max = RECORDING_CORE_TYPES - 1 },
	{ "hybrid_set", FIELD_INT, AT(hybrid_set), .min = -1,
	  .max = RECORDING_MOST },
	{ "braces", FIELD_INT, AT(group), .min = -1, .max = RECORDING_MOST },
	{ "denied", FIELD_TEXT, AT(denied), .optional = true },
	{ "columns", FIELD_U32, AT(columns) },
	{ "lacking", FIELD_TEXT, AT(lacking), .optional = true },
	{ "group_weak", FIELD_BOOL, AT(group_weak) },
	{ "group_mods", FIELD_TEXT, AT(group_mods), .optional = true },
};

static json_t *write_event(const struct recording *r, size_t index)
{
	const struct event *e = r->events.items[index];
	AUTO_FREE char *cpus = cpuset_format(&e->cpus);
	json_t *o = json_object();

	fields_write(o, event_fields, ARRAY_LEN(event_fields), e);
	json_object_set_new(o, "cpus", fields_text(cpus));
	if (r->plan.refused && r->plan.refused[index].code)
		json_object_set_new(o, "refused",
				    fields_err(&r->plan.refused[index]));
	return o;
}

static json_t *write_group(const struct plan *plan, size_t index)
{
	const struct plan_group *g = &plan->groups[index];
	json_t *o = json_object(), *events = json_array();

	for (size_t i = 0; i < g->n; i++)
		json_array_append_new(
			events,
			fields_count(plan->counters[g->first + i].event));
	json_object_set_new(o, "events", events);
	json_object_set_new(o, "hardware", json_boolean(g->hardware));
	json_object_set_new(o, "from_user", json_boolean(g->from_user));
	json_object_set_new(o, "hopeless", json_boolean(g->hopeless));
	return o;
}

void recording_write_plan(const struct recording *r, json_t *header)
{
	json_t *events = json_array(), *groups = json_array();

	for (size_t i = 0; i < r->events.n; i++)
		json_array_append_new(events, write_event(r, i));
	for (size_t i = 0; i < r->plan.ngroups; i++)
		json_array_append_new(groups, write_group(&r->plan, i));
	json_object_set_new(header, "events", events);
	json_object_set_new(header, "groups", groups);
}

/* ---- reading ---- */

static int read_event(const json_t *o, struct event *e, struct err *refused,
		      struct err *err)
{
	const char *cpus;
	int r = fields_read(o, event_fields, ARRAY_LEN(event_fields), e, err);

	if (r < 0)
		return r;
	if (!*e->name)
		return fields_bad(err, "name", "empty");
	cpus = json_string_value(json_object_get(o, "cpus"));
	if (!cpus || cpuset_parse(cpus, &e->cpus, NULL) < 0)
		return fields_bad(err, "cpus", "no list of CPUs");
	/* the rest of the program has these always */
	if (!e->help)
		e->help = xstrdup("");
	if (!e->how)
		e->how = xstrdup("");
	return fields_read_err(o, "refused", refused, err);
}

static int read_events(const json_t *header, struct recording *r,
		       struct err *err)
{
	const json_t *list =
		fields_array(header, "events", RECORDING_MOST, err);
	const json_t *o;
	size_t i;

	if (!list)
		return -EBADMSG;
	r->plan.refused =
		xcalloc(json_array_size(list), sizeof(*r->plan.refused));
	json_array_foreach(list, i, o)
	{
		struct event *e = xcalloc(1, sizeof(*e));
		int bad;

		e->core_type = e->hybrid_set = e->group = -1;
		VEC_PUSH(r->events.items, r->events.n, e);
		bad = read_event(o, e, &r->plan.refused[i], err);
		if (bad < 0)
			return err_prefix(err, "events[%zu]", i);
		if (e->group >= r->events.ngroups)
			r->events.ngroups = e->group + 1;
	}
	return 0;
}

static const struct field group_fields[] = {
	{ "hardware", FIELD_BOOL, offsetof(struct plan_group, hardware) },
	{ "from_user", FIELD_BOOL, offsetof(struct plan_group, from_user) },
	{ "hopeless", FIELD_BOOL, offsetof(struct plan_group, hopeless) },
};

static int read_group(const json_t *o, struct recording *r, struct err *err)
{
	struct plan *plan = &r->plan;
	struct plan_group group = { .first = plan->ncounters };
	int bad = fields_read(o, group_fields, ARRAY_LEN(group_fields), &group,
			      err);
	const json_t *events, *value;
	size_t i;

	if (bad < 0)
		return bad;
	events = fields_array(o, "events", r->events.n, err);
	if (!events)
		return -EBADMSG;
	if (!json_array_size(events))
		return fields_bad(err, "events", "there is none");
	if (plan->ncounters + json_array_size(events) > RECORDING_MOST)
		return fields_bad(err, "events", "too many");
	json_array_foreach(events, i, value)
	{
		struct plan_counter c = { .group = plan->ngroups };
		uint64_t event;

		if (!fields_is_count(value, &event) || event >= r->events.n)
			return fields_bad(err, "events", "no such event");
		c.event = (size_t)event;
		VEC_PUSH(plan->counters, plan->ncounters, c);
	}
	group.n = json_array_size(events);
	VEC_PUSH(plan->groups, plan->ngroups, group);
	return 0;
}

/* Every event must be counted somewhere, or say why it is not. */
static int check_groups(const struct recording *r, struct err *err)
{
	AUTO_FREE bool *seen = xcalloc(r->events.n, sizeof(*seen));

	for (size_t i = 0; i < r->plan.ncounters; i++)
		seen[r->plan.counters[i].event] = true;
	for (size_t i = 0; i < r->events.n; i++)
		if (!seen[i])
			return err_set(err, -EBADMSG,
				       "groups: event %zu is in none", i);
	return 0;
}

int recording_read_plan(const json_t *header, struct recording *r,
			struct err *err)
{
	const json_t *groups, *o;
	size_t i;
	int bad = read_events(header, r, err);

	if (bad < 0)
		return bad;
	r->plan.events = &r->events;
	groups = fields_array(header, "groups", RECORDING_MOST, err);
	if (!groups)
		return -EBADMSG;
	json_array_foreach(groups, i, o)
	{
		bad = read_group(o, r, err);
		if (bad < 0)
			return err_prefix(err, "groups[%zu]", i);
	}
	return check_groups(r, err);
}
