/*
 * Where tacho stat's numbers come from: the kernel's counters, or a simulation
 * and what it cannot do.
 */
#include "cmd/stat/job.h"

#include "base/auto.h"
#include "base/xalloc.h"
#include "source/cachegrind_source.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

bool stat_is_simulated(const struct stat_options *o)
{
	return o->source && strcmp(o->source, source_cachegrind.name) == 0;
}

/* What makes no sense, or cannot be had, with simulated counters. */
static int check_simulated(const struct stat_options *o, struct err *err)
{
	const struct {
		bool given;
		const char *option, *why;
	} bad[] = {
		{ o->pids.n || o->tids.n, "-p and -t",
		  "it runs a command from its beginning and cannot attach to "
		  "one that runs" },
		{ o->system_wide || o->cpus || o->cgroups.n, "-a, -C and -G",
		  "it simulates a command, not the machine" },
		{ o->interval_ms, "-I",
		  "its counts are known only when the command has ended" },
		{ o->delay_ms || o->control, "-D and --control",
		  "it cannot be switched on and off" },
		{ o->per_thread, "--per-thread",
		  "it counts processes; --per-process shows each" },
		{ o->separator || o->perf_json, "-x and -j",
		  "perf's formats cannot say that a number is simulated; use "
		  "--format csv or json" },
		{ o->plan, "--plan", "it counts everything at the same time" },
		{ o->no_counts, "-n", "without counts nothing is simulated" },
		{ o->per_process && o->repeat > 1, "-r with --per-process",
		  "processes of different runs are different ones; and "
		  "repeats are identical" },
	};

	for (size_t i = 0; i < ARRAY_LEN(bad); i++)
		if (bad[i].given)
			return err_set(err, -EINVAL,
				       "--source=cachegrind does not go with "
				       "%s: %s",
				       bad[i].option, bad[i].why);
	return 0;
}

int stat_source_check(const struct stat_options *o, struct err *err)
{
	if (o->source && strcmp(o->source, "auto") != 0 &&
	    strcmp(o->source, source_perf.name) != 0 && !stat_is_simulated(o))
		return err_set(err, -EINVAL,
			       "--source: '%s' is not auto, perf or cachegrind",
			       o->source);
	if (stat_is_simulated(o))
		return check_simulated(o, err);
	if (o->cache_sizes)
		return err_set(err, -EINVAL,
			       "--cache-sizes is for --source=cachegrind: real "
			       "caches are as they are");
	if (o->per_process && !o->pids.n) {
		err_set(err, -EINVAL,
			"--per-process needs processes that are there when it "
			"starts, or --source=cachegrind");
		err_hint(err, "start the command first, then: tacho stat "
			      "--per-process -p PID");
		return -EINVAL;
	}
	return 0;
}

static void describe(struct stat_job *j)
{
	struct report_source *s = &j->about.source;

	s->name = j->source->name;
	s->simulated = j->source->can & SOURCE_SIMULATED;
	if (!s->simulated)
		return;
	s->version = j->cachegrind.version;
	s->how = j->cachegrind.about;
	for (size_t i = 0; i < CACHEGRIND_LEVELS; i++) {
		const struct cachegrind_cache *c = &j->cachegrind.caches.of[i];

		s->caches[s->ncaches++] = (struct report_cache){
			.name = cachegrind_level_name(i),
			.bytes = c->bytes,
			.ways = c->ways,
			.line_bytes = c->line_bytes,
		};
	}
}

int stat_source_choose(struct stat_job *j, struct err *err)
{
	int r = 0;

	j->source = &source_perf;
	if (stat_is_simulated(&j->options)) {
		j->source = &source_cachegrind;
		r = cachegrind_setup_make(&j->root, j->options.cache_sizes,
					  &j->cachegrind, err);
	}
	if (r == 0)
		describe(j);
	return r;
}

void stat_source_add_notes(const struct stat_job *j, struct report *report)
{
	const struct cachegrind_setup *c = &j->cachegrind;

	if (j->about.source.simulated)
		report_add_note(report, REPORT_NOTE_INFO,
				"simulated by %s; user mode only, no "
				"prefetching, threads one after the other",
				c->about);
	for (size_t i = 0; i < c->nremarks; i++)
		report_add_note(report, REPORT_NOTE_INFO, "%s", c->remarks[i]);
	for (size_t i = 0; i < j->series.nruns; i++)
		for (size_t k = 0; k < j->series.runs[i].nremarks; k++)
			report_add_note(report, REPORT_NOTE_WARN, "%s",
					j->series.runs[i].remarks[k]);
}

/* No right to count is another matter: there are counters. */
static bool is_missing(int code)
{
	return code && code != -EACCES && code != -EPERM;
}

/* Are there no hardware counters for what was to be counted? */
static bool lacks_hardware(const struct stat_job *j)
{
	const struct run *run = j->series.nruns ? &j->series.runs[0] : NULL;
	bool missing = false;

	for (size_t i = 0; i < j->events.nleft_out; i++)
		missing |= j->events.left_out[i].hardware &&
			   is_missing(j->events.left_out[i].why.code);
	for (size_t i = 0; run && run->notes && i < j->events.list.n; i++) {
		int code = run->notes[j->plan.shown[i]].why.code;

		if (!j->events.list.items[i]->hardware)
			continue;
		if (!is_missing(code))
			return false;
		missing = true;
	}
	return missing;
}

char *stat_source_hint(const struct stat_job *j)
{
	const struct stat_options *o = &j->options;
	AUTO_FREE char *valgrind = NULL;

	if (j->recording)
		return j->recording->source.hint
			       ? xstrdup(j->recording->source.hint)
			       : NULL;
	if (j->about.source.simulated || !o->command || o->pids.n ||
	    o->tids.n || j->target.system_wide || o->interval_ms ||
	    o->delay_ms || o->control || o->separator || o->perf_json ||
	    !lacks_hardware(j))
		return NULL;
	return xasprintf("'tacho stat --source=cachegrind' simulates "
			 "instructions, branches and caches%s",
			 program_find("valgrind", &valgrind, NULL) < 0
				 ? "; it needs the package 'valgrind'"
				 : "");
}
