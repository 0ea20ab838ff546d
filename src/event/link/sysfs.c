/*
 * PMUs of sysfs: "pmu/terms/mods", and the name of an event of a PMU alone.
 */
#include "base/auto.h"
#include "base/suggest.h"
#include "base/vec.h"
#include "event/link/link.h"
#include "event/link/pmu.h"

#include <linux/perf_event.h>
#include <string.h>

/* The kind of core that @pmu is, -1 where there is only one. */
static int core_type_of(struct resolver *r, const struct pmu *pmu)
{
	const struct cpu *cpu;

	if (!pmu->core || !resolver_hybrid(r))
		return -1;
	cpu = resolver_cpu(r);
	for (size_t i = 0; i < cpu->ncore_types; i++)
		if (strcmp(cpu->core_types[i].pmu, pmu->name) == 0)
			return (int)i;
	return -1;
}

/* "cpu_cycles" and "cpu-cycles" are both what formulas call "cycles". */
static char *base_of(const struct pmu *pmu, const char *event)
{
	AUTO_FREE char *name = xstrdup(event);
	const struct link_generic_row *row;
	char cache[64];
	uint64_t config;

	if (!pmu->core)
		return xstrdup("");
	for (char *p = name; *p; p++)
		if (*p == '_')
			*p = '-';
	row = link_generic_find(name, strlen(name));
	if (row && row->type == PERF_TYPE_HARDWARE)
		return link_base_name(row->name);
	if (!link_cache_find(name, strlen(name), &config))
		return xstrdup("");
	link_cache_name(config, cache, sizeof(cache));
	return link_base_name(cache);
}

static void set_how(struct event *e, const struct pmu *pmu,
		    const struct pmu_code *c)
{
	free(e->how);
	if (c->event)
		e->how =
			xasprintf(PMU_DIR "/%s/events/%s", pmu->name, c->event);
	else if (c->generic)
		e->how = xasprintf("generic event '%s' on the PMU '%s'",
				   c->generic, pmu->name);
	else
		e->how = xasprintf("terms of the PMU '%s'", pmu->name);
}

/* A generic name among the terms; other terms cannot add to it. */
static bool put_generic(struct resolver *r, const struct pmu *pmu,
			const struct spec_event *se, const char *name,
			struct event_code *code, struct link_fault *fault)
{
	const struct link_generic_row *row =
		link_generic_find(name, strlen(name));
	uint64_t config = 0;

	if (code->config || code->config1 || code->config2) {
		link_fault_set(fault, se->at, se->len,
			       "'%s': a generic event takes no other terms",
			       name);
		return false;
	}
	if (row)
		config = row->config;
	else
		link_cache_find(name, strlen(name), &config);
	code->type = row ? row->type : PERF_TYPE_HW_CACHE;
	code->config = config;
	if (core_type_of(r, pmu) >= 0)
		code->config |= (uint64_t)pmu->type << 32;
	return true;
}

/*
 * @single: the spelling fits one PMU, so it is a good name; otherwise each
 * event is named after its own PMU.
 */
static bool add(const struct link_query *q, const struct pmu *pmu,
		const struct pmu_code *c, bool single,
		const struct link_mods *mods, struct event_list *out,
		struct link_fault *fault)
{
	const struct spec_event *se = q->se;
	bool own = c->event || c->generic;
	struct event *e =
		link_event_new(se, own ? EVENT_LINK_SYSFS : EVENT_LINK_RAW);

	e->code = c->code;
	if (c->generic) {
		e->link = EVENT_LINK_GENERIC;
		if (!put_generic(q->r, pmu, se, c->generic, &e->code, fault)) {
			event_free(e);
			return false;
		}
	}
	pmu_dress(pmu, c->event, e);
	e->core_type = core_type_of(q->r, pmu);
	if (own) {
		free(e->base);
		e->base = base_of(pmu, c->event ? c->event : c->generic);
	}
	set_how(e, pmu, c);
	if (!single && !link_name_term(se)) {
		const char *tail = se->pmu ? se->text + strlen(se->pmu) : NULL;

		free(e->name);
		e->name = tail ? xasprintf("%s%s", pmu->name, tail)
			       : xasprintf("%s/%s/", pmu->name, se->name);
	}
	return link_event_add(out, e, se, mods, fault);
}

static enum link_answer no_pmu(const struct link_query *q,
			       struct link_fault *fault)
{
	const struct rootfs *root = resolver_root(q->r);
	struct suggest s;
	char **names = NULL, near[200];
	ssize_t n = rootfs_list(root, &names, PMU_DIR);

	suggest_init(&s, q->se->pmu);
	for (ssize_t i = 0; i < n; i++)
		suggest_offer(&s, names[i]);
	suggest_text(&s, near, sizeof(near));
	suggest_done(&s);
	if (n >= 0)
		rootfs_free_names(names, (size_t)n);
	if (strcmp(q->se->pmu, "cpu") == 0 && resolver_hybrid(q->r))
		snprintf(near, sizeof(near),
			 "this CPU has more than one kind of core, each with "
			 "its own PMU: see 'tacho list pmu'");
	else if (strcmp(q->se->pmu, "cpu") == 0)
		snprintf(near, sizeof(near),
			 "the kernel has no driver for hardware counters "
			 "here");
	return link_fault_set(fault, q->se->at, strlen(q->se->pmu),
			      "there is no PMU '%s' on this machine%s%s",
			      q->se->pmu, *near ? "; " : "", near);
}

