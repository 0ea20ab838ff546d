/* The options of tacho stat, and which of them go together. */
#include "cmd/stat/stat.h"

#include "base/auto.h"
#include "measure/control.h"

#include <errno.h>
#include <stddef.h>
#include <string.h>
#include <strings.h>

#define AT(field) .offset = offsetof(struct stat_options, field)
#define HEADING(text)                                                          \
	{                                                                      \
		.kind = OPT_HEADING, .help = text                              \
	}
#define A_DAY_MS 86400000

static const struct opt table[] = {
	HEADING("What to count"),
	{ OPT_LIST, 'e', "event", "LIST",
	  "events to count: names separated by commas, {groups}, :modifiers; "
	  "tacho list shows the names",
	  AT(events) },
	{ OPT_LIST, 'M', "metrics", "LIST",
	  "derived numbers and sets of them (topdown, memory, branch, tlb, "
	  "frontend, flops, energy, bandwidth), with the events they need; "
	  "tacho list metrics shows them",
	  AT(metrics) },
	{ OPT_COUNT, 'd', "detailed", NULL,
	  "also caches; -dd: and instruction cache and TLBs; -ddd: "
	  "and prefetches",
	  AT(detailed) },
	{ OPT_FLAG, 'i', "no-inherit", NULL,
	  "do not count threads and children that start later",
	  AT(no_inherit) },
	{ OPT_LIST, 0, "events", "DIR",
	  "read more definitions of events and metrics from DIR, or from one "
	  "file",
	  AT(event_dirs) },

	{ OPT_STRING, 0, "source", "NAME",
	  "where counts come from: auto (the kernel), perf (the same) or "
	  "cachegrind (simulated by valgrind)",
	  AT(source) },
	{ OPT_STRING, 0, "cache-sizes", "LIST",
	  "caches to simulate instead of this CPU's, as in "
	  "D1=48K,12,64:LL=32M,16,64 (size, ways, line)",
	  AT(cache_sizes) },

	HEADING("On what (default: COMMAND, its threads and its children)"),
	{ OPT_LIST, 'p', "pid", "PIDS",
	  "running processes with all their threads", AT(pids) },
	{ OPT_LIST, 't', "tid", "TIDS", "running threads", AT(tids) },
	{ OPT_FLAG, 'a', "all-cpus", NULL, "everything on every CPU",
	  AT(system_wide) },
	{ OPT_STRING, 'C', "cpu", "LIST",
	  "everything on these CPUs, as in 0-3,8", AT(cpus) },
	{ OPT_LIST, 'G', "cgroup", "NAMES",
	  "the tasks of these cgroups, each group for itself", AT(cgroups) },

	HEADING("One row for each"),
	{ OPT_FLAG, 'A', "no-aggr", NULL, "CPU (with -a, -C or -G)",
	  AT(per_cpu) },
	{ OPT_FLAG, 0, "per-thread", NULL, "thread (with -p, -t or -a)",
	  AT(per_thread) },
	{ OPT_FLAG, 0, "per-process", NULL,
	  "process (with -p or --source=cachegrind)", AT(per_process) },
	{ OPT_FLAG, 0, "per-core", NULL, "core (with -a, -C or -G)",
	  AT(per_core) },
	{ OPT_FLAG, 0, "per-die", NULL, "die (with -a, -C or -G)",
	  AT(per_die) },
	{ OPT_FLAG, 0, "per-socket", NULL, "socket (with -a, -C or -G)",
	  AT(per_socket) },
	{ OPT_FLAG, 0, "per-node", NULL, "NUMA node (with -a, -C or -G)",
	  AT(per_node) },

	HEADING("When"),
	{ OPT_INT, 'I', "interval-print", "MS",
	  "print what was counted every MS milliseconds", AT(interval_ms), 1,
	  A_DAY_MS },
	{ OPT_INT, 0, "interval-count", "N", "stop after N intervals",
	  AT(interval_count), 1, 1e9 },
	{ OPT_FLAG, 0, "summary", NULL, "with -I: also the total at the end",
	  AT(summary) },
	{ OPT_INT, 0, "timeout", "MS", "stop after MS milliseconds",
	  AT(timeout_ms), 1, 2e9 },
	{ OPT_INT, 'D', "delay", "MS",
	  "start counting after MS milliseconds; -1: when --control says so",
	  AT(delay_ms), -1, A_DAY_MS },
	{ OPT_STRING, 0, "control", "WHERE",
	  "obey enable, disable, stop, ping, evlist from fifo:CTL[,ACK] or "
	  "fd:CTL[,ACK]",
	  AT(control) },
	{ OPT_INT, 'r', "repeat", "N", "run the command N times", AT(repeat), 1,
	  100000 },
	{ OPT_INT, 0, "warmup", "N", "run it N times before that, uncounted",
	  AT(warmup), 0, 100000 },
	{ OPT_FLAG, 0, "passes", NULL,
	  "run the command once for each group of events that would have to "
	  "share the counters, and put the counts together",
	  AT(passes) },
	{ OPT_STRING, 0, "pre", "COMMAND",
	  "run a shell command before each run", AT(pre) },
	{ OPT_STRING, 0, "post", "COMMAND",
	  "run a shell command after each run", AT(post) },
	{ OPT_FLAG, 'S', "sync", NULL,
	  "write caches to disk (sync) before each run", AT(sync) },

	HEADING("How it is shown"),
	{ OPT_STRING, 0, "format", "NAME", "text, csv, json or markdown",
	  AT(format) },
	{ OPT_STRING, 'x', "field-separator", "SEP",
	  "fields between SEP, as perf stat -x prints them", AT(separator) },
	{ OPT_FLAG, 'j', "json-output", NULL,
	  "lines of JSON, as perf stat -j prints them", AT(perf_json) },
	{ OPT_STRING, 'o', "output", "FILE",
	  "write the report to FILE (-: standard output), not to standard "
	  "error",
	  AT(output) },
	{ OPT_FLAG, 0, "append", NULL, "with -o: add to FILE", AT(append) },
	{ OPT_STRING, 0, "save", "FILE",
	  "keep all that was counted in FILE, for tacho report; with -I the "
	  "total",
	  AT(save) },
	{ OPT_FLAG, 'n', "null", NULL, "no counters, only the times",
	  AT(no_counts) },
	{ OPT_FLAG, 0, "table", NULL, "with -r: the time of each run",
	  AT(table) },
	{ OPT_FLAG, 0, "no-verdict", NULL,
	  "only the numbers, not what they say about the program",
	  AT(no_verdict) },
	{ OPT_DOUBLE, 0, "min-running", "PCT",
	  "no estimate for what was counted less than PCT % of the time",
	  AT(min_running), 0, 100 },
	{ OPT_FLAG, 0, "no-scale", NULL,
	  "what was counted as it is, without estimating the rest",
	  AT(no_scale) },
	{ OPT_FLAG, 0, "no-big-num", NULL, "no thousands separators",
	  AT(no_big_num) },
	{ OPT_STRING, 0, "color", "WHEN",
	  "auto (on a terminal), always or never", AT(color) },
	{ OPT_FLAG, 0, "plan", NULL,
	  "run nothing; say what would be counted together, and for how much "
	  "of the time",
	  AT(plan) },
	{ OPT_COUNT, 'v', "verbose", NULL, "say how decisions are reached",
	  AT(verbose) },
	{ OPT_FLAG, 'h', "help", NULL, "this text", AT(help) },
};

