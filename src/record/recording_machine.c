/* The machine in a recording; see recording_parts.h. */
#include "record/recording_parts.h"

#include "base/auto.h"
#include "base/vec.h"

#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

/* ---- provenance ---- */

static json_t *write_provenance(const struct provenance *p)
{
	json_t *o = json_object();

	for (int i = 0; i < PROVENANCES; i++)
		json_object_set_new(o, provenance_key((enum provenance_what)i),
				    fields_text(p->items[i]));
	json_object_set_new(o, "variables",
			    fields_texts(p->variables, p->nvariables));
	return o;
}

static int read_provenance(const json_t *header, struct provenance *p,
			   struct err *err)
{
	const json_t *o = fields_object(header, "provenance", err);

	if (!o)
		return -EBADMSG;
	for (int i = 0; i < PROVENANCES; i++) {
		const char *key = provenance_key((enum provenance_what)i);
		const json_t *value = json_object_get(o, key);

		if (value && !json_is_string(value) && !json_is_null(value))
			return fields_bad(err, key, "not a string");
		p->items[i] = fields_clean(value);
	}
	return fields_read_texts(o, "variables", RECORDING_MOST, &p->variables,
				 &p->nvariables, err);
}

/* ---- CPU ---- */

static const char *const arches[] = {
	[CPU_ARCH_X86] = "x86",
	[CPU_ARCH_ARM64] = "arm64",
	[CPU_ARCH_RISCV] = "riscv",
	[CPU_ARCH_OTHER] = "other",
};
_Static_assert(ARRAY_LEN(arches) == CPU_ARCH_OTHER + 1, "one each");

#define AT(member) .offset = offsetof(struct cpu, member)
#define CHARS(member) AT(member), .max = sizeof(((struct cpu *)0)->member)
#define NUMBER(member) AT(member), .min = -1, .max = INT_MAX

static const struct field cpu_fields[] = {
	{ "arch", FIELD_ENUM, AT(arch), .max = CPU_ARCH_OTHER,
	  .names = arches },
	{ "vendor", FIELD_CHARS, CHARS(vendor) },
	{ "model_name", FIELD_CHARS, CHARS(model_name) },
	{ "family", FIELD_INT, NUMBER(family) },
	{ "model", FIELD_INT, NUMBER(model) },
	{ "stepping", FIELD_INT, NUMBER(stepping) },
	{ "midr", FIELD_U64, AT(midr) },
	{ "riscv_id", FIELD_CHARS, CHARS(riscv_id) },
	{ "hypervisor", FIELD_CHARS, CHARS(hypervisor) },
	{ "platform", FIELD_CHARS, CHARS(platform) },
};

static const struct field core_fields[] = {
	{ "pmu", FIELD_TEXT, offsetof(struct cpu_core_type, pmu) },
	{ "pmu_type", FIELD_U32, offsetof(struct cpu_core_type, pmu_type) },
};

static json_t *write_cpu(const struct cpu *cpu)
{
	json_t *o = json_object(), *types = json_array();

	fields_write(o, cpu_fields, ARRAY_LEN(cpu_fields), cpu);
	for (size_t i = 0; i < cpu->ncore_types; i++) {
		const struct cpu_core_type *type = &cpu->core_types[i];
		AUTO_FREE char *cpus = cpuset_format(&type->cpus);
		json_t *t = json_object();

		fields_write(t, core_fields, ARRAY_LEN(core_fields), type);
		json_object_set_new(t, "cpus", fields_text(cpus));
		json_array_append_new(types, t);
	}
	json_object_set_new(o, "core_types", types);
	return o;
}

static int read_cpu(const json_t *header, struct cpu *cpu, struct err *err)
{
	const json_t *o = fields_object(header, "cpu", err), *types, *t;
	int bad =
		o ? fields_read(o, cpu_fields, ARRAY_LEN(cpu_fields), cpu, err)
		  : -EBADMSG;
	size_t i;

	if (bad < 0)
		return bad;
	types = fields_array(o, "core_types", RECORDING_CORE_TYPES, err);
	if (!types)
		return -EBADMSG;
	json_array_foreach(types, i, t)
	{
		const char *cpus =
			json_string_value(json_object_get(t, "cpus"));
		struct cpu_core_type type = { 0 };

		bad = fields_read(t, core_fields, ARRAY_LEN(core_fields), &type,
				  err);
		if (bad == 0 &&
		    (!cpus || cpuset_parse(cpus, &type.cpus, NULL) < 0))
			bad = fields_bad(err, "cpus", "no list of CPUs");
		VEC_PUSH(cpu->core_types, cpu->ncore_types, type);
		if (bad < 0)
			return err_prefix(err, "core_types[%zu]", i);
	}
	return 0;
}

/* ---- topology ---- */

#undef AT
#define AT(member) .offset = offsetof(struct topology_cpu, member)
#define PLACE(member) AT(member), .min = -1, .max = INT_MAX

