/* Trying the counters; see probe.h. */
#include "source/probe.h"

#include "base/auto.h"
#include "base/log.h"
#include "base/parse.h"
#include "base/vec.h"

#include <errno.h>
#include <linux/perf_event.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#define PMU_DIR "/sys/bus/event_source/devices"
#define GROUP_MAX 32

struct prober {
	const struct perf_sys *sys;
	const struct rootfs *root;
	const struct cpu *cpu;
	struct diagnose_facts *facts;
};

/*
 * Something of everything to count: instructions, branches, more memory than
 * the inner caches hold, system calls, and a context switch.
 */
static void work(void)
{
	static const struct timespec moment = { .tv_nsec = 1000 };
	const size_t size = (size_t)4 << 20;
	AUTO_FREE unsigned char *memory = xcalloc(size, 1);
	volatile unsigned sum = 0;
	unsigned x = 1;

	for (int i = 0; i < 200000; i++) {
		x = x * 1664525 + 1013904223;
		if (x >> 31)
			sum += x;
	}
	for (size_t i = 0; i < size; i += 64)
		sum += memory[i]++;
	for (int i = 0; i < 200; i++)
		syscall(SYS_getppid);
	nanosleep(&moment, NULL);
	(void)sum;
}

/* User mode only; the size that every kernel knows. */
static struct perf_event_attr new_attr(uint32_t type, uint64_t config)
{
	struct perf_event_attr attr = {
		.size = PERF_ATTR_SIZE_VER0,
		.type = type,
		.config = config,
		.disabled = 1,
		.exclude_kernel = 1,
		.exclude_hv = 1,
		.read_format = PERF_FORMAT_TOTAL_TIME_ENABLED |
			       PERF_FORMAT_TOTAL_TIME_RUNNING,
	};

	return attr;
}

static int open_event(const struct prober *p, struct perf_event_attr *attr,
		      pid_t pid, int cpu, int group_fd)
{
	int fd = p->sys->open(p->sys->ctx, attr, pid, cpu, group_fd,
			      PERF_FLAG_FD_CLOEXEC);

	log_say(1, "open type %u config %#llx%s pid %d cpu %d group %d: %s",
		attr->type, (unsigned long long)attr->config,
		attr->exclude_kernel ? " user mode" : "", (int)pid, cpu,
		group_fd, fd < 0 ? strerror(-fd) : "opened");
	return fd;
}

/* Count @fd while working; false when it cannot be read. */
static bool count(const struct prober *p, int fd, uint64_t ret[3])
{
	p->sys->ioctl(p->sys->ctx, fd, PERF_EVENT_IOC_ENABLE, 0);
	work();
	p->sys->ioctl(p->sys->ctx, fd, PERF_EVENT_IOC_DISABLE, 0);
	return p->sys->read(p->sys->ctx, fd, ret, 3 * sizeof(ret[0])) ==
	       3 * (ssize_t)sizeof(ret[0]);
}

/* Append a probe without a code; the caller fills in what it finds. */
static struct probe *add_probe(const struct prober *p, enum probe_class class,
			       const char *name)
{
	struct diagnose_facts *f = p->facts;

	VEC_PUSH(f->probes, f->nprobes, ((struct probe){ .class = class }));
	snprintf(f->probes[f->nprobes - 1].name, sizeof(f->probes[0].name),
		 "%s", name);
	return &f->probes[f->nprobes - 1];
}

static void try_event(const struct prober *p, struct perf_event_attr attr,
		      pid_t pid, int cpu, struct probe *ret)
{
	uint64_t counted[3];
	int fd;

	ret->encodable = true;
	fd = open_event(p, &attr, pid, cpu, -1);
	if (fd < 0) {
		ret->error = fd;
		return;
	}
	if (count(p, fd, counted)) {
		ret->count = counted[0];
		ret->enabled_ns = counted[1];
		ret->running_ns = counted[2];
	}
	p->sys->close(p->sys->ctx, fd);
}

