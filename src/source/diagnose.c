/*
 * Why something cannot be counted; see diagnose.h.
 *
 * The rules are ordered by what hides what: a PMU that is not there cannot be
 * allowed, and the kernel says EACCES before it looks whether it is there.
 */
#include "source/diagnose.h"

#include "base/auto.h"
#include "base/strbuf.h"
#include "base/vec.h"
#include "source/advice.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* NULL: the text needs the facts, see add_why() and add_change(). */
static const struct {
	const char *name;
	const char *why;
	const char *change;
} causes[] = {
	[CAUSE_NONE] = { "none", "", "" },
	[CAUSE_NO_PERF_EVENTS] = {
		"no-perf-events",
		"this kernel is built without perf events",
		"boot a kernel with CONFIG_PERF_EVENTS=y",
	},
	[CAUSE_NO_PMU_IN_VM] = { "no-pmu-in-vm", NULL, NULL },
	[CAUSE_NO_DRIVER] = { "no-driver", NULL, NULL },
	[CAUSE_NO_EVENT] = {
		"no-event",
		"the PMU here has no such event",
		"tacho list shows what there is instead",
	},
	[CAUSE_PARANOID] = { "paranoid", NULL, NULL },
	[CAUSE_CAPABILITY] = { "capability", NULL, NULL },
	[CAUSE_SECCOMP] = { "seccomp", NULL, NULL },
	[CAUSE_REFUSED] = { "refused", NULL, NULL },
	[CAUSE_WATCHDOG] = {
		"nmi-watchdog",
		"the NMI watchdog holds one counter of every CPU",
		"sudo sysctl kernel.nmi_watchdog=0",
	},
	[CAUSE_NOFILE] = { "nofile", NULL, NULL },
	[CAUSE_DEAD_IN_VM] = { "dead-in-vm", NULL, NULL },
	[CAUSE_DEAD] = {
		"dead",
		"it opens and stays zero: the driver is there, the counter "
		"does not move",
		"sudo dmesg | grep -iE 'pmu|perf'",
	},
	[CAUSE_BUSY] = {
		"busy",
		"somebody else holds the counters",
		"sudo find /proc/[0-9]*/fd -lname '*perf_event*' shows who",
	},
	[CAUSE_TRACEFS_UNMOUNTED] = {
		"tracefs-unmounted",
		"tracefs is not mounted",
		"sudo mount -t tracefs nodev /sys/kernel/tracing",
	},
	[CAUSE_TRACEFS_UNREADABLE] = {
		"tracefs-unreadable",
		"tracefs is mounted, but not for you to read",
		"sudo mount -o remount,mode=755,gid=$(id -g) "
		"/sys/kernel/tracing",
	},
	[CAUSE_TRACEFS_MISSING] = {
		"tracefs-missing",
		"this kernel is built without tracing",
		"boot a kernel with CONFIG_FTRACE=y",
	},
	[CAUSE_OTHER] = { "other", NULL, "tacho doctor -v" },
};
_Static_assert(ARRAY_LEN(causes) == CAUSES, "one row per cause");

const char *cause_name(enum cause cause)
{
	return causes[cause].name;
}

/* The highest perf_event_paranoid at which each class needs no capability. */
static const int free_level[] = {
	[PROBE_SOFTWARE] = 2, [PROBE_CYCLES] = 2,   [PROBE_INSTRUCTIONS] = 2,
	[PROBE_BRANCHES] = 2, [PROBE_CACHE] = 2,    [PROBE_TRACEPOINT] = 1,
	[PROBE_KERNEL] = 1,   [PROBE_CPU_WIDE] = 0, [PROBE_UNCORE] = 0,
};
_Static_assert(ARRAY_LEN(free_level) == PROBE_CLASSES, "one per class");

static bool is_core_class(enum probe_class class)
{
	return class >= PROBE_CYCLES && class <= PROBE_CACHE;
}

enum probe_state probe_state(const struct probe *probe)
{
	if (!probe->encodable)
		return PROBE_NO_CODE;
	if (probe->error < 0)
		return PROBE_REFUSED;
	if (!probe->running_ns)
		return PROBE_STARVED;
	return probe->count ? PROBE_COUNTS : PROBE_DEAD;
}

