/* A tick that is kept; see last_tick.h. */
#include "analyze/tasks/last_tick.h"

#include "base/auto.h"
#include "base/strbuf.h"
#include "base/xalloc.h"

#include <stdlib.h>
#include <string.h>

/* ---- names for tasks ---- */

/* The mixer of splitmix64: every bit of @x changes half of the result's. */
static uint64_t mix(uint64_t x)
{
	x += 0x9e3779b97f4a7c15u;
	x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9u;
	x = (x ^ (x >> 27)) * 0x94d049bb133111ebu;
	return x ^ (x >> 31);
}

uint64_t task_id(const struct task *task)
{
	uint64_t numbers =
		(uint64_t)(uint32_t)task->pid << 32 | (uint32_t)task->tid;

	return mix(mix(numbers) + task->start_ticks);
}

uint64_t user_id(uid_t uid)
{
	return mix(mix((uint64_t)'u' << 56) + uid);
}

uint64_t cgroup_id(const char *path)
{
	uint64_t h = 14695981039346656037u; /* FNV-1a */

	for (; *path; path++)
		h = (h ^ (unsigned char)*path) * 1099511628211u;
	return mix(h);
}

/* ---- ticks ---- */

static void *copy_of(const void *from, size_t n, size_t size)
{
	void *ret = xmalloc(n ? n * size : 1);

	if (n)
		memcpy(ret, from, n * size);
	return ret;
}

static void take_snapshot(struct snapshot *ret, const struct snapshot *from)
{
	*ret = *from;
	ret->spread = NULL;
	ret->readings = copy_of(from->readings, from->ncounters * from->nslots,
				sizeof(*from->readings));
}

/* Where texts will be; those of neighbours are often the same. */
struct place {
	const char *last;
	size_t at;
};

static size_t put(struct strbuf *b, struct place *p, const char *text)
{
	if (!text)
		text = "";
	if (p->last && (p->last == text || !strcmp(p->last, text)))
		return p->at;
	p->last = text;
	p->at = b->len;
	strbuf_add(b, text, strlen(text) + 1);
	return p->at;
}

static void take_tasks(struct tick *ret, const struct tick *from)
{
	AUTO_FREE size_t *at = xcalloc(2 * from->ntasks + 1, sizeof(*at));
	struct place command = { 0 }, cgroup = { 0 };
	struct strbuf texts = { 0 };

	for (size_t i = 0; i < from->ntasks; i++) {
		at[2 * i] = put(&texts, &command, from->tasks[i].command);
		at[2 * i + 1] = put(&texts, &cgroup, from->tasks[i].cgroup);
	}
	ret->texts = strbuf_detach(&texts);
	ret->tasks = copy_of(from->tasks, from->ntasks, sizeof(*from->tasks));
	for (size_t i = 0; i < from->ntasks; i++) {
		ret->tasks[i].command = ret->texts + at[2 * i];
		ret->tasks[i].cgroup = ret->texts + at[2 * i + 1];
	}
}

void last_tick_take(struct tick *look, const struct tick *tick)
{
	tick_done(look);
	*look = *tick;
	take_tasks(look, tick);
	look->slots = copy_of(tick->slots, tick->nslots, sizeof(*tick->slots));
	take_snapshot(&look->counts, &tick->counts);
	look->cpus = copy_of(tick->cpus, tick->ncpus, sizeof(*tick->cpus));
	look->cpu_slots = copy_of(tick->cpu_slots, tick->ncpu_slots,
				  sizeof(*tick->cpu_slots));
	take_snapshot(&look->cpu_counts, &tick->cpu_counts);
	if (tick->collector.limited)
		look->collector.limited = xstrdup(tick->collector.limited);
}
