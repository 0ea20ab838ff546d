/*
 * libpfm4's known errors, and its names for CPUs that it fails to recognise.
 *
 * Compared with the vendors' own event lists, some encodings of version 4.13
 * are wrong though the call succeeds.  A row only acts when the code is the
 * wrong one, so that a library that was mended is left alone.
 *
 * The vendors' pseudo codes for fixed counters (event 0 with umask 1 to 4)
 * are another trap: the kernel knows some of them, and others by a code of a
 * programmable counter only.
 */
#include "event/link/pfm.h"

#include "base/auto.h"

#include <errno.h>
#include <string.h>
#include <strings.h>

#define FRONTEND_UNKNOWN_BRANCH 0x7
#define FRONTEND_MS 0x8

const struct pfm_fix_row pfm_fix_rows[] = {
	{ .pmus = " icl icx spr ",
	  .event = "TOPDOWN",
	  .umask = "BACKEND_BOUND_SLOTS",
	  .wrong = 0x200,
	  .right = 0x2a4 },
	{ .pmus = " icl icx spr ",
	  .event = "TOPDOWN",
	  .umask = "BR_MISPREDICT_SLOTS",
	  .wrong = 0x800,
	  .right = 0x8a4 },
	{ .pmus = " spr ",
	  .event = "TOPDOWN",
	  .umask = "BAD_SPEC_SLOTS",
	  .wrong = 0x400,
	  .right = 0x4a4 },
	{ .pmus = " spr ",
	  .event = "TOPDOWN",
	  .umask = "MEMORY_BOUND_SLOTS",
	  .wrong = 0x1000,
	  .right = 0x10a4 },
	{ .pmus = " icl icx ",
	  .event = "INST_RETIRED",
	  .umask = "ANY",
	  .wrong = 0x100,
	  .right = 0xc0 },
	{ .pmus = " spr ",
	  .event = "INST_RETIRED",
	  .umask = "ANY",
	  .wrong = 0x1c0,
	  .right = 0xc0 },
	{ .pmus = " spr ",
	  .event = "CPU_CLK_UNHALTED",
	  .umask = "THREAD",
	  .wrong = 0x200,
	  .right = 0x3c },
	{ .pmus = " glm ",
	  .event = "CPU_CLK_UNHALTED",
	  .umask = "CORE",
	  .wrong = 0x200,
	  .right = 0x3c },
	{ .pmus = " glm ",
	  .event = "CPU_CLK_UNHALTED",
	  .umask = "REF",
	  .wrong = 0x100,
	  .right = 0x13c },
	{ .pmus = " glm ",
	  .event = "CPU_CLK_UNHALTED",
	  .umask = "CORE_P",
	  .wrong = 0,
	  .right = 0x3c },
	{ .pmus = " glm ",
	  .event = "CPU_CLK_UNHALTED",
	  .wrong = 0,
	  .right = 0x3c },
	{ .pmus = " icl icx ",
	  .event = "MEM_LOAD_MISC_RETIRED",
	  .umask = "UC",
	  .wrong = 0x4c4,
	  .right = 0x4d4 },
	{ .pmus = " spr ",
	  .event = "INT_MISC",
	  .umask = "UNKNOWN_BRANCH_CYCLES",
	  .wrong = 0x7ad,
	  .right = 0x40ad,
	  .config1 = FRONTEND_UNKNOWN_BRANCH },
	{ .pmus = " spr ",
	  .event = "ARITH",
	  .umask = "IDIV_ACTIVE",
	  .wrong = 0x8b0,
	  .right = 0x8b0,
	  .cmask = 1 },
	{ .pmus = " spr ",
	  .event = "ARITH",
	  .umask = "INT_DIVIDER_ACTIVE",
	  .wrong = 0x8b0,
	  .right = 0x8b0,
	  .cmask = 1 },
	{ .pmus = " spr ",
	  .event = "UOPS_RETIRED",
	  .umask = "MS",
	  .wrong = 0x8c2,
	  .right = 0x4c2,
	  .config1 = FRONTEND_MS },
	{ .pmus = " spr ",
	  .event = "MEM_TRANS_RETIRED",
	  .umask = "STORE_SAMPLE",
	  .wrong = 0x3cd,
	  .right = 0x2cd },
	{ .pmus = " skx clx ",
	  .event = "UOPS_RETIRED",
	  .umask = "STALL_CYCLES",
	  .wrong = 0x1c2,
	  .right = 0x2c2 },
	{ .pmus = " skx clx ",
	  .event = "UOPS_RETIRED",
	  .umask = "TOTAL_CYCLES",
	  .wrong = 0x1c2,
	  .right = 0x2c2 },
};
const size_t pfm_fix_nrows = ARRAY_LEN(pfm_fix_rows);

static bool same_word(const char *known, const char *text, size_t len)
{
	return strlen(known) == len && strncasecmp(known, text, len) == 0;
}

/* Is one of the ':' or '.' separated words of @text @known? */
static bool has_word(const char *text, const char *known)
{
	while (*text) {
		size_t len = strcspn(text, ":.");

		if (same_word(known, text, len))
			return true;
		text += len;
		text += strspn(text, ":.");
	}
	return false;
}

/* Are all further words modifiers, "u" or "c=1"? */
static bool has_umask(const char *text)
{
	static const char *const mods[] = { "u",      "k",   "h",    "e",
					    "i",      "t",   "intx", "intxcp",
					    "pinned", "excl" };

	text += strcspn(text, ":.");
	while (*text) {
		size_t len;
		bool known = false;

		text += strspn(text, ":.");
		len = strcspn(text, ":.");
		for (size_t i = 0; i < ARRAY_LEN(mods); i++)
			known |= same_word(mods[i], text, len);
		if (len && !known && !memchr(text, '=', len))
			return true;
		text += len;
	}
	return false;
}

