/*
 * Comparisons to be shown, made of samples that a seed repeats: judged as
 * measured ones are.
 */
#ifndef TACHO_TESTS_VERSUS_H
#define TACHO_TESTS_VERSUS_H

#include "base/random.h"
#include "report/comparison/comparison.h"

#define VERSUS_SUBJECTS 4

struct versus {
	struct comparison c;
	struct comparison_report r;
	struct comparison_subject subjects[VERSUS_SUBJECTS];
	struct provenance provenances[VERSUS_SUBJECTS];
	struct gates gates;
	struct comparison_gate answers[4];
	struct comparison_left_out left_out[2];
	char *notes[4];
	char *doubts[64];
	struct random random;
	size_t runs;
};

struct versus_scene {
	const char *name;
	void (*build)(struct versus *v);
};

/* NULL at the end. */
extern const struct versus_scene versus_scenes[];

void versus_init(struct versus *v, const struct versus_scene *scene);
void versus_done(struct versus *v);

/* What @view shows of it; the caller frees. */
char *versus_show(const struct versus *v, const struct comparison_view *view,
		  const struct comparison_style *style);

#endif
