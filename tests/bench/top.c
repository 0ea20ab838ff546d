/*
 * What tacho top costs as it is used, on a terminal, beside htop on one of the
 * same size, both once a second: CPU time and memory, and for how long a key
 * waits while a tick is made and drawn.
 *
 *	tests/bench/top TACHO [SECONDS [ROUNDS]]
 */
#include "base/auto.h"
#include "base/clock.h"
#include "base/parse.h"
#include "load.h"
#include "row.h"

#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

/* Beginning, which all of them do once, is not what a second costs. */
#define BEGINNING 4
#define ROUNDS_MAX 15
#define MIB_MOST 20.0
#define KEY_MOST_MS 50.0

/* ---- a program on a terminal ---- */

struct screen {
	int master, terminal;
	pid_t pid;
};

static bool start(struct screen *s, char *const argv[])
{
	s->terminal = -1;
	s->master = load_terminal(&s->terminal);
	if (s->master < 0)
		return false;
	s->pid = load_run(argv, s->terminal, -1);
	return s->pid > 0;
}

static void stop(struct screen *s)
{
	kill(s->pid, SIGTERM);
	waitpid(s->pid, NULL, 0);
	close(s->master);
	close(s->terminal);
}

static void drain(const struct screen *s, int seconds)
{
	char buffer[65536];

	for (int i = 0; i < seconds * 20; i++) {
		load_sleep(50000000u);
		while (read(s->master, buffer, sizeof(buffer)) > 0)
			;
	}
}

static double peak_mib(pid_t pid)
{
	char name[64], line[256];
	double kib = 0.0;
	FILE *f;

	snprintf(name, sizeof(name), "/proc/%d/status", (int)pid);
	f = fopen(name, "re");
	while (f && fgets(line, sizeof(line), f))
		if (sscanf(line, "VmHWM: %lf", &kib) == 1)
			break;
	if (f)
		fclose(f);
	return kib / 1024.0;
}

/* ---- CPU time and memory ---- */

struct cost {
	double cpu_ms[ROUNDS_MAX]; /* a second */
	double mib;                /* the most of all rounds */
	int rounds;
};

static void measure(char *const argv[], int seconds, struct cost *ret)
{
	double before, mib;
	struct screen s;

	if (!start(&s, argv))
		return;
	drain(&s, BEGINNING);
	before = load_cpu_seconds(s.pid);
	drain(&s, seconds);
	/* who has ended has used no time since */
	if (load_cpu_seconds(s.pid) > before)
		ret->cpu_ms[ret->rounds++] =
			1e3 * (load_cpu_seconds(s.pid) - before) / seconds;
	mib = peak_mib(s.pid);
	if (mib > ret->mib)
		ret->mib = mib;
	stop(&s);
}

/* ---- keys ---- */

#define KEYS_MAX 4000

/*
 * Letters of a search: each is drawn where another was, and in nothing else that
 * is on the screen.
 */
static const char letters[] = "@{}^";

static bool is_in(const char *text, ssize_t n, char c)
{
	return n > 0 && memchr(text, c, (size_t)n);
}

/* Until @c has been drawn, in ms; negative: never. */
static double wait_for(const struct screen *s, char c)
{
	uint64_t start = clock_now_ns();
	struct pollfd fd = { .fd = s->master, .events = POLLIN };
	char buffer[65536];

	if (write(s->master, &c, 1) != 1)
		return -1.0;
	while (poll(&fd, 1, 2000) > 0) {
		ssize_t n = read(s->master, buffer, sizeof(buffer));

		if (is_in(buffer, n, c))
			return 1e-6 * (double)(clock_now_ns() - start);
		if (n <= 0)
			break;
	}
	return -1.0;
}

static void discard(const struct screen *s, uint64_t ns)
{
	char buffer[65536];

	load_sleep(ns);
	while (read(s->master, buffer, sizeof(buffer)) > 0)
		;
}

/* Waits of many keys, at all times of a tick; how many there were. */
static size_t time_keys(const struct screen *s, int seconds, double *waits)
{
	uint64_t end = clock_now_ns() + (uint64_t)seconds * 1000000000u;
	size_t n = 0;

	while (clock_now_ns() < end && n < KEYS_MAX) {
		double ms = wait_for(s, letters[n % (sizeof(letters) - 1)]);

		if (ms < 0.0) {
			printf("a key was not answered\n");
			break;
		}
		waits[n++] = ms;
		if (write(s->master, "\177", 1) != 1)
			break;
		/* of no common measure with the second */
		discard(s, 7300000u);
	}
	return n;
}

