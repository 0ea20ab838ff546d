/*
 * Why something cannot be counted, from facts alone.
 *
 * "tacho doctor" shows all findings; "tacho stat" explains one failed open
 * with the same rules, so the two never disagree.  Nothing here looks at the
 * machine: facts.h reads it, probe.h tries it.
 */
#ifndef TACHO_SOURCE_DIAGNOSE_H
#define TACHO_SOURCE_DIAGNOSE_H

#include "base/err.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* What doctor tries; the order is the one of the output. */
enum probe_class {
	PROBE_SOFTWARE,
	PROBE_CYCLES,
	PROBE_INSTRUCTIONS,
	PROBE_BRANCHES,
	PROBE_CACHE,
	PROBE_TRACEPOINT,
	PROBE_KERNEL,   /* the kernel part of one's own task */
	PROBE_CPU_WIDE, /* every task of one CPU */
	PROBE_UNCORE,   /* a PMU outside the cores */
};
#define PROBE_CLASSES (PROBE_UNCORE + 1)

/* Encodable, openable, counting: three facts, so the first that fails. */
enum probe_state {
	PROBE_NO_CODE, /* nothing to ask the kernel for */
	PROBE_REFUSED, /* the kernel does not open it */
	PROBE_STARVED, /* opened, and never got a counter */
	PROBE_DEAD,    /* ran on a counter, which did not move */
	PROBE_COUNTS,
};

/* One thing that was tried. */
struct probe {
	enum probe_class class;
	char name[64]; /* "cycles", "cpu_atom/cycles/" */
	bool encodable;
	int error; /* of opening: 0 or a negative errno */
	uint64_t count, enabled_ns, running_ns;
};

enum tracefs_state {
	TRACEFS_READABLE,
	TRACEFS_UNREADABLE, /* mounted, not for us */
	TRACEFS_UNMOUNTED,
	TRACEFS_MISSING, /* a kernel without tracing */
};

struct diagnose_facts {
	/* the machine */
	char cpu_key[96];
	char hypervisor[32];   /* "": bare metal */
	char platform[96];     /* "Firecracker", "Amazon EC2 m5.large", "" */
	char kernel[64];       /* release */
	char kernel_said[160]; /* its line about the PMU at boot; "" */
	bool core_pmu;         /* a driver for the cores is there */
	bool pmus_known;       /* false: sysfs does not say */
	/* what may be done */
	bool paranoid_known; /* false: a kernel without perf events */
	int paranoid;
	bool caps_known; /* false: built without libcap */
	bool cap_perfmon, cap_sys_admin;
	bool user_namespace; /* capabilities of one do not count here */
	int seccomp;         /* 0 none, 1 strict, 2 filter, -1 not known */
	char container[32];  /* "docker", "podman", ...; "" */
	bool selinux;        /* enforcing */
	enum tracefs_state tracefs;
	/* what is in short supply */
	bool nmi_watchdog;
	uint64_t nofile_soft, nofile_hard;
	size_t ncpus;
	int mux_ms; /* time of one turn; 0: not known */
	/* what was tried; empty: nothing */
	struct probe *probes;
	size_t nprobes;
	int group_accepted; /* the largest group that the kernel took */
	int group_ran;      /* the largest that got counters */
};

void diagnose_facts_done(struct diagnose_facts *facts);

enum probe_state probe_state(const struct probe *probe);

enum cause {
	CAUSE_NONE,
	CAUSE_NO_PERF_EVENTS, /* CONFIG_PERF_EVENTS=n */
	CAUSE_NO_PMU_IN_VM,
	CAUSE_NO_DRIVER,  /* no PMU driver for this CPU */
	CAUSE_NO_EVENT,   /* the PMU is there, this event is not */
	CAUSE_PARANOID,   /* perf_event_paranoid, and no capability */
	CAUSE_CAPABILITY, /* CAP_PERFMON held where only SYS_ADMIN helps */
	CAUSE_SECCOMP,
	CAUSE_REFUSED, /* permission, and none of the above explains it */
	CAUSE_WATCHDOG,
	CAUSE_NOFILE,
	CAUSE_DEAD_IN_VM,
	CAUSE_DEAD,
	CAUSE_BUSY, /* somebody else holds the counters */
	CAUSE_TRACEFS_UNMOUNTED,
	CAUSE_TRACEFS_UNREADABLE,
	CAUSE_TRACEFS_MISSING,
	CAUSE_OTHER, /* an errno that says enough by itself */
};
#define CAUSES (CAUSE_OTHER + 1)

const char *cause_name(enum cause cause);

/* Things that cannot be counted for one reason, and what would change it. */
struct finding {
	enum cause cause;
	char *what;   /* "cycles, instructions" */
	char *why;    /* the cause in plain words */
	char *change; /* the command or setting that changes it */
	bool limits;  /* it counts, but less than it could */
};

struct findings {
	struct finding *items;
	size_t n;
};

/* All that @facts say; empty when everything counts. */
void diagnose(const struct diagnose_facts *facts, struct findings *ret);
void findings_done(struct findings *findings);

/* Do hardware counters of the cores really count? */
bool diagnose_hardware_counts(const struct diagnose_facts *facts);

/*
 * Can it matter for that line what this process may do?  Not where there are no
 * counters at all.
 */
bool diagnose_asks_process(const struct diagnose_facts *facts, bool hardware,
			   int error);

/*
 * One line about an open that failed with @error (an errno of either sign),
 * such as "no PMU in this virtual machine (KVM); see 'tacho doctor'", and what
 * changes it as the hint.  @hardware: a counter of the cores; @kernel_wanted:
 * kernel mode was asked for; @cpu_wide: all tasks of a CPU were.
 */
void diagnose_open_failure(const struct diagnose_facts *facts, bool hardware,
			   bool kernel_wanted, bool cpu_wide, int error,
			   struct err *err);

/* What level @paranoid lets people without capabilities do. */
const char *diagnose_paranoid_meaning(int paranoid);

#endif