bool diagnose_hardware_counts(const struct diagnose_facts *facts)
{
	for (size_t i = 0; i < facts->nprobes; i++) {
		const struct probe *p = &facts->probes[i];

		if ((p->class == PROBE_CYCLES ||
		     p->class == PROBE_INSTRUCTIONS) &&
		    probe_state(p) == PROBE_COUNTS)
			return true;
	}
	return false;
}

const char *diagnose_paranoid_meaning(int paranoid)
{
	if (paranoid < 0)
		return "everybody may count everything";
	switch (paranoid) {
	case 0:
		return "everybody may count tasks and CPUs, kernel included";
	case 1:
		return "own tasks, kernel included; CPUs need CAP_PERFMON";
	case 2:
		return "own tasks in user mode; the rest needs CAP_PERFMON";
	default:
		return "Debian's and Ubuntu's kernels: nothing without "
		       "CAP_SYS_ADMIN; others: as 2";
	}
}

/* Does the level refuse @class to us? */
static bool level_refuses(const struct diagnose_facts *f,
			  enum probe_class class)
{
	if (!f->paranoid_known || f->paranoid <= free_level[class])
		return false;
	if (f->user_namespace)
		return true;
	if (f->cap_sys_admin)
		return false;
	/* the levels that distributions added do not know CAP_PERFMON */
	return f->paranoid > 2 || !f->cap_perfmon;
}

static enum cause permission_cause(const struct diagnose_facts *f,
				   enum probe_class class, int error)
{
	/* perf itself says EACCES; EPERM is how filters answer */
	if (error == EPERM && f->seccomp == 2)
		return CAUSE_SECCOMP;
	if (level_refuses(f, class))
		return f->cap_perfmon && !f->user_namespace ? CAUSE_CAPABILITY
							    : CAUSE_PARANOID;
	return f->seccomp == 2 ? CAUSE_SECCOMP : CAUSE_REFUSED;
}

static enum cause tracefs_cause(const struct diagnose_facts *f)
{
	switch (f->tracefs) {
	case TRACEFS_UNMOUNTED:
		return CAUSE_TRACEFS_UNMOUNTED;
	case TRACEFS_UNREADABLE:
		return CAUSE_TRACEFS_UNREADABLE;
	case TRACEFS_MISSING:
		return CAUSE_TRACEFS_MISSING;
	case TRACEFS_READABLE:
		break;
	}
	return CAUSE_NO_EVENT;
}

static bool lacks_pmu(const struct diagnose_facts *f, bool core)
{
	return core && f->pmus_known && !f->core_pmu;
}

static enum cause open_cause(const struct diagnose_facts *f,
			     enum probe_class class, bool core, int error)
{
	/* the sysctl exists with the system call, so somebody else said it */
	if (error == ENOSYS && !f->paranoid_known)
		return CAUSE_NO_PERF_EVENTS;
	if (error == ENOSYS)
		return f->seccomp == 2 ? CAUSE_SECCOMP : CAUSE_REFUSED;
	if (lacks_pmu(f, core))
		return *f->hypervisor ? CAUSE_NO_PMU_IN_VM : CAUSE_NO_DRIVER;
	switch (error) {
	case EACCES:
	case EPERM:
		return permission_cause(f, class, error);
	case EMFILE:
		return CAUSE_NOFILE;
	case EBUSY:
		return CAUSE_BUSY;
	case ENOENT:
	case EOPNOTSUPP:
	case ENODEV:
		return CAUSE_NO_EVENT;
	default:
		return CAUSE_OTHER;
	}
}

static enum cause probe_cause(const struct diagnose_facts *f,
			      const struct probe *p)
{
	bool core = is_core_class(p->class);

	switch (probe_state(p)) {
	case PROBE_NO_CODE:
		if (p->class == PROBE_TRACEPOINT)
			return tracefs_cause(f);
		return open_cause(f, p->class, core, ENOENT);
	case PROBE_REFUSED:
		return open_cause(f, p->class, core, -p->error);
	case PROBE_STARVED:
		return CAUSE_BUSY;
	case PROBE_DEAD:
		return *f->hypervisor ? CAUSE_DEAD_IN_VM : CAUSE_DEAD;
	case PROBE_COUNTS:
		break;
	}
	return CAUSE_NONE;
}

