#include "base/fmt.h"

#include "unit.h"

#include "base/parse.h"

#include <math.h>
#include <string.h>

static const struct fmt_style english = { .group = ",", .point = "." };
static const struct fmt_style german = { .group = ".", .point = "," };
static const struct fmt_style french = { .group = "\u202f", .point = "," };

static void thousands_are_grouped(void **state)
{
	char b[FMT_LEN];

	(void)state;
	assert_string_equal(fmt_grouped(b, 0, 0, &english), "0");
	assert_string_equal(fmt_grouped(b, 999, 0, &english), "999");
	assert_string_equal(fmt_grouped(b, 1000, 0, &english), "1,000");
	assert_string_equal(fmt_grouped(b, 123456, 0, &english), "123,456");
	assert_string_equal(fmt_grouped(b, 1234567, 0, &english), "1,234,567");
	assert_string_equal(fmt_grouped(b, -1234567, 0, &english),
			    "-1,234,567");
	assert_string_equal(fmt_grouped(b, 1234.5678, 2, &english), "1,234.57");
	assert_string_equal(fmt_grouped(b, 1234.5, 1, &german), "1.234,5");
	assert_string_equal(fmt_grouped(b, 1234567.5, 1, &french),
			    "1\u202f234\u202f567,5");
	assert_string_equal(fmt_grouped(b, 1234567.25, 2, NULL), "1234567.25");
}

static void no_number_is_too_large(void **state)
{
	char b[FMT_LEN];

	(void)state;
	fmt_grouped(b, 1e300, 3, &french);
	assert_true(strnlen(b, FMT_LEN) < FMT_LEN);
	fmt_grouped(b, 18446744073709551615.0, 0, &english);
	assert_string_equal(b, "18,446,744,073,709,551,616");
	assert_string_equal(fmt_grouped(b, (double)INFINITY, 0, &english),
			    "inf");
	fmt_grouped(b, (double)NAN, 2, &english);
	assert_non_null(strstr(b, "nan"));
}

static void durations_have_the_unit_that_fits(void **state)
{
	char b[FMT_LEN];

	(void)state;
	assert_string_equal(fmt_duration(b, 0.0), "0.00 s");
	assert_string_equal(fmt_duration(b, 1.5), "1.50 s");
	assert_string_equal(fmt_duration(b, 0.0023), "2.30 ms");
	assert_string_equal(fmt_duration(b, 4.5e-6), "4.50 us");
	assert_string_equal(fmt_duration(b, 870e-9), "870 ns");
	assert_string_equal(fmt_duration(b, -0.0023), "-2.30 ms");
}

static void bytes_are_powers_of_1024(void **state)
{
	char b[FMT_LEN];

	(void)state;
	assert_string_equal(fmt_bytes(b, 0), "0B");
	assert_string_equal(fmt_bytes(b, 1023), "1023B");
	assert_string_equal(fmt_bytes(b, 32768), "32K");
	assert_string_equal(fmt_bytes(b, 1572864), "1.5M");
	assert_string_equal(fmt_bytes(b, UINT64_MAX), "16384P");
}

static void exact_reads_back(void **state)
{
	static const double numbers[] = { 0.0,
					  0.1,
					  1.0 / 3.0,
					  -2.5e-300,
					  5e-324,
					  1.7976931348623157e308,
					  9007199254740993.0,
					  86400000.0,
					  0.1 + 0.2 };
	char b[FMT_LEN];

	(void)state;
	for (size_t i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++) {
		double back;

		fmt_exact(b, numbers[i]);
		assert_int_equal(parse_double(b, &back), 0);
		assert_true(back == numbers[i]);
	}
	assert_string_equal(fmt_exact(b, 0.1), "0.1");
	assert_string_equal(fmt_exact(b, 86400000.0), "86400000");
}

static void the_c_locale_groups_nothing(void **state)
{
	struct fmt_style style;

	(void)state;
	setenv("LC_ALL", "C", 1);
	fmt_style_init(&style);
	assert_string_equal(style.group, "");
	assert_string_equal(style.point, ".");
	setenv("LC_ALL", "there-is-no-such-locale", 1);
	fmt_style_init(&style);
	assert_string_equal(style.group, "");
	assert_string_equal(style.point, ".");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(thousands_are_grouped),
		cmocka_unit_test(no_number_is_too_large),
		cmocka_unit_test(durations_have_the_unit_that_fits),
		cmocka_unit_test(bytes_are_powers_of_1024),
		cmocka_unit_test(exact_reads_back),
		cmocka_unit_test(the_c_locale_groups_nothing),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
