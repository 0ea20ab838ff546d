/* How "tacho list" shows what it found. */
#include "cmd/list.h"

#include "base/auto.h"
#include "base/fmt.h"
#include "base/strbuf.h"
#include "base/xalloc.h"
#include "cmd/table.h"

#include <errno.h>
#include <inttypes.h>
#include <jansson.h>
#include <linux/perf_event.h>
#include <string.h>

static const char *const type_names[] = {
	[PERF_TYPE_HARDWARE] = "PERF_TYPE_HARDWARE",
	[PERF_TYPE_SOFTWARE] = "PERF_TYPE_SOFTWARE",
	[PERF_TYPE_TRACEPOINT] = "PERF_TYPE_TRACEPOINT",
	[PERF_TYPE_HW_CACHE] = "PERF_TYPE_HW_CACHE",
	[PERF_TYPE_RAW] = "PERF_TYPE_RAW",
	[PERF_TYPE_BREAKPOINT] = "PERF_TYPE_BREAKPOINT",
};

static const struct {
	unsigned bit;
	const char *name;
} levels[] = {
	{ EVENT_EXCLUDE_USER, "user" }, { EVENT_EXCLUDE_KERNEL, "kernel" },
	{ EVENT_EXCLUDE_HV, "hv" },     { EVENT_EXCLUDE_IDLE, "idle" },
	{ EVENT_EXCLUDE_HOST, "host" }, { EVENT_EXCLUDE_GUEST, "guest" },
};

const char *list_type_name(uint32_t type)
{
	return type < ARRAY_LEN(type_names) ? type_names[type] : "";
}

char *list_exclude_text(const struct event *event)
{
	struct strbuf b = { 0 };

	for (size_t i = 0; i < ARRAY_LEN(levels); i++)
		if (event->exclude & levels[i].bit)
			strbuf_addf(&b, "%s%s", b.len ? ", " : "",
				    levels[i].name);
	if (!b.len)
		strbuf_puts(&b, "none");
	return strbuf_detach(&b);
}

static void put_heading(FILE *out, enum list_group group, const char *pmu,
			bool hardware)
{
	fprintf(out, "%s%s%s  [%s]\n", list_group_title(group),
		*pmu ? ": " : "", pmu, list_group_word(group));
	if (!hardware && (group == LIST_HW || group == LIST_CACHE))
		fprintf(out, "  (no hardware counters here; 'tacho doctor' "
			     "says why)\n");
}

/* Rows from @i on that stand under one heading; returns the next one. */
static size_t put_section(FILE *out, const struct list_result *r, size_t i,
			  bool hardware)
{
	AUTO(table_freep) struct table *t = NULL;
	enum list_group group = r->rows[i].group;
	const char *pmu = r->rows[i].pmu;
	bool helpful = false;
	size_t end = i;

	while (end < r->nrows && r->rows[end].group == group &&
	       strcmp(r->rows[end].pmu, pmu) == 0)
		helpful |= *r->rows[end++].help != '\0';
	put_heading(out, group, pmu, hardware);
	t = table_new(NULL, helpful ? 2 : 1);
	for (; i < end; i++) {
		AUTO_FREE char *name = xasprintf("  %s", r->rows[i].name);

		table_add(t, (const char *const[]){ name, r->rows[i].help });
	}
	table_print(t, out);
	return i;
}

void list_line(FILE *out, const char *what, const char *text)
{
	if (*text)
		fprintf(out, "  %-10s %s\n", what, text);
}

static void put_hex(FILE *out, const char *what, uint64_t value)
{
	fprintf(out, "  %-10s 0x%" PRIx64 "\n", what, value);
}

static void put_type(FILE *out, const struct event *e)
{
	const char *name = list_type_name(e->code.type);

	if (!*name && e->pmu)
		name = e->pmu;
	fprintf(out, "  %-10s %u %s\n", "type", e->code.type, name);
}

static void put_flags(FILE *out, const struct event *e)
{
	AUTO(strbuf_done) struct strbuf b = { 0 };

	if (e->pinned)
		strbuf_puts(&b, " pinned");
	if (e->exclusive)
		strbuf_puts(&b, " exclusive");
	if (e->group_weak)
		strbuf_puts(&b, " weak-group");
	if (e->system_wide)
		strbuf_puts(&b, " system-wide");
	if (b.len)
		list_line(out, "flags", strbuf_str(&b) + 1);
}

