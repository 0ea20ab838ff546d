/*
 * libpfm4 as a link of the chain: which tables are asked, and how its levels
 * and ours meet.
 *
 * A name without "pmu::" is looked up in the PMUs that libpfm4 found, then in
 * the tables that fit the CPU by its numbers, because the library's own
 * detection stops at the CPUs of its time.  For a recorded machine only the
 * latter: what libpfm4 found is the host's.
 */
#include "base/auto.h"
#include "base/log.h"
#include "base/suggest.h"
#include "base/xalloc.h"
#include "event/link/link.h"
#include "event/link/pfm.h"
#include "event/link/pmu.h"

#include <ctype.h>
#include <linux/perf_event.h>
#include <string.h>
#include <strings.h>

struct ask {
	const struct link_query *q;
	struct pfm *pfm;
	const char *own; /* tables of this CPU, NULL: unknown to us */
	struct link_fault *fault;
	struct err err;
	/* perf's modifiers after the name, where libpfm4 has none like it */
	char *text;
	size_t cut; /* length of the name before them; 0: none */
};

static bool recorded(const struct ask *a)
{
	return rootfs_is_recorded(resolver_root(a->q->r));
}

/* Where perf's modifiers would begin: at the last ':'. */
static size_t perf_mods(const char *text)
{
	const char *colon = strrchr(text, ':');

	if (!colon || colon == text || colon[-1] == ':' ||
	    !link_mods_like(colon + 1))
		return 0;
	return (size_t)(colon - text);
}

static enum pfm_answer encode(struct ask *a, const char *prefix,
			      struct pfm_code *code)
{
	AUTO_FREE char *text = xasprintf("%s%s%s", prefix ? prefix : "",
					 prefix ? "::" : "", a->text);
	enum pfm_answer answer = pfm_encode(a->pfm, text, code, &a->err);
	size_t cut = perf_mods(text);

	a->cut = 0;
	if (answer != PFM_BAD_ATTR || !cut)
		return answer;
	text[cut] = '\0';
	if (pfm_encode(a->pfm, text, code, NULL) != PFM_OK)
		return answer;
	a->cut = perf_mods(a->text);
	return PFM_OK;
}

static enum pfm_answer find(struct ask *a, struct pfm_code *code)
{
	enum pfm_answer answer = PFM_UNKNOWN;

	if (strstr(a->text, "::"))
		return encode(a, NULL, code);
	if (!recorded(a))
		answer = encode(a, NULL, code);
	if (answer == PFM_UNKNOWN && a->own)
		answer = encode(a, a->own, code);
	return answer;
}

/* "on": libpfm4's way to write a boolean */
static bool is_on(const char *value)
{
	return !*value || *value == ':' || *value == '.' ||
	       strchr("1yYtT", *value);
}

/* What the words after the event say of levels and guests. */
static void scan_words(const char *text, const struct pfm_code *code,
		       struct link_mods *mods)
{
	bool guest = false, host = false, hv = false;
	const char *p = strstr(text, "::");

	p = p ? p + 2 : text;
	p += strcspn(p, ":.");
	while (*p) {
		size_t len;
		const char *value;

		p += strspn(p, ":.");
		len = strcspn(p, ":.");
		value = memchr(p, '=', len);
		value = value ? value + 1 : p + len;
		if (len && strchr("ukhUKH", *p) && (len == 1 || p[1] == '=')) {
			mods->has_level = true;
			hv |= tolower((unsigned char)*p) == 'h' && is_on(value);
		} else if (len >= 2 && strncasecmp(p, "mg", 2) == 0 &&
			   (len == 2 || p[2] == '=')) {
			mods->has_guest = true;
			guest = is_on(value);
		} else if (len >= 2 && strncasecmp(p, "mh", 2) == 0 &&
			   (len == 2 || p[2] == '=')) {
			mods->has_guest = true;
			host = is_on(value);
		}
		p += len;
	}
	mods->exclude = EVENT_EXCLUDE_GUEST;
	if (mods->has_guest && guest != host)
		mods->exclude =
			guest ? EVENT_EXCLUDE_HOST : EVENT_EXCLUDE_GUEST;
	else if (mods->has_guest)
		mods->exclude = 0;
	if (mods->has_level)
		mods->exclude |=
			(code->exclude_user ? EVENT_EXCLUDE_USER : 0) |
			(code->exclude_kernel ? EVENT_EXCLUDE_KERNEL : 0) |
			(hv ? 0 : EVENT_EXCLUDE_HV);
}

