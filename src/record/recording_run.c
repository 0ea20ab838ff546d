/* The line of a run; see recording_parts.h. */
#include "record/recording_parts.h"

#include "base/auto.h"
#include "base/vec.h"

#include <errno.h>
#include <limits.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#define SLOTS_MOST (1 << 20)
#define AT(member) .offset = offsetof(struct run, member)

static const struct field run_fields[] = {
	{ "start_ns", FIELD_U64, AT(start_ns), .optional = true },
	{ "at_ns", FIELD_U64, AT(total.time_ns) },
	{ "wall_ns", FIELD_U64, AT(wall_ns) },
	{ "on_ns", FIELD_U64, AT(on_ns) },
	{ "user_ns", FIELD_U64, AT(user_ns) },
	{ "sys_ns", FIELD_U64, AT(sys_ns) },
	{ "maxrss_kib", FIELD_LONG, AT(maxrss_kib), .max = LONG_MAX },
	{ "newcomers", FIELD_SIZE, AT(newcomers), .max = LONG_MAX },
	{ "has_rusage", FIELD_BOOL, AT(has_rusage) },
	{ "wait_status", FIELD_INT, AT(wait_status), .min = INT_MIN,
	  .max = INT_MAX },
	{ "voluntary_switches", FIELD_U64, AT(usage.voluntary_switches) },
	{ "involuntary_switches", FIELD_U64, AT(usage.involuntary_switches) },
	{ "minor_faults", FIELD_U64, AT(usage.minor_faults) },
	{ "major_faults", FIELD_U64, AT(usage.major_faults) },
	{ "blocks_in", FIELD_U64, AT(usage.blocks_in) },
	{ "blocks_out", FIELD_U64, AT(usage.blocks_out) },
	{ "has_main_wait", FIELD_BOOL, AT(usage.has_main_wait) },
	{ "main_wait_ns", FIELD_U64, AT(usage.main_wait_ns) },
	{ "main_cpu_ns", FIELD_U64, AT(usage.main_cpu_ns) },
	{ "beside", FIELD_BOOL, AT(beside), .optional = true },
	{ "has_machine", FIELD_BOOL, AT(around.has_machine), .optional = true },
	{ "machine_idle_ns", FIELD_U64, AT(around.idle_ns), .optional = true },
	{ "machine_busy_ns", FIELD_U64, AT(around.busy_ns), .optional = true },
	{ "has_tasks", FIELD_BOOL, AT(around.has_tasks), .optional = true },
	{ "tasks_wait_ns", FIELD_U64, AT(around.tasks_wait_ns),
	  .optional = true },
	{ "tasks_cpu_ns", FIELD_U64, AT(around.tasks_cpu_ns),
	  .optional = true },
	{ "has_steal", FIELD_BOOL, AT(has_steal), .optional = true },
	{ "steal_ns", FIELD_U64, AT(steal_ns), .optional = true },
};

static const struct field slot_fields[] = {
	{ "cpu", FIELD_INT, offsetof(struct slot, cpu), .min = -1,
	  .max = RECORDING_MOST },
	{ "pid", FIELD_INT, offsetof(struct slot, pid), .min = -1,
	  .max = INT_MAX },
	{ "tid", FIELD_INT, offsetof(struct slot, tid), .min = -1,
	  .max = INT_MAX },
	{ "cgroup", FIELD_INT, offsetof(struct slot, cgroup), .min = -1,
	  .max = RECORDING_MOST },
	{ "comm", FIELD_CHARS, offsetof(struct slot, comm), .max = 16 },
};

/* ---- writing ---- */

/* One for all slots where they agree: mostly they do. */
static json_t *write_states(const struct snapshot *snap, size_t counter)
{
	json_t *list = json_array();
	bool alike = true;

	for (size_t s = 0; s < snap->nslots; s++) {
		enum reading_state state = snapshot_at(snap, counter, s)->state;

		alike &= state == snapshot_at(snap, counter, 0)->state;
		json_array_append_new(list,
				      json_string(reading_state_name(state)));
	}
	if (snap->nslots && alike) {
		json_t *one = json_incref(json_array_get(list, 0));

		json_decref(list);
		return one;
	}
	return list;
}

