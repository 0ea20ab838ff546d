/*
 * "tacho loop": runs a loop of known behaviour as a process, to have
 * something to measure whose right answer is known.
 */
#include "cmd/cmd.h"

#include "base/auto.h"
#include "base/clock.h"
#include "base/fmt.h"
#include "base/parse.h"
#include "base/suggest.h"
#include "base/xalloc.h"
#include "cmd/caches.h"
#include "cmd/opt.h"
#include "cmd/table.h"
#include "loops/loops.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

struct loop_options {
	double seconds;
	const char *iterations;
	const char *size;
	bool help;
};

#define AT(field) offsetof(struct loop_options, field)

static const struct opt options[] = {
	{ .kind = OPT_DOUBLE,
	  .name = "seconds",
	  .arg = "S",
	  .help = "run for about so long; 1 without this",
	  .offset = AT(seconds),
	  .min = 0.001,
	  .max = 1e6 },
	{ .kind = OPT_STRING,
	  .name = "iterations",
	  .arg = "N",
	  .help = "run exactly so many iterations",
	  .offset = AT(iterations) },
	{ .kind = OPT_STRING,
	  .name = "size",
	  .arg = "BYTES",
	  .help = "memory of a chase or stream, 64K, 8M, 1G; without this, "
		  "what the caches here ask for",
	  .offset = AT(size) },
	{ .kind = OPT_FLAG,
	  .letter = 'h',
	  .name = "help",
	  .help = "this text",
	  .offset = AT(help) },
};

/* What the command line says, once it has been understood. */
struct job {
	const struct loop *loop; /* NULL: list them */
	uint64_t ns;
	uint64_t iterations; /* 0: for ns */
	size_t size;         /* 0: not said */
};

static int parse_count(const char *text, uint64_t *ret, struct err *err)
{
	uint64_t n;

	if (parse_u64(text, &n) < 0 || !n)
		return err_set(err, -EINVAL,
			       "--iterations: '%s' is not a whole number "
			       "above 0",
			       text);
	*ret = n;
	return 0;
}

static int parse_size(const char *text, size_t *ret, struct err *err)
{
	static const char units[] = "KMG";
	size_t len = strlen(text);
	const char *unit = len ? strchr(units, text[len - 1]) : NULL;
	AUTO_FREE char *digits = xstrndup(text, unit ? len - 1 : len);
	int shift = unit ? 10 * (int)(unit - units + 1) : 0;
	uint64_t n;

	if (parse_u64(digits, &n) < 0 || !n)
		return err_set(err, -EINVAL,
			       "--size: '%s' is not a number of bytes, "
			       "such as 65536, 64K or 8M",
			       text);
	if (n > (uint64_t)SIZE_MAX >> 1 >> shift)
		return err_set(err, -EINVAL, "--size: '%s' is out of range",
			       text);
	*ret = (size_t)(n << shift);
	return 0;
}

static int unknown_loop(const char *name, struct err *err)
{
	struct suggest s;
	char text[200];

	suggest_init(&s, name);
	for (size_t i = 0; i < loop_count; i++)
		suggest_offer(&s, loop_table[i].name);
	suggest_text(&s, text, sizeof(text));
	suggest_done(&s);
	err_set(err, -EINVAL, "there is no loop '%s'", name);
	err_hint(err, "%s", *text ? text : "tacho loop, which lists them");
	return -EINVAL;
}

static int parse_job(const struct loop_options *o, int argc, char **argv,
		     int first, struct job *ret, struct err *err)
{
	struct job j = { .ns = (uint64_t)(o->seconds * 1e9) };
	int r = 0;

	if (first < argc) {
		j.loop = loop_find(argv[first]);
		if (!j.loop)
			return unknown_loop(argv[first], err);
	}
	if (o->iterations)
		r = parse_count(o->iterations, &j.iterations, err);
	if (r == 0 && o->size)
		r = parse_size(o->size, &j.size, err);
	if (r < 0)
		return r;
	if (j.size && j.loop && !j.loop->steps && !j.loop->bytes)
		return err_set(err, -EINVAL, "--size: %s uses no memory",
			       j.loop->name);
	*ret = j;
	return 0;
}

/* Options may also stand behind the name: nothing else is run here. */
static int parse_options(int argc, char **argv, struct loop_options *o,
			 struct job *ret, struct err *err)
{
	int first = opt_parse(options, ARRAY_LEN(options), o, argc, argv, err);
	int last = first;

	if (first >= 0 && first < argc) {
		last = opt_parse(options, ARRAY_LEN(options), o, argc - first,
				 argv + first, err);
		last = last < 0 ? last : first + last;
	}
	if (last < 0)
		return last;
	if (last < argc) {
		err_set(err, -EINVAL, "unexpected argument '%s'", argv[last]);
		err_hint(err, "tacho loop --help");
		return -EINVAL;
	}
	return parse_job(o, argc, argv, first, ret, err);
}

static char *known(char buf[FMT_LEN], const struct loop *loop,
		   enum loop_what what)
{
	const struct loop_answer *a = loop_answer(loop, what);