void stat_options_print(FILE *out)
{
	fputs("usage: tacho stat [OPTIONS] [--] COMMAND [ARGUMENTS]\n"
	      "       tacho stat [OPTIONS] -p PID | -t TID | -a | -C CPUS | -G "
	      "CGROUP\n\n"
	      "Counts a command, running processes, CPUs or cgroups.\n",
	      out);
	opt_print(out, table, ARRAY_LEN(table));
	fputs("\nexamples:\n"
	      "  tacho stat -- gzip -9 -c FILE >/dev/null\n"
	      "  tacho stat -r 10 --warmup 1 -- ./program\n"
	      "  tacho stat -e cycles,instructions:u -- ./program\n"
	      "  tacho stat -p PID -I 1000\n"
	      "\nThe exit status is the command's own; 1: nothing could be "
	      "counted, 2: bad usage,\n126 and 127: the command could not be "
	      "run.  The manual is tacho(1).\n",
	      out);
}

static int count_true(const bool *flags, size_t n)
{
	int sum = 0;

	for (size_t i = 0; i < n; i++)
		sum += flags[i];
	return sum;
}

static bool on_cpus(const struct stat_options *o)
{
	return o->system_wide || o->cpus || o->cgroups.n;
}

static int check_rows(const struct stat_options *o, struct err *err)
{
	const bool rows[] = { o->per_cpu,  o->per_thread, o->per_process,
			      o->per_core, o->per_die,    o->per_socket,
			      o->per_node };
	bool place = o->per_cpu || o->per_core || o->per_die || o->per_socket ||
		     o->per_node;

	if (count_true(rows, ARRAY_LEN(rows)) > 1)
		return err_set(err, -EINVAL,
			       "only one of -A, --per-thread, "
			       "--per-process, --per-core, --per-die, "
			       "--per-socket and --per-node");
	if (place && !on_cpus(o)) {
		err_set(err, -EINVAL,
			"rows for places need counting on CPUs, not tasks");
		err_hint(err, "add -a for every CPU, or -C LIST");
		return -EINVAL;
	}
	if (o->per_thread && (o->cpus || o->cgroups.n))
		return err_set(err, -EINVAL,
			       "--per-thread goes with -p, -t or -a only");
	if (o->per_thread && !o->pids.n && !o->tids.n && !o->system_wide) {
		err_set(err, -EINVAL,
			"--per-thread needs threads that are there when it "
			"starts");
		err_hint(err, "start the command first, then: tacho stat "
			      "--per-thread -p PID");
		return -EINVAL;
	}
	return 0;
}

