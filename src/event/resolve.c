/* The chain that turns names into events; see resolve.h. */
#include "event/resolve.h"

#include "base/auto.h"
#include "base/log.h"
#include "base/strbuf.h"
#include "base/suggest.h"
#include "base/vec.h"
#include "event/link/link.h"
#include "event/link/pfm.h"
#include "event/link/pmu.h"
#include "event/link/tracefs.h"

#include <errno.h>
#include <linux/perf_event.h>
#include <stdlib.h>
#include <string.h>

struct resolver {
	const struct rootfs *root;
	const char *const *event_dirs;
	size_t nevent_dirs;
	const char *source; /* NULL: the kernel's counters */
	struct cpu cpu;
	bool has_cpu;
	struct catalog catalog;
	bool has_catalog;
	struct pfm *pfm;
	bool tried_pfm;
	struct err pfm_why;
	int hybrid; /* -1: not looked at yet */
	int hybrid_sets;
};

struct resolver *resolver_new(const struct rootfs *root,
			      const char *const *event_dirs, size_t ndirs)
{
	struct resolver *r = xcalloc(1, sizeof(*r));

	r->root = root;
	r->event_dirs = event_dirs;
	r->nevent_dirs = ndirs;
	r->hybrid = -1;
	return r;
}

void resolver_simulate(struct resolver *r)
{
	r->source = "cachegrind";
}

void resolver_free(struct resolver *r)
{
	if (!r)
		return;
	if (r->has_catalog)
		catalog_done(&r->catalog);
	if (r->has_cpu)
		cpu_done(&r->cpu);
	pfm_free(r->pfm);
	free(r);
}

void resolver_freep(struct resolver **r)
{
	resolver_free(*r);
}

const struct rootfs *resolver_root(const struct resolver *r)
{
	return r->root;
}

const struct cpu *resolver_cpu(struct resolver *r)
{
	if (!r->has_cpu)
		cpu_detect(r->root, &r->cpu);
	r->has_cpu = true;
	return &r->cpu;
}

const struct catalog *resolver_catalog(struct resolver *r, struct err *err)
{
	if (!r->has_catalog &&
	    catalog_load_for(&r->catalog, r->source ? NULL : resolver_cpu(r),
			     r->source, r->event_dirs, r->nevent_dirs, err) < 0)
		return NULL;
	r->has_catalog = true;
	return &r->catalog;
}

struct pfm *resolver_pfm(struct resolver *r)
{
	if (!r->tried_pfm) {
		r->pfm = pfm_load(&r->pfm_why);
		if (!r->pfm)
			log_say(1, "event names without libpfm4: %s",
				r->pfm_why.what);
	}
	r->tried_pfm = true;
	return r->pfm;
}

const char *resolver_pfm_why(const struct resolver *r)
{
	return r->pfm_why.what;
}

/* How many core PMUs are there?  Only asked where there is no "cpu". */
static int count_core_pmus(const struct rootfs *root)
{
	char **names = NULL;
	ssize_t n = rootfs_list(root, &names, PMU_DIR);
	int count = 0;

	for (ssize_t i = 0; i < n; i++)
		count += pmu_is_core(root, names[i]);
	if (n >= 0)
		rootfs_free_names(names, (size_t)n);
	return count;
}

bool resolver_hybrid(struct resolver *r)
{
	if (r->hybrid < 0)
		r->hybrid = !rootfs_exists(r->root, PMU_DIR "/cpu") &&
			    count_core_pmus(r->root) > 1 &&
			    resolver_cpu(r)->ncore_types > 1;
	return r->hybrid;
}

int resolver_next_hybrid_set(struct resolver *r)
{
	return r->hybrid_sets++;
}

enum link_answer resolver_ask(const struct link_query *q,
			      struct event_list *out, struct link_fault *fault)
{
	static enum link_answer (*const links[])(const struct link_query *,
						 struct event_list *,
						 struct link_fault *) = {
		link_breakpoint, link_raw,   link_generic, link_tracefs,
		link_pfm,        link_sysfs, link_table,
	};