static const struct field place_fields[] = {
	{ "cpu", FIELD_INT, AT(cpu), .max = RECORDING_MOST },
	{ "socket", FIELD_INT, PLACE(socket) },
	{ "die", FIELD_INT, PLACE(die) },
	{ "core", FIELD_INT, PLACE(core) },
	{ "node", FIELD_INT, PLACE(node) },
};

#undef AT
#define AT(member) .offset = offsetof(struct topology, member), .max = INT_MAX

static const struct field topology_fields[] = {
	{ "threads_per_core", FIELD_INT, AT(threads_per_core) },
	{ "cores", FIELD_INT, AT(ncores) },
	{ "sockets", FIELD_INT, AT(nsockets) },
	{ "nodes", FIELD_INT, AT(nnodes) },
};

static json_t *write_topology(const struct recording *r)
{
	const struct topology *t = &r->topology;
	json_t *o = json_object(), *cpus = json_array();

	if (!r->has_topology) {
		json_decref(o);
		json_decref(cpus);
		return json_null();
	}
	fields_write(o, topology_fields, ARRAY_LEN(topology_fields), t);
	for (size_t i = 0; i < t->ncpus; i++) {
		json_t *cpu = json_object();

		fields_write(cpu, place_fields, ARRAY_LEN(place_fields),
			     &t->cpus[i]);
		json_array_append_new(cpus, cpu);
	}
	json_object_set_new(o, "cpus", cpus);
	return o;
}

static int read_topology(const json_t *header, struct recording *r,
			 struct err *err)
{
	const json_t *o = json_object_get(header, "topology"), *cpus, *c;
	struct topology *t = &r->topology;
	size_t i;
	int bad;

	if (!o || json_is_null(o))
		return 0;
	bad = fields_read(o, topology_fields, ARRAY_LEN(topology_fields), t,
			  err);
	cpus = bad == 0 ? fields_array(o, "cpus", RECORDING_MOST, err) : NULL;
	if (!cpus)
		return err_prefix(err, "topology");
	json_array_foreach(cpus, i, c)
	{
		struct topology_cpu cpu = { 0 };

		bad = fields_read(c, place_fields, ARRAY_LEN(place_fields),
				  &cpu, err);
		if (bad == 0 && i && cpu.cpu <= t->cpus[i - 1].cpu)
			bad = fields_bad(err, "cpu", "not in order");
		if (bad < 0)
			return err_prefix(err, "topology: cpus[%zu]", i);
		VEC_PUSH(t->cpus, t->ncpus, cpu);
		cpuset_add(&t->online, cpu.cpu);
	}
	r->has_topology = true;
	return 0;
}

/* ---- facts ---- */

/* Constants are the catalog's, which is asked again. */
static json_t *write_facts(const struct facts *facts)
{
	json_t *o = json_object();

	for (size_t i = 0; i < facts->n; i++) {
		const struct fact *f = &facts->items[i];
		const struct fact_kind *kind = fact_find(f->name);

		if (!kind || kind->origin != FACT_OF_MACHINE)
			continue;
		json_object_set_new(o, f->name,
				    f->absent ? fields_text(f->absent)
					      : json_real(f->number));
	}
	return o;
}

static int read_facts(const json_t *header, struct recording *r,
		      struct err *err)
{
	const json_t *o = fields_object(header, "facts", err);

	if (!o)
		return -EBADMSG;
	for (size_t i = 0; i < fact_nkinds; i++) {
		const struct fact_kind *kind = &fact_kinds[i];
		const json_t *value = json_object_get(o, kind->name);

		if (!value || kind->origin != FACT_OF_MACHINE)
			continue;
		if (json_is_number(value)) {
			facts_set(&r->facts, kind->name,
				  json_number_value(value));
			continue;
		}
		if (!json_is_string(value))
			return fields_bad(err, kind->name,
					  "neither a number nor a reason");
		VEC_PUSH(r->texts, r->ntexts, fields_clean(value));
		facts_set_absent(&r->facts, kind->name,
				 r->texts[r->ntexts - 1]);
	}
	return 0;
}

void recording_write_machine(const struct recording *r, json_t *header)
{
	json_object_set_new(header, "provenance",
			    write_provenance(&r->provenance));
	json_object_set_new(header, "cpu", write_cpu(&r->cpu));
	json_object_set_new(header, "topology", write_topology(r));
	json_object_set_new(header, "facts", write_facts(&r->facts));
}

int recording_read_machine(const json_t *header, struct recording *r,
			   struct err *err)
{
	if (read_provenance(header, &r->provenance, err) < 0)
		return err_prefix(err, "provenance");
	if (read_cpu(header, &r->cpu, err) < 0)
		return err_prefix(err, "cpu");
	if (read_topology(header, r, err) < 0)
		return -EBADMSG;
	if (read_facts(header, r, err) < 0)
		return err_prefix(err, "facts");
	return 0;
}