static bool read_mods(struct ask *a, const struct pfm_code *code,
		      struct link_mods *mods)
{
	const struct spec_event *se = a->q->se;

	*mods = (struct link_mods){ 0 };
	if (a->cut) {
		if (!link_mods_parse(a->text + a->cut + 1, se->at + a->cut + 1,
				     mods, a->fault))
			return false;
	} else {
		scan_words(a->text, code, mods);
	}
	mods->pinned |= code->pinned;
	mods->exclusive |= code->exclusive;
	return link_mods_parse(se->group_mods, se->group_mods_at, mods,
			       a->fault);
}

/* The sysfs PMU with this attr.type: rules, CPUs, and the scale of its event
   with the same code. */
static void dress(struct ask *a, struct event *e)
{
	const struct rootfs *root = resolver_root(a->q->r);
	char **names = NULL, **events = NULL;
	ssize_t n = rootfs_list(root, &names, PMU_DIR), m;
	struct pmu pmu;

	for (ssize_t i = 0; i < n; i++) {
		if (!pmu_load(root, names[i], &pmu))
			continue;
		if (pmu.type != e->code.type) {
			pmu_done(&pmu);
			continue;
		}
		pmu_dress(&pmu, NULL, e);
		m = rootfs_list(root, &events, PMU_DIR "/%s/events", names[i]);
		for (ssize_t k = 0; k < m; k++) {
			struct spec_term term = { .key = events[k] };
			struct spec_event se = { .terms = &term, .nterms = 1 };
			struct link_fault unused;
			struct pmu_code c;

			if (!pmu_has_event(&pmu, events[k]) ||
			    !pmu_encode(&pmu, &se, &c, &unused))
				continue;
			if (c.code.config == e->code.config)
				pmu_dress(&pmu, events[k], e);
			pmu_code_done(&c);
		}
		if (m >= 0)
			rootfs_free_names(events, (size_t)m);
		pmu_done(&pmu);
		break;
	}
	if (n >= 0)
		rootfs_free_names(names, (size_t)n);
}

/* "skx::INST_RETIRED:ANY_P:e=0:i=0": without the modifiers */
static size_t plain_length(const char *fstr)
{
	const char *equals = strchr(fstr, '=');

	if (!equals)
		return strlen(fstr);
	while (equals > fstr && *equals != ':')
		equals--;
	return (size_t)(equals - fstr);
}

static struct event *make(struct ask *a, const struct pfm_code *code)
{
	struct event *e = link_event_new(a->q->se, EVENT_LINK_PFM);
	const struct link_generic_row *row;

	e->code = (struct event_code){ .type = code->type,
				       .config = code->config,
				       .config1 = code->config1,
				       .config2 = code->config2 };
	free(e->how);
	e->how = xasprintf("%.*s%s", (int)plain_length(code->fstr), code->fstr,
			   code->corrected ? " (code corrected)" : "");
	if (code->type > PERF_TYPE_BREAKPOINT) {
		dress(a, e);
		return e;
	}
	e->hardware = code->type != PERF_TYPE_SOFTWARE &&
		      code->type != PERF_TYPE_TRACEPOINT;
	row = link_generic_by_code(code->type, code->config);
	if (row && code->type != PERF_TYPE_RAW) {
		free(e->base);
		e->base = link_base_name(row->name);
	}
	if (row && code->type == PERF_TYPE_SOFTWARE &&
	    (row->config == PERF_COUNT_SW_TASK_CLOCK ||
	     row->config == PERF_COUNT_SW_CPU_CLOCK)) {
		free(e->unit);
		e->unit = xstrdup("msec");
		e->scale = 1e-6;
	}
	return e;
}

/* Encodable is not the same as being here. */
static bool is_here(struct ask *a, const struct pfm_code *code)
{
	bool generic = strncmp(code->pmu, "perf", 4) == 0;
	AUTO_FREE char *key = NULL;

	if (generic || (code->present && !recorded(a)))
		return true;
	if (a->own && strcmp(a->own, code->pmu) == 0)
		return true;
	key = cpu_key(resolver_cpu(a->q->r));
	link_fault_set(a->fault, a->q->se->at, strcspn(a->text, ":"),
		       "'%s': '%s' is the PMU of another CPU than this one "
		       "(%s)",
		       a->text, code->pmu, key);
	return false;
}

