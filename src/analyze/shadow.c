/*
 * perf 6.1's derived numbers; see shadow.h.
 *
 * Each is the event's value over that of another event with the same
 * exclude bits, in the same place.  A clock serves all events, whatever their
 * bits.
 */
#include "analyze/shadow.h"

#include "base/auto.h"

#include <linux/perf_event.h>

#define CACHE(id) (PERF_COUNT_HW_CACHE_##id)
#define CACHE_MISS(id) (CACHE(id) | PERF_COUNT_HW_CACHE_RESULT_MISS << 16)

/* The kernel keeps the PMU of a hybrid CPU in the upper half. */
#define CONFIG_MASK 0xffffffffULL

static const struct {
	int digits;
	const char *unit;
	const char *unit_missing; /* perf spells one differently then */
} texts[] = {
	[SHADOW_NONE] = { 0, NULL, NULL },
	[SHADOW_CPUS] = { 3, "CPUs utilized", NULL },
	[SHADOW_GHZ] = { 3, "GHz", "Ghz" },
	[SHADOW_IPC] = { 2, "insn per cycle", NULL },
	[SHADOW_STALLS_PER_INSN] = { 2, "stalled cycles per insn", NULL },
	[SHADOW_BRANCH_MISSES] = { 2, "of all branches", NULL },
	[SHADOW_CACHE_MISSES] = { 3, "of all cache refs", NULL },
	[SHADOW_L1D_MISSES] = { 2, "of all L1-dcache accesses", NULL },
	[SHADOW_L1I_MISSES] = { 2, "of all L1-icache accesses", NULL },
	[SHADOW_LL_MISSES] = { 2, "of all LL-cache accesses", NULL },
	[SHADOW_DTLB_MISSES] = { 2, "of all dTLB cache accesses", NULL },
	[SHADOW_ITLB_MISSES] = { 2, "of all iTLB cache accesses", NULL },
	[SHADOW_FRONTEND_IDLE] = { 2, "frontend cycles idle", NULL },
	[SHADOW_BACKEND_IDLE] = { 2, "backend cycles idle", NULL },
	[SHADOW_PER_SEC] = { 3, "/sec", NULL },
};
_Static_assert(ARRAY_LEN(texts) == SHADOW_KINDS, "one row per kind");

/* Events whose number is a percentage of another event's. */
static const struct {
	enum shadow_kind kind;
	uint32_t type;
	uint64_t config;
	uint64_t of; /* config of the other one, same type */
	bool shows_zero;
} shares[] = {
	{ SHADOW_BRANCH_MISSES, PERF_TYPE_HARDWARE, PERF_COUNT_HW_BRANCH_MISSES,
	  PERF_COUNT_HW_BRANCH_INSTRUCTIONS, true },
	{ SHADOW_CACHE_MISSES, PERF_TYPE_HARDWARE, PERF_COUNT_HW_CACHE_MISSES,
	  PERF_COUNT_HW_CACHE_REFERENCES, true },
	{ SHADOW_L1D_MISSES, PERF_TYPE_HW_CACHE, CACHE_MISS(L1D), CACHE(L1D),
	  true },
	{ SHADOW_L1I_MISSES, PERF_TYPE_HW_CACHE, CACHE_MISS(L1I), CACHE(L1I),
	  true },
	{ SHADOW_LL_MISSES, PERF_TYPE_HW_CACHE, CACHE_MISS(LL), CACHE(LL),
	  true },
	{ SHADOW_DTLB_MISSES, PERF_TYPE_HW_CACHE, CACHE_MISS(DTLB), CACHE(DTLB),
	  true },
	{ SHADOW_ITLB_MISSES, PERF_TYPE_HW_CACHE, CACHE_MISS(ITLB), CACHE(ITLB),
	  true },
	{ SHADOW_FRONTEND_IDLE, PERF_TYPE_HARDWARE,
	  PERF_COUNT_HW_STALLED_CYCLES_FRONTEND, PERF_COUNT_HW_CPU_CYCLES,
	  false },
	{ SHADOW_BACKEND_IDLE, PERF_TYPE_HARDWARE,
	  PERF_COUNT_HW_STALLED_CYCLES_BACKEND, PERF_COUNT_HW_CPU_CYCLES,
	  false },
};

static bool is(const struct event *event, uint32_t type, uint64_t config)
{
	return event->code.type == type &&
	       (event->code.config & CONFIG_MASK) == config;
}

static bool is_clock(const struct event *event)
{
	return is(event, PERF_TYPE_SOFTWARE, PERF_COUNT_SW_TASK_CLOCK) ||
	       is(event, PERF_TYPE_SOFTWARE, PERF_COUNT_SW_CPU_CLOCK);
}

/* perf takes the mean where one is counted more than once. */
struct mean {
	double sum;
	size_t n;
};

static double mean_of(const struct mean *mean)
{
	return mean->n ? mean->sum / (double)mean->n : 0.0;
}

