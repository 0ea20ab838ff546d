/*
 * Work on demand, to be measured from outside: each letter on standard input
 * is done and answered with a "." on standard output.
 *
 *	l  20,000,000 instructions in the main thread
 *	n  start a thread, which waits
 *	w  20,000,000 instructions in the thread that waits
 *	t  20,000,000 instructions in a new thread
 *	f  20,000,000 instructions in a child
 *
 * End of input ends it.
 */
#include <pthread.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#define ROUNDS 10000000

static int to_worker[2], from_worker[2];

static void loop(void)
{
	uint64_t n = ROUNDS;

	__asm__ volatile("1: subs %0, %0, #1\n\tb.ne 1b" : "+r"(n) : : "cc");
}

static void *once(void *arg)
{
	loop();
	return arg;
}

static void *wait_for_work(void *arg)
{
	char c;

	while (read(to_worker[0], &c, 1) == 1) {
		loop();
		if (write(from_worker[1], ".", 1) != 1)
			break;
	}
	return arg;
}

static void start_worker(void)
{
	pthread_t thread;

	if (pipe(to_worker) < 0 || pipe(from_worker) < 0 ||
	    pthread_create(&thread, NULL, wait_for_work, NULL) != 0)
		_exit(1);
}

static void ask_worker(void)
{
	char c;

	if (write(to_worker[1], "w", 1) != 1 ||
	    read(from_worker[0], &c, 1) != 1)
		_exit(1);
}

static void in_thread(void)
{
	pthread_t thread;

	if (pthread_create(&thread, NULL, once, NULL) != 0)
		_exit(1);
	pthread_join(thread, NULL);
}

static void in_child(void)
{
	pid_t pid = fork();

	if (pid == 0) {
		loop();
		_exit(0);
	}
	if (pid < 0 || waitpid(pid, NULL, 0) != pid)
		_exit(1);
}

static int work(char c)
{
	switch (c) {
	case 'l':
		loop();
		return 0;
	case 'n':
		start_worker();
		return 0;
	case 'w':
		ask_worker();
		return 0;
	case 't':
		in_thread();
		return 0;
	case 'f':
		in_child();
		return 0;
	default:
		return -1;
	}
}

int main(void)
{
	char c;

	while (read(STDIN_FILENO, &c, 1) == 1)
		if (work(c) == 0 && write(STDOUT_FILENO, ".\n", 2) != 2)
			return EXIT_FAILURE;
	return EXIT_SUCCESS;
}