	/* what it does not know, it asks the others about, one level down */
	if (q->r->source && !q->depth)
		return link_cachegrind(q, out, fault);
	for (size_t i = 0; i < ARRAY_LEN(links); i++) {
		enum link_answer answer = links[i](q, out, fault);

		if (answer != LINK_UNKNOWN)
			return answer;
	}
	return LINK_UNKNOWN;
}

static int offer(const struct resolve_name *name, void *arg)
{
	suggest_offer(arg, name->name);
	return 0;
}

/* Nobody knew it: which names are near? */
static void unknown(struct resolver *r, const struct spec_event *se,
		    struct link_fault *fault)
{
	const char *colon = strrchr(se->text, ':');
	size_t len = se->len;
	AUTO_FREE char *typed = NULL;
	struct suggest s;
	char near[300];

	if (colon && link_mods_like(colon + 1))
		len = (size_t)(colon - se->text);
	typed = xstrndup(se->text, len);
	suggest_init(&s, typed);
	resolver_each_name(r, offer, &s);
	suggest_text(&s, near, sizeof(near));
	suggest_done(&s);
	link_fault_set(fault, se->at, len, "'%s': no such event%s%s", typed,
		       *near ? "; " : "; 'tacho list' shows what there is",
		       near);
}

static void drop_from(struct event_list *list, size_t n)
{
	while (list->n > n)
		event_free(list->items[--list->n]);
}

static bool resolve_one(struct resolver *r, const struct spec_event *se,
			struct event_list *list, struct link_fault *fault)
{
	struct link_query q = { .r = r, .se = se };
	size_t n = list->n;
	enum link_answer answer = resolver_ask(&q, list, fault);

	if (answer == LINK_UNKNOWN)
		answer = tracefs_why(&q, list, fault);
	if (answer == LINK_UNKNOWN)
		unknown(r, se, fault);
	if (answer == LINK_ANSWERED)
		return true;
	drop_from(list, n);
	return false;
}

/*
 * What is true of a group as a whole: weak when one says so, and pinned or
 * exclusive through its first event, because the kernel takes it there only.
 */
static void settle_groups(struct event_list *list, size_t from)
{
	for (size_t i = from; i < list->n; i++) {
		struct event *e = list->items[i];

		if (e->group < 0) {
			e->group_weak = false;
			continue;
		}
		for (size_t k = from; k < i; k++) {
			struct event *first = list->items[k];

			if (first->group != e->group)
				continue;
			first->group_weak |= e->group_weak;
			e->group_weak = first->group_weak;
			if (first->core_type == e->core_type)
				e->pinned = e->exclusive = false;
		}
	}
}

/*
 * Which of the new events are slots and parts of them?  The codes mean that
 * only where the kernel says so by having "slots" in sysfs.
 */
static void mark_topdown(struct resolver *r, struct event_list *list,
			 size_t from)
{
	for (size_t i = from; i < list->n; i++) {
		struct event *e = list->items[i];
		uint64_t config = e->code.config;

		if (!e->hardware || e->code.type == PERF_TYPE_HARDWARE ||
		    e->code.type == PERF_TYPE_HW_CACHE ||
		    (config != 0x400 &&
		     (config < 0x8000 || config > 0x8700 || config & 0xff)))
			continue;
		if (!rootfs_exists(r->root,
				   "/sys/bus/event_source/devices/%s/events/"
				   "slots",
				   e->pmu ? e->pmu : "cpu"))
			continue;
		e->topdown = config == 0x400 ? EVENT_TOPDOWN_SLOTS
					     : EVENT_TOPDOWN_METRIC;
	}
}

static int report(const struct resolve_problems *p, struct err *err)
{
	AUTO(strbuf_done) struct strbuf b = { 0 };

	for (size_t i = 0; i < p->n; i++)
		strbuf_addf(&b, "%s%s", i ? "\n" : "", p->items[i].text);
	err_set(err, -EINVAL, "%s", strbuf_str(&b));
	return -EINVAL;
}

int resolve_spec(struct resolver *r, const struct spec *spec,
		 struct event_list *list, struct resolve_problems *problems,
		 struct err *err)
{
	size_t from = list->n;