static int check_target(const struct stat_options *o, struct err *err)
{
	bool tasks = o->pids.n || o->tids.n;

	if (tasks && on_cpus(o)) {
		return err_set(err, -EINVAL,
			       "-p and -t count tasks, -a, -C and -G count "
			       "CPUs: choose one");
	}
	/* a plan is tried on ourselves; it needs no target */
	if (!o->command && !tasks && !on_cpus(o) && !o->plan) {
		err_set(err, -EINVAL, "there is nothing to count");
		err_hint(err, "tacho stat -- COMMAND, or -p PID, or -a");
		return -EINVAL;
	}
	if ((o->repeat > 1 || o->warmup) && !o->command)
		return err_set(err, -EINVAL,
			       "-r and --warmup repeat a command, and there is "
			       "none");
	if (o->passes && !o->command && !o->plan)
		return err_set(err, -EINVAL,
			       "--passes repeats a command, and there is none");
	if (o->passes && o->interval_ms)
		return err_set(err, -EINVAL,
			       "--passes puts executions together, -I takes "
			       "one apart: choose one");
	if (o->control && control_check(o->control, err) < 0)
		return -EINVAL;
	if (o->delay_ms < 0 && !o->control) {
		err_set(err, -EINVAL,
			"-D -1 waits for --control, and there is none");
		err_hint(err, "add --control fifo:PATH");
		return -EINVAL;
	}
	return 0;
}

static int check_format(const struct stat_options *o, struct err *err)
{
	const bool formats[] = { o->format != NULL, o->separator != NULL,
				 o->perf_json };

	if (count_true(formats, ARRAY_LEN(formats)) > 1)
		return err_set(err, -EINVAL, "only one of --format, -x and -j");
	if (o->format && !views_find(o->format, err))
		return -EINVAL;
	if (o->separator && !*o->separator)
		return err_set(err, -EINVAL, "-x: the separator is empty");
	if (o->append && (!o->output || strcmp(o->output, "-") == 0))
		return err_set(err, -EINVAL, "--append needs -o FILE");
	if (o->append && o->format && strcmp(o->format, "json") == 0)
		return err_set(err, -EINVAL,
			       "--append would put two JSON documents into one "
			       "file");
	if (o->save && o->plan)
		return err_set(err, -EINVAL,
			       "--plan runs nothing that --save could keep");
	if (o->interval_count && !o->interval_ms)
		return err_set(err, -EINVAL, "--interval-count needs -I MS");
	if (o->summary && !o->interval_ms)
		return err_set(err, -EINVAL, "--summary needs -I MS");
	if (o->table && o->repeat < 2)
		return err_set(err, -EINVAL, "--table needs -r N");
	if (o->color && strcmp(o->color, "auto") != 0 &&
	    strcmp(o->color, "always") != 0 && strcmp(o->color, "never") != 0)
		return err_set(err, -EINVAL,
			       "--color: '%s' is not auto, always or never",
			       o->color);
	if (o->no_counts && (o->events.n || o->metrics.n || o->detailed))
		return err_set(err, -EINVAL,
			       "-n counts nothing, so -e, -M and -d "
			       "have no place beside it");
	return 0;
}

int stat_options_parse(struct stat_options *ret, int argc, char **argv,
		       struct err *err)
{
	struct stat_options o = { .repeat = 1 };
	int i = opt_parse(table, ARRAY_LEN(table), &o, argc, argv, err), r;

	/* times are all that it wants */
	o.uncounted = o.no_counts;
	*ret = o;
	if (i < 0)
		return i;
	if (o.help)
		return 0;
	/* as perf has it, for shells without $'\t' */
	if (o.separator && strcmp(o.separator, "\\t") == 0)
		ret->separator = "\t";
	if (i < argc)
		ret->command = argv + i;
	r = check_target(ret, err);
	if (r == 0)
		r = stat_source_check(ret, err);
	if (r == 0)
		r = check_rows(ret, err);
	if (r == 0)
		r = check_format(ret, err);
	return r;
}

enum aggregate_by stat_options_by(const struct stat_options *o)
{
	if (o->per_cpu)
		return AGGREGATE_CPU;
	if (o->per_thread)
		return AGGREGATE_THREAD;
	if (o->per_process)
		return AGGREGATE_PROCESS;
	if (o->per_core)
		return AGGREGATE_CORE;
	if (o->per_die)
		return AGGREGATE_DIE;
	if (o->per_socket)
		return AGGREGATE_SOCKET;
	if (o->per_node)
		return AGGREGATE_NODE;
	return AGGREGATE_ALL;
}

void stat_options_done(struct stat_options *o)
{
	opt_list_done(&o->events);
	opt_list_done(&o->metrics);
	opt_list_done(&o->event_dirs);
	opt_list_done(&o->pids);
	opt_list_done(&o->tids);
	opt_list_done(&o->cgroups);
}