	if (!a || a->low < a->high)
		snprintf(buf, FMT_LEN, "-");
	else
		fmt_grouped(buf, a->low, 0, NULL);
	return buf;
}

static void list_loops(void)
{
	static const char *const headings[] = { "LOOP", "ITERATION",
						"INSTRUCTIONS", "BRANCHES",
						"ABOUT" };
	AUTO(table_freep)
	struct table *t = table_new(headings, ARRAY_LEN(headings));

	for (size_t i = 0; i < loop_count; i++) {
		const struct loop *l = &loop_table[i];
		char instructions[FMT_LEN], branches[FMT_LEN];
		const char *cells[] = {
			l->name, l->iteration,
			known(instructions, l, LOOP_INSTRUCTIONS),
			known(branches, l, LOOP_BRANCHES), l->about
		};

		table_add(t, cells);
	}
	table_print(t, stdout);
	puts("\nTo see what the counters say about one:\n\n"
	     "  tacho stat -- tacho loop chase-dram");
}

static int find_size(const struct job *j, struct loop_caches *caches,
		     size_t *ret, struct err *err)
{
	AUTO(topology_done) struct topology topology = { 0 };
	const struct rootfs here = { .prefix = "" };

	*ret = j->size;
	if (!j->loop->steps && !j->loop->bytes)
		return 0;
	/* without it, nothing is known about the caches, which is told */
	topology_load(&here, &topology, NULL);
	caches_find(&here, &topology, caches);
	return j->size ? 0 : loop_size(j->loop, caches, ret, err);
}

/*
 * A size of the user's own need not be at the level that the loop is for, so
 * what is known about misses is known no more.
 */
static void print_answers(const struct job *j, uint64_t n,
			  const struct fmt_style *style)
{
	for (int w = LOOP_NOTHING + 1; w < LOOP_WHATS; w++) {
		const struct loop_answer *a = loop_answer(j->loop, w);
		char low[FMT_LEN], high[FMT_LEN];

		if (!a || (j->size && a->low < a->high))
			continue;
		fmt_grouped(low, a->low * (double)n, 0, style);
		fmt_grouped(high, a->high * (double)n, 0, style);
		if (a->low < a->high)
			printf("  %-17s %s to %s\n", loop_what_name(w), low,
			       high);
		else
			printf("  %-17s %s\n", loop_what_name(w), low);
	}
}

static void print_result(const struct job *j, size_t size, uint64_t n,
			 double ns)
{
	const struct loop *loop = j->loop;
	char count[FMT_LEN], time[FMT_LEN], bytes[FMT_LEN];
	struct fmt_style style;

	fmt_style_init(&style);
	printf("%s: %s times %s in %s\n", loop->name,
	       fmt_grouped(count, (double)n, 0, &style), loop->iteration,
	       fmt_duration(time, ns / 1e9));
	if (size)
		printf("  %-17s %s\n", "memory", fmt_bytes(bytes, size));
	if (loop->bytes)
		printf("  %-17s %s GB/s\n", "bandwidth",
		       fmt_grouped(count, loop->bytes * (double)n / ns, 2,
				   &style));
	else
		printf("  %-17s %s ns\n", loop->steps ? "a load" : "each",
		       fmt_grouped(count,
				   ns / (double)n /
					   (loop->steps ? loop->steps : 1),
				   2, &style));
	print_answers(j, n, &style);
}

static int run_loop(const struct job *j, struct err *err)
{
	AUTO(loop_closep) struct loop_state *state = NULL;
	struct loop_caches caches = { 0 };
	uint64_t n = j->iterations, start;
	size_t size;
	int r;

	r = find_size(j, &caches, &size, err);
	if (r == 0)
		r = loop_open(j->loop, size, (size_t)caches.line, &state, err);
	if (r < 0)
		return r;
	start = clock_now_ns();
	if (n)
		loop_run(state, n);
	else
		n = loop_run_for(state, j->ns);
	/* --seconds 0: opened, and nothing done */
	if (n)
		print_result(j, size, n, (double)(clock_now_ns() - start));
	return 0;
}

static int complain(const struct err *err, int status)
{
	fprintf(stderr, "tacho loop: %s\n", err->what);
	if (*err->hint)
		fprintf(stderr, "  try: %s\n", err->hint);
	return status;
}

int cmd_loop(int argc, char **argv)
{
	struct loop_options o = { .seconds = 1.0 };
	struct err err = { 0 };
	struct job j = { 0 };

	if (parse_options(argc, argv, &o, &j, &err) < 0)
		return complain(&err, CMD_USAGE);
	if (o.help) {
		puts("usage: tacho loop [NAME] [OPTIONS]\n\n"
		     "Runs a loop of known behaviour, to have something to "
		     "measure.\n"
		     "Without a name, lists the loops.\n\noptions:");
		opt_print(stdout, options, ARRAY_LEN(options));
		return CMD_OK;
	}
	if (!j.loop) {
		list_loops();
		return CMD_OK;
	}
	return run_loop(&j, &err) < 0 ? complain(&err, CMD_FAILED) : CMD_OK;
}
