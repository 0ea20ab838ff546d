/*
 * Why did the time change: the difference as a sum of parts.
 *
 *	time = instructions x cycles per instruction / frequency / utilisation
 *
 * where frequency is cycles over processor time and utilisation is processor
 * time over elapsed time.  The logarithms of the factors add up to that of the
 * whole; each part is the factor's logarithm times the logarithmic mean of the
 * two times, over the reference's time, so that the parts add up to the
 * relative difference whatever its size (Ang, The LMDI approach to
 * decomposition analysis, Energy Policy 33, 2005).  What is a sum itself, cycles by top-down shares or
 * processor time by mode, is split the same way by its differences.
 *
 * All from means: parts add up, and say nothing of how sure they are.
 */
#ifndef TACHO_ANALYZE_COMPARE_WHY_H
#define TACHO_ANALYZE_COMPARE_WHY_H

#include "analyze/compare.h"

#include <stdbool.h>
#include <stddef.h>

/* Where the slots or cycles of a core go, as far as the parts have names. */
enum why_share {
	WHY_FRONTEND_BOUND,
	WHY_BAD_SPECULATION,
	WHY_BACKEND_BOUND,
	WHY_RETIRING,
	WHY_FETCH_LATENCY,
	WHY_FETCH_BANDWIDTH,
	WHY_BRANCH_MISPREDICTS,
	WHY_MACHINE_CLEARS,
	WHY_MEMORY_BOUND,
	WHY_CORE_BOUND,
	WHY_L1_BOUND,
	WHY_L2_BOUND,
	WHY_L3_BOUND,
	WHY_DRAM_BOUND,
	WHY_STORE_BOUND,
};
#define WHY_SHARES (WHY_STORE_BOUND + 1)

/* "frontend_bound": the metric. */
const char *why_share_metric(enum why_share share);

/* "frontend": the word of its details. */
const char *why_share_word(enum why_share share);

/* One subject; what is negative is not known. */
struct why_side {
	double time_s;
	double user_s, sys_s;
	double cpu_s; /* processor time; the sum of these if not known */
	double instructions, cycles;
	bool user_only; /* both were counted in user mode alone */
	double shares[WHY_SHARES];
};

enum why_factor {
	WHY_INSTRUCTIONS,
	WHY_CYCLES_PER_INSTRUCTION,
	WHY_TIME_PER_INSTRUCTION, /* in place of cycles and frequency */
	WHY_FREQUENCY,
	WHY_KERNEL_TIME,    /* processor time over that in user mode, where only
			    that is counted */
	WHY_PROCESSOR_TIME, /* without instructions */
	WHY_UTILISATION,
};
#define WHY_FACTORS (WHY_UTILISATION + 1)

struct why_detail {
	const char *word; /* "DRAM" */
	double part;
};

struct why_part {
	enum why_factor factor;
	double part; /* of the reference's time; 0.01 made it 1 % longer */
	/* what it is the sum of; may be none */
	struct why_detail details[WHY_SHARES + 1];
	size_t ndetails;
};

struct why {
	double total; /* relative difference of the time: sum of the parts */
	struct why_part parts[WHY_FACTORS];
	size_t nparts; /* 0: nothing but the time is known */
};

/* All that is not known. */
struct why_side why_side_unknown(void);

/* -ENODATA when a time is not known or not above 0. */
int why_of(const struct why_side *a, const struct why_side *b, struct why *ret);

/* The means of one subject; counts of split core types are added up. */
struct why_side why_side_of(const struct comparison *c, size_t subject);

/* The same for a subject of a comparison, against its reference. */
int why_of_comparison(const struct comparison *c, size_t subject,
		      struct why *ret);

/* "instructions", "cycles per instruction" */
const char *why_factor_name(enum why_factor factor);

/* Is the time shorter where there is more of it? */
bool why_factor_divides(enum why_factor factor);

/* What makes up more than half of the part, by one word; NULL. */
const char *why_main_detail(const struct why_part *part);

/*
 * "+4.1 % time = +0.2 % instructions, +3.6 % cycles per instruction (DRAM),
 * -0.3 % frequency": a fall of what the time is divided by makes it longer.
 * Parts are rounded so that they still add up; those that round to nothing are
 * left out.  In parentheses what makes up most of a part.  The caller frees.
 */
char *why_words(const struct why *why);

#endif