	for (size_t i = 0; i < spec->n; i++) {
		struct resolve_problem p = { 0 };
		struct link_fault fault;

		if (resolve_one(r, &spec->events[i], list, &fault))
			continue;
		p.text = xstrdup(fault.text);
		p.at = fault.at;
		p.len = fault.len;
		VEC_PUSH(problems->items, problems->n, p);
	}
	if (problems->n) {
		event_list_done(list);
		return report(problems, err);
	}
	for (size_t i = from; i < list->n; i++)
		if (list->items[i]->group >= 0)
			list->items[i]->group += list->ngroups;
	list->ngroups += spec->ngroups;
	settle_groups(list, from);
	mark_topdown(r, list, from);
	return 0;
}

int resolve_text(struct resolver *r, const char *text, struct event_list *list,
		 struct err *err)
{
	AUTO(resolve_problems_done) struct resolve_problems problems = { 0 };
	AUTO(spec_done) struct spec spec = { 0 };
	int result = spec_parse(&spec, text, err);

	if (result < 0)
		return result;
	return resolve_spec(r, &spec, list, &problems, err);
}

/* The kernel's name of what formulas call @name, or @name itself. */
static char *input_text(const char *name)
{
	char *text = xstrdup(name);

	if (strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789_") !=
	    strlen(name))
		return text;
	for (char *p = text; *p; p++)
		if (*p == '_')
			*p = '-';
	return text;
}

/* From the tables only: libpfm4 knows names that differ in case alone. */
static int resolve_from_table(struct resolver *r, const char *name,
			      struct event_list *list, struct err *err)
{
	AUTO_FREE char *text = xstrdup(name);
	struct spec_event se = {
		.text = text, .name = text, .len = strlen(name), .group = -1
	};
	struct link_query q = { .r = r, .se = &se };
	struct link_fault fault;
	size_t from = list->n;

	se.mods = se.group_mods = (char[]){ "" };
	if (link_table(&q, list, &fault) == LINK_ANSWERED)
		return 0;
	drop_from(list, from);
	return err_set(err, -ENOENT, "%s", fault.text);
}

/* A simulator knows sections by their names, and the kernel's names. */
static int resolve_simulated(struct resolver *r, bool has_section,
			     const char *name, struct event_list *list,
			     struct err *err)
{
	AUTO_FREE char *text = has_section ? xstrdup(name) : input_text(name);
	size_t from = list->n;
	int result = resolve_text(r, text, list, err);

	if (result < 0 || !list->items[from]->lacking)
		return result;
	err_set(err, -EOPNOTSUPP, "%s", list->items[from]->lacking);
	drop_from(list, from);
	return -EOPNOTSUPP;
}

int resolve_input(struct resolver *r, const char *name, struct event_list *list,
		  struct err *err)
{
	const struct catalog *catalog = resolver_catalog(r, err);
	struct event_list found = { 0 };
	int result;

	if (!catalog)
		return -EINVAL;
	if (r->source) {
		bool has_section = catalog_find(catalog, "event", name) != NULL;

		result = resolve_simulated(r, has_section, name, &found, err);
	} else if (catalog_find(catalog, "event", name)) {
		result = resolve_from_table(r, name, &found, err);
		mark_topdown(r, &found, 0);
	} else {
		AUTO_FREE char *text = input_text(name);

		result = resolve_text(r, text, &found, err);
	}
	if (result < 0) {
		event_list_done(&found);
		return result;
	}
	for (size_t i = 0; i < found.n; i++) {
		free(found.items[i]->base);
		found.items[i]->base = xstrdup(name);
		VEC_PUSH(list->items, list->n, found.items[i]);
	}
	free(found.items);
	return 0;
}

void resolve_problems_done(struct resolve_problems *p)
{
	for (size_t i = 0; i < p->n; i++)
		free(p->items[i].text);
	free(p->items);
	*p = (struct resolve_problems){ 0 };
}

char *resolve_problems_text(const struct spec *spec,
			    const struct resolve_problems *p)
{
	struct strbuf b = { 0 };

	for (size_t i = 0; i < p->n; i++) {
		const struct resolve_problem *one = &p->items[i];
		AUTO_FREE char *caret =
			spec_caret(spec->text, one->at, one->len);

		strbuf_addf(&b, "%s%s\n%s", i ? "\n" : "", one->text, caret);
	}
	return b.len ? strbuf_detach(&b) : xstrdup("");
}
