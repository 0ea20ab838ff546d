/* The options of tacho compare, and which of them go together. */
#include "cmd/compare/measuring.h"

#include "base/auto.h"
#include "base/parse.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#define AT(field) .offset = offsetof(struct measuring_options, field)
#define HEADING(text)                                                          \
	{                                                                      \
		.kind = OPT_HEADING, .help = text                              \
	}
#define A_DAY_S 86400

static const struct opt table[] = {
	HEADING("What to measure"),
	{ OPT_LIST, 'e', "event", "LIST",
	  "events to count: names separated by commas, {groups}, :modifiers; "
	  "tacho list shows the names",
	  AT(stat.events) },
	{ OPT_LIST, 'M', "metrics", "LIST",
	  "derived numbers and sets of them, with the events they need; tacho "
	  "list metrics shows them",
	  AT(stat.metrics) },
	{ OPT_COUNT, 'd', "detailed", NULL,
	  "also caches; -dd: and instruction cache and TLBs; -ddd: and "
	  "prefetches",
	  AT(stat.detailed) },
	{ OPT_FLAG, 'i', "no-inherit", NULL,
	  "do not count threads and children that start later",
	  AT(stat.no_inherit) },
	{ OPT_LIST, 0, "events", "DIR",
	  "read more definitions of events and metrics from DIR, or from one "
	  "file",
	  AT(stat.event_dirs) },
	{ OPT_STRING, 0, "source", "NAME",
	  "where counts come from: auto (the kernel), perf (the same) or "
	  "cachegrind (simulated by valgrind)",
	  AT(stat.source) },
	{ OPT_STRING, 0, "cache-sizes", "LIST",
	  "caches to simulate instead of this CPU's, as in "
	  "D1=48K,12,64:LL=32M,16,64 (size, ways, line)",
	  AT(stat.cache_sizes) },
	{ OPT_STRING, 0, "baseline", "FILE",
	  "compare with the recording in FILE, and measure the commands only",
	  AT(baseline) },
	{ OPT_STRING, 0, "save", "FILE",
	  "keep all that was measured in FILE, for tacho diff, tacho report "
	  "and --baseline",
	  AT(save) },

	HEADING("How often (default: 5 s for each command, 10 to 1000 runs)"),
	{ OPT_INT, 'r', "repeat", "N", "run each command N times", AT(repeat),
	  1, 100000 },
	{ OPT_DOUBLE, 'T', "time", "SECONDS",
	  "measure for so long, all commands together", AT(seconds), 0.001,
	  A_DAY_S },
	{ OPT_DOUBLE, 0, "precision", "PCT",
	  "until the difference of the metric is known to within PCT percent, "
	  "for 60 s for each command at most, unless -r or -T is given",
	  AT(precision), 0.0001, 1000 },
	{ OPT_INT, 0, "warmup", "N",
	  "run each N times before that, uncounted (default: 1)", AT(warmup), 0,
	  100000 },
	{ OPT_STRING, 0, "seed", "N", "the order of the runs follows from N",
	  AT(seed_text) },

	HEADING("How to run the commands"),
	{ OPT_FLAG, 0, "shell", NULL, "with sh -c", AT(shell) },
	{ OPT_STRING, 0, "prepare", "COMMAND",
	  "run a shell command before each run", AT(prepare) },
	{ OPT_STRING, 0, "cleanup", "COMMAND",
	  "run a shell command after each run", AT(cleanup) },
	{ OPT_STRING, 0, "input", "FILE",
	  "what each run reads as its standard input (default: nothing)",
	  AT(input) },
	{ OPT_FLAG, 0, "show-output", NULL,
	  "do not discard what the commands write", AT(show_output) },
	{ OPT_FLAG, 0, "ignore-failure", NULL,
	  "go on when a command ends with another status than 0",
	  AT(ignore_failure) },

	JUDGING_OPTIONS(struct measuring_options, judging),
	{ OPT_COUNT, 'v', "verbose", NULL, "say how decisions are reached",
	  AT(stat.verbose) },
	{ OPT_FLAG, 'h', "help", NULL, "this text", AT(stat.help) },
};