static json_t *write_counter(const struct run *run, size_t counter)
{
	const struct snapshot *snap = &run->total;
	json_t *o = json_object(), *raw = json_array(), *enabled = json_array();
	json_t *running = json_array();

	for (size_t s = 0; s < snap->nslots; s++) {
		const struct reading *r = snapshot_at(snap, counter, s);

		json_array_append_new(raw, fields_count(r->raw));
		json_array_append_new(enabled, fields_count(r->enabled_ns));
		json_array_append_new(running, fields_count(r->running_ns));
	}
	json_object_set_new(o, "raw", raw);
	json_object_set_new(o, "enabled_ns", enabled);
	json_object_set_new(o, "running_ns", running);
	json_object_set_new(o, "state", write_states(snap, counter));
	if (!run->notes)
		return o;
	if (run->notes[counter].user_only)
		json_object_set_new(o, "user_only", json_true());
	if (run->notes[counter].why.code)
		json_object_set_new(o, "why",
				    fields_err(&run->notes[counter].why));
	return o;
}

static json_t *write_slots(const struct run *run)
{
	json_t *list = json_array();

	for (size_t i = 0; i < run->nslots; i++) {
		json_t *o = json_object();

		fields_write(o, slot_fields, ARRAY_LEN(slot_fields),
			     &run->slots[i]);
		json_array_append_new(list, o);
	}
	return list;
}

static json_t *write_spread(const struct spreads *s)
{
	json_t *list = json_array();

	for (size_t i = 0; i < s->nslots * s->per_slot; i++)
		json_array_append_new(
			list,
			json_real(isfinite(s->sums[i]) ? s->sums[i] : -1.0));
	return list;
}

static json_t *write_kinds(unsigned kinds)
{
	json_t *list = json_array();

	for (unsigned i = 0; i < DISTURBANCE_KINDS; i++)
		if (kinds & (1u << i))
			json_array_append_new(list,
					      json_string(disturbance_name(i)));
	return list;
}

json_t *recording_write_run(const struct recording *r, size_t index,
			    const struct disturbance *disturbance)
{
	const struct run *run = &r->series.runs[index];
	const struct spreads *spread = run->total.spread;
	json_t *o = json_object(), *counters = json_array();

	json_object_set_new(o, "run", fields_count(index + 1));
	recording_write_turn(r, index, o);
	fields_write(o, run_fields, ARRAY_LEN(run_fields), run);
	json_object_set_new(o, "slots", write_slots(run));
	for (size_t i = 0; i < run->total.ncounters; i++)
		json_array_append_new(counters, write_counter(run, i));
	json_object_set_new(o, "counters", counters);
	if (spread && spread->nslots > 0 && spread->per_slot > 0)
		json_object_set_new(o, "spread", write_spread(spread));
	json_object_set_new(o, "remarks",
			    fields_texts(run->remarks, run->nremarks));
	/* for other readers: ours judges anew */
	json_object_set_new(o, "disturbed", write_kinds(disturbance->kinds));
	return o;
}

/* ---- reading ---- */

static int read_slots(const json_t *line, const struct recording *r,
		      struct run *run, struct err *err)
{
	const json_t *list = fields_array(line, "slots", SLOTS_MOST, err);
	const json_t *o;
	size_t i;

	if (!list)
		return -EBADMSG;
	json_array_foreach(list, i, o)
	{
		struct slot slot = { 0 };
		int bad = fields_read(o, slot_fields, ARRAY_LEN(slot_fields),
				      &slot, err);

		if (bad == 0 && slot.cgroup >= (int)r->target.ncgroups)
			bad = fields_bad(err, "cgroup", "there is none such");
		if (bad < 0)
			return err_prefix(err, "slots[%zu]", i);
		VEC_PUSH(run->slots, run->nslots, slot);
	}
	return 0;
}

static int read_state(const json_t *state, size_t slot, struct reading *ret)
{
	const char *name = json_string_value(
		json_is_array(state) ? json_array_get(state, slot) : state);

	for (int i = 0; name && i < READING_STATES; i++) {
		if (strcmp(reading_state_name((enum reading_state)i), name))
			continue;
		ret->state = (enum reading_state)i;
		return 0;
	}
	return -EBADMSG;
}

static int read_counter(const json_t *o, struct run *run, size_t counter,
			struct err *err)
{
	static const char *const keys[] = { "raw", "enabled_ns", "running_ns" };
	const json_t *lists[3], *flag = json_object_get(o, "user_only");
	const json_t *state = json_object_get(o, "state");

