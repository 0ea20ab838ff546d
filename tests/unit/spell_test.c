/* Numbers of a comparison in the units and digits that people compare. */
#include "report/comparison/spell.h"

#include "base/auto.h"
#include "base/strbuf.h"
#include "report/comparison/plot.h"

#include "sides.h"
#include "unit.h"

#include <float.h>
#include <stdlib.h>
#include <string.h>

/* A comparison of one quantity; @n samples of each side. */
static void begin(struct comparison *c, const char *unit, const double *a,
		  const double *b, size_t n)
{
	const struct compare_kind kind = { .name = "x",
					   .unit = unit,
					   .better = METRIC_LOWER };

	sides_begin(c);
	compare_add_quantity(c, &kind);
	sides_fill(c, 0, a, b, n);
	sides_compute(c);
}

static void units_and_digits_suit_the_larger(void **state)
{
	static const struct {
		const char *unit;
		double a[2], b[2];
		const char *mean_a, *mean_b, *shown;
	} rows[] = {
		{ "s", { 1.5, 1.5 }, { 0.2, 0.2 }, "1.500", "0.200", "s" },
		{ "s", { 6e-3, 6e-3 }, { 5e-6, 5e-6 }, "6.000", "0.005", "ms" },
		{ "s", { 0, 0 }, { 0, 0 }, "0", "0", "s" },
		{ "msec", { 12, 12 }, { 13.5, 13.5 }, "12.00", "13.50", "ms" },
		{ "msec",
		  { 1200, 1200 },
		  { 1350, 1350 },
		  "1.200",
		  "1.350",
		  "s" },
		{ "%", { 0.0174, 0.0174 }, { 0.5, 0.5 }, "1.74", "50.00", "%" },
		{ "bytes",
		  { 4096, 4096 },
		  { 1048576, 1048576 },
		  "0.004",
		  "1.000",
		  "MiB" },
		{ "",
		  { 41000, 41002 },
		  { 41004, 41004 },
		  "41,001",
		  "41,004",
		  "" },
		{ "", { 3, 4 }, { 5, 5 }, "3.50", "5.00", "" },
		{ "", { 999999, 999999 }, { 3, 3 }, "999,999", "3", "" },
		{ "", { 30e6, 30.1e6 }, { 31e6, 31e6 }, "30.05", "31.00", "M" },
		{ "/s",
		  { 25e3, 25e3 },
		  { 24e3, 24e3 },
		  "25.00",
		  "24.00",
		  "K/s" },
		{ "GHz", { 3.1, 3.1 }, { 3.2, 3.2 }, "3.100", "3.200", "GHz" },
		{ "", { -2.5, -2.5 }, { 2.5, 2.5 }, "-2.500", "2.500", "" },
		{ "",
		  { 1e300, 1e300 },
		  { 2e300, 2e300 },
		  "1.000e+300",
		  "2.000e+300",
		  "" },
		{ "",
		  { 1e-9, 1e-9 },
		  { 2e-9, 2e-9 },
		  "1.000e-09",
		  "2.000e-09",
		  "" },
	};
	const struct fmt_style fmt = { .group = ",", .point = "." };

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		char buf[FMT_LEN];
		struct comparison c;
		struct spelling s;

		begin(&c, rows[i].unit, rows[i].a, rows[i].b, 2);
		s = spelling_of(&c, 0, &fmt);
		assert_string_equal(
			spell(buf, &s, c.quantities[0].sides[0].stats.mean),
			rows[i].mean_a);
		assert_string_equal(
			spell(buf, &s, c.quantities[0].sides[1].stats.mean),
			rows[i].mean_b);
		assert_string_equal(s.unit, rows[i].shown);
		compare_done(&c);
	}
}

/* All that a double can be stays within its buffer. */
static void extremes_are_spelt(void **state)
{
	static const double numbers[] = { DBL_MAX, -DBL_MAX,  DBL_MIN, 5e-324,
					  0.0,     -0.0,      1e15,    1e18,
					  1.0,     123456.75, -1e-5 };
	static const char *const units[] = {
		"",
		"s",
		"%",
		"bytes",
		"msec",
		"B/s",
		"\xff\xff|a-very-long-unit-indeed"
	};

	(void)state;
	for (size_t u = 0; u < ARRAY_LEN(units); u++) {
		for (size_t i = 0; i < ARRAY_LEN(numbers); i++) {
			for (size_t k = 0; k < ARRAY_LEN(numbers); k++) {
				const double a[] = { numbers[i], numbers[i],
						     numbers[k], numbers[i],
						     numbers[i] };
				const double b[] = { numbers[k], numbers[k],
						     numbers[k], numbers[k],
						     numbers[i] };
				char buf[FMT_LEN], wide[2 * FMT_LEN + 8];
				AUTO(strbuf_done) struct strbuf line = { 0 };
				const struct compare_result *r;
				struct plot_axis axis;
				struct comparison c;
				struct spelling s;

				begin(&c, units[u], a, b, 5);
				s = spelling_of(&c, 0, NULL);
				r = sides_result(&c, 0);
				assert_true(strlen(spell(buf, &s, a[0])) <
					    FMT_LEN);
				assert_true(strlen(spell_delta(buf, &s, r)) <
					    FMT_LEN);
				spell_interval(wide, &s, r);
				axis = plot_axis_of(&c, 0, 20, false);
				plot_bars(&line, &axis,
					  &c.quantities[0].sides[1]);
				assert_int_equal(line.len, 20);
				plot_box(&line, &axis,
					 &c.quantities[0].sides[1]);
				assert_int_equal(line.len, 40);
				compare_done(&c);
			}
		}
	}
}