/* " (KVM, Firecracker)" */
static void add_hypervisor(struct strbuf *b, const struct diagnose_facts *f)
{
	if (strcmp(f->hypervisor, "unknown") != 0)
		strbuf_addf(b, " (%s%s%s)", f->hypervisor,
			    *f->platform ? ", " : "", f->platform);
	else if (*f->platform)
		strbuf_addf(b, " (%s)", f->platform);
}

static void add_level(struct strbuf *b, const struct diagnose_facts *f)
{
	strbuf_addf(b, "kernel.perf_event_paranoid is %d", f->paranoid);
	if (f->user_namespace)
		strbuf_puts(b, ", and capabilities of a user namespace do not "
			       "count");
	else if (f->caps_known)
		strbuf_addf(b, ", and this process has no %s",
			    f->paranoid > 2 ? "CAP_SYS_ADMIN" : "CAP_PERFMON");
}

/* The cause in words; @error is the errno of the open. */
static void add_why(struct strbuf *b, const struct diagnose_facts *f,
		    enum cause cause, int error)
{
	if (causes[cause].why) {
		strbuf_puts(b, causes[cause].why);
	} else if (cause == CAUSE_NO_PMU_IN_VM) {
		strbuf_puts(b, "no PMU in this virtual machine");
		add_hypervisor(b, f);
	} else if (cause == CAUSE_DEAD_IN_VM) {
		strbuf_puts(b, "it opens and stays zero: the PMU of this "
			       "virtual machine");
		add_hypervisor(b, f);
		strbuf_puts(b, " does not count");
	} else if (cause == CAUSE_NO_DRIVER) {
		strbuf_addf(b, "the kernel has no PMU driver for this CPU (%s)",
			    f->cpu_key);
	} else if (cause == CAUSE_PARANOID) {
		add_level(b, f);
	} else if (cause == CAUSE_CAPABILITY) {
		strbuf_addf(b,
			    "at kernel.perf_event_paranoid %d this kernel "
			    "wants CAP_SYS_ADMIN; CAP_PERFMON is not enough",
			    f->paranoid);
	} else if (cause == CAUSE_SECCOMP) {
		strbuf_addf(b, "a seccomp filter%s%s refuses perf_event_open",
			    *f->container ? " of " : "", f->container);
	} else if (cause == CAUSE_REFUSED) {
		strbuf_addf(b,
			    "refused (%s) though level and capabilities "
			    "allow it: ",
			    strerror(error));
		strbuf_puts(b, f->selinux ? "SELinux"
					  : "a security module, a tracer, or "
					    "a task of somebody else");
	} else if (cause == CAUSE_NOFILE) {
		strbuf_addf(b,
			    "this process may have %" PRIu64
			    " file descriptors only",
			    f->nofile_hard);
	} else {
		strbuf_addf(b, "the kernel answers: %s", strerror(error));
	}
}

/* Room for eight events on every CPU, and for what else is open. */
static uint64_t wanted_files(const struct diagnose_facts *f)
{
	return 8 * (uint64_t)f->ncpus + 64;
}

/* The one command; @class is what should count afterwards. */
static void add_change(struct strbuf *b, const struct diagnose_facts *f,
		       enum cause cause, enum probe_class class)
{
	uint64_t files = wanted_files(f);

	if (causes[cause].change) {
		strbuf_puts(b, causes[cause].change);
	} else if (cause == CAUSE_NO_PMU_IN_VM || cause == CAUSE_DEAD_IN_VM) {
		strbuf_puts(b, advice_virtual_pmu(f));
	} else if (cause == CAUSE_NO_DRIVER) {
		strbuf_addf(b, "boot a newer kernel than %s",
			    *f->kernel ? f->kernel : "this one");
	} else if (cause == CAUSE_PARANOID || cause == CAUSE_CAPABILITY) {
		strbuf_addf(b, "%ssudo sysctl kernel.perf_event_paranoid=%d",
			    *f->container ? "on the host: " : "",
			    free_level[class]);
	} else if (cause == CAUSE_SECCOMP) {
		strbuf_puts(b, advice_seccomp(f));
	} else if (cause == CAUSE_REFUSED) {
		strbuf_puts(b, f->selinux ? "sudo ausearch -m avc -ts recent"
					  : "cat /sys/kernel/security/lsm "
					    "shows who may have refused");
	} else if (cause == CAUSE_NOFILE) {
		strbuf_addf(b, "sudo prlimit --pid $$ --nofile=%" PRIu64,
			    files < 65536 ? 65536 : files);
	}
}

