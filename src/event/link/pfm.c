/*
 * The only file that includes libpfm4; see pfm.h.
 *
 * Traps of the library that are handled here: only 64 bytes of an attr without
 * a size are filled in; a left-over errno of ERANGE makes raw names unknown;
 * its environment is read once, at pfm_initialize().
 */
#include "event/link/pfm.h"

#include "base/auto.h"
#include "base/lazy.h"
#include "base/xalloc.h"
#include "config.h"

#include <errno.h>
#include <string.h>
#include <strings.h>

void pfm_code_done(struct pfm_code *code)
{
	free(code->fstr);
	free(code->pmu);
	*code = (struct pfm_code){ 0 };
}

#ifdef HAVE_LIBPFM

#include <dlfcn.h>
#include <linux/perf_event.h>
#include <perfmon/pfmlib.h>
#include <perfmon/pfmlib_perf_event.h>

#define LIBRARY "libpfm.so.4"
#define INACTIVE "LIBPFM_ENCODE_INACTIVE"

struct pfm {
	void *library;
	bool running;
	__typeof__(&pfm_initialize) initialize;
	__typeof__(&pfm_terminate) terminate;
	__typeof__(&pfm_strerror) strerror;
	__typeof__(&pfm_get_pmu_info) get_pmu_info;
	__typeof__(&pfm_get_event_next) get_event_next;
	__typeof__(&pfm_get_event_info) get_event_info;
	__typeof__(&pfm_get_event_attr_info) get_event_attr_info;
	__typeof__(&pfm_get_os_event_encoding) get_os_event_encoding;
};

void pfm_free(struct pfm *pfm)
{
	if (!pfm)
		return;
	if (pfm->running)
		pfm->terminate();
	if (pfm->library)
		dlclose(pfm->library);
	free(pfm);
}

static void pfm_freep(struct pfm **pfm)
{
	pfm_free(*pfm);
}

static void *load_library(struct pfm *p, struct err *err)
{
	const struct lazy_symbol symbols[] = {
		{ "pfm_initialize", &p->initialize },
		{ "pfm_terminate", &p->terminate },
		{ "pfm_strerror", &p->strerror },
		{ "pfm_get_pmu_info", &p->get_pmu_info },
		{ "pfm_get_event_next", &p->get_event_next },
		{ "pfm_get_event_info", &p->get_event_info },
		{ "pfm_get_event_attr_info", &p->get_event_attr_info },
		{ "pfm_get_os_event_encoding", &p->get_os_event_encoding },
	};

	return lazy_load(LIBRARY, symbols, ARRAY_LEN(symbols), err);
}

/* With the environment as it was afterwards: the measured program gets it. */
static int initialize(struct pfm *p)
{
	bool ours = !getenv(INACTIVE);
	int r;

	if (ours)
		setenv(INACTIVE, "1", 1);
	r = p->initialize();
	if (ours)
		unsetenv(INACTIVE);
	return r;
}

struct pfm *pfm_load(struct err *err)
{
	AUTO(pfm_freep) struct pfm *p = xcalloc(1, sizeof(*p));
	int r;

	p->library = load_library(p, err);
	if (!p->library)
		return NULL;
	r = initialize(p);
	if (r != PFM_SUCCESS) {
		err_set(err, -ENODEV, "libpfm4 does not start: %s",
			p->strerror(r));
		return NULL;
	}
	p->running = true;
	return TAKE_PTR(p);
}

static bool pmu_info(struct pfm *p, int i, pfm_pmu_info_t *info)
{
	*info = (pfm_pmu_info_t){ .size = sizeof(*info) };
	return p->get_pmu_info((pfm_pmu_t)i, info) == PFM_SUCCESS;
}

bool pfm_knows_pmu(struct pfm *p, const char *pmu, bool *present)
{
	pfm_pmu_info_t info;

	for (int i = PFM_PMU_NONE; i < PFM_PMU_MAX; i++) {
		if (!pmu_info(p, i, &info) || strcasecmp(info.name, pmu) != 0)
			continue;
		*present = info.is_present;
		return true;
	}
	return false;
}

static enum pfm_answer answer_of(int r)
{
	switch (r) {
	case PFM_SUCCESS:
		return PFM_OK;
	case PFM_ERR_NOTFOUND:
	case PFM_ERR_INVAL:
		return PFM_UNKNOWN;
	case PFM_ERR_NOTSUPP:
		return PFM_NOT_HERE;
	default:
		return PFM_BAD_ATTR;
	}
}

