/*
 * JSON events as [event NAME] sections; see import.h.
 *
 * The kernel's PMU drivers name the fields of a code in sysfs, and those names
 * are what "raw" is spelt with, as perf does (tools/perf/pmu-events/jevents.py
 * is the reference for which field of the JSON is which).
 */
#include "base/auto.h"
#include "base/parse.h"
#include "base/xalloc.h"
#include "event/import/build.h"

#include <ctype.h>
#include <string.h>

/* Vendor codes of the fixed counters, which the kernel has no use for. */
static const struct {
	const char *name, *terms;
} fixed[] = {
	{ "inst_retired.any", "event=0xc0" },
	{ "inst_retired.any_p", "event=0xc0" },
	{ "cpu_clk_unhalted.ref", "event=0x0,umask=0x3" },
	{ "cpu_clk_unhalted.thread", "event=0x3c" },
	{ "cpu_clk_unhalted.core", "event=0x3c" },
	{ "cpu_clk_unhalted.thread_any", "event=0x3c,any=1" },
};

/* Fields that are one term each, left out when 0. */
static const struct {
	const char *key, *term;
} fields[] = {
	{ "UMask", "umask" },
	{ "CounterMask", "cmask" },
	{ "EdgeDetect", "edge" },
	{ "Invert", "inv" },
	{ "AnyThread", "any" },
	{ "PortMask", "ch_mask" },
	{ "FCMask", "fc_mask" },
	{ "EnAllCores", "enallcores" },
	{ "EnAllSlices", "enallslices" },
	{ "SliceId", "sliceid" },
	{ "ThreadMask", "threadmask" },
};

/* Units that are not called "uncore_" and their name. */
static const struct {
	const char *unit, *pmu;
} units[] = {
	{ "CBO", "uncore_cbox" },   { "QPI LL", "uncore_qpi" },
	{ "SBO", "uncore_sbox" },   { "iMPH-U", "uncore_arb" },
	{ "UPI LL", "uncore_upi" }, { "CPU-M-CF", "cpum_cf" },
	{ "CPU-M-SF", "cpum_sf" },  { "PAI-CRYPTO", "pai_crypto" },
	{ "PAI-EXT", "pai_ext" },   { "imx8_ddr", "imx8_ddr" },
	{ "L3PMC", "amd_l3" },      { "DFPMC", "amd_df" },
	{ "UMCPMC", "amd_umc" },    { "cpu_core", "cpu_core" },
	{ "cpu_atom", "cpu_atom" }, { "cpu_lowpower", "cpu_lowpower" },
	{ "software", "software" }, { "tool", "tool" },
};

char *import_pmu_of(const char *unit)
{
	char *pmu;

	if (!unit)
		return xstrdup("cpu");
	for (size_t i = 0; i < ARRAY_LEN(units); i++)
		if (!strcmp(units[i].unit, unit))
			return xstrdup(units[i].pmu);
	/* "hisi_sccl,l3c" is any hisi_sccl3_l3c10 */
	if (strchr(unit, ',')) {
		int stem = (int)strcspn(unit, ",");

		pmu = xasprintf("%.*s*_%s*", stem, unit, unit + stem + 1);
	} else {
		pmu = xasprintf("uncore_%s", unit);
	}
	for (char *p = pmu; *p; p++) {
		unsigned char c = (unsigned char)*p;

		*p = isalnum(c) || c == '*' ? (char)tolower(c) : '_';
	}
	return pmu;
}

/* The term for the model specific register of an event; NULL: no such one. */
static const char *term_of_msr(uint64_t msr)
{
	switch (msr) {
	case 0x1a6:
	case 0x1a7:
		return "offcore_rsp";
	case 0x3f6:
		return "ldlat";
	case 0x3f7:
		return "frontend";
	default:
		return NULL;
	}
}

static void add_term(struct strbuf *b, const char *term, uint64_t value)
{
	strbuf_addf(b, "%s%s=0x%llx", b->len ? "," : "", term,
		    (unsigned long long)value);
}

/* perfmon has the upper bits of a wide umask apart, the kernel all in one. */
static uint64_t whole_umask(uint64_t umask, uint64_t upper)
{
	return umask > 0xff ? umask : umask | upper << 8;
}

/* "filter_opc=0x182,filter_nc=1" and not "CBoFilter1[15:0]" */
static bool is_terms(const char *text)
{
	return strchr(text, '=') &&
	       text[strspn(text, "abcdefghijklmnopqrstuvwxyz_0123456789xABCDEF"
				 "=,")] == '\0';
}

