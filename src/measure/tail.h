/*
 * The end of what commands write: a pipe that is read while they run, and of
 * which only the last bytes are kept.
 */
#ifndef TACHO_MEASURE_TAIL_H
#define TACHO_MEASURE_TAIL_H

#include "base/err.h"

#include <stddef.h>

struct tail {
	int from, to; /* to is what commands get */
	char *ring;
	size_t size; /* of the ring */
	size_t at;   /* where the next byte goes */
	size_t n;    /* bytes in it */
};

/* Keep @size bytes, which is not 0. */
int tail_open(struct tail *ret, size_t size, struct err *err);
void tail_close(struct tail *t);

/* Read what is there, without waiting; @tail is a struct tail. */
void tail_take(void *tail);

/* What has been written until now, read or not, is nobody's. */
void tail_forget(struct tail *t);

/*
 * What was kept, from the beginning of a line if there is one; the caller
 * frees.  What cannot be shown on a terminal is '?'.
 */
char *tail_text(const struct tail *t);

#endif