static void report_keys(const char *what, char *const argv[], int seconds)
{
	AUTO_FREE double *waits = calloc(KEYS_MAX, sizeof(*waits));
	struct screen s;
	char name[96];
	size_t n;

	if (!waits || !start(&s, argv))
		return;
	drain(&s, BEGINNING);
	if (write(s.master, "/", 1) != 1)
		return;
	discard(&s, 300000000u);
	n = time_keys(&s, seconds, waits);
	stop(&s);
	if (!n)
		return;
	/* sorts them */
	row_median(waits, n);
	printf("%s: %zu keys waited for %.1f ms (median), %.1f (99 %%), "
	       "%.1f (longest)\n",
	       what, n, waits[n / 2], waits[n * 99 / 100], waits[n - 1]);
	snprintf(name, sizeof(name), "%s: longest wait", what);
	row_print(name, waits[n - 1], KEY_MOST_MS, "ms", 1.0);
}

/* A program that does nothing but answer: what the machine lets a key wait. */
static void report_echo(int seconds)
{
	char cat[] = "sh", option[] = "-c",
	     script[] = "stty raw -echo; exec cat";
	char *argv[] = { cat, option, script, NULL };

	report_keys("cat", argv, seconds);
}

/* ---- all of it ---- */

struct options {
	char *tacho;
	int seconds, rounds;
};

/* Arguments of tacho top as one string, for sh to part. */
static void compare(const struct options *o, const char *what,
		    const char *arguments, bool keys)
{
	char name[96], command[4352];
	char shell[] = "sh", option[] = "-c", htop[] = "htop", d[] = "-d",
	     tenths[] = "10";
	char *ours[] = { shell, option, command, NULL };
	char *theirs[] = { htop, d, tenths, NULL };
	struct cost mine = { 0 }, other = { 0 };

	snprintf(command, sizeof(command), "exec %s top -d 1 %s", o->tacho,
		 arguments);
	for (int i = 0; i < o->rounds; i++) {
		measure(ours, o->seconds, &mine);
		measure(theirs, o->seconds, &other);
	}
	if (!mine.rounds) {
		printf("%s: tasks cannot be watched here\n", what);
		return;
	}
	snprintf(name, sizeof(name), "%s: CPU time/s, htop", what);
	if (other.rounds)
		row_print(name, row_median(mine.cpu_ms, (size_t)mine.rounds),
			  row_median(other.cpu_ms, (size_t)other.rounds), "ms",
			  0.50);
	snprintf(name, sizeof(name), "%s: memory, limit", what);
	row_print(name, mine.mib, MIB_MOST, "M", 1.0);
	if (keys)
		report_keys(what, ours, o->seconds);
}

static void compare_saved(const struct options *o)
{
	char dir[] = "/tmp/tacho-bench-XXXXXX", file[64], arguments[128];

	if (!mkdtemp(dir))
		return;
	snprintf(file, sizeof(file), "%s/ticks", dir);
	snprintf(arguments, sizeof(arguments), "-b -H -o /dev/null --save %s",
		 file);
	compare(o, "10,000 saved", arguments, false);
	unlink(file);
	rmdir(dir);
}

int main(int argc, char **argv)
{
	struct options o = { .seconds = 10, .rounds = 3 };
	struct load load;

	if (argc < 2 || (argc > 2 && parse_int(argv[2], &o.seconds) < 0) ||
	    (argc > 3 && parse_int(argv[3], &o.rounds) < 0) || o.rounds < 1 ||
	    o.rounds > ROUNDS_MAX) {
		fprintf(stderr, "usage: top TACHO [SECONDS [ROUNDS]]\n");
		return 2;
	}
	o.tacho = argv[1];
	row_print_header();
	load = load_begin(1000, 1, 50);
	compare(&o, "1,000 processes", "", true);
	compare(&o, "1,000 with threads", "-H", false);
	compare(&o, "1,000 as batch", "-b -o /dev/null", false);
	load_end(&load);
	load = load_begin(10, 1000, 33);
	report_echo(o.seconds);
	compare(&o, "10,000 threads", "", true);
	compare(&o, "10,000 shown", "-H", true);
	compare(&o, "10,000 as batch", "-b -H -o /dev/null", false);
	compare_saved(&o);
	load_end(&load);
	return 0;
}
