/*
 * Random numbers that are the same for the same seed, on every machine and in
 * every version: who knows the seed can repeat what was done.  Not for secrets.
 *
 * The generator is SplitMix64 (Steele, Lea, Flood: "Fast splittable
 * pseudorandom number generators", 2014): a counter whose every value is
 * scrambled, so that any seed is as good as any other, 0 too.
 */
#ifndef TACHO_BASE_RANDOM_H
#define TACHO_BASE_RANDOM_H

#include <stddef.h>
#include <stdint.h>

struct random {
	uint64_t state; /* the seed, at first */
};

uint64_t random_next(struct random *r);

/* One of 0 ... @n - 1, each as likely; @n is not 0. */
uint64_t random_below(struct random *r, uint64_t n);

/* The numbers 0 ... @n - 1 into @ret, every order as likely. */
void random_order(struct random *r, size_t *ret, size_t n);

/* A seed from the kernel, short enough to be typed again: below 2^32. */
uint64_t random_seed(void);

#endif
