/*
 * Scope cleanup: what a function owns is released when it leaves.
 *
 *	AUTO(thing_freep) struct thing *t = thing_new();
 *	AUTO_FREE char *text = xstrdup("x");
 *	AUTO_CLOSE int fd = open(...);
 *	...
 *	*ret = TAKE_PTR(t);	ownership leaves, nothing is released
 */
#ifndef TACHO_BASE_AUTO_H
#define TACHO_BASE_AUTO_H

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#define AUTO(fn) __attribute__((cleanup(fn)))
#define AUTO_FREE AUTO(auto_freep)
#define AUTO_CLOSE AUTO(auto_closep)
#define AUTO_FCLOSE AUTO(auto_fclosep)

/* Hand over @ptr: its value, leaving NULL behind. */
#define TAKE_PTR(ptr)                                                          \
	({                                                                     \
		__typeof__(ptr) take_ptr_ = (ptr);                             \
		(ptr) = NULL;                                                  \
		take_ptr_;                                                     \
	})

/* Hand over @fd: its value, leaving -1 behind. */
#define TAKE_FD(fd)                                                            \
	({                                                                     \
		int take_fd_ = (fd);                                           \
		(fd) = -1;                                                     \
		take_fd_;                                                      \
	})

static inline void auto_freep(void *p)
{
	free(*(void **)p);
}

static inline void auto_closep(const int *fd)
{
	int saved = errno;

	if (*fd >= 0)
		close(*fd);
	errno = saved;
}

static inline void auto_fclosep(FILE **f)
{
	if (*f)
		fclose(*f);
}

#define ARRAY_LEN(a) (sizeof(a) / sizeof((a)[0]))

#endif
