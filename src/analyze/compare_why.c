/* The change of the time as a sum of parts; see compare_why.h. */
#include "analyze/compare_why.h"

#include "base/auto.h"
#include "base/strbuf.h"

#include <errno.h>
#include <math.h>
#include <string.h>

#define NO_PARENT WHY_SHARES

/* Children follow their parents. */
static const struct {
	const char *metric, *word;
	int parent;
} shares[] = {
	[WHY_FRONTEND_BOUND] = { "frontend_bound", "frontend", NO_PARENT },
	[WHY_BAD_SPECULATION] = { "bad_speculation", "bad speculation",
				  NO_PARENT },
	[WHY_BACKEND_BOUND] = { "backend_bound", "backend", NO_PARENT },
	[WHY_RETIRING] = { "retiring", "retiring", NO_PARENT },
	[WHY_FETCH_LATENCY] = { "fetch_latency", "fetch latency",
				WHY_FRONTEND_BOUND },
	[WHY_FETCH_BANDWIDTH] = { "fetch_bandwidth", "fetch bandwidth",
				  WHY_FRONTEND_BOUND },
	[WHY_BRANCH_MISPREDICTS] = { "branch_mispredicts",
				     "mispredicted branches",
				     WHY_BAD_SPECULATION },
	[WHY_MACHINE_CLEARS] = { "machine_clears", "machine clears",
				 WHY_BAD_SPECULATION },
	[WHY_MEMORY_BOUND] = { "memory_bound", "memory", WHY_BACKEND_BOUND },
	[WHY_CORE_BOUND] = { "core_bound", "core", WHY_BACKEND_BOUND },
	[WHY_L1_BOUND] = { "l1_bound", "L1", WHY_MEMORY_BOUND },
	[WHY_L2_BOUND] = { "l2_bound", "L2", WHY_MEMORY_BOUND },
	[WHY_L3_BOUND] = { "l3_bound", "L3", WHY_MEMORY_BOUND },
	[WHY_DRAM_BOUND] = { "dram_bound", "DRAM", WHY_MEMORY_BOUND },
	[WHY_STORE_BOUND] = { "store_bound", "stores", WHY_MEMORY_BOUND },
};
_Static_assert(ARRAY_LEN(shares) == WHY_SHARES, "every share has a row");

static const struct {
	const char *name;
	bool divides; /* more of it makes the time shorter */
} factors[] = {
	[WHY_INSTRUCTIONS] = { "instructions", false },
	[WHY_CYCLES_PER_INSTRUCTION] = { "cycles per instruction", false },
	[WHY_TIME_PER_INSTRUCTION] = { "time per instruction", false },
	[WHY_FREQUENCY] = { "frequency", true },
	[WHY_KERNEL_TIME] = { "kernel time", false },
	[WHY_PROCESSOR_TIME] = { "processor time", false },
	[WHY_UTILISATION] = { "utilisation", true },
};
_Static_assert(ARRAY_LEN(factors) == WHY_FACTORS, "every factor has a row");

const char *why_share_metric(enum why_share share)
{
	return shares[share].metric;
}

const char *why_share_word(enum why_share share)
{
	return shares[share].word;
}

bool why_factor_divides(enum why_factor factor)
{
	return factors[factor].divides;
}

const char *why_factor_name(enum why_factor factor)
{
	return factors[factor].name;
}

/* ---- logarithms ---- */

/* log(b / a), also where the two are nearly the same */
static double log_ratio(double b, double a)
{
	double change = (b - a) / a;

	return fabs(change) < 0.1 ? log1p(change) : log(b) - log(a);
}

/* (b - a) / log(b / a) */
static double log_mean(double b, double a)
{
	double l = log_ratio(b, a);

	return l == 0.0 ? a : (b - a) / l;
}

static bool both_known(double a, double b)
{
	return a >= 0.0 && b >= 0.0 && isfinite(a) && isfinite(b);
}