static void every_sample_is_in_the_picture_or_counted(void **state)
{
	const double a[] = { 10, 10, 11, 12, 12, 13, 14, 1000 };
	const double b[] = { 20, 21, 22, 22, 23, 24, 24, 25 };
	struct plot_axis axis;
	struct comparison c;
	AUTO(strbuf_done) struct strbuf bars = { 0 };
	AUTO(strbuf_done) struct strbuf box = { 0 };
	AUTO(strbuf_done) struct strbuf same = { 0 };

	(void)state;
	begin(&c, "", a, b, 8);
	axis = plot_axis_of(&c, 0, 16, false);
	assert_int_equal(axis.below, 0);
	assert_int_equal(axis.above, 1);
	assert_true(axis.lo == 10 && axis.hi == 25);
	plot_bars(&bars, &axis, &c.quantities[0].sides[0]);
	assert_string_equal(strbuf_str(&bars), "#=#==           ");
	plot_bars(&same, &axis, &c.quantities[0].sides[1]);
	assert_string_equal(strbuf_str(&same), "          ==#=#=");
	plot_box(&box, &axis, &c.quantities[0].sides[1]);
	assert_string_equal(strbuf_str(&box), "            [|] ");
	compare_done(&c);
}

static void marks_tell_small_from_none_and_none_from_unseen(void **state)
{
	static const struct {
		double a[6], b[6];
		bool simulated;
		const char *mark;
	} rows[] = {
		{ { 10, 10.01, 9.99, 10, 10.01, 9.99 },
		  { 10, 10.01, 9.99, 10, 10.01, 9.99 },
		  false,
		  "same" },
		{ { 10, 11, 9, 10, 11, 9 },
		  { 10, 11, 9, 11, 10, 9 },
		  false,
		  "none seen" },
		{ { 1000, 1001, 999, 1000, 1001, 999 },
		  { 1005, 1006, 1004, 1005, 1006, 1004 },
		  false,
		  "too small" },
		{ { 1000, 1000, 1000, 1000, 1000, 1000 },
		  { 1001, 1001, 1001, 1001, 1001, 1001 },
		  true,
		  "too small" },
		{ { 1000, 1000, 1000, 1000, 1000, 1000 },
		  { 1000, 1000, 1000, 1000, 1000, 1000 },
		  true,
		  "same" },
		{ { 1000, 1001, 999, 1000, 1001, 999 },
		  { 2005, 2006, 2004, 2005, 2006, 2004 },
		  false,
		  "worse" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		const struct compare_kind kind = { .name = "x",
						   .better = METRIC_LOWER,
						   .simulated =
							   rows[i].simulated };
		struct comparison c;

		sides_begin(&c);
		compare_add_quantity(&c, &kind);
		sides_fill(&c, 0, rows[i].a, rows[i].b, 6);
		sides_compute(&c);
		assert_string_equal(spell_mark(sides_result(&c, 0)),
				    rows[i].mark);
		compare_done(&c);
	}
}

/* What is called a difference is not shown as 0. */
static void digits_show_what_differs(void **state)
{
	const struct compare_kind kind = { .name = "x",
					   .better = METRIC_LOWER };
	const double a[] = { 1e6, 1e6 + 1, 1e6 - 1, 1e6, 1e6 + 1, 1e6 - 1 };
	const double b[] = { 1e6 + 30, 1e6 + 31, 1e6 + 29,
			     1e6 + 30, 1e6 + 31, 1e6 + 29 };
	char delta[FMT_LEN];
	struct comparison c;
	struct spelling s;

	(void)state;
	sides_begin(&c);
	c.options.noise = 0.0;
	compare_add_quantity(&c, &kind);
	sides_fill(&c, 0, a, b, 6);
	sides_compute(&c);
	sides_mark_is(&c, 0, COMPARE_WORSE);
	s = spelling_of(&c, 0, NULL);
	assert_string_equal(spell_delta(delta, &s, sides_result(&c, 0)),
			    "+0.0030 %");
	compare_done(&c);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(units_and_digits_suit_the_larger),
		cmocka_unit_test(extremes_are_spelt),
		cmocka_unit_test(every_sample_is_in_the_picture_or_counted),
		cmocka_unit_test(
			marks_tell_small_from_none_and_none_from_unseen),
		cmocka_unit_test(digits_show_what_differs),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
