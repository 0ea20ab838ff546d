/*
 * JSON metrics as [metric NAME] sections; see import.h.
 *
 * The formula is kept as its author wrote it, so that messages have columns of
 * his file; metric/ reads it with expr_parse_pmu().  perfmon's letters become
 * the key "aliases", and its own words for facts of the machine and its short
 * spellings of modifiers are translated here.
 */
#include "base/auto.h"
#include "base/parse.h"
#include "base/xalloc.h"
#include "event/import/build.h"

#include <ctype.h>
#include <stdbool.h>
#include <stddef.h>
#include <string.h>

/* perfmon's constants, as formulas in the language of expr_parse_pmu(). */
static const struct {
	const char *theirs, *ours;
} constants[] = {
	{ "HYPERTHREADING_ON", "#smt_on" },
	{ "THREADS_PER_CORE", "(#num_cpus / #num_cores)" },
	{ "CORES_PER_SOCKET", "(#num_cores / #num_packages)" },
	{ "SOCKET_COUNT", "#num_packages" },
	{ "SYSTEM_TSC_FREQ", "#system_tsc_freq" },
	{ "DURATIONTIMEINSECONDS", "(duration_time)" },
	{ "DURATIONTIMEINMILLISECONDS", "(1000 * duration_time)" },
	{ "system.sockets[0].cpus.count * system.socket_count", "#num_cpus" },
};

/* What perfmon calls the events of the top-down counter, and the kernel. */
static const struct {
	const char *theirs, *ours;
} topdown[] = {
	{ "RETIRING", "topdown-retiring" },
	{ "BAD_SPECULATION", "topdown-bad-spec" },
	{ "FRONTEND_BOUND", "topdown-fe-bound" },
	{ "BACKEND_BOUND", "topdown-be-bound" },
	{ "HEAVY_OPERATIONS", "topdown-heavy-ops" },
	{ "BRANCH_MISPREDICTS", "topdown-br-mispredict" },
	{ "FETCH_LATENCY", "topdown-fetch-lat" },
	{ "MEMORY_BOUND", "topdown-mem-bound" },
};

/* perfmon's modifiers with a value, and the kernel's term for each. */
static const struct {
	const char *theirs, *term;
} modifiers[] = {
	{ "ocr_msr_val=", "offcore_rsp" },
	{ "opc=", "filter_opc" },
	{ "tid=", "filter_tid" },
	{ "eq", "eq" },
	{ "c", "cmask" },
	{ "e", "edge" },
	{ "i", "inv" },
	{ "u", "umask" },
};

static bool starts_with(const char *text, const char *with)
{
	return !strncmp(text, with, strlen(with));
}

static const char *pmu_of_event(const char *name)
{
	if (starts_with(name, "UNC_CHA_"))
		return "uncore_cha";
	if (starts_with(name, "UNC_C_"))
		return "uncore_cbox";
	return "cpu";
}

/* One of "c1", "SUP", "opc=0x182"; false: it has no meaning for us. */
static bool add_modifier(const char *text, struct strbuf *terms,
			 struct strbuf *mods)
{
	if (!strcmp(text, "perf_metrics"))
		return true;
	if (!strcasecmp(text, "sup") || !strcasecmp(text, "user")) {
		strbuf_putc(mods,
			    tolower((unsigned char)*text) == 's' ? 'k' : 'u');
		return true;
	}
	if (starts_with(text, "filter1=0x")) { /* the upper half of config1 */
		strbuf_addf(terms, ",config1=%s00000000", text + 8);
		return true;
	}
	for (size_t i = 0; i < ARRAY_LEN(modifiers); i++) {
		size_t n = strlen(modifiers[i].theirs);
		uint64_t value;

		if (!starts_with(text, modifiers[i].theirs) ||
		    parse_u64(text + n, &value) < 0)
			continue;
		strbuf_addf(terms, ",%s=%s", modifiers[i].term, text + n);
		return true;
	}
	return false;
}

/* How we spell the event that perfmon calls @theirs. */
static void add_event_name(const char *theirs, struct strbuf *out)
{
	AUTO(strbuf_done) struct strbuf terms = { 0 }, mods = { 0 };
	AUTO_FREE char *name = import_name(theirs);
	char *rest = name, *one;
	const char *base = strsep(&rest, ":");

	for (size_t i = 0; i < ARRAY_LEN(topdown); i++)
		if (starts_with(base, "PERF_METRICS.") &&
		    !strcmp(base + strlen("PERF_METRICS."), topdown[i].theirs))
			base = topdown[i].ours;
	if (rest && !strcmp(rest, "one_unit")) {
		/* all units of a package tick alike */
		strbuf_addf(out, "(%s / (source_count(%s) * #num_packages))",
			    base, base);
		return;
	}
	while ((one = strsep(&rest, ":")))
		if (!add_modifier(one, &terms, &mods)) {
			strbuf_puts(out, theirs);
			return;
		}
	if (terms.len)
		strbuf_addf(out, "%s/%s%s/%s", pmu_of_event(base), base,
			    strbuf_str(&terms), strbuf_str(&mods));
	else
		strbuf_addf(out, "%s%s%s", base, mods.len ? ":" : "",
			    strbuf_str(&mods));
}