static bool add_code(const struct json_t *item, struct strbuf *b)
{
	uint64_t code, extra;

	if (!import_u64(item, "ConfigCode", &code))
		return false;
	if (import_text(item, "ConfigCode")) {
		add_term(b, "config", code);
		return true;
	}
	if (!import_u64(item, "EventCode", &code) ||
	    !import_u64(item, "ExtSel", &extra) || extra > 0xff)
		return false;
	add_term(b, "event", code | extra << 8);
	return true;
}

static bool add_register(const struct json_t *item, struct strbuf *b)
{
	uint64_t msr, value;

	if (!import_u64(item, "MSRIndex", &msr) ||
	    !import_u64(item, "MSRValue", &value))
		return false;
	if (!msr)
		return true;
	if (!term_of_msr(msr))
		return false;
	add_term(b, term_of_msr(msr), value);
	return true;
}

static bool add_fields(const struct json_t *item, struct strbuf *b)
{
	const char *filter = import_text(item, "Filter");
	uint64_t upper;

	if (!import_u64(item, "UMaskExt", &upper) || upper >> 56)
		return false;
	for (size_t i = 0; i < ARRAY_LEN(fields); i++) {
		uint64_t value;

		if (!import_u64(item, fields[i].key, &value))
			return false;
		if (!strcmp(fields[i].key, "UMask"))
			value = whole_umask(value, upper);
		if (value)
			add_term(b, fields[i].term, value);
	}
	if (filter && is_terms(filter))
		strbuf_addf(b, ",%s", filter);
	return add_register(item, b);
}

/* What the kernel's drivers for Arm call an event of the architecture. */
static char *architecture_event(const char *name)
{
	char *lower = xstrdup(name);

	for (char *p = lower; *p; p++)
		*p = (char)tolower((unsigned char)*p);
	return lower;
}

/* How the event is spelt for the kernel; NULL: it cannot be. */
static char *raw_of(const struct import *im, const struct json_t *item,
		    const char *name, const char *pmu)
{
	AUTO(strbuf_done) struct strbuf b = { 0 };
	const char *standard = import_text(item, "ArchStdEvent");

	if (standard && !import_text(item, "EventCode")) {
		const char *known = import_find_raw(im, standard);

		return known ? xstrdup(known) : architecture_event(standard);
	}
	for (size_t i = 0; i < ARRAY_LEN(fixed); i++)
		if (!strcasecmp(fixed[i].name, name))
			return xasprintf("%s/%s/", pmu, fixed[i].terms);
	if (!add_code(item, &b) || !add_fields(item, &b))
		return NULL;
	return xasprintf("%s/%s/", pmu, strbuf_str(&b));
}

/* "64Bytes": what one count is */
static void add_scale(struct import *im, const char *text)
{
	size_t n = strspn(text, "0123456789.eE+-");
	AUTO_FREE char *number = NULL;
	double scale;

	/* the 'E' of "1e-3EiB" is the unit's */
	while (n && !isdigit((unsigned char)text[n - 1]))
		n--;
	number = xstrndup(text, n);
	if (parse_double(number, &scale) < 0)
		return;
	import_key(im, "scale", number);
	import_key(im, "unit", text + n);
}

/* The name under which an event is kept; NULL: it is there already. */
static char *free_name(struct import *im, const char *name, const char *pmu,
		       const char *raw)
{
	AUTO_FREE char *ours = import_name(name);
	AUTO_FREE char *whole = xasprintf("%s/%s/", pmu, ours);
	const char *there = import_find_here(im, ours);

	if (!there)
		return TAKE_PTR(ours);
	/* on a hybrid CPU each kind of core has its own */
	if (strncmp(there, pmu, strlen(pmu)) != 0 ||
	    there[strlen(pmu)] != '/') {
		there = import_find_here(im, whole);
		if (!there)
			return TAKE_PTR(whole);
	}
	if (strcmp(there, raw) != 0)
		import_leave_out(im, IMPORT_TWICE, ours);
	return NULL;
}

void import_event(struct import *im, const struct json_t *item, int line)
{
	const char *name = import_text(item, "EventName");
	AUTO_FREE char *pmu = import_pmu_of(import_text(item, "Unit"));
	const char *about = import_text(item, "BriefDescription");
	const char *scale = import_text(item, "ScaleUnit");
	AUTO_FREE char *raw = NULL, *kept = NULL;

	if (!name)
		name = import_text(item, "ArchStdEvent");
	if (!name) {
		import_leave_out(im, IMPORT_NAMELESS, NULL);
		return;
	}
	raw = raw_of(im, item, name, pmu);
	if (!raw) {
		import_leave_out(im, IMPORT_CODE, name);
		return;
	}
	kept = free_name(im, name, pmu, raw);
	if (!kept || !import_begin(im, "event", kept, line))
		return;
	import_key(im, "raw", raw);
	if (!about)
		about = import_text(item, "PublicDescription");
	if (about)
		import_key(im, "about", about);
	if (scale)
		add_scale(im, scale);
}
