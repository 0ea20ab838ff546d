/*
 * Counting by thread on whole CPUs: the program of switch_program.h in the
 * kernel, and what it has added up since it was asked before.
 *
 * It adds to one of two maps.  When it is asked, each CPU is told, by a program
 * that runs on it, to account for the thread that it is just running and to go
 * on with the other map: from then on nobody writes to the first, which is read
 * and emptied at leisure.  So nothing is lost in between or counted twice.
 */
#ifndef TACHO_SOURCE_TASKS_SWITCH_COUNTING_H
#define TACHO_SOURCE_TASKS_SWITCH_COUNTING_H

#include "base/err.h"
#include "source/tasks/switch_program.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct switch_counting;

/* One that ran.  Its words, of switch_layout_words(), are borrowed. */
typedef void (*switch_counting_fn)(void *arg, const struct switch_key *key,
				   const uint64_t *words);

/* So that tests can be the kernel; the real one is switch_counting_kernel. */
struct switch_counting_kind {
	/*
	 * @fds: of each counter of the layout, [ncpus], -1 where it is not
	 * open; the caller's, and kept open.  The maps of the layout are filled
	 * in.  -ENOTSUP with the reason where this cannot be had.
	 */
	int (*open)(struct switch_layout *layout, const int *const *fds,
		    size_t ncpus, size_t nthreads, struct switch_counting **ret,
		    struct err *err);
	/*
	 * Hand over all that ran since the last time; *lost: so often a thread
	 * had no room.
	 */
	int (*drain)(struct switch_counting *s, switch_counting_fn fn,
		     void *arg, uint64_t *lost);
	void (*close)(struct switch_counting *s); /* NULL is fine */
};

extern const struct switch_counting_kind switch_counting_kernel;

#endif
