/*
 * One PMU as sysfs describes it; see pmu.h.
 *
 *	type            attr.type
 *	format/umask    "config:8-15": where a term's bits go
 *	events/x        "event=0x3c,umask=0": terms under a name
 *	events/x.scale  .unit
 *	cpumask, cpus   where events of this PMU can be opened
 */
#include "event/link/pmu.h"

#include "base/auto.h"
#include "base/parse.h"
#include "base/strbuf.h"
#include "base/suggest.h"
#include "base/vec.h"

#include <ctype.h>
#include <errno.h>
#include <fnmatch.h>
#include <linux/perf_event.h>
#include <string.h>

/* The kernel's own kinds of PMU, which know levels though they are no core. */
static bool is_software_kind(const char *name)
{
	static const char *const kinds[] = { "software", "tracepoint",
					     "breakpoint", "kprobe", "uprobe" };

	for (size_t i = 0; i < ARRAY_LEN(kinds); i++)
		if (strcmp(name, kinds[i]) == 0)
			return true;
	return false;
}

bool pmu_is_core(const struct rootfs *root, const char *name)
{
	static const char *const names[] = { "cpu", "cpu_core", "cpu_atom",
					     "cpu_lowpower" };
	static const char *const prefixes[] = { "armv7_", "armv8_", "armv9_",
						"apple_" };

	for (size_t i = 0; i < ARRAY_LEN(names); i++)
		if (strcmp(name, names[i]) == 0)
			return true;
	for (size_t i = 0; i < ARRAY_LEN(prefixes); i++)
		if (strncmp(name, prefixes[i], strlen(prefixes[i])) == 0)
			return true;
	return !is_software_kind(name) &&
	       rootfs_exists(root, PMU_DIR "/%s/cpus", name);
}

static bool load_cpus(struct pmu *pmu, const char *file)
{
	AUTO_FREE char *text = NULL;

	return rootfs_read(pmu->root, &text, PMU_DIR "/%s/%s", pmu->name,
			   file) == 0 &&
	       cpuset_parse(text, &pmu->cpus, NULL) == 0;
}

bool pmu_load(const struct rootfs *root, const char *name, struct pmu *ret)
{
	struct pmu pmu = { .root = root };
	uint64_t type;

	if (!*name || strchr(name, '/') || name[0] == '.' ||
	    rootfs_read_u64(root, &type, PMU_DIR "/%s/type", name) < 0 ||
	    type > UINT32_MAX)
		return false;
	pmu.name = xstrdup(name);
	pmu.type = (uint32_t)type;
	pmu.core = pmu_is_core(root, name);
	pmu.no_exclude = !pmu.core && !is_software_kind(name);
	if (pmu.core)
		load_cpus(&pmu, "cpus");
	else
		pmu.system_wide = load_cpus(&pmu, "cpumask") && pmu.cpus.n;
	*ret = pmu;
	return true;
}

void pmu_done(struct pmu *pmu)
{
	free(pmu->name);
	cpuset_done(&pmu->cpus);
	*pmu = (struct pmu){ 0 };
}

void pmu_code_done(struct pmu_code *c)
{
	free(c->event);
	free(c->generic);
	*c = (struct pmu_code){ 0 };
}

bool pmu_has_event(const struct pmu *pmu, const char *event)
{
	size_t len = strlen(event);

	return len && !strchr(event, '/') && event[0] != '.' &&
	       !(len > 6 && strcmp(event + len - 6, ".scale") == 0) &&
	       !(len > 5 && strcmp(event + len - 5, ".unit") == 0) &&
	       rootfs_exists(pmu->root, PMU_DIR "/%s/events/%s", pmu->name,
			     event);
}

/* "uncore_imc" against "uncore_imc_3" */
static bool is_numbered(const char *name, const char *stem)
{
	size_t n = strlen(stem);

	if (strncmp(name, stem, n) != 0)
		return false;
	name += n;
	name += *name == '_';
	return *name && !name[strspn(name, "0123456789")];
}

