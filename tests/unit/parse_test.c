#include "base/parse.h"

#include "unit.h"

#include <errno.h>

static void whole_text_must_be_the_number(void **state)
{
	static const char *const bad[] = { "",   "-",  " 1", "1 ", "1x",
					   "+1", "0x", "x1", "--1" };
	uint64_t u = 7;
	int i = 7;

	(void)state;
	for (size_t k = 0; k < sizeof(bad) / sizeof(bad[0]); k++) {
		assert_int_equal(parse_u64(bad[k], &u), -EINVAL);
		assert_int_equal(parse_int(bad[k], &i), -EINVAL);
	}
	assert_int_equal(u, 7);
	assert_int_equal(i, 7);
}

static void numbers_in_range_are_read(void **state)
{
	uint64_t u;
	int i;

	(void)state;
	assert_int_equal(parse_u64("18446744073709551615", &u), 0);
	assert_true(u == UINT64_MAX);
	assert_int_equal(parse_u64("18446744073709551616", &u), -ERANGE);
	assert_int_equal(parse_u64("0xff", &u), 0);
	assert_int_equal(u, 255);
	assert_int_equal(parse_hex("1a8", &u), 0);
	assert_int_equal(u, 0x1a8);
	assert_int_equal(parse_int("-12", &i), 0);
	assert_int_equal(i, -12);
	assert_int_equal(parse_int("2147483648", &i), -ERANGE);
}

static void doubles_are_finite_decimals(void **state)
{
	static const char *const bad[] = {
		"", "inf", "nan", "0x1p3", "1e", " 1.5", "1.5 ", ".", "-", "1,5"
	};
	double d = 7.0;

	(void)state;
	for (size_t k = 0; k < sizeof(bad) / sizeof(bad[0]); k++)
		assert_int_equal(parse_double(bad[k], &d), -EINVAL);
	assert_true(d == 7.0);
	assert_int_equal(parse_double("1e999", &d), -ERANGE);
	assert_int_equal(parse_double("-.5e1", &d), 0);
	assert_true(d == -5.0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(whole_text_must_be_the_number),
		cmocka_unit_test(numbers_in_range_are_read),
		cmocka_unit_test(doubles_are_finite_decimals),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
