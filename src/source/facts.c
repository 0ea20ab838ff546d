/*
 * Looking at the machine; see facts.h.  The only file that includes libcap.
 */
#include "source/facts.h"

#include "base/auto.h"
#include "base/parse.h"
#include "base/xalloc.h"
#include "cpu/cpuset.h"

#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#ifdef HAVE_LIBCAP
#include "base/lazy.h"
#include "base/log.h"

#include <sys/capability.h>

/* younger than some libraries */
#define PERFMON 38

struct cap_library {
	__typeof__(&cap_get_proc) get_proc;
	__typeof__(&cap_get_flag) get_flag;
	__typeof__(&cap_free) free;
};

static bool has_cap(const struct cap_library *lib, cap_t caps, cap_value_t cap)
{
	cap_flag_value_t value = CAP_CLEAR;

	return lib->get_flag(caps, cap, CAP_EFFECTIVE, &value) == 0 &&
	       value == CAP_SET;
}

/* The library stays loaded until we end: it is asked once. */
static void gather_caps(struct diagnose_facts *f)
{
	struct cap_library lib;
	const struct lazy_symbol symbols[] = {
		{ "cap_get_proc", &lib.get_proc },
		{ "cap_get_flag", &lib.get_flag },
		{ "cap_free", &lib.free },
	};
	struct err why = { 0 };
	cap_t caps;

	if (!lazy_load(CAP_SONAME, symbols, ARRAY_LEN(symbols), &why)) {
		log_say(1, "%s", why.what);
		f->cap_perfmon = f->cap_sys_admin = geteuid() == 0;
		return;
	}
	caps = lib.get_proc();
	if (!caps)
		return;
	f->caps_known = true;
	f->cap_perfmon = has_cap(&lib, caps, PERFMON);
	f->cap_sys_admin = has_cap(&lib, caps, CAP_SYS_ADMIN);
	lib.free(caps);
}
#else
static void gather_caps(struct diagnose_facts *f)
{
	f->cap_perfmon = f->cap_sys_admin = geteuid() == 0;
}
#endif

/* The initial user namespace maps every id to itself. */
static bool in_user_namespace(const struct rootfs *root)
{
	AUTO_FREE char *map = NULL;
	char *save = NULL;
	const char *inside, *outside, *count;

	if (rootfs_read(root, &map, "/proc/self/uid_map") < 0)
		return false;
	inside = strtok_r(map, " \n", &save);
	outside = strtok_r(NULL, " \n", &save);
	count = strtok_r(NULL, " \n", &save);
	return !count || strcmp(inside, "0") != 0 ||
	       strcmp(outside, "0") != 0 || strcmp(count, "4294967295") != 0;
}

static int seccomp_mode(const struct rootfs *root)
{
	static const char key[] = "\nSeccomp:\t";
	AUTO_FREE char *status = NULL;
	const char *p;

	if (rootfs_read(root, &status, "/proc/self/status") < 0)
		return -1;
	p = strstr(status, key);
	return p ? p[sizeof(key) - 1] - '0' : -1;
}

/*
 * Are we in the first namespace of this kind?  Its inode number is fixed.
 */
static bool in_first_namespace(const char *kind, unsigned long number)
{
	AUTO_FREE char *path = xasprintf("/proc/self/ns/%s", kind);
	AUTO_FREE char *first = xasprintf("%s:[%lu]", kind, number);
	char now[64];
	ssize_t n = readlink(path, now, sizeof(now) - 1);

	if (n < 0)
		return false;
	now[n] = '\0';
	return strcmp(now, first) == 0;
}

static const char *container_name(const struct rootfs *root)
{
	const char *env = getenv("container");

	if (getenv("KUBERNETES_SERVICE_HOST"))
		return "kubernetes";
	if (env && *env)
		return env;
	/* a virtual machine made from a container's image has the marks too */
	if (in_first_namespace("pid", 0xeffffffcUL) &&
	    in_first_namespace("cgroup", 0xeffffffbUL))
		return "";
	if (rootfs_exists(root, "/run/.containerenv"))
		return "podman";
	return rootfs_exists(root, "/.dockerenv") ? "docker" : "";
}

static enum tracefs_state tracefs_state(const struct rootfs *root)
{
	AUTO_FREE char *id = NULL;
	int r = rootfs_read(root, &id,
			    "/sys/kernel/tracing/events/sched/sched_switch/id");

	if (r == -ENOENT)
		r = rootfs_read(root, &id,
				"/sys/kernel/debug/tracing/events/sched/"
				"sched_switch/id");
	if (r == 0)
		return TRACEFS_READABLE;
	if (r == -EACCES || r == -EPERM)
		return TRACEFS_UNREADABLE;
	return rootfs_exists(root, "/sys/kernel/tracing") ? TRACEFS_UNMOUNTED
							  : TRACEFS_MISSING;
}