	for (size_t i = 0; i < ARRAY_LEN(keys); i++) {
		lists[i] = fields_array(o, keys[i], run->nslots, err);
		if (!lists[i])
			return -EBADMSG;
		if (json_array_size(lists[i]) != run->nslots)
			return fields_bad(err, keys[i],
					  "not one for each slot");
	}
	for (size_t s = 0; s < run->nslots; s++) {
		struct reading *r = snapshot_at(&run->total, counter, s);
		uint64_t *into[] = { &r->raw, &r->enabled_ns, &r->running_ns };

		for (size_t i = 0; i < ARRAY_LEN(keys); i++)
			if (!fields_is_count(json_array_get(lists[i], s),
					     into[i]))
				return fields_bad(err, keys[i], "not a count");
		if (read_state(state, s, r) < 0)
			return fields_bad(err, "state",
					  "not one for each slot");
		if (r->state == READING_SCALED && !r->running_ns)
			return fields_bad(err, "state",
					  "an estimate of what never ran");
	}
	run->notes[counter].user_only = json_is_true(flag);
	return fields_read_err(o, "why", &run->notes[counter].why, err);
}

/* As many as the list has, so memory is bounded by the file's size. */
static int read_counters(const json_t *line, const struct recording *r,
			 struct run *run, struct err *err)
{
	const json_t *list =
		fields_array(line, "counters", r->plan.ncounters, err);
	const json_t *o;
	size_t i;

	if (!list)
		return -EBADMSG;
	if (json_array_size(list) != r->plan.ncounters)
		return fields_bad(err, "counters",
				  "not one for each event of a group");
	json_array_foreach(list, i, o)
	{
		const json_t *raw = json_object_get(o, "raw");

		if (json_array_size(raw) != run->nslots)
			return err_set(err, -EBADMSG,
				       "counters[%zu]: raw: not one for each "
				       "slot",
				       i);
	}
	run->notes = xcalloc(r->plan.ncounters, sizeof(*run->notes));
	snapshot_init(&run->total, r->plan.ncounters, run->nslots);
	json_array_foreach(list, i, o)
	{
		if (read_counter(o, run, i, err) < 0)
			return err_prefix(err, "counters[%zu]", i);
	}
	return 0;
}

static int read_spread(const json_t *line, const struct recording *r,
		       struct run *run, struct err *err)
{
	const json_t *list = json_object_get(line, "spread"), *value;
	AUTO_FREE double *sums = NULL;
	size_t i;

	if (!list)
		return 0;
	sums = xcalloc(json_array_size(list) + 1, sizeof(*sums));
	json_array_foreach(list, i, value)
	{
		if (!json_is_number(value))
			return fields_bad(err, "spread", "not numbers");
		sums[i] = json_number_value(value);
	}
	run->total.spread = spreads_restore(&r->plan, run->nslots, sums,
					    json_array_size(list));
	if (!run->total.spread)
		return fields_bad(err, "spread",
				  "not what the groups and slots would have");
	return 0;
}

int recording_read_run(const json_t *line, struct recording *r, struct err *err)
{
	struct run run = { 0 };
	uint64_t number, at_ns;
	int bad;

	if (!fields_is_count(json_object_get(line, "run"), &number) ||
	    number != r->series.nruns + 1)
		return err_set(err, -EBADMSG, "run: not run %zu",
			       r->series.nruns + 1);
	bad = fields_read(line, run_fields, ARRAY_LEN(run_fields), &run, err);
	at_ns = run.total.time_ns;
	if (bad == 0)
		bad = recording_read_turn(line, r, err);
	if (bad == 0)
		bad = read_slots(line, r, &run, err);
	if (bad == 0)
		bad = read_counters(line, r, &run, err);
	if (bad == 0)
		bad = read_spread(line, r, &run, err);
	if (bad == 0)
		bad = fields_read_texts(line, "remarks", RECORDING_MOST,
					&run.remarks, &run.nremarks, err);
	if (bad < 0) {
		run_done(&run);
		return bad;
	}
	run.total.time_ns = at_ns;
	VEC_PUSH(r->series.runs, r->series.nruns, run);
	return 0;
}