static bool both_above(double a, double b)
{
	return both_known(a, b) && a > 0.0 && b > 0.0;
}

/* ---- factors ---- */

/* Two sides, and what a logarithm of 1 is worth. */
struct change {
	const struct why_side *a, *b;
	double cpu_a, cpu_b; /* processor time; negative: not known */
	double worth;
	struct why *why;
};

static struct why_part *add_factor(struct change *c, enum why_factor factor,
				   double logarithm)
{
	struct why_part *part = &c->why->parts[c->why->nparts++];

	*part = (struct why_part){ .factor = factor,
				   .part = c->worth * logarithm };
	return part;
}

static void add_detail(struct why_part *part, const char *word, double amount)
{
	part->details[part->ndetails++] =
		(struct why_detail){ .word = word, .part = amount };
}

/* ---- cycles by shares ---- */

/* The children of @of that are known on both sides; sums of their shares. */
static size_t children_of(const struct change *c, int of, bool *is_child,
			  double *sum_a, double *sum_b)
{
	size_t n = 0;

	*sum_a = *sum_b = 0.0;
	for (int i = 0; i < WHY_SHARES; i++) {
		is_child[i] = shares[i].parent == of &&
			      both_known(c->a->shares[i], c->b->shares[i]);
		if (!is_child[i])
			continue;
		n++;
		*sum_a += c->a->shares[i];
		*sum_b += c->b->shares[i];
	}
	return n;
}

/*
 * Split (@x_a, @x_b), cycles per instruction that are lost to @of, over its
 * children; what they do not explain stays with it.  Some levels are shares of
 * slots and others of cycles: children that are more than their parent are made
 * smaller until they are not.
 */
static void split(const struct change *c, struct why_part *part, int of,
		  double x_a, double x_b, double worth)
{
	bool is_child[WHY_SHARES];
	double sum_a, sum_b, whole_a = 1.0, whole_b = 1.0, rest;
	const char *word = of == NO_PARENT ? "other" : shares[of].word;

	rest = x_b - x_a;
	if (children_of(c, of, is_child, &sum_a, &sum_b)) {
		if (of != NO_PARENT) {
			whole_a = c->a->shares[of];
			whole_b = c->b->shares[of];
		}
		whole_a = fmax(whole_a, sum_a);
		whole_b = fmax(whole_b, sum_b);
		for (int i = 0; i < WHY_SHARES; i++) {
			double y_a = 0.0, y_b = 0.0;

			if (!is_child[i])
				continue;
			if (whole_a > 0.0)
				y_a = x_a * (c->a->shares[i] / whole_a);
			if (whole_b > 0.0)
				y_b = x_b * (c->b->shares[i] / whole_b);
			split(c, part, i, y_a, y_b, worth);
			rest -= y_b - y_a;
		}
		if (fabs(rest) <= 1e-12 * (x_a + x_b))
			return;
	} else if (of == NO_PARENT) {
		return;
	}
	add_detail(part, word, worth * rest);
}

/* ---- chains of factors ---- */

static void add_cycles(struct change *c)
{
	const struct why_side *a = c->a, *b = c->b;
	double cpi_a = a->cycles / a->instructions;
	double cpi_b = b->cycles / b->instructions;
	bool user_only = a->user_only && both_above(a->user_s, b->user_s);
	double busy_a = user_only ? a->user_s : c->cpu_a;
	double busy_b = user_only ? b->user_s : c->cpu_b;
	struct why_part *part;

	add_factor(c, WHY_INSTRUCTIONS,
		   log_ratio(b->instructions, a->instructions));
	part = add_factor(c, WHY_CYCLES_PER_INSTRUCTION,
			  log_ratio(cpi_b, cpi_a));
	split(c, part, NO_PARENT, cpi_a, cpi_b,
	      c->worth / log_mean(cpi_b, cpi_a));
	add_factor(c, WHY_FREQUENCY,
		   log_ratio(busy_b, busy_a) - log_ratio(b->cycles, a->cycles));
	if (user_only)
		add_factor(c, WHY_KERNEL_TIME,
			   log_ratio(c->cpu_b, c->cpu_a) -
				   log_ratio(busy_b, busy_a));
}