void measuring_options_print(FILE *out)
{
	fputs("usage: tacho compare [OPTIONS] COMMAND COMMAND...\n"
	      "       tacho compare [OPTIONS] --baseline FILE COMMAND...\n\n"
	      "Runs commands in turns and says whether, and by how much, they "
	      "differ from the\nfirst.  Each command is one argument, quoted "
	      "as for a shell.\n",
	      out);
	opt_print(out, table, ARRAY_LEN(table));
	fputs("\nexamples:\n"
	      "  tacho compare './old -x file' './new -x file'\n"
	      "  tacho compare -r 30 --warmup 3 --save both.rec ./old ./new\n"
	      "  tacho compare --fail-if 'time > +2%' --precision 0.5 ./old "
	      "./new\n"
	      "  tacho compare --source=cachegrind --baseline main.rec ./new\n"
	      "\nThe exit status is 0, 1 when a command fails or nothing can be "
	      "measured, 2 for\nbad usage, 3 when a --fail-if limit was "
	      "passed, 4 when that cannot be told, 126\nand 127 when a command "
	      "could not be run.  The manual is tacho(1).\n",
	      out);
}

static int check_operands(const struct measuring_options *o, struct err *err)
{
	size_t least = o->baseline ? 1 : 2;

	if (o->ntexts >= least)
		return 0;
	if (!o->ntexts)
		err_set(err, -EINVAL, "there is no command to measure");
	else
		err_set(err, -EINVAL,
			"'%.200s' is the only command, and needs another to be "
			"compared with",
			o->texts[0]);
	err_hint(err, "%s",
		 o->baseline ? "tacho compare --baseline FILE './new args'"
			     : "tacho compare './old args' './new args', or "
			       "--baseline FILE './new args'");
	return -EINVAL;
}

/* What options.c of stat checks, of what both have. */
static int check(struct measuring_options *o, struct err *err)
{
	if (check_operands(o, err) < 0 || stat_source_check(&o->stat, err) < 0)
		return -EINVAL;
	o->has_seed = o->seed_text;
	if (o->seed_text && parse_u64(o->seed_text, &o->seed) < 0)
		return err_set(
			err, -EINVAL,
			"--seed: '%s' is not a whole number of 0 or more",
			o->seed_text);
	if (o->input && access(o->input, R_OK) < 0)
		return err_set(err, -EINVAL, "--input: cannot open '%s': %s",
			       o->input, strerror(errno));
	if (o->save && recording_can_save(o->save, err) < 0)
		return -EINVAL;
	return 0;
}

/* What is no option of ours behind a command may be one of the command's. */
static void hint_at_quotes(int argc, char **argv, struct err *err)
{
	for (int i = 1; i + 1 < argc && strcmp(argv[i], "--") != 0; i++)
		if (argv[i][0] != '-' && argv[i + 1][0] == '-')
			err_hint(err, "a command and its arguments are one "
				      "word, in quotes: './old -x file'");
}

int measuring_options_parse(struct measuring_options *ret, int argc,
			    char **argv, struct err *err)
{
	int i;

	*ret = (struct measuring_options){ .stat.repeat = 1,
					   .warmup = -1,
					   .judging = judging_defaults() };
	i = opt_parse_anywhere(table, ARRAY_LEN(table), ret, argc, argv, err);
	if (i < 0 && !err->hint[0] && !strncmp(err->what, "unknown", 7))
		hint_at_quotes(argc, argv, err);
	if (i < 0 || ret->stat.help)
		return i < 0 ? i : 0;
	ret->texts = argv + i;
	ret->ntexts = (size_t)(argc - i);
	return check(ret, err);
}

void measuring_options_done(struct measuring_options *o)
{
	judging_done(&o->judging);
	stat_options_done(&o->stat);
}