static bool means(const char *pattern, const char *name)
{
	static const char uncore[] = "uncore_";

	if (strpbrk(pattern, "*?["))
		return fnmatch(pattern, name, 0) == 0;
	if (is_numbered(name, pattern))
		return true;
	return strncmp(name, uncore, sizeof(uncore) - 1) == 0 &&
	       (strcmp(name + sizeof(uncore) - 1, pattern) == 0 ||
		is_numbered(name + sizeof(uncore) - 1, pattern));
}

size_t pmu_match(const struct rootfs *root, const char *pattern, char ***ret)
{
	char **all = NULL;
	ssize_t n;
	size_t kept = 0;

	*ret = NULL;
	if (!*pattern || strchr(pattern, '/') || pattern[0] == '.')
		return 0;
	if (rootfs_exists(root, PMU_DIR "/%s", pattern)) {
		VEC_PUSH(*ret, kept, xstrdup(pattern));
		return kept;
	}
	n = rootfs_list(root, &all, PMU_DIR);
	for (ssize_t i = 0; i < n; i++) {
		if (means(pattern, all[i]))
			all[kept++] = all[i];
		else
			free(all[i]);
	}
	*ret = all;
	return kept;
}

char *pmu_only_core(const struct rootfs *root)
{
	char **names = NULL, *only = NULL;
	ssize_t n = rootfs_list(root, &names, PMU_DIR);
	size_t cores = 0;

	for (ssize_t i = 0; i < n; i++) {
		if (!pmu_is_core(root, names[i]))
			continue;
		cores++;
		free(only);
		only = xstrdup(names[i]);
	}
	if (n >= 0)
		rootfs_free_names(names, (size_t)n);
	if (cores == 1)
		return only;
	free(only);
	return NULL;
}

/* The word of the attr that "config1" in a format stands for. */
static uint64_t *word_of(struct event_code *code, const char *name, size_t len)
{
	static const char *const names[] = { "config", "config1", "config2",
					     "config3" };
	uint64_t *words[] = { &code->config, &code->config1, &code->config2,
			      &code->config3 };

	for (size_t i = 0; i < ARRAY_LEN(names); i++)
		if (strlen(names[i]) == len && memcmp(names[i], name, len) == 0)
			return words[i];
	return NULL;
}

/* One "8-15" or "32" of a format. */
static bool parse_bits(const char **p, unsigned *lo, unsigned *hi)
{
	char *end;

	if (!isdigit((unsigned char)**p))
		return false;
	*lo = *hi = (unsigned)strtoul(*p, &end, 10);
	if (*end == '-' && isdigit((unsigned char)end[1]))
		*hi = (unsigned)strtoul(end + 1, &end, 10);
	*p = end;
	return *hi <= 63 && *lo <= *hi;
}

/*
 * Spread @value over the bits that @format names, replacing what was there.
 * -EINVAL: not a format that we know, -ERANGE: more bits than there is room.
 */
static int spread(const char *format, uint64_t value, struct event_code *code)
{
	const char *p = strchr(format, ':');
	struct event_code c = *code;
	uint64_t *word = p ? word_of(&c, format, (size_t)(p - format)) : NULL;

	if (!word)
		return -EINVAL;
	do {
		unsigned lo, hi;
		uint64_t mask;

		p++;
		if (!parse_bits(&p, &lo, &hi))
			return -EINVAL;
		mask = hi - lo == 63 ? UINT64_MAX
				     : ((uint64_t)1 << (hi - lo + 1)) - 1;
		*word = (*word & ~(mask << lo)) | (value & mask) << lo;
		value = hi - lo == 63 ? 0 : value >> (hi - lo + 1);
	} while (*p == ',');
	if (*p)
		return -EINVAL;
	if (value)
		return -ERANGE;
	*code = c;
	return 0;
}

