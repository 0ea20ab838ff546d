/* The rate of the time stamp counter; see tsc.h. */
#include "cpu/tsc.h"

#include <errno.h>

#if defined(__x86_64__)
#include "base/clock.h"

#include <x86intrin.h>

#define LENGTH_NS 2000000
#define NEAR_NS 1000
#define TRIES 100

/* Both clocks at one time; again when something came in between. */
static void read_both(uint64_t *ticks, uint64_t *ns)
{
	for (int i = 0; i < TRIES; i++) {
		uint64_t before = clock_now_ns();

		*ticks = __rdtsc();
		*ns = clock_now_ns();
		if (*ns - before < NEAR_NS)
			break;
	}
}

int tsc_measure_hz(double *ret, struct err *err)
{
	uint64_t start, start_ns, end, end_ns;

	read_both(&start, &start_ns);
	do
		read_both(&end, &end_ns);
	while (end_ns - start_ns < LENGTH_NS);
	if (end <= start)
		return err_set(err, -ENOTSUP,
			       "the time stamp counter stands still");
	*ret = (double)(end - start) / (double)(end_ns - start_ns) * 1e9;
	return 0;
}
#else
int tsc_measure_hz(double *ret, struct err *err)
{
	(void)ret;
	return err_set(err, -ENOTSUP, "only x86 has a time stamp counter");
}
#endif
