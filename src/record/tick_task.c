/* A task in a line of ticks; see tick_parts.h. */
#include "record/tick_parts.h"

#include "base/auto.h"
#include "base/vec.h"

#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#define AT(member) .offset = offsetof(struct task, member), .optional = true

static const struct field fields[] = {
	{ "ppid", FIELD_INT, AT(ppid), .max = INT_MAX },
	{ "start_ticks", FIELD_U64, AT(start_ticks) },
	{ "uid", FIELD_U32, AT(uid) },
	{ "born", FIELD_BOOL, AT(born) },
	{ "kernel", FIELD_BOOL, AT(kernel) },
	{ "comm", FIELD_CHARS, AT(comm),
	  .max = sizeof(((struct task *)0)->comm) },
	{ "threads", FIELD_U32, AT(threads) },
	{ "cpu", FIELD_INT, AT(cpu), .min = -1, .max = RECORDING_MOST },
	{ "user_ns", FIELD_U64, AT(user_ns) },
	{ "sys_ns", FIELD_U64, AT(sys_ns) },
	{ "minor_faults", FIELD_U64, AT(minor_faults) },
	{ "major_faults", FIELD_U64, AT(major_faults) },
	{ "has_wait", FIELD_BOOL, AT(has_wait) },
	{ "wait_ns", FIELD_U64, AT(wait_ns) },
	{ "has_switches", FIELD_BOOL, AT(has_switches) },
	{ "voluntary_switches", FIELD_U64, AT(voluntary_switches) },
	{ "involuntary_switches", FIELD_U64, AT(involuntary_switches) },
	{ "rss_bytes", FIELD_U64, AT(rss_bytes) },
	{ "threads_uncounted", FIELD_U32, AT(threads_uncounted) },
};

struct task tick_task_new(pid_t pid, pid_t tid)
{
	return (struct task){ .pid = pid,
			      .tid = tid,
			      .state = 'S',
			      .command = "",
			      .cgroup = "",
			      .cpu = -1,
			      .slot = TASK_NOT_COUNTED,
			      .uncounted = TASK_IDLE };
}

struct task tick_task_idle(const struct task *before)
{
	struct task t = *before;

	t.born = false;
	t.user_ns = t.sys_ns = 0;
	t.minor_faults = t.major_faults = 0;
	t.wait_ns = 0;
	t.voluntary_switches = t.involuntary_switches = 0;
	t.slot = TASK_NOT_COUNTED;
	t.uncounted = TASK_IDLE;
	t.threads_uncounted = 0;
	return t;
}

/* ---- texts ---- */

void tick_texts_done(struct tick_texts *texts)
{
	for (size_t i = 0; i < texts->n; i++)
		free(texts->items[i]);
	free(texts->items);
	memset(texts, 0, sizeof(*texts));
}

const char *tick_texts_add(struct tick_texts *texts, const json_t *value)
{
	char *text = fields_clean(value);

	if (!text)
		return "";
	VEC_PUSH(texts->items, texts->n, text);
	return text;
}

/* ---- writing ---- */

static bool differ(const struct field *f, const struct task *a,
		   const struct task *b)
{
	const char *x = (const char *)a + f->offset;
	const char *y = (const char *)b + f->offset;

	if (f->kind == FIELD_CHARS)
		return strcmp(x, y) != 0;
	if (f->kind == FIELD_BOOL)
		return *(const bool *)x != *(const bool *)y;
	if (f->kind == FIELD_U64)
		return *(const uint64_t *)x != *(const uint64_t *)y;
	return *(const uint32_t *)x != *(const uint32_t *)y;
}

static json_t *begin(json_t *o, const struct task *t)
{
	if (o)
		return o;
	o = json_object();
	json_object_set_new(o, "pid", json_integer(t->pid));
	if (t->tid)
		json_object_set_new(o, "tid", json_integer(t->tid));
	return o;
}

static json_t *set(json_t *o, const struct task *t, const char *key,
		   const char *text)
{
	o = begin(o, t);
	json_object_set_new(o, key, fields_text(text));
	return o;
}

json_t *tick_write_task(const struct task *t, const struct task *expected)
{
	const char state[] = { t->state, '\0' };
	json_t *o = NULL;

	for (size_t i = 0; i < ARRAY_LEN(fields); i++) {
		if (!differ(&fields[i], t, expected))
			continue;
		o = begin(o, t);
		fields_write(o, &fields[i], 1, t);
	}
	if (t->state != expected->state)
		o = set(o, t, "state", state);
	if (strcmp(t->command, expected->command) != 0)
		o = set(o, t, "command", t->command);
	if (strcmp(t->cgroup, expected->cgroup) != 0)
		o = set(o, t, "cgroup", t->cgroup);
	if (t->slot != TASK_NOT_COUNTED)
		return begin(o, t);
	if (t->uncounted != expected->uncounted)
		o = set(o, t, "uncounted", task_uncounted_name(t->uncounted));
	return o;
}

/* ---- reading ---- */

int tick_read_number(const json_t *o, pid_t *pid, pid_t *tid, struct err *err)
{
	static const struct field numbers[] = {
		{ "pid", FIELD_INT, offsetof(struct task, pid),
		  .max = INT_MAX - 1 },
		{ "tid", FIELD_INT, offsetof(struct task, tid),
		  .optional = true, .max = INT_MAX - 1 },
	};
	struct task t = { 0 };
	int bad = fields_read(o, numbers, ARRAY_LEN(numbers), &t, err);

	if (bad < 0)
		return bad;
	*pid = t.pid;
	*tid = t.tid;
	return 0;
}

static int read_uncounted(const json_t *o, struct task *t, struct err *err)
{
	const json_t *value = json_object_get(o, "uncounted");
	const char *name = json_string_value(value);

	if (!value)
		return 0;
	for (int i = 0; name && i < TASK_UNCOUNTEDS; i++) {
		enum task_uncounted why = (enum task_uncounted)i;

		if (strcmp(task_uncounted_name(why), name) != 0)
			continue;
		t->uncounted = why;
		return 0;
	}
	return fields_bad(err, "uncounted", "not one of the known words");
}

static int read_state(const json_t *o, struct task *t, struct err *err)
{
	const json_t *value = json_object_get(o, "state");
	const char *state = json_string_value(value);

	if (!value)
		return 0;
	if (!state || state[0] <= ' ' || state[0] > '~' || state[1])
		return fields_bad(err, "state", "not one letter");
	t->state = state[0];
	return 0;
}

static int read_text(const json_t *o, const char *key, struct tick_texts *texts,
		     const char **ret, struct err *err)
{
	const json_t *value = json_object_get(o, key);

	if (!value)
		return 0;
	if (!json_is_string(value))
		return fields_bad(err, key, "not a string");
	*ret = tick_texts_add(texts, value);
	return 0;
}

int tick_read_task(const json_t *o, struct tick_texts *texts, struct task *t,
		   struct err *err)
{
	int bad = fields_read(o, fields, ARRAY_LEN(fields), t, err);

	if (bad == 0)
		bad = read_state(o, t, err);
	if (bad == 0)
		bad = read_text(o, "command", texts, &t->command, err);
	if (bad == 0)
		bad = read_text(o, "cgroup", texts, &t->cgroup, err);
	if (bad == 0)
		bad = read_uncounted(o, t, err);
	return bad;
}
