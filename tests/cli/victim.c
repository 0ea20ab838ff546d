/*
 * A program to be measured that does exactly what it is told, so that tests
 * know the number that has to come out: page faults, each of a fresh page.
 *
 *	victim touch N	touch N pages and end
 *	victim serve	obey the lines of standard input, answer each "done":
 *		old N	the thread that is there from the start touches N
 *		new N	a new thread does
 *		fork N	a child process does
 *		quit	end; so does end of file
 */
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

static void touch(long pages)
{
	size_t size = (size_t)sysconf(_SC_PAGESIZE);
	size_t len = (size_t)pages * size;
	char *p;

	if (pages <= 0)
		return;
	p = mmap(NULL, len, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS,
		 -1, 0);
	if (p == MAP_FAILED)
		exit(3);
	/* a huge page would be one fault for many pages */
	madvise(p, len, MADV_NOHUGEPAGE);
	for (size_t at = 0; at < len; at += size)
		*(volatile char *)(p + at) = 1;
	munmap(p, len);
}

static struct {
	pthread_mutex_t lock;
	pthread_cond_t changed;
	long pages; /* to be touched by the old thread; 0: none */
} work = { PTHREAD_MUTEX_INITIALIZER, PTHREAD_COND_INITIALIZER, 0 };

static void *old_thread(void *arg)
{
	(void)arg;
	pthread_mutex_lock(&work.lock);
	for (;;) {
		while (!work.pages)
			pthread_cond_wait(&work.changed, &work.lock);
		touch(work.pages);
		work.pages = 0;
		pthread_cond_signal(&work.changed);
	}
	return NULL;
}

static void by_old_thread(long pages)
{
	pthread_mutex_lock(&work.lock);
	work.pages = pages;
	pthread_cond_signal(&work.changed);
	while (work.pages)
		pthread_cond_wait(&work.changed, &work.lock);
	pthread_mutex_unlock(&work.lock);
}

static void *new_thread(void *arg)
{
	touch(*(long *)arg);
	return NULL;
}

static void by_new_thread(long pages)
{
	pthread_t thread;

	if (pthread_create(&thread, NULL, new_thread, &pages) != 0)
		exit(3);
	pthread_join(thread, NULL);
}

static void by_child(long pages)
{
	pid_t pid = fork();

	if (pid == 0) {
		touch(pages);
		_exit(0);
	}
	if (pid < 0 || waitpid(pid, NULL, 0) != pid)
		exit(3);
}

static int serve(void)
{
	pthread_t thread;
	char line[80];

	if (pthread_create(&thread, NULL, old_thread, NULL) != 0)
		return 3;
	puts("ready");
	fflush(stdout);
	while (fgets(line, sizeof(line), stdin)) {
		char *space = strchr(line, ' ');
		long pages = space ? strtol(space + 1, NULL, 10) : 0;

		if (strncmp(line, "old ", 4) == 0)
			by_old_thread(pages);
		else if (strncmp(line, "new ", 4) == 0)
			by_new_thread(pages);
		else if (strncmp(line, "fork ", 5) == 0)
			by_child(pages);
		else
			break;
		puts("done");
		fflush(stdout);
	}
	return 0;
}

int main(int argc, char **argv)
{
	if (argc == 3 && strcmp(argv[1], "touch") == 0) {
		touch(strtol(argv[2], NULL, 10));
		return 0;
	}
	if (argc == 2 && strcmp(argv[1], "serve") == 0)
		return serve();
	fputs("usage: victim touch N | serve\n", stderr);
	return 2;
}
