/*
 * The kernel's generic events, by perf's names.
 *
 * On a hybrid CPU the plain attr would count on one kind of core only, so a
 * generic event becomes one event per kind, with the PMU's type in the upper
 * half of config.
 */
#include "event/link/link.h"

#include "base/auto.h"
#include "base/xalloc.h"

#include <ctype.h>
#include <linux/perf_event.h>
#include <string.h>

#define HW(n, a, c, h)                                                         \
	{                                                                      \
		.name = n, .alias = a, .type = PERF_TYPE_HARDWARE,             \
		.config = PERF_COUNT_HW_##c, .help = h                         \
	}
#define SW(n, a, c, h)                                                         \
	{                                                                      \
		.name = n, .alias = a, .type = PERF_TYPE_SOFTWARE,             \
		.config = PERF_COUNT_SW_##c, .help = h                         \
	}

const struct link_generic_row link_generic_rows[] = {
	HW("cycles", "cpu-cycles", CPU_CYCLES, "core clock cycles"),
	HW("instructions", NULL, INSTRUCTIONS, "retired instructions"),
	HW("cache-references", NULL, CACHE_REFERENCES,
	   "cache accesses; which level is up to the CPU (AMD: L2)"),
	HW("cache-misses", NULL, CACHE_MISSES,
	   "cache misses; which level is up to the CPU (AMD: L2)"),
	HW("branches", "branch-instructions", BRANCH_INSTRUCTIONS,
	   "retired branches"),
	HW("branch-misses", NULL, BRANCH_MISSES, "mispredicted branches"),
	HW("bus-cycles", NULL, BUS_CYCLES, "cycles of the bus clock"),
	HW("stalled-cycles-frontend", "idle-cycles-frontend",
	   STALLED_CYCLES_FRONTEND, "cycles without new instructions"),
	HW("stalled-cycles-backend", "idle-cycles-backend",
	   STALLED_CYCLES_BACKEND, "cycles waiting for resources"),
	HW("ref-cycles", NULL, REF_CPU_CYCLES,
	   "cycles at a constant clock, whatever the frequency"),
	SW("cpu-clock", NULL, CPU_CLOCK, "time of the CPU's clock"),
	SW("task-clock", NULL, TASK_CLOCK, "time on a CPU"),
	SW("page-faults", "faults", PAGE_FAULTS, "page faults"),
	SW("context-switches", "cs", CONTEXT_SWITCHES, "context switches"),
	SW("cpu-migrations", "migrations", CPU_MIGRATIONS,
	   "moves to another CPU"),
	SW("minor-faults", NULL, PAGE_FAULTS_MIN,
	   "page faults without reading a file"),
	SW("major-faults", NULL, PAGE_FAULTS_MAJ,
	   "page faults that had to read a file"),
	SW("alignment-faults", NULL, ALIGNMENT_FAULTS,
	   "unaligned accesses that the kernel had to mend"),
	SW("emulation-faults", NULL, EMULATION_FAULTS,
	   "instructions that the kernel had to emulate"),
	SW("bpf-output", NULL, BPF_OUTPUT, "written by BPF programs"),
	SW("cgroup-switches", NULL, CGROUP_SWITCHES,
	   "context switches to a task of another cgroup"),
	SW("dummy", NULL, DUMMY, "counts nothing"),
};
const size_t link_generic_nrows = ARRAY_LEN(link_generic_rows);

/* What perf calls tool events: measured without a counter. */
static const struct {
	const char *name;
	const char *instead;
} tool_events[] = {
	{ "duration_time", "the elapsed time" },
	{ "user_time", "the time in user mode" },
	{ "system_time", "the time in the kernel" },
};

static bool same(const char *known, const char *name, size_t len)
{
	return known && strlen(known) == len && memcmp(known, name, len) == 0;
}

const struct link_generic_row *link_generic_find(const char *name, size_t len)
{
	for (size_t i = 0; i < link_generic_nrows; i++)
		if (same(link_generic_rows[i].name, name, len) ||
		    same(link_generic_rows[i].alias, name, len))
			return &link_generic_rows[i];
	return NULL;
}

const struct link_generic_row *link_generic_by_code(uint32_t type,
						    uint64_t config)
{
	for (size_t i = 0; i < link_generic_nrows; i++)
		if (link_generic_rows[i].type == type &&
		    link_generic_rows[i].config == config)
			return &link_generic_rows[i];
	return NULL;
}

char *link_base_name(const char *name)
{
	char *base = xstrdup(name);

	for (char *p = base; *p; p++)
		*p = *p == '-' ? '_' : (char)tolower((unsigned char)*p);
	return base;
}

