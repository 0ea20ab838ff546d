/*
 * Threads and processes that come and go:
 *
 *	churn N SECONDS	N times, SECONDS apart: a thread and a child process
 *			with a thread begin; each runs for SECONDS, a tenth of
 *			it on a CPU, and ends
 */
#include <pthread.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static double seconds;

static double used(void)
{
	struct timespec t;

	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
	return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

static void pause_for(double s)
{
	struct timespec t = { (time_t)s,
			      (long)((s - (double)(time_t)s) * 1e9) };

	nanosleep(&t, NULL);
}

/* In ten pieces, so that it runs in every interval. */
static void *work(void *arg)
{
	double before = used();

	for (int i = 1; i <= 10; i++) {
		while (used() - before < seconds * i / 100)
			;
		pause_for(seconds * 0.09);
	}
	return arg;
}

int main(int argc, char **argv)
{
	int n = argc == 3 ? atoi(argv[1]) : 0;
	pthread_t thread;
	pid_t pid;

	if (n < 1)
		return 2;
	seconds = atof(argv[2]);
	for (int i = 0; i < n; i++) {
		pid = fork();
		if (pid < 0)
			return 3;
		if (pid == 0) {
			if (pthread_create(&thread, NULL, work, NULL) != 0)
				_exit(3);
			work(NULL);
			pthread_join(thread, NULL);
			_exit(0);
		}
		if (pthread_create(&thread, NULL, work, NULL) != 0)
			return 3;
		pthread_detach(thread);
		pause_for(seconds);
	}
	while (wait(NULL) > 0)
		;
	pause_for(seconds);
	return 0;
}
