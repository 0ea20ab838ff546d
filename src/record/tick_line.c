/* A line of ticks, all but one task; see tick_parts.h. */
#include "record/tick_parts.h"

#include "base/auto.h"
#include "base/vec.h"

#include <errno.h>
#include <limits.h>
#include <string.h>

#define LOADS 3
#define AT(member) .offset = offsetof(struct tick, member)
#define OF_COLLECTOR(member) AT(collector.member), .max = LONG_MAX

static const struct field fields[] = {
	{ "at", FIELD_REAL, AT(at) },
	{ "time_ns", FIELD_U64, AT(time_ns) },
	{ "length_ns", FIELD_U64, AT(length_ns) },
	{ "has_threads", FIELD_BOOL, AT(has_threads) },
	{ "some", FIELD_BOOL, AT(some), .optional = true },
	{ "uptime_s", FIELD_REAL, AT(uptime_s) },
	{ "memory_bytes", FIELD_U64, AT(memory_bytes) },
	{ "memory_available_bytes", FIELD_U64, AT(memory_available_bytes) },
	{ "processes", FIELD_U32, AT(processes) },
	{ "threads", FIELD_U32, AT(threads) },
	{ "running", FIELD_U32, AT(running) },
};

static const struct field collector_fields[] = {
	{ "counted", FIELD_SIZE, OF_COLLECTOR(counted) },
	{ "ran", FIELD_SIZE, OF_COLLECTOR(ran) },
	{ "uncounted", FIELD_SIZE, OF_COLLECTOR(uncounted) },
	{ "descriptors", FIELD_SIZE, OF_COLLECTOR(descriptors) },
	{ "descriptors_max", FIELD_SIZE, OF_COLLECTOR(descriptors_max) },
	{ "limited", FIELD_TEXT, AT(collector.limited), .optional = true },
	{ "cost_ns", FIELD_U64, AT(collector.cost_ns) },
};

#undef AT
#define AT(member) .offset = offsetof(struct tick_cpu, member), .optional = true

static const struct field cpu_fields[] = {
	{ "user_ns", FIELD_U64, AT(user_ns) },
	{ "sys_ns", FIELD_U64, AT(sys_ns) },
	{ "idle_ns", FIELD_U64, AT(idle_ns) },
	{ "iowait_ns", FIELD_U64, AT(iowait_ns) },
	{ "irq_ns", FIELD_U64, AT(irq_ns) },
	{ "steal_ns", FIELD_U64, AT(steal_ns) },
};

/* ---- the rest ---- */

json_t *tick_write_rest(const struct tick *tick, size_t number, bool whole)
{
	json_t *o = json_object(), *load = json_array();
	json_t *collector = json_object();

	/* these three first: they are all that is read of most lines */
	json_object_set_new(o, "tick", fields_count(number));
	fields_write(o, fields, 1, tick);
	json_object_set_new(o, "whole", json_boolean(whole));
	fields_write(o, fields + 1, ARRAY_LEN(fields) - 1, tick);
	for (size_t i = 0; i < LOADS; i++)
		json_array_append_new(load, json_real(tick->load[i]));
	json_object_set_new(o, "load", load);
	json_object_set_new(collector, "name",
			    fields_text(tick->collector.name));
	fields_write(collector, collector_fields, ARRAY_LEN(collector_fields),
		     tick);
	json_object_set_new(o, "collector", collector);
	return o;
}

int tick_read_rest(const json_t *line, struct tick_texts *texts,
		   struct tick *tick, struct err *err)
{
	const json_t *load, *value, *collector;
	int bad = fields_read(line, fields, ARRAY_LEN(fields), tick, err);
	size_t i;

	if (bad < 0)
		return bad;
	load = fields_array(line, "load", LOADS, err);
	if (!load)
		return -EBADMSG;
	json_array_foreach(load, i, value)
	{
		if (!json_is_number(value))
			return fields_bad(err, "load", "not numbers");
		tick->load[i] = json_number_value(value);
	}
	collector = fields_object(line, "collector", err);
	if (!collector)
		return -EBADMSG;
	value = json_object_get(collector, "name");
	if (!json_is_string(value) && !json_is_null(value))
		return err_set(err, -EBADMSG, "collector: name: not a string");
	tick->collector.name =
		json_is_null(value) ? NULL : tick_texts_add(texts, value);
	if (fields_read(collector, collector_fields,
			ARRAY_LEN(collector_fields), tick, err) < 0)
		return err_prefix(err, "collector");
	return 0;
}

/* ---- CPUs ---- */