static enum link_answer tool_event(const struct spec_event *se,
				   struct link_fault *fault)
{
	size_t len = se->name ? strcspn(se->name, ":") : 0;

	for (size_t i = 0; i < ARRAY_LEN(tool_events); i++)
		if (len && same(tool_events[i].name, se->name, len))
			return link_fault_set(
				fault, se->at, len,
				"'%s' is no counter: %s is always measured "
				"and shown; leave it out",
				tool_events[i].name, tool_events[i].instead);
	return LINK_UNKNOWN;
}

static void set_texts(struct event *e, const char *name, const char *help)
{
	free(e->base);
	e->base = link_base_name(name);
	free(e->help);
	e->help = xstrdup(help);
	free(e->how);
	e->how = xasprintf("generic event '%s'", name);
}

static struct event *make(const struct spec_event *se, uint32_t type,
			  uint64_t config)
{
	const struct link_generic_row *row = link_generic_by_code(type, config);
	struct event *e = link_event_new(se, EVENT_LINK_GENERIC);
	char cache[64];

	e->code.type = type;
	e->code.config = config;
	e->hardware = type != PERF_TYPE_SOFTWARE;
	if (row) {
		set_texts(e, row->name, row->help);
	} else {
		link_cache_name(config, cache, sizeof(cache));
		set_texts(e, cache, "hardware cache event");
	}
	if (type != PERF_TYPE_SOFTWARE)
		return e;
	e->pmu = xstrdup("software");
	if (config == PERF_COUNT_SW_CPU_CLOCK ||
	    config == PERF_COUNT_SW_TASK_CLOCK) {
		free(e->unit);
		e->unit = xstrdup("msec");
		e->scale = 1e-6;
	}
	return e;
}

/* "cycles:u" on one kind of core: "cpu_core/cycles/u" */
static void name_split(struct event *e, const struct spec_event *se,
		       const char *pmu)
{
	const char *name = se->pmu ? se->pmu : se->name;
	size_t len = strcspn(name, ":");
	const char *own = se->pmu ? se->mods : name + len + (name[len] == ':');

	if (link_name_term(se))
		return;
	free(e->name);
	e->name = xasprintf("%s/%.*s/%s", pmu, (int)len, name, own);
}

static enum link_answer split(const struct link_query *q, uint32_t type,
			      uint64_t config, const struct link_mods *mods,
			      struct event_list *out, struct link_fault *fault)
{
	const struct cpu *cpu = resolver_cpu(q->r);
	int set = resolver_next_hybrid_set(q->r);

	for (size_t i = 0; i < cpu->ncore_types; i++) {
		const struct cpu_core_type *core = &cpu->core_types[i];
		struct event *e = make(q->se, type, config);

		e->code.config |= (uint64_t)core->pmu_type << 32;
		e->pmu = xstrdup(core->pmu);
		e->cpus = cpuset_copy(&core->cpus);
		e->core_type = (int)i;
		e->hybrid_set = set;
		name_split(e, q->se, core->pmu);
		if (!link_event_add(out, e, q->se, mods, fault))
			return LINK_FAULT;
	}
	return LINK_ANSWERED;
}

/* Terms that may follow a generic name: "cycles/name=x/". */
static bool check_terms(const struct spec_event *se, struct link_fault *fault)
{
	for (size_t i = 0; i < se->nterms; i++) {
		const struct spec_term *t = &se->terms[i];

		if (strcmp(t->key, "name") == 0 && t->value)
			continue;
		link_fault_set(fault, t->at, strlen(t->key),
			       "'%s': a generic event takes only the term "
			       "name=",
			       t->key);
		return false;
	}
	return true;
}

enum link_answer link_generic(const struct link_query *q,
			      struct event_list *out, struct link_fault *fault)
{
	const struct spec_event *se = q->se;
	const char *name = se->pmu ? se->pmu : se->name;
	size_t len = strcspn(name, ":");
	const struct link_generic_row *row = link_generic_find(name, len);
	uint32_t type = PERF_TYPE_HW_CACHE;
	struct link_mods mods;
	uint64_t config;

	if (row) {
		type = row->type;
		config = row->config;
	} else if (!link_cache_find(name, len, &config)) {
		return tool_event(se, fault);
	}
	if (!link_mods_of(se, &len, &mods, fault) || !check_terms(se, fault))
		return LINK_FAULT;
	if (type != PERF_TYPE_SOFTWARE && resolver_hybrid(q->r))
		return split(q, type, config, &mods, out, fault);
	return link_event_add(out, make(se, type, config), se, &mods, fault)
		       ? LINK_ANSWERED
		       : LINK_FAULT;
}
