/*
 * Made-up comparisons for the tests of what shows them: numbers from a seed,
 * judged for real.
 */
#ifndef TACHO_TESTS_COMPARISON_SCENES_H
#define TACHO_TESTS_COMPARISON_SCENES_H

#include "report/comparison/comparison.h"

#include "base/random.h"

/* A report and all that it borrows. */
struct scene_report {
	struct comparison_report report;
	struct comparison comparison;
	struct gates gates;
	struct provenance provenance[3];
	struct random random;
};

struct comparison_scene {
	const char *name;
	void (*make)(struct scene_report *s);
};

/* Ends with a name that is NULL. */
extern const struct comparison_scene comparison_scenes[];

void scene_report_make(struct scene_report *s,
		       const struct comparison_scene *scene);
void scene_report_done(struct scene_report *s);

/* What the view prints of it; the caller frees. */
char *scene_report_show(const struct comparison_scene *scene,
			const struct comparison_view *view);

#endif
