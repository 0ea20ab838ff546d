#include "record/tick.h"

#include <stdlib.h>
#include <string.h>

static const struct {
	const char *name, *meaning;
} uncounteds[TASK_UNCOUNTEDS] = {
	[TASK_COUNTED] = { "counted", "is counted" },
	[TASK_IDLE] = { "idle", "it did not run" },
	[TASK_NEW] = { "new", "it is counted from now on" },
	[TASK_DENIED] = { "denied", "it is somebody else's" },
	[TASK_LIMIT] = { "limit", "busier tasks have the descriptors" },
	[TASK_GONE] = { "gone", "it ended before it could be counted" },
	[TASK_NOTHING] = { "nothing", "nothing can be counted here" },
};

const char *task_uncounted_name(enum task_uncounted why)
{
	return uncounteds[why].name;
}

const char *task_uncounted_meaning(enum task_uncounted why)
{
	return uncounteds[why].meaning;
}

void tick_done(struct tick *tick)
{
	free(tick->tasks);
	free(tick->slots);
	snapshot_done(&tick->counts);
	free(tick->cpus);
	free(tick->cpu_slots);
	snapshot_done(&tick->cpu_counts);
	free(tick->collector.limited);
	free(tick->texts);
	memset(tick, 0, sizeof(*tick));
}

struct task_number {
	pid_t pid, tid;
};

static int compare(const void *key, const void *item)
{
	const struct task_number *a = key;
	const struct task *b = item;

	if (a->pid != b->pid)
		return a->pid < b->pid ? -1 : 1;
	return a->tid < b->tid ? -1 : a->tid > b->tid;
}

const struct task *tick_find(const struct tick *tick, pid_t pid, pid_t tid)
{
	const struct task_number key = { .pid = pid, .tid = tid };

	if (!tick->ntasks)
		return NULL;
	return bsearch(&key, tick->tasks, tick->ntasks, sizeof(*tick->tasks),
		       compare);
}