json_t *tick_write_cpu(const struct tick *tick, size_t index)
{
	const struct tick_cpu *cpu = &tick->cpus[index];
	json_t *o = json_object();

	json_object_set_new(o, "cpu", json_integer(cpu->cpu));
	for (size_t i = 0; i < ARRAY_LEN(cpu_fields); i++) {
		const char *at = (const char *)cpu + cpu_fields[i].offset;

		if (*(const uint64_t *)(const void *)at)
			fields_write(o, &cpu_fields[i], 1, cpu);
	}
	if (cpu->slot != TASK_NOT_COUNTED)
		tick_write_counts(o, &tick->cpu_counts, cpu->slot);
	return o;
}

/* How many elements of @list have counts. */
static int count_slots(const json_t *list, const char *key, size_t ncounters,
		       size_t *ret, struct err *err)
{
	const json_t *o;
	size_t i;

	*ret = 0;
	json_array_foreach(list, i, o)
	{
		int has = tick_has_counts(o, ncounters, err);

		if (has < 0)
			return err_prefix(err, "%s[%zu]", key, i);
		*ret += (size_t)has;
	}
	return 0;
}

static int read_cpu(const json_t *o, struct tick *tick, struct err *err)
{
	static const struct field number = { "cpu", FIELD_INT,
					     offsetof(struct tick_cpu, cpu),
					     .max = RECORDING_MOST };
	const struct tick_cpu *last =
		tick->ncpus ? &tick->cpus[tick->ncpus - 1] : NULL;
	struct tick_cpu cpu = { .slot = TASK_NOT_COUNTED };
	int bad = fields_read(o, &number, 1, &cpu, err);

	if (bad == 0)
		bad = fields_read(o, cpu_fields, ARRAY_LEN(cpu_fields), &cpu,
				  err);
	if (bad < 0)
		return bad;
	if (last && last->cpu >= cpu.cpu)
		return fields_bad(err, "cpu", "not in order");
	if (json_object_get(o, "raw")) {
		cpu.slot = tick->ncpu_slots++;
		tick->cpu_slots[cpu.slot] = (struct slot){
			.cpu = cpu.cpu, .pid = -1, .tid = -1, .cgroup = -1
		};
		bad = tick_read_counts(o, &tick->cpu_counts, cpu.slot, err);
	}
	VEC_PUSH(tick->cpus, tick->ncpus, cpu);
	return bad;
}

int tick_read_cpus(const json_t *line, size_t ncounters, struct tick *tick,
		   struct err *err)
{
	const json_t *list = fields_array(line, "cpus", RECORDING_MOST, err);
	const json_t *o;
	size_t i, nslots;

	if (!list || count_slots(list, "cpus", ncounters, &nslots, err) < 0)
		return -EBADMSG;
	snapshot_init(&tick->cpu_counts, ncounters, nslots);
	tick->cpu_counts.time_ns = tick->time_ns;
	tick->cpu_slots = xcalloc(nslots, sizeof(*tick->cpu_slots));
	json_array_foreach(list, i, o)
	{
		if (read_cpu(o, tick, err) < 0)
			return err_prefix(err, "cpus[%zu]", i);
	}
	return 0;
}

/* ---- tasks ---- */

static int order(pid_t pid, pid_t tid, const struct task *other)
{
	if (pid != other->pid)
		return pid < other->pid ? -1 : 1;
	return tid < other->tid ? -1 : tid > other->tid;
}

json_t *tick_write_gone(const struct task *before, size_t nbefore,
			const struct tick *now)
{
	json_t *list = json_array();
	size_t k = 0;

	for (size_t i = 0; i < nbefore; i++) {
		const struct task *b = &before[i];
		json_t *o;

		while (k < now->ntasks &&
		       order(b->pid, b->tid, &now->tasks[k]) > 0)
			k++;
		if (k < now->ntasks &&
		    order(b->pid, b->tid, &now->tasks[k]) == 0)
			continue;
		o = json_object();
		json_object_set_new(o, "pid", json_integer(b->pid));
		if (b->tid)
			json_object_set_new(o, "tid", json_integer(b->tid));
		json_array_append_new(list, o);
	}
	return list;
}

/* Walking through the tasks before, those that are gone and those of a line. */
struct merge {
	const json_t *gone;
	size_t ngone, next_gone;
	const struct task *before;
	size_t nbefore, next;
	struct tick_texts *texts;
	struct tick *tick;
};