static void add_instructions(struct change *c, double of_a, double of_b)
{
	const struct why_side *a = c->a, *b = c->b;
	double work = log_ratio(b->instructions, a->instructions);

	add_factor(c, WHY_INSTRUCTIONS, work);
	add_factor(c, WHY_TIME_PER_INSTRUCTION, log_ratio(of_b, of_a) - work);
}

/* Processor time by what was running: the program or the kernel. */
static void add_processor_time(struct change *c)
{
	const struct why_side *a = c->a, *b = c->b;
	struct why_part *part = add_factor(c, WHY_PROCESSOR_TIME,
					   log_ratio(c->cpu_b, c->cpu_a));
	double worth = c->worth / log_mean(c->cpu_b, c->cpu_a);
	double user = b->user_s - a->user_s;

	if (!both_known(a->user_s, b->user_s) ||
	    !both_known(a->sys_s, b->sys_s))
		return;
	add_detail(part, "program", worth * user);
	/* the rest, also where the clocks do not quite agree */
	add_detail(part, "kernel", worth * (c->cpu_b - c->cpu_a - user));
}

static double processor_time(const struct why_side *s)
{
	if (s->cpu_s >= 0.0)
		return s->cpu_s;
	return s->user_s >= 0.0 && s->sys_s >= 0.0 ? s->user_s + s->sys_s
						   : -1.0;
}

int why_of(const struct why_side *a, const struct why_side *b, struct why *ret)
{
	struct why why = { 0 };
	struct change c = { .a = a,
			    .b = b,
			    .cpu_a = processor_time(a),
			    .cpu_b = processor_time(b),
			    .why = &why };
	bool has_work, has_cpu;

	if (!both_above(a->time_s, b->time_s))
		return -ENODATA;
	why.total = (b->time_s - a->time_s) / a->time_s;
	c.worth = log_mean(b->time_s, a->time_s) / a->time_s;
	has_cpu = both_above(c.cpu_a, c.cpu_b);
	has_work = both_above(a->instructions, b->instructions) &&
		   a->user_only == b->user_only;
	if (has_cpu && has_work && both_above(a->cycles, b->cycles))
		add_cycles(&c);
	else if (has_cpu && has_work)
		add_instructions(&c, c.cpu_a, c.cpu_b);
	else if (has_work)
		add_instructions(&c, a->time_s, b->time_s);
	else if (has_cpu)
		add_processor_time(&c);
	if (has_cpu)
		add_factor(&c, WHY_UTILISATION,
			   log_ratio(b->time_s, a->time_s) -
				   log_ratio(c.cpu_b, c.cpu_a));
	*ret = why;
	return 0;
}

/* ---- from a comparison ---- */

struct why_side why_side_unknown(void)
{
	struct why_side s = { .time_s = -1.0,
			      .user_s = -1.0,
			      .sys_s = -1.0,
			      .cpu_s = -1.0,
			      .instructions = -1.0,
			      .cycles = -1.0 };

	for (size_t i = 0; i < WHY_SHARES; i++)
		s.shares[i] = -1.0;
	return s;
}

static double mean_of(const struct compare_quantity *q, size_t subject)
{
	const struct compare_side *side = &q->sides[subject];

	/* ratios of what does not compare are none */
	if (compare_is_unlike(q, subject))
		return -1.0;
	return side->n && side->stats.mean >= 0.0 ? side->stats.mean : -1.0;
}

static double named(const struct comparison *c, size_t subject,
		    const char *name)
{
	size_t q = compare_find(c, name);

	return q == SIZE_MAX ? -1.0 : mean_of(&c->quantities[q], subject);
}

