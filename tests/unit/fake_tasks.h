/*
 * The model of the live view, as if ticks had made it: a machine with as many
 * CPUs and processes as a test wants, the same each time.  It takes the place of
 * analyze/tasks, so that the screen is tested without it.
 */
#ifndef TACHO_TESTS_FAKE_TASKS_H
#define TACHO_TESTS_FAKE_TASKS_H

#include "screen/screen.h"

struct fake_scene {
	size_t ntasks, ncpus;
	const char *lacking; /* NULL: nothing */
	bool uncounted;      /* no hardware counter */
	bool hostile;        /* names that want to harm the terminal */
	pid_t victim;        /* the first row is this process */
	uint64_t victim_start;
};

/* Feeds ticks of @scene, from the model of this fixture. */
struct fake_feed {
	struct screen_feed feed;
	struct fake_scene scene;
	size_t tick; /* how many were fed */
	bool threads;
	size_t seeked;
	struct screen_replay replay;
	/* step() answers 0 so many times before each tick, and wastes that time */
	unsigned slow_steps;
	uint64_t slow_ns;
	int fail; /* a negative errno of step() */
};

/* @replay_count: 0: live. */
void fake_feed_init(struct fake_feed *f, const struct fake_scene *scene,
		    size_t replay_count);
void fake_feed_done(struct fake_feed *f);

/* As if it had been fed, without a loop. */
void fake_feed_tick(struct fake_feed *f);

#endif
