/*
 * The end of a command: its status and what it used; see usage.h.
 *
 * wait4() adds up all threads and all children that were waited for, but does
 * not know how long they waited for a CPU.  /proc/PID/schedstat does, for one
 * thread; of a process that has ended it is there until wait4() takes it away.
 */
#include "measure/usage.h"

#include "base/auto.h"
#include "base/parse.h"
#include "base/rootfs.h"

#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>

static uint64_t ns_of(const struct timeval *t)
{
	return (uint64_t)t->tv_sec * 1000000000u + (uint64_t)t->tv_usec * 1000u;
}

static uint64_t count_of(long n)
{
	return n > 0 ? (uint64_t)n : 0;
}

bool usage_schedstat(pid_t tid, uint64_t *cpu_ns, uint64_t *wait_ns)
{
	/* processes are real, also beside a recorded machine */
	static const struct rootfs here = { .prefix = "" };
	AUTO_FREE char *text = NULL;
	char *rest, *ran;

	/* "ran waited turns", in ns */
	if (rootfs_read(&here, &text, "/proc/%d/schedstat", (int)tid) < 0)
		return false;
	rest = text;
	ran = strsep(&rest, " ");
	if (!rest || parse_u64(ran, cpu_ns) < 0 ||
	    parse_u64(strsep(&rest, " "), wait_ns) < 0)
		return false;
	/* a kernel that keeps no account has the file, full of zeros */
	return *cpu_ns > 0;
}

bool usage_reap(pid_t pid, struct run *run)
{
	struct run_usage *usage = &run->usage;
	siginfo_t info = { .si_pid = 0 };
	struct rusage u;
	int status;

	if (waitid(P_PID, (id_t)pid, &info, WEXITED | WNOHANG | WNOWAIT) == 0 &&
	    info.si_pid == pid)
		usage->has_main_wait = usage_schedstat(pid, &usage->main_cpu_ns,
						       &usage->main_wait_ns);
	if (wait4(pid, &status, WNOHANG, &u) != pid)
		return false;
	run->has_rusage = true;
	run->wait_status = status;
	run->user_ns = ns_of(&u.ru_utime);
	run->sys_ns = ns_of(&u.ru_stime);
	run->maxrss_kib = u.ru_maxrss;
	usage->voluntary_switches = count_of(u.ru_nvcsw);
	usage->involuntary_switches = count_of(u.ru_nivcsw);
	usage->minor_faults = count_of(u.ru_minflt);
	usage->major_faults = count_of(u.ru_majflt);
	usage->blocks_in = count_of(u.ru_inblock);
	usage->blocks_out = count_of(u.ru_oublock);
	return true;
}
