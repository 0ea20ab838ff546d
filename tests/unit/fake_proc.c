/* A /proc made by a test; see fake_proc.h. */
#include "fake_proc.h"

#include "unit.h"

#include "base/auto.h"
#include "base/xalloc.h"

#include <string.h>
#include <unistd.h>

static void write_stat(struct fake_proc *p, const char *dir,
		       const struct fake_proc_task *t, uint64_t cpu_ms)
{
	AUTO_FREE char *path = xasprintf("%s/stat", dir);
	AUTO_FREE char *text = xasprintf(
		"%d (%s) %c 1 1 1 0 -1 4194560 100 0 3 0 %lu %lu 0 0 20 0 %u "
		"0 %lu 1000000 50 18446744073709551615 1 1 0 0 0 0 0 0 0 0 0 "
		"0 17 1 0 0 0 0 0 0 0 0 0 0 0 0 0",
		(int)t->tid, t->comm, t->state, (unsigned long)(cpu_ms / 20),
		(unsigned long)(cpu_ms / 10 - cpu_ms / 20), t->threads,
		(unsigned long)t->start_ticks);

	tree_put(&p->tree, path, text);
}

static void write_all(struct fake_proc *p, const char *dir,
		      const struct fake_proc_task *t, uint64_t cpu_ms)
{
	AUTO_FREE char *sched_path = xasprintf("%s/schedstat", dir);
	AUTO_FREE char *sched =
		xasprintf("%lu %lu 7", (unsigned long)(t->cpu_ms * 1000000),
			  (unsigned long)(t->cpu_ms * 100000));
	AUTO_FREE char *status_path = xasprintf("%s/status", dir);
	AUTO_FREE char *status = xasprintf(
		"Name:\t%s\nUid:\t1\t%u\t1\t1\nvoluntary_ctxt_switches:\t%lu\n"
		"nonvoluntary_ctxt_switches:\t%lu",
		t->comm, t->uid, (unsigned long)t->cpu_ms,
		(unsigned long)(2 * t->cpu_ms));

	write_stat(p, dir, t, cpu_ms);
	tree_put(&p->tree, sched_path, sched);
	tree_put(&p->tree, status_path, status);
}

void fake_proc_write(struct fake_proc *p, const struct fake_proc_task *t)
{
	AUTO_FREE char *dir = xasprintf("/proc/%d", (int)t->pid);
	AUTO_FREE char *task =
		xasprintf("/proc/%d/task/%d", (int)t->pid, (int)t->tid);
	const struct fake_proc_task *process = NULL;
	uint64_t sum = 0;

	for (size_t i = 0; i < p->ntasks; i++) {
		if (p->tasks[i].pid != t->pid)
			continue;
		sum += p->tasks[i].cpu_ms;
		if (p->tasks[i].tid == t->pid)
			process = &p->tasks[i];
	}
	write_all(p, task, t, t->cpu_ms);
	if (!process)
		return;
	write_all(p, dir, process, sum);
	{
		AUTO_FREE char *path = xasprintf("%s/cgroup", dir);
		AUTO_FREE char *text = xasprintf("0::%s", process->cgroup);

		tree_put(&p->tree, path, text);
	}
	{
		AUTO_FREE char *path = xasprintf("%s/cmdline", dir);

		tree_put(&p->tree, path, process->comm);
	}
}

static void write_machine(struct fake_proc *p)
{
	AUTO_FREE char *stat = xasprintf(
		"cpu  100 0 50 1000 0 0 0 0 0 0\n"
		"cpu0 100 0 50 1000 0 0 0 0 0 0\nctxt 1\nprocesses %lu",
		(unsigned long)p->forks);

	tree_put(&p->tree, "/proc/stat", stat);
}

void fake_proc_make(struct fake_proc *p)
{
	*p = (struct fake_proc){ 0 };
	tree_make(&p->tree);
	fake_perf_init(&p->perf);
	p->perf.tick_ns = 0;
	tree_put(&p->tree, "/proc/loadavg", "1.25 0.50 0.07 2/345 999");
	tree_put(&p->tree, "/proc/uptime", "1000.50 2000.00");
	tree_put(&p->tree, "/proc/meminfo",
		 "MemTotal:       1000 kB\nMemFree: 10 kB\n"
		 "MemAvailable:    400 kB");
	tree_put(&p->tree, "/sys/devices/system/cpu/online", "0");
	write_machine(p);
}

void fake_proc_remove(struct fake_proc *p)
{
	tree_remove(&p->tree);
}

struct fake_proc_task *fake_proc_add_thread(struct fake_proc *p, pid_t pid,
					    pid_t tid)
{
	struct fake_proc_task *t = &p->tasks[p->ntasks++];

	assert_in_range(p->ntasks, 1, ARRAY_LEN(p->tasks));
	*t = (struct fake_proc_task){ .pid = pid,
				      .tid = tid,
				      .start_ticks = (uint64_t)tid,
				      .state = 'S',
				      .comm = "worker",
				      .cgroup = "/a/b" };
	p->forks++;
	for (size_t i = 0; i < p->ntasks; i++)
		if (p->tasks[i].pid == pid)
			p->tasks[i].threads = 0;
	for (size_t i = 0; i < p->ntasks; i++)
		for (size_t k = 0; k < p->ntasks; k++)
			p->tasks[i].threads += p->tasks[i].pid == pid &&
					       p->tasks[k].pid == pid;
	fake_proc_write(p, t);
	write_machine(p);
	return t;
}

struct fake_proc_task *fake_proc_add(struct fake_proc *p, pid_t pid)
{
	return fake_proc_add_thread(p, pid, pid);
}

static void forget(struct fake_proc *p, pid_t pid)
{
	size_t n = 0;

	for (size_t i = 0; i < p->ntasks; i++)
		if (p->tasks[i].pid != pid)
			p->tasks[n++] = p->tasks[i];
	p->ntasks = n;
}

void fake_proc_end(struct fake_proc *p, pid_t pid)
{
	AUTO_FREE char *path = xasprintf("/proc/%d", (int)pid);
	AUTO_FREE char *from = rootfs_path(&p->tree.root, "%s", path);
	AUTO_FREE char *to = rootfs_path(&p->tree.root, "/gone%d-%lu", (int)pid,
					 (unsigned long)p->forks);

	forget(p, pid);
	assert_int_equal(rename(from, to), 0);
}

void fake_proc_run(struct fake_proc *p, pid_t tid, uint64_t ms)
{
	for (size_t i = 0; i < p->ntasks; i++)
		if (p->tasks[i].tid == tid) {
			p->tasks[i].cpu_ms += ms;
			fake_proc_write(p, &p->tasks[i]);
		}
	fake_perf_run_task(&p->perf, tid, ms * 1000000);
}
