/* Conditions that fail, hold, or cannot be told. */
#include "analyze/compare_gate.h"

#include "unit.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

static void conditions_are_read(void **state)
{
	static const struct {
		const char *text, *name;
		bool above;
		double limit;
	} rows[] = {
		{ "instructions > +1%", "instructions", true, 0.01 },
		{ "time > +2%", "time", true, 0.02 },
		{ "ipc < -5%", "ipc", false, -0.05 },
		{ "ipc<-5%", "ipc", false, -0.05 },
		{ " time\t>  2.5 % ", "time", true, 0.025 },
		{ "time > + 0 %", "time", true, 0.0 },
		{ "time > -3%", "time", true, -0.03 },
		{ "cpu_core/cycles,cmask=1/:u > 1%",
		  "cpu_core/cycles,cmask=1/:u", true, 0.01 },
		{ "twice (cycles) > 1%", "twice (cycles)", true, 0.01 },
		{ "time > .5%", "time", true, 0.005 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct gates gates = { 0 };
		struct err err = { 0 };

		if (gate_parse(&gates, rows[i].text, &err) < 0)
			fail_msg("%s", err.what);
		assert_int_equal(gates.n, 1);
		assert_string_equal(gates.items[0].text, rows[i].text);
		assert_string_equal(gates.items[0].name, rows[i].name);
		assert_int_equal(gates.items[0].above, rows[i].above);
		assert_true(fabs(gates.items[0].limit - rows[i].limit) < 1e-15);
		gates_done(&gates);
	}
}

static void errors_have_a_place(void **state)
{
	static const struct {
		const char *text;
		int column;
		const char *what;
	} rows[] = {
		{ "", 1, "'>' or '<' was expected" },
		{ "time", 5, "'>' or '<' was expected" },
		{ "time +2%", 9, "'>' or '<' was expected" },
		{ " > 2%", 2, "the name of what was measured" },
		{ "time >= 2%", 7, "leave out the '='" },
		{ "time > ", 8, "a number was expected" },
		{ "time > much", 8, "a number was expected" },
		{ "time > +-2%", 9, "a number was expected" },
		{ "time > 2", 9, "'%' was expected" },
		{ "time > 2 s", 10, "'%' was expected" },
		{ "time > 1.2.3%", 8, "not a number" },
		{ "time > .%", 8, "not a number" },
		{ "time > 2% 3", 11, "nothing was expected" },
		{ "time > 2e3%", 9, "'%' was expected" },
		{ "time > 99999999%", 8, "more than anything" },
		{ "a > 1% < 2%", 8, "nothing was expected" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct gates gates = { 0 };
		struct err err = { 0 };
		char place[600];

		assert_int_equal(gate_parse(&gates, rows[i].text, &err),
				 -EINVAL);
		assert_int_equal(gates.n, 0);
		snprintf(place, sizeof(place),
			 "'%s', column %d: ", rows[i].text, rows[i].column);
		if (strncmp(err.what, place, strlen(place)) != 0 ||
		    !strstr(err.what, rows[i].what))
			fail_msg("%s", err.what);
		assert_true(*err.hint);
	}
}

/* n runs of sides that differ by @change percent, with noise of 1 %. */
static void measure(struct comparison *c, const char *name, size_t n,
		    double change)
{
	size_t q = compare_add_quantity(
		c,
		&(struct compare_kind){ .name = name, .better = METRIC_LOWER });

	for (size_t i = 0; i < n; i++) {
		while (c->subjects[0].nruns <= i) {
			compare_add_run(c, 0, c->subjects[0].nruns, 0);
			compare_add_run(c, 1, c->subjects[1].nruns, 1);
		}
		compare_add_sample(c, q, 0, i,
				   100.0 + sin(12.9898 * (double)(i + 1)));
		compare_add_sample(c, q, 1, i,
				   (100.0 + sin(78.233 * (double)(i + 1))) *
					   (1.0 + change / 100.0));
	}
}

static void prepare(struct comparison *c)
{
	struct compare_options options = compare_defaults();
	struct err err = { 0 };
	size_t q;

	compare_init(c, 2, &options);
	measure(c, "time", 20, 3.0);
	measure(c, "same", 20, 0.0);
	measure(c, "cache-misses", 20, -50.0);
	measure(c, "few", 2, 100.0);
	q = compare_add_quantity(c,
				 &(struct compare_kind){ .name = "instructions",
							 .simulated = true });
	for (size_t i = 0; i < 2; i++) {
		compare_add_sample(c, q, 0, i, 10000);
		compare_add_sample(c, q, 1, i, 10050);
	}
	q = compare_add_quantity(c, &(struct compare_kind){ .name = "zero" });
	for (size_t i = 0; i < 6; i++) {
		compare_add_sample(c, q, 0, i, 0);
		compare_add_sample(c, q, 1, i, 5 + (double)(i % 2));
	}
	compare_add_quantity(c, &(struct compare_kind){ .name = "none" });
	if (compare_compute(c, &err) < 0)
		fail_msg("%s", err.what);
}

static void they_fail_hold_or_cannot_be_told(void **state)
{
	static const struct {
		const char *text;
		enum gate_answer answer;
		const char *reason; /* is in it */
	} rows[] = {
		{ "time > +1%", GATE_FAILS, "beyond +1 %" },
		{ "wall > +1%", GATE_FAILS, "time: +" },
		{ "time > +3%", GATE_UNSURE, "not clearly on one side of" },
		{ "time > +10%", GATE_HOLDS, "not beyond +10 %" },
		{ "time < -1%", GATE_HOLDS, "not beyond -1 %" },
		{ "same > +2%", GATE_HOLDS, "" },
		{ "same > +0%", GATE_UNSURE, "" },
		{ "cache_misses < -40%", GATE_FAILS, "cache-misses: -" },
		{ "cache-misses < -60%", GATE_HOLDS, "" },
		{ "few > +1%", GATE_UNSURE, "at least 5 runs" },
		{ "none > +1%", GATE_UNSURE, "no run has a number" },
		{ "instructions > +0.4%", GATE_FAILS, "+0.50 %, exact" },
		{ "instructions > +0.5%", GATE_HOLDS, "" },
		{ "instructions > +0.6%", GATE_HOLDS, "exact, not beyond" },
		{ "zero > +50%", GATE_FAILS, "from nothing" },
		{ "zero < -50%", GATE_HOLDS, "" },
	};
	struct comparison c;

	(void)state;
	prepare(&c);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct gate_result result;
		struct gates gates = { 0 };
		struct err err = { 0 };

		assert_int_equal(gate_parse(&gates, rows[i].text, &err), 0);
		if (gate_ask(&c, &gates, 0, 1, &result, &err) < 0)
			fail_msg("%s", err.what);
		if (result.answer != rows[i].answer ||
		    !strstr(result.reason, rows[i].reason))
			fail_msg("%s: %d, %s", rows[i].text, result.answer,
				 result.reason);
		free(result.reason);
		gates_done(&gates);
	}
	compare_done(&c);
}

static void many_questions_have_wider_intervals(void **state)
{
	struct gate_result one, of_ten;
	struct gates gates = { 0 };
	struct comparison c;

	(void)state;
	prepare(&c);
	gate_parse(&gates, "time > +1%", NULL);
	assert_int_equal(gate_ask(&c, &gates, 0, 1, &one, NULL), 0);
	while (gates.n < 10)
		gate_parse(&gates, "same > +1%", NULL);
	assert_int_equal(gate_ask(&c, &gates, 0, 1, &of_ten, NULL), 0);
	assert_true(of_ten.delta.plain.lo < one.delta.plain.lo);
	assert_true(of_ten.delta.plain.hi > one.delta.plain.hi);
	free(one.reason);
	free(of_ten.reason);
	gates_done(&gates);
	compare_done(&c);
}

static void unknown_names_have_a_neighbour(void **state)
{
	struct gates gates = { 0 };
	struct gate_result result;
	struct comparison c;
	struct err err = { 0 };

	(void)state;
	prepare(&c);
	gate_parse(&gates, "instuctions > 1%", NULL);
	assert_int_equal(gate_ask(&c, &gates, 0, 1, &result, &err), -ENOENT);
	assert_string_equal(err.what, "'instuctions > 1%': nothing called "
				      "'instuctions' was measured");
	assert_string_equal(err.hint, "did you mean 'instructions'?");
	gates_done(&gates);
	compare_done(&c);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(conditions_are_read),
		cmocka_unit_test(errors_have_a_place),
		cmocka_unit_test(they_fail_hold_or_cannot_be_told),
		cmocka_unit_test(many_questions_have_wider_intervals),
		cmocka_unit_test(unknown_names_have_a_neighbour),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