/* Put @what under the finding of the same cause and change. */
static void add_finding(struct findings *ret, const struct diagnose_facts *f,
			enum cause cause, const struct probe *p, bool limits)
{
	AUTO(strbuf_done) struct strbuf why = { 0 };
	AUTO(strbuf_done) struct strbuf change = { 0 };

	add_why(&why, f, cause, p->error < 0 ? -p->error : 0);
	add_change(&change, f, cause, p->class);
	for (size_t i = 0; i < ret->n; i++) {
		struct finding *found = &ret->items[i];
		char *what = found->what;

		if (found->limits != limits ||
		    strcmp(found->why, strbuf_str(&why)) != 0 ||
		    strcmp(found->change, strbuf_str(&change)) != 0)
			continue;
		found->what = xasprintf("%s, %s", what, p->name);
		free(what);
		return;
	}
	VEC_PUSH(ret->items, ret->n,
		 ((struct finding){
			 .cause = cause,
			 .what = xstrdup(p->name),
			 .why = strbuf_detach(&why),
			 .change = strbuf_detach(&change),
			 .limits = limits,
		 }));
}

/* What counts, but could count more. */
static void find_limits(const struct diagnose_facts *f, struct findings *ret)
{
	struct probe p = { .class = PROBE_CYCLES };

	if (diagnose_hardware_counts(f) &&
	    (f->nmi_watchdog || f->group_ran < f->group_accepted)) {
		snprintf(p.name, sizeof(p.name),
			 f->group_ran ? "more than %d counters at once"
				      : "groups of counters",
			 f->group_ran);
		add_finding(ret, f,
			    f->nmi_watchdog ? CAUSE_WATCHDOG : CAUSE_BUSY, &p,
			    true);
	}
	if (f->nofile_hard && f->nofile_hard < wanted_files(f)) {
		snprintf(p.name, sizeof(p.name), "eight events on %zu CPUs",
			 f->ncpus);
		add_finding(ret, f, CAUSE_NOFILE, &p, true);
	}
}

void diagnose(const struct diagnose_facts *facts, struct findings *ret)
{
	struct findings found = { 0 };

	for (size_t i = 0; i < facts->nprobes; i++) {
		enum cause cause = probe_cause(facts, &facts->probes[i]);

		if (cause != CAUSE_NONE)
			add_finding(&found, facts, cause, &facts->probes[i],
				    false);
	}
	find_limits(facts, &found);
	*ret = found;
}

void findings_done(struct findings *findings)
{
	for (size_t i = 0; i < findings->n; i++) {
		free(findings->items[i].what);
		free(findings->items[i].why);
		free(findings->items[i].change);
	}
	free(findings->items);
	*findings = (struct findings){ 0 };
}

bool diagnose_asks_process(const struct diagnose_facts *facts, bool hardware,
			   int error)
{
	return !lacks_pmu(facts, hardware) || error == ENOSYS ||
	       error == -ENOSYS;
}

void diagnose_open_failure(const struct diagnose_facts *facts, bool hardware,
			   bool kernel_wanted, bool cpu_wide, int error,
			   struct err *err)
{
	AUTO(strbuf_done) struct strbuf why = { 0 };
	AUTO(strbuf_done) struct strbuf change = { 0 };
	enum probe_class class = hardware ? PROBE_CYCLES : PROBE_SOFTWARE;
	enum cause cause;

	if (error < 0)
		error = -error;
	if (cpu_wide)
		class = PROBE_CPU_WIDE;
	else if (kernel_wanted)
		class = PROBE_KERNEL;
	cause = open_cause(facts, class, hardware, error);
	add_why(&why, facts, cause, error);
	add_change(&change, facts, cause, class);
	err_set(err, -error, "%s; see 'tacho doctor'", strbuf_str(&why));
	err_hint(err, "%s", strbuf_str(&change));
}

void diagnose_facts_done(struct diagnose_facts *facts)
{
	free(facts->probes);
	*facts = (struct diagnose_facts){ 0 };
}
