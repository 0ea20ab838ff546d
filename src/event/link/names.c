/*
 * Every name that the links know.  It costs milliseconds to hundreds of them,
 * so it is asked for "list" and for suggestions only.
 */
#include "base/auto.h"
#include "base/xalloc.h"
#include "event/link/link.h"
#include "event/link/pfm.h"
#include "event/link/pmu.h"
#include "event/link/tracefs.h"

#include <linux/perf_event.h>
#include <string.h>

struct walk {
	struct resolver *r;
	resolve_name_fn each;
	void *arg;
};

static int give(struct walk *w, const char *name, enum event_link link,
		const char *pmu, const char *help)
{
	struct resolve_name n = {
		.name = name, .link = link, .pmu = pmu, .help = help
	};

	return w->each(&n, w->arg);
}

static int generic_names(struct walk *w)
{
	for (size_t i = 0; i < link_generic_nrows; i++) {
		const struct link_generic_row *row = &link_generic_rows[i];
		const char *pmu = row->type == PERF_TYPE_SOFTWARE ? "software"
								  : "hardware";
		int r = give(w, row->name, EVENT_LINK_GENERIC, pmu, row->help);

		if (r == 0 && row->alias)
			r = give(w, row->alias, EVENT_LINK_GENERIC, pmu,
				 row->help);
		if (r)
			return r;
	}
	return 0;
}

static int cache_name(const char *name, void *arg)
{
	return give(arg, name, EVENT_LINK_GENERIC, "cache", "");
}

static int cache_names(struct walk *w)
{
	return link_cache_each(cache_name, w);
}

static int table_names(struct walk *w)
{
	const struct catalog *c = resolver_catalog(w->r, NULL);

	for (size_t i = 0; c && i < c->nlive; i++) {
		const struct section *s = c->live[i];
		const char *about = section_get(s, "about", NULL);
		int r;

		if (strcmp(s->kind, "event") != 0)
			continue;
		r = give(w, s->name, EVENT_LINK_TABLE, "table",
			 about ? about : "");
		if (r)
			return r;
	}
	return 0;
}

static int pmu_names(struct walk *w, const char *name)
{
	char **events = NULL;
	struct pmu pmu;
	ssize_t n;
	int r = 0;

	if (!pmu_load(resolver_root(w->r), name, &pmu))
		return 0;
	n = rootfs_list(pmu.root, &events, PMU_DIR "/%s/events", name);
	for (ssize_t i = 0; i < n && r == 0; i++) {
		AUTO_FREE char *full = xasprintf("%s/%s/", name, events[i]);
		AUTO_FREE char *terms = NULL;

		if (!pmu_has_event(&pmu, events[i]))
			continue;
		rootfs_read(pmu.root, &terms, PMU_DIR "/%s/events/%s", name,
			    events[i]);
		r = give(w, full, EVENT_LINK_SYSFS, name, terms ? terms : "");
		if (r == 0)
			r = give(w, events[i], EVENT_LINK_SYSFS, name,
				 terms ? terms : "");
	}
	if (n >= 0)
		rootfs_free_names(events, (size_t)n);
	pmu_done(&pmu);
	return r;
}

static int sysfs_names(struct walk *w)
{
	char **names = NULL;
	ssize_t n = rootfs_list(resolver_root(w->r), &names, PMU_DIR);
	int r = 0;

	for (ssize_t i = 0; i < n && r == 0; i++)
		r = pmu_names(w, names[i]);
	if (n >= 0)
		rootfs_free_names(names, (size_t)n);
	return r;
}

static int pfm_name(const char *pmu, const char *name, const char *help,
		    void *arg)
{
	return give(arg, name, EVENT_LINK_PFM, pmu, help);
}

static int pfm_names(struct walk *w)
{
	struct pfm *pfm = resolver_pfm(w->r);
	const struct cpu *cpu = resolver_cpu(w->r);
	const char *own = pfm_pmu_of_cpu(cpu->vendor, cpu->family, cpu->model,
					 cpu->stepping);
	bool recorded = rootfs_is_recorded(resolver_root(w->r));
	bool present = false;
	int r = 0;

	if (!pfm)
		return 0;
	if (!recorded)
		r = pfm_each_name(pfm, NULL, pfm_name, w);
	if (r == 0 && own && pfm_knows_pmu(pfm, own, &present) &&
	    (recorded || !present))
		r = pfm_each_name(pfm, own, pfm_name, w);
	return r;
}

static int subsystem_names(struct walk *w, const char *mount,
			   const char *subsystem)
{
	const struct rootfs *root = resolver_root(w->r);
	char **names = NULL;
	ssize_t n = rootfs_list(root, &names, "%s/events/%s", mount, subsystem);
	int r = 0;

	for (ssize_t i = 0; i < n && r == 0; i++) {
		AUTO_FREE char *full = xasprintf("%s:%s", subsystem, names[i]);

		if (rootfs_exists(root, "%s/events/%s/%s/id", mount, subsystem,
				  names[i]))
			r = give(w, full, EVENT_LINK_TRACEFS, subsystem, "");
	}
	if (n >= 0)
		rootfs_free_names(names, (size_t)n);
	return r;
}

static int tracefs_names(struct walk *w)
{
	char **names = NULL;
	int why, r = 0;
	const char *mount = tracefs_mount(resolver_root(w->r), &why);
	ssize_t n;

	if (!mount)
		return 0;
	n = rootfs_list(resolver_root(w->r), &names, "%s/events", mount);
	for (ssize_t i = 0; i < n && r == 0; i++)
		r = subsystem_names(w, mount, names[i]);
	if (n >= 0)
		rootfs_free_names(names, (size_t)n);
	return r;
}

int resolver_each_name_of(struct resolver *r, unsigned links,
			  resolve_name_fn each, void *arg)
{
	static const struct {
		enum event_link link;
		int (*names)(struct walk *);
	} walks[] = {
		{ EVENT_LINK_GENERIC, generic_names },
		{ EVENT_LINK_GENERIC, cache_names },
		{ EVENT_LINK_TABLE, table_names },
		{ EVENT_LINK_SYSFS, sysfs_names },
		{ EVENT_LINK_PFM, pfm_names },
		{ EVENT_LINK_TRACEFS, tracefs_names },
	};
	struct walk w = { .r = r, .each = each, .arg = arg };
	int stop = 0;

	for (size_t i = 0; i < ARRAY_LEN(walks) && stop == 0; i++)
		if (links & 1U << walks[i].link)
			stop = walks[i].names(&w);
	return stop;
}

int resolver_each_name(struct resolver *r, resolve_name_fn each, void *arg)
{
	return resolver_each_name_of(r, ~0U, each, arg);
}