static void put_event(FILE *out, const struct event *e)
{
	AUTO_FREE char *cpus = cpuset_format(&e->cpus);
	AUTO_FREE char *exclude = list_exclude_text(e);
	AUTO_FREE char *link =
		xasprintf("%s: %s", event_link_name(e->link), e->how);
	char scale[FMT_LEN];

	fprintf(out, "%s\n", e->name);
	list_line(out, "about", e->help);
	list_line(out, "link", link);
	list_line(out, "formulas", e->base);
	list_line(out, "pmu", e->pmu ? e->pmu : "");
	put_type(out, e);
	if (e->denied) {
		list_line(out, "denied", e->denied);
		return;
	}
	put_hex(out, "config", e->code.config);
	put_hex(out, "config1", e->code.config1);
	put_hex(out, "config2", e->code.config2);
	if (e->code.config3)
		put_hex(out, "config3", e->code.config3);
	if (e->code.type == PERF_TYPE_BREAKPOINT)
		put_hex(out, "bp_type", e->code.bp_type);
	list_line(out, "exclude",
		  e->no_exclude ? "none (the PMU takes no exclude bits)"
				: exclude);
	fprintf(out, "  %-10s %s%s%s\n", "scale", fmt_exact(scale, e->scale),
		*e->unit ? " " : "", e->unit);
	list_line(out, "cpus", cpus);
	put_flags(out, e);
}

void list_print_text(FILE *out, const struct list_result *r, bool hardware)
{
	const char *gap = "";

	for (size_t i = 0; i < r->events.n; i++, gap = "\n") {
		fputs(gap, out);
		put_event(out, r->events.items[i]);
	}
	for (size_t i = 0; i < r->nmetrics; i++, gap = "\n") {
		fputs(gap, out);
		list_metric_text(out, &r->metrics[i]);
	}
	for (size_t i = 0; i < r->nsets; i++, gap = "\n") {
		fputs(gap, out);
		list_set_text(out, &r->sets[i]);
	}
	for (size_t i = 0; i < r->nrows; gap = "\n") {
		fputs(gap, out);
		i = put_section(out, r, i, hardware);
	}
}

/* 64 bits do not fit a JSON number everywhere. */
static json_t *hex(uint64_t value)
{
	return json_sprintf("0x%" PRIx64, value);
}

static json_t *json_exclude(const struct event *e)
{
	json_t *list = json_array();

	for (size_t i = 0; i < ARRAY_LEN(levels); i++)
		if (e->exclude & levels[i].bit)
			json_array_append_new(list,
					      json_string(levels[i].name));
	return list;
}

json_t *list_json(const char *s)
{
	json_t *string = json_string(s);
	AUTO_FREE char *copy = NULL;

	if (string)
		return string;
	copy = xstrdup(s);
	for (char *p = copy; *p; p++)
		if ((unsigned char)*p >= 0x80)
			*p = '?';
	return json_string(copy);
}

static json_t *json_event(const struct event *e)
{
	AUTO_FREE char *cpus = cpuset_format(&e->cpus);
	json_t *attr = json_pack(
		"{s:i,s:o,s:o,s:o,s:o,s:i,s:o}", "type", (int)e->code.type,
		"config", hex(e->code.config), "config1", hex(e->code.config1),
		"config2", hex(e->code.config2), "config3",
		hex(e->code.config3), "bp_type", (int)e->code.bp_type,
		"exclude", json_exclude(e));

	return json_pack(
		"{s:o,s:s,s:o,s:o?,s:o,s:o,s:o,s:f,s:s,s:b,s:b,s:b,s:b,s:o}",
		"name", list_json(e->name), "link", event_link_name(e->link),
		"how", list_json(e->how), "pmu",
		e->pmu ? list_json(e->pmu) : json_null(), "formulas",
		list_json(e->base), "about", list_json(e->help), "unit",
		list_json(e->unit), "scale", e->scale, "cpus", cpus,
		"system_wide", e->system_wide, "no_exclude", e->no_exclude,
		"pinned", e->pinned, "exclusive", e->exclusive, "attr", attr);
}

int list_print_json(FILE *out, const struct list_result *r)
{
	json_t *names = json_array(), *events = json_array();
	json_t *metrics = json_array(), *sets = json_array(), *root;
	int result;

	for (size_t i = 0; i < r->nrows; i++)
		json_array_append_new(
			names, json_pack("{s:o,s:s,s:o,s:o}", "name",
					 list_json(r->rows[i].name), "group",
					 list_group_word(r->rows[i].group),
					 "pmu", list_json(r->rows[i].pmu),
					 "about", list_json(r->rows[i].help)));
	for (size_t i = 0; i < r->events.n; i++)
		json_array_append_new(events, json_event(r->events.items[i]));
	for (size_t i = 0; i < r->nmetrics; i++)
		json_array_append_new(metrics,
				      list_metric_json(&r->metrics[i]));
	for (size_t i = 0; i < r->nsets; i++)
		json_array_append_new(sets, list_set_json(&r->sets[i]));
	root = json_pack("{s:s,s:o,s:o,s:o,s:o}", "schema", "tacho-list-1",
			 "names", names, "events", events, "metrics", metrics,
			 "sets", sets);
	if (!root)
		return -ENOMEM;
	result = json_dumpf(root, out, JSON_INDENT(2));
	fputc('\n', out);
	json_decref(root);
	return result < 0 ? -EIO : 0;
}
