/*
 * When did that happen for which we were woken?
 *
 * On a busy machine who is woken waits for a CPU, and what is seen when it has
 * one is late by that: a millisecond of a command that ran for ten.  The kernel
 * keeps account of the wait, in /proc/thread-self/schedstat.
 *
 * The account is of all waits together, so it is believed only if there was one
 * sleep and one turn on a CPU since it was looked at: then that turn is the one
 * after the sleep, and the wait before it began when we were woken.
 */
#ifndef TACHO_MEASURE_WAKEUP_H
#define TACHO_MEASURE_WAKEUP_H

#include <stdbool.h>
#include <stdint.h>

struct wakeup {
	int fd; /* of the account, -1: there is none */
	bool known;
	uint64_t waited_ns, turns, sleeps; /* by the time we went to sleep */
};

/* For the thread that calls. */
void wakeup_open(struct wakeup *w);
void wakeup_close(struct wakeup *w);

/* Before going to sleep. */
void wakeup_expect(struct wakeup *w);

/*
 * After it: how long ago we were woken when we got a CPU, or 0 where that is
 * not known.  What has been seen then happened that much before.
 */
uint64_t wakeup_late_ns(const struct wakeup *w);

#endif
