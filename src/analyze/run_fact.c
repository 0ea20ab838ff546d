/* What a run tells without any event; see run_fact.h. */
#include "analyze/run_fact.h"

#include "base/auto.h"

#include <string.h>

static struct expr_value number(double n)
{
	return (struct expr_value){ .number = n };
}

static struct expr_value absent(const char *why)
{
	return (struct expr_value){ .absent = why };
}

static struct expr_value seconds(uint64_t ns)
{
	return number((double)ns * 1e-9);
}

/* CPUs of the bin; 0 where tasks are counted wherever they run. */
static size_t cpus_of(const struct run *run, const struct bin *bin)
{
	size_t n = 0;

	for (size_t i = 0; i < bin->nslots; i++) {
		int cpu = run->slots[bin->slots[i]].cpu;
		size_t k = 0;

		while (k < i && run->slots[bin->slots[k]].cpu != cpu)
			k++;
		n += k == i && cpu >= 0;
	}
	return n;
}

/* What only a command has: its time and memory. */
static struct expr_value of_command(const struct run *run, double n)
{
	if (!run->has_rusage)
		return absent("known only of a command that has ended");
	if (run->beside)
		return absent("the command is not what was counted");
	return number(n);
}

static struct expr_value waited(const struct run *run)
{
	double s;

	if (!run->has_rusage || run->beside)
		return run->around.has_tasks
			       ? seconds(run->around.tasks_wait_ns)
			       : absent("known only of a command that has "
					"ended, and of tasks that run on");
	return run_wait_s(run, &s)
		       ? number(s)
		       : absent("known of the main thread only, and others "
				"did the work");
}

/* What the whole machine did meanwhile. */
static struct expr_value of_machine(const struct run *run, uint64_t ns)
{
	return run->around.has_machine
		       ? seconds(ns)
		       : absent("not known, or too short a time to tell");
}

struct expr_value run_fact(const struct run *run, const struct bin *bin,
			   double wall_s, const char *name)
{
	const struct run_usage *u = &run->usage;
	double user = (double)run->user_ns * 1e-9;
	double sys = (double)run->sys_ns * 1e-9;
	const struct {
		const char *name;
		double number;
	} of_commands[] = {
		{ "cpu_time", user + sys },
		{ "user_time", user },
		{ "sys_time", sys },
		{ "max_rss", (double)run->maxrss_kib * 1024.0 },
		{ "voluntary_switches", (double)u->voluntary_switches },
		{ "involuntary_switches", (double)u->involuntary_switches },
		{ "rusage_minor_faults", (double)u->minor_faults },
		{ "rusage_major_faults", (double)u->major_faults },
		{ "blocks_in", (double)u->blocks_in },
		{ "blocks_out", (double)u->blocks_out },
	};

	if (!strcmp(name, "wall"))
		return wall_s > 0.0 ? number(wall_s) : absent("no time passed");
	if (!strcmp(name, "ncpus")) {
		size_t n = cpus_of(run, bin);

		return n ? number((double)n)
			 : absent("no CPUs were counted as a whole");
	}
	if (!strcmp(name, "max_rss") && run->has_rusage && !run->maxrss_kib)
		return absent("less than tacho itself needs; the kernel tells "
			      "only more");
	if (!strcmp(name, "run_wait"))
		return waited(run);
	if (!strcmp(name, "tasks_time"))
		return run->around.has_tasks
			       ? seconds(run->around.tasks_cpu_ns)
			       : absent("known only of tasks that ran before, "
					"and run on");
	if (!strcmp(name, "machine_idle"))
		return of_machine(run, run->around.idle_ns);
	if (!strcmp(name, "machine_busy"))
		return of_machine(run, run->around.busy_ns);
	for (size_t i = 0; i < ARRAY_LEN(of_commands); i++)
		if (!strcmp(of_commands[i].name, name))
			return of_command(run, of_commands[i].number);
	return absent("not known of this run");
}