/* Has a counter of @class been seen to count? */
static bool counts(const struct prober *p, enum probe_class class)
{
	for (size_t i = 0; i < p->facts->nprobes; i++)
		if (p->facts->probes[i].class == class &&
		    probe_state(&p->facts->probes[i]) == PROBE_COUNTS)
			return true;
	return false;
}

static const struct {
	enum probe_class class;
	const char *name;
	uint64_t config;
} core_events[] = {
	{ PROBE_CYCLES, "cycles", PERF_COUNT_HW_CPU_CYCLES },
	{ PROBE_INSTRUCTIONS, "instructions", PERF_COUNT_HW_INSTRUCTIONS },
	{ PROBE_BRANCHES, "branches", PERF_COUNT_HW_BRANCH_INSTRUCTIONS },
	{ PROBE_CACHE, "cache-references", PERF_COUNT_HW_CACHE_REFERENCES },
};

/* The events of the cores; @type NULL: of the only kind there is. */
static void try_core(const struct prober *p, const struct cpu_core_type *type)
{
	for (size_t i = 0; i < ARRAY_LEN(core_events); i++) {
		const char *name = core_events[i].name;
		uint64_t config = core_events[i].config;
		struct probe *probe;

		probe = add_probe(p, core_events[i].class, name);
		if (type) {
			snprintf(probe->name, sizeof(probe->name), "%s/%s/",
				 type->pmu, name);
			config |= (uint64_t)type->pmu_type << 32;
		}
		try_event(p, new_attr(PERF_TYPE_HARDWARE, config), 0, -1,
			  probe);
	}
}

/* Does the group led by @fds[0] get counters?  It is all or nothing. */
static bool group_runs(const struct prober *p, const int *fds)
{
	uint64_t counted[3] = { 0 };

	return count(p, fds[0], counted) && counted[2] > 0;
}

/*
 * Grow a group until the kernel refuses, which it does by what the PMU has;
 * then shrink it until it runs, which depends on what others have taken.
 * Cycles lead, because some PMUs have a counter that can do nothing else.
 */
static void try_groups(const struct prober *p, uint64_t core_type)
{
	uint64_t leader = PERF_COUNT_HW_CPU_CYCLES, member = leader;
	int fds[GROUP_MAX], n = 0;

	if (!counts(p, PROBE_CYCLES))
		leader = PERF_COUNT_HW_INSTRUCTIONS;
	if (counts(p, PROBE_INSTRUCTIONS))
		member = PERF_COUNT_HW_INSTRUCTIONS;
	while (n < GROUP_MAX) {
		struct perf_event_attr attr = new_attr(
			PERF_TYPE_HARDWARE, (n ? member : leader) | core_type);

		attr.disabled = n == 0;
		/* else arm64 forgets to count a leader that is off */
		attr.enable_on_exec = n == 0;
		fds[n] = open_event(p, &attr, 0, -1, n ? fds[0] : -1);
		if (fds[n] < 0)
			break;
		n++;
	}
	p->facts->group_accepted = n;
	while (n && !group_runs(p, fds))
		p->sys->close(p->sys->ctx, fds[--n]);
	p->facts->group_ran = n;
	while (n)
		p->sys->close(p->sys->ctx, fds[--n]);
}

/* Keep the thread on @cpus; false when it may run on none of them. */
static bool stay_on(const struct cpuset *cpus)
{
	cpu_set_t set;

	CPU_ZERO(&set);
	for (size_t i = 0; i < cpus->n; i++)
		if (cpus->cpus[i] < CPU_SETSIZE)
			CPU_SET(cpus->cpus[i], &set);
	return sched_setaffinity(0, sizeof(set), &set) == 0;
}

/*
 * Each kind of core of a hybrid CPU counts only what runs on it, so we go
 * there; kinds where we may not run are left out.
 */
