#include "report/tasks/batch_cells.h"

#include "unit.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

static void check(double number, int digits, int width)
{
	const struct column column = { .digits = digits, .unit = "" };
	const struct column plain = { .plain = true, .unit = "" };
	const struct cell cell = { .kind = CELL_NUMBER, .number = number };
	char buf[FMT_LEN], wanted[FMT_LEN];

	snprintf(wanted, sizeof(wanted), "%.0f", number);
	assert_string_equal(batch_cell(buf, &plain, &cell, width), wanted);
	if (!(fabs(number) < 1e6))
		return;
	for (int d = digits; d >= 0; d--)
		if (snprintf(wanted, sizeof(wanted), "%.*f", d, number) <=
		    width)
			break;
	assert_string_equal(batch_cell(buf, &column, &cell, width), wanted);
}

static void numbers_are_as_printf_has_them(void **state)
{
	static const double numbers[] = { 0.0,   -0.0,      1.0,      -1.0,
					  9.0,   10.0,      99.95,    100.0,
					  0.5,   12345.0,   999999.0, 1e6,
					  1e9,   1e9 - 1.0, 1e12,     1e-9,
					  -1e-9, 7.25,      999999.5 };

	(void)state;
	for (size_t i = 0; i < sizeof(numbers) / sizeof(*numbers); i++)
		for (int digits = 0; digits < 4; digits++)
			for (int width = 7; width < 10; width++)
				check(numbers[i], digits, width);
	for (double n = 0.0; n < 3000.0; n += 0.125)
		check(n, 1, 7);
}

static void texts_fit_and_are_harmless(void **state)
{
	static const struct {
		const char *text, *wanted;
		int width;
	} cases[] = {
		{ "", "", 5 },
		{ "plain", "plain", 5 },
		{ "plain", "plain", 0 },
		{ "a\033[1mb", "a?[1mb", 0 },
		{ "ends\n", "ends ", 9 },
		{ "\303\244\303\266", "\303\244\303\266", 2 },
		{ "a\377b", "a?b", 3 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		char *text = batch_plain(cases[i].text, cases[i].width, true);

		assert_string_equal(text, cases[i].wanted);
		free(text);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(numbers_are_as_printf_has_them),
		cmocka_unit_test(texts_fit_and_are_harmless),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
