/*
 * What is spelt as numbers: rNNN and mem:ADDR[/LEN][:rwx].
 */
#include "event/link/link.h"

#include "base/auto.h"
#include "base/parse.h"
#include "base/xalloc.h"

#include <ctype.h>
#include <linux/hw_breakpoint.h>
#include <linux/perf_event.h>
#include <string.h>

static struct event *make_raw(const struct spec_event *se, uint64_t config)
{
	struct event *e = link_event_new(se, EVENT_LINK_RAW);

	e->code.type = PERF_TYPE_RAW;
	e->code.config = config;
	e->hardware = true;
	free(e->how);
	e->how = xasprintf("raw code 0x%llx", (unsigned long long)config);
	return e;
}

/* Each kind of core reads the code in its own way, so each gets its event. */
static enum link_answer split(const struct link_query *q, uint64_t config,
			      const struct link_mods *mods,
			      struct event_list *out, struct link_fault *fault)
{
	const struct cpu *cpu = resolver_cpu(q->r);
	int set = resolver_next_hybrid_set(q->r);
	size_t len = strcspn(q->se->name, ":");

	for (size_t i = 0; i < cpu->ncore_types; i++) {
		const struct cpu_core_type *core = &cpu->core_types[i];
		struct event *e = make_raw(q->se, config);
		const char *own = q->se->name + len;

		e->code.type = core->pmu_type;
		e->pmu = xstrdup(core->pmu);
		e->cpus = cpuset_copy(&core->cpus);
		e->core_type = (int)i;
		e->hybrid_set = set;
		free(e->name);
		e->name = xasprintf("%s/%.*s/%s", core->pmu, (int)len,
				    q->se->name, *own ? own + 1 : "");
		if (!link_event_add(out, e, q->se, mods, fault))
			return LINK_FAULT;
	}
	return LINK_ANSWERED;
}

enum link_answer link_raw(const struct link_query *q, struct event_list *out,
			  struct link_fault *fault)
{
	const struct spec_event *se = q->se;
	AUTO_FREE char *digits = NULL;
	struct link_mods mods;
	uint64_t config;
	size_t len;

	if (!se->name || se->name[0] != 'r' ||
	    !isxdigit((unsigned char)se->name[1]))
		return LINK_UNKNOWN;
	len = strcspn(se->name, ":");
	if (strspn(se->name + 1, "0123456789abcdefABCDEFxX") != len - 1)
		return LINK_UNKNOWN;
	digits = xstrndup(se->name + 1, len - 1);
	if (parse_hex(digits, &config) < 0) {
		if (len <= 17)
			return LINK_UNKNOWN;
		return link_fault_set(fault, se->at, len,
				      "'%.*s': a raw code has at most 16 "
				      "hexadecimal digits",
				      (int)len, se->name);
	}
	if (!link_mods_of(se, &len, &mods, fault))
		return LINK_FAULT;
	if (resolver_hybrid(q->r))
		return split(q, config, &mods, out, fault);
	return link_event_add(out, make_raw(se, config), se, &mods, fault)
		       ? LINK_ANSWERED
		       : LINK_FAULT;
}

/* "rwx" in any order, each once; 0 when it is something else */
static uint32_t access_of(const char *text, size_t len)
{
	uint32_t type = 0;

	for (size_t i = 0; i < len; i++) {
		uint32_t bit = text[i] == 'r'   ? HW_BREAKPOINT_R
			       : text[i] == 'w' ? HW_BREAKPOINT_W
			       : text[i] == 'x' ? HW_BREAKPOINT_X
						: 0;

		if (!bit || (type & bit))
			return 0;
		type |= bit;
	}
	return type;
}

static uint64_t default_length(uint32_t type)
{
	return type == HW_BREAKPOINT_X ? sizeof(long) : 4;
}

/* "0x1000/8" into config1 and config2 */
static bool parse_place(const struct spec_event *se, const char *text,
			size_t len, struct event_code *code,
			struct link_fault *fault)
{
	AUTO_FREE char *place = xstrndup(text, len);
	char *slash = strchr(place, '/');
	size_t at = se->at + 4;

	if (slash)
		*slash++ = '\0';
	if (parse_u64(place, &code->config1) < 0) {
		link_fault_set(fault, at, len,
			       "'%s' is not an address, like 0x1000", place);
		return false;
	}
	if (!slash)
		return true;
	if (parse_u64(slash, &code->config2) < 0 || !code->config2 ||
	    code->config2 > 8) {
		link_fault_set(fault, at + (size_t)(slash - place),
			       strlen(slash),
			       "'%s' is not a length from 1 to 8 bytes", slash);
		return false;
	}
	return true;
}

enum link_answer link_breakpoint(const struct link_query *q,
				 struct event_list *out,
				 struct link_fault *fault)
{
	const struct spec_event *se = q->se;
	struct event_code code = { .type = PERF_TYPE_BREAKPOINT,
				   .bp_type = HW_BREAKPOINT_RW };
	struct link_mods mods;
	const char *p, *colon;
	struct event *e;
	uint32_t type;
	size_t len;

	if (!se->name || strncmp(se->name, "mem:", 4) != 0)
		return LINK_UNKNOWN;
	p = se->name + 4;
	len = strcspn(p, ":");
	if (!parse_place(se, p, len, &code, fault))
		return LINK_FAULT;
	p += len;
	len = *p ? strcspn(p + 1, ":") : 0;
	type = *p ? access_of(p + 1, len) : 0;
	if (type) {
		code.bp_type = type;
		p += 1 + len;
	}
	if (!code.config2)
		code.config2 = default_length(code.bp_type);
	link_mods_default(&mods);
	colon = *p == ':' ? p + 1 : p;
	if (*colon)
		mods = (struct link_mods){ 0 };
	if (!link_mods_parse(colon, se->at + (size_t)(colon - se->name), &mods,
			     fault) ||
	    !link_mods_parse(se->group_mods, se->group_mods_at, &mods, fault))
		return LINK_FAULT;
	e = link_event_new(se, EVENT_LINK_BREAKPOINT);
	e->code = code;
	e->pmu = xstrdup("breakpoint");
	free(e->how);
	e->how = xasprintf("%llu bytes at 0x%llx",
			   (unsigned long long)code.config2,
			   (unsigned long long)code.config1);
	return link_event_add(out, e, se, &mods, fault) ? LINK_ANSWERED
							: LINK_FAULT;
}
