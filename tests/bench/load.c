/* See load.h. */
#include "load.h"

#include "base/clock.h"

#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdbool.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

void load_sleep(uint64_t ns)
{
	struct timespec t = { .tv_sec = (time_t)(ns / 1000000000u),
			      .tv_nsec = (long)(ns % 1000000000u) };

	nanosleep(&t, NULL);
}

static void work_a_little(void)
{
	uint64_t end = clock_now_ns() + 100000;

	while (clock_now_ns() < end)
		;
}

static void *be_active(void *arg)
{
	(void)arg;
	for (;;) {
		load_sleep(100000000u);
		work_a_little();
	}
	return NULL;
}

static void *be_idle(void *arg)
{
	(void)arg;
	for (;;)
		pause();
	return NULL;
}

static void populate(unsigned number, unsigned threads, unsigned one_in)
{
	pthread_attr_t small;
	bool active = number % one_in == 0;

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	pthread_attr_init(&small);
	pthread_attr_setstacksize(&small, 32768);
	for (unsigned i = 1; i < threads; i++) {
		pthread_t t;

		if (pthread_create(&t, &small,
				   i % one_in == 0 ? be_active : be_idle, NULL))
			break;
	}
	if (threads == 1 && active)
		be_active(NULL);
	be_idle(NULL);
}

struct load load_begin(unsigned processes, unsigned threads, unsigned one_in)
{
	struct load l = { .pids = calloc(processes, sizeof(*l.pids)),
			  .n = processes };

	for (unsigned i = 0; l.pids && i < processes; i++) {
		l.pids[i] = fork();
		if (l.pids[i] == 0)
			populate(i, threads, one_in);
	}
	load_sleep(2000000000u);
	return l;
}

void load_end(struct load *l)
{
	for (unsigned i = 0; l->pids && i < l->n; i++)
		if (l->pids[i] > 0)
			kill(l->pids[i], SIGKILL);
	for (unsigned i = 0; l->pids && i < l->n; i++)
		if (l->pids[i] > 0)
			waitpid(l->pids[i], NULL, 0);
	free(l->pids);
	*l = (struct load){ 0 };
}

int load_terminal(int *ret)
{
	struct winsize size = { .ws_row = 50, .ws_col = 120 };
	int master = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC);

	if (master < 0 || grantpt(master) < 0 || unlockpt(master) < 0)
		return -1;
	*ret = open(ptsname(master), O_RDWR | O_NOCTTY | O_CLOEXEC);
	ioctl(master, TIOCSWINSZ, &size);
	fcntl(master, F_SETFL, O_NONBLOCK);
	return master;
}

pid_t load_run(char *const argv[], int terminal, int fd3)
{
	pid_t pid = fork();

	if (pid != 0)
		return pid;
	setsid();
	setenv("TERM", "xterm", 1);
	/* everybody as he comes */
	setenv("HTOPRC", "/dev/null", 1);
	dup2(terminal, 0);
	dup2(terminal, 1);
	dup2(terminal, 2);
	ioctl(0, TIOCSCTTY, 0);
	if (fd3 >= 0)
		dup2(fd3, 3);
	execvp(argv[0], argv);
	_exit(127);
}

double load_cpu_seconds(pid_t pid)
{
	struct timespec t = { 0 };
	clockid_t clock;

	if (clock_getcpuclockid(pid, &clock) == 0)
		clock_gettime(clock, &t);
	return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}
