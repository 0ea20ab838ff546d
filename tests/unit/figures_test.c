/* Which derived number stands below which, and which is worth a look. */
#include "report/figures.h"

#include "base/auto.h"
#include "base/strbuf.h"

#include "unit.h"

#include <string.h>

/* A number of a metric with a threshold above which it is notable. */
struct row {
	struct metric metric;
	double number;
	const char *pmu;
};

/* "backend! memory! dram": two spaces of depth, '!' for notable */
static char *arrange(const struct row *rows, size_t n)
{
	struct report_figure figures[16] = { 0 };
	struct strbuf b = { 0 };

	for (size_t i = 0; i < n; i++) {
		figures[i].pmu = rows[i].pmu;
		figures[i].m.value.metric = &rows[i].metric;
		figures[i].m.value.number = rows[i].number;
	}
	figures_arrange(figures, n);
	for (size_t i = 0; i < n; i++) {
		const struct report_figure *f = &figures[i];

		for (int d = 0; d < f->depth; d++)
			strbuf_putc(&b, '>');
		strbuf_puts(&b, f->m.value.metric->name);
		if (f->pmu)
			strbuf_addf(&b, "/%s", f->pmu);
		strbuf_puts(&b, f->notable ? "! " : " ");
	}
	return strbuf_detach(&b);
}

#define M(n, p, limit)                                                         \
	{                                                                      \
		.name = n, .parent = p, .threshold_op = '>',                   \
		.threshold = limit                                             \
	}

static void children_follow_their_parents(void **state)
{
	static const struct row rows[] = {
		{ M("dram", "memory", 0.1), 0.05, NULL },
		{ M("front", NULL, 0.15), 0.1, NULL },
		{ M("backend", NULL, 0.2), 0.7, NULL },
		{ M("memory", "backend", 0.2), 0.6, NULL },
		{ M("latency", "front", 0.1), 0.5, NULL },
		{ M("core", "backend", 0.1), 0.05, NULL },
		{ M("orphan", "elsewhere", 0.1), 0.2, NULL },
	};
	AUTO_FREE char *text = arrange(rows, ARRAY_LEN(rows));

	(void)state;
	/* latency is above its threshold and no problem: its parent is not */
	assert_string_equal(text, "front >latency backend! >memory! >>dram "
				  ">core orphan! ");
}

static void kinds_of_cores_stay_apart(void **state)
{
	static const struct row rows[] = {
		{ M("backend", NULL, 0.2), 0.7, "cpu_core" },
		{ M("backend", NULL, 0.2), 0.1, "cpu_atom" },
		{ M("memory", "backend", 0.2), 0.6, "cpu_core" },
		{ M("memory", "backend", 0.2), 0.6, "cpu_atom" },
	};
	AUTO_FREE char *text = arrange(rows, ARRAY_LEN(rows));

	(void)state;
	assert_string_equal(text, "backend/cpu_core! >memory/cpu_core! "
				  "backend/cpu_atom >memory/cpu_atom ");
}

/* A parent without a threshold, or one that is absent, decides nothing. */
static void only_thresholds_gate(void **state)
{
	static const struct row rows[] = {
		{ { .name = "plain" }, 0.7, NULL },
		{ M("part", "plain", 0.2), 0.6, NULL },
	};
	struct metric_value absent = { .metric = &rows[1].metric,
				       .number = 1.0,
				       .absent = "gone" };
	AUTO_FREE char *text = arrange(rows, ARRAY_LEN(rows));

	(void)state;
	assert_string_equal(text, "plain >part! ");
	assert_false(figure_crosses(&absent));
}

/* Parents that name each other are refused earlier; here nothing hangs. */
static void a_circle_loses_nobody(void **state)
{
	static const struct row rows[] = {
		{ M("a", "b", 0.2), 0.6, NULL },
		{ M("b", "a", 0.2), 0.6, NULL },
	};
	AUTO_FREE char *text = arrange(rows, ARRAY_LEN(rows));

	(void)state;
	assert_string_equal(text, "a! >b! ");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(children_follow_their_parents),
		cmocka_unit_test(kinds_of_cores_stay_apart),
		cmocka_unit_test(only_thresholds_gate),
		cmocka_unit_test(a_circle_loses_nobody),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