/* The boxes of one package are as many as count an event of theirs. */
static void add_box_count(const struct json_t *item, struct strbuf *out)
{
	size_t n = import_count(item, "Events");

	for (size_t i = 0; i < n; i++) {
		const char *name =
			import_text(import_element(item, "Events", i), "Name");

		if (!name || (!starts_with(name, "UNC_CHA_") &&
			      !starts_with(name, "UNC_C_")))
			continue;
		strbuf_addf(out, "(source_count(%.*s))",
			    (int)strcspn(name, ":"), name);
		return;
	}
	strbuf_puts(out, "chas_per_socket");
}

static void add_constant(const struct json_t *item, const char *theirs,
			 struct strbuf *out)
{
	if (!strcmp(theirs, "CHAS_PER_SOCKET")) {
		add_box_count(item, out);
		return;
	}
	for (size_t i = 0; i < ARRAY_LEN(constants); i++)
		if (!strcmp(constants[i].theirs, theirs)) {
			strbuf_puts(out, constants[i].ours);
			return;
		}
	strbuf_puts(out, theirs);
}

/* "a=INST_RETIRED.ANY;b=#smt_on"; with only what cannot end one too soon. */
static void add_aliases(const struct json_t *item, const char *list,
			struct strbuf *out)
{
	bool events = !strcmp(list, "Events");
	size_t n = import_count(item, list);

	for (size_t i = 0; i < n; i++) {
		const struct json_t *pair = import_element(item, list, i);
		const char *alias = import_text(pair, "Alias");
		const char *name = import_text(pair, "Name");

		if (!alias || !name || strpbrk(alias, ";=") ||
		    strchr(name, ';'))
			continue;
		strbuf_addf(out, "%s%s=", out->len ? ";" : "", alias);
		if (events)
			add_event_name(name, out);
		else
			add_constant(item, name, out);
	}
}

/*
 * "9.8e-4KB": the factor and the unit.  A share is kept as one: "%" is shown
 * times 100, so "100%" needs no factor and "1%" needs 0.01.
 */
static void add_unit(struct import *im, const char *text, const char *name,
		     bool whole)
{
	size_t n = strspn(text, "0123456789.eE+-");
	AUTO_FREE char *number = NULL, *unit = NULL, *exact = NULL;
	double factor = 1.0;

	while (n && !isdigit((unsigned char)text[n - 1]))
		n--;
	number = xstrndup(text, n);
	if (n && parse_double(number, &factor) < 0)
		return;
	unit = xstrdup(text + n);
	if (!strcmp(unit, "%") || !strcasecmp(unit, "percent")) {
		factor /= 100.0;
		unit[0] = '%';
		unit[1] = '\0';
	}
	for (char *p = unit; *p; p++)
		if (*p == '_')
			*p = ' ';
	exact = xasprintf("%.17g", factor);
	if (factor != 1.0)
		import_key(im, "factor", exact);
	if (!*unit || !whole)
		return;
	import_key(im, "unit", unit);
	if (strcmp(unit, "%") != 0) { /* beside an event there is no unit */
		AUTO_FREE char *label = xasprintf("%s %s", unit, name);

		import_key(im, "label", label);
	}
}

static void add_about(struct import *im, const struct json_t *item)
{
	const char *brief = import_text(item, "BriefDescription");
	const char *full = import_text(item, "PublicDescription");
	const char *mode = import_text(item, "AggregationMode");
	AUTO_FREE char *text = NULL;

	if (!brief)
		brief = full;
	if (mode)
		text = xasprintf("%s%sOf the first %s.", brief ? brief : "",
				 brief ? " " : "",
				 !strcmp(mode, "PerCore") ? "core" : "chip");
	else if (brief)
		text = xstrdup(brief);
	if (text)
		import_key(im, "about", text);
}

