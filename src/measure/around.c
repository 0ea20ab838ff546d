/*
 * /proc/stat and /proc/TID/schedstat before and after; see around.h.
 *
 * Threads that a task starts meanwhile are found at the end.  Those that end
 * take what is known of them along, so then nothing is said.
 */
#include "measure/around.h"

#include "base/auto.h"
#include "base/parse.h"
#include "base/rootfs.h"
#include "base/vec.h"
#include "source/launch.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Reading more of them would disturb what is measured. */
#define TASKS_MAX 1000

/* "cpu  user nice system idle iowait irq softirq steal ...", in ticks */
static bool take_machine(uint64_t *idle_ns, uint64_t *busy_ns)
{
	static const struct rootfs here = { .prefix = "" };
	AUTO_FREE char *text = NULL;
	uint64_t tick_ns = 1000000000u / (uint64_t)sysconf(_SC_CLK_TCK);
	uint64_t ticks, idle = 0, busy = 0;
	size_t field = 0;
	char *line, *word;

	if (rootfs_read(&here, &text, "/proc/stat") < 0)
		return false;
	line = text;
	line = strsep(&line, "\n");
	word = strsep(&line, " ");
	if (strcmp(word, "cpu") != 0)
		return false;
	/* guests are in the time of users already */
	while (field < 8 && (word = strsep(&line, " "))) {
		if (!*word)
			continue;
		if (parse_u64(word, &ticks) < 0)
			return false;
		if (field == 3 || field == 4)
			idle += ticks;
		else
			busy += ticks;
		field++;
	}
	*idle_ns = idle * tick_ns;
	*busy_ns = busy * tick_ns;
	return field >= 5;
}

static bool take_task(pid_t tid, struct watched **tasks, size_t *n)
{
	struct watched w = { .tid = tid };

	if (*n >= TASKS_MAX || !launch_schedstat(tid, &w.cpu_ns, &w.wait_ns))
		return false;
	VEC_PUSH(*tasks, *n, w);
	return true;
}

/* All threads of @target; false if one of them cannot be asked. */
static bool take_tasks(const struct target *target, struct watched **tasks,
		       size_t *n)
{
	if (target->system_wide || target->all_threads)
		return false;
	for (size_t i = 0; i < target->npids; i++) {
		AUTO_FREE pid_t *tids = NULL;
		size_t ntids = 0;

		if (target_threads(target->pids[i], &tids, &ntids) < 0)
			return false;
		for (size_t k = 0; k < ntids; k++)
			if (!take_task(tids[k], tasks, n))
				return false;
	}
	for (size_t i = 0; i < target->ntids; i++)
		if (!take_task(target->tids[i], tasks, n))
			return false;
	return *n > 0;
}

void around_begin(struct around *a, const struct target *target)
{
	memset(a, 0, sizeof(*a));
	a->has_machine = take_machine(&a->idle_ns, &a->busy_ns);
	a->has_tasks = take_tasks(target, &a->tasks, &a->ntasks);
}

static const struct watched *find(const struct watched *tasks, size_t n,
				  pid_t tid)
{
	for (size_t i = 0; i < n; i++)
		if (tasks[i].tid == tid)
			return &tasks[i];
	return NULL;
}

static void end_tasks(const struct around *a, const struct target *target,
		      struct run_around *ret)
{
	AUTO_FREE struct watched *now = NULL;
	size_t n = 0;

	if (!a->has_tasks || !take_tasks(target, &now, &n))
		return;
	for (size_t i = 0; i < a->ntasks; i++)
		if (!find(now, n, a->tasks[i].tid))
			return;
	for (size_t i = 0; i < n; i++) {
		const struct watched *old =
			find(a->tasks, a->ntasks, now[i].tid);

		ret->tasks_cpu_ns += now[i].cpu_ns - (old ? old->cpu_ns : 0);
		ret->tasks_wait_ns += now[i].wait_ns - (old ? old->wait_ns : 0);
	}
	ret->has_tasks = true;
}

void around_end(const struct around *a, const struct target *target,
		uint64_t wall_ns, struct run_around *ret)
{
	uint64_t idle_ns, busy_ns;

	memset(ret, 0, sizeof(*ret));
	end_tasks(a, target, ret);
	if (!a->has_machine || wall_ns < AROUND_LEAST_NS ||
	    !take_machine(&idle_ns, &busy_ns))
		return;
	/* idle time has been seen to run backwards when CPUs come and go */
	ret->has_machine = idle_ns >= a->idle_ns && busy_ns >= a->busy_ns;
	if (!ret->has_machine)
		return;
	ret->idle_ns = idle_ns - a->idle_ns;
	ret->busy_ns = busy_ns - a->busy_ns;
}

void around_done(struct around *a)
{
	free(a->tasks);
	memset(a, 0, sizeof(*a));
}