/* Is the next one before gone?  It is then passed over. */
static int pass_gone(struct merge *m, struct err *err)
{
	const struct task *b = &m->before[m->next];
	pid_t pid, tid;

	if (m->next_gone >= m->ngone)
		return 0;
	if (tick_read_number(json_array_get(m->gone, m->next_gone), &pid, &tid,
			     err) < 0)
		return err_prefix(err, "gone[%zu]", m->next_gone);
	if (order(pid, tid, b) < 0)
		return err_set(err, -EBADMSG, "gone[%zu]: there was none such",
			       m->next_gone);
	if (order(pid, tid, b) > 0)
		return 0;
	m->next_gone++;
	m->next++;
	return 1;
}

/* All tasks before that are smaller did nothing, or are gone. */
static int keep_smaller(struct merge *m, pid_t pid, pid_t tid, struct err *err)
{
	while (m->next < m->nbefore) {
		const struct task *b = &m->before[m->next];
		int gone;

		if (order(pid, tid, b) <= 0)
			return 0;
		gone = pass_gone(m, err);
		if (gone < 0)
			return gone;
		if (gone)
			continue;
		m->tick->tasks[m->tick->ntasks++] = tick_task_idle(b);
		m->next++;
	}
	return 0;
}

static void take_slot(struct tick *tick, struct task *t)
{
	struct slot *slot = &tick->slots[tick->nslots];

	*slot = (struct slot){ .cpu = -1,
			       .pid = t->pid,
			       .tid = t->tid ? t->tid : -1,
			       .cgroup = -1 };
	memcpy(slot->comm, t->comm, sizeof(slot->comm));
	t->slot = tick->nslots++;
	t->uncounted = TASK_COUNTED;
}

static int merge_one(struct merge *m, const json_t *o, bool whole,
		     struct err *err)
{
	struct tick *tick = m->tick;
	bool fresh = whole || json_is_true(json_object_get(o, "new"));
	bool known;
	struct task t;
	pid_t pid, tid;
	int bad = tick_read_number(o, &pid, &tid, err);

	if (bad == 0)
		bad = keep_smaller(m, pid, tid, err);
	if (bad < 0)
		return bad;
	if (tick->ntasks &&
	    order(pid, tid, &tick->tasks[tick->ntasks - 1]) <= 0)
		return fields_bad(err, "pid", "not in order");
	known = m->next < m->nbefore &&
		order(pid, tid, &m->before[m->next]) == 0;
	if (!known && !fresh)
		return fields_bad(err, "pid", "nobody has told who it is");
	t = fresh ? tick_task_new(pid, tid)
		  : tick_task_idle(&m->before[m->next]);
	m->next += known;
	bad = tick_read_task(o, m->texts, &t, err);
	if (bad < 0)
		return bad;
	if (json_object_get(o, "raw")) {
		take_slot(tick, &t);
		bad = tick_read_counts(o, &tick->counts, t.slot, err);
	} else if (t.uncounted == TASK_COUNTED) {
		bad = fields_bad(err, "raw", "missing");
	}
	tick->tasks[tick->ntasks++] = t;
	return bad;
}

static int merge_all(struct merge *m, const json_t *list, bool whole,
		     struct err *err)
{
	const json_t *o;
	size_t i;

	json_array_foreach(list, i, o)
	{
		if (merge_one(m, o, whole, err) < 0)
			return err_prefix(err, "tasks[%zu]", i);
	}
	/* no number is as large */
	if (keep_smaller(m, INT_MAX, INT_MAX, err) < 0)
		return -EBADMSG;
	if (m->next_gone != m->ngone)
		return err_set(err, -EBADMSG, "gone[%zu]: there was none such",
			       m->next_gone);
	return 0;
}

int tick_read_tasks(const json_t *line, bool whole, const struct tick *before,
		    size_t ncounters, struct tick_texts *texts,
		    struct tick *tick, struct err *err)
{
	const json_t *list = fields_array(line, "tasks", SIZE_MAX, err);
	struct merge m = { .texts = texts, .tick = tick };
	size_t nslots;

	if (!list || count_slots(list, "tasks", ncounters, &nslots, err) < 0)
		return -EBADMSG;
	if (!whole) {
		m.gone = fields_array(line, "gone", SIZE_MAX, err);
		if (!m.gone)
			return -EBADMSG;
		m.ngone = json_array_size(m.gone);
		m.before = before->tasks;
		m.nbefore = before->ntasks;
	}
	snapshot_init(&tick->counts, ncounters, nslots);
	tick->counts.time_ns = tick->time_ns;
	tick->slots = xcalloc(nslots, sizeof(*tick->slots));
	tick->tasks = xcalloc(m.nbefore + json_array_size(list),
			      sizeof(*tick->tasks));
	return merge_all(&m, list, whole, err);
}