static void take_attr(const struct perf_event_attr *attr, struct pfm_code *c)
{
	c->type = attr->type;
	c->config = attr->config;
	c->config1 = attr->config1;
	c->config2 = attr->config2;
	c->exclude_user = attr->exclude_user;
	c->exclude_kernel = attr->exclude_kernel;
	c->pinned = attr->pinned;
	c->exclusive = attr->exclusive;
}

enum pfm_answer pfm_encode(struct pfm *p, const char *text,
			   struct pfm_code *ret, struct err *err)
{
	struct perf_event_attr attr = { .size = sizeof(attr) };
	char *fstr = NULL;
	pfm_perf_encode_arg_t arg = {
		.attr = &attr, .fstr = &fstr, .size = sizeof(arg), .cpu = -1
	};
	struct pfm_code c = { 0 };
	int r;

	errno = 0;
	r = p->get_os_event_encoding(text, PFM_PLM0 | PFM_PLM3,
				     PFM_OS_PERF_EVENT_EXT, &arg);
	if (r != PFM_SUCCESS) {
		free(fstr);
		err_set(err, -EINVAL, "%s", p->strerror(r));
		return answer_of(r);
	}
	take_attr(&attr, &c);
	c.has_cpu = arg.cpu >= 0;
	c.fstr = fstr;
	c.pmu = xstrndup(fstr, strcspn(fstr, ":"));
	if (!pfm_knows_pmu(p, c.pmu, &c.present))
		c.present = !strstr(text, "::");
	r = pfm_fix(c.pmu, text, &c.config, &c.config1);
	if (r < 0) {
		err_set(err, r,
			"libpfm4 encodes it as 0x%llx, a code that stands for "
			"a fixed counter and that the kernel does not take",
			(unsigned long long)c.config);
		pfm_code_done(&c);
		return PFM_NO_CODE;
	}
	c.corrected = r > 0;
	*ret = c;
	return PFM_OK;
}

static int each_umask(struct pfm *p, const char *pmu,
		      const pfm_event_info_t *event, pfm_name_fn each,
		      void *arg)
{
	for (int a = 0; a < event->nattrs; a++) {
		pfm_event_attr_info_t attr = { .size = sizeof(attr) };
		AUTO_FREE char *name = NULL;
		int r;

		if (p->get_event_attr_info(event->idx, a, PFM_OS_PERF_EVENT_EXT,
					   &attr) != PFM_SUCCESS ||
		    attr.type != PFM_ATTR_UMASK)
			continue;
		name = xasprintf("%s:%s", event->name, attr.name);
		r = each(pmu, name, attr.desc ? attr.desc : "", arg);
		if (r)
			return r;
	}
	return 0;
}

static int each_event(struct pfm *p, const pfm_pmu_info_t *pmu,
		      pfm_name_fn each, void *arg)
{
	for (int i = pmu->first_event; i != -1; i = p->get_event_next(i)) {
		pfm_event_info_t event = { .size = sizeof(event) };
		int r;

		if (p->get_event_info(i, PFM_OS_PERF_EVENT_EXT, &event) !=
		    PFM_SUCCESS)
			continue;
		r = each(pmu->name, event.name, event.desc ? event.desc : "",
			 arg);
		if (r == 0)
			r = each_umask(p, pmu->name, &event, each, arg);
		if (r)
			return r;
	}
	return 0;
}

int pfm_each_name(struct pfm *p, const char *pmu, pfm_name_fn each, void *arg)
{
	pfm_pmu_info_t info;

	for (int i = PFM_PMU_NONE; i < PFM_PMU_MAX; i++) {
		int r;

		if (!pmu_info(p, i, &info))
			continue;
		if (pmu ? strcasecmp(pmu, info.name) != 0
			: !info.is_present ||
				    strncmp(info.name, "perf", 4) == 0)
			continue;
		r = each_event(p, &info, each, arg);
		if (r)
			return r;
	}
	return 0;
}

#else

struct pfm *pfm_load(struct err *err)
{
	err_set(err, -ENOSYS, "this tacho was built without libpfm4");
	return NULL;
}

void pfm_free(struct pfm *pfm)
{
	(void)pfm;
}

bool pfm_knows_pmu(struct pfm *pfm, const char *pmu, bool *present)
{
	(void)pfm, (void)pmu, (void)present;
	return false;
}

enum pfm_answer pfm_encode(struct pfm *pfm, const char *text,
			   struct pfm_code *ret, struct err *err)
{
	(void)pfm, (void)text, (void)ret, (void)err;
	return PFM_UNKNOWN;
}

int pfm_each_name(struct pfm *pfm, const char *pmu, pfm_name_fn each, void *arg)
{
	(void)pfm, (void)pmu, (void)each, (void)arg;
	return 0;
}

#endif