static void suggest_terms(const struct pmu *pmu, const char *key, char *buf,
			  size_t len)
{
	static const char *const dirs[] = { "format", "events" };
	struct suggest s;

	suggest_init(&s, key);
	for (size_t d = 0; d < ARRAY_LEN(dirs); d++) {
		char **names = NULL;
		ssize_t n = rootfs_list(pmu->root, &names, PMU_DIR "/%s/%s",
					pmu->name, dirs[d]);

		for (ssize_t i = 0; i < n; i++)
			if (d == 0 || pmu_has_event(pmu, names[i]))
				suggest_offer(&s, names[i]);
		if (n >= 0)
			rootfs_free_names(names, (size_t)n);
	}
	suggest_text(&s, buf, len);
	suggest_done(&s);
}

/* What "format" offers, for a message. */
static char *known_terms(const struct pmu *pmu)
{
	struct strbuf b = { 0 };
	char **names = NULL;
	ssize_t n =
		rootfs_list(pmu->root, &names, PMU_DIR "/%s/format", pmu->name);

	for (ssize_t i = 0; i < n; i++)
		strbuf_addf(&b, "%s%s", i ? ", " : "", names[i]);
	if (n >= 0)
		rootfs_free_names(names, (size_t)n);
	if (!b.len)
		strbuf_puts(&b, "config, config1, config2");
	return strbuf_detach(&b);
}

struct encoder {
	const struct pmu *pmu;
	struct pmu_code *ret;
	struct link_fault *fault;
	size_t at, len; /* the term's place */
	bool inside;    /* reading the text of a sysfs event */
};

static bool fail(struct encoder *e, const char *what)
{
	link_fault_set(e->fault, e->at, e->len, "%s", what);
	return false;
}

static bool unknown_term(struct encoder *e, const char *key)
{
	AUTO_FREE char *known = known_terms(e->pmu);
	char near[200];

	suggest_terms(e->pmu, key, near, sizeof(near));
	if (*near)
		link_fault_set(e->fault, e->at, e->len,
			       "the PMU '%s' has no term or event '%s'; %s",
			       e->pmu->name, key, near);
	else
		link_fault_set(e->fault, e->at, e->len,
			       "the PMU '%s' has no term or event '%s'; its "
			       "terms are %s",
			       e->pmu->name, key, known);
	return false;
}

static bool set_term(struct encoder *e, const char *key, const char *format,
		     const char *value)
{
	uint64_t v = 1;
	int r;

	if (value && parse_u64(value, &v) < 0) {
		link_fault_set(e->fault, e->at, e->len,
			       "%s=%s: the value is not a number", key, value);
		return false;
	}
	r = spread(format, v, &e->ret->code);
	if (r == -ERANGE)
		link_fault_set(e->fault, e->at, e->len,
			       "%s=%s does not fit; the PMU '%s' has %s for it",
			       key, value ? value : "1", e->pmu->name, format);
	else if (r < 0)
		link_fault_set(e->fault, e->at, e->len,
			       "the PMU '%s' describes '%s' as '%s', which "
			       "is not understood",
			       e->pmu->name, key, format);
	return r == 0;
}

static bool one_term(struct encoder *e, const char *key, const char *value);

/* The text of a sysfs event, "event=0x3c,umask=0x0". */
static bool alias(struct encoder *e, const char *key)
{
	AUTO_FREE char *text = NULL;
	char *rest, *term;

	if (e->inside)
		return fail(e, "an event inside the text of an event");
	if (rootfs_read(e->pmu->root, &text, PMU_DIR "/%s/events/%s",
			e->pmu->name, key) < 0)
		return fail(e, "the file of this event cannot be read");
	e->inside = true;
	rest = text;
	while ((term = strsep(&rest, ","))) {
		char *value = strchr(term, '=');

		if (value)
			*value++ = '\0';
		/* "domain=?": the user has to say it, after this term */
		if (value && strcmp(value, "?") == 0)
			continue;
		if (!one_term(e, term, value))
			return false;
	}
	e->inside = false;
	free(e->ret->event);
	e->ret->event = xstrdup(key);
	return true;
}