/*
 * Tables say "cpu", which on Arm and elsewhere has another name.  Not so for
 * users: a code of theirs was meant for the PMU that they named.
 */
static size_t core_pmu(const struct rootfs *root, char ***ret)
{
	char *name = pmu_only_core(root);
	size_t n = 0;

	if (name)
		VEC_PUSH(*ret, n, name);
	return n;
}

static enum link_answer with_slashes(const struct link_query *q,
				     struct event_list *out,
				     struct link_fault *fault)
{
	const struct rootfs *root = resolver_root(q->r);
	enum link_answer answer = LINK_ANSWERED;
	struct link_mods mods;
	char **names = NULL;
	size_t n, unused;

	n = pmu_match(root, q->se->pmu, &names);
	if (!n && q->depth > 0 && strcmp(q->se->pmu, "cpu") == 0)
		n = core_pmu(root, &names);
	if (!n) {
		rootfs_free_names(names, n);
		return no_pmu(q, fault);
	}
	if (!link_mods_of(q->se, &unused, &mods, fault))
		answer = LINK_FAULT;
	for (size_t i = 0; i < n && answer == LINK_ANSWERED; i++) {
		struct pmu_code c;
		struct pmu pmu;

		if (!pmu_load(root, names[i], &pmu)) {
			answer = link_fault_set(
				fault, q->se->at, strlen(q->se->pmu),
				"the PMU '%s' has no readable type in sysfs",
				names[i]);
			break;
		}
		if (!pmu_encode(&pmu, q->se, &c, fault)) {
			answer = LINK_FAULT;
		} else {
			if (!add(q, &pmu, &c, n == 1, &mods, out, fault))
				answer = LINK_FAULT;
			pmu_code_done(&c);
		}
		pmu_done(&pmu);
	}
	rootfs_free_names(names, n);
	return answer;
}

/* The event @name of one PMU, if it has it; spelt "name", not "pmu/name/". */
static enum link_answer one_pmu(const struct link_query *q,
				const char *pmu_name, const char *name,
				bool single, const struct link_mods *mods,
				struct event_list *out,
				struct link_fault *fault)
{
	struct spec_term term = { .at = q->se->at };
	struct spec_event se = { .terms = &term, .nterms = 1 };
	enum link_answer answer = LINK_FAULT;
	struct pmu_code c;
	struct pmu pmu;

	if (!pmu_load(resolver_root(q->r), pmu_name, &pmu))
		return LINK_UNKNOWN;
	if (!pmu_has_event(&pmu, name)) {
		pmu_done(&pmu);
		return LINK_UNKNOWN;
	}
	term.key = xstrdup(name);
	if (pmu_encode(&pmu, &se, &c, fault)) {
		if (add(q, &pmu, &c, single, mods, out, fault))
			answer = LINK_ANSWERED;
		pmu_code_done(&c);
	}
	free(term.key);
	pmu_done(&pmu);
	return answer;
}

/* Which PMUs have an event file @name? */
static size_t owners(const struct rootfs *root, const char *name, char ***ret)
{
	char **all = NULL;
	ssize_t n = rootfs_list(root, &all, PMU_DIR);
	size_t kept = 0;

	for (ssize_t i = 0; i < n; i++) {
		if (rootfs_exists(root, PMU_DIR "/%s/events/%s", all[i], name))
			all[kept++] = all[i];
		else
			free(all[i]);
	}
	*ret = all;
	return kept;
}

static enum link_answer bare_name(const struct link_query *q,
				  struct event_list *out,
				  struct link_fault *fault)
{
	AUTO_FREE char *name = NULL;
	enum link_answer answer = LINK_UNKNOWN;
	struct link_mods mods;
	char **names;
	size_t len = strcspn(q->se->name, ":"), n, first = out->n;

	name = xstrndup(q->se->name, len);
	if (!len || strchr(name, '/') || name[0] == '.')
		return LINK_UNKNOWN;
	n = owners(resolver_root(q->r), name, &names);
	if (n && !link_mods_of(q->se, &len, &mods, fault))
		answer = LINK_FAULT;
	for (size_t i = 0; i < n && answer != LINK_FAULT; i++) {
		enum link_answer a =
			one_pmu(q, names[i], name, n == 1, &mods, out, fault);

		if (a != LINK_UNKNOWN)
			answer = a;
	}
	rootfs_free_names(names, n);
	/* one name on every kind of core */
	if (answer == LINK_ANSWERED && out->n - first > 1 &&
	    out->items[first]->core_type >= 0) {
		int set = resolver_next_hybrid_set(q->r);

		for (size_t i = first; i < out->n; i++)
			if (out->items[i]->core_type >= 0)
				out->items[i]->hybrid_set = set;
	}
	return answer;
}

enum link_answer link_sysfs(const struct link_query *q, struct event_list *out,
			    struct link_fault *fault)
{
	enum link_answer answer;
	struct link_fault other;
	size_t from = out->n;

	if (!q->se->pmu)
		return bare_name(q, out, fault);
	answer = with_slashes(q, out, fault);
	if (answer != LINK_FAULT)
		return answer;
	while (out->n > from)
		event_free(out->items[--out->n]);
	answer = link_table_terms(q, out, &other);
	if (answer == LINK_FAULT)
		*fault = other;
	return answer == LINK_UNKNOWN ? LINK_FAULT : answer;
}