static void try_core_types(const struct prober *p)
{
	cpu_set_t before;

	if (!cpu_is_hybrid(p->cpu) ||
	    sched_getaffinity(0, sizeof(before), &before) < 0) {
		try_core(p, NULL);
		if (diagnose_hardware_counts(p->facts))
			try_groups(p, 0);
		return;
	}
	for (size_t i = 0; i < p->cpu->ncore_types; i++) {
		const struct cpu_core_type *type = &p->cpu->core_types[i];

		if (!stay_on(&type->cpus))
			continue;
		try_core(p, type);
		if (!p->facts->group_accepted &&
		    diagnose_hardware_counts(p->facts))
			try_groups(p, (uint64_t)type->pmu_type << 32);
	}
	sched_setaffinity(0, sizeof(before), &before);
}

/*
 * What to ask for a permission with: cycles, or else the clock.  On a hybrid
 * CPU cycles depend on where we happen to run.
 */
static struct perf_event_attr permission_attr(const struct prober *p,
					      uint64_t clock)
{
	if (!cpu_is_hybrid(p->cpu) && counts(p, PROBE_CYCLES))
		return new_attr(PERF_TYPE_HARDWARE, PERF_COUNT_HW_CPU_CYCLES);
	return new_attr(PERF_TYPE_SOFTWARE, clock);
}

static void try_kernel(const struct prober *p)
{
	struct perf_event_attr attr =
		permission_attr(p, PERF_COUNT_SW_TASK_CLOCK);

	attr.exclude_kernel = 0;
	try_event(p, attr, 0, -1, add_probe(p, PROBE_KERNEL, "kernel mode"));
}

/* We stay on the CPU meanwhile, lest it had nothing to count. */
static void try_cpu_wide(const struct prober *p)
{
	struct perf_event_attr attr =
		permission_attr(p, PERF_COUNT_SW_CPU_CLOCK);
	int cpu = sched_getcpu();
	struct cpuset here = { .cpus = &cpu, .n = 1 };
	cpu_set_t before;
	bool stays;

	if (cpu < 0)
		cpu = 0;
	stays = sched_getaffinity(0, sizeof(before), &before) == 0 &&
		stay_on(&here);
	try_event(p, attr, -1, cpu, add_probe(p, PROBE_CPU_WIDE, "CPU-wide"));
	if (stays)
		sched_setaffinity(0, sizeof(before), &before);
}

static int tracepoint_id(const struct rootfs *root, uint64_t *ret)
{
	int r = rootfs_read_u64(
		root, ret, "/sys/kernel/tracing/events/sched/sched_switch/id");

	if (r == -ENOENT)
		r = rootfs_read_u64(root, ret,
				    "/sys/kernel/debug/tracing/events/sched/"
				    "sched_switch/id");
	return r;
}

/* A tracepoint fires in the kernel: in user mode it would stay zero. */
static void try_tracepoint(const struct prober *p)
{
	struct probe *probe =
		add_probe(p, PROBE_TRACEPOINT, "sched:sched_switch");
	struct perf_event_attr attr;
	uint64_t id;

	if (tracepoint_id(p->root, &id) < 0)
		return;
	attr = new_attr(PERF_TYPE_TRACEPOINT, id);
	attr.exclude_kernel = 0;
	attr.exclude_hv = 0;
	try_event(p, attr, 0, -1, probe);
}

/*
 * An event of a PMU outside the cores that moves by itself or by our work;
 * the alias, or else the plain code.
 */
static const struct {
	const char *pmu; /* what its name starts with */
	const char *alias;
	uint64_t config;
} uncore_events[] = {
	{ "uncore_imc_free_running", "data_total", 0 },
	{ "uncore_imc", "clockticks", 0 },
	{ "uncore_cha", "clockticks", 0 },
	{ "uncore_cbox", "clockticks", 0 },
	{ "amd_l3", NULL, 0xff04 },
	{ "arm_dsu", "cycles", 0x11 },
};

