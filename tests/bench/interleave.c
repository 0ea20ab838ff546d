/*
 * Two commands measured side by side, 500 runs of each: what a whole run of
 * that costs beside hyperfine -N, and what one execution costs beside a bare
 * loop of fork, exec and wait.
 *
 * The sides take turns, so that whatever else the machine does hits all of
 * them, and medians are compared.  On a busy machine processor time, of us and
 * the commands together, says more than the wall time that is wanted.
 *
 *	interleave TACHO [ROUNDS]
 */
#include "row.h"

#include <fcntl.h>
#include <spawn.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define RUNS 500
#define MOST_ROUNDS 50

static char command[] = "true";
static char *command_argv[] = { command, NULL };

static double now_s(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

static double cpu_of(int who)
{
	struct rusage u;

	getrusage(who, &u);
	return (double)(u.ru_utime.tv_sec + u.ru_stime.tv_sec) +
	       (double)(u.ru_utime.tv_usec + u.ru_stime.tv_usec) * 1e-6;
}

/* Processor time of ours and of all commands so far. */
static double cpu_now(void)
{
	return cpu_of(RUSAGE_SELF) + cpu_of(RUSAGE_CHILDREN);
}

/* As a shell starts it, without any output; 0 or an errno. */
static int spawn_quietly(char *const *argv, pid_t *ret)
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

/* Seconds; negative when it failed. */
static double time_program(char *const *argv)
{
	double start = now_s();
	int status = -1;
	pid_t pid;

	if (spawn_quietly(argv, &pid) == 0)
		waitpid(pid, &status, 0);
	return status ? -1.0 : now_s() - start;
}

static double time_hyperfine(void)
{
	static char program[] = "hyperfine", bare[] = "-N", style[] = "--style";
	static char none[] = "none", runs[] = "--runs", n[] = "500";
	char *argv[] = { program, bare,    style,   none, runs,
			 n,       command, command, NULL };

	return time_program(argv);
}

/* With all that it counts by default, the statistics and the report. */
static double time_ours(char *tacho)
{
	static char compare[] = "compare", runs[] = "-r", n[] = "500";
	char *argv[] = { tacho, compare, runs, n, command, command, NULL };

	return time_program(argv);
}

/* fork() and not spawn: that is what is meant by a bare loop. */
static double time_bare(void)
{
	double start = now_s();
	int status;

	for (int i = 0; i < 2 * RUNS; i++) {
		pid_t pid = fork();

		if (pid == 0) {
			execvp(command, command_argv);
			_exit(127);
		}
		if (pid < 0 || waitpid(pid, &status, 0) != pid || status)
			return -1.0;
	}
	return now_s() - start;
}

enum {
	OURS,
	THEIRS,
	BARE,
	SIDES
};

/* All values of all sides, as row_median() wants them. */
struct race {
	double wall[SIDES][MOST_ROUNDS], cpu[SIDES][MOST_ROUNDS];
	size_t n;
};

static void run_side(struct race *race, int side, char *tacho)
{
	double cpu = cpu_now();

	race->wall[side][race->n] = side == OURS     ? time_ours(tacho)
				    : side == THEIRS ? time_hyperfine()
						     : time_bare();
	race->cpu[side][race->n] = cpu_now() - cpu;
}

/* Neither side always comes after the same other one. */
static void run_round(struct race *race, char *tacho)
{
	for (size_t i = 0; i < SIDES; i++)
		run_side(race, (int)((race->n + i) % SIDES), tacho);
}

static double median(double *values, size_t n, double scale)
{
	return scale * row_median(values, n);
}

static void print(struct race *race)
{
	double each = 1e6 / (2 * RUNS);
	size_t n = race->n;

	if (race->wall[THEIRS][0] > 0.0) {
		row_print("wall time, 2 x 500 true, hyperfine",
			  median(race->wall[OURS], n, 1e3),
			  median(race->wall[THEIRS], n, 1e3), "ms", 1.00);
		row_print("processor time of the same",
			  median(race->cpu[OURS], n, 1e3),
			  median(race->cpu[THEIRS], n, 1e3), "ms", 1.00);
	} else {
		printf("'hyperfine' does not run here, so there is nothing to "
		       "compare with\n  try: apt-get install hyperfine\n");
	}
	row_print("one of these runs, bare fork + exec",
		  median(race->wall[OURS], n, each),
		  median(race->wall[BARE], n, each), "us", 1.00);
	row_print("processor time of the same",
		  median(race->cpu[OURS], n, each),
		  median(race->cpu[BARE], n, each), "us", 1.00);
}

int main(int argc, char **argv)
{
	static struct race race;
	size_t rounds = argc > 2 ? strtoul(argv[2], NULL, 10) : 7;

	if (argc < 2)
		return 2;
	run_round(&race, argv[1]); /* a warm-up */
	for (; race.n < rounds && race.n < MOST_ROUNDS; race.n++) {
		run_round(&race, argv[1]);
		if (race.wall[OURS][race.n] < 0.0 ||
		    race.wall[BARE][race.n] < 0.0) {
			printf("'tacho compare' does not run here\n");
			return 1;
		}
	}
	if (race.n)
		print(&race);
	return 0;
}
