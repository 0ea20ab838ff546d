/*
 * The end of a command: its status and what it used; see usage.h.
 *
 * wait4() adds up all threads and all children that were waited for, but does
 * not know how long they waited for a CPU.  /proc/PID/schedstat does, for one
 * thread; of a process that has ended it is there until wait4() takes it away.
 */
#include "measure/usage.h"

#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

static uint64_t ns_of(const struct timeval *t)
{
	return (uint64_t)t->tv_sec * 1000000000u + (uint64_t)t->tv_usec * 1000u;
}

static uint64_t count_of(long n)
{
	return n > 0 ? (uint64_t)n : 0;
}

static uint64_t since(uint64_t now, uint64_t before)
{
	return now > before ? now - before : 0;
}

static void take_schedstat(const struct launch *child, struct run_usage *usage)
{
	const struct launch_before *before = &child->before;
	uint64_t ran_ns, waited_ns;

	if (!launch_schedstat(child->pid, &ran_ns, &waited_ns))
		return;
	usage->has_main_wait = true;
	usage->main_cpu_ns = since(ran_ns, before->ran_ns);
	usage->main_wait_ns = since(waited_ns, before->waited_ns);
}

/*
 * The kernel keeps what a process has in memory as three sums (of files, anonymous,
 * shared), each with a batch of pages per CPU that it has not added yet, in a
 * task until 6.1: so that a few pages more can look like a batch of them.
 */
static long least_step_kib(void)
{
	long cpus = sysconf(_SC_NPROCESSORS_ONLN);
	long batch = cpus > 16 ? 2 * cpus : 32;

	return 3 * batch * (sysconf(_SC_PAGESIZE) / 1024);
}

/*
 * The kernel's peak is also that of the memory which the child had before exec,
 * a copy of ours or ours itself: a smaller one of the command is not known.
 */
static long peak_kib(const struct rusage *used, const struct rusage *before)
{
	long more = used->ru_maxrss - before->ru_maxrss;

	return more > 0 && more > least_step_kib() ? used->ru_maxrss : 0;
}

bool usage_reap(const struct launch *child, struct run *run)
{
	const struct rusage *before = &child->before.used;
	struct run_usage *usage = &run->usage;
	siginfo_t info = { .si_pid = 0 };
	struct rusage u;
	pid_t pid = child->pid;
	int status;

	if (waitid(P_PID, (id_t)pid, &info, WEXITED | WNOHANG | WNOWAIT) == 0 &&
	    info.si_pid == pid)
		take_schedstat(child, usage);
	if (wait4(pid, &status, WNOHANG, &u) != pid)
		return false;
	run->has_rusage = true;
	run->wait_status = status;
	run->user_ns = since(ns_of(&u.ru_utime), ns_of(&before->ru_utime));
	run->sys_ns = since(ns_of(&u.ru_stime), ns_of(&before->ru_stime));
	run->maxrss_kib = peak_kib(&u, before);
	usage->voluntary_switches = count_of(u.ru_nvcsw - before->ru_nvcsw);
	usage->involuntary_switches = count_of(u.ru_nivcsw - before->ru_nivcsw);
	usage->minor_faults = count_of(u.ru_minflt - before->ru_minflt);
	usage->major_faults = count_of(u.ru_majflt - before->ru_majflt);
	usage->blocks_in = count_of(u.ru_inblock - before->ru_inblock);
	usage->blocks_out = count_of(u.ru_oublock - before->ru_oublock);
	return true;
}