/* An event by what formulas call it: the first, or the parts of all cores. */
static double event_mean(const struct comparison *c, size_t subject,
			 const char *base, bool *user_only)
{
	double sum = 0.0;
	bool found = false;

	for (size_t i = 0; i < c->nquantities; i++) {
		const struct compare_quantity *q = &c->quantities[i];
		double mean;

		if (strcmp(q->kind.base, base) != 0)
			continue;
		mean = mean_of(q, subject);
		*user_only = q->kind.user_only;
		if (!q->kind.split || mean < 0.0)
			return mean;
		sum += mean;
		found = true;
	}
	return found ? sum : -1.0;
}

struct why_side why_side_of(const struct comparison *c, size_t subject)
{
	struct why_side s = why_side_unknown();
	bool of_cycles = false, unused = false;

	s.time_s = named(c, subject, "time");
	s.user_s = named(c, subject, "user_time");
	s.sys_s = named(c, subject, "sys_time");
	s.cpu_s = event_mean(c, subject, "task_clock", &unused);
	if (s.cpu_s >= 0.0)
		s.cpu_s *= 1e-3; /* the event is in ms */
	s.instructions = event_mean(c, subject, "instructions", &s.user_only);
	s.cycles = event_mean(c, subject, "cycles", &of_cycles);
	/* a ratio of two different modes is none */
	if (of_cycles != s.user_only)
		s.cycles = -1.0;
	for (int i = 0; i < WHY_SHARES; i++)
		s.shares[i] = named(c, subject, shares[i].metric);
	return s;
}

int why_of_comparison(const struct comparison *c, size_t subject,
		      struct why *ret)
{
	struct why_side a = why_side_of(c, 0), b = why_side_of(c, subject);

	return why_of(&a, &b, ret);
}

/* ---- words ---- */

/*
 * Tenths of a percent, rounded so that they add up to the rounded total: all
 * down first, then those up that lost most.
 */
static void round_parts(const struct why *why, long total, long *tenths)
{
	double lost[WHY_FACTORS];
	long sum = 0;

	for (size_t i = 0; i < why->nparts; i++) {
		double exact = why->parts[i].part * 1000.0;

		tenths[i] = (long)floor(exact);
		lost[i] = exact - floor(exact);
		sum += tenths[i];
	}
	for (; sum < total; sum++) {
		size_t most = 0;

		for (size_t i = 1; i < why->nparts; i++)
			if (lost[i] > lost[most])
				most = i;
		tenths[most]++;
		lost[most] -= 1.0;
	}
}

const char *why_main_detail(const struct why_part *part)
{
	for (size_t i = 0; i < part->ndetails; i++)
		if (part->details[i].part / part->part > 0.5 &&
		    strcmp(part->details[i].word, "other") != 0)
			return part->details[i].word;
	return NULL;
}

char *why_words(const struct why *why)
{
	struct strbuf b = { 0 };
	long tenths[WHY_FACTORS], total;
	const char *between = " = ";

	/* more than anybody measures, and far from what a long can have */
	if (!(fabs(why->total) < 1e9)) {
		strbuf_puts(&b, "time is not comparable");
		return strbuf_detach(&b);
	}
	total = lround(why->total * 1000.0);
	strbuf_addf(&b, "%+.1f %% time", (double)total / 10.0);
	if (!why->nparts)
		return strbuf_detach(&b);
	round_parts(why, total, tenths);
	for (size_t i = 0; i < why->nparts; i++) {
		const struct why_part *part = &why->parts[i];
		bool divides = why_factor_divides(part->factor);
		const char *detail = why_main_detail(part);

		if (!tenths[i])
			continue;
		strbuf_addf(&b, "%s%+.1f %% %s", between,
			    (double)(divides ? -tenths[i] : tenths[i]) / 10.0,
			    factors[part->factor].name);
		if (detail)
			strbuf_addf(&b, " (%s)", detail);
		between = ", ";
	}
	return strbuf_detach(&b);
}