/* "event=0x04,umask=0x03": both where these PMUs have them, at 0 and 8 */
static int alias_config(const char *text, uint64_t *ret)
{
	AUTO_FREE char *copy = xstrdup(text);
	uint64_t config = 0, value;
	char *save = NULL;

	for (char *term = strtok_r(copy, ",", &save); term;
	     term = strtok_r(NULL, ",", &save)) {
		char *equals = strchr(term, '=');

		if (!equals || parse_u64(equals + 1, &value) < 0)
			return -EINVAL;
		*equals = '\0';
		if (strcmp(term, "event") == 0)
			config |= value;
		else if (strcmp(term, "umask") == 0)
			config |= value << 8;
		else
			return -EINVAL;
	}
	*ret = config;
	return 0;
}

static int uncore_cpu(const struct rootfs *root, const char *pmu)
{
	AUTO(cpuset_done) struct cpuset cpus = { 0 };
	AUTO_FREE char *text = NULL;

	if (rootfs_read(root, &text, PMU_DIR "/%s/cpumask", pmu) < 0 ||
	    cpuset_parse(text, &cpus, NULL) < 0 || !cpus.n)
		return -1;
	return cpus.cpus[0];
}

static void try_uncore_event(const struct prober *p, const char *pmu,
			     size_t row, int cpu)
{
	const char *alias = uncore_events[row].alias;
	uint64_t config = uncore_events[row].config, type;
	AUTO_FREE char *text = NULL;
	struct perf_event_attr attr;
	struct probe *probe;

	if (rootfs_read_u64(p->root, &type, PMU_DIR "/%s/type", pmu) < 0)
		return;
	if (alias && rootfs_read(p->root, &text, PMU_DIR "/%s/events/%s", pmu,
				 alias) == 0)
		alias_config(text, &config);
	probe = add_probe(p, PROBE_UNCORE, "");
	if (alias)
		snprintf(probe->name, sizeof(probe->name), "%.30s/%s/", pmu,
			 alias);
	else
		snprintf(probe->name, sizeof(probe->name),
			 "%.30s/config=%#llx/", pmu,
			 (unsigned long long)config);
	attr = new_attr((uint32_t)type, config);
	/* such a PMU cannot tell modes apart, and says EINVAL when asked to */
	attr.exclude_kernel = 0;
	attr.exclude_hv = 0;
	try_event(p, attr, -1, cpu, probe);
}

/* The first known PMU will do: all of them obey the same rules. */
static void try_uncore(const struct prober *p)
{
	char **names = NULL;
	ssize_t n = rootfs_list(p->root, &names, PMU_DIR);
	bool done = false;

	for (size_t row = 0; row < ARRAY_LEN(uncore_events) && !done; row++) {
		const char *start = uncore_events[row].pmu;

		for (ssize_t i = 0; i < n && !done; i++) {
			int cpu;

			if (strncmp(names[i], start, strlen(start)) != 0)
				continue;
			cpu = uncore_cpu(p->root, names[i]);
			if (cpu < 0)
				continue;
			try_uncore_event(p, names[i], row, cpu);
			done = true;
		}
	}
	if (n >= 0)
		rootfs_free_names(names, (size_t)n);
}

void probe_counters(const struct perf_sys *sys, const struct rootfs *root,
		    const struct cpu *cpu, struct diagnose_facts *facts)
{
	const struct prober p = {
		.sys = sys,
		.root = root,
		.cpu = cpu,
		.facts = facts,
	};

	try_event(&p, new_attr(PERF_TYPE_SOFTWARE, PERF_COUNT_SW_TASK_CLOCK), 0,
		  -1, add_probe(&p, PROBE_SOFTWARE, "task-clock"));
	try_core_types(&p);
	try_tracepoint(&p);
	try_kernel(&p);
	try_cpu_wide(&p);
	try_uncore(&p);
}