/* Does this line of the kernel's log tell how it found the PMU? */
static bool tells_of_pmu(const char *line)
{
	static const char *const starts[] = {
		"Performance Events:",
		"hw perfevents:",
		"riscv-pmu",
		"core perfctr but no constraints",
	};

	for (size_t i = 0; i < ARRAY_LEN(starts); i++)
		if (strncmp(line, starts[i], strlen(starts[i])) == 0)
			return true;
	return strstr(line, "no PMU driver") != NULL;
}

/*
 * The first such line of the log, which is told at boot.  Each read gives one
 * record, "priority,number,time,flags;text\n..."; EPIPE says that some were
 * overwritten meanwhile.
 */
void facts_gather_kernel_line(struct diagnose_facts *f)
{
	AUTO_CLOSE int fd =
		open("/dev/kmsg", O_RDONLY | O_NONBLOCK | O_CLOEXEC);
	char record[8192];

	while (fd >= 0) {
		ssize_t n = read(fd, record, sizeof(record) - 1);
		char *text;

		if (n < 0 && (errno == EPIPE || errno == EINTR))
			continue;
		if (n <= 0)
			return;
		record[n] = '\0';
		text = strchr(record, ';');
		if (!text)
			continue;
		text++;
		text[strcspn(text, "\n")] = '\0';
		if (!tells_of_pmu(text))
			continue;
		snprintf(f->kernel_said, sizeof(f->kernel_said), "%s", text);
		return;
	}
}

void facts_gather_process(const struct rootfs *root, struct diagnose_facts *f)
{
	struct rlimit limit;

	if (rootfs_is_recorded(root))
		return;
	gather_caps(f);
	f->user_namespace = in_user_namespace(root);
	f->seccomp = seccomp_mode(root);
	snprintf(f->container, sizeof(f->container), "%s",
		 container_name(root));
	if (getrlimit(RLIMIT_NOFILE, &limit) == 0) {
		f->nofile_soft = limit.rlim_cur;
		f->nofile_hard = limit.rlim_max;
	}
}

/* "Linux version 6.1.0-28-amd64 (...": the third word */
static void gather_release(const struct rootfs *root, struct diagnose_facts *f)
{
	AUTO_FREE char *version = NULL;
	char *save = NULL, *word = NULL;

	if (rootfs_read(root, &version, "/proc/version") < 0)
		return;
	word = strtok_r(version, " ", &save);
	for (int i = 0; word && i < 2; i++)
		word = strtok_r(NULL, " ", &save);
	if (word)
		snprintf(f->kernel, sizeof(f->kernel), "%s", word);
}

static size_t count_cpus(const struct rootfs *root)
{
	AUTO(cpuset_done) struct cpuset online = { 0 };
	AUTO_FREE char *text = NULL;

	if (rootfs_read(root, &text, "/sys/devices/system/cpu/online") < 0 ||
	    cpuset_parse(text, &online, NULL) < 0)
		return 0;
	return online.n;
}

static void gather_pmus(const struct rootfs *root, const struct cpu *cpu,
			struct diagnose_facts *f)
{
	f->core_pmu = cpu->ncore_types > 0;
	/* the software PMU is always there, if the directory tells the truth */
	f->pmus_known =
		rootfs_exists(root, "/sys/bus/event_source/devices/software");
	if (f->core_pmu)
		rootfs_read_int(root, &f->mux_ms,
				"/sys/bus/event_source/devices/%s/"
				"perf_event_mux_interval_ms",
				cpu->core_types[0].pmu);
}

void facts_gather(const struct rootfs *root, const struct cpu *cpu,
		  struct diagnose_facts *ret)
{
	struct diagnose_facts f = { .seccomp = -1 };
	AUTO_FREE char *key = cpu_key(cpu);
	uint64_t flag;

	snprintf(f.cpu_key, sizeof(f.cpu_key), "%s", key);
	snprintf(f.hypervisor, sizeof(f.hypervisor), "%s", cpu->hypervisor);
	snprintf(f.platform, sizeof(f.platform), "%s", cpu->platform);
	gather_release(root, &f);
	gather_pmus(root, cpu, &f);
	f.paranoid_known =
		rootfs_read_int(root, &f.paranoid,
				"/proc/sys/kernel/perf_event_paranoid") == 0;
	f.nmi_watchdog =
		rootfs_read_u64(root, &flag, "/proc/sys/kernel/nmi_watchdog") ==
			0 &&
		flag == 1;
	f.selinux =
		rootfs_read_u64(root, &flag, "/sys/fs/selinux/enforce") == 0 &&
		flag == 1;
	f.tracefs = tracefs_state(root);
	f.ncpus = count_cpus(root);
	*ret = f;
}
