/*
 * tacho stat beside perf stat: processor time and peak memory of the whole
 * process tree, as wait4() tells them.
 *
 *	compare TACHO
 *
 * The two take turns, so that whatever else the machine does hits both, and
 * medians are compared.  The figures inform; none of them is a failure.
 */
#include "row.h"

#include <errno.h>
#include <fcntl.h>
#include <spawn.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#define MOST_RUNS 200
#define MOST_ARGS 16

/* What both sides count: the defaults of perf 6.1 */
#define EVENTS                                                                 \
	"task-clock,context-switches,cpu-migrations,page-faults,"              \
	"cycles,instructions,branches,branch-misses"

struct cost {
	double cpu_s;
	double memory_kib;
};

struct side {
	const char *program;
	double cpu_s[MOST_RUNS];
	double memory_kib[MOST_RUNS];
};

static double seconds(struct timeval t)
{
	return (double)t.tv_sec + (double)t.tv_usec * 1e-6;
}

/* Spawned, not forked: copying this program is no cost of the other's. */
static int start(char *const *argv, pid_t *ret)
{
	posix_spawn_file_actions_t quiet;
	int r;

	posix_spawn_file_actions_init(&quiet);
	for (int fd = 0; fd <= 2; fd++)
		posix_spawn_file_actions_addopen(&quiet, fd, "/dev/null",
						 O_RDWR, 0);
	r = posix_spawnp(ret, argv[0], &quiet, NULL, argv, environ);
	posix_spawn_file_actions_destroy(&quiet);
	return r;
}

/* Run @argv to its end; 0, or -1 when it fails. */
static int run(char *const *argv, struct cost *ret)
{
	struct rusage usage;
	int status;
	pid_t pid;

	if (start(argv, &pid) || wait4(pid, &status, 0, &usage) != pid)
		return -1;
	if (!WIFEXITED(status) || WEXITSTATUS(status) != 0)
		return -1;
	ret->cpu_s = seconds(usage.ru_utime) + seconds(usage.ru_stime);
	ret->memory_kib = (double)usage.ru_maxrss;
	return 0;
}

/* "PROGRAM stat ARGS..." @runs times on each side, in turns */
static int race(struct side *sides, const char *const *args, size_t runs)
{
	char *argv[MOST_ARGS] = { NULL, strdup("stat") };
	struct cost cost;
	size_t n = 2;
	int r = 0;

	while (*args && n < MOST_ARGS - 1)
		argv[n++] = strdup(*args++);
	for (size_t i = 0; i <= runs && r == 0; i++) {
		for (int s = 0; s < 2 && r == 0; s++) {
			/* who goes first takes turns, too */
			struct side *side = &sides[(i + (size_t)s) % 2];

			argv[0] = strdup(side->program);
			r = run(argv, &cost);
			if (r < 0)
				printf("'%s stat' failed; nothing to "
				       "compare\n",
				       argv[0]);
			free(argv[0]);
			if (!i)
				continue; /* warm-up */
			side->cpu_s[i - 1] = cost.cpu_s;
			side->memory_kib[i - 1] = cost.memory_kib;
		}
	}
	for (size_t i = 1; i < n; i++)
		free(argv[i]);
	return r;
}

static void print(const char *name, struct side *sides, size_t runs,
		  double target)
{
	row_print(name, 1e3 * row_median(sides[0].cpu_s, runs),
		  1e3 * row_median(sides[1].cpu_s, runs), "ms", target);
}

static void print_memory(const char *name, struct side *sides, size_t runs,
			 double target)
{
	row_print(name, row_median(sides[0].memory_kib, runs) / 1024.0,
		  row_median(sides[1].memory_kib, runs) / 1024.0, "MB", target);
}

static bool can_run(const char *program)
{
	char *argv[] = { strdup(program), strdup("--version"), NULL };
	struct cost cost;
	bool can = run(argv, &cost) == 0;

	free(argv[0]);
	free(argv[1]);
	return can;
}

int main(int argc, char **argv)
{
	static const char *const once[] = { "-e", EVENTS, "--", "true", NULL };
	static const char *const often[] = { "-I", "10",    "-e", EVENTS,
					     "--", "sleep", "5",  NULL };
	static struct side sides[2];

	if (argc != 2) {
		fprintf(stderr, "usage: compare TACHO\n");
		return 2;
	}
	sides[0].program = argv[1];
	sides[1].program = getenv("PERF") ? getenv("PERF") : "perf";
	if (!can_run(sides[1].program)) {
		printf("'%s' does not run here, so there is nothing to "
		       "compare tacho stat with\n  try: apt-get install "
		       "linux-perf, or set PERF\n",
		       sides[1].program);
		row_print_header();
		return 0;
	}
	printf("ours: tacho stat; theirs: perf stat; medians\n");
	row_print_header();
	if (race(sides, once, 100) == 0) {
		print("processor time, stat true", sides, 100, 0.30);
		print_memory("peak memory, stat true", sides, 100, 0.50);
	}
	if (race(sides, often, 3) == 0) {
		print("processor time, -I 10 for 5 s", sides, 3, 0.50);
		print_memory("peak memory, -I 10 for 5 s", sides, 3, 0.50);
	}
	return 0;
}