static enum link_answer accept(struct ask *a, struct pfm_code *code,
			       struct event_list *out)
{
	const struct spec_event *se = a->q->se;
	struct link_mods mods;

	if (!is_here(a, code))
		return LINK_FAULT;
	if (code->has_cpu)
		return link_fault_set(a->fault, se->at, se->len,
				      "'%s': the CPU is chosen with -C, not "
				      "with cpu=",
				      a->text);
	if (resolver_hybrid(a->q->r) && code->type <= PERF_TYPE_RAW &&
	    code->type != PERF_TYPE_SOFTWARE)
		return link_fault_set(a->fault, se->at, se->len,
				      "'%s': libpfm4's tables do not tell the "
				      "kinds of core of this CPU apart; write "
				      "PMU/event=.../",
				      a->text);
	if (!read_mods(a, code, &mods))
		return LINK_FAULT;
	return link_event_add(out, make(a, code), se, &mods, a->fault)
		       ? LINK_ANSWERED
		       : LINK_FAULT;
}

static int offer(const char *pmu, const char *name, const char *help, void *arg)
{
	(void)pmu, (void)help;
	suggest_offer(arg, name);
	return 0;
}

/* "skx::NAME" where skx is known and NAME is not */
static enum link_answer explicit_unknown(struct ask *a)
{
	const char *colons = strstr(a->text, "::");
	AUTO_FREE char *pmu = xstrndup(a->text, (size_t)(colons - a->text));
	struct suggest s;
	char near[200];
	bool present;

	if (!pfm_knows_pmu(a->pfm, pmu, &present))
		return link_fault_set(a->fault, a->q->se->at, strlen(pmu),
				      "'%s': libpfm4 knows no PMU '%s'",
				      a->text, pmu);
	suggest_init(&s, colons + 2);
	pfm_each_name(a->pfm, pmu, offer, &s);
	suggest_text(&s, near, sizeof(near));
	suggest_done(&s);
	return link_fault_set(a->fault, a->q->se->at, a->q->se->len,
			      "'%s': libpfm4's PMU '%s' has no such event%s%s",
			      a->text, pmu, *near ? "; " : "", near);
}

static enum link_answer judge(struct ask *a, enum pfm_answer answer,
			      struct pfm_code *code, struct event_list *out)
{
	const struct spec_event *se = a->q->se;
	enum link_answer r;

	switch (answer) {
	case PFM_OK:
		r = accept(a, code, out);
		pfm_code_done(code);
		return r;
	case PFM_UNKNOWN:
		return strstr(a->text, "::") ? explicit_unknown(a)
					     : LINK_UNKNOWN;
	case PFM_BAD_ATTR:
		return link_fault_set(a->fault, se->at, se->len,
				      "'%s': libpfm4 knows the event but not "
				      "what follows it: %s",
				      a->text, a->err.what);
	case PFM_NOT_HERE:
		return link_fault_set(a->fault, se->at, se->len,
				      "'%s': libpfm4 knows the event, but its "
				      "PMU is not on this machine",
				      a->text);
	case PFM_NO_CODE:
		return link_fault_set(a->fault, se->at, se->len, "'%s': %s",
				      a->text, a->err.what);
	}
	return LINK_UNKNOWN;
}

enum link_answer link_pfm(const struct link_query *q, struct event_list *out,
			  struct link_fault *fault)
{
	struct ask a = { .q = q, .fault = fault };
	const struct cpu *cpu;
	struct pfm_code code;

	if (!q->se->name)
		return LINK_UNKNOWN;
	a.text = q->se->name;
	a.pfm = resolver_pfm(q->r);
	if (!a.pfm && strstr(a.text, "::"))
		return link_fault_set(fault, q->se->at, q->se->len,
				      "'%s' is spelt for libpfm4: %s", a.text,
				      resolver_pfm_why(q->r));
	if (!a.pfm)
		return LINK_UNKNOWN;
	cpu = resolver_cpu(q->r);
	a.own = pfm_pmu_of_cpu(cpu->vendor, cpu->family, cpu->model,
			       cpu->stepping);
	return judge(&a, find(&a, &code), &code, out);
}
