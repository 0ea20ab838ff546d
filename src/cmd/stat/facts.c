/*
 * What formulas and rules may know of the machine without counting: its CPUs,
 * what calibration has found, the constants of its files.
 */
#include "cmd/stat/job.h"

#include "base/auto.h"
#include "base/log.h"
#include "base/xalloc.h"
#include "cpu/tsc.h"
#include "record/ceilings.h"

#include <string.h>
#include <unistd.h>

bool stat_facts_are_used(const struct metric_list *list)
{
	for (size_t i = 0; i < list->n; i++)
		for (size_t k = 0; k < list->items[i].nnames; k++) {
			const struct metric_name *n = &list->items[i].names[k];
			const struct fact_kind *kind = fact_find(n->name);

			if (n->kind == METRIC_NAME_FACT &&
			    kind->origin == FACT_OF_MACHINE)
				return true;
		}
	return false;
}

static bool names_fact(const struct metric *m, const char *name)
{
	for (size_t i = 0; i < m->nnames; i++)
		if (!strcmp(m->names[i].name, name))
			return true;
	return false;
}

static int count_dies(const struct topology *t)
{
	int dies = 0;

	for (size_t i = 0; i < t->ncpus; i++) {
		const struct topology_cpu *c = &t->cpus[i];
		bool seen = false;

		for (size_t k = 0; k < i && !seen; k++)
			seen = t->cpus[k].socket == c->socket &&
			       t->cpus[k].die == c->die;
		dies += !seen;
	}
	return dies;
}

static void add_topology(struct stat_job *j)
{
	struct err err = { 0 };

	if (!j->has_topology &&
	    topology_load(&j->root, &j->topology, &err) < 0) {
		log_say(1, "%s", err.what);
		return;
	}
	j->has_topology = true;
	facts_set(&j->machine, "num_cpus", (double)j->topology.ncpus);
	facts_set(&j->machine, "num_cores", j->topology.ncores);
	facts_set(&j->machine, "num_packages", j->topology.nsockets);
	facts_set(&j->machine, "num_dies", count_dies(&j->topology));
	facts_set(&j->machine, "smt_on", j->topology.threads_per_core > 1);
	/* of chosen CPUs it is not looked up whose siblings are among them */
	facts_set(&j->machine, "core_wide",
		  j->options.system_wide && !j->options.per_thread &&
			  !j->options.cpus && !j->options.cgroups.n);
}

/* Why there are none is the reason of each. */
static void add_ceilings(struct stat_job *j)
{
	AUTO_FREE char *machine =
		ceilings_machine(resolver_cpu(j->resolver), j->topology.ncpus);
	struct ceilings ceilings = { 0 };
	int r = ceilings_load(machine, &ceilings, &j->uncalibrated);

	for (int i = 0; i < CEILINGS; i++) {
		const char *name = ceiling_name((enum ceiling)i);

		if (r == 0 && ceilings.value[i] > 0.0)
			facts_set(&j->machine, name, ceilings.value[i]);
		else if (r == 0)
			facts_set_absent(&j->machine, name,
					 "calibration could not measure it");
		else
			facts_set_absent(&j->machine, name,
					 j->uncalibrated.what);
	}
}

/* It takes some milliseconds, and says something only beside these cycles. */
static void add_tsc(struct stat_job *j)
{
	bool wanted = false;
	struct err err = { 0 };
	double hz;

	for (size_t i = 0; i < j->events.list.n && !wanted; i++)
		wanted = !strcmp(j->events.list.items[i]->base, "ref_cycles");
	for (size_t i = 0; i < j->metrics.list.n && !wanted; i++)
		wanted = names_fact(&j->metrics.list.items[i], "tsc_hz");
	if (wanted && tsc_measure_hz(&hz, &err) == 0)
		facts_set(&j->machine, "tsc_hz", hz);
}

void stat_facts_machine(struct stat_job *j)
{
	if (j->knows_machine)
		return;
	j->knows_machine = true;
	add_topology(j);
	add_ceilings(j);
	add_tsc(j);
}

/* Rules look constants up by name, as they do facts. */
void stat_facts_constants(struct stat_job *j)
{
	for (size_t i = 0; i < j->known->nlive; i++) {
		const struct section *s = j->known->live[i];
		double value;

		if (!strcmp(s->kind, "constant") &&
		    metric_constant(s, &value, NULL) == 0)
			facts_set(&j->machine, s->name, value);
	}
}
