/*
 * Two commands measured side by side, 500 runs of each: what a whole run of
 * that costs beside hyperfine -N, and what one execution costs beside a bare
 * loop of fork, exec and wait.
 *
 * The sides take turns, so that whatever else the machine does hits all of
 * them, and medians are compared.  On a busy machine processor time, of us and
 * the commands together, says more than the wall time that is wanted.
 *
 *	interleave [ROUNDS]		all sides
 *	interleave --ours		our side alone, once, for a profiler
 */
#include "base/auto.h"
#include "base/clock.h"
#include "measure/schedule.h"
#include "row.h"
#include "source/perf_fit.h"

#include <fcntl.h>
#include <linux/perf_event.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#define RUNS 500
#define MOST_ROUNDS 50

static char command[] = "true", no_name[] = "";
static char *command_argv[] = { command, NULL };

/* What is counted by default. */
static const struct {
	uint32_t type;
	uint64_t config;
} defaults[] = {
	{ PERF_TYPE_SOFTWARE, PERF_COUNT_SW_TASK_CLOCK },
	{ PERF_TYPE_SOFTWARE, PERF_COUNT_SW_CONTEXT_SWITCHES },
	{ PERF_TYPE_SOFTWARE, PERF_COUNT_SW_CPU_MIGRATIONS },
	{ PERF_TYPE_SOFTWARE, PERF_COUNT_SW_PAGE_FAULTS },
	{ PERF_TYPE_HARDWARE, PERF_COUNT_HW_CPU_CYCLES },
	{ PERF_TYPE_HARDWARE, PERF_COUNT_HW_INSTRUCTIONS },
	{ PERF_TYPE_HARDWARE, PERF_COUNT_HW_BRANCH_INSTRUCTIONS },
	{ PERF_TYPE_HARDWARE, PERF_COUNT_HW_BRANCH_MISSES },
};

static int make_plan(struct event *events, struct event **items,
		     struct event_list *list, struct plan *ret)
{
	static const struct metric_uses none;
	struct perf_fit fit = { .sys = &perf_sys_kernel };
	struct err err = { 0 };

	for (size_t i = 0; i < ARRAY_LEN(defaults); i++) {
		events[i] = (struct event){
			.name = no_name,
			.base = no_name,
			.unit = no_name,
			.help = no_name,
			.scale = 1.0,
			.code = { .type = defaults[i].type,
				  .config = defaults[i].config },
			.core_type = -1,
			.hybrid_set = -1,
			.group = -1,
		};
		items[i] = &events[i];
	}
	*list = (struct event_list){ .items = items, .n = ARRAY_LEN(defaults) };
	return plan_make(list, &none, perf_fit_group, &fit, ret, &err);
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

/* Seconds, or less than 0. */
static double time_ours(const struct plan *plan)
{
	const struct target target = { .argv = command_argv, .inherit = true };
	const struct schedule_subject one = { .name = command,
					      .source = &source_perf,
					      .plan = plan,
					      .target = &target };
	const struct schedule_subject subjects[] = { one, one };
	const struct schedule_options options = { .blocks = RUNS,
						  .sys = &perf_sys_kernel };
	struct schedule schedule;
	struct err err = { 0 };
	uint64_t start = clock_now_ns();
	int r = schedule_measure(subjects, 2, &options, &schedule, &err);
	double s = (double)(clock_now_ns() - start) * 1e-9;

	schedule_done(&schedule);
	if (r < 0)
		printf("cannot measure: %s\n", err.what);
	return r < 0 ? -1.0 : s;
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

static double time_hyperfine(void)
{
	char *argv[] = {
		strdup("hyperfine"), strdup("-N"),     strdup("--style"),
		strdup("none"),      strdup("--runs"), strdup("500"),
		strdup(command),     strdup(command),  NULL
	};
	uint64_t start = clock_now_ns();
	int status = -1;
	pid_t pid;

	if (spawn_quietly(argv, &pid) == 0)
		waitpid(pid, &status, 0);
	for (size_t i = 0; argv[i]; i++)
		free(argv[i]);
	return status ? -1.0 : (double)(clock_now_ns() - start) * 1e-9;
}

/* fork() and not spawn: that is what is meant by a bare loop. */
static double time_bare(void)
{
	uint64_t start = clock_now_ns();
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
	return (double)(clock_now_ns() - start) * 1e-9;
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

static void run_side(struct race *race, int side, const struct plan *plan)
{
	double cpu = cpu_now();

	race->wall[side][race->n] = side == OURS     ? time_ours(plan)
				    : side == THEIRS ? time_hyperfine()
						     : time_bare();
	race->cpu[side][race->n] = cpu_now() - cpu;
}

/* Neither side always comes after the same other one. */
static void run_round(struct race *race, const struct plan *plan)
{
	for (size_t i = 0; i < SIDES; i++)
		run_side(race, (int)((race->n + i) % SIDES), plan);
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
	struct event events[ARRAY_LEN(defaults)];
	struct event *items[ARRAY_LEN(defaults)];
	struct event_list list;
	struct plan plan = { 0 };
	size_t rounds = argc > 1 ? strtoul(argv[1], NULL, 10) : 7;
	bool alone = argc > 1 && strcmp(argv[1], "--ours") == 0;

	if (make_plan(events, items, &list, &plan) < 0)
		return 1;
	if (alone) {
		printf("%.3f s\n", time_ours(&plan));
		plan_done(&plan);
		return 0;
	}
	run_round(&race, &plan); /* a warm-up */
	for (; race.n < rounds && race.n < MOST_ROUNDS; race.n++) {
		run_round(&race, &plan);
		if (race.wall[OURS][race.n] < 0.0 ||
		    race.wall[BARE][race.n] < 0.0)
			return 1;
	}
	plan_done(&plan);
	if (race.n)
		print(&race);
	return 0;
}