static bool applies(const struct pfm_fix_row *row, const char *pmu,
		    const char *text)
{
	char padded[64];

	snprintf(padded, sizeof(padded), " %.60s ", pmu);
	if (!strstr(row->pmus, padded) ||
	    !same_word(row->event, text, strcspn(text, ":.")))
		return false;
	return row->umask ? has_word(text, row->umask) : !has_umask(text);
}

/* Is event code 0 with this umask something that the kernel takes? */
static bool is_pseudo(const char *pmu, uint64_t config)
{
	static const char *const others[] = { "amd64", "perf", "netburst",
					      "knc",   "arm",  "rapl" };

	if ((config & 0xff) || (config & 0xff00) >= 0x8000)
		return false;
	for (size_t i = 0; i < ARRAY_LEN(others); i++)
		if (strncmp(pmu, others[i], strlen(others[i])) == 0)
			return false;
	if (strstr(pmu, "unc"))
		return false;
	switch (config & 0xff00) {
	case 0x100: /* INST_RETIRED.PREC_DIST */
	case 0x300: /* reference cycles */
	case 0x400: /* slots */
		return false;
	default:
		return true;
	}
}

int pfm_fix(const char *pmu, const char *text, uint64_t *config,
	    uint64_t *config1)
{
	const char *colons = strstr(text, "::");
	int fixed = 0;

	if (colons)
		text = colons + 2;
	for (size_t i = 0; i < pfm_fix_nrows; i++) {
		const struct pfm_fix_row *row = &pfm_fix_rows[i];

		if (!applies(row, pmu, text) ||
		    (*config & 0xffff) != row->wrong)
			continue;
		if (row->wrong == row->right && (*config >> 24 & 0xff))
			continue; /* it has a cmask */
		*config = (*config & ~(uint64_t)0xffff) | row->right;
		if (!(*config >> 24 & 0xff))
			*config |= (uint64_t)row->cmask << 24;
		if (row->config1)
			*config1 = row->config1;
		fixed = 1;
		break;
	}
	return is_pseudo(pmu, *config) ? -EINVAL : fixed;
}

/* Models by vendor and family; stepping -1: any. */
static const struct {
	const char *vendor;
	int family, model_from, model_to;
	int step_from, step_to;
	const char *pmu;
} cpus[] = {
	{ "GenuineIntel", 6, 45, 45, 0, 255, "snb_ep" },
	{ "GenuineIntel", 6, 42, 42, 0, 255, "snb" },
	{ "GenuineIntel", 6, 58, 58, 0, 255, "ivb" },
	{ "GenuineIntel", 6, 62, 62, 0, 255, "ivb_ep" },
	{ "GenuineIntel", 6, 60, 60, 0, 255, "hsw" },
	{ "GenuineIntel", 6, 69, 70, 0, 255, "hsw" },
	{ "GenuineIntel", 6, 63, 63, 0, 255, "hsw_ep" },
	{ "GenuineIntel", 6, 61, 61, 0, 255, "bdw" },
	{ "GenuineIntel", 6, 71, 71, 0, 255, "bdw" },
	{ "GenuineIntel", 6, 79, 79, 0, 255, "bdw_ep" },
	{ "GenuineIntel", 6, 86, 86, 0, 255, "bdw_ep" },
	{ "GenuineIntel", 6, 78, 78, 0, 255, "skl" },
	{ "GenuineIntel", 6, 94, 94, 0, 255, "skl" },
	{ "GenuineIntel", 6, 142, 142, 0, 255, "skl" },
	{ "GenuineIntel", 6, 158, 158, 0, 255, "skl" },
	{ "GenuineIntel", 6, 165, 166, 0, 255, "skl" },
	{ "GenuineIntel", 6, 85, 85, 0, 4, "skx" },
	{ "GenuineIntel", 6, 85, 85, 5, 255, "clx" },
	{ "GenuineIntel", 6, 125, 126, 0, 255, "icl" },
	{ "GenuineIntel", 6, 140, 141, 0, 255, "icl" },
	{ "GenuineIntel", 6, 167, 167, 0, 255, "icl" },
	{ "GenuineIntel", 6, 106, 106, 0, 255, "icx" },
	{ "GenuineIntel", 6, 108, 108, 0, 255, "icx" },
	{ "GenuineIntel", 6, 143, 143, 0, 255, "spr" },
	{ "GenuineIntel", 6, 207, 207, 0, 255, "spr" },
	{ "AuthenticAMD", 23, 0, 0x2f, 0, 255, "amd64_fam17h_zen1" },
	{ "AuthenticAMD", 23, 0x30, 0xff, 0, 255, "amd64_fam17h_zen2" },
	{ "AuthenticAMD", 25, 0, 0x0f, 0, 255, "amd64_fam19h_zen3" },
	{ "AuthenticAMD", 25, 0x20, 0x5f, 0, 255, "amd64_fam19h_zen3" },
	{ "AuthenticAMD", 25, 0x10, 0x1f, 0, 255, "amd64_fam19h_zen4" },
	{ "AuthenticAMD", 25, 0x60, 0xaf, 0, 255, "amd64_fam19h_zen4" },
};

const char *pfm_pmu_of_cpu(const char *vendor, int family, int model,
			   int stepping)
{
	for (size_t i = 0; i < ARRAY_LEN(cpus); i++)
		if (strcmp(cpus[i].vendor, vendor) == 0 &&
		    cpus[i].family == family && cpus[i].model_from <= model &&
		    model <= cpus[i].model_to &&
		    cpus[i].step_from <= stepping &&
		    stepping <= cpus[i].step_to)
			return cpus[i].pmu;
	return NULL;
}
