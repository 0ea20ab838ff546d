/*
 * The inside of build.h, shared by its files only: a comparison that is being
 * built.
 */
#ifndef TACHO_REPORT_COMPARISON_BUILDING_H
#define TACHO_REPORT_COMPARISON_BUILDING_H

#include "report/comparison/build.h"
#include "report/names.h"

/* What is doubted, for the sentences about it. */
struct comparison_doubted {
	struct names estimated; /* quantities */
	struct names user_only; /* of both sides, though not asked for */
	struct names one_sided; /* user mode on one side, all on the other */
	char **sentences;       /* of rules of plausibility */
	size_t nsentences;
};

struct comparison_building {
	const struct compare_inputs *inputs;
	const struct comparison_options *options;
	struct comparison *c;
	struct comparison_report *r;
	bool **dropped; /* [inputs->n][nruns] */
	struct comparison_doubted doubted;
	size_t headline; /* the quantity; SIZE_MAX: there is none */
};

/* Is @what among that in which @subject differs from the reference? */
bool comparison_differs(const struct comparison_subject *subject,
			enum provenance_what what);

/* Marks beside numbers, and what sentences need; after all numbers. */
int comparison_add_doubts(struct comparison_building *b, struct err *err);

/* The sentences; last. */
void comparison_add_notes(struct comparison_building *b);

#endif