/* perfmon: the metrics that a threshold names, by what they are called now. */
static void add_threshold_aliases(struct import *im,
				  const struct json_t *threshold,
				  const char *name)
{
	AUTO(strbuf_done) struct strbuf b = { 0 };
	size_t n = import_count(threshold, "ThresholdMetrics");

	for (size_t i = 0; i < n; i++) {
		const struct json_t *pair =
			import_element(threshold, "ThresholdMetrics", i);
		const char *alias = import_text(pair, "Alias");
		const char *value = import_text(pair, "Value");
		size_t len;

		if (!alias || !value || strpbrk(alias, ";="))
			continue;
		/* "metric_TMA_..Memory_Bound(%)" */
		if (starts_with(value, "metric_"))
			value += strlen("metric_");
		if (starts_with(value, "TMA_"))
			value += strlen("TMA_");
		value += strspn(value, ".");
		len = strcspn(value, "(;");
		strbuf_addf(&b, "%s%s=%.*s", b.len ? ";" : "", alias, (int)len,
			    value);
	}
	/* a threshold without metrics is of this one */
	if (!b.len)
		strbuf_addf(&b, "a=%s", name);
	import_key(im, "threshold_aliases", strbuf_str(&b));
}

static void add_threshold(struct import *im, const struct json_t *item,
			  const char *name)
{
	const struct json_t *threshold = import_object(item, "Threshold");
	const char *text = import_text(item, "MetricThreshold");

	if (text) {
		import_key(im, "threshold_expr", text);
		return;
	}
	text = import_text(threshold, "Formula");
	if (!text)
		return;
	import_key(im, "threshold_expr", text);
	add_threshold_aliases(im, threshold, name);
}

static void join_sets(struct import *im, const struct json_t *item,
		      const char *name)
{
	const char *groups = import_text(item, "MetricGroup");
	AUTO_FREE char *copy = xstrdup(groups ? groups : "");
	char *rest = copy, *one;

	while ((one = strsep(&rest, ";"))) {
		one += strspn(one, " ");
		if (*one)
			import_join_set(im, one, name);
	}
}

/*
 * Children say so in the kernel's files by being in the group of their parent
 * ("tma_memory_bound_group"), in perfmon in so many words.
 */
static void add_parent(struct import *im, const struct json_t *item,
		       const char *name)
{
	const char *said = import_text(item, "ParentCategory");
	const char *groups = import_text(item, "MetricGroup");
	AUTO_FREE char *copy = xstrdup(groups ? groups : "");
	char *rest = copy, *one;

	if (said && import_will_have(im, said) && strcmp(said, name) != 0) {
		import_key(im, "parent", said);
		return;
	}
	while ((one = strsep(&rest, ";"))) {
		char *end = one + strlen(one);

		if (end - one <= (ptrdiff_t)strlen("_group") ||
		    strcmp(end - strlen("_group"), "_group") != 0)
			continue;
		end[-(ptrdiff_t)strlen("_group")] = '\0';
		if (!import_will_have(im, one) || !strcmp(one, name))
			continue;
		import_key(im, "parent", one);
		return;
	}
}

/*
 * On a hybrid CPU each kind of core may have a formula of its own for a metric:
 * the first is the metric, others are [formula NAME@PMU].
 */
static bool begin(struct import *im, const char *name, const char *unit,
		  int line, bool *whole)
{
	AUTO_FREE char *of_pmu = NULL;

	*whole = !unit || !import_is_there(im, "metric", name);
	if (*whole)
		return import_begin(im, "metric", name, line);
	of_pmu = xasprintf("%s@%s", name, unit);
	return import_begin(im, "formula", of_pmu, line);
}

void import_metric(struct import *im, const struct json_t *item, int line)
{
	AUTO(strbuf_done) struct strbuf aliases = { 0 };
	const char *name = import_text(item, "MetricName");
	const char *expr = import_text(item, "MetricExpr");
	const char *unit = import_text(item, "ScaleUnit");
	AUTO_FREE char *ours = NULL;
	bool whole;

	if (!expr)
		expr = import_text(item, "Formula");
	if (!name || !expr) {
		import_leave_out(im, IMPORT_NAMELESS, name);
		return;
	}
	ours = import_name(name);
	if (!begin(im, ours, import_text(item, "Unit"), line, &whole))
		return;
	add_aliases(item, "Events", &aliases);
	add_aliases(item, "Constants", &aliases);
	/* before "expr", which needs them */
	if (aliases.len)
		import_key(im, "aliases", strbuf_str(&aliases));
	import_key(im, "expr", expr);
	if (!unit)
		unit = import_text(item, "UnitOfMeasure");
	if (unit)
		add_unit(im, unit, ours, whole);
	add_threshold(im, item, ours);
	if (!whole)
		return;
	add_about(im, item);
	add_parent(im, item, ours);
	join_sets(im, item, ours);
}
