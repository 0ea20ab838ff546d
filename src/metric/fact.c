/* Numbers that need no event; see fact.h. */
#include "metric/fact.h"

#include "base/auto.h"
#include "base/vec.h"

#include <stdlib.h>
#include <string.h>

const struct fact_kind fact_kinds[] = {
	{ "wall", FACT_OF_RUN, "s", "elapsed time" },
	{ "ncpus", FACT_OF_RUN, "", "CPUs that were counted as a whole" },
	{ "cpu_time", FACT_OF_RUN, "s",
	  "processor time of the command and its children" },
	{ "user_time", FACT_OF_RUN, "s", "of that, in the program" },
	{ "sys_time", FACT_OF_RUN, "s", "of that, in the kernel" },
	{ "max_rss", FACT_OF_RUN, "bytes",
	  "most memory that one of its processes held" },
	{ "voluntary_switches", FACT_OF_RUN, "",
	  "how often it left the CPU to wait" },
	{ "involuntary_switches", FACT_OF_RUN, "",
	  "how often it was taken from the CPU" },
	{ "rusage_minor_faults", FACT_OF_RUN, "",
	  "page faults without reading" },
	{ "rusage_major_faults", FACT_OF_RUN, "",
	  "page faults that read from a disk" },
	{ "blocks_in", FACT_OF_RUN, "",
	  "blocks of 512 bytes read from a disk" },
	{ "blocks_out", FACT_OF_RUN, "",
	  "blocks of 512 bytes to be written to one" },
	{ "run_wait", FACT_OF_RUN, "s",
	  "time that it was ready and waited for a CPU" },
	{ "tasks_time", FACT_OF_RUN, "s",
	  "processor time of the running tasks that run_wait is of" },
	{ "machine_idle", FACT_OF_RUN, "s",
	  "time that CPUs of the machine had nothing to do, added up" },
	{ "machine_busy", FACT_OF_RUN, "s",
	  "time that they had, whoever used it" },
	{ "smt_on", FACT_OF_MACHINE, "", "1 where a core runs two threads" },
	{ "num_cpus", FACT_OF_MACHINE, "", "CPUs of the machine" },
	{ "num_cores", FACT_OF_MACHINE, "", "its cores" },
	{ "num_dies", FACT_OF_MACHINE, "", "its dies" },
	{ "num_packages", FACT_OF_MACHINE, "", "its sockets" },
	{ "core_wide", FACT_OF_MACHINE, "",
	  "1 where all that a core runs is counted" },
	{ "tsc_hz", FACT_OF_MACHINE, "Hz", "rate of the time stamp counter" },
	{ "peak_bandwidth", FACT_OF_MACHINE, "bytes/s",
	  "memory bandwidth of all CPUs, measured by calibration" },
	{ "latency_l1", FACT_OF_MACHINE, "ns", "of a load, by calibration" },
	{ "latency_l2", FACT_OF_MACHINE, "ns", "of a load, by calibration" },
	{ "latency_l3", FACT_OF_MACHINE, "ns", "of a load, by calibration" },
	{ "latency_dram", FACT_OF_MACHINE, "ns", "of a load, by calibration" },
};
const size_t fact_nkinds = ARRAY_LEN(fact_kinds);

const struct fact_kind *fact_find(const char *name)
{
	/* every name of every formula is asked for: most differ at once */
	for (size_t i = 0; i < fact_nkinds; i++)
		if (fact_kinds[i].name[0] == name[0] &&
		    !strcmp(fact_kinds[i].name, name))
			return &fact_kinds[i];
	return NULL;
}

static void set(struct facts *facts, const struct fact *fact)
{
	for (size_t i = 0; i < facts->n; i++) {
		if (strcmp(facts->items[i].name, fact->name) != 0)
			continue;
		facts->items[i] = *fact;
		return;
	}
	VEC_PUSH(facts->items, facts->n, *fact);
}

void facts_set(struct facts *facts, const char *name, double number)
{
	set(facts, &(struct fact){ .name = name, .number = number });
}

void facts_set_absent(struct facts *facts, const char *name, const char *absent)
{
	set(facts, &(struct fact){ .name = name, .absent = absent });
}

const struct fact *facts_get(const struct facts *facts, const char *name)
{
	for (size_t i = 0; facts && i < facts->n; i++)
		if (!strcmp(facts->items[i].name, name))
			return &facts->items[i];
	return NULL;
}

void facts_done(struct facts *facts)
{
	free(facts->items);
	*facts = (struct facts){ 0 };
}
