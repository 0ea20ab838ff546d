/*
 * A little kernel for tests: perf_event_open with knobs and a memory.
 *
 * It has @counters hardware counters per CPU, of which @held are taken by
 * somebody else; groups rotate when they do not fit together; its clock stands
 * still until fake_perf_advance().
 */
#ifndef TACHO_TESTS_FAKE_PERF_H
#define TACHO_TESTS_FAKE_PERF_H

#include "source/perf_sys.h"

#include <stdbool.h>
#include <stdint.h>

#define FAKE_PERF_MAX 1024
#define FAKE_PERF_FD 1000 /* the first descriptor it hands out */

struct fake_event {
	struct perf_event_attr attr;
	pid_t pid;
	int cpu;
	int leader; /* index */
	unsigned long flags;
	bool open, enabled;
	uint64_t count, enabled_ns, running_ns;
	double rest; /* not yet a whole count */
};

struct fake_perf {
	struct perf_sys sys; /* hand this to the code under test */

	/* knobs; zero is a modern kernel with an unlimited PMU */
	int paranoid;           /* 2: no kernel mode for us; 3: nothing */
	bool no_pmu;            /* hardware events do not exist */
	bool no_guest;          /* an old kernel rejects exclude_guest */
	bool no_group_inherit;  /* an old kernel rejects this combination */
	bool no_inherit_thread; /* an old kernel does not know it */
	size_t attr_size;       /* larger attrs get E2BIG; 0: any */
	size_t counters;        /* hardware counters; 0: no limit */
	size_t held;            /* of these, taken by others */
	size_t fd_limit;        /* EMFILE beyond so many; 0: no limit */
	uint64_t dead_config;   /* this hardware event never moves; 0: none */
	pid_t gone_pid;         /* ESRCH */
	pid_t denied_pid;       /* EACCES */
	int offline_cpu_plus1;  /* ENODEV for this CPU */
	uint64_t tick_ns;       /* each ioctl and read takes so long */
	uint64_t turn_ns;       /* groups that do not fit together count one
				  after the other, each for so long; 0: each
				  counts its share of every moment */
	/* what a hardware event counts per ns at a time; NULL: config + 1 */
	double (*rate)(void *arg, uint64_t config, uint64_t now_ns);
	void *rate_arg;

	/* make the Nth call of a kind fail (1 is the first; 0: never) */
	int fail_open, fail_read, fail_ioctl;
	int always_code; /* every open fails with this; 0: none */
	int fail_code;   /* negative errno */
	int short_read;  /* the Nth read returns half of it */

	/* what happened */
	int opens, reads, ioctls, bad_closes;
	struct fake_event events[FAKE_PERF_MAX];
	size_t nevents;
	uint64_t now_ns; /* so much has passed */
};

void fake_perf_init(struct fake_perf *f);

/* Let @ns pass: what is enabled counts 1 per ns x (config + 1). */
void fake_perf_advance(struct fake_perf *f, uint64_t ns);

/* Let task @pid alone run for @ns: its counters count, and those alone. */
void fake_perf_run_task(struct fake_perf *f, pid_t pid, uint64_t ns);

/* Descriptors that are open now. */
size_t fake_perf_open_fds(const struct fake_perf *f);

#endif