static void mean_add(struct mean *mean, const struct shadow_input *input,
		     double factor)
{
	if (!input->exists)
		return;
	mean->sum += input->has_value ? input->number * factor : 0.0;
	mean->n++;
}

static struct mean find(const struct shadow_input *inputs, size_t n,
			const struct event *like, uint32_t type,
			uint64_t config)
{
	const unsigned bits = ~(unsigned)EVENT_EXCLUDE_GUEST;
	struct mean mean = { 0 };

	for (size_t i = 0; i < n; i++) {
		const struct event *event = inputs[i].event;

		if (is(event, type, config) &&
		    (event->exclude & bits) == (like->exclude & bits) &&
		    event->core_type == like->core_type)
			mean_add(&mean, &inputs[i], 1.0);
	}
	return mean;
}

/* Nanoseconds on a clock. */
static struct mean find_clock(const struct shadow_input *inputs, size_t n)
{
	struct mean mean = { 0 };

	for (size_t i = 0; i < n; i++)
		if (is_clock(inputs[i].event) && inputs[i].event->scale > 0.0)
			mean_add(&mean, &inputs[i],
				 1.0 / inputs[i].event->scale);
	return mean;
}

static struct shadow ratio(enum shadow_kind kind, double number, double over,
			   double factor)
{
	struct shadow s = { .kind = kind, .has_number = over > 0.0 };

	if (s.has_number)
		s.number = factor * number / over;
	return s;
}

static int instructions(const struct shadow_input *inputs, size_t n,
			const struct shadow_input *own,
			struct shadow ret[SHADOW_MAX])
{
	const uint32_t type = PERF_TYPE_HARDWARE;
	struct mean cycles =
		find(inputs, n, own->event, type, PERF_COUNT_HW_CPU_CYCLES);
	struct mean front = find(inputs, n, own->event, type,
				 PERF_COUNT_HW_STALLED_CYCLES_FRONTEND);
	struct mean back = find(inputs, n, own->event, type,
				PERF_COUNT_HW_STALLED_CYCLES_BACKEND);
	double stalled = mean_of(&front);

	if (mean_of(&back) > stalled)
		stalled = mean_of(&back);
	ret[0] = ratio(SHADOW_IPC, own->number, mean_of(&cycles), 1.0);
	ret[1] = ratio(SHADOW_STALLS_PER_INSN, stalled, own->number, 1.0);
	return stalled > 0.0 && own->number > 0.0 ? 2 : 1;
}

static bool share(const struct shadow_input *inputs, size_t n,
		  const struct shadow_input *own, struct shadow *ret)
{
	for (size_t i = 0; i < ARRAY_LEN(shares); i++) {
		struct mean of;

		if (!is(own->event, shares[i].type, shares[i].config))
			continue;
		of = find(inputs, n, own->event, shares[i].type, shares[i].of);
		*ret = ratio(shares[i].kind, own->number, mean_of(&of), 100.0);
		if (shares[i].shows_zero)
			ret->has_number = of.n > 0;
		else if (ret->number == 0.0)
			ret->has_number = false;
		return true;
	}
	return false;
}

int shadow_of(const struct shadow_input *inputs, size_t n, size_t which,
	      double wall_s, struct shadow ret[SHADOW_MAX])
{
	const struct shadow_input *own = &inputs[which];
	struct mean clock;

	ret[0] = ret[1] = (struct shadow){ .kind = SHADOW_NONE };
	if (!own->has_value)
		return 0;
	if (is(own->event, PERF_TYPE_HARDWARE, PERF_COUNT_HW_INSTRUCTIONS))
		return instructions(inputs, n, own, ret);
	if (share(inputs, n, own, ret))
		return 1;
	clock = find_clock(inputs, n);
	if (is_clock(own->event)) {
		ret[0] = ratio(SHADOW_CPUS, own->number / own->event->scale,
			       wall_s * 1e9, 1.0);
	} else if (is(own->event, PERF_TYPE_HARDWARE,
		      PERF_COUNT_HW_CPU_CYCLES)) {
		ret[0] = ratio(SHADOW_GHZ, own->number, mean_of(&clock), 1.0);
	} else if (clock.n) {
		ret[0] = ratio(SHADOW_PER_SEC, own->number, mean_of(&clock),
			       1e9);
		ret[0].has_number = true;
	}
	return 1;
}

struct shadow_text shadow_text(const struct shadow *shadow)
{
	static const char *const rates[] = { "/sec", "K/sec", "M/sec",
					     "G/sec" };
	struct shadow_text text = { .digits = texts[shadow->kind].digits,
				    .unit = texts[shadow->kind].unit };
	size_t step = 0;

	if (!shadow->has_number) {
		if (texts[shadow->kind].unit_missing)
			text.unit = texts[shadow->kind].unit_missing;
		return text;
	}
	text.number = shadow->number;
	if (shadow->kind != SHADOW_PER_SEC)
		return text;
	while (text.number > 1000.0 && step + 1 < ARRAY_LEN(rates)) {
		text.number /= 1000.0;
		step++;
	}
	text.unit = rates[step];
	return text;
}
