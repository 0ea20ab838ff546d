/*
 * Measurements that every view is shown: one function makes one.
 */
#ifndef TACHO_TESTS_SCENES_H
#define TACHO_TESTS_SCENES_H

#include "fixture.h"

struct scene {
	const char *name;
	void (*make)(struct fixture *f);
	bool intervals; /* shown as two intervals before the whole */
};

/* Ends with a row without a name. */
extern const struct scene scenes[];

/* The events of the scene "states" by their state; READING_ABSENT has none. */
void scene_states(struct fixture *f);

/*
 * All of a scene as @view shows it, with the caller's options; the caller
 * frees.
 */
char *scene_show(const struct scene *scene, const struct view *view,
		 const struct view_options *options);

#endif
