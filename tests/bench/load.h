/*
 * Tasks to be watched by whoever watches all of them, and a terminal to watch
 * them on.
 */
#ifndef TACHO_TESTS_BENCH_LOAD_H
#define TACHO_TESTS_BENCH_LOAD_H

#include <stdint.h>
#include <sys/types.h>

struct load {
	pid_t *pids;
	unsigned n;
};

/*
 * @processes of so many @threads each; one in @one_in does a tenth of a
 * millisecond of work ten times a second, the others nothing.
 */
struct load load_begin(unsigned processes, unsigned threads, unsigned one_in);
void load_end(struct load *load);

/* A master that nobody reads but we, and in *ret its terminal; or -1. */
int load_terminal(int *ret);
/*
 * Run @argv on it as its controlling terminal.  With @fd3 that is its
 * descriptor 3.  -1: an error.
 */
pid_t load_run(char *const argv[], int terminal, int fd3);

void load_sleep(uint64_t ns);
/* CPU time of @pid so far, in seconds */
double load_cpu_seconds(pid_t pid);

#endif
