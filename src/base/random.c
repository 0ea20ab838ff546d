/* Random numbers that can be had again; see random.h. */
#include "base/random.h"

#include "base/clock.h"

#include <sys/random.h>

uint64_t random_next(struct random *r)
{
	uint64_t z = r->state += 0x9e3779b97f4a7c15u;

	z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9u;
	z = (z ^ z >> 27) * 0x94d049bb133111ebu;
	return z ^ z >> 31;
}

uint64_t random_below(struct random *r, uint64_t n)
{
	/* the last, incomplete round of n would favour small numbers */
	uint64_t least = -n % n, x;

	do
		x = random_next(r);
	while (x < least);
	return x % n;
}

void random_order(struct random *r, size_t *ret, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		size_t j = (size_t)random_below(r, i + 1);

		ret[i] = ret[j];
		ret[j] = i;
	}
}

uint64_t random_seed(void)
{
	uint32_t seed;

	if (getrandom(&seed, sizeof(seed), GRND_NONBLOCK) != sizeof(seed)) {
		struct random r = { .state = clock_now_ns() };

		seed = (uint32_t)random_next(&r);
	}
	return seed;
}