/* Terms that say how to sample, or to whom: nothing for a counter. */
static bool is_ignored(const char *key)
{
	static const char *const keys[] = { "name", "period", "freq",
					    "metric-id" };

	for (size_t i = 0; i < ARRAY_LEN(keys); i++)
		if (strcmp(key, keys[i]) == 0)
			return true;
	return false;
}

/* "cpu_core/cycles/" where sysfs has no such event: the kernel's own. */
static bool generic_term(struct encoder *e, const char *key)
{
	const struct link_generic_row *row =
		link_generic_find(key, strlen(key));
	uint64_t config;

	if (!e->pmu->core || e->inside)
		return false;
	if (row && row->type != PERF_TYPE_HARDWARE)
		return false;
	if (!row && !link_cache_find(key, strlen(key), &config))
		return false;
	free(e->ret->generic);
	e->ret->generic = xstrdup(key);
	return true;
}

static bool one_term(struct encoder *e, const char *key, const char *value)
{
	AUTO_FREE char *format = NULL;
	uint64_t raw;

	if (!strchr(key, '/') && key[0] != '.' &&
	    rootfs_read(e->pmu->root, &format, PMU_DIR "/%s/format/%s",
			e->pmu->name, key) == 0)
		return set_term(e, key, format, value);
	if (word_of(&e->ret->code, key, strlen(key))) {
		AUTO_FREE char *whole = xasprintf("%s:0-63", key);

		if (!value)
			return fail(e, "a value is missing: config=0x...");
		return set_term(e, key, whole, value);
	}
	if (value)
		return is_ignored(key) || unknown_term(e, key);
	if (pmu_has_event(e->pmu, key))
		return alias(e, key);
	if (generic_term(e, key))
		return true;
	if (key[0] == 'r' && parse_hex(key + 1, &raw) == 0) {
		e->ret->code.config = raw;
		return true;
	}
	return unknown_term(e, key);
}

bool pmu_encode(const struct pmu *pmu, const struct spec_event *se,
		struct pmu_code *ret, struct link_fault *fault)
{
	struct encoder e = { .pmu = pmu, .ret = ret, .fault = fault };

	*ret = (struct pmu_code){ .code = { .type = pmu->type } };
	for (size_t i = 0; i < se->nterms; i++) {
		const struct spec_term *t = &se->terms[i];

		e.at = t->at;
		e.len = strlen(t->key) + (t->value ? strlen(t->value) + 1 : 0);
		if (!one_term(&e, t->key, t->value)) {
			pmu_code_done(ret);
			return false;
		}
	}
	return true;
}

static void read_scale(const struct pmu *pmu, const char *named,
		       struct event *event)
{
	AUTO_FREE char *scale = NULL;
	char *unit = NULL;
	double d;

	if (rootfs_read(pmu->root, &scale, PMU_DIR "/%s/events/%s.scale",
			pmu->name, named) == 0 &&
	    parse_double(scale, &d) == 0)
		event->scale = d;
	if (rootfs_read(pmu->root, &unit, PMU_DIR "/%s/events/%s.unit",
			pmu->name, named) == 0) {
		free(event->unit);
		event->unit = unit;
	}
}

void pmu_dress(const struct pmu *pmu, const char *named, struct event *event)
{
	free(event->pmu);
	event->pmu = xstrdup(pmu->name);
	event->hardware = pmu->core;
	event->no_exclude = pmu->no_exclude;
	event->system_wide = pmu->system_wide;
	cpuset_done(&event->cpus);
	event->cpus = cpuset_copy(&pmu->cpus);
	if (named)
		read_scale(pmu, named, event);
}
