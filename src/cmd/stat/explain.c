/* Why something cannot be counted; see job.h. */
#include "cmd/stat/job.h"

#include "base/auto.h"
#include "cmd/cmd.h"
#include "source/facts.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/*
 * The plain errno of an open becomes the cause that doctor would name, so
 * that the two never disagree.
 */
static void explain(struct stat_job *j, bool hardware, bool needs_kernel,
		    bool cpu_wide, struct err *why)
{
	int error = why->code;

	if (j->recording)
		return; /* said when it was recorded */
	if (error == -ENOSPC || error == -ESRCH || error == -EIO)
		return; /* said by ourselves already */
	if (!j->has_facts)
		facts_gather(&j->root, resolver_cpu(j->resolver), &j->facts);
	j->has_facts = true;
	if (!j->has_process_facts &&
	    diagnose_asks_process(&j->facts, hardware, error)) {
		facts_gather_process(&j->root, &j->facts);
		j->has_process_facts = true;
	}
	diagnose_open_failure(&j->facts, hardware, needs_kernel, cpu_wide,
			      error, why);
}

/* Is what was attached to a process of another user? */
static bool is_somebody_elses(const struct stat_job *j, struct err *why)
{
	pid_t task = j->target.npids   ? j->target.pids[0]
		     : j->target.ntids ? j->target.tids[0]
				       : 0;
	char path[32];
	struct stat st;

	if (!task || (why->code != -EACCES && why->code != -EPERM))
		return false;
	snprintf(path, sizeof(path), "/proc/%d", (int)task);
	if (stat(path, &st) < 0 || st.st_uid == geteuid())
		return false;
	err_set(why, why->code, "%s %d belongs to another user (uid %d)",
		j->target.npids ? "process" : "thread", (int)task,
		(int)st.st_uid);
	err_hint(why, "count it as root or as that user");
	return true;
}

void stat_explain_run(struct stat_job *j, const struct run *run)
{
	/* a simulation says itself what it cannot know, a recording has it */
	if (j->about.source.simulated || j->recording)
		return;
	for (size_t i = 0; run->notes && i < j->plan.ncounters; i++) {
		struct err *why = &run->notes[i].why;
		size_t index = j->plan.counters[i].event;
		const struct event *e = j->events.list.items[index];

		bool cpu_wide = j->target.system_wide || e->system_wide;

		if (!why->code || j->plan.refused[index].code)
			continue; /* it counts, or the plan has said why not */
		if (!cpu_wide && is_somebody_elses(j, why))
			continue;
		explain(j, e->hardware, stat_event_needs_kernel(e), cpu_wide,
			why);
	}
}

void stat_explain_nothing(struct stat_job *j, struct err *why)
{
	const struct event *e;

	if (!j->plan.ncounters || !why->code || j->about.source.simulated)
		return;
	e = j->events.list.items[j->plan.counters[0].event];
	explain(j, e->hardware, stat_event_needs_kernel(e), e->system_wide,
		why);
}

void stat_explain_left_out(struct stat_job *j)
{
	for (size_t i = 0; i < j->events.nleft_out; i++) {
		struct stat_left_out *l = &j->events.left_out[i];

		explain(j, l->hardware, l->needs_kernel, j->target.system_wide,
			&l->why);
	}
}

/* Has print_reasons() named it beside others of the same reason? */
static bool is_told(const struct stat_job *j, const struct run *run,
		    const char *why)
{
	const struct plan *plan = &j->plan;

	for (size_t i = 0; run && run->notes && i < j->events.list.n; i++)
		if (!strcmp(run->notes[plan->shown[i]].why.what, why))
			return true;
	return false;
}

static void print_left_out(FILE *out, struct stat_job *j, const struct run *run)
{
	for (size_t i = 0; i < j->events.nleft_out; i++) {
		const struct stat_left_out *l = &j->events.left_out[i];

		if (!is_told(j, run, l->why.what))
			fprintf(out, "  %s: %s\n", l->names, l->why.what);
	}
}

void stat_print_left_out(FILE *out, struct stat_job *j)
{
	stat_explain_left_out(j);
	print_left_out(out, j, NULL);
}

/* One line for each reason, with the events that it concerns. */
static void print_reasons(const struct stat_job *j, const struct run *run,
			  struct err *err)
{
	const struct event_list *l = &j->events.list;

	for (size_t i = 0; i < l->n; i++) {
		const struct err *why = &run->notes[j->plan.shown[i]].why;
		bool told = !why->code;

		for (size_t k = 0; k < i && !told; k++)
			told = !strcmp(run->notes[j->plan.shown[k]].why.what,
				       why->what);
		if (told)
			continue;
		fputs("  ", stderr);
		for (size_t k = i; k < l->n; k++)
			if (!strcmp(run->notes[j->plan.shown[k]].why.what,
				    why->what))
				fprintf(stderr, "%s%s", k > i ? ", " : "",
					l->items[k]->name);
		for (size_t k = 0; k < j->events.nleft_out; k++)
			if (!strcmp(j->events.left_out[k].why.what, why->what))
				fprintf(stderr, ", %s",
					j->events.left_out[k].names);
		fprintf(stderr, ": %s\n", why->what);
		*err = *why;
	}
}

int stat_cannot_count(struct stat_job *j, struct err *err)
{
	struct run *run = j->series.nruns ? &j->series.runs[0] : NULL;
	AUTO_FREE char *other = NULL;

	fprintf(stderr,
		"tacho: nothing of what was asked for can be counted; %s\n",
		j->options.command ? "the command was not started"
				   : "nothing was started");
	stat_explain_left_out(j);
	if (run && run->notes) {
		stat_explain_run(j, run);
		print_reasons(j, run, err);
	}
	print_left_out(stderr, j, run);
	stat_metrics_print_lacks(j,
				 !resolver_cpu(j->resolver)->ncore_types &&
					 !(j->source->can & SOURCE_SIMULATED));
	if (!err->hint[0] && j->metrics.nlacks)
		err_hint(err, "'tacho doctor' says what can be counted here");
	if (!err->hint[0] && j->events.nleft_out)
		*err = j->events.left_out[0].why;
	if (err->hint[0])
		fprintf(stderr, "  try: %s\n", err->hint);
	other = stat_source_hint(j);
	if (other)
		fprintf(stderr, "  try: %s\n", other);
	return CMD_FAILED;
}
