/* The same seed gives the same order, and no order is a favourite. */
#include "base/random.h"

#include "unit.h"

#include "base/auto.h"

/*
 * The published generator, from its seed 1234567: whoever repeats a
 * measurement with another version must get these.
 */
static void a_seed_gives_the_same_numbers_for_ever(void **state)
{
	static const uint64_t want[] = {
		UINT64_C(6457827717110365317),  UINT64_C(3203168211198807973),
		UINT64_C(9817491932198370423),  UINT64_C(4593380528125082431),
		UINT64_C(16408922859458223821),
	};
	struct random r = { .state = 1234567 };

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(want); i++)
		assert_true(random_next(&r) == want[i]);
}

static void orders_have_each_number_once(void **state)
{
	struct random r = { .state = 0 };

	(void)state;
	for (size_t n = 0; n < 20; n++) {
		size_t order[20];
		unsigned seen = 0;

		random_order(&r, order, n);
		for (size_t i = 0; i < n; i++)
			seen |= 1U << order[i];
		assert_int_equal(seen, (1U << n) - 1);
	}
}

/* 6 orders of 3, 60000 times: 10000 each, give or take 5 sigma of 91. */
static void every_order_is_as_likely(void **state)
{
	struct random r = { .state = 42 };
	unsigned seen[27] = { 0 }, orders = 0;

	(void)state;
	for (int i = 0; i < 60000; i++) {
		size_t order[3];

		random_order(&r, order, 3);
		seen[order[0] * 9 + order[1] * 3 + order[2]]++;
	}
	for (size_t i = 0; i < ARRAY_LEN(seen); i++) {
		if (!seen[i])
			continue;
		orders++;
		assert_in_range(seen[i], 10000 - 456, 10000 + 456);
	}
	assert_int_equal(orders, 6);
}

static void seeds_can_be_typed_and_differ(void **state)
{
	uint64_t first = random_seed();
	unsigned same = 0;

	(void)state;
	for (int i = 0; i < 8; i++) {
		uint64_t seed = random_seed();

		assert_true(seed <= UINT32_MAX);
		same += seed == first;
	}
	assert_true(same < 2);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_seed_gives_the_same_numbers_for_ever),
		cmocka_unit_test(orders_have_each_number_once),
		cmocka_unit_test(every_order_is_as_likely),
		cmocka_unit_test(seeds_can_be_typed_and_differ),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
